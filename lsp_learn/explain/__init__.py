"""From facts to words: what to look up, what to show, how it reads. Pure functions, no I/O."""
