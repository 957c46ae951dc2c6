"""workspace/executeCommand `lsp-learn.search`: snippets by words, names or an error message.

Argument: `{query, language?, limit?, live?}`. Returns a list of
`{id, title, tip, language, level, pack, score}`, the best first; an empty list and a message to
the user where nothing is near. With `live`, for a list that follows what is typed, there is no
message: what may have been meant is the answer then, each with `near: true`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from lsp_learn.explain.found import listed
from lsp_learn.model import Hit, Stopped
from lsp_learn.server.server import LearnServer

SEARCH = "lsp-learn.search"

MOST = 100
"""The longest list that may be asked for."""

_USAGE = (
    "lsp-learn.search takes one object: {query, language?, limit?, live?}, "
    f"a text, a language id, a number from 1 to {MOST}, and true or false"
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    query: str
    language: str
    limit: int
    live: bool


def register(server: LearnServer) -> None:
    """Register the command."""

    @server.command(SEARCH)
    async def search(ls: LearnServer, *arguments: Any) -> list[dict[str, Any]] | None:
        wanted = _wanted(arguments)
        if wanted is None:
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, _USAGE))
            return None
        await ls.index.settled()
        found = await ls.work(_search, ls, wanted)
        ls.index.look_again()
        if found is None:
            return None
        hits, near = found
        if wanted.live and not hits:
            return [{**listed(hit), "near": True} for hit in near]
        if not hits:
            titles = ", ".join(f"“{hit.snippet.title}”" for hit in near)
            text = "lsp-learn: nothing found" + (f"; did you mean {titles}?" if titles else "")
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
        return [listed(hit) for hit in hits]


def _wanted(arguments: tuple[Any, ...]) -> _Wanted | None:
    """What was asked for; None where it is not what the command takes."""
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        return None
    query, language = arguments[0].get("query"), arguments[0].get("language") or ""
    limit = 10 if arguments[0].get("limit") is None else arguments[0]["limit"]
    if not isinstance(query, str) or not isinstance(language, str):
        return None
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST:
        return None
    live = arguments[0].get("live") or False
    if not isinstance(live, bool):
        return None
    return _Wanted(query, language, limit, live)


def _search(
    _: Stopped, ls: LearnServer, wanted: _Wanted
) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
    hits = ls.app.search(wanted.query, wanted.language, wanted.limit)
    return hits, () if hits else ls.app.did_you_mean(wanted.query, wanted.language)
