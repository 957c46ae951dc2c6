"""The hall: opens the rooms and answers every door's three questions: explain, search, packs.

One `App` serves a process. Its methods may be called from several threads.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lsp_learn import locations
from lsp_learn.errors import IndexDamagedError, LspLearnError, StoppedError
from lsp_learn.explain.fill import filled
from lsp_learn.explain.lesson import lesson_text
from lsp_learn.explain.message import asks_for_words, best_readings
from lsp_learn.explain.pieces import pieces_text
from lsp_learn.explain.query import query_for
from lsp_learn.explain.rank import rank
from lsp_learn.model import (
    CodeContext,
    Diagnostic,
    Document,
    Explained,
    Explanation,
    Hit,
    InstalledPack,
    Message,
    PackSet,
    Page,
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
    from lsp_learn.messages import MessageReader
    from lsp_learn.packs.install import Installer

IndexT = TypeVar("IndexT")

_FEW_LINES = 5
"""Lines of a text that may be one message, copied without what tells its tool."""

_MAX_PARTS = 60
"""Pieces of one explained span; a longer selection is no question any more."""


def _silent(_: Progress) -> None:
    return


_BUILDS = 10
"""How often an index is begun again because packs changed while it was written."""


class _ChangedError(Exception):
    """Files of packs changed while an index was written from them; it must not get its name."""


class App:
    """Explains code, searches snippets, knows the packs; opens each room on first use."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._lock = threading.RLock()
        self._reader: ContextReader | None = None
        self._messages: MessageReader | None = None
        self._exact: tuple[str, ExactIndex] | None = None
        self._words: tuple[str, WordIndex] | None = None
        self._packs: PackSet | None = None
        self._workspaces: tuple[Path, ...] = ()
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

    @property
    def messages(self) -> MessageReader:
        """The reader of other tools' messages."""
        with self._lock:
            if self._messages is None:
                from lsp_learn.messages import MessageReader, Tools  # noqa: PLC0415  (first use)

                self._messages = MessageReader(Tools())
            return self._messages

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
        if context.silent:
            context = self.messages.named_at(document, offset) or context
        if diagnostics:
            context = self._with_diagnostics(context, diagnostics)
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
        for context in self._contexts(document, span, diagnostics):
            tips = self._tips(context, stopped)
            new = tuple(tip for tip in tips if tip.snippet.id not in seen)
            if new:
                seen.update(tip.snippet.id for tip in new)
                parts.append(Part(new[0].fact.span, new))
            if len(parts) >= _MAX_PARTS:
                break
        return Explanation(span, tuple(sorted(parts, key=lambda part: part.span.start)))

    def _contexts(
        self, document: Document, span: Span, diagnostics: Sequence[Diagnostic]
    ) -> Iterator[CodeContext]:
        for one in diagnostics:
            nothing = CodeContext(document.language, one.span)
            yield self._with_diagnostics(nothing, [one])
        yield from self.reader.within(document, span)

    def page(
        self,
        document: Document,
        span: Span,
        diagnostics: Sequence[Diagnostic] = (),
        stopped: Stopped = never,
    ) -> Page | None:
        """What "Explain this" opens: the lesson for a place, a selection piece by piece. None
        where there is nothing to say.

        Raises:
            StoppedError: nobody waits for the answer any more.
            LspLearnError: the index is not there and cannot be built.
        """
        explanation = self.explain(document, span, diagnostics, stopped)
        if len(explanation.parts) < 2:
            return self.lesson_of(explanation.tips)
        text = pieces_text(document, span, explanation.parts, self._full)
        shown = tuple(tip.snippet for part in explanation.parts for tip in part.tips[:1])
        return Page(shown[0].title, text, shown)

    def lesson_of(self, tips: Sequence[Tip]) -> Page | None:
        """The lesson for the tips of one place, with the names of a message in it."""
        if not tips:
            return None
        snippets = tuple(tip.snippet for tip in tips)
        said = any(tip.fact.text for tip in tips)
        text = lesson_text(snippets, self._title_of)
        return Page(snippets[0].title, text, snippets, whole=not said)

    def page_of(self, snippet_ids: Sequence[str]) -> Page | None:
        """The lesson for some snippets, the first in full; None when none is installed."""
        snippets = tuple(found for one in snippet_ids if (found := self.snippet(one)) is not None)
        if not snippets:
            return None
        text = lesson_text(snippets, self._title_of)
        return Page(snippets[0].title, text, snippets, whole=True)

    def _full(self, snippet: Snippet) -> str:
        return lesson_text([snippet], self._title_of).rstrip("\n")

    def _title_of(self, snippet_id: str) -> str:
        found = self.snippet(snippet_id)
        return found.title if found else ""

    def covered(self, document: Document) -> Iterator[tuple[CodeContext, bool]]:
        """Every place of a document that has facts, and whether it has a tip."""
        for context in self.reader.within(document, Span(0, len(document.text))):
            yield context, bool(self._tips(context, never))

    def explain_output(self, output: str, stopped: Stopped = never) -> tuple[Explained, ...]:
        """The messages in what a program printed, or in one message, the one that matters
        first, each with its tips. A message without tips is in the answer as well: that it was
        found, and that no pack knows it, is worth saying.
        """
        found: list[Explained] = []
        for message in self.messages.read(output):
            _go_on(stopped)
            found.append(Explained(message, self._tips(self.messages.context_of(message), stopped)))
        if not found and output.count("\n") < _FEW_LINES:
            found = [one for one in map(self._guessed, self.messages.guesses(output)) if one.tips]
        return best_readings(found)

    def _guessed(self, message: Message) -> Explained:
        """A message by its words alone: a tip that does not ask for certain words is no answer."""
        tips = self._tips(self.messages.context_of(message), never)
        return Explained(message, tuple(tip for tip in tips if asks_for_words(tip)))

    def explain_diagnostic(self, diagnostic: Diagnostic, language: str = "") -> tuple[Tip, ...]:
        """The tips for another tool's diagnostic, without a place in a document."""
        nothing = CodeContext(language, diagnostic.span)
        return self._tips(self._with_diagnostics(nothing, [diagnostic]), never)

    def _with_diagnostics(
        self, context: CodeContext, diagnostics: Sequence[Diagnostic]
    ) -> CodeContext:
        facts = [fact for one in diagnostics for fact in self.messages.facts_of(one)]
        if not facts:
            return context
        languages = dict.fromkeys((context.language, *context.inherits))
        for one in diagnostics:
            languages.update(dict.fromkeys(self.messages.languages_of(one.source)))
        language, *others = (name for name in languages if name)
        return replace(
            context,
            language=language,
            inherits=tuple(others),
            facts=(*facts, *context.facts),
            silent=False,
        )

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
            found = self.exact().get(snippet_id)
        except IndexDamagedError:
            self._drop("exact")
            found = self.exact().get(snippet_id)
        return found and filled(found, {})

    def lesson(self, snippet_ids: Sequence[str]) -> str:
        """The text of `page_of`; "" when none of the snippets is installed."""
        page = self.page_of(snippet_ids)
        return page.markdown if page else ""

    def search(
        self, text: str, language: str = "", limit: int = 10, report: Report = _silent
    ) -> tuple[Hit, ...]:
        """The snippets nearest to a question, a name or a message, the best first; none where
        nothing is near. A language that the words name comes first; with `language`, only what
        serves it is found.

        Raises:
            LspLearnError: the index is not there and cannot be built.
        """
        try:
            return self.words(report).search(text, language, limit)
        except IndexDamagedError:
            self._drop("words")
            return self.words(report).search(text, language, limit)

    def did_you_mean(self, text: str, language: str = "") -> tuple[Hit, ...]:
        """A few snippets that share some words with a question that finds nothing.

        Raises:
            LspLearnError: the index is not there and cannot be built.
        """
        return self.words().search(text, language, limit=3, near=False)

    # -- packs and index ------------------------------------------------------------------

    def configure(self, settings: Settings) -> None:
        """Use other settings from now on."""
        with self._lock:
            self.settings = settings
            self._packs = None

    def work_in(self, workspaces: Sequence[Path]) -> None:
        """Read the packs that these workspace folders carry themselves, where they are trusted."""
        with self._lock:
            self._workspaces = tuple(workspaces)
            self._packs = None

    @property
    def workspaces(self) -> tuple[Path, ...]:
        """The workspace folders whose own packs are asked for."""
        return self._workspaces

    def untrusted(self) -> tuple[Path, ...]:
        """The folders of packs in the workspaces that are not read, since nobody trusts them."""
        from lsp_learn.packs.find import workspace_packs  # noqa: PLC0415

        return tuple(workspace_packs(self._workspaces)[1])

    def installer(
        self, report: Report = _silent, waiting: Callable[[], None] | None = None
    ) -> Installer:
        """What installs, updates and removes packs; `waiting` is called where another process
        holds it up.
        """
        from lsp_learn.packs.install import Installer  # noqa: PLC0415  (never in a server)
        from lsp_learn.packs.store import Store  # noqa: PLC0415

        return Installer(Store(locations.store_folder(), waiting), report)

    def build_pack(
        self, folder: Path, target: Path | None = None, report: Report = _silent
    ) -> tuple[Path, str]:
        """Build the archive of the pack in a folder; returns its path and its SHA-256.

        Raises:
            PackError: the pack has errors, or the file cannot be written.
        """
        from lsp_learn.packs.build import build_pack  # noqa: PLC0415

        return build_pack(folder, target, report)

    def packs(self) -> PackSet:
        """The packs that are read, as of the last `refresh`."""
        from lsp_learn.packs.find import fingerprint  # noqa: PLC0415  (first use only)

        with self._lock:
            if self._packs is None:
                self._packs = self._look()
                self._state = fingerprint(self._packs.packs)
            return self._packs

    def _look(self) -> PackSet:
        from lsp_learn.packs.find import find_packs  # noqa: PLC0415

        settings = self.settings
        return find_packs(settings.pack_folders, settings.disabled_packs, self._workspaces)

    def refresh(self, *, quick: bool = False) -> bool:
        """Look at the packs on disk again, off the hover's path: it costs a look at every file.
        With `quick` a look at the folders is enough where they are as they were last seen.

        Returns:
            Whether the hover index for their new state is there; until it is, hovers are
            answered from the one before.
        """
        from lsp_learn.packs.memory import Asked, recall, remember  # noqa: PLC0415  (first use only)

        settings = self.settings
        with self._lock:
            asked = Asked(settings.pack_folders, settings.disabled_packs, self._workspaces)
            self._packs = None
            if quick and (found := recall(asked)):
                self._packs, self._state = found
            else:
                remember(asked, self.packs(), self._state)
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
            LspLearnError: it cannot be written, or the packs do not stop changing.
        """
        for _ in range(_BUILDS):
            with self._lock:
                packs, wanted, state = self.packs().packs, self.fingerprint(), self._state
            write = partial(self._write, part, packs, state, report)
            try:
                return self.generations(part).build(wanted, write)
            except _ChangedError:
                with self._lock:
                    self._packs = None
        message = "the packs change faster than an index is built"
        raise LspLearnError(message, "wait until nothing installs or writes packs any more")

    def _write(
        self, part: str, packs: tuple[InstalledPack, ...], state: str, report: Report, folder: Path
    ) -> None:
        from lsp_learn.index.build import write  # noqa: PLC0415
        from lsp_learn.packs.find import fingerprint  # noqa: PLC0415
        from lsp_learn.packs.read import read_snippets  # noqa: PLC0415

        found = [snippet for snippet, _ in read_snippets(packs) if snippet is not None]
        write(part, folder, found, report)
        if fingerprint(packs) != state:
            raise _ChangedError

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
