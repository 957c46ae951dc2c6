"""Languages as data: a new one is a folder, and what is wrong in it costs itself alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_learn.context.languages import Languages, LanguageTable
from lsp_learn.context.queries import split_patterns
from lsp_learn.context.reader import ContextReader
from lsp_learn.context.rule import Rule
from lsp_learn.explain.query import query_for
from lsp_learn.model import Document, Span

LANGUAGES = Languages()

KEPT: list[object] = []
"""Queries live as long as the process: see conftest.LANGUAGES."""

TOY = """
id = "toy"
grammar = "tree_sitter_python:language"
files = [".toy", "Toyfile"]
interpreters = ["toysh"]
aliases = ["playlang"]
silent = ["comment"]
strings = ["string_content"]

[tokens]
"while@while_statement" = "construct:toy-loop"

[names]
identifiers = ["identifier"]
"""

RULE = """
[[rule]]
name = "pitfall:toy-call"
query = '((call function: (identifier) @here) (#eq? @here "play"))'
"""


def language(tmp_path: Path, toml: str = TOY, **files: str) -> tuple[Languages, LanguageTable]:
    folder = tmp_path / "toy"
    folder.mkdir()
    (folder / "language.toml").write_text(toml, encoding="utf-8")
    for name, text in files.items():
        suffix = "scm" if name == "names" else "toml"
        (folder / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    languages = Languages([tmp_path])
    KEPT.append(languages)
    table = languages.get("toy")
    assert table is not None
    return languages, table


def names_at(languages: Languages, code: str, offset: int) -> list[str]:
    reader = ContextReader(languages)
    KEPT.append(reader)
    context = reader.at(Document("file:///a.toy", "toy", 1, code), offset)
    return [f"{fact.kind}:{fact.name}" for fact in context.facts]


def test_a_language_is_a_folder_and_nothing_else(tmp_path: Path) -> None:
    languages, table = language(tmp_path, constructs=RULE)
    assert table.problems == []
    assert table.rules.check() == []
    assert languages.ids() == ("toy",)
    assert names_at(languages, "while x: play()", 1) == ["construct:toy-loop"]
    assert names_at(languages, "while x: play()", 10) == ["pitfall:toy-call"]
    assert names_at(languages, "for x in y: stop()", 1) == []
    assert names_at(languages, "# while", 3) == []


def test_a_language_is_known_by_its_aliases(tmp_path: Path) -> None:
    languages, _ = language(tmp_path)
    aliased = languages.get("playlang")
    assert aliased is not None
    assert aliased.id == "toy"


@pytest.mark.parametrize(
    ("name", "first_line", "found"),
    [
        ("a.toy", "", "toy"),
        ("Toyfile", "", "toy"),
        ("run", "#!/usr/bin/toysh", "toy"),
        ("run", "#!/usr/bin/env toysh", "toy"),
        ("run", "#! /opt/bin/toysh3.2 -x", "toy"),
        ("run", "#!/usr/bin/env toysh3", "toy"),
        ("a.other", "#!/usr/bin/toysh", "toy"),
        ("a.other", "", ""),
        ("toy", "", ""),
        ("run", "#!/usr/bin/other", ""),
        ("run", "# toysh", ""),
        ("run", "#!", ""),
    ],
)
def test_a_file_is_known_by_its_suffix_its_name_or_its_first_line(
    tmp_path: Path, name: str, first_line: str, found: str
) -> None:
    languages, _ = language(tmp_path)
    assert languages.of_path(Path(name), first_line) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("class Shape {\n public:\n  int n;\n};\n", "cpp"),
        ("#pragma once\nnamespace a::b {\nint f();\n}\n", "cpp"),
        ("template <typename T>\nT largest(T a, T b);\n", "cpp"),
        ("#include <vector>\nint sum(int n);\n", "cpp"),
        ("using Name = int;\n", "cpp"),
        ("struct shape { int n; };\nint area(struct shape *s);\n", "c"),
        ("/* A class of its own,\n   using a namespace: see below */\nint f(void);\n", "c"),
        ("#include <string.h>\nint class_of(int n);\n", "c"),
        ("", "c"),
    ],
)
def test_a_header_is_of_c_plus_plus_where_its_text_shows_it(text: str, found: str) -> None:
    assert LANGUAGES.of_path(Path("a.h"), text) == found
    assert LANGUAGES.of_path(Path("a.c"), text) == "c"


@pytest.mark.parametrize(
    ("first_line", "found"),
    [
        ("#!/usr/bin/php", "php"),
        ("#!/usr/bin/env php", "php"),
        ("#!/usr/bin/env ruby", "ruby"),
        ("#!/usr/bin/env elixir", "elixir"),
        ("#! /usr/bin/python3.11 -u", "python"),
        ("#!/usr/bin/env -S node --no-warnings", "javascript"),
        ("#!/bin/bash", "shellscript"),
        ("#!/bin/sh\nexec python3 x.py", "shellscript"),
        ("#!/usr/bin/unheard-of", "shellscript"),
        ("echo hi\n#!/usr/bin/php", "shellscript"),
        ("", "shellscript"),
    ],
)
def test_the_first_line_of_a_script_goes_before_the_suffix_of_shells(
    first_line: str, found: str
) -> None:
    assert LANGUAGES.of_path(Path("deploy.sh"), first_line) == found


def test_the_suffix_of_another_language_goes_before_the_first_line() -> None:
    assert LANGUAGES.of_path(Path("tool.py"), "#!/bin/sh") == "python"
    assert LANGUAGES.of_path(Path("page.php"), "#!/usr/bin/env node") == "php"


@pytest.mark.parametrize(
    ("name", "needed"),
    [("deploy.sh", True), ("tool", True), ("a.h", True), ("a.py", False), ("Rakefile", False)],
)
def test_the_text_is_needed_where_the_name_does_not_tell(name: str, needed: bool) -> None:
    assert LANGUAGES.needs_text(Path(name)) is needed


@pytest.mark.parametrize("wanted", ["nothing", "", "../toy", "toy/../toy", "c++", "a" * 300])
def test_an_unknown_language_has_no_table(tmp_path: Path, wanted: str) -> None:
    languages, _ = language(tmp_path)
    assert languages.get(wanted) is None


def test_a_node_the_grammar_does_not_have_is_named(tmp_path: Path) -> None:
    toml = TOY.replace('silent = ["comment"]', 'silent = ["comment", "remark"]')
    toml = toml.replace("[tokens]", '[tokens]\n"wile@while_statement" = "construct:x"')
    languages, table = language(tmp_path, toml)
    assert any("'remark'" in problem for problem in table.problems)
    assert any("wile@while_statement" in problem for problem in table.problems)
    assert len(table.problems) == 2
    assert names_at(languages, "while x: pass", 1) == ["construct:toy-loop"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("[[rule]]\nname = 'toy'\nquery = '(call) @here'\n", "KIND:NAME"),
        ("[[rule]]\nname = 'thing:toy'\nquery = '(call) @here'\n", "KIND:NAME"),
        ("[[rule]]\nname = 'pitfall:toy'\nquery = '(call) @here'\nunless = 'x'\n", "unless"),
        ("[[rule]]\nname = 'pitfall:toy'\n", "query"),
        ("[[rule]]\nname = 'pitfall:toy'\ncode = 1\n", "pitfall:toy': code must be"),
        ("[[rule]]\nname = 'pitfall:toy'\ncalls = 'f'\n", "pitfall:toy': calls must be"),
        ("[[rule]]\nname = 'pitfall:toy'\ncode = 'f()'\nwhere = ['x']\n", "where must be"),
        ("[[rule]]\nname = 'pitfall:toy'\ncode = 'f()'\ninside = [1]\n", "inside must be"),
        ("[[rule]]\nname = 'pitfall:toy'\ncode = 'f()'\ninside = 'g()'\n", "as a list"),
        ("[[rule]]\nname = 'pitfall:toy'\nquery = '(cal) @here'\n", "pitfall:toy"),
        ("[[rule]]\nname = 'pitfall:toy'\nquery = '(call (identifier @here)'\n", "pitfall:toy"),
        ("[[rule]]\nname = 'pitfall:toy'\nquery = '(call) @here'\ninside = '(cal)'\n", "inside"),
        ("[[rule]]\nname = 'pitfall:toy'\nquery = '(call) @here'\nlacks = '(('\n", "lacks"),
        ("[[rule]]\nname = 'pitfall:toy'\nquery = '\"(\" @here'\n", "start with a node"),
    ],
)
def test_a_wrong_rule_is_named_and_the_others_work(tmp_path: Path, rule: str, says: str) -> None:
    languages, table = language(tmp_path, constructs=rule + RULE)
    problems = [*table.problems, *table.rules.check()]
    assert any(says in problem for problem in problems), problems
    assert "pitfall:toy-call" in names_at(languages, "play()", 1)


def test_a_wrong_names_query_is_named_and_the_rest_works(tmp_path: Path) -> None:
    languages, table = language(tmp_path, constructs=RULE, names="(no_such_node) @name")
    assert any("names.scm" in problem for problem in table.problems)
    assert names_at(languages, "play()", 1) == ["pitfall:toy-call"]


def test_a_regular_expression_that_does_not_compile_is_named(tmp_path: Path) -> None:
    toml = TOY + '\n[fallback]\nmask = "("\n'
    languages, table = language(tmp_path, toml, constructs=RULE)
    assert table.problems
    assert names_at(languages, "play()", 1) == ["pitfall:toy-call"]


def test_a_token_without_kind_is_named(tmp_path: Path) -> None:
    toml = TOY.replace('"construct:toy-loop"', '"toy-loop"')
    languages, table = language(tmp_path, toml, constructs=RULE)
    assert table.problems
    assert names_at(languages, "play()", 1) == ["pitfall:toy-call"]


# -- conditions and templates of rules ---------------------------------------------------------


def test_a_template_takes_its_name_from_the_code(tmp_path: Path) -> None:
    query = "(call function: (identifier) @here @_what)"
    rule = f"[[rule]]\nname = 'symbol:toy.{{_what}}'\nquery = '{query}'\n"
    languages, _ = language(tmp_path, constructs=rule)
    assert names_at(languages, "jump()", 1) == ["symbol:toy.jump"]


@pytest.mark.parametrize(
    ("condition", "speaks", "is_silent"),
    [
        ("inside = '(while_statement)'", "while x:\n    play()", "if x:\n    play()"),
        ("not_inside = '(while_statement)'", "play()     ", "while x: play()"),
        ("contains = '(integer)'", "play(1)", "play(x)"),
        ("lacks = '(integer)'", "play(x)", "play(1)"),
        ("in_file = '(import_statement)'", "import a\nplay()", "play()"),
        ("not_in_file = '(import_statement)'", "play()", "import a\nplay()"),
        (
            "inside = '(while_statement)'\nboundary = ['if_statement']",
            "while x: play()",
            "while x:\n    if y:\n        play()",
        ),
        (  # the same capture stands for the same text
            "inside = '(while_statement condition: (identifier) @_arg)'",
            "while a: play(a)",
            "while b: play(a)",
        ),
    ],
)
def test_conditions_see_what_the_query_does_not(
    tmp_path: Path, condition: str, speaks: str, is_silent: str
) -> None:
    query = "(call function: (identifier) @here arguments: (argument_list . (_)? @_arg)) @_within"
    rule = f"[[rule]]\nname = 'pitfall:toy'\nquery = '{query}'\n{condition}\n"
    languages, table = language(tmp_path, constructs=rule)
    assert table.rules.check() == []
    assert names_at(languages, speaks, speaks.index("play")) == ["pitfall:toy"]
    assert names_at(languages, is_silent, is_silent.index("play")) == []


def test_a_rule_that_speaks_in_strings_does_and_others_do_not(tmp_path: Path) -> None:
    rule = "[[rule]]\nname = 'pitfall:a'\nquery = '(string) @here'\n"
    loud = rule.replace("pitfall:a", "pitfall:b") + "speaks_in_strings = true\n"
    languages, _ = language(tmp_path, constructs=rule + loud)
    assert names_at(languages, 'x = "text"', 6) == ["pitfall:b"]


SIGNS = """
[[rule]]
name = "construct:sign-{part}"
query = '(call arguments: (argument_list . (string) @here))'
part = '%%|(?P<text>%s)|(?P<whole_number>%\\d*d)'
"""


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        ("sign-whole-number", 'say("äh 100%% ¦%4d of %s\\n", a)'),
        ("sign-whole-number", 'say("äh 100%% %4¦d of %s\\n", a)'),
        ("sign-text", 'say("äh 100%% %4d of ¦%s\\n", a)'),
        (None, 'say("äh 100%% %4d ¦of %s\\n", a)'),  # between the parts
        (None, 'say("äh 100¦%%d %4d of %s\\n", a)'),  # known, and has no name
        (None, 'say(a, "¦%s")'),  # not where the query speaks
    ],
)
def test_a_rule_speaks_at_the_parts_of_a_text(tmp_path: Path, sign: str | None, code: str) -> None:
    languages, table = language(tmp_path, constructs=SIGNS)
    assert [*table.problems, *table.rules.check()] == []
    expected = [f"construct:{sign}"] if sign else []
    assert names_at(languages, code.replace("¦", ""), code.index("¦")) == expected


def test_a_part_speaks_in_the_masked_text_of_a_broken_line(tmp_path: Path) -> None:
    mask = '\n[fallback]\nmask = \'"[^"]*"\'\n'
    languages, _ = language(tmp_path, TOY + mask, constructs=SIGNS)
    code = 'x = (\nsay("%s")\ndef f():'
    assert names_at(languages, code, code.index("%")) == ["construct:sign-text"]
    assert names_at(languages, code, code.index("%") + 2) == []


def test_what_stands_in_a_span_has_the_parts_of_its_texts(tmp_path: Path) -> None:
    languages, _ = language(tmp_path, constructs=SIGNS)
    document = Document("file:///a", "toy", 1, 'say("%s and %d", a)')
    found = ContextReader(languages).within(document, Span(0, len(document.text)))
    facts = [(fact.name, fact.span) for context in found for fact in context.facts]
    assert [one for one in facts if one[0].startswith("sign")] == [
        ("sign-text", Span(5, 7)),
        ("sign-whole-number", Span(12, 14)),
    ]


def test_a_part_that_is_no_regular_expression_is_named() -> None:
    with pytest.raises(ValueError, match=r"construct:a.*part.*unterminated"):
        Rule.of({"name": "construct:a", "query": "(a) @here", "part": "(?P<x>"}, ())


def test_a_rule_must_have_a_kind_and_a_name() -> None:
    with pytest.raises(ValueError, match="KIND:NAME"):
        Rule.of({"name": "pitfall:", "query": "(a) @here"}, ())


@pytest.mark.parametrize(
    ("source", "patterns"),
    [
        ("(a) @x", ["(a) @x"]),
        ("(a) @x (b) @y", ["(a) @x ", "(b) @y"]),
        ('((a) @x (#eq? @x "("))\n[(b) (c)] @y', ['((a) @x (#eq? @x "("))\n', "[(b) (c)] @y"]),
        ("; (comment)\n(a) @x", ["(a) @x"]),
        ('(a "\\"(" @x) (b)', ['(a "\\"(" @x) ', "(b)"]),
        ("", []),
    ],
)
def test_a_query_is_split_into_its_patterns(source: str, patterns: list[str]) -> None:
    assert split_patterns(source) == patterns


# -- languages that build on another ------------------------------------------------------------


CHILD = """
id = "toychild"
inherits = "toy"
grammar = "tree_sitter_python:language"
files = [".toychild"]

[tokens]
"while@while_statement" = "construct:child-loop"
"for@for_statement" = "construct:child-for"
"no@such_node" = "construct:nothing"
"""

CHILD_RULE = """
[[rule]]
name = "pitfall:child-call"
query = '((call function: (identifier) @here) (#eq? @here "sing"))'
"""


def family(tmp_path: Path) -> Languages:
    language(tmp_path, TOY, pitfalls=RULE, names="(call (no_such_node) @name)\n")
    folder = tmp_path / "toychild"
    folder.mkdir()
    (folder / "language.toml").write_text(CHILD, encoding="utf-8")
    (folder / "pitfalls.toml").write_text(CHILD_RULE, encoding="utf-8")
    languages = Languages([tmp_path])
    KEPT.append(languages)
    return languages


def test_a_language_adds_to_the_one_it_inherits_from_and_overrides_it(tmp_path: Path) -> None:
    languages = family(tmp_path)
    reader = ContextReader(languages)
    KEPT.append(reader)

    def read(code: str) -> list[str]:
        context = reader.at(Document("file:///a.toychild", "toychild", 1, code), 0)
        return [f"{fact.kind}:{fact.name}" for fact in context.facts]

    assert read("while x: pass") == ["construct:child-loop"]
    assert read("for x in y: pass") == ["construct:child-for"]
    assert read("play(1)") == ["pitfall:toy-call"]
    assert read("sing(1)") == ["pitfall:child-call"]
    assert reader.at(Document("file:///b.toy", "toy", 1, "sing(1)"), 0).facts == ()


def test_code_that_only_the_parent_has_is_no_fault_of_the_child(tmp_path: Path) -> None:
    family(tmp_path)
    folder = tmp_path / "toychild"
    other = CHILD.replace("tree_sitter_python", "tree_sitter_json")
    (folder / "language.toml").write_text(other, encoding="utf-8")
    for path, name in ((tmp_path / "toy", "parents"), (folder, "own")):
        rule = f'[[rule]]\nname = "pitfall:{name}"\ncode = "lambda: $X"\n'
        (path / "pitfalls.toml").write_text(rule, encoding="utf-8")
    languages = Languages([tmp_path])
    KEPT.append(languages)
    table = languages.get("toychild")
    assert table is not None
    assert not any("'pitfall:parents'" in problem for problem in table.problems)
    assert any("'pitfall:own'" in problem for problem in table.problems)


def test_what_only_the_parents_grammar_has_is_no_fault_of_the_child(tmp_path: Path) -> None:
    table = family(tmp_path).get("toychild")
    assert table is not None
    assert table.inherits == ("toy",)
    assert [*table.problems, *table.rules.check()] == []


def test_snippets_of_the_parent_serve_the_child(tmp_path: Path) -> None:
    reader = ContextReader(family(tmp_path))
    KEPT.append(reader)
    context = reader.at(Document("file:///a.toychild", "toychild", 1, "play(1)"), 0)
    keys = [term.key for term in query_for(context).terms]
    assert keys == ["toychild:pitfall:toy-call", "toy:pitfall:toy-call"]


def test_a_language_without_its_grammar_is_as_unknown(tmp_path: Path) -> None:
    folder = tmp_path / "toy"
    folder.mkdir()
    text = TOY.replace("tree_sitter_python", "tree_sitter_that_nobody_has")
    (folder / "language.toml").write_text(text, encoding="utf-8")
    assert Languages([tmp_path]).get("toy") is None


NO_SUCH_FUNCTION = 'id = "broken"\ngrammar = "tree_sitter_python:nothing"\n'


@pytest.mark.parametrize("text", ["id = ", 'id = "toy"', NO_SUCH_FUNCTION])
def test_a_language_that_cannot_be_loaded_costs_itself_alone(tmp_path: Path, text: str) -> None:
    language(tmp_path)
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "language.toml").write_text(text, encoding="utf-8")
    languages = Languages([tmp_path])
    KEPT.append(languages)
    assert languages.get("broken") is None
    assert languages.failures["broken"].startswith("cannot be loaded")
    assert languages.get("playlang") is not None


def test_an_injection_with_a_wrong_pattern_is_named_and_the_others_work(tmp_path: Path) -> None:
    rule = "[[injection]]\nquery = '(string_content) @here'\nlanguage = 'sql'\n"
    language(tmp_path, TOY)
    wrong = rule + "match = '('\n" + rule + "match = '@nobody'\n" + rule + "match = 'SELECT'\n"
    (tmp_path / "toy" / "injections.toml").write_text(wrong, encoding="utf-8")
    table = Languages([tmp_path]).get("toy")
    assert table is not None
    KEPT.append(table)
    assert ["'('" in table.problems[0], "'nobody'" in table.problems[1]] == [True, True]
    assert len(table.problems) == 2
    assert list(vars(table.injections.rules)["_patterns"]) == ["string_content"]


def test_after_the_preparations_of_a_document_a_look_compiles_nothing() -> None:
    reader = ContextReader(LANGUAGES)
    table = LANGUAGES.get("python")
    assert table is not None
    code = "def f(items=[]):\n    for i in range(len(items)):\n        print(items[i] == None)\n"
    document = Document("file:///p.py", "python", 1, code)
    reader.warm(document)
    for piece in reader.preparations(document):
        piece()
    compiled = len(vars(table.rules)["_compiled"])
    conditions = len(vars(table.rules)["_conditions"])
    for offset in range(len(code)):
        reader.at(document, offset)
    assert compiled == len(vars(table.rules)["_compiled"]) > 0
    assert conditions == len(vars(table.rules)["_conditions"])
    assert list(reader.preparations(document)) == []


def test_the_same_text_in_another_language_is_read_anew() -> None:
    reader = ContextReader(LANGUAGES)
    code = "const a = b as any;\n"
    for language in ("typescript", "typescriptreact", "typescript"):
        document = Document("file:///a", language, 1, code)
        found = reader.at(document, code.index("as"))
        assert found.language == language
        assert [fact.name for fact in found.facts][:1] == ["as-any"], language
        assert reader.has(document)
        assert not reader.has(Document("file:///a", "javascript", 1, code))
