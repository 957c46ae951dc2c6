"""A headless Chromium that talks to this machine only, and pages to show in it."""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from editors.learner import CODE, Learner, program

MODULES = Path(sys.prefix) / "web" / "node_modules"
"""What npm has installed for the editors in web pages."""

_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
]  # fmt: skip

# The place of a text on the screen: the middle of its first occurrence in a visible element.
_MIDDLE = """
([selector, text]) => {
  for (const line of document.querySelectorAll(selector)) {
    const start = line.textContent.replaceAll('\\u00a0', ' ').indexOf(text);
    if (start < 0) continue;
    const range = document.createRange();
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    let before = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const [from, to] = [start - before, start + text.length - before];
      if (from >= 0 && from < node.length) range.setStart(node, from);
      if (to > 0 && to <= node.length) range.setEnd(node, to);
      before += node.length;
    }
    const box = range.getBoundingClientRect();
    if (box.width && box.bottom < innerHeight) {
      return [box.x + box.width / 2, box.y + box.height / 2];
    }
  }
  return null;
}
"""


@contextmanager
def chromium(learner: Learner, name: str) -> Iterator[Any]:
    """A page of a new browser; a picture is kept under `name` when the test fails."""
    if not (found := shutil.which("chromium") or shutil.which("google-chrome")):
        pytest.skip("Chromium is not here; it comes with Debian's chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs PyPI's playwright")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1000, "height": 620})
        page.set_default_timeout(60_000)
        page.route("**/*", _only_here)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        try:
            yield page
        except BaseException:
            page.screenshot(path=learner.shots / f"{name}-failed.png")
            (learner.shots / f"{name}-failed.txt").write_text("\n".join(said), encoding="utf-8")
            raise
        finally:
            browser.close()


def _only_here(route: Any) -> None:
    host = urlsplit(route.request.url).hostname
    if host in {"127.0.0.1", "localhost", None}:
        route.continue_()
    else:
        route.abort()


def middle_of(page: Any, selector: str, text: str) -> tuple[float, float]:
    """Where a text stands on the screen, as soon as it does."""
    handle = page.wait_for_function(_MIDDLE, arg=[selector, text])
    x, y = handle.json_value()
    return x, y


def hover_over(page: Any, selector: str, text: str, tip: Any, key: str = "") -> str:
    """Rest the pointer on a text, holding a key, until a tip is shown; its text. A user whose
    editor is busy moves away and comes again.
    """
    x, y = middle_of(page, selector, text)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        page.mouse.move(x - 60, y + 60)
        page.mouse.move(x, y, steps=6)
        if key:
            page.keyboard.down(key)
            page.mouse.move(x + 1, y)
        again = time.monotonic() + 5
        while time.monotonic() < again:
            if texts := [one for one in tip.all_inner_texts() if one.strip()]:  # at once: tips go
                return str(texts[0])
            page.wait_for_timeout(50)
        if key:
            page.keyboard.up(key)
    pytest.fail(f"no tip at {text!r}")


def press_until(page: Any, keys: str, shown: Any) -> None:
    """Press a key until what it opens is shown."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        page.keyboard.press(keys)
        again = time.monotonic() + 5
        while time.monotonic() < again:
            if shown.is_visible():
                return
            page.wait_for_timeout(50)
    pytest.fail(f"{keys} opened nothing")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing: the test looks at the page."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address under which a folder is served, as a developer's own server does."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def web_page(learner: Learner, editor: str, main: str) -> Path:
    """A folder with a page: a developer's main.js around the files that `setup` wrote, bundled."""
    folder = learner.home / "page"
    folder.mkdir()
    program("node", "nodejs.org")
    if not (MODULES / ".bin" / "esbuild").exists():
        pytest.skip(f"no modules in {MODULES}; `make test-editors` installs them from npm")
    (folder / "node_modules").symlink_to(MODULES)
    learner.setup(editor, folder)
    (folder / "main.js").write_text(main, encoding="utf-8")
    (folder / "code.py").write_text(CODE, encoding="utf-8")
    (folder / "index.html").write_text(
        "<!doctype html><meta charset=utf-8><title>Editor</title><link rel=stylesheet href=out.css>"
        "<body style='margin:0'><div id=editor style='height:100vh'></div>"
        "<script type=module src=out.js></script>",
        encoding="utf-8",
    )
    done = subprocess.run(
        [MODULES / ".bin" / "esbuild", "main.js", "--bundle", "--format=esm", "--outfile=out.js",
         "--loader:.ttf=dataurl", "--log-level=warning"],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (folder / "out.css").touch()
    return folder


@contextmanager
def bridge(learner: Learner, folder: Path, origin: str) -> Iterator[str]:
    """The shipped bridge, for one origin; gives its address."""
    command = ["node", "lsp-learn-bridge.mjs", "--origin", origin, "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, env=learner.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("ws://127.0.0.1:")
            yield address
        finally:
            process.terminate()
