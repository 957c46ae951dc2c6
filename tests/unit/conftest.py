"""What several unit tests need."""

from __future__ import annotations

import os

import pytest

from lsp_learn.packs import download


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Downloads that go straight to this machine and do not wait between tries, and a disk that
    is not asked to write at once: no power cut is tested here.
    """
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(download, "PAUSE", 0.001)
    monkeypatch.setattr(os, "fsync", lambda _: None)
