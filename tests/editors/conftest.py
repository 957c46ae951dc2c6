"""What every driven editor gets: a learner with a home and a project, and a folder for pictures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from editors.learner import Learner, install


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the command `lsp-learn`, with its index built."""
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def learner(programs: Path, tmp_path: Path) -> Learner:
    """Somebody with an empty home. Pictures go to $LSP_LEARN_SCREENSHOTS, if it is set."""
    home = tmp_path / "home"
    home.mkdir()
    shots = Path(os.environ.get("LSP_LEARN_SCREENSHOTS") or tmp_path / "pictures").absolute()
    shots.mkdir(parents=True, exist_ok=True)
    return Learner(home, programs, shots)
