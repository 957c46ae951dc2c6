"""How text becomes words: names taken apart, stems, and what people mean by a word.

What is English rather than code stands in search.toml beside this file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from whoosh.lang.snowball.english import EnglishStemmer

_WORD = re.compile(
    # An operator that stands alone: `?.`, `2>&1`, `:=`. Names with dots stay together.
    r"(?<!\S)(?P<operator>\d?[<>=!&|^~%$#@*?+/{}\[\]().:-]{1,4}\d?)[,;:]?(?!\S)"
    r"|->|=>|\?\.|\?\?|\+\+|&&|\|\||[=!]==?|[<>+]=|=~|\*\*"
    r"|c(?:\+\+|\#)(?!\w)|\w+(?:(?:\.|::)\w+)*",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_APOSTROPHE = re.compile(r"(?<=[a-z])['\u2019](?=(?:t|s|re|ve|ll|d|m)\b)", re.IGNORECASE)
_PROSE = frozenset(["-", ".", ":", "/", "(", ")", "..", "=", "+", "*"])
"""Signs that are punctuation more often than operators: they count only when asked for alone."""

OWN = "own:"
"""Begins the terms for what a snippet is called itself: `own:for-loop`."""

_BEFORE_LANGUAGE = frozenset(["in", "with", "using", "for", "use"])
_LONGEST_PHRASE = 4
_STEMMER = EnglishStemmer()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as it is written, in lower case, and the parts of a compound name."""

    whole: str
    parts: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """What the index calls it: a compound name as a whole, else its stem."""
        return self.whole if self.parts else stem(self.whole)


@dataclass(frozen=True, slots=True)
class Wording:
    """The tables of search.toml. Phrases are tuples of stems."""

    stop: frozenset[str]
    weak: frozenset[str]
    trouble: frozenset[str]
    synonyms: Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]
    languages: Mapping[tuple[str, ...], str]
    edges: Mapping[tuple[str, ...], str]
    also: Mapping[str, tuple[str, ...]]


def words(text: str) -> Iterator[Word]:
    """The words of a text in order: `getHTTPResponse` with the parts get, http and response."""
    return chain.from_iterable(map(_words_in, text.replace("`", " ").split()))


@lru_cache(maxsize=50_000)
def _words_in(piece: str) -> tuple[Word, ...]:
    """The words of a piece of text between blanks. Texts consist of the same few of them."""
    found = _WORD.finditer(_APOSTROPHE.sub("", piece))
    return tuple(_word(match["operator"] or match[0]) for match in found)


def _word(whole: str) -> Word:
    lowered = whole.lower()
    pieces = (p.lower() for n in re.split(r"[._:]+|\d+", whole) for p in _pieces(n))
    parts = tuple(dict.fromkeys(pieces))
    return Word(lowered, () if parts == (lowered,) else parts)


def _pieces(name: str) -> list[str]:
    return _PIECE.findall(name) if name.isascii() else [name]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of an English word in lower case: `sorting`, `sorts` and `sorted` give `sort`."""
    return str(_STEMMER.stem(word)) if len(word) > 2 else word


def phrase(text: str) -> tuple[str, ...]:
    """The stems of a few words."""
    return tuple(stem(word.whole) for word in words(text))


def punctuation(word: Word) -> bool:
    """Whether a word is a sign that prose uses as well."""
    return word.whole in _PROSE


@cache
def wording() -> Wording:
    """The tables, read once."""
    with Path(__file__).with_name("search.toml").open("rb") as file:
        values: dict[str, Any] = tomllib.load(file)
    synonyms: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for group in values["synonyms"]:
        members = tuple(dict.fromkeys(phrase(member) for member in group))
        for member in members:
            others = synonyms.setdefault(member, {})
            others.update((other, None) for other in members if other != member)
    languages = values["languages"]
    return Wording(
        stop=frozenset(values["stop"].split()),
        weak=frozenset(stem(word) for word in values["weak"].split()),
        trouble=frozenset(values["trouble"].split()),
        synonyms={member: tuple(others) for member, others in synonyms.items()},
        languages={phrase(w): one for one in languages for w in languages[one].get("words", ())},
        edges={phrase(w): one for one in languages for w in languages[one].get("edges", ())},
        also={one: tuple(languages[one].get("also", ())) for one in languages},
    )


def phrases(stems: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every phrase of a few words with the place where it starts, the longest first."""
    for length in range(_LONGEST_PHRASE, 0, -1):
        for start in range(len(stems) - length + 1):
            yield start, tuple(stems[start : start + length])


def language_id(name: str) -> str:
    """The language id for what people call a language: `bash` is `shellscript`."""
    tables, called = wording(), phrase(name)
    if name in tables.also:
        return name
    return tables.languages.get(called) or tables.edges.get(called) or name


def languages_named(asked: Sequence[Word]) -> dict[str, set[int]]:
    """The languages that a question names, and which of its words name them.

    `go` and `c` are languages at the start or the end and after "in", not inside a sentence.
    """
    tables = wording()
    stems = [stem(word.whole) for word in asked]
    named: dict[str, set[int]] = {}
    for start, some in phrases(stems):
        end = start + len(some)
        language = tables.languages.get(some, "")
        at_edge = start == 0 or end == len(stems) or asked[start - 1].whole in _BEFORE_LANGUAGE
        if not language and at_edge and len(some) < len(stems):
            language = tables.edges.get(some, "")
        if language:
            named.setdefault(language, set()).update(range(start, end))
    return named


def neighbours(text: Sequence[Word]) -> Iterator[tuple[str, str]]:
    """The pairs of stems that stand together, words that say nothing left out."""
    stop = wording().stop
    stems = [word.stem for word in text if word.whole not in stop and not punctuation(word)]
    return pairwise(stems)


def own_name(text: Sequence[Word]) -> str:
    """A name in the form in which names are compared: `Decorators` is that of `decorator`."""
    return "-".join(word.stem for word in text)
