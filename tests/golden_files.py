"""Reads golden files: code in which `»` lines mark places and say what must be found there.

== title of the case
for i in range(len(items)):
»        ^ pitfall:range-len        the first fact at this column of the line above
»   ^ -                             silence
»        ^ !symbol:range            this fact must not be the first one there
»        ^ +symbol:range            this fact must be among the facts there
»<- construct:for-loop              column 0, which the mark itself would cover
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MARK = "»"


@dataclass(frozen=True)
class Place:
    """One marked place: `offset` into `code`, and what is expected there."""

    title: str
    code: str
    offset: int
    expected: str
    line: int

    def __str__(self) -> str:
        return f"{self.title}:{self.line}:{self.expected}"


def places(path: Path) -> Iterator[Place]:
    """Every marked place of a golden file."""
    title, code, marks = "", "", []
    start = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("== "):
            yield from (Place(title, code, *mark) for mark in marks)
            title, code, marks, start = line[3:], "", [], 0
        elif line.startswith(MARK + "<- "):
            marks.append((start, line[4:].strip(), number))
        elif line.startswith(MARK):
            column = line.index("^")
            marks.append((start + column, line[column + 1 :].strip(), number))
        else:
            start = len(code)
            code += line + "\n"
    yield from (Place(title, code, *mark) for mark in marks)
