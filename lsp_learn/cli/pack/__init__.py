"""`lsp-learn pack`: writes, checks, installs and lists content packs. One file a group of actions,
each with `add(actions)`.
"""

from __future__ import annotations

from typing import Any

from lsp_learn.cli.pack import author, change, imports, lint, listing, trust
from lsp_learn.cli.pack.problems import print_problems, problem_data

__all__ = ["add", "print_problems", "problem_data"]


def add(commands: Any) -> None:
    """Add the commands."""
    pack = commands.add_parser("pack", help="check, install and list content packs")
    actions = pack.add_subparsers(metavar="ACTION", title="actions", required=True)
    for module in (listing, change, trust, author, lint, imports):
        module.add(actions)
