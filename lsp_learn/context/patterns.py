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

    where = { X = "^err" }       the text of `$X`, as a regular expression or one of a list of
                                 words; `here` is `«...»`, `ALL` the whole match
    unless = { X = "^_" }        what it must not be
    not_inside = ["with $_: $$$"]

A condition that is a list is code patterns, one that is a text a query. A mistake that is a
call of certain functions, however they were imported, is `calls = ["os.system", "os.popen"]`.

What a rule and its language can say beside that is in terms.py and, of markup, in markup.py;
pattern_writer.py writes the query. docs/how-to/write-a-rule.md shows all of it to an author.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tree_sitter import Language, Node, Parser

from lsp_learn.context.markup import Markup
from lsp_learn.context.pattern_writer import PatternWriter
from lsp_learn.context.queries import split_patterns
from lsp_learn.context.terms import KEYS, Terms, check_shapes, is_texts, marked, one_of, quoted

_TEXTS = {"where": ("match", "any-of"), "unless": ("not-match", "not-any-of")}
_NAMED = re.compile("«([a-z-]+)»")


_PLAIN, _NO_TERMS = Markup(), Terms()
_CONDITIONS = ("inside", "not_inside", "contains", "lacks", "in_file", "not_in_file")
_OWN = {"code", "calls", *_TEXTS, *KEYS}


def with_queries(
    language: Language, values: Mapping[str, Any], patterns: Mapping[str, Any]
) -> dict[str, Any]:
    """A rule's table with queries in place of its code patterns. `patterns` is the language's
    table: `wrap`, and `call`, the query of a call that speaks at the name of what is called.

    Raises:
        ValueError: a pattern is no code of this language, or a text is asked of what no
            pattern captures.
    """
    check_shapes(values)
    _check_conditions(values)
    terms = Terms.of(patterns, values)
    found = {key: value for key, value in values.items() if key not in _OWN}
    written = {
        key: _condition(language, found[key], patterns, key, terms)
        for key in _CONDITIONS
        if isinstance(found.get(key), list)
    }
    if "calls" in values:
        written["query"] = _calls(values, patterns, terms)
        found["symbols"] = {"_callee": values["calls"], **values.get("symbols", {})}
    if "code" in values:
        code = values["code"]
        whole = _names_of_all(values, written)
        for one in [code] if isinstance(code, str) else code:
            queries = _queries(language, one, patterns, terms, whole=whole)
            written.setdefault("query", []).extend(queries)
    _check_names(values, "\n".join(query for queries in written.values() for query in queries))
    for key in _TEXTS:
        for name, texts in values.get(key, {}).items():
            _ask(written, key, name, texts, terms)
    if "query" in written:
        written["query"].append(values.get("query", ""))
    return {**found, **{key: "\n".join(queries) for key, queries in written.items()}}


def _calls(values: Mapping[str, Any], patterns: Mapping[str, Any], terms: Terms) -> list[str]:
    """The queries of a call, whose name is `@_callee`."""
    if "call" not in patterns:
        raise ValueError(f"{values.get('name')}: [patterns] in language.toml has no `call`")
    calls = [f"({one.strip()})" for one in split_patterns(patterns["call"])]
    return [f"({kind} {one})" for kind in terms.statements for one in calls] or calls


def _names_of_all(values: Mapping[str, Any], written: Mapping[str, list[str]]) -> str:
    """The captures of the whole match: where `contains` and `lacks` look, and `$ALL`."""
    texts = [values.get(key, "") for key in _CONDITIONS]
    texts += [query for queries in written.values() for query in queries]
    asked = any("ALL" in values.get(key, ()) for key in _TEXTS)
    names = ["@_within"] if {"contains", "lacks"} & set(values) else []
    if asked or any("@_ALL" in text for text in texts if isinstance(text, str)):
        names.append("@_ALL")
    return " ".join(names)


def _check_conditions(values: Mapping[str, Any]) -> None:
    """Raises ValueError where a condition is neither a query nor code patterns."""
    for key in _CONDITIONS:
        text = values.get(key, "")
        if not isinstance(text, str) and not is_texts(text):
            raise ValueError(f"{key} must be a query or a list of code patterns")
        if isinstance(text, str) and text.strip() and text.strip()[0] not in "([;":
            raise ValueError(f"{key}: code patterns are written as a list, a text is a query")


def _check_names(values: Mapping[str, Any], queries: str) -> None:
    """Raises ValueError where a rule speaks of what none of its patterns has."""
    for name in values.get("kinds", {}):
        if not _captures(queries, f"@_{name}"):
            raise ValueError(f"kinds: no code pattern has ${name}")
    for text in values.get("or", {}):
        any_case = quoted("(?i)^(" + re.escape(text)).rstrip('"')
        if quoted(text) not in queries and any_case not in queries:
            raise ValueError(f"or: no code pattern has {text!r}")


def _queries(
    language: Language,
    pattern: str,
    patterns: Mapping[str, Any],
    terms: Terms,
    key: str = "",
    whole: str = "",
) -> list[str]:
    wraps, markup = patterns.get("wrap", ()), Markup.of(patterns)
    query = pattern_query(language, pattern, wraps, key, markup, terms, whole)
    return [one.strip() for one in split_patterns(query)]


def _condition(
    language: Language,
    entries: Sequence[str],
    patterns: Mapping[str, Any],
    key: str,
    terms: Terms,
) -> list[str]:
    """The queries of a condition; `«name»` is what `[patterns.named]` has under that name.

    Raises:
        ValueError: an entry is no code, or nothing has that name.
    """
    queries: list[str] = []
    for entry in entries:
        name = _NAMED.fullmatch(entry)
        if name is None:
            queries += _queries(language, entry, patterns, terms, key)
        elif name[1] not in patterns.get("named", {}):
            raise ValueError(f"{key}: [patterns.named] in language.toml has no {name[1]!r}")
        else:
            queries += _named(language, patterns["named"][name[1]], patterns, key, terms)
    return queries


def _named(
    language: Language,
    meant: Mapping[str, Any],
    patterns: Mapping[str, Any],
    key: str,
    terms: Terms,
) -> list[str]:
    """The queries of one entry of `[patterns.named]`: `code` or a `query`, and its `where` and
    `unless`.
    """
    written = {key: _condition(language, meant.get("code", ()), patterns, key, terms)}
    written[key] += [one.strip() for one in split_patterns(meant.get("query", ""))]
    for asked in _TEXTS:
        for name, texts in meant.get(asked, {}).items():
            _ask(written, asked, name, texts, terms)
    return written[key]


def _ask(
    written: dict[str, list[str]], key: str, name: str, texts: str | list[str], terms: Terms
) -> None:
    """Add to the queries that capture a name what its text must or must not be: a regular
    expression, or one of several words. A name that the rule's own code has is asked there alone.

    Raises:
        ValueError: none has that name, or it is neither of both.
    """
    if not texts or not (isinstance(texts, str) or is_texts(texts)):
        raise ValueError(f"{key}: {name} must be a regular expression or a list of texts")
    capture = "@here" if name == "here" else f"@_{name}"
    places = [at for at, queries in written.items() if any(_captures(q, capture) for q in queries)]
    if not places:
        raise ValueError(f"{key}: no code pattern has ${name}")
    expression, words = _TEXTS[key]
    operator, wanted = (
        (expression, quoted(texts))
        if isinstance(texts, str)
        else one_of(words, texts, terms.any_case)
    )
    asked = f"(#{operator}? {capture} {wanted})"
    for at in ["query"] if "query" in places else places:
        written[at] = [q[:-1] + asked + ")" if _captures(q, capture) else q for q in written[at]]


def _captures(query: str, capture: str) -> bool:
    return re.search(re.escape(capture) + r"\b", query) is not None


def pattern_query(
    language: Language,
    pattern: str,
    wraps: Sequence[str],
    condition: str = "",
    markup: Markup = _PLAIN,
    terms: Terms = _NO_TERMS,
    whole: str = "",
) -> str:
    """The query for a pattern. That of a `condition` shares `$X` with the rule and nothing else.
    `whole` are captures of all of the match.

    Raises:
        ValueError: the pattern is no code of this language, in none of the wraps; or `«...»`
            is a part of a text, in which no rule can speak.
    """
    text, places = marked(terms.standing(markup.written(pattern)))
    own = terms.wrap and not condition
    for wrap in ((terms.wrap,) if own else (*wraps, "{}")) if text.strip() else ():
        at = len(wrap.partition("{}")[0].encode())
        root = Parser(language).parse(wrap.replace("{}", text, 1).encode()).root_node
        node = None if root.has_error else _whole(root, at, at + len(text.encode()), markup)
        if node is not None:
            if terms.statements and not condition:
                node = _statement(node, terms.statements)
            here = [(at + start, at + end) for start, end in places]
            here = here or [(node.start_byte, node.end_byte)]
            ways = markup.arrangements(node)
            writers = [PatternWriter(here, condition, markup, way, terms) for way in ways]
            query = "\n".join(writer.query(node, whole) for writer in writers)
            if not all(writer.is_done for writer in writers):
                raise ValueError(f"«...» in the code pattern {pattern!r} is no whole node")
            return query
    raise ValueError(f"the code pattern {pattern!r} does not parse")


def _statement(node: Node, kinds: Sequence[str]) -> Node:
    if node.parent is None or node.parent.type not in kinds:
        raise ValueError(f"unused: {node.text!r} is no statement")
    return node.parent


def _whole(root: Node, start: int, end: int, markup: Markup) -> Node | None:
    """The innermost node that is the whole pattern: the call, not the statement around it.
    In one that is a text of its own nothing is looked for.
    """
    found = None
    node: Node | None = root
    while node is not None:
        if node.start_byte == start and node.end_byte >= end:
            found = node
            if node.end_byte == end and markup.is_text(node):
                break
        node = next((c for c in node.named_children if c.start_byte <= start < c.end_byte), None)
        if node is not None and node.end_byte < end - 1:  # a `;` may be missing at the end
            break
    return found
