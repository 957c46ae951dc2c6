"""Rules: what a construct or a pitfall looks like, written as data.

A rule is code with places left open (`code`, see patterns.py), or a tree-sitter query in which
`@here` marks where the rule speaks, and conditions on what neither can say. Captures that start
with `_` are names for the conditions. In every condition that is a query of its own, a capture
that the rule also has must stand for the same text: that is how "the loop's own list" or "this
very name" is said.

| key | holds when |
| --- | --- |
| symbols | a capture resolves, through imports and bindings, to one of these names |
| types | a capture is a value of one of these types |
| inside, not_inside | a node around `@_outer` (or `@here`), up to `boundary`, matches |
| contains, lacks | something below `@_within` (or `@here`) matches |
| in_file, not_in_file | something in the file matches |
| not_in_text | nowhere in the text stands what a regular expression says, with the rule's own
captures in its named groups |

`part`, a regular expression, has the rule speak at each of its matches in the text of `@here`,
a string mostly, in place of the whole: at `%s`. The named group that matched is `{part}` in the
rule's name; a match without one says nothing, so that `%%d` is not taken for `%d`.

A pattern is tried at every node of its first kind around a place. Start it near `@here`, and
say what stands further out with `inside`: a pattern that starts at a class looks at all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from lsp_learn.context.syntax import SyntaxTree
from lsp_learn.model import FactKind, Span

_TEMPLATE = re.compile(r"\{(_\w+)\}")

Captures = Mapping[str, Sequence[Node]]
Resolve = Callable[[Node], frozenset[str]]


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule of `constructs.toml` or `pitfalls.toml`; the fields are its keys."""

    name: str
    query: str
    symbols: Mapping[str, frozenset[str]] = field(default_factory=dict)
    types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    inside: str = ""
    not_inside: str = ""
    contains: str = ""
    lacks: str = ""
    in_file: str = ""
    not_in_file: str = ""
    boundary: frozenset[str] = frozenset()
    not_in_text: str = ""
    speaks_in_strings: bool = False
    offered: bool = False
    part: str = ""

    @classmethod
    def of(cls, values: Mapping[str, object], boundary: Iterable[str]) -> Rule:
        """Read one `[[rule]]` table.

        Raises:
            ValueError: a key is unknown, or the name has no kind.
        """
        fields = dict(values)
        for key in ("symbols", "types"):
            table = fields.get(key, {})
            assert isinstance(table, dict)
            fields[key] = {capture: frozenset(names) for capture, names in table.items()}
        own = fields.get("boundary", boundary)
        assert isinstance(own, Iterable)
        fields["boundary"] = frozenset(own)
        try:
            rule = cls(**fields)  # type: ignore[arg-type]  # checked by __post_init__ and here
        except TypeError as error:
            raise ValueError(f"rule {fields.get('name')!r}: {error}") from None
        kind, separator, rest = rule.name.partition(":")
        if not separator or not rest or kind not in list(FactKind):
            raise ValueError(f"rule {rule.name!r}: the name must be KIND:NAME")
        try:
            re.compile(rule.part)
        except re.error as error:
            raise ValueError(f"rule {rule.name!r}: part: {error}") from None
        return rule


@dataclass(frozen=True)
class Match:
    """A rule that holds, the node where it speaks, and the whole match's captures."""

    rule: Rule
    here: Node
    captures: Captures

    def places(self, tree: SyntaxTree) -> Iterator[tuple[Span, FactKind, str]]:
        """Where the rule speaks, and what of: the node, or each part of its text."""
        kind, _, name = self.rule.name.partition(":")
        name = _TEMPLATE.sub(lambda match: tree.text_of(self.captures[match[1]][0]), name)
        whole = tree.span(self.here)
        if not self.rule.part:
            yield whole, FactKind(kind), name
            return
        for found in re.finditer(self.rule.part, tree.text[whole.start : whole.end]):
            if found.lastgroup:
                span = Span(whole.start + found.start(), whole.start + found.end())
                part = found.lastgroup.replace("_", "-")
                yield span, FactKind(kind), name.replace("{part}", part)
