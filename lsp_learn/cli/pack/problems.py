"""Problems as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lsp_learn.cli.output import Output
from lsp_learn.model import Problem, Severity


def print_problems(problems: Sequence[Problem], output: Output) -> None:
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
