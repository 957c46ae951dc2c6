"""A real VS Code with the shipped extension, driven by keys and the pointer."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from editors import workbench
from editors.learner import (
    ACTION,
    COLUMN,
    LESSON,
    LINE,
    MISTAKE,
    MISTAKE_TIP,
    ORIGIN,
    TIP,
    TITLE,
    Learner,
)
from editors.workbench import CodeServer, Workbench

pytestmark = pytest.mark.editors

SYSTEM = "/usr/local/bin:/usr/bin:/bin"
"""A PATH without lsp-learn, unless somebody has installed it for everybody."""

TYPESCRIPT = """\
interface Item {
  name: string;
  price: number;
}

export function total(items: Item[]): number {
  const prices = items.map((item) => item.price);
  const start: number = "0";
  return prices.reduce((sum, price) => sum + price, start);
}
"""

SAID = "Type 'string' is not assignable to type 'number'."
"""What VS Code's own TypeScript server says about `start`."""

PYTHON = "Search lessons about python"
CHOOSING = "Choose lsp-learn, or a Python that it is installed in"
HOW, CHOOSE, SETTINGS = "Show How to Install", "Choose a Program...", "Open Settings"

# What ms-python.python exports, as far as anybody may use it: npm's @vscode/python-extension.
PYTHON_EXTENSION = """
const vscode = require('vscode');
const chosen = () => vscode.workspace.getConfiguration('standIn').get('interpreter');
const changed = new vscode.EventEmitter();
exports.activate = () => {
  vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('standIn')) changed.fire({ path: chosen() });
  });
  return { environments: {
    getActiveEnvironmentPath: () => ({ id: chosen(), path: chosen() }),
    resolveEnvironment: async ({ path }) => ({ executable: { uri: vscode.Uri.file(path) } }),
    onDidChangeActiveEnvironmentPath: changed.event,
  } };
};
"""


@pytest.fixture(scope="module")
def extension() -> Path:
    pytest.importorskip("playwright", reason="needs playwright: pip install playwright")
    workbench.chromium()
    return workbench.package()


@pytest.fixture(scope="module")
def windows(extension: Path) -> Iterator[Callable[[Path], Workbench]]:
    with workbench.browser() as window:
        yield window


@pytest.fixture
def window(
    windows: Callable[[Path], Workbench], learner: Learner, request: pytest.FixtureRequest
) -> Iterator[Workbench]:
    one = windows(learner.shots)
    failed = request.session.testsfailed
    yield one
    if request.session.testsfailed > failed:
        one.keep(f"failed-{request.node.name}")
    assert one.elsewhere == []
    one.page.context.close()


@pytest.fixture(scope="module")
def vscode(
    extension: Path, programs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CodeServer]:
    """VS Code of somebody whose `lsp-learn` is on the PATH, for tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("vscode")
    (folder / "home").mkdir()
    path = f"{programs}:{SYSTEM}"
    with workbench.running(folder / "code", folder / "home", path, extension) as server:
        yield server


@pytest.fixture
def bare(extension: Path, learner: Learner, tmp_path: Path) -> Iterator[CodeServer]:
    """VS Code of somebody without `lsp-learn`."""
    if any((Path(folder) / "lsp-learn").exists() for folder in SYSTEM.split(":")):
        pytest.skip("lsp-learn is installed for every user of this machine")
    with workbench.running(tmp_path / "code", learner.home, SYSTEM, extension) as server:
        yield server


def script(path: Path, *lines: str) -> Path:
    """An executable script of the shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)
    return path


def own_lsp_learn(folder: Path, programs: Path, *before: str) -> Path:
    """An `lsp-learn` with an empty cache and three packs: an index that is built in seconds."""
    shipped = programs.parent / "lib" / "lsp_learn"
    package = folder / "lib" / "lsp_learn"
    shutil.copytree(shipped, package, ignore=shutil.ignore_patterns("content_packs"))
    for pack in ("python", "python-stdlib", "data"):
        shutil.copytree(shipped / "content_packs" / pack, package / "content_packs" / pack)
    values = {
        "PYTHONPATH": folder / "lib",
        "PYTHONSAFEPATH": "1",
        "LSP_LEARN_CACHE": folder / "cache",
        "LSP_LEARN_DATA": folder / "data",
    }
    exports = [f"export {name}={shlex.quote(str(value))}" for name, value in values.items()]
    start = f'exec {shlex.quote(sys.executable)} -m lsp_learn "$@"'
    return script(folder / "bin" / "lsp-learn", *exports, *before, start)


def test_what_needs_no_editor(extension: Path) -> None:
    done = subprocess.run(
        ["npm", "test"], cwd=extension.parent, env=workbench.tools(),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail 0" in done.stdout


def test_hover_quick_fix_and_lesson(
    vscode: CodeServer, window: Workbench, learner: Learner
) -> None:
    window.open(vscode, learner.code.parent, learner.code)
    window.status("ready")
    window.go_to(LINE, COLUMN)
    text = window.hover(TITLE)
    assert TIP in text
    assert f"{ORIGIN} · Explain this for more" in text
    assert text.count(TITLE) == 1
    window.keep("hover")

    # The lesson is rendered beside the code; the cursor stays where it was.
    menu = window.quick_fixes()
    window.keep("actions")
    assert menu.get_by_text("Explain this").all_inner_texts() == [ACTION]
    menu.get_by_text(ACTION).click()
    lesson = window.lesson(LESSON)
    assert "Watch out" in lesson
    assert "##" not in lesson, "Markdown is rendered"
    window.cursor(LINE, COLUMN)
    window.keep("lesson")
    assert window.tabs() == [learner.code.stem, TITLE]
    window.hover(TIP)
    window.keep("hover-and-lesson")

    # The next one, by the link in a hover, takes its tab.
    line = learner.code.read_text(encoding="utf-8").split("\n").index("class Error(Exception):")
    window.go_to(line + 1, 2)
    window.hover("Explain this")
    window.page.locator(".monaco-hover:visible a", has_text="Explain this").first.click()
    assert LESSON not in window.lesson("class")
    window.until(lambda: TITLE not in " ".join(window.tabs()), "the other lesson's tab")
    assert len(window.tabs()) == 2
    assert window.messages() == []


def test_a_selection_is_explained_piece_by_piece(
    vscode: CodeServer, window: Workbench, learner: Learner
) -> None:
    window.open(vscode, learner.code.parent, learner.code)
    window.status("ready")
    window.go_to(LINE, 1)
    window.page.keyboard.press("Shift+ArrowDown")
    window.page.keyboard.press("Shift+ArrowDown")
    window.page.keyboard.press("Shift+ArrowDown")
    window.command("lsp-learn: Explain This")
    lesson = window.lesson(TIP)
    window.keep("selection")
    assert "is not" in lesson, "another piece of the selection"
    assert "y = memo.get(d, _nil)" in lesson, "the code itself, with marks under it"


def test_search_follows_what_is_typed(
    vscode: CodeServer, window: Workbench, learner: Learner
) -> None:
    window.open(vscode, learner.code.parent, learner.code)
    window.status("ready")
    window.command("lsp-learn: Search Lessons")
    window.ask(PYTHON, "why does my list keep growing between calls")
    window.entries().filter(has_text=MISTAKE).first.wait_for()
    window.keep("search")
    first = window.entries().first.inner_text()
    assert MISTAKE in first
    assert MISTAKE_TIP in first
    assert "python · beginner · python" in first

    # What is not known is said in the list; nothing pops up while somebody types.
    window.ask(PYTHON, "zzyzx qqwv")
    window.entries().filter(has_text="Nothing found for “zzyzx qqwv”").wait_for()
    assert window.messages() == []

    # The button asks about every language.
    window.ask(PYTHON, "goroutine")
    window.page.locator(".quick-input-widget:visible [aria-label='Search all languages']").click()
    window.prompt("Search lessons about all languages")
    found = window.entries().filter(has_text="go · ").first
    found.wait_for()
    title = found.locator(".label-name").first.inner_text()
    found.click()
    window.lesson(title)


def test_beside_the_typescript_server(
    vscode: CodeServer, window: Workbench, learner: Learner
) -> None:
    file = learner.code.parent / "total.ts"
    file.write_text(TYPESCRIPT, encoding="utf-8")
    window.open(vscode, file.parent, file)
    window.status("ready")
    line = TYPESCRIPT.split("\n").index('  const start: number = "0";') + 1
    window.page.locator(".squiggly-error").first.wait_for()
    window.go_to(line, 10)
    text = window.hover("about typescript 2322")
    window.keep("beside-typescript")
    assert text.count(SAID) == 1, "theirs is not repeated"
    assert "const start: number" in text, "their own hover is there as well"
    assert "TS2322: type is not assignable to type" in text

    menu = window.quick_fixes()
    menu.get_by_text("Explain this: TS2322").wait_for()
    window.page.keyboard.press("Escape")

    window.command("lsp-learn: Explain the Problem Under the Cursor")
    lesson = window.lesson("was declared to hold number")
    assert "The value is a string" in lesson, "with the message's own names"
    window.keep("problem")

    window.go_to(1, 1)
    window.command("lsp-learn: Explain the Problem Under the Cursor")
    window.message("there is no problem on this line")


def test_settings_reach_the_server(vscode: CodeServer, window: Workbench, learner: Learner) -> None:
    project = learner.code.parent
    workbench.set_here(project, {"lspLearn.codeAction": False})
    window.open(vscode, project, learner.code)
    window.status("ready")
    window.go_to(LINE, COLUMN)
    assert "Explain this" not in window.hover(TIP)

    workbench.set_here(project, {"lspLearn.level": "expert", "lspLearn.useUvx": False})
    assert '"expert"' in window.message("lspLearn.level must be one of").inner_text()
    assert len(window.messages()) == 1, "the extension's own settings are no unknown ones"
    assert "Explain this" in window.hover("Explain this")


def test_packs_are_installed_from_a_file(
    bare: CodeServer, window: Workbench, learner: Learner, programs: Path, tmp_path: Path
) -> None:
    command = own_lsp_learn(tmp_path / "own", programs)
    bare.set({"lspLearn.command": [str(command)]})
    pack, broken = tmp_path / "mini.zip", tmp_path / "broken.zip"
    mini = workbench.ROOT / "tests" / "mini_pack"
    subprocess.run([command, "pack", "build", mini, "-o", pack], check=True, capture_output=True)
    broken.write_bytes(pack.read_bytes()[:200])

    window.open(bare, learner.code.parent, learner.code)
    window.status("indexing")
    window.keep("indexing")
    window.status("ready")

    window.command("lsp-learn: Install a Pack from a File...")
    window.choose_file("Install a pack", broken)
    shown = window.message("broken.zip is not installed: ").inner_text()
    assert "`lsp-learn pack build FOLDER` makes an archive" in shown, "the hint"

    window.command("lsp-learn: Install a Pack from a File...")
    window.choose_file("Install a pack", pack)
    window.message("mini 1.2.3 installed")
    # It is there at once.
    window.status("ready")
    window.command("lsp-learn: Search Lessons")
    window.ask(PYTHON, "for loop protocol")
    window.entries().filter(has_text="· mini").first.wait_for()


def test_a_server_that_dies_comes_back(
    bare: CodeServer, window: Workbench, learner: Learner, programs: Path, tmp_path: Path
) -> None:
    numbers = tmp_path / "numbers"
    remembered = f'[ "$1" = serve ] && echo $$ >>{shlex.quote(str(numbers))}'
    command = own_lsp_learn(tmp_path / "own", programs, remembered)
    bare.set({"lspLearn.command": [str(command)]})
    window.open(bare, learner.code.parent, learner.code)
    window.status("ready")
    (first,) = numbers.read_text().split()
    os.kill(int(first), signal.SIGKILL)
    window.until(lambda: len(numbers.read_text().split()) == 2, "a second server")
    window.status("ready")
    window.go_to(LINE, COLUMN)
    window.hover(TIP)

    window.command("lsp-learn: Restart the Server")
    window.until(lambda: len(numbers.read_text().split()) == 3, "a third server")
    window.status("ready")
    window.hover(TIP)


def test_a_missing_server_is_said_and_repaired(
    bare: CodeServer, window: Workbench, learner: Learner, programs: Path, tmp_path: Path
) -> None:
    project = learner.code.parent
    workbench.set_here(project, {})
    window.open(bare, project, learner.code)
    message = window.message("lsp-learn is not installed, or VS Code does not find it")
    window.status("missing")
    buttons = message.locator(".monaco-button").all_inner_texts()
    assert [text for text in buttons if text] == [HOW, CHOOSE, SETTINGS]
    window.keep("missing")
    message.get_by_text(HOW).click()
    assert "Python 3.11 or newer" in window.lesson("Install lsp-learn")
    window.keep("install")

    # One that is not ours, one that is too old, and at last the right one, by its file.
    window.command("lsp-learn: Choose the Program...")
    window.choose_file(CHOOSING, script(tmp_path / "other" / "lsp-learn", "echo hello"))
    window.message("cannot be used: it is another program: hello").get_by_text(
        "Choose Another..."
    ).click()
    window.choose_file(CHOOSING, programs / "lsp-learn")
    window.status("ready")
    written = bare.folder / "data" / "Machine" / "settings.json"
    assert json.loads(written.read_text())["lspLearn.command"] == [str(programs / "lsp-learn")]

    old = script(tmp_path / "old" / "lsp-learn", "echo lsp-learn 0.0.9")
    workbench.set_here(project, {"lspLearn.command": [str(old)]})
    window.message("lsp-learn 0.0.9 is too old, 0.1.0 or newer is needed")
    window.status("missing")
    window.keep("too-old")

    workbench.set_here(project, {"lspLearn.command": ["/no/such/lsp-learn"]})
    window.message("/no/such/lsp-learn: there is no such file")

    # The next change of the settings is enough; nothing has to be started again.
    serving = [str(programs / "lsp-learn"), "serve"]
    workbench.set_here(project, {"lspLearn.command": serving})
    window.status("ready")


def test_the_python_extensions_interpreter(
    bare: CodeServer, window: Workbench, learner: Learner, programs: Path, tmp_path: Path
) -> None:
    without = script(tmp_path / "env1" / "python", "echo 'No module named lsp_learn' >&2; exit 1")
    library = shlex.quote(str(programs.parent / "lib"))
    cache = shlex.quote(str(programs.parent / "cache"))
    own = f"PYTHONPATH={library} LSP_LEARN_CACHE={cache}"
    having = script(tmp_path / "env2" / "python", f'{own} exec {sys.executable} "$@"')
    bare.install(workbench.stand_in(tmp_path / "stand-in", "ms-python.python", PYTHON_EXTENSION))
    project = learner.code.parent
    workbench.set_here(project, {"standIn.interpreter": str(without)})
    window.open(bare, project, learner.code)
    window.status("missing")
    workbench.set_here(project, {"standIn.interpreter": str(having)})
    window.status("ready")
    window.go_to(LINE, COLUMN)
    window.hover(TIP)


def test_a_folder_that_is_not_trusted_chooses_no_program(
    vscode: CodeServer, window: Workbench, learner: Learner, tmp_path: Path
) -> None:
    proof = tmp_path / "it-ran"
    theirs = script(
        learner.code.parent / "theirs", f"touch {shlex.quote(str(proof))}", "echo lsp-learn 9.9.9"
    )
    workbench.set_here(learner.code.parent, {"lspLearn.command": [str(theirs)]})
    trust = "security.workspace.trust"
    vscode.set({f"{trust}.enabled": True, f"{trust}.startupPrompt": "never"})
    try:
        window.open(vscode, learner.code.parent, learner.code)
        window.page.get_by_text("Restricted Mode", exact=True).first.wait_for()
        window.status("ready")
        window.go_to(LINE, COLUMN)
        window.hover(TIP)
        assert window.page.locator(".monaco-hover:visible a", has_text="Explain").count() == 0
        window.keep("restricted")
        assert not proof.exists()

        # The same folder where it is trusted: its program is started.
        vscode.set({})
        window.open(vscode, learner.code.parent, learner.code)
        window.until(proof.exists, "the folder's own program")
    finally:
        vscode.set({})


def test_the_walkthrough_and_its_example(
    vscode: CodeServer, window: Workbench, learner: Learner
) -> None:
    window.open(vscode, learner.code.parent)
    window.command("Welcome: Open Walkthrough...", "Get Started with lsp-learn")
    window.page.get_by_text("Point at a piece of code").first.click()
    window.page.get_by_text("Open the example", exact=True).first.click()
    window.status("ready")
    window.cursor(4, 15)
    window.hover(MISTAKE_TIP)
    window.keep("walkthrough")
