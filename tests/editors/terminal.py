"""A terminal with a program in it: keys go in, and what comes back is the screen."""

from __future__ import annotations

import itertools
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import pytest
from editors.learner import Learner, program

Seen = TypeVar("Seen")

_NUMBERS = itertools.count()


def until(look: Callable[[], Seen], what: str, seconds: float = 60) -> Seen:
    """Look until something is there; gives it. Fails with `what` was not seen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.03)
    pytest.fail(f"not seen in {seconds:g} seconds: {what}")


class Terminal:
    """A program in a tmux of its own, as wide and high as asked for."""

    def __init__(
        self, learner: Learner, command: Sequence[str | Path], *, rows: int = 40, columns: int = 110
    ) -> None:
        self._tmux = [program("tmux", "Debian's tmux"), "-f", "/dev/null"]
        self._tmux += ["-L", f"lsp-learn-{os.getpid()}-{next(_NUMBERS)}"]
        self._shots = learner.shots
        self._environment = {**learner.environment, "TERM": "xterm-256color", "SHELL": "/bin/sh"}
        words = [str(word) for word in command]
        size = ["-x", str(columns), "-y", str(rows), "-c", str(learner.code.parent)]
        self._run("new-session", "-d", *size, "--", *words)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.keep("failed")
        self._run("kill-server", check=False)

    def _run(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            [*self._tmux, *words], env=self._environment, capture_output=True, text=True,
            encoding="utf-8", timeout=30, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def press(self, *keys: str) -> None:
        """Keys by tmux's names: Enter, Escape, C-x, M-x."""
        self._run("send-keys", *keys)

    def type(self, text: str, *keys: str) -> None:
        """Characters as they are, then keys by name."""
        self._run("send-keys", "-l", "--", text)
        if keys:
            self.press(*keys)

    @property
    def screen(self) -> str:
        """What the user sees, without the blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self._run("capture-pane", "-p").splitlines())

    def sees(self, *texts: str) -> bool:
        """Whether all texts are on the screen, whatever its line breaks."""
        # Long lines are broken anywhere; Emacs marks that by a backslash.
        seen = "".join(self.screen.replace("\\\n", "").split())
        return all("".join(text.split()) in seen for text in texts)

    def until(self, *texts: str, seconds: float = 60) -> str:
        """Wait for texts on the screen; gives the screen."""
        end = time.monotonic() + seconds
        while not self.sees(*texts):
            if time.monotonic() > end:
                pytest.fail(f"not on the screen: {texts}\n{self.screen}")
            time.sleep(0.03)
        return self.screen

    def until_gone(self, text: str, seconds: float = 60) -> str:
        """Wait until a text is not on the screen any more."""
        until(lambda: not self.sees(text), f"{text!r} has gone\n{self.screen}", seconds)
        return self.screen

    def keep(self, name: str) -> None:
        """Write the screen beside the pictures."""
        (self._shots / f"{name}.txt").write_text(self.screen.rstrip() + "\n", encoding="utf-8")
