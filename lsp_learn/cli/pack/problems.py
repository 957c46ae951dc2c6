"""Problems as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsp_learn import __version__
from lsp_learn.cli.output import Output
from lsp_learn.desk import rule_anchors
from lsp_learn.model import Problem, Severity

_RULES = "docs/reference/lint-rules.md"


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


def sarif(folder: Path, problems: Sequence[Problem]) -> dict[str, Any]:
    """Problems as a SARIF 2.1.0 log, which code hosts show beside the lines.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    codes = sorted({problem.code for problem in problems})
    anchors = rule_anchors()
    rules = [
        {"id": code, **({"helpUri": f"{_RULES}#{anchors[code]}"} if code in anchors else {})}
        for code in codes
    ]
    driver = {"name": "lsp-learn", "version": __version__, "rules": rules}
    results = [
        {
            "ruleId": problem.code,
            "level": "error" if problem.severity is Severity.ERROR else "warning",
            "message": {"text": f"{problem.message}. {problem.hint}".rstrip(" .") + "."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": (folder / problem.path).as_posix()},
                        "region": {"startLine": max(1, problem.line)},
                    }
                }
            ],
        }
        for problem in problems
    ]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
