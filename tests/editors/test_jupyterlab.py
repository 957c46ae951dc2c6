"""A real JupyterLab with jupyterlab-lsp, in Chromium: the hover. It has no code actions."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from editors.browser import chromium, hover_over, middle_of
from editors.learner import PLACE, TIP, TITLE, Learner, program
from editors.terminal import until

pytestmark = pytest.mark.editors

# The servers that jupyter-lsp finds by itself are left out: it starts one a language.
OWN = {
    "ServerApp": {"allow_root": True, "open_browser": False, "ip": "127.0.0.1"},
    "IdentityProvider": {"token": ""},
    "LanguageServerManager": {"autodetect": False},
}


@contextmanager
def jupyterlab(learner: Learner) -> Iterator[str]:
    """A server in the learner's project; gives its address."""
    program("jupyter-lab", "PyPI's jupyterlab")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = ["jupyter", "lab", f"--port={port}", f"--notebook-dir={learner.code.parent}"]
    address = f"http://127.0.0.1:{port}"
    with (
        (learner.shots / "jupyterlab.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            command, env=learner.environment, stdout=log, stderr=log, start_new_session=True
        ) as process,
    ):
        try:
            until(lambda: process.poll() is not None or answers(address), "JupyterLab answers", 90)
            yield address
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/api", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def test_hover(learner: Learner) -> None:
    learner.write(".jupyter/jupyter_server_config.json", json.dumps(OWN))
    learner.setup("jupyterlab")
    with jupyterlab(learner) as address, chromium(learner, "jupyterlab") as page:
        page.goto(f"{address}/lab/tree/copying.py?reset")
        page.wait_for_selector(".jp-FileEditor .cm-line")
        # The bar at the bottom says when the server is there.
        page.get_by_text("Fully initialized").wait_for()
        while not page.locator(".cm-line", has_text=PLACE).count():
            page.locator(".jp-FileEditor").hover()
            page.mouse.wheel(0, 400)
            page.wait_for_timeout(50)
        hover = page.locator(".jp-Tooltip, .lsp-tooltip, .lsp-hover", has_text=TITLE).first
        page.mouse.click(*middle_of(page, ".cm-line", PLACE))
        # A hover is shown while the key is held.
        text = hover_over(page, ".cm-line", PLACE, hover, key="Control")
        page.screenshot(path=learner.shots / "jupyterlab-hover.png")
        page.keyboard.up("Control")
        assert TITLE in text
        assert TIP in " ".join(text.split())
        assert "**" not in text
