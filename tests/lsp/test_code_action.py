"""textDocument/codeAction: "Explain this", when it is asked for, and hardly ever otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from lsp_session import MARKDOWN, URI, lsp_session, range_of

pytestmark = pytest.mark.usefixtures("mini_ready")

CODE = "def add(item, items=[]):\n    for i in items:\n        print(i)\n    helper()\n"
INVOKED, AUTOMATIC = 1, 2


def diagnostic(
    start: tuple[int, int], end: tuple[int, int], message: str = "x", **more: Any
) -> dict[str, Any]:
    return {"range": range_of(start, end), "message": message, **more}


RUFF = diagnostic((0, 0), (0, 3), "Do not use mutable defaults", source="Ruff", code="B006")


async def test_an_action_names_what_it_explains_and_carries_its_command() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        (action,) = await session.code_actions((2, 9), triggerKind=INVOKED)
    assert action["title"] == "Explain this: print()"
    assert action["kind"] == "explain"
    assert "edit" not in action
    command = action["command"]
    assert command["command"] == "lsp-learn.explain"
    assert command["title"] == action["title"]
    assert command["arguments"] == [
        {"uri": URI, "position": {"line": 2, "character": 9}, "snippets": ["mini.print"]}
    ]


async def test_the_actions_command_opens_what_it_names() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        (action,) = await session.code_actions((1, 5))
        command = action["command"]
        answer = await session.execute(command["command"], *command["arguments"])
    assert answer["title"] == "for loop"


async def test_an_editor_without_literals_gets_the_command_itself() -> None:
    async with lsp_session() as session:
        await session.initialize({"textDocument": {"codeAction": {}}})
        session.open(CODE)
        (command,) = await session.code_actions((2, 9))
    assert command["command"] == "lsp-learn.explain"
    assert command["title"] == "Explain this: print()"
    assert "kind" not in command


@pytest.mark.parametrize("place", [(0, 9), (3, 6), (0, 30), (99, 0)])
async def test_nothing_to_explain_is_no_action(place: tuple[int, int]) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        assert not await session.code_actions(place)


async def test_a_selection_is_explained_from_its_start_or_piece_by_piece() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        (at_start,) = await session.code_actions((1, 4), (2, 16))
        (pieces,) = await session.code_actions((0, 0), (3, 0))
        assert not await session.code_actions((3, 0), (3, 12))
    assert at_start["title"] == "Explain this: for loop"
    assert pieces["command"]["arguments"][0]["snippets"] == [
        "mini.mutable-default", "mini.for-loop", "mini.print",
    ]  # fmt: skip


async def test_of_a_whole_line_the_piece_that_matters_most_gives_the_title() -> None:
    code = "for x in y: print(x)\ny = 1\n"
    async with lsp_session() as session:
        await session.initialize()
        session.open(code)
        whole = (0, 0), (0, len(code.splitlines()[0]))
        (action,) = await session.code_actions(*whole)
        (part,) = await session.code_actions((0, 0), (0, 5))
        command = action["command"]
        page = await session.execute(command["command"], *command["arguments"])
    assert part["title"] == "Explain this: for loop"
    assert action["title"] == "Explain this: print()"  # a call says more than a keyword
    assert page["title"] == "print()"
    assert page["snippets"] == ["mini.for-loop", "mini.print"]  # as they are read


async def test_asked_automatically_there_is_nothing_without_a_diagnostic() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        assert not await session.code_actions((2, 9), triggerKind=AUTOMATIC)


async def test_asked_automatically_a_diagnostic_that_a_snippet_explains_is_offered() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        (action,) = await session.code_actions((0, 1), diagnostics=[RUFF], triggerKind=AUTOMATIC)
        assert action["command"]["arguments"][0]["snippets"] == ["mini.mutable-default"]
        other = {**RUFF, "code": "X999"}
        assert not await session.code_actions((0, 1), diagnostics=[other], triggerKind=AUTOMATIC)
        assert not await session.code_actions((2, 9), diagnostics=[other], triggerKind=AUTOMATIC)


async def test_on_request_a_diagnostic_comes_before_the_code() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        here = {**RUFF, "range": range_of((2, 8), (2, 13))}
        (action,) = await session.code_actions((2, 9), diagnostics=[here], triggerKind=INVOKED)
    assert action["command"]["arguments"][0]["snippets"] == ["mini.mutable-default", "mini.print"]


async def test_an_error_message_in_a_diagnostic_is_explained() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        error = diagnostic((3, 4), (3, 10), "KeyError: 'Bob'")
        (action,) = await session.code_actions((3, 5), diagnostics=[error])
    assert action["title"] == "Explain this: KeyError"


@pytest.mark.parametrize(
    "wrong",
    [
        diagnostic((0, 0), (0, 3)),
        diagnostic((0, 0), (0, 3), source="ruff"),
        diagnostic((0, 0), (0, 3), code=12),
        diagnostic((90, 0), (99, 3), source="Ruff", code="B006"),
        diagnostic((3, 0), (3, 3), source="Ruff", code="B006"),
    ],
    ids=["bare", "without a code", "without a source", "outside", "elsewhere"],
)
async def test_a_diagnostic_that_says_nothing_here_changes_nothing(wrong: dict[str, Any]) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        (action,) = await session.code_actions((2, 9), diagnostics=[wrong])
    assert action["command"]["arguments"][0]["snippets"] == ["mini.print"]


@pytest.mark.parametrize(
    ("only", "offered"),
    [
        (["explain"], True),
        ([""], True),
        (["quickfix", "explain"], True),
        (["quickfix"], False),
        (["source"], False),
        (["source.fixAll"], False),
        (["explain.more"], False),
        (["expl"], False),
    ],
)
async def test_only_is_respected(only: list[str], offered: bool) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        assert bool(await session.code_actions((2, 9), only=only)) is offered


async def test_actions_can_be_switched_off() -> None:
    async with lsp_session() as session:
        await session.initialize(initializationOptions={"codeAction": False})
        session.open(CODE)
        assert not await session.code_actions((2, 9))
        assert "Explain this" not in await session.hover_text(2, 9)


async def test_a_closed_document_has_no_actions() -> None:
    async with lsp_session() as session:
        await session.initialize()
        assert not await session.code_actions((0, 1))


async def test_a_reversed_range_is_no_error() -> None:
    async with lsp_session() as session:
        await session.initialize(MARKDOWN)
        session.open(CODE)
        assert not await session.code_actions((2, 9), (0, 0))
        assert await session.code_actions((2, 9))
