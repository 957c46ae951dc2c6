"""Snippets as values, for tests of what works on them."""

from __future__ import annotations

from dataclasses import replace

from lsp_learn.model import Example, FactKind, Level, Section, Snippet, Span, Trigger

PRINT = Snippet(
    id="demo.print",
    title="print() and flush",
    tip="Writes to standard output.",
    example=Example("python", 'print("a")', Span(0, 5), "a"),
    languages=("python",),
    level=Level.BEGINNER,
    triggers=(Trigger(FactKind.SYMBOL, "print"),),
    pack="demo",
    sections=(Section("Why", "To be seen."),),
)
GATHER = replace(
    PRINT,
    id="demo.gather",
    title="Waiting for several coroutines",
    tip="Runs awaitables concurrently.",
    example=Example("python", "await asyncio.gather(a, b)", Span(0, 5), ""),
    triggers=(Trigger(FactKind.SYMBOL, "asyncio.gather"),),
    tags=("concurrency",),
)
