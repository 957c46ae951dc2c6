"""One file a protocol feature; each has `register(server)`."""
