"""workspace/executeCommand `lsp-learn.explain`: shows the lesson for a place, a selection piece
by piece, or what a message means.

Argument: `{uri, position}` or `{uri, range}`, with `snippets` (ids) for where the place has
changed meanwhile; or `{message, source?, code?, language?}`. The document must be open. Returns
`{title, snippets, markdown}`, null when there is nothing to say; no editor shows that, so the
page is opened as well (server/lessons.py).
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from lsp_learn.model import Diagnostic, Document, Page, Span, Stopped
from lsp_learn.server import lessons
from lsp_learn.server.convert import encoding, open_document, to_diagnostic, to_span
from lsp_learn.server.server import LearnServer
from lsp_learn.text import Encoding, lines_of

EXPLAIN = "lsp-learn.explain"

_USAGE = (
    "lsp-learn.explain takes one object: {uri, position}, {uri, range}, {snippets} or "
    "{message, source, code}"
)


def register(server: LearnServer) -> None:
    """Register the command."""

    @server.command(EXPLAIN)
    async def explain(ls: LearnServer, *arguments: Any) -> dict[str, Any] | None:
        wanted = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
        uri, place = wanted.get("uri"), _place(wanted)
        document = open_document(ls, uri) if isinstance(uri, str) else None
        placed = isinstance(uri, str) and place is not None
        named = isinstance(wanted.get("snippets"), list)
        if not placed and not named and not _message(wanted):
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, _USAGE))
            return None
        page = await ls.work(_page, ls, wanted, document, place, encoding(ls))
        if page is None:
            text = "lsp-learn: nothing to explain here"
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
            return None
        await lessons.show(ls, page)
        shown = [snippet.id for snippet in page.snippets]
        return {"title": page.title, "snippets": shown, "markdown": page.markdown}


def _message(wanted: dict[str, Any]) -> bool:
    return any(isinstance(wanted.get(key), str | int) for key in ("message", "code"))


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


def _page(
    stopped: Stopped,
    ls: LearnServer,
    wanted: dict[str, Any],
    document: Document | None,
    place: types.Range | None,
    counted: Encoding,
) -> Page | None:
    """The page for a message, for a place, or for snippets by name."""
    if _message(wanted):
        return _said(ls, wanted, document)
    page = None
    if document is not None and place is not None:
        lines = lines_of(document.text)
        span = to_span(lines, place, counted)
        if span is not None:
            said = ls.said.about(document.uri, document.version, place.start.line)
            known = [one for item in said if (one := to_diagnostic(lines, item, counted))]
            page = ls.app.page(document, span, known, stopped)
    ids = wanted.get("snippets")
    if not isinstance(ids, list):
        return page
    named = [str(one) for one in ids]
    if page is not None and (not page.whole or set(named) & {one.id for one in page.snippets}):
        return page
    return ls.app.page_of(named)  # the place has changed: what was offered counts


def _said(ls: LearnServer, wanted: dict[str, Any], document: Document | None) -> Page | None:
    source, code, message = (str(wanted.get(key) or "") for key in ("source", "code", "message"))
    language = str(wanted.get("language") or (document.language if document else ""))
    if source:
        diagnostic = Diagnostic(source, code, message, Span(0, len(message)))
        if tips := ls.app.explain_diagnostic(diagnostic, language):
            return ls.app.lesson_of(tips)
    found = ls.app.explain_output(message)
    return next((ls.app.lesson_of(one.tips) for one in found if one.tips), None)
