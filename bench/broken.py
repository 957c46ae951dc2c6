"""Is the function around a place still known when a line near it is missing or the end is cut?

    python bench/broken.py DIR [edits]

The whole text was read before, as in an editor. Takes files of every language under DIR
(bench/corpus.py fetches some), deletes a line or cuts the text, and compares what encloses a
place a few lines on. Lines that begin a function are not deleted: without them there is none.
Printed by language: places, share kept, slowest read.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import defaultdict
from pathlib import Path

from lsp_learn.context import ContextReader, Languages
from lsp_learn.model import CodeContext, Document

AROUND = re.compile(r"function|method|constructor|def$|closure|lambda")
FILES = 12
LARGEST = 60_000


def functions(context: CodeContext) -> list[str]:
    return [fact.name for fact in context.enclosing if AROUND.search(fact.name)]


def first_word(lines: list[str], number: int) -> int:
    line = lines[number]
    return sum(len(one) + 1 for one in lines[:number]) + len(line) - len(line.lstrip())


def tried(
    reader: ContextReader, language: str, text: str, chance: random.Random
) -> tuple[bool, bool, float] | None:
    """One edit: whether a function was around, whether it still is, and the seconds it took."""
    lines = text.split("\n")
    gone = chance.randrange(1, len(lines))
    near = min(len(lines) - 1, gone + chance.randrange(1, 12))
    offset = first_word(lines, near)
    whole = Document(f"file:///{hash(text)}", language, None, text)
    around = functions(reader.at(whole, offset))
    row = functions(reader.at(whole, first_word(lines, gone)))
    begins = around != row or not lines[gone][:1].isspace()
    if not around or begins:  # the line that is missing begins or ends a function
        return None
    broken = "\n".join([*lines[:gone], *lines[gone + 1 :]])
    if chance.random() < 0.3:
        broken = broken[: offset + 40]
    start = time.perf_counter()
    after = reader.at(Document(whole.uri, language, None, broken), offset - len(lines[gone]) - 1)
    return True, bool(functions(after)), time.perf_counter() - start


def main() -> None:
    """Count and print."""
    root = Path(sys.argv[1])
    edits = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    languages = Languages()
    reader = ContextReader(languages)
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(root.rglob("*")):
        if path.is_file() and 1_500 < path.stat().st_size < LARGEST:
            found[languages.of_path(path)].append(path)
    for language, paths in sorted(found.items()):
        if not language:
            continue
        chance = random.Random(20261122)
        texts = [
            path.read_text(encoding="utf-8", errors="replace")
            for path in chance.sample(paths, min(FILES, len(paths)))
        ]
        results = [tried(reader, language, chance.choice(texts), chance) for _ in range(edits)]
        asked = [one for one in results if one is not None]
        if len(asked) < edits // 20:
            print(f"{language:14} no functions")
            continue
        kept = sum(one[1] for one in asked) / len(asked)
        slowest = max(one[2] for one in asked) * 1000
        print(f"{language:14} {len(asked):4} places, {kept:6.1%} kept, slowest {slowest:7.1f} ms")


if __name__ == "__main__":
    main()
