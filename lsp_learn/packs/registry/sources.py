"""What a user does with registries: add one, list them, remove one, find packs in them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lsp_learn.errors import PackError
from lsp_learn.model import Problem, Report
from lsp_learn.packs.files import file_hash
from lsp_learn.packs.lock import PackSource, SourceKind, archive_path
from lsp_learn.packs.manifest import PACK_ID, version_key
from lsp_learn.packs.registry.catalogue import Offer
from lsp_learn.packs.registry.known import (
    ROOT,
    Source,
    anew,
    read_source,
    read_sources,
    source_path,
    write_source,
)

if TYPE_CHECKING:  # loads the update framework: 200 ms
    from tuf.api.metadata import TargetFile

    from lsp_learn.packs.registry.client import Registry
    from lsp_learn.packs.store import Store


@dataclass(frozen=True, slots=True)
class Resolved:
    """A version of a pack that a registry vouches for: what its archive must be, and where."""

    id: str
    version: str
    url: str
    target: TargetFile


class Sources:
    """The registries that the store's user trusts."""

    def __init__(self, store: Store, report: Report) -> None:
        self._store = store
        self._report = report

    def known(self) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
        """The registries by name, and the files about them that cannot be used."""
        return read_sources(self._store.root)

    def any(self) -> bool:
        """Whether any registry is known, be it by a file that is damaged."""
        return self.known() != ((), ())

    def add(self, address: str, root: bytes, name: str = "") -> Source:
        """Trust a registry from now on, by its root. One that is known already moves to the
        address; what was seen of it still counts.

        Raises:
            PackError: it cannot be reached or is not to be trusted, or the name is taken.
        """
        client, url = _client(), registry_url(address)
        name = name or client.registry_name(root)
        if not re.fullmatch(PACK_ID, name):
            hint = "small letters, digits and hyphens: --name acme"
            raise PackError(f"{name!r} cannot be the name of a registry", hint)
        with self._scratch(name) as scratch:
            identity = client.identify(name, url, root, scratch / "roots")
            self._check_free(name, identity)
            old, problem = read_source(path := source_path(self._store.root, name))
            if problem is not None and problem.hint != anew(name):  # it is not damaged
                raise PackError(f"{path} {problem.message}", problem.hint)
            metadata = old.metadata if old else {ROOT: root.decode()}
            registry = client.Registry(Source(name, url, identity, metadata), scratch / "look")
            registry.refresh()
            registry.catalogue()
            source: Source = registry.seen()
            write_source(self._store.root, source)
        return source

    def remove(self, name: str) -> None:
        """Trust a registry no more. The packs that came from it stay.

        Raises:
            PackError: it is not known here, or the store cannot be written to.
        """
        path = source_path(self._store.root, name)
        if not re.fullmatch(PACK_ID, name) or not path.exists():
            self._get(name)
        with self._scratch(name):
            path.unlink(missing_ok=True)
            shutil.rmtree(path.parent, ignore_errors=True)

    def offers(
        self, name: str = ""
    ) -> tuple[list[tuple[Source, Offer]], list[tuple[str, PackError]]]:
        """The packs in a registry, or in all, and what could not be asked, with the reason.

        Raises:
            PackError: the registry that was named is not known here.
        """
        found: list[tuple[Source, Offer]] = []
        failures: list[tuple[str, PackError]] = []
        for source in [self._get(name)] if name else self._all():
            try:
                with self._opened(source.name) as registry:
                    offers, wrong = registry.offers()
            except PackError as error:
                failures.append((source.name, error))
                continue
            found += [(source, offer) for offer in offers.values()]
            failures += [(source.name, error) for error in wrong]
        return found, failures

    def find(self, pack_id: str, name: str = "") -> PackSource:
        """Where a pack comes from: the registry that was named, that it came from before, or
        the only one that offers it.

        Raises:
            PackError: no registry offers it, several do, or one cannot be asked. Then another
                one is not taken in its place.
        """
        if name:
            return _pack_source(self._get(name), pack_id)
        pack = self._store.read()[0].packs.get(pack_id)
        if pack is not None and pack.source.kind is SourceKind.REGISTRY:
            return pack.source
        sources = self._all()
        if len(sources) != 1:
            sources = [source for source in sources if self._offers(source, pack_id)]
        if not sources:
            hint = "`lsp-learn source packs` lists what there is; a path is written ./NAME"
            raise PackError(f"no registry that is known here offers {pack_id}", hint)
        if len(sources) > 1:
            names = ", ".join(source.name for source in sources)
            hint = f"say which one you mean: --from {sources[0].name}"
            raise PackError(f"{pack_id} is offered by {names}", hint)
        return _pack_source(sources[0], pack_id)

    def resolve(
        self, packs: Sequence[PackSource], version: str = ""
    ) -> dict[PackSource, Resolved | PackError]:
        """What the registries say of packs, by default of their newest versions; each registry
        is asked once. Where it does not vouch for a pack, the reason.

        Raises:
            PackError: the store cannot be written to.
        """
        found: dict[PackSource, Resolved | PackError] = {}
        for binding in dict.fromkeys(pack.binding for pack in packs):
            same = [pack for pack in packs if pack.binding == binding]
            try:
                source = self._by_identity(same[0])
                with self._opened(source.name) as registry:
                    for pack in same:
                        try:
                            found[pack] = self._resolved(source, registry, pack, version)
                        except PackError as error:
                            found[pack] = error
            except PackError as error:
                found.update(dict.fromkeys(same, error))
        return found

    def fetch(self, resolved: Resolved, scratch: Path) -> Path:
        """The archive of a pack. One that is in the store already is not fetched again.

        Raises:
            PackError: it cannot be had, or is not what was signed.
            OSError: the disk is full or cannot be written to.
        """
        sha256 = resolved.target.hashes["sha256"]
        kept = archive_path(self._store.root, sha256)
        with suppress(OSError):
            if file_hash(kept) == sha256:
                return kept
        found: Path = _client().download_target(
            resolved.url, resolved.target, scratch, self._report
        )
        return found

    def _resolved(
        self, source: Source, registry: Registry, pack: PackSource, version: str
    ) -> Resolved:
        pack_id = pack.location.partition("#")[0].rpartition("/")[2]
        offer = registry.offer(pack_id)
        if offer is None:
            hint = f"`lsp-learn source packs {source.name}` lists what there is"
            raise PackError(f"the registry {source.name} offers no pack {pack_id}", hint)
        version = version or self._wanted(offer)
        if version not in offer.versions:
            message = f"the registry {source.name} offers no version {version} of {pack_id}"
            raise PackError(message, "there are: " + ", ".join(offer.versions))
        return Resolved(pack_id, version, source.url, registry.target(pack_id, version))

    def _wanted(self, offer: Offer) -> str:
        """The newest version; one that is not final only where the user has chosen it."""
        final = next((v for v in offer.versions if "-" not in v), offer.versions[0])
        pack = self._store.read()[0].packs.get(offer.id)
        used = pack.versions[0].manifest.version if pack and pack.versions else final
        newer = used in offer.versions and version_key(used) > version_key(final)
        return used if newer else final

    @contextmanager
    def _opened(self, name: str) -> Iterator[Registry]:
        """A registry, refreshed. What was seen is remembered, however this ends."""
        with self._scratch(name) as scratch:
            source = self._get(name)  # as the process before left it
            registry = _client().Registry(source, scratch / "look")
            try:
                registry.refresh()
                yield registry
            finally:
                if (seen := registry.seen()) != source:
                    write_source(self._store.root, seen)

    @contextmanager
    def _scratch(self, name: str) -> Iterator[Path]:
        """A folder that nobody else has while the registry of this name is looked at."""
        with self._store.scratch(PackSource(SourceKind.REGISTRY, f"{name}#"), look=True) as scratch:
            for left in source_path(self._store.root, name).parent.glob(".writing-*"):
                left.unlink()  # by a process that was killed; nobody else writes now
            yield scratch

    def _offers(self, source: Source, pack_id: str) -> bool:
        with self._opened(source.name) as registry:
            return registry.offer(pack_id) is not None

    def _all(self) -> list[Source]:
        """Every registry. Raises PackError where one is damaged: it is not passed over."""
        sources, problems = self.known()
        if problems:
            raise PackError(f"{problems[0].path} {problems[0].message}", problems[0].hint)
        return list(sources)

    def _get(self, name: str) -> Source:
        path = source_path(self._store.root, name)
        source, problem = read_source(path) if re.fullmatch(PACK_ID, name) else (None, None)
        if problem is not None:
            raise PackError(f"{path} {problem.message}", problem.hint)
        if source is None:
            names = ", ".join(source.name for source in self.known()[0]) or "none"
            raise PackError(f"no registry {name!r} is known here", f"known registries: {names}")
        return source

    def _by_identity(self, pack: PackSource) -> Source:
        for source in self.known()[0]:
            if source.identity == pack.binding[1]:
                return source
        self._all()  # raises where it may be the damaged one
        message = f"{pack} is of a registry that is not known here"
        raise PackError(message, "lsp-learn source add URL --root FILE")

    def _check_free(self, name: str, identity: str) -> None:
        for source in self.known()[0]:
            if source.name == name and source.identity != identity:
                message = f"{name} is another registry, at {source.url}"
                hint = f"--name gives this one a name; `source remove {name}` forgets that one"
                raise PackError(message, hint)
            if source.name != name and source.identity == identity:
                message = f"this registry is known here as {source.name}"
                raise PackError(message, f"--name {source.name} moves it to the new address")


def registry_url(address: str) -> str:
    """The address of a registry as it is kept: without a slash at its end, a folder as `file:`.

    Raises:
        PackError: it is neither an address nor a folder.
    """
    if urlsplit(address).scheme in {"http", "https", "file"}:
        return address.rstrip("/")
    folder = Path(address).expanduser().absolute()
    if not (folder / "metadata").is_dir():
        hint = "a registry is an http, https or file address, or a folder with metadata/ in it"
        raise PackError(f"{address} is no registry", hint)
    return folder.as_uri()


def _pack_source(source: Source, pack_id: str) -> PackSource:
    return PackSource(SourceKind.REGISTRY, f"{source.name}/{pack_id}#{source.identity}")


def _client() -> ModuleType:
    """The client, which loads the update framework.

    Raises:
        PackError: that is not installed.
    """
    try:
        from lsp_learn.packs.registry import client  # noqa: PLC0415  (200 ms)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"tuf", "securesystemslib", "urllib3"}:
            raise
        hint = "install it beside lsp-learn: python -m pip install 'lsp-learn[registry]'"
        raise PackError("registries need the library tuf, which is not here", hint) from None
    return client
