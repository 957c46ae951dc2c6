"""Reading an author's files without trusting them: size, encoding, metadata.

A pack is a folder while it is written and an archive once it is installed. What reads a pack
sees `PackFiles`, and does not care which it is.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, Self

from lsp_learn.errors import PackError
from lsp_learn.model import Problem

MAX_FILE = 64_000
"""Bytes. A snippet takes two minutes to read; the largest of ours is a tenth of this."""

SNIPPETS = "snippets"
PATHS = "paths"
ARCHIVE_SUFFIX = ".zip"
WORKSPACE_PACKS = ".lsp-learn"
"""The folder in a workspace that holds its own packs."""

_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class RefusedError(PackError):
    """An archive breaks a rule; `problem` names the rule and the file in the archive."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.path}: {problem.message} ({problem.code})", problem.hint)
        self.problem = problem


class PackFiles(Protocol):
    """The files of one pack, by their path inside it, with `/` between the parts."""

    def snippets(self) -> list[str]:
        """The snippet files, sorted."""

    def paths(self) -> list[str]:
        """The files of learning paths, sorted."""

    def size(self, name: str) -> int:
        """Bytes of a file. Raises OSError."""

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises OSError."""


class FolderFiles:
    """A pack that is a folder. Links to files and folders in it are left out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def snippets(self) -> list[str]:
        """The snippet files, sorted."""
        return self._names(snippet_entries(self._folder))

    def paths(self) -> list[str]:
        """The files of learning paths, sorted."""
        return self._names(_entries(str(self._folder / PATHS), ".toml"))

    def _names(self, entries: Iterator[os.DirEntry[str]]) -> list[str]:
        start = len(str(self._folder)) + 1
        return sorted(entry.path[start:].replace(os.sep, "/") for entry in entries)

    def size(self, name: str) -> int:
        """Bytes of a file. Raises OSError."""
        return (self._folder / name).stat().st_size

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return (self._folder / name).read_bytes()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return


def open_files(place: Path) -> AbstractContextManager[PackFiles]:
    """The files of the pack in a folder or an archive.

    Raises:
        RefusedError: the archive cannot be read, or breaks a rule.
    """
    if place.suffix == ARCHIVE_SUFFIX and not place.is_dir():
        from lsp_learn.packs.archive import ArchiveFiles  # noqa: PLC0415  (a server needs none)

        return ArchiveFiles(place)
    return FolderFiles(place)


def snippet_entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """The snippet files of a pack's folder, in no order."""
    return _entries(os.path.join(folder, SNIPPETS), ".md")  # noqa: PTH118  (as below)


def _entries(folder: str, suffix: str) -> Iterator[os.DirEntry[str]]:
    """The files of a kind below a folder. `scandir` knows what they are without asking for each."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _entries(entry.path, suffix)
                elif entry.name.endswith(suffix) and entry.is_file(follow_symlinks=False):
                    yield entry
    except OSError:  # removed, or not readable: what is left of the pack is still served
        return


def file_hash(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_text(files: PackFiles, name: str) -> tuple[str | None, Problem | None]:
    """The text of a small UTF-8 file with `\\n` line ends, or what is wrong with it."""
    text, problem = read_raw(files, name)
    return text if text is None else plain_ends(text), problem


def plain_ends(text: str) -> str:
    """A text with `\\n` line ends, without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_raw(files: PackFiles, name: str) -> tuple[str | None, Problem | None]:
    """The text of a small UTF-8 file as it stands there, or what is wrong with it."""
    try:
        size = files.size(name)
        if size > MAX_FILE:
            message = f"the file has {size:,} bytes; {MAX_FILE:,} are allowed"
            hint = "a snippet teaches one thing: split it, and keep only the smallest example"
            return None, Problem("F002", name, 0, message, hint)
        content = files.read(name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "check that the file exists and may be read"
        return None, Problem("F001", name, 0, f"cannot be read: {reason}", hint)
    try:
        return content.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 (byte {content[error.start]:#04x})"
        return None, Problem("F003", name, line, message, "save the file as UTF-8")


def read_toml(text: str, shown: str, first_line: int) -> tuple[dict[str, Any], Problem | None]:
    """TOML that starts at `first_line` (from 1) of a file."""
    try:
        return tomllib.loads(text), None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = _TOML_PLACE.search(str(error))
        line = first_line + (int(place[1]) - 1 if place and place[1] else text.count("\n"))
        message = "is not valid TOML: " + _TOML_PLACE.sub("", str(error))
        hint = 'texts stand in quotes, lists in brackets: level = "beginner", tags = ["loops"]'
        return {}, Problem("F004", shown, line, message, hint)
