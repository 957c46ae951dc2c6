"""Packs that a workspace carries itself: trust, untrust."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.output import Output


def add(actions: Any) -> None:
    """Add the actions."""
    trust = actions.add_parser(
        "trust",
        help="use the packs that a workspace carries in .lsp-learn/",
        description="Read the packs in FOLDER/.lsp-learn/ when FOLDER is open in an editor, now "
        "and when they change. Without a folder, list those that are trusted.",
    )
    trust.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="the workspace")
    trust.add_argument("--json", action="store_true", help="print JSON")
    trust.set_defaults(run=run_trust)

    untrust = actions.add_parser(
        "untrust", help="use the packs of a workspace no more", description="Withdraw the trust."
    )
    untrust.add_argument("folder", type=Path, metavar="FOLDER", help="the workspace")
    untrust.add_argument("--json", action="store_true", help="print JSON")
    untrust.set_defaults(run=run_untrust)


def run_trust(arguments: argparse.Namespace, output: Output) -> int:
    """Trust a workspace, or list those that are trusted."""
    store = App().installer().store
    if arguments.folder is not None:
        store.trust(arguments.folder)
    return _listed(store.trusted(), output)


def run_untrust(arguments: argparse.Namespace, output: Output) -> int:
    """Withdraw the trust in a workspace."""
    store = App().installer().store
    store.withdraw(arguments.folder)
    return _listed(store.trusted(), output)


def _listed(folders: tuple[Path, ...], output: Output) -> int:
    if output.as_json:
        output.data([str(folder) for folder in folders])
        return 0
    for folder in folders:
        output.line(str(folder))
    if not folders:
        output.note("no workspace is trusted")
    return 0
