"""A bundle: installed packs in one file, to carry to a machine without a network.

    bundle.json              what is in it, in the form of the lock file
    packs/<sha256>.zip       the archives as they are installed

The sources are carried over, so that an id stays bound to where it first came from.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from lsp_learn.errors import PackError
from lsp_learn.packs.archive import DAMAGE, MAX_ARCHIVE, open_zip
from lsp_learn.packs.files import RefusedError
from lsp_learn.packs.lock import LockedPack, pack_values, read_pack

CONTENTS = "bundle.json"

_FORMAT = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MAX_CONTENTS = 10_000_000
_CHUNK = 1 << 20
_NAME = re.compile(r"packs/[0-9a-f]{64}\.zip")


def is_bundle(path: Path) -> bool:
    """Whether a file calls itself a bundle; a file that is no archive does not."""
    try:
        with open_zip(path) as packed:
            return CONTENTS in packed.namelist()
    except RefusedError:
        return False


def write_bundle(path: Path, packs: Mapping[str, tuple[LockedPack, Path]]) -> None:
    """Write packs and their archives into a bundle; the same packs give the same bytes.

    Raises:
        OSError: a file cannot be read or written.
    """
    values = {key: pack_values(pack) for key, (pack, _) in sorted(packs.items())}
    text = json.dumps({"format": _FORMAT, "packs": values}, indent=1, ensure_ascii=False)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(zipfile.ZipInfo(CONTENTS, _EPOCH), text.encode())
        for _, (pack, archive) in sorted(packs.items()):
            info = zipfile.ZipInfo(f"packs/{pack.versions[0].sha256}.zip", _EPOCH)
            with archive.open("rb") as file, packed.open(info, "w", force_zip64=True) as member:
                while chunk := file.read(_CHUNK):
                    member.write(chunk)


def read_bundle(path: Path, folder: Path) -> list[tuple[LockedPack, Path]]:
    """The packs of a bundle, their archives copied into `folder` and compared with their names;
    what is in them is not looked at yet.

    Raises:
        PackError: it is damaged, or no bundle.
        OSError: the disk is full or cannot be written to.
    """
    try:
        with open_zip(path) as packed:
            _check(packed.infolist(), path.stat().st_size)
            values = json.loads(packed.read(CONTENTS))
            if values["format"] != _FORMAT:
                raise ValueError("it is of another format")
            packs = [read_pack(value) for value in values["packs"].values()]
            return [(pack, _copied(packed, pack.versions[0].sha256, folder)) for pack in packs]
    except (*DAMAGE, KeyError, TypeError, AttributeError) as error:
        message = f"the bundle {path} cannot be read: {error}"
        raise PackError(message, "copy it again, or make it again: lsp-learn pack export") from None


def _check(members: list[zipfile.ZipInfo], size: int) -> None:
    """What is stored as it is cannot grow; what is there once cannot be larger than the file."""
    for info in members:
        known = info.filename == CONTENTS or _NAME.fullmatch(info.filename)
        if not known or info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise ValueError("it holds what no bundle holds")
        if info.filename == CONTENTS and info.file_size > _MAX_CONTENTS:
            raise ValueError("its contents are too long")
    if sum(info.file_size for info in members) > size:
        raise ValueError("it holds more than its size allows")


def _copied(packed: zipfile.ZipFile, sha256: str, folder: Path) -> Path:
    target = folder / f"{sha256}.zip"
    digest, size = hashlib.sha256(), 0
    with packed.open(f"packs/{sha256}.zip") as member, target.open("wb") as file:
        while chunk := member.read(_CHUNK):
            size += len(chunk)
            if size > MAX_ARCHIVE:
                raise ValueError(f"a pack in it is larger than {MAX_ARCHIVE:,} bytes")
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != sha256:
        raise ValueError(f"the pack {sha256[:12]}... in it has changed")
    return target
