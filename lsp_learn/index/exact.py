"""Snippets by exact key, for the hover: a posting list look-up, no scoring, no query parser."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path

import whoosh
from whoosh import fields
from whoosh.filedb.filestore import FileStorage

from lsp_learn.errors import IndexDamagedError
from lsp_learn.index.record import FORMAT, from_record, keys, to_record
from lsp_learn.model import Hit, Query, Snippet

NAME = "exact"

VERSION = f"{FORMAT} {whoosh.__version__}"
"""An index of another version is not read but built again: Whoosh pickles its schema."""

_FIRST = 128
"""Postings read a key. Symbols have one or two; an error's class has one a kind of message."""

_MEGABYTES = 256
"""What Whoosh keeps until it sorts it: the keys of some 300,000 snippets."""

_KEPT = 4096
"""Keys whose snippets are kept decoded."""


def schema() -> fields.Schema:
    """`key` holds the keys, `id` the snippet's id, `record` the snippet itself."""
    return fields.Schema(key=fields.KEYWORD(commas=True), id=fields.ID(), record=fields.STORED())


def write(folder: Path, snippets: Iterable[Snippet]) -> None:
    """Write the index of some snippets into an empty folder."""
    index = FileStorage(str(folder), supports_mmap=False).create_index(schema())
    writer = index.writer(limitmb=_MEGABYTES)
    try:
        for one in snippets:
            writer.add_document(key=",".join(keys(one)), id=one.id, record=to_record(one))
    except BaseException:
        writer.cancel()  # closes what it has opened
        raise
    writer.commit(optimize=True)


class ExactIndex:
    """An open index. Safe to use from several threads: Whoosh's reader is not, so one asks
    at a time, and what was asked is kept.
    """

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`.

        Raises:
            IndexDamagedError: it cannot be opened.
        """
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[Snippet, ...]] = OrderedDict()
        try:
            # Without mmap support Whoosh reads what it needs; with it, it copies every segment.
            index = FileStorage(str(folder), supports_mmap=False).open_index()
            # A searcher would import Whoosh's query language, a third of the first look-up.
            self._reader = index.reader()
            self.count: int = self._reader.doc_count_all()
            if self.count:
                self._reader.stored_fields(0)  # opens the lazy files while they are there
        except Exception as error:
            raise IndexDamagedError("the index cannot be opened") from error

    def find(self, query: Query) -> tuple[Hit, ...]:
        """The snippets for a query's terms, in the order of the terms.

        Raises:
            IndexDamagedError: the index on disk is not what was written.
        """
        hits: dict[str, Hit] = {}
        for term in query.terms:
            for snippet in self._lookup("key", term.key):
                # A damaged posting list must never bring up a tip about something else.
                if term.key not in keys(snippet):
                    raise IndexDamagedError("a posting points at the wrong snippet")
                hit = hits.get(snippet.id)
                matched = (*(hit.matched if hit else ()), term.key)
                score = max(hit.score if hit else 0.0, term.weight)
                hits[snippet.id] = Hit(snippet, score, matched)
        return tuple(sorted(hits.values(), key=lambda h: (-h.score, h.snippet.id)))

    def get(self, snippet_id: str) -> Snippet | None:
        """The snippet with an id.

        Raises:
            IndexDamagedError: the index on disk is not what was written.
        """
        return next(iter(self._lookup("id", snippet_id)), None)

    def snippets(self) -> Iterator[Snippet]:
        """Every snippet, in the order in which they were written.

        Raises:
            IndexDamagedError: the index on disk is not what was written.
        """
        for document in range(self.count):
            try:
                with self._lock:
                    record = self._reader.stored_fields(document)["record"]
            except Exception as error:
                raise IndexDamagedError("the index cannot be read") from error
            yield from_record(record)

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            self._reader.close()

    def _lookup(self, field: str, key: str) -> tuple[Snippet, ...]:
        with self._lock:
            found = self._kept.get((field, key))
            if found is None:
                try:
                    found = tuple(from_record(r) for r in self._records(field, key))
                except IndexDamagedError:
                    raise
                except Exception as error:
                    raise IndexDamagedError("the index cannot be read") from error
                self._kept[field, key] = found
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return found

    def _records(self, field: str, key: str) -> Iterable[object]:
        if (field, key) not in self._reader:
            return
        postings = self._reader.postings(field, key)
        for _ in range(_FIRST):
            if not postings.is_active():
                return
            yield self._reader.stored_fields(postings.id())["record"]
            postings.next()
