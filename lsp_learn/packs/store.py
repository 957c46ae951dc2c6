"""Which packs are on this machine, and their snippets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsp_learn import locations
from lsp_learn.model import InstalledPack, Origin, Problem, Snippet
from lsp_learn.packs.manifest import MANIFEST, read_manifest
from lsp_learn.packs.snippet import read_snippet

SNIPPETS = "snippets"


@dataclass(frozen=True, slots=True)
class PackSet:
    """The packs that are read, and what was wrong with those that are not."""

    packs: tuple[InstalledPack, ...]
    problems: tuple[Problem, ...] = ()


def find_packs(folders: Sequence[Path] = (), disabled: Iterable[str] = ()) -> PackSet:
    """Shipped packs, the user's, and those in `folders` (a pack, or a folder of packs).

    A broken pack costs itself, not the others. Of two packs with one id the later place wins:
    folders over the user's over shipped ones.
    """
    places = [
        (Origin.SHIPPED, locations.shipped_packs_folder()),
        (Origin.USER, locations.user_packs_folder()),
        *((Origin.FOLDER, folder) for folder in folders),
    ]
    packs: dict[str, InstalledPack] = {}
    problems: list[Problem] = []
    for origin, place in places:
        if origin is Origin.FOLDER and not place.is_dir():
            hint = "correct packFolders in the editor's settings"
            problems.append(Problem("P002", str(place), 0, "is not a folder", hint))
            continue
        for folder in _pack_folders(place):
            manifest, wrong = read_manifest(folder)
            problems += [_in_folder(problem, folder) for problem in wrong]
            if manifest is not None:
                packs[manifest.id] = InstalledPack(manifest, folder, origin)
    off = set(disabled)
    kept = [pack for key, pack in sorted(packs.items()) if key not in off]
    return PackSet(tuple(kept), tuple(problems))


def _pack_folders(place: Path) -> list[Path]:
    if (place / MANIFEST).is_file():
        return [place]
    try:
        return sorted(folder for folder in place.iterdir() if (folder / MANIFEST).is_file())
    except OSError:
        return []


def _in_folder(problem: Problem, folder: Path) -> Problem:
    path = str(folder / problem.path)
    return Problem(
        problem.code, path, problem.line, problem.message, problem.hint, problem.severity
    )


def snippet_files(folder: Path) -> list[Path]:
    """The snippet files of a pack, sorted by path, links left out."""
    found = (folder / SNIPPETS).rglob("*.md")
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


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
            yield snippet, tuple(_in_folder(problem, pack.folder) for problem in problems)


def fingerprint(packs: Iterable[InstalledPack]) -> str:
    """Changes when any file of the packs is added, removed or written to.

    Made of paths, sizes and times, not of contents: asking must not read a thousand files.
    """
    digest = hashlib.sha256()
    for pack in packs:
        digest.update(f"{pack.manifest.id}\0{pack.folder}\0".encode())
        for path in (pack.folder / MANIFEST, *snippet_files(pack.folder)):
            try:
                status = path.stat()
            except OSError:  # removed since it was listed: the next look sees that
                continue
            name = path.relative_to(pack.folder).as_posix()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:32]
