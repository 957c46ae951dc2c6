"""The real process over its real pipes, asked as editors ask."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from client import BARE
from e2e.capabilities import EGLOT, NEOVIM, VS_CODE
from e2e.editor import Editor

SERVE = [sys.executable, "-m", "lsp_learn"]
URI = "file:///project/code.py"
CODE = "é = '😋'; print(é)\nfor i in [1]:\n    helper(i)\n"


@pytest.fixture
def built(product_environment: dict[str, str]) -> dict[str, str]:
    """The product's environment with both indexes built."""
    subprocess.run([*SERVE, "index"], env=product_environment, check=True, capture_output=True)
    return product_environment


@pytest.fixture
def client(built: dict[str, str]) -> Iterator[Editor]:
    with Editor(SERVE, built) as one:
        one.initialize(BARE)
        one.open(URI, "python", CODE)
        yield one


# -- three editors, from a fresh cache to an opened lesson --------------------------------------


@pytest.mark.parametrize(
    ("capabilities", "encoding", "start", "kind"),
    [
        (VS_CODE, "utf-16", 10, "markdown"),
        (NEOVIM, "utf-8", 13, "markdown"),
        (EGLOT, "utf-16", 10, "plaintext"),
    ],
    ids=["VS Code", "Neovim", "Eglot"],
)
def test_an_editor_from_its_first_start_to_a_lesson(
    product_environment: dict[str, str],
    capabilities: dict[str, Any],
    encoding: str,
    start: int,
    kind: str,
) -> None:
    with Editor([*SERVE, "--stdio"], product_environment) as client:
        client.answers["window/showDocument"] = {"success": True}
        answer = client.initialize(
            capabilities,
            clientInfo={"name": "an editor"},
            locale="en",
            trace="off",
            rootPath="/work",
            workspaceFolders=[{"uri": "file:///work", "name": "work"}],
        )
        assert answer["capabilities"]["positionEncoding"] == encoding
        client.open(URI, "python", CODE)
        hover = client.hover(URI, 0, start + 1)
        assert hover["contents"]["kind"] == kind
        assert "print()" in hover["contents"]["value"]
        assert hover["range"]["start"] == {"line": 0, "character": start}
        params = {
            "textDocument": {"uri": URI},
            "range": {"start": {"line": 1, "character": 1}, "end": {"line": 1, "character": 1}},
            "context": {"diagnostics": [], "triggerKind": 1},
        }
        (action,) = client.request("textDocument/codeAction", params)
        assert action["title"] == "Explain this: for loop"
        command = {key: action["command"][key] for key in ("command", "arguments")}
        answer = client.request("workspace/executeCommand", command)
        assert answer["markdown"].startswith("# for loop")
        asked = {message["method"] for message in client.requests}
        told = {message["method"] for message in client.notifications}
    can_show = "showDocument" in capabilities["window"]
    assert ("window/showDocument" in asked) is can_show
    assert ("window/showMessage" in told) is not can_show
    shows_progress = bool(capabilities["window"].get("workDoneProgress"))
    assert ("window/workDoneProgress/create" in asked) is shows_progress
    assert ("client/registerCapability" in asked) is (capabilities is VS_CODE)
    assert client.process.returncode == 0
    assert client.errors == ""


# -- messages that are wrong -------------------------------------------------------------------


def test_wrong_messages_are_survived(client: Editor) -> None:
    def frame(body: bytes) -> bytes:
        return b"Content-Length: %d\r\n\r\n" % len(body) + body

    for body in (b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"jsonrpc": "2.0"}', b"{}"):
        client.send_bytes(frame(body))
    client.send_request("textDocument/hover", {})
    client.send_request("textDocument/hover", {"textDocument": {"uri": URI}})
    client.notify("textDocument/didOpen", {"textDocument": 3})
    client.notify("unknown/notification", {"x": [1]})
    with pytest.raises(RuntimeError, match="-32601"):
        client.request("unknown/request", {})
    assert "print()" in client.hover_text(URI, 0, 11)
    assert [m["method"] for m in client.notifications] == [], "no popups"
    assert "helper" not in client.errors, "the log holds no text of a document"
    assert "work/code" not in client.errors


def test_a_request_that_cannot_be_read_is_answered(client: Editor) -> None:
    """pygls does not (its trap 14): an editor that waits for it then waits for ever."""
    number = client.send_request("textDocument/hover", {"textDocument": {"uri": URI}})
    try:
        with pytest.raises(RuntimeError, match="-3260"):
            client.wait(number, 1.5)
    except queue.Empty:
        pytest.xfail("pygls 2.1.1 gives no answer to a request whose params do not parse")


def test_a_large_and_odd_text_goes_through(client: Editor) -> None:
    text = "# 😋 \u2028 \f\n" * 20_000 + "print(1)\n"
    params = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": text}]}
    client.notify("textDocument/didChange", params)
    assert "print()" in client.hover_text(URI, 20_000, 1)


# -- the end -----------------------------------------------------------------------------------


def test_shutdown_and_exit_end_it_with_0(client: Editor) -> None:
    assert client.request("shutdown", None) is None
    late = client.send_request("textDocument/hover", {})  # no answer, and no harm
    client.notify("exit", None)
    assert client.process.wait(10) == 0
    with pytest.raises(RuntimeError, match="went away"):
        client.wait(late, 3)


def test_the_end_of_its_input_ends_it(client: Editor) -> None:
    """An editor that dies closes the pipe; nothing else tells the server (pygls trap 18)."""
    client.send_request("textDocument/hover", {})
    assert client.end_input() == 0


def test_an_end_in_the_middle_of_a_message_ends_it(client: Editor) -> None:
    client.send_bytes(b"Content-Length: 1000\r\n\r\n{")
    assert client.end_input() == 0


def test_the_end_while_the_index_is_built_does_no_harm(
    product_environment: dict[str, str], tmp_path: Path
) -> None:
    slow = "import sys, time\nif 'index' in sys.argv: time.sleep(20)\n"
    (tmp_path / "sitecustomize.py").write_text(slow, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), product_environment["PYTHONPATH"]])
    with Editor(SERVE, {**product_environment, "PYTHONPATH": path}) as client:
        client.initialize(BARE)
        client.open(URI, "python", CODE)
        position = {"line": 0, "character": 11}
        client.send_request(
            "textDocument/hover", {"textDocument": {"uri": URI}, "position": position}
        )
        time.sleep(0.5)  # there is nothing to wait for: the build has started, and says nothing
        assert client.end_input() == 0
    assert client.errors == ""
    with Editor(SERVE, product_environment) as again:
        again.initialize(BARE)
        again.open(URI, "python", CODE)
        assert "print()" in again.hover_text(URI, 0, 11)


# -- a stream that nothing else writes to -------------------------------------------------------


NOISE = """
import sys, threading, time
if sys.argv[-1] == "serve":
    import lsp_learn.server as server
    plain = server.serve
    def noise():
        while True:
            time.sleep(0.02)
            print("stray words")
    def serve():
        later = threading.Timer(0.5, noise)
        later.daemon = True
        later.start()
        plain()
    server.serve = serve
"""
"""A library that prints, from half a second after the start."""


def test_a_stray_print_does_not_break_the_stream(built: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NOISE, encoding="utf-8")
    environment = {**built, "PYTHONPATH": os.pathsep.join([str(tmp_path), built["PYTHONPATH"]])}
    with Editor([*SERVE, "serve"], environment) as client:
        client.initialize(BARE)
        client.open(URI, "python", CODE)
        for _ in range(5000):
            if "stray words" in client.errors:
                break
            assert "print()" in client.hover_text(URI, 0, 11)
        assert "stray words" in client.errors
        assert "print()" in client.hover_text(URI, 0, 11)


def test_a_module_of_the_project_with_the_name_of_one_of_ours_is_not_imported(
    product_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    sprung = str(tmp_path / "sprung")
    trap = f"from pathlib import Path; Path({sprung!r}).touch(); raise SystemExit(3)\n"
    for name in ("lsp_learn", "whoosh", "json", "tomllib", "filelock", "platformdirs"):
        (project / f"{name}.py").write_text(trap, encoding="utf-8")
    environment = {
        key: value for key, value in product_environment.items() if key != "PYTHONSAFEPATH"
    }
    # The editor's own start is the script; what it starts in the project's folder is the point.
    start = [sys.executable, "-P", "-m", "lsp_learn"]
    monkeypatch.chdir(project)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    with Editor(start, environment) as client:
        client.initialize(VS_CODE)
        client.open(URI, "python", CODE)
        assert "print()" in client.hover_text(URI, 0, 11)
        while not any(
            m["method"] == "$/progress" and m["params"]["value"]["kind"] == "end"
            for m in client.notifications
        ):
            client._next(20)
    assert not (tmp_path / "sprung").exists()
    assert client.errors == ""


# -- one cache, several servers ----------------------------------------------------------------


def test_two_servers_share_a_fresh_cache(
    product_environment: dict[str, str], tmp_path: Path
) -> None:
    def ask(_: int) -> str:
        with Editor(SERVE, product_environment) as client:
            client.initialize(BARE)
            client.open(URI, "python", CODE)
            return client.hover_text(URI, 0, 11)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(ask, range(2))
    assert "print()" in first
    assert first == second
    folders = [p for p in (tmp_path / "cache" / "index" / "exact").iterdir() if p.is_dir()]
    assert len([folder for folder in folders if not folder.name.startswith("building-")]) == 1


def test_an_index_damaged_between_two_starts_is_built_again(
    built: dict[str, str], tmp_path: Path
) -> None:
    for file in (tmp_path / "cache" / "index" / "exact").rglob("*.seg"):
        file.write_bytes(file.read_bytes()[:100])
    with Editor(SERVE, built) as client:
        client.initialize(BARE)
        client.open(URI, "python", CODE)
        assert "print()" in client.hover_text(URI, 0, 11)
    state = subprocess.run([*SERVE, "doctor", "--json"], env=built, capture_output=True, check=True)
    assert json.loads(state.stdout)["indexes"][0]["state"] == "healthy"


def test_a_cache_deleted_under_a_running_server_costs_nothing(
    client: Editor, tmp_path: Path
) -> None:
    assert "print()" in client.hover_text(URI, 0, 11)
    while (tmp_path / "cache").exists():  # the server may be writing into it
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
    assert "print()" in client.hover_text(URI, 0, 11)
    assert "for loop" in client.hover_text(URI, 1, 1)


# -- the installed script ----------------------------------------------------------------------


def test_the_installed_script_serves_the_shipped_packs(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("lsp-learn.exe" if os.name == "nt" else "lsp-learn")
    with Editor([str(script), "serve", "--stdio"]) as client:
        client.initialize(BARE)
        client.open(URI, "python", "def f(x, items=[]):\n    return items\n")
        assert "python" in client.hover_text(URI, 0, 15)
    assert client.process.returncode == 0
    assert client.errors == ""
