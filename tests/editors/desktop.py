"""A desktop that nobody sees: an X server, a window manager and what screen readers are told."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

import pytest
from editors.learner import Learner, program

Seen = TypeVar("Seen")

PYTHON = "/usr/bin/python3"
"""Debian's Python, which has the library that reads what screen readers are told."""

LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")


class Desktop:
    """A screen of 1100 by 700, with the pointer and the keyboard of one user."""

    def __init__(self, learner: Learner) -> None:
        for name in ("Xvfb", "openbox", "xdotool", "scrot"):
            program(name, f"Debian's {name.lower()}")
        program("dbus-daemon", "Debian's dbus")
        if not LAUNCHER.exists() or not self._readable():
            pytest.skip("no accessibility bus: Debian's at-spi2-core, gir1.2-atspi-2.0, python3-gi")
        self._learner = learner
        self._stack = ExitStack()
        self.environment = {
            **learner.environment,
            "XDG_RUNTIME_DIR": str(learner.home / "run"),
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }
        self.environment.pop("WAYLAND_DISPLAY", None)

    @staticmethod
    def _readable() -> bool:
        read = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
        return (
            subprocess.run([PYTHON, "-c", read], capture_output=True, check=False).returncode == 0
        )

    def __enter__(self) -> Self:
        (self._learner.home / "run").mkdir(mode=0o700)
        size = ["-screen", "0", "1100x700x24", "-nolisten", "tcp"]
        display = self._first_line(["Xvfb", "-displayfd", "1", *size])
        self.environment["DISPLAY"] = f":{display}"
        bus = self._first_line(["dbus-daemon", "--session", "--nofork", "--print-address=1"])
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus
        self._manage()
        # The first who asks for the accessibility bus has the session bus start it. Started by
        # hand as well, there would sometimes be two, and half of the desktop on each.
        self._eyes = self.start([PYTHON, str(Path(__file__).with_name("accessible.py"))])
        assert self.shown == []  # the bus is there before any application looks for it
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.keep("desktop-failed")
            shown = json.dumps(self.shown, indent=1, ensure_ascii=False)
            (self._learner.shots / "desktop-failed.json").write_text(shown, encoding="utf-8")
        self._stack.close()

    def _manage(self) -> None:
        """Start the window manager, and wait until it manages windows."""
        end = time.monotonic() + 60
        manager = self.start(["openbox"])
        while self._ask("xdotool", "get_num_desktops").returncode:
            assert time.monotonic() < end, "openbox does not start"
            if manager.poll() is not None:
                manager = self.start(["openbox"])
            time.sleep(0.1)

    def start(self, command: Sequence[str | Path]) -> subprocess.Popen[str]:
        """Start a program that ends with the desktop, the last one first."""
        process = subprocess.Popen(
            [str(word) for word in command], env=self.environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            cwd=self._learner.code.parent,
        )  # fmt: skip

        def end() -> None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

        self._stack.callback(end)
        return process

    def _first_line(self, command: Sequence[str]) -> str:
        return _pipe(self.start(command).stdout).readline().strip()

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The elements on the screen, as a screen reader is told."""
        eyes = self._eyes
        _pipe(eyes.stdin).write("\n")
        _pipe(eyes.stdin).flush()
        found: list[dict[str, Any]] = json.loads(_pipe(eyes.stdout).readline())
        return found

    def find(self, text: str, role: str = "") -> dict[str, Any] | None:
        """The last element with a text in its name or its content, as far as one is shown."""
        words = " ".join(text.split())
        for one in reversed(self.shown):
            said = " ".join(f"{one['name']} {one['text']}".replace("&", "").split())
            if words in said and one["role"].startswith(role):
                return one
        return None

    def until(self, text: str, role: str = "", seconds: float = 60) -> dict[str, Any]:
        """Wait for an element with a text; gives it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.find(text, role):
                return found
            time.sleep(0.1)
        pytest.fail(f"not on the screen: {role} {text!r}")

    def persist(self, act: Callable[[], None], seen: Callable[[], Seen], what: str) -> Seen:
        """Do something again every few seconds until it shows, as a user does: a window that is
        just opening misses a click. Gives what was seen.
        """
        end = time.monotonic() + 60
        while time.monotonic() < end:
            act()
            again = time.monotonic() + 4
            while time.monotonic() < again:
                if found := seen():
                    return found
                time.sleep(0.1)
        pytest.fail(f"not on the screen: {what}")

    def click(self, element: dict[str, Any]) -> None:
        """Click into the middle of an element."""
        x, y, width, height = element["box"]
        self.point(x + width // 2, y + height // 2)
        self._run("xdotool", "click", "1")

    def point(self, x: int, y: int) -> None:
        """Move the pointer to a place."""
        self._run("xdotool", "mousemove", "--sync", str(x), str(y))

    def press(self, *keys: str) -> None:
        """Keys by their X names: Return, alt+Return."""
        self._run("xdotool", "key", *keys)

    def maximize(self, title: str) -> None:
        """Make the window with a title fill the screen."""
        found = self._run("xdotool", "search", "--sync", "--onlyvisible", "--name", title)
        window = found.split()[-1]
        self._run("xdotool", "windowmove", window, "0", "0")
        self._run("xdotool", "windowsize", window, "1100", "678")
        self._run("xdotool", "windowactivate", window)

    def windows(self, kind: str) -> set[str]:
        """The windows of a program that are shown, a menu that has opened among them."""
        return set(self._run("xdotool", "search", "--onlyvisible", "--class", kind).split())

    def keep(self, name: str) -> None:
        """Take a picture of the screen."""
        picture = self._learner.shots / f"{name}.png"
        self._run("scrot", "--overwrite", str(picture))

    def _run(self, *command: str) -> str:
        done = self._ask(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
