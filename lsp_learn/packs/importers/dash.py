"""Dash and Zeal: a docset, pages of HTML with an index in SQLite.

https://kapeli.com/docsets. A docset comes from anywhere: its database is opened for reading
alone, with a limit on what may be computed, and nothing of it is trusted to be what it says.
"""

from __future__ import annotations

import plistlib
import re
import sqlite3
import struct
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote
from xml.parsers.expat import ExpatError

from lsp_learn.errors import PackError
from lsp_learn.packs.archive import printable
from lsp_learn.packs.importers.draft import NO_LICENSE, Imported, Wanted, one_line, plain_title
from lsp_learn.packs.importers.html_blocks import MAX_PAGE, BlockKind, read_blocks
from lsp_learn.packs.importers.reference import Entry, ReferenceReader, address_of, credit
from lsp_learn.packs.importers.sources import read_limited, tar_files

_INDEX = "Contents/Resources/docSet.dsidx"
_PAGES = "Contents/Resources/Documents"
_PACKED = "Contents/Resources/tarix.tgz"
_LISTS = ("Contents/Info.plist", "Contents/info.plist")
_MAX_INDEX = 500_000_000
_MAX_LIST = 1_000_000
_MAX_ENTRIES = 500_000
_STEPS, _MAX_STEPS = 100_000, 20_000
"""Steps of SQLite between two looks, and how many looks: minutes, where an index takes a second."""

_HINT = "name a folder NAME.docset, or the .tgz of one"
_AGAIN = "fetch the docset again; `sqlite3 docSet.dsidx 'PRAGMA integrity_check'` says more"
_ENTRY_MARK = re.compile(r"<dash_entry_[^<>]*>")
_ONLINE = re.compile(r"<!--\s*Online page at\s+(https?://[^\s<>]+)\s*-->")
_KINDS = {
    "cl": "class",
    "clm": "method",
    "clconst": "constant",
    "enum": "enum",
    "func": "function",
    "instm": "method",
    "instp": "property",
    "intf": "interface",
    "macro": "macro",
    "specialization": "type",
    "struct": "struct",
    "tdef": "type",
    "unknown": "",
}
"""What some docsets call the kinds of names."""

_ZDASH = (
    "SELECT ztokenname, ztypename, zpath, zanchor FROM ztoken "
    "JOIN ztokenmetainformation ON ztoken.zmetainformation = ztokenmetainformation.z_pk "
    "JOIN zfilepath ON ztokenmetainformation.zfile = zfilepath.z_pk "
    "JOIN ztokentype ON ztoken.ztokentype = ztokentype.z_pk"
)
_DASH = "SELECT name, type, path, '' FROM searchIndex"


def read_dash(place: Path, wanted: Wanted) -> Imported:
    """Read a docset, a folder or its .tgz.

    Raises:
        PackError: it is none, its index is damaged, or nobody says for which language it is.
    """
    if place.is_dir():
        rows, values = _rows(place / _INDEX, place), _plist(_list_of(place), place)
    elif place.is_file():
        rows, values = _from_archive(place)
    else:
        raise PackError(f"{place}: there is no such file or folder", _HINT)
    language = wanted.language_for(values.get("DocSetPlatformFamily", ""))
    name = values.get("CFBundleName") or place.name.partition(".")[0]
    online = wanted.source or values.get("DashDocSetFallbackURL", "")
    imported = Imported(
        title=plain_title(name.replace("_", " ")) or "Docset",
        license=NO_LICENSE,
        languages=(language,),
        description="Names of a documentation, as a docset has it offline.",
        homepage=online if re.match(r"https?://[^\s<>]+$", online) else "",
    )
    entries = _entries(rows, imported)
    if not entries:
        raise PackError(f"{place} has no entries in its index", _AGAIN)
    said = _read_pages(imported, place, entries, ReferenceReader(imported, language, wanted))
    imported.drafts.sort(key=lambda draft: draft.where)
    credit(said, imported, wanted, printable(place.name))
    return imported


def _read_pages(
    imported: Imported, place: Path, entries: Mapping[str, list[Entry]], reader: ReferenceReader
) -> list[str]:
    """Read the pages that the index names; returns what they say about their authors."""
    said: list[str] = []
    left = set(entries)
    for page, content in _pages(place, entries):
        html = content.decode("utf-8", "replace")
        found = read_blocks(html)
        left.discard(page)
        reader.dropped.update(found.dropped)
        said += (one.text for one in found.blocks if one.kind is BlockKind.ATTRIBUTION)
        online = _ONLINE.search(html[:5_000])
        base = f"{imported.homepage.rstrip('/')}/{page}" if imported.homepage else ""
        for entry in entries[page]:
            reader.add(entry, found.blocks, address_of(online[1] if online else base, entry.anchor))
    for page in sorted(left):
        hint = "fetch the docset again; pages on the web are not fetched"
        message = f"its page, with {len(entries[page])} names, is not in the docset"
        imported.left_out(printable(page), message, hint)
    reader.finish(printable(place.name))
    return said


def _pages(place: Path, wanted: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The pages of a docset that are wanted, in an order of its own."""
    folder, packed = place / _PAGES, place / _PACKED
    if folder.is_dir():
        root = folder.resolve()
        for page in sorted(wanted):
            path = folder / page
            # A link may lead out of the docset.
            if path.is_file() and path.resolve().is_relative_to(root):
                yield page, read_limited(path, MAX_PAGE, _HINT)
        return
    archive = packed if packed.is_file() else place

    def limit(path: str) -> int:
        return MAX_PAGE if path.partition(f"{_PAGES}/")[2] in wanted else 0

    if archive.is_file():
        for name, content in tar_files(archive, limit, _HINT):
            yield name.partition(f"{_PAGES}/")[2], content


def _from_archive(place: Path) -> tuple[list[tuple[Any, ...]], dict[str, str]]:
    """The rows of the index and the list of properties in an archive."""

    def limit(path: str) -> int:
        if path.endswith(f".docset/{_INDEX}"):
            return _MAX_INDEX
        return _MAX_LIST if path.endswith(_LISTS) else 0

    found = {
        PurePosixPath(path).name.lower(): data for path, data in tar_files(place, limit, _HINT)
    }
    if "docset.dsidx" not in found:
        raise PackError(f"{place} holds no docset", _HINT)
    with tempfile.TemporaryDirectory(prefix="lsp-learn-") as folder:
        index = Path(folder) / "docSet.dsidx"
        index.write_bytes(found["docset.dsidx"])
        return _rows(index, place), _plist(found.get("info.plist", b""), place)


def _list_of(place: Path) -> bytes:
    there = (place / name for name in _LISTS)
    return next((read_limited(path, _MAX_LIST, _HINT) for path in there if path.is_file()), b"")


def _plist(content: bytes, place: Path) -> dict[str, str]:
    """The texts in a list of properties; a docset without one has no properties."""
    if not content:
        return {}
    try:
        values = plistlib.loads(content)
    except (ExpatError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        message = f"the Info.plist of {place} cannot be read ({type(error).__name__})"
        raise PackError(message, "fetch the docset again") from error
    except (OverflowError, RecursionError, struct.error) as error:
        raise PackError(f"the Info.plist of {place} is damaged", "fetch it again") from error
    pairs = values.items() if isinstance(values, dict) else ()
    return {key: one_line(value) for key, value in pairs if isinstance(value, str)}


def _rows(index: Path, place: Path) -> list[tuple[Any, ...]]:
    """The rows of an index, in either of its two forms.

    Raises:
        PackError: there is no index, or it is no database, damaged, or made to keep us busy.
    """
    if not index.is_file():
        raise PackError(f"{place} holds no docset: {_INDEX} is not there", _HINT)
    if index.stat().st_size > _MAX_INDEX:
        raise PackError(f"the index of {place} has more than {_MAX_INDEX:,} bytes", _HINT)
    looks = iter(range(_MAX_STEPS))
    try:
        # immutable: without it SQLite may write a journal beside a file that is not ours.
        address = f"{index.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000)
            database.set_progress_handler(lambda: next(looks, None) is None, _STEPS)
            database.text_factory = lambda value: value.decode("utf-8", "replace")
            database.execute("PRAGMA trusted_schema = OFF")
            names = {
                str(name).lower() for (name,) in database.execute("SELECT name FROM sqlite_master")
            }
            query = _ZDASH if "ztoken" in names else _DASH
            return database.execute(f"{query} LIMIT {_MAX_ENTRIES}").fetchall()
    except (sqlite3.Error, MemoryError) as error:
        message = f"the index of {place} is no database of a docset, or damaged ({error})"
        raise PackError(message, _AGAIN) from error


def _entries(rows: list[tuple[Any, ...]], imported: Imported) -> dict[str, list[Entry]]:
    """The entries of an index by their page."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for name, kind, path, anchor in rows:
        if not isinstance(name, str) or not isinstance(path, str) or not name.strip():
            continue
        written, _, part = _ENTRY_MARK.sub("", path).partition("#")
        page = unquote(written.partition("?")[0])
        part = _ENTRY_MARK.sub("", anchor) if isinstance(anchor, str) and anchor else part
        if re.match(r"[a-z]+:", page) or page.startswith("/") or ".." in page.split("/"):
            hint = "pages that are not in the docset are not fetched"
            imported.left_out(printable(page), f"the page of {printable(name)} is elsewhere", hint)
            continue
        known = one_line(kind).lower() if isinstance(kind, str) else ""
        entry = Entry(one_line(name), _KINDS.get(known, known), page, part)
        found[entry.page].append(entry)
    return found
