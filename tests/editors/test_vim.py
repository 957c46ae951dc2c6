"""A real Vim in a terminal, with ALE."""

from __future__ import annotations

from pathlib import Path

import pytest
from editors.learner import ACTION, COLUMN, LINE, TIP, TITLE, Learner, program
from editors.terminal import Terminal

pytestmark = pytest.mark.editors

ALE = Path("/usr/share/vim-ale")

# What a user of ALE has before lsp-learn comes.
OWN = f"""
set nocompatible nomore shortmess+=I noswapfile hidden
filetype plugin on
set runtimepath+={ALE}
let g:ale_linters = {{'python': []}}
let g:ale_hover_to_floating_preview = 1
"""


def test_ale(learner: Learner) -> None:
    vim = program("vim", "Debian's vim")
    if not ALE.is_dir():
        pytest.skip("ALE is not here; it comes with Debian's vim-ale")
    learner.write(".vimrc", OWN)
    learner.setup("vim-ale")
    with Terminal(learner, [vim, f"+call cursor({LINE}, {COLUMN})", learner.code]) as terminal:
        terminal.until("def deepcopy")
        terminal.type(":ALEHover", "Enter")
        terminal.until(TITLE, TIP, "“Explain this” for more")
        terminal.keep("vim-ale-hover")
        assert "**" not in terminal.screen.split("def deepcopy")[1]
        terminal.type(":ALECodeAction", "Enter")
        terminal.until(f"1) {ACTION}", "Type number and <Enter>")
        terminal.keep("vim-ale-action")
        # ALE opens no document for a server: a message says where the lesson is.
        terminal.type("1", "Enter")
        terminal.until("The lesson is in")
        terminal.keep("vim-ale-lesson")
