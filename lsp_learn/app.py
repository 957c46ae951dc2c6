"""The hall: opens the rooms and answers every door's three questions: explain, search, packs.

The packs and indexes themselves are in `shelf.py`. One `App` serves a process. Its methods may
be called from several threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_learn import locations
from lsp_learn.errors import IndexDamagedError, StoppedError
from lsp_learn.explain.fill import filled
from lsp_learn.explain.lesson import lesson_text
from lsp_learn.explain.message import best_readings, says_it_alone
from lsp_learn.explain.pieces import lessons_of, pieces_text
from lsp_learn.explain.query import query_for
from lsp_learn.explain.rank import rank
from lsp_learn.model import (
    IN_COMMENT,
    CodeContext,
    Diagnostic,
    Document,
    Explained,
    Explanation,
    Hit,
    Message,
    Page,
    Part,
    Query,
    Report,
    Snippet,
    Span,
    Stopped,
    Tip,
    never,
)
from lsp_learn.settings import Settings
from lsp_learn.shelf import Shelf, silent

if TYPE_CHECKING:  # heavy: loaded when first needed (tests/test_startup.py)
    from lsp_learn.context import ContextReader
    from lsp_learn.messages import MessageReader

_FEW_LINES = 5
"""Lines of a text that may be one message, copied without what tells its tool."""

_MAX_PARTS = 60
"""Pieces of one explained span; a longer selection is no question any more."""


class App(Shelf):
    """Explains code and messages, searches snippets; opens each room on first use."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings)
        self._reader: ContextReader | None = None
        self._messages: MessageReader | None = None

    # -- code -----------------------------------------------------------------------------

    @property
    def reader(self) -> ContextReader:
        """The context reader."""
        with self._lock:
            if self._reader is None:
                from lsp_learn.context import ContextReader, Languages  # noqa: PLC0415  (heavy)

                languages = Languages(cache=locations.tables_folder())
                self._reader = ContextReader(languages)
            return self._reader

    @property
    def messages(self) -> MessageReader:
        """The reader of other tools' messages."""
        with self._lock:
            if self._messages is None:
                from lsp_learn.messages import MessageReader, Tools  # noqa: PLC0415  (first use)

                self._messages = MessageReader(Tools(cache=locations.tables_folder()))
            return self._messages

    def language_of(self, path: Path, text: str) -> str:
        """The language id of a file, "" when there is no data for it. The text tells where the
        name does not: by its `#!` line, or by what only one of two languages can say.
        """
        return self.reader.languages.of_path(path, text)

    def warm(self, document: Document) -> None:
        """Read a document before it is asked about; cheap when it is read already."""
        self.reader.warm(document)

    def is_warm(self, document: Document) -> bool:
        """Whether `at` answers for this document from memory."""
        return self._exact is not None and self._reader is not None and self._reader.has(document)

    def preparations(self, document: Document) -> Iterator[Callable[[], object]]:
        """What looks at a document that was read still have to compile, in pieces of some
        milliseconds.
        """
        yield from self.reader.preparations(document)

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
        if context.silent or any(fact.how == IN_COMMENT for fact in context.facts):
            named = self.messages.named_at(document, offset)
            if named and (tips := self._tips(self._with_diagnostics(named, diagnostics), stopped)):
                return tips
        return self._tips(self._with_diagnostics(context, diagnostics), stopped)

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
        return Page(lessons_of(explanation.parts)[0].title, text, shown)

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
            if not context.silent:
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
        if not any(one.tips for one in found) and output.count("\n") < _FEW_LINES:
            guessed = map(self._guessed, self.messages.guesses(output))
            found = [one for one in guessed if one.tips] or found
        return best_readings(found)

    def _guessed(self, message: Message) -> Explained:
        """A message by its words alone: a tip that does not ask for certain words is no answer."""
        tips = self._tips(self.messages.context_of(message), never)
        return Explained(message, tuple(tip for tip in tips if says_it_alone(tip)))

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
            facts=(*facts, *(context.facts or context.offered)),
            silent=False,
        )

    def _tips(self, context: CodeContext, stopped: Stopped) -> tuple[Tip, ...]:
        if context.silent:
            context = replace(context, facts=context.offered)
        if not context.facts:
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
        self, text: str, language: str = "", limit: int = 10, report: Report = silent
    ) -> tuple[Hit, ...]:
        """The snippets nearest to a question, a name or a message, the best first; none where
        nothing is near. A language that the words name comes first; with `language`, only what
        serves it is found.

        Raises:
            LspLearnError: the index is not there and cannot be built.
        """
        try:
            hits = self.words(report).search(text, language, limit)
        except IndexDamagedError:
            self._drop("words")
            hits = self.words(report).search(text, language, limit)
        return _readable(hits)

    def did_you_mean(self, text: str, language: str = "") -> tuple[Hit, ...]:
        """A few snippets that share some words with a question that finds nothing.

        Raises:
            LspLearnError: the index is not there and cannot be built.
        """
        return _readable(self.words().search(text, language, limit=3, near=False))

    # -- languages ------------------------------------------------------------------------

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
        found += [f"tools: {problem}" for problem in self.messages.tools.check()]
        return tuple(dict.fromkeys(found))


def _go_on(stopped: Stopped) -> None:
    if stopped():
        raise StoppedError("the request was cancelled")


def _readable(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Hits whose snippets say the words that stand in for a message's names."""
    return tuple(replace(hit, snippet=filled(hit.snippet, {})) for hit in hits)
