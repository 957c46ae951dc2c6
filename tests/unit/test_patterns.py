"""Code patterns: what they match, what they do not, and where they speak."""

from __future__ import annotations

import tomllib

import pytest
from conftest import LANGUAGES
from tree_sitter import Node, Parser, QueryCursor

from lsp_learn.context.patterns import pattern_query, with_queries
from lsp_learn.context.queries import compiled
from lsp_learn.context.rule import Rule
from lsp_learn.context.rules import RuleSet
from lsp_learn.context.syntax import SyntaxTree

GO = ["package p\nfunc _() {\n{}\n}"]
JAVA = ["class C { void m() { {}; } }"]
RUST = ["fn f() { {} }"]


def spoken(language: str, pattern: str, code: str, wraps: list[str]) -> list[str]:
    table = LANGUAGES.get(language)
    assert table is not None
    query = compiled(table.grammar, pattern_query(table.grammar, pattern, wraps))
    root = Parser(table.grammar).parse(code.encode()).root_node
    found = [node for _, match in QueryCursor(query).matches(root) for node in match["here"]]
    return [node.text.decode() for node in found if node.text is not None]


@pytest.mark.parametrize(
    ("pattern", "code", "expected"),
    [
        ("eval($$$)", "eval(a, b)", ["eval(a, b)"]),
        ("eval($$$)", "eval()", ["eval()"]),
        ("eval($$$)", "evaluate(a)", []),
        ("eval($$$)", "x.eval(a)", []),
        ("open($F)", "open(a)", ["open(a)"]),
        ("open($F)", "open(a, b)", []),
        ("open($F, $$$)", "open(a, b)", ["open(a, b)"]),
        ("$A «==» None", "if x == None: y()", ["=="]),
        ("$A «==» None", "if x != None: y()", []),
        ("$X = $X + $Y", "a = a + 1", ["a = a + 1"]),
        ("$X = $X + $Y", "a = b + 1", []),
        ("$_ = $_ + $Y", "a = b + 1", ["a = b + 1"]),
        ("run($$$, «shell»=True, $$$)", "run(c, shell=True)", ["shell"]),
        ("run($$$, «shell»=True, $$$)", "run(c, a=1, shell=True, b=2)", ["shell"]),
        ("run($$$, «shell»=True, $$$)", "run(c, shell=False)", []),
        ("for $I in «range»(len($X)): $$$", "for i in range(len(a)):\n    b\n    c\n", ["range"]),
        ("for $I in «range»(len($X)): $$$", "for i in range(n):\n    b\n", []),
        ('print("hi")', "print('hi')", ["print('hi')"]),
        ('print("hi")', "print('ho')", []),
        ("raise «NotImplemented»", "raise NotImplemented", ["NotImplemented"]),
        ("raise «NotImplemented»", "raise NotImplemented from e", []),
    ],
)
def test_python(pattern: str, code: str, expected: list[str]) -> None:
    assert spoken("python", pattern, code, []) == expected


@pytest.mark.parametrize(
    ("language", "wraps", "pattern", "code", "expected"),
    [
        ("javascript", [], "$X «==» $X", "f(a == a, b == c)", ["=="]),
        ("javascript", [], "for (const $K «in» $X) { $$$ }", "for (const k in x) { a(); }", ["in"]),
        ("typescript", [], "$X as «any»", "const a = b as any;", ["any"]),
        (
            "go",
            GO,
            "if $X «==» true { $$$ }",
            "package p\nfunc f() { if a == true { b() } }",
            ["=="],
        ),
        (
            "go",
            GO,
            'fmt.«Sprintf»("%s", $X)',
            'package p\nvar a = fmt.Sprintf("%s", b)',
            ["Sprintf"],
        ),
        ("java", JAVA, "new «String»($X)", 'class C { String a = new String("b"); }', ["String"]),
        ("rust", RUST, "$X.«len»() == 0", "fn f() { if a.len() == 0 {} }", ["len"]),
    ],
)
def test_other_languages_with_what_is_put_around(
    language: str, wraps: list[str], pattern: str, code: str, expected: list[str]
) -> None:
    assert spoken(language, pattern, code, wraps) == expected


@pytest.mark.parametrize("pattern", ["for in in", "def", ")", ""])
def test_what_is_no_code_is_refused(pattern: str) -> None:
    table = LANGUAGES.get("python")
    assert table is not None
    with pytest.raises(ValueError, match="does not parse"):
        pattern_query(table.grammar, pattern, [])


def facts_of(rule: str, code: str) -> list[str]:
    """Where a rule of Python speaks in a piece of code."""
    table = LANGUAGES.get("python")
    assert table is not None
    values = with_queries(table.grammar, tomllib.loads(rule), {"call": CALL})
    rules = RuleSet(table.grammar, [Rule.of({"name": "pitfall:x", **values}, ())])
    assert rules.check() == []
    tree = SyntaxTree(code, table.grammar)
    found = {}
    for start in sorted({start for start, _ in tree.leaves(0, len(code))}):
        for match in rules.matches(tree, tree.chain(start), builtin, no_names):
            found[match.here.id] = tree.text_of(match.here)
    return list(found.values())


CALL = "(call function: (identifier) @here @_callee)"


def builtin(node: Node) -> frozenset[str]:
    return frozenset({"builtins." + (node.text or b"").decode()})


def no_names(_: Node) -> frozenset[str]:
    return frozenset()


@pytest.mark.parametrize(
    ("rule", "code", "expected"),
    [
        ('code = "«$F»($X)"\nwhere = { F = "^un" }', "undo(a)\ndo(a)", ["undo"]),
        ('code = "«$F»($X)"\nunless = { F = "^un" }', "undo(a)\ndo(a)", ["do"]),
        ('code = ["«$F»()", "«$F»($X)"]\nwhere = { X = "^a" }', "f()\nf(a)\nf(b)", ["f", "f"]),
        ("code = \"f(«'a'»)\"\nwhere = { here = '\"' }", "f('a')\nf(\"a\")", ['"a"']),
        ('code = "«f»($X)"\ninside = ["for $X in $_: $$$"]', "for a in b:\n  f(a)\n  f(c)", ["f"]),
        (
            'code = "«f»($X)"\nnot_inside = ["for $X in $_: $$$"]',
            "for a in b:\n  f(a)\nf(a)",
            ["f"],
        ),
        ('code = "«g»($X)"\nnot_in_file = ["$X = $_"]', "a = 1\ng(a)\ng(b)", ["g"]),
        ('code = "«g»($X)"\nin_file = ["$X = $_", "import $X"]', "import a\ng(a)\ng(b)", ["g"]),
        ('query = "(call) @here"\nlacks = ["$F(1)"]', "f(1)\nf(2)", ["f(2)"]),
        ('code = "«f»($X, 1)"\nnot_inside = ["g($$$)"]', "g(f(a, 1))\nf(a, 1)", ["f"]),
        ('code = "«f»($X, $X)"\ninside = ["g($Y, $Y, $$$)"]', "g(b, b, f(a, a))", ["f"]),
        ('code = "«f»($X)"\ninside = ["g($$$)"]\nin_file = ["h($X)"]', "g(f(a))\nh(a)", ["f"]),
        ('calls = ["builtins.f", "builtins.h"]', "f(1)\ng(2)\nh", ["f"]),
        ('calls = ["builtins.f"]\ninside = ["for $_ in $_: $$$"]', "f(1)\nfor a in b: f(2)", ["f"]),
    ],
)
def test_texts_and_conditions(rule: str, code: str, expected: list[str]) -> None:
    assert facts_of(rule, code) == expected


def test_calls_need_to_know_what_a_call_is() -> None:
    table = LANGUAGES.get("python")
    assert table is not None
    with pytest.raises(ValueError, match="has no `call`"):
        with_queries(table.grammar, {"name": "pitfall:x", "calls": ["f"]}, {})


def test_a_text_of_what_no_pattern_has_is_reported() -> None:
    table = LANGUAGES.get("python")
    assert table is not None
    with pytest.raises(ValueError, match="where: no code pattern has \\$Y"):
        with_queries(table.grammar, {"code": "f($X)", "where": {"Y": "a"}}, {})
