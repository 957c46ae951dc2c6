"""Where things live on this machine. Every place can be moved by one environment variable.

| place | what | variable |
| --- | --- | --- |
| the user's cache folder | index and lessons; may be deleted at any time | LSP_LEARN_CACHE |
| the user's data folder | packs the user installed | LSP_LEARN_DATA |
| beside this package | packs, editors' configurations and pages, of wheel or checkout | none |
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _place(variable: str, kind: str) -> Path:
    if moved := os.environ.get(variable):
        return Path(moved).expanduser().absolute()
    import platformdirs  # noqa: PLC0415  (start-up: only processes that touch the disk pay for it)

    try:
        folder = Path(getattr(platformdirs, f"user_{kind}_path")("lsp-learn", appauthor=False))
    except RuntimeError:
        folder = Path()
    # Without a home folder there is no place; "~" would be one below the user's project.
    return folder if folder.is_absolute() else Path(os.sep, "no-home-folder", kind)


def cache_folder() -> Path:
    """Folder for what can be rebuilt; not created here."""
    return _place("LSP_LEARN_CACHE", "cache")


def data_folder() -> Path:
    """Folder for what the user installed; not created here."""
    return _place("LSP_LEARN_DATA", "data")


def shipped_packs_folder() -> Path:
    """The packs that come with the product: in the wheel, or beside the package in a checkout."""
    in_wheel = _PACKAGE / "content_packs"
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / "content_packs"


def editor_configs_folder() -> Path:
    """The configurations for editors: in the wheel, or beside the package in a checkout."""
    in_wheel = _PACKAGE / "editor_configs"
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / "editor-configs"


def reference_folder() -> Path:
    """The reference pages: in the wheel, or beside the package in a checkout."""
    in_wheel = _PACKAGE / "reference"
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / "docs" / "reference"


def user_packs_folder() -> Path:
    """One folder a pack that the user put there by hand."""
    return data_folder() / "packs"


def store_folder() -> Path:
    """Packs that were installed: archives, and the lock file that names them."""
    return data_folder() / "store"


def index_folder() -> Path:
    """Holds one folder a generation of the index."""
    return cache_folder() / "index"


def tables_folder() -> Path:
    """What was read of languages and tools from their TOML files."""
    return cache_folder() / "tables"


def lessons_folder() -> Path:
    """Lessons written for editors that can show a file but no virtual document."""
    return cache_folder() / "lessons"
