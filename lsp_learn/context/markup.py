"""Code patterns in markup and data: what may be written there in more than one way.

`[patterns]` in language.toml says it, each key about kinds of node:

| key | says |
| --- | --- |
| `unordered` | their order says nothing, as of attributes; `$$$` among them is any others |
| `open` | what may hold more than the pattern writes: `<a href>` is a link with any address |
| `same` | one kind that stands for another one as well: a tag for the one that closes itself |
| `quotes` | a text, and the same text in quotes |
| `optional` | what ends a node, and may be missing: closing tags |
| `texts` | what is one text, whatever it consists of: `$X` is all of it; where `$X` is a part of
one, quotes around it say nothing |
| `rest` | how `$$$` is written where a statement stands and a word is none, and other forms of it |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations, product
from typing import Any

from tree_sitter import Node

ONE, MANY = "mvone", "mvmany"
"""What stands in a pattern for `$X` and `$$$` while it is read; a tag's name has no `_`."""

_Children = list[tuple[str | None, Node]]
_STANDING = re.compile(rf"{MANY}|{ONE}(?:0|[A-Z][A-Z0-9_]*)")
_STATEMENT = re.compile(r"(?m)(?:^|(?<=[{;)]))([ \t]*)\$\$\$(?:[ \t]*;|(?=[ \t]*(?:\}|$)))")
_KINDS = ("unordered", "open", "optional", "texts")
_QUOTE = "[\"']?"
_MOST = 24
"""Queries that one pattern may become."""


@dataclass(frozen=True)
class Markup:
    """What `[patterns]` says of a language's markup."""

    unordered: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    same: Mapping[str, str] = field(default_factory=dict)
    quotes: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    rest: tuple[str, ...] = ()

    @classmethod
    def of(cls, patterns: Mapping[str, Any]) -> Markup:
        """Read the table `[patterns]`."""
        kinds: dict[str, Any] = {key: frozenset(patterns.get(key, ())) for key in _KINDS}
        pairs = {key: patterns.get(key, {}) for key in ("same", "quotes")}
        return cls(**kinds, **pairs, rest=tuple(patterns.get("rest", ())))

    def written(self, pattern: str) -> str:
        """A pattern in which each `$$$` that is a statement is written as one."""
        if not self.rest:
            return pattern
        return _STATEMENT.sub(lambda found: found[1] + self.rest[0].replace("{}", "$$$"), pattern)

    def arrangements(self, root: Node) -> list[dict[int, Any]]:
        """The ways in which a pattern may be written: of a node with a choice, by its id, the
        order of its unordered children, and by its negative id the kind it is.

        Raises:
            ValueError: they are too many.
        """
        choices: dict[int, list[Any]] = {}
        for node in _nodes(root):
            loose = [n for n in node.named_children if self._is_loose(n)]
            if len(loose) > 1:
                choices[node.id] = list(permutations(range(len(loose))))
            alone = node.parent is None or node.parent.named_child_count == 1
            if node.type in self.same and alone:
                choices[-node.id] = [node.type, self.same[node.type]]
        ways = list(product(*choices.values()))
        if len(ways) > _MOST:
            raise ValueError(f"{len(ways)} orders are too many: name fewer that may come in any")
        return [dict(zip(choices, way, strict=True)) for way in ways]

    def _is_loose(self, node: Node) -> bool:
        return node.type in self.unordered and not self.is_many(node)

    def is_many(self, node: Node) -> bool:
        """Whether a node is `$$$`, alone or as the only statement of a block."""
        text = node.text.decode() if node.text is not None else ""
        if re.fullmatch(rf"\{{?\s*{MANY};?\s*\}}?", text):
            return True
        return text.strip() in {form.replace("{}", MANY).strip() for form in self.rest}

    def is_text(self, node: Node) -> bool:
        """Whether a node is one text, however many nodes it consists of."""
        if node.type not in self.texts:
            return False
        while node.named_child_count == 1 and node.named_children[0].type not in self.texts:
            node = node.named_children[0]
        return not node.named_child_count

    def ordered(self, children: _Children, order: Sequence[int] | None) -> _Children:
        """A node's children with the unordered ones, which stand where the first of them stood,
        in this order. `$$$` among them stands anywhere.
        """
        loose = [child for child in children if self._is_loose(child[1])]
        many = [child for child in children if self.is_many(child[1])]
        if not loose:
            return children
        turned = [loose[number] for number in order or [0]]
        if many:
            turned = [*many[:1], *(one for child in turned for one in (child, many[0]))]
        at = min(children.index(child) for child in [*loose, *many])
        rest = [c for c in children if c not in loose and c not in many]
        before = len([c for c in children[:at] if c in rest])
        return [*rest[:before], *turned, *rest[before:]]


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.named_children:
        yield from _nodes(child)


def has_parts(text: str) -> bool:
    """Whether a text is written with `$X` or `$$$` as a part of it."""
    return _STANDING.search(text) is not None


def quoted_variable(text: str) -> str:
    """The name of `$X` in a text that is `$X` in quotes and nothing else."""
    found = re.fullmatch(rf"([\"'])({ONE})(0|[A-Z][A-Z0-9_]*)\1", text)
    return found[3] if found else ""


def expression(text: str, *, bare: bool = False) -> str:
    """The regular expression of a text that has `$X`, a word or a part of one, and `$$$`,
    anything, as parts. White space is any white space. `bare`: in quotes or without.
    """
    own = text.strip("\"'") if bare else text
    quote = _QUOTE if bare else ""
    literals = [_literal(part) for part in _STANDING.split(own)]
    standing = [r"[\s\S]*" if part == MANY else r"\S+" for part in _STANDING.findall(own)]
    body = "".join(a + b for a, b in zip(literals, [*standing, ""], strict=True))
    return f"^{quote}{body}{quote}$"


def _literal(text: str) -> str:
    return r"(?:\s|\\\n)+".join(re.escape(word) for word in re.split(r"\s+", text))
