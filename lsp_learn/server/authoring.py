"""Pack files that are open in the editor: what is wrong with them is published as they are
edited, and their fields are explained. What mends them is in `mending.py`.

Diagnostics are pushed: every editor shows those, and a change in one file of a pack may be a
problem of another that is open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.uris import to_fs_path

from lsp_learn.desk import Checked, Desk, rule_address
from lsp_learn.model import Document, Problem, Severity, Span
from lsp_learn.server.convert import encoding, open_document, to_range
from lsp_learn.text import Encoding, lines_of

if TYPE_CHECKING:
    from lsp_learn.server.server import LearnServer

SOURCE = "lsp-learn"

_PAUSE = 0.3
"""Seconds without a keystroke before a changed file is checked."""

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}


class Authoring:
    """The pack files that are open, and what the editor was last told about each."""

    def __init__(self, server: LearnServer) -> None:
        self._server = server
        self.desk = Desk()
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._told: dict[str, tuple[int | None, tuple[Problem, ...]]] = {}

    def opened(self, uri: str) -> None:
        """Check a file at once, if it may be one of a pack."""
        self._check_soon(uri, 0)

    def changed(self, uri: str) -> None:
        """Check a file when its author pauses."""
        self._check_soon(uri, _PAUSE)

    def closed(self, uri: str) -> None:
        """Take back what was said about a file."""
        path = path_of(uri)
        if path is None:
            return
        if uri in self._waiting:
            self._waiting[uri].cancel()
        self._take_back(uri)
        self._start(uri, self._forget(uri, path))

    def _check_soon(self, uri: str, pause: float) -> None:
        path = path_of(uri)
        if path is None:
            return
        if uri in self._waiting:
            self._waiting[uri].cancel()
        self._start(uri, self._check(uri, path, pause))

    def _start(self, uri: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._waiting[uri] = asyncio.create_task(work)
        task.add_done_callback(
            lambda done: self._waiting.pop(uri) if self._waiting.get(uri) is done else None
        )

    async def _check(self, uri: str, path: Path, pause: float) -> None:
        await asyncio.sleep(pause)
        document = open_document(self._server, uri)
        if document is not None:
            checked = await self._server.aside(self.desk.check, path, document) or ()
            self._tell(checked)
            if not any(one.document is document for one in checked):
                self._take_back(uri)  # its pack is gone

    def _take_back(self, uri: str) -> None:
        if self._told.pop(uri, None) is not None:
            params = types.PublishDiagnosticsParams(uri, [])
            self._server.text_document_publish_diagnostics(params)

    async def _forget(self, uri: str, path: Path) -> None:
        def is_open() -> bool:
            return open_document(self._server, uri) is not None

        self._tell(await self._server.aside(self.desk.close, path, is_open) or ())

    def _tell(self, checked: Iterable[Checked]) -> None:
        """Publish what the editor has not been told of the text that it has."""
        for one in checked:
            document = one.document
            now = open_document(self._server, document.uri)
            told = (document.version, one.problems)
            if now is None or now.version != document.version or self._told.get(now.uri) == told:
                continue  # closed, or already changed again
            self._told[document.uri] = told
            self._server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(
                    document.uri,
                    [self.diagnostic(problem, document.text) for problem in one.problems],
                    document.version,
                )
            )

    def diagnostic(self, problem: Problem, text: str) -> types.Diagnostic:
        """A problem as the protocol has it: the hint stands behind the message."""
        hint = f" ({problem.hint})" if problem.hint else ""
        href = rule_address(problem.code) if self._server.profile.code_descriptions else ""
        return types.Diagnostic(
            range=_line_range(text, max(problem.line - 1, 0), encoding(self._server)),
            message=problem.message + hint,
            severity=_SEVERITIES[problem.severity],
            code=problem.code,
            code_description=types.CodeDescription(href) if href else None,
            source=SOURCE,
        )

    def knows(self, uri: str) -> bool:
        """Whether an open file is known to be one of a pack."""
        return uri in self._told

    async def hover(self, document: Document, position: types.Position) -> types.Hover | None:
        """What a key or a trigger of the metadata means; None elsewhere, and in other files."""
        path, counted = path_of(document.uri), encoding(self._server)
        lines = lines_of(document.text)
        offset = lines.offset(position.line, position.character, counted)
        if path is None or offset is None or not self.knows(document.uri):
            return None
        found = await self._server.aside(self.desk.meaning, path, document, offset)
        if found is None:
            return None
        text, span = found
        markdown = self._server.profile.markdown
        kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
        shown = text if markdown else text.replace("**", "").replace("`", "")
        return types.Hover(types.MarkupContent(kind, shown), to_range(lines, span, counted))


def path_of(uri: str) -> Path | None:
    """The file of an address that may be one of a pack: by its name, without a look at the disk."""
    if not uri.startswith("file:") or not uri.endswith((".md", ".toml")):
        return None
    path = to_fs_path(uri)
    return Path(path) if path else None


def _line_range(text: str, line: int, counted: Encoding) -> types.Range:
    """What stands on a line, without the spaces around it."""
    lines = lines_of(text)
    start, end = lines.line_span(min(line, lines.line_count - 1))
    written = text[start:end]
    start += len(written) - len(written.lstrip())
    return to_range(lines, Span(start, max(start, start + len(written.strip()))), counted)
