"""`pack.toml`: what a pack says of itself. Reference: docs/reference/pack-format.md."""

from __future__ import annotations

from pathlib import Path

from lsp_learn.model import PackManifest, Problem
from lsp_learn.packs.fields import Fields
from lsp_learn.packs.files import read_text, read_toml

MANIFEST = "pack.toml"

PACK_ID = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
VERSION = r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?"

_KEYS = (
    "id",
    "title",
    "version",
    "license",
    "languages",
    "description",
    "authors",
    "homepage",
)


def read_manifest(folder: Path) -> tuple[PackManifest | None, tuple[Problem, ...]]:
    """Read a pack's manifest; None where it cannot be used, with the problems that say why."""
    shown = MANIFEST
    text, problem = read_text(folder / MANIFEST, shown)
    if text is None:
        assert problem is not None
        return None, (problem,)
    values, problem = read_toml(text, shown, 1)
    if problem is not None:
        return None, (problem,)
    fields = Fields(values, text, shown, "P001")
    fields.only(_KEYS)
    manifest = PackManifest(
        id=fields.text(
            "id", pattern=PACK_ID, hint="small letters, digits and hyphens: python-stdlib"
        ),
        title=fields.text("title"),
        version=fields.text("version", pattern=VERSION, hint="three numbers: 1.0.0"),
        license=fields.text("license", hint='an SPDX name: license = "CC-BY-4.0"'),
        languages=fields.texts("languages", hint='LSP language ids: languages = ["python"]'),
        description=fields.text("description", required=False),
        authors=fields.texts("authors"),
        homepage=fields.text(
            "homepage", pattern=r"https?://\S+", hint="a web address", required=False
        ),
    )
    problems = tuple(fields.problems)
    return (None if problems else manifest), problems
