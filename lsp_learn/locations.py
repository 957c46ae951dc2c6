"""Where things live on this machine. Every place can be moved by one environment variable.

| place | what | default | variable |
| --- | --- | --- | --- |
| cache | the index and lesson files; may be deleted at any time | the user's cache folder | LSP_LEARN_CACHE |
| data | packs the user installed | the user's data folder | LSP_LEARN_DATA |
| shipped packs | packs in the wheel or the checkout | beside this package | none |
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _place(variable: str, kind: str) -> Path:
    if moved := os.environ.get(variable):
        return Path(moved).expanduser().absolute()
    import platformdirs  # noqa: PLC0415  (start-up: only processes that touch the disk pay for it)

    folder = getattr(platformdirs, f"user_{kind}_path")("lsp-learn", appauthor=False)
    return Path(folder)


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


def user_packs_folder() -> Path:
    """One folder a pack that the user installed."""
    return data_folder() / "packs"


def index_folder() -> Path:
    """Holds one folder a generation of the index."""
    return cache_folder() / "index"


def lessons_folder() -> Path:
    """Lessons written for editors that can show a file but no virtual document."""
    return cache_folder() / "lessons"
