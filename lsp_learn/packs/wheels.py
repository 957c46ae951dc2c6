"""Packs that installed distributions offer, read as data: nothing of theirs is imported.

A distribution names its packs under the entry point group `lsp_learn.packs`; the value is the
folder of the pack as a dotted name, for example `acme_packs.team`.
"""

from __future__ import annotations

import importlib.util
from importlib import metadata
from pathlib import Path

from lsp_learn.errors import PackError
from lsp_learn.packs.manifest import MANIFEST

GROUP = "lsp_learn.packs"


def wheel_packs(name: str) -> list[Path]:
    """The folders of the packs in an installed distribution, sorted.

    Raises:
        PackError: it is not installed, offers no packs, or its files are not there.
    """
    try:
        distribution = metadata.distribution(name)
    except (metadata.PackageNotFoundError, ValueError):
        message = f"no distribution {name!r} is installed beside lsp-learn"
        raise PackError(message, _offers()) from None
    points = [point for point in distribution.entry_points if point.group == GROUP]
    if not points:
        raise PackError(f"the distribution {name!r} offers no packs", _offers())
    return sorted(_folder(distribution, point.value) for point in points)


def offering() -> dict[str, str]:
    """Name and version of every installed distribution that offers packs."""
    points = metadata.entry_points(group=GROUP)
    return {point.dist.name: point.dist.version for point in points if point.dist is not None}


def _offers() -> str:
    names = ", ".join(sorted(offering())) or "none"
    return f"installed distributions with packs: {names}"


def _folder(distribution: metadata.Distribution, value: str) -> Path:
    parts = value.strip().replace(":", ".").split(".")
    for place in _places(distribution, parts[0]):
        folder = place.joinpath(*parts[1:])
        if (folder / MANIFEST).is_file():
            return folder
    message = f"the distribution {distribution.name!r} names {value!r}, where no {MANIFEST} is"
    raise PackError(message, "install it again, or tell who made it")


def _places(distribution: metadata.Distribution, package: str) -> list[Path]:
    """Where a package's folder may be. `find_spec` of a name without dots runs no code of it;
    it knows the folders of editable installations.
    """
    places = [Path(str(distribution.locate_file(package)))]
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return places
    found = spec.submodule_search_locations if spec else None
    return [*places, *(Path(place) for place in found or ())]
