"""`lsp-learn coverage PATH`: how much of a codebase the packs explain, and what is missing."""

from __future__ import annotations

import argparse
import os
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.options import add_pack_options, app_for
from lsp_learn.cli.output import Output
from lsp_learn.cli.source import read_source
from lsp_learn.errors import SourceError
from lsp_learn.explain.coverage import Coverage
from lsp_learn.model import Document, Progress

_SKIPPED = frozenset({"node_modules", "__pycache__", "dist", "build", "target", "vendor", "venv"})
"""Folders that hold what nobody here wrote; hidden ones are left out as well."""


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "coverage",
        help="how much of a codebase the packs explain, and what is missing most",
        description="Walk a codebase and count, by language: places where a tutor would speak, "
        "how many have a snippet, and the most frequent facts without one. Names of the code's "
        "own modules are counted apart: a pack of that project can explain them.",
        epilog="example: lsp-learn coverage src --top 50",
    )
    command.add_argument("path", type=Path, metavar="PATH", help="a file or a folder")
    command.add_argument("--top", type=int, default=20, help="missing facts a language (20)")
    command.add_argument("--language", default="", help="only this language id")
    command.add_argument(
        "--files", type=int, default=0, help="this many files a language, picked by chance"
    )
    add_pack_options(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Print the counts; 1 where no file of a known language was found."""
    app = app_for(arguments)
    if not arguments.path.exists():
        raise SourceError(f"{arguments.path} does not exist", "name a file or a folder")
    found: dict[str, Coverage] = defaultdict(Coverage)
    with output.progress() as report:
        app.exact(report)
        files = list(_files(app, arguments.path, arguments.language))
        packages = _packages([path for path, _ in files])
        files = _some(files, arguments.files)
        for number, (path, language) in enumerate(files):
            report(Progress("files", number, len(files)))
            _count(app, path, language, found[language], packages)
    if output.as_json:
        output.data({name: _as_data(found[name], arguments.top) for name in sorted(found)})
    else:
        _print(found, arguments.top, output)
    return 0 if found else 1


def _files(app: App, root: Path, wanted: str) -> Iterator[tuple[Path, str]]:
    """The files whose names tell a known language, in the order of their paths."""
    if root.is_file():
        yield root, wanted or _language(app, root)
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(n for n in folders if n not in _SKIPPED and not n.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            language = _language(app, path)
            if language and wanted in {"", language} and not path.is_symlink():
                yield path, language


def _language(app: App, path: Path) -> str:
    """By the name alone, which costs nothing, where that is enough."""
    text = ""
    if app.reader.languages.needs_text(path) and path.is_file():  # a pipe would never end
        with suppress(SourceError):
            text = read_source(path)
    return app.language_of(path, text)


def _packages(paths: list[Path]) -> frozenset[str]:
    """The names under which Python's files import their own project: the outermost packages."""
    holders = {path.parent for path in paths if path.name == "__init__.py"}
    return frozenset(holder.name for holder in holders if holder.parent not in holders)


def _some(files: list[tuple[Path, str]], count: int) -> list[tuple[Path, str]]:
    """So many files of each language, the same ones each time; all where `count` is 0."""
    if not count:
        return files
    chance = random.Random(1)  # noqa: S311  # a sample, no secret
    by_language: dict[str, list[tuple[Path, str]]] = defaultdict(list)
    for one in files:
        by_language[one[1]].append(one)
    return [
        one
        for some in by_language.values()
        for one in sorted(chance.sample(some, min(count, len(some))))
    ]


def _count(
    app: App, path: Path, language: str, coverage: Coverage, packages: frozenset[str]
) -> None:
    try:
        text = read_source(path)
    except SourceError:  # not text, or no file of a person: it has no places
        return
    coverage.files += 1
    document = Document(path.absolute().as_uri(), language, None, text)
    for context, explained in app.covered(document):
        coverage.add(context, explained=explained, packages=packages)
    app.forget(document.uri)


def _as_data(coverage: Coverage, top: int) -> dict[str, Any]:
    return {
        "files": coverage.files,
        "places": coverage.places,
        "explained": coverage.explained,
        "share": round(coverage.share, 4),
        "missing": _facts(coverage.most_missing(top)),
        "own": {"places": coverage.own, "missing": _facts(coverage.most_missing(top, own=True))},
    }


def _facts(missing: list[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"fact": fact, "places": count} for fact, count in missing]


def _print(found: dict[str, Coverage], top: int, output: Output) -> None:
    rows = [
        (name, *map(str, (one.files, one.places, one.explained)), f"{one.share:.1%}", str(one.own))
        for name, one in sorted(found.items())
    ]
    output.table(("language", "files", "places", "explained", "share", "own code"), rows)
    for name, one in sorted(found.items()):
        if missing := one.most_missing(top):
            output.line()
            output.line(f"{name}: most frequent facts without a snippet", "bold")
            output.table(("places", "fact"), [(str(count), fact) for fact, count in missing])
    if not found:
        output.line("No file of a known language here; `lsp-learn doctor --json` lists them.")
