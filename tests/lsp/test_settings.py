"""Settings, on each of their three ways to the server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from lsp_session import MARKDOWN, SILENT, Session, lsp_session

from lsp_learn.model import Level

pytestmark = pytest.mark.usefixtures("mini_ready")

PULL = {**MARKDOWN, "workspace": {"configuration": True}}
FOR = "for i in x: pass"


async def changed(session: Session, settings: Any) -> None:
    session.notify("workspace/didChangeConfiguration", {"settings": settings})


async def test_initialization_options() -> None:
    async with lsp_session() as session:
        await session.initialize(initializationOptions={"level": "advanced"})
        session.open(FOR)
        assert "calls iter()" in await session.hover_text(0, 1)
    assert session.received == []


async def test_they_may_be_wrapped_in_their_section() -> None:
    async with lsp_session() as session:
        await session.initialize(initializationOptions={"lspLearn": {"hover": False}})
        session.open(FOR)
        assert await session.hover(0, 1) is None


@pytest.mark.parametrize("options", [None, {}, {"lspLearn": {}}, {"lspLearn": None, "level": None}])
async def test_nothing_said_is_the_defaults(options: Any) -> None:
    async with lsp_session() as session:
        await session.initialize(initializationOptions=options)
        session.open(FOR)
        assert "for loop" in await session.hover_text(0, 1)
    assert session.all_of("window/showMessage") == []


async def test_wrong_ones_are_told_once_and_the_default_is_used() -> None:
    async with lsp_session() as session:
        await session.initialize(initializationOptions={"level": "expert", "hoover": 1})
        session.open(FOR)
        assert "for loop" in await session.hover_text(0, 1)
        messages = session.all_of("window/showMessage")
    assert [message["type"] for message in messages] == [2, 2]
    assert 'lspLearn.level must be one of "beginner"' in messages[0]["message"]
    assert '"expert"' in messages[0]["message"]
    assert "lspLearn.hoover is not a setting" in messages[1]["message"]


@pytest.mark.parametrize("options", [[], "text", 3, [1]], ids=str)
async def test_options_of_a_wrong_kind_are_told(options: Any) -> None:
    async with lsp_session() as session:
        await session.initialize(initializationOptions=options)
        session.open(FOR)
        assert "for loop" in await session.hover_text(0, 1)
        assert len(session.all_of("window/showMessage")) == 1


async def test_the_editor_is_asked_for_its_section() -> None:
    async with lsp_session() as session:
        session.answers["workspace/configuration"] = [{"level": "advanced"}]
        await session.initialize(PULL)
        asked = await session.wait_for("workspace/configuration")
        assert asked == {"items": [{"section": "lspLearn"}]}
        await until(session, level=Level.ADVANCED)
        session.open(FOR)
        assert "calls iter()" in await session.hover_text(0, 1)


async def test_an_editor_that_cannot_is_not_asked() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(FOR)
        await session.hover(0, 1)
    assert session.all_of("workspace/configuration") == []


@pytest.mark.parametrize("answer", [[None], [], None, "x", [{"level": 3}]], ids=str)
async def test_a_useless_answer_leaves_what_was_said_at_the_start(answer: Any) -> None:
    async with lsp_session() as session:
        session.answers["workspace/configuration"] = answer
        await session.initialize(PULL, initializationOptions={"level": "advanced"})
        await session.wait_for("workspace/configuration")
        session.open(FOR)
        assert "calls iter()" in await session.hover_text(0, 1)


async def test_an_editor_that_never_answers_does_not_hold_up_a_hover() -> None:
    async with lsp_session() as session:
        session.answers["workspace/configuration"] = SILENT
        await session.initialize(PULL)
        session.open(FOR)
        assert "for loop" in await session.hover_text(0, 1)


async def test_a_pushed_change_is_used_at_once() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(FOR)
        assert "for loop" in await session.hover_text(0, 1)
        await changed(session, {"lspLearn": {"hover": False}})
        assert await session.hover(0, 1) is None
        await changed(session, {"lspLearn": {}})
        assert await session.hover(0, 1) is not None, "what is not named any more is the default"


async def test_a_change_keeps_the_options_of_the_start() -> None:
    async with lsp_session() as session:
        await session.initialize(initializationOptions={"level": "advanced"})
        session.open(FOR)
        await changed(session, {"lspLearn": {"codeAction": False}})
        assert "calls iter()" in await session.hover_text(0, 1)
        await changed(session, None)
        assert "calls iter()" in await session.hover_text(0, 1)


async def test_a_change_is_fetched_where_the_editor_can_be_asked() -> None:
    async with lsp_session() as session:
        session.answers["workspace/configuration"] = [{}]
        await session.initialize(PULL)
        await session.wait_for("workspace/configuration")
        session.answers["workspace/configuration"] = [{"hover": False}]
        await changed(session, None)
        await session.wait_for("workspace/configuration", 2)
        await until(session, hover=False)
        session.open(FOR)
        assert await session.hover(0, 1) is None


async def test_a_wrong_change_is_told_and_costs_that_value_alone() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(FOR)
        await changed(session, {"lspLearn": {"level": 7, "codeAction": False}})
        assert "for loop" in await session.hover_text(0, 1)
        assert not await session.code_actions((0, 1))
        (message,) = session.all_of("window/showMessage")
    assert "lspLearn.level" in message["message"]


async def test_settings_of_other_servers_are_none_of_ours() -> None:
    """Some editors push every setting they have: {"python": ..., "lspLearn": ...}."""
    async with lsp_session() as session:
        await session.initialize()
        await changed(session, {"python": {"x": 1}, "lspLearn": {"level": "advanced"}})
        session.open(FOR)
        assert "calls iter()" in await session.hover_text(0, 1)
        assert session.all_of("window/showMessage") == []


async def test_a_change_of_settings_is_registered_for_where_that_is_possible() -> None:
    workspace = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}
    async with lsp_session() as session:
        session.answers["workspace/configuration"] = [{}]
        await session.initialize({**MARKDOWN, "workspace": workspace})
        registered = await session.wait_for("client/registerCapability")
    (registration,) = registered["registrations"]
    assert registration["method"] == "workspace/didChangeConfiguration"
    assert registration["registerOptions"] == {"section": "lspLearn"}


async def until(session: Session, **wanted: Any) -> None:
    """Until the server uses some settings; it says nothing when it does."""
    async with asyncio.timeout(20):
        while any(getattr(session.server.app.settings, k) != v for k, v in wanted.items()):
            await asyncio.sleep(0.005)
