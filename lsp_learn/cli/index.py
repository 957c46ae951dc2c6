"""`lsp-learn index`: builds the indexes now. The server runs this as a process of its own."""

from __future__ import annotations

import argparse
from typing import Any

from lsp_learn.cli.options import add_pack_options, app_for
from lsp_learn.cli.output import Output
from lsp_learn.model import Progress


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "index",
        help="build the index now (it is built by itself when it is needed)",
        description="Build the indexes of the installed packs, unless they are there and whole.",
    )
    add_pack_options(command)
    command.add_argument("--json", action="store_true", help="print one JSON object a step")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Build what is missing, the hover's index first."""
    app = app_for(arguments)

    def report(step: Progress) -> None:
        output.event({"stage": step.stage, "done": step.done, "total": step.total})

    with output.progress() as bar:
        for part in ("exact", "words"):
            folder = app.build(part, report if output.as_json else bar)
            if output.as_json:
                output.event({"ready": part, "folder": str(folder)})
            else:
                output.line(f"{part}\t{folder}")
    return 0
