"""How long reading takes: facts at a place, the first read after a keystroke, beside a full
parse and beside jedi.

    python bench/context.py
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
import typing
from collections.abc import Callable
from functools import partial
from pathlib import Path

from lsp_learn.context import ContextReader, Languages
from lsp_learn.context.syntax import SyntaxTree
from lsp_learn.model import Document

PLACES = 1000
EDITS = 20
TYPED = "\n    x = len(items"
"""A line that is typed at each of these places, a character at a time."""


def milliseconds(work: Callable[[], object]) -> float:
    """Processor time: what else the machine does is left out."""
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1000


def shown(name: str, times: list[float]) -> None:
    times.sort()
    p95 = times[int(len(times) * 0.95)]
    print(f"  {name:34} p50 {statistics.median(times):8.3f}  p95 {p95:8.3f}  max {times[-1]:8.3f}")


def measure(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    print(f"{path.name}, {text.count(chr(10))} lines, milliseconds of processor time")
    languages = Languages()
    table = languages.get("python")
    assert table is not None
    table.rules.check()
    chance = random.Random(7)
    places = [chance.randrange(len(text)) for _ in range(PLACES)]
    reader = ContextReader(languages)
    document = Document("file:///a.py", "python", 1, text)
    for place in places[: PLACES // 2]:
        reader.at(document, place)
    half = places[PLACES // 2 :]
    ready = [milliseconds(partial(reader.at, document, p)) for p in half]
    shown("facts at a new place, warm", ready)
    typed = []
    for number in range(EDITS):
        place = text.find("\n", chance.randrange(len(text)))
        reader.warm(document)  # as the pause between two people's edits lets the server do
        for length in range(1, len(TYPED) + 1):
            changed = text[:place] + TYPED[:length] + text[place:]
            version = Document(document.uri, "python", number * 100 + length, changed)
            at = place + length - 1
            typed.append(milliseconds(lambda v=version, p=at: reader.at(v, p)))
    shown("first read after a keystroke", typed)
    shown(
        "a full parse alone",
        [milliseconds(lambda: SyntaxTree(text, table.grammar)) for _ in range(20)],
    )
    try:
        import jedi
    except ImportError:
        print("  jedi is not installed: left out (pip install --group bench)")
        return
    lines = text.split("\n")
    asked = []
    for _ in range(20):
        line = chance.randrange(len(lines))
        column = next((i for i, c in enumerate(lines[line]) if c.isalpha()), 0)
        script = jedi.Script(code=text)
        asked.append(milliseconds(lambda s=script, n=line, c=column: s.help(n + 1, c)))
    shown("jedi help at a place", asked)


if __name__ == "__main__":
    measure(Path(argparse.__file__))
    measure(Path(typing.__file__))
    measure(Path(__import__("_pydecimal").__file__))
