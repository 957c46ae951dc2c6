"""What a registry offers, and where it has it.

    metadata/                                     who signed what, until when
    targets/<sha256>.index.json                   the catalogue of the registry
            catalogues/<sha256>.<team>.json       that of a team, signed by the team
            packs/<id>/<sha256>.<id>-<version>.zip

A catalogue names ids and versions and never a path: paths are made here, so that none can lead
out of the folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from lsp_learn.errors import PackError
from lsp_learn.model import PackManifest
from lsp_learn.packs.manifest import PACK_ID, VERSION, version_key

CATALOGUE = "index.json"
OURS = "x-lsp-learn"
"""The field of the root's metadata with the registry's own name and profile."""
TEAM_PATTERN = r"[a-z0-9*]+(?:-[a-z0-9*]+)*"
"""Which packs are a team's: an id in which `*` stands for anything, `payments-*`."""

_FORMAT = 1
_NAME = re.compile(rf"({PACK_ID})(?:@({VERSION}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack in a catalogue; `versions` with the newest first, which the other fields describe."""

    id: str
    title: str
    license: str
    languages: tuple[str, ...]
    description: str
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Offers by pack id, and in the registry's own catalogue the patterns of its teams."""

    offers: Mapping[str, Offer] = field(default_factory=dict)
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def with_pack(self, manifest: PackManifest) -> Catalogue:
        """The catalogue with one version more."""
        known = self.offers.get(manifest.id)
        versions = newest_first({manifest.version, *(known.versions if known else ())})
        offer = Offer(
            manifest.id, manifest.title, manifest.license, manifest.languages,
            manifest.description, versions,
        )  # fmt: skip
        if known and versions[0] != manifest.version:
            offer = replace(known, versions=versions)
        return replace(self, offers={**self.offers, manifest.id: offer})

    def without(self, pack_id: str, version: str) -> Catalogue:
        """The catalogue with one version less, and without the pack where that was its last."""
        offers = dict(self.offers)
        if left := tuple(v for v in offers[pack_id].versions if v != version):
            offers[pack_id] = replace(offers[pack_id], versions=left)
        else:
            del offers[pack_id]
        return replace(self, offers=offers)

    def teams_of(self, pack_id: str) -> tuple[str, ...]:
        """The teams that may sign a pack."""
        return tuple(team for team, patterns in self.teams.items() if belongs(pack_id, patterns))


def newest_first(versions: Iterable[str]) -> tuple[str, ...]:
    """Versions in order."""
    return tuple(sorted(versions, key=version_key, reverse=True))


def belongs(pack_id: str, patterns: Iterable[str]) -> bool:
    """Whether one of a team's patterns covers a pack."""
    return any(fnmatchcase(pack_id, pattern) for pattern in patterns)


def split_name(text: str) -> tuple[str, str] | None:
    """Id and version of `ID` or `ID@VERSION`, the version "" in the first case; None where a
    text cannot be such a name.
    """
    match = _NAME.fullmatch(text)
    return (match[1], match[2] or "") if match else None


def team_catalogue(team: str) -> str:
    """The path of a team's catalogue."""
    return f"catalogues/{team}.json"


def pack_path(pack_id: str, version: str) -> str:
    """The path of a pack."""
    return f"packs/{pack_id}/{pack_id}-{version}.zip"


def team_paths(team: str, patterns: Iterable[str]) -> list[str]:
    """The paths that a team may sign, as patterns."""
    return [team_catalogue(team), *(f"packs/{pattern}/*" for pattern in patterns)]


def hashed_path(path: str, sha256: str) -> str:
    """Where a file stands under `targets/`: its checksum is part of its name, so that a file
    is never changed.
    """
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{sha256}.{name}"


def write_catalogue(catalogue: Catalogue) -> bytes:
    """A catalogue as JSON; the same catalogue gives the same bytes."""
    values = {"format": _FORMAT, **asdict(catalogue)}
    return json.dumps(values, indent=1, sort_keys=True, ensure_ascii=False).encode()


def read_catalogue(content: bytes, shown: str) -> Catalogue:
    """A catalogue from JSON.

    Raises:
        PackError: it is none, or of a newer format.
    """
    try:
        values = json.loads(content.decode("utf-8"))
        if int(values["format"]) > _FORMAT:
            message = f"the catalogue {shown} was written by a newer lsp-learn"
            raise PackError(message, "update lsp-learn")
        offers = {key: _offer(key, value) for key, value in values["offers"].items()}
        teams = {_team(key): _patterns(value) for key, value in values["teams"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        message = f"the catalogue {shown} cannot be used: {error or type(error).__name__}"
        raise PackError(message, "tell who publishes it; nothing was installed from it") from None
    return Catalogue(offers, teams)


def _offer(key: str, values: Any) -> Offer:
    languages = tuple(_text(item) for item in values["languages"])
    versions = tuple(_text(item) for item in values["versions"])
    for name in (key, *(f"{key}@{version}" for version in versions)):
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a pack")
    if values["id"] != key or not versions:
        raise ValueError(f"{key!r} is not described")
    title, license_, description = (
        _text(values[name]) for name in ("title", "license", "description")
    )
    return Offer(key, title, license_, languages, description, newest_first(versions))


def _team(name: str) -> str:
    if not re.fullmatch(PACK_ID, name):
        raise ValueError(f"{name!r} is no name of a team")
    return name


def _patterns(values: Any) -> tuple[str, ...]:
    found = tuple(_text(value) for value in values)
    for pattern in found:
        if not re.fullmatch(TEAM_PATTERN, pattern):
            raise ValueError(f"{pattern!r} is no pattern")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is missing")
    return value
