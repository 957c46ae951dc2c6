"""`FILE:LINE[-LINE][:COL]` on the command line, read into a document and a span."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lsp_learn.app import App
from lsp_learn.errors import SourceError
from lsp_learn.model import Document, Span
from lsp_learn.text import LineIndex

MAX_FILE = 10_000_000
"""Bytes. Larger files are not source code that a person reads."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: `line` and `column` from 1, `column` 0 for the whole line."""

    path: Path
    line: int
    column: int
    document: Document
    span: Span

    @property
    def source_line(self) -> str:
        """The line's text."""
        start, end = LineIndex(self.document.text).line_span(self.line - 1)
        return self.document.text[start:end]

    @property
    def line_start(self) -> int:
        """The offset where the line starts."""
        return LineIndex(self.document.text).line_span(self.line - 1)[0]


def read_place(app: App, text: str, language: str = "") -> Place:
    """Read the file that `text` names.

    Raises:
        SourceError: there is no such file, line or column, or no language for it.
    """
    match = re.fullmatch(r"(.+?):(\d+)(?:-(\d+)|:(\d+))?", text)
    if match is None:
        hint = "write FILE:LINE, FILE:LINE-LINE or FILE:LINE:COLUMN"
        raise SourceError(f"{text} names no line", hint)
    path, line, column = Path(match[1]), int(match[2]), int(match[4] or 0)
    last = int(match[3] or line)
    content = read_source(path)
    language = language or app.language_of(path, content)
    if not language:
        hint = "name it: --language python"
        raise SourceError(f"{path}: no language is known for this kind of file", hint)
    lines = LineIndex(content)
    for number in (line, last):
        if not 1 <= number <= lines.line_count:
            raise SourceError(f"{path} has no line {number}", f"it has {lines.line_count}")
    if last < line:
        raise SourceError(f"line {last} stands before line {line}", "write the first line first")
    start, end = lines.line_span(line - 1)
    if column > end - start + 1:
        raise SourceError(f"{path}:{line} has no column {column}", f"it has {end - start}")
    if last > line:
        end = lines.line_span(last - 1)[1]
    span = Span(start, end) if not column else Span(start + column - 1, start + column - 1)
    document = Document(path.absolute().as_uri(), language, None, content)
    return Place(path, line, column, document, span)


def read_source(path: Path) -> str:
    """The text of a source file.

    Raises:
        SourceError: it cannot be read as UTF-8 text.
    """
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder", "name a file: FILE:LINE")
        if path.stat().st_size > MAX_FILE:
            raise SourceError(f"{path} is larger than {MAX_FILE:,} bytes", "copy the part out")
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SourceError(f"{path}: {reason}", "check the path") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{path} is not UTF-8 text", "convert it: it is read as UTF-8") from None
