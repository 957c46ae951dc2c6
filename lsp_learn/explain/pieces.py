"""A line or a selection piece by piece: which pieces are worth showing, and the page they make.

The page reads well raw: the code with marks under it, a list of what the marks stand for in
reading order, then the lessons of the pieces that matter most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lsp_learn.model import Document, FactKind, Part, Snippet, Span, Tip

MAX_LESSONS = 3
"""Lessons in full on one page; the other pieces have their tip."""

_TABLE = 4
"""Pieces up to which nothing is trivial: who selects so little wants every part of it."""

_MATTERS = {
    FactKind.DIAGNOSTIC: 0,
    FactKind.ERROR: 0,
    FactKind.PITFALL: 1,
    FactKind.ARGUMENT: 2,
    FactKind.SYMBOL: 3,
    FactKind.OPERATOR: 4,
    FactKind.CONSTRUCT: 5,
    FactKind.KEYWORD: 6,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the code and the marks under it: `(column, length, number)`, in code points."""

    text: str
    marks: tuple[tuple[int, int, int], ...]


def worth_showing(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The pieces without what is trivial among so many: keywords, where there is more to say."""
    if len(parts) <= _TABLE:
        return tuple(parts)
    return tuple(part for part in parts if part.tips[0].fact.kind is not FactKind.KEYWORD)


def lessons_of(parts: Sequence[Part]) -> tuple[Snippet, ...]:
    """The snippets whose lessons matter most: mistakes first, then calls, then constructs; of
    equals, those for the more advanced, which are read less often elsewhere.
    """
    tips = [part.tips[0] for part in parts if part.tips]
    ordered = sorted(tips, key=lambda tip: (_MATTERS[tip.fact.kind], -tip.snippet.level.rank))
    return tuple(tip.snippet for tip in ordered[:MAX_LESSONS])


def marked_lines(text: str, span: Span, parts: Sequence[Part]) -> tuple[Line, ...]:
    """The lines of a span, each with the marks of the pieces that start in it, numbered from 1."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", max(span.start, span.end - 1))
    lines = []
    at = start
    for line in text[start : end if end >= 0 else len(text)].split("\n"):
        marks = tuple(
            (
                part.span.start - at,
                max(1, min(part.span.end, at + len(line)) - part.span.start),
                number,
            )
            for number, part in enumerate(parts, 1)
            if at <= part.span.start <= at + len(line)
        )
        lines.append(Line(line.expandtabs(1), marks))
        at += len(line) + 1
    return tuple(lines)


def drawn(line: Line) -> list[str]:
    """The lines of marks under a line of code: `^^^1`. A mark that would touch the one before
    it goes on a line of its own.
    """
    rows: list[str] = []
    for column, length, number in line.marks:
        mark = "^" * length + str(number)
        row = next((n for n, row in enumerate(rows) if len(row) < column), None)
        if row is None:
            rows.append("")
            row = len(rows) - 1
        rows[row] = rows[row].ljust(column) + mark
    return rows


def pieces_text(
    document: Document,
    span: Span,
    parts: Sequence[Part],
    full: Callable[[Snippet], str],
) -> str:
    """The page for a span; `full` gives the lesson of a snippet."""
    shown = worth_showing(parts)
    if not shown:
        return ""
    code = []
    for line in marked_lines(document.text, span, shown):
        code += [line.text, *drawn(line)]
    page = [f"# {_title(document, span)}", "```text\n" + "\n".join(code) + "\n```"]
    page.append("\n".join(_item(n, part, document) for n, part in enumerate(shown, 1)))
    lessons = lessons_of(shown)
    page += [f"---\n\n{full(snippet)}" for snippet in lessons]
    return "\n\n".join(page) + "\n"


def _title(document: Document, span: Span) -> str:
    first = document.text.count("\n", 0, span.start) + 1
    last = document.text.count("\n", 0, max(span.start, span.end - 1)) + 1
    return f"Line {first}, piece by piece" if first == last else f"Lines {first} to {last}"


def _item(number: int, part: Part, document: Document) -> str:
    code = " ".join(document.text[part.span.start : part.span.end].split())
    code = code if len(code) <= 40 else code[:39] + "…"
    tip: Tip = part.tips[0]
    mark = "``" if "`" in code else "`"
    return f"{number}. {mark}{code}{mark} **{tip.snippet.title}**: {tip.snippet.tip}"
