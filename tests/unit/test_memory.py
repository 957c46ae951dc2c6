"""The quick look at a server's start: used where nothing changed, and never for long."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pack_files import make_pack

from lsp_learn import locations
from lsp_learn.app import App
from lsp_learn.model import PackSet
from lsp_learn.packs import find, memory
from lsp_learn.packs.memory import Asked, recall, remember
from lsp_learn.settings import Settings


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one shipped pack, seen an hour ago."""
    folder = tmp_path / "shipped"
    make_pack(folder / "alpha", "alpha")
    (folder / "alpha" / "snippets" / "sub").mkdir()
    other = (folder / "alpha" / "snippets" / "print.md").read_text(encoding="utf-8")
    other = other.replace("alpha.print", "alpha.other")
    (folder / "alpha" / "snippets" / "sub" / "other.md").write_text(other, encoding="utf-8")
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(locations, "shipped_packs_folder", lambda: folder)
    return folder


@pytest.fixture
def files_looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where every file was looked at."""
    seen: list[str] = []
    plain = find.snippet_entries

    def entries(folder: Path) -> object:
        seen.append(folder.name)
        return plain(folder)

    monkeypatch.setattr(find, "snippet_entries", entries)
    return seen


def quick(**settings: object) -> App:
    app = App(Settings(**settings))  # type: ignore[arg-type]
    app.refresh(quick=True)
    return app


def test_the_second_start_looks_at_folders_alone(shipped: Path, files_looked_at: list[str]) -> None:
    first = quick()
    assert files_looked_at == ["alpha"]
    second = quick()
    assert files_looked_at == ["alpha"]
    assert second.packs() == first.packs()
    assert second.fingerprint() == first.fingerprint() == App().fingerprint()
    second.refresh()
    assert files_looked_at == ["alpha"] * 3


def write_anew(path: Path, text: str) -> None:
    """As editors save a file: written aside and renamed."""
    aside = path.with_name("aside")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def install(shipped: Path) -> None:
    App().installer().install(str(make_pack(shipped.parent / "team")))


def trust(shipped: Path) -> None:
    App().installer().store.trust(shipped.parent / "project")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a new pack": lambda shipped: make_pack(shipped / "beta", "beta"),
    "a pack taken away": lambda shipped: shutil.rmtree(shipped / "alpha"),
    "a new snippet": lambda shipped: (shipped / "alpha/snippets/new.md").write_text("x"),
    "a snippet in a folder": lambda shipped: (shipped / "alpha/snippets/sub/a.md").write_text("x"),
    "a snippet taken away": lambda shipped: (shipped / "alpha/snippets/print.md").unlink(),
    "a snippet saved": lambda shipped: write_anew(shipped / "alpha/snippets/print.md", "x"),
    "a manifest written to": lambda shipped: (shipped / "alpha/pack.toml").write_text("x"),
    "a pack put by hand": lambda _: make_pack(locations.user_packs_folder() / "own", "own"),
    "a pack installed": install,
    "a workspace trusted": trust,
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_folders_tell_is_seen_at_once(
    change: str, shipped: Path, files_looked_at: list[str]
) -> None:
    make_pack(shipped.parent / "project" / ".lsp-learn", "project")

    def start() -> App:
        app = App()
        app.work_in([shipped.parent / "project"])
        app.refresh(quick=True)
        return app

    before = start()
    assert start().packs() == before.packs()
    CHANGES[change](shipped)
    after = start()
    full = App()
    full.work_in([shipped.parent / "project"])
    full.refresh()
    assert after.packs() == full.packs()
    assert after.fingerprint() == full.fingerprint()


def test_a_file_changed_in_its_place_is_seen_by_the_next_look(shipped: Path) -> None:
    before = quick().fingerprint()
    with (shipped / "alpha" / "snippets" / "print.md").open("a", encoding="utf-8") as file:
        file.write("more\n")
    app = quick()
    assert app.fingerprint() == before
    app.refresh()
    assert app.fingerprint() != before
    assert quick().fingerprint() == app.fingerprint()


def test_other_settings_are_another_question(shipped: Path, tmp_path: Path) -> None:
    quick()
    assert quick(disabled_packs=("alpha",)).packs() == PackSet(())
    third = make_pack(tmp_path / "third", "third")
    found = quick(pack_folders=(third,)).packs().packs
    assert [pack.manifest.id for pack in found] == ["alpha", "third"]


def test_packs_with_problems_are_looked_at_each_time(
    shipped: Path, files_looked_at: list[str]
) -> None:
    quick()
    (shipped / "beta").mkdir()
    (shipped / "beta" / "pack.toml").write_text("id = ", encoding="utf-8")
    for _ in range(2):
        assert [problem.code for problem in quick().packs().problems] == ["F004"]
    assert recall(Asked()) is None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"asked": 1}', '{"asked": [], "stamps": []}', "\0"]
)
def test_a_memory_that_is_damaged_is_made_anew(content: str, shipped: Path) -> None:
    expected = quick().packs()
    memory._file().write_text(content, encoding="utf-8")
    assert recall(Asked()) is None
    assert quick().packs() == expected
    assert recall(Asked()) is not None


def test_a_memory_with_other_packs_than_it_says_is_not_used(shipped: Path) -> None:
    quick()
    values = json.loads(memory._file().read_text(encoding="utf-8"))
    for wrong in ({"packs": [{}]}, {"packs": 3}, {"stamps": {"/": [1, 2]}}, {"asked": [0]}):
        memory._file().write_text(json.dumps({**values, **wrong}), encoding="utf-8")
        assert recall(Asked()) is None


def test_a_cache_that_cannot_be_written_to_does_no_harm(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("LSP_LEARN_CACHE", str(tmp_path / "file"))
    app = App()
    remember(Asked(), app.packs(), "state")
    assert recall(Asked()) is None
    assert [pack.manifest.id for pack in app.packs().packs] == ["alpha"]
