"""`lsp-learn pack lint`: what is wrong with a pack, and mending what can be."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.output import Output
from lsp_learn.cli.pack.problems import print_problems, problem_data, sarif
from lsp_learn.model import Severity
from lsp_learn.workshop import Mended, difference, mend_pack, write_mended


def add(actions: Any) -> None:
    """Add the action."""
    check = actions.add_parser(
        "lint",
        help="what is wrong with a pack, line by line",
        epilog="every code is explained in docs/reference/lint-rules.md",
    )
    check.add_argument("folder", type=Path, metavar="PACK", help="the pack's folder or archive")
    check.add_argument(
        "--links", action="store_true", help="also ask every source's web page (needs a network)"
    )
    mending = check.add_mutually_exclusive_group()
    mending.add_argument(
        "--fix", action="store_true", help="first mend what can be mended without a question"
    )
    mending.add_argument(
        "--diff", action="store_true", help="only show what --fix would change; nothing is written"
    )
    check.add_argument("--json", action="store_true", help="print JSON")
    check.add_argument("--sarif", action="store_true", help="print SARIF 2.1.0, for code hosts")
    check.set_defaults(run=run_lint)


def run_lint(arguments: argparse.Namespace, output: Output) -> int:
    """Print the problems of a pack; 1 when there is an error among them."""
    if arguments.diff:
        return _show_fixes(arguments.folder, output)
    mended = mend_pack(arguments.folder) if arguments.fix else ()
    write_mended(arguments.folder, mended)
    app = App()
    problems = app.lint(arguments.folder)
    if arguments.links:
        problems += app.lint_links(arguments.folder)
    if arguments.sarif:
        output.data(sarif(arguments.folder, problems))
    elif output.as_json:
        listed = [problem_data(problem) for problem in problems]
        output.data({"fixed": _fixed(mended), "problems": listed} if arguments.fix else listed)
    else:
        for one in mended:
            for fix in one.fixes:
                output.line(f"{one.path}: fixed {fix.code}: {fix.title}", "green")
        print_problems(problems, output)
        errors = sum(problem.severity is Severity.ERROR for problem in problems)
        output.line(f"{errors} errors, {len(problems) - errors} warnings")
    return 1 if any(problem.severity is Severity.ERROR for problem in problems) else 0


def _show_fixes(folder: Path, output: Output) -> int:
    """Print what --fix would change; 1 when there is something."""
    mended = mend_pack(folder)
    if output.as_json:
        output.data(
            [
                {**one, "diff": list(difference(f))}
                for one, f in zip(_fixed(mended), mended, strict=True)
            ]
        )
    for one in () if output.as_json else mended:
        for line in difference(one):
            output.line(line, {"+": "green", "-": "red"}.get(line[:1], ""))
    return 1 if mended else 0


def _fixed(mended: Sequence[Mended]) -> list[dict[str, Any]]:
    return [
        {"path": one.path, "fixes": [{"code": fix.code, "title": fix.title} for fix in one.fixes]}
        for one in mended
    ]
