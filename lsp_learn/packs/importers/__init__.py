"""Other people's material to packs: one file a format, each with one function `read_...`.

Nothing is fetched and nothing that is read is executed. What cannot be said in a pack is left
out, and every omission is a problem with its place and reason.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsp_learn.packs.importers.codetour import read_codetour
from lsp_learn.packs.importers.dash import read_dash
from lsp_learn.packs.importers.devdocs import read_devdocs
from lsp_learn.packs.importers.draft import Imported, Wanted
from lsp_learn.packs.importers.exercism import read_exercism
from lsp_learn.packs.importers.markdown_folder import read_markdown_folder
from lsp_learn.packs.importers.ruff import read_ruff
from lsp_learn.packs.importers.sarif import read_sarif
from lsp_learn.packs.importers.tldr import read_tldr

FORMATS: dict[str, Callable[[Path, Wanted], Imported]] = {
    "tldr": read_tldr,
    "ruff": read_ruff,
    "sarif": read_sarif,
    "markdown": read_markdown_folder,
    "codetour": read_codetour,
    "exercism": read_exercism,
    "devdocs": read_devdocs,
    "dash": read_dash,
}
"""By the name that `pack import` takes."""
