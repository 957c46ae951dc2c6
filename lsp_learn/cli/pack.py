"""`lsp-learn pack`: the packs on this machine, and the check of an author's pack."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.output import Output
from lsp_learn.model import Problem, Severity


def add(commands: Any) -> None:
    """Add the commands."""
    pack = commands.add_parser("pack", help="list and check content packs")
    actions = pack.add_subparsers(metavar="ACTION", title="actions", required=True)

    listing = actions.add_parser("list", help="the packs that are read, and where they are")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=run_list)

    check = actions.add_parser(
        "lint",
        help="what is wrong with a pack, line by line",
        epilog="every code is explained in docs/reference/lint-rules.md",
    )
    check.add_argument("folder", type=Path, metavar="DIR", help="the pack's folder")
    check.add_argument(
        "--links", action="store_true", help="also ask every source's web page (needs a network)"
    )
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=run_lint)


def run_list(_: argparse.Namespace, output: Output) -> int:
    """Print the packs; 1 when one cannot be read."""
    found = App().packs()
    if output.as_json:
        packs = [
            {
                "id": pack.manifest.id,
                "title": pack.manifest.title,
                "version": pack.manifest.version,
                "license": pack.manifest.license,
                "languages": pack.manifest.languages,
                "origin": pack.origin,
                "folder": str(pack.folder),
            }
            for pack in found.packs
        ]
        output.data({"packs": packs, "problems": [problem_data(p) for p in found.problems]})
    else:
        rows = [
            (
                pack.manifest.id,
                pack.manifest.version,
                pack.origin.value,
                pack.manifest.title,
                str(pack.folder),
            )
            for pack in found.packs
        ]
        output.table(("pack", "version", "origin", "title", "folder"), rows)
        print_problems(found.problems, output)
    return 1 if found.problems else 0


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


def print_problems(problems: tuple[Problem, ...], output: Output) -> None:
    """One line a problem, and one with what to do."""
    for problem in problems:
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        style = "red" if problem.severity is Severity.ERROR else "yellow"
        output.line(f"{place}: {problem.severity} {problem.code}: {problem.message}", style)
        if problem.hint:
            output.line(f"    {problem.hint}")


def problem_data(problem: Problem) -> dict[str, Any]:
    """A problem as JSON."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "path": problem.path,
        "line": problem.line or None,
        "message": problem.message,
        "hint": problem.hint,
    }
