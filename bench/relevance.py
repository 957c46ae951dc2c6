"""How good the search is: the questions of tests/relevance/questions.toml, asked.

    python bench/relevance.py              figures of both halves, and times with every pack
    python bench/relevance.py --failures   what the tuned half gets wrong

The other half is never looked at question by question: it says what tuning is worth.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsp_learn.app import App
from lsp_learn.settings import Settings

QUESTIONS = Path(__file__).parent.parent / "tests" / "relevance" / "questions.toml"
ROUNDS = 3
"""How often each question is asked for the times; the first answer counts as the cold one."""


@dataclass(frozen=True)
class Question:
    """What somebody types, and the snippets that answer it."""

    ask: str
    language: str
    answers: tuple[str, ...]
    later: bool = False

    @property
    def tuned(self) -> bool:
        return self.later or hashlib.sha256(self.ask.encode()).digest()[0] % 2 == 0


def read_questions() -> tuple[list[Question], list[str]]:
    """The questions, and the packs they are asked of."""
    with QUESTIONS.open("rb") as file:
        values: dict[str, Any] = tomllib.load(file)
    return [
        Question(one["ask"], one.get("language", ""), tuple(one["answers"]), later=part == "tuning")
        for part in ("question", "tuning")
        for one in values[part]
    ], values["packs"]


def rank_of(question: Question, found: Sequence[str]) -> int:
    """The place of the first answer, from 1; 0 when it is not among the first ten."""
    return next((n for n, one in enumerate(found, 1) if one in question.answers), 0)


def figures(name: str, asked: Sequence[tuple[Question, list[str]]]) -> None:
    """One line of figures for some questions and what was found."""
    ranks = [rank_of(question, found) for question, found in asked if question.answers]
    nothing = [not found for question, found in asked if not question.answers]
    silent = sum(not found for question, found in asked if question.answers)
    print(
        f"{name:10} {len(ranks):4} questions"
        f"   top-1 {share(sum(r == 1 for r in ranks), len(ranks))}"
        f"   top-3 {share(sum(1 <= r <= 3 for r in ranks), len(ranks))}"
        f"   MRR {statistics.mean(1 / r if r else 0 for r in ranks):.3f}"
        f"   nothing found {silent}"
        f"   without an answer {sum(nothing)} of {len(nothing)} silent"
    )


def share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):5.1f} %"


def times(questions: Sequence[Question]) -> None:
    """How long answers take with every pack that is installed."""
    app = App()
    app.search("warm")
    seconds = []
    for _ in range(ROUNDS):
        for question in questions:
            start = time.perf_counter()
            app.search(question.ask, question.language)
            seconds.append(time.perf_counter() - start)
    for name, some in (("cold", seconds[: len(questions)]), ("warm", seconds[len(questions) :])):
        some.sort()
        print(
            f"{name:10} {len(some):4} searches "
            f"   p50 {1000 * statistics.median(some):5.1f} ms"
            f"   p95 {1000 * some[int(len(some) * 0.95)]:5.1f} ms"
            f"   max {1000 * some[-1]:5.1f} ms   {len(app.packs().packs)} packs"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", action="store_true", help="list what the tuned half misses")
    arguments = parser.parse_args()
    questions, packs = read_questions()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LSP_LEARN_CACHE"] = folder
        others = {pack.manifest.id for pack in App().packs().packs} - set(packs)
        app = App(Settings(disabled_packs=tuple(others)))
        start = time.perf_counter()
        index = app.build("words")
        size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
        print(f"index      {size / 1e6:.2f} MB, built in {time.perf_counter() - start:.2f} s")
        asked = [
            (one, [hit.snippet.id for hit in app.search(one.ask, one.language)])
            for one in questions
        ]
        tuned = [pair for pair in asked if pair[0].tuned]
        figures("tuned", tuned)
        figures("untouched", [pair for pair in asked if not pair[0].tuned])
        times(questions)
    if arguments.failures:
        for question, found in tuned:
            if rank_of(question, found) != 1 and (question.answers or found):
                print(f"\n{question.ask}  [{question.language}]  {' '.join(question.answers)}")
                print(f"   {rank_of(question, found)}: {' '.join(found[:4])}")


if __name__ == "__main__":
    main()
