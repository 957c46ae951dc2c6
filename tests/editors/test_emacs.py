"""A real Emacs in a terminal: with Eglot, with Eglot beside a second server, with lsp-mode."""

from __future__ import annotations

from pathlib import Path

import pytest
from editors.learner import ACTION, CODE, COLUMN, LINE, TIP, TITLE, Learner, program
from editors.terminal import Terminal, until

pytestmark = pytest.mark.editors

# Debian's packages for Emacs; `-Q` and `-q` do not look there by themselves.
PACKAGES = Path("/usr/share/emacs/site-lisp/elpa")

# What a user has before lsp-learn comes; the client is started by hand.
OWN = f"""
(setq inhibit-startup-screen t make-backup-files nil create-lockfiles nil ring-bell-function 'ignore
      lsp-enable-suggest-server-download nil lsp-auto-guess-root t lsp-client-packages nil
      lsp-headerline-breadcrumb-enable nil lsp-warn-no-matched-clients nil
      native-comp-deferred-compilation nil native-comp-async-report-warnings-errors nil)
(require 'package)
(add-to-list 'package-directory-list "{PACKAGES}")
(package-initialize)
"""

TITLE_OF_ISINSTANCE = "Asking for a type with isinstance"


def emacs(learner: Learner, package: str, line: int = LINE, column: int = COLUMN) -> Terminal:
    editor = program("emacs", "Debian's emacs-nox")
    if not list(PACKAGES.glob(f"{package}-[0-9]*")):
        pytest.skip(f"{package} is not here; it comes with Debian's elpa-{package}")
    place = f"+{line}:{column}"
    return Terminal(learner, [editor, "-nw", "--no-splash", place, learner.code], rows=60)


@pytest.fixture
def own_configuration(learner: Learner) -> Path:
    return learner.write(".emacs.d/init.el", OWN)


def command(terminal: Terminal, name: str) -> None:
    """M-x NAME, as soon as the minibuffer is there for it."""
    terminal.press("M-x")
    until(lambda: terminal.screen.rstrip().rpartition("\n")[2].startswith("M-x"), "the minibuffer")
    terminal.type(name, "Enter")


def test_eglot(learner: Learner, own_configuration: Path) -> None:
    learner.setup("emacs-eglot")
    assert own_configuration.read_text(encoding="utf-8").startswith(OWN)
    with emacs(learner, "eglot") as terminal:
        terminal.until("def deepcopy")
        command(terminal, "eglot")
        terminal.until("[eglot:project]", "Connected! Server")
        # The hover: in the echo area when the cursor moves, to stay in the documentation buffer.
        terminal.press("Right")
        terminal.until(TITLE)
        terminal.keep("emacs-eglot-echo")
        command(terminal, "eldoc-doc-buffer")
        terminal.until(TIP, "“Explain this” for more")
        terminal.keep("emacs-eglot-hover")
        assert "```" not in terminal.screen
        # The action, and what it leads to: this Eglot opens no document, so a message names it.
        command(terminal, "eglot-code-actions")
        terminal.until(ACTION)
        terminal.keep("emacs-eglot-action")
        terminal.press("Enter")
        terminal.until("The lesson is in")
        terminal.keep("emacs-eglot-lesson")


def test_eglot_beside_another_server(learner: Learner, own_configuration: Path) -> None:
    program("jedi-language-server", "PyPI's jedi-language-server")
    program("rass", "PyPI's rassumfrassum")
    learner.setup("emacs-eglot-both")
    text = own_configuration.read_text(encoding="utf-8")
    named = text.replace("pyright-langserver --stdio", "jedi-language-server")
    assert named != text  # the line in which the user names a server
    own_configuration.write_text(named, encoding="utf-8")
    place = CODE[: CODE.index("isinstance(")]
    with emacs(
        learner, "eglot", place.count("\n") + 1, len(place.rpartition("\n")[2]) + 1
    ) as terminal:
        terminal.until("def deepcopy")
        command(terminal, "eglot")
        terminal.until("[eglot:project]", "Connected! Server")
        terminal.press("Right")
        terminal.until(
            "Return whether an object is an instance", "Asking for a type with isinstance"
        )
        command(terminal, "eldoc-doc-buffer")
        terminal.until("def isinstance(obj: object", "“Explain this” for more")
        terminal.keep("emacs-eglot-both")
        command(terminal, "eglot-code-actions")
        terminal.until("Explain this:")


def test_lsp_mode(learner: Learner, own_configuration: Path) -> None:
    learner.setup("emacs-lsp-mode")
    with emacs(learner, "lsp-mode") as terminal:
        terminal.until("def deepcopy")
        command(terminal, "lsp")
        terminal.until("LSP[lsp-learn:", "initialized successfully")
        command(terminal, "lsp-describe-thing-at-point")
        terminal.until(TITLE, TIP, "“Explain this” for more")
        terminal.keep("emacs-lsp-mode-hover")
        command(terminal, "lsp-execute-code-action")
        terminal.until("The lesson is in")  # a single action is run without a question
        terminal.keep("emacs-lsp-mode-lesson")
