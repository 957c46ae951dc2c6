"""workspace/textDocumentContent: the text of a lesson's virtual document."""

from __future__ import annotations

from lsprotocol import types

from lsp_learn.model import Stopped
from lsp_learn.server.lessons import ids_in, page_at
from lsp_learn.server.server import LearnServer


def register(server: LearnServer) -> None:
    """Register the feature. The editor hears of it after `initialized` (lifecycle.py): pygls
    does not put it into the answer to `initialize`.
    """

    @server.feature(types.WORKSPACE_TEXT_DOCUMENT_CONTENT)
    async def content(
        ls: LearnServer, params: types.TextDocumentContentParams
    ) -> types.TextDocumentContentResult:
        text = page_at(ls, params.uri) or await ls.work(_text, ls, ids_in(params.uri))
        return types.TextDocumentContentResult(text or "This lesson is not installed any more.\n")


def _text(_: Stopped, ls: LearnServer, ids: tuple[str, ...]) -> str:
    return ls.app.lesson(ids)
