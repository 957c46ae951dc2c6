"""A registry's user, killed: what was seen and installed is there, and no less is believed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.test_store import COMMAND, STEPS, seen
from registries import Registry, installer, trust

from lsp_learn.app import App
from lsp_learn.errors import PackError

JOBS = {
    "source add": ["source", "add"],
    "pack install": ["pack", "install", "team", "--no-index"],
    "pack update": ["pack", "update", "--no-index"],
    "source packs": ["source", "packs"],
}


def killed_before_every_change(job: str, environment: dict[str, str], tmp_path: Path) -> None:
    registry = Registry(tmp_path / "acme").begin()
    registry.publish(word="1.0.0")
    stale = registry.copy("stale")
    registry.publish("wiki")
    root = registry.keys / "root.json"
    trust(registry, registry.folder.as_uri())
    if job != "pack install":
        installer().install("team")
    before = shutil.copytree(tmp_path / "data", tmp_path / "before")
    registry.publish(version="1.1.0", word="1.1.0")
    hooked = tmp_path / "hooked"
    hooked.mkdir()
    (hooked / "sitecustomize.py").write_text(STEPS, encoding="utf-8")
    path = os.pathsep.join([str(hooked), environment["PYTHONPATH"]])
    words = [*JOBS[job], *((str(registry.folder), "--root", str(root)) if "add" in job else ())]
    allowed = {"pack install": {"", "1.1.0"}, "pack update": {"1.0.0", "1.1.0"}}
    for steps in range(1000):
        shutil.rmtree(tmp_path / "data")
        shutil.copytree(before, tmp_path / "data")
        place = str(tmp_path / "data")
        killing = {**environment, "PYTHONPATH": path, "STEPS": str(steps), "WHERE": place}
        done = subprocess.run([*COMMAND, *words], env=killing, check=False, capture_output=True)
        assert seen().get("team", "") in allowed.get(job, {"1.0.0"})
        sources, problems = installer().sources.known()
        assert ([source.name for source in sources], problems) == (["acme"], ())
        with pytest.raises(PackError, match="older state than was seen here"):
            trust(registry, stale.as_uri())
        installer().install("team")
        app = App()
        snippet = app.snippet("team.print")
        assert snippet is not None
        assert snippet.sections[-1].markdown == "1.1.0"
        root_folder = tmp_path / "data" / "store"
        assert [path.name for path in (root_folder / "sources" / "acme").iterdir()] == [
            "source.json"
        ]
        left = [path.name for path in (root_folder / "incoming").iterdir() if path.is_dir()]
        assert [name for name in left if not name.startswith("registry-")] == []
        if done.returncode != -signal.SIGKILL:
            break
    assert done.returncode == 0, done.stderr
    assert steps > 5


@pytest.mark.heavy
@pytest.mark.usefixtures("only_mini")
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not of Windows")
@pytest.mark.parametrize("job", JOBS)
def test_a_kill_before_every_change_harms_nothing(
    job: str, product_environment: dict[str, str], tmp_path: Path
) -> None:
    killed_before_every_change(job, product_environment, tmp_path)
