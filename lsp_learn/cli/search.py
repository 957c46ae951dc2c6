"""`lsp-learn search WORDS`: snippets by words, names or an error message."""

from __future__ import annotations

import argparse
from typing import Any

from lsp_learn.cli.options import add_pack_options, app_for
from lsp_learn.cli.output import Output


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "search",
        help="find snippets by words",
        description="Find snippets by words, names or an error message.",
        epilog="example: lsp-learn search read a file line by line",
    )
    command.add_argument("words", nargs="+", metavar="WORD", help="what you would ask")
    command.add_argument("--language", default="", help="only snippets for this language id")
    command.add_argument("--limit", type=_count, default=10, help="how many at most (10)")
    add_pack_options(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def _count(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("a number from 1 to 100")
    return number


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Print what was found, the best first; 1 when nothing was."""
    with output.progress() as report:
        hits = app_for(arguments).search(
            " ".join(arguments.words), arguments.language, arguments.limit, report
        )
    if output.as_json:
        output.data(
            [
                {
                    "id": hit.snippet.id,
                    "title": hit.snippet.title,
                    "tip": hit.snippet.tip,
                    "language": ",".join(hit.snippet.languages),
                    "level": hit.snippet.level,
                    "pack": hit.snippet.pack,
                    "score": round(hit.score, 3),
                }
                for hit in hits
            ]
        )
        return 0 if hits else 1
    for hit in hits:
        output.line(hit.snippet.title, "bold")
        output.line(f"  {hit.snippet.tip}")
        output.line(f"  {hit.snippet.id} · {hit.snippet.level}", "dim")
    if not hits:
        output.line(
            "Nothing found. Fewer words may find more; `lsp-learn pack list` shows the packs."
        )
    return 0 if hits else 1
