"""What was read of the parts of a text, kept while the text is edited.

A keystroke changes one statement; the functions around it stay as they are, letter by letter.
What was read of one of them is found again by its text, since the parser gives its nodes new
identities after every edit. Positions in it count from the start of the part.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import TypeVar

from tree_sitter import Node

PIECE = 2_000
"""Bytes of a node that is read in one go; a larger one is read child by child."""

KEPT_PARTS = 8_192
"""Parts that are kept of one document, twice: those in use, and those used before them."""

T = TypeVar("T")
_Key = tuple[Hashable, int, int, int]


class Kept:
    """What was read of one document's parts. Bounded: the longest unused ones are dropped."""

    def __init__(self) -> None:
        self._used: dict[_Key, object] = {}
        self._before: dict[_Key, object] = {}

    def of(self, what: Hashable, node: Node, source: bytes, read: Callable[[], T]) -> T:
        """What `read` gives for a node, read once for every text that the node has had."""
        start, end = node.start_byte, node.end_byte
        key = (what, node.kind_id, end - start, hash(source[start:end]))
        if key in self._used:
            return self._used[key]  # type: ignore[return-value]  # `what` says the type
        found = self._before.pop(key, None)
        if found is None:
            found = read()
        if node.has_error:  # what stands around an error depends on how it was typed
            return found  # type: ignore[return-value]
        if len(self._used) >= KEPT_PARTS:
            self._used, self._before = {}, self._used
        self._used[key] = found
        return found  # type: ignore[return-value]

    def gathered(
        self,
        what: Hashable,
        node: Node,
        source: bytes,
        read: Callable[[Node, bool], Sequence[T]],
    ) -> list[tuple[int, T]]:
        """Everything that `read` finds in a node, each with the byte that its positions count
        from. `read` gets a part, and whether only the part itself is to be looked at and not
        what is below it, since that comes by itself.
        """
        found: list[tuple[int, T]] = []
        parts = [node]
        while parts:
            part = parts.pop()
            alone = part.end_byte - part.start_byte > PIECE and part.child_count > 0
            if alone:
                parts += reversed(part.children)
                values = read(part, True)
            else:
                values = self.of(what, part, source, partial(read, part, False))
            found += [(part.start_byte, value) for value in values]
        return found
