"""The store: installed packs as archives under the name of their SHA-256, and the lock file.

    <data>/store/packs.lock.json      what is installed; the only thing that is ever changed
                 archives/<sha256>.zip
                 incoming/            what is being fetched; nobody else looks at it
                 store.lock           held by the process that changes something

A change puts new archives in place, then renames a new lock file over the old one, then deletes
archives that nothing needs any more: a kill at any moment leaves the old state or the new one.
Readers take no lock. docs/explanation/store.md tells the rest.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lsp_learn import locations
from lsp_learn.errors import PackError
from lsp_learn.model import PackManifest, Problem, Progress, Report
from lsp_learn.packs.files import WORKSPACE_PACKS, file_hash
from lsp_learn.packs.guard import disk_errors, file_lock
from lsp_learn.packs.lock import (
    ARCHIVES,
    LOCK,
    LockedPack,
    PackLock,
    PackSource,
    PackVersion,
    SourceKind,
    archive_path,
    flush_folder,
    is_damaged,
    needed_hashes,
    read_lock,
    write_lock,
)
from lsp_learn.packs.manifest import MANIFEST, pack_folders, read_manifest, version_key
from lsp_learn.packs.trust import read_trusted, write_trusted

KEPT_VERSIONS = 3
"""Versions of a pack that are kept, the one in use among them."""

_INCOMING = "incoming"
_STORE_LOCK = "store.lock"
_LOCK_SECONDS = 120
_RESUMABLE = (SourceKind.URL, SourceKind.REGISTRY)
_KEPT_DAYS = 7
"""How long a download that was cut off is kept, to go on with."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pack that may be installed: an archive that was checked, or None for a linked folder."""

    manifest: PackManifest
    source: PackSource
    archive: Path | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class PackChange:
    """What became of a pack: `action` is installed, updated, unchanged, linked, rolled back or
    removed; versions are "" where there is none.
    """

    id: str
    action: str
    version: str = ""
    before: str = ""
    source: str = ""


class Store:
    """The installed packs under one folder (created private to the user when first written)."""

    def __init__(self, root: Path, waiting: Callable[[], None] | None = None) -> None:
        """`waiting` is called once where another process holds up a change."""
        self.root = root
        self._waiting = waiting or (lambda: None)

    def read(self) -> tuple[PackLock, tuple[Problem, ...]]:
        """What is installed, and what is wrong with the lock file."""
        return read_lock(self.root)

    def get(self, pack_id: str) -> LockedPack:
        """An installed pack.

        Raises:
            PackError: no pack of this id is installed.
        """
        return _installed(self.read()[0], pack_id)

    def put(
        self, candidates: Sequence[Candidate], *, rebind: bool = False, downgrade: bool = False
    ) -> tuple[PackChange, ...]:
        """Install all the candidates, or none of them.

        Raises:
            PackError: an id belongs to another source, a version is older than the one in use,
                or the store cannot be written to.
        """
        shipped = set() if rebind else _shipped_ids()
        with self._changing() as lock:
            packs, changes = dict(lock.packs), []
            for candidate in candidates:
                key = candidate.manifest.id
                old = packs.get(key)
                if key in shipped and old is None:
                    message = f"the id {key!r} belongs to a pack that comes with lsp-learn"
                    raise PackError(message, _REBIND)
                if old and not rebind and old.source.binding != candidate.source.binding:
                    message = f"the pack {key!r} comes from {old.source}, not {candidate.source}"
                    raise PackError(message, _REBIND)
                if not downgrade:
                    _check_age(candidate, old)
                packs[key] = self._placed(candidate, old)
                changes.append(_change(candidate, old, packs[key]))
            self._write(lock, PackLock(packs))
        return tuple(changes)

    def remove(self, ids: Sequence[str]) -> tuple[PackChange, ...]:
        """Take packs away; a linked folder stays where it is.

        Raises:
            PackError: one is not installed; then none is removed.
        """
        with self._changing() as lock:
            packs, changes = dict(lock.packs), []
            for key in dict.fromkeys(ids):
                old = _installed(lock, key)
                changes.append(PackChange(key, "removed", "", _version(old), str(old.source)))
                del packs[key]
            self._write(lock, PackLock(packs))
        return tuple(changes)

    def rollback(self, pack_id: str, version: str = "") -> PackChange:
        """Use a version that was in use before: the last one, or the one that is named.

        Raises:
            PackError: the pack is not installed, or that version is not kept.
        """
        with self._changing() as lock:
            old = _installed(lock, pack_id)
            wanted = next(
                (v for v in old.versions[1:] if version in {"", v.manifest.version}), None
            )
            if wanted is None:
                kept = ", ".join(v.manifest.version for v in old.versions[1:]) or "none"
                message = f"{pack_id} has no version {version or 'before this one'} to go back to"
                raise PackError(message, f"versions that are kept: {kept}")
            if self._damage(wanted):
                message = f"the archive of {pack_id} {wanted.manifest.version} is damaged"
                raise PackError(message, "install that version again from its source")
            others = tuple(v for v in old.versions if v != wanted)
            new = replace(old, versions=(wanted, *others))
            self._write(lock, PackLock({**lock.packs, pack_id: new}))
        now, before = _version(new), _version(old)
        return PackChange(pack_id, "rolled back", now, before, str(new.source))

    def verify(self, report: Report = lambda _: None) -> tuple[Problem, ...]:
        """Compare every byte of every archive with its name, and look at every linked folder."""
        lock, problems = self.read()
        found = list(problems)
        for number, (key, pack) in enumerate(sorted(lock.packs.items())):
            report(Progress("verify", number, len(lock.packs)))
            if pack.source.kind is SourceKind.LINK:
                found += _link_problems(key, pack)
            for version in pack.versions:
                if damage := self._damage(version):
                    message = f"{key} {version.manifest.version}: the archive {damage}"
                    again = key if pack.source.kind is SourceKind.REGISTRY else pack.source.location
                    hint = f"install it again: lsp-learn pack install {again}"
                    path = archive_path(self.root, version.sha256)
                    found.append(Problem("P005", str(path), 0, message, hint))
        report(Progress("verify", len(lock.packs), len(lock.packs)))
        return tuple(found)

    def repair(self) -> bool:
        """Go back to the state before the last change, where the lock file is damaged.

        Returns:
            Whether anything was damaged. The damaged file is kept beside, as `*.damaged`.
        """
        with self._held():
            if not is_damaged(self.root):
                return False
            lock, _ = self.read()
            (self.root / LOCK).replace(self.root / f"{LOCK}.damaged")
            write_lock(self.root, lock)
        return True

    def trusted(self) -> tuple[Path, ...]:
        """The workspace folders whose own packs may be read, sorted."""
        return tuple(sorted(read_trusted(self.root)))

    def trust(self, folder: Path) -> None:
        """Let the packs of a workspace folder be read, now and when they change.

        Raises:
            PackError: it has no packs of its own, or the store cannot be written to.
        """
        if not pack_folders(folder / WORKSPACE_PACKS):
            message = f"{folder} has no packs of its own"
            hint = f"name the folder that holds {WORKSPACE_PACKS}/ with a {MANIFEST} in it"
            raise PackError(message, hint)
        with self._held():
            write_trusted(self.root, read_trusted(self.root) | {folder.resolve()})

    def withdraw(self, folder: Path) -> None:
        """Trust a workspace folder no more; it need not exist.

        Raises:
            PackError: it was not trusted, or the store cannot be written to.
        """
        with self._held():
            known, path = read_trusted(self.root), folder.resolve()
            if path not in known:
                hint = "`lsp-learn pack trust` without a folder lists those that are"
                raise PackError(f"{folder} was not trusted", hint)
            write_trusted(self.root, known - {path})

    @contextlib.contextmanager
    def scratch(self, source: PackSource, *, look: bool = False) -> Iterator[Path]:
        """A folder for what comes from a source. Another process that asks for the same source
        waits. It is emptied, unless a download that was cut off is to be gone on with; one for a
        `look` always is.

        Raises:
            PackError: it cannot be written to.
        """
        name = hashlib.sha256(str(source).encode()).hexdigest()[:32]
        folder = self.root / _INCOMING / f"{'look' if look else source.kind}-{name}"
        with disk_errors(self.root):
            self._make()
            # A download takes as long as it takes; who is killed lets go of the lock.
            with file_lock(folder.with_suffix(".lock"), -1, self._waiting):
                folder.mkdir(mode=0o700, exist_ok=True)  # what nobody holds may be swept
                try:
                    yield folder
                except BaseException:
                    if look or source.kind not in _RESUMABLE:
                        shutil.rmtree(folder, ignore_errors=True)
                    raise
                shutil.rmtree(folder, ignore_errors=True)

    # -- one change -----------------------------------------------------------------------

    @contextlib.contextmanager
    def _changing(self) -> Iterator[PackLock]:
        with self._held():
            lock, problems = self.read()
            if problems:
                raise PackError(f"{problems[0].path} {problems[0].message}", problems[0].hint)
            yield lock

    @contextlib.contextmanager
    def _held(self) -> Iterator[None]:
        with disk_errors(self.root):
            self._make()
            with file_lock(self.root / _STORE_LOCK, _LOCK_SECONDS, self._waiting):
                yield

    def _make(self) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (ARCHIVES, _INCOMING):
            (self.root / name).mkdir(mode=0o700, exist_ok=True)

    def _placed(self, candidate: Candidate, old: LockedPack | None) -> LockedPack:
        """The pack with the candidate in use; its archive is in place, but nothing names it."""
        kept = old.versions if old else ()
        if candidate.archive is None:
            return LockedPack(candidate.source)
        place = archive_path(self.root, candidate.sha256)
        version = PackVersion(
            candidate.sha256, candidate.archive.stat().st_size, candidate.manifest
        )
        if self._damage(version):
            with candidate.archive.open("rb+") as file:
                os.fsync(file.fileno())
            candidate.archive.replace(place)
            flush_folder(place.parent)
        others = tuple(v for v in kept if v.sha256 != version.sha256)
        return LockedPack(candidate.source, (version, *others)[:KEPT_VERSIONS])

    def _write(self, old: PackLock, new: PackLock) -> None:
        if new != old:
            write_lock(self.root, new)
        self._sweep()

    def _sweep(self) -> None:
        """Delete what neither this state nor the one before needs, and what killed processes
        left. The lock is held.
        """
        needed = needed_hashes(self.root)
        for path in (self.root / ARCHIVES).iterdir():
            if path.stem not in needed:
                with contextlib.suppress(OSError):  # Windows: still read; the next one does it
                    path.unlink()
        for path in self.root.glob(".writing-*"):
            path.unlink(missing_ok=True)
        self._sweep_incoming()

    def _sweep_incoming(self) -> None:
        from filelock import FileLock, Timeout  # noqa: PLC0415

        for folder in (self.root / _INCOMING).iterdir():
            resumable = folder.name.startswith(_RESUMABLE)
            with contextlib.suppress(OSError, Timeout):
                days = (time.time() - folder.stat().st_mtime) / 86_400
                if not folder.is_dir() or (resumable and 0 <= days < _KEPT_DAYS):
                    continue
                with FileLock(str(folder.with_suffix(".lock")), timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)

    def _damage(self, version: PackVersion) -> str:
        try:
            changed = file_hash(archive_path(self.root, version.sha256)) != version.sha256
        except FileNotFoundError:
            return "is missing"
        except OSError as error:
            return f"cannot be read ({error.strerror})"
        return "has changed" if changed else ""


_REBIND = "check that you mean this source; --rebind lets the id belong to it from now on"


def _installed(lock: PackLock, pack_id: str) -> LockedPack:
    if pack_id in lock.packs:
        return lock.packs[pack_id]
    names = ", ".join(sorted(lock.packs)) or "none"
    raise PackError(f"the pack {pack_id!r} is not installed", f"installed packs: {names}")


def _version(pack: LockedPack) -> str:
    return pack.versions[0].manifest.version if pack.versions else ""


def _shipped_ids() -> set[str]:
    found = (read_manifest(folder)[0] for folder in pack_folders(locations.shipped_packs_folder()))
    return {manifest.id for manifest in found if manifest is not None}


def _check_age(candidate: Candidate, old: LockedPack | None) -> None:
    if old is None or not old.versions or candidate.archive is None:
        return
    now, new = old.versions[0].manifest.version, candidate.manifest.version
    if version_key(new) < version_key(now):
        message = f"{candidate.manifest.id} {new} is older than {now}, which is installed"
        hint = f"--downgrade installs it; `lsp-learn pack rollback {candidate.manifest.id}` goes"
        raise PackError(message, f"{hint} back to the version in use before")


def _change(candidate: Candidate, old: LockedPack | None, new: LockedPack) -> PackChange:
    if candidate.archive is None:
        action = "linked"
    elif old is None:
        action = "installed"
    else:
        action = "unchanged" if old.versions[:1] == new.versions[:1] else "updated"
    before = _version(old) if old else ""
    version = candidate.manifest.version
    return PackChange(candidate.manifest.id, action, version, before, str(candidate.source))


def _link_problems(key: str, pack: LockedPack) -> list[Problem]:
    folder = Path(pack.source.location)
    manifest, problems = read_manifest(folder)
    if manifest is None or manifest.id == key:
        return list(problems)
    message = f"the linked pack is now {manifest.id!r}, not {key!r}"
    hint = f"lsp-learn pack remove {key}, then install it under its new id"
    return [Problem("P005", str(folder), 0, message, hint)]
