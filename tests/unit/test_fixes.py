"""`pack lint --fix`: what is mended, and above all what is not touched."""

from __future__ import annotations

import json
import stat
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pack_files import make_pack

from lsp_learn import cli
from lsp_learn.errors import PackError
from lsp_learn.model import PackManifest
from lsp_learn.packs.build import build_pack
from lsp_learn.packs.fixes import MANIFEST_FIXES, SNIPPET_FIXES, fixes_for, form_problems, mended
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.markdown import split_sections
from lsp_learn.packs.mend import mend_pack, write_mended
from lsp_learn.packs.snippet import METADATA, read_snippet

SNIPPET = "snippets/one.md"
MANIFEST = "pack.toml"

GOOD = """\
+++
id = "team.print"
title = "print()"
level = "beginner"  # whom it is for
triggers = [
  "symbol:print",
  "construct:print",  # the statement
]
focus = "print"
tags = ["output", "show"]
sources = ['print <https://docs.python.org/3/library/functions.html#print>']
+++
`print` writes to standard output.

## Example

```python
print("a ")   \n```
```output
a \n```

## Why

To be seen by a person,  \nwho reads.

## Watch out

- one

      code in a list   \n
## See also

- team.other
"""

GOOD_MANIFEST = """\
id = "team"
title = "Our team"
version = "1.0.0"
license = "MIT"
languages = ["python"]  # for now
"""

SNIPPET_CASES = [
    ("S001", "marks of YAML", "+++", "---"),
    ("S001", "empty lines before", '+++\nid = "team', '\n\n+++\nid = "team'),
    ("F004", "no quotes", 'level = "beginner"  # whom it is for', "level = beginner"),
    ("F004", "curly quotes", 'focus = "print"', "focus = \u201cprint\u201d"),
    ("F004", "curly quotes in a list", '["output", "show"]',
     "[\u201coutput\u201d, \u201dshow\u201d]"),
    ("S002", "one trigger", "triggers =", "trigger ="),
    ("S002", "one tag", "tags =", "tag ="),
    ("S002", "one source", "sources =", "source ="),
    ("S002", "a great letter", '"beginner"', '"Beginner"'),
    ("S002", "backticks", '"print()"', '"`print()`"'),
    ("S002", "a trigger with a great letter", '"symbol:print"', '"Symbol: print"'),
    ("S002", "a source as a Markdown link", "'print <https://docs.python.org/3/library/functions.html#print>'",
     "'[print](https://docs.python.org/3/library/functions.html#print)'"),
    ("S002", "a source with a colon", "print <https://docs.python.org/3/library/functions.html#print>",
     "print: https://docs.python.org/3/library/functions.html#print"),
    ("S002", "a source in brackets", "print <https://docs.python.org/3/library/functions.html#print>",
     "print (https://docs.python.org/3/library/functions.html#print)"),
    ("S014", "a trigger twice", '  "construct:print",', '  "symbol:print",\n  "construct:print",'),
    ("S014", "a tag twice", '["output", "show"]', '["output", "show", "output"]'),
    ("S014", "a tag twice at once", '["output", "show"]', '["output", "output", "show"]'),
    ("S005", "a small letter", "## Why", "## why"),
    ("S005", "a colon", "## Why", "## Why:"),
    ("S005", "bold", "## Watch out", "## **Watch Out**"),
    ("S005", "the first level", "## Why", "# Why"),
    ("S006", "a great letter", "```output", "```Output"),
    ("S008", "no dash", "- team.other", "team.other"),
    ("S008", "another bullet", "- team.other", "  * `team.other`"),
    ("F006", "a space", "## Why\n", "## Why \n"),
    ("F006", "a tab", 'focus = "print"\n', 'focus = "print"\t\n'),
    ("F006", "spaces on an empty line", "## Watch out\n\n", "## Watch out\n  \n"),
    ("F007", "no line end", "- team.other\n", "- team.other"),
    ("F007", "empty lines", "- team.other\n", "- team.other\n\n\n"),
    ("F005", "a byte order mark", '+++\nid = "team', '\ufeff+++\nid = "team'),
    ("F005", "one other line end", "To be seen by a person,  \n", "To be seen by a person,  \r\n"),
]  # fmt: skip

MANIFEST_CASES = [
    ("F004", "no quotes", '"1.0.0"', "1.0.0"),
    ("P001", "British", "license", "licence"),
    ("P001", "one language", "languages", "language"),
    ("P001", "two numbers", '"1.0.0"', '"1.0"'),
    ("P001", "one number", '"1.0.0"', '"1"'),
    ("P001", "a v", '"1.0.0"', "'v1.0.0'"),
    ("F006", "a space", '"MIT"\n', '"MIT" \n'),
    ("F007", "no line end", "# for now\n", "# for now"),
    ("F005", "other line ends", "\n", "\r\n"),
]


@pytest.mark.parametrize(
    ("name", "good", "code", "new", "old"),
    [
        pytest.param(name, good, code, new, old, id=f"{name[-4:]} {code} {case}")
        for name, good, cases in (
            (SNIPPET, GOOD, SNIPPET_CASES),
            (MANIFEST, GOOD_MANIFEST, MANIFEST_CASES),
        )
        for code, case, new, old in cases
    ],
)
def test_what_is_wrong_in_one_way_becomes_what_it_was(
    name: str, good: str, code: str, new: str, old: str
) -> None:
    """Comments, code, output, and the two spaces that break a line: all as before."""
    assert new in good
    made, fixes = mended(
        good.replace(new, old, 2 if new == "+++" else 1 if new != "\n" else -1), name
    )
    assert made.replace("'1.0.0'", '"1.0.0"') == good.replace(
        'level = "beginner"  # whom it is for' if code == "F004" and "level" in new else "\0",
        'level = "beginner"',
    )
    assert [fix.code for fix in fixes] == [code]


def test_every_fix_is_shown_by_a_case() -> None:
    shown = Counter(code for code, *_ in (*SNIPPET_CASES, *MANIFEST_CASES))
    assert set(shown) == {fix.code for fix in (*SNIPPET_FIXES, *MANIFEST_FIXES)}


def test_sections_are_put_in_order_and_stay_whole() -> None:
    parts = GOOD.split("\n## ")
    jumbled = "\n## ".join([parts[0], parts[4].rstrip("\n") + "\n", parts[2], parts[1], parts[3]])
    made, (fix,) = mended(jumbled, SNIPPET)
    assert made == GOOD
    assert fix.title == "Put the sections in order"


def test_see_also_in_one_line_becomes_several() -> None:
    made, _ = mended(GOOD.replace("- team.other", "team.a, `team.b`,team.c-d.e"), SNIPPET)
    assert made.endswith("\n- team.a\n- team.b\n- team.c-d.e\n")


UNTOUCHED = [
    ("a section nobody knows", "## Why", "## Background"),
    ("a section twice", "## Watch out", "## Why"),
    ("a deeper heading", "## Watch out", "### Watch out"),
    ("a block that is never closed", "```output", "```output\n```\n```"),
    ("a filler word", "To be seen", "To be simply seen"),
    ("HTML", "To be seen", "To <b>be</b> seen"),
    ("a web page under See also", "- team.other", "- [Page](https://example.com)"),
    ("an id of another pack", '"team.print"', '"other.print"'),
    ("a level nobody knows", '"beginner"', '"expert"'),
    ("a key nobody knows", "tags =", "keywords ="),
    ("a key twice under two names", "focus =", 'tag = "x"\nfocus ='),
    ("a source without a title", "print <https://docs.python.org/3/library/functions.html#print>", "https://x.example"),
    ("a source with a bracket in its address", "print <https://docs.python.org/3/library/functions.html#print>",
     "Set https://en.wikipedia.org/wiki/Set_(mathematics)"),
    ("a trigger without a kind", '"symbol:print"', '"print"'),
    ("a trigger with a comma", '"symbol:print"', '"symbol:a,b"'),
    ("TOML that breaks off", 'focus = "print"', 'focus = "pri'),
    ("a bare list", '["output", "show"]', "[output, show]"),
    ("a text of several lines", 'focus = "print"', 'focus = """print  \n  x\t\n"""'),
    ("a level that is no text", '"beginner"', "3"),
    ("tags that are no texts", '["output", "show"]', "[1, 1]"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("new", "old"), [(n, o) for _, n, o in UNTOUCHED], ids=[n for n, _, _ in UNTOUCHED]
)
def test_what_needs_a_person_stays(new: str, old: str) -> None:
    assert new in GOOD
    text = GOOD.replace(new, old, 1)
    assert mended(text, SNIPPET) == (text, ())


def test_only_files_of_a_pack_have_fixes() -> None:
    assert fixes_for("paths/a.toml") == fixes_for("silence.txt") == ()
    assert mended("a \r\nb", "README.txt") == ("a \r\nb", ())


LINES = [
    "+++", "---", "```", "```python", "```output", "~~~", "## Why", "# why:", "### Example",
    "## Example", "## See also", "- a.b", "a.b, c.d", "text  ", " ", "\t", "    code  ",
    'id = "a.b"', "level = beginner", 'level = "Beginner"', 'tags = ["a", "a"]', 'tags = ["a",',
    '  "a",', '  "a"', "]", "# '\"", 'trigger = "Symbol: x"', "title = '`a`'",
    'sources = ["[T](https://x.y)", "T https://x.y"]', "\ufeff", "\r", "", "\x0c", "\u2028", '"""',
    "version = '1'", "licence = MIT", 'focus = "«a»"',
]  # fmt: skip

jumbled = st.lists(st.sampled_from(LINES) | st.text(max_size=6), max_size=14).map("\n".join)
spoiled = st.builds(
    lambda base, cuts, ends: ends(spoil(base, cuts)),
    st.sampled_from([GOOD, GOOD_MANIFEST]),
    st.lists(st.tuples(st.integers(0, 45), st.sampled_from([*LINES, None])), max_size=5),
    st.sampled_from([str, lambda t: t.replace("\n", "\r\n"), lambda t: t.replace("\n", "\r\n", 3)]),
)


def spoil(text: str, cuts: list[tuple[int, str | None]]) -> str:
    """A good text with lines put in, and left out (None)."""
    lines = text.split("\n")
    for place, line in cuts:
        if line is None:
            del lines[place : place + 1]
        else:
            lines.insert(place, line)
    return "\n".join(lines)


def code_in(text: str) -> list[str]:
    """Every block of code, with what it prints."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").lstrip()
    head = METADATA.match(plain)
    sections, _ = split_sections(plain[head.end() if head else 0 :], 1)
    return sorted(fence.text for section in sections for fence in section.fences)


def words_in(text: str) -> Counter[str]:
    return Counter(text.split())


@given(jumbled | spoiled, st.sampled_from([SNIPPET, MANIFEST]))
def test_mending_twice_changes_nothing_more(text: str, name: str) -> None:
    made, _ = mended(text, name)
    assert mended(made, name) == (made, ())
    assert list(form_problems(made, name)) == []


@given(jumbled | spoiled)
def test_each_fix_does_the_same_twice_as_once(text: str) -> None:
    for fix in (*SNIPPET_FIXES, *MANIFEST_FIXES):
        made = fix.mend(text)
        assert fix.mend(made) == made, fix.title


@given(spoiled)
def test_code_and_output_are_never_touched(text: str) -> None:
    assert code_in(mended(text, SNIPPET)[0]) == code_in(text)


class OneFile:
    """A pack of one text."""

    def __init__(self, text: str) -> None:
        self.content = text.encode()

    def snippets(self) -> list[str]:
        return [SNIPPET]

    def paths(self) -> list[str]:
        return []

    def size(self, name: str) -> int:
        return len(self.read(name))

    def read(self, name: str) -> bytes:
        assert name == SNIPPET
        return self.content


TEAM = PackManifest("team", "Our team", "1.0.0", "MIT", ("python",))


@given(spoiled)
def test_what_could_be_read_says_the_same_afterwards(text: str) -> None:
    before, _ = read_snippet(OneFile(text), SNIPPET, TEAM)
    after, problems = read_snippet(OneFile(mended(text, SNIPPET)[0]), SNIPPET, TEAM)
    if before is None:
        return
    assert after is not None, problems
    once = replace(before, tags=tuple(dict.fromkeys(before.tags)))
    once = replace(once, triggers=tuple(dict.fromkeys(before.triggers)))
    assert replace(after, sections=()) == replace(once, sections=())
    words = [section.markdown.split() for section in before.sections]
    assert [section.markdown.split() for section in after.sections] == words


ABOUT_WORDS = {"F004", "S001", "S002", "S005", "S006", "S008", "S014", "P001"}


@given(spoiled)
def test_spaces_and_line_ends_cost_no_word(text: str) -> None:
    for fix in SNIPPET_FIXES:
        if fix.code not in ABOUT_WORDS or fix.title == "Put the sections in order":
            before = words_in(text.removeprefix("\ufeff"))
            assert words_in(fix.mend(text).removeprefix("\ufeff")) == before


@pytest.mark.parametrize("text", [" " * 60_000 + "x", "[" * 60_000, "a =" + " " * 60_000 + "b c"])
def test_a_long_line_takes_no_time(text: str) -> None:
    head = f"+++\n{text}\n+++\n{text}\n"
    assert mended(head, SNIPPET)[0] == head or "F004" in {f.code for f in mended(head, SNIPPET)[1]}


# -- the command -------------------------------------------------------------------------------


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = make_pack(tmp_path / "team")
    path = folder / "snippets" / "print.md"
    path.write_text(path.read_text("utf-8").replace('"beginner"', '"Beginner"') + "\n", "utf-8")
    return folder


Printed = pytest.CaptureFixture[str]


def ran(capsys: Printed, *words: object) -> tuple[int, str, str]:
    code = cli.main(["pack", "lint", *map(str, words)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_fix_mends_and_says_what(pack: Path, capsys: Printed) -> None:
    path = pack / "snippets" / "print.md"
    path.chmod(0o640)
    before = path.read_bytes()
    assert ran(capsys, pack)[0] == 1
    code, out, _ = ran(capsys, pack, "--fix")
    assert code == 0
    assert out.splitlines() == [
        "snippets/print.md: fixed S002: Write the level in small letters",
        "snippets/print.md: fixed F007: End the file with one line end",
        "0 errors, 0 warnings",
    ]
    assert path.read_bytes() == before.replace(b"Beginner", b"beginner")[:-1]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in path.parent.iterdir()] == ["print.md"]
    state = path.stat()
    assert ran(capsys, pack, "--fix")[1] == "0 errors, 0 warnings\n"
    assert path.stat().st_mtime_ns == state.st_mtime_ns


def test_diff_writes_nothing_and_is_a_patch(pack: Path, capsys: Printed) -> None:
    path = pack / "snippets" / "print.md"
    manifest = pack / "pack.toml"
    manifest.write_text(manifest.read_text("utf-8").rstrip("\n"), "utf-8")
    before = path.read_bytes(), manifest.read_bytes()
    code, out, _ = ran(capsys, pack, "--diff")
    assert code == 1
    assert '-level = "Beginner"\n+level = "beginner"\n' in out
    assert "\n\\ No newline at end of file\n" in out
    assert (path.read_bytes(), manifest.read_bytes()) == before
    subprocess.run(["git", "apply", "-"], input=out, text=True, cwd=pack, check=True)
    assert lint_pack(pack) == ()
    assert ran(capsys, pack, "--diff") == (0, "", "")


def test_fixes_as_json(pack: Path, capsys: Printed) -> None:
    code, out, _ = ran(capsys, pack, "--diff", "--json")
    (shown,) = json.loads(out)
    assert code == 1
    assert shown["diff"][0] == "--- a/snippets/print.md"
    code, out, _ = ran(capsys, pack, "--fix", "--json")
    answer = json.loads(out)
    assert answer["problems"] == []
    assert answer["fixed"][0]["fixes"][0] == {
        "code": "S002",
        "title": "Write the level in small letters",
    }
    assert answer["fixed"] == [{"path": shown["path"], "fixes": shown["fixes"]}]


def test_what_cannot_be_mended_is_listed_behind(pack: Path, capsys: Printed) -> None:
    path = pack / "snippets" / "print.md"
    path.write_text(path.read_text("utf-8").replace("## Try it", "## Quiz"), "utf-8")
    (pack / "snippets" / "bad.md").write_bytes(b"\xff \r\n")
    code, out, _ = ran(capsys, pack, "--fix")
    assert code == 1
    assert "fixed S002" in out
    assert "error S005: unknown section ## Quiz" in out
    assert (pack / "snippets" / "bad.md").read_bytes() == b"\xff \r\n"


def test_an_archive_is_not_mended(pack: Path, tmp_path: Path, capsys: Printed) -> None:
    ran(capsys, pack, "--fix")
    archive, _ = build_pack(pack, tmp_path / "team.zip", lambda _: None)
    code, _, err = ran(capsys, archive, "--fix")
    assert code == 1
    assert "is an archive, which stays as it is" in err


def test_what_somebody_writes_meanwhile_stays(pack: Path) -> None:
    files = mend_pack(pack)
    path = pack / "snippets" / "print.md"
    path.write_text("their new text\n", "utf-8")
    with pytest.raises(PackError, match="changed meanwhile"):
        write_mended(pack, files)
    assert path.read_text("utf-8") == "their new text\n"


def test_a_link_to_a_manifest_stays_a_link(pack: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "shared.toml"
    (pack / "pack.toml").rename(elsewhere)
    elsewhere.write_text(elsewhere.read_text("utf-8") + "\n", "utf-8")
    (pack / "pack.toml").symlink_to(elsewhere)
    write_mended(pack, mend_pack(pack))
    assert (pack / "pack.toml").is_symlink()
    assert not elsewhere.read_text("utf-8").endswith("\n\n")
