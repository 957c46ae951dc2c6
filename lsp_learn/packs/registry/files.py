"""The files under `targets/` of a registry, each under its checksum: catalogues and packs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import TargetFile, Targets

from lsp_learn.errors import PackError
from lsp_learn.model import PackManifest
from lsp_learn.packs.lock import flush_folder, write_aside
from lsp_learn.packs.registry.catalogue import (
    CATALOGUE,
    Catalogue,
    hashed_path,
    pack_path,
    read_catalogue,
    team_catalogue,
    write_catalogue,
)

SHARED = 0o644
"""The mode of what a web server is to read."""


def read_signed_catalogue(folder: Path, targets: Targets, team: str = "") -> Catalogue:
    """The catalogue that targets vouch for, the registry's own or a team's.

    Raises:
        PackError: the file is not the one that was signed.
    """
    target = targets.targets.get(_catalogue_path(team))
    if target is None:
        return Catalogue()
    path = _place(folder, target)
    try:
        content = path.read_bytes()
        target.verify_length_and_hashes(content)
    except (OSError, LengthOrHashMismatchError) as error:
        message = f"{path} is not the file that was signed: {error}"
        raise PackError(message, "take the folder from where it was before") from None
    return read_catalogue(content, str(path))


def put_catalogue(folder: Path, targets: Targets, catalogue: Catalogue, team: str = "") -> None:
    """Write a catalogue and have the targets vouch for it. Raises OSError."""
    content = write_catalogue(catalogue)
    target = TargetFile.from_data(_catalogue_path(team), content, ["sha256"])
    path = _place(folder, target)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_aside(path, content, SHARED)
    targets.targets[target.path] = target


def put_pack(folder: Path, targets: Targets, manifest: PackManifest, archive: Path) -> None:
    """Copy an archive and have the targets vouch for it. Raises OSError."""
    name = pack_path(manifest.id, manifest.version)
    target = TargetFile.from_file(name, str(archive), ["sha256"])
    path = _place(folder, target)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}")
    try:
        with archive.open("rb") as source, aside.open("wb") as copied:
            shutil.copyfileobj(source, copied)
            copied.flush()
            os.fsync(copied.fileno())
        aside.chmod(SHARED)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    flush_folder(path.parent)
    targets.targets[name] = target


def _catalogue_path(team: str) -> str:
    return team_catalogue(team) if team else CATALOGUE


def _place(folder: Path, target: TargetFile) -> Path:
    return folder / "targets" / hashed_path(target.path, target.hashes["sha256"])
