"""What other tools said about the open documents, as far as the editor told us.

A server hears of other servers' diagnostics in the context of a code action only, and in
Neovim and others not even there; so what was heard is kept for the hovers after it, until the
document changes. `lsp-learn/diagnostics` lets an editor's configuration pass them on.
"""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

KEPT = 500
"""Diagnostics kept of a document."""

_SHORT = 3
"""Lines up to which a diagnostic is about each of its lines, not about its first."""


class Said:
    """The diagnostics of other tools, by document."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int | None, dict[str, types.Diagnostic]]] = {}

    def hear(
        self,
        uri: str,
        version: int | None,
        diagnostics: Iterable[types.Diagnostic],
        *,
        all_of_them: bool = False,
    ) -> None:
        """Remember diagnostics of a version of a document; those of another are forgotten."""
        known, kept = self._known.get(uri, (version, {}))
        if known != version or all_of_them:
            kept = {}
        for one in diagnostics:
            if len(kept) < KEPT:
                kept[f"{one.range} {one.source} {one.code}"] = one
        self._known[uri] = (version, kept)

    def about(self, uri: str, version: int | None, line: int) -> list[types.Diagnostic]:
        """What is known about a line, as long as the document is the same."""
        known, kept = self._known.get(uri, (None, {}))
        if known != version:
            return []
        return [one for one in kept.values() if _is_about(one.range, line)]

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._known.pop(uri, None)


def _is_about(where: types.Range, line: int) -> bool:
    first, last = where.start.line, where.end.line
    return line == first or (first <= line <= last and last - first < _SHORT)
