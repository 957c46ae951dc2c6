"""Reading code that does not parse: by lines and words, with what the last good tree knew.

While somebody types, the statement at the cursor is usually broken: `os.path.join(` without
its end. The tree then has no call there, but the words of the line still say what is meant.
"""

from __future__ import annotations

from collections.abc import Mapping

from lsp_learn.context.languages import LanguageTable
from lsp_learn.model import Fact, FactKind, Span

_LINE_LIMIT = 2000
"""Longer lines are no hand-written code; reading them by regular expressions takes too long."""


def read_line(
    line: str, start: int, offset: int, table: LanguageTable, imports: Mapping[str, str]
) -> tuple[Fact, ...]:
    """The facts at `offset`, which lies in `line`; `line` starts at offset `start`.

    Words inside strings and comments say nothing: `table.mask` blanks them first.
    """
    line = table.mask.sub(lambda match: " " * len(match[0]), line)
    column = offset - start
    facts = []
    for match in table.path.finditer(line):
        if match.start() <= column < match.end():
            facts += _symbol(match[0], match.start(), column, start, table, imports)
    for pattern, kind, name in table.lines:
        for match in pattern.finditer(line):
            where = match.span(1) if match.re.groups else match.span()
            if where[0] <= column < where[1]:
                span = Span(start + where[0], start + where[1])
                facts.append(Fact(kind, name, span, "line"))
    return tuple(facts)


def is_masked(line: str, column: int, table: LanguageTable) -> bool:
    """Whether a column of a broken line is in a string or a comment, or the line is too long to
    be read by regular expressions.
    """
    if len(line) > _LINE_LIMIT:
        return True
    return any(match.start() < column < match.end() for match in table.mask.finditer(line))


def _symbol(
    path: str,
    at: int,
    column: int,
    start: int,
    table: LanguageTable,
    imports: Mapping[str, str],
) -> list[Fact]:
    """A dotted path up to the segment under the cursor, if its head is known."""
    end = path.find(table.separator, column - at)
    path = path if end < 0 else path[:end]
    head, separator, rest = path.partition(table.separator)
    known = imports.get(head)
    if known is None and head in table.builtins:
        known = head
    if known is None and separator:
        known = head if head in table.modules else table.assumed.get(head)
    if known is None:
        return []
    last = at + path.rfind(table.separator) + 1
    span = Span(start + last, start + at + len(path))
    return [Fact(FactKind.SYMBOL, known + separator + rest, span, "line")]


def import_names(text: str, table: LanguageTable) -> dict[str, str]:
    """Imports read line by line, for a tree that lost them: local name to full name."""
    names: dict[str, str] = {}
    for pattern in table.import_lines:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            module = parts.get("module") or ""
            for item in (parts.get("members") or "").split(","):
                words = item.split()
                if words and words[0].isidentifier():
                    joined = (
                        module if module.endswith(table.separator) else module + table.separator
                    )
                    names[words[-1]] = joined + words[0]
            if not parts.get("members"):
                short = table.import_local.search(module)
                local = short[1] if short else module.split(table.separator)[0]
                alias = parts.get("alias")
                names[alias or local] = module if alias or short else local
    return names
