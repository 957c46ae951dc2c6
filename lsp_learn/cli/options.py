"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from lsp_learn.app import App
from lsp_learn.settings import Settings


def add_pack_options(command: argparse.ArgumentParser) -> None:
    """Packs besides the installed ones, for an author who looks at a pack being written."""
    command.add_argument(
        "--pack-folder",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a further pack, or a folder of packs; may be given several times",
    )
    command.add_argument(
        "--workspace",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="use the packs in DIR/.lsp-learn/ too, if DIR is trusted (`pack trust`)",
    )
    command.add_argument(
        "--without", action="append", default=[], metavar="PACK", help="leave out an installed pack"
    )


def app_for(arguments: argparse.Namespace) -> App:
    """The app with the packs that were asked for."""
    folders = tuple(folder.absolute() for folder in arguments.pack_folder)
    app = App(Settings(disabled_packs=tuple(arguments.without), pack_folders=folders))
    app.work_in([folder.absolute() for folder in arguments.workspace])
    return app
