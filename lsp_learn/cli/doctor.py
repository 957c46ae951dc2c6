"""`lsp-learn doctor`: what is installed, where it is, whether it is healthy."""

from __future__ import annotations

import argparse
import platform
import sys
from importlib import metadata
from typing import Any

from lsp_learn import __version__, locations
from lsp_learn.app import App
from lsp_learn.cli.output import Output
from lsp_learn.cli.pack import print_problems, problem_data

_LIBRARIES = ("pygls", "lsprotocol", "whoosh3", "tree-sitter", "tree-sitter-python")


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "doctor",
        help="what is installed, where it is, and whether it is healthy",
        description="Look at the installation and the index; says what to do about what is wrong.",
    )
    command.add_argument(
        "--languages",
        action="store_true",
        help="also compile every rule of every language: seconds, for who changes them",
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Print the state; 1 when something needs attention."""
    app = App()
    state = _state(app, languages=arguments.languages)
    problems = (*app.pack_problems(), *app.installer().sources.known()[1])
    ill = bool(problems or state["language_problems"]) or any(
        index["state"].startswith("damaged") for index in state["indexes"]
    )
    if output.as_json:
        output.data({**state, "problems": [problem_data(p) for p in problems], "healthy": not ill})
        return int(ill)
    output.line("lsp-learn", "bold")
    output.table(("", ""), [(key, str(value)) for key, value in state["installation"].items()])
    output.line("packs", "bold")
    output.table(
        ("", ""),
        [
            (pack["id"], f"{pack['version']}, {pack['origin']}, {pack['place']}")
            for pack in state["packs"]
        ],
    )
    output.line("index", "bold")
    output.table(
        ("", ""),
        [(index["name"], f"{index['state']}, {index['folder']}") for index in state["indexes"]],
    )
    output.line("an editor is told", "bold")
    output.table(("", ""), list(state["offers"].items()))
    for text in state["language_problems"]:
        output.line(f"language data: {text}", "red")
    print_problems(problems, output)
    output.line("something needs attention, see above" if ill else "everything is in order")
    return int(ill)


def _state(app: App, *, languages: bool) -> dict[str, Any]:
    from lsp_learn.server.features.code_action import KIND  # noqa: PLC0415  (loads pygls)
    from lsp_learn.server.features.explain import EXPLAIN  # noqa: PLC0415
    from lsp_learn.server.features.search import SEARCH  # noqa: PLC0415

    return {
        "installation": {
            "version": __version__,
            "python": f"{platform.python_version()} ({sys.executable})",
            "system": platform.platform(),
            **{name: _version(name) for name in _LIBRARIES},
            "cache": str(locations.cache_folder()),
            "data": str(locations.data_folder()),
        },
        "packs": [
            {
                "id": pack.manifest.id,
                "version": pack.manifest.version,
                "origin": pack.origin,
                "place": str(pack.place),
            }
            for pack in app.packs().packs
        ],
        "indexes": [_index_state(app, part) for part in ("exact", "words")],
        "languages": app.languages(),
        "language_problems": app.language_problems() if languages else (),
        "offers": {
            "hover": "Markdown or plain text, as the editor asks",
            "code action": f"kind {KIND!r}, on request",
            "commands": f"{EXPLAIN}, {SEARCH}",
            "documents": "full synchronization; UTF-8, UTF-16 or UTF-32 positions",
        },
    }


def _index_state(app: App, part: str) -> dict[str, str]:
    generations, fingerprint = app.generations(part), app.fingerprint()
    folder = generations.folder(fingerprint)
    if not folder.exists():
        state = "not built yet (it is built when it is first needed)"
    elif wrong := generations.damage(fingerprint):
        state = f"damaged: {wrong} (it is rebuilt when it is next needed)"
    else:
        state = "healthy"
    return {"name": part, "state": state, "folder": str(folder)}


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "not installed"
