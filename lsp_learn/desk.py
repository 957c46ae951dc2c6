"""The hall's desk: pack files that are open in an editor. What is wrong with them, what mends
it, what a field means.

Files of a pack are read, nothing in them is used or executed, so that no folder must be trusted.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_learn import locations
from lsp_learn.model import Document, Problem, Span

if TYPE_CHECKING:  # loaded when the first pack file is opened
    from lsp_learn.packs.editing import EditedPack

RULES = "lint-rules.md"


@dataclass(frozen=True, slots=True)
class Checked:
    """An open file of a pack, and what is wrong with it."""

    document: Document
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Mending:
    """A change that mends some problems of a file: `title` for a menu, the text it leads to."""

    title: str
    text: str
    mends: tuple[Problem, ...]


class Desk:
    """The packs with open files. May be asked from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._packs: dict[Path, EditedPack] = {}
        self._open: dict[Path, tuple[Path, str, Document]] = {}

    def check(self, path: Path, document: Document) -> tuple[Checked, ...]:
        """Take a file's text, and check the open files of its pack: a change in one may be a
        problem of another. Nothing for a file that is in no pack.
        """
        from lsp_learn.packs.editing import EditedPack, pack_of  # noqa: PLC0415  (first use)

        with self._lock:
            found = pack_of(path)
            if found is None:
                return self._closed(path)
            folder, name = found
            pack = self._packs.setdefault(folder, EditedPack(folder))
            pack.put(name, document.text)
            self._open[path] = (folder, name, document)
            return self._checked(pack)

    def close(self, path: Path, is_open: Callable[[], bool]) -> tuple[Checked, ...]:
        """Forget a file that was closed, unless it has been opened again since; for the others
        it is as on disk again.
        """
        with self._lock:
            return () if is_open() else self._closed(path)

    def _closed(self, path: Path) -> tuple[Checked, ...]:
        folder, name, _ = self._open.pop(path, (None, "", None))
        if folder is None:
            return ()
        if self._packs[folder].drop(name):
            return self._checked(self._packs[folder])
        del self._packs[folder]
        return ()

    def _checked(self, pack: EditedPack) -> tuple[Checked, ...]:
        problems: dict[str, list[Problem]] = {}
        for problem in sorted(pack.problems(), key=lambda one: (one.line, one.code)):
            problems.setdefault(problem.path, []).append(problem)
        return tuple(
            Checked(document, tuple(problems.get(name, ())))
            for folder, name, document in self._open.values()
            if folder == pack.folder
        )

    def meaning(self, path: Path, document: Document, offset: int) -> tuple[str, Span] | None:
        """Markdown about the key or trigger at an offset, and its place; None elsewhere."""
        from lsp_learn.packs.meaning import meaning_of, place_at  # noqa: PLC0415  (first use)

        with self._lock:
            if path not in self._open:
                return None
            folder, name, _ = self._open[path]
            place = place_at(document.text, offset, name)
            if place is None:
                return None
            text = meaning_of(place, name, self._packs[folder].snippets())
        return (text, place.span) if text else None

    def mendings(self, path: Path, document: Document, lines: range) -> tuple[Mending, ...]:
        """What mends the problems on some lines (from 0) of an open file; last, where it does
        more than one of them, what mends the whole file.
        """
        from lsp_learn.packs.fixes import mended  # noqa: PLC0415  (first use)

        with self._lock:
            if path not in self._open:
                return ()
            folder, name, _ = self._open[path]
            pack = self._packs[folder]
            pack.put(name, document.text)
            wrong = [one for one in pack.problems() if one.path == name]
            here = [one for one in wrong if max(one.line - 1, 0) in lines]
            found = []
            for fix, text, left in pack.mending(name, document.text):
                kept = {(one.code, one.message) for one in left}
                mends = [one for one in here if (one.code, one.message) not in kept]
                if mends and fix.code in {one.code for one in mends}:
                    found.append(Mending(fix.title, text, tuple(mends)))
        text, fixes = mended(document.text, name)
        if found and len(fixes) > 1:
            found.append(Mending("Mend everything in this file", text, ()))
        return tuple(found)

    def mended(self, path: Path, document: Document) -> str:
        """A file's text with everything mended that can be."""
        from lsp_learn.packs.fixes import mended  # noqa: PLC0415  (first use)

        with self._lock:
            known = self._open.get(path)
        return mended(document.text, known[1])[0] if known else document.text


def rule_address(code: str) -> str:
    """The address of the page that explains a rule, "" where it is not on this machine."""
    anchor = rule_anchors().get(code)
    return f"{(locations.reference_folder() / RULES).as_uri()}#{anchor}" if anchor else ""


@cache
def rule_anchors() -> dict[str, str]:
    """By code, the anchor of its heading: `## S001 no metadata`, `## A001 to A012 archives`."""
    try:
        text = (locations.reference_folder() / RULES).read_text(encoding="utf-8")
    except OSError:
        return {}
    found = {}
    for match in re.finditer(r"(?m)^## (([A-Z])(\d{3})(?: to [A-Z](\d{3}))?.*)$", text):
        anchor = re.sub(r"[^\w -]", "", match[1].lower()).replace(" ", "-")
        for number in range(int(match[3]), int(match[4] or match[3]) + 1):
            found[f"{match[2]}{number:03}"] = anchor
    return found
