"""A real Monaco with its own language client, in Chromium, through the shipped bridge."""

from __future__ import annotations

import subprocess

import pytest
from editors.browser import (
    MODULES,
    bridge,
    chromium,
    hover_over,
    middle_of,
    press_until,
    served,
    web_page,
)
from editors.learner import ACTION, LESSON, LINE, PLACE, TIP, TITLE, Learner

pytestmark = pytest.mark.editors

# A developer's page, as the shipped file says it is to be used.
MAIN = f"""
import * as monaco from 'monaco-editor';
import {{ connect }} from './lsp-learn-monaco.js';

self.MonacoEnvironment = {{ getWorker: () => new Worker('worker.js') }};
const text = await (await fetch('code.py')).text();
const model = monaco.editor.createModel(text, 'python', monaco.Uri.parse('file:///copying.py'));
const element = document.getElementById('editor');
const editor = monaco.editor.create(element, {{ model, minimap: {{ enabled: false }} }});
editor.revealLineNearTop({LINE - 3});
await connect(monaco, new URLSearchParams(location.search).get('bridge'));
document.title = 'connected';
"""


def test_hover_action_and_lesson(learner: Learner) -> None:
    folder = web_page(learner, "monaco", MAIN)
    worker = MODULES / "monaco-editor" / "esm" / "vs" / "editor" / "editor.worker.js"
    subprocess.run(
        [MODULES / ".bin" / "esbuild", worker, "--bundle", f"--outfile={folder / 'worker.js'}",
         "--log-level=warning"], check=True, timeout=120,
    )  # fmt: skip
    with (
        served(folder) as origin,
        bridge(learner, folder, origin) as address,
        chromium(learner, "monaco") as page,
    ):
        page.goto(f"{origin}/?bridge={address}")
        page.wait_for_function("document.title === 'connected'")
        hover = page.locator(".monaco-hover:visible", has_text=TITLE).first
        text = hover_over(page, ".view-line", PLACE, hover)
        assert TIP in " ".join(text.split())
        assert "**" not in text
        page.screenshot(path=learner.shots / "monaco-hover.png")
        page.mouse.click(*middle_of(page, ".view-line", PLACE))
        page.keyboard.press("Escape")  # the hover closes, which would close the menu with it
        menu = page.locator(".action-widget:visible", has_text=ACTION).first
        press_until(page, "Control+.", menu)
        page.screenshot(path=learner.shots / "monaco-action.png")
        menu.get_by_text(ACTION).click()
        lesson = page.locator("aside.lsp-learn-lesson")
        lesson.wait_for()
        assert LESSON in lesson.inner_text()
        page.screenshot(path=learner.shots / "monaco-lesson.png")
        page.keyboard.press("Escape")
        lesson.wait_for(state="detached")
