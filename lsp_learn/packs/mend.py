"""Mends the files of a pack's folder. What a fix does is in `fixes/`; here is only the disk."""

from __future__ import annotations

import difflib
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsp_learn.errors import PackError
from lsp_learn.packs.files import ARCHIVE_SUFFIX, FolderFiles, read_raw
from lsp_learn.packs.fixes import Fix, mended
from lsp_learn.packs.lock import write_aside
from lsp_learn.packs.manifest import MANIFEST

_NO_END = "\\ No newline at end of file"


@dataclass(frozen=True, slots=True)
class Mended:
    """A file of a pack, by its path in there, as it was and as its fixes leave it."""

    path: str
    before: str
    after: str
    fixes: tuple[Fix, ...]


def mend_pack(folder: Path) -> tuple[Mended, ...]:
    """The files of a pack that can be mended, sorted. Nothing is written.

    Raises:
        PackError: an archive, which is not written to.
    """
    if folder.suffix == ARCHIVE_SUFFIX and not folder.is_dir():
        hint = "mend the folder it was built from, and build it again"
        raise PackError(f"{folder} is an archive, which stays as it is", hint)
    files = FolderFiles(folder)
    found = []
    for name in (MANIFEST, *files.snippets()):
        before, _ = read_raw(files, name)  # what cannot be read is a problem that lint tells
        if before is not None:
            after, fixes = mended(before, name)
            if after != before:
                found.append(Mended(name, before, after, fixes))
    return tuple(found)


def write_mended(folder: Path, files: Sequence[Mended]) -> None:
    """Write mended files, each whole or not at all.

    Raises:
        PackError: a file cannot be written, or somebody wrote to it meanwhile; it is as it was.
    """
    for one in files:
        path = (folder / one.path).resolve()
        try:
            if path.read_bytes() != one.before.encode():
                raise PackError(f"{path} was changed meanwhile", "run the command again")
            write_aside(path, one.after.encode(), stat.S_IMODE(path.stat().st_mode))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            hint = "check that the pack's folder may be written to"
            raise PackError(f"{path} cannot be written: {reason}", hint) from error


def difference(file: Mended) -> Iterator[str]:
    """The lines of a unified diff, as `git apply` and `patch -p1` take it."""
    before, after = _lines(file.before), _lines(file.after)
    names = (f"a/{file.path}", f"b/{file.path}")
    for line in difflib.unified_diff(before, after, *names, lineterm=""):
        text, _, mark = line.partition("\n")
        yield text
        if mark:
            yield mark


def _lines(text: str) -> list[str]:
    """Lines as the protocols of version control know them: a form feed ends none."""
    lines = text.split("\n")
    if lines[-1]:
        return [*lines[:-1], f"{lines[-1]}\n{_NO_END}"]
    return lines[:-1]
