"""Fetches an archive from a web server: limited in size, gone on with where it was cut off.

Runs only when a user asks for it with `lsp-learn pack install` or `pack update`; the server
process never imports it. Proxies are taken from the environment, passwords from `~/.netrc`.
"""

from __future__ import annotations

import contextlib
import json
import ssl
import time
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from lsp_learn.errors import PackError
from lsp_learn.model import Progress, Report
from lsp_learn.packs.archive import MAX_ARCHIVE

ATTEMPTS = 5
"""How often a connection that was cut, or a server that is busy, is tried without progress."""
PAUSE = 0.5
"""Seconds before the second attempt; doubled for each one more."""
SLOW_SECONDS = 60.0
SLOW_BYTES = 10_000
"""A connection that brings fewer bytes in so many seconds is cut here."""

_REDIRECTS = 5
_CONNECT_SECONDS, _READ_SECONDS = 15.0, 30.0
_PROGRESS = 1000
"""Bytes that an attempt must bring for the next one to be the first again."""


class MissingError(PackError):
    """The server has no such file, or shows it to nobody."""


class _CutError(Exception):
    """The connection ended before the file did; worth another attempt."""


class _SlowError(_CutError):
    """The connection hardly moved. What it brought does not count as progress."""


def download(url: str, folder: Path, report: Report, limit: int = 0) -> Path:
    """Fetch a file of at most `limit` bytes (0: as an archive may have) into `folder`; a part
    that is there from before is gone on with.

    Returns:
        The path of the whole file.

    Raises:
        MissingError: the server has no such file.
        PackError: the address is wrong, the server refuses, the file is too large, or the
            connection was cut again and again.
        OSError: the disk is full or cannot be written to.
    """
    _check_address(url, "")
    part = folder / "download.part"
    timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    headers = {"User-Agent": "lsp-learn", "Accept-Encoding": "identity"}
    failures = 0
    try:
        client = httpx.Client(
            timeout=timeout, headers=headers, auth=_passwords(), verify=_certificates()
        )
        with client:
            while True:
                before = _length(part)
                try:
                    _fetch(client, url, part, report, limit or MAX_ARCHIVE)
                except (_CutError, httpx.TransportError) as error:
                    moved = not isinstance(error, _SlowError) and _length(part) - before
                    failures = 0 if moved >= _PROGRESS else failures + 1
                    if failures >= ATTEMPTS:
                        raise _gave_up(url, part, error) from error
                    time.sleep(PAUSE * 2**failures)
                else:
                    break
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        message = f"{url} cannot be fetched: {str(error) or type(error).__name__}"
        raise PackError(message, "check the address and the settings of the proxy") from error
    except OSError:
        part.unlink(missing_ok=True)  # a full disk is not made fuller
        raise
    whole = folder / "download.zip"
    part.replace(whole)
    return whole


def _fetch(client: httpx.Client, url: str, part: Path, report: Report, limit: int) -> None:
    """One attempt; what arrives is added to `part`."""
    known = _read_validator(part)
    have = _length(part) if known else 0
    headers = {"Range": f"bytes={have}-", "If-Range": known} if have else {}
    with contextlib.closing(_asked(client, url, headers)) as answer:
        if answer.status_code == 416:  # the file is no longer as long as what we have
            part.unlink(missing_ok=True)
            raise _CutError("the file has changed")
        _check_status(url, answer)
        at = have if answer.status_code == 206 else 0
        if at and not answer.headers.get("Content-Range", "").startswith(f"bytes {at}-"):
            part.unlink(missing_ok=True)
            raise _CutError("the server sent another part than was asked for")
        total = at + int(answer.headers.get("Content-Length", 0))
        _check_size(url, total, limit)
        _keep_validator(part, answer)
        with part.open("r+b" if at else "wb") as file:
            file.seek(at)
            since, then = at, time.monotonic()
            for chunk in answer.iter_raw():  # as it comes: what is cut off is kept
                at += len(chunk)
                _check_size(url, at, limit)
                file.write(chunk)
                report(Progress("download", at, max(at, total)))
                if time.monotonic() - then > SLOW_SECONDS:
                    if at - since < SLOW_BYTES:
                        raise _SlowError("the connection is too slow")
                    since, then = at, time.monotonic()


def _asked(client: httpx.Client, url: str, headers: dict[str, str]) -> httpx.Response:
    """The answer after redirects, its body not read yet."""
    for _ in range(_REDIRECTS + 1):
        request = client.build_request("GET", url, headers=headers)
        answer = client.send(request, stream=True, follow_redirects=False)
        if answer.next_request is None:
            return answer
        answer.close()
        before, url = url, str(answer.next_request.url)
        _check_address(url, before)
    message = f"{url} leads from one address to the next, more than {_REDIRECTS} times"
    raise PackError(message, "name the address of the file itself")


def _check_address(url: str, before: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = f"{url} is no http or https address"
        raise PackError(message, "write it as https://host/path/pack.zip")
    if before and urlsplit(before).scheme == "https" and parts.scheme == "http":
        message = f"{before} leads to {url}, which is not encrypted"
        raise PackError(message, "name that address itself, with --sha256, if you trust it")
    if parts.username or parts.password:
        hint = "put the password into ~/.netrc: an address is kept in a file, and shown"
        raise PackError("the address holds a user or a password", hint)


def _check_status(url: str, answer: httpx.Response) -> None:
    code = answer.status_code
    if code in {200, 206}:
        return
    if code == 429 or code >= 500:
        raise _CutError(f"the server answers {code}")
    hints = {
        401: "put user and password into ~/.netrc",
        403: "ask who runs the server for access",
        404: "check the address; packs may have moved with a new version",
        407: "put user and password of the proxy into HTTPS_PROXY",
    }
    kind = MissingError if code in {403, 404} else PackError
    raise kind(f"{url} answers {code}", hints.get(code, "open the address in a browser"))


def _check_size(url: str, size: int, limit: int) -> None:
    if size > limit:
        message = f"{url} is larger than {limit:,} bytes"
        raise PackError(message, "a pack is text: check the address")


def _gave_up(url: str, part: Path, error: Exception) -> PackError:
    reason = str(error) or type(error).__name__
    message = f"{url} cannot be fetched: {reason}, {ATTEMPTS} times"
    hint = "check the network and the address"
    if have := _length(part):
        hint = f"{have:,} bytes are kept: the same command goes on from there"
    return PackError(message, hint)


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _read_validator(part: Path) -> str:
    """What told the file apart when its first part was fetched; "" when nothing did."""
    try:
        return str(json.loads(part.with_suffix(".json").read_text(encoding="utf-8"))["validator"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _keep_validator(part: Path, answer: httpx.Response) -> None:
    tag = answer.headers.get("ETag", "")
    value = answer.headers.get("Last-Modified", "") if not tag or tag.startswith("W/") else tag
    part.with_suffix(".json").write_text(json.dumps({"validator": value}), encoding="utf-8")


@cache
def _certificates() -> ssl.SSLContext:
    """Whom connections trust; reading that takes longer than a small file from nearby."""
    return httpx.create_ssl_context()


def _passwords() -> httpx.Auth | None:
    try:
        return httpx.NetRCAuth()
    except Exception:  # noqa: BLE001  (no ~/.netrc, no home, or not in its form: no passwords)
        return None
