"""The signed metadata of a registry's folder, for who publishes: read, verified, signed, written.

Nothing in the folder is believed that is not signed, since a web server may have been changed.
Verification begins at the publisher's own copy of a root. A file is written once, under a name
with its version; only `timestamp.json`, the last one written, is replaced. So a kill at any moment
leaves the old state or the new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, MetaFile, Root, Signed, Snapshot, Targets, Timestamp

from lsp_learn.errors import PackError
from lsp_learn.packs.lock import write_aside
from lsp_learn.packs.registry.catalogue import OURS
from lsp_learn.packs.registry.client import read_root
from lsp_learn.packs.registry.files import SHARED
from lsp_learn.packs.registry.keys import PrivateKey, shown_id

ROLES = ("root", "targets", "snapshot", "timestamp")
PROFILES = {
    "static": {"root": 1095, "targets": 400, "snapshot": 400, "timestamp": 400},
    "fresh": {"root": 1095, "targets": 400, "snapshot": 400, "timestamp": 7},
}
"""Days that the metadata of a role is valid. `static` needs nobody to look after it for a year;
of `fresh` a machine renews the timestamp every few days.
"""
SignedT = TypeVar("SignedT", Root, Targets, Snapshot, Timestamp)

_RESTORE = "take the folder from where it was before; do not publish from this one"


class SignedFolder:
    """The metadata in a registry's folder, and the keys that sign it."""

    def __init__(
        self, folder: Path, anchor: bytes, keys: Sequence[PrivateKey], now: datetime
    ) -> None:
        """`anchor` is a root that is trusted; the folder's own follows from it.

        Raises:
            PackError: the folder is no registry, or not the one of this root.
        """
        self.folder = folder
        self.keys = tuple(keys)
        self.now = now.replace(microsecond=0)
        self.root = self._newest_root(anchor)
        self.next_root: Root | None = None
        """A root that is about to be written: what is signed must hold under both."""

    @property
    def lifetimes(self) -> dict[str, int]:
        """Days by role; those of targets for a team."""
        ours = self.root.signed.unrecognized_fields.get(OURS) or {}
        return PROFILES.get(ours.get("profile", ""), PROFILES["static"])

    def newest(self, role: str, kind: type[SignedT]) -> Metadata[SignedT]:
        """The newest metadata of a role that the root vouches for.

        Raises:
            PackError: it is missing, damaged, or not signed as it must be.
        """
        version = next(self._versions(role), 0)
        found = self._read(role, version, kind)
        for root in self._roots():
            if root.get_verification_result(role, found.signed_bytes, found.signatures):
                return found
        message = f"{self.path(role, version)} is not signed by the keys it must be"
        raise PackError(message, _RESTORE)

    def targets(self) -> Targets:
        """The newest targets of the registry itself. Raises PackError, as `newest`."""
        return self.newest("targets", Targets).signed

    def teams(self) -> tuple[str, ...]:
        """The teams that sign packs of their own."""
        delegations = self.targets().delegations
        return tuple(delegations.roles or ()) if delegations else ()

    def team(self, team: str) -> Targets | None:
        """The newest targets of a team; None where it has published none with its key."""
        delegator = self.targets()
        for version in self._versions(team):
            try:
                found = self._read(team, version, Targets)
                delegator.verify_delegate(team, found.signed_bytes, found.signatures)
            except (RepositoryError, PackError):
                continue  # signed by a key that was withdrawn, or by nobody
            return found.signed
        return None

    def write(self, role: str, signed: SignedT, extra: Sequence[PrivateKey] = ()) -> None:
        """Sign metadata as the next version of its role, and write it.

        Raises:
            PackError: keys are missing.
            OSError: it cannot be written.
        """
        signed.version = next(self._versions(role), 0) + 1
        days = self.lifetimes.get(role, self.lifetimes["targets"])
        signed.expires = self.now + timedelta(days=days)
        metadata = Metadata(signed)
        delegators = self._delegators(role, signed)
        wanted = {keyid for one in delegators for keyid in one.get_delegated_role(role).keyids}
        for key in dict.fromkeys([*self.keys, *extra]):
            if key.id in wanted or key in extra:
                metadata.sign(key.signer, append=True)
        for delegator in delegators:
            self._check_signed(role, metadata, delegator)
        path = self.path(role, signed.version)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_aside(path, metadata.to_bytes(), SHARED)
        if isinstance(signed, Root):
            self.root, self.next_root = Metadata(signed), None

    def can_sign(self, role: str) -> bool:
        """Whether the keys of a role that the root names are here, as many as it takes."""
        wanted = self.root.signed.get_delegated_role(role)
        return len({key.id for key in self.keys} & set(wanted.keyids)) >= wanted.threshold

    def release(self, *, first: bool = False, anew: bool = False) -> None:
        """Make what is newest of the registry and its teams what users see: a snapshot where
        anything has changed or it ends within half of its time, or `anew`; then the timestamp.

        Raises:
            PackError: keys are missing, or metadata is not signed as it must be.
            OSError: it cannot be written.
        """
        snapshot = Snapshot(meta={}) if first else self.newest("snapshot", Snapshot).signed
        timestamp = Timestamp() if first else self.newest("timestamp", Timestamp).signed
        meta = dict(snapshot.meta)  # what stood in it once must stay: users check that
        for role in ("targets", *self.teams()):
            signed = self.targets() if role == "targets" else self.team(role)
            known = meta.get(f"{role}.json")
            if signed is not None and (known is None or signed.version >= known.version):
                meta[f"{role}.json"] = self._meta(role, signed.version)
        half = timedelta(days=self.lifetimes["snapshot"] / 2)
        ends = snapshot.expires - self.now < half and self.can_sign("snapshot")
        if first or anew or ends or meta != snapshot.meta:
            snapshot.meta = meta
            self.write("snapshot", snapshot)
        timestamp.snapshot_meta = self._meta("snapshot", snapshot.version)
        self.write("timestamp", timestamp)

    def ends(self) -> dict[str, datetime]:
        """Until when the metadata of each role is valid, as it is in the folder."""
        return {
            "root": self.root.signed.expires,
            "targets": self.targets().expires,
            "snapshot": self.newest("snapshot", Snapshot).signed.expires,
            "timestamp": self.newest("timestamp", Timestamp).signed.expires,
        }

    def path(self, role: str, version: int) -> Path:
        """Where the metadata of a role is."""
        name = f"{role}.json" if role == "timestamp" else f"{version}.{role}.json"
        return self.folder / "metadata" / name

    def _meta(self, role: str, version: int) -> MetaFile:
        return MetaFile.from_data(version, self.path(role, version).read_bytes(), ["sha256"])

    def _roots(self) -> list[Root]:
        return [self.root.signed, *([self.next_root] if self.next_root else [])]

    def _delegators(self, role: str, signed: Signed) -> Sequence[Root | Targets]:
        """Who must vouch for what is signed. A new root also vouches for itself."""
        if isinstance(signed, Root):
            return [self.root.signed, signed]
        return self._roots() if role in ROLES else [self.targets()]

    def _check_signed(self, role: str, metadata: Metadata[SignedT], by: Root | Targets) -> None:
        result = by.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
        if not result:
            names = ", ".join(shown_id(keyid) for keyid in result.unsigned)
            message = f"{role} needs {result.missing} signature more, by a key of {names}"
            raise PackError(message, "--keys DIR names the folder with it; it may be given twice")

    def _versions(self, role: str) -> Iterator[int]:
        """The versions of a role's metadata that are in the folder, the newest first."""
        if role == "timestamp":
            path = self.path(role, 0)
            return iter([self._read(role, 0, Timestamp).signed.version] if path.exists() else [])
        names = (path.name for path in (self.folder / "metadata").glob(f"*.{role}.json"))
        found = (re.fullmatch(rf"(\d{{1,9}})\.{re.escape(role)}\.json", name) for name in names)
        return iter(sorted((int(match[1]) for match in found if match), reverse=True))

    def _read(self, role: str, version: int, kind: type[SignedT]) -> Metadata[SignedT]:
        path = self.path(role, version)
        try:
            found = Metadata[SignedT].from_bytes(path.read_bytes())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            hint = "`lsp-learn registry init FOLDER` makes a registry"
            raise PackError(f"{path} cannot be read: {reason}", hint) from None
        except RepositoryError as error:
            raise PackError(f"{path} is damaged: {error}", _RESTORE) from None
        named = role == "timestamp" or found.signed.version == version
        if not isinstance(found.signed, kind) or not named:
            raise PackError(f"{path} is other metadata than its name says", _RESTORE)
        return found

    def _newest_root(self, anchor: bytes) -> Metadata[Root]:
        now = read_root(anchor)
        path = self.path("root", now.signed.version)
        if not path.exists() or path.read_bytes() != anchor:
            message = f"{self.folder} is no registry, or not the one whose root is trusted here"
            hint = "`lsp-learn registry init FOLDER` makes one; --keys DIR names its keys"
            raise PackError(message, hint)
        while (path := self.path("root", now.signed.version + 1)).exists():
            after = self._read("root", now.signed.version + 1, Root)
            if not after.signed.get_root_verification_result(
                now.signed, after.signed_bytes, after.signatures
            ):
                raise PackError(f"{path} is not signed by the root before it", _RESTORE)
            now = after
        return now
