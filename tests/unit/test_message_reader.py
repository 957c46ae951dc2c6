"""Messages read by made-up tools: keys, order, frames, limits. Real tools: golden_messages/."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_learn.explain.fill import filled
from lsp_learn.explain.pieces import Line, drawn
from lsp_learn.messages import MessageReader, Tools
from lsp_learn.messages.output import KEPT, MAX_LINE, plain
from lsp_learn.model import (
    Diagnostic,
    Document,
    Example,
    FactKind,
    Level,
    Section,
    Snippet,
    Span,
    Trigger,
)

HERE = Span(3, 9)
REAL = MessageReader(Tools())

LINT = r"""
title = "Lint It"
languages = ["python"]
sources = ["LintServer"]
drop = "^lint::"
prefix = "L"
families = ["^L[0-9]", "^[A-Z]+"]
same = ["older"]
[cwe]
L78 = "CWE-78"
[[messages]]
match = '^(?P<path>\S+):(?P<line>\d+): (?P<severity>\w+): (?P<text>[^\n]*) \[(?P<code>L\d+)\]$'
[[suppressions]]
match = '# quiet: (?P<codes>[L\d, ]+)'
codes = 'L\d+'
[[configs]]
files = ["lint.toml"]
section = '^\[rules\]'
match = '"(?P<codes>L\d+)"'
codes = 'L\d+'
"""

RUN = r"""
languages = ["python", "c"]
choose = "last"
frames = "before"
library = "/lib/"
[parents]
SmallError = "BigError"
BigError = "Problem"
[[frame]]
match = '^  at (?P<path>\S+):(?P<line>\d+) in (?P<function>\w+)'
[[messages]]
match = '^(?P<error>\w+Error): (?P<text>[^\n]*)$'
"""

WRAP = r"""
languages = ["python"]
wraps = true
[[messages]]
match = '^wrap: (?P<text>[^\n]*)$'
needs = "wrap:"
"""


@pytest.fixture
def reader(tmp_path: Path) -> MessageReader:
    for name, text in (("lint", LINT), ("run", RUN), ("wrap", WRAP)):
        (tmp_path / f"{name}.tool.toml").write_text(text)
    tools = Tools(tmp_path)
    assert tools.check() == []
    return MessageReader(tools)


def keys(found: object) -> list[str]:
    return [f"{fact.kind}:{fact.name} {fact.how}" for fact in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize("source", ["lint", "Lint It", "LINTSERVER", " lintserver "])
@pytest.mark.parametrize("code", ["L78", "78", "lint::L78", "lint::78"])
def test_a_tool_has_several_names_and_writes_its_codes_in_several_ways(
    reader: MessageReader, source: str, code: str
) -> None:
    assert keys(reader.facts_of(Diagnostic(source, code, "Do not", HERE))) == [
        "diagnostic:lint:L78 code",
        "diagnostic:older:L78 code",
        "error:lint message",
        "diagnostic:lint:L7* family",
        "diagnostic:older:L7* family",
        "diagnostic:lint:L* family",
        "diagnostic:older:L* family",
        "diagnostic:cwe:CWE-78 cwe",
    ]


@pytest.mark.parametrize("code", ["W0611", "unused-import"])
def test_a_code_and_its_other_name_are_one(code: str) -> None:
    found = keys(REAL.facts_of(Diagnostic("pylint", code, "Unused import os", HERE)))
    assert {"diagnostic:pylint:W0611 code", "diagnostic:pylint:unused-import code"} <= set(found)
    assert found[0] == f"diagnostic:pylint:{code} code"
    assert "diagnostic:pylint:W* family" in found


def test_of_two_readings_of_a_line_the_one_with_a_code_comes_first(tmp_path: Path) -> None:
    plain_reading = "[[messages]]\nmatch = '^(?P<path>a.c):(?P<text>.*)$'\n"
    coded = "[[messages]]\nmatch = '^a.c:(?P<text>.*) (?P<code>E[0-9])$'\n"
    for name, text in (("aaa", plain_reading), ("zzz", coded)):
        (tmp_path / f"{name}.tool.toml").write_text('languages = ["c"]\n' + text)
    read = MessageReader(Tools(tmp_path)).read("a.c: wrong E1\n")
    assert [message.tool for message in read] == ["zzz", "aaa"]


def test_an_exception_has_its_parents_behind_it(reader: MessageReader) -> None:
    (message,) = reader.read("SmallError: it broke")
    facts = reader.context_of(message).facts
    assert keys(facts) == [
        "error:SmallError message",
        "error:run message",
        "error:BigError parent",
        "error:Problem parent",
    ]
    assert {fact.text for fact in facts} == {"SmallError: it broke"}
    assert reader.context_of(message).inherits == ("c",)


@pytest.mark.parametrize(
    ("diagnostic", "expected"),
    [
        (Diagnostic("Stranger", "S1", "text", HERE), ["diagnostic:stranger:S1 code"]),
        (Diagnostic("", "S1", "text", HERE), []),
        (Diagnostic("", "", "a.b.SmallError: x", HERE), ["error:SmallError message"]),
        (Diagnostic("stranger", "", "no name: x", HERE), []),
    ],
)
def test_of_an_unknown_tool_the_code_and_the_exception_count(
    reader: MessageReader, diagnostic: Diagnostic, expected: list[str]
) -> None:
    assert keys(reader.facts_of(diagnostic)) == expected


def test_errors_stand_before_warnings_and_wrappers_behind_all(reader: MessageReader) -> None:
    output = (
        "wrap: it failed\n"
        "a.py:1: warning: odd [L1]\n"
        "a.py:2: error: wrong [L2]\n"
        "a.py:3: error: wrong [L3]\n"
    )
    assert [message.text for message in reader.read(output)] == [
        "wrong", "wrong", "odd", "it failed",
    ]  # fmt: skip
    assert [message.line for message in reader.read(output)] == [2, 3, 1, 0]


def test_of_chained_exceptions_the_last_counts_with_its_own_frame(reader: MessageReader) -> None:
    output = (
        "  at shop.py:3 in buy\n"
        "FirstError: a\n"
        "  at main.py:9 in main\n"
        "  at shop.py:7 in pay\n"
        "  at /lib/money.py:1 in count\n"
        "LastError: b\n"
    )
    last, first = reader.read(output)
    assert (last.error, last.path, last.line, last.function) == ("LastError", "shop.py", 7, "pay")
    assert (first.error, first.path, first.line) == ("FirstError", "shop.py", 3)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = 1  # quiet: L7¦8, L9", "lint:L78"),
        ("x = 1  # quiet: L78, L¦9", "lint:L9"),
        ("x = 1  # qu¦iet: L78", ""),
        ("L7¦8 = 1", ""),
    ],
)
def test_codes_in_comments(reader: MessageReader, line: str, expected: str) -> None:
    document = Document("file:///a.py", "python", 1, "first\n" + line.replace("¦", "") + "\nlast")
    context = reader.named_at(document, 6 + line.index("¦"))
    assert (context.facts[0].name if context else "") == expected
    if context:
        span = context.facts[0].span
        assert document.text[span.start : span.end] == expected.partition(":")[2]


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("lint.toml", "[rules]", "lint:L78"),
        ("lint.toml", "[other]", ""),
        ("lint.toml", "", ""),
        ("other.toml", "[rules]", ""),
    ],
)
def test_codes_in_configuration(reader: MessageReader, name: str, head: str, expected: str) -> None:
    text = f'{head}\nselect = ["L78"]\n'
    document = Document(f"file:///work/{name}", "toml", 1, text)
    context = reader.named_at(document, text.index("78"))
    assert (context.facts[0].name if context else "") == expected


def test_a_wrong_tool_is_reported_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "good.tool.toml").write_text("")
    (tmp_path / "key.tool.toml").write_text("colour = 1")
    (tmp_path / "regex.tool.toml").write_text("[[messages]]\nmatch = '('")
    (tmp_path / "toml.tool.toml").write_text("= 1")
    (tmp_path / "match.tool.toml").write_text("[[messages]]\nneeds = 'x'")
    tools = Tools(tmp_path)
    assert [tool.id for tool in tools] == ["good", "regex"]
    assert [problem.partition(":")[0] for problem in tools.check()] == [
        "key.tool.toml", "match.tool.toml", "toml.tool.toml", "regex.tool.toml",
    ]  # fmt: skip


# -- the output itself -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("\x1b[31merror\x1b[0m: \x1b[1mx\x1b[m", "error: x"),
        ("\x1b]8;;http://a\x1b\\link\x1b]8;;\x07", "link"),
        ("10%\r50%\r100%\ndone", "100%\ndone"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("nul\x00 bell\x07 back\x08", "nul bell back"),
        ("tab\tstays", "tab\tstays"),
        ("#8 0.312 bash: x\n#8 1.0 y", "bash: x\ny"),
        ("web-1  | KeyError: 'a'", "KeyError: 'a'"),
        ("2026-11-22T10:00:00.1234567Z error: x", "error: x"),
        ("", ""),
    ],
)
def test_text_is_as_it_was_left_on_the_screen(raw: str, expected: str) -> None:
    assert plain(raw) == expected


def test_long_output_keeps_its_beginning_and_its_end() -> None:
    text = "first\n" + "middle\n" * 400_000 + "last"
    kept = plain(text)
    assert kept.startswith("first\n")
    assert kept.endswith("last")
    assert len(kept) < 2 * KEPT + 100


def test_a_long_line_is_cut() -> None:
    assert max(map(len, plain("x" * 50_000 + "\nshort").split("\n"))) == MAX_LINE


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("cannot find symbol", "", "cannot find symbol"),
        ("error: cannot find symbol", "", "cannot find symbol"),
        ("Fatal error: it is gone", "", "it is gone"),
        ("error[E0382]: use of moved value", "", "use of moved value"),
        ("E0382", "E0382", ""),
        ("error[E0382]", "E0382", ""),
        ("Error CS0103", "CS0103", ""),
        ("no-unused-vars", "no-unused-vars", ""),
        ("-Wunused-variable", "-Wunused-variable", ""),
        ("ENOENT", "ENOENT", ""),
        ("ERR_MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND", ""),
        ("error", "", "error"),
        ("cannot", "", "cannot"),
        ("42", "", "42"),
    ],
)
def test_what_names_no_tool_is_for_every_tool(line: str, code: str, words: str) -> None:
    message = next(one for one in REAL.guesses(line) if one.tool == "rustc")
    assert (message.code, message.text) == (code, words)


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    for message in (*REAL.read(text), *REAL.guesses(text)):
        assert REAL.context_of(message).span == message.span
    assert "\x1b[" not in plain(text)


# -- names in words ----------------------------------------------------------------------------


def snippet(tip: str, pattern: str) -> Snippet:
    return Snippet(
        id="a.b",
        title="T",
        tip=tip,
        example=Example("python", "x", Span(0, 1)),
        languages=("python",),
        level=Level.BEGINNER,
        triggers=(Trigger(FactKind.ERROR, "E", pattern),),
        pack="a",
        sections=(Section("Why", "See {name|it}."),),
    )


@pytest.mark.parametrize(
    ("tip", "names", "expected"),
    [
        ("`{name|the name}` is unknown.", {"name": "total"}, "`total` is unknown."),
        ("`{name|the name}` is unknown.", {}, "the name is unknown."),
        ("`{name|undefined}` is no object.", {}, "`undefined` is no object."),
        ("`{name|the name}` is unknown.", {"name": "a`b\n c"}, "`a'b c` is unknown."),
        ("`{other|x}` stays.", {"name": "a"}, "`{other|x}` stays."),
        ("`{name}` and `f'{x|y}'` stay.", {"name": "a"}, "`{name}` and `f'{x|y}'` stay."),
        ("{name|x}", {"name": "z" * 200}, "z" * 80),
    ],
)
def test_captured_names_stand_in_the_words(tip: str, names: dict[str, str], expected: str) -> None:
    done = filled(snippet(tip, r"name '(?P<name>\w+)'"), names)
    assert done.tip == expected
    assert "{name|" not in done.sections[0].markdown


def test_a_snippet_without_captures_stays_as_it_is() -> None:
    one = snippet("`{name|x}`", "name")
    assert filled(one, {"name": "a"}) is one


# -- marks under code --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ((), []),
        (((0, 3, 1),), ["^^^1"]),
        (((0, 3, 1), (5, 2, 2)), ["^^^1 ^^2"]),
        (((0, 3, 1), (4, 2, 2)), ["^^^1", "    ^^2"]),
        (((0, 9, 1), (2, 2, 2), (12, 1, 3)), ["^^^^^^^^^1  ^3", "  ^^2"]),
    ],
)
def test_marks_that_would_touch_go_on_lines_of_their_own(
    marks: tuple[tuple[int, int, int], ...], expected: list[str]
) -> None:
    assert drawn(Line("some code here", marks)) == expected
