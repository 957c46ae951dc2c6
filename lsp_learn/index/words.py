"""Snippets by words, for the search.

Whoosh keeps one list of snippets a word, with a weight that says where in the snippet the word
stands and how often; what is near to a question is decided here.
"""

from __future__ import annotations

import contextlib
import heapq
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from math import log
from pathlib import Path
from typing import Any

from whoosh import fields, formats
from whoosh.filedb.filestore import FileStorage

from lsp_learn.errors import IndexDamagedError
from lsp_learn.index.question import Concept, read_question
from lsp_learn.index.record import from_record, to_record
from lsp_learn.index.spelling import Spelling
from lsp_learn.index.terms import ERRORS, MISTAKE, terms_of
from lsp_learn.index.wording import (
    OWN,
    language_id,
    neighbours,
    own_name,
    wording,
)
from lsp_learn.index.wording import words as words_of
from lsp_learn.model import FactKind, Hit, Snippet

NAME = "words"

# What follows was chosen by measuring: `make relevance`, on the tuned half of the questions.

_SATURATION = 4.0
"""The weight at which a word is worth half of what it can be."""

_RESPELT = {1: 0.9, 2: 0.75}
"""What a word is worth that is so many letters from what was asked for."""

_MEANINGS = 2
"""Known words, the most frequent, that a misspelt one is read as."""

_UNKNOWN, _UNKNOWN_CODE, _UNKNOWN_WHOLE = 1.0, 0.3, 0.5
"""How much is missed where no snippet has a word; a word with a digit (`i64`, a name of the
user's own); a name of several parts, whose parts count beside it.
"""

_COVERAGE = 0.3
"""How much it matters that a snippet has many of the words rather than one of them often."""

_NAMED_LANGUAGE = 2.5
"""What serves a language that the words name counts as much more, and the rest less."""

_INHERITED = 0.9
"""The same for snippets of a language that the one asked for builds on."""

_CLOSENESS, _LOOKED_AT = 0.35, 30
"""What it adds that all neighbours in the question are neighbours in the snippet, and how many
snippets are looked at for that.
"""

_OWN_NAME = 0.2
"""Added where the question is what a snippet is called."""

_ERROR, _WHOLE_ERROR = 0.8, 0.2
"""Added where the text has the message of a snippet's error; and where it is nothing else."""

_SHORTEST_MESSAGE = 12
"""Characters from which a message is recognized without the name of its error."""

_INTENT = 1.2
"""What is a mistake counts more for those who ask why; what is none, for all others."""

_NEAR, _NEAR_ASKED, _MEANT = 0.19, 0.15, 0.05
"""Scores below which a snippet is not near: without and with a language asked for; and below
which it cannot have been meant either.
"""

_CUT = 0.4
"""Nor is it near with less than this share of the best one's score."""

_LONGEST = 500
"""Characters of a question that are read: of a longer one, a pasted traceback for example, as
many at the start and at the end, where the message stands.
"""

_SEGMENT, _MEGABYTES = 16_000, 256
"""Snippets in one segment of the index, and what Whoosh keeps of them until it sorts them. More
than that it would put aside on the disk and read again, which takes as long as all the rest.
"""

_SPELT = re.compile(r"[^\W\d_][^\W\d]*(?:\.[^\W\d]+)*")
"""Terms that a misspelt word may have meant: words, and names with dots and underscores."""

_MESSAGES = {FactKind.ERROR, FactKind.DIAGNOSTIC}


class Weighted(fields.FieldType):  # type: ignore[misc]  # Whoosh ships no types
    """A field whose values are terms with their weights: they come as they are to be found, so
    that nothing is left to take apart.
    """

    def __init__(self) -> None:
        super().__init__(formats.Existence(), analyzer=None)

    def index(
        self, value: Mapping[str, float], **_: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """The postings of a document: term, frequency, weight, and no positions."""
        for term, weight in value.items():
            yield term.encode(), 1, float(f"{weight:.3g}"), b""


def schema() -> fields.Schema:
    """`words` are the terms with their weights, `language` whom it serves, `record` the snippet."""
    return fields.Schema(
        words=Weighted(),
        language=fields.KEYWORD(commas=True),
        record=fields.STORED(),
    )


def write(folder: Path, snippets: Iterable[Snippet]) -> None:
    """Write the index of some snippets into an empty folder."""
    index = FileStorage(str(folder), supports_mmap=False).create_index(schema())
    waiting = iter(snippets)
    more = True
    while more:
        writer = index.writer(limitmb=_MEGABYTES)
        more = _write_segment(writer, islice(waiting, _SEGMENT))


def _write_segment(writer: Any, snippets: Iterable[Snippet]) -> bool:
    """Write a segment; returns whether it is full, so that there may be more."""
    count = 0
    try:
        for snippet in snippets:
            count += 1
            writer.add_document(
                words=terms_of(snippet),
                language=",".join(snippet.languages),
                record=to_record(snippet),
            )
    except BaseException:
        writer.cancel()  # closes what it has opened
        raise
    if count:
        writer.commit(merge=False)
    else:
        writer.cancel()
    return count == _SEGMENT


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
            self._searcher = index.searcher()
            self._reader = self._searcher.reader()
            self._count = self._reader.doc_count_all()
        except Exception as error:
            raise IndexDamagedError("the index cannot be opened") from error
        self._spelling: Spelling | None = None
        self._postings = lru_cache(4096)(self._read_postings)
        self._pairs = lru_cache(512)(self._read_pairs)
        self._snippet = lru_cache(512)(self._read_snippet)
        self._errors: list[tuple[int, str, re.Pattern[str]]] | None = None

    def search(
        self, text: str, language: str = "", limit: int = 10, *, near: bool = True
    ) -> tuple[Hit, ...]:
        """The snippets nearest to `text`, the best first, with scores from 0 to 1.

        Any text is allowed: it is cut into words here, never parsed as a query language. With a
        language only what serves it is found. `near` leaves out what only shares some words.

        Raises:
            IndexDamagedError: the index on disk is not what was written.
        """
        with self._lock:
            try:
                return self._search(_shortened(text), language_id(language), limit, near=near)
            except IndexDamagedError:
                raise
            except Exception as error:
                raise IndexDamagedError("the index cannot be read") from error

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            self._searcher.close()

    def _search(self, text: str, language: str, limit: int, *, near: bool) -> tuple[Hit, ...]:
        question = read_question(text)
        scores = self._scores(question.concepts)
        self._add_own_names(scores, question.names)
        self._add_errors(scores, text)
        self._for_language(scores, language, question.languages)
        self._add_closeness(scores, question.pairs)
        mistakes = self._postings(MISTAKE)
        for document in scores:
            if (document in mistakes) == question.trouble:
                scores[document] *= _INTENT
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        least = _MEANT
        if near and ranked:
            least = max(_NEAR_ASKED if language else _NEAR, _CUT * ranked[0][1])
        kept = ((document, min(score, 1.0)) for document, score in ranked if score >= least)
        return tuple(islice(self._different(kept), limit))

    def _scores(self, concepts: Iterable[Concept]) -> dict[int, float]:
        """How much of what is asked for each snippet has: 0 nothing, 1 all in the best place."""
        scores: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        most = 0.0
        for concept in concepts:
            found, weight = self._matches(concept)
            for document, share in found.items():
                scores[document] += weight * share
            if not concept.extra:
                most += weight
                for document in found:
                    covered[document] += weight
            elif not found:  # a name of several parts that nobody knows
                most += _UNKNOWN_WHOLE * weight
        return {
            document: score / most * (covered[document] / most) ** _COVERAGE
            for document, score in scores.items()
            if most
        }

    def _different(self, ranked: Iterable[tuple[int, float]]) -> Iterator[Hit]:
        """Of snippets with the same title for the same languages only the best: two packs may
        tell of one thing, and the second says nothing new.
        """
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for document, score in ranked:
            snippet = self._snippet(document)
            key = (own_name(list(words_of(snippet.title))), snippet.languages)
            if key not in seen:
                seen.add(key)
                yield Hit(snippet, score)

    def _matches(self, concept: Concept) -> tuple[dict[int, float], float]:
        """The snippets that have a concept, how much of it, and what it weighs."""
        terms = concept.terms
        if not any(self._postings(term) for term, _ in terms):
            terms = self._respelt(concept.word) if concept.word else ()
            if concept.extra and not terms and not concept.word:
                return {}, 0.0
        found: dict[int, float] = {}
        for term, quality in terms:
            for document, weight in self._postings(term).items():
                share = quality * weight / (weight + _SATURATION)
                if share > found.get(document, 0.0):
                    found[document] = share
        rarity = log(1 + (self._count - len(found) + 0.5) / (len(found) + 0.5))
        if not found:
            code = any(letter.isdigit() for letter in concept.word)
            rarity *= _UNKNOWN_CODE if code else _UNKNOWN
        return found, concept.weight * rarity

    def _respelt(self, word: str) -> tuple[tuple[str, float], ...]:
        if self._spelling is None:
            self._spelling = Spelling(self._known_words())
        near, steps = self._spelling.nearest(word)
        near.sort(key=lambda known: -len(self._postings(known)))
        return tuple((next(words_of(known)).stem, _RESPELT[steps]) for known in near[:_MEANINGS])

    def _known_words(self) -> Iterator[str]:
        for term in self._reader.field_terms("words"):
            word = term.decode() if isinstance(term, bytes) else term
            if _SPELT.fullmatch(word):
                yield word

    def _add_own_names(self, scores: dict[int, float], names: tuple[str, ...]) -> None:
        for document in {d for name in names for d in self._postings(OWN + name)}:
            scores[document] = scores.get(document, 0.0) + _OWN_NAME

    def _add_closeness(self, scores: dict[int, float], pairs: frozenset[tuple[str, str]]) -> None:
        """Words that stand together in the question count more where they do in the snippet."""
        if not pairs:
            return
        for document in heapq.nlargest(_LOOKED_AT, scores, key=lambda d: scores[d]):
            together = len(pairs & self._pairs(document)) / len(pairs)
            scores[document] *= 1 + _CLOSENESS * together

    def _add_errors(self, scores: dict[int, float], text: str) -> None:
        if self._errors is None:
            self._errors = list(self._error_patterns())
        for document, name, pattern in self._errors:
            found = pattern.search(text)
            # A pattern that any text fits says nothing without the name of its error.
            telling = found and len(found[0]) >= _SHORTEST_MESSAGE and not pattern.search("a")
            if found and (name in text or telling):
                share = _ERROR + _WHOLE_ERROR * len(found[0]) / max(len(text), 1)
                scores[document] = scores.get(document, 0.0) + share

    def _error_patterns(self) -> Iterator[tuple[int, str, re.Pattern[str]]]:
        for document in self._postings(ERRORS):
            for trigger in self._snippet(document).triggers:
                if trigger.kind in _MESSAGES and trigger.pattern:
                    with contextlib.suppress(re.error):  # a pack that nobody linted
                        name = trigger.name.rpartition(":")[2]
                        yield document, name, re.compile(trigger.pattern)

    def _for_language(
        self, scores: dict[int, float], language: str, named: tuple[str, ...]
    ) -> None:
        also = wording().also
        if language:
            own = self._serving(language)
            inherited = {d for one in also.get(language, ()) for d in self._serving(one)} - own
            for document in list(scores):
                if document in inherited:
                    scores[document] *= _INHERITED
                elif document not in own:
                    del scores[document]
        elif named:
            wanted = {
                document
                for one in named
                for name in (one, *also.get(one, ()))
                for document in self._serving(name)
            }
            for document in scores:
                scores[document] *= _NAMED_LANGUAGE if document in wanted else 1 / _NAMED_LANGUAGE

    def _serving(self, language: str) -> frozenset[int]:
        if ("language", language) not in self._reader:
            return frozenset()
        return frozenset(self._reader.postings("language", language).all_ids())

    def _read_postings(self, term: str) -> dict[int, float]:
        if ("words", term) not in self._reader:
            return {}
        matcher = self._reader.postings("words", term)
        found = {}
        while matcher.is_active():
            found[matcher.id()] = matcher.weight()
            matcher.next()
        return found

    def _read_pairs(self, document: int) -> frozenset[tuple[str, str]]:
        snippet = self._snippet(document)
        return frozenset(
            pair
            for text in (snippet.title, *snippet.tags, snippet.tip)
            for pair in neighbours(list(words_of(text)))
        )

    def _read_snippet(self, document: int) -> Snippet:
        return from_record(self._reader.stored_fields(document)["record"])


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]}\n{text[-half:]}"
