"""Lines and positions: the only place that knows how editors count characters.

An editor says `line, character`; we use offsets in code points. Line ends are `\\n`, `\\r\\n`
and `\\r`, as the protocol defines them, and nothing else: a form feed, U+0085 or U+2028 is an
ordinary character, unlike in `str.splitlines`. Source: LSP 3.17, "Text Documents".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE_END = re.compile(r"\r\n|\n|\r")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def encodable(text: str) -> str:
    """The same text with lone surrogates (JSON can carry them) replaced by U+FFFD, which is
    as long in every encoding, so that it can be encoded and offsets stay.
    """
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


@lru_cache(maxsize=8)
def lines_of(text: str) -> LineIndex:
    """The line index of a text, kept for the texts asked about last: a hover comes again and
    again to the same document, and building the index takes longer than the rest of it.
    """
    return LineIndex(text)


class LineIndex:
    """Where the lines of one text start. Building it is O(text), asking it O(line)."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        self._starts.extend(match.end() for match in _LINE_END.finditer(text))

    @property
    def line_count(self) -> int:
        """Number of lines; an empty text has one."""
        return len(self._starts)

    def line_of(self, offset: int) -> int:
        """The zero-based line that holds `offset`; offsets past the end are in the last."""
        return bisect_right(self._starts, max(0, min(offset, len(self._text)))) - 1

    def line_span(self, line: int) -> tuple[int, int]:
        """Start and end offset of a zero-based line, without its line end.

        Raises:
            IndexError: there is no such line.
        """
        if not 0 <= line < len(self._starts):
            raise IndexError(line)
        start = self._starts[line]
        if line + 1 == len(self._starts):
            return start, len(self._text)
        end = self._starts[line + 1]
        # The line end itself is one character, or two for \r\n.
        return start, end - (2 if self._text[end - 2 : end] == "\r\n" else 1)

    def offset(self, line: int, character: int, encoding: Encoding) -> int | None:
        """The offset of an editor's position, or None where the text has no such line.

        A character past the end of its line means the end of that line (LSP 3.17,
        `Position`); one inside a surrogate pair or a multi-byte character means its start.
        """
        if line < 0 or line >= len(self._starts):
            return None
        start, end = self.line_span(line)
        character = max(0, character)
        text = encodable(self._text[start:end])
        if encoding == "utf-32" or text.isascii():
            return start + min(character, end - start)
        if encoding == "utf-8":
            prefix = text.encode("utf-8")[:character]
            return start + len(prefix.decode("utf-8", "ignore"))
        prefix = text.encode("utf-16-le")[: 2 * character]
        return start + len(prefix.decode("utf-16-le", "ignore"))

    def position(self, offset: int, encoding: Encoding) -> tuple[int, int]:
        """Line and character of an offset, as an editor with `encoding` counts them."""
        offset = max(0, min(offset, len(self._text)))
        line = self.line_of(offset)
        start, end = self.line_span(line)
        before = encodable(self._text[start : min(offset, end)])
        if encoding == "utf-32" or before.isascii():
            return line, len(before)
        if encoding == "utf-8":
            return line, len(before.encode("utf-8"))
        return line, len(before.encode("utf-16-le")) // 2


def decoded(content: bytes) -> str:
    """The text of some bytes: UTF-8, or UTF-16 where a mark says so; the rest is replaced."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")
