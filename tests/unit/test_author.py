"""`lsp-learn pack new`, `preview`, `test`, `lint --sarif`: a pack that is being written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lsp_learn import cli
from lsp_learn.errors import PackError
from lsp_learn.packs.cases import Case, read_cases
from lsp_learn.packs.starter import STARTERS
from lsp_learn.workshop import Workshop

pytestmark = pytest.mark.usefixtures("only_mini")


def ran(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = cli.main(["pack", *map(str, words)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.fixture
def pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "our-team"
    assert ran(capsys, "new", folder)[0] == 0
    return folder


@pytest.mark.parametrize("language", STARTERS)
def test_a_new_pack_is_right_from_the_first_moment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    folder = tmp_path / "Our Team!"
    code, out, _ = ran(capsys, "new", folder, "--language", language)
    assert code == 0
    assert str(folder / "snippets" / "connect.md") in out
    assert 'id = "our-team"' in (folder / "pack.toml").read_text()
    assert ran(capsys, "lint", folder)[:2] == (0, "0 errors, 0 warnings\n")
    code, out, _ = ran(capsys, "test", folder)
    assert (code, out) == (
        0,
        "not run: our-team.connect: needs yourlib\n2 places, 0 examples run, 1 not, 0 problems\n",
    )


def test_nothing_is_written_over(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (pack / "pack.toml").read_text()
    code, _, err = ran(capsys, "new", pack, "--id", "other")
    assert code == 1
    assert "is not empty" in err
    assert (pack / "pack.toml").read_text() == before


def test_a_language_without_a_first_example_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = ran(capsys, "new", tmp_path / "a", "--language", "klingon")
    assert code == 1
    assert "take one of: python" in err
    assert not (tmp_path / "a").exists()


def test_an_example_that_does_not_bring_its_snippet_up_is_named(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = pack / "snippets" / "connect.md"
    path.write_text(path.read_text().replace("symbol:yourlib.connect", "symbol:yourlib.close"))
    code, out, _ = ran(capsys, "test", pack)
    assert code == 1
    assert "T001: its own example brings up nothing" in out


def test_cases_are_looked_up(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "cases").mkdir()
    (pack / "cases" / "calls.txt").write_text(
        "== a call\nimport yourlib\nyourlib.connect()\n"
        "»       ^ our-team.connect\n»       ^ +our-team.connect\n»       ^ !our-team.connect\n"
        "»       ^ -\n»<- -\n"
        "== in another language: javascript\nconst connect = 1;\n»     ^ -\n"
    )
    code, answer = json_of(capsys, "test", pack, "--json")
    assert code == 1
    assert answer["cases"] == 8
    assert [(one["path"], one["line"]) for one in answer["problems"]] == [
        ("cases/calls.txt", 6),
        ("cases/calls.txt", 7),
    ]


def test_a_cases_file_alone_is_tried(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "cases").mkdir()
    (pack / "cases" / "bad.txt").write_bytes(b"== \xff\n")
    code, answer = json_of(capsys, "test", pack, "--json")
    assert (code, answer["cases"]) == (1, 2)
    (problem,) = answer["problems"]
    assert (problem["code"], problem["path"]) == ("F003", "cases/bad.txt")
    assert json_of(capsys, "test", pack / "silence.txt", "--json")[1]["cases"] == 1
    code, answer = json_of(capsys, "test", pack / "snippets" / "connect.md", "--json")
    assert (code, answer["cases"], answer["problems"]) == (0, 1, [])


def test_what_cannot_be_read_is_said_before_it_is_missed(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = pack / "snippets" / "connect.md"
    path.write_text(path.read_text().replace('"beginner"', '"expert"'))
    for place in (pack, path):
        code, answer = json_of(capsys, "test", place, "--json")
        assert (code, answer["run"]) == (1, 0)
        assert [(one["path"], one["line"]) for one in answer["problems"]] == [
            ("snippets/connect.md", 4)
        ]
    (pack / "pack.toml").write_text("id = 3\n")
    code, answer = json_of(capsys, "test", pack, "--json")
    assert {one["path"] for one in answer["problems"]} == {"pack.toml"}
    assert code == 1


def test_cases_are_looked_up_as_for_a_beginner(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not at the level of whatever snippet was tried last."""
    path = pack / "snippets" / "connect.md"
    text = path.read_text()
    other = text.replace("our-team.connect", "our-team.zoned").replace('"beginner"', '"advanced"')
    other = other.replace('title = "', 'title = "Zoned: ').replace(
        "yourlib.connect", "yourlib.zoned"
    )
    other = other.replace('focus = "connect"', 'focus = "zoned"')
    (pack / "snippets" / "zoned.md").write_text(other)
    (pack / "silence.txt").write_text(
        "== both\nimport yourlib\nyourlib.connect()\n»       ^ our-team.connect\n"
        "yourlib.zoned()\n»       ^ our-team.zoned\n"
    )
    assert json_of(capsys, "test", "--no-run", pack, "--json") == (
        0,
        {"cases": 4, "run": 0, "not_run": [], "problems": []},
    )


def json_of(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any]:
    code, out, _ = ran(capsys, *words)
    return code, json.loads(out)


def test_preview_shows_hover_and_lesson(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place in (pack, pack / "snippets" / "connect.md"):
        code, out, _ = ran(capsys, "preview", place)
        assert code == 0
        assert "**Connect with a timeout**\n" in out
        assert "# Connect with a timeout\n" in out


def test_preview_shows_what_is_wrong(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "snippets" / "other.md").write_text("+++\n+++\n")
    assert "snippets/other.md" in ran(capsys, "preview", pack)[1]


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_is_no_pack_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    for action in ("preview", "test"):
        code, _, err = ran(capsys, action, tmp_path / name)
        assert code == 1
        assert "is no pack" in err


def test_a_change_is_noticed(pack: Path) -> None:
    workshop = Workshop(pack / "snippets" / "connect.md")
    before = workshop.changed()
    os.utime(pack / "pack.toml", (before + 5, before + 5))
    assert workshop.changed() == before + 5
    with pytest.raises(PackError):
        Workshop(pack.parent)


def test_problems_as_sarif(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = pack / "snippets" / "connect.md"
    path.write_text(path.read_text().replace('level = "beginner"', 'level = "expert"'))
    code, log = json_of(capsys, "lint", pack, "--sarif")
    assert code == 1
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"] == [
        {"id": result["ruleId"], "helpUri": "docs/reference/lint-rules.md#s002-wrong-metadata"}
    ]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("our-team/snippets/connect.md")
    assert place["region"]["startLine"] == 4
    assert result["level"] == "error"


@pytest.mark.parametrize(
    ("expected", "found", "holds"),
    [
        ("a", ["a", "b"], True), ("a", ["b", "a"], False), ("a", [], False),
        ("-", [], True), ("-", ["a"], False),
        ("!a", ["b", "a"], True), ("!a", [], True), ("!a", ["a"], False),
        ("+a", ["b", "a"], True), ("+a", ["b"], False),
    ],
)  # fmt: skip
def test_what_a_case_expects(expected: str, found: list[str], holds: bool) -> None:
    assert Case("t", "c", 0, expected, 1).met(found) is holds


def test_cases_are_read_with_their_places() -> None:
    text = "== one\nab = cd\n»    ^ x\n»<- y\n== two\nz\n»<- -\n"
    cases = list(read_cases(text))
    assert [(c.title, c.code[c.offset], c.expected, c.line) for c in cases] == [
        ("one", "c", "x", 3),
        ("one", "a", "y", 4),
        ("two", "z", "-", 7),
    ]
