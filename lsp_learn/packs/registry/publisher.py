"""What a publisher does with a registry: begin one, add packs, publish, refresh, let teams sign.

`add` puts packs aside, beside the keys; `publish` signs them. What a web server can write to is
never the base of a signature: it is verified before anything is signed on top of it.
"""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tuf.api.metadata import DelegatedRole, Delegations, Targets

from lsp_learn.errors import PackError
from lsp_learn.model import PackManifest, Report, Severity
from lsp_learn.packs.build import lint_for_build, write_archive
from lsp_learn.packs.files import file_hash
from lsp_learn.packs.guard import file_lock
from lsp_learn.packs.install import check_archive
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.lock import write_aside
from lsp_learn.packs.manifest import PACK_ID
from lsp_learn.packs.registry.catalogue import (
    TEAM_PATTERN,
    Catalogue,
    belongs,
    pack_path,
    split_name,
    team_paths,
)
from lsp_learn.packs.registry.files import put_catalogue, put_pack, read_signed_catalogue
from lsp_learn.packs.registry.keys import (
    PrivateKey,
    new_team_key,
    open_files,
    read_private_keys,
    read_public_key,
)
from lsp_learn.packs.registry.known import ROOT
from lsp_learn.packs.registry.signed import ROLES, SignedFolder

if TYPE_CHECKING:
    from lsp_learn.packs.registry.rotation import Rotation

_STAGED = "staged"
_LOCK = ".lock"
_LOCK_SECONDS = 120
_SOON, _RENEWED = timedelta(days=60), timedelta(days=365)
"""Before the end of metadata its publisher is warned, and before that of a root it is renewed."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was signed: packs as `ID VERSION`, until when users can rely on it, and what the
    publisher should know.
    """

    packs: tuple[str, ...]
    valid_until: datetime
    notes: tuple[str, ...] = ()


class Publisher:
    """A registry's folder and the folders with the keys that are here; the first of them also
    holds a copy of the root, and the packs that are to be published.
    """

    def __init__(
        self,
        folder: Path,
        keys: Sequence[Path] = (),
        report: Report = lambda _: None,
        now: datetime | None = None,
    ) -> None:
        """`now` is the time from which lifetimes count."""
        self.folder = folder
        self.keys = tuple(keys) or (default_keys(folder),)
        self._report = report
        self._now = now

    def begin(self, name: str, profile: str) -> tuple[Published, tuple[PrivateKey, ...]]:
        """Make the registry, in a new folder, and its keys.

        Raises:
            PackError: a folder is in use, the keys would be published, or it cannot be written.
        """
        from lsp_learn.packs.registry.begin import begin  # noqa: PLC0415  (it needs this one)

        return begin(self.folder, self.keys[0], name, profile, self._now)

    def new_team_key(self, team: str) -> tuple[Path, Path]:
        """Make a key for a team: the files of its private and of its public half.

        Raises:
            PackError: the name cannot be one, or the files cannot be written.
        """
        return new_team_key(self.keys[0], team)

    @property
    def rotation(self) -> Rotation:
        """What changes the keys."""
        from lsp_learn.packs.registry.rotation import Rotation  # noqa: PLC0415  (the same)

        return Rotation(self)

    def open(self) -> SignedFolder:
        """The signed metadata, verified.

        Raises:
            PackError: the folder is no registry, was tampered with, or its root is not here.
        """
        for keys in self.keys:
            check_apart(self.folder, keys)
        anchor = self.keys[0] / ROOT
        try:
            content = anchor.read_bytes()
        except OSError as error:
            message = f"{anchor} cannot be read: {error.strerror or type(error).__name__}"
            hint = "--keys DIR names the folder with the keys; put the registry's root.json there"
            raise PackError(message, hint) from None
        now = self._now or datetime.now(UTC)
        return SignedFolder(self.folder, content, read_private_keys(self.keys), now)

    # -- packs ----------------------------------------------------------------------------

    def add(self, packs: Sequence[Path], team: str = "") -> tuple[PackManifest, ...]:
        """Put packs, folders or archives, aside for the next `publish`; all of them or none.

        Raises:
            PackError: one has errors, is not the team's, or was published with other content.
        """
        with self.changing() as signed:
            patterns, targets = self._patterns(signed, team), self._targets(signed, team)
            place = self.keys[0] / _STAGED / (team or "targets")
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            found: list[tuple[PackManifest, Path]] = []
            try:
                for number, pack in enumerate(packs):
                    aside = place / f".{number}.zip"
                    found.append((self._prepared(pack, aside), aside))
                for manifest, aside in found:
                    _check_new(manifest, aside, targets, patterns)
                for manifest, aside in found:
                    aside.replace(place / f"{manifest.id}-{manifest.version}.zip")
            finally:
                for path in place.glob(".*"):  # of a process that was killed, too
                    path.unlink()
        return tuple(manifest for manifest, _ in found)

    def publish(self, team: str = "") -> Published:
        """Sign the packs that were added, and all that users need to see them. Without packs,
        the signatures are renewed.

        Raises:
            PackError: keys are missing, or the folder was tampered with.
        """
        with self.changing() as signed:
            patterns, targets = self._patterns(signed, team), self._targets(signed, team)
            catalogue = read_signed_catalogue(self.folder, targets, team)
            place = self.keys[0] / _STAGED / (team or "targets")
            staged = sorted(place.glob("[!.]*.zip"))
            packs = []
            for path in staged:
                manifest = check_archive(path, self._report)
                _check_new(manifest, path, targets, patterns)
                put_pack(self.folder, targets, manifest, path)
                catalogue = catalogue.with_pack(manifest)
                packs.append(f"{manifest.id} {manifest.version}")
            put_catalogue(self.folder, targets, catalogue, team)
            extra = [key for key in signed.keys if team and key.role == team]
            signed.write(team or "targets", targets, extra)
            notes = self._released(signed, team)
            for path in staged:
                path.unlink()
        return published(signed, packs, notes)

    def remove(self, names: Sequence[str], team: str = "") -> Published:
        """Offer packs no more, `ID` with all its versions or `ID@VERSION`. Who has them keeps them.

        Raises:
            PackError: one is not offered, keys are missing, or the folder was tampered with.
        """
        with self.changing() as signed:
            self._patterns(signed, team)
            targets = self._targets(signed, team)
            catalogue = read_signed_catalogue(self.folder, targets, team)
            for name in names:
                pack_id, version = split_name(name) or (name, "")
                offer = catalogue.offers.get(pack_id)
                versions = offer.versions if offer else ()
                if not offer or version not in {"", *versions}:
                    there = ", ".join(versions or sorted(catalogue.offers)) or "nothing"
                    raise PackError(f"{name} is not offered", f"there is: {there}")
                for one in [version] if version else versions:
                    catalogue = catalogue.without(pack_id, one)
                    targets.targets.pop(pack_path(pack_id, one), None)
            put_catalogue(self.folder, targets, catalogue, team)
            signed.write(team or "targets", targets)
            notes = self._released(signed, team)
        return published(signed, (), notes)

    def refresh(self) -> Published:
        """Say anew that the registry is as it is, and take up what teams have signed.

        Raises:
            PackError: keys are missing, or the folder was tampered with.
        """
        with self.changing() as signed:
            signed.release()
        return published(signed)

    # -- teams ----------------------------------------------------------------------------

    def delegate(self, team: str, patterns: Sequence[str], key: Path | None) -> Published:
        """Let a team sign the packs whose ids match the patterns, with its own key; or change
        the patterns or the key of one that may already.

        Raises:
            PackError: the name or a pattern is wrong, or keys are missing.
        """
        if not re.fullmatch(PACK_ID, team) or team in ROLES:
            raise PackError(
                f"{team!r} cannot be a team", "small letters, digits, hyphens: payments"
            )
        for pattern in patterns:
            if not re.fullmatch(TEAM_PATTERN, pattern):
                hint = "ids in which * stands for anything, in quotes: 'payments-*'"
                raise PackError(f"{pattern!r} is no pattern of packs", hint)
        with self.changing() as signed:
            targets = signed.targets()
            catalogue = read_signed_catalogue(self.folder, targets)
            delegations = targets.delegations or Delegations({}, {})
            roles = dict(delegations.roles or {})
            if key is None and team not in roles:
                hint = "--key FILE.pub is the team's public key: lsp-learn registry keys new TEAM"
                raise PackError(f"the key of {team} is missing", hint)
            chosen = tuple(patterns) or catalogue.teams.get(team, ())
            if not chosen:
                raise PackError(f"{team} has no packs to sign", "name a pattern: 'payments-*'")
            keyids = roles[team].keyids if team in roles else []
            if key is not None:
                public = read_public_key(key)
                delegations.keys[public.keyid], keyids = public, [public.keyid]
            paths = team_paths(team, chosen)
            roles[team] = DelegatedRole(team, keyids, 1, terminating=False, paths=paths)
            targets.delegations = _delegations(delegations, roles)
            changed = replace(catalogue, teams={**catalogue.teams, team: chosen})
            return self._republish(signed, changed, targets)

    def withdraw(self, team: str) -> Published:
        """Let a team sign nothing any more; its packs are no longer offered.

        Raises:
            PackError: there is no such team, or keys are missing.
        """
        with self.changing() as signed:
            self._patterns(signed, team)
            targets = signed.targets()
            catalogue = read_signed_catalogue(self.folder, targets)
            assert targets.delegations is not None
            roles = {n: role for n, role in (targets.delegations.roles or {}).items() if n != team}
            targets.delegations = _delegations(targets.delegations, roles)
            teams = {name: value for name, value in catalogue.teams.items() if name != team}
            return self._republish(signed, replace(catalogue, teams=teams), targets)

    def _republish(self, signed: SignedFolder, catalogue: Catalogue, targets: Targets) -> Published:
        put_catalogue(self.folder, targets, catalogue)
        signed.write("targets", targets)
        signed.release()
        return published(signed)

    # -- one change -----------------------------------------------------------------------

    @contextmanager
    def changing(self) -> Iterator[SignedFolder]:
        """The signed metadata, while nobody else changes it.

        Raises:
            PackError: as `open`, or it cannot be written.
        """
        self.open()  # nothing is written, a lock neither, into what is no registry
        try:
            with file_lock(self.folder / _LOCK, _LOCK_SECONDS, lambda: None):
                yield self.open()  # as another process left it
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = f"{error.filename or self.folder} cannot be written: {reason}"
            raise PackError(message, "what was published is as it was; try again") from error

    def _released(self, signed: SignedFolder, team: str) -> tuple[str, ...]:
        """Let users see what was signed; a team may leave that to who has the other keys."""
        if team and not (signed.can_sign("snapshot") and signed.can_sign("timestamp")):
            command = f"lsp-learn registry refresh {self.folder}"
            return (f"users see it after `{command}`, where the other keys are",)
        if not team:
            self._renew_root(signed)
        signed.release()
        return ()

    def _renew_root(self, signed: SignedFolder) -> None:
        if signed.root.signed.expires - signed.now < _RENEWED and signed.can_sign("root"):
            signed.write("root", copy.deepcopy(signed.root.signed))
            write_aside(
                self.keys[0] / ROOT, signed.path("root", signed.root.signed.version).read_bytes()
            )

    def _patterns(self, signed: SignedFolder, team: str) -> tuple[str, ...] | None:
        """The patterns of a team, as signed; None for the registry itself.

        Raises:
            PackError: there is no such team.
        """
        if not team:
            return None
        patterns = read_signed_catalogue(self.folder, signed.targets()).teams.get(team)
        if patterns is None:
            names = ", ".join(signed.teams()) or "none"
            message = f"{self.folder} has no team {team!r}"
            raise PackError(message, f"teams: {names}; `lsp-learn registry delegate` adds one")
        return patterns

    def _targets(self, signed: SignedFolder, team: str) -> Targets:
        return (signed.team(team) or Targets()) if team else signed.targets()

    def _prepared(self, pack: Path, archive: Path) -> PackManifest:
        """The manifest of a pack without errors, its archive made or copied."""
        if pack.is_dir():
            manifest, _ = lint_for_build(pack)
            write_archive(pack, archive, self._report)
            return manifest
        if not pack.is_file():
            raise PackError(f"{pack} is not there", "name a folder or an archive of a pack")
        shutil.copyfile(pack, archive)
        manifest = check_archive(archive, self._report)
        for problem in lint_pack(archive):
            if problem.severity is Severity.ERROR:
                message = f"{pack} has errors: {problem.path}:{problem.line}: {problem.message}"
                raise PackError(message, problem.hint)
        return manifest


def published(
    signed: SignedFolder, packs: Sequence[str] = (), notes: Sequence[str] = ()
) -> Published:
    """What to tell the publisher after a change."""
    ends = signed.ends()
    soon = [role for role, end in ends.items() if end - signed.now < _SOON and role != "timestamp"]
    told = [
        f"{role} is valid until {ends[role]:%Y-%m-%d} only: publish once where its key is"
        for role in soon
    ]
    told += [f"others on this machine can read {path}" for path in open_files(signed.keys)]
    return Published(tuple(packs), min(ends.values()), (*notes, *told))


def check_apart(folder: Path, keys: Path) -> None:
    """Raises PackError where keys would be published."""
    if keys.resolve().is_relative_to(folder.resolve()):
        message = f"the keys would lie in {folder}, which everybody is to read"
        raise PackError(message, "--keys DIR names a folder elsewhere, that nobody else reads")


def default_keys(folder: Path) -> Path:
    """Where keys are by default: beside the registry, never in it."""
    folder = folder.absolute()
    return folder.with_name(f"{folder.name}-keys")


def _check_new(
    manifest: PackManifest, archive: Path, targets: Targets, patterns: tuple[str, ...] | None
) -> None:
    if patterns is not None and not belongs(manifest.id, patterns):
        message = f"the pack {manifest.id!r} is not one of the team's: {', '.join(patterns)}"
        raise PackError(message, "`lsp-learn registry delegate` gives a team further packs")
    known = targets.targets.get(pack_path(manifest.id, manifest.version))
    if known is not None and known.hashes.get("sha256") != file_hash(archive):
        message = f"{manifest.id} {manifest.version} was published before, with other content"
        raise PackError(message, "a version stays as it is: raise the one in pack.toml")


def _delegations(known: Delegations, roles: Mapping[str, DelegatedRole]) -> Delegations:
    """Delegations to these roles, with the keys that they use."""
    used = {keyid for role in roles.values() for keyid in role.keyids}
    keys = {keyid: key for keyid, key in known.keys.items() if keyid in used}
    return Delegations(keys, dict(roles))
