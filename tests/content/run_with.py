"""Runs the examples that need a package which is no dependency of this project, and compares.

    python tests/content/run_with.py PLACE PACK [words of snippet ids ...]

PLACE is a Python interpreter that has the packages, or a folder with `node_modules`. Of the pack
the examples are run whose metadata says `not_run = "needs the X package"`; those of packages
that are not at PLACE are named.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from check import snippets_of

from lsp_learn.model import Snippet
from lsp_learn.packs.examples.programs import whole
from lsp_learn.packs.examples.run import ExampleError, compared, run_in
from lsp_learn.packs.examples.tools import RUNNERS

SECONDS = 120
"""Some packages take seconds to import."""

_NEEDS = re.compile(r"needs the (\S+) package")

_MISSING = re.compile(r"ModuleNotFoundError: No module named '(\w+)'")

_SUMMARY = re.compile(r" in [\d.]+s.*$|^=+ *| *=+$")
"""What pytest puts around "1 passed"."""

DJANGO = Path(__file__).with_name("django_project")
"""Django's examples are modules of a project, since models belong to one."""


class MissingError(Exception):
    """A package is not at the place."""


def run(snippet: Snippet, place: Path) -> str:
    """What is wrong with an example: "" when it prints, or fails with, what it says.

    Raises:
        MissingError: what it needs is not there.
    """
    runner = RUNNERS[snippet.example.language]
    found = _NEEDS.fullmatch(snippet.example.not_run)
    needs = found[1] if found else ""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, runner.file).write_text(whole(snippet.example) + "\n", encoding="utf-8")
        if place.is_dir():
            Path(folder, "node_modules").symlink_to((place / "node_modules").absolute())
        commands = runner.resolved()
        if not place.is_dir():
            commands = [[str(place.absolute()), *commands[0][1:]]]
        if needs == "django":
            shutil.copytree(DJANGO, folder, dirs_exist_ok=True)
            Path(folder, runner.file).rename(Path(folder, "shop", "example.py"))
            commands[0][1:] = ["-W", "ignore", "-c", "import shop.example"]
        tests = needs in {"pytest", "hypothesis"} and "def test_" in snippet.example.code
        if tests:  # of these the output is pytest's count
            commands[0][1:] = ["-m", "pytest", "-q", "-p", "no:cacheprovider", runner.file]
        try:
            ran = run_in(Path(folder), commands, SECONDS, {"MPLBACKEND": "Agg"})
        except ExampleError as error:
            return str(error)
    lost = _MISSING.search(ran.failed)
    if lost and lost[1] not in snippet.example.error:
        raise MissingError(lost[1])
    if tests:
        count = _SUMMARY.sub("", ran.printed.rstrip().split("\n")[-1])
        return compared(snippet, replace(ran, printed=count))
    return compared(snippet, ran)


def main() -> int:
    """Print every example that is wrong; 1 when there is one."""
    if len(sys.argv) < 3:
        print("give a Python interpreter (or a folder with node_modules) and a pack")
        return 2
    place, pack, words = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    chosen = [
        snippet
        for snippet in snippets_of(pack)
        if _NEEDS.fullmatch(snippet.example.not_run)
        and (not words or any(word in snippet.id for word in words))
    ]
    wrong, missing = [], []
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for snippet, ran in [(snippet, pool.submit(run, snippet, place)) for snippet in chosen]:
            try:
                if why := ran.result():
                    wrong.append(f"{snippet.id}: {why}")
            except MissingError as error:
                missing.append(f"  not run: {snippet.id}: {error} is not installed")
    count = f"{len(chosen) - len(missing)} examples run, {len(wrong)} wrong"
    print("\n".join([*wrong, count, *missing]))
    return 1 if wrong or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
