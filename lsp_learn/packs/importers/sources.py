"""Reading what is imported without trusting it: sizes, links, names, encodings."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lsp_learn.errors import PackError
from lsp_learn.packs.archive import MAX_DEPTH, MAX_FILES, ArchiveFiles, printable
from lsp_learn.packs.files import ARCHIVE_SUFFIX, FolderFiles, read_text
from lsp_learn.packs.importers.draft import Imported

MAX_JSON = 50_000_000
"""Bytes. All rules of ruff are two millions."""


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
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise PackError(f"{place} is not UTF-8", "save the file as UTF-8") from None
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "nested too deep"
        hint = "write the tool's output into the file again, without its messages"
        raise PackError(f"{place} is not JSON: {reason}", hint) from None


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
