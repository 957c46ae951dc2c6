"""Code of one language inside another: SQL in a string, a shell line in a Dockerfile.

An injection is a rule whose `@here` is the node that holds the inner code, and what to do with
its text: `language` (or a capture `@_language`, for the word behind a fence), `match` (which the
text must show), and what is not code in it. The inner text keeps its length, so that a place in
it is a place in the document:

| key | holds |
| --- | --- |
| match | regular expression that the text must show |
| spaces | regular expression of what is blanked: prompts, indicators |
| names | regular expression of what stands for a value: `%s`, `{name}`, `$(VAR)` |
| before | code in front of it, so that it parses: `a {` for a `style` attribute |

Of the node's own children, those in `delimiters` are blanked and those in `interpolations` stand
for a value. Inner code is read at the cursor only, and only up to `MAX_INNER`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from tree_sitter import Language, Node

from lsp_learn.context.rule import Match, Resolve, Rule
from lsp_learn.context.rules import RuleSet
from lsp_learn.context.syntax import SyntaxTree

MAX_INNER = 65_536
"""Bytes of inner code that are read; more is data, not code that somebody reads in a string."""

PATTERNS = ("match", "spaces", "names")
"""The keys that hold a regular expression."""

_OWN = ("language", *PATTERNS, "before")


# Compiled when first used: most files hold no other language.
_pattern = lru_cache(maxsize=None)(re.compile)


@dataclass(frozen=True)
class Inner:
    """Inner code: its language as the data or the fence calls it, its text, and the code point
    of the document that the text's first character stands for (negative in front of it).
    """

    language: str
    text: str
    start: int


@dataclass(frozen=True, eq=False)
class Injection:
    """One `[[injection]]` table."""

    rule: Rule
    language: str
    match: str
    spaces: str
    names: str
    before: str

    @classmethod
    def of(cls, values: Mapping[str, object], boundary: Sequence[str]) -> Injection:
        """Read one table.

        Raises:
            ValueError: a key is unknown.
        """
        own = {key: str(values.get(key, "")) for key in _OWN}
        rest = {key: value for key, value in values.items() if key not in _OWN}
        rule = Rule.of({"name": "construct:injection", **rest}, boundary)
        return cls(rule, **own)


class Injections:
    """The injections of one language; empty where it holds no other."""

    def __init__(
        self,
        grammar: Language,
        injections: Sequence[Injection],
        nodes: Mapping[str, frozenset[str]],
    ) -> None:
        self.rules = RuleSet(grammar, [one.rule for one in injections], lenient=True)
        self._of_rule = {one.rule: one for one in injections}
        self._delimiters = nodes["delimiters"]
        self._interpolations = nodes["interpolations"]

    def at(
        self, tree: SyntaxTree, chain: Sequence[Node], symbol: Resolve, type_of: Resolve
    ) -> Iterator[Inner]:
        """The inner code that the last node of `chain` may belong to, the likeliest first."""
        for match in self.rules.matches(tree, chain, symbol, type_of):
            inside = chain[next((n for n, node in enumerate(chain) if node == match.here), 0) :]
            if any(node.type in self._interpolations for node in inside):
                continue
            inner = tree.once((match.rule, match.here.id), partial(self._read, tree, match))
            if inner is not None:
                yield inner

    def _read(self, tree: SyntaxTree, match: Match) -> Inner | None:
        injection, here = self._of_rule[match.rule], match.here
        if here.end_byte - here.start_byte > MAX_INNER:
            return None
        fence = match.captures.get("_language")
        language = tree.text_of(fence[0]) if fence else injection.language
        text = self._masked(tree, here)
        for pattern, sign in ((injection.spaces, " "), (injection.names, "_")):
            if pattern:
                text = "".join(_replaced(text, _pattern(pattern), sign))
        if not _pattern(injection.match).search(text):
            return None
        start = tree.offset(here.start_byte) - len(injection.before)
        return Inner(language, injection.before + text, start)

    def _masked(self, tree: SyntaxTree, here: Node) -> str:
        text = tree.text_of(here)
        first = tree.offset(here.start_byte)
        for node, sign in self._not_code(here):
            span = tree.span(node)
            start, end = span.start - first, span.end - first
            text = text[:start] + _filled(text[start:end], sign) + text[end:]
        return text

    def _not_code(self, node: Node) -> Iterator[tuple[Node, str]]:
        for child in node.children:
            if child.type in self._delimiters:
                yield child, " "
            elif child.type in self._interpolations:
                yield child, "_"
            else:
                yield from self._not_code(child)


def _replaced(text: str, pattern: re.Pattern[str], sign: str) -> Iterator[str]:
    end = 0
    for found in pattern.finditer(text):
        yield text[end : found.start()] + _filled(found[0], sign)
        end = found.end()
    yield text[end:]


def _filled(text: str, sign: str) -> str:
    """As long as the text, on as many lines."""
    return "\n".join(sign * len(line) for line in text.split("\n"))
