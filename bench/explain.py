"""How long it takes to explain more than a place: a selection, a code action that the editor
asks for by itself, a search, a long log.

    python bench/explain.py

Printed beside a hover at a new place in the same run, as ratios: the machine may be slow.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lsp_learn.app import App
from lsp_learn.model import Diagnostic, Document, Span
from lsp_learn.settings import Settings

ROUNDS = 40
LINES = 40
QUERIES = (
    "how can I read a file line by line",
    "why is my list None after sorting",
    "asyncio.gather",
    "dictonary comprehension",
    "TypeError: 'NoneType' object is not iterable",
)


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def shown(name: str, times: list[float], base: float = 0) -> float:
    times.sort()
    middle = statistics.median(times)
    ratio = f"  {middle / base:7.1f} x a hover" if base else ""
    print(f"  {name:44} p50 {middle:8.2f}  p95 {times[int(len(times) * 0.95)]:8.2f}{ratio}")
    return middle


def selections(text: str, chance: random.Random) -> Iterator[Span]:
    """Whole lines, `LINES` of them, at random."""
    starts = [0, *(n + 1 for n, character in enumerate(text) if character == "\n")]
    for _ in range(ROUNDS):
        first = chance.randrange(len(starts) - LINES - 1)
        yield Span(starts[first], starts[first + LINES])


def main() -> None:
    """Measure and print."""
    text = Path(argparse.__file__).read_text(encoding="utf-8")
    document = Document("file:///a.py", "python", 1, text)
    app, chance = App(Settings()), random.Random(7)
    places = [chance.randrange(len(text)) for _ in range(600)]
    for place in places[:300]:
        app.at(document, place)
    print("argparse.py, milliseconds")
    hovers = [milliseconds(lambda p=place: app.at(document, p)) for place in places[300:]]
    base = shown("hover at a new place", hovers)
    spans = list(selections(text, chance))
    for span in spans[:10]:
        app.page(document, span)
    times = [milliseconds(lambda s=span: app.page(document, s)) for span in spans[10:]]
    shown(f"a selection of {LINES} lines", times, base)
    said = Diagnostic("Ruff", "B006", "Do not use mutable data structures", Span(0, 5))
    app.at(document, 5, [said])
    acts = [milliseconds(lambda p=place: app.at(document, p, [said])) for place in places[:300]]
    shown("a code action with a diagnostic", acts, base)
    app.search(QUERIES[0])
    finds = [milliseconds(lambda q=query: app.search(q)) for query in QUERIES * 8]
    shown("a search", finds, base)
    log = "2026-11-22 10:00:00 INFO all is well at /srv/app.py:12 in main\n" * 800_000
    log += "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nKeyError: 'x'\n"
    app.explain_output("KeyError: 'x'")
    shown("50 MB of log", [milliseconds(lambda: app.explain_output(log)) for _ in range(3)], base)


if __name__ == "__main__":
    main()
