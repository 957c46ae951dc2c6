"""The sample docset, whose index is kept as the SQL that makes it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

SAMPLES = Path(__file__).parent / "import_samples"


def docset(folder: Path, index: str = "docSet.sql") -> Path:
    """A copy of the sample docset in a folder, with an index made by a file of SQL."""
    made = folder / "docset" / "Sample.docset"
    shutil.copytree(SAMPLES / "dash" / "Sample.docset", made)
    with closing(sqlite3.connect(made / "Contents" / "Resources" / "docSet.dsidx")) as database:
        database.executescript((SAMPLES / "dash" / index).read_text("utf-8"))
        database.commit()
    return made
