"""The one file that asks the network: against a server of our own, on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lsp_learn.model import Example, Level, Severity, Snippet, Source, Span
from lsp_learn.packs.links import lint_links

ASKED: list[str] = []


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ASKED.append(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/here")
        else:
            self.send_response(200 if self.path == "/here" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def site() -> Iterator[str]:
    ASKED.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def naming(*urls: str, name: str = "a") -> Snippet:
    sources = tuple(Source("Page", url) for url in urls)
    example = Example("python", "x", Span(0, 1))
    return Snippet(
        f"demo.{name}", name, "Tip.", example, ("python",), Level.BEGINNER, (), "demo",
        sources=sources, path=f"snippets/{name}.md",
    )  # fmt: skip


def test_pages_that_answer_are_no_problem(site: str) -> None:
    assert lint_links([naming(f"{site}/here", f"{site}/moved")]) == ()


def test_a_page_that_is_gone_is_a_warning_at_its_snippet(site: str) -> None:
    (problem,) = lint_links([naming(f"{site}/here"), naming(f"{site}/gone", name="b")])
    assert (problem.code, problem.path) == ("L001", "snippets/b.md")
    assert problem.severity is Severity.WARNING
    assert f"{site}/gone answers 404" in problem.message
    assert problem.hint


def test_each_page_is_asked_once_whatever_its_anchor(site: str) -> None:
    lint_links([naming(f"{site}/here#a", f"{site}/here#b"), naming(f"{site}/here", name="b")])
    assert ASKED == ["/here"]


def test_a_site_that_refuses_is_a_warning() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
        (problem,) = lint_links([naming(address)])
    assert "does not answer (ConnectError)" in problem.message


def test_an_address_that_is_none_is_a_warning() -> None:
    (problem,) = lint_links([naming("http://[broken/")])
    assert problem.code == "L001"


def test_no_snippets_ask_nothing() -> None:
    assert lint_links([]) == ()
