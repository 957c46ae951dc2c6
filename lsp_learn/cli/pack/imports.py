"""`lsp-learn pack import`: other people's material to a pack."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from lsp_learn.cli.output import Output
from lsp_learn.cli.pack.problems import print_problems, problem_data
from lsp_learn.workshop import FORMATS, ImportedPack, Wanted, import_pack

_SHOWN = 10
"""Problems of one kind that are printed; --json has all."""


def add(actions: Any) -> None:
    """Add the action."""
    bring = actions.add_parser(
        "import",
        help="make a pack of what you have: tldr, DevDocs, Dash, Exercism, a wiki, rules, tours",
        description="Read material in another format and write a pack into a new folder. Nothing "
        "is fetched or executed. What does not fit is left out and listed.",
    )
    bring.add_argument("format", metavar="FORMAT", choices=list(FORMATS), help=", ".join(FORMATS))
    bring.add_argument("path", type=Path, metavar="PATH", help="the file, folder or archive")
    bring.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", required=True, help="a new folder"
    )
    bring.add_argument("--id", default="", help="by default the folder's name")
    bring.add_argument("--language", default="", help="a language id, where the format has none")
    bring.add_argument("--source", default="", metavar="URL", help="where the originals are read")
    bring.add_argument("--license", default="", help="an SPDX identifier, where none is stated")
    bring.add_argument("--json", action="store_true", help="print JSON")
    bring.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace, output: Output) -> int:
    """Import, and say what is in the pack and what is not."""
    wanted = Wanted(arguments.language, arguments.source, arguments.license)
    pack = import_pack(arguments.format, arguments.path, arguments.output, arguments.id, wanted)
    counts = Counter(problem.code for problem in pack.problems)
    if output.as_json:
        output.data(
            {
                "folder": str(pack.folder),
                "snippets": pack.snippets,
                "left_out": counts["I001"],
                "changed": counts["I002"],
                "problems": [problem_data(problem) for problem in pack.problems],
            }
        )
        return 0
    _print(pack, counts, output)
    return 0


def _print(pack: ImportedPack, counts: Counter[str], output: Output) -> None:
    for code in sorted(counts):
        alike = [problem for problem in pack.problems if problem.code == code]
        print_problems(alike[:_SHOWN], output)
        if len(alike) > _SHOWN:
            output.line(f"... and {len(alike) - _SHOWN} more of {code}; --json lists them all")
    left, changed = counts["I001"], counts["I002"]
    output.line(f"{pack.snippets} snippets, {left} left out, {changed} changed: {pack.folder}")
    output.line(f"Next: lsp-learn pack preview {pack.folder}")
