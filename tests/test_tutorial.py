"""The guide to a first pack: every command in it, in order, and what it prints."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lsp_learn import cli

PAGE = Path(__file__).parents[1] / "docs" / "tutorial" / "first-pack.md"

_FENCE = re.compile(r"(?ms)^(`{3,})(\w+)\n(.*?)^\1$")
_NAMED = re.compile(r"`([\w./-]+)`:\s*$")
"""What stands before a block with the text of a file: its name."""


@dataclass(frozen=True)
class Saved:
    """A file that the reader writes."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """What the reader types, and what the page says it prints."""

    words: str
    printed: str


def steps(page: str) -> Iterator[Saved | Command]:
    """What a reader of a page does, from top to bottom."""
    for block in _FENCE.finditer(page):
        named = _NAMED.search(page[: block.start()].rstrip("\n").rpartition("\n")[2])
        if block[2] == "console":
            for part in re.split(r"(?m)^\$ ", block[3])[1:]:
                words, _, printed = part.partition("\n")
                yield Command(words, printed)
        elif named:
            yield Saved(named[1], block[3])


def agrees(printed: str, shown: str) -> bool:
    """Whether output is what a page shows, where `...` is anything, also several lines."""
    pattern = re.escape(shown.rstrip("\n")).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, printed.rstrip("\n"), re.DOTALL) is not None


def follow(folder: Path, capsys: pytest.CaptureFixture[str], page: Path = PAGE) -> list[str]:
    """Do what the page says; returns the commands that were run."""
    done = []
    for step in steps(page.read_text(encoding="utf-8")):
        if isinstance(step, Saved):
            path = folder / step.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8", newline="\n")
            continue
        program, *words = shlex.split(step.words)
        if program == "lsp-learn":
            cli.main(words)
            output = capsys.readouterr()
            printed = output.out + output.err
        else:
            command = [program, *words]
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
            printed = ran.stdout
        assert agrees(printed, step.printed), f"$ {step.words}\n{printed}"
        done.append(step.words)
    return done


def test_the_guide_to_a_first_pack_prints_what_it_shows(
    only_mini: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    done = follow(folder, capsys)
    commands = {" ".join(words.split()[:3]) for words in done}
    assert commands >= {
        f"lsp-learn pack {action}"
        for action in ("new", "lint", "preview", "test", "build", "install")
    }
    hover = PAGE.read_text("utf-8").split("hover:\n\n```text\n")[1].split("\n```")[0]
    cli.main(["explain", "build.py:3:9", "--json"])
    assert hover.splitlines()[0] in capsys.readouterr().out


def test_the_page_on_registries_prints_what_it_shows(
    only_mini: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    done = follow(folder, capsys, PAGE.parents[1] / "how-to" / "run-a-registry.md")
    assert {words.split()[2] for words in done if words.startswith("lsp-learn registry")} == {
        "init", "add", "publish", "refresh", "keys"
    }  # fmt: skip


@pytest.mark.heavy
def test_the_guide_holds_beside_the_shipped_packs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert follow(tmp_path, capsys)


@pytest.mark.parametrize(
    ("printed", "shown", "holds"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\n", False),
        ("a\nb\nc\n", "a\n...\nc\n", True),
        ("a x b\n", "a ... b", True),
        ("a\n", "a.\n", False),
        ("", "", True),
        ("unexpected\n", "", False),
    ],
)
def test_what_a_page_shows_is_compared(printed: str, shown: str, holds: bool) -> None:
    assert agrees(printed, shown) is holds


def test_files_and_commands_are_found_on_a_page() -> None:
    page = (
        "Save as `a/b.md`:\n\n````markdown\n```x\n```\n````\n\n"
        "```console\n$ one 'a b'\nout\n$ two\n```\n\n```text\nno\n```\n"
    )
    assert list(steps(page)) == [
        Saved("a/b.md", "```x\n```\n"),
        Command("one 'a b'", "out\n"),
        Command("two", ""),
    ]
