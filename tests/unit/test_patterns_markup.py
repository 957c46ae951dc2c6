"""Code patterns in markup and data: what may be written in more than one way there."""

from __future__ import annotations

import re
import tomllib

import pytest
from conftest import LANGUAGES
from tree_sitter import Node

from lsp_learn.context.languages import SHIPPED
from lsp_learn.context.markup import Markup, expression
from lsp_learn.context.patterns import with_queries
from lsp_learn.context.rule import Rule
from lsp_learn.context.rules import RuleSet
from lsp_learn.context.syntax import SyntaxTree


def facts_of(language: str, rule: str, code: str) -> list[str]:
    """Where a rule speaks in a piece of code: the texts of the nodes, in the order of the code."""
    table = LANGUAGES.get(language)
    assert table is not None
    written = tomllib.loads((SHIPPED / language / "language.toml").read_text("utf-8"))
    values = with_queries(table.grammar, tomllib.loads(rule), written["patterns"])
    rules = RuleSet(table.grammar, [Rule.of({"name": "pitfall:x", **values}, ())])
    assert rules.check() == []
    tree = SyntaxTree(code, table.grammar)
    found = {}
    for start in sorted({start for start, _ in tree.leaves(0, len(code))}):
        for match in rules.matches(tree, tree.chain(start), no_names, no_names):
            found[match.here.id] = tree.text_of(match.here)
    return list(found.values())


def no_names(_: Node) -> frozenset[str]:
    return frozenset()


@pytest.mark.parametrize(
    ("rule", "code", "expected"),
    [
        # attributes: in any order, with or without quotes, and no others without $$$
        ("code = '<«a» target=\"_blank\" $$$>'", "<a href=x target=_blank>x</a>", ["a"]),
        ("code = '<«a» $$$ target=\"_blank\">'", "<a target='_blank' href=x>x</a>", ["a"]),
        (
            "code = '<«a» target=_blank>'",
            '<a target="_blank">x</a><a target=_blank id=b>x</a>',
            ["a"],
        ),
        ("code = '<«a» href onclick=$_ $$$>'", "<a onclick=b() href=c>x</a>", ["a"]),
        ("code = '<«a» href onclick=$_ $$$>'", "<a onclick href=c>x</a>", []),
        ("code = '<input type=\"«$T»\" $$$>'", "<input type=text name=a>", ["text"]),
        # a name alone is an attribute with any value or none, and the rule speaks at the name
        ("code = '<$_ «hidden» $$$>'", '<p hidden>a</p><p id=b hidden="c">d</p>', ["hidden"] * 2),
        ("code = '<p «$NAME»>'", '<p id="b">d</p><p id=c class=d>e</p>', ["id"]),
        ("code = 'alt=\"\"'", '<img alt=""><img alt="a"><img alt>', ['alt=""']),
        (
            "code = 'href=\"«javascript:$$$»\"'",
            "<a href='javascript:a()'>b</a>",
            ["javascript:a()"],
        ),
        ("code = 'href=\"javascript:$$$\"'", "<a href='/javascript:a()'>b</a>", []),
        # tags: one that closes itself is one too, closing tags may be missing
        ("code = '<«br» $$$>'", "<br/><br><br class=a />", ["br"] * 3),
        ("code = '<«p» $$$ />'", "<p>a</p><p/><p id=b />", ["p"] * 2),
        ("code = '<«p» $$$>$$$</p>'", "<p>a<p class=b>c</p>", ["p"] * 2),
        ("code = '<«a» $$$></a>'", "<a id=b></a><a id=c>d</a>", ["a"]),
        ("code = '<$T $$$>$$$<«$T» $$$>$$$</$T>$$$</$T>'", "<b><i>a</i><b>c</b></b>", ["b"]),
        ("code = '</«a»>'", "<b></a></b>", ["a"]),
        # conditions look at the whole match
        ("code = '<«img» $$$>'\nlacks = ['alt']", "<img src=a><img src=b alt=c>", ["img"]),
        (
            "code = '<«ul» $$$>$$$</ul>'\nlacks = ['<li $$$>']",
            "<ul><li>a</li></ul><ul><p>b</p></ul>",
            ["ul"],
        ),
        (
            "code = '<«$T» $$$>'\nlacks = ['$N']\nwhere = { T = ['a', 'b'], N = '^(id|href)$' }",
            "<a href=c>d</a><a title=href>e</a><b>f</b><i>g</i>",
            ["a", "b"],
        ),
        ("code = '<«a» $$$>'\nnot_in_file = ['«template»']", "<a>{{ b }}</a>", []),
    ],
)
def test_html(rule: str, code: str, expected: list[str]) -> None:
    assert facts_of("html", rule, code) == expected


@pytest.mark.parametrize(
    ("rule", "code", "expected"),
    [
        ("code = '$P: $X «!important»'", "a { color: red !important; top: 0 }", ["!important"]),
        ("code = 'a:hover { outline: «none» }'", "a:hover { outline: none; }", ["none"]),
        ("code = 'a:hover { outline: «none» }'", "a:hover { outline: none; top: 0 }", []),
        (
            "code = 'a:hover { outline: «none»; $$$ }'",
            "a:hover { top: 0; outline: none }",
            ["none"],
        ),
        (
            "code = '$_ { «float»: $_; display: flex; $$$ }'",
            "a { display: flex; top: 0; float: left } b { float: left; display: flex }",
            ["float"] * 2,
        ),
        ("code = '«float»: $$$ left'", "a { float: left; } b { float: none left }", ["float"] * 2),
        ("code = 'height: «100vh»'", "a { height: 100vh } b { height: 10vh }", ["100vh"]),
        ("code = ['$_ «{» }', '$_ { «}»']", "a { }\nb {\n}\nc { top: 0 }", ["{", "}"] * 2),
        (
            "code = '«$P»: $$$'\ninside = ['$S { $$$ }']\nwhere = { P = ['top','left'], S = ':h' }",
            "a { top: 0 } a:hover, b { top: 0; right: 0; left: 0 }",
            ["top", "left"],
        ),
        (
            "code = '«color»: $$$'\nnot_inside = ['{ $B: $$$; $$$ }']\nunless = { B = '^color' }",
            "a { color: red } b { top: 0; color: red }",
            ["color"],
        ),
        (
            "code = '«-webkit-$_»: $$$'",
            "a { -webkit-filter: none; filter: none }",
            ["-webkit-filter"],
        ),
    ],
)
def test_css(rule: str, code: str, expected: list[str]) -> None:
    assert facts_of("css", rule, code) == expected


@pytest.mark.parametrize(
    ("rule", "code", "expected"),
    [
        ("code = 'uses: «$_@master»'", "uses: a/b@master\n", ["a/b@master"]),
        ("code = 'uses: «$_@master»'", "- uses: 'a/b@master'\n", ["'a/b@master'"]),
        ("code = 'uses: «$_@master»'", "uses: a/b@master1\nused: a/b@master\n", []),
        ("code = '«privileged»: true'", "a:\n  privileged: true\n  b: c\n", ["privileged"]),
        ("code = '«privileged»: true'", 'privileged: "true"\n', []),
        # keys in any order; no others without $$$
        ('code = """\n«kind»: Secret\ntype: $_\n"""', "type: a\nkind: Secret\n", ["kind"]),
        ('code = """\n«kind»: Secret\ntype: $_\n"""', "type: a\nkind: Secret\nb: c\n", []),
        (
            'code = """\n«kind»: Secret\n$$$\ntype: $_\n"""',
            "a: b\ntype: c\nd: e\nkind: Secret\n",
            ["kind"],
        ),
        ("code = '{a: $_, «b»: $_, $$$}'", "{b: 1, c: 2, a: 3}\n", ["b"]),
        # a key alone is one with any value or none
        ("code = '«on»:'", "on:\na:\n  on: b\n  c:\n    on: {d: e}\n", ["on"] * 3),
        ("code = '«$KEY»: $VALUE'\nwhere = { VALUE = '^b' }", "a:\n  b: c\nd: b\n", ["a", "d"]),
        # items
        ("code = '- «$X»'", "- a\n-\n  b: c\n", ["a", "b: c\n"]),
        (
            'code = """\nports:\n  - $$$\n  - «$P»\n  - $$$\n"""',
            "ports:\n  - a\n  - b\n",
            ["a", "b"],
        ),
        ('code = """\nports:\n  - «$P»\n"""', "ports:\n  - a\n  - b\n", []),
        ("code = 'a: [«$X», $$$]'", "a: [b, c]\n", ["b"]),
        # the top of a document
        ('code = """\n---\n«on»:\n$$$\n"""', "a:\n  on: b\non: c\n", ["on"]),
        (
            "code = '«run»: $_'\nin_file = ['«workflow»']",
            "jobs:\n  a:\n    name: c\n    runs-on: b\n    steps:\n      - run: d\n",
            ["run"],
        ),
        ("code = '«run»: $_'\nin_file = ['«workflow»']", "a:\n  runs-on: b\n  run: d\n", []),
        (
            'code = "a: «$X»"\nin_file = ["$X:\\n  b:\\n  $$$"]',
            "a: c\nd:\n  a: e\nc:\n  f: g\n  b: h\n",
            ["c"],
        ),
    ],
)
def test_yaml(rule: str, code: str, expected: list[str]) -> None:
    assert facts_of("yaml", rule, code) == expected


@pytest.mark.parametrize(
    ("rule", "code", "expected"),
    [
        (
            "code = 'FROM $X«:latest»'",
            "FROM a:latest AS b\nFROM --platform=c d:latest\n",
            [":latest"] * 2,
        ),
        ("code = 'FROM $X«:latest»'", "FROM a:latest1\nFROM latest\n", []),
        ("code = '«RUN» apt-get update'", "RUN apt-get update\nRUN apt-get  update\n", ["RUN"]),
        ("code = '«RUN» $$$ && apt-get update'", "RUN a \\\n  &&  apt-get update\n", ["RUN"]),
        (
            "code = '«RUN» $X'\nwhere = { X = 'sudo' }",
            "RUN --mount=type=tmpfs,target=/a sudo b\n",
            ["RUN"],
        ),
        ('code = "«CMD» $$$\\n$$$\\nCMD $$$"', "FROM a\nCMD b\nUSER c\nCMD d\n", []),
        ('code = "$$$\\n«CMD» $$$\\n$$$\\nCMD $$$"', "FROM a\nCMD b\nUSER c\nCMD d\n", ["CMD"]),
        (
            'code = \'CMD ["$A", "$$$", «"$B"»]\'\nunless = { A = \'sh\' }',
            'CMD ["a", "b", "c"]\nCMD ["sh", "c"]\nCMD a b\n',
            ['"c"'],
        ),
        ("code = 'ARG «$NAME»'", "ARG a\nARG b=c\n", ["a", "b"]),
    ],
)
def test_dockerfile(rule: str, code: str, expected: list[str]) -> None:
    assert facts_of("dockerfile", rule, code) == expected


def test_many_orders_are_refused() -> None:
    with pytest.raises(ValueError, match="240 orders are too many"):
        facts_of("html", "code = '<input a b c d e>'", "")


def test_a_name_that_the_language_lacks_is_reported() -> None:
    with pytest.raises(ValueError, match=r"in_file: \[patterns.named\] .* has no 'workflows'"):
        facts_of("yaml", "code = '«run»:'\nin_file = ['«workflows»']", "")


def test_a_condition_that_is_code_is_a_list() -> None:
    with pytest.raises(ValueError, match="inside: code patterns are written as a list"):
        facts_of("css", "code = '«top»: $$$'\ninside = 'a { $$$ }'", "")


def test_a_rule_cannot_speak_inside_of_a_text() -> None:
    with pytest.raises(ValueError, match="is no whole node"):
        facts_of("yaml", "code = 'uses: $_«@master»'", "")


def test_statements_are_where_a_line_or_a_block_is_one() -> None:
    markup = Markup.of({"rest": ["{}: {};"]})
    assert markup.written("a { $$$; b: $$$ c; $$$ }") == "a { $$$: $$$; b: $$$ c; $$$: $$$; }"
    assert Markup().written("$$$\na") == "$$$\na"
    call = Markup.of({"rest": ["{}();"]})
    assert call.written("for (a) $$$") == "for (a) $$$();"
    assert call.written("f($$$, a)") == "f($$$, a)"


@pytest.mark.parametrize(
    ("pattern", "text", "holds"),
    [
        ("mvone0:latest", "a/b:latest", True),
        ("mvone0:latest", ":latest", False),
        ("mvone0:latest", "a b:latest", False),
        ("a mvmany b", "a \\\n c d\tb", True),
        ("a.c", "abc", False),
    ],
)
def test_parts_of_a_text(pattern: str, text: str, holds: bool) -> None:
    assert (re.search(expression(pattern), text) is not None) is holds
