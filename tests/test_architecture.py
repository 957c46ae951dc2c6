"""The import table of ARCHITECTURE.md, executed."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import lsp_learn

ROOT = Path(lsp_learn.__file__).parent

FOUNDATION = {"errors", "model", "text", "locations", "settings", "cached"}
ROOMS = {"context", "messages", "packs", "index"}
DOOR = FOUNDATION | {"app", "explain", "__init__"}
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "errors": set(),
    "locations": set(),
    "cached": set(),
    "text": {"model"},
    "settings": {"errors", "model", "locations"},
    **dict.fromkeys(ROOMS, FOUNDATION),
    "explain": FOUNDATION,
    "shelf": FOUNDATION | {"packs", "index"},
    "app": FOUNDATION | {"context", "messages", "index", "packs", "explain", "shelf"},
    "workshop": FOUNDATION | {"packs", "explain", "app"},
    "desk": FOUNDATION | {"packs"},
    "server": DOOR | {"desk"},
    "cli": DOOR | {"server", "workshop", "desk"},
    "__main__": {"cli"},
    "__init__": set(),
}
ONLY_IN: dict[str, str | tuple[str, ...]] = {
    "pygls": "server/",
    "lsprotocol": "server/",
    "tree_sitter": "context/",
    "whoosh": "index/",
    "httpx": ("packs/links.py", "packs/download.py"),
    "tuf": "packs/registry/",
    "securesystemslib": "packs/registry/",
    "cryptography": "packs/registry/keys.py",
    "rich": "cli/output.py",
}
"""A library and the places that may import it."""

EXAMPLES = "packs/examples/run.py"
STARTS_PROCESSES = {
    EXAMPLES,  # an author's examples, by the author's command
    "server/indexing.py",  # ourselves, to build the index
}
"""Every way to start a process, and the two files that have a reason to."""

PROCESSES = {"subprocess", "multiprocessing", "pty", "pexpect"}
STARTS = re.compile(
    r"(popen|system|startfile|create_subprocess_\w+|(exec|spawn)[lv]p?e?|posix_spawnp?)"
)

NOWHERE = {"requests", "urllib", "socket", "http", "pickle", "marshal", "shelve", "eval", "exec"}
"""The network apart from httpx, and what would run somebody's data."""

FILES = sorted(ROOT.rglob("*.py"))


def place_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Full names of what a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place_of(path)}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wrong_imports(path: Path) -> Iterator[str]:
    room, place = room_of(path), place_of(path)
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "lsp_learn":
            target = rest.partition(".")[0]
            if not (ROOT / target).exists() and not (ROOT / f"{target}.py").exists():
                target = "__init__"  # `from lsp_learn import __version__`
            if target != room and target not in MAY_IMPORT[room]:
                yield f"{place} imports {name}: {room} must not import {target}"
        if top in PROCESSES and place != EXAMPLES:
            yield f"{place} imports {name}, which starts processes"
        examples = name.startswith("lsp_learn.packs.examples") and room != "workshop"
        if examples and not place.startswith("packs/examples/"):
            yield f"{place} imports {name}, which runs an author's examples"
        for library, only in ONLY_IN.items():
            if (top == library or top.startswith(f"{library}_")) and not place.startswith(only):
                yield f"{place} imports {name}, which belongs in {only}"
        if top in NOWHERE and name not in {
            "urllib.parse.quote",
            "urllib.parse.unquote",
            "urllib.parse.urlsplit",
        }:
            yield f"{place} imports {name}, which belongs nowhere"


@pytest.mark.parametrize("path", FILES, ids=place_of)
def test_imports_follow_the_table(path: Path) -> None:
    assert list(wrong_imports(path)) == []


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


@pytest.mark.parametrize("path", FILES, ids=place_of)
def test_only_one_place_prints_and_none_evaluates(path: Path) -> None:
    called = set(calls(path))
    assert not called & {"eval", "exec", "__import__"}
    assert "print" not in called or place_of(path) == "cli/output.py"


@pytest.mark.parametrize("path", FILES, ids=place_of)
def test_no_other_file_starts_a_process(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    starts = {name for name in used if STARTS.fullmatch(name.lower())}
    assert not starts or place_of(path) in STARTS_PROCESSES, starts


def test_every_room_stands_in_the_table() -> None:
    assert {room_of(path) for path in FILES} == set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("explain", "from lsp_learn.index import words"),
        ("context", "from lsp_learn.packs import lint_pack"),
        ("model", "from lsp_learn import text"),
        ("server", "import lsp_learn.cli.output"),
        ("app", "from lsp_learn.server.convert import encoding"),
        ("explain", "import tree_sitter_python"),
        ("packs", "def f():\n    import httpx"),
        ("cli", "from rich.table import Table"),
        ("index", "import pickle"),
        ("cli", "import subprocess"),
        ("server", "import subprocess"),
        ("app", "from lsp_learn.packs.examples.run import execute"),
        ("packs", "from lsp_learn.packs.examples import tools"),
    ],
)
def test_a_planted_violation_is_found(
    room: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in MAY_IMPORT:
        (tmp_path / name).mkdir()
    planted = tmp_path / room / "planted.py"
    planted.write_text(source, encoding="utf-8")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert len(list(wrong_imports(planted))) == 1


# -- traps of pygls 2 that a session cannot show -----------------------------------------------

FORBIDDEN_IN_SERVER = {
    "thread": "handlers on pygls' threads cannot be cancelled (trap 2)",
    "thread_pool": "standard input is read through this pool (trap 3)",
    "start_tcp": "two clients would share one protocol object (trap 19)",
    "start_ws": "any web page could talk to it (trap 19)",
    "get_text_document": "reads the disk for a document that is not open (trap 9)",
    "position_from_client_units": "changes its argument and clamps one too early (trap 7)",
    "offset_at_position": "splits lines where the protocol does not (trap 6)",
    "lines": "splits lines where the protocol does not (trap 6)",
    "word_at_position": "knows ASCII words alone (trap 8)",
    "is_local": "fails without a workspace folder (trap 24)",
}


@pytest.mark.parametrize(
    "path", [path for path in FILES if room_of(path) == "server"], ids=place_of
)
def test_the_server_uses_nothing_of_pygls_that_is_known_to_bite(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert {name: FORBIDDEN_IN_SERVER[name] for name in used & set(FORBIDDEN_IN_SERVER)} == {}
    handlers = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(
            isinstance(d, ast.Call)
            and isinstance(d.func, ast.Attribute)
            and d.func.attr in {"feature", "command"}
            for d in node.decorator_list
        )
    ]
    for handler in handlers:
        assert handler.args.args[0].arg == "ls", "pygls injects the server by this name (trap 16)"
        assert isinstance(handler, ast.AsyncFunctionDef) or handler.name == "initialize", (
            "a handler that is not async blocks every other request (trap 1)"
        )
        assert not any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(handler)), (
            "pygls runs generators by a protocol of its own (trap 17)"
        )


def test_the_protocols_types_are_pinned_by_pygls_alone() -> None:
    """pygls names the one version of lsprotocol that it works with (trap 25)."""
    project = tomllib.loads((ROOT.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[<>=!~ \[]", line)[0] for line in project["dependencies"]]
    assert "lsprotocol" not in names
    assert "pygls>=2.1.1,<3" in project["dependencies"]
