"""textDocument/hover: the tip for the place under the cursor, or nothing."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from lsprotocol import types

from lsp_learn.explain.render import hover_text, linked
from lsp_learn.model import Document, Stopped, Tip
from lsp_learn.server.convert import encoding, open_document, to_diagnostic, to_range
from lsp_learn.server.server import LearnServer
from lsp_learn.text import Encoding, lines_of


def register(server: LearnServer) -> None:
    """Register the feature."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: LearnServer, params: types.HoverParams) -> types.Hover | None:
        document = open_document(ls, params.text_document.uri)
        if document is None or not ls.app.settings.hover:
            return None
        if (field := await ls.authoring.hover(document, params.position)) is not None:
            return field
        answer = await ls.look(document, _hover, ls, document, params.position, encoding(ls))
        ls.index.look_again()
        return answer


def _hover(
    stopped: Stopped,
    ls: LearnServer,
    document: Document,
    position: types.Position,
    counted: Encoding,
) -> types.Hover | None:
    lines = lines_of(document.text)
    offset = lines.offset(position.line, position.character, counted)
    if offset is None:
        return None
    said = ls.said.about(document.uri, document.version, position.line)
    known = [one for item in said if (one := to_diagnostic(lines, item, counted)) is not None]
    # Of several on the line, those under the cursor first.
    known.sort(key=lambda one: not one.span.start <= offset <= one.span.end)
    tips = ls.app.at(document, offset, known, stopped=stopped)
    if not tips:
        return None  # never an empty hover: that would wipe other servers' texts
    text = _text(ls, tips, {"uri": document.uri, "position": _plain(position)})
    kind = types.MarkupKind.Markdown if ls.profile.markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), to_range(lines, tips[0].fact.span, counted))


def _text(ls: LearnServer, tips: tuple[Tip, ...], place: dict[str, Any]) -> str:
    """The hover's text; "Explain this" in it is a link where the editor's extension asks for
    one, with what its command then gives to ours.
    """
    profile = ls.profile
    action = profile.code_actions and ls.app.settings.code_action
    text = hover_text(tips, markdown=profile.markdown, action=action)
    if not (action and profile.markdown and profile.explain_command):
        return text
    ids = list(dict.fromkeys(tip.snippet.id for tip in tips))
    argument = quote(json.dumps([{**place, "snippets": ids}]), safe="")
    return linked(text, f"command:{profile.explain_command}?{argument}")


def _plain(position: types.Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}
