"""Document and place in, facts out: the one entrance to `context/`."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from lsp_learn.context.injections import Inner
from lsp_learn.context.languages import Languages, LanguageTable
from lsp_learn.context.place import Place, Reading
from lsp_learn.context.windows import MAX_TEXT, readable, shifted, window
from lsp_learn.context.words import read_words
from lsp_learn.model import CodeContext, Document, Span

KEPT_TREES = 20
"""Trees of the most recently read documents; a tree is about 20 times its text."""

KEPT_CONTEXTS = 1024
"""Places of one document whose facts are kept until it changes."""

KEPT_INNER = 64
"""Pieces of inner code of one document whose trees are kept until it changes."""

MAX_DEPTH = 3
"""How deep code in code is followed: a script in a page in a Markdown file."""


class ContextReader:
    """Reads places in documents. Safe to use from several threads: one reads at a time, which
    costs nothing, since the parser holds the interpreter lock anyway.
    """

    def __init__(self, languages: Languages) -> None:
        self.languages = languages
        self._reads: OrderedDict[str, Reading] = OrderedDict()
        self._lock = threading.Lock()

    def warm(self, document: Document) -> None:
        """Parse now what will be asked for soon; a broken text from its start, so that what it
        says no longer depends on how it was typed.
        """
        table = self.languages.get(document.language)
        if table is not None and len(document.text) <= MAX_TEXT:
            with self._lock:
                read = self._read(document, table)
                if read is not None and not read.tree.certain:
                    certain = Reading(document, table, read.names.imports)
                    certain.whole = read.whole
                    self._reads[document.uri] = certain

    def preparations(self, document: Document) -> Iterator[Callable[[], object]]:
        """What the rules still have to compile for a document that is read already."""
        table = self.languages.get(document.language)
        read = self._reads.get(document.uri)
        if table is not None and read is not None:
            yield from table.rules.preparations(read.tree)

    def has(self, document: Document) -> bool:
        """Whether this text is read already and nobody else is reading: then a look at a place
        takes less than handing it to a thread would.
        """
        read = self._version(document)
        known = read is not None and read.document.text == document.text
        return known and not self._lock.locked()

    def _version(self, document: Document) -> Reading | None:
        """What was read last of a document, in its language."""
        read = self._reads.get(document.uri)
        return read if read and read.document.language == document.language else None

    def forget(self, uri: str) -> None:
        """Drop the tree of a closed document."""
        with self._lock:
            self._reads.pop(uri, None)
            self._reads.pop(uri + "#window", None)

    def at(self, document: Document, offset: int) -> CodeContext:
        """What stands at one place. Silent where nothing is there; of a language without data
        only its words are read.
        """
        nothing = CodeContext(document.language, Span(offset, offset))
        if not 0 <= offset <= len(document.text):
            return nothing
        table = self.languages.get(document.language)
        if table is None:
            return read_words(document, offset)
        if len(document.text) > MAX_TEXT:
            start, end = window(document.text, offset)
            if end - start > MAX_TEXT:  # a few lines as long as that are data
                return nothing
            part = replace(document, uri=document.uri + "#window", text=document.text[start:end])
            return shifted(self.at(part, offset - start), start)
        with self._lock:
            read = self._read(document, table)
            if read is None:
                return nothing
            # A hover, the code action at the same place, the hover again: one look.
            if offset not in read.contexts:
                if len(read.contexts) >= KEPT_CONTEXTS:
                    read.contexts.clear()
                read.contexts[offset] = self._look(read, table, offset)
            return read.contexts[offset] or nothing

    def _look(
        self, read: Reading, table: LanguageTable, offset: int, depth: int = 0
    ) -> CodeContext | None:
        """What stands at a place, or at the same place of the code inside: the outer language
        has the first word, since what it says there is about the inner code as a whole.
        """
        context = Place(read, table, offset).context()
        if (context is None or context.silent) and depth < MAX_DEPTH:
            inner = self._inner(read, table, offset)
            if inner is not None:
                inside, inner_table, start = inner
                found = self._look(inside, inner_table, offset - start, depth + 1)
                return shifted(found, start) if found else context
        return context

    def _inner(
        self, read: Reading, table: LanguageTable, offset: int
    ) -> tuple[Reading, LanguageTable, int] | None:
        """The code of another language that a place lies in: what was read of it, its language,
        and where it starts.
        """
        tree = read.tree
        byte = tree.byte(offset)
        names = read.names
        for at in (byte, byte - 1):  # a cursor may stand just behind the last character
            chain = tree.chain(at) if at >= 0 else []
            found = table.injections.at(tree, chain, names.resolve, names.types) if chain else ()
            for inner in found:
                inner_table = self.languages.named(inner.language)
                if inner_table is not None:
                    return _inner_read(read, inner, inner_table), inner_table, inner.start
        return None

    def within(self, document: Document, span: Span) -> Iterator[CodeContext]:
        """What stands at each token of a span, in reading order; tokens without facts and
        without what is offered are left out.
        """
        table = self.languages.get(document.language)
        if table is None:
            yield from self._words(document, span)
            return
        if len(document.text) > MAX_TEXT:
            start, _ = window(document.text, span.start)
            _, end = window(document.text, span.end)
            part = replace(document, uri=document.uri + "#window", text=document.text[start:end])
            inside = Span(span.start - start, span.end - start)
            if len(part.text) <= MAX_TEXT:
                yield from (shifted(found, start) for found in self.within(part, inside))
            return
        with self._lock:
            read = self._read(document, table)
            if read is None:
                return
        yield from self._tokens(read, table, span)

    def _words(self, document: Document, span: Span) -> Iterator[CodeContext]:
        for match in re.finditer(r"\w+", document.text[span.start : span.end]):
            context = read_words(document, span.start + match.start())
            if not context.silent:
                yield context

    def _tokens(
        self, read: Reading, table: LanguageTable, span: Span, depth: int = 0
    ) -> Iterator[CodeContext]:
        tree = read.tree
        with self._lock:
            leaves = tree.leaves(tree.byte(span.start), tree.byte(span.end))
            todo = deque(Span(tree.offset(start), tree.offset(end)) for start, end in leaves)
        seen: set[int] = set()
        while todo:
            token = todo.popleft()
            if token.start in seen or not token.length:
                continue
            seen.add(token.start)
            with self._lock:
                place = Place(read, table, token.start, exact=True)
                context = place.context()
                inner = None
                if depth < MAX_DEPTH and (context is None or context.silent):
                    inner = self._inner(read, table, token.start)
            if inner is not None:
                inside, inner_table, at = inner
                part = Span(token.start - at, token.end - at)
                for found in self._tokens(inside, inner_table, part, depth + 1):
                    yield shifted(found, at)
            elif context is not None and (context.facts or context.offered):
                yield context
            todo.extendleft(part for part in reversed(place.parts) if part.start in span)

    def _read(self, document: Document, table: LanguageTable) -> Reading | None:
        """The document's tree; None for text that no person reads (see the limits above)."""
        read = self._version(document)
        if read is None or read.document.text != document.text:
            if not readable(document.text):
                return None
            read = Reading(document, table, read.names.imports if read else {}, read)
            self._reads[document.uri] = read
        self._reads.move_to_end(document.uri)
        while len(self._reads) > KEPT_TREES:
            self._reads.popitem(last=False)
        return read


def _inner_read(read: Reading, inner: Inner, table: LanguageTable) -> Reading:
    key = (inner.start, table.id)
    if key not in read.inner:
        if len(read.inner) >= KEPT_INNER:
            read.inner.clear()
        part = replace(read.document, language=table.id, text=inner.text)
        read.inner[key] = Reading(part, table, {})
    return read.inner[key]
