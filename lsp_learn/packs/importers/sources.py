"""Reading what is imported without trusting it: sizes, links, names, encodings."""

from __future__ import annotations

import json
import lzma
import os
import posixpath
import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from lsp_learn.errors import PackError
from lsp_learn.packs.archive import MAX_DEPTH, MAX_FILES, ArchiveFiles, printable
from lsp_learn.packs.files import ARCHIVE_SUFFIX, FolderFiles, read_text
from lsp_learn.packs.importers.draft import Imported

MAX_JSON = 50_000_000
"""Bytes. All rules of ruff are two millions."""

_MAX_MEMBERS = 1_000_000
_MAX_UNPACKED = 20_000_000_000
"""Files of an archive that is read through, and their bytes. Apple's documentation has a tenth."""


def read_json(place: Path) -> Any:
    """The value in a JSON file.

    Raises:
        PackError: it cannot be read, is too large, or is no JSON.
    """
    try:
        if not place.is_file():
            reason = "is a folder" if place.is_dir() else "there is no such file"
            raise PackError(f"{place}: {reason}", "name the JSON file")
        with place.open("rb") as file:
            content = file.read(MAX_JSON + 1)
    except OSError as error:
        raise _unreadable(place, error) from error
    if len(content) > MAX_JSON:
        message = f"{place} has more than {MAX_JSON:,} bytes"
        raise PackError(message, "name a file that holds rules, not the results of a large run")
    hint = "write the tool's output into the file again, without its messages"
    return parse_json(content, place, hint)


def parse_json(content: bytes, place: Path, hint: str) -> Any:
    """The value in JSON.

    Raises:
        PackError: it is no JSON.
    """
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise PackError(f"{place} is not UTF-8", "save the file as UTF-8") from None
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "nested too deep"
        raise PackError(f"{place} is not JSON: {reason}", hint) from None


def read_members(place: Path, names: Collection[str], limit: int, hint: str) -> dict[str, bytes]:
    """Those of some files that are in a folder, or at the top of a .tar.gz, no larger than
    `limit` bytes.

    Raises:
        PackError: there is no such place, it cannot be read, or a file is too large.
    """
    if place.is_dir():
        there = {name: place / name for name in names if (place / name).is_file()}
        return {name: read_limited(path, limit, hint) for name, path in there.items()}
    if not place.is_file():
        raise PackError(f"{place}: there is no such file or folder", hint)

    def wanted(path: str) -> int:
        return limit if PurePosixPath(path).name in names and path.count("/") < 2 else 0

    return {PurePosixPath(path).name: content for path, content in tar_files(place, wanted, hint)}


def read_limited(path: Path, limit: int, hint: str) -> bytes:
    """The bytes of a file that has at most so many.

    Raises:
        PackError: it has more, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(content) > limit:
        raise PackError(f"{path} has more than {limit:,} bytes", hint)
    return content


def tar_files(place: Path, wanted: Callable[[str], int], hint: str) -> Iterator[tuple[str, bytes]]:
    """The plain files of a .tar.gz for which `wanted` says how many bytes they may have, with
    their paths in there. Nothing is unpacked; links are left out.

    Raises:
        PackError: it is no such archive, damaged, or larger than anybody's.
    """
    import tarfile  # noqa: PLC0415  (10 ms that other formats need not pay)

    try:
        with tarfile.open(place, "r|*") as archive:
            for number, member in enumerate(archive):
                name = posixpath.normpath(member.name)
                if number > _MAX_MEMBERS or member.offset_data > _MAX_UNPACKED:
                    raise PackError(f"{place} holds more than any documentation", hint)
                limit = wanted(name) if member.isreg() and not name.startswith(("/", "..")) else 0
                if not limit:
                    continue
                file = archive.extractfile(member)
                content = file.read(limit + 1) if file and member.size <= limit else b""
                if len(content) < member.size:
                    raise PackError(f"{printable(name)} in {place} is too large or cut off", hint)
                yield name, content
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
        message = f"{place} is no .tar.gz archive, or damaged ({type(error).__name__})"
        raise PackError(message, hint) from error


def read_pages(place: Path, imported: Imported) -> Iterator[tuple[str, str]]:
    """The Markdown files in a folder or a zip archive, sorted, with their path in there.

    Links are not followed and hidden folders not entered; what cannot be read is noted.

    Raises:
        PackError: there is no such place, or the archive breaks a rule.
    """
    if place.suffix == ARCHIVE_SUFFIX and place.is_file():
        with ArchiveFiles(place) as archive:
            for name in archive.names():
                if name.endswith(".md"):
                    yield from _page(archive, name, imported)
        return
    if not place.is_dir():
        reason = "is a file" if place.exists() else "there is no such folder"
        raise PackError(f"{place}: {reason}", "name a folder with Markdown files, or its .zip")
    folder = FolderFiles(place)
    for name in sorted(_names(place, imported)):
        yield from _page(folder, name, imported)


def _page(
    files: FolderFiles | ArchiveFiles, name: str, into: Imported
) -> Iterator[tuple[str, str]]:
    text, problem = read_text(files, name)
    if text is not None:
        yield name, text
    elif problem is not None:
        into.left_out(printable(name), problem.message, problem.hint)


def _names(place: Path, imported: Imported) -> Iterator[str]:
    found = 0

    def refused(error: OSError) -> None:
        shown = printable(Path(error.filename).relative_to(place).as_posix())
        imported.left_out(shown, "a folder that cannot be read", "check that you may read it")

    for folder, folders, files in os.walk(place, onerror=refused, followlinks=False):
        inside = Path(folder).relative_to(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if len(inside.parts) >= MAX_DEPTH and folders:
            hint = "import the folder below by itself"
            shown = printable(inside.as_posix())
            imported.left_out(shown, f"folders deeper than {MAX_DEPTH}", hint)
            folders.clear()
        for name in files:
            path = Path(folder, name)
            if not name.endswith(".md") or name.startswith("."):
                continue
            shown = (inside / name).as_posix()
            found += 1
            if found > MAX_FILES:
                raise PackError(f"{place} has more than {MAX_FILES:,} pages", "import a part of it")
            if path.is_symlink() or not path.is_file():
                hint = "put the file itself into the folder"
                imported.left_out(printable(shown), "a link, or no plain file", hint)
            else:
                yield shown


def _unreadable(place: Path, error: OSError) -> PackError:
    reason = error.strerror or type(error).__name__
    return PackError(f"{place} cannot be read: {reason}", "check that you may read the file")
