"""Begins a registry: its keys, its first root, and signatures over nothing yet."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tuf.api.metadata import Metadata, Root, Targets

from lsp_learn.errors import PackError
from lsp_learn.packs.lock import write_aside
from lsp_learn.packs.manifest import PACK_ID
from lsp_learn.packs.registry.catalogue import OURS, Catalogue
from lsp_learn.packs.registry.files import SHARED, put_catalogue
from lsp_learn.packs.registry.keys import PrivateKey, new_key
from lsp_learn.packs.registry.known import ROOT
from lsp_learn.packs.registry.publisher import Published, check_apart, published
from lsp_learn.packs.registry.signed import PROFILES, ROLES, SignedFolder


def begin(
    folder: Path, keys: Path, name: str, profile: str, now: datetime | None = None
) -> tuple[Published, tuple[PrivateKey, ...]]:
    """Make a registry in a new folder, and its keys in another.

    Returns:
        What was signed, and the keys.

    Raises:
        PackError: a folder is in use, the keys would be published, or it cannot be written.
    """
    place = keys.absolute()
    _check(folder, place, name)
    now = now or datetime.now(UTC)
    aside = folder.absolute().with_name(f".{folder.name}.{os.getpid()}")
    try:
        made = tuple(new_key(place, role) for role in ROLES)
        root = _first_root(made, name, profile, now)
        path = aside / "metadata" / f"1.{ROOT}"
        path.parent.mkdir(parents=True)
        write_aside(path, root, SHARED)
        signed = SignedFolder(aside, root, made, now)
        targets = Targets()
        put_catalogue(aside, targets, Catalogue())
        signed.write("targets", targets)
        signed.release(first=True)
        write_aside(place / ROOT, root, SHARED)
        if folder.exists():
            folder.rmdir()  # it is empty; Windows renames over no folder
        aside.rename(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PackError(
            f"{error.filename} cannot be written: {reason}", "name another folder"
        ) from (error)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    signed.folder = folder
    return published(signed), made


def _check(folder: Path, keys: Path, name: str) -> None:
    if not re.fullmatch(PACK_ID, name):
        hint = "small letters, digits and hyphens: --name acme"
        raise PackError(f"{name!r} cannot be the name of a registry", hint)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} is there already, and not empty"
        raise PackError(message, "a registry begins in a new folder")
    check_apart(folder, keys)
    if keys.is_dir() and any(keys.iterdir()):
        message = f"{keys} is there already, and not empty"
        raise PackError(message, "--keys DIR names another folder for the keys of this registry")


def _first_root(keys: tuple[PrivateKey, ...], name: str, profile: str, now: datetime) -> bytes:
    expires = now.replace(microsecond=0) + timedelta(days=PROFILES[profile]["root"])
    root = Root(
        expires=expires,
        consistent_snapshot=True,
        unrecognized_fields={OURS: {"name": name, "profile": profile}},
    )
    for key in keys:
        root.add_key(key.signer.public_key, key.role)
    metadata = Metadata(root)
    metadata.sign(keys[0].signer)
    return metadata.to_bytes()
