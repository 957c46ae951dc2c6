"""The language server: translates between the editor and `app.App`."""

from __future__ import annotations

import logging
import sys


def serve() -> None:
    """Serve one editor over standard input and output, until it closes them.

    Nothing but protocol messages may reach standard output: a stray `print` in a library would
    break the editor's connection, so it goes to standard error for the life of the process.
    """
    from lsp_learn.server.server import create_server  # noqa: PLC0415  (pygls takes 200 ms)

    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    # pygls logs whole messages at INFO, source text included, and tracebacks with values at
    # ERROR. What matters of its failures comes through `report_server_error`.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    create_server().start_io(stdin, stdout)
