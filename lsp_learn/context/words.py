"""A modest reading of languages without data: the word at the place, unless it stands in what
nearly every language writes as a text or a comment.

It knows no scopes and no imports: a word is reported as written. Nothing is said about it
unless an author wrote a snippet for that language.
"""

from __future__ import annotations

import re

from lsp_learn.model import CodeContext, Document, Fact, FactKind, Span

PROSE = frozenset(
    """
    plaintext text log git-commit git-rebase diff latex tex bibtex restructuredtext asciidoc typst
    org csv tsv
    """.split()  # noqa: SIM905  (a list of words is easier to read)
)
"""LSP language ids of texts in which a word is only a word."""

_ID = re.compile(r"[\w+#-]{1,64}")

_NEAR = 20_000
"""Characters before the place that are searched for the start of a block comment."""

_LINE = 2_000

_PATH = re.compile(r"[^\W\d]\w*(?:(?:\.|::|->|:)[^\W\d]\w*)*[?!]?")

_TEXT_OR_COMMENT = re.compile(
    r""""(?:\\.|[^"\\\n])*(?:"|$)|'(?:\\.|[^'\\\n])*'|`[^`\n]*(?:`|$)"""
    r"""|//.*|(?:^|(?<=\s))\#.*|(?:^|(?<=\s))--(?:\s|\[\[|$).*|(?:^|(?<=\s));+\s.*|^\s*[%!*]\s.*"""
)

_BLOCKS = (("/*", "*/"), ("<!--", "-->"), ("{-", "-}"), ("(*", "*)"), ("--[[", "]]"))


def read_words(document: Document, offset: int) -> CodeContext:
    """What stands at a place of a document in an unknown language."""
    text = document.text
    nothing = CodeContext(document.language, Span(offset, offset))
    if not _ID.fullmatch(document.language) or document.language in PROSE:
        return nothing
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)]
    if len(line) > _LINE or _in_block(text[max(0, offset - _NEAR) : offset]):
        return nothing
    line = _TEXT_OR_COMMENT.sub(lambda match: " " * len(match[0]), line)
    column = offset - start
    for match in _PATH.finditer(line):
        if match.start() <= column < match.end():
            return _context(document.language, match, column, start)
    return nothing


def _in_block(before: str) -> bool:
    return any(before.rfind(opened) > before.rfind(closed) for opened, closed in _BLOCKS)


def _context(language: str, match: re.Match[str], column: int, start: int) -> CodeContext:
    """The path up to and including the part under the cursor; a first part may be a keyword."""
    parts = list(re.finditer(r"\w+[?!]?", match[0]))
    number = max(n for n, part in enumerate(parts) if match.start() + part.start() <= column)
    span = Span(
        start + match.start() + parts[number].start(), start + match.start() + parts[number].end()
    )
    kinds = (FactKind.KEYWORD, FactKind.SYMBOL) if not number else (FactKind.SYMBOL,)
    name = match[0][: parts[number].end()]
    facts = tuple(Fact(kind, name, span, "word") for kind in kinds)
    return CodeContext(language, span, facts, silent=False)
