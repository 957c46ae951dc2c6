# ruff: noqa: E501  (tables: one case a line)
"""Packs and snippets: what is read, and that every problem has its code and its line."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import lsp_learn.packs
from lsp_learn import locations
from lsp_learn.model import FactKind, Level, Origin, PackManifest, Problem, Severity, Snippet, Span
from lsp_learn.packs.files import FolderFiles
from lsp_learn.packs.find import find_packs, fingerprint
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.manifest import read_manifest
from lsp_learn.packs.read import read_snippets
from lsp_learn.packs.snippet import find_focus, read_snippet, read_trigger

MANIFEST = PackManifest("demo", "Demo", "1.0.0", "CC0-1.0", ("python",))

GOOD = """+++
id = "demo.print"
title = "print()"
level = "beginner"
triggers = ["symbol:print"]
focus = "print"
tags = ["output"]
sources = ["print <https://docs.python.org/3/library/functions.html#print>"]
+++
`print` writes to standard output.

## Example

```python
print("a")
```
```output
a
```

## Why

To be seen.

## See also
- demo.print-more
"""

OTHER = (
    GOOD.replace("demo.print-more", "demo.print")
    .replace('"demo.print"', '"demo.print-more"')
    .replace('"print()"', '"print() with sep"')
    .replace("symbol:print", "argument:print(sep=)")
    .replace('focus = "print"', 'focus = "sep"')
    .replace('print("a")', 'print("a", sep="")')
)

GOOD_MANIFEST = """id = "demo"
title = "Demo"
version = "1.0.0"
license = "CC0-1.0"
languages = ["python"]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack without any problem."""
    folder = tmp_path / "demo"
    (folder / "snippets").mkdir(parents=True)
    (folder / "pack.toml").write_text(GOOD_MANIFEST, encoding="utf-8")
    (folder / "snippets" / "one.md").write_text(GOOD, encoding="utf-8")
    (folder / "snippets" / "two.md").write_text(OTHER, encoding="utf-8")
    return folder


def read(tmp_path: Path, content: str | bytes) -> tuple[Snippet | None, tuple[Problem, ...]]:
    path = tmp_path / "snippets" / "snippet.md"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_snippet(FolderFiles(tmp_path), "snippets/snippet.md", MANIFEST)


def line_of(text: str, piece: str) -> int:
    """The line (from 1) where a piece first stands."""
    return text[: text.index(piece)].count("\n") + 1


# -- snippets ----------------------------------------------------------------------------------


def test_a_good_snippet_is_read_whole(tmp_path: Path) -> None:
    snippet, problems = read(tmp_path, GOOD)
    assert problems == ()
    assert snippet is not None
    assert snippet.id == "demo.print"
    assert snippet.title == "print()"
    assert snippet.level is Level.BEGINNER
    assert [str(trigger) for trigger in snippet.triggers] == ["symbol:print"]
    assert snippet.tip == "`print` writes to standard output."
    assert snippet.languages == ("python",)
    assert snippet.pack == "demo"
    assert snippet.tags == ("output",)
    assert snippet.example.language == "python"
    assert snippet.example.code == 'print("a")'
    assert snippet.example.focus == Span(0, 5)
    assert snippet.example.output == "a"
    assert snippet.example.error == ""
    assert [section.heading for section in snippet.sections] == ["Why"]
    assert snippet.sections[0].markdown == "To be seen."
    assert snippet.see_also == ("demo.print-more",)
    assert [source.title for source in snippet.sources] == ["print"]
    assert snippet.sources[0].url == "https://docs.python.org/3/library/functions.html#print"
    assert snippet.path == "snippets/snippet.md"


@pytest.mark.parametrize(
    "content",
    [
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
    ],
    ids=["crlf", "cr", "byte order mark"],
)
def test_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == read(tmp_path, GOOD)
    assert read(tmp_path, content)[0] is not None


# code, what is wrong, where it says so (a piece of the changed text, "" for the whole file)
BAD = [
    ("F003", "a byte that is not UTF-8", GOOD.replace("To be seen", "Caf\xe9").encode("latin-1"), "Caf"),
    ("F004", "text without quotes", GOOD.replace('"beginner"', "beginner"), "level ="),
    ("F004", "an unclosed list", GOOD.replace('["symbol:print"]', '["symbol:print"'), "focus ="),
    ("S001", "no metadata", "# print\n", "#"),
    ("S001", "metadata not closed", GOOD.replace("+++\n`print`", "`print`"), "+++"),
    ("S001", "something before the metadata", "\n" + GOOD, "\n"),
    ("S002", "an unknown key", GOOD.replace("tags =", "tag ="), "tag ="),
    ("S002", "an id without a dot", GOOD.replace('"demo.print"', '"print"'), "id ="),
    ("S002", "an id in capitals", GOOD.replace('"demo.print"', '"demo.Print"'), "id ="),
    ("S002", "no title", GOOD.replace('title = "print()"\n', ""), "+++"),
    ("S002", "a long title", GOOD.replace('"print()"', f'"{"p" * 71}"'), "title ="),
    ("S002", "an unknown level", GOOD.replace('"beginner"', '"expert"'), "level ="),
    ("S002", "a level that is no text", GOOD.replace('"beginner"', "3"), "level ="),
    ("S002", "no triggers", GOOD.replace('["symbol:print"]', "[]"), "triggers ="),
    ("S002", "a trigger without kind", GOOD.replace("symbol:print", "print"), "triggers ="),
    ("S002", "no sources", GOOD.replace("sources =", "#sources ="), "+++"),
    ("S002", "a source without a title", GOOD.replace('"print <', '"<'), "sources ="),
    ("S002", "no focus", GOOD.replace('focus = "print"\n', ""), "+++"),
    ("S002", "tags that are no texts", GOOD.replace('["output"]', "[1]"), "tags ="),
    ("S003", "an open fence", GOOD.replace("```\n\n## Why", "\n\n## Why"), "```output"),
    ("S004", "no tip", GOOD.replace("`print` writes to standard output.\n", ""), "\n## Example"),
    ("S004", "two paragraphs", GOOD.replace("output.\n\n##", "output.\n\nMore.\n\n##"), "`print` writes"),
    ("S004", "a long tip", GOOD.replace("standard output", "standard " * 30), "`print` writes"),
    ("S004", "three sentences", GOOD.replace("output.\n", "output. One. Two.\n"), "`print` writes"),
    ("S004", "a fence as tip", GOOD.replace("`print` writes to standard output.", "```\nx\n```"), "```\nx"),
    ("S005", "an unknown section", GOOD.replace("## Why", "## History"), "## History"),
    ("S005", "a deeper heading", GOOD.replace("## Why", "### Why"), "### Why"),
    ("S005", "sections out of order", GOOD.replace("## See also\n- demo.print-more", "## See also\n- demo.x\n\n## Try it\n\nDo."), "## Try it"),
    ("S005", "a section twice", GOOD.replace("## See also", "## Why\n\nAgain.\n\n## See also"), "## Why\n\nAgain"),
    ("S005", "an empty section", GOOD.replace("To be seen.\n", ""), "## Why"),
    ("S006", "no example", re.sub(r"## Example.*?## Why", "## Why", GOOD, flags=re.DOTALL), ""),
    ("S006", "an example without code", re.sub(r"```python.*?```output\na\n```", "Text.", GOOD, flags=re.DOTALL), "## Example"),
    ("S006", "no language", GOOD.replace("```python", "```"), 'print("a")'),
    ("S006", "too many lines", GOOD.replace('print("a")', "print(1)\n" * 8 + "print(2)"), "print(1)"),
    ("S006", "no output", GOOD.replace("```output\na\n```\n", ""), 'print("a")'),
    ("S006", "two blocks of code", GOOD.replace("\n\n## Why", "\n```python\nsecond\n```\n\n## Why"), "second"),
    ("S007", "a focus that is not there", GOOD.replace('focus = "print"', 'focus = "prin"'), 'print("a")'),
    ("S008", "a web page under See also", GOOD.replace("- demo.print-more", "- [x](https://x.org)"), "- [x]"),
    ("S008", "prose under See also", GOOD.replace("- demo.print-more", "Look around."), "Look around"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "content", "where"),
    [(c, t, w) for c, _, t, w in BAD],
    ids=[f"{c} {n}" for c, n, _, _ in BAD],
)
def test_a_bad_snippet_is_refused_with_code_line_and_hint(
    tmp_path: Path, code: str, content: str | bytes, where: str
) -> None:
    snippet, problems = read(tmp_path, content)
    text = content if isinstance(content, str) else content.decode("latin-1")
    mine = [problem for problem in problems if problem.code == code]
    assert snippet is None
    assert len(mine) >= len(problems) - (code == "S003")  # what an open fence swallows is missing
    assert mine[0].hint
    assert mine[0].path == "snippets/snippet.md"
    assert mine[0].severity is Severity.ERROR
    if where:
        assert mine[0].line == line_of(text, where)


def test_several_problems_are_named_at_once(tmp_path: Path) -> None:
    content = GOOD.replace('"beginner"', '"expert"').replace("## Why", "## History")
    _, problems = read(tmp_path, content.replace('focus = "print"', 'focus = "nowhere"'))
    assert {problem.code for problem in problems} == {"S002", "S005", "S007"}


def test_a_file_of_ten_megabytes_is_refused_unread(tmp_path: Path) -> None:
    snippet, (problem,) = read(tmp_path, b"x" * 10_000_000)
    assert snippet is None
    assert problem.code == "F002"
    assert "10,000,000" in problem.message


def test_a_snippet_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    snippet, (problem,) = read_snippet(FolderFiles(tmp_path), "snippets/none.md", MANIFEST)
    assert snippet is None
    assert problem.code == "F001"
    assert "No such file" in problem.message


def test_the_line_of_a_wrong_byte_is_named(tmp_path: Path) -> None:
    _, (problem,) = read(tmp_path, GOOD.encode() + b"\xff")
    assert problem.code == "F003"
    assert problem.line == GOOD.count("\n") + 1
    assert "0xff" in problem.message


def test_an_example_may_say_why_it_is_not_run(tmp_path: Path) -> None:
    content = GOOD.replace("```output\na\n```\n", "").replace("tags =", 'not_run = "slow"\ntags =')
    snippet, problems = read(tmp_path, content)
    assert problems == ()
    assert snippet is not None
    assert snippet.example.not_run == "slow"
    assert snippet.example.output is None


def test_an_example_may_end_with_an_error(tmp_path: Path) -> None:
    snippet, problems = read(tmp_path, GOOD.replace("```output\na\n", "```error\nKeyError: 1\n"))
    assert problems == ()
    assert snippet is not None
    assert snippet.example.error == "KeyError: 1"


def test_a_heading_in_a_code_block_is_code(tmp_path: Path) -> None:
    content = GOOD.replace('print("a")', '# print\n## Why\nprint("a")')
    snippet, problems = read(tmp_path, content.replace('focus = "print"', 'focus = "«print»("'))
    assert problems == ()
    assert snippet is not None
    assert "## Why" in snippet.example.code


def test_a_snippet_may_name_its_own_languages(tmp_path: Path) -> None:
    snippet, _ = read(tmp_path, GOOD.replace("tags =", 'languages = ["go", "c"]\ntags ='))
    assert snippet is not None
    assert snippet.languages == ("go", "c")


snippet_pieces = st.sampled_from(
    [
        "+++\n", "+++", 'id = "demo.x"\n', 'title = "t"\n', 'triggers = ["symbol:a"]\n', "= \n",
        'focus = "«»"\n', "sources = [1]\n", 'triggers = ["error:A: ("]\n', "```", "```python\n",
        "```output\n", "~~~", "## Example\n", "## Why\n", "# \n", "## See also\n- demo.x\n", "\n\n",
        "tip.", "[[a]]\n", "\0", "\x85", "😋", "- [a](b)\n", "level = {}\n",
    ]
)  # fmt: skip


@given(st.lists(snippet_pieces, max_size=25).map("".join) | st.text(max_size=300))
def test_no_text_makes_the_reader_raise(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.md"
    for content in (text, GOOD.replace("print", text), GOOD[: len(text) * 3] + text):
        path.write_bytes(content.encode("utf-8", "surrogatepass"))
        snippet, problems = read_snippet(FolderFiles(path.parent), path.name, MANIFEST)
        assert (snippet is None) == bool(problems)
        assert all(p.line <= content.count("\n") + content.count("\r") + 1 for p in problems)


# -- triggers and focus ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "name", "pattern"),
    [
        ("symbol:asyncio.gather", FactKind.SYMBOL, "asyncio.gather", ""),
        ("argument:open(newline=)", FactKind.ARGUMENT, "open(newline=)", ""),
        ("diagnostic:ruff:B006", FactKind.DIAGNOSTIC, "ruff:B006", ""),
        ("error:KeyError", FactKind.ERROR, "KeyError", ""),
        ("error:TypeError: takes \\d+ positional", FactKind.ERROR, "TypeError", "takes \\d+ positional"),
    ],
)  # fmt: skip
def test_a_trigger_is_kind_name_and_pattern(
    text: str, kind: FactKind, name: str, pattern: str
) -> None:
    trigger, wrong = read_trigger(text)
    assert trigger is not None
    assert (trigger.kind, trigger.name, trigger.pattern) == (kind, name, pattern)
    assert wrong == ("", "")
    assert str(trigger) == text


@pytest.mark.parametrize(
    "text",
    [
        "print", "thing:print", "symbol:", "symbol: print", "symbol:a,b", "Symbol:print",
        "diagnostic:B006", "symbol:print: x", "error:KeyError: (", "error:A: (a+)+b",
        "error:A: (a*)*", "error:A: a{2}{3}", "error:A: " + "a" * 201, "", ":",
    ],
)  # fmt: skip
def test_a_wrong_trigger_is_refused_with_a_reason(text: str) -> None:
    trigger, (message, hint) = read_trigger(text)
    assert trigger is None
    assert message
    assert hint


@pytest.mark.parametrize(
    ("code", "focus", "found"),
    [
        ("print(1)", "print", Span(0, 5)),
        ("printer = print", "print", Span(10, 15)),
        ("a.sort(b)", "«sort»(b)", Span(2, 6)),
        ("f(x=1)\nf(x=2)", "«x»=2", Span(9, 10)),
        ("a + b", "+", Span(2, 3)),
        ("a\n  b", "a\n  «b»", Span(4, 5)),
    ],
)
def test_focus_is_a_whole_word_or_what_is_marked(code: str, focus: str, found: Span) -> None:
    assert find_focus(code, focus) == found


@pytest.mark.parametrize("focus", ["", "prin", "«»", "absent", "«print»(2"])
def test_a_focus_that_is_not_there_is_none(focus: str) -> None:
    assert find_focus("print(1)", focus) is None


# -- the manifest ------------------------------------------------------------------------------


def manifest_of(tmp_path: Path, text: str) -> tuple[PackManifest | None, tuple[Problem, ...]]:
    (tmp_path / "pack.toml").write_text(text, encoding="utf-8")
    return read_manifest(tmp_path)


def test_a_good_manifest_is_read_whole(tmp_path: Path) -> None:
    more = 'description = "d"\nauthors = ["a", "b"]\nhomepage = "https://x.org"\n'
    manifest, problems = manifest_of(tmp_path, GOOD_MANIFEST + more)
    assert problems == ()
    assert manifest == PackManifest(
        "demo", "Demo", "1.0.0", "CC0-1.0", ("python",), "d", ("a", "b"), "https://x.org"
    )


WRONG_MANIFESTS = [
    ('id = "demo"', 'id = "De mo"', 1),
    ('id = "demo"', 'id = "-demo"', 1),
    ('title = "Demo"', 'title = ""', 2),
    ('title = "Demo"', "title = 3", 2),
    ('version = "1.0.0"', 'version = "1.0"', 3),
    ('license = "CC0-1.0"\n', "", 1),
    ('languages = ["python"]', "languages = [1]", 5),
    ('languages = ["python"]', 'langauges = ["python"]', 5),
    ('license = "CC0-1.0"', 'license = "CC0-1.0"\nhomepage = "x.org"', 5),
]


@pytest.mark.parametrize(("old", "new", "line"), WRONG_MANIFESTS)
def test_a_wrong_field_of_a_manifest_is_p001_at_its_line(
    tmp_path: Path, old: str, new: str, line: int
) -> None:
    manifest, problems = manifest_of(tmp_path, GOOD_MANIFEST.replace(old, new))
    assert manifest is None
    assert ("P001", "pack.toml", line) in {(p.code, p.path, p.line) for p in problems}
    assert all(p.hint for p in problems)


def test_a_pack_may_leave_its_languages_to_its_snippets(tmp_path: Path) -> None:
    manifest, problems = manifest_of(tmp_path, GOOD_MANIFEST.replace('languages = ["python"]', ""))
    assert problems == ()
    assert manifest is not None
    assert manifest.languages == ()


def test_a_snippet_of_no_language_at_all_is_a_problem(tmp_path: Path) -> None:
    """Nothing could ever bring it up."""
    (tmp_path / "snippet.md").write_text(GOOD, encoding="utf-8")
    nowhere = replace(MANIFEST, languages=())
    snippet, problems = read_snippet(FolderFiles(tmp_path), "snippet.md", nowhere)
    assert snippet is None
    assert [problem.code for problem in problems] == ["S002"]


def test_a_manifest_that_is_no_toml_is_f004_at_its_line(tmp_path: Path) -> None:
    manifest, (problem,) = manifest_of(tmp_path, GOOD_MANIFEST.replace('"1.0.0"', "1.0.0"))
    assert manifest is None
    assert (problem.code, problem.line) == ("F004", 3)


def test_a_folder_without_manifest_is_f001(tmp_path: Path) -> None:
    manifest, (problem,) = read_manifest(tmp_path)
    assert manifest is None
    assert problem.code == "F001"


# -- linting a pack ----------------------------------------------------------------------------


def test_a_good_pack_has_no_problem(pack: Path) -> None:
    assert lint_pack(pack) == ()


RULES = [
    ("S008", "see also names no snippet", "- demo.print-more", "- demo.nothing", Severity.ERROR),
    ("S008", "see also names itself", "- demo.print-more", "- demo.print", Severity.ERROR),
    ("S009", "an id of another pack", '"demo.print"', '"other.print"', Severity.ERROR),
    ("S009", "an id twice", '"demo.print"', '"demo.print-more"', Severity.ERROR),
    ("S010", "a title twice", '"print()"', '"Print() with SEP"', Severity.ERROR),
    ("S011", "a trigger twice", "symbol:print", "argument:print(sep=)", Severity.ERROR),
    ("S012", "an empty lesson", "## Why\n\nTo be seen.\n\n", "", Severity.WARNING),
    ("S013", "a pitfall without its fix", "symbol:print", "pitfall:print", Severity.ERROR),
    ("V001", "a filler word", "To be seen.", "It is simply seen.", Severity.WARNING),
    ("V001", "a filler word in the tip", "writes to", "just writes to", Severity.WARNING),
    ("V002", "an exclamation mark", "To be seen.", "To be seen!", Severity.WARNING),
    ("V003", "HTML", "To be seen.", "To <b>be</b> seen.", Severity.ERROR),
    ("V003", "an image", "To be seen.", "![seen](x.png)", Severity.ERROR),
]


@pytest.mark.parametrize(
    ("code", "old", "new", "severity"),
    [(c, o, n, s) for c, _, o, n, s in RULES],
    ids=[f"{c} {n}" for c, n, _, _, _ in RULES],
)
def test_each_rule_on_a_pack_finds_its_own_mistake(
    pack: Path, code: str, old: str, new: str, severity: Severity
) -> None:
    assert old in GOOD
    (pack / "snippets" / "one.md").write_text(GOOD.replace(old, new), encoding="utf-8")
    found = lint_pack(pack)
    mine = [problem for problem in found if problem.code == code]
    assert mine
    assert all(problem.severity is severity and problem.hint for problem in mine)
    assert all(problem.path.startswith("snippets/") for problem in mine)


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [(c, o, n) for c, _, o, n, _ in RULES if c not in {"S012", "S013"}],
    ids=[f"{c} {n}" for c, n, *_ in RULES if c not in {"S012", "S013"}],
)
def test_a_problem_names_the_line_of_what_is_wrong(
    pack: Path, code: str, old: str, new: str
) -> None:
    texts = {"snippets/one.md": GOOD.replace(old, new), "snippets/two.md": OTHER}
    (pack / "snippets" / "one.md").write_text(texts["snippets/one.md"], encoding="utf-8")
    problem = next(one for one in lint_pack(pack) if one.code == code)
    text = texts[problem.path]
    wanted = next(piece for piece in (new, new.lower(), '"print() with sep"') if piece in text)
    assert problem.line == line_of(text, wanted)


def test_code_may_hold_what_prose_may_not(pack: Path) -> None:
    text = GOOD.replace(
        "To be seen.", "`x != y!` and `<b>` and `just`.\n\n```python\n# simply <i>!\n```"
    )
    (pack / "snippets" / "one.md").write_text(text, encoding="utf-8")
    assert lint_pack(pack) == ()


def test_two_levels_may_share_a_trigger(pack: Path) -> None:
    text = GOOD.replace("symbol:print", "argument:print(sep=)").replace("beginner", "advanced")
    (pack / "snippets" / "one.md").write_text(text, encoding="utf-8")
    assert lint_pack(pack) == ()


def test_snippets_may_share_an_error_by_its_pattern(pack: Path) -> None:
    for name, text in (("one.md", GOOD), ("two.md", OTHER)):
        changed = re.sub(r"triggers = .*", 'triggers = ["error:TypeError: x"]', text)
        (pack / "snippets" / name).write_text(changed, encoding="utf-8")
    assert "S011" not in {problem.code for problem in lint_pack(pack)}


def test_an_empty_pack_is_p003(pack: Path) -> None:
    shutil.rmtree(pack / "snippets")
    (problem,) = lint_pack(pack)
    assert (problem.code, problem.path) == ("P003", "pack.toml")


def test_problems_of_snippets_name_their_path_inside_the_pack(pack: Path) -> None:
    (pack / "snippets" / "sub").mkdir()
    (pack / "snippets" / "sub" / "three.md").write_text("none\n", encoding="utf-8")
    (problem,) = lint_pack(pack)
    assert problem.path == "snippets/sub/three.md"
    assert problem.code == "S001"


# -- finding packs -----------------------------------------------------------------------------


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    monkeypatch.setattr(locations, "shipped_packs_folder", lambda: folder)
    return folder


def put(place: Path, name: str, pack_id: str, version: str = "1.0.0") -> Path:
    folder = place / name
    (folder / "snippets").mkdir(parents=True)
    manifest = GOOD_MANIFEST.replace('"demo"', f'"{pack_id}"').replace("1.0.0", version)
    (folder / "pack.toml").write_text(manifest, encoding="utf-8")
    text = GOOD.replace("demo.print", f"{pack_id}.print")
    (folder / "snippets" / "one.md").write_text(text, encoding="utf-8")
    return folder


def test_packs_come_from_three_places_and_the_later_wins(shipped: Path, tmp_path: Path) -> None:
    put(shipped, "a", "alpha", "1.0.0")
    put(shipped, "b", "beta", "1.0.0")
    put(locations.user_packs_folder(), "a", "alpha", "2.0.0")
    third = put(tmp_path / "third", "a", "alpha", "3.0.0")

    def found(*folders: Path) -> list[tuple[str, str, Origin]]:
        packs = find_packs(folders).packs
        return [(pack.manifest.id, pack.manifest.version, pack.origin) for pack in packs]

    beta = ("beta", "1.0.0", Origin.SHIPPED)
    assert found() == [("alpha", "2.0.0", Origin.USER), beta]
    assert found(third) == [("alpha", "3.0.0", Origin.FOLDER), beta]
    assert found(third.parent) == [("alpha", "3.0.0", Origin.FOLDER), beta]


def test_a_broken_pack_costs_itself_alone(shipped: Path) -> None:
    put(shipped, "a", "alpha")
    broken = put(shipped, "b", "beta")
    (broken / "pack.toml").write_text("id = ", encoding="utf-8")
    found = find_packs()
    assert [pack.manifest.id for pack in found.packs] == ["alpha"]
    (problem,) = found.problems
    assert problem.code == "F004"
    assert problem.path == str(broken / "pack.toml")


def test_a_broken_snippet_costs_itself_alone(shipped: Path) -> None:
    folder = put(shipped, "a", "alpha")
    (folder / "snippets" / "broken.md").write_bytes(b"\xff")
    read_ones = list(read_snippets(find_packs().packs))
    assert [snippet.id for snippet, _ in read_ones if snippet] == ["alpha.print"]
    (problem,) = [problem for _, problems in read_ones for problem in problems]
    assert problem.path == str(folder / "snippets" / "broken.md")


def test_a_folder_that_is_not_there_is_p002(shipped: Path, tmp_path: Path) -> None:
    put(shipped, "a", "alpha")
    found = find_packs([tmp_path / "nowhere"])
    assert [pack.manifest.id for pack in found.packs] == ["alpha"]
    assert [(p.code, p.path) for p in found.problems] == [("P002", str(tmp_path / "nowhere"))]


def test_packs_can_be_switched_off(shipped: Path) -> None:
    put(shipped, "a", "alpha")
    put(shipped, "b", "beta")
    assert [pack.manifest.id for pack in find_packs((), ["alpha"]).packs] == ["beta"]


def test_no_packs_at_all_is_no_problem(shipped: Path) -> None:
    assert find_packs().packs == ()
    assert find_packs().problems == ()


def test_links_in_a_pack_are_not_followed(shipped: Path, tmp_path: Path) -> None:
    folder = put(shipped, "a", "alpha")
    secret = tmp_path / "secret.md"
    secret.write_text(GOOD.replace("demo.print", "alpha.secret"), encoding="utf-8")
    try:
        (folder / "snippets" / "link.md").symlink_to(secret)
    except OSError:
        pytest.skip("this system allows no symbolic links")
    found = [snippet.id for snippet, _ in read_snippets(find_packs().packs) if snippet]
    assert found == ["alpha.print"]


def test_the_fingerprint_changes_with_every_change_of_a_pack(shipped: Path) -> None:
    folder = put(shipped, "a", "alpha")

    def now() -> str:
        return fingerprint(find_packs().packs)

    seen = [now()]
    assert now() == seen[0]
    (folder / "snippets" / "one.md").write_text(GOOD + "\nmore\n", encoding="utf-8")
    seen.append(now())
    (folder / "snippets" / "two.md").write_text(OTHER, encoding="utf-8")
    seen.append(now())
    (folder / "snippets" / "two.md").rename(folder / "snippets" / "three.md")
    seen.append(now())
    (folder / "snippets" / "three.md").unlink()
    seen.append(now())
    put(shipped, "b", "beta")
    seen.append(now())
    assert seen[4] == seen[1]
    assert len({*seen[:4], seen[5]}) == 5


# -- the JSON schemas, for editors that complete and check metadata ---------------------------

SCHEMAS = Path(lsp_learn.packs.__file__).parent / "schemas"
SHIPPED = Path(lsp_learn.__file__).parents[1] / "content_packs"


def checker(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def metadata(text: str) -> dict[str, Any]:
    return tomllib.loads(text.split("+++")[1])


def test_the_schemas_accept_everything_that_is_shipped() -> None:
    snippet, pack = checker("snippet"), checker("pack")
    files = sorted(SHIPPED.rglob("snippets/**/*.md"))
    assert files
    wrong = {}
    for file in files:
        if errors := list(snippet.iter_errors(metadata(file.read_text(encoding="utf-8")))):
            wrong[file.name] = errors[0].message
    for file in sorted(SHIPPED.glob("*/pack.toml")):
        if errors := list(pack.iter_errors(tomllib.loads(file.read_text(encoding="utf-8")))):
            wrong[str(file)] = errors[0].message
    assert wrong == {}


REFUSED = [(name, text) for code, name, text, _ in BAD if code == "S002" and isinstance(text, str)]


@pytest.mark.parametrize("text", [t for _, t in REFUSED], ids=[n for n, _ in REFUSED])
def test_the_snippet_schema_refuses_what_the_reader_refuses(text: str) -> None:
    assert not checker("snippet").is_valid(metadata(text))
    assert checker("snippet").is_valid(metadata(GOOD))


@pytest.mark.parametrize(("old", "new", "_"), WRONG_MANIFESTS)
def test_the_pack_schema_refuses_what_the_reader_refuses(old: str, new: str, _: int) -> None:
    assert not checker("pack").is_valid(tomllib.loads(GOOD_MANIFEST.replace(old, new)))
    assert checker("pack").is_valid(tomllib.loads(GOOD_MANIFEST))


json_values = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2)
)


@given(
    st.sampled_from(["id", "title", "level", "languages", "triggers", "focus", "tags", "sources", "not_run", "other"]),
    json_values,
)  # fmt: skip
def test_schema_and_reader_agree_on_any_value_of_a_key(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: Any
) -> None:
    """What the schema refuses the reader refuses too; the reader may know more (patterns)."""
    values = {**metadata(GOOD), key: value}
    lines = "".join(f"{name} = {json.dumps(one)}\n" for name, one in values.items())
    body = GOOD.split("+++\n", 2)[2]
    path = tmp_path_factory.getbasetemp() / "agree.md"
    path.write_text(f"+++\n{lines}+++\n{body}", encoding="utf-8", newline="\n")
    try:
        tomllib.loads(lines)
    except tomllib.TOMLDecodeError:
        return  # JSON's escapes are not all TOML's
    snippet, problems = read_snippet(FolderFiles(path.parent), path.name, MANIFEST)
    if not checker("snippet").is_valid(values):
        assert snippet is None
        assert {problem.code for problem in problems} >= {"S002"}
