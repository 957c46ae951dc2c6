"""Where things live."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_learn import locations


def test_the_variables_move_the_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LSP_LEARN_CACHE", str(tmp_path / "c"))
    monkeypatch.setenv("LSP_LEARN_DATA", str(tmp_path / "d"))
    assert locations.index_folder() == tmp_path / "c" / "index"
    assert locations.lessons_folder() == tmp_path / "c" / "lessons"
    assert locations.user_packs_folder() == tmp_path / "d" / "packs"
    assert not (tmp_path / "c").exists()


def test_without_them_they_are_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LSP_LEARN_CACHE")
    monkeypatch.delenv("LSP_LEARN_DATA")
    assert locations.cache_folder().name in {"lsp-learn", "Cache"}
    assert locations.cache_folder().is_absolute()
    assert locations.data_folder().is_absolute()


def test_a_relative_place_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LSP_LEARN_CACHE", "here")
    assert locations.cache_folder() == tmp_path / "here"


def test_packs_in_the_wheel_win_over_those_beside_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "lsp_learn"
    package.mkdir()
    monkeypatch.setattr(locations, "_PACKAGE", package)
    assert locations.shipped_packs_folder() == tmp_path / "content_packs"
    (package / "content_packs").mkdir()
    assert locations.shipped_packs_folder() == package / "content_packs"
