"""Generations: every state of the packs has its own folder, so that nothing is ever rewritten.

    index/exact/<fingerprint>/    complete, never changed again; sizes.json says what is in it
    index/exact/building-<...>/   being written; not looked at by anyone
    index/exact/build.lock        held by the process that builds
    index/words/...               the same

A generation is built aside and renamed into place: a kill at any moment leaves the old state
or the new one. Servers that share a cache share the generation; one that still reads an older
one keeps it. What is damaged is renamed away and built again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lsp_learn.errors import LspLearnError

SIZES = "sizes.json"
LOCK = "build.lock"

_BUILDING = "building-"
_KEPT_DAYS = 7
_LOCK_SECONDS = 120


class Generations:
    """The generations under one folder (created private to the user when first written)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, fingerprint: str) -> Path:
        """Where the generation of a fingerprint is, or would be."""
        return self.root / fingerprint

    def ready(self, fingerprint: str) -> bool:
        """Whether the generation is there and every file has the size it was written with."""
        return not self.damage(fingerprint, contents=False)

    def damage(self, fingerprint: str, *, contents: bool = True) -> str:
        """What is wrong with a generation, "" when nothing is. With `contents`, every byte is
        compared, not the sizes alone.
        """
        folder = self.folder(fingerprint)
        try:
            expected = json.loads((folder / SIZES).read_text(encoding="utf-8"))
            for name, (size, digest) in expected.items():
                if (folder / name).stat().st_size != size:
                    return f"{name} has the wrong size"
                if contents and _digest(folder / name) != digest:
                    return f"{name} has changed"
        except FileNotFoundError as error:
            return f"{Path(error.filename).name} is missing"
        except (OSError, ValueError, TypeError, AttributeError) as error:
            return f"{SIZES} cannot be read ({type(error).__name__})"
        return ""

    def drop(self, fingerprint: str) -> None:
        """Take a damaged generation out of the way; it may still be open somewhere."""
        folder = self.folder(fingerprint)
        if not folder.exists():
            return
        try:
            aside = tempfile.mkdtemp(prefix=_BUILDING, dir=self.root)
            folder.rename(Path(aside) / "damaged")
        except OSError:  # Windows: still open. The manifest decides, so take that away.
            (folder / SIZES).unlink(missing_ok=True)
        self.sweep(fingerprint)

    def build(self, fingerprint: str, write: Callable[[Path], None]) -> Path:
        """Build a generation with `write` unless it is there; returns its folder.

        Several processes may call this at once: one builds, the others wait and use it.

        Raises:
            LspLearnError: the folder cannot be written to, or the lock was not free in time.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415  (only who builds needs it)

        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(str(self.root / LOCK), timeout=_LOCK_SECONDS):
                if not self.ready(fingerprint):
                    self.drop(fingerprint)
                    self._build(fingerprint, write)
        except Timeout:
            message = f"another lsp-learn has been building the index for {_LOCK_SECONDS} seconds"
            hint = f"end it, or delete {self.root / LOCK} if none is running"
            raise LspLearnError(message, hint) from None
        except BrokenPipeError:  # whoever was told of the progress has gone, not the disk
            raise
        except OSError as error:
            message = f"the index cannot be written to {self.root}: {error.strerror or error}"
            hint = "free the disk or set LSP_LEARN_CACHE to a folder that can be written to"
            raise LspLearnError(message, hint) from error
        return self.folder(fingerprint)

    def _build(self, fingerprint: str, write: Callable[[Path], None]) -> None:
        building = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=self.root))
        try:
            write(building)
            files = sorted(path for path in building.rglob("*") if path.is_file())
            sizes = {
                path.relative_to(building).as_posix(): (path.stat().st_size, _digest(path))
                for path in files
            }
            with (building / SIZES).open("w", encoding="utf-8") as file:
                json.dump(sizes, file)
                file.flush()
                os.fsync(file.fileno())
            building.rename(self.folder(fingerprint))
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        self.sweep(fingerprint)

    def sweep(self, keep: str) -> None:
        """Delete what no running server can still need: old generations, and what a killed
        build left behind.
        """
        now = time.time()
        for path in self.root.iterdir() if self.root.is_dir() else ():
            if path.name in {keep, LOCK} or not path.is_dir():
                continue
            days = (now - path.stat().st_mtime) / 86_400
            if days > (1 / 24 if path.name.startswith(_BUILDING) else _KEPT_DAYS):
                shutil.rmtree(path, ignore_errors=True)

    def touch(self, fingerprint: str) -> None:
        """Say that a generation is in use."""
        with contextlib.suppress(OSError):  # a read-only cache is never swept either
            os.utime(self.folder(fingerprint))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
