"""An editor in memory: real JSON through the real server object, without a process.

Messages are plain dicts: what is tested must not be decoded by the library under test.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import threading
from collections.abc import AsyncIterator
from typing import Any

from pygls.io_ import run_async

from lsp_learn.server.server import LearnServer, create_server

MARKDOWN: dict[str, Any] = {
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}},
    }
}
"""An editor with the usual abilities, and no more."""

URI = "file:///project/code.py"

SILENT = object()
"""As an answer in `Session.answers`: none at all."""

SECONDS = 20


class ResponseError(Exception):
    """The server answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]


class Session:
    """One editor, connected to one server."""

    def __init__(self, server: LearnServer) -> None:
        self.server = server
        self.capabilities: dict[str, Any] = {}
        self.answers: dict[str, Any] = {}
        """What this editor answers to the server, by method: a value, a callable or SILENT."""
        self.received: list[dict[str, Any]] = []
        """Every notification and request of the server, in order."""
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._changed = asyncio.Event()
        self._reader = asyncio.StreamReader(limit=2**26)
        server.protocol.set_writer(self, include_headers=False)  # type: ignore[arg-type]

    # What pygls writes to.

    def write(self, data: bytes) -> None:
        message = json.loads(data)
        if "method" in message:
            self.received.append(message)
            self._changed.set()
            if "id" in message:
                self._answer(message)
        elif (future := self._waiting.pop(message["id"], None)) and not future.done():
            if "error" in message:
                future.set_exception(ResponseError(message["error"]))
            else:
                future.set_result(message.get("result"))

    def close(self) -> None:
        return

    def _answer(self, message: dict[str, Any]) -> None:
        answer = self.answers.get(message["method"])
        if callable(answer):
            answer = answer(message["params"])
        if answer is not SILENT:
            self._send({"id": message["id"], "result": answer})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._reader.feed_data(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    # What a test does.

    def start(self, method: str, params: Any) -> tuple[int, asyncio.Future[Any]]:
        """Send a request without waiting."""
        number = next(self._ids)
        future = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self._send({"id": number, "method": method, "params": params})
        return number, future

    async def request(self, method: str, params: Any) -> Any:
        """Send a request; returns its result or raises ResponseError."""
        return await asyncio.wait_for(self.start(method, params)[1], SECONDS)

    def notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    async def initialize(self, capabilities: dict[str, Any] = MARKDOWN, **more: Any) -> Any:
        self.capabilities = capabilities
        params = {"processId": None, "rootUri": None, "capabilities": capabilities, **more}
        answer = await self.request("initialize", params)
        self.notify("initialized", {})
        return answer

    def open(self, text: str, *, uri: str = URI, language: str = "python") -> None:
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, text: str, version: int = 2, *, uri: str = URI) -> None:
        document = {"uri": uri, "version": version}
        params = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.notify("textDocument/didChange", params)

    def close_document(self, *, uri: str = URI) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    async def hover(self, line: int, character: int, *, uri: str = URI) -> Any:
        return await self.request("textDocument/hover", place(line, character, uri))

    async def hover_text(self, line: int, character: int, *, uri: str = URI) -> str:
        """The hover's text, "" for none."""
        answer = await self.hover(line, character, uri=uri)
        return "" if answer is None else str(answer["contents"]["value"])

    async def code_actions(
        self,
        start: tuple[int, int],
        end: tuple[int, int] | None = None,
        *,
        diagnostics: Any = (),
        uri: str = URI,
        **context: Any,
    ) -> Any:
        params = {
            "textDocument": {"uri": uri},
            "range": range_of(start, end or start),
            "context": {"diagnostics": list(diagnostics), **context},
        }
        return await self.request("textDocument/codeAction", params)

    async def execute(self, command: str, *arguments: Any) -> Any:
        params = {"command": command, "arguments": list(arguments)}
        return await self.request("workspace/executeCommand", params)

    def all_of(self, method: str) -> list[Any]:
        """The params of everything that came with a method so far."""
        return [m.get("params") for m in self.received if m["method"] == method]

    async def wait_for(self, method: str, count: int = 1) -> Any:
        """The params of the `count`th message with a method, once it is there."""

        async def arrived() -> Any:
            while len(found := self.all_of(method)) < count:
                self._changed.clear()
                await self._changed.wait()
            return found[count - 1]

        return await asyncio.wait_for(arrived(), SECONDS)


def place(line: int, character: int, uri: str = URI) -> dict[str, Any]:
    """The params of a request about a position."""
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def range_of(start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    """A range of the protocol."""
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


@contextlib.asynccontextmanager
async def lsp_session(server: LearnServer | None = None) -> AsyncIterator[Session]:
    """An editor connected to a server; not initialized yet."""
    server = server or create_server()
    session, stop = Session(server), threading.Event()
    task = asyncio.create_task(run_async(stop, session._reader, server.protocol))
    try:
        yield session
        with contextlib.suppress(TimeoutError, ResponseError):
            await session.request("shutdown", None)
    finally:
        stop.set()
        session._reader.feed_eof()
        await task
        if (building := server.index._running) is not None:
            building.cancel()
            await asyncio.gather(building, return_exceptions=True)
        server.shutdown()
