"""A language client of 80 lines: starts a server, speaks JSON-RPC over its pipes, measures.

Deliberately not built on pygls: what is tested and measured must not share its mistakes.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

BARE: dict[str, Any] = {"textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}}}


class Client:
    """One connection to one server process."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        self.notifications: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {}
        """What this client answers to requests of the server, by method."""
        self._arrived: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._last = 0
        self._errors: list[bytes] = []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._drain, daemon=True).start()

    def initialize(self, capabilities: dict[str, Any], **more: Any) -> dict[str, Any]:
        """`initialize` and `initialized`; returns the server's answer."""
        params = {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities, **more}
        answer: dict[str, Any] = self.request("initialize", params)
        self.notify("initialized", {})
        return answer

    def open(self, uri: str, language: str, text: str) -> None:
        """`textDocument/didOpen`."""
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def hover(self, uri: str, line: int, character: int) -> Any:
        """The answer to `textDocument/hover`."""
        position = {"line": line, "character": character}
        return self.request(
            "textDocument/hover", {"textDocument": {"uri": uri}, "position": position}
        )

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def send_request(self, method: str, params: Any) -> int:
        """Send a request without waiting; returns its id."""
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        return self._last

    def request(self, method: str, params: Any, timeout: float = 60) -> Any:
        """Send a request and return its result.

        Raises:
            RuntimeError: the server answered with an error, or went away.
            queue.Empty: no answer in time.
        """
        return self.wait(self.send_request(method, params), timeout)

    def wait(self, number: int, timeout: float = 60) -> Any:
        """The result of a request that was sent; what arrives before it is kept."""
        while True:
            message = self._next(timeout)
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise RuntimeError(json.dumps(message["error"]))
                return message.get("result")

    def wait_for(self, method: str, timeout: float = 30) -> dict[str, Any]:
        """The next notification or request of the server with a method, its params."""
        end = time.monotonic() + timeout
        while True:
            for kept in (self.notifications, self.requests):
                for message in kept:
                    if message["method"] == method:
                        kept.remove(message)
                        params: dict[str, Any] = message.get("params") or {}
                        return params
            self._next(max(0.01, end - time.monotonic()))

    def close(self) -> int:
        """`shutdown`, `exit`; returns the exit code."""
        with contextlib.suppress(Exception):
            self.request("shutdown", None, 10)
            self.notify("exit", None)
        with contextlib.suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    @property
    def errors(self) -> str:
        """What the server wrote to standard error."""
        return b"".join(self._errors).decode("utf-8", "replace")

    def memory(self) -> float:
        """Resident megabytes of the server; 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0.0
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def processor_time(self) -> float:
        """Seconds that the server's threads have run; 0 where the system does not tell."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def _next(self, timeout: float) -> dict[str, Any]:
        message = self._arrived.get(timeout=timeout)
        if message is None:
            raise RuntimeError(f"the server went away: {self.errors[-500:]}")
        if "method" in message and "id" in message:
            self.requests.append(message)
            result = self.answers.get(message["method"])
            if callable(result):
                result = result(message.get("params"))
            elif message["method"] == "workspace/configuration" and result is None:
                result = [None for _ in message["params"]["items"]]
            self._send({"id": message["id"], "result": result})
        elif "method" in message:
            self.notifications.append(message)
        return message

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def send_bytes(self, content: bytes) -> None:
        """Write to the server's input as it is, for messages that are wrong on purpose."""
        assert self.process.stdin is not None
        self.process.stdin.write(content)
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while line := stream.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                self._arrived.put(None)
                return
            self._arrived.put(json.loads(stream.read(length)))

    def _drain(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._errors.append(line)
