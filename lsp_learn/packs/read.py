"""The snippets of packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_learn.model import InstalledPack, Problem, Snippet
from lsp_learn.packs.files import RefusedError, file_hash, open_files
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


def _snippets(
    pack: InstalledPack, seen: set[str]
) -> Iterator[tuple[Snippet | None, tuple[Problem, ...]]]:
    if pack.sha256:
        _compare(pack)
    with open_files(pack.place) as files:
        for name in files.snippets():
            snippet, problems = read_snippet(files, name, pack.manifest)
            if snippet is not None and snippet.id in seen:
                hint = "an id is used once: choose another one"
                problems = (Problem("S009", name, 1, f"id {snippet.id} stands twice", hint),)
                snippet = None
            elif snippet is not None:
                seen.add(snippet.id)
            yield snippet, problems


def _compare(pack: InstalledPack) -> None:
    """An archive of the store is what was installed, or it is not read."""
    try:
        found = file_hash(pack.place)
    except OSError as error:
        found = error.strerror or type(error).__name__
    if found != pack.sha256:
        message = f"the archive of {pack.manifest.id} has changed since it was installed"
        hint = "`lsp-learn pack verify` says more; install the pack again"
        raise RefusedError(Problem("P005", "", 0, message, hint))
