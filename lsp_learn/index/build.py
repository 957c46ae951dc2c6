"""Writes an index into a folder, with progress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lsp_learn.index import exact, words
from lsp_learn.model import Progress, Report, Snippet

_EVERY = 10
"""Snippets between two reports."""


PARTS = {exact.NAME: exact.write, words.NAME: words.write}
"""The two indexes by name; the hover's first, since somebody waits for it."""


def write(part: str, folder: Path, snippets: Sequence[Snippet], report: Report) -> None:
    """Write one of the indexes into an empty folder."""
    PARTS[part](folder, _counted(snippets, f"{part} index", len(snippets), report))


def _counted(
    snippets: Iterable[Snippet], stage: str, total: int, report: Report
) -> Iterator[Snippet]:
    for number, snippet in enumerate(snippets):
        if number % _EVERY == 0:
            report(Progress(stage, number, total))
        yield snippet
    report(Progress(stage, total, total))
