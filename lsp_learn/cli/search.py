"""`lsp-learn search WORDS`: snippets by words, names or an error message."""

from __future__ import annotations

import argparse
from typing import Any

from lsp_learn.cli.options import add_pack_options, app_for
from lsp_learn.cli.output import Output
from lsp_learn.explain.found import listed
from lsp_learn.model import Hit

_EPILOG = """\
examples:
  lsp-learn search how can I read a file line by line
  lsp-learn search asyncio.gather
  lsp-learn search "TypeError: 'NoneType' object is not iterable"
  lsp-learn search remove duplicates from an array --language javascript
"""


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "search",
        help="find snippets by words",
        description="Find snippets by a question, words, names or an error message. A language "
        "that the words name (in python, golang) comes first; --language asks for nothing else.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("words", nargs="+", metavar="WORD", help="what you would ask")
    command.add_argument("--language", default="", help="only snippets for this language")
    command.add_argument("--limit", type=_count, default=10, help="how many at most (10)")
    add_pack_options(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def _count(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) < 4 else 0
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("a number from 1 to 100")
    return number


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Print what was found, the best first; 1 when nothing was."""
    app, text = app_for(arguments), " ".join(arguments.words)
    with output.progress() as report:
        hits = app.search(text, arguments.language, arguments.limit, report)
    if output.as_json:
        output.data([listed(hit) for hit in hits])
        return 0 if hits else 1
    for hit in hits:
        output.line(hit.snippet.title, "bold")
        output.line(f"  {hit.snippet.tip}")
        output.line(f"  {_footer(hit)}", "dim")
    if not hits:
        near = app.did_you_mean(text, arguments.language)
        output.line("Nothing found." + (" Did you mean:" if near else ""))
        for hit in near:
            output.line(f"  {hit.snippet.title} · {_footer(hit)}")
        output.line(f"  {_advice(arguments.language)}", "dim")
    return 0 if hits else 1


def _advice(language: str) -> str:
    if language:
        return f"Only snippets for {language} were asked for; --language does that."
    return "Fewer words may find more; `lsp-learn pack list` shows the packs."


def _footer(hit: Hit) -> str:
    snippet = hit.snippet
    return f"{snippet.id} · {snippet.level} · {', '.join(snippet.languages)}"
