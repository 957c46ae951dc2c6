"""The keys of a registry: ed25519, a file each, in folders outside of the registry.

    root-3f9a0c1d.pem        a private key, which only its owner may read
    payments-77ab01c2.pub    a public key, to give to who delegates

A file's name says what it is for; what counts is the key's id in the signed metadata.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from lsp_learn.errors import PackError
from lsp_learn.packs.lock import write_aside
from lsp_learn.packs.manifest import PACK_ID

PRIVATE, PUBLIC = ".pem", ".pub"
_SHOWN = 8
_MAX_KEY = 10_000
_WRONG = (ValueError, TypeError, UnsupportedAlgorithm)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key and the file that it is in."""

    path: Path
    signer: CryptoSigner

    @property
    def id(self) -> str:
        """The key's id in metadata."""
        return str(self.signer.public_key.keyid)

    @property
    def role(self) -> str:
        """What its file's name says it is for."""
        return self.path.name.rpartition("-")[0]


def shown_id(keyid: str) -> str:
    """A key's id as people read it."""
    return keyid[:_SHOWN]


def new_key(folder: Path, role: str) -> PrivateKey:
    """Make a private key that only its owner may read. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    signer = CryptoSigner.generate_ed25519()
    path = folder / f"{role}-{shown_id(signer.public_key.keyid)}{PRIVATE}"
    write_aside(path, signer.private_bytes)  # mode 0600 from its first byte
    return PrivateKey(path, signer)


def new_team_key(folder: Path, team: str) -> tuple[Path, Path]:
    """Make a key for a team.

    Returns:
        The files of its private and of its public half.

    Raises:
        PackError: the name cannot be one, or the files cannot be written.
    """
    if not re.fullmatch(PACK_ID, team):
        message = f"{team!r} cannot be the name of a team"
        raise PackError(message, "small letters, digits and hyphens: payments")
    try:
        key = new_key(folder, team)
        return key.path, write_public(key)
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror or type(error).__name__}"
        raise PackError(message, "--keys DIR names another folder") from error


def write_public(key: PrivateKey) -> Path:
    """Write the public half beside a private key. Raises OSError."""
    path = key.path.with_suffix(PUBLIC)
    private = load_pem_private_key(key.signer.private_bytes, None)
    content = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    write_aside(path, content)
    return path


def read_private_keys(folders: Iterable[Path]) -> tuple[PrivateKey, ...]:
    """The private keys in folders, sorted by name.

    Raises:
        PackError: one cannot be read, or is protected by a password.
    """
    paths = sorted(path for folder in folders for path in folder.glob(f"*{PRIVATE}"))
    return tuple(_private(path) for path in paths)


def read_public_key(path: Path) -> Key:
    """The public key in a file.

    Raises:
        PackError: it cannot be read, or is none; or it is a private one.
    """
    content = _content(path)
    if b"PRIVATE" in content:
        message = f"{path} holds a private key, which its owner gives to nobody"
        raise PackError(message, f"the public key is in the file that ends in {PUBLIC}")
    try:
        return SSlibKey.from_crypto(load_pem_public_key(content))
    except _WRONG as error:
        hint = "`lsp-learn registry keys new NAME` makes one"
        raise PackError(f"{path} holds no public key: {error}", hint) from None


def open_files(keys: Sequence[PrivateKey]) -> tuple[Path, ...]:
    """The files that others on this machine may read, where the system knows that."""
    if os.name == "nt":
        return ()
    return tuple(key.path for key in keys if stat.S_IMODE(key.path.stat().st_mode) & 0o077)


def _private(path: Path) -> PrivateKey:
    try:
        return PrivateKey(path, CryptoSigner(load_pem_private_key(_content(path), None)))
    except _WRONG as error:
        message = f"{path} holds no private key that can be used: {error}"
        raise PackError(
            message, "keys are in PEM, without a password; move the file away"
        ) from None


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_KEY)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PackError(f"{path} cannot be read: {reason}", "check the path") from None
