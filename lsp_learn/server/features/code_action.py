"""textDocument/codeAction: offers "Explain this: <title>" where there is something to explain.

On request only. Editors also ask by themselves, at every move of the cursor, to draw a
lightbulb; then the answer is nothing, unless a diagnostic stands there that we can explain.
In a pack's own files there are quick fixes besides.
"""

from __future__ import annotations

from lsprotocol import types

from lsp_learn.explain.pieces import lessons_of
from lsp_learn.model import Diagnostic, Document, Explanation, FactKind, Span, Stopped, Tip
from lsp_learn.server.convert import encoding, open_document, to_diagnostic, to_span
from lsp_learn.server.features.explain import EXPLAIN
from lsp_learn.server.mending import FIX_ALL, QUICK_FIX, kinds, mending_actions
from lsp_learn.server.server import LearnServer
from lsp_learn.text import Encoding, lines_of

KIND = "explain"
"""A kind of our own. `source.*` is hidden from VS Code's Ctrl+., `quickfix` promises a fix and
steals the key from real ones, `refactor` promises a change. docs/decisions/0005."""


def register(server: LearnServer) -> None:
    """Register the feature."""

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(
            code_action_kinds=[KIND, QUICK_FIX, FIX_ALL], resolve_provider=False
        ),
    )
    async def code_action(
        ls: LearnServer, params: types.CodeActionParams
    ) -> list[types.CodeAction | types.Command] | None:
        document = open_document(ls, params.text_document.uri)
        if document is None:
            return None
        fixes = await mending_actions(ls, document, params)
        explain = await _explain(ls, document, params)
        return [*fixes, *explain] or None


async def _explain(
    ls: LearnServer, document: Document, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command]:
    wanted = kinds(params.context)
    if not ls.app.settings.code_action or (wanted and not {"", KIND} & set(wanted)):
        return []
    heard = params.context.diagnostics
    ls.said.hear(document.uri, document.version, heard)
    if not heard and params.context.trigger_kind == types.CodeActionTriggerKind.Automatic:
        return []
    tips = await ls.work(_tips, ls, document, params, encoding(ls))
    return [_action(ls, tips, params)] if tips else []


def _tips(
    stopped: Stopped,
    ls: LearnServer,
    document: Document,
    params: types.CodeActionParams,
    counted: Encoding,
) -> tuple[Tip, ...]:
    lines = lines_of(document.text)
    span = to_span(lines, params.range, counted)
    if span is None:
        return ()
    found = [to_diagnostic(lines, one, counted) for one in params.context.diagnostics]
    diagnostics = [one for one in found if one is not None and _touch(one, span)]
    automatic = params.context.trigger_kind == types.CodeActionTriggerKind.Automatic
    tips: tuple[Tip, ...] = ()
    if not _whole_lines(document.text, span):
        tips = ls.app.at(document, span.start, diagnostics, stopped)
    if not tips and span.length:
        tips = _telling_first(ls.app.explain(document, span, diagnostics, stopped))
    about = {FactKind.DIAGNOSTIC, FactKind.ERROR}
    if automatic and not any(tip.fact.kind in about for tip in tips):
        return ()
    return tips


def _whole_lines(text: str, span: Span) -> bool:
    """Whether a range is lines from their first column on: Kate asks for the cursor's line."""
    starts = span.start == 0 or text[span.start - 1] == "\n"
    return starts and span.length > 0 and text[span.end - 1 : span.end + 1].find("\n") >= 0


def _telling_first(explanation: Explanation) -> tuple[Tip, ...]:
    """The tips of all pieces; first the one whose lesson matters most, which gives the title."""
    first = lessons_of(explanation.parts)[:1]
    return tuple(sorted(explanation.tips, key=lambda tip: tip.snippet not in first))


def _touch(diagnostic: Diagnostic, span: Span) -> bool:
    return diagnostic.span.start <= span.end and span.start <= diagnostic.span.end


def _action(
    ls: LearnServer, tips: tuple[Tip, ...], params: types.CodeActionParams
) -> types.CodeAction | types.Command:
    title = f"Explain this: {tips[0].snippet.title}"
    ids = list(dict.fromkeys(tip.snippet.id for tip in tips))
    start = params.range.start
    place = {"line": start.line, "character": start.character}
    argument: dict[str, object] = {"uri": params.text_document.uri, "snippets": ids}
    end = params.range.end
    if end != start:
        argument["range"] = {
            "start": place,
            "end": {"line": end.line, "character": end.character},
        }
    else:
        argument["position"] = place
    command = types.Command(title=title, command=EXPLAIN, arguments=[argument])
    if not ls.profile.code_action_literals:
        return command
    return types.CodeAction(title=title, kind=KIND, command=command)
