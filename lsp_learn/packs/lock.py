"""`packs.lock.json`: which packs are installed, from where, and which versions are kept.

Changed by writing a new file aside and renaming it, so that it is always whole: before the
rename the old state holds, after it the new one. The state before the last change is kept beside
it, for the case that a disk damages the file.

    {"format": 1,
     "packs": {"team": {"source": {"kind": "url", "location": "https://...", "pinned": false},
                        "versions": [{"sha256": "...", "size": 1234, "manifest": {...}}, ...]}}}

The first of `versions` is the one in use. A linked pack has none: its files are where they are.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from lsp_learn.model import PackManifest, Problem
from lsp_learn.packs.manifest import PACK_ID

LOCK = "packs.lock.json"
BEFORE = "packs.lock.before.json"
ARCHIVES = "archives"

_FORMAT = 1


class _NewerError(ValueError):
    """A lock file of a format that this version does not know."""


_DAMAGE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What reading a lock file raises that is none."""


class SourceKind(StrEnum):
    """How a pack came here."""

    FOLDER = "folder"
    LINK = "link"
    ARCHIVE = "archive"
    URL = "url"
    WHEEL = "wheel"
    REGISTRY = "registry"


@dataclass(frozen=True, slots=True)
class PackSource:
    """Where a pack came from, and comes from again: an absolute path, an address, the name of
    a distribution, or for a registry `NAME/PACK#IDENTITY`. `pinned`: it was installed by its
    checksum.
    """

    kind: SourceKind
    location: str
    pinned: bool = False

    @property
    def binding(self) -> tuple[str, str]:
        """What an id is bound to. Archives may change their names with their versions, so for
        them the folder counts, of a disk or of a server. A registry may move: its identity counts.
        """
        kind, location = self.kind, self.location
        if kind is SourceKind.LINK:
            kind = SourceKind.FOLDER
        if kind in {SourceKind.ARCHIVE, SourceKind.URL}:
            location = re.split(r"[?#]", location)[0] if kind is SourceKind.URL else location
            location = location.replace("\\", "/").rpartition("/")[0]
        if kind is SourceKind.REGISTRY:
            location = location.rpartition("#")[2]
        return kind, location

    def __str__(self) -> str:
        location = self.location
        if self.kind is SourceKind.REGISTRY:
            location = f"{location.partition('#')[0]}, root {self.binding[1][:12]}"
        return f"{self.kind} {location}"


@dataclass(frozen=True, slots=True)
class PackVersion:
    """One archive in the store."""

    sha256: str
    size: int
    manifest: PackManifest


@dataclass(frozen=True, slots=True)
class LockedPack:
    """An installed pack: its source and the versions that are kept, the one in use first."""

    source: PackSource
    versions: tuple[PackVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class PackLock:
    """What is installed, by pack id."""

    packs: Mapping[str, LockedPack] = field(default_factory=dict)

    @property
    def hashes(self) -> frozenset[str]:
        """Every archive that is needed."""
        return frozenset(v.sha256 for pack in self.packs.values() for v in pack.versions)


def archive_path(folder: Path, sha256: str) -> Path:
    """Where the store in `folder` has the archive of a checksum."""
    return folder / ARCHIVES / f"{sha256}.zip"


def read_lock(folder: Path) -> tuple[PackLock, tuple[Problem, ...]]:
    """What is installed. Of a damaged lock file the state before the last change is used, and
    the damage reported.
    """
    try:
        return _read(folder / LOCK), ()
    except FileNotFoundError:
        return PackLock(), ()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "make it readable, or set LSP_LEARN_DATA to another folder"
        problem = Problem("P004", str(folder / LOCK), 0, f"cannot be read: {reason}", hint)
        return PackLock(), (problem,)
    except _NewerError:
        message, hint = "was written by a newer lsp-learn", "update lsp-learn"
        return PackLock(), (Problem("P004", str(folder / LOCK), 0, message, hint),)
    except _DAMAGE:
        message = "is damaged; the state before the last change is used"
        hint = "`lsp-learn pack verify --repair` goes back to that state for good"
        problem = Problem("P004", str(folder / LOCK), 0, message, hint)
    with contextlib.suppress(OSError, *_DAMAGE):
        return _read(folder / BEFORE), (problem,)
    return PackLock(), (problem,)


def needed_hashes(folder: Path) -> frozenset[str]:
    """The archives of what is installed, and of the state before the last change."""
    found = read_lock(folder)[0].hashes
    with contextlib.suppress(OSError, *_DAMAGE):
        found |= _read(folder / BEFORE).hashes
    return found


def is_damaged(folder: Path) -> bool:
    """Whether the lock file is no lock file any more. One that may not be read, or that a newer
    lsp-learn wrote, is not damaged.
    """
    try:
        _read(folder / LOCK)
    except (OSError, _NewerError):
        return False
    except _DAMAGE:
        return True
    return False


def write_lock(folder: Path, lock: PackLock) -> None:
    """Make `lock` the state. Raises OSError; the old state then still holds."""
    text = json.dumps({"format": _FORMAT, "packs": _values(lock)}, indent=1, ensure_ascii=False)
    with contextlib.suppress(FileNotFoundError):
        write_aside(folder / BEFORE, (folder / LOCK).read_bytes())
    write_aside(folder / LOCK, text.encode())


def write_aside(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file so that it is there whole or not at all, whatever happens. Without a `mode`
    it is for its owner alone. Raises OSError.
    """
    number, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Bring a folder's renames to the disk, where the system knows how."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def pack_values(pack: LockedPack) -> dict[str, Any]:
    """A pack as JSON."""
    return asdict(pack)


def read_pack(values: Any) -> LockedPack:
    """A pack from JSON. Raises ValueError, TypeError or KeyError where it is not one."""
    source = values["source"]
    return LockedPack(
        PackSource(SourceKind(source["kind"]), _text(source["location"]), bool(source["pinned"])),
        tuple(_version(value) for value in values["versions"]),
    )


def _values(lock: PackLock) -> dict[str, Any]:
    return {key: pack_values(pack) for key, pack in sorted(lock.packs.items())}


def _read(path: Path) -> PackLock:
    values = json.loads(path.read_text(encoding="utf-8"))
    if int(values["format"]) > _FORMAT:
        raise _NewerError
    packs = {key: read_pack(value) for key, value in values["packs"].items()}
    for key, pack in packs.items():
        ids = {version.manifest.id for version in pack.versions}
        if not re.fullmatch(PACK_ID, key) or ids - {key}:
            raise ValueError("id")
        if not pack.versions and pack.source.kind is not SourceKind.LINK:
            raise ValueError("versions")
    return PackLock(packs)


def _version(values: Any) -> PackVersion:
    fields = dict(values["manifest"])
    for name in ("languages", "authors"):
        fields[name] = tuple(_text(item) for item in fields[name])
    for name in ("id", "title", "version", "license", "description", "homepage"):
        _text(fields[name])
    sha256 = _text(values["sha256"])
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("sha256")
    return PackVersion(sha256, int(values["size"]), PackManifest(**fields))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value
