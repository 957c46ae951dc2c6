"""Tables kept in the cache folder: used while their files are the same, never when damaged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lsp_learn.cached import Made, from_files
from lsp_learn.context import Languages
from lsp_learn.context.languages import SHIPPED


class Source:
    """A folder of files, and a `make` that counts how often it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "files"
        self.folder.mkdir()
        self.place = folder / "cache" / "table.json"
        self.made = 0
        self.write("a", "1")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def make(self) -> Made:
        self.made += 1
        files = sorted(self.folder.iterdir())
        return {file.name: file.read_text("utf-8") for file in files}, [self.folder, *files]

    def table(self, key: str = "k") -> dict[str, str]:
        return from_files(self.place, key, self.make)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path)


def test_a_table_is_made_once(source: Source) -> None:
    assert source.table() == source.table() == {"a": "1"}
    assert source.made == 1


def test_a_file_that_is_written_to_comes_or_goes_is_seen(source: Source) -> None:
    source.table()
    source.write("a", "two")
    assert source.table() == {"a": "two"}
    source.write("b", "3")
    assert source.table() == {"a": "two", "b": "3"}
    (source.folder / "a").unlink()
    assert source.table() == {"b": "3"}


def test_an_older_file_of_the_same_size_is_seen(source: Source) -> None:
    source.table()
    source.write("a", "2")
    os.utime(source.folder / "a", (0, 0))
    assert source.table() == {"a": "2"}


def test_another_key_is_another_table(source: Source) -> None:
    source.table("k")
    source.table("other")
    assert source.made == 2


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"key": "k", "stamps": 3}', "\0\0\0"])
def test_a_damaged_table_is_made_again(source: Source, text: str) -> None:
    source.table()
    source.place.write_text(text, encoding="utf-8")
    assert source.table() == {"a": "1"}
    assert source.made == 2
    assert source.table() == {"a": "1"}
    assert source.made == 2


def test_without_a_place_or_a_folder_to_write_to_it_is_made_each_time(source: Source) -> None:
    assert from_files(None, "k", source.make) == {"a": "1"}
    source.place.parent.write_text("a file where the folder should be", encoding="utf-8")
    assert source.table() == source.table() == {"a": "1"}
    assert source.made == 3


def test_what_a_killed_process_left_is_removed(source: Source) -> None:
    source.place.parent.mkdir()
    (source.place.parent / "table.json.12345").write_text('{"key"', encoding="utf-8")
    source.table()
    assert [path.name for path in source.place.parent.iterdir()] == ["table.json"]


def test_a_table_that_json_cannot_hold_is_used_and_not_kept(source: Source) -> None:
    table = from_files(source.place, "k", lambda: ({"day": object()}, []))
    assert list(table) == ["day"]
    assert not source.place.exists()


def test_a_language_from_the_cache_is_the_language_from_its_files(tmp_path: Path) -> None:
    for _ in range(2):  # the second time from the cache
        kept, read = Languages(cache=tmp_path).get("typescript"), Languages().get("typescript")
        assert kept is not None
        assert read is not None
        for table in (kept, read):
            table.rules.check()
        assert vars(kept.rules)["_patterns"] == vars(read.rules)["_patterns"]
        for key in ("tokens", "returns", "builtins", "enclosing", "inherits", "lines"):
            assert getattr(kept, key) == getattr(read, key), key
    assert (tmp_path / "typescript.json").stat().st_size > 1000
    assert Languages(cache=tmp_path).named("py") is not None
    assert Languages(cache=tmp_path).of_path(SHIPPED / "x.kt") == "kotlin"
