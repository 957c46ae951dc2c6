"""Tree-sitter queries: split into patterns, compiled with as few attempts as can be, and what
words a text must have for a pattern to match in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Language, Query, QueryError

_WORDS = re.compile(r'\(#(?:eq|any-of)\?\s+(@[\w.-]+)((?:\s+"[^"\\]*")+)\s*\)')
_OPTIONAL = re.compile(r"[)\]][?*]")
_UNASKED = re.compile(r'"(?:\\.|[^"\\])*"|\(\w+\)[?*](?!\s*@)')
"""Texts, and optional nodes that are captured nowhere: neither leaves out a word."""
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"?|;[^\n]*|[()\[\]]', re.DOTALL)

Words = tuple[tuple[bytes, ...], ...]
"""Of each of these groups one word must stand in the text."""


def without_wrong(
    language: Language, patterns: Sequence[str]
) -> tuple[Query | None, list[int], list[tuple[int, str]]]:
    """One query of the patterns that compile, which ones those are, and what is wrong with the
    others. The library says the row of the first fault, so that each costs one more attempt,
    where trying every pattern alone would double the time.
    """
    kept = list(range(len(patterns)))
    wrong: list[tuple[int, str]] = []
    while kept:
        try:
            query = compiled(language, "\n".join(patterns[n] for n in kept))
        except QueryError as error:
            row = re.search(r"row (\d+)", str(error))
            at = _pattern_at([patterns[n] for n in kept], int(row[1]) if row else 0)
            wrong.append((kept[at], str(error)))
            del kept[at]
        else:
            return query, kept, wrong
    return None, [], wrong


def _pattern_at(patterns: Sequence[str], row: int) -> int:
    """Which of some joined patterns a row belongs to."""
    for number, pattern in enumerate(patterns):
        row -= pattern.count("\n") + 1
        if row < 0:
            return number
    return len(patterns) - 1


_NOT_ANY_OF = re.compile(r'\(#not-any-of\?\s+(@[\w.-]+)((?:\s+"(?:\\.|[^"\\])*")+)\s*\)')


def compiled(language: Language, source: str) -> Query:
    """A query. `#not-any-of?` of several texts is put as a regular expression: the library takes
    it for "differs from one of them", which is always true.

    Raises:
        QueryError: it does not compile.
    """

    def expression(match: re.Match[str]) -> str:
        texts = re.findall(r'"((?:\\.|[^"\\])*)"', match[2])
        plain = "|".join(re.sub(r"([.*+?^${}()|[\]])", r"[\1]", text) for text in texts)
        return f'(#not-match? {match[1]} "^({plain})$")'

    return Query(language, _NOT_ANY_OF.sub(expression, source))


def split_patterns(source: str) -> list[str]:
    """The top-level patterns of a query, each with the captures that trail it."""
    starts: list[int] = []
    depth = 0
    for token in _TOKEN.finditer(source):
        if token[0] in "([":
            if depth == 0:
                starts.append(token.start())
            depth += 1
        elif token[0] in ")]":
            depth -= 1
    if not starts:
        return [source] if source.strip() else []
    ends = [*starts[1:], len(source)]
    return [source[start:end] for start, end in zip(starts, ends, strict=True)]


def words_of(pattern: str) -> Words:
    """The words that a pattern asks its captures to be. A capture that is in one alternative
    alone, or optional, may be missing, and then asks for nothing.
    """
    if _OPTIONAL.search(_UNASKED.sub("", pattern)):
        return ()
    return tuple(
        tuple(word.encode() for word in re.findall(r'"([^"]*)"', match[2]))
        for match in _WORDS.finditer(pattern)
        if _always(pattern, match[1])
    )


def _always(pattern: str, capture: str) -> bool:
    """Whether a capture stands outside of all alternatives."""
    depth = 0
    for found in re.finditer(r'"(?:\\.|[^"\\])*"|\(#[^()]*\)|[\[\]]|@[\w.-]+', pattern):
        depth += (found[0] == "[") - (found[0] == "]")
        if found[0] == capture and depth == 0:
            return True
    return False


def may_have(source: bytes, words: Words) -> bool:
    """Whether a text has what a pattern asks for."""
    for group in words:  # plain loops: asked of every rule at every place
        for word in group:
            if word in source:
                break
        else:
            return False
    return True
