"""Packs from a web server: what arrives, what is refused, and connections that are cut."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
from pack_files import make_pack, make_zip, member, web_server

from lsp_learn import locations
from lsp_learn.app import App
from lsp_learn.errors import PackError
from lsp_learn.packs import download as fetching
from lsp_learn.packs.download import download
from lsp_learn.packs.files import RefusedError, file_hash
from lsp_learn.packs.install import Installer

pytestmark = pytest.mark.usefixtures("only_mini", "quick")


@pytest.fixture
def installer() -> Installer:
    return App().installer()


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    """An archive that does not fit into one packet."""
    folder = make_pack(tmp_path / "team")
    for number in range(60):
        one = (folder / "snippets" / "print.md").read_text(encoding="utf-8")
        one = one.replace("team.print", f"team.print-{number}").replace("print()", f"{number}")
        one = one.replace("symbol:print", f"symbol:print{number}")
        (folder / "snippets" / f"{number}.md").write_text(one, encoding="utf-8")
    path, _ = App().build_pack(folder, tmp_path / "team.zip")
    assert path.stat().st_size > 20_000
    return path.read_bytes()


def send(
    handler: BaseHTTPRequestHandler, body: bytes, code: int = 200, /, length: int = -1, **more: str
) -> None:
    """An answer; `length` is what it says of its length, 0 for nothing."""
    handler.send_response(code)
    if length:
        handler.send_header("Content-Length", str(len(body) if length < 0 else length))
    for name, value in more.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def in_turn(answers: list[Any]) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda ask: answers.pop(0)(ask)  # noqa: PLW0108  (another one each time)


def ids() -> set[str]:
    found = App().packs()
    assert found.problems == ()
    return {pack.manifest.id for pack in found.packs} - {"mini"}


def test_a_pack_is_fetched_installed_and_updated(
    installer: Installer, content: bytes, tmp_path: Path
) -> None:
    served = {"/packs/team.zip": content}
    with web_server(lambda ask: send(ask, served[ask.path])) as site:
        url = f"{site}/packs/team.zip"
        steps: list[Any] = []
        installer = App().installer(steps.append)
        (change,) = installer.install(url, sha256=file_hash(tmp_path / "team.zip"))
        assert (change.action, change.source) == ("installed", f"url {url}")
        assert any(step.stage == "download" and step.done == len(content) for step in steps)
        installer.install(url)
        make_pack(tmp_path / "team", version="1.1.0")
        new, _ = App().build_pack(tmp_path / "team", tmp_path / "new.zip")
        served["/packs/team.zip"] = new.read_bytes()
        changes, failures = installer.update()
    assert failures == ()
    assert [(c.action, c.version) for c in changes] == [("updated", "1.1.0")]
    incoming = locations.store_folder() / "incoming"
    assert [path.suffix for path in incoming.iterdir()] == [".lock"]


def test_what_is_cut_off_is_gone_on_with(installer: Installer, content: bytes) -> None:
    """Every connection brings 5,000 bytes and is cut."""
    asked: list[str | None] = []

    def answer(ask: BaseHTTPRequestHandler) -> None:
        asked.append(ask.headers["Range"])
        start = int((ask.headers["Range"] or "bytes=0-")[6:-1])
        assert ask.headers["If-Range"] == ('"one"' if start else None)
        rest = content[start:]
        more = {"ETag": '"one"'}
        if start:
            more["Content_Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        send(ask, rest[:5000], 206 if start else 200, length=len(rest), **more)

    with web_server(answer) as site:
        installer.install(f"{site}/team.zip")
    assert ids() == {"team"}
    assert asked == [None, *(f"bytes={n}-" for n in range(5000, len(content), 5000))]


def test_a_download_that_was_given_up_is_gone_on_with_by_the_next_command(
    installer: Installer, content: bytes
) -> None:
    broken = [True]
    ranges: list[str | None] = []

    def answer(ask: BaseHTTPRequestHandler) -> None:
        ranges.append(ask.headers["Range"])
        if broken[0]:
            body = b"" if ask.headers["Range"] else content[:7000]
            send(ask, body, 206 if ask.headers["Range"] else 200, len(content), ETag='"one"',
                 Content_Range=f"bytes 7000-{len(content) - 1}/{len(content)}")  # fmt: skip
        else:
            send(ask, content[7000:], 206, ETag='"one"',
                 Content_Range=f"bytes 7000-{len(content) - 1}/{len(content)}")  # fmt: skip

    with web_server(answer) as site:
        with pytest.raises(PackError, match="cannot be fetched") as caught:
            installer.install(f"{site}/team.zip")
        assert "7,000 bytes are kept" in caught.value.hint
        assert ids() == set()
        broken[0] = False
        del ranges[:]
        installer.install(f"{site}/team.zip")
    assert ranges == ["bytes=7000-"]
    assert ids() == {"team"}


def test_a_file_that_changed_in_between_is_fetched_anew(
    installer: Installer, content: bytes
) -> None:
    """The server ignores the range, since its file is another one."""
    answers = [
        lambda ask: send(ask, b"PK\3\4" + bytes(4000), length=9000, ETag='"old"'),
        lambda ask: send(ask, content, ETag='"new"'),
    ]
    with web_server(in_turn(answers)) as site:
        installer.install(f"{site}/team.zip")
    assert ids() == {"team"}


def test_without_a_mark_of_its_version_a_file_is_fetched_anew(
    installer: Installer, content: bytes
) -> None:
    ranges: list[str | None] = []

    def answer(ask: BaseHTTPRequestHandler) -> None:
        ranges.append(ask.headers["Range"])
        send(ask, content[:3000] if len(ranges) == 1 else content, length=len(content))

    with web_server(answer) as site:
        installer.install(f"{site}/team.zip")
    assert ranges == [None, None]
    assert ids() == {"team"}


def test_another_part_than_was_asked_for_is_not_taken(installer: Installer, content: bytes) -> None:
    answers: list[Callable[[BaseHTTPRequestHandler], None]] = [
        lambda ask: send(ask, content[:3000], length=len(content), ETag='"one"'),
        lambda ask: send(ask, content[9:], 206, ETag='"one"', Content_Range="bytes 9-99/100"),
        lambda ask: send(ask, b"", 416),
        lambda ask: send(ask, content, ETag='"one"'),
    ]
    with web_server(in_turn(answers)) as site:
        installer.install(f"{site}/team.zip")
    assert ids() == {"team"}


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again(
    code: int, installer: Installer, content: bytes
) -> None:
    codes = [code, code, 200]
    with web_server(lambda ask: send(ask, content, codes.pop(0))) as site:
        installer.install(f"{site}/team.zip")
    assert ids() == {"team"}


@pytest.mark.parametrize(
    ("code", "hint"), [(404, "address"), (401, "netrc"), (403, "access"), (410, "browser")]
)
def test_an_answer_that_will_not_change_is_an_error_at_once(
    code: int, hint: str, installer: Installer
) -> None:
    asked = []

    def answer(ask: BaseHTTPRequestHandler) -> None:
        asked.append(ask.path)
        send(ask, b"", code)

    with web_server(answer) as site, pytest.raises(PackError, match=f"answers {code}") as caught:
        installer.install(f"{site}/team.zip")
    assert hint in caught.value.hint
    assert len(asked) == 1


def test_nobody_answers(installer: Installer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/team.zip"
        with pytest.raises(PackError, match="cannot be fetched") as caught:
            installer.install(url)
    assert caught.value.hint


def test_a_proxy_of_the_environment_is_used(
    installer: Installer, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def proxy(ask: BaseHTTPRequestHandler) -> None:
        asked.append(ask.path)
        send(ask, content)

    with web_server(proxy) as site:
        monkeypatch.setenv("HTTP_PROXY", site)
        installer.install("http://packs.example/team.zip")
    assert asked == ["http://packs.example/team.zip"]
    assert ids() == {"team"}


@pytest.mark.parametrize("said", [True, False], ids=["says so", "does not say so"])
def test_what_is_too_large_is_not_fetched(
    said: bool, installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a length, the endless answer is cut off where the limit is."""
    monkeypatch.setattr(fetching, "MAX_ARCHIVE", 300_000)
    sent = [0]

    def answer(ask: BaseHTTPRequestHandler) -> None:
        send(ask, b"", length=10_000_000 if said else 0)
        while sent[0] < 50_000_000:
            sent[0] += ask.wfile.write(bytes(10_000))

    with web_server(quiet(answer)) as site, pytest.raises(PackError, match="larger than 300,000"):
        installer.install(f"{site}/team.zip")
    assert sent[0] < 20_000_000
    assert ids() == set()


def quiet(answer: Callable[[BaseHTTPRequestHandler], None]) -> Any:
    """Without a word about a connection that the other side closed."""

    def wrapped(ask: BaseHTTPRequestHandler) -> None:
        try:
            answer(ask)
        except OSError:
            return

    return wrapped


def test_a_connection_that_hardly_moves_is_cut(
    installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SLOW_SECONDS", 0.05)
    monkeypatch.setattr(fetching, "ATTEMPTS", 2)
    done = threading.Event()

    def answer(ask: BaseHTTPRequestHandler) -> None:
        send(ask, b"", length=100_000)
        while not done.wait(0.01):
            ask.wfile.write(b"x")

    began = time.monotonic()
    with web_server(quiet(answer)) as site:
        with pytest.raises(PackError, match="too slow"):
            installer.install(f"{site}/team.zip")
        done.set()
    assert time.monotonic() - began < 10


def test_a_web_page_instead_of_an_archive(installer: Installer) -> None:
    page = b"<html>Please sign in</html>"
    with web_server(lambda ask: send(ask, page)) as site, pytest.raises(RefusedError, match="A001"):
        installer.install(f"{site}/team.zip")
    assert ids() == set()


def test_a_refused_archive_from_the_web(installer: Installer, tmp_path: Path) -> None:
    bad = make_zip(tmp_path / "bad.zip", member("../x.md")).read_bytes()
    with web_server(lambda ask: send(ask, bad)) as site, pytest.raises(RefusedError, match="A007"):
        installer.install(f"{site}/team.zip")
    assert ids() == set()


def test_a_wrong_checksum_from_the_web(installer: Installer, content: bytes) -> None:
    wrong = pytest.raises(PackError, match="has the checksum")
    with web_server(lambda ask: send(ask, content)) as site, wrong:
        installer.install(f"{site}/team.zip", sha256="0" * 64)
    assert ids() == set()


# -- redirects ---------------------------------------------------------------------------------


def test_redirects_are_followed_and_counted(installer: Installer, content: bytes) -> None:
    def answer(ask: BaseHTTPRequestHandler) -> None:
        if ask.path == "/team.zip":
            send(ask, content)
        else:
            to = "/again" if ask.path == "/again" else "/team.zip"
            send(ask, b"", 302, Location=to)

    with web_server(answer) as site:
        installer.install(f"{site}/moved")
        assert ids() == {"team"}
        with pytest.raises(PackError, match="from one address to the next"):
            installer.install(f"{site}/again")


class Answers(httpx.BaseTransport):
    """A server with TLS, as far as the client can tell."""

    def __init__(self, location: str) -> None:
        self.location = location
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if request.url.host == "first.example":
            return httpx.Response(302, headers={"Location": self.location})
        return httpx.Response(200, stream=httpx.ByteStream(b"PK"))


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://second.example/team.zip", "not encrypted"),
        ("file:///etc/passwd", "no http or https"),
        ("ftp://second.example/team.zip", "no http or https"),
        ("https://me:secret@second.example/x", "user or a password"),
    ],
)
def test_a_redirect_that_is_not_followed(
    location: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, plain = Answers(location), httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **more: plain(transport=server, **more))
    with pytest.raises(PackError, match=said):
        download("https://first.example/team.zip", tmp_path, lambda _: None)
    assert server.asked == ["https://first.example/team.zip"]


def test_a_redirect_to_another_host_with_tls_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, plain = Answers("https://second.example/team.zip"), httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **more: plain(transport=server, **more))
    path = download("https://first.example/team.zip", tmp_path, lambda _: None)
    assert path.read_bytes() == b"PK"
    assert len(server.asked) == 2
