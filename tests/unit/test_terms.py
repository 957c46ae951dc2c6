"""What a language and a rule say of the words in code patterns."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import LANGUAGES
from tree_sitter import Node

from lsp_learn.context.patterns import with_queries
from lsp_learn.context.rule import Rule
from lsp_learn.context.rules import RuleSet
from lsp_learn.context.syntax import SyntaxTree

SHELL = {
    "variable": "%",
    "tokens": ["[", "[["],
    "whole": ["command"],
    "prefixed": ["command"],
    "continued": ["redirected_statement"],
}
SQL = {"any_case": True, "whole": ["field"], "wrap": ["SELECT 1 FROM t WHERE {}"]}
GO = {
    "wrap": ["package p\nfunc _() {\n{}\n}"],
    "unused": ["expression_statement"],
    "call": "(call_expression function: (identifier) @here @_callee)",
}


def nothing(_: Node) -> frozenset[str]:
    return frozenset()


def own_name(node: Node) -> frozenset[str]:
    return frozenset({(node.text or b"").decode()})


def spoken(language: str, patterns: dict[str, Any], rule: dict[str, Any], code: str) -> list[str]:
    """Where a rule speaks, in the order of the code."""
    table = LANGUAGES.get(language)
    assert table is not None
    values = with_queries(table.grammar, {"name": "pitfall:x", **rule}, patterns)
    rules = RuleSet(table.grammar, [Rule.of(values, ())])
    assert rules.check() == []
    tree = SyntaxTree(code, table.grammar)
    found: dict[tuple[int, int], str] = {}
    for start in sorted({start for start, _ in tree.leaves(0, len(code))}):
        for match in rules.matches(tree, tree.chain(start), own_name, nothing):
            found[match.here.start_byte, match.here.end_byte] = tree.text_of(match.here)
    return [found[place] for place in sorted(found)]


@pytest.mark.parametrize(
    ("rule", "code", "expected"),
    [
        # the sign of the language, and a command's variables in front
        ({"code": "«cd» %_"}, "cd a\nA=1 cd a\ncd\ncd a b", ["cd", "cd"]),
        ({"code": 'rm «"$%V"»/*'}, 'rm "$a"/*\nrm "b$a"/*\nrm $a/*', ['"$a"']),
        # `[` is not `[[`
        ({"code": "[ %_ «==» %_ ]"}, "[ a == b ]\n[[ a == b ]]", ["=="]),
        # several places
        ({"code": "«%NAME» «=» %%%"}, "a = b", ["a", "="]),
        # kinds, one of several words, and one of several signs
        (
            {"code": "echo %%% «%T»", "kinds": {"T": ["raw_string", "string"]}},
            "echo 'a'\necho \"b\"\necho c",
            ["'a'", '"b"'],
        ),
        ({"code": "«%C» %%%", "where": {"C": ["sh", "bash"]}}, "sh a\nbash\nzsh", ["sh", "bash"]),
        ({"code": "«%C» %%%", "unless": {"C": ["sh", "bash"]}}, "sh a\nbash\nzsh", ["zsh"]),
        (
            {"code": "ls «>» %_", "or": {"ls": ["dir"], ">": [">>"]}},
            "ls > a\ndir >> a\ncat > a\nls < a",
            [">", ">>"],
        ),
        # a pipe beside any number of commands, and `%X` as all of a command
        ({"code": "%%% | «wc» -l | %%%"}, "wc -l\nls | wc -l\nwc -l | a | b", ["wc", "wc"]),
        (
            {"code": "%A | «b»", "where": {"A": "^find .*x"}},
            "find a x | b\nfind a | b",
            ["b"],
        ),
        # more behind it, where the language allows it
        ({"code": "ls «>» %_"}, "ls > a 2>&1", [">"]),
        # a part of a text
        (
            {"code": 'echo "%%%«%T»%%%"', "where": {"T": "b"}, "speaks_in_strings": True},
            'echo "$a b $c"\necho "b"\necho "$b"',
            [" b ", "b"],
        ),
        ({"code": "chmod «-%_R%%%» %_"}, "chmod -vR a\nchmod -R a", ["-vR"]),
        # the whole match
        (
            {"code": "«read» %%%", "unless": {"ALL": " -r"}},
            "read -r a\nread a",
            ["read"],
        ),
        (
            {"code": "«cd» %_", "not_inside": ["if %ALL; then %%%; fi"]},
            "if cd a; then cd b; fi",
            ["cd"],
        ),
        ({"code": "%_ «-a» %_", "wrap": "[ {} ]"}, "[ a -a b ]\nx -a b", ["-a"]),
        # an empty text is one
        ({"code": 'echo «""»'}, 'echo ""\necho \'\'\necho "a"', ['""']),
        ({"code": 'echo «"%%%"»'}, 'echo "a$b"\necho a', ['"a$b"']),
    ],
)
def test_shell(rule: dict[str, Any], code: str, expected: list[str]) -> None:
    assert spoken("shellscript", SHELL, rule, code) == expected


@pytest.mark.parametrize(
    ("rule", "code", "expected"),
    [
        # capital and small letters, and a column or any other expression
        ({"code": "$_ «=» NULL"}, "SELECT 1 FROM t WHERE lower(a.b) = null;", ["="]),
        (
            {"code": "«count»($_) > $_", "or": {"count": ["sum"]}},
            "SELECT 1 FROM t WHERE Sum(a) > 1 AND COUNT(b) > 2 AND avg(c) > 3;",
            ["Sum", "COUNT"],
        ),
        (
            {"code": "$_ «=» $V", "kinds": {"V": ["field"]}},
            "SELECT 1 FROM t WHERE a = t.b AND a = 1;",
            ["="],
        ),
        (
            {"code": "«$F»($_) = 1", "where": {"F": ["Lower"]}},
            "SELECT 1 FROM t WHERE LOWER(a) = 1;",
            ["LOWER"],
        ),
    ],
)
def test_sql(rule: dict[str, Any], code: str, expected: list[str]) -> None:
    assert spoken("sql", SQL, rule, code) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"calls": ["f"], "unused": True}, ["f"]),
        ({"calls": ["f"]}, ["f", "f"]),
        ({"code": "«f»($_)", "unused": True}, ["f"]),
        ({"calls": ["g"], "code": "«f»($_)", "unused": True}, ["f", "g"]),
    ],
)
def test_a_result_that_nobody_takes(rule: dict[str, Any], expected: list[str]) -> None:
    code = "package p\nfunc h() {\n\tf(1)\n\ta := f(2)\n\tb := g(3)\n\tg(4)\n}"
    assert spoken("go", GO, rule, code) == expected


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"code": "f($X)", "kinds": {"Y": ["identifier"]}}, r"kinds: no code pattern has \$Y"),
        ({"code": "f($X)", "or": {"g": ["h"]}}, "or: no code pattern has 'g'"),
        ({"code": "f(«$X)"}, "must come in pairs"),
        ({"code": "f«($X»)"}, "is no whole node"),
        ({"code": "$X = f(1)", "unused": True}, "is no statement"),
        ({"code": "f($X)", "where": {"X": 1}}, "where: X must be"),
        ({"code": "f($X)", "where": {"X": []}}, "where: X must be"),
        ({"code": "f($X)", "kinds": {"X": "identifier"}}, "kinds: X must be a list"),
        ({"code": "f($X)", "or": {"f": "g"}}, "or: f must be a list"),
    ],
)
def test_what_is_wrong_is_said(rule: dict[str, Any], problem: str) -> None:
    table = LANGUAGES.get("go")
    assert table is not None
    with pytest.raises(ValueError, match=problem):
        with_queries(table.grammar, {"name": "pitfall:x", **rule}, GO)


def test_unused_needs_to_know_what_a_statement_is() -> None:
    table = LANGUAGES.get("go")
    assert table is not None
    with pytest.raises(ValueError, match="has no `unused`"):
        with_queries(table.grammar, {"name": "pitfall:x", "code": "f()", "unused": True}, {})
