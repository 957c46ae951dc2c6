"""Code patterns: a mistake written as the code that makes it, turned into a tree-sitter query.

    code = "for $I in «range»(len($X)): $$$"

| in the pattern | stands for |
| --- | --- |
| `$X` | any one node; the same name twice, the same text. `@_X` in the rule's conditions |
| `$_` | any one node, another each time |
| `$$$` | any number of nodes |
| `«...»` | where the rule speaks; the whole match where there is none |

What the pattern does not write, the code may not have either, except where `$$$` stands. Where
a piece of code is no program by itself, `[patterns] wrap` in language.toml says what is put
around it.

    where = { X = "^err" }       the text of `$X`, as a regular expression; `here` is `«...»`
    unless = { X = "^_" }        what it must not be
    not_inside = ["with $_: $$$"]

A condition that is a list is code patterns, one that is a text a query. A mistake that is a
call of certain functions, however they were imported, is `calls = ["os.system", "os.popen"]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tree_sitter import Language, Node, Parser, TreeCursor

_ONE, _MANY = "mvone_", "mvmany_"
_VARIABLE = re.compile(r"\$\$\$|\$([A-Z][A-Z0-9_]*|_)")
_PUNCTUATION = re.compile(r"[()\[\]{},;:.]+|->|=>")
_TEXTS = {"where": "match", "unless": "not-match"}
_QUOTES = re.compile(r"[\"'`]+")


_CONDITIONS = ("inside", "not_inside", "contains", "lacks", "in_file", "not_in_file")


def with_queries(
    language: Language, values: Mapping[str, Any], patterns: Mapping[str, Any]
) -> dict[str, Any]:
    """A rule's table with queries in place of its code patterns. `patterns` is the language's
    table: `wrap`, and `call`, the query of a call that speaks at the name of what is called.

    Raises:
        ValueError: a pattern is no code of this language, or a text is asked of what no
            pattern captures.
    """
    wraps = patterns.get("wrap", ())
    found = {key: value for key, value in values.items() if key not in {"code", "calls", *_TEXTS}}
    if "calls" in values:
        if "call" not in patterns:
            raise ValueError(f"{values.get('name')}: [patterns] in language.toml has no `call`")
        found["query"] = patterns["call"]
        found["symbols"] = {"_callee": values["calls"], **values.get("symbols", {})}
    for key in _CONDITIONS:
        if isinstance(found.get(key), list):
            found[key] = "\n".join(pattern_query(language, one, wraps, key) for one in found[key])
    if "code" not in values:
        return found if not set(_TEXTS) & set(values) else dict(values)
    code = values["code"]
    written = [code] if isinstance(code, str) else code
    queries = [pattern_query(language, one, wraps) for one in written]
    for key, predicate in _TEXTS.items():
        for name, text in values.get(key, {}).items():
            capture = "@here" if name == "here" else f"@_{name}"
            if not any(_captures(query, capture) for query in queries):
                raise ValueError(f"{key}: no code pattern has ${name}")
            asked = f"(#{predicate}? {capture} {_quoted(text)})"
            queries = [q[:-1] + asked + ")" if _captures(q, capture) else q for q in queries]
    return {**found, "query": "\n".join([*queries, values.get("query", "")])}


def _captures(query: str, capture: str) -> bool:
    return re.search(re.escape(capture) + r"\b", query) is not None


def pattern_query(
    language: Language, pattern: str, wraps: Sequence[str], condition: str = ""
) -> str:
    """The query for a pattern. That of a `condition` shares `$X` with the rule and nothing else.

    Raises:
        ValueError: the pattern is no code of this language, in none of the wraps.
    """
    text = _VARIABLE.sub(lambda found: _MANY if found[1] is None else _ONE + found[1], pattern)
    start, end = text.find("«"), text.find("»") - 1
    text = text.replace("«", "").replace("»", "")
    if not text.strip():
        raise ValueError(f"the code pattern {pattern!r} does not parse")
    for wrap in (*wraps, "{}"):
        before = wrap.partition("{}")[0]
        source = wrap.replace("{}", text, 1).encode()
        root = Parser(language).parse(source).root_node
        if not root.has_error:
            at = len(before.encode())
            node = _whole(root, at, at + len(text.encode()))
            if node is not None:
                first = at + len(text[:start].encode()) if start >= 0 else node.start_byte
                last = at + len(text[:end].encode()) if start >= 0 else node.end_byte
                return _Writer(first, last, condition).query(node)
    raise ValueError(f"the code pattern {pattern!r} does not parse")


def _whole(root: Node, start: int, end: int) -> Node | None:
    """The innermost node that is the whole pattern: the call, not the statement around it."""
    found = None
    node: Node | None = root
    while node is not None:
        if node.start_byte == start and node.end_byte >= end:
            found = node
        node = next((c for c in node.named_children if c.start_byte <= start < c.end_byte), None)
        if node is not None and node.end_byte < end - 1:  # a `;` may be missing at the end
            break
    return found


class _Writer:
    """Writes one query; `first` and `last` are the bytes of what gets `@here`."""

    def __init__(self, first: int, last: int, condition: str) -> None:
        self._place = (-1, -1) if condition else (first, last)
        self._own = f".{condition}" if condition else ""
        self._seen: dict[str, int] = {}
        self._predicates: list[str] = []

    def query(self, node: Node) -> str:
        body = self._node(node)
        return f"({body} {' '.join(self._predicates)})"

    def _node(self, node: Node) -> str:
        here = " @here" if (node.start_byte, node.end_byte) == self._place else ""
        text = node.text.decode() if node.text is not None else ""
        # `$X` is the innermost node: the value, not the list of values that it is alone in.
        alone = node.named_child_count == 1 and node.named_children[0].text == node.text
        if text.rstrip(";").startswith(_ONE) and re.fullmatch(r"\w+;?", text) and not alone:
            return self._variable(text.rstrip(";").removeprefix(_ONE)) + here
        if not node.named_child_count:
            return self._leaf(node, text) + here
        if here:
            self._place = (-1, -1)  # the outermost of several nodes with the same text
        return f"({node.type}{self._children(node)}){here}"

    def _variable(self, name: str) -> str:
        if name == "_":
            return "(_)"
        count = self._seen.get(name, 0)
        self._seen[name] = count + 1
        if not count:
            return f"(_) @_{name}"
        again = f"@_{name}{count}{self._own}"
        self._predicates.append(f"(#eq? @_{name} {again})")
        return f"(_) {again}"

    def _leaf(self, node: Node, text: str) -> str:
        if _QUOTES.fullmatch(text) or not text:  # either kind of quotes will do
            return f"({node.type})"
        capture = f"@_text{len(self._predicates)}{self._own}"
        self._predicates.append(f"(#eq? {capture} {_quoted(text)})")
        return f"({node.type}) {capture}"

    def _children(self, node: Node) -> str:
        written, gap, named = "", False, True  # an anchor stands before the first one
        for field, child in _fields(node.walk()):
            label = f"{field}: " if field else ""
            if _is_many(child):
                gap = True
            elif child.is_named:
                anchor = "" if gap or not named else " ."
                written += f"{anchor} {label}{self._node(child)}"
                gap, named = False, True
            elif not _PUNCTUATION.fullmatch(child.type) or self._is_here(child):
                mark = " @here" if self._is_here(child) else ""
                written += f" {label}{_quoted(child.type)}{mark}"
                named = False
        return written + (" ." if named and not gap else "")

    def _is_here(self, node: Node) -> bool:
        return (node.start_byte, node.end_byte) == self._place


def _fields(cursor: TreeCursor) -> Iterator[tuple[str | None, Node]]:
    more = cursor.goto_first_child()
    while more:
        if cursor.node is not None and not cursor.node.is_extra:
            yield cursor.field_name, cursor.node
        more = cursor.goto_next_sibling()


def _is_many(node: Node) -> bool:
    """`$$$`, alone or as the only statement of a block."""
    text = node.text.decode() if node.text is not None else ""
    return re.fullmatch(rf"\{{?\s*{_MANY};?\s*\}}?", text) is not None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
