"""The snippets of packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_learn.model import InstalledPack, Problem, Snippet
from lsp_learn.packs.snippet import read_snippet
from lsp_learn.packs.store import in_folder, snippet_files


def read_snippets(
    packs: Iterable[InstalledPack],
) -> Iterator[tuple[Snippet | None, tuple[Problem, ...]]]:
    """Every snippet of some packs, with the problems of those that cannot be used.

    The first snippet with an id is kept, a second one is reported.
    """
    seen: set[str] = set()
    for pack in packs:
        for path in snippet_files(pack.folder):
            shown = path.relative_to(pack.folder).as_posix()
            snippet, problems = read_snippet(path, shown, pack.manifest)
            if snippet is not None and snippet.id in seen:
                hint = "an id is used once: choose another one"
                problems = (Problem("S009", shown, 1, f"id {snippet.id} stands twice", hint),)
                snippet = None
            elif snippet is not None:
                seen.add(snippet.id)
            yield snippet, tuple(in_folder(problem, pack.folder) for problem in problems)
