"""textDocument/hover: the tip at the cursor, however the editor counts, or nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lsp_session import MARKDOWN, URI, lsp_session, place

pytestmark = pytest.mark.usefixtures("mini_ready")


def general(*encodings: str) -> dict[str, Any]:
    return {**MARKDOWN, "general": {"positionEncodings": list(encodings)}}


async def test_the_tip_is_markdown_with_the_range_it_is_about() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("for i in range(3):\n    print(i)\n")
        answer = await session.hover(1, 6)
    assert answer["range"] == {
        "start": {"line": 1, "character": 4},
        "end": {"line": 1, "character": 9},
    }
    assert answer["contents"]["kind"] == "markdown"
    text = answer["contents"]["value"]
    assert text.startswith("**print()**")
    assert "`print` writes its arguments" in text
    assert "```python\n" in text
    assert "“Explain this”" in text


async def test_an_extension_that_announces_its_command_gets_explain_this_as_a_link() -> None:
    announced = {"lspLearn": {"explainCommand": "our.explain"}}
    async with lsp_session() as session:
        await session.initialize({**MARKDOWN, "experimental": announced})
        session.open("# é\nprint(1)")
        text = await session.hover_text(1, 2)
        (link,) = re.findall(r"\[Explain this\]\(command:our\.explain\?([^)\s]+)\) for more$", text)
        (argument,) = json.loads(unquote(link))
        page = await session.execute("lsp-learn.explain", argument)
    assert argument["uri"] == URI
    assert argument["position"] == {"line": 1, "character": 2}
    assert page["title"] == "print()"


@pytest.mark.parametrize(
    "experimental",
    [
        None,
        [],
        {"lspLearn": True},
        {"lspLearn": {"explainCommand": 3}},
        {"lspLearn": {"explainCommand": "a?b) [c](d"}},
        {"other": {"explainCommand": "our.explain"}},
    ],
    ids=str,
)
async def test_nobody_else_gets_links(experimental: Any) -> None:
    async with lsp_session() as session:
        await session.initialize({**MARKDOWN, "experimental": experimental})
        session.open("print(1)")
        text = await session.hover_text(0, 2)
    assert "“Explain this” for more" in text
    assert "command:" not in text


async def test_without_the_action_there_is_no_link_to_it() -> None:
    announced = {"lspLearn": {"explainCommand": "our.explain"}}
    async with lsp_session() as session:
        capabilities = {**MARKDOWN, "experimental": announced}
        await session.initialize(capabilities, initializationOptions={"codeAction": False})
        session.open("print(1)")
        assert "Explain this" not in await session.hover_text(0, 2)


@pytest.mark.parametrize(
    "formats", [None, [], ["plaintext"]], ids=["no formats", "empty", "plaintext"]
)
async def test_an_editor_without_markdown_gets_plain_text(formats: Any) -> None:
    hover = {} if formats is None else {"contentFormat": formats}
    async with lsp_session() as session:
        await session.initialize({"textDocument": {"hover": hover}})
        session.open("print(1)")
        answer = await session.hover(0, 1)
    assert answer["contents"]["kind"] == "plaintext"
    text = answer["contents"]["value"]
    assert text.startswith("print()\n")
    assert "`" not in text
    assert "Explain this" not in text, "this editor has no code actions"


async def test_an_editor_that_says_nothing_of_itself_is_served() -> None:
    async with lsp_session() as session:
        await session.initialize({})
        session.open("print(1)")
        assert (await session.hover(0, 1))["contents"]["kind"] == "plaintext"
    assert session.received == []


@pytest.mark.parametrize(
    ("line", "character", "why"),
    [
        (0, 0, "a comment"),
        (1, 1, "a local name"),
        (1, 5, "a string"),
        (2, 0, "an empty line"),
        (3, 2, "a name nobody knows"),
        (5, 0, "a line that is not there"),
        (2**31 - 1, 2**31 - 1, "the largest position"),
    ],
)
async def test_nothing_to_say_is_null(line: int, character: int, why: str) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("# print\nx = 'print'\n\nhelper()\n")
        assert await session.hover(line, character) is None, why


async def test_past_the_end_of_a_line_is_its_end() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("x = print\nx = 1\n")
        assert "print()" in await session.hover_text(0, 99)
        assert await session.hover(1, 99) is None


@pytest.mark.parametrize(
    ("offered", "agreed", "start"),
    [
        (["utf-8"], "utf-8", 13),
        (["utf-16"], "utf-16", 10),
        (["utf-32"], "utf-32", 9),
        ([], "utf-16", 10),
    ],
    ids=str,
)
async def test_positions_count_as_agreed(offered: list[str], agreed: str, start: int) -> None:
    text = "é = '😋'; print(é)\n"  # print starts at code point 9, UTF-16 unit 10, byte 13
    async with lsp_session() as session:
        answer = await session.initialize(general(*offered) if offered else MARKDOWN)
        assert answer["capabilities"]["positionEncoding"] == agreed
        session.open(text)
        found = await session.hover(0, start)
        assert found["range"]["start"] == {"line": 0, "character": start}
        assert found["range"]["end"] == {"line": 0, "character": start + 5}
        assert await session.hover(0, start - 1) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
async def test_line_ends(end: str) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open(f"x = 1{end}{end}print(x){end}")
        answer = await session.hover(2, 0)
    assert answer["range"]["start"] == {"line": 2, "character": 0}


@pytest.mark.parametrize("character", ["\f", "\v", "\x85", "\u2028", "\u2029"], ids=repr)
async def test_characters_that_end_lines_in_python_alone_end_none_here(character: str) -> None:
    """pygls splits there (its trap 6): the second line would be the third."""
    async with lsp_session() as session:
        await session.initialize()
        session.open(f"x = 'a{character}b'\nprint(x)\n# print\n")
        assert "print()" in await session.hover_text(1, 1)
        assert await session.hover(2, 3) is None
        session.change(f"# {character}\nfor i in x: pass\n# for\n")
        assert "for loop" in await session.hover_text(1, 1)
        assert await session.hover(2, 3) is None


async def test_the_text_of_the_last_change_counts() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)")
        assert "print()" in await session.hover_text(0, 1)
        session.change("for i in x: pass", 2)
        assert "for loop" in await session.hover_text(0, 1)
        session.change("x = 1", 3)
        session.change("  print(2)", 4)
        assert await session.hover(0, 1) is None
        assert "print()" in await session.hover_text(0, 3)


async def test_a_closed_document_is_not_answered_and_not_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text("print(1)", encoding="utf-8")
    async with lsp_session() as session:
        await session.initialize()
        assert await session.hover(0, 1, uri=path.as_uri()) is None, "never opened"
        session.open("print(1)", uri=path.as_uri())
        assert await session.hover(0, 1, uri=path.as_uri()) is not None
        session.close_document(uri=path.as_uri())
        assert await session.hover(0, 1, uri=path.as_uri()) is None
        session.open("# again", uri=path.as_uri())
        assert await session.hover(0, 1, uri=path.as_uri()) is None


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "vscode-notebook-cell:/a.ipynb#W0",
        "file:///c%3A/my%20code/%C3%A9.py",
        "file:///C:/my code/é.py",
        "inmemory://model/1",
    ],
)
async def test_any_kind_of_address_is_served(uri: str) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)", uri=uri)
        assert "print()" in await session.hover_text(0, 1, uri=uri)
        assert await session.code_actions((0, 1), uri=uri)
        session.change("for i in x: pass", uri=uri)
        assert "for loop" in await session.hover_text(0, 1, uri=uri)
        session.close_document(uri=uri)
        assert await session.hover(0, 1, uri=uri) is None


@pytest.mark.parametrize("language", ["", "plaintext", "klingon", "../python"])
async def test_a_language_without_data_is_silent(language: str) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)", language=language)
        assert await session.hover(0, 1) is None


async def test_hovers_can_be_switched_off() -> None:
    async with lsp_session() as session:
        await session.initialize(initializationOptions={"hover": False})
        session.open("print(1)")
        assert await session.hover(0, 1) is None
        assert await session.code_actions((0, 1)) is not None


async def test_the_level_chooses_the_snippet() -> None:
    async with lsp_session() as session:
        await session.initialize(initializationOptions={"level": "advanced"})
        session.open("for i in x: print(i)")
        assert "calls iter()" in await session.hover_text(0, 1)
        assert await session.hover(0, 14) is None, "a beginner's snippet"


async def test_a_lone_surrogate_and_a_huge_text_do_no_harm() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("x = '\ud83d'; print(x)")
        assert "print()" in await session.hover_text(0, 11)
        session.change("print(1)\n" * 300_000)
        assert "print()" in await session.hover_text(200_000, 1), "a window of it is read"
        session.change("print(1); x = " + "1 + " * 300_000)
        assert await session.hover(0, 1) is None, "a line that no person reads"
        session.change("print(1)")
        assert "print()" in await session.hover_text(0, 1)


async def test_many_hovers_at_once_are_all_answered() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("for i in x:\n    print(i)\n")
        asked = [
            session.start("textDocument/hover", place(line, character))[1]
            for line, character in [(0, 1), (1, 5), (1, 11)] * 15
        ]
        answers = [await future for future in asked]
    assert [answer is None for answer in answers] == [False, False, True] * 15


async def test_a_failure_is_answered_with_null_and_the_server_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print('my secret')")

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("print('my secret')")

        with monkeypatch.context() as patch:
            patch.setattr(session.server.app, "at", fail)
            assert await session.hover(0, 1) is None
        assert await session.hover(0, 1) is not None
    assert session.received == [], "no popup"
    assert "RuntimeError in fail" in caplog.text
    assert "secret" not in caplog.text


async def test_capabilities_are_what_the_editor_will_use() -> None:
    async with lsp_session() as session:
        answer = await session.initialize()
    capabilities = answer["capabilities"]
    assert capabilities["hoverProvider"] is True
    assert capabilities["textDocumentSync"]["openClose"] is True
    assert capabilities["textDocumentSync"]["change"] == 1, "full texts: pygls edits wrong lines"
    assert capabilities["codeActionProvider"]["codeActionKinds"] == [
        "explain",
        "quickfix",
        "source.fixAll.lsp-learn",
    ]
    assert capabilities["codeActionProvider"]["resolveProvider"] is False
    assert capabilities["executeCommandProvider"]["commands"] == [
        "lsp-learn.explain",
        "lsp-learn.search",
    ]
    assert answer["serverInfo"]["name"] == "lsp-learn"
    assert "completionProvider" not in capabilities
    assert "diagnosticProvider" not in capabilities


async def test_the_document_of_the_session_is_the_one_asked_about() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)", uri=URI)
        session.open("for i in x: pass", uri="file:///other.py")
        assert "print()" in await session.hover_text(0, 1)
        assert "for loop" in await session.hover_text(0, 1, uri="file:///other.py")
