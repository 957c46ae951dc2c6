"""`lsp-learn pack test`: an author's examples are executed, and nobody else's."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pack_files import make_pack

from lsp_learn import cli
from lsp_learn.errors import PackError
from lsp_learn.model import Example, FactKind, Level, Snippet, Span, Trigger
from lsp_learn.packs.build import build_pack
from lsp_learn.packs.examples import run, tools
from lsp_learn.packs.examples.run import ExampleError, Ran, run_example, run_in
from lsp_learn.packs.examples.tools import CHECKERS, RUNNERS, not_run
from lsp_learn.workshop import Workshop

pytestmark = pytest.mark.usefixtures("only_mini")

Printed = pytest.CaptureFixture[str]


def snippet(
    code: str, output: str | None = "", *, language: str = "python", **more: Any
) -> Snippet:
    return Snippet(
        id="team.one",
        title="One",
        tip="One.",
        example=Example(language, code, Span(0, 1), output, **more),
        languages=(language,),
        level=Level.BEGINNER,
        triggers=(Trigger(FactKind.SYMBOL, "print"),),
        pack="team",
    )


# -- one example -------------------------------------------------------------------------------


def test_what_is_printed_is_compared() -> None:
    assert run_example(snippet("print('a ')\nprint('é')", "a\né")) == ""
    assert run_example(snippet("print('a')", "b")) == "prints 'a', not 'b' "
    assert "NameError" in run_example(snippet("nothing", ""))


def test_how_it_fails_is_compared() -> None:
    code = "print(1)\n1 / 0"
    wanted = "Traceback:\nZeroDivisionError: division by zero"
    assert run_example(snippet(code, "1", error=wanted)) == ""
    assert "not 'KeyError: 1'" in run_example(snippet(code, "1", error="KeyError: 1"))


def test_an_example_runs_alone_in_an_empty_home_that_is_then_deleted() -> None:
    code = "import os; print(os.getcwd() == os.path.realpath(os.environ['HOME']), os.listdir())"
    assert run_example(snippet(code, "True ['example.py']")) == ""
    ran = run.execute(snippet("import os; print(os.getcwd())"))
    assert not Path(ran.printed.strip()).exists()


def test_nothing_waits_for_input() -> None:
    assert run_example(snippet("input()", "", error="EOFError: EOF when reading a line")) == ""


def test_sql_is_run_by_sqlite() -> None:
    rows = snippet("SELECT 1, NULL, 'a';\nSELECT 2;", "1||a\n2", language="sql")
    assert run_example(rows) == ""
    wrong = snippet("SELECT a;", "", language="sql", error="Error: no such column: a")
    assert run_example(wrong) == ""


def test_data_is_read_by_its_parser() -> None:
    assert run_example(snippet("a = 1", language="toml")) == ""
    assert "TOMLDecodeError" in run_example(snippet("a = ", language="toml"))


def test_what_is_not_run_is_said_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not_run(snippet("x", not_run="needs a database")) == "needs a database"
    assert not_run(snippet("x", language="klingon")) == "no way to run klingon"
    monkeypatch.setenv("PATH", "/nowhere")
    tools.program.cache_clear()
    try:
        assert not_run(snippet("x", language="go")) == "go is not installed"
        assert not_run(snippet("print(1)")) == ""
    finally:
        tools.program.cache_clear()


def test_a_module_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "find_spec", lambda _: None)
    tools.program.cache_clear()
    try:
        assert not_run(snippet("a: 1", language="yaml")) == "yaml is not installed"
    finally:
        tools.program.cache_clear()


def test_every_script_of_ours_is_there() -> None:
    words = [w for one in (*RUNNERS.values(), *CHECKERS.values()) for c in one.commands for w in c]
    ours = [Path(word) for word in words if "examples" in word and os.sep in word]
    assert {path.name for path in ours} == {"sql_script.py", "eslint.config.mjs"}
    assert all(path.is_file() for path in ours)


# -- what never ends ---------------------------------------------------------------------------


def test_an_example_without_an_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "run_in", lambda folder, commands: run_in(folder, commands, 0.6))
    started = time.monotonic()
    wrong = run_example(snippet("while True: pass"))
    assert wrong == "runs longer than 1 seconds"
    assert time.monotonic() - started < 10


def test_an_example_that_prints_without_an_end_is_stopped() -> None:
    wrong = run_example(snippet("while True: print('x' * 1000)"))
    assert wrong == "prints more than 1,000,000 bytes"


CHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open("pid", "w").write(str(child.pid))
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="the system knows no groups of processes")
@pytest.mark.parametrize("rest", ["child.wait()", "print('done')"])
def test_what_an_example_started_is_stopped_too(tmp_path: Path, rest: str) -> None:
    command = [sys.executable, "-c", CHILD + rest]
    for seconds in (1, 5, 20):  # a busy machine may take a while to start it
        with pytest.raises(ExampleError):
            run_in(tmp_path, [command], seconds)
        if (tmp_path / "pid").exists():
            break
    assert gone(int((tmp_path / "pid").read_text()))


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="the system knows no groups of processes")
def test_what_an_example_leaves_running_is_stopped(tmp_path: Path) -> None:
    quiet = CHILD.replace('time.sleep(60)"]', 'time.sleep(60)"], stdout=-3, stderr=-3')
    done = run_in(tmp_path, [[sys.executable, "-c", quiet + "print('done')"]])
    assert done == Ran("done\n", "")
    assert gone(int((tmp_path / "pid").read_text()))


def gone(pid: int) -> bool:
    """Whether a process is over, or will be in a moment."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True  # over, and whoever inherited it has not looked yet
        except OSError:
            return True
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    return False


def test_what_cannot_be_started_is_said(tmp_path: Path) -> None:
    (tmp_path / "main").write_text("no program")
    with pytest.raises(ExampleError, match=r"^cannot be started: \./main: Permission denied$"):
        run_in(tmp_path, [["./main"]])


def test_what_a_compiler_says_is_no_output(tmp_path: Path) -> None:
    fails = [sys.executable, "-c", "print('main.x:1: error'); raise SystemExit(1)"]
    runs = [sys.executable, "-c", "print('run')"]
    assert run_in(tmp_path, [fails, runs]) == Ran("", "main.x:1: error\n", 1)
    assert run_in(tmp_path, [runs, fails]) == Ran("main.x:1: error\n", "", 1)


# -- the command -------------------------------------------------------------------------------


def own_pack(folder: Path, pack_id: str = "team") -> Path:
    """A pack about `max`, which no other pack here has a word on."""
    path = make_pack(folder, pack_id) / "snippets" / "print.md"
    head, _, _ = path.read_text("utf-8").partition("triggers")
    path.write_text(head + REST, "utf-8")
    return folder


REST = """\
triggers = ["symbol:max"]
focus = "max"
sources = ["max <https://docs.python.org/3/library/functions.html#max>"]
+++
The greatest of some values.

## Example

```python
print(max(3, 5))
```
```output
5
```

## Why

It is asked often.
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return own_pack(tmp_path / "team")


def ran(capsys: Printed, *words: object) -> tuple[int, str, str]:
    code = cli.main(["pack", "test", *map(str, words)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_a_pack_is_tried_and_run(pack: Path, capsys: Printed) -> None:
    assert ran(capsys, pack) == (0, "1 places, 1 examples run, 0 not, 0 problems\n", "")


def test_a_wrong_output_is_a_problem(pack: Path, capsys: Printed) -> None:
    path = pack / "snippets" / "print.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("```output\n5", "```output\n3"), "utf-8")
    code, out, _ = ran(capsys, pack)
    assert code == 1
    assert "snippets/print.md: error T003: the example prints " in out
    assert "it ran alone in an empty folder, for at most 30 seconds" in out
    code, out, _ = ran(capsys, pack, "--json")
    answer = json.loads(out)
    assert (answer["cases"], answer["run"], answer["not_run"]) == (1, 1, [])
    assert [one["code"] for one in answer["problems"]] == ["T003"]


def no_running(*_: object) -> list[str]:
    raise AssertionError("an example is run")


def test_no_run_runs_nothing(pack: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_run", no_running)
    assert ran(capsys, pack, "--no-run") == (0, "1 places, 0 problems\n", "")
    answer = json.loads(ran(capsys, pack, "--no-run", "--json")[1])
    assert (answer["run"], answer["not_run"]) == (0, [])


def test_a_pack_that_is_installed_is_not_run(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_run", no_running)
    folder = own_pack(tmp_path / "data" / "packs" / "theirs", "theirs")
    link = tmp_path / "mine"
    link.symlink_to(folder)
    for place in (folder, link, folder / "snippets" / "print.md"):
        code, out, _ = ran(capsys, place)
        assert code == 0
        assert "not run: theirs.print: it is installed" in out


def test_an_archive_is_not_run(pack: Path, capsys: Printed) -> None:
    archive, _ = build_pack(pack, pack / "team.zip", lambda _: None)
    code, _, err = ran(capsys, archive)
    assert code == 1
    assert "is an archive" in err
    with pytest.raises(PackError):
        Workshop(archive)


def test_one_snippet_alone_is_run(pack: Path, capsys: Printed) -> None:
    one = pack / "snippets" / "print.md"
    other = (
        one.read_text("utf-8").replace("team.print", "team.two").replace('title = "', 'title = "2 ')
    )
    (pack / "snippets" / "two.md").write_text(other.replace('"beginner"', '"advanced"'), "utf-8")
    assert "2 examples run" in ran(capsys, pack)[1]
    assert "1 examples run" in ran(capsys, one)[1]


def test_a_message_counts_where_it_stands_in_the_output() -> None:
    message = snippet("import os", None, error="`os` imported but unused")
    about = replace(message, triggers=(Trigger(FactKind.DIAGNOSTIC, "ruff:F401"),))
    if not_run(about):
        pytest.skip(not_run(about))
    assert run_example(about) == ""
    wrong = replace(about, example=replace(about.example, error="no such words"))
    assert "in which ['no such words'] is not" in run_example(wrong)
