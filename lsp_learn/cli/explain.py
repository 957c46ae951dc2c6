"""`lsp-learn explain`: a line, a selection or a place of a file; a message, or what a program
printed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.options import add_pack_options, app_for
from lsp_learn.cli.output import Output
from lsp_learn.cli.source import Place, read_place
from lsp_learn.errors import SourceError
from lsp_learn.explain.message import matched_by
from lsp_learn.explain.pieces import drawn, marked_lines, worth_showing
from lsp_learn.model import Explained, Explanation, Message, Part, Tip
from lsp_learn.text import decoded

MAX_INPUT = 64_000_000
"""Bytes read from standard input; of more, the rest is not waited for."""

_LONGEST_NAME = 250

_SHOWN = 3
"""Messages of one output that are explained; the others are counted."""

_EPILOG = """\
examples:
  lsp-learn explain app.py:12            a line, piece by piece
  lsp-learn explain app.py:12-20         some lines
  lsp-learn explain app.py:12:8          one place, with its lesson
  lsp-learn explain "KeyError: 'name'"   a message
  pytest 2>&1 | lsp-learn explain -      what a program printed
"""


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "explain",
        help="explain code, a message, or what a program printed",
        description="Explain a line piece by piece, one place of it with its lesson, an error "
        "message, or with - what a program printed.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "what",
        metavar="FILE:LINE[:COL] | MESSAGE | -",
        nargs="+",
        help="line and column count from 1",
    )
    command.add_argument(
        "--language", default="", help="the file's language id, if its name does not tell"
    )
    add_pack_options(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Print the explanation; 1 where there is nothing to say."""
    what = " ".join(arguments.what)
    app = app_for(arguments)
    if what == "-":
        return _output(app, _standard_input(), output)
    if not _names_place(what):
        return _output(app, what, output)
    place = read_place(app, what, arguments.language)
    with output.progress() as report:
        app.exact(report)
    explanation = app.explain(place.document, place.span)
    if output.as_json:
        output.data(_as_data(app, place, explanation))
    else:
        _print(app, place, explanation, output)
    return 0 if explanation.parts else 1


def _names_place(what: str) -> bool:
    """Whether a place of a file is meant, not a message: `main.c:3: error` is one."""
    place = re.fullmatch(r"(\S.*?):\d+(?:-\d+|:\d+)?", what)
    if place and (not re.search(r"\s", what) or Path(place[1]).exists()):
        return True
    return len(what) < _LONGEST_NAME and "\n" not in what and Path(what).exists()


def _print(app: App, place: Place, explanation: Explanation, output: Output) -> None:
    output.line(f"{place.path}:{place.line}")
    output.line()
    parts = worth_showing(explanation.parts)
    for line in marked_lines(place.document.text, place.span, parts):
        output.line("    " + line.text)
        for marks in drawn(line):
            output.line("    " + marks, "bold yellow")
    output.line()
    if not parts:
        output.line("Nothing to explain here.")
    elif place.column:
        output.markdown(app.lesson([tip.snippet.id for tip in explanation.tips]))
    else:
        for number, part in enumerate(parts, 1):
            for tip in part.tips[:1]:
                output.line(f"{number:3} {tip.snippet.title}", "bold")
                output.line(f"    {tip.snippet.tip}")
        output.line()
        output.line("A column behind the line opens the lesson: FILE:LINE:COL")


def _standard_input() -> str:
    if sys.stdin.isatty():
        hint = "pipe a program's output into it: pytest 2>&1 | lsp-learn explain -"
        raise SourceError("there is nothing on standard input", hint)
    return decoded(sys.stdin.buffer.read(MAX_INPUT))


def _output(app: App, text: str, output: Output) -> int:
    """Explain what a program printed."""
    with output.progress() as report:
        app.exact(report)
    found = app.explain_output(text)
    known = [one for one in found if one.tips]
    if output.as_json:
        output.data({"messages": [_message_data(app, one) for one in found]})
        return 0 if known else 1
    if not found:
        output.line("No message of a known tool here. Words can be searched: lsp-learn search")
        return 1
    first = found[0]
    shown = _told_once([first, *known])[:_SHOWN]
    for one in shown:
        _print_message(app, one, output, in_full=one is first)
    rest = len(found) - len(shown)
    if rest > 0:
        output.line(f"{rest} more message{'s' if rest > 1 else ''}; the first is the one to fix.")
    return 0 if known else 1


def _told_once(found: Sequence[Explained]) -> list[Explained]:
    """The messages without those about which the same words would be said again."""
    told: dict[object, Explained] = {}
    for one in found:
        snippet = one.tips[0].snippet if one.tips else None
        told.setdefault((snippet.id, snippet.tip) if snippet else id(one), one)
    return list(told.values())


def _print_message(app: App, one: Explained, output: Output, *, in_full: bool) -> None:
    message = one.message
    code = f" [{message.code}]" if message.code else ""
    kind = f"{message.error}: " if message.error != message.tool else ""
    output.line(f"{kind}{message.text}{code}", "bold yellow")
    output.line(f"    {message.tool}{_where(message)}")
    if not one.tips:
        output.line("    No installed pack explains this one.")
    elif in_full:
        output.line(f"    found by {matched_by(one.tips[0])}")
        output.line()
        page = app.lesson_of(one.tips)
        output.markdown(page.markdown if page else "")
    else:
        snippet = one.tips[0].snippet
        output.line(f"    {snippet.title}: {snippet.tip}")
    output.line()


def _where(message: Message) -> str:
    where = f" in {message.function}," if message.function else ""
    if message.path:
        where += f" {message.path}" + (f":{message.line}" if message.line else "")
    return where and ", at" + where


def _message_data(app: App, one: Explained) -> dict[str, Any]:
    message = one.message
    page = app.lesson_of(one.tips)
    return {
        "tool": message.tool,
        "code": message.code or None,
        "error": message.error,
        "text": message.text,
        "severity": message.severity,
        "file": message.path or None,
        "line": message.line or None,
        "function": message.function or None,
        "matched_by": matched_by(one.tips[0]) if one.tips else None,
        "tips": [tip_data(tip) for tip in one.tips],
        "lesson": page.markdown if page else None,
    }


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
