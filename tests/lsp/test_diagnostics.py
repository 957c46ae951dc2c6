"""What other servers said: remembered from code actions and from `lsp-learn/diagnostics`."""

from __future__ import annotations

from typing import Any

import pytest
from lsp_session import MARKDOWN, URI, lsp_session, range_of

pytestmark = pytest.mark.usefixtures("mini_ready")

CODE = "print(1)\nfor i in [1]:\n    print(i)  # noqa: B006\n"
EXPLAIN = "lsp-learn.explain"
VIRTUAL = {
    **MARKDOWN,
    "window": {"showDocument": {"support": True}},
    "workspace": {"textDocumentContent": {"dynamicRegistration": True}},
}


def ruff(start: tuple[int, int], end: tuple[int, int], code: str = "B006") -> dict[str, Any]:
    return {"range": range_of(start, end), "source": "Ruff", "code": code, "message": "Do not"}


DEFAULT = "**A list as default"


async def test_a_hover_on_a_line_with_a_diagnostic_begins_with_it() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        assert (await session.hover_text(0, 1)).startswith("**print()**")
        found = [ruff((0, 2), (0, 4))]
        session.notify("lsp-learn/diagnostics", {"uri": URI, "diagnostics": found})
        text = await session.hover_text(0, 1)
        assert text.startswith(DEFAULT)
        assert "about ruff B006" in text
        assert "also here: print()" in text
        assert (await session.hover_text(2, 5)).startswith("**print()**")


async def test_what_was_said_of_an_older_text_no_longer_counts() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        found = [ruff((0, 0), (0, 4))]
        session.notify("lsp-learn/diagnostics", {"uri": URI, "diagnostics": found})
        assert (await session.hover_text(0, 1)).startswith(DEFAULT)
        session.change(CODE + "\n")
        assert (await session.hover_text(0, 1)).startswith("**print()**")


async def test_new_diagnostics_replace_the_old_ones() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        for found in ([ruff((0, 0), (0, 4))], []):
            session.notify("lsp-learn/diagnostics", {"uri": URI, "diagnostics": found})
        assert (await session.hover_text(0, 1)).startswith("**print()**")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"uri": URI},
        {"uri": 3, "diagnostics": []},
        {"uri": "file:///not-open.py", "diagnostics": [ruff((0, 0), (0, 1))]},
        {"uri": URI, "diagnostics": [{"range": 3}, None, "x", {"message": "no range"}]},
        {"uri": URI, "diagnostics": 3},
        {"uri": URI, "diagnostics": [ruff((90, 0), (91, 4))]},
    ],
)
async def test_what_cannot_be_read_is_left_out(params: Any) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        session.notify("lsp-learn/diagnostics", params)
        assert (await session.hover_text(0, 1)).startswith("**print()**")


async def test_what_a_code_action_was_told_counts_for_the_hovers_after_it() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        await session.code_actions((0, 1), diagnostics=[ruff((0, 0), (0, 4))], triggerKind=2)
        assert (await session.hover_text(0, 6)).startswith(DEFAULT)


async def test_a_code_in_a_comment_is_explained() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        answer = await session.hover(2, CODE.split("\n")[2].index("B006") + 1)
        assert answer["contents"]["value"].startswith(DEFAULT)
        assert answer["range"] == range_of((2, 22), (2, 26))
        assert await session.hover(2, CODE.split("\n")[2].index("noqa") + 1) is None


async def test_the_lesson_of_a_diagnostic() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(CODE)
        here = ruff((0, 0), (0, 5))
        (action,) = await session.code_actions((0, 1), diagnostics=[here], triggerKind=1)
        answer = await session.execute(EXPLAIN, *action["command"]["arguments"])
    assert answer["snippets"] == ["mini.mutable-default", "mini.print"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"message": "KeyError: 'Bob'"}, ["mini.key-error"]),
        ({"message": "Do not", "source": "Ruff", "code": "B006"}, ["mini.mutable-default"]),
        ({"source": "flake8", "code": "B006"}, ["mini.mutable-default"]),
        ({"source": "mypy", "code": "B006"}, []),
        ({"source": "ruff", "code": "B006", "message": ""}, ["mini.mutable-default"]),
        ({"message": "all is well"}, []),
        ({"message": ""}, []),
        ({"message": 3, "source": None}, []),
    ],
)
async def test_a_message_is_explained_without_a_place(wanted: Any, expected: list[str]) -> None:
    async with lsp_session() as session:
        await session.initialize()
        answer = await session.execute(EXPLAIN, wanted)
    assert (answer["snippets"] if answer else []) == expected


async def test_a_page_of_a_selection_can_be_asked_for_again() -> None:
    async with lsp_session() as session:
        session.answers["window/showDocument"] = {"success": True}
        session.answers["client/registerCapability"] = None
        await session.initialize(VIRTUAL)
        session.open(CODE)
        await session.wait_for("client/registerCapability")
        answer = await session.execute(EXPLAIN, {"uri": URI, "range": range_of((0, 0), (2, 8))})
        shown = await session.wait_for("window/showDocument")
        params = {"uri": shown["uri"]}
        again = await session.request("workspace/textDocumentContent", params)
    assert again["text"] == answer["markdown"]
    assert "```text\nprint(1)\n^^^^^1\n" in again["text"]
