"""`lsp-learn/diagnostics`: an editor's configuration passes on what other servers said.

Parameters: `{uri, version?, diagnostics}`, all diagnostics of one document as LSP writes them.
Editors whose code actions carry them need it for hovers only; Neovim, Sublime Text and others
pass a server only its own: docs/how-to/pass-diagnostics.md has the lines for them.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import converters, types

from lsp_learn.server.convert import open_document
from lsp_learn.server.server import LearnServer

METHOD = "lsp-learn/diagnostics"

_CONVERTER = converters.get_converter()


def register(server: LearnServer) -> None:
    """Register the notification."""

    @server.feature(METHOD)
    async def diagnostics(ls: LearnServer, params: Any) -> None:
        uri = getattr(params, "uri", None)
        document = open_document(ls, uri) if isinstance(uri, str) else None
        if document is None:
            return
        found = [one for item in getattr(params, "diagnostics", ()) if (one := _read(item))]
        ls.said.hear(document.uri, document.version, found, all_of_them=True)


def _read(item: Any) -> types.Diagnostic | None:
    """One diagnostic; what cannot be read is left out: it comes from people's configuration."""
    try:
        return _CONVERTER.structure(_plain(item), types.Diagnostic)
    except Exception:  # noqa: BLE001  (any shape may come)
        return None


def _plain(value: Any) -> Any:
    """Parameters of unknown methods arrive as nested named tuples."""
    if hasattr(value, "_asdict"):
        return {key: _plain(inner) for key, inner in value._asdict().items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
