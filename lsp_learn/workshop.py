"""The author's side of the hall: a pack that is being written, begun, shown and tried out.

Nothing of the pack is executed: its examples are looked up as an editor would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lsp_learn.app import App
from lsp_learn.errors import PackError
from lsp_learn.explain.lesson import lesson_text
from lsp_learn.explain.render import hover_text
from lsp_learn.model import (
    Document,
    Fact,
    FactKind,
    InstalledPack,
    Origin,
    Problem,
    Snippet,
    Tip,
)
from lsp_learn.packs.cases import Case, read_cases
from lsp_learn.packs.importers import FORMATS
from lsp_learn.packs.importers.draft import Wanted
from lsp_learn.packs.importers.write import ImportedPack, import_pack
from lsp_learn.packs.manifest import MANIFEST, read_manifest
from lsp_learn.packs.read import read_snippets
from lsp_learn.packs.starter import write_starter

__all__ = [
    "FORMATS",
    "ImportedPack",
    "Preview",
    "Wanted",
    "Workshop",
    "import_pack",
    "write_starter",
]

SILENCE = "silence.txt"
CASES = "cases"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a learner sees of a snippet: the hover's Markdown and the lesson's."""

    hover: str
    lesson: str


class Workshop:
    """One pack that is being written."""

    def __init__(self, place: Path) -> None:
        """`place` is the pack's folder, or a file in it.

        Raises:
            PackError: there is no pack around it.
        """
        self.place = place
        folders = [place, *place.resolve().parents] if place.exists() else []
        found = next((folder for folder in folders if (folder / MANIFEST).is_file()), None)
        if found is None:
            hint = f"name a folder with a {MANIFEST}, or begin one: lsp-learn pack new FOLDER"
            raise PackError(f"{place} is no pack", hint)
        self.folder = found

    def changed(self) -> float:
        """When a file of the pack changed last, in seconds since the epoch."""
        return max(path.stat().st_mtime for path in self.folder.rglob("*"))

    def snippets(self) -> list[Snippet]:
        """The snippets that can be read; of a file alone, its one."""
        manifest, _ = read_manifest(self.folder)
        if manifest is None:
            return []
        pack = InstalledPack(manifest, self.folder, Origin.FOLDER)
        found = [snippet for snippet, _ in read_snippets([pack]) if snippet is not None]
        if not self.place.is_file():
            return found
        name = self.place.resolve().relative_to(self.folder.resolve()).as_posix()
        return [snippet for snippet in found if snippet.path.endswith(name)]

    def previews(self) -> Iterator[Preview]:
        """Hover and lesson of every snippet."""
        snippets = self.snippets()
        titles = {snippet.id: snippet.title for snippet in snippets}
        for snippet in snippets:
            fact = Fact(snippet.triggers[0].kind, snippet.triggers[0].name, snippet.example.focus)
            hover = hover_text([Tip(snippet, fact)], markdown=True)
            lesson = lesson_text([snippet], lambda other: titles.get(other, ""))
            yield Preview(hover, lesson)

    def tried(self) -> tuple[int, tuple[Problem, ...]]:
        """How many places were looked up, and what is wrong: an example that does not bring its
        snippet up first, a case that does not hold.
        """
        app = App()
        app.configure(replace(app.settings, pack_folders=(self.folder.resolve(),)))
        problems: list[Problem] = []
        count = 0
        for snippet in self.snippets():
            count += 1
            problems += _example(app, snippet)
        manifest, _ = read_manifest(self.folder)
        language = manifest.languages[0] if manifest and manifest.languages else ""
        for path in [self.folder / SILENCE, *sorted((self.folder / CASES).glob("*.txt"))]:
            if path.is_file():
                for case in read_cases(path.read_text(encoding="utf-8")):
                    count += 1
                    shown = path.relative_to(self.folder).as_posix()
                    problems += _case(app, case, shown, language)
        return count, tuple(problems)


def _example(app: App, snippet: Snippet) -> Iterator[Problem]:
    app.configure(replace(app.settings, level=snippet.level))
    example = snippet.example
    about = {trigger.kind for trigger in snippet.triggers}
    if about <= {FactKind.ERROR, FactKind.DIAGNOSTIC}:
        found = app.explain_output(example.error)
        tips = found[0].tips if found else ()
    else:
        document = Document(f"example:{snippet.id}", example.language, 1, example.code)
        tips = app.at(document, example.focus.start)
    if not tips or tips[0].snippet.id != snippet.id:
        hint = "set focus on the place, and triggers to a fact that stands there"
        message = f"its own example brings up {_named(tips)}"
        yield Problem("T001", snippet.path, 0, message, hint)


def _case(app: App, case: Case, shown: str, pack_language: str) -> Iterator[Problem]:
    _, separator, language = case.title.rpartition(": ")
    language = language if separator and " " not in language else pack_language
    tips = app.at(Document(f"case:{case}", language, 1, case.code), case.offset)
    if not case.met([tip.snippet.id for tip in tips]):
        wanted = "silence" if case.expected == "-" else case.expected
        message = f"{case.title}: here stands {_named(tips)}, not {wanted}"
        yield Problem("T002", shown, case.line, message, "narrow the trigger, or mend the case")


def _named(tips: tuple[Tip, ...]) -> str:
    return ", ".join(tip.snippet.id for tip in tips[:3]) or "nothing"
