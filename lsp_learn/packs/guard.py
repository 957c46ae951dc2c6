"""What stands around a change of the store: a lock between processes, a disk that says no."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from lsp_learn.errors import PackError


@contextlib.contextmanager
def file_lock(path: Path, seconds: float, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock file, which the system releases when the process ends, however it ends.
    `waiting` is called where another process holds it; then up to `seconds` are waited, for
    ever where they are negative.

    Raises:
        PackError: it was not free in time.
        OSError: the file cannot be made.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  (only who changes needs it)

    lock = FileLock(str(path))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        try:
            lock.acquire(timeout=seconds)
        except Timeout:
            message = f"another lsp-learn has been busy with packs for {seconds} seconds"
            hint = f"try again later; end it, or delete {path} if none is running"
            raise PackError(message, hint) from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn what the disk says about a folder into a sentence.

    Raises:
        PackError: the disk said no.
    """
    try:
        yield
    except BrokenPipeError:  # whoever was told of the progress has gone, not the disk
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"the packs in {folder} cannot be changed: {reason}"
        hint = "free the disk, or set LSP_LEARN_DATA to a folder that can be written to"
        raise PackError(f"{message}; what was there is as it was", hint) from error
