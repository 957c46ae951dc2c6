"""`lsp-learn serve`: the language server on standard input and output."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from lsp_learn.cli.output import Output


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "serve",
        help="run the language server (the default command)",
        description="Run the language server on standard input and output; editors start this.",
    )
    command.add_argument("--stdio", action="store_true", help="accepted, and always so")
    command.set_defaults(run=run)


def run(_: argparse.Namespace, output: Output) -> int:
    """Serve until the editor closes the connection."""
    from lsp_learn.server import serve  # noqa: PLC0415  (the other commands need no server)

    if sys.stdin.isatty():
        output.note("this is a language server: it waits for an editor on standard input")
        output.note("for the commands: lsp-learn --help; to end it: Ctrl+C")
    serve()
    return 0
