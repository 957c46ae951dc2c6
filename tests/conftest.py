"""What every test gets: folders of its own, no network, and a small pack to ask."""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import socket
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import lsp_learn
from lsp_learn import context, locations
from lsp_learn.app import App
from lsp_learn.context.languages import Languages

TESTS = Path(__file__).parent
MINI_PACK = TESTS / "mini_pack"

# The same examples at every run; a slow machine is no failure.
settings.register_profile("lsp-learn", deadline=None, derandomize=True, max_examples=80)
settings.load_profile("lsp-learn")

# One set of compiled queries for the whole run: a process of the product has one too
# (tree-sitter's queries are not to be freed, docs/decisions/0002).
LANGUAGES = Languages()


def pytest_configure(config: pytest.Config) -> None:
    # An index that is replaced is left to the garbage collector, since another thread may be
    # reading it; Whoosh's files then say that nobody closed them.
    config.addinivalue_line("filterwarnings", "ignore:unclosed file .*MAIN_:ResourceWarning")


def pytest_sessionfinish() -> None:
    # The same for what is left at the end, when pytest no longer applies the filter above.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the user's cache or another test's."""
    monkeypatch.setenv("LSP_LEARN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LSP_LEARN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(context, "Languages", lambda **_: LANGUAGES)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever connects to another machine fails, with the address it asked for."""
    plain = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            host = str(address[0])
            assert host == "localhost" or ipaddress.ip_address(host).is_loopback, (
                f"a test connects to {address}"
            )
        plain(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def mini_packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packs with the mini pack alone in it."""
    folder = tmp_path_factory.mktemp("packs")
    shutil.copytree(MINI_PACK, folder / "mini")
    return folder


@pytest.fixture(scope="session")
def mini_cache(mini_packs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with both indexes of the mini pack in it; for tests that only read."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSP_LEARN_CACHE", str(folder))
        patch.setenv("LSP_LEARN_DATA", str(folder / "no-data"))
        patch.setattr(locations, "shipped_packs_folder", lambda: mini_packs)
        app = App()
        app.build("exact")
        app.build("words")
    return folder


@pytest.fixture
def only_mini(mini_packs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The mini pack is the only shipped one; the cache is the test's own and empty."""
    monkeypatch.setattr(locations, "shipped_packs_folder", lambda: mini_packs)
    return mini_packs


@pytest.fixture
def mini_ready(only_mini: Path, mini_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The mini pack with its indexes built; the cache is shared, so only read it."""
    monkeypatch.setenv("LSP_LEARN_CACHE", str(mini_cache))
    return mini_cache


@pytest.fixture
def app(mini_ready: Path) -> App:
    """An app on the mini pack."""
    return App()


@pytest.fixture(scope="session")
def product(mini_packs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product as it is installed, with the mini pack as its shipped one; put it
    first on PYTHONPATH. Processes then do not see content that somebody is writing.
    """
    folder = tmp_path_factory.mktemp("product")
    source = Path(lsp_learn.__file__).parent
    shutil.copytree(
        source, folder / "lsp_learn", ignore=shutil.ignore_patterns("__pycache__", "content_packs")
    )
    shutil.copytree(mini_packs, folder / "lsp_learn" / "content_packs")
    return folder


@pytest.fixture
def product_environment(product: Path, tmp_path: Path) -> dict[str, str]:
    """The environment for a process that runs the copy in `product`."""
    return {
        **os.environ,
        "PYTHONPATH": str(product),
        "PYTHONSAFEPATH": "1",  # the working folder is the checkout, with a lsp_learn of its own
        "LSP_LEARN_CACHE": str(tmp_path / "cache"),
        "LSP_LEARN_DATA": str(tmp_path / "data"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture
def many_snippets(tmp_path: Path) -> Path:
    """A user's pack of 120 snippets in the test's data folder: an index that takes a while."""
    folder = tmp_path / "data" / "packs" / "many"
    (folder / "snippets").mkdir(parents=True)
    manifest = (MINI_PACK / "pack.toml").read_text(encoding="utf-8")
    (folder / "pack.toml").write_text(manifest.replace('"mini"', '"many"'), encoding="utf-8")
    text = (MINI_PACK / "snippets" / "print.md").read_text(encoding="utf-8")
    for number in range(120):
        one = text.replace("mini.print", f"many.print-{number}")
        one = one.replace("symbol:print", f"symbol:print{number}")
        (folder / "snippets" / f"{number}.md").write_text(one, encoding="utf-8")
    return folder
