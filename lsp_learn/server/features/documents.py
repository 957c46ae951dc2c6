"""textDocument/did*: reads documents ahead, so that the first hover finds them read.

pygls keeps the texts; here is only what makes hovers quick. Nothing waits for it.
"""

from __future__ import annotations

import asyncio

from lsprotocol import types

from lsp_learn.server.convert import open_document
from lsp_learn.server.server import LearnServer, log_failure

_PAUSE = 0.15
"""Seconds without a keystroke before a changed document is read."""

_LATER = 1.0
"""Seconds after opening before the language's rules are prepared."""

_BREATH = 0.02
"""Seconds between two pieces of that, for the editor's requests."""


def register(server: LearnServer) -> None:
    """Register the notifications."""
    waiting: dict[str, asyncio.Task[None]] = {}

    def read_soon(ls: LearnServer, uri: str, pause: float) -> None:
        if uri in waiting:
            waiting[uri].cancel()
        waiting[uri] = asyncio.create_task(_read(ls, uri, pause))
        waiting[uri].add_done_callback(
            lambda task: waiting.pop(uri) if waiting.get(uri) is task else None
        )

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(ls: LearnServer, params: types.DidOpenTextDocumentParams) -> None:
        read_soon(ls, params.text_document.uri, 0)
        ls.authoring.opened(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(ls: LearnServer, params: types.DidChangeTextDocumentParams) -> None:
        read_soon(ls, params.text_document.uri, _PAUSE)
        ls.authoring.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(ls: LearnServer, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        if uri in waiting:
            waiting[uri].cancel()
        ls.app.forget(uri)
        ls.said.forget(uri)
        ls.authoring.closed(uri)


async def _read(ls: LearnServer, uri: str, pause: float) -> None:
    await asyncio.sleep(pause)
    document = open_document(ls, uri)
    if document is None:
        return
    try:
        await asyncio.to_thread(ls.app.warm, document)
        # What a later hover would have to compile, piece by piece: each piece takes some
        # milliseconds, in which nobody else can run.
        await asyncio.sleep(_LATER)
        await asyncio.to_thread(lambda: ls.app.messages)
        for piece in ls.app.preparations(document):
            await asyncio.to_thread(piece)
            await asyncio.sleep(_BREATH)
    except Exception as error:  # noqa: BLE001  (reading ahead may fail; the hover will say)
        log_failure(error)
