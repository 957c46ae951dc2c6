"""Texts of any size: which are read, and of a large one the part around a place."""

from __future__ import annotations

from dataclasses import replace

from lsp_learn.model import CodeContext, Span

MAX_TEXT = 1_000_000
"""Code points. Of a larger text only a window around the place is read: its tree would take
20 MB and 100 ms."""

WINDOW_LINES = 300
"""Lines of that window before and after the place."""

MAX_LINE = 20_000
"""Code points. A longer line is minified or data; there is nothing to learn at a place in it."""


def window(text: str, offset: int) -> tuple[int, int]:
    """The part of a large text that is read for a place: some hundred lines around it.

    It starts at a line without indentation, where nearly always a definition starts: a text cut
    inside one would be read wrongly by the languages that go by indentation.
    """
    start = offset
    for _ in range(WINDOW_LINES):
        start = text.rfind("\n", 0, max(0, start - 1)) + 1
        if not start:
            break
    while start and (text[start : start + 1].isspace() or text[start : start + 1] in ")]}"):
        start = text.rfind("\n", 0, start - 1) + 1
        if offset - start > MAX_TEXT // 4:
            break
    end = offset
    for _ in range(WINDOW_LINES):
        end = text.find("\n", end) + 1
        if not end:
            return start, len(text)
    return start, end


def shifted(context: CodeContext, by: int) -> CodeContext:
    """The same context, its spans moved by an offset."""

    def moved(span: Span) -> Span:
        return Span(span.start + by, span.end + by)

    return replace(
        context,
        span=moved(context.span),
        facts=tuple(replace(fact, span=moved(fact.span)) for fact in context.facts),
        offered=tuple(replace(fact, span=moved(fact.span)) for fact in context.offered),
        enclosing=tuple(replace(fact, span=moved(fact.span)) for fact in context.enclosing),
    )


def readable(text: str) -> bool:
    """Whether a person may have written a text: not too long, and no line of it too long."""
    if len(text) > MAX_TEXT:
        return False
    start = 0
    while len(text) - start > MAX_LINE:
        end = text.rfind("\n", start, start + MAX_LINE + 1)
        if end < 0:
            return False
        start = end + 1
    return True
