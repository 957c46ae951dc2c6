"""Fetches from one registry: its metadata first, verified as The Update Framework prescribes,
then what that metadata vouches for. Everything else is refused.

What was seen before is part of the verification: older metadata than that is a rollback.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, Root, TargetFile
from tuf.ngclient import Updater, UpdaterConfig

from lsp_learn.errors import PackError
from lsp_learn.model import Report
from lsp_learn.packs.registry.catalogue import (
    CATALOGUE,
    OURS,
    Catalogue,
    Offer,
    belongs,
    hashed_path,
    newest_first,
    pack_path,
    read_catalogue,
    team_catalogue,
)
from lsp_learn.packs.registry.fetch import Fetcher, fetch
from lsp_learn.packs.registry.known import METADATA, ROOT, Source

_ASK = "ask who publishes the registry; nothing was installed from it"
_INSTALLED = "what is installed stays and never expires"


class Registry:
    """A registry as it is now. `refresh` first."""

    def __init__(self, source: Source, folder: Path) -> None:
        """`folder` is for the time of this look, and emptied.

        Raises:
            PackError: the source's root is none.
        """
        shutil.rmtree(folder, ignore_errors=True)
        self._metadata = folder / "metadata"
        self._metadata.mkdir(parents=True)
        for name, text in source.metadata.items():
            if name != ROOT:
                (self._metadata / name).write_bytes(text.encode())
        self._source = source
        self._fetcher = Fetcher(folder / "fetched")
        self._targets = folder / "targets"
        self._read: dict[str, Catalogue] = {}
        with self._refusals():
            self._updater = Updater(
                str(self._metadata),
                f"{source.url}/metadata/",
                str(self._targets),
                f"{source.url}/targets/",
                fetcher=self._fetcher,
                bootstrap=source.metadata[ROOT].encode(),
            )

    def refresh(self) -> None:
        """Fetch and verify what the registry says of itself.

        Raises:
            PackError: it cannot be reached, or is not to be trusted.
        """
        with self._refusals():
            self._updater.refresh()

    def seen(self) -> Source:
        """The source with what is known by now; all of it is verified."""
        found = {path.name: path.read_bytes().decode() for path in self._metadata.glob("*.json")}
        metadata = {name: found[name] for name in sorted(found) if METADATA.fullmatch(name)}
        return replace(self._source, metadata=metadata)

    def catalogue(self) -> Catalogue:
        """What the registry itself offers, and the patterns of its teams.

        Raises:
            PackError: it has none, or one that cannot be used.
        """
        return self._catalogue(CATALOGUE)

    def offers(self) -> tuple[Mapping[str, Offer], tuple[PackError, ...]]:
        """Every pack, the teams' among them, and the teams whose part cannot be had."""
        catalogue, problems = self.catalogue(), []
        found = dict(catalogue.offers)
        for team, patterns in catalogue.teams.items():
            try:
                offers = self._team(team).offers
            except PackError as error:
                problems.append(error)
                continue
            for key, offer in offers.items():
                if belongs(key, patterns):  # of other packs a team may not speak
                    found[key] = _merged(found.get(key), offer)
        return dict(sorted(found.items())), tuple(problems)

    def offer(self, pack_id: str) -> Offer | None:
        """One pack, by the catalogues of those who may sign it.

        Raises:
            PackError: one of them cannot be had.
        """
        catalogue = self.catalogue()
        found = catalogue.offers.get(pack_id)
        for team in catalogue.teams_of(pack_id):
            if (offer := self._team(team).offers.get(pack_id)) is not None:
                found = _merged(found, offer)
        return found

    def target(self, pack_id: str, version: str) -> TargetFile:
        """What the metadata says of an archive.

        Raises:
            PackError: nobody who may sign the pack has signed this version.
        """
        with self._refusals():
            found = self._updater.get_targetinfo(pack_path(pack_id, version))
        if found is None or "sha256" not in found.hashes:
            message = f"nobody who may sign {pack_id} in the registry {self._source.name}"
            raise PackError(f"{message} has signed its version {version}", _ASK)
        return found

    def _team(self, team: str) -> Catalogue:
        published = json.loads((self._metadata / "snapshot.json").read_bytes())["signed"]["meta"]
        if f"{team}.json" not in published:  # named as a team, and has published nothing yet
            return Catalogue()
        return self._catalogue(team_catalogue(team))

    def _catalogue(self, path: str) -> Catalogue:
        if path in self._read:
            return self._read[path]
        with self._refusals():
            target = self._updater.get_targetinfo(path)
            if target is None:
                message = f"the registry {self._source.name} has no catalogue {path}"
                raise PackError(message, _ASK)
            self._targets.mkdir(exist_ok=True)
            content = Path(self._updater.download_target(target)).read_bytes()
        self._read[path] = read_catalogue(content, f"{path} of {self._source.name}")
        return self._read[path]

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        with refusals(self._source.name, self._expiry):
            yield

    def _expiry(self, role: str) -> str:
        """Until when a role's metadata was valid, "" where that cannot be told."""
        names = sorted(name for name in self._fetcher.seen if name.endswith(f"{role}.json"))
        contents = [self._fetcher.seen[name] for name in names]
        with suppress(OSError):
            contents.insert(0, (self._metadata / f"{role}.json").read_bytes())
        for content in reversed(contents):
            with suppress(ValueError, KeyError, TypeError):
                return str(json.loads(content)["signed"]["expires"])
        return ""


def download_target(url: str, target: TargetFile, folder: Path, report: Report) -> Path:
    """Fetch an archive that the metadata vouches for; gone on with where it was cut off.

    Raises:
        PackError: it cannot be had, or is not what was signed.
        OSError: the disk is full or cannot be written to.
    """
    path = hashed_path(target.path, target.hashes["sha256"])
    place = folder / target.hashes["sha256"]
    archive = fetch(f"{url}/targets/{path}", place, target.length, report)
    try:
        with archive.open("rb") as file:
            target.verify_length_and_hashes(file)
    except LengthOrHashMismatchError:
        shutil.rmtree(place, ignore_errors=True)
        message = f"{url}/targets/{path} is not the file that was signed"
        raise PackError(message, "try again; if it stays so, " + _ASK) from None
    return archive


def identify(name: str, url: str, root: bytes, folder: Path) -> str:
    """The identity of the registry that a root belongs to: the SHA-256 of its first root. That
    one is fetched where the given root is a later one, and the chain between the two verified.

    Raises:
        PackError: it is no root, or not one of the registry at this address.
    """
    given = read_root(root)
    if given.signed.version == 1:
        return hashlib.sha256(root).hexdigest()
    fetcher, before, limit = Fetcher(folder), None, UpdaterConfig().root_max_length
    with refusals(name, lambda _: ""):
        for version in range(1, given.signed.version + 1):
            content = fetcher.download_bytes(f"{url}/metadata/{version}.root.json", limit)
            now = Metadata[Root].from_bytes(content)
            (before or now).signed.verify_delegate(Root.type, now.signed_bytes, now.signatures)
            now.signed.verify_delegate(Root.type, now.signed_bytes, now.signatures)
            if now.signed.version != version:
                raise BadVersionNumberError(f"root {version} says {now.signed.version}")
            before = now
            if version == 1:
                identity = hashlib.sha256(content).hexdigest()
    if content != root:
        message = f"the root that was given is not one of the registry at {url}"
        raise PackError(message, "check the address; ask the publisher for the root again")
    return identity


def read_root(content: bytes) -> Metadata[Root]:
    """The root metadata in a file.

    Raises:
        PackError: it is none.
    """
    try:
        root = Metadata[Root].from_bytes(content)
        # Other metadata has no such method; of a team's the role is not known.
        root.signed.verify_delegate(Root.type, root.signed_bytes, root.signatures)
    except (RepositoryError, ValueError, AttributeError) as error:
        message = f"the root cannot be used: {error}"
        hint = "it is the file root.json that the publisher of the registry gives out"
        raise PackError(message, hint) from None
    return root


def registry_name(root: bytes) -> str:
    """The name that a registry gives itself in its root, "" where it gives none.

    Raises:
        PackError: it is no root.
    """
    ours = read_root(root).signed.unrecognized_fields.get(OURS)
    return str(ours.get("name", "")) if isinstance(ours, dict) else ""


@contextmanager
def refusals(name: str, expiry: Callable[[str], str]) -> Iterator[None]:
    """Say what the framework refuses in a sentence.

    Raises:
        PackError: it refused something.
    """
    try:
        yield
    except (RepositoryError, DownloadError) as error:
        raise _refusal(name, expiry, error) from error


def _refusal(
    name: str, expiry: Callable[[str], str], error: RepositoryError | DownloadError
) -> PackError:
    registry = f"the registry {name}"
    if isinstance(error, ExpiredMetadataError):
        match = re.search(r"(\S+?)(?:\.json)? is expired", str(error))
        role = match[1] if match else "metadata"
        until = expiry(role)
        valid = f"was valid until {until}" if until else "is no longer valid"
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        message = f"{registry} has expired: its {role} {valid}, and this machine's clock says {now}"
        hint = "ask for a newer copy, which `lsp-learn registry refresh` makes; check the clock"
        return PackError(message, f"{hint}; {_INSTALLED}")
    if isinstance(error, BadVersionNumberError):
        return PackError(f"{registry} offers an older state than was seen here: {error}", _ASK)
    if isinstance(error, UnsignedMetadataError):
        return PackError(f"{registry} is not signed by the keys it must be: {error}", _ASK)
    if isinstance(error, LengthOrHashMismatchError):
        return PackError(f"{registry} holds a file that is not what was signed: {error}", _ASK)
    if isinstance(error, DownloadLengthMismatchError):
        return PackError(f"{registry} sends more than was signed: {error}", _ASK)
    if isinstance(error, DownloadHTTPError):
        hint = "check the address, with `lsp-learn source list`; " + _INSTALLED
        return PackError(f"{registry} is not whole: {error}", hint)
    if isinstance(cause := error.__cause__, PackError):
        return PackError(f"{registry} cannot be read: {cause}", cause.hint)
    return PackError(f"{registry} is not to be trusted: {error}", _ASK)


def _merged(one: Offer | None, other: Offer) -> Offer:
    """A pack that the registry and a team both have; the newest version describes it."""
    if one is None:
        return other
    versions = newest_first({*one.versions, *other.versions})
    return replace(one if versions[0] in one.versions else other, versions=versions)
