"""One parsed text: the syntax tree, and the way from code points to nodes and back."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tree_sitter import Language, Node, Parser, Tree

from lsp_learn.context.kept import Kept
from lsp_learn.context.queries import Words, may_have
from lsp_learn.model import Span
from lsp_learn.text import encodable

_WORD = 100
"""Bytes around an edit in which a word that it completes may begin or end."""

_MANY = 4_000
"""Bytes of an edit in which it is not worth looking for single words."""


_KEPT = 8_192
"""Things found out about one text that are kept; most are what matches at one node."""

_SOME = 20
"""Lines by which two texts are compared."""

_MANY_ERRORS = 100
"""Errors after which a tree is as bad as any."""

T = TypeVar("T")


class SyntaxTree:
    """A text with its tree. Byte offsets stay inside `context/`; everything else uses spans."""

    __slots__ = (
        "_ascii",
        "_chains",
        "_once",
        "_words",
        "certain",
        "kept",
        "source",
        "text",
        "tree",
    )

    def __init__(self, text: str, language: Language, before: SyntaxTree | None = None) -> None:
        """Parse `text`. `before`, a tree of the same language, makes it quick where little
        changed; what stands around an error may then depend on how it was typed (`certain`).
        """
        self.text = text
        self.source = encodable(text).encode("utf-8")
        self._ascii = len(self.source) == len(text)
        self.kept: Kept = before.kept if before else Kept()
        """What was read of parts of this text and of the texts before it."""
        self._once: dict[Hashable, object] = {}
        self._chains: dict[int, list[Node]] = {}
        self._words: dict[Words, bool] = {}
        # A parser of its own: parsers are not safe to share between threads, and cost 2 us.
        parser = Parser(language)
        if before is None:
            self.tree: Tree = parser.parse(self.source)
        else:
            edit = _Edit.between(before.source, self.source)
            self.tree = parser.parse(self.source, edit.of(before.tree))
            self._words = _still_known(before._words, edit)  # noqa: SLF001  # of its own kind
        self.certain = before is None or not self.tree.root_node.has_error

    @property
    def root(self) -> Node:
        """The root node."""
        return self.tree.root_node

    def byte(self, offset: int) -> int:
        """The byte where the code point at `offset` starts."""
        return offset if self._ascii else len(encodable(self.text[:offset]).encode("utf-8"))

    def offset(self, byte: int) -> int:
        """The code point that starts at `byte`."""
        return byte if self._ascii else len(self.source[:byte].decode("utf-8", "ignore"))

    def span(self, node: Node) -> Span:
        """Where a node stands, in code points."""
        return Span(self.offset(node.start_byte), self.offset(node.end_byte))

    def text_of(self, node: Node) -> str:
        """A node's source text."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def chain(self, byte: int) -> list[Node]:
        """The nodes that hold the byte, root first, leaf last."""
        if byte not in self._chains:  # one look asks for the same two bytes several times
            if len(self._chains) > 1:
                self._chains.clear()
            self._chains[byte] = self._walk_to(byte)
        return self._chains[byte]

    def _walk_to(self, byte: int) -> list[Node]:
        # Node.parent and descendant look-ups are O(depth) each; one cursor walk is not.
        cursor = self.tree.walk()
        nodes = [cursor.node]
        while cursor.goto_first_child_for_byte(byte) is not None:
            node = cursor.node
            if node is None or node.start_byte > byte:
                break
            nodes.append(node)
        return [node for node in nodes if node is not None]

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        """What `find` gives, found once for this text."""
        if key not in self._once:
            if len(self._once) >= _KEPT:
                self._once.clear()
            self._once[key] = find()
        return self._once[key]  # type: ignore[return-value]  # the key says the type

    def line(self, offset: int) -> tuple[str, int]:
        """The line of a place, and the offset where it starts."""
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        return self.text[start : end if end >= 0 else len(self.text)], start

    def may_have(self, words: Words) -> bool:
        """Whether the text may have what a pattern asks for; after an edit what was once there
        is taken to be there still.
        """
        if words not in self._words:
            self._words[words] = may_have(self.source, words)
        return self._words[words]

    @property
    def errors(self) -> int:
        """How many errors stand in the tree, as far as it is worth counting."""
        return self.once("errors", self._count_errors)

    def _count_errors(self) -> int:
        count, nodes = 0, [self.root]
        while nodes and count < _MANY_ERRORS:
            node = nodes.pop()
            count += node.is_error or node.is_missing
            nodes += [child for child in node.children if child.has_error]
        return count

    def resembles(self, other: SyntaxTree) -> bool:
        """Whether one text may be the other one edited, and not another text altogether."""
        edit = _Edit.between(self.source, other.source)
        changed = other.source[edit.start : edit.new_end]
        if 2 * len(changed) <= len(other.source):
            return True
        lines = [line for line in changed.split(b"\n") if line.strip()]
        some = lines[:: len(lines) // _SOME + 1]
        return 2 * sum(line in self.source for line in some) >= len(some)

    def byte_in(self, other: SyntaxTree, byte: int) -> int:
        """Where a byte of this text stands in another version of it, as far as one can tell."""
        edit = _Edit.between(self.source, other.source)
        if byte <= edit.start:
            return byte
        longer = edit.new_end - edit.old_end
        if byte < edit.old_end:  # several edits: where the same line stands, if anywhere
            start = self.source.rfind(b"\n", 0, byte) + 1
            end = self.source.find(b"\n", byte)
            line = self.source[start : end if end >= 0 else len(self.source)]
            found = [other.source.rfind(line, 0, start + len(line)), other.source.find(line, start)]
            known = [at + byte - start for at in found if at >= 0 and line.strip()]
            if known:
                return min(known, key=lambda at: abs(at - byte))
        return max(0, min(byte + longer, len(other.source) - 1))

    def leaves(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The start and end bytes of the leaves between two bytes, in reading order."""
        cursor = self.tree.walk()
        done = False
        while not done:
            node = cursor.node
            if node is not None and node.end_byte > start and node.start_byte < end:
                if cursor.goto_first_child():
                    continue
                yield max(node.start_byte, start), min(node.end_byte, end)
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    done = True
                    break
            following = cursor.node
            if following is not None and following.start_byte >= end:
                done = True


@dataclass(frozen=True, slots=True)
class _Edit:
    """What changed between two texts: one piece, as wide as it takes, in bytes."""

    old: bytes
    start: int
    old_end: int
    new_end: int
    new: bytes

    @classmethod
    def between(cls, old: bytes, new: bytes) -> _Edit:
        """The edit that makes one text into another."""
        start = _common(old, new)
        end = _common_end(old, new, min(len(old), len(new)) - start)
        return cls(old, start, len(old) - end, len(new) - end, new)

    def of(self, tree: Tree) -> Tree:
        """A copy of the old text's tree that knows what changed."""
        row = self.old.count(b"\n", 0, self.start)
        line = self.old.rfind(b"\n", 0, self.start) + 1
        copy = tree.copy()
        copy.edit(
            start_byte=self.start,
            old_end_byte=self.old_end,
            new_end_byte=self.new_end,
            start_point=(row, self.start - line),
            old_end_point=_point(self.old, self.start, self.old_end, row),
            new_end_point=_point(self.new, self.start, self.new_end, row),
        )
        return copy


def _still_known(words: Mapping[Words, bool], edit: _Edit) -> dict[Words, bool]:
    """Which words are still known to be in a text or not: a word can only have come into being
    where the edit was, and one that was there is taken to be there still.
    """
    around = edit.new[max(0, edit.start - _WORD) : edit.new_end + _WORD]
    if len(around) > _MANY:
        return {}
    return {
        groups: found
        for groups, found in words.items()
        if found or not any(word in around for group in groups for word in group)
    }


def _common(one: bytes, other: bytes) -> int:
    """How many bytes two texts begin with together."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # slices compare at the speed of memory; a loop over bytes does not
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(one: bytes, other: bytes, limit: int) -> int:
    """How many bytes two texts end with together, at most `limit`."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _point(source: bytes, start: int, byte: int, row: int) -> tuple[int, int]:
    """Row and column, in bytes, as the parser counts; `start` is in that row."""
    return row + source.count(b"\n", start, byte), byte - (source.rfind(b"\n", 0, byte) + 1)


def ancestors(node: Node) -> Iterator[Node]:
    """The parents of a node, innermost first, without the node itself."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent
