"""DevDocs: one documentation as its users have it offline, `index.json` with the names and
`db.json` with the pages.

https://github.com/freeCodeCamp/devdocs, lib/docs/core. Who wrote a documentation and under which
licence stands at the end of every page, and in the list of all of them, `docs.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lsp_learn.errors import PackError
from lsp_learn.packs.archive import printable
from lsp_learn.packs.importers.draft import NO_LICENSE, Imported, Wanted, one_line, plain_title
from lsp_learn.packs.importers.html_blocks import BlockKind, read_blocks
from lsp_learn.packs.importers.reference import Entry, ReferenceReader, address_of, credit
from lsp_learn.packs.importers.sources import parse_json, read_members

INDEX, PAGES, META, LIST = "index.json", "db.json", "meta.json", "docs.json"

_MAX_PAGES = 300_000_000
"""Bytes of db.json. The largest documentations have some sixty millions."""
_HINT = "name the folder with index.json and db.json of one documentation, or its .tar.gz"
_SITE = "https://devdocs.io"


def read_devdocs(place: Path, wanted: Wanted) -> Imported:
    """Read a folder with the two files, or the archive that DevDocs publishes of them.

    Raises:
        PackError: the files are not there or hold something else, or nobody says for which
            language they are.
    """
    files = read_members(place, {INDEX, PAGES, META, LIST}, _MAX_PAGES, _HINT)
    if INDEX not in files or PAGES not in files:
        raise PackError(f"{place} holds no {INDEX} and {PAGES}", _HINT)
    entries = _entries(parse_json(files[INDEX], place / INDEX, _HINT))
    pages = parse_json(files[PAGES], place / PAGES, _HINT)
    if not entries or not isinstance(pages, dict):
        raise PackError(f"{place} holds no documentation of DevDocs", _HINT)
    meta = _meta(files, place)
    language = wanted.language_for(meta["slug"].partition("~")[0])
    version = meta.get("release") or meta.get("version") or ""
    imported = Imported(
        title=plain_title(f"{meta['name']} {version}".strip()),
        license=NO_LICENSE,
        languages=(language,),
        description="Names of a documentation, as DevDocs has it offline.",
        homepage=wanted.source or f"{_SITE}/{meta['slug']}/",
    )
    said = _read_pages(imported, entries, pages, ReferenceReader(imported, language, wanted))
    listed = read_blocks(meta.get("attribution", "")).blocks
    credit([*(one.text for one in listed), *said], imported, wanted, printable(place.name))
    return imported


def _read_pages(
    imported: Imported, entries: list[Entry], pages: dict[str, Any], reader: ReferenceReader
) -> list[str]:
    """Read the pages that the index names; returns what they say about their authors."""
    said: list[str] = []
    last, read = "", read_blocks("")
    # As a page is read once, and its names stand together in the index or nearly so.
    for entry in sorted(entries, key=lambda one: one.page):
        html = pages.get(entry.page)
        if entry.page == "index":
            continue
        if not isinstance(html, str):
            hint = "the two files may be of different versions: fetch both again"
            imported.left_out(entry.where, f"{PAGES} has no such page", hint)
            continue
        if entry.page != last:
            last, read = entry.page, read_blocks(html)
            reader.dropped.update(read.dropped)
            said += (
                one.text
                for one in read.blocks
                if one.kind is BlockKind.ATTRIBUTION and one.text != read.link
            )
        base = read.link or f"{imported.homepage.rstrip('/')}/{entry.page}"
        reader.add(entry, read.blocks, address_of(base, entry.anchor))
    reader.finish(PAGES)
    return said


def _entries(index: Any) -> list[Entry]:
    """The entries of an index; those without a name or a path are not entries."""
    found = index.get("entries") if isinstance(index, dict) else None
    entries = []
    for one in found if isinstance(found, list) else ():
        texts = [one.get(key) for key in ("name", "path")] if isinstance(one, dict) else [None]
        if not all(isinstance(text, str) and text.strip() for text in texts):
            continue
        page, _, anchor = str(one["path"]).partition("#")
        kind = one.get("type")
        entries.append(
            Entry(
                one_line(one["name"]), one_line(kind) if isinstance(kind, str) else "", page, anchor
            )
        )
    return entries


def _meta(files: dict[str, bytes], place: Path) -> dict[str, str]:
    """What is known of the documentation: its name, slug and version, as far as they are texts;
    the folder's name where no file says it.
    """
    name = re.sub(r"(?:\.tar)?\.(?:gz|tgz)$", "", place.resolve().name)
    values: dict[str, str] = {"name": name, "slug": name}
    for found in _metas(files, place):
        if found.get("slug") == values["slug"] or META in files:
            values |= {key: one_line(v) for key, v in found.items() if isinstance(v, str) and v}
    if not re.fullmatch(r"[\w.~+-]+", values["slug"]):
        values["slug"] = re.sub(r"[^\w.~+-]", "_", values["slug"])
    return values


def _metas(files: dict[str, bytes], place: Path) -> Iterator[dict[str, Any]]:
    known = parse_json(files[META], place / META, _HINT) if META in files else {}
    if isinstance(known, dict):
        yield known
    listed = parse_json(files[LIST], place / LIST, _HINT) if LIST in files else []
    slug = known.get("slug") if isinstance(known, dict) and known else place.resolve().name
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("slug") == slug:
            yield one
