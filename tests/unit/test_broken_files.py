"""Files with lines taken out and ends cut off: nothing crashes, the function around is kept.

Heavy: `make test-fuzz`. Python's files are those of the running interpreter; of the other
languages the golden cases are read, which every machine has.
"""

from __future__ import annotations

import argparse
import dataclasses
import json.decoder
import random
import subprocess
import tracemalloc
from pathlib import Path
from types import ModuleType

import pytest
from golden_files import places

from lsp_learn.context import ContextReader, Languages
from lsp_learn.model import CodeContext, Document

pytestmark = pytest.mark.heavy

GOLDEN = Path(__file__).parents[1] / "golden"
LANGUAGES = Languages()
EDITS = 300
MODULES: tuple[ModuleType, ...] = (argparse, dataclasses, json.decoder, subprocess)


def sources(language: str) -> list[str]:
    if language == "python":
        return [Path(str(module.__file__)).read_text(encoding="utf-8") for module in MODULES]
    texts = []
    for path in sorted((GOLDEN / language).glob("*.txt")):
        texts.append("\n".join(dict.fromkeys(place.code for place in places(path))))
    return texts


def read(reader: ContextReader, language: str, text: str, offset: int) -> CodeContext:
    return reader.at(Document("file:///fuzz", language, None, text), offset)


@pytest.mark.parametrize("language", LANGUAGES.ids())
def test_no_edit_crashes_the_reader(language: str) -> None:
    chance = random.Random(20261121)
    reader = ContextReader(LANGUAGES)
    for text in sources(language):
        lines = text.split("\n")
        for _ in range(EDITS // 4):
            at = chance.randrange(len(lines))
            broken = "\n".join([*lines[:at], *lines[at + chance.randrange(1, 4) :]])
            cut = broken[: chance.randrange(len(broken) + 1)]
            for version in (broken, cut):
                for _ in range(4):
                    offset = chance.randrange(len(version) + 1)
                    context = read(reader, language, version, offset)
                    assert all(
                        0 <= f.span.start <= f.span.end <= len(version) for f in context.facts
                    )


def test_the_function_around_is_kept_when_a_line_is_missing() -> None:
    chance = random.Random(20261122)
    reader = ContextReader(LANGUAGES)
    kept = asked = 0
    for text in sources("python"):
        lines = text.split("\n")
        for _ in range(EDITS // 4):
            gone = chance.randrange(1, len(lines))
            near = min(len(lines) - 1, gone + chance.randrange(1, 12))
            column = len(lines[near]) - len(lines[near].lstrip())
            offset = sum(len(line) + 1 for line in lines[:near]) + column
            before = read(reader, "python", text, offset)
            broken = "\n".join([*lines[:gone], *lines[gone + 1 :]])
            after = read(reader, "python", broken, offset - len(lines[gone]) - 1)
            around = [fact.name for fact in before.enclosing if fact.name == "function"]
            if around and not lines[gone].lstrip().startswith(("def ", "async def ", "class ")):
                asked += 1
                kept += "function" in [fact.name for fact in after.enclosing]
    assert asked > EDITS // 4
    assert kept / asked >= 0.85


def test_fifty_thousand_looks_leave_no_growth() -> None:
    chance = random.Random(20261123)
    reader = ContextReader(LANGUAGES)
    text = sources("python")[0]
    tracemalloc.start()
    used = []
    for number in range(50_000):
        if number % 1_000 == 999:  # as after an edit: a new tree, and all that belongs to it
            used.append(tracemalloc.get_traced_memory()[0])
            text += "\n"
        read(reader, "python", text, chance.randrange(len(text)))
    tracemalloc.stop()
    early, late = max(used[:10]), max(used[-10:])
    assert late < early * 1.1
