"""The author's side of the hall: a pack that is being written, begun, shown and tried out.

`Workshop.executed` runs the examples of the author's own folder, and is the only way to do so.
Everything else only reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lsp_learn import locations
from lsp_learn.app import App
from lsp_learn.errors import PackError
from lsp_learn.explain.lesson import lesson_text
from lsp_learn.explain.render import hover_text
from lsp_learn.model import (
    Diagnostic,
    Document,
    Fact,
    FactKind,
    InstalledPack,
    Origin,
    Problem,
    Report,
    Snippet,
    Span,
    Tip,
)
from lsp_learn.packs.cases import Case, read_cases
from lsp_learn.packs.files import ARCHIVE_SUFFIX, FolderFiles, read_text
from lsp_learn.packs.importers import FORMATS
from lsp_learn.packs.importers.draft import Wanted
from lsp_learn.packs.importers.write import ImportedPack
from lsp_learn.packs.importers.write import import_pack as write_imported
from lsp_learn.packs.manifest import MANIFEST, read_manifest
from lsp_learn.packs.mend import Mended, difference, mend_pack, write_mended
from lsp_learn.packs.read import read_snippets
from lsp_learn.packs.starter import write_starter

__all__ = [
    "FORMATS",
    "Executed",
    "ImportedPack",
    "Mended",
    "Preview",
    "Wanted",
    "Workshop",
    "difference",
    "import_pack",
    "mend_pack",
    "write_mended",
    "write_starter",
]

SILENCE = "silence.txt"
CASES = "cases"


@dataclass(frozen=True, slots=True)
class Executed:
    """What became of the examples: how many ran, why the others did not by the snippets' ids,
    and what is wrong with those that did.
    """

    count: int
    left: dict[str, str]
    problems: tuple[Problem, ...]


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
            PackError: there is no pack around it, or it is an archive.
        """
        if place.suffix == ARCHIVE_SUFFIX and place.is_file():
            raise PackError(f"{place} is an archive", "name the folder that it was built from")
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
        return self._read()[0]

    def _read(self) -> tuple[list[Snippet], list[Problem]]:
        """The snippets, and why others cannot be read."""
        manifest, problems = read_manifest(self.folder)
        found: list[Snippet] = []
        wrong = list(problems)
        if manifest is not None:
            pack = InstalledPack(manifest, self.folder, Origin.FOLDER)
            for snippet, problems in read_snippets([pack]):
                found += [snippet] if snippet is not None else []
                wrong += [replace(one, path=self._shown(Path(one.path))) for one in problems]
        if not self.place.is_file():
            return found, wrong
        name = self._shown(self.place.resolve())
        return (
            [snippet for snippet in found if snippet.path == name],
            [problem for problem in wrong if problem.path in {name, MANIFEST}],
        )

    def _shown(self, path: Path) -> str:
        folder = (
            self.folder.resolve() if path.is_relative_to(self.folder.resolve()) else self.folder
        )
        return path.relative_to(folder).as_posix()

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
        snippet up first, a case that does not hold. What cannot be read cannot be tried: its
        problems come first.
        """
        app = App()
        settings = replace(app.settings, pack_folders=(self.folder.resolve(),))
        app.configure(settings)
        snippets, problems = self._read()
        count = 0
        for snippet in snippets:
            count += 1
            problems += _example(app, snippet)
        manifest, _ = read_manifest(self.folder)
        language = manifest.languages[0] if manifest and manifest.languages else ""
        app.configure(settings)
        files = [self.folder / SILENCE, *sorted((self.folder / CASES).glob("*.txt"))]
        for path in files:
            if not path.is_file() or (self.place.is_file() and not path.samefile(self.place)):
                continue
            shown = path.relative_to(self.folder).as_posix()
            text, problem = read_text(FolderFiles(self.folder), shown)
            problems += [problem] if problem else []
            for case in read_cases(text or ""):
                count += 1
                problems += _case(app, case, shown, language)
        return count, tuple(problems)

    def executed(self, report: Report) -> Executed:
        """Execute the examples, each in an empty folder and for half a minute at most, and
        compare what they print. What lies where packs are installed is not executed: it may be
        somebody else's.
        """
        from lsp_learn.packs.examples.run import SECONDS, run_examples  # noqa: PLC0415  (rarely)
        from lsp_learn.packs.examples.tools import not_run  # noqa: PLC0415

        snippets = self.snippets()
        installed = self.folder.resolve().is_relative_to(locations.data_folder().resolve())
        foreign = "it is installed: examples are run in the folder of who writes them"
        why = {one.id: foreign if installed else not_run(one) for one in snippets}
        chosen = [one for one in snippets if not why[one.id]]
        hint = (
            "correct ```output or ```error, or the code; it ran alone in an empty folder, "
            f"for at most {SECONDS:.0f} seconds"
        )
        problems = tuple(
            Problem("T003", snippet.path, 0, f"the example {wrong}", hint)
            for snippet, wrong in zip(chosen, run_examples(chosen, report), strict=True)
            if wrong
        )
        return Executed(len(chosen), {key: text for key, text in why.items() if text}, problems)


def import_pack(kind: str, place: Path, folder: Path, pack_id: str, wanted: Wanted) -> ImportedPack:
    """Read `place` in the format `kind` and write a pack into a new folder, whole or not at all.
    Examples are tried with the reader that answers hovers.

    Raises:
        PackError: the format is not known, the place cannot be read, nothing in it fits into a
            pack, or the folder cannot be written.
    """
    app = App()

    def facts(language: str, code: str) -> tuple[Fact, ...]:
        document = Document("import:", language, None, code)
        contexts = list(app.reader.within(document, Span(0, len(code))))
        app.forget(document.uri)  # the next piece of code is no edit of this one
        return tuple(fact for one in contexts for fact in one.facts or one.offered)

    known = frozenset(app.reader.languages.ids())
    return write_imported(kind, place, folder, pack_id, replace(wanted, facts=facts, known=known))


def _example(app: App, snippet: Snippet) -> Iterator[Problem]:
    app.configure(replace(app.settings, level=snippet.level))
    example = snippet.example
    about = {trigger.kind for trigger in snippet.triggers}
    message = about <= {FactKind.ERROR, FactKind.DIAGNOSTIC}
    if message:
        found = app.explain_output(example.error)
        tips = found[0].tips if found else ()
    else:
        document = Document(f"example:{snippet.id}", example.language, 1, example.code)
        tips = app.at(document, example.focus.start)
    first = tips[0].snippet.id if tips else ""
    if first != snippet.id and not (message and answers(app, snippet)):
        hint = "set focus on the place, and triggers to a fact that stands there"
        wrong = f"its own example brings up {_named(tips)}"
        yield Problem("T001", snippet.path, 0, wrong, hint)


def answers(app: App, snippet: Snippet) -> bool:
    """Whether a message snippet answers to what its example quotes of its tool's output, which
    alone may be no message that one can read: by the tool's code as editors pass it on, or by
    its own words.
    """
    text = snippet.example.error.strip()
    for trigger in snippet.triggers:
        name, _, rest = trigger.name.partition(":")
        if trigger.kind is FactKind.DIAGNOSTIC:
            said = Diagnostic(name, rest, text, Span(0, 0))
            tips = app.explain_diagnostic(said, snippet.example.language)
            if tips[:1] and tips[0].snippet.id == snippet.id:
                return True
        elif trigger.pattern and re.search(trigger.pattern, text):
            return True
    return False


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
