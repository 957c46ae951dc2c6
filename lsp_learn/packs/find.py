"""Which packs are on this machine, where their files are, and whether they have changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from lsp_learn import locations
from lsp_learn.model import InstalledPack, Origin, PackSet, Problem
from lsp_learn.packs.files import ARCHIVE_SUFFIX, WORKSPACE_PACKS, snippet_entries
from lsp_learn.packs.manifest import MANIFEST, pack_folders, read_manifest


def find_packs(
    folders: Sequence[Path] = (), disabled: Iterable[str] = (), workspaces: Sequence[Path] = ()
) -> PackSet:
    """Every pack that is to be read: those that come with the product, those the user put into
    the packs folder, installed ones, those of trusted workspaces, and those in `folders` (a
    pack, or a folder of packs).

    A broken pack costs itself, not the others. Of two packs with one id the later place wins.
    """
    packs: dict[str, InstalledPack] = {}
    problems: list[Problem] = []

    def add(origin: Origin, place: Path) -> int:
        found = pack_folders(place)
        for folder in found:
            manifest, wrong = read_manifest(folder)
            problems.extend(in_place(problem, folder) for problem in wrong)
            if manifest is not None:
                packs[manifest.id] = InstalledPack(manifest, folder, origin)
        return len(found)

    add(Origin.SHIPPED, locations.shipped_packs_folder())
    add(Origin.USER, locations.user_packs_folder())
    _add_installed(packs, problems)
    for folder in workspace_packs(workspaces)[0]:
        add(Origin.WORKSPACE, folder)
    for folder in folders:
        hint = f"a pack is a folder with a {MANIFEST}: name it, or the folder that holds it"
        if not folder.is_dir():
            hint = "correct packFolders in the editor's settings"
            if folder.suffix == ARCHIVE_SUFFIX:
                hint = f"an archive is installed: lsp-learn pack install {folder}"
            problems.append(Problem("P002", str(folder), 0, "is not a folder", hint))
        elif not add(Origin.FOLDER, folder):
            problems.append(Problem("P002", str(folder), 0, "holds no pack", hint))
    off = set(disabled)
    kept = [pack for key, pack in sorted(packs.items()) if key not in off]
    return PackSet(tuple(kept), tuple(problems))


def _add_installed(packs: dict[str, InstalledPack], problems: list[Problem]) -> None:
    """The packs of the store: what they are says the lock file, so that none need be opened."""
    root = locations.store_folder()
    if not root.is_dir():
        return
    from lsp_learn.packs.lock import archive_path, read_lock  # noqa: PLC0415  (who has a store)

    lock, wrong = read_lock(root)
    problems += wrong
    for key, pack in lock.packs.items():
        if not pack.versions:
            folder = Path(pack.source.location)
            manifest, found = read_manifest(folder)
            problems += [in_place(problem, folder) for problem in found]
            if manifest is not None and manifest.id == key:
                packs[key] = InstalledPack(manifest, folder, Origin.LINKED)
            elif manifest is not None:
                hint = f"lsp-learn pack remove {key}, then install it under its new id"
                message = f"the linked pack is now {manifest.id!r}, not {key!r}"
                problems.append(Problem("P005", str(folder), 0, message, hint))
            continue
        version = pack.versions[0]
        place = archive_path(root, version.sha256)
        if place.is_file():
            packs[key] = InstalledPack(version.manifest, place, Origin.INSTALLED, version.sha256)
        else:
            hint = f"install it again: lsp-learn pack install {pack.source.location}"
            message = f"the archive of {key} is missing"
            problems.append(Problem("P005", str(place), 0, message, hint))


def workspace_packs(workspaces: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The folders of packs that workspaces carry themselves: those of trusted workspaces, and
    those that nobody trusts.
    """
    kept: list[Path] = []
    left: list[Path] = []
    carrying = [folder for folder in workspaces if pack_folders(folder / WORKSPACE_PACKS)]
    if carrying:
        from lsp_learn.packs.trust import read_trusted  # noqa: PLC0415  (who has such packs)

        trusted = read_trusted(locations.store_folder())
        for workspace in carrying:
            own = workspace / WORKSPACE_PACKS
            (kept if workspace.resolve() in trusted else left).append(own)
    return kept, left


def in_place(problem: Problem, place: Path) -> Problem:
    """The same problem, its path made whole."""
    path = str(place / problem.path)
    return Problem(
        problem.code, path, problem.line, problem.message, problem.hint, problem.severity
    )


def fingerprint(packs: Iterable[InstalledPack]) -> str:
    """Changes when any file of the packs is added, removed or written to.

    Made of paths, sizes and times, not of contents: asking must not read a thousand files.
    """
    digest = hashlib.sha256()
    for pack in packs:
        digest.update(f"{pack.manifest.id}\0{pack.place}\0{pack.sha256}\0".encode())
        if pack.sha256:  # of the store: nobody writes to it, but it may be put there anew
            digest.update(_state(str(pack.place)).encode())
            continue
        states = [_state(os.path.join(pack.place, MANIFEST))]  # noqa: PTH118  (one stat, no Path)
        states += [_state(entry) for entry in snippet_entries(pack.place)]
        digest.update("\0".join(sorted(states)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]


def _state(file: str | os.DirEntry[str]) -> str:
    try:
        status = os.stat(file)  # noqa: PTH116  (as above: a thousand Paths take 5 ms)
    except OSError:  # removed since it was listed: the next look sees that
        return ""
    return f"{os.fspath(file)}\0{status.st_size}\0{status.st_mtime_ns}"
