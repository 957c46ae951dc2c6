"""A real Kate, on a desktop that nobody sees. What is asserted is what a screen reader is told of
the windows; the pictures are for people.
"""

from __future__ import annotations

import pytest
from editors.desktop import Desktop
from editors.learner import ACTION, COLUMN, LINE, TIP, TITLE, Learner, program

pytestmark = pytest.mark.editors

# What a user of Kate's language client has before lsp-learn comes.
OWN = """
[General]
Show welcome view for new window=false
Startup Session=new

[Kate Plugins]
lspclientplugin=true
katefilebrowserplugin=false
kateprojectplugin=false
katesearchplugin=false
kategitblameplugin=false
"""


def test_hover_and_action(learner: Learner) -> None:
    kate = program("kate", "Debian's kate")
    learner.write(".config/katerc", OWN)
    learner.setup("kate")
    with Desktop(learner) as desktop:
        desktop.start([kate, "-n", "-l", str(LINE), "-c", str(COLUMN), learner.code])
        desktop.maximize("copying.py")
        # Kate asks before it starts a program that it has not started before.
        question = "Do you want the LSP server to be started?"
        desktop.until(question, seconds=120)  # Kate takes its time to start
        desktop.persist(
            lambda: desktop.press("Return"), lambda: not desktop.find(question), "the answer"
        )

        # The hover, under the pointer, as soon as the server has read the file.
        def rest() -> None:
            x, y = desktop.until("Generic (shallow and deep)", "text")["cursor"]
            desktop.point(x + 60, y + 80)
            desktop.point(x, y + 8)

        tip = desktop.persist(rest, lambda: desktop.find(TIP), "the hover")
        assert TITLE in tip["text"]
        assert "**" not in tip["text"]
        desktop.keep("kate-hover")
        desktop.point(700, 600)
        desktop.persist(lambda: None, lambda: not desktop.find(TIP), "the hover goes")
        # The menu is told of when one of its entries is chosen. Kate asks for the whole line.
        before = desktop.windows("kate")
        desktop.persist(
            lambda: desktop.press("Escape", "alt+Return"),
            lambda: desktop.windows("kate") - before,
            "the menu",
        )
        desktop.keep("kate-action")
        desktop.persist(
            lambda: desktop.press("Down"),
            lambda: desktop.find(f"[explain] {ACTION}", "focus"),
            "the entry of the menu",
        )
        # This Kate opens no document for a server: its log says where the lesson is.
        desktop.press("Return")
        desktop.click(desktop.until("Output", "check box"))
        desktop.until("The lesson is in", "label")
        desktop.keep("kate-lesson")
