"""Workspace folders whose own packs, in `.lsp-learn/`, may be read. Trust is bound to the path:
whoever may write to a trusted folder may change what is shown, which is text and never runs.
"""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from pathlib import Path

from lsp_learn.packs.lock import write_aside

TRUSTED = "trusted.json"


def read_trusted(root: Path) -> frozenset[Path]:
    """The trusted folders, as the store in `root` knows them; none where the file is damaged,
    since what cannot be read was not said.
    """
    try:
        values = json.loads((root / TRUSTED).read_text(encoding="utf-8"))
        return frozenset(Path(value) for value in values["folders"])
    except (OSError, ValueError, TypeError, KeyError):
        return frozenset()


def write_trusted(root: Path, folders: AbstractSet[Path]) -> None:
    """Make `folders` the trusted ones. Raises OSError; the old ones are then still trusted."""
    text = json.dumps({"folders": sorted(str(folder) for folder in folders)}, indent=1)
    write_aside(root / TRUSTED, text.encode())
