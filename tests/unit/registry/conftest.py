"""A registry with one pack, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from registries import Registry


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Made once, copied for each test."""
    registry = Registry(tmp_path_factory.mktemp("made") / "acme").begin()
    registry.publish()
    return registry


@pytest.fixture
def registry(tmp_path: Path, made: Registry) -> Registry:
    """A registry with version 1.0.0 of `team`."""
    shutil.copytree(made.folder, tmp_path / "acme")
    shutil.copytree(made.keys, tmp_path / "acme-keys")
    return Registry(tmp_path / "acme")
