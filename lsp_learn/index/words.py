"""Snippets by words, for the search: titles, tags, triggers and texts, ranked by BM25F."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from whoosh import analysis, fields, query, scoring
from whoosh.filedb.filestore import FileStorage

from lsp_learn.errors import IndexDamagedError
from lsp_learn.index.record import from_record, to_record
from lsp_learn.model import Hit, Snippet

NAME = "words"

_BOOSTS = {"title": 3.0, "names": 3.0, "tip": 1.5, "body": 1.0}
_WORD = re.compile(r"[^\W_]+(?:[._][^\W_]+)*")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "get",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "my",
        "of",
        "on",
        "or",
        "that",
        "the",
        "this",
        "to",
        "was",
        "what",
        "when",
        "where",
        "which",
        "why",
        "with",
        "you",
        "your",
    ]
)
_SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "ers", "er", "ed", "es", "s")


def words(text: str) -> Iterator[str]:
    """The search words of a text: whole names, and their parts (`getHTTPResponse`, `read_text`).

    Prose is cut to a rough stem, so that `sorting` finds `sort`; names are kept whole as well.
    """
    for match in _WORD.finditer(text):
        whole = match[0]
        if whole.lower() in _STOP and "." not in whole:
            continue
        yield whole.lower()
        parts = [part for piece in re.split(r"[._]", whole) for part in _HUMP.findall(piece)]
        lowered = {part.lower() for part in parts} | {part.lower() for part in whole.split(".")}
        for part in sorted(lowered):
            if part not in _STOP:
                yield from (w for w in dict.fromkeys((part, stem(part))) if w != whole.lower())


def stem(word: str) -> str:
    """A word without its commonest English ending; the word itself where little would be left."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            cut = word.removesuffix(suffix) + ("y" if suffix == "ies" else "")
            return cut[:-1] if len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "sl" else cut
    return word


def schema() -> fields.Schema:
    """Four texts, already cut into words by `words`, and the snippet itself."""
    text = fields.TEXT(analyzer=analysis.RegexTokenizer(r"\S+"), phrase=False)
    return fields.Schema(
        title=text,
        names=text,
        tip=text,
        body=text,
        language=fields.KEYWORD(commas=True),
        record=fields.STORED(),
    )


def write(folder: Path, snippets: Iterable[Snippet]) -> None:
    """Write the index of some snippets into an empty folder."""
    index = FileStorage(str(folder), supports_mmap=False).create_index(schema())
    writer = index.writer(limitmb=64)
    for snippet in snippets:
        names = " ".join((*snippet.tags, *(f"{t.name} {t.pattern}" for t in snippet.triggers)))
        body = " ".join(section.markdown for section in snippet.sections)
        writer.add_document(
            title=_joined(snippet.title),
            names=_joined(names),
            tip=_joined(snippet.tip),
            body=_joined(f"{snippet.example.code} {snippet.example.error} {body}"),
            language=",".join(snippet.languages),
            record=to_record(snippet),
        )
    writer.commit(optimize=True)


def _joined(text: str) -> str:
    return " ".join(words(text))


class WordIndex:
    """An open index. Safe to use from several threads; one asks at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`.

        Raises:
            IndexDamagedError: it cannot be opened.
        """
        self._lock = threading.Lock()
        try:
            index = FileStorage(str(folder), supports_mmap=False).open_index()
            self._searcher = index.searcher(weighting=scoring.BM25F())
        except Exception as error:
            raise IndexDamagedError("the index cannot be opened") from error

    def search(self, text: str, language: str = "", limit: int = 10) -> tuple[Hit, ...]:
        """The snippets whose words are nearest to `text`, the best first.

        Any text is allowed: it is cut into words here, never parsed as a query language.

        Raises:
            IndexDamagedError: the index on disk is not what was written.
        """
        terms = [
            query.Term(field, word, boost=boost)
            for word in dict.fromkeys(words(text[:500]))
            for field, boost in _BOOSTS.items()
        ]
        if not terms:
            return ()
        wanted = query.Or(terms)
        if language:
            wanted = query.And(
                [wanted, query.ConstantScoreQuery(query.Term("language", language), 0.0)]
            )
        with self._lock:
            try:
                results = self._searcher.search(wanted, limit=limit)
                return tuple(
                    Hit(from_record(result["record"]), float(result.score)) for result in results
                )
            except IndexDamagedError:
                raise
            except Exception as error:
                raise IndexDamagedError("the index cannot be read") from error

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            self._searcher.close()
