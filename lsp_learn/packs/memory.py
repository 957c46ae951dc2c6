"""The packs as they were last seen, so that a server need not look at every file at its start.

What is compared are the times of folders, manifests and the lock file: some fifty instead of
thousands. A file that was changed in its place is not noticed this way; so a server uses this
for its first look alone, and looks at every file after its first answer.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lsp_learn import locations
from lsp_learn.model import InstalledPack, Origin, PackManifest, PackSet

_FORMAT = 1
_FILE = "packs.json"


@dataclass(frozen=True, slots=True)
class Asked:
    """What chooses the packs that are read, as `find_packs` takes it."""

    folders: tuple[Path, ...] = ()
    disabled: tuple[str, ...] = ()
    workspaces: tuple[Path, ...] = ()


def recall(asked: Asked) -> tuple[PackSet, str] | None:
    """The packs and their fingerprint as they were when the same was asked, or None where that
    is not known or a folder has changed.
    """
    try:
        values = json.loads(_file().read_text(encoding="utf-8"))
        if values["asked"] != _key(asked):
            return None
        if any(_stamp(path) != stamp for path, stamp in values["stamps"].items()):
            return None
        return PackSet(tuple(_pack(value) for value in values["packs"])), str(values["state"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def remember(asked: Asked, found: PackSet, state: str) -> None:
    """Write down what a look at every file has found; a set with problems is forgotten."""
    if found.problems:
        with contextlib.suppress(OSError):
            _file().unlink()
        return
    if recall(asked) == (found, state):
        return
    from lsp_learn.packs.lock import write_aside  # noqa: PLC0415  (only where something changed)

    values = {
        "asked": _key(asked),
        "stamps": {path: _stamp(path) for path in _watched(asked, found.packs)},
        "packs": [{**asdict(pack), "place": str(pack.place)} for pack in found.packs],
        "state": state,
    }
    with contextlib.suppress(OSError):  # a cache that cannot be written to: the long way
        _file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_aside(_file(), json.dumps(values, ensure_ascii=False).encode())


def _file() -> Path:
    return locations.cache_folder() / _FILE


def _places() -> list[Path]:
    return [
        locations.shipped_packs_folder(),
        locations.user_packs_folder(),
        locations.store_folder(),
    ]


def _key(asked: Asked) -> list[object]:
    return [_FORMAT, *(str(place) for place in _places()), repr(asked)]


def _watched(asked: Asked, packs: Iterable[InstalledPack]) -> set[str]:
    """Every folder and file whose time tells that packs came, went or got other files. The
    store's folder stands for its lock file: both change with a rename in it.
    """
    from lsp_learn.packs.files import (  # noqa: PLC0415  (not to recall)
        SNIPPETS,
        WORKSPACE_PACKS,
        snippet_entries,
    )

    own = (folder / WORKSPACE_PACKS for folder in asked.workspaces)
    watched = {str(path) for path in (*_places(), *asked.folders, *own)}
    for pack in packs:
        watched.add(str(pack.place))
        if not pack.sha256:
            top = pack.place / SNIPPETS
            watched |= {str(pack.place / "pack.toml"), str(top)}
            watched |= {entry.path.rpartition(os.sep)[0] for entry in snippet_entries(pack.place)}
    return watched


def _stamp(path: str) -> list[int]:
    try:
        status = os.stat(path)  # noqa: PTH116  (fifty of them, at every start)
    except OSError:
        return []
    return [status.st_mtime_ns, status.st_size]


def _pack(values: dict[str, Any]) -> InstalledPack:
    manifest = dict(values["manifest"])
    for name in ("languages", "authors"):
        manifest[name] = tuple(manifest[name])
    origin = Origin(values["origin"])
    return InstalledPack(PackManifest(**manifest), Path(values["place"]), origin, values["sha256"])
