"""Registries made for tests, and what serves them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from pack_files import Answer, make_pack, web_server
from securesystemslib.signer import CryptoSigner

from lsp_learn.app import App
from lsp_learn.packs.install import Installer
from lsp_learn.packs.registry.keys import read_private_keys
from lsp_learn.packs.registry.known import Source
from lsp_learn.packs.registry.publisher import Published, Publisher

TRANSPORTS = ("http", "file")


@dataclass
class Registry:
    """A registry's folder, its keys beside it, and what it is called."""

    folder: Path
    name: str = "acme"

    @property
    def keys(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-keys")

    @property
    def root(self) -> bytes:
        return (self.keys / "root.json").read_bytes()

    def publisher(self, days: float = 0) -> Publisher:
        """The publisher, so many days ago."""
        return Publisher(self.folder, now=datetime.now(UTC) - timedelta(days=days))

    def begin(self, days: float = 0, profile: str = "static") -> Registry:
        self.publisher(days).begin(self.name, profile)
        return self

    def publish(
        self, pack_id: str = "team", version: str = "1.0.0", word: str = "x", days: float = 0
    ) -> Published:
        """Write a pack and publish it."""
        pack = make_pack(self.folder.with_name("sources") / pack_id, pack_id, version, word)
        self.publisher(days).add([pack])
        return self.publisher(days).publish()

    def copy(self, name: str) -> Path:
        """The folder as it is now."""
        return shutil.copytree(self.folder, self.folder.with_name(name))

    def put_back(self, copy: Path) -> None:
        """Make the folder what it was."""
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)

    def metadata(self, name: str) -> Path:
        return self.folder / "metadata" / name

    def newest(self, role: str) -> Path:
        """The newest metadata of a role."""
        paths = self.metadata("").glob(f"*.{role}.json")
        return max(paths, key=lambda path: int(path.name.partition(".")[0]))

    def signer(self, role: str) -> CryptoSigner:
        """The key of a role, as somebody has it who stole it."""
        return next(k.signer for k in read_private_keys([self.keys]) if k.role == role)


def send_file(folder: Path) -> Answer:
    """Answers with the files of a folder."""

    def answer(ask: BaseHTTPRequestHandler) -> None:
        path = folder / ask.path.lstrip("/")
        found = path.is_file()
        body = path.read_bytes() if found else b""
        ask.send_response(200 if found else 404)
        ask.send_header("Content-Length", str(len(body)))
        ask.end_headers()
        ask.wfile.write(body)

    return answer


@contextmanager
def served(registry: Registry, transport: str, answer: Answer | None = None) -> Iterator[str]:
    """The address of a registry."""
    if transport == "file":
        yield registry.folder.as_uri()
        return
    with web_server(answer or send_file(registry.folder)) as site:
        yield site


def installer() -> Installer:
    return App().installer()


def trust(registry: Registry, url: str, name: str = "") -> Source:
    return installer().sources.add(url, registry.root, name)


def installed() -> dict[str, str]:
    """Version by id of what is installed."""
    packs = installer().store.read()[0].packs
    return {key: pack.versions[0].manifest.version for key, pack in packs.items()}
