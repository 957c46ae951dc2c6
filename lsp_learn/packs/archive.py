"""A pack as an archive: a zip that is read in place and never extracted.

Every rule has a code, and refuses the whole archive: one that breaks a rule was made by accident
or on purpose to harm, and half of it is not what its author tested. Sizes are checked twice: as
the archive states them, and as they turn out when a file is read, since an archive may lie.
The rules are listed in docs/reference/lint-rules.md.
"""

from __future__ import annotations

import errno
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Self

from lsp_learn.model import Problem
from lsp_learn.packs.files import MAX_FILE, PATHS, SNIPPETS, RefusedError

MAX_FILES = 250_000
MAX_TOTAL = 1_000_000_000
"""Bytes of all files together, unpacked."""
MAX_ARCHIVE = 500_000_000
"""Bytes of the archive."""
MAX_DIRECTORY = 40_000_000
"""Bytes of the archive's list of files: it is read as a whole, before anything else is known."""
MAX_RATIO = 100
"""How often smaller a file may be packed than unpacked; text is four times smaller."""
RATIO_FROM = 10_000
"""Bytes from which the ratio counts; a small file of one letter repeated harms nobody."""
MAX_NAME = 200
MAX_DEPTH = 10

SUFFIXES = (".md", ".toml", ".txt", ".json")
"""What may be in a pack: text. Beside them `LICENSE` and `NOTICE` at the top."""
BARE_NAMES = frozenset({"LICENSE", "NOTICE"})

_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE
)
"""Names that Windows gives to devices, with any suffix."""

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000


class ArchiveFiles:
    """An open archive that keeps every rule; close it, or use it in a `with`."""

    def __init__(self, place: Path) -> None:
        """Open an archive and check it.

        Raises:
            RefusedError: it cannot be read, or breaks a rule.
        """
        self._zip = open_zip(place)
        try:
            check_members(self._zip.infolist())
        except BaseException:
            self._zip.close()
            raise
        self._members = {info.filename: info for info in self._zip.infolist()}

    def snippets(self) -> list[str]:
        """The snippet files, sorted."""
        return self._below(SNIPPETS, ".md")

    def paths(self) -> list[str]:
        """The files of learning paths, sorted."""
        return self._below(PATHS, ".toml")

    def _below(self, folder: str, suffix: str) -> list[str]:
        start = folder + "/"
        return sorted(n for n in self._members if n.startswith(start) and n.endswith(suffix))

    def names(self) -> list[str]:
        """Every file, sorted; folders left out."""
        return sorted(name for name, info in self._members.items() if not _is_folder(info))

    def size(self, name: str) -> int:
        """Bytes of a file, as the archive states them. Raises OSError."""
        if name not in self._members:
            raise FileNotFoundError(errno.ENOENT, "No such file in the archive", name)
        return self._members[name].file_size

    def read(self, name: str) -> bytes:
        """The bytes of a file, no more than a snippet may have. Raises OSError."""
        self.size(name)
        try:
            with self._zip.open(self._members[name]) as file:
                content = file.read(MAX_FILE + 1)
        except DAMAGE as error:
            raise OSError(errno.EIO, f"damaged in the archive ({error})", name) from error
        if len(content) > MAX_FILE:
            raise OSError(errno.EFBIG, "larger than the archive says", name)
        return content

    def check(self, name: str) -> None:
        """Read a file whole, and compare it with its checksum.

        Raises:
            RefusedError: it is damaged, or other than the archive says.
        """
        try:
            self.read(name)
        except OSError as error:
            raise _refused("A001", name, f"cannot be read: {error.strerror}") from error

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
    IndexError,
)
"""What zipfile raises on archives that are damaged or made up."""


def open_zip(place: Path) -> zipfile.ZipFile:
    """Open a zip whose list of files has a size that can be read; its files are not checked.

    Raises:
        RefusedError: it cannot be read, or is too large.
    """
    try:
        with place.open("rb") as file:
            _check_frame(file, place.name)
        return zipfile.ZipFile(place)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "check that the file exists and may be read"
        raise RefusedError(Problem("A001", place.name, 0, f"cannot be read: {reason}", hint)) from (
            error
        )
    except UnicodeDecodeError:
        raise _refused("A005", place.name, "holds a name that is not UTF-8") from None
    except DAMAGE as error:
        message = f"is not a zip archive, or damaged ({error})"
        raise _refused("A001", place.name, message) from None


def count_files(place: Path) -> int:
    """How many files an archive says that it has, without reading its list of files.

    Raises:
        RefusedError: it cannot be read, or is too large.
    """
    try:
        with place.open("rb") as file:
            return _check_frame(file, place.name)
    except OSError as error:
        raise _refused("A001", place.name, f"cannot be read: {error.strerror}") from error


def _check_frame(file: BinaryIO, name: str) -> int:
    """What must hold before zipfile reads the list of files: it takes it into memory whole.
    Returns how many files it has.
    """
    size = file.seek(0, 2)
    if size > MAX_ARCHIVE:
        raise _refused("A002", name, f"has {size:,} bytes; {MAX_ARCHIVE:,} are allowed")
    file.seek(0)
    if file.read(4) != b"PK\3\4":
        raise _refused("A001", name, "does not begin like a zip archive")
    start = max(0, size - _END.size - 65_535)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(b"PK\5\6")
    if place < 0 or len(tail) - place < _END.size:
        raise _refused("A001", name, "does not end like a zip archive: cut off?")
    _, _, _, _, count, directory, _, _ = _END.unpack_from(tail, place)
    place64 = place - _END64_PLACE.size
    if place64 >= 0 and tail[place64 : place64 + 4] == b"PK\6\7":
        file.seek(max(0, start + place64 - _END64.size))
        record = file.read(_END64.size)
        if len(record) < _END64.size or record[:4] != b"PK\6\6":
            raise _refused("A001", name, "does not end like a zip archive: cut off?")
        count, directory = _END64.unpack(record)[7:9]
    if directory > MAX_DIRECTORY:
        raise _refused("A002", name, f"its list of files has {directory:,} bytes")
    return min(int(count), MAX_FILES)


def check_members(members: Iterable[zipfile.ZipInfo]) -> None:
    """The rules on the files of an archive, as it states them.

    Raises:
        RefusedError: a file breaks a rule.
    """
    files: set[str] = set()
    folders: set[str] = set()
    total = 0
    for number, info in enumerate(members, 1):
        if number > MAX_FILES:
            raise _refused("A002", info.filename, f"is one of more than {MAX_FILES:,} files")
        _check_kind(info)
        _check_name(info)
        key = same_name(info.filename.rstrip("/"))
        if key in files or (not _is_folder(info) and key in folders):
            raise _refused("A009", info.filename, "stands twice, perhaps in other letters")
        parents = [key[:place] for place, letter in enumerate(key) if letter == "/"]
        if any(parent in files for parent in parents):
            raise _refused("A009", info.filename, "lies in a file as if that were a folder")
        folders.update(parents)
        if _is_folder(info):
            folders.add(key)
            continue
        files.add(key)
        total += info.file_size
        _check_size(info, total)


def same_name(name: str) -> str:
    """Names that some file system takes for one have the same value."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith("/")  # as zipfile decides it, but of an empty name too


def _check_kind(info: zipfile.ZipInfo) -> None:
    name = info.filename
    if info.flag_bits & _ENCRYPTED_FLAGS:
        raise _refused("A003", name, "is encrypted")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _refused("A003", name, f"is packed by method {info.compress_type}, not deflated")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise _refused("A004", name, "is a link")
    plain = (0, stat.S_IFDIR) if _is_folder(info) else (0, stat.S_IFREG)
    if kind not in plain:
        raise _refused("A004", name, "is not a plain file")


def _check_name(info: zipfile.ZipInfo) -> None:
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG and not info.orig_filename.isascii():
        raise _refused("A005", name, "has a name that is not marked as UTF-8")
    if name != info.orig_filename or _FORBIDDEN.search(name):
        raise _refused("A006", info.orig_filename, "has a character that some systems do not allow")
    parts = name.removesuffix("/").split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise _refused("A007", name, "leads out of the archive, or has an empty part")
    if len(name) > MAX_NAME or len(parts) > MAX_DEPTH:
        raise _refused("A007", name, f"is longer than {MAX_NAME} or deeper than {MAX_DEPTH}")
    for part in parts:
        if part[-1] in ". " or part[0] == " ":
            raise _refused("A006", name, "has a part that begins or ends with a dot or a space")
        if _RESERVED.fullmatch(part):
            raise _refused("A008", name, f"{part!r} is a device on Windows")
    if not _is_folder(info) and not name.endswith(SUFFIXES) and name not in BARE_NAMES:
        raise _refused("A010", name, "is no text: a pack holds " + ", ".join(SUFFIXES))


def _check_size(info: zipfile.ZipInfo, total: int) -> None:
    name = info.filename
    if info.file_size > MAX_FILE:
        message = f"has {info.file_size:,} bytes; {MAX_FILE:,} are allowed"
        raise _refused("A011", name, message)
    if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(1, info.compress_size):
        raise _refused("A012", name, f"is packed more than {MAX_RATIO} times smaller")
    if total > MAX_TOTAL:
        raise _refused("A012", name, f"takes the files over {MAX_TOTAL:,} bytes together")


_HINTS = {
    "A001": "fetch it again; `lsp-learn pack build FOLDER` makes an archive",
    "A003": "build it with `lsp-learn pack build FOLDER`",
}


def _refused(code: str, name: str, message: str) -> RefusedError:
    hint = _HINTS.get(code, "ask where it comes from; `lsp-learn pack build` makes no such archive")
    return RefusedError(Problem(code, printable(name), 0, message, hint))


def printable(name: str) -> str:
    """A name from an archive as it may be shown: without control characters, not too long."""
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name)
    return shown if len(shown) <= 120 else shown[:117] + "..."
