"""The command line, in process: answers, exit codes, JSON, and what a pipe gets."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from lsp_learn import __version__, server
from lsp_learn.app import App
from lsp_learn.cli import main, parser

CODE = "for i in [1]:\n    print(i)\n\né = 1; print(é)\nx = 2\n"
COMMANDS = [
    "serve",
    "explain",
    "search",
    "coverage",
    "pack",
    "source",
    "registry",
    "doctor",
    "index",
    "setup",
]
PACK_ACTIONS = [
    "build",
    "export",
    "info",
    "install",
    "lint",
    "list",
    "remove",
    "rollback",
    "trust",
    "untrust",
    "update",
    "verify",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "code.py"
    path.write_text(CODE, encoding="utf-8")
    return path


def asked(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err, "a pipe gets no escape sequences"
    assert "Traceback" not in out + err
    return code, out, err


def asked_json(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, Any]:
    code, out, err = asked(capsys, *words, "--json")
    assert err == ""
    return code, json.loads(out)


# -- help and usage ----------------------------------------------------------------------------


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    out = capsys.readouterr().out
    assert all(re.search(rf"^ +{command} +\w", out, re.MULTILINE) for command in COMMANDS)
    assert "--stdio" not in out


@pytest.mark.parametrize(
    "words", [[c] for c in COMMANDS] + [["pack", action] for action in PACK_ACTIONS], ids=" ".join
)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*words, "--help"])
    assert left.value.code == 0
    out = capsys.readouterr().out
    assert "usage: lsp-learn " + " ".join(words) in out
    if words[0] not in {"serve", "pack", "source", "registry"} or len(words) > 1:
        assert "--json" in out


def test_the_commands_in_the_help_are_all_there_are() -> None:
    (choices,) = [a.choices for a in parser()._actions if a.dest == "command"]
    assert list(choices) == COMMANDS


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"lsp-learn {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["explain"],
        ["explain", "a.py:1", "--nonsense"],
        ["search"],
        ["search", "a", "--limit", "0"],
        ["search", "a", "--limit", "101"],
        ["search", "a", "--limit", "many"],
        ["pack"],
        ["pack", "nonsense"],
        ["pack", "lint"],
        ["source", "add", "https://files.example/packs"],
        ["registry", "init", "x", "--profile", "slow"],
        ["registry", "keys"],
        ["index", "--without"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_with_the_usage(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    out, err = capsys.readouterr()
    assert left.value.code == 2
    assert "usage: lsp-learn" in err
    assert out == ""


@pytest.mark.parametrize("words", [[], ["--stdio"], ["serve"], ["serve", "--stdio"]], ids=str)
def test_without_a_command_it_is_the_server(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[bool] = []
    monkeypatch.setattr(server, "serve", lambda: served.append(True))
    assert main(words) == 0
    assert served == [True]


# -- explain -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("mini_ready")
class TestExplain:
    def test_a_line_is_explained_piece_by_piece(
        self, capsys: pytest.CaptureFixture[str], file: Path
    ) -> None:
        code, out, err = asked(capsys, "explain", f"{file}:1")
        assert (code, err) == (0, "")
        lines = out.split("\n")
        assert lines[0] == f"{file}:1"
        assert "    for i in [1]:" in lines
        assert lines.index("    ^^^1") == lines.index("    for i in [1]:") + 1
        assert "  1 for loop" in lines

    def test_some_lines_are_explained_together(
        self, capsys: pytest.CaptureFixture[str], file: Path
    ) -> None:
        code, out, _ = asked(capsys, "explain", f"{file}:1-2")
        assert code == 0
        assert "    for i in [1]:\n    ^^^1\n" in out
        assert "  2 print()" in out.split("\n")

    def test_the_same_words_are_said_once(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'Bob'\n"
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(2 * said.encode())))
        code, out, _ = asked(capsys, "explain", "-")
        assert code == 0
        assert out.count("    python, at a.py:1") == 1
        assert "1 more message" in out

    def test_a_message_is_explained(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, _ = asked(capsys, "explain", "KeyError: 'Bob'")
        assert code == 0
        assert out.startswith("KeyError: 'Bob'\n    python\n    found by KeyError\n")

    def test_what_a_program_printed_is_explained(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        printed = (
            b"\x1b[31mTraceback (most recent call last):\x1b[0m\r\n"
            b'  File "C:\\shop\\app.py", line 3, in find\r\n    x\r\n'
            b"KeyError: 'Bob'\r\n\xff\xfe\x00"
        )
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(printed)))
        code, answer = asked_json(capsys, "explain", "-")
        (found,) = answer["messages"]
        assert code == 0
        assert (found["tool"], found["error"], found["text"]) == ("python", "KeyError", "'Bob'")
        assert (found["file"], found["line"], found["function"]) == ("C:\\shop\\app.py", 3, "find")
        assert found["tips"][0]["id"] == "mini.key-error"

    def test_where_no_tool_spoke_it_says_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, _ = asked(capsys, "explain", "all went well")
        assert (code, out) == (
            1,
            "No message of a known tool here. Words can be searched: lsp-learn search\n",
        )

    def test_a_place_gets_its_lesson(self, capsys: pytest.CaptureFixture[str], file: Path) -> None:
        code, out, _ = asked(capsys, "explain", f"{file}:2:6")
        assert code == 0
        assert "# print()" in out
        assert "## Why" in out

    def test_columns_count_characters_from_1(
        self, capsys: pytest.CaptureFixture[str], file: Path
    ) -> None:
        _, answer = asked_json(capsys, "explain", f"{file}:4:8")
        assert answer["parts"][0]["text"] == "print"
        assert answer["parts"][0]["column"] == 8

    def test_json(self, capsys: pytest.CaptureFixture[str], file: Path) -> None:
        code, answer = asked_json(capsys, "explain", f"{file}:1")
        assert code == 0
        assert (answer["line"], answer["column"], answer["language"]) == (1, None, "python")
        assert answer["file"] == str(file)
        assert answer["lesson"] is None
        (part,) = answer["parts"]
        assert (part["text"], part["column"]) == ("for", 1)
        (tip,) = part["tips"]
        assert tip["id"] == "mini.for-loop"
        assert tip["matched"] == "construct:for-loop"
        assert set(tip) == {"id", "title", "tip", "level", "pack", "matched", "found_by"}
        _, answer = asked_json(capsys, "explain", f"{file}:1:1")
        assert answer["lesson"].startswith("# for loop")

    @pytest.mark.parametrize("place", ["5", "3", "5:1"])
    def test_nothing_to_say_is_1(
        self, capsys: pytest.CaptureFixture[str], file: Path, place: str
    ) -> None:
        code, out, _ = asked(capsys, "explain", f"{file}:{place}")
        assert code == 1
        assert "Nothing to explain" in out
        code, answer = asked_json(capsys, "explain", f"{file}:{place}")
        assert (code, answer["parts"]) == (1, [])

    @pytest.mark.parametrize(
        ("name", "place", "says"),
        [
            ("none.py", ":1", "No such file"),
            ("code.py", "", "names no line"),
            ("code.py", ":0", "has no line 0"),
            ("code.py", ":99", "has no line 99"),
            ("code.py", ":1:99", "has no column 99"),
            ("code.xyz", ":1", "no language is known"),
            ("folder", ":1", "is a folder"),
            ("latin.py", ":1", "not UTF-8"),
            ("huge.py", ":1", "larger than"),
        ],
    )
    def test_what_cannot_be_read_is_a_sentence_a_hint_and_1(
        self, capsys: pytest.CaptureFixture[str], file: Path, name: str, place: str, says: str
    ) -> None:
        folder = file.parent
        (folder / "code.xyz").write_text("x", encoding="utf-8")
        (folder / "folder").mkdir()
        (folder / "latin.py").write_bytes(b"\xe9")
        with (folder / "huge.py").open("wb") as huge:
            huge.truncate(10_000_001)
        code, out, err = asked(capsys, "explain", f"{folder / name}{place}")
        assert (code, out) == (1, "")
        first, hint = err.splitlines()
        assert first.startswith("lsp-learn: ")
        assert says in first
        assert hint.startswith("  ")
        code, answer = asked_json(capsys, "explain", f"{folder / name}{place}")
        assert code == 1
        assert says in answer["error"]
        assert answer["hint"]

    def test_the_language_may_be_named(
        self, capsys: pytest.CaptureFixture[str], file: Path
    ) -> None:
        other = file.rename(file.with_suffix(".xyz"))
        code, answer = asked_json(capsys, "explain", f"{other}:1", "--language", "python")
        assert (code, answer["language"]) == (0, "python")

    def test_a_script_without_a_suffix_is_known_by_its_first_line(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        script = tmp_path / "script"
        script.write_text("#!/usr/bin/env python3\nprint(1)\n", encoding="utf-8")
        code, answer = asked_json(capsys, "explain", f"{script}:2")
        assert (code, answer["language"]) == (0, "python")

    def test_crlf_and_a_byte_order_mark_move_nothing(
        self, capsys: pytest.CaptureFixture[str], file: Path
    ) -> None:
        file.write_bytes(b"\xef\xbb\xbf" + CODE.replace("\n", "\r\n").encode())
        _, answer = asked_json(capsys, "explain", f"{file}:2:6")
        assert (answer["parts"][0]["text"], answer["parts"][0]["column"]) == ("print", 5)

    def test_a_lesson_on_a_windows_style_path_still_finds_the_line(
        self, capsys: pytest.CaptureFixture[str], file: Path
    ) -> None:
        odd = file.rename(file.with_name("a:1:b.py"))
        _, answer = asked_json(capsys, "explain", f"{odd}:1")
        assert answer["parts"][0]["text"] == "for"


# -- search ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("mini_ready")
class TestSearch:
    def test_hits_are_title_tip_and_id(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, err = asked(capsys, "search", "loop", "over", "items")
        assert (code, err) == (0, "")
        assert "for loop\n  A `for` loop runs its block once for every item.\n" in out
        assert "mini.for-loop · beginner" in out

    def test_json_language_and_limit(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, hits = asked_json(capsys, "search", "loop", "--limit", "1", "--language", "python")
        assert code == 0
        (hit,) = hits
        assert hit["pack"] == "mini"
        assert hit["language"] == "python"
        assert hit["score"] > 0
        code, hits = asked_json(capsys, "search", "loop", "--language", "go")
        assert (code, hits) == (1, [])

    def test_nothing_found_is_1_and_says_what_to_do(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code, out, _ = asked(capsys, "search", "zzzz")
        assert code == 1
        assert out.startswith("Nothing found.\n  Fewer words")
        code, out, _ = asked(capsys, "search", "zzzz", "--language", "go")
        assert "Only snippets for go" in out

    def test_what_may_have_been_meant_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, _ = asked(capsys, "search", "kubernetes", "ingress", "loop")
        assert code == 1
        assert out.startswith("Nothing found. Did you mean:\n")
        assert "mini.for-loop · beginner · python" in out
        assert asked_json(capsys, "search", "kubernetes", "ingress", "loop") == (1, [])


# -- pack --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("only_mini")
class TestPack:
    def test_list(self, capsys: pytest.CaptureFixture[str], only_mini: Path) -> None:
        code, out, _ = asked(capsys, "pack", "list")
        assert code == 0
        columns = out.rstrip("\n").split("\t")
        assert columns == [
            "mini",
            "1.2.3",
            "shipped",
            "A small pack for tests",
            str(only_mini / "mini"),
        ]
        code, answer = asked_json(capsys, "pack", "list")
        assert code == 0
        (pack,) = answer["packs"]
        assert (pack["id"], pack["license"], pack["origin"]) == ("mini", "CC0-1.0", "shipped")
        assert answer["problems"] == []

    def test_a_broken_pack_is_1_with_its_problem(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        broken = tmp_path / "data" / "packs" / "broken" / "pack.toml"
        broken.parent.mkdir(parents=True)
        broken.write_text("id = 3\n", encoding="utf-8")
        code, out, _ = asked(capsys, "pack", "list")
        assert code == 1
        assert f"{broken}:1: error P001: 'id' must be a text" in out
        code, answer = asked_json(capsys, "pack", "list")
        assert code == 1
        assert [pack["id"] for pack in answer["packs"]] == ["mini"]
        assert {p["code"] for p in answer["problems"]} == {"P001"}

    def test_lint(self, capsys: pytest.CaptureFixture[str], only_mini: Path) -> None:
        code, out, _ = asked(capsys, "pack", "lint", only_mini / "mini")
        assert (code, out) == (0, "0 errors, 0 warnings\n")
        assert asked_json(capsys, "pack", "lint", only_mini / "mini") == (0, [])

    def test_lint_of_a_folder_that_is_no_pack_is_1(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        code, out, _ = asked(capsys, "pack", "lint", tmp_path / "nowhere")
        assert code == 1
        assert "F001" in out
        code, (problem,) = asked_json(capsys, "pack", "lint", tmp_path / "nowhere")
        assert (code, problem["code"], problem["line"]) == (1, "F001", None)

    def test_warnings_alone_are_0(
        self, capsys: pytest.CaptureFixture[str], only_mini: Path, tmp_path: Path
    ) -> None:
        pack = tmp_path / "pack"
        (pack / "snippets").mkdir(parents=True)
        for name in ("pack.toml", "snippets/print.md"):
            text = (only_mini / "mini" / name).read_text(encoding="utf-8")
            text = text.replace("A program shows", "A program simply shows")
            text = text.replace("\n## See also\n- mini.for-loop\n", "")
            (pack / name).write_text(text, encoding="utf-8")
        code, out, _ = asked(capsys, "pack", "lint", pack)
        assert code == 0
        assert "snippets/print.md:23: warning V001" in out
        assert "0 errors, 1 warnings" in out

    def test_lint_with_links_asks_every_source(
        self, capsys: pytest.CaptureFixture[str], only_mini: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from lsp_learn.packs import links

        asked_for: list[str] = []
        monkeypatch.setattr(links, "_ask", lambda _, url: asked_for.append(url) or "answers 404")
        code, out, _ = asked(capsys, "pack", "lint", only_mini / "mini", "--links")
        assert code == 0
        assert len(asked_for) == len(set(asked_for)) == 5  # two snippets name the same page
        assert "L001" in out


# -- doctor and index --------------------------------------------------------------------------


def test_doctor_says_that_all_is_well(capsys: pytest.CaptureFixture[str], mini_ready: Path) -> None:
    code, out, _ = asked(capsys, "doctor")
    assert code == 0
    assert out.endswith("everything is in order\n")
    code, state = asked_json(capsys, "doctor")
    assert (code, state["healthy"]) == (0, True)
    assert [index["state"] for index in state["indexes"]] == ["healthy", "healthy"]
    assert state["installation"]["version"] == __version__
    assert state["installation"]["cache"] == str(mini_ready)
    assert [pack["id"] for pack in state["packs"]] == ["mini"]
    assert "python" in state["languages"]


def test_doctor_says_what_is_damaged_and_what_becomes_of_it(
    capsys: pytest.CaptureFixture[str], only_mini: Path, tmp_path: Path
) -> None:
    code, state = asked_json(capsys, "doctor")
    assert (code, state["healthy"]) == (0, True)
    assert all("not built yet" in index["state"] for index in state["indexes"])
    assert main(["index", "--json"]) == 0
    capsys.readouterr()
    folder = next((tmp_path / "cache" / "index" / "exact").glob("*/"))
    segment = next(folder.glob("*.seg"))
    segment.write_bytes(b"x" + segment.read_bytes()[1:])
    code, state = asked_json(capsys, "doctor")
    assert (code, state["healthy"]) == (1, False)
    assert "damaged" in state["indexes"][0]["state"]
    assert "rebuilt" in state["indexes"][0]["state"]
    code, out, _ = asked(capsys, "doctor")
    assert code == 1
    assert "something needs attention" in out


def test_doctor_compiles_the_languages_when_asked(
    capsys: pytest.CaptureFixture[str], mini_ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(App, "language_problems", lambda _: ("python: a wrong pattern",))
    assert asked(capsys, "doctor")[0] == 0
    code, out, _ = asked(capsys, "doctor", "--languages")
    assert code == 1
    assert "language data: python: a wrong pattern" in out


def test_doctor_names_a_broken_snippet(
    capsys: pytest.CaptureFixture[str], only_mini: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "packs" / "own" / "snippets"
    folder.mkdir(parents=True)
    manifest = (only_mini / "mini" / "pack.toml").read_text(encoding="utf-8")
    (folder.parent / "pack.toml").write_text(manifest.replace('"mini"', '"own"'), encoding="utf-8")
    (folder / "broken.md").write_text("nothing", encoding="utf-8")
    code, state = asked_json(capsys, "doctor")
    assert code == 1
    (problem,) = state["problems"]
    assert (problem["code"], problem["path"]) == ("S001", str(folder / "broken.md"))


def test_index_builds_both_and_says_where(
    capsys: pytest.CaptureFixture[str], only_mini: Path, tmp_path: Path
) -> None:
    code, out, err = asked(capsys, "index")
    assert (code, err) == (0, "")
    names = [line.split("\t") for line in out.splitlines()]
    assert [name for name, _ in names] == ["exact", "words"]
    assert all(Path(folder).is_dir() for _, folder in names)
    assert all(Path(folder).is_relative_to(tmp_path / "cache") for _, folder in names)


def test_index_in_json_is_one_event_a_line(
    capsys: pytest.CaptureFixture[str], only_mini: Path
) -> None:
    code, out, _ = asked(capsys, "index", "--json")
    events = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [event["ready"] for event in events if "ready" in event] == ["exact", "words"]
    assert {"stage": "exact index", "done": 6, "total": 6} in events


def test_index_with_other_packs_is_another_index(
    capsys: pytest.CaptureFixture[str], only_mini: Path, tmp_path: Path
) -> None:
    shutil.copytree(only_mini / "mini", tmp_path / "other")
    folders = set()
    for words in ([], ["--without", "mini"], ["--pack-folder", str(tmp_path / "other")]):
        _, out, _ = asked(capsys, "index", *words)
        folders.add(out)
    assert len(folders) == 3


def test_without_a_place_for_the_index_it_says_so(
    capsys: pytest.CaptureFixture[str],
    only_mini: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("LSP_LEARN_CACHE", str(tmp_path / "file"))
    code, out, err = asked(capsys, "index")
    assert (code, out) == (1, "")
    assert "cannot be written" in err
    assert "LSP_LEARN_CACHE" in err


# -- a terminal --------------------------------------------------------------------------------


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.mark.usefixtures("mini_ready", "terminal")
class TestTerminal:
    def test_a_person_gets_colour(self, capsys: pytest.CaptureFixture[str], file: Path) -> None:
        assert main(["explain", f"{file}:1"]) == 0
        assert re.search("\x1b\\[[0-9;]*3[0-9]m", capsys.readouterr().out)

    @pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
    def test_no_color_and_dumb_terminals_are_honoured(
        self, capsys: pytest.CaptureFixture[str], file: Path, monkeypatch: pytest.MonkeyPatch,
        name: str, value: str,
    ) -> None:  # fmt: skip
        monkeypatch.setenv(name, value)
        assert main(["explain", f"{file}:1"]) == 0
        assert not re.search("\x1b\\[[0-9;]*3[0-9]m", capsys.readouterr().out)

    def test_markup_in_content_is_shown_as_written(
        self, capsys: pytest.CaptureFixture[str], file: Path
    ) -> None:
        file.write_text("for i in d['[bold]']: pass  # [red]\n", encoding="utf-8")
        assert main(["explain", f"{file}:1"]) == 0
        assert "for i in d['[bold]']: pass  # [red]" in capsys.readouterr().out

    def test_json_has_no_colour_even_there(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["pack", "list", "--json"]) == 0
        json.loads(capsys.readouterr().out)

    def test_a_table_has_a_head(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["pack", "list"]) == 0
        assert "version" in capsys.readouterr().out


def test_ctrl_c_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "serve", interrupt)
    assert main(["serve"]) == 130
