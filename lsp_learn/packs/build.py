"""Builds the archive of a pack: the same files give the same bytes."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from lsp_learn.errors import PackError
from lsp_learn.model import PackManifest, Problem, Progress, Report, Severity
from lsp_learn.packs.archive import BARE_NAMES, SUFFIXES, ArchiveFiles
from lsp_learn.packs.files import FolderFiles, file_hash
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.manifest import MANIFEST, manifest_of

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive: the earliest that the format knows."""
_MODE = 0o100644
_EVERY = 500
"""Files between two reports."""


def build_pack(folder: Path, target: Path | None, report: Report) -> tuple[Path, str]:
    """Build the archive of a pack; by default `ID-VERSION.zip` in the working folder.

    Returns:
        Its path and its SHA-256.

    Raises:
        PackError: the pack has errors, or the file cannot be written.
    """
    manifest, _ = lint_for_build(folder)
    path = target or Path(f"{manifest.id}-{manifest.version}.zip")
    write_into(path, lambda aside: write_archive(folder, aside, report))
    return path, file_hash(path)


def write_into(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` make a file aside and give it its name when it is whole.

    Raises:
        PackError: it cannot be written; what had that name is as it was.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(aside)
        aside.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PackError(f"{path} cannot be written: {reason}", "name another file") from error
    finally:
        aside.unlink(missing_ok=True)


def lint_for_build(folder: Path) -> tuple[PackManifest, tuple[Problem, ...]]:
    """The manifest of a pack that may be built, and the warnings on it.

    Raises:
        PackError: the pack has errors.
    """
    problems = lint_pack(folder)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    manifest, _ = manifest_of(FolderFiles(folder))
    if errors or manifest is None:
        first = errors[0]
        more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
        message = f"the pack has errors: {first.path}:{first.line}: {first.message}{more}"
        raise PackError(message, f"`lsp-learn pack lint {folder}` lists them with what to do")
    return manifest, problems


def write_archive(folder: Path, archive: Path, report: Report) -> None:
    """Write the pack in a folder into an archive that no other file has the name of.

    The bytes depend on names and contents alone (and on the library that packs them). Files
    that are no text are left out, and hidden ones, and links.

    Raises:
        RefusedError: the files break a rule of archives, for example by their names.
        OSError: a file cannot be read or written.
    """
    names = sorted(_names(folder))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, name in enumerate(names):
            if number % _EVERY == 0:
                report(Progress("pack", number, len(names)))
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # else it says on which system it was built
            info.external_attr = _MODE << 16
            packed.writestr(info, (folder / name).read_bytes(), compresslevel=9)
    report(Progress("pack", len(names), len(names)))
    ArchiveFiles(archive).close()  # what we build must be what we accept


def _names(folder: Path) -> Iterator[str]:
    """The files of a pack that go into its archive."""
    yield MANIFEST
    yield from FolderFiles(folder).snippets()
    yield from FolderFiles(folder).paths()
    with os.scandir(folder) as entries:
        for entry in entries:
            text = entry.name.endswith(SUFFIXES) or entry.name in BARE_NAMES
            hidden = entry.name.startswith(".") or not entry.is_file(follow_symlinks=False)
            if text and not hidden and entry.name != MANIFEST:
                yield entry.name
