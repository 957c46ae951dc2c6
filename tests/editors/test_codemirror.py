"""A real CodeMirror 6 with its own language client, in Chromium, through the shipped bridge."""

from __future__ import annotations

import pytest
from editors.browser import bridge, chromium, hover_over, middle_of, served, web_page
from editors.learner import LESSON, PLACE, TIP, TITLE, Learner

pytestmark = pytest.mark.editors

# A developer's page, as the shipped file says it is to be used.
MAIN = """
import { python } from '@codemirror/lang-python';
import { EditorView, basicSetup } from 'codemirror';
import { connect } from './lsp-learn-codemirror.js';

const doc = await (await fetch('code.py')).text();
const address = new URLSearchParams(location.search).get('bridge');
const learn = await connect(address, { uri: 'file:///copying.py', language: 'python' });
const extensions = [basicSetup, python(), learn];
const view = new EditorView({ doc, parent: document.body, extensions });
view.dispatch({ effects: EditorView.scrollIntoView(doc.indexOf('def deepcopy') + 400) });
"""


def test_hover_and_lesson(learner: Learner) -> None:
    folder = web_page(learner, "codemirror", MAIN)
    with (
        served(folder) as origin,
        bridge(learner, folder, origin) as address,
        chromium(learner, "codemirror") as page,
    ):
        page.goto(f"{origin}/?bridge={address}")
        hover = page.locator(".cm-lsp-hover-tooltip")
        text = hover_over(page, ".cm-line", PLACE, hover)
        assert TITLE in text
        assert TIP in text
        assert "**" not in text
        page.screenshot(path=learner.shots / "codemirror-hover.png")
        # The client has no code actions: the key calls the command, and the lesson is shown.
        page.mouse.click(*middle_of(page, ".cm-line", PLACE))
        page.keyboard.press("Control+.")
        lesson = page.locator("aside.lsp-learn-lesson")
        lesson.wait_for()
        assert LESSON in lesson.inner_text()
        assert lesson.locator("h2", has_text="Why").count() == 1
        assert "Lesson" in str(lesson.get_attribute("aria-label"))
        page.screenshot(path=learner.shots / "codemirror-lesson.png")
        page.keyboard.press("Escape")
        lesson.wait_for(state="detached")
        # On a plain assignment there is nothing, and it says so.
        page.mouse.click(*middle_of(page, ".cm-line", "y = copier"))
        page.keyboard.press("Control+.")
        lesson.wait_for()
        assert "nothing to explain here" in lesson.inner_text()


def test_another_origin_is_refused(learner: Learner) -> None:
    folder = web_page(learner, "codemirror", MAIN)
    with (
        served(folder) as origin,
        bridge(learner, folder, "http://localhost:1") as address,
        chromium(learner, "codemirror-refused") as page,
    ):
        with page.expect_event("pageerror") as refused:
            page.goto(f"{origin}/?bridge={address}")
        assert "does not answer: is the bridge running?" in str(refused.value)
