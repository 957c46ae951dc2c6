"""One look at one place of a document: the nodes there, and the facts that the language's data
gives of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tree_sitter import Node

from lsp_learn.context.fallback import import_names, is_masked, read_line
from lsp_learn.context.languages import LanguageTable
from lsp_learn.context.names import Names
from lsp_learn.context.syntax import SyntaxTree
from lsp_learn.model import IN_COMMENT, CodeContext, Document, Fact, FactKind, Span

_ORDER = {kind: rank for rank, kind in enumerate(FactKind)}


class Reading:
    """One document's tree and names, and what its last tree without errors imported."""

    def __init__(
        self,
        document: Document,
        table: LanguageTable,
        imports: dict[str, str],
        before: Reading | None = None,
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
        self.inner: dict[tuple[int, str], Reading] = {}
        if self.broken:
            # While somebody types, the tree before knows better than the lines do, and is free.
            lines = import_names(document.text, table) if before is None else {}
            for name, path in {**lines, **imports}.items():
                self.names.imports.setdefault(name, path)


class Place:
    """One look at one offset."""

    def __init__(
        self, read: Reading, table: LanguageTable, offset: int, *, exact: bool = False
    ) -> None:
        self._exact = exact
        self._read = read
        self._tree = read.tree
        self._table = table
        self._offset = offset
        self._byte = read.tree.byte(offset)
        self._offered: list[Fact] = []
        self.parts: list[Span] = []
        """The other parts of the text here of which rules speak, once `context` has been asked."""

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
                return list(self._rule_facts(chain, in_string=True))
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
            rule = match.rule
            if in_string and not rule.speaks_in_strings and not rule.part:
                continue
            for span, kind, name in match.places(self._tree):
                fact = Fact(kind, name, span, "pattern")
                if rule.part and self._offset not in span:
                    self.parts.append(span)
                elif rule.offered:
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
