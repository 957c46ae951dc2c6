"""Document and place in, facts out: the one entrance to `context/`."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from tree_sitter import Node

from lsp_learn.context.fallback import import_names, is_masked, read_line
from lsp_learn.context.injections import Inner
from lsp_learn.context.languages import Languages, LanguageTable
from lsp_learn.context.names import Names
from lsp_learn.context.syntax import SyntaxTree
from lsp_learn.context.windows import MAX_TEXT, readable, shifted, window
from lsp_learn.context.words import read_words
from lsp_learn.model import IN_COMMENT, CodeContext, Document, Fact, FactKind, Span

KEPT_TREES = 20
"""Trees of the most recently read documents; a tree is about 20 times its text."""

KEPT_CONTEXTS = 1024
"""Places of one document whose facts are kept until it changes."""

KEPT_INNER = 64
"""Pieces of inner code of one document whose trees are kept until it changes."""

MAX_DEPTH = 3
"""How deep code in code is followed: a script in a page in a Markdown file."""

_ORDER = {kind: rank for rank, kind in enumerate(FactKind)}


class _Read:
    """One document's tree and names, and what its last tree without errors imported."""

    def __init__(
        self,
        document: Document,
        table: LanguageTable,
        imports: dict[str, str],
        before: _Read | None = None,
    ) -> None:
        self.document = document
        old = before.tree if before else None
        self.tree: SyntaxTree = SyntaxTree(document.text, table.grammar, old)
        self.names = Names(self.tree, table)
        self.broken = self.tree.root.has_error
        # The last tree with fewer errors still knows what encloses a place that it also had.
        kept = before.whole if before else None
        better = kept is not None and kept.errors < self.tree.errors and kept.resembles(self.tree)
        self.whole: SyntaxTree = kept if kept is not None and better else self.tree
        self.contexts: dict[int, CodeContext | None] = {}
        self.inner: dict[tuple[int, str], _Read] = {}
        if self.broken:
            # While somebody types, the tree before knows better than the lines do, and is free.
            lines = import_names(document.text, table) if before is None else {}
            for name, path in {**lines, **imports}.items():
                self.names.imports.setdefault(name, path)


class ContextReader:
    """Reads places in documents. Safe to use from several threads: one reads at a time, which
    costs nothing, since the parser holds the interpreter lock anyway.
    """

    def __init__(self, languages: Languages) -> None:
        self.languages = languages
        self._reads: OrderedDict[str, _Read] = OrderedDict()
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
                    certain = _Read(document, table, read.names.imports)
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

    def _version(self, document: Document) -> _Read | None:
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
        self, read: _Read, table: LanguageTable, offset: int, depth: int = 0
    ) -> CodeContext | None:
        """What stands at a place, or at the same place of the code inside: the outer language
        has the first word, since what it says there is about the inner code as a whole.
        """
        context = _Place(read, table, offset).context()
        if (context is None or context.silent) and depth < MAX_DEPTH:
            inner = self._inner(read, table, offset)
            if inner is not None:
                inside, inner_table, start = inner
                found = self._look(inside, inner_table, offset - start, depth + 1)
                return shifted(found, start) if found else context
        return context

    def _inner(
        self, read: _Read, table: LanguageTable, offset: int
    ) -> tuple[_Read, LanguageTable, int] | None:
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
        self, read: _Read, table: LanguageTable, span: Span, depth: int = 0
    ) -> Iterator[CodeContext]:
        tree = read.tree
        with self._lock:
            leaves = list(tree.leaves(tree.byte(span.start), tree.byte(span.end)))
        for start, end in dict.fromkeys(leaves):
            offset = tree.offset(start)
            with self._lock:
                context = _Place(read, table, offset, exact=True).context()
                inner = None
                if depth < MAX_DEPTH and (context is None or context.silent):
                    inner = self._inner(read, table, offset)
            if inner is not None:
                inside, inner_table, at = inner
                part = Span(offset - at, tree.offset(end) - at)
                for found in self._tokens(inside, inner_table, part, depth + 1):
                    yield shifted(found, at)
            elif context is not None and (context.facts or context.offered):
                yield context

    def _read(self, document: Document, table: LanguageTable) -> _Read | None:
        """The document's tree; None for text that no person reads (see the limits above)."""
        read = self._version(document)
        if read is None or read.document.text != document.text:
            if not readable(document.text):
                return None
            read = _Read(document, table, read.names.imports if read else {}, read)
            self._reads[document.uri] = read
        self._reads.move_to_end(document.uri)
        while len(self._reads) > KEPT_TREES:
            self._reads.popitem(last=False)
        return read


def _inner_read(read: _Read, inner: Inner, table: LanguageTable) -> _Read:
    key = (inner.start, table.id)
    if key not in read.inner:
        if len(read.inner) >= KEPT_INNER:
            read.inner.clear()
        part = replace(read.document, language=table.id, text=inner.text)
        read.inner[key] = _Read(part, table, {})
    return read.inner[key]


class _Place:
    """One look at one offset."""

    def __init__(
        self, read: _Read, table: LanguageTable, offset: int, *, exact: bool = False
    ) -> None:
        self._exact = exact
        self._read = read
        self._tree = read.tree
        self._table = table
        self._offset = offset
        self._byte = read.tree.byte(offset)
        self._offered: list[Fact] = []

    def context(self) -> CodeContext | None:
        """Facts at the place, most specific first; None where there is no token."""
        found = None
        for chain in self._chains():
            in_comment = any(node.type in self._table.silent for node in chain)
            facts = self._comment_facts(chain) if in_comment else self._facts(chain)
            if in_comment and not facts:
                return found
            found = CodeContext(
                language=self._table.id,
                span=self._tree.span(chain[-1]),
                facts=_ordered(facts),
                enclosing=tuple(self._enclosing(chain)),
                silent=not facts,
                inherits=self._table.inherits,
                offered=tuple(self._offered),
            )
            if facts or self._offered:
                break
        return found

    def _comment_facts(self, chain: list[Node]) -> list[Fact]:
        """Comments are silent, but for those that a program reads: `# noqa`, `//go:embed`."""
        return [replace(fact, how=IN_COMMENT) for fact in self._rule_facts(chain, in_string=True)]

    def _facts(self, chain: list[Node]) -> list[Fact]:
        in_string = chain[-1].type in self._table.strings
        line, start, broken = "", 0, self._is_broken(chain)
        if broken:
            line, start = self._tree.line(self._offset)
            if is_masked(line, self._offset - start, self._table):
                return []
        facts = list(self._rule_facts(chain, in_string))
        if not in_string:
            facts += self._token_facts(chain)
            facts += self._name_facts(chain)
        if broken and not any(fact.kind is FactKind.SYMBOL for fact in facts):
            imports = self._read.names.imports
            facts += read_line(line, start, self._offset, self._table, imports)
        return facts

    def _chains(self) -> Iterator[list[Node]]:
        """The nodes at the place, and those of a name that ends just there: a cursor stands
        between characters, and what it is behind counts where nothing is to say before it.
        """
        chain = self._tree.chain(self._byte)
        leaf = chain[-1]
        on_leaf = not leaf.child_count and leaf.start_byte <= self._byte < leaf.end_byte
        text = self._tree.text
        at_text = self._offset < len(text) and not text[self._offset].isspace()
        if on_leaf or at_text:
            yield chain
        if (
            self._byte
            and not self._exact
            and not (on_leaf and leaf.type in self._table.identifiers)
        ):
            before = self._tree.chain(self._byte - 1)
            last = before[-1]
            touching = last.end_byte == self._byte and not last.child_count
            if touching and last.type in self._table.identifiers:
                self._byte = last.start_byte
                self._offset = self._tree.offset(self._byte)
                yield before

    def _rule_facts(self, chain: list[Node], in_string: bool) -> Iterator[Fact]:
        names = self._read.names
        rules = self._table.rules
        for match in rules.matches(self._tree, chain, names.resolve, names.types):
            if not in_string or match.rule.speaks_in_strings:
                kind, name = match.rule.named(self._tree, match.captures)
                fact = Fact(kind, name, self._tree.span(match.here), "pattern")
                if match.rule.offered:
                    self._offered.append(fact)
                else:
                    yield fact

    def _token_facts(self, chain: list[Node]) -> Iterator[Fact]:
        """The token's role, by the longest `token@parent@grandparent` there is an entry for."""
        types = [node.type for node in reversed(chain[-4:])]
        for length in range(len(types), 0, -1):
            facts = self._table.tokens.get("@".join(types[:length]))
            if facts is not None:
                span = self._tree.span(chain[-1])
                for kind, name in facts:
                    yield Fact(kind, name, span, "token")
                return

    def _name_facts(self, chain: list[Node]) -> Iterator[Fact]:
        leaf = chain[-1]
        span = self._tree.span(leaf)
        parent = chain[-2] if len(chain) > 1 else None
        field = self._table.arguments.get(parent.type) if parent is not None else None
        if parent is not None and field and parent.child_by_field_name(field) == leaf:
            yield from self._argument_facts(chain, span)
            return
        for value in self._read.names.symbols(leaf):
            yield Fact(FactKind.SYMBOL, value.path, span, value.how)

    def _argument_facts(self, chain: list[Node], span: Span) -> Iterator[Fact]:
        """A named argument belongs to the call around it: `open(newline=)`."""
        call = next((node for node in reversed(chain) if node.type in self._table.calls), None)
        if call is None:
            return
        callee = call.child_by_field_name(self._table.calls[call.type])
        if callee is not None:
            name = self._tree.text_of(chain[-1])
            for path in self._read.names.paths(callee):
                yield Fact(FactKind.ARGUMENT, f"{path}({name}=)", span, "argument")

    def _is_broken(self, chain: list[Node]) -> bool:
        """Whether the tree around the place is not to be relied on."""
        if not self._read.broken:
            return False
        near = (node for node in chain[-6:] if node.end_point[0] - node.start_point[0] < 4)
        return any(node.has_error for node in near) or any(node.is_error for node in chain)

    def _enclosing(self, chain: list[Node]) -> Iterator[Fact]:
        own = list(self._around(chain, self._tree))
        whole = self._read.whole
        if self._read.broken and whole is not self._tree:
            # As far as the last tree without errors tells: a broken one may have lost what
            # stands around a place, but hardly ever adds to it.
            chain = whole.chain(self._tree.byte_in(whole, self._byte))
            before = list(self._around(chain, whole))
            own = before if len(before) > len(own) else own
        yield from own

    def _around(self, chain: list[Node], tree: SyntaxTree) -> Iterator[Fact]:
        for node in reversed(chain[:-1]):
            name = self._table.enclosing.get(node.type)
            if name is not None:
                yield Fact(FactKind.CONSTRUCT, name, tree.span(node), "enclosing")


def _ordered(facts: list[Fact]) -> tuple[Fact, ...]:
    """Most specific first: by kind, then the narrower span, then as found; no fact twice."""
    unique: Mapping[tuple[FactKind, str], Fact] = {
        (fact.kind, fact.name): fact for fact in reversed(facts)
    }
    kept = [fact for fact in facts if unique[(fact.kind, fact.name)] is fact]
    return tuple(sorted(kept, key=lambda f: (_ORDER[f.kind], f.span.length)))
