"""Cancelling, progress, the index behind the requests, and what is logged."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsp_session import MARKDOWN, SILENT, URI, ResponseError, Session, lsp_session, place

from lsp_learn.errors import LspLearnError
from lsp_learn.server import indexing
from lsp_learn.settings import Settings

PROGRESS = {**MARKDOWN, "window": {"workDoneProgress": True}}


@pytest.fixture
def builds_mini(only_mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's build process sees the mini pack alone, as this process does."""
    code = (
        "import sys; from pathlib import Path; from lsp_learn import cli, locations\n"
        f"locations.shipped_packs_folder = lambda: Path({str(only_mini)!r})\n"
        "sys.exit(cli.main(['index', '--json']))"
    )
    monkeypatch.setattr(indexing, "build_command", lambda *_: [sys.executable, "-P", "-c", code])


# -- cancelling --------------------------------------------------------------------------------


class Slow:
    """Replaces `App.at`: holds a hover until the test lets it go, and sees whether it stopped."""

    def __init__(self, plain: Callable[..., Any]) -> None:
        self.plain = plain
        self.entered = threading.Event()
        self.go = threading.Event()
        self.stopped: list[bool] = []

    def __call__(self, *args: Any, stopped: Callable[[], bool], **more: Any) -> Any:
        self.entered.set()
        assert self.go.wait(20)
        self.stopped.append(stopped())
        return self.plain(*args, stopped=stopped, **more)


def held(session: Session, monkeypatch: pytest.MonkeyPatch) -> Slow:
    """From now on hovers take as long as the test says, as if their document were not read."""
    slow = Slow(session.server.app.at)
    monkeypatch.setattr(session.server.app, "at", slow)
    monkeypatch.setattr(session.server.app, "is_warm", lambda _: False)
    return slow


@pytest.mark.usefixtures("mini_ready")
async def test_a_cancelled_hover_is_answered_and_its_work_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)")
        assert await session.hover(0, 1) is not None
        slow = held(session, monkeypatch)
        number, future = session.start("textDocument/hover", place(0, 1))
        assert await asyncio.to_thread(slow.entered.wait, 20)
        session.notify("$/cancelRequest", {"id": number})
        with pytest.raises(ResponseError) as raised:
            await asyncio.wait_for(future, 20)
        assert raised.value.code == -32800
        slow.go.set()
        async with asyncio.timeout(20):
            while not slow.stopped:
                await asyncio.sleep(0.005)
        assert slow.stopped == [True]
        assert await session.hover(0, 1) is not None


@pytest.mark.usefixtures("mini_ready")
async def test_a_slow_hover_holds_up_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)")
        slow = held(session, monkeypatch)
        _, future = session.start("textDocument/hover", place(0, 1))
        assert await asyncio.to_thread(slow.entered.wait, 20)
        answer = await session.execute("lsp-learn.explain", {"snippets": ["mini.sort"]})
        assert answer["snippets"] == ["mini.sort"]
        assert not future.done()
        slow.go.set()
        assert await future is not None


@pytest.mark.usefixtures("mini_ready")
async def test_the_text_at_the_time_of_asking_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)")
        slow = held(session, monkeypatch)
        _, future = session.start("textDocument/hover", place(0, 1))
        assert await asyncio.to_thread(slow.entered.wait, 20)
        session.change("x = 1")
        slow.go.set()
        assert "print()" in (await future)["contents"]["value"]


@pytest.mark.usefixtures("mini_ready")
@pytest.mark.parametrize("number", [999, "text"])
async def test_cancelling_what_is_not_there_does_no_harm(number: Any) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)")
        session.notify("$/cancelRequest", {"id": number})
        assert await session.hover(0, 1) is not None
    assert session.received == []


# -- the index and its progress ----------------------------------------------------------------


@pytest.mark.usefixtures("builds_mini")
async def test_a_fresh_cache_shows_progress_and_the_first_hover_waits_for_it() -> None:
    async with lsp_session() as session:
        await session.initialize(PROGRESS)
        session.open("print(1)")
        assert "print()" in await session.hover_text(0, 1)
        created = await session.wait_for("window/workDoneProgress/create")
        kinds: list[str] = []
        while "end" not in kinds:
            params = await session.wait_for("$/progress", len(kinds) + 1)
            assert params["token"] == created["token"]
            kinds.append(params["value"]["kind"])
        begin = session.all_of("$/progress")[0]["value"]
        assert begin["title"].startswith("lsp-learn")
    assert kinds[0] == "begin"
    assert "report" in kinds
    assert kinds.count("begin") == kinds.count("end") == 1
    assert session.all_of("window/showMessage") == []


@pytest.mark.usefixtures("builds_mini")
async def test_an_editor_without_progress_gets_none() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)")
        assert "print()" in await session.hover_text(0, 1)
        running = session.server.index._running
        assert running is not None
        await asyncio.wait_for(running, 20)
        assert session.server.app.ready("words")
    assert session.received == []


@pytest.mark.usefixtures("mini_ready")
async def test_an_index_that_is_there_shows_no_progress() -> None:
    async with lsp_session() as session:
        await session.initialize(PROGRESS)
        session.open("print(1)")
        assert await session.hover(0, 1) is not None
    assert session.received == []


@pytest.mark.usefixtures("builds_mini")
async def test_an_editor_that_never_answers_for_the_progress_gets_its_hover_all_the_same() -> None:
    async with lsp_session() as session:
        session.answers["window/workDoneProgress/create"] = SILENT
        await session.initialize(PROGRESS)
        session.open("print(1)")
        async with asyncio.timeout(4):  # less than the server waits for that answer
            assert "print()" in await session.hover_text(0, 1)


@pytest.mark.usefixtures("only_mini")
@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-c", "import sys; sys.exit(1)"],
        [sys.executable, "-c", "print('no json')"],
        ["/no/such/program"],
    ],
    ids=["fails", "says nonsense", "cannot be started"],
)
async def test_a_build_process_that_fails_costs_no_hover(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "build_command", lambda *_: command)
    async with lsp_session() as session:
        await session.initialize(PROGRESS)
        session.open("print(1)")
        assert "print()" in await session.hover_text(0, 1)
    assert session.all_of("window/showMessage") == []


@pytest.mark.usefixtures("mini_ready")
async def test_without_any_index_hovers_are_null_and_never_an_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with lsp_session() as session:

        def fail(*_: object) -> None:
            raise LspLearnError("the disk is gone", "buy another")

        monkeypatch.setattr(session.server.app, "exact", fail)
        await session.initialize()
        session.open("print(1)")
        assert await session.hover(0, 1) is None
        assert not await session.code_actions((0, 1))
        assert await session.execute("lsp-learn.explain", {"snippets": ["mini.print"]}) is None
    assert "LspLearnError" in caplog.text


@pytest.mark.usefixtures("mini_ready")
async def test_a_request_before_initialized_is_answered() -> None:
    async with lsp_session() as session:
        params = {"processId": None, "rootUri": None, "capabilities": MARKDOWN}
        await session.request("initialize", params)
        session.open("print(1)")
        assert await session.hover(0, 1) is not None


def test_the_build_process_is_told_the_settings_and_imports_nothing_from_the_project(
    tmp_path: Path,
) -> None:
    settings = Settings(disabled_packs=("a", "b"), pack_folders=(tmp_path,))
    command = indexing.build_command(settings)
    assert command[:2] == [sys.executable, "-P"]
    assert command[command.index("-m") :] == [
        "-m", "lsp_learn", "index", "--json", "--pack-folder", str(tmp_path),
        "--without", "a", "--without", "b",
    ]  # fmt: skip


@pytest.mark.usefixtures("only_mini")
async def test_a_progress_that_was_begun_is_ended_whatever_happens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = (
        'print(\'{"stage": "exact index", "done": 0, "total": 9}\', flush=True); print(\'no json\')'
    )
    monkeypatch.setattr(indexing, "build_command", lambda *_: [sys.executable, "-c", code])
    async with lsp_session() as session:
        await session.initialize(PROGRESS)
        session.open("print(1)")
        assert "print()" in await session.hover_text(0, 1)
        await session.wait_for("$/progress")
        running = session.server.index._running
        assert running is not None
        await asyncio.wait_for(running, 20)
        kinds = [params["value"]["kind"] for params in session.all_of("$/progress")]
    assert (kinds[0], kinds[-1]) == ("begin", "end")


# -- notifications that are wrong --------------------------------------------------------------


@pytest.mark.usefixtures("mini_ready")
async def test_a_change_of_a_document_that_is_not_open_is_no_popup() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.change("print(1)", uri="file:///never-opened.py")
        session.close_document(uri="file:///never-opened.py")
        session.open("print(1)")
        assert await session.hover(0, 1) is not None
    assert session.received == []


@pytest.mark.usefixtures("mini_ready")
async def test_wrong_params_of_a_notification_are_no_popup() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.notify("textDocument/didOpen", {"textDocument": {"uri": URI}})
        session.notify("textDocument/didChange", {})
        session.notify("$/unknown", {"a": 1})
        session.notify("unknown/notification", None)
        session.open("print(1)")
        assert await session.hover(0, 1) is not None
    assert session.received == []


@pytest.mark.usefixtures("mini_ready")
async def test_what_was_never_offered_is_an_error_and_no_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)")
        with pytest.raises(ResponseError) as error:
            await session.request("textDocument/documentHighlight", place(0, 1))
    assert error.value.code == -32601
    assert [record for record in caplog.records if record.name.startswith("lsp_learn")] == []


@pytest.mark.usefixtures("mini_ready")
async def test_opened_twice_the_second_text_counts() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("x = 1")
        session.open("print(1)")
        assert await session.hover(0, 1) is not None


@pytest.mark.usefixtures("mini_ready")
async def test_documents_are_read_ahead_and_forgotten() -> None:
    async with lsp_session() as session:
        await session.initialize()
        session.open("print(1)")
        reads = session.server.app.reader._reads
        async with asyncio.timeout(20):
            while URI not in reads:
                await asyncio.sleep(0.005)
        session.change("print(2)")
        async with asyncio.timeout(20):
            while reads[URI].document.text != "print(2)":
                await asyncio.sleep(0.005)
        session.close_document()
        async with asyncio.timeout(20):
            while URI in reads:
                await asyncio.sleep(0.005)


# -- the log -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("mini_ready")
async def test_no_log_record_of_ours_holds_the_text_or_the_name_of_a_document(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG, logger="lsp_learn")
    secret, uri = "my_secret_password", "file:///home/somebody/private.py"
    async with lsp_session() as session:
        await session.initialize()
        session.open(f"print('{secret}')\n{secret}.splitlines(", uri=uri)
        for line, character in ((0, 1), (0, 9), (1, 1), (1, 24)):
            await session.hover(line, character, uri=uri)
        await session.code_actions((0, 0), (1, 9), uri=uri)
        reader = session.server.app.reader

        def fail(*_: object) -> None:
            raise ValueError(secret + uri)

        for name in ("at", "within", "warm"):
            monkeypatch.setattr(reader, name, fail)
        assert await session.hover(0, 1, uri=uri) is None
        await session.code_actions((0, 0), (1, 9), uri=uri)
        session.change(f"{secret} = 2", uri=uri)
        session.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": secret}})
        await session.hover(0, 1, uri=uri)
    ours = [record for record in caplog.records if record.name.startswith("lsp_learn")]
    assert any("ValueError in fail" in record.getMessage() for record in ours)
    for record in ours:
        assert secret not in record.getMessage()
        assert "private" not in record.getMessage()
        assert record.exc_info is None, "a traceback may quote values"
