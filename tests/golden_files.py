"""Golden files: the form of `lsp_learn/packs/cases.py`, with facts instead of snippets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsp_learn.packs.cases import Case, read_cases


def places(path: Path) -> Iterator[Case]:
    """Every marked place of a golden file."""
    return read_cases(path.read_text(encoding="utf-8"))
