"""What each tool prints, as it is printed, and what must be read from it: golden_messages/."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_learn.messages import MessageReader, Tools
from lsp_learn.model import Document

FOLDER = Path(__file__).parent / "golden_messages"
CURSOR = "¦"
READER = MessageReader(Tools())


def cases(kind: str) -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.messages.toml")):
        for number, case in enumerate(tomllib.loads(path.read_text("utf-8")).get(kind, ()), 1):
            yield pytest.param(case, id=f"{path.name.partition('.')[0]}-{number}")


def test_the_shipped_tools_are_right() -> None:
    assert READER.tools.check() == []


def test_every_tool_has_golden_messages() -> None:
    named = {path.name.partition(".")[0] for path in FOLDER.iterdir()}
    assert named == {tool.id for tool in READER.tools}


@pytest.mark.parametrize("case", list(cases("case")))
def test_output_is_read(case: dict[str, Any]) -> None:
    found = READER.read(case["output"])
    shown = [
        {key: getattr(message, key) for key in expected}
        for message, expected in zip(found, case["expect"], strict=False)
    ]
    assert shown == case["expect"]
    assert case["expect"] or not found


@pytest.mark.parametrize("case", [*cases("comment"), *cases("config")])
def test_codes_in_comments_and_configuration_are_read(case: dict[str, Any]) -> None:
    offset = case["line"].index(CURSOR)
    uri = "file:///work/" + case.get("file", "code")
    text = case["line"].replace(CURSOR, "")
    context = READER.named_at(Document(uri, case.get("language", ""), 1, text), offset)
    names = [fact.name for fact in context.facts] if context else []
    assert names[:1] == ([case["code"]] if case["code"] else [])
