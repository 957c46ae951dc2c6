"""A question in words, read as concepts: each a set of index terms that mean the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lsp_learn.index.wording import (
    OWN,
    Word,
    languages_named,
    neighbours,
    own_name,
    phrases,
    punctuation,
    stem,
    wording,
    words,
)

_MOST_WORDS = 40
"""Words of a question that are read, half of them at its end."""

# What a part of a question weighs beside a word that says something, which weighs 1. Chosen by
# measuring, as in words.py.

_STOP, _WEAK, _NUMBER = 0.05, 0.5, 0.5
"""A word that says nothing, one that says little, a number."""

_PART = 0.35
"""A part of a compound name, beside the whole."""

_SYNONYM = 0.8
"""How good another word for the same is."""

_PHRASE, _JOINED = 0.9, 1.2
"""Several words that mean one thing together; two words that are one name."""

_NAME, _STOP_NAME = 0.15, 0.5
"""A word that is what a snippet is called: an ordinary one, and one such as `with` or `is`."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that a question is about. A snippet that has several of `terms` has it once, by
    the best of them. An `extra` adds to what is found and is not missed where it is not.
    """

    word: str
    terms: tuple[tuple[str, float], ...]
    weight: float
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for, and the languages that the words name."""

    concepts: tuple[Concept, ...]
    languages: tuple[str, ...]
    pairs: frozenset[tuple[str, str]]
    names: tuple[str, ...]
    trouble: bool


def read_question(text: str) -> Question:
    """Read any text as a question; what says nothing gives no concepts."""
    asked = _ends(list(words(text)))
    named = languages_named(asked)
    naming = {place for places in named.values() for place in places}
    rest = [word for place, word in enumerate(asked) if place not in naming]
    if not rest or all(_weight(word) <= _STOP for word in rest):
        concepts = [concept for word in asked for concept in _of_word(word, 1.0)]
    else:
        concepts = [*_single(rest), *_phrases(rest), *_joined(rest), *_names(rest)]
    said = [word for word in rest if _weight(word) > _STOP]
    names = dict.fromkeys(own_name(some) for some in (asked, said) if some)
    return Question(
        tuple(_once(concepts)),
        tuple(named),
        frozenset(neighbours(rest)),
        tuple(names),
        _trouble(asked),
    )


def _ends(asked: list[Word]) -> list[Word]:
    if len(asked) <= _MOST_WORDS:
        return asked
    return asked[: _MOST_WORDS // 2] + asked[-_MOST_WORDS // 2 :]


def _weight(word: Word) -> float:
    tables = wording()
    if word.whole in tables.stop or punctuation(word):
        return _STOP
    if word.whole.isdigit():
        return _NUMBER
    return _WEAK if stem(word.whole) in tables.weak else 1.0


def _trouble(asked: Sequence[Word]) -> bool:
    """Whether somebody asks because code does not do what it should."""
    return any(
        word.whole in wording().trouble
        or (word.parts and word.whole.endswith(("error", "exception")))
        for word in asked
    )


def _single(asked: Sequence[Word]) -> Iterator[Concept]:
    for word in asked:
        yield from _of_word(word, _weight(word))


def _of_word(word: Word, weight: float) -> Iterator[Concept]:
    if not word.parts:
        others = wording().synonyms.get((stem(word.whole),), ())
        same = tuple(("+".join(other), _SYNONYM) for other in others)
        yield Concept(word.whole, ((stem(word.whole), 1.0), *same), weight)
        return
    yield Concept(word.whole, ((word.whole, 1.0),), weight, extra=len(word.parts) > 1)
    if len(word.parts) > 1:
        for part in word.parts:
            known = Word(part)
            yield Concept(part, ((stem(part), 1.0),), _PART * _weight(known))


def _phrases(asked: Sequence[Word]) -> Iterator[Concept]:
    """`hash map` means `dict`, whatever its words mean alone."""
    synonyms = wording().synonyms
    stems = [stem(word.whole) for word in asked]
    for _, some in phrases(stems):
        if len(some) > 1 and some in synonyms:
            others = tuple(("+".join(other), _SYNONYM) for other in synonyms[some])
            yield Concept("", (("+".join(some), 1.0), *others), _PHRASE, extra=True)


def _joined(asked: Sequence[Word]) -> Iterator[Concept]:
    """`lru cache` is also `lru_cache`, and `default dict` is `defaultdict`."""
    for one, other in pairwise(asked):
        first, second = one.whole, other.whole
        terms = (stem(first + second), f"{first}_{second}", f"{first}.{second}")
        yield Concept("", tuple((term, 1.0) for term in terms), _JOINED, extra=True)


def _names(asked: Sequence[Word]) -> Iterator[Concept]:
    """What a snippet is called itself: `yield` is the name of one and stands in many."""
    for word in asked:
        weight = _NAME if _weight(word) > _STOP else _STOP_NAME
        yield Concept("", ((OWN + word.stem, 1.0),), weight, extra=True)


def _once(concepts: Sequence[Concept]) -> Iterator[Concept]:
    seen: set[str] = set()
    for concept in concepts:
        if concept.terms[0][0] not in seen:
            seen.add(concept.terms[0][0])
            yield concept
