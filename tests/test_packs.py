"""The shipped packs: free of errors, recognized by their own examples, silent where they must be.

Every snippet is linted and brought up by its own example. Examples are executed here for a tenth
of the snippets, always the same one; `make test-content` executes all.
"""

from __future__ import annotations

import os
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import check  # tests/content/check.py, which authors run by hand
import pytest
from conftest import LANGUAGES
from golden_files import places

from lsp_learn.app import App
from lsp_learn.context.reader import ContextReader
from lsp_learn.model import Document, Severity, Snippet
from lsp_learn.packs.files import FolderFiles
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.manifest import read_manifest

TESTS = Path(__file__).parent
PACKS = sorted(path.parent for path in (TESTS.parent / "content_packs").glob("*/pack.toml"))
PYTHON = TESTS.parent / "content_packs" / "python"
SHARE = 25
"""Of so many examples one is run here; `make test-content` runs all."""

LARGE = {
    "c", "cpp", "data", "errors", "git-and-ci", "go", "html-css", "java", "javascript", "python",
    "python-stdlib", "python-web", "rust", "shell", "sql", "typescript",
}  # fmt: skip
"""Packs that nobody reads from end to end: learning paths lead through them."""

SECTIONS = [
    "Scope", "Sources", "Coverage", "What is missing", "Examples", "Who looks after it",
]  # fmt: skip
"""Of a maintainers' page."""

SILENCE = [path for pack in PACKS for path in sorted(pack.glob("silence.*"))]
GOLDEN = sorted((TESTS / "golden").glob("*/silence.txt"))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> App:
    """An app on the shipped packs, with an index of its own."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("shipped")
        patch.setenv("LSP_LEARN_CACHE", str(folder))
        patch.setenv("LSP_LEARN_DATA", str(folder / "no-data"))
        app = App()
        app._reader = ContextReader(LANGUAGES)
        app.exact()
    return app


def language_of(pack: Path) -> str:
    """The language that a pack is for; its silence file is written in it."""
    manifest, _ = read_manifest(pack)
    assert manifest is not None
    return manifest.languages[0]


def chosen(snippet: Snippet, share: int = SHARE) -> bool:
    """Some of the snippets, by their ids: new snippets do not change which."""
    return zlib.crc32(snippet.id.encode()) % share == 0


def test_there_are_packs() -> None:
    assert {"python", "python-stdlib"} <= {pack.name for pack in PACKS}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_lint_finds_no_error(pack: Path) -> None:
    """Of learning paths not even a warning: their order is all they have to say."""
    found = lint_pack(pack)
    problems = [p for p in found if p.severity is Severity.ERROR or p.path.startswith("paths/")]
    assert [f"{p.path}:{p.line}: {p.code} {p.message}" for p in problems] == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_pack_with_paths_has_a_page_for_its_maintainers(pack: Path) -> None:
    paths = FolderFiles(pack).paths()
    assert len(paths) >= 2 or pack.name not in LARGE
    if paths:
        page = (pack / "README.md").read_text(encoding="utf-8")
        assert re.findall(r"(?m)^## (.+)", page) == SECTIONS


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_snippets_are_brought_up_by_their_own_examples(pack: Path, shipped: App) -> None:
    """A third of them here; `make test-content` looks at all."""
    wrong = {
        snippet.path: text
        for snippet in check.snippets_of(pack)
        if chosen(snippet, 3) and (text := check.recognized(shipped, snippet, provoke=False))
    }
    assert wrong == {}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_some_of_the_examples_do_what_they_say(pack: Path) -> None:
    snippets = [snippet for snippet in check.snippets_of(pack) if chosen(snippet)]
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        results = list(pool.map(check.run_example, snippets))
    wrong = {s.path: text for s, text in zip(snippets, results, strict=True) if text}
    assert wrong == {}


@pytest.mark.parametrize("path", [*SILENCE, *GOLDEN], ids=lambda path: path.parent.name)
def test_no_snippet_speaks_where_silence_is_expected(path: Path, shipped: App) -> None:
    language = path.parent.name if path in GOLDEN else language_of(path.parent)
    loud = []
    marked = [place for place in places(path) if place.expected == "-"]
    assert marked
    for place in marked:
        document = Document(f"silence:{place}", language, 1, place.code)
        tips = shipped.at(document, place.offset)
        loud += [f"{path}:{place.line}: {tip.snippet.id}" for tip in tips]
    assert loud == []


def test_what_is_no_error_is_not_explained(shipped: App) -> None:
    """Progress, summaries, logs, code, settings, sentences: nothing that a tutor would explain."""
    lines = (TESTS / "silent_output.txt").read_text("utf-8").splitlines()
    loud = {
        line: one.tips[0].snippet.id
        for line in lines
        for one in shipped.explain_output(line)
        if one.tips
    }
    assert loud == {}


def test_a_wrong_example_is_noticed() -> None:
    """The check of examples can fail."""
    snippet = next(s for s in check.snippets_of(PYTHON) if s.example.output)
    assert check.run_example(snippet) == ""
    changed = replace(snippet.example, output="something else")
    assert "prints" in check.run_example(replace(snippet, example=changed))
    failing = replace(snippet.example, code="raise KeyError(1)", output="")
    assert "KeyError" in check.run_example(replace(snippet, example=failing))
