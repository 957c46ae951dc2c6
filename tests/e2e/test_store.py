"""The store under real processes: killed at any moment, many at once, and no network in any."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from client import BARE
from e2e.editor import Editor
from pack_files import make_pack

from lsp_learn.app import App

COMMAND = [sys.executable, "-m", "lsp_learn"]
KILLS = int(os.environ.get("LSP_LEARN_KILLS", "60"))
"""How often a process is killed; `make test-kill KILLS=500`."""

AUDIT = """
import os, sys
def hook(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__" or (
        event == "socket.__new__" and "INET" in repr(arguments[1])
    ):
        with open(os.environ["AUDIT"], "a") as file:
            file.write(f"{event} {arguments}\\n")
sys.addaudithook(hook)
"""


STEPS = """
import os, signal, sys
left = int(os.environ["STEPS"])
def hook(event, arguments):
    global left
    if event == "open":
        changes = arguments[2] & (os.O_WRONLY | os.O_RDWR)
    else:
        changes = event in {"os.rename", "os.remove", "os.mkdir", "os.rmdir"}
    if changes and os.environ["WHERE"] in str(arguments[0]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
"""
"""Ends the process before its nth change of something on the disk."""


@pytest.fixture
def environment(product_environment: dict[str, str]) -> dict[str, str]:
    return product_environment


def run(
    environment: dict[str, str], *words: str | Path, ok: bool = True
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COMMAND, *(str(word) for word in words)], env=environment, check=False,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert not ok or done.returncode == 0, done.stdout + done.stderr
    return done


def packs(environment: dict[str, str]) -> dict[str, str]:
    """The packs that are read, with their versions; nothing may be wrong with any."""
    found = json.loads(run(environment, "pack", "list", "--json").stdout)
    assert found["problems"] == []
    return {pack["id"]: pack["version"] for pack in found["packs"]}


# -- no network --------------------------------------------------------------------------------


def test_the_server_and_its_builder_touch_no_socket(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """Python reports every use of a socket to a hook; only the pair that wakes the event loop,
    which leads nowhere, is left out.
    """
    run(environment, "pack", "install", make_pack(tmp_path / "team"), "--no-index")
    make_pack(tmp_path / "project" / ".lsp-learn", "own")
    run(environment, "pack", "trust", tmp_path / "project")
    hooked = tmp_path / "hooked"
    hooked.mkdir()
    (hooked / "sitecustomize.py").write_text(AUDIT, encoding="utf-8")
    audit = tmp_path / "audit.txt"
    path = os.pathsep.join([str(hooked), environment["PYTHONPATH"]])
    watched = {**environment, "PYTHONPATH": path, "AUDIT": str(audit)}

    uri = (tmp_path / "project" / "code.py").as_uri()
    with Editor(COMMAND, watched) as editor:  # a fresh cache: the builder runs too
        folder = {"uri": (tmp_path / "project").as_uri(), "name": "project"}
        editor.initialize(BARE, workspaceFolders=[folder])
        editor.open(uri, "python", "print(1)\nimport socket\n")
        assert "print" in editor.hover_text(uri, 0, 1)
        place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}}
        editor.request(
            "textDocument/codeAction",
            {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": []}},
        )
    assert not audit.exists(), audit.read_text(encoding="utf-8")

    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    subprocess.run([sys.executable, "-c", code], env=watched, check=False, capture_output=True)
    assert "socket.connect" in audit.read_text(encoding="utf-8"), "the hook sees nothing"


# -- several processes -------------------------------------------------------------------------


def at_once(environment: dict[str, str], tmp_path: Path, processes: int, rounds: int) -> None:
    """Every process installs a pack of its own and one that all want, and reads in between."""
    shared = make_pack(tmp_path / "shared", "shared")
    for number in range(processes):
        make_pack(tmp_path / f"own-{number}", f"own-{number}")
    code = """
import sys
from lsp_learn.cli import main
number, rounds, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
for _ in range(rounds):
    for words in (["pack", "install", f"{folder}/own-{number}", "--no-index"],
                  ["pack", "install", f"{folder}/shared"], ["pack", "list"],
                  ["search", "print", "own"], ["pack", "remove", f"own-{number}", "--no-index"],
                  ["pack", "install", f"{folder}/own-{number}", "--no-index"]):
        if main(words):
            sys.exit(f"failed: {words}")
"""
    command = [sys.executable, "-c", code]
    started = [
        subprocess.Popen(
            [*command, str(number), str(rounds), str(shared.parent)], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for number in range(processes)
    ]  # fmt: skip
    for process in started:
        _, errors = process.communicate(timeout=300)
        wrong = [line for line in errors.splitlines() if "waiting for it" not in line]
        assert (process.returncode, wrong) == (0, []), errors
    expected = {"mini", "shared", *(f"own-{number}" for number in range(processes))}
    assert set(packs(environment)) == expected
    assert "as they were installed" in run(environment, "pack", "verify").stdout


def test_three_processes_install_and_read_at_once(
    environment: dict[str, str], tmp_path: Path
) -> None:
    at_once(environment, tmp_path, 3, 1)


@pytest.mark.heavy
def test_eight_processes_install_and_read_at_once(
    environment: dict[str, str], tmp_path: Path
) -> None:
    at_once(environment, tmp_path, 8, 5)


# -- kill -9 -----------------------------------------------------------------------------------


def seen() -> dict[str, str]:
    """The packs that a next start reads, with their versions; nothing may be wrong with any."""
    found = App().packs()
    assert found.problems == ()
    return {pack.manifest.id: pack.manifest.version for pack in found.packs}


class World:
    """What was installed when a process was killed, and what may be there afterwards."""

    def __init__(self, environment: dict[str, str], tmp_path: Path, seed: int) -> None:
        self.environment = environment
        self.folder = tmp_path
        self.chance = random.Random(seed)
        self.seconds: dict[str, float] = {}
        (tmp_path / "archives").mkdir()
        for number in range(4):
            for version in ("1.0.0", "2.0.0"):
                source = make_pack(tmp_path / "src", f"pack-{number}", version, word=version)
                App().build_pack(source, self.archive(number, version))
        for number in range(3):
            App().installer().install(str(self.archive(number, "1.0.0")))

    def archive(self, number: int, version: str) -> Path:
        return self.folder / "archives" / f"pack-{number}-{version}.zip"

    def job(self) -> tuple[list[str], dict[str, set[str]]]:
        """A command, and the versions ("" for none) that its packs may have afterwards."""
        state = seen()
        number = self.chance.randrange(4)
        key = f"pack-{number}"
        now = state.get(key, "")
        match self.chance.choice(["install", "install", "update", "remove", "index"]):
            case "install":
                version = self.chance.choice(["1.0.0", "2.0.0"])
                path = str(self.archive(number, version))
                return ["pack", "install", path, "--downgrade"], {key: {now, version}}
            case "remove" if now:
                return ["pack", "remove", key], {key: {now, ""}}
            case "update":
                return ["pack", "update"], {}
            case _:
                shutil.rmtree(self.folder / "cache", ignore_errors=True)
                return ["index"], {}

    def kill(self) -> bool:
        """Run a job, kill it at a random moment, and look. Returns whether it was still on."""
        words, allowed = self.job()
        before = seen()
        began = time.monotonic()
        process = subprocess.Popen(
            [*COMMAND, *words], env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        kind = words[1] if words[0] == "pack" else words[0]
        usual = self.seconds.get(kind, 0.8)
        try:
            process.wait(self.chance.uniform(0.1, 1.0) * usual)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        killed = process.returncode == -signal.SIGKILL
        took = time.monotonic() - began
        self.seconds[kind] = usual * 1.05 if killed else max(0.2, took)
        after = seen()
        for key in before.keys() | after.keys():
            may_be = allowed.get(key, {before.get(key, "")})
            assert after.get(key, "") in may_be, f"{words}: {key} was {before}, is {after}"
        return killed

    def healthy(self) -> None:
        """The next start: every archive is whole, what is found is what is there, a change can
        be made, and nothing is left lying about.
        """
        app = App()
        installer = app.installer()
        assert installer.store.verify() == ()
        assert app.pack_problems() == ()
        for key, version in seen().items():
            snippet = app.snippet(f"{key}.print")
            assert snippet is not None
            if key != "mini":
                assert snippet.sections[-1].markdown == version
        assert {hit.snippet.pack for hit in app.search("print")} == set(seen())
        installer.install(str(self.archive(3, "1.0.0")), downgrade=True)
        assert seen()["pack-3"] == "1.0.0"
        root = self.folder / "data" / "store"
        left = {path.name for path in root.iterdir()} - {"packs.lock.json", "store.lock"}
        assert left == {"packs.lock.before.json", "archives", "incoming"}
        assert [path for path in (root / "incoming").iterdir() if path.is_dir()] == []


def killed_often(environment: dict[str, str], tmp_path: Path, count: int) -> None:
    world = World(environment, tmp_path, count)
    killed, tries = 0, 0
    while killed < count:
        tries += 1
        assert tries < 20 + 4 * count
        killed += world.kill()
        if tries % 10 == 0:
            world.healthy()
    world.healthy()
    assert "as they were installed" in run(environment, "pack", "verify").stdout


@pytest.mark.usefixtures("only_mini")
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not of Windows")
def test_a_killed_process_harms_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    killed_often(environment, tmp_path, 3)


@pytest.mark.heavy
@pytest.mark.usefixtures("only_mini")
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not of Windows")
def test_many_killed_processes_harm_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    killed_often(environment, tmp_path, KILLS)


@pytest.mark.heavy
@pytest.mark.usefixtures("only_mini")
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not of Windows")
@pytest.mark.parametrize("job", ["install", "remove", "rollback", "index"])
def test_a_kill_before_every_change_on_the_disk_harms_nothing(
    job: str, environment: dict[str, str], tmp_path: Path
) -> None:
    world = World(environment, tmp_path, 0)
    hooked = tmp_path / "hooked"
    hooked.mkdir()
    (hooked / "sitecustomize.py").write_text(STEPS, encoding="utf-8")
    path = os.pathsep.join([str(hooked), environment["PYTHONPATH"]])
    words, allowed = {
        "install": (["pack", "install", str(world.archive(0, "2.0.0"))], {"1.0.0", "2.0.0"}),
        "remove": (["pack", "remove", "pack-0"], {"1.0.0", ""}),
        "rollback": (["pack", "rollback", "pack-0"], {"1.0.0", "2.0.0"}),
        "index": (["index"], {"1.0.0"}),
    }[job]
    steps = 0
    while True:
        installer = App().installer()
        if job == "rollback":
            installer.install(str(world.archive(0, "2.0.0")))
        installer.install(str(world.archive(0, "1.0.0")), downgrade=True)
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        killing = {**environment, "PYTHONPATH": path, "STEPS": str(steps), "WHERE": str(tmp_path)}
        code = subprocess.run([*COMMAND, *words], env=killing, check=False, capture_output=True)
        now = seen()
        assert now.pop("pack-0", "") in allowed
        assert set(now) - {"pack-3"} == {"mini", "pack-1", "pack-2"}
        world.healthy()
        if code.returncode != -signal.SIGKILL:
            break
        steps += 1
    assert code.returncode == 0, code.stderr
    assert steps > 5
