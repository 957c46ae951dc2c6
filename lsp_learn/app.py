"""The hall: opens the rooms and answers every door's three questions: explain, search, packs.

One `App` serves a process. Its methods may be called from several threads.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lsp_learn import locations
from lsp_learn.errors import IndexDamagedError, LspLearnError, StoppedError
from lsp_learn.explain.lesson import lesson_text
from lsp_learn.explain.query import diagnostic_facts, query_for
from lsp_learn.explain.rank import rank
from lsp_learn.model import (
    CodeContext,
    Diagnostic,
    Document,
    Explanation,
    Fact,
    Hit,
    Part,
    Problem,
    Progress,
    Query,
    Report,
    Snippet,
    Span,
    Stopped,
    Tip,
    never,
)
from lsp_learn.settings import Settings

if TYPE_CHECKING:  # heavy: loaded when first needed (tests/test_startup.py)
    from lsp_learn.context import ContextReader
    from lsp_learn.index.exact import ExactIndex
    from lsp_learn.index.generations import Generations
    from lsp_learn.index.words import WordIndex
    from lsp_learn.packs.store import PackSet

IndexT = TypeVar("IndexT")

_MAX_PARTS = 60
"""Pieces of one explained span; a longer selection is no question any more."""


def _silent(_: Progress) -> None:
    return


class App:
    """Explains code, searches snippets, knows the packs; opens each room on first use."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._lock = threading.RLock()
        self._reader: ContextReader | None = None
        self._exact: tuple[str, ExactIndex] | None = None
        self._words: tuple[str, WordIndex] | None = None
        self._packs: PackSet | None = None
        self._state = ""
        self._private: tempfile.TemporaryDirectory[str] | None = None

    # -- code -----------------------------------------------------------------------------

    @property
    def reader(self) -> ContextReader:
        """The context reader."""
        with self._lock:
            if self._reader is None:
                from lsp_learn.context import ContextReader, Languages  # noqa: PLC0415  (heavy)

                self._reader = ContextReader(Languages())
            return self._reader

    def language_of(self, path: Path, first_line: str) -> str:
        """The language id of a file, "" when there is no data for it."""
        return self.reader.languages.of_path(path, first_line)

    def warm(self, document: Document) -> None:
        """Read a document before it is asked about; cheap when it is read already."""
        self.reader.warm(document)

    def is_warm(self, document: Document) -> bool:
        """Whether `at` answers for this document from memory."""
        return self._exact is not None and self._reader is not None and self._reader.has(document)

    def preparations(self, language: str) -> list[Callable[[], None]]:
        """What a language still has to compile, in pieces of some milliseconds."""
        table = self.reader.languages.get(language)
        return table.rules.preparations() if table else []

    def forget(self, uri: str) -> None:
        """Drop what is kept of a closed document."""
        if self._reader is not None:
            self._reader.forget(uri)

    def at(
        self,
        document: Document,
        offset: int,
        diagnostics: Sequence[Diagnostic] = (),
        stopped: Stopped = never,
    ) -> tuple[Tip, ...]:
        """The tips for one place, the best first; none where a tutor would stay silent.

        Raises:
            StoppedError: nobody waits for the answer any more.
            LspLearnError: the index is not there and cannot be built.
        """
        _go_on(stopped)
        context = self.reader.at(document, offset)
        if diagnostics:
            context = _with_diagnostics(context, diagnostics)
        return self._tips(context, stopped)

    def explain(
        self,
        document: Document,
        span: Span,
        diagnostics: Sequence[Diagnostic] = (),
        stopped: Stopped = never,
    ) -> Explanation:
        """A span piece by piece, in reading order; an empty span is the place where it stands.

        No snippet appears twice: it stays where it first stands.

        Raises:
            StoppedError: nobody waits for the answer any more.
            LspLearnError: the index is not there and cannot be built.
        """
        if span.length == 0:
            tips = self.at(document, span.start, diagnostics, stopped)
            return Explanation(span, (Part(tips[0].fact.span, tips),) if tips else ())
        parts: list[Part] = []
        seen: set[str] = set()
        for context in self.reader.within(document, span):
            tips = self._tips(context, stopped)
            new = tuple(tip for tip in tips if tip.snippet.id not in seen)
            if new:
                seen.update(tip.snippet.id for tip in new)
                parts.append(Part(new[0].fact.span, new))
            if len(parts) >= _MAX_PARTS:
                break
        return Explanation(span, tuple(parts))

    def covered(self, document: Document) -> Iterator[tuple[CodeContext, bool]]:
        """Every place of a document that has facts, and whether it has a tip."""
        for context in self.reader.within(document, Span(0, len(document.text))):
            yield context, bool(self._tips(context, never))

    def explain_message(self, language: str, message: str) -> tuple[Tip, ...]:
        """The tips for an error message, for example the last line of a traceback."""
        span = Span(0, len(message))
        line = message.strip().splitlines()[-1].strip() if message.strip() else ""
        facts = diagnostic_facts(Diagnostic("", "", line, span))
        return self._tips(CodeContext(language, span, facts, silent=not facts), never)

    def _tips(self, context: CodeContext, stopped: Stopped) -> tuple[Tip, ...]:
        if context.silent:
            return ()
        _go_on(stopped)
        query = query_for(context)
        hits = self._found(query)
        _go_on(stopped)
        return rank(context, hits, self.settings.level)

    def _found(self, query: Query) -> tuple[Hit, ...]:
        try:
            return self.exact().find(query)
        except IndexDamagedError:
            self._drop("exact")
            return self.exact().find(query)

    # -- lessons and search ---------------------------------------------------------------

    def snippet(self, snippet_id: str) -> Snippet | None:
        """The snippet with an id, None when no installed pack has it."""
        try:
            return self.exact().get(snippet_id)
        except IndexDamagedError:
            self._drop("exact")
            return self.exact().get(snippet_id)

    def lesson(self, snippet_ids: Sequence[str]) -> str:
        """The page for some snippets, the first in full; "" when none is installed."""
        snippets = [found for one in snippet_ids if (found := self.snippet(one)) is not None]

        def title_of(snippet_id: str) -> str:
            found = self.snippet(snippet_id)
            return found.title if found else ""

        return lesson_text(snippets, title_of)

    def search(
        self, text: str, language: str = "", limit: int = 10, report: Report = _silent
    ) -> tuple[Hit, ...]:
        """The snippets nearest to some words.

        Raises:
            LspLearnError: the index is not there and cannot be built.
        """
        try:
            return self.words(report).search(text, language, limit)
        except IndexDamagedError:
            self._drop("words")
            return self.words(report).search(text, language, limit)

    # -- packs and index ------------------------------------------------------------------

    def configure(self, settings: Settings) -> None:
        """Use other settings from now on."""
        with self._lock:
            self.settings = settings
            self._packs = None

    def packs(self) -> PackSet:
        """The packs that are read, as of the last `refresh`."""
        from lsp_learn.packs.store import find_packs, fingerprint  # noqa: PLC0415  (first use only)

        with self._lock:
            if self._packs is None:
                self._packs = find_packs(self.settings.pack_folders, self.settings.disabled_packs)
                self._state = fingerprint(self._packs.packs)
            return self._packs

    def refresh(self) -> bool:
        """Look at the packs on disk again, off the hover's path: it costs a look at every file.

        Returns:
            Whether the hover index for their new state is there; until it is, hovers are
            answered from the one before.
        """
        with self._lock:
            self._packs = None
            self.packs()
            ready = self.ready("exact")
            if ready and self._exact is not None and self._exact[0] != self.fingerprint():
                self._exact = None
            return ready

    def pack_problems(self) -> tuple[Problem, ...]:
        """What is wrong with packs and with snippets that cannot be used."""
        from lsp_learn.packs.read import read_snippets  # noqa: PLC0415

        found = self.packs()
        wrong = [problem for _, problems in read_snippets(found.packs) for problem in problems]
        return (*found.problems, *wrong)

    def lint(self, folder: Path) -> tuple[Problem, ...]:
        """Every problem of the pack in a folder."""
        from lsp_learn.packs.lint import lint_pack  # noqa: PLC0415

        return lint_pack(folder)

    def lint_links(self, folder: Path) -> tuple[Problem, ...]:
        """Ask the web page of every source in a pack. The only thing that uses a network."""
        from lsp_learn.model import InstalledPack, Origin  # noqa: PLC0415
        from lsp_learn.packs.links import lint_links  # noqa: PLC0415
        from lsp_learn.packs.manifest import read_manifest  # noqa: PLC0415
        from lsp_learn.packs.read import read_snippets  # noqa: PLC0415

        manifest, problems = read_manifest(folder)
        if manifest is None:
            return problems
        found = read_snippets([InstalledPack(manifest, folder, Origin.FOLDER)])
        return lint_links(snippet for snippet, _ in found if snippet is not None)

    def languages(self) -> tuple[str, ...]:
        """The language ids there is data for."""
        return self.reader.languages.ids()

    def language_problems(self) -> tuple[str, ...]:
        """What is wrong with the data of the languages; nothing, unless somebody edits it."""
        found = []
        for language in self.languages():
            table = self.reader.languages.get(language)
            problems = (*table.problems, *table.rules.check()) if table else ()
            found += [f"{language}: {problem}" for problem in problems]
            if failure := self.reader.languages.failures.get(language):
                found.append(f"{language}: {failure}")
        return tuple(dict.fromkeys(found))

    def fingerprint(self) -> str:
        """Names the generation of both indexes that belongs to the packs as last seen, the
        format of the index and the library that reads it.
        """
        from lsp_learn.index.exact import VERSION  # noqa: PLC0415

        with self._lock:
            self.packs()
            return hashlib.sha256(f"{self._state} {VERSION}".encode()).hexdigest()[:24]

    def generations(self, part: str) -> Generations:
        """The generations of one index: `exact` or `words`."""
        from lsp_learn.index.generations import Generations  # noqa: PLC0415

        root = Path(self._private.name) if self._private else locations.index_folder()
        return Generations(root / part)

    def ready(self, part: str) -> bool:
        """Whether the index for the packs as last seen is there and whole."""
        return self.generations(part).ready(self.fingerprint())

    def build(self, part: str, report: Report = _silent) -> Path:
        """Build an index unless it is there; returns its folder.

        Raises:
            LspLearnError: it cannot be written.
        """
        from lsp_learn.index.build import write  # noqa: PLC0415
        from lsp_learn.packs.read import read_snippets  # noqa: PLC0415

        packs = self.packs().packs

        def write_part(folder: Path) -> None:
            found = [snippet for snippet, _ in read_snippets(packs) if snippet is not None]
            write(part, folder, found, report)

        return self.generations(part).build(self.fingerprint(), write_part)

    def exact(self, report: Report = _silent) -> ExactIndex:
        """The index for hovers, built first where it is missing.

        Raises:
            LspLearnError: it is not there and cannot be built.
        """
        from lsp_learn.index.exact import ExactIndex  # noqa: PLC0415

        with self._lock:
            if self._exact is None:
                self._exact = (self.fingerprint(), self._open(ExactIndex, "exact", report))
            return self._exact[1]

    def words(self, report: Report = _silent) -> WordIndex:
        """The index for the search, built first where it is missing.

        Raises:
            LspLearnError: it is not there and cannot be built.
        """
        from lsp_learn.index.words import WordIndex  # noqa: PLC0415

        with self._lock:
            wanted = self.fingerprint()
            if self._words is None or self._words[0] != wanted:
                self._words = (wanted, self._open(WordIndex, "words", report))
            return self._words[1]

    def _open(self, opening: Callable[[Path], IndexT], part: str, report: Report) -> IndexT:
        """Open an index, building it if it is missing and once more if it turns out damaged."""
        wanted = self.fingerprint()
        for _ in range(2):
            try:
                index = opening(self._built(part, report))
            except IndexDamagedError:
                self.generations(part).drop(wanted)
            else:
                self.generations(part).touch(wanted)
                return index
        hint = f"delete {locations.index_folder()} and try again"
        raise LspLearnError("the index is damaged again right after it was built", hint)

    def _built(self, part: str, report: Report) -> Path:
        """The folder of a whole index. Where the cache cannot be written to, the index lives in
        a private temporary folder as long as this process: slower to start, but it works.
        """
        if self.ready(part):
            return self.generations(part).folder(self.fingerprint())
        try:
            return self.build(part, report)
        except LspLearnError:
            if self._private is not None:
                raise
            self._private = tempfile.TemporaryDirectory(prefix="lsp-learn-")
            return self.build(part, report)

    def _drop(self, part: str) -> None:
        with self._lock:
            self.generations(part).drop(self.fingerprint())
            if part == "exact":
                self._exact = None
            else:
                self._words = None


def _go_on(stopped: Stopped) -> None:
    if stopped():
        raise StoppedError("the request was cancelled")


def _with_diagnostics(context: CodeContext, diagnostics: Sequence[Diagnostic]) -> CodeContext:
    facts: list[Fact] = [fact for one in diagnostics for fact in diagnostic_facts(one)]
    if not facts:
        return context
    return replace(context, facts=(*facts, *context.facts), silent=False)
