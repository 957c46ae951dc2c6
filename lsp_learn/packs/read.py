"""The snippets of packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lsp_learn.model import InstalledPack, Problem, Snippet
from lsp_learn.packs.files import (
    ARCHIVE_SUFFIX,
    RefusedError,
    file_hash,
    open_files,
    snippet_entries,
)
from lsp_learn.packs.find import in_place
from lsp_learn.packs.snippet import read_snippet


def read_snippets(
    packs: Iterable[InstalledPack],
) -> Iterator[tuple[Snippet | None, tuple[Problem, ...]]]:
    """Every snippet of some packs, with the problems of those that cannot be used.

    The first snippet with an id is kept, a second one is reported. An archive that is refused
    is one problem.
    """
    seen: set[str] = set()
    for pack in packs:
        try:
            for snippet, problems in _snippets(pack, seen):
                yield snippet, tuple(in_place(problem, pack.place) for problem in problems)
        except RefusedError as error:
            yield None, (in_place(error.problem, pack.place),)


def count_snippets(packs: Iterable[InstalledPack]) -> int:
    """How many snippets some packs have, or a few more: nothing is opened that takes long."""
    return sum(_count(pack.place) for pack in packs)


def _count(place: Path) -> int:
    if place.suffix != ARCHIVE_SUFFIX or place.is_dir():
        return sum(1 for _ in snippet_entries(place))
    from lsp_learn.packs.archive import count_files  # noqa: PLC0415  (a server needs none)

    try:
        return count_files(place)
    except RefusedError:
        return 0


def _snippets(
    pack: InstalledPack, seen: set[str]
) -> Iterator[tuple[Snippet | None, tuple[Problem, ...]]]:
    if pack.sha256:
        compare(pack)
    with open_files(pack.place) as files:
        for name in files.snippets():
            snippet, problems = read_snippet(files, name, pack.manifest)
            if snippet is not None and snippet.id in seen:
                problems, snippet = (twice(snippet, 1),), None
            elif snippet is not None:
                seen.add(snippet.id)
            yield snippet, problems


def twice(snippet: Snippet, line: int) -> Problem:
    """The problem of a second snippet with an id, which stands in `line` of its file."""
    hint = "an id is used once: choose another one"
    return Problem("S009", snippet.path, line, f"id {snippet.id} stands twice", hint)


def compare(pack: InstalledPack) -> None:
    """An archive of the store is what was installed, or it is not read.

    Raises:
        RefusedError: it has changed since.
    """
    try:
        found = file_hash(pack.place)
    except OSError as error:
        found = error.strerror or type(error).__name__
    if found != pack.sha256:
        message = f"the archive of {pack.manifest.id} has changed since it was installed"
        hint = "`lsp-learn pack verify` says more; install the pack again"
        raise RefusedError(Problem("P005", "", 0, message, hint))
