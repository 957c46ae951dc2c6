"""Quick fixes for the problems in pack files: what `lsp-learn pack lint --fix` does, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_learn.desk import Mending
from lsp_learn.model import Document, Span
from lsp_learn.server.authoring import path_of
from lsp_learn.server.convert import encoding, to_range
from lsp_learn.text import Encoding, lines_of

if TYPE_CHECKING:
    from lsp_learn.server.server import LearnServer

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = "source.fixAll.lsp-learn"
"""What editors run on saving, where their users say so; only when it is asked for by name."""

_ALL = "Mend everything in this file"


async def mending_actions(
    ls: LearnServer, document: Document, params: types.CodeActionParams
) -> list[types.CodeAction]:
    """What mends the problems on the lines of a range; none in files that are of no pack."""
    path = path_of(document.uri)
    if path is None or not ls.authoring.knows(document.uri):
        return []
    if not ls.profile.code_action_literals:
        return []
    desk, wanted = ls.authoring.desk, kinds(params.context)
    if wanted and any(one == FIX_ALL or FIX_ALL.startswith(f"{one}.") for one in wanted if one):
        text = await ls.aside(desk.mended, path, document)
        if text is None or text == document.text:
            return []
        return [_action(ls, document, Mending(_ALL, text, ()), FIX_ALL)]
    if wanted and not {"", QUICK_FIX} & set(wanted):
        return []
    lines = range(params.range.start.line, params.range.end.line + 1)
    found = await ls.aside(desk.mendings, path, document, lines)
    return [_action(ls, document, mending, QUICK_FIX) for mending in found or ()]


def kinds(context: types.CodeActionContext) -> list[str]:
    """The kinds that an editor asks for; none where it wants all."""
    return [str(getattr(kind, "value", kind)) for kind in context.only or ()]


def _action(ls: LearnServer, document: Document, mending: Mending, kind: str) -> types.CodeAction:
    edit = _edit(document.text, mending.text, encoding(ls))
    return types.CodeAction(
        title=mending.title,
        kind=kind,
        diagnostics=[ls.authoring.diagnostic(one, document.text) for one in mending.mends] or None,
        edit=_workspace_edit(ls, document, edit),
    )


def _workspace_edit(
    ls: LearnServer, document: Document, edit: types.TextEdit
) -> types.WorkspaceEdit:
    """With the version, where the editor can refuse a change of a text that it no longer has."""
    if not ls.profile.document_changes:
        return types.WorkspaceEdit(changes={document.uri: [edit]})
    which = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(which, [edit])])


def _edit(before: str, after: str, counted: Encoding) -> types.TextEdit:
    """The whole lines in which two texts differ."""
    old, new = before.split("\n"), after.split("\n")
    head = _alike(old[:-1], new[:-1])
    tail = _alike(old[head:][::-1], new[head:][::-1])
    start = sum(len(line) + 1 for line in old[:head])
    same = len("\n".join(old[len(old) - tail :]))
    span = Span(start, len(before) - same)
    text = after[start : len(after) - same]
    return types.TextEdit(to_range(lines_of(before), span, counted), text)


def _alike(one: list[str], other: list[str]) -> int:
    """How many items two lists begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
