"""Somebody who has installed lsp-learn: a home, a project with real code, and the command.

The product is a copy as a wheel lays it out, with its real packs, so that an editor shows what a
learner sees and nobody's half-written snippet.
"""

from __future__ import annotations

import copy
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CODE = Path(copy.__file__).read_text(encoding="utf-8")
"""Real code: the module `copy` of the standard library."""

PLACE = "id("
"""In the body of `deepcopy`: a call of a built-in function."""

LINE = CODE[: CODE.index(PLACE)].count("\n") + 1
COLUMN = CODE.index(PLACE) - CODE.rindex("\n", 0, CODE.index(PLACE))
"""Where it stands, counted from 1."""

TITLE = "The identity of an object with id"
TIP = "gives a number that belongs to one object"
LESSON = "It is a debugging tool"
"""What the hover and the lesson say about it."""

ORIGIN = "python-stdlib · intermediate"
"""The pack and the level at the end of the hover."""

MISTAKE = "Mutable default argument"
MISTAKE_TIP = "The default is made once"
"""What is said of `basket=[]` in the walkthrough's example, and found by searching for it."""

ACTION = f"Explain this: {TITLE}"

SILENT = "d = id(x)"
"""A name of the code's own begins here: nothing to say."""


def install(folder: Path) -> Path:
    """Put the product and a command `lsp-learn` into a folder; gives the command's folder."""
    unwanted = shutil.ignore_patterns("__pycache__", "node_modules", "vscode")
    package = folder / "lib" / "lsp_learn"
    shutil.copytree(ROOT / "lsp_learn", package, ignore=unwanted)
    shutil.copytree(ROOT / "content_packs", package / "content_packs", ignore=unwanted)
    shutil.copytree(ROOT / "editor-configs", package / "editor_configs", ignore=unwanted)
    programs = folder / "bin"
    programs.mkdir()
    own = {
        "PYTHONPATH": folder / "lib",
        "PYTHONSAFEPATH": "1",
        "LSP_LEARN_CACHE": folder / "cache",
        "LSP_LEARN_DATA": folder / "data",
    }
    exports = "".join(f"export {name}={shlex.quote(str(value))}\n" for name, value in own.items())
    command = programs / "lsp-learn"
    command.write_text(f'#!/bin/sh\n{exports}exec {sys.executable} -m lsp_learn "$@"\n')
    command.chmod(0o755)
    subprocess.run([command, "index"], check=True, capture_output=True, timeout=120)
    return programs


@dataclass(frozen=True)
class Learner:
    """One user: a home of their own, and a project with one file."""

    home: Path
    programs: Path
    shots: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a shell of this user has set."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "LSP_LEARN"))}
        beside = Path(sys.executable).parent
        path = os.pathsep.join([str(self.programs), os.environ["PATH"], str(beside)])
        return {**kept, "HOME": str(self.home), "PATH": path, "LC_ALL": "C.UTF-8"}

    @property
    def code(self) -> Path:
        """The file to look at; made at the first call, in a project with .git."""
        path = self.home / "project" / "copying.py"
        if not path.exists():
            (path.parent / ".git").mkdir(parents=True)
            path.write_text(CODE, encoding="utf-8")
        return path

    def setup(self, editor: str, folder: Path | None = None) -> None:
        """What the learner types: `lsp-learn setup EDITOR --write`."""
        command = [self.programs / "lsp-learn", "setup", editor, "--write", "--yes"]
        done = subprocess.run(
            command, cwd=folder or self.home, env=self.environment, capture_output=True,
            text=True, timeout=30, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "written: " in done.stdout

    def write(self, name: str, text: str) -> Path:
        """A file of the learner's own, before anything of ours is there."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def program(name: str, package: str) -> str:
    """Where a program is.

    Skips the test by name where it is not.
    """
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if not found:
        pytest.skip(f"{name} is not here; it comes with {package}")
    return found
