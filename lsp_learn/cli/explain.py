"""`lsp-learn explain FILE:LINE[:COL]`: what the editor's hover and lesson would say."""

from __future__ import annotations

import argparse
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.options import add_pack_options, app_for
from lsp_learn.cli.output import Output
from lsp_learn.cli.source import Place, read_place
from lsp_learn.model import Explanation, Part, Tip


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "explain",
        help="explain a line or a place of a file",
        description="Explain a line piece by piece, or one place of it with its lesson.",
        epilog="example: lsp-learn explain app.py:12:8",
    )
    command.add_argument("place", metavar="FILE:LINE[:COL]", help="line and column count from 1")
    command.add_argument(
        "--language", default="", help="the file's language id, if its name does not tell"
    )
    add_pack_options(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Print the explanation; 1 where there is nothing to say."""
    app = app_for(arguments)
    place = read_place(app, arguments.place, arguments.language)
    with output.progress() as report:
        app.exact(report)
    explanation = app.explain(place.document, place.span)
    if output.as_json:
        output.data(_as_data(app, place, explanation))
    else:
        _print(app, place, explanation, output)
    return 0 if explanation.parts else 1


def _print(app: App, place: Place, explanation: Explanation, output: Output) -> None:
    output.line(f"{place.path}:{place.line}")
    output.line()
    output.line("    " + place.source_line.expandtabs(1))
    for part in explanation.parts:
        output.line("    " + _marks(part, place), "bold yellow")
        for tip in part.tips:
            output.line(f"    {tip.snippet.title}", "bold")
            output.line(f"      {tip.snippet.tip}")
    output.line()
    if not explanation.parts:
        output.line("Nothing to explain here.")
    elif place.column:
        output.markdown(app.lesson([tip.snippet.id for tip in explanation.tips]))
    else:
        output.line("A column behind the line opens the lesson: FILE:LINE:COL")


def _marks(part: Part, place: Place) -> str:
    """Marks under the part of the line that a tip is about."""
    start = max(0, part.span.start - place.line_start)
    end = min(part.span.end - place.line_start, len(place.source_line))
    return " " * start + "^" * max(1, end - start)


def _as_data(app: App, place: Place, explanation: Explanation) -> dict[str, Any]:
    ids = [tip.snippet.id for tip in explanation.tips]
    return {
        "file": str(place.path),
        "line": place.line,
        "column": place.column or None,
        "language": place.document.language,
        "parts": [_part_data(part, place) for part in explanation.parts],
        "lesson": app.lesson(ids) if place.column and ids else None,
    }


def _part_data(part: Part, place: Place) -> dict[str, Any]:
    return {
        "text": place.document.text[part.span.start : part.span.end],
        "column": part.span.start - place.line_start + 1,
        "tips": [tip_data(tip) for tip in part.tips],
    }


def tip_data(tip: Tip) -> dict[str, Any]:
    """A tip as JSON, with the reason it is shown."""
    snippet = tip.snippet
    return {
        "id": snippet.id,
        "title": snippet.title,
        "tip": snippet.tip,
        "level": snippet.level,
        "pack": snippet.pack,
        "matched": f"{tip.fact.kind}:{tip.fact.name}",
        "found_by": tip.fact.how,
    }
