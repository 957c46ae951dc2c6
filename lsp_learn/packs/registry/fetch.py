"""How the bytes of a registry come here: from a web server, or from a folder (`file://`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface

from lsp_learn.errors import PackError
from lsp_learn.model import Progress, Report
from lsp_learn.packs.download import MissingError, download

MAX_METADATA = 5_000_000
"""Bytes of a file of metadata or a catalogue. What is signed may say less, and then counts."""

_CHUNK = 1 << 20


class Fetcher(FetcherInterface):
    """Fetches the small files for the update framework, which checks all that comes."""

    def __init__(self, folder: Path) -> None:
        """`folder` takes what is being fetched."""
        self._folder = folder
        self.seen: dict[str, bytes] = {}
        """What came last, by the name of the file; not verified."""

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            path = fetch(url, self._folder, MAX_METADATA, lambda _: None)
        except MissingError as error:  # how the framework learns that there is no newer root
            raise DownloadHTTPError(str(error), 404) from error
        content = path.read_bytes()
        self.seen[url.rpartition("/")[2]] = content
        return iter([content])


def fetch(url: str, folder: Path, limit: int, report: Report) -> Path:
    """Bring a file of at most `limit` bytes into `folder`.

    Raises:
        MissingError: it is not there.
        PackError: it cannot be had, or is larger.
        OSError: the disk is full or cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if urlsplit(url).scheme != "file":
        return download(url, folder, report, limit)
    source, target = file_path(url), folder / "copied"
    if not source.exists():
        raise MissingError(f"{source} is not there", "check the path, and that the stick is in")
    if not source.is_file():  # a pipe or a device has no end
        raise PackError(f"{source} is no file", "copy the registry again: its folder, as it is")
    size = source.stat().st_size
    if size > limit:
        message = f"{source} is larger than {limit:,} bytes"
        raise PackError(message, "copy the registry again: its folder, as it is")
    with target.open("wb") as file:
        for chunk in _chunks(source, size):
            file.write(chunk)
            report(Progress("download", file.tell(), size))
    return target


def _chunks(source: Path, size: int) -> Iterator[bytes]:
    try:
        with source.open("rb") as file:
            while size and (chunk := file.read(min(_CHUNK, size))):
                size -= len(chunk)
                yield chunk
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PackError(f"{source} cannot be read: {reason}", "copy the registry again") from error


def file_path(url: str) -> Path:
    """The path that a `file://` address names.

    Raises:
        PackError: it names another machine.
    """
    parts = urlsplit(url)
    path = unquote(parts.path)
    if os.name == "nt":
        return Path(f"//{parts.netloc}{path}") if parts.netloc else Path(path.lstrip("/"))
    if parts.netloc not in {"", "localhost"}:
        message = f"{url} names a folder of another machine, {parts.netloc}"
        raise PackError(message, "write three slashes: file:///media/stick/registry")
    return Path(path)
