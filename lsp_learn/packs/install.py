"""Brings packs from where they are into the store: one way for every kind of source.

source -> archive in a scratch folder -> checksum or signatures -> rules -> store
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lsp_learn.errors import LspLearnError, PackError
from lsp_learn.model import PackManifest, Progress, Report
from lsp_learn.packs.archive import ArchiveFiles
from lsp_learn.packs.build import lint_for_build, write_archive, write_into
from lsp_learn.packs.bundle import is_bundle, read_bundle, write_bundle
from lsp_learn.packs.files import file_hash
from lsp_learn.packs.lock import LockedPack, PackSource, PackVersion, SourceKind, archive_path
from lsp_learn.packs.manifest import MANIFEST, manifest_of, read_manifest
from lsp_learn.packs.registry.catalogue import split_name
from lsp_learn.packs.registry.sources import Resolved, Sources
from lsp_learn.packs.store import Candidate, PackChange, Store

_Resolved = Mapping[PackSource, Resolved | PackError]
"""What registries say of packs."""

_WHEEL = "wheel:"
_EVERY = 500
"""Files between two reports."""


def _silent(_: Progress) -> None:
    return


class Installer:
    """Installs, updates and exports the packs of a store."""

    def __init__(self, store: Store, report: Report = _silent) -> None:
        self.store = store
        self.sources = Sources(store, report)
        self._report = report

    def install(
        self,
        text: str,
        *,
        link: bool = False,
        sha256: str = "",
        rebind: bool = False,
        downgrade: bool = False,
        registry: str = "",
    ) -> tuple[PackChange, ...]:
        """Install what `text` names: a folder, an archive, a bundle, a web address,
        `wheel:NAME`, or a pack of a registry, `ID` or `ID@VERSION`. With `link` a folder is read
        where it is; `sha256` is what the archive must have; `registry` says which one is meant.

        Raises:
            PackError: it cannot be had, is refused, or the store cannot be written to.
        """
        named = self._registry_name(text, registry)
        if named and (link or sha256):
            message = "a pack of a registry is neither linked nor compared with a checksum"
            raise PackError(message, "leave out --link and --sha256: the registry is signed")
        if named:
            source = self.sources.find(named[0], registry)
            resolved = self.sources.resolve([source], named[1])
        else:
            source, resolved = read_source(text, link=link, pinned=bool(sha256)), {}
        with self.store.scratch(source) as scratch:
            candidates = self._candidates(source, scratch, sha256, resolved)
            return self.store.put(candidates, rebind=rebind, downgrade=downgrade)

    def update(
        self, ids: Sequence[str] = ()
    ) -> tuple[tuple[PackChange, ...], tuple[tuple[str, LspLearnError], ...]]:
        """Fetch packs (all of them by default) from their sources again.

        Returns:
            The changes, and the packs that could not be updated with the reason; these stay.

        Raises:
            PackError: a pack is not installed.
        """
        packs = self.store.read()[0].packs
        changes: list[PackChange] = []
        failures: list[tuple[str, LspLearnError]] = []
        chosen = {key: self.store.get(key) for key in ids or sorted(packs)}
        sources = [pack.source for pack in chosen.values()]
        resolved = self.sources.resolve([s for s in sources if s.kind is SourceKind.REGISTRY])
        for key, pack in chosen.items():
            try:
                changes += self._updated(key, pack, resolved)
            except LspLearnError as error:
                failures.append((key, error))
        return tuple(changes), tuple(failures)

    def export(self, path: Path, ids: Sequence[str] = ()) -> tuple[PackChange, ...]:
        """Write packs (all of them by default), as they are in use, into a bundle.

        Raises:
            PackError: a pack is not installed or has errors, or the file cannot be written.
        """
        keys = ids or sorted(self.store.read()[0].packs)
        if not keys:
            raise PackError("no packs are installed", "lsp-learn pack install SOURCE")
        with self.store.scratch(PackSource(SourceKind.ARCHIVE, str(path.absolute()))) as scratch:
            packs = {key: self._exported(self.store.get(key), scratch) for key in keys}
            write_into(path, lambda aside: write_bundle(aside, packs))
        return tuple(
            PackChange(key, "exported", pack.versions[0].manifest.version, "", str(pack.source))
            for key, (pack, _) in packs.items()
        )

    def _updated(self, key: str, pack: LockedPack, resolved: _Resolved) -> tuple[PackChange, ...]:
        source = pack.source
        if source.kind is SourceKind.LINK:
            manifest = _linked(Path(source.location))
            return (PackChange(key, "linked", manifest.version, "", str(source)),)
        if source.pinned:
            message = f"{key} was installed by its checksum, so it stays as it is"
            hint = "lsp-learn pack install SOURCE --sha256 SUM brings a new version"
            raise PackError(message, hint)
        with self.store.scratch(source) as scratch:
            found = self._candidates(source, scratch, "", resolved)
            mine = [candidate for candidate in found if candidate.manifest.id == key]
            if not mine:
                ids = ", ".join(candidate.manifest.id for candidate in found)
                hint = f"lsp-learn pack remove {key}, then install the others"
                raise PackError(f"{source} holds no pack {key!r} any more, but {ids}", hint)
            return self.store.put(mine)

    def _exported(self, pack: LockedPack, scratch: Path) -> tuple[LockedPack, Path]:
        if pack.versions:
            version = pack.versions[0]
            return replace(pack, versions=(version,)), archive_path(self.store.root, version.sha256)
        folder = Path(pack.source.location)
        found = self._built(PackSource(SourceKind.FOLDER, str(folder)), folder, scratch)
        assert found.archive is not None
        size = found.archive.stat().st_size
        version = PackVersion(found.sha256, size, found.manifest)
        return LockedPack(found.source, (version,)), found.archive

    def _registry_name(self, text: str, registry: str) -> tuple[str, str] | None:
        """Id and version of what is to come from a registry; None where `text` is no such name."""
        named, is_path = split_name(text), Path(text).exists()
        if registry and named is None:
            message = f"{text} is not the name of a pack in a registry"
            raise PackError(message, "write ID or ID@VERSION: team@1.2.0")
        if named and is_path and not registry:
            if self.sources.any():
                message = f"{text} is a path here, and may be a pack of a registry"
                raise PackError(message, f"write ./{text}, or add --from with the registry's name")
            return None
        return named if registry or self.sources.any() else None

    def _candidates(
        self, source: PackSource, scratch: Path, sha256: str, resolved: _Resolved
    ) -> list[Candidate]:
        place = Path(source.location)
        if source.kind is SourceKind.REGISTRY:
            return [self._signed(source, resolved[source], scratch)]
        if source.kind is SourceKind.LINK:
            return [Candidate(_linked(place), source)]
        if source.kind is SourceKind.FOLDER:
            return [self._built(source, place, scratch)]
        if source.kind is SourceKind.WHEEL:
            from lsp_learn.packs.wheels import wheel_packs  # noqa: PLC0415

            return [self._built(source, folder, scratch) for folder in wheel_packs(place.name)]
        if source.kind is SourceKind.URL:
            from lsp_learn.packs.download import download  # noqa: PLC0415  (loads httpx)

            archive = download(source.location, scratch, self._report)
        else:
            archive = scratch / "copied.zip"
            shutil.copyfile(place, archive)
        return self._unpacked(source, archive, scratch, sha256)

    def _signed(self, source: PackSource, found: Resolved | PackError, scratch: Path) -> Candidate:
        """A pack of a registry; who signs for one name must not bring another."""
        if isinstance(found, PackError):
            raise found
        archive = self.sources.fetch(found, scratch)
        manifest = check_archive(archive, self._report)
        if (manifest.id, manifest.version) != (found.id, found.version):
            wanted = f"{found.id} {found.version}"
            message = f"{source} holds {manifest.id} {manifest.version} as {wanted}"
            raise PackError(message, "ask who publishes the registry; nothing was installed")
        return Candidate(manifest, source, archive, file_hash(archive))

    def _built(self, source: PackSource, folder: Path, scratch: Path) -> Candidate:
        manifest, _ = lint_for_build(folder)
        archive = scratch / f"{manifest.id}.zip"
        write_archive(folder, archive, self._report)
        return Candidate(manifest, source, archive, file_hash(archive))

    def _unpacked(
        self, source: PackSource, archive: Path, scratch: Path, sha256: str
    ) -> list[Candidate]:
        """The pack that an archive is, or the packs that a bundle holds."""
        found = file_hash(archive)
        if sha256 and found != sha256.lower():
            message = f"{source.location} has the checksum {found}, not {sha256.lower()}"
            raise PackError(message, "fetch it again; ask who gave you the checksum")
        if not is_bundle(archive):
            return [Candidate(check_archive(archive, self._report), source, archive, found)]
        return [
            Candidate(check_archive(path, self._report), pack.source, path, pack.versions[0].sha256)
            for pack, path in read_bundle(archive, scratch)
        ]


def check_archive(archive: Path, report: Report) -> PackManifest:
    """The manifest of an archive that keeps the rules, every byte of it read once.

    Raises:
        RefusedError: the archive breaks a rule, or is damaged.
        PackError: it holds no pack that can be used.
    """
    with ArchiveFiles(archive) as files:
        manifest, problems = manifest_of(files)
        if manifest is None:
            message = f"the archive holds no pack that can be used: {problems[0].path}"
            raise PackError(f"{message} {problems[0].message}", problems[0].hint)
        names = files.names()
        for number, name in enumerate(names):
            if number % _EVERY == 0:
                report(Progress("check", number, len(names)))
            files.check(name)
        report(Progress("check", len(names), len(names)))
    return manifest


def read_source(text: str, *, link: bool = False, pinned: bool = False) -> PackSource:
    """What a user named as the source of a pack.

    Raises:
        PackError: it is not there, or the options do not fit it.
    """
    kind, location = _kind(text)
    if link:
        if kind is not SourceKind.FOLDER:
            raise PackError("only a folder can be linked", "leave out --link")
        kind = SourceKind.LINK
    if pinned and kind not in {SourceKind.ARCHIVE, SourceKind.URL}:
        hint = "`lsp-learn pack build FOLDER` makes an archive and prints its checksum"
        raise PackError("only an archive has a checksum", hint)
    return PackSource(kind, location, pinned)


def _kind(text: str) -> tuple[SourceKind, str]:
    if "://" in text:
        return SourceKind.URL, text
    if text.startswith(_WHEEL):
        return SourceKind.WHEEL, text.removeprefix(_WHEEL)
    path = Path(text).expanduser().absolute()
    if path.is_dir():
        return SourceKind.FOLDER, str(path)
    if path.is_file():
        return SourceKind.ARCHIVE, str(path)
    hint = "a source is a folder, a .zip, an https address, or wheel:NAME of an installed wheel"
    if split_name(text):
        hint += "; for the name of a pack in a registry, `lsp-learn source add` that first"
    raise PackError(f"{text} is not there", hint)


def _linked(folder: Path) -> PackManifest:
    manifest, problems = read_manifest(folder)
    if manifest is None:
        first = problems[0]
        message = f"{folder / MANIFEST}:{first.line}: {first.message}"
        raise PackError(message, first.hint)
    return manifest
