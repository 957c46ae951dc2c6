"""The query of one code pattern, written from the tree of the pattern itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tree_sitter import Node, TreeCursor

from lsp_learn.context.markup import ONE, Markup, expression, has_parts, quoted_variable
from lsp_learn.context.terms import Terms, is_empty, part_of, quoted

_QUOTES = re.compile(r"[\"'`]+")


class PatternWriter:
    """Writes one query; `places` are the bytes of what gets `@here`, `way` one of the ways in
    which markup may be written.
    """

    def __init__(
        self,
        places: Sequence[tuple[int, int]],
        condition: str,
        markup: Markup,
        way: Mapping[int, Any],
        terms: Terms,
    ) -> None:
        self._places = set() if condition else set(places)
        self._terms = terms
        self._own = f".{condition}" if condition else ""
        self._markup = markup
        self._way = way
        self._seen: dict[str, int] = {}
        self._predicates: list[str] = []

    def query(self, node: Node, whole: str = "") -> str:
        """The query of a node, which gets the captures `whole`."""
        # A pattern that is only `$X` is a node of its kind: `(_)` would be any node at all.
        alone = self._markup.quotes.get(node.type) is None and _is_variable(node)
        body = self._bare(node, node.type) if alone else self._node(node)
        body += f" {whole}"
        return f"({body} {' '.join(self._predicates)})"

    def _node(self, node: Node) -> str:
        quoted = self._markup.quotes.get(node.type)
        if quoted:  # a text, with quotes or without
            text = self._bare(node, node.type)
            return f"[{text} ({quoted} {text})]"
        if node.type in self._markup.quotes.values() and not self._is_here(node):
            return self._node(node.named_children[0]) if node.named_children else self._empty(node)
        return self._bare(node)

    def _bare(self, node: Node, kind: str = "_") -> str:
        text = node.text.decode() if node.text is not None else ""
        inner = node.named_children[0] if node.named_child_count == 1 else None
        if inner is not None and inner.text == node.text and node.type in self._markup.open:
            field = next((f"{name}: " for name, _ in _fields(node.walk()) if name), "")
            # What else the node holds is no part of the place.
            return f"({node.type} {field}{self._bare(inner, inner.type)})"
        here = self._here(node.start_byte, node.end_byte)
        # `$X` is the innermost node: the value, not the list of values that it is alone in.
        alone = inner is not None and inner.text == node.text
        alone = alone and node.type not in self._markup.texts | self._terms.whole
        if _is_variable(node) and not alone:
            return self._variable(text.rstrip(";").removeprefix(ONE), kind) + here
        if self._markup.is_text(node):
            parts = has_parts(text)
            found = (
                self._matching("_", expression(text, bare=True))
                if parts
                else self._leaf(node, text)
            )
            return found + here
        if not node.named_child_count:
            if any(map(self._is_here, node.children)) or _is_signs(node, text):
                # Nothing but white space stands between these signs: `{ }`.
                return f"({node.type}{''.join(map(self._sign, node.children))} .){here}"
            if name := quoted_variable(text):
                return self._variable(name, node.type) + here
            return self._leaf(node, text) + here
        return f"({self._way.get(-node.id, node.type)}{self._children(node)}){here}"

    def _variable(self, name: str, kind: str) -> str:
        if name == "0":
            return f"({kind})"
        kind = self._terms.kind(name, kind)
        count = self._seen.get(name, 0)
        self._seen[name] = count + 1
        if not count:
            return f"{kind} @_{name}"
        again = f"@_{name}{count}{self._own}"
        self._predicates.append(f"(#eq? @_{name} {again})")
        return f"{kind} {again}"

    def _leaf(self, node: Node, text: str) -> str:
        quotes = _QUOTES.fullmatch(text) and not is_empty(text)
        if quotes or not text or self._terms.says_kind(node.type, text):
            return f"({node.type})"  # either kind of quotes will do
        if has_parts(text):
            return self._matching(node.type, expression(text))
        capture = f"@_text{len(self._predicates)}{self._own}"
        predicate, arguments = self._terms.same(text)
        self._predicates.append(f"(#{predicate}? {capture} {arguments})")
        return f"({node.type}) {capture}"

    def _empty(self, node: Node) -> str:
        return self._matching(node.type, "^..$")

    def _sign(self, node: Node) -> str:
        return f" . {quoted(node.type)}" + self._here(node.start_byte, node.end_byte)

    def _matching(self, kind: str, wanted: str) -> str:
        capture = f"@_text{len(self._predicates)}{self._own}"
        self._predicates.append(f"(#match? {capture} {quoted(wanted)})")
        return f"({kind}) {capture}"

    def _children(self, node: Node) -> str:
        is_open = node.type in self._markup.open
        written, gap, last = "", node.type in self._terms.prefixed, ""
        children = self._markup.ordered(list(_fields(node.walk())), self._way.get(node.id))
        many = [self._markup.is_many(child) for _, child in children]
        for number, (field, child) in enumerate(children):
            label = f"{field}: " if field else ""
            if many[number]:
                gap = True
            elif child.is_named:
                before, variable, after = self._part(child)
                anchor = "" if gap or before or is_open else " ."
                if child.type in self._markup.optional:
                    written += "" if gap else f"{anchor} ({child.type})?"
                    continue
                written += f"{anchor} {label}{variable or self._node(child)}"
                gap, last = after, "named"
            elif self._says(node, child, near_many=any(many[max(number - 1, 0) : number + 2])):
                mark = self._here(child.start_byte, child.end_byte)
                anchor = "" if gap or is_open or not last else " ."
                written += f"{anchor} {label}{self._terms.token(child.type)}{mark}"
                gap, last = False, "token"
        ended = last == "named" and not gap and not is_open
        ended = ended and node.type not in self._terms.continued
        return written + (" ." if ended else "")

    def _part(self, node: Node) -> tuple[bool, str, bool]:
        """`$X` as a part of a text, and whether there is more before and after it."""
        text = node.text.decode() if node.text is not None else ""
        parts = None if node.named_child_count else part_of(text)
        if parts is None:
            return False, "", False
        before, name, after = parts
        here = self._here(node.start_byte + before, node.end_byte - after)
        return before > 0, self._variable(name, node.type) + here, after > 0

    def _says(self, parent: Node, sign: Node, *, near_many: bool) -> bool:
        """Whether a sign is more than punctuation."""
        if self._is_here(sign):
            return True
        if parent.type in {*self._markup.same, *self._markup.same.values()}:
            return False
        return not self._terms.says_nothing(sign.type, near_many=near_many)

    def _is_here(self, node: Node) -> bool:
        return (node.start_byte, node.end_byte) in self._places

    def _here(self, start: int, end: int) -> str:
        """The mark of a place, once: for the outermost of several nodes with the same text."""
        if (start, end) not in self._places:
            return ""
        self._places.remove((start, end))
        return " @here"

    @property
    def is_done(self) -> bool:
        """Whether every place was found."""
        return not self._places


def _fields(cursor: TreeCursor) -> Iterator[tuple[str | None, Node]]:
    more = cursor.goto_first_child()
    while more:
        if cursor.node is not None and not cursor.node.is_extra:
            yield cursor.field_name, cursor.node
        more = cursor.goto_next_sibling()


def _is_signs(node: Node, text: str) -> bool:
    """Whether a node is several signs and nothing else."""
    signs = [sign.text.decode() for sign in node.children if sign.text is not None]
    return len(signs) > 1 and not is_empty(text) and "".join(text.split()) == "".join(signs)


def _is_variable(node: Node) -> bool:
    text = node.text.decode() if node.text is not None else ""
    return text.startswith(ONE) and re.fullmatch(r"\w+;?", text) is not None
