"""`pack.toml`: what a pack says of itself. Reference: docs/reference/pack-format.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsp_learn.model import PackManifest, Problem
from lsp_learn.packs.fields import Fields
from lsp_learn.packs.files import PackFiles, RefusedError, open_files, read_text, read_toml

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


def version_key(version: str) -> tuple[Any, ...]:
    """Orders versions as Semantic Versioning does: 1.0.0-rc.2 < 1.0.0-rc.10 < 1.0.0 < 1.10.0."""
    numbers, _, suffix = version.partition("-")
    parts = [(part.isdigit(), part) for part in suffix.split(".")] if suffix else []
    shown = [(not digits, int(part) if digits else 0, part) for digits, part in parts]
    return (*(int(number) for number in numbers.split(".")), not suffix, *shown)


def pack_folders(place: Path) -> list[Path]:
    """The folders of packs at a place: the place itself, or those in it."""
    if (place / MANIFEST).is_file():
        return [place]
    try:
        return sorted(folder for folder in place.iterdir() if (folder / MANIFEST).is_file())
    except OSError:
        return []


def read_manifest(place: Path) -> tuple[PackManifest | None, tuple[Problem, ...]]:
    """Read the manifest of the pack in a folder or an archive; None where it cannot be used,
    with the problems that say why.
    """
    try:
        with open_files(place) as files:
            return manifest_of(files)
    except RefusedError as error:
        return None, (error.problem,)


def manifest_of(files: PackFiles) -> tuple[PackManifest | None, tuple[Problem, ...]]:
    """The manifest of a pack that is open already, as `read_manifest` gives it."""
    shown = MANIFEST
    text, problem = read_text(files, MANIFEST)
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
