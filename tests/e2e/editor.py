"""bench/client.py as a context manager that leaves no pipe and no thread behind."""

from __future__ import annotations

import subprocess
import threading
from types import TracebackType
from typing import Any, Self

from client import Client


class Editor(Client):
    """One editor, connected to one server process."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        super().__init__(command, environment)
        own = (self._read, self._drain)
        self._threads = [t for t in threading.enumerate() if getattr(t, "_target", None) in own]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.close()
        self.release()

    def end_input(self, seconds: float = 15) -> int:
        """Close the pipe, as a dying editor does; returns the server's exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(seconds)

    def release(self) -> None:
        """Close what the process left open."""
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for thread in self._threads:
            thread.join(10)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None and not pipe.closed:
                pipe.close()

    def hover_text(self, uri: str, line: int, character: int) -> str:
        """The text of a hover, "" for none."""
        answer: Any = self.hover(uri, line, character)
        return "" if answer is None else str(answer["contents"]["value"])
