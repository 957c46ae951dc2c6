"""One parsed text: the syntax tree, and the way from code points to nodes and back."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Language, Node, Parser, Query, Tree

from lsp_learn.context.queries import Words
from lsp_learn.model import Span
from lsp_learn.text import encodable


class SyntaxTree:
    """A text with its tree. Byte offsets stay inside `context/`; everything else uses spans."""

    __slots__ = ("_ascii", "certain", "found", "queries", "source", "text", "tree")

    def __init__(self, text: str, language: Language, before: SyntaxTree | None = None) -> None:
        """Parse `text`. `before`, a tree of the same language, makes it quick where little
        changed; what stands around an error may then depend on how it was typed (`certain`).
        """
        self.text = text
        self.source = encodable(text).encode("utf-8")
        self._ascii = len(self.source) == len(text)
        self.found: dict[str, list[dict[str, str]]] = {}
        """What conditions on the whole file found, by their query; they are asked often."""
        # A parser of its own: parsers are not safe to share between threads, and cost 2 us.
        self.queries: dict[tuple[int, str], list[tuple[Query, list[int], Words]]] = {}
        """The rules' queries that may match in this text, by the kind of node they start with."""
        parser = Parser(language)
        if before is None:
            self.tree: Tree = parser.parse(self.source)
        else:
            self.tree = parser.parse(self.source, _edited(before.tree, before.source, self.source))
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
        # Node.parent and descendant look-ups are O(depth) each; one cursor walk is not.
        cursor = self.tree.walk()
        nodes = [cursor.node]
        while cursor.goto_first_child_for_byte(byte) is not None:
            node = cursor.node
            if node is None or node.start_byte > byte:
                break
            nodes.append(node)
        return [node for node in nodes if node is not None]

    def byte_in(self, other: SyntaxTree, byte: int) -> int:
        """Where a byte of this text stands in another version of it, as far as one can tell."""
        if byte <= _common(self.source, other.source):
            return byte
        return max(0, min(byte + len(other.source) - len(self.source), len(other.source) - 1))

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


def _edited(tree: Tree, old: bytes, new: bytes) -> Tree:
    """A copy of a tree that knows what changed between two texts: one edit, as wide as it takes."""
    start = _common(old, new)
    limit = min(len(old), len(new)) - start
    end = _common(old[::-1][:limit], new[::-1][:limit])
    copy = tree.copy()
    copy.edit(
        start_byte=start,
        old_end_byte=len(old) - end,
        new_end_byte=len(new) - end,
        start_point=_point(old, start),
        old_end_point=_point(old, len(old) - end),
        new_end_point=_point(new, len(new) - end),
    )
    return copy


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


def _point(source: bytes, byte: int) -> tuple[int, int]:
    """Row and column, in bytes, as the parser counts."""
    return source.count(b"\n", 0, byte), byte - (source.rfind(b"\n", 0, byte) + 1)


def ancestors(node: Node) -> Iterator[Node]:
    """The parents of a node, innermost first, without the node itself."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent
