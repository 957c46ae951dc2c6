"""Between the protocol's values and ours. Snapshots are taken here, on the event loop, before
any work starts: a document may change while a request is being answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from lsprotocol import types

from lsp_learn.model import Diagnostic, Document, Span
from lsp_learn.text import Encoding, LineIndex

if TYPE_CHECKING:
    from lsp_learn.server.server import LearnServer


def open_document(ls: LearnServer, uri: str) -> Document | None:
    """The document as the editor has it now; None when it is not open. Never reads the disk:
    pygls would, for a document it does not know.
    """
    known = ls.workspace.text_documents.get(unquote(uri))  # pygls keeps them so
    if known is None:
        return None
    return Document(uri, known.language_id or "", known.version, known.source)


def encoding(ls: LearnServer) -> Encoding:
    """How this editor counts characters; UTF-16 where nothing was agreed."""
    agreed = types.PositionEncodingKind(ls.workspace.position_encoding).value
    return cast("Encoding", agreed)


def to_span(lines: LineIndex, wanted: types.Range, counted: Encoding) -> Span | None:
    """The span of a range; None where the text has no such lines."""
    start = lines.offset(wanted.start.line, wanted.start.character, counted)
    end = lines.offset(wanted.end.line, wanted.end.character, counted)
    if start is None or end is None or end < start:
        return None
    return Span(start, end)


def to_range(lines: LineIndex, span: Span, counted: Encoding) -> types.Range:
    """The range of a span."""
    return types.Range(
        types.Position(*lines.position(span.start, counted)),
        types.Position(*lines.position(span.end, counted)),
    )


def to_diagnostic(
    lines: LineIndex, diagnostic: types.Diagnostic, counted: Encoding
) -> Diagnostic | None:
    """Another tool's diagnostic; None where its range is outside of the text."""
    span = to_span(lines, diagnostic.range, counted)
    if span is None:
        return None
    code = "" if diagnostic.code is None else str(diagnostic.code)
    message = diagnostic.message
    text = message if isinstance(message, str) else getattr(message, "value", "")
    return Diagnostic(diagnostic.source or "", code, text, span)
