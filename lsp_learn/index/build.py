"""Writes an index into a folder, with progress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lsp_learn.index import exact, words
from lsp_learn.model import Progress, Report, Snippet

_EVERY, _REPORTS = 10, 500
"""Snippets between two reports, and how many reports there are at most."""

_MANY = 5_000
"""Snippets from which it takes long enough to be told that Whoosh sorts what it was given."""


PARTS = {exact.NAME: exact.write, words.NAME: words.write}
"""The two indexes by name; the hover's first, since somebody waits for it."""


def write(part: str, folder: Path, snippets: Iterable[Snippet], total: int, report: Report) -> None:
    """Write one of the indexes into an empty folder, holding few of the snippets at a time.
    `total` is how many there will be, or a few more.
    """
    PARTS[part](folder, _counted(snippets, part, total, report))
    if total >= _MANY:
        report(Progress(_last_step(part), 1, 1))


def _counted(
    snippets: Iterable[Snippet], part: str, total: int, report: Report
) -> Iterator[Snippet]:
    stage, step = f"{part} index", max(_EVERY, total // _REPORTS)
    for number, snippet in enumerate(snippets):
        if number % step == 0:
            report(Progress(stage, min(number, total), total))
        yield snippet
    report(Progress(stage, total, total))
    if total >= _MANY:
        report(Progress(_last_step(part), 0, 1))


def _last_step(part: str) -> str:
    return f"{part} index, sorting"
