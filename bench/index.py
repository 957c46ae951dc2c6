"""Packs of many snippets: how fast they are installed, how fast a hover finds one, how much memory.

    python bench/index.py [SIZE ...]

By default 1,000, 10,000 and 100,000 snippets beside the packs that are shipped; a million takes
the better part of an hour. Words, code and lengths are drawn from the shipped packs, names are
made up, and every run makes the same.

Installed is an archive with the command that users have, in a process of its own: checked, put
into the store, read, and put into both indexes. Beside it, in the same run, Whoosh alone builds
one index of the same fields, from values in memory, with its own analyzers and settings. Seconds
are of the processor, since the machine is shared: read the ratios. Targets: with 100,000 snippets
`x bare` at most 1.5 (with few, the start of the process and the shipped packs count as much), and
a hover (`find`, of keys not asked for before) that takes as long as with the fewest snippets.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from whoosh import analysis, fields
from whoosh.filedb.filestore import FileStorage

from lsp_learn import locations
from lsp_learn.app import App
from lsp_learn.index.exact import ExactIndex
from lsp_learn.index.record import keys, to_record
from lsp_learn.model import Fact, FactKind, Query, Snippet, Span, Term
from lsp_learn.settings import Settings

SIZES = [1_000, 10_000, 100_000]
LARGEST_PACK = 200_000
LOOKUPS = 2_000
HEAD = """\
id = "{pack}"
title = "Made up"
version = "1.0.0"
license = "CC0-1.0"
languages = ["python"]
description = "Snippets that nobody wrote."
"""
SNIPPET = """\
+++
id = "{pack}.s{number}"
title = "{title} {number}"
level = "{level}"
triggers = ["symbol:{module}.name{number}", "argument:{module}.name{number}({word}=)"]
focus = "name{number}"
tags = ["{module}"]
sources = ["Made up <https://docs.example/{number}>"]
not_run = "made up"
+++
{tip}

## Example

```python
{module}.name{number}({word}=1)
{code}
```

## Why

{why}

## Watch out

{careful}
"""


class Corpus:
    """The words, the code and the lengths of the shipped packs."""

    def __init__(self) -> None:
        counts: Counter[str] = Counter()
        self.lengths: list[int] = []
        self.code: list[str] = []
        for path in sorted(locations.shipped_packs_folder().glob("*/snippets/*.md")):
            body = path.read_text(encoding="utf-8").partition("\n+++\n")[2]
            blocks = re.findall(r"(?ms)^```\w*\n(.*?)\n```$", body)
            self.code += ["\n".join(block.split("\n")[:5]) for block in blocks[:1]]
            prose = re.sub(r"(?ms)^```.*?^```$|^#.*?$", "", body)
            words = re.findall(r"[A-Za-z][\w.]*\w", prose)
            counts.update(words)
            self.lengths.append(len(words))
        self.words = list(counts)
        self.weights = list(accumulate(counts.values()))

    def text(self, chance: random.Random, count: int) -> str:
        """A sentence of words as frequent as they are."""
        return " ".join(chance.choices(self.words, cum_weights=self.weights, k=count)) + "."

    def snippet(self, pack: str, number: int) -> str:
        """The file of a snippet, the same for the same number."""
        chance = random.Random(number)
        length = max(20, chance.choice(self.lengths) // 2)
        name = re.sub(r"[^a-z]", "", chance.choice(self.words).lower())
        return SNIPPET.format(
            pack=pack,
            number=number,
            title=self.text(chance, 4)[:50],
            level=chance.choice(["beginner", "intermediate", "advanced"]),
            module=f"m{name}",
            word=f"w{chance.randrange(50)}",
            tip=self.text(chance, chance.randint(8, 20))[:230],
            code=chance.choice(self.code),
            why=self.text(chance, length),
            careful=self.text(chance, length),
        )


def write_packs(corpus: Corpus, folder: Path, size: int) -> list[Path]:
    """Archives with so many snippets together."""
    found = []
    for start in range(0, size, LARGEST_PACK):
        pack = f"made-up-{start // LARGEST_PACK}"
        path = folder / f"{pack}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("pack.toml", HEAD.format(pack=pack))
            for number in range(start, min(size, start + LARGEST_PACK)):
                name = f"snippets/{number // 1000}/s{number}.md"
                packed.writestr(name, corpus.snippet(pack, number))
        found.append(path)
    return found


def measured(command: list[str]) -> tuple[float, float, str]:
    """Seconds of the processor, megabytes at most, and what was printed, of a process."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed")
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return used.ru_utime + used.ru_stime, used.ru_maxrss / unit, printed


def install(paths: list[Path]) -> tuple[float, float]:
    """Install archives with the command; the index is built once, after the last."""
    seconds, memory = 0.0, 0.0
    for path in paths:
        command = [sys.executable, "-m", "lsp_learn", "pack", "install", str(path)]
        command += [] if path is paths[-1] else ["--no-index"]
        took, most, _ = measured(command)
        seconds, memory = seconds + took, max(memory, most)
    return seconds, memory


def installed() -> Iterator[Snippet]:
    """Every snippet of the index that was built."""
    app = App(Settings())
    index = ExactIndex(app.generations("exact").folder(app.fingerprint()))
    yield from index.snippets()
    index.close()


def bare() -> tuple[int, float]:
    """How many snippets there are, and the seconds that Whoosh takes to build an index of their
    fields; reading them is not counted.
    """
    plain = analysis.StemmingAnalyzer(r"\w+(?:\.\w+)*")
    text = fields.TEXT(analyzer=plain, phrase=False)
    schema = fields.Schema(
        key=fields.KEYWORD(commas=True),
        id=fields.ID(),
        language=fields.KEYWORD(commas=True),
        title=text,
        names=text,
        tags=text,
        tip=text,
        body=text,
        record=fields.STORED(),
    )
    with tempfile.TemporaryDirectory() as folder:
        writer = FileStorage(folder, supports_mmap=False).create_index(schema).writer()
        count, seconds = 0, 0.0
        for snippet in installed():
            document = {
                "key": ",".join(keys(snippet)),
                "id": snippet.id,
                "language": ",".join(snippet.languages),
                "title": snippet.title,
                "names": " ".join(trigger.name for trigger in snippet.triggers),
                "tags": " ".join(snippet.tags),
                "tip": snippet.tip,
                "body": "\n".join([snippet.example.code, *(s.markdown for s in snippet.sections)]),
                "record": to_record(snippet),
            }
            start = time.process_time()
            writer.add_document(**document)
            seconds += time.process_time() - start
            count += 1
        start = time.process_time()
        writer.commit(optimize=True)
        return count, seconds + time.process_time() - start


def hover() -> dict[str, float]:
    """Milliseconds: to look at the packs and open the index, and of look-ups as hovers do them."""
    chance = random.Random(1)
    app = App(Settings())
    start = time.process_time()
    app.refresh(quick=True)
    index = app.exact()
    opened = time.process_time() - start
    picked = sorted(chance.sample(range(index.count), min(LOOKUPS, index.count)))
    wanted = set(picked)
    queries = [query(one) for n, one in enumerate(installed()) if n in wanted]
    chance.shuffle(queries)
    times = []
    for one in queries:
        start = time.process_time()
        assert index.find(one)
        times.append(time.process_time() - start)
    times.sort()
    return {
        "open": opened * 1000,
        "p50": statistics.median(times) * 1000,
        "p99": times[int(len(times) * 0.99)] * 1000,
    }


def query(snippet: Snippet) -> Query:
    """What a hover asks: a few facts of the place, one of which has a snippet."""
    trigger, language = snippet.triggers[0], snippet.languages[0]
    names = [f"{trigger.kind}:{trigger.name}", "construct:call", f"symbol:no.{snippet.id}"]
    terms = [
        Term(f"{language}:{name}", 1 - 0.1 * n, Fact(FactKind.SYMBOL, name, Span(0, 1)))
        for n, name in enumerate(names)
    ]
    return Query(tuple(terms), (language,))


def measure(corpus: Corpus, size: int) -> dict[str, Any]:
    """One size, with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["LSP_LEARN_CACHE"] = str(Path(home) / "cache")
        os.environ["LSP_LEARN_DATA"] = str(Path(home) / "data")
        paths = write_packs(corpus, Path(home), size)
        seconds, memory = install(paths)
        here = str(Path(__file__))
        count, alone = json.loads(measured([sys.executable, here, "--bare"])[2])
        _, small, printed = measured([sys.executable, here, "--hover"])
        return {
            "count": count,
            "seconds": seconds,
            "memory": memory,
            "bare": alone,
            "small": small,
            **json.loads(printed),
        }


def main() -> None:
    """Measure the sizes, the smallest first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--hover", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.bare or wanted.hover:
        print(json.dumps(bare() if wanted.bare else hover()))
        return
    corpus, least = Corpus(), 0.0
    print(
        f"{'snippets':>9} {'install s':>10} {'a second':>9} {'bare s':>8} {'x bare':>7} {'MB':>6}"
        f" {'open ms':>8} {'find p50':>9} {'p99 ms':>7} {'x least':>8} {'MB':>6}"
    )
    for size in sorted(wanted.sizes):
        one = measure(corpus, size)
        least = least or one["p50"]
        print(
            f"{one['count']:>9,} {one['seconds']:>10.1f} {one['count'] / one['seconds']:>9.0f}"
            f" {one['bare']:>8.1f} {one['seconds'] / one['bare']:>7.2f} {one['memory']:>6.0f}"
            f" {one['open']:>8.1f} {one['p50']:>9.3f} {one['p99']:>7.3f}"
            f" {one['p50'] / least:>8.2f} {one['small']:>6.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
