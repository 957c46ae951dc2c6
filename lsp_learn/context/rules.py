"""The rules of a language, compiled into queries, and tried at a place."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from tree_sitter import Language, Node, Query, QueryCursor, QueryError

from lsp_learn.context.queries import (
    Words,
    compiled,
    may_have,
    split_patterns,
    without_wrong,
    words_of,
)
from lsp_learn.context.rule import Captures, Match, Resolve, Rule
from lsp_learn.context.syntax import SyntaxTree, ancestors

MATCH_LIMIT = 256
"""Keeps a query from exploding on long data literals."""

_ROOT = re.compile(r"[\s(]*([a-z]\w*)")

_SHORT = 2_000
"""Bytes of a node in which words are looked for before a query is tried; a search costs less."""

_PART = 10
"""Patterns in one query: each takes up to 50 ms to compile, in which nothing else can run."""


_Patterns = tuple[tuple[int, str], ...]
"""Patterns, each with the place of its rule."""


_Worded = tuple[tuple[int, str], Words]
_Compiled = tuple[Query, list[int]]

_CONDITIONS = ("inside", "not_inside", "contains", "lacks", "in_file", "not_in_file")

_Matched = tuple[int, Node, Captures]
"""The place of a rule, the node where it speaks, and what its pattern captured."""


class RuleSet:
    """The rules of one language, compiled into queries for each kind of node that a pattern
    starts with: a place asks only the kinds that stand around it, each anchored at its node.

    A query limited to one byte would be simpler, but the cursor does not descend into children
    outside of its range, so that a pattern would hold at one end of its node and not at the
    other. Keep a rule set for the life of the process: freeing a query that has predicates
    corrupts memory in tree-sitter 0.26.1 (docs/decisions/0002).
    """

    def __init__(self, language: Language, rules: Sequence[Rule], *, lenient: bool = False) -> None:
        """`lenient`: some rules are inherited, and may name nodes that this grammar lacks."""
        self.problems: list[str] = []
        self._lenient = lenient
        self._language = language
        self._rules = list(rules)
        self._conditions: dict[str, Query] = {}
        self._condition_words: dict[str, list[Words]] = {}
        self._patterns: dict[str, list[tuple[int, str]]] = {}
        self._parts: dict[str, tuple[list[_Patterns], list[_Worded]]] = {}
        self._compiled: dict[_Patterns, _Compiled] = {}
        self._lock = threading.Lock()
        for order, rule in enumerate(rules):
            for pattern in split_patterns(rule.query):
                root = _ROOT.match(pattern)
                if root is None:
                    self.problems.append(f"rule {rule.name!r}: a pattern must start with a node")
                else:
                    self._patterns.setdefault(root[1], []).append((order, pattern))

    def _queries(self, tree: SyntaxTree, root: str) -> list[tuple[Query, list[int], Words]]:
        """The queries for the patterns that start with a kind of node and may match in a text.

        Compiled when first needed: those of one kind take up to half a second, which no first
        hover can wait for. A pattern that asks for certain words (`#eq?`, `#any-of?`) is a query
        of its own, and only needed where a word of it stands in the text at all.
        """
        return tree.once((id(self), root), lambda: list(self._queries_in(tree, root)))

    def _queries_in(self, tree: SyntaxTree, root: str) -> Iterator[tuple[Query, list[int], Words]]:
        plain, worded = self._sorted(root)
        for part in plain:
            yield (*self._query(part), ())
        for one, words in worded:
            if tree.may_have(words):
                yield (*self._query((one,)), words)

    def _sorted(self, root: str) -> tuple[list[_Patterns], list[_Worded]]:
        """The patterns of a kind of node: those without words in parts, those with words."""
        if root not in self._parts:
            plain: list[tuple[int, str]] = []
            worded: list[_Worded] = []
            for one in self._patterns[root]:
                words = words_of(one[1])
                if words:
                    worded.append((one, words))
                else:
                    plain.append(one)
            parts = [tuple(plain[n : n + _PART]) for n in range(0, len(plain), _PART)]
            self._parts[root] = (parts, worded)
        return self._parts[root]

    def _query(self, patterns: _Patterns) -> _Compiled:
        if patterns not in self._compiled:
            with self._lock:  # none may be compiled twice: the one too many would be freed
                if patterns not in self._compiled:
                    self._compiled[patterns] = self._compile(patterns)
        return self._compiled[patterns]

    def _compile(self, patterns: _Patterns) -> _Compiled:
        """One bad pattern must not take the others with it: it is left out and reported."""
        query, kept, wrong = without_wrong(self._language, [pattern for _, pattern in patterns])
        for number, error in wrong:
            order, pattern = patterns[number]
            self._report(f"rule {self._rules[order].name!r}: {error} in {pattern}")
        return query or compiled(self._language, ""), [patterns[number][0] for number in kept]

    def preparations(self, tree: SyntaxTree) -> Iterator[Callable[[], object]]:
        """What a text needs and is not compiled yet, in pieces of some milliseconds."""
        for root in self._patterns:
            plain, worded = self._sorted(root)
            for part in (*plain, *((one,) for one, words in worded if tree.may_have(words))):
                if part not in self._compiled:
                    yield partial(self._query, part)
                rules = (self._rules[order] for order, _ in part)
                sources = {getattr(rule, key) for rule in rules for key in _CONDITIONS}
                yield from (partial(self.condition, s) for s in sources - {"", *self._conditions})

    def check(self) -> list[str]:
        """Compile everything, and say what is wrong with it."""
        for root in self._patterns:
            plain, worded = self._sorted(root)
            for part in (*plain, *((one,) for one, _ in worded)):
                self._query(part)
        for rule in self._rules:
            for key in _CONDITIONS:
                try:
                    if source := getattr(rule, key):
                        self.condition(source)
                except QueryError as error:
                    self._report(f"rule {rule.name!r}, {key}: {error}")
        return self.problems

    def matches(
        self, tree: SyntaxTree, chain: Sequence[Node], symbol: Resolve, type_of: Resolve
    ) -> Iterator[Match]:
        """The rules that speak at the last node of `chain`, in the order of the files."""
        byte = chain[-1].start_byte
        found = [
            one
            for node in chain
            if node.type in self._patterns
            for one in self._matched(tree, node)
            if one[1].start_byte <= byte < one[1].end_byte
        ]
        for order, here, captures in sorted(found, key=lambda match: match[0]):
            rule = self._rules[order]
            match = Match(rule, here, captures)
            try:
                holds = self._resolves(match, symbol, type_of) and _Trial(self, match, tree).holds()
            except QueryError as error:  # a wrong condition: the rule never speaks
                self._report(f"rule {rule.name!r}: {error}")
            else:
                if holds:
                    yield match

    def _matched(self, tree: SyntaxTree, node: Node) -> list[_Matched]:
        """What the patterns that start at a node match: the nodes around a place stand around
        many others.
        """
        return tree.once((id(self), node.id), lambda: list(self._match(tree, node)))

    def _match(self, tree: SyntaxTree, node: Node) -> Iterator[_Matched]:
        text = tree.source[node.start_byte : min(node.end_byte, node.start_byte + _SHORT)]
        for query, owners, words in self._queries(tree, node.type):
            if len(text) < _SHORT and not may_have(text, words):
                continue
            cursor = QueryCursor(query, match_limit=MATCH_LIMIT)
            cursor.set_max_start_depth(0)
            for pattern, captured in cursor.matches(node):
                for here in captured.get("here", ()):
                    yield owners[pattern], here, captured

    def _report(self, problem: str) -> None:
        if not self._lenient and problem not in self.problems:
            self.problems.append(problem)

    def _resolves(self, match: Match, symbol: Resolve, type_of: Resolve) -> bool:
        for wanted, resolve in ((match.rule.symbols, symbol), (match.rule.types, type_of)):
            for capture, names in wanted.items():
                nodes = match.captures.get(capture)
                if nodes and not resolve(nodes[0]) & names:
                    return False
        return True

    def condition(self, source: str) -> Query:
        """The compiled query of a condition."""
        if source not in self._conditions:
            with self._lock:
                if source not in self._conditions:
                    self._conditions[source] = self._condition(source)
        return self._conditions[source]

    def _condition(self, source: str) -> Query:
        # Of an inherited condition, the patterns that this grammar cannot have are left out.
        patterns = split_patterns(source) if self._lenient else [source]
        query = without_wrong(self._language, patterns)[0] if len(patterns) > 1 else None
        return query or compiled(self._language, source)

    def condition_words(self, source: str) -> list[Words]:
        """The words without which a condition finds nothing, pattern by pattern."""
        if source not in self._condition_words:
            self._condition_words[source] = list(map(words_of, split_patterns(source)))
        return self._condition_words[source]


class _Trial:
    """The conditions of one rule, tried where its query matched."""

    def __init__(self, rules: RuleSet, match: Match, tree: SyntaxTree) -> None:
        captures = match.captures
        self._rules = rules
        self._rule = match.rule
        self._tree = tree
        self._outer = captures["_outer"][0] if "_outer" in captures else match.here
        self._within = captures["_within"][0] if "_within" in captures else match.here
        self._texts = {
            name: tree.text_of(nodes[0]) for name, nodes in captures.items() if name != "here"
        }

    def holds(self) -> bool:
        """Whether every condition is met."""
        if not self._rule.inside:
            return self._agrees(self._texts)
        # What `inside` captured holds for the conditions after it: "the loop's own variable".
        around = self._around(self._rule.inside, self._texts)
        return any(self._agrees(self._texts | found) for found in around)

    def _agrees(self, texts: dict[str, str]) -> bool:
        rule, root = self._rule, self._tree.root
        return (
            not _any(self._around(rule.not_inside, texts))
            and (not rule.contains or _any(self._below(rule.contains, self._within, texts)))
            and not _any(self._below(rule.lacks, self._within, texts))
            and (not rule.in_file or _any(self._below(rule.in_file, root, texts)))
            and not _any(self._below(rule.not_in_file, root, texts))
            and not _any(self._written(rule.not_in_text, texts))
        )

    def _around(self, source: str, texts: dict[str, str]) -> Iterator[dict[str, str]]:
        for node in ancestors(self._outer) if source else ():
            cursor = QueryCursor(self._rules.condition(source), match_limit=MATCH_LIMIT)
            cursor.set_max_start_depth(0)
            for _, found in cursor.matches(node):
                yield from _agree(found, texts, self._tree)
            if node.type in self._rule.boundary:
                return

    def _written(self, pattern: str, texts: dict[str, str]) -> Iterator[dict[str, str]]:
        for own in self._tree.once(pattern, partial(self._in_text, pattern)) if pattern else ():
            if all(texts.get(name, text) == text for name, text in own.items()):
                yield own

    def _in_text(self, pattern: str) -> list[dict[str, str]]:
        return [match.groupdict() for match in re.finditer(pattern, self._tree.text)]

    def _below(self, source: str, node: Node, texts: dict[str, str]) -> Iterator[dict[str, str]]:
        if source and node == self._tree.root:
            for own in self._tree.once(source, partial(self._in_file, source, node)):
                if all(texts.get(name, text) == text for name, text in own.items()):
                    yield own
        elif source:
            cursor = QueryCursor(self._rules.condition(source), match_limit=MATCH_LIMIT)
            for _, found in cursor.matches(node):
                yield from _agree(found, texts, self._tree)

    def _in_file(self, source: str, root: Node) -> list[dict[str, str]]:
        """What a condition finds in the file, part by part: few of them change with a keystroke."""
        query = self._rules.condition(source)
        if not any(map(self._tree.may_have, self._rules.condition_words(source))):
            return []

        def read(node: Node, alone: bool) -> list[dict[str, str]]:
            cursor = QueryCursor(query, match_limit=MATCH_LIMIT)
            if alone:
                cursor.set_max_start_depth(0)
            found = cursor.matches(node)
            return [own for _, one in found for own in _agree(one, {}, self._tree)]

        found = self._tree.kept.gathered(("in file", source), root, self._tree.source, read)
        return [one for _, one in found]


def _any(found: Iterator[dict[str, str]]) -> bool:
    return next(found, None) is not None


def _agree(found: Captures, texts: Mapping[str, str], tree: SyntaxTree) -> Iterator[dict[str, str]]:
    """The captures' texts, if those that both sides have are the same."""
    own = {name: tree.text_of(nodes[0]) for name, nodes in found.items()}
    if all(texts.get(name, text) == text for name, text in own.items()):
        yield own
