"""What start-up loads: every hover server pays for it, and every command."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LIBRARIES = {
    "pygls",
    "lsprotocol",
    "tree_sitter",
    "tree_sitter_python",
    "whoosh",
    "rich",
    "httpx",
    "tuf",
    "securesystemslib",
    "cryptography",
    "urllib3",
    "platformdirs",
    "filelock",
}


def loaded_by(code: str) -> set[str]:
    """The libraries that a fresh interpreter has loaded after running `code`."""
    code += (
        "\nimport json, sys; print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1])) & LIBRARIES


def test_the_command_line_loads_no_library() -> None:
    assert loaded_by("import lsp_learn.cli; lsp_learn.cli.parser()") == set()


def test_the_server_loads_the_protocol_alone() -> None:
    code = "from lsp_learn.server.server import create_server; create_server()"
    assert loaded_by(code) == {"pygls", "lsprotocol"}


@pytest.mark.parametrize(
    ("command", "libraries"),
    [
        (["pack", "list", "--json"], set()),
        (["source", "list", "--json"], set()),
        (["search", "loop", "--json"], {"whoosh"}),
    ],
    ids=["pack list", "source list", "search"],
)
def test_a_command_loads_what_it_needs(
    command: list[str], libraries: set[str], mini_ready: object, mini_packs: object
) -> None:
    code = (
        "from pathlib import Path; from lsp_learn import cli, locations\n"
        f"locations.shipped_packs_folder = lambda: Path({str(mini_packs)!r})\n"
        f"cli.main({command})"
    )
    assert loaded_by(code) == libraries
