"""Runs an example in a process of its own, in an empty folder that is then deleted, for half a
minute at most, and compares what it prints with what its snippet says.

The process has the author's rights and environment: it is the author's own code. Its home is the
empty folder, so that nothing of the author's configuration changes what is printed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lsp_learn.model import Example, Progress, Report, Snippet
from lsp_learn.packs.examples.programs import whole
from lsp_learn.packs.examples.tools import about_messages, not_run, runner_of
from lsp_learn.packs.files import plain_ends

SECONDS = 30.0
MOST = 1_000_000
"""Bytes that an example may print."""

_OUTER_MAKE = {"MAKELEVEL", "MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES"}
"""Run by make, another make would count itself the second."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What the last command printed, and said on standard error, and how it ended."""

    printed: str
    failed: str
    status: int = 0


class ExampleError(Exception):
    """An example did not come to its end: it was stopped, or could not be started."""


def run_examples(snippets: Sequence[Snippet], report: Report) -> list[str]:
    """What is wrong with each of some examples, as `run_example` says it; several at once."""
    pool = ThreadPoolExecutor(os.cpu_count() or 2)
    found: list[str] = []
    try:
        for wrong in pool.map(run_example, snippets):
            found.append(wrong)
            report(Progress("examples", len(found), len(snippets)))
    finally:
        pool.shutdown(cancel_futures=True)  # interrupted, it must not run all the others first
    return found


def run_example(snippet: Snippet) -> str:
    """What is wrong with an example: "" when it prints, or fails with, what it says, and when it
    is not run here.
    """
    if not_run(snippet):
        return ""
    try:
        ran = execute(snippet)
    except ExampleError as error:
        return str(error)
    return compared(snippet, ran)


def execute(snippet: Snippet) -> Ran:
    """Run an example in a folder of its own.

    Raises:
        ExampleError: it did not come to its end.
    """
    runner = runner_of(snippet)
    assert runner is not None
    # A tool may leave files that cannot be deleted: Go makes its modules read-only.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder, runner.file).write_text(whole(snippet.example) + "\n", encoding="utf-8")
        return run_in(Path(folder), runner.resolved())


def run_in(
    folder: Path,
    commands: Iterable[Sequence[str]],
    seconds: float = SECONDS,
    more: Mapping[str, str] | None = None,
) -> Ran:
    """Run commands in a folder, which is their home, until one fails. What a compiler says, on
    whatever stream, is no output of the program.

    Raises:
        ExampleError: one did not come to its end.
    """
    environment = {**_environment(folder), **(more or {})}
    *first, last = commands
    for command in first:
        ran = _run(command, folder, environment, seconds)
        if ran.status:
            return Ran("", ran.printed + ran.failed, ran.status)
    return _run(last, folder, environment, seconds)


def _environment(folder: Path) -> dict[str, str]:
    home = Path.home()
    return {
        # What these tools keep in the author's home is still found.
        "RUSTUP_HOME": str(home / ".rustup"),
        "GOCACHE": str(home / ".cache" / "go-build"),
        **{key: value for key, value in os.environ.items() if key not in _OUTER_MAKE},
        "HOME": str(folder),
        "USERPROFILE": str(folder),
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",
    }


def _run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float
) -> Ran:
    try:
        process = subprocess.Popen(  # noqa: S603  (the author's own code, by the author's command)
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that it is stopped with everything that it started
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ExampleError(f"cannot be started: {command[0]}: {reason}") from error
    outputs = bytearray(), bytearray()
    try:
        ended = _ended(process, outputs, time.monotonic() + seconds)
    finally:
        _stop(process)
        process.wait()
    if max(map(len, outputs)) > MOST:
        raise ExampleError(f"prints more than {MOST:,} bytes")
    if not ended:
        raise ExampleError(f"runs longer than {seconds:.0f} seconds")
    printed, failed = (plain_ends(one.decode("utf-8", "replace")) for one in outputs)
    return Ran(printed, failed, process.returncode)


def _ended(
    process: subprocess.Popen[bytes], outputs: tuple[bytearray, bytearray], end: float
) -> bool:
    """Read what a process prints; whether it is over, and all that it started, before `end`."""
    streams = [stream for stream in (process.stdout, process.stderr) if stream is not None]
    readers = [
        threading.Thread(target=_read, args=(stream, kept, process), daemon=True)
        for stream, kept in zip(streams, outputs, strict=True)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(max(0.0, end - time.monotonic()))
    try:
        process.wait(max(0.0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return not any(reader.is_alive() for reader in readers)


def _read(stream: IO[bytes], kept: bytearray, process: subprocess.Popen[bytes]) -> None:
    with stream:
        while chunk := os.read(stream.fileno(), 65_536):
            kept += chunk
            if len(kept) > MOST:
                _stop(process)
                return


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a process, and where the system knows groups, everything that it started."""
    with contextlib.suppress(OSError):  # they are over already
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def compared(snippet: Snippet, ran: Ran) -> str:
    """What is wrong with what an example printed and said on standard error."""
    example, printed, failed = snippet.example, ran.printed, ran.failed
    if about_messages(snippet):
        wanted = [line.strip() for line in example.error.splitlines()]
        missing = [line for line in wanted if line not in printed + failed]
        return f"prints {(printed + failed)[-600:]!r}, in which {missing} is not" if missing else ""
    if _trimmed(printed) != _trimmed(example.output or ""):
        return (
            f"prints {_trimmed(printed)!r}, not {_trimmed(example.output or '')!r} {failed[-300:]}"
        )
    if ran.status and failed.strip() and not example.error:
        return f"fails with {failed[-500:]!r}"
    return _wrong_error(example, failed)


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def _wrong_error(example: Example, failed: str) -> str:
    """Python's last line says what went wrong; other tools say it somewhere in the middle."""
    wanted = example.error.strip()
    if example.language != "python":
        return "" if wanted in failed else f"ends with {failed[-500:]!r}, not {wanted!r}"
    last = (failed.strip().splitlines() or [""])[-1].strip()
    right = last == (wanted.splitlines() or [""])[-1].strip()
    return "" if right else f"ends with {last!r}, not {wanted!r}"
