"""What is published is what is tested: the wheel, installed into an empty folder, offline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from client import BARE
from e2e.editor import Editor

ROOT = Path(__file__).parents[1]

OFFLINE = """
import socket
def refuse(self, address):
    raise OSError(f"no network in this test: {address}")
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network from a copy: the checkout gets no build folder."""
    source = tmp_path_factory.mktemp("source")
    for name in ("lsp_learn", "content_packs", "docs/reference", "editor-configs"):
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", "dist")
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    made = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(made)]
    done = subprocess.run(
        [*command, str(source)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = made.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the wheel's content."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(folder), str(wheel)], check=True, timeout=120)
    (folder / "sitecustomize.py").write_text(OFFLINE, encoding="utf-8")
    return folder


@pytest.fixture
def environment(installed: Path, tmp_path: Path) -> dict[str, str]:
    """The wheel first, then the dependencies of this environment, whose own lsp_learn is hidden:
    it is an editable one, found through a .pth file, which PYTHONPATH does not read.
    """
    libraries = sysconfig.get_path("purelib")
    return {
        "PATH": os.environ["PATH"],
        "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
        "PYTHONPATH": os.pathsep.join([str(installed), libraries]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LSP_LEARN_CACHE": str(tmp_path / "cache"),
        "LSP_LEARN_DATA": str(tmp_path / "data"),
    }


def run(environment: dict[str, str], folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], env=environment, cwd=folder, check=False,
        capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip


def test_the_wheel_holds_the_product_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"lsp_learn"}
    assert "lsp_learn/py.typed" in names
    assert "lsp_learn/content_packs/python/pack.toml" in names
    assert "lsp_learn/context/languages/python/language.toml" in names
    assert "lsp_learn/context/languages/python/names.scm" in names
    assert "lsp_learn/reference/lint-rules.md" in names
    assert "lsp_learn/packs/schemas/snippet.schema.json" in names
    assert "lsp_learn/packs/examples/eslint.config.mjs" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    configured = {path.parent.name for path in (ROOT / "editor-configs").glob("*/setup.toml")}
    inside = {name.split("/")[2] for name in names if name.startswith("lsp_learn/editor_configs/")}
    assert configured == inside - {"web-page"}
    assert "lsp_learn/editor_configs/neovim/lsp_learn.lua" in names
    of_vscode = [name for name in names if "editor_configs/vscode/" in name]
    assert of_vscode == ["lsp_learn/editor_configs/vscode/setup.toml"]
    packs = list((ROOT / "content_packs").rglob("*.md"))
    assert len([name for name in names if name.endswith(".md") and "/snippets/" in name]) == len(
        [path for path in packs if "snippets" in path.parts]
    )


def test_the_commands_work_from_the_wheel_without_a_network(
    environment: dict[str, str], installed: Path, tmp_path: Path
) -> None:
    where = run(environment, tmp_path, "-P", "-c", "import lsp_learn; print(lsp_learn.__file__)")
    assert Path(where.stdout.strip()).is_relative_to(installed), where.stderr

    listed = run(environment, tmp_path, "-P", "-m", "lsp_learn", "pack", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    packs = json.loads(listed.stdout)["packs"]
    assert {pack["id"] for pack in packs} >= {"python", "python-stdlib"}
    assert all(pack["origin"] == "shipped" for pack in packs)
    assert all(Path(pack["place"]).is_relative_to(installed) for pack in packs)

    neovim = run(environment, tmp_path, "-P", "-m", "lsp_learn", "setup", "neovim")
    assert neovim.returncode == 0, neovim.stderr
    assert "vim.lsp.enable('lsp_learn')" in neovim.stdout

    found = run(environment, tmp_path, "-P", "-m", "lsp_learn", "search", "default list", "--json")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)

    blocked = run(environment, tmp_path, "-c", "import socket; socket.create_connection(('x', 1))")
    assert "no network" in blocked.stderr or "refuse" in blocked.stderr


def test_a_hover_from_the_wheel_without_a_network(
    environment: dict[str, str], tmp_path: Path
) -> None:
    uri = (tmp_path / "code.py").as_uri()
    with Editor([sys.executable, "-P", "-m", "lsp_learn"], environment) as editor:
        editor.initialize(BARE)
        editor.open(uri, "python", "def add(item, items=[]):\n    return items\n")
        assert "default" in editor.hover_text(uri, 0, 20)
    assert editor.process.returncode == 0
    assert editor.errors == ""


def test_the_command_is_an_entry_point(installed: Path) -> None:
    (entry_points,) = installed.glob("lsp_learn-*.dist-info/entry_points.txt")
    assert "lsp-learn = lsp_learn.cli:main" in entry_points.read_text(encoding="utf-8")
