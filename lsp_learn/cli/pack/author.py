"""What an author does with a pack: new, preview, test, build."""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.output import Output
from lsp_learn.cli.pack.problems import print_problems, problem_data
from lsp_learn.workshop import Executed, Workshop, write_starter

_GLANCE = 0.4
"""Seconds between two looks at a pack that is being written."""


def add(actions: Any) -> None:
    """Add the actions."""
    new = actions.add_parser(
        "new",
        help="begin a pack: a manifest, a snippet that works, a file of silences",
        epilog="then: lsp-learn pack lint FOLDER; docs/tutorial/first-pack.md goes on from there",
    )
    new.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder")
    new.add_argument("--id", default="", help="by default the folder's name")
    new.add_argument("--title", default="", help="by default made from the id")
    new.add_argument("--language", default="python", help="a language id (python)")
    new.add_argument("--license", default="CC-BY-4.0", help="an SPDX identifier (CC-BY-4.0)")
    new.set_defaults(run=run_new)

    preview = actions.add_parser(
        "preview",
        help="what the hover and the lesson look like",
        description="Show the hover and the lesson of a snippet, or of every snippet of a pack.",
    )
    preview.add_argument("place", type=Path, metavar="PACK | SNIPPET", help="a folder, or a file")
    preview.add_argument("--watch", action="store_true", help="again after every change")
    preview.set_defaults(run=run_preview)

    test = actions.add_parser(
        "test",
        help="whether examples do what they say and bring up their snippets, and cases hold",
        description="Look every example up as an editor would, and the cases in silence.txt and "
        "cases/*.txt. Then execute the examples, each in an empty folder for at most half a "
        "minute, and compare what they print.",
    )
    test.add_argument("--no-run", action="store_true", help="execute nothing")
    test.add_argument(
        "folder", type=Path, metavar="FOLDER | FILE", help="the pack's folder, or a file in it"
    )
    test.add_argument("--json", action="store_true", help="print JSON")
    test.set_defaults(run=run_test)

    build = actions.add_parser(
        "build",
        help="make the archive of a pack",
        description="Make the archive of a pack without errors. The same files give the same "
        "bytes. Prints the path and the SHA-256 that `pack install --sha256` takes.",
    )
    build.add_argument("folder", type=Path, metavar="FOLDER", help="the pack's folder")
    build.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="by default ID-VERSION.zip, here"
    )
    build.add_argument("--json", action="store_true", help="print JSON")
    build.set_defaults(run=run_build)


def run_new(arguments: argparse.Namespace, output: Output) -> int:
    """Write the first files of a pack."""
    folder: Path = arguments.folder
    pack_id = arguments.id or re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    title = arguments.title or pack_id.replace("-", " ").capitalize()
    for path in write_starter(folder, pack_id, title, arguments.language, arguments.license):
        output.line(str(path))
    output.line()
    output.line(f"Next: lsp-learn pack preview {folder}")
    return 0


def run_preview(arguments: argparse.Namespace, output: Output) -> int:
    """Show hovers and lessons; with --watch until somebody stops it."""
    workshop = Workshop(arguments.place)
    shown = -1.0
    while True:
        changed = workshop.changed()
        if changed != shown:
            shown = changed
            for page in workshop.previews():
                output.line("-" * 72)
                output.markdown(page.hover)
                output.line()
                output.markdown(page.lesson)
            print_problems(App().lint(workshop.folder), output)
        if not arguments.watch:
            return 0
        time.sleep(_GLANCE)


def run_test(arguments: argparse.Namespace, output: Output) -> int:
    """Look up the examples and the cases, and execute the examples; 1 when one does not hold."""
    workshop = Workshop(arguments.folder)
    count, problems = workshop.tried()
    ran = Executed(0, {}, ())
    if not arguments.no_run:
        with output.progress() as report:
            ran = workshop.executed(report)
    problems = (*problems, *ran.problems)
    if output.as_json:
        left = [{"id": name, "why": why} for name, why in ran.left.items()]
        listed = [problem_data(one) for one in problems]
        output.data({"cases": count, "run": ran.count, "not_run": left, "problems": listed})
        return 1 if problems else 0
    print_problems(problems, output)
    for name, why in ran.left.items():
        output.line(f"not run: {name}: {why}")
    executed = f"{ran.count} examples run, {len(ran.left)} not, "
    output.line(f"{count} places, {'' if arguments.no_run else executed}{len(problems)} problems")
    return 1 if problems else 0


def run_build(arguments: argparse.Namespace, output: Output) -> int:
    """Build the archive and print where it is."""
    with output.progress() as report:
        path, sha256 = App().build_pack(arguments.folder, arguments.output, report)
    if output.as_json:
        output.data({"file": str(path), "sha256": sha256, "size": path.stat().st_size})
    else:
        output.line(f"{path}\t{sha256}")
    return 0
