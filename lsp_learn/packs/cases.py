"""Files of marked code: what must be said at a place, and where silence is right.

    == title of the case
    for i in range(len(items)):
    »        ^ python.range-len        this snippet must come first at that column
    »   ^ -                            nothing may be said
    »        ^ !python.range           this one must not come first
    »        ^ +python.range           this one must be among those found
    »<- python.for-loop                column 0, which the mark itself would cover

A line `== title: language` reads the case in another language than the pack's first. The
golden files of the context reader are written the same way, with facts instead of snippets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MARK = "»"


@dataclass(frozen=True)
class Case:
    """One marked place: `offset` into `code`, and what is expected there; `line` of the mark."""

    title: str
    code: str
    offset: int
    expected: str
    line: int

    def __str__(self) -> str:
        return f"{self.title}:{self.line}:{self.expected}"

    def met(self, found: list[str]) -> bool:
        """Whether what was found, the best first, is what is expected."""
        sign, name = self.expected[:1], self.expected[1:]
        if self.expected == "-":
            return not found
        if sign == "!":
            return found[:1] != [name]
        if sign == "+":
            return name in found
        return found[:1] == [self.expected]


def read_cases(text: str) -> Iterator[Case]:
    """Every marked place of a file, in order."""
    title, code = "", ""
    marks: list[tuple[int, str, int]] = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("== "):
            yield from (Case(title, code, *mark) for mark in marks)
            title, code, marks, start = line[3:], "", [], 0
        elif line.startswith(MARK + "<- "):
            marks.append((start, line[4:].strip(), number))
        elif line.startswith(MARK) and "^" in line:
            column = line.index("^")
            marks.append((start + column, line[column + 1 :].strip(), number))
        else:
            start = len(code)
            code += line + "\n"
    yield from (Case(title, code, *mark) for mark in marks)
