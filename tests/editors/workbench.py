"""A real VS Code: code-server, which is VS Code served over HTTP, in a headless Chromium.

What a learner does is done by keys and the pointer, and what is asserted is what the page shows.
Nothing waits for a time; everything waits for what is to be seen.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from editors.learner import ROOT

EXTENSION = ROOT / "editor-configs" / "vscode"

INSTALLED = Path(os.environ.get("LSP_LEARN_VSCODE") or ROOT / ".venv" / "editors" / "vscode")
"""The folder that tests/editors/install_vscode.sh was given."""

SETTINGS = {
    # Nothing that stands in the way of a picture, and nothing that asks a network.
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.welcomePage.walkthroughs.openOnInstall": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "update.mode": "none",
    "chat.disableAIFeatures": True,
    "git.enabled": False,
    "files.simpleDialog.enable": True,
    "typescript.disableAutomaticTypeAcquisition": True,
    "editor.hover.delay": 50,
    "editor.minimap.enabled": False,
}


def chromium() -> str:
    """The browser; skips by name where it is not."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("Chromium is not here; it comes with Debian's chromium")


def installed() -> Path:
    """The installation; skips by name where it is not."""
    if not (INSTALLED / "ready").is_file():
        pytest.skip(f"VS Code is not here: tests/editors/install_vscode.sh {INSTALLED}")
    return INSTALLED


def tools() -> dict[str, str]:
    """The environment for Node's programs, with no way to a network."""
    nowhere = "http://127.0.0.1:9"
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(installed() / "node" / "bin"), os.environ["PATH"]]),
        "npm_config_offline": "true",
        "npm_config_registry": nowhere,
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        "NO_PROXY": "127.0.0.1,localhost",
    }


def package(sources: Path = EXTENSION) -> Path:
    """Build the extension's .vsix, offline; gives its path."""
    folder = installed() / "extension"
    for name in ("src", "media", "dist"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for path in sources.iterdir():
        if path.name in {"src", "media"}:
            shutil.copytree(path, folder / path.name)
        elif path.is_file() and path.suffix != ".vsix":
            shutil.copy(path, folder)
    return _vsce(folder, "lsp-learn.vsix")


def stand_in(folder: Path, identifier: str, source: str) -> Path:
    """Package a small extension of the tests' own under another's name."""
    publisher, name = identifier.split(".")
    folder.mkdir(parents=True)
    manifest = {
        "name": name, "publisher": publisher, "version": "1.0.0", "license": "MIT",
        "engines": {"vscode": "^1.91.0"}, "main": "main.js", "activationEvents": [],
        "vsce": {"allowMissingRepository": True, "skipLicense": True},
    }  # fmt: skip
    (folder / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "main.js").write_text(source, encoding="utf-8")
    (folder / "README.md").write_text("Stands in for another extension in tests.\n", "utf-8")
    (folder / ".vscodeignore").write_text("*.vsix\n", encoding="utf-8")
    return _vsce(folder, "stand-in.vsix")


def _vsce(folder: Path, name: str) -> Path:
    program = installed() / "extension" / "node_modules" / ".bin" / "vsce"
    command = [program, "package", "--no-dependencies", "--out", name]
    done = subprocess.run(
        command, cwd=folder, env=tools(), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / name


class CodeServer:
    """VS Code for one learner: settings and extensions of their own."""

    def __init__(self, folder: Path, home: Path, path: str, extensions: list[Path]) -> None:
        self.folder = folder
        # VS Code takes the PATH of the user's login shell, whose /etc/profile may set another.
        (home / ".profile").write_text(f"export PATH={shlex.quote(path)}\n", encoding="utf-8")
        self.settings = folder / "data" / "User" / "settings.json"
        self.settings.parent.mkdir(parents=True)
        self.set({})
        self.port = _free_port()
        gone = ("VSCODE_", "ELECTRON_", "XDG_", "LSP_LEARN")  # the tests may run in a VS Code
        self._environment = {
            **{name: value for name, value in tools().items() if not name.startswith(gone)},
            "HOME": str(home),
            "SHELL": "/bin/sh",
            "EXTENSIONS_GALLERY": json.dumps({"serviceUrl": "http://127.0.0.1:9/none"}),
        }
        self._command: list[str | Path] = [
            installed() / "node_modules" / ".bin" / "code-server",
            "--user-data-dir", folder / "data",
            "--extensions-dir", folder / "extensions",
            "--config", folder / "config.yaml",
        ]  # fmt: skip
        for extension in extensions:
            self.install(extension)
        self._process: subprocess.Popen[bytes] | None = None

    def install(self, extension: Path) -> None:
        """Install a .vsix, as `code --install-extension` does."""
        done = subprocess.run(
            [*self._command, "--install-extension", extension],
            env=self._environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert "successfully installed" in done.stdout, done.stdout + done.stderr

    def set(self, more: dict[str, Any]) -> None:
        """Write the user's settings; the next window has them."""
        text = json.dumps({**SETTINGS, **more}, indent=2)
        self.settings.write_text(text, encoding="utf-8")

    def start(self) -> None:
        log = (self.folder / "code-server.log").open("wb")
        self._process = subprocess.Popen(
            [
                *self._command, "--auth", "none", "--bind-addr", f"127.0.0.1:{self.port}",
                "--disable-telemetry", "--disable-update-check", "--ignore-last-opened",
                "--disable-getting-started-override",
            ],
            env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        log.close()
        end = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < end, (self.folder / "code-server.log").read_text("utf-8")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it with everything that it started."""
        if self._process is None:
            return
        for how in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self._process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as said:
                return bool(said.status == 200)
        except OSError:
            return False

    def address(self, project: Path, file: Path | None) -> str:
        """Where the page is that has a project open, and a file in it."""
        address = f"http://127.0.0.1:{self.port}/?folder={quote(str(project))}"
        if file is None:
            return address
        opened = [["openFile", f"vscode-remote://127.0.0.1:{self.port}{quote(str(file))}"]]
        return f"{address}&payload={quote(json.dumps(opened))}"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def set_here(project: Path, values: dict[str, Any]) -> None:
    """Write the settings of a project; a window that has it open follows."""
    path = project / ".vscode" / "settings.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")


@contextmanager
def running(folder: Path, home: Path, path: str, *extensions: Path) -> Iterator[CodeServer]:
    """VS Code of somebody with a home and a PATH, while it runs."""
    server = CodeServer(folder, home, path, list(extensions))
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Workbench:
    """One window of VS Code."""

    def __init__(self, page: Any, shots: Path) -> None:
        self.page = page
        self.shots = shots
        self.elsewhere: list[str] = []
        """Addresses on other machines that the page asked for; the browser finds none of them."""
        page.set_default_timeout(60_000)
        page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        # VS Code's own name for files of this machine; a service worker answers.
        if not re.match(
            r"((https?|wss?)://127\.0\.0\.1:|https://[^/]*\.vscode-resource\.|data:|blob:)",
            request.url,
        ):
            self.elsewhere.append(request.url)

    def until(self, look: Callable[[], Any], what: str, seconds: float = 60) -> Any:
        """Look until something is there; gives it. Fails with the page's text."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := look():
                return found
            self.page.wait_for_timeout(30)  # lets the browser's events in, as sleep would not
        text = self.page.locator("body").inner_text()[-3000:]
        pytest.fail(f"not seen in {seconds:g} seconds: {what}\n{text}")

    # -- what a learner does --------------------------------------------------------------

    def open(self, server: CodeServer, project: Path, file: Path | None = None) -> None:
        """Open a project, and a file in it."""
        self.page.goto(server.address(project, file))
        self.page.locator(".monaco-workbench").wait_for()
        if file is not None:
            self.page.locator(".tab", has_text=file.name).wait_for()
            self.page.locator(".editor-instance .view-line").first.wait_for()

    def go_to(self, line: int, column: int) -> None:
        """Put the cursor somewhere, as a person does with Ctrl+G."""
        self.page.locator(".editor-instance .monaco-editor .view-lines").first.click()
        self.page.keyboard.press("Control+G")
        self.prompt().fill(f":{line}:{column}")
        self.page.keyboard.press("Enter")
        self.cursor(line, column)

    def cursor(self, line: int, column: int) -> None:
        """Wait until the cursor of the code, which has the focus, is somewhere."""
        item = self.page.locator("#status\\.editor\\.selection")
        item.filter(has_text=f"Ln {line}, Col {column}").wait_for()

    def command(self, title: str, then: str = "") -> None:
        """Run a command from the palette; where it asks, choose what stands in `then`."""
        self.page.keyboard.press("F1")
        self.prompt().fill(f">{title}")
        self.pick(title)
        if then:
            self.pick(then)

    def choose_file(self, title: str, path: Path) -> None:
        """Answer VS Code's own dialog for files."""
        box = self.prompt(title)
        named = self.entries().filter(has_text=path.name).first
        # It puts the folder in by itself, some time after it is shown.
        self.until(lambda: box.input_value().endswith("/"), "the dialog's folder")
        self.entries().filter(has_text="..").first.wait_for()

        def typed() -> bool:
            box.fill(str(path))
            return _seen(named, 5) and box.input_value() == str(path)

        self.until(typed, f"{path.name} in the dialog")
        box.press("Enter")

    def prompt(self, title: str = "") -> Any:
        """The box to type into at the top, once it has a title; not one that is closing."""
        box = self.page.locator(".quick-input-widget:visible:not([inert])", has_text=title)
        found = box.locator(".quick-input-filter input")
        found.wait_for()
        return found

    def ask(self, title: str, text: str) -> None:
        """Type into that box, key by key, in place of what is there."""
        prompt = self.prompt(title)
        prompt.press("Control+A")
        prompt.press_sequentially(text)

    def entries(self) -> Any:
        """The entries of the list at the top."""
        return self.page.locator(".quick-input-widget:visible .quick-input-list-entry")

    def pick(self, text: str) -> None:
        """Choose an entry of the list at the top."""
        self.entries().filter(has_text=text).first.click()

    def hover(self, wanted: str) -> str:
        """Ask for the hover at the cursor, until it says what is wanted; gives all it says."""
        shown = self.page.locator(".monaco-hover:visible", has_text=wanted).first

        def asked() -> bool:
            # What is shown before another server has answered does not follow by itself.
            self.page.keyboard.press("Escape")
            self.page.keyboard.press("Control+K")
            self.page.keyboard.press("Control+I")
            return _seen(shown, 3)

        self.until(asked, f"a hover with {wanted!r}")
        return str(shown.inner_text())

    def quick_fixes(self) -> Any:
        """The menu of Ctrl+. at the cursor."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Control+.")
        menu = self.page.locator(".action-widget:visible")
        menu.wait_for()
        return menu

    # -- what a learner sees --------------------------------------------------------------

    def status(self, wanted: str, seconds: float = 60) -> None:
        """Wait until the status item says something."""
        item = self.page.locator(".statusbar-item", has_text="lsp-learn:")
        self.until(lambda: wanted in _text(item), f"the status {wanted!r}", seconds)

    def lesson(self, wanted: str) -> str:
        """Wait for a rendered lesson that says something; gives its text."""

        def found() -> str:
            for frame in self.page.frames[1:]:
                with contextlib.suppress(Exception):  # frames come and go
                    text = frame.locator("body").inner_text(timeout=500)
                    if wanted in text:
                        return str(text)
            return ""

        return str(self.until(found, f"a lesson with {wanted!r}"))

    def message(self, wanted: str) -> Any:
        """Wait for a notification."""
        shown = self.page.locator(".notification-list-item", has_text=wanted).first
        shown.wait_for()
        return shown

    def messages(self) -> list[str]:
        """Every notification that is shown."""
        shown = self.page.locator(".notification-list-item").all()
        return [str(one.get_attribute("aria-label") or one.inner_text()) for one in shown]

    def tabs(self) -> list[str]:
        """The titles of the open tabs."""
        return [str(text) for text in self.page.locator(".tab .label-name").all_inner_texts()]

    def keep(self, name: str) -> None:
        """Keep a picture."""
        self.page.screenshot(path=self.shots / f"vscode-{name}.png")


def _seen(shown: Any, seconds: float) -> bool:
    from playwright.sync_api import TimeoutError as LateError

    try:
        shown.wait_for(timeout=seconds * 1000)
    except LateError:
        return False
    return True


def _text(item: Any) -> str:
    return str(item.first.inner_text()) if item.count() else ""


@contextmanager
def browser() -> Iterator[Callable[..., Workbench]]:
    """A browser; gives windows."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )

        def window(shots: Path, width: int = 1200, height: int = 760) -> Workbench:
            context = started.new_context(viewport={"width": width, "height": height})
            return Workbench(context.new_page(), shots)

        try:
            yield window
        finally:
            started.close()
