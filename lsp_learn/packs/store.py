"""Which packs are on this machine, where their files are, and whether they have changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsp_learn import locations
from lsp_learn.model import InstalledPack, Origin, Problem
from lsp_learn.packs.manifest import MANIFEST, read_manifest

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
        found = _pack_folders(place)
        if origin is Origin.FOLDER and not found:
            hint = f"a pack is a folder with a {MANIFEST}: name it, or the folder that holds it"
            problems.append(Problem("P002", str(place), 0, "holds no pack", hint))
        for folder in found:
            manifest, wrong = read_manifest(folder)
            problems += [in_folder(problem, folder) for problem in wrong]
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


def in_folder(problem: Problem, folder: Path) -> Problem:
    """The same problem, its path made whole."""
    path = str(folder / problem.path)
    return Problem(
        problem.code, path, problem.line, problem.message, problem.hint, problem.severity
    )


def snippet_files(folder: Path) -> list[Path]:
    """The snippet files of a pack, sorted by path, links left out."""
    return sorted(Path(entry.path) for entry in _entries(str(folder / SNIPPETS)))


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """The snippet files below a folder. `scandir` knows their kind without asking for each."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _entries(entry.path)
                elif entry.name.endswith(".md") and entry.is_file(follow_symlinks=False):
                    yield entry
    except OSError:  # removed, or not readable: what is left of the pack is still served
        return


def fingerprint(packs: Iterable[InstalledPack]) -> str:
    """Changes when any file of the packs is added, removed or written to.

    Made of paths, sizes and times, not of contents: asking must not read a thousand files.
    """
    digest = hashlib.sha256()
    for pack in packs:
        digest.update(f"{pack.manifest.id}\0{pack.folder}\0".encode())
        states = [_state(os.path.join(pack.folder, MANIFEST))]  # noqa: PTH118  (one stat, no Path)
        states += [_state(entry) for entry in _entries(str(pack.folder / SNIPPETS))]
        digest.update("\0".join(sorted(states)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]


def _state(file: str | os.DirEntry[str]) -> str:
    try:
        status = os.stat(file)  # noqa: PTH116  (as above: a thousand Paths take 5 ms)
    except OSError:  # removed since it was listed: the next look sees that
        return ""
    return f"{os.fspath(file)}\0{status.st_size}\0{status.st_mtime_ns}"
