"""The least that pygls can do: a hover that always says the same. What our own cost is
measured against."""

from __future__ import annotations

import sys

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "0", text_document_sync_kind=types.TextDocumentSyncKind.Full)


@server.feature(types.TEXT_DOCUMENT_HOVER)
async def hover(_: types.HoverParams) -> types.Hover:
    text = "**A title**\n\nA tip that is about as long as a real one, so that as much is sent.\n"
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text * 4))


if __name__ == "__main__":
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    server.start_io(stdin, stdout)
