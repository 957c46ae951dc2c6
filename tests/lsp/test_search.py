"""workspace/executeCommand lsp-learn.search."""

from __future__ import annotations

from typing import Any

import pytest
from lsp_session import URI, lsp_session

pytestmark = pytest.mark.usefixtures("mini_ready")

SEARCH = "lsp-learn.search"


async def test_the_snippets_nearest_to_some_words_the_best_first() -> None:
    async with lsp_session() as session:
        await session.initialize()
        hits = await session.execute(SEARCH, {"query": "how do I order a list?"})
    assert hits[0]["id"] == "mini.sort"
    assert set(hits[0]) == {"id", "title", "tip", "language", "level", "pack", "score"}
    assert hits[0]["language"] == "python"
    assert hits[0]["pack"] == "mini"
    assert hits[0]["level"] in {"beginner", "intermediate", "advanced"}
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


async def test_a_language_and_a_limit() -> None:
    async with lsp_session() as session:
        await session.initialize()
        wanted = {"query": "loop", "language": "python", "limit": 1}
        assert len(await session.execute(SEARCH, wanted)) == 1
        assert await session.execute(SEARCH, {**wanted, "language": "go"}) == []
        wanted = {"query": "loop", "language": None, "limit": None}
        assert await session.execute(SEARCH, wanted) != []


async def test_nothing_found_is_an_empty_list_and_a_message() -> None:
    async with lsp_session() as session:
        await session.initialize()
        assert await session.execute(SEARCH, {"query": "kubernetes ingress"}) == []
        assert await session.execute(SEARCH, {"query": ""}) == []
        wanted = {"query": "kubernetes ingress loop"}
        assert await session.execute(SEARCH, wanted) == []
        messages = session.all_of("window/showMessage")
    assert [message["type"] for message in messages] == [3, 3, 3]
    assert messages[0]["message"] == messages[1]["message"] == "lsp-learn: nothing found"
    assert "did you mean" in messages[2]["message"]
    assert "for loop" in messages[2]["message"]


async def test_a_list_that_follows_typing_gets_no_message_but_what_may_have_been_meant() -> None:
    async with lsp_session() as session:
        await session.initialize()
        found = await session.execute(SEARCH, {"query": "loop", "live": True})
        nothing = await session.execute(SEARCH, {"query": "kubernetes", "live": True})
        near = await session.execute(SEARCH, {"query": "kubernetes ingress loop", "live": True})
        assert session.all_of("window/showMessage") == []
    assert found
    assert not any("near" in one for one in found)
    assert nothing == []
    assert near[0]["title"] == "for loop"
    assert all(one["near"] is True for one in near)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["loop"],
        [None],
        [{}],
        [{"query": 3}],
        [{"query": None}],
        [{"query": ["loop"]}],
        [{"query": "loop", "language": 3}],
        [{"query": "loop", "limit": 0}],
        [{"query": "loop", "limit": 101}],
        [{"query": "loop", "limit": "10"}],
        [{"query": "loop", "limit": True}],
        [{"query": "loop", "limit": 1.5}],
        [{"query": "loop", "live": 1}],
        [{"query": "loop"}, {"query": "loop"}],
        [[{"query": "loop"}]],
    ],
    ids=str,
)
async def test_wrong_arguments_are_a_message_that_says_how(arguments: list[Any]) -> None:
    async with lsp_session() as session:
        await session.initialize()
        assert await session.execute(SEARCH, *arguments) is None
        (message,) = session.all_of("window/showMessage")
        assert await session.execute(SEARCH, {"query": "loop"}) != []
    assert message["type"] == 2
    assert "{query, language?, limit?, live?}" in message["message"]


async def test_no_query_disturbs_the_server() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("for i in [1]:\n    pass\n")
        for query in ("*", "a:b", "AND", "(((", "\0\1", "loop " * 20_000, "x" * 100_000, "😋"):
            assert isinstance(await session.execute(SEARCH, {"query": query}), list)
        assert await session.hover(0, 1) is not None
    assert URI


async def test_the_command_is_offered() -> None:
    async with lsp_session() as session:
        answer = await session.initialize()
    commands = answer["capabilities"]["executeCommandProvider"]["commands"]
    assert {"lsp-learn.explain", SEARCH} <= set(commands)
