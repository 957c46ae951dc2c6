"""Queries: wrong patterns left out, words that a pattern needs, a predicate put right."""

from __future__ import annotations

import pytest
import tree_sitter_python
from tree_sitter import Language, Parser, QueryCursor

from lsp_learn.context.queries import compiled, may_have, without_wrong, words_of

PYTHON = Language(tree_sitter_python.language())


def found(pattern: str, code: str) -> list[str]:
    tree = Parser(PYTHON).parse(code.encode())
    matches = QueryCursor(compiled(PYTHON, pattern)).matches(tree.root_node)
    return [node.text.decode() for _, captures in matches for node in captures["x"] if node.text]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ('"a"', ["b", "a.b"]),
        ('"a" "b"', ["a.b"]),
        ('"a.b" "b"', ["a"]),
        ('"c" "d"', ["a", "b", "a.b"]),
    ],
)
def test_not_any_of_means_none_of_them(texts: str, expected: list[str]) -> None:
    pattern = f"((call function: (_) @x) (#not-any-of? @x {texts}))"
    assert found(pattern, "a()\nb()\na.b()\n") == expected


def test_what_does_not_compile_is_left_out_and_named() -> None:
    patterns = ["(call) @x", "(nothing) @x", "(identifier)\n  @x", "(call function: (nope)) @x"]
    query, kept, wrong = without_wrong(PYTHON, patterns)
    assert kept == [0, 2]
    assert [number for number, _ in wrong] == [1, 3]
    assert query is not None
    assert query.pattern_count == 2
    assert without_wrong(PYTHON, ["(nothing)"])[0] is None
    assert without_wrong(PYTHON, []) == (None, [], [])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('((call function: (identifier) @_f) (#eq? @_f "open"))', (("open",),)),
        ('((call function: (identifier) @_f) (#any-of? @_f "a" "b"))', (("a", "b"),)),
        ('((call) @_f (#eq? @_f "a") (#any-of? @_f "b" "c"))', (("a",), ("b", "c"))),
        # Captures that may be missing ask for nothing.
        ('([(call) @_c (identifier) @_i] (#eq? @_i "a"))', ()),
        ('((call (identifier)? @_i) (#eq? @_i "a"))', ()),
        # Other predicates, and texts with escapes, say nothing about the file's words.
        ('((call) @_f (#match? @_f "a") (#not-eq? @_f "b") (#eq? @_f @_g))', ()),
        ('((call) @_f (#eq? @_f "a\\"b"))', ()),
        ('((a) @_x (#eq? @_x "b") (#match? @_x "[c]?$"))', (("b",),)),
        ('((a (b) @_x . (c)?) (#any-of? @_x "d" "e"))', (("d", "e"),)),
        ('((a (b)? @_x) (#eq? @_x "c"))', ()),
    ],
)
def test_the_words_a_pattern_needs(pattern: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert words_of(pattern) == tuple(tuple(w.encode() for w in group) for group in expected)


def test_of_each_group_one_word_must_be_there() -> None:
    words = ((b"a", b"b"), (b"c",))
    assert may_have(b"x b c", words)
    assert not may_have(b"x b", words)
    assert not may_have(b"c", words)
    assert may_have(b"", ())
