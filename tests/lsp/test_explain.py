"""workspace/executeCommand lsp-learn.explain, and the ladder of ways to show a lesson."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest
from lsp_session import MARKDOWN, SILENT, URI, ResponseError, Session, lsp_session, range_of

from lsp_learn.server import lessons

pytestmark = pytest.mark.usefixtures("mini_ready")

CODE = "for i in [1]:\n    print(i)\nhelper()\n"
EXPLAIN = "lsp-learn.explain"
FILES = {**MARKDOWN, "window": {"showDocument": {"support": True}}}
VIRTUAL = {**FILES, "workspace": {"textDocumentContent": {"dynamicRegistration": True}}}


def at(line: int, character: int) -> dict[str, Any]:
    return {"uri": URI, "position": {"line": line, "character": character}}


def path_of(uri: str) -> Path:
    return Path(url2pathname(unquote(urlsplit(uri).path)))


async def opened(session: Session, capabilities: dict[str, Any] = MARKDOWN, **more: Any) -> None:
    await session.initialize(capabilities, **more)
    session.open(CODE)


# -- what is asked for -------------------------------------------------------------------------


async def test_a_position() -> None:
    async with lsp_session() as session:
        await opened(session)
        answer = await session.execute(EXPLAIN, at(1, 6))
    assert answer["title"] == "print()"
    assert answer["snippets"] == ["mini.print"]
    assert answer["markdown"].startswith("# print()\n")
    assert "## Why" in answer["markdown"]


async def test_a_range() -> None:
    async with lsp_session() as session:
        await opened(session)
        answer = await session.execute(EXPLAIN, {"uri": URI, "range": range_of((0, 0), (2, 0))})
    assert answer["snippets"] == ["mini.for-loop", "mini.print"]
    assert answer["markdown"].startswith("# Lines 1 to 2\n")
    assert "for i in [1]:\n^^^1\n    print(i)\n    ^^^^^2\n" in answer["markdown"]
    assert "2. `print` **print()**: " in answer["markdown"]


async def test_snippets_by_their_ids_whatever_became_of_the_document() -> None:
    async with lsp_session() as session:
        await session.initialize()
        wanted = {**at(9, 9), "snippets": ["mini.sort", "gone.snippet", 3]}
        answer = await session.execute(EXPLAIN, wanted)
        assert answer["snippets"] == ["mini.sort"]
        assert (await session.execute(EXPLAIN, {"snippets": ["mini.print"]}))["title"] == "print()"


@pytest.mark.parametrize(
    "wanted",
    [
        at(2, 2),
        at(99, 0),
        {**at(1, 6), "uri": "file:///closed.py"},
        {"snippets": ["gone.x"]},
        {"snippets": []},
    ],
    ids=["a local name", "past the end", "a closed document", "an unknown snippet", "no snippets"],
)
async def test_nothing_to_explain_is_said_and_null(wanted: dict[str, Any]) -> None:
    async with lsp_session() as session:
        await opened(session, FILES)
        assert await session.execute(EXPLAIN, wanted) is None
        (message,) = session.all_of("window/showMessage")
    assert message == {"type": 3, "message": "lsp-learn: nothing to explain here"}
    assert session.all_of("window/showDocument") == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["text"],
        [None],
        [{}],
        [{"uri": URI}],
        [{"uri": 3, "position": {"line": 0, "character": 0}}],
        [{"uri": URI, "position": {"line": 0}}],
        [{"uri": URI, "position": {"line": "x", "character": 0}}],
        [{"uri": URI, "position": None}],
        [{"uri": URI, "range": {"start": {"line": 0, "character": 0}}}],
        [{"uri": URI, "range": []}],
        [[at(1, 6)]],
    ],
    ids=str,
)
async def test_wrong_arguments_are_a_message_that_says_how(arguments: list[Any]) -> None:
    async with lsp_session() as session:
        await opened(session)
        assert await session.execute(EXPLAIN, *arguments) is None
        (message,) = session.all_of("window/showMessage")
        assert await session.hover(1, 6) is not None
    assert message["type"] == 2
    assert "{uri, position}" in message["message"]


async def test_an_unknown_command_is_an_error_and_the_server_goes_on() -> None:
    async with lsp_session() as session:
        await opened(session)
        with pytest.raises(ResponseError):
            await session.execute("lsp-learn.nothing")
        assert await session.hover(1, 6) is not None


# -- how it is shown ---------------------------------------------------------------------------


async def test_the_lesson_is_a_file_in_the_cache_that_does_not_take_the_focus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mini_ready: Path
) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.chdir(workspace)
    async with lsp_session() as session:
        session.answers["window/showDocument"] = {"success": True}
        await opened(session, FILES, rootUri=workspace.as_uri())
        answer = await session.execute(EXPLAIN, at(1, 6))
        (shown,) = session.all_of("window/showDocument")
    assert shown["takeFocus"] is False
    assert shown["external"] is False
    path = path_of(shown["uri"])
    assert path.is_relative_to(mini_ready / "lessons")
    assert path.name.endswith(".md")
    assert path.read_text(encoding="utf-8") == answer["markdown"]
    assert list(workspace.iterdir()) == []
    assert session.all_of("window/showMessage") == []


@pytest.mark.parametrize(
    "answer",
    [{"success": False}, None, {}, "yes", 3],
    ids=["no", "null", "empty", "text", "number"],
)
async def test_an_editor_that_fails_to_open_it_gets_a_message(
    answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lessons, "_SECONDS", 0.2)  # pygls drops an answer that it cannot read
    async with lsp_session() as session:
        session.answers["window/showDocument"] = answer
        await opened(session, FILES)
        assert (await session.execute(EXPLAIN, at(1, 6)))["title"] == "print()"
        (message,) = [m for m in session.all_of("window/showMessage") if "print()" in m["message"]]
    assert message["type"] == 3
    assert "`print` writes its arguments" in message["message"]
    assert ".md" in message["message"]
    assert len(session.all_of("window/showMessage")) == 1, "and no other popup"


async def test_an_editor_that_never_answers_gets_a_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lessons, "_SECONDS", 0.05)
    async with lsp_session() as session:
        session.answers["window/showDocument"] = SILENT
        await opened(session, FILES)
        await session.execute(EXPLAIN, at(1, 6))
        assert len(session.all_of("window/showMessage")) == 1


@pytest.mark.parametrize(
    "window", [{}, {"showDocument": None}, {"showDocument": {"support": False}}], ids=str
)
async def test_an_editor_that_cannot_open_documents_is_never_asked_to(
    window: dict[str, Any],
) -> None:
    async with lsp_session() as session:
        await opened(session, {**MARKDOWN, "window": window})
        await session.execute(EXPLAIN, at(1, 6))
        assert session.all_of("window/showDocument") == []
        (message,) = session.all_of("window/showMessage")
    path = Path(message["message"].rpartition("The lesson is in ")[2])
    assert path.read_text(encoding="utf-8").startswith("# print()")


async def test_without_a_cache_the_message_holds_the_tip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with lsp_session() as session:
        await opened(session, FILES)
        assert await session.hover(1, 6) is not None
        (tmp_path / "file").write_text("", encoding="utf-8")
        monkeypatch.setenv("LSP_LEARN_CACHE", str(tmp_path / "file"))
        await session.execute(EXPLAIN, at(1, 6))
        assert session.all_of("window/showDocument") == []
        (message,) = session.all_of("window/showMessage")
    assert message["message"].startswith("print(): `print` writes")
    assert "The lesson is in" not in message["message"]


async def test_a_virtual_document_is_registered_shown_and_served() -> None:
    async with lsp_session() as session:
        session.answers["window/showDocument"] = {"success": True}
        await opened(session, VIRTUAL)
        registered = await session.wait_for("client/registerCapability")
        (registration,) = registered["registrations"]
        assert registration["method"] == "workspace/textDocumentContent"
        assert registration["registerOptions"] == {"schemes": ["lsp-learn"]}
        await settled(session)
        answer = await session.execute(EXPLAIN, at(1, 6))
        (shown,) = session.all_of("window/showDocument")
        assert shown["uri"].startswith("lsp-learn:/")
        assert shown["takeFocus"] is False
        content = await session.request("workspace/textDocumentContent", {"uri": shown["uri"]})
        assert content == {"text": answer["markdown"]}


async def test_a_virtual_document_that_does_not_open_becomes_a_file() -> None:
    def only_files(params: Any) -> dict[str, bool]:
        return {"success": params["uri"].startswith("file:")}

    async with lsp_session() as session:
        session.answers["window/showDocument"] = only_files
        await opened(session, VIRTUAL)
        await session.wait_for("client/registerCapability")
        await settled(session)
        await session.execute(EXPLAIN, at(1, 6))
        schemes = [urlsplit(p["uri"]).scheme for p in session.all_of("window/showDocument")]
    assert schemes == ["lsp-learn", "file"]
    assert session.all_of("window/showMessage") == []


@pytest.mark.parametrize(
    "uri",
    [
        "lsp-learn:/gone.md?gone.x",
        "lsp-learn:/x",
        "file:///etc/passwd",
        "lsp-learn:/..%2F?../../etc/passwd",
    ],
)
async def test_other_virtual_documents_say_that_they_are_not_there(uri: str) -> None:
    async with lsp_session() as session:
        await opened(session, VIRTUAL)
        content = await session.request("workspace/textDocumentContent", {"uri": uri})
    assert content == {"text": "This lesson is not installed any more.\n"}


async def test_nothing_is_registered_with_an_editor_that_cannot() -> None:
    async with lsp_session() as session:
        await opened(session, FILES)
        assert await session.hover(1, 6) is not None
    assert session.all_of("client/registerCapability") == []


async def test_a_title_with_odd_characters_makes_a_good_file_name() -> None:
    async with lsp_session() as session:
        session.answers["window/showDocument"] = {"success": True}
        await opened(session, FILES)
        await session.execute(EXPLAIN, {"snippets": ["mini.mutable-default"]})
        await session.execute(EXPLAIN, {"snippets": ["mini.for-loop-protocol"]})
        names = [path_of(p["uri"]).name for p in session.all_of("window/showDocument")]
    assert len(names) == 2
    assert all(not set(name) & set('\\/:*?"<>|') for name in names)


async def settled(session: Session) -> None:
    """Until the server has read the answer to its registration."""
    await session.hover(0, 0)
