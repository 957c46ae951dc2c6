"""Packs, archives and a web server, made for tests."""

from __future__ import annotations

import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MINI = Path(__file__).parent / "mini_pack"

MANIFEST = """id = "{id}"
title = "A pack"
version = "{version}"
license = "CC0-1.0"
languages = ["python"]
"""


def make_pack(folder: Path, pack_id: str = "team", version: str = "1.0.0", word: str = "x") -> Path:
    """A pack without errors: one snippet, about `print`, with `word` in its text."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "snippets").mkdir(parents=True)
    text = MANIFEST.format(id=pack_id, version=version)
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    snippet = (MINI / "snippets" / "print.md").read_text(encoding="utf-8")
    snippet = snippet.split("## See also")[0].replace("mini.print", f"{pack_id}.print")
    snippet = snippet.replace('title = "', f'title = "{pack_id}: ')
    (folder / "snippets" / "print.md").write_text(f"{snippet}## Try it\n\n{word}\n", "utf-8")
    return folder


Member = tuple[zipfile.ZipInfo, bytes]


def member(name: str, content: bytes = b"text", **fields: int) -> Member:
    """A file for an archive; `fields` are those of ZipInfo."""
    info = zipfile.ZipInfo("x")
    info.filename = name  # not through the constructor, which corrects names
    info.external_attr = 0o100644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def make_zip(path: Path, *members: Member) -> Path:
    """An archive with a manifest and whatever else a test wants in it."""
    with zipfile.ZipFile(path, "w") as packed:
        manifest = MANIFEST.format(id="team", version="1.0.0").encode()
        for info, content in (member("pack.toml", manifest), *members):
            packed.writestr(info, content, info.compress_type)
    return path


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def web_server(answer: Answer) -> Iterator[str]:
    """A web server on this machine; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
