"""workspace/executeCommand `lsp-learn.explain`: shows the lesson for a place.

Argument: `{uri, position}` or `{uri, range}`, with `snippets` (ids) when they are known. The
document must be open. Returns `{title, snippets, markdown}`, null when there is nothing to say;
no editor shows that, so the lesson is opened as well (server/lessons.py).
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from lsp_learn.model import Document, Snippet, Span, Stopped
from lsp_learn.server import lessons
from lsp_learn.server.convert import encoding, open_document
from lsp_learn.server.server import LearnServer
from lsp_learn.text import Encoding, lines_of

EXPLAIN = "lsp-learn.explain"

_USAGE = "lsp-learn.explain takes one object: {uri, position}, {uri, range} or {snippets}"


def register(server: LearnServer) -> None:
    """Register the command."""

    @server.command(EXPLAIN)
    async def explain(ls: LearnServer, *arguments: Any) -> dict[str, Any] | None:
        wanted = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
        ids, uri, span = wanted.get("snippets"), wanted.get("uri"), _place(wanted)
        document = open_document(ls, uri) if isinstance(uri, str) else None
        if not isinstance(ids, list) and (not isinstance(uri, str) or span is None):
            params = types.ShowMessageParams(types.MessageType.Warning, _USAGE)
            ls.window_show_message(params)
            return None
        found = await ls.work(_snippets, ls, ids, document, span, encoding(ls))
        if not found:
            text = "lsp-learn: nothing to explain here"
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
            return None
        snippets, markdown = found
        await lessons.show(ls, snippets, markdown)
        shown = [snippet.id for snippet in snippets]
        return {"title": snippets[0].title, "snippets": shown, "markdown": markdown}


def _place(wanted: dict[str, Any]) -> types.Range | None:
    """The range that was asked for; a position is an empty one."""
    try:
        if "range" in wanted:
            start, end = wanted["range"]["start"], wanted["range"]["end"]
        else:
            start = end = wanted["position"]
        return types.Range(
            types.Position(int(start["line"]), int(start["character"])),
            types.Position(int(end["line"]), int(end["character"])),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _snippets(
    stopped: Stopped,
    ls: LearnServer,
    ids: object,
    document: Document | None,
    place: types.Range | None,
    counted: Encoding,
) -> tuple[list[Snippet], str] | None:
    """The snippets for a place and the lesson they make."""
    app = ls.app
    snippets: list[Snippet] = []
    if isinstance(ids, list):
        snippets = [found for one in ids if (found := app.snippet(str(one))) is not None]
    elif document is not None and place is not None:
        lines = lines_of(document.text)
        start = lines.offset(place.start.line, place.start.character, counted)
        end = lines.offset(place.end.line, place.end.character, counted)
        if start is not None and end is not None and start <= end:
            tips = app.explain(document, Span(start, end), stopped=stopped).tips
            snippets = [tip.snippet for tip in tips]
    if not snippets:
        return None
    return snippets, app.lesson([snippet.id for snippet in snippets])
