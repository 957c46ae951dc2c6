"""Every configuration that is shipped is read by its own language, and named in setup.toml."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lsp_learn.cli.editors import read_editors

CONFIGS = Path(__file__).parents[2] / "editor-configs"
FOLDERS = sorted(path.parent for path in CONFIGS.glob("*/setup.toml"))


def shipped(pattern: str) -> list[Path]:
    return sorted(p for p in CONFIGS.glob(pattern) if "vscode" not in p.parts)


def name_of(path: Path) -> str:
    return path.relative_to(CONFIGS).as_posix()


def tool(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if not found:
        pytest.skip(f"{name} is not here")
    return found


def run(*command: str | Path) -> str:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("path", shipped("*/*.toml"), ids=name_of)
def test_toml(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", [*shipped("**/*.json"), *shipped("*/*.sublime-settings")], ids=name_of
)
def test_json(path: Path) -> None:
    assert json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", shipped("*/*.lua"), ids=name_of)
def test_lua(path: Path) -> None:
    said = run(tool("nvim"), "--clean", "--headless", "-n", "-c", f"luafile {path}", "-c", "qa!")
    assert said.strip() == ""


def test_neovim_knows_the_server_and_its_languages() -> None:
    source = CONFIGS / "neovim" / "lsp_learn.lua"
    # A function is not JSON; the test asks it what it is there for.
    ask = (
        "lua local c = vim.lsp.config.lsp_learn; "
        "c = { cmd = c.cmd, filetypes = c.filetypes, sh = c.get_language_id(0, 'sh'), "
        "py = c.get_language_id(0, 'python') }; io.write(vim.json.encode(c))"
    )
    quiet = [tool("nvim"), "--clean", "--headless", "-n"]
    said = run(*quiet, "-c", f"luafile {source}", "-c", ask, "-c", "qa!")
    known = json.loads(said)
    assert known["cmd"] == ["lsp-learn", "serve"]
    assert (known["sh"], known["py"]) == ("shellscript", "python")
    assert {"python", "typescriptreact", "yaml"} <= set(known["filetypes"])


@pytest.mark.parametrize("path", shipped("*/*.el"), ids=name_of)
def test_elisp(path: Path) -> None:
    run(tool("emacs"), "--batch", "-Q", "-l", path)


@pytest.mark.parametrize("path", shipped("*/*.vim"), ids=name_of)
def test_vim_script(path: Path) -> None:
    said = run(tool("vim"), "-u", "NONE", "-N", "-es", "-c", f"source {path}", "-c", "qa!")
    assert said.strip() == ""


@pytest.mark.parametrize("path", [*shipped("*/*.js"), *shipped("*/*.mjs")], ids=name_of)
def test_javascript(path: Path, tmp_path: Path) -> None:
    module = tmp_path / f"{path.stem}.mjs"
    shutil.copy(path, module)
    run(tool("node"), "--check", module)


@pytest.mark.parametrize("path", shipped("*/*.py"), ids=name_of)
def test_python(path: Path) -> None:
    compile(path.read_text(encoding="utf-8"), str(path), "exec")


@pytest.mark.parametrize("path", shipped("*/src/*.rs"), ids=name_of)
def test_rust(path: Path) -> None:
    run(tool("rustfmt"), "--check", "--edition", "2021", path)


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_setup_names_what_there_is(folder: Path) -> None:
    """Each file that setup writes is there and holds its command once; each page names the ids."""
    table = tomllib.loads((folder / "setup.toml").read_text(encoding="utf-8"))
    page = (folder / "README.md").read_text(encoding="utf-8")
    for key, value in table.items():
        assert f"lsp-learn setup {key}" in page or folder.name == "vscode"
        for file in value.get("files", ()):
            text = (folder / file["source"]).read_text(encoding="utf-8")
            assert text.isascii() or file["source"].endswith((".js", ".mjs", ".vim"))
            if command := file.get("command"):
                assert text.count(command) == 1
                assert command.count("lsp-learn") == 1
        assert read_editors()[key].title == value["title"]


@pytest.mark.parametrize("folder", [f for f in FOLDERS if f.name != "vscode"], ids=name_of)
def test_each_page_says_what_a_user_asks(folder: Path) -> None:
    page = (folder / "README.md").read_text(encoding="utf-8")
    for head in ("Install", "What you will see", "Beside another server", "Limits", "Tried"):
        assert f"\n## {head}\n" in page, head
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page):
        assert (folder / target).exists(), target
