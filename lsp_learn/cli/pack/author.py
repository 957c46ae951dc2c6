"""What an author does with a pack: lint, build."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.output import Output
from lsp_learn.cli.pack.problems import print_problems, problem_data
from lsp_learn.model import Severity


def add(actions: Any) -> None:
    """Add the actions."""
    check = actions.add_parser(
        "lint",
        help="what is wrong with a pack, line by line",
        epilog="every code is explained in docs/reference/lint-rules.md",
    )
    check.add_argument("folder", type=Path, metavar="PACK", help="the pack's folder or archive")
    check.add_argument(
        "--links", action="store_true", help="also ask every source's web page (needs a network)"
    )
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=run_lint)

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


def run_lint(arguments: argparse.Namespace, output: Output) -> int:
    """Print the problems of a pack; 1 when there is an error among them."""
    app = App()
    problems = app.lint(arguments.folder)
    if arguments.links:
        problems += app.lint_links(arguments.folder)
    if output.as_json:
        output.data([problem_data(problem) for problem in problems])
    else:
        print_problems(problems, output)
        errors = sum(problem.severity is Severity.ERROR for problem in problems)
        output.line(f"{errors} errors, {len(problems) - errors} warnings")
    return 1 if any(problem.severity is Severity.ERROR for problem in problems) else 0


def run_build(arguments: argparse.Namespace, output: Output) -> int:
    """Build the archive and print where it is."""
    with output.progress() as report:
        path, sha256 = App().build_pack(arguments.folder, arguments.output, report)
    if output.as_json:
        output.data({"file": str(path), "sha256": sha256, "size": path.stat().st_size})
    else:
        output.line(f"{path}\t{sha256}")
    return 0
