"""`lsp-learn setup`: what it shows, what it writes, and that nothing of the user's is lost."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from lsp_learn.cli import main
from lsp_learn.cli.editors import Action, apply, planned, read_editors, removal
from lsp_learn.errors import LspLearnError

EDITORS = sorted(read_editors())
WITH_FILES = [name for name, editor in read_editors().items() if editor.files]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    (folder / "project").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(folder / "project")
    monkeypatch.setattr("sys.platform", "linux")
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("editor", EDITORS)
def test_without_write_nothing_is_written(
    editor: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup", editor]) == 0
    assert files_of(home) == {}
    said = capsys.readouterr().out
    assert read_editors()[editor].title in said
    assert read_editors()[editor].then in said
    for file in read_editors()[editor].files:
        assert str(file.path) in said
        assert file.text.strip().splitlines()[-1] in said


@pytest.mark.parametrize("editor", WITH_FILES)
def test_written_twice_is_written_once_and_removed_is_gone(editor: str, home: Path) -> None:
    assert main(["setup", editor, "--write", "--yes"]) == 0
    once = files_of(home)
    assert len(once) == len(read_editors()[editor].files)
    assert main(["setup", editor, "--write", "--yes"]) == 0
    assert files_of(home) == once
    assert main(["setup", editor, "--remove", "--yes"]) == 0
    assert files_of(home) == {}
    assert main(["setup", editor, "--remove", "--yes"]) == 0


@pytest.mark.parametrize("own", ["(setq a 1)\n", "(setq a 1)", "; ü\r\n(setq a 1)\r\n", "", "\n\n"])
def test_what_the_user_has_stays_byte_by_byte(own: str, home: Path) -> None:
    path = home / ".emacs.d" / "init.el"
    path.parent.mkdir()
    path.write_bytes(own.encode())
    path.chmod(0o600)
    assert main(["setup", "emacs-eglot", "--write", "--yes"]) == 0
    written = path.read_bytes().decode()
    assert written.startswith(own)
    assert written.count("lsp-learn: begin") == 1
    assert ("\r\n" in own) == ("\n" not in written.replace("\r\n", ""))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # What is written after ours stays as well, also when ours changes.
    whole = path.read_bytes() + b"(setq b 2)\n"
    path.write_bytes(whole.replace(b'"serve"', b'"serve-of-old"'))
    assert main(["setup", "emacs-eglot", "--write", "--yes"]) == 0
    assert path.read_bytes() == whole
    assert main(["setup", "emacs-eglot", "--remove", "--yes"]) == 0
    left = path.read_bytes().decode()
    assert left.replace("\r\n", "\n").rstrip().endswith("(setq b 2)")
    assert left.startswith(own.rstrip("\r\n"))
    assert "lsp-learn" not in left


def test_a_file_without_comments_is_left_to_the_user(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / ".config/kate/lspclient/settings.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"servers": {}}', encoding="utf-8")
    assert main(["setup", "kate", "--write", "--yes"]) == 1
    assert path.read_text(encoding="utf-8") == '{"servers": {}}'
    said = capsys.readouterr().out
    assert f"{path} is there already and stays as it is" in said
    assert '"highlightingModeRegex"' in said
    # What the user has written around ours is not taken out with it.
    path.write_text('{"servers": {"lsp-learn": {}}}', encoding="utf-8")
    assert main(["setup", "kate", "--remove", "--yes"]) == 1
    assert path.read_text(encoding="utf-8") == '{"servers": {"lsp-learn": {}}}'


def test_a_link_stays_a_link(home: Path) -> None:
    real = home / "dotfiles" / "init.el"
    real.parent.mkdir()
    real.write_text("(setq a 1)\n", encoding="utf-8")
    (home / ".emacs").symlink_to(real)
    assert main(["setup", "emacs-lsp-mode", "--write", "--yes"]) == 0
    assert (home / ".emacs").is_symlink()
    assert "lsp-register-client" in real.read_text(encoding="utf-8")
    assert not (home / ".emacs.d").exists()


def test_the_first_file_that_exists_is_used(home: Path) -> None:
    (home / ".config/emacs").mkdir(parents=True)
    (home / ".config/emacs/init.el").write_text("", encoding="utf-8")
    (file,) = read_editors()["emacs-eglot"].files
    assert file.path == home / ".config/emacs/init.el"
    (home / ".emacs").write_text("", encoding="utf-8")
    assert file.path == home / ".emacs"


def test_where_configurations_are_can_be_moved(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "elsewhere"))
    (file,) = read_editors()["neovim"].files
    assert file.path == home / "elsewhere/nvim/plugin/lsp_learn.lua"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(home / "Local"))
    (file,) = read_editors()["neovim"].files
    assert file.path == home / "Local/nvim/plugin/lsp_learn.lua"
    monkeypatch.setattr("sys.platform", "darwin")
    (file,) = read_editors()["sublime-text"].files
    assert file.path == home / "Library/Application Support/Sublime Text/Packages/User" / (
        "LSP.sublime-settings"
    )


def test_a_change_that_came_between_is_not_overwritten(home: Path) -> None:
    path = home / ".config/kak/kakrc"
    path.parent.mkdir(parents=True)
    path.write_text("a\n", encoding="utf-8")
    (file,) = read_editors()["kakoune"].files
    change = planned(file)
    assert change.action is Action.APPEND
    path.write_text("b\n", encoding="utf-8")
    with pytest.raises(LspLearnError, match="changed meanwhile"):
        list(apply([change]))
    assert path.read_text(encoding="utf-8") == "b\n"


@pytest.mark.parametrize(
    "broken",
    ["# lsp-learn: begin\nx\n", "# lsp-learn: end\n", "e\n# lsp-learn: end\n# lsp-learn: begin\n"],
)
def test_a_missing_mark_is_an_error_with_a_hint(
    broken: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / ".config/kak/kakrc"
    path.parent.mkdir(parents=True)
    path.write_text(broken, encoding="utf-8")
    assert main(["setup", "kakoune", "--write", "--yes"]) == 1
    assert path.read_text(encoding="utf-8") == broken
    said = capsys.readouterr().err
    assert "one of lsp-learn's two marks is missing" in said
    assert "delete them" in said


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_what_is_no_text_is_an_error_with_a_hint(
    content: bytes | None, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / ".config/kak/kakrc"
    path.parent.mkdir(parents=True)
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    assert main(["setup", "kakoune"]) == 1
    assert "look at it yourself" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_an_error_with_a_hint(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / ".config").write_text("a file", encoding="utf-8")
    assert main(["setup", "helix", "--write", "--yes"]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_it_asks_and_takes_silence_for_no(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup", "neovim", "--write"]) == 1
    assert "--yes" in capsys.readouterr().err

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("\n"))
    assert main(["setup", "neovim", "--write"]) == 1
    assert files_of(home) == {}
    said = capsys.readouterr().out
    assert said.index("vim.lsp.config(") < said.index("Write this? [y/N]")
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert main(["setup", "neovim", "--write"]) == 0
    assert list(files_of(home)) == [".config/nvim/plugin/lsp_learn.lua"]


def test_the_list_and_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert sorted(row[0] for row in rows) == EDITORS
    assert {row[0]: row[2] for row in rows}["helix"] == str(home / ".config/helix/languages.toml")
    assert main(["setup", "--json"]) == 0
    assert sorted(one["id"] for one in json.loads(capsys.readouterr().out)) == EDITORS
    assert main(["setup", "helix", "--write", "--yes", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    (file,) = answer["files"]
    assert (file["action"], file["written"]) == ("create", True)
    assert Path(file["path"]).read_text(encoding="utf-8") == file["piece"]


@pytest.mark.parametrize(
    ("name", "near"),
    [("emacs", "emacs-eglot"), ("neovmi", "neovim"), ("vim", "vim-ale"), ("x", "")],
)
def test_an_unknown_editor_names_the_near_ones(
    name: str, near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup", name]) == 1
    said = capsys.readouterr().err
    assert f"no editor is called {name}" in said
    assert near in said
    assert "`lsp-learn setup` lists the editors" in said


def test_the_command_is_named_as_editors_can_find_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = home / "bin"
    programs.mkdir()
    command = programs / "lsp-learn"
    command.write_text("#!/bin/sh\n", encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    (file,) = read_editors()["neovim"].files
    assert "cmd = { 'lsp-learn', 'serve' }" in file.text
    # In a virtual environment the name ends with the shell: the whole path is written.
    monkeypatch.setattr(sys, "prefix", str(home))
    (file,) = read_editors()["neovim"].files
    assert f"cmd = {{ '{command.as_posix()}', 'serve' }}" in file.text


def test_without_a_home_folder_there_is_an_error_with_a_hint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(path: str) -> str:
        return path

    monkeypatch.setattr(os.path, "expanduser", nobody)
    assert main(["setup", "neovim"]) == 1
    assert "set HOME" in capsys.readouterr().err


def test_removal_of_what_was_never_there_is_nothing(home: Path) -> None:
    for editor in read_editors().values():
        assert all(removal(file).action is Action.NOTHING for file in editor.files)
