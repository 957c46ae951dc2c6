"""What was made of some files, kept as JSON in the cache folder while the files stay the same.

TOML is pleasant to write and slow to read: the twenty files of a language would take half of a
first hover. What is kept is a table, never code.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Made = tuple[dict[str, Any], Iterable[Path]]
"""A table, and everything it was made of: files and folders, the code that makes it included."""


def from_files(place: Path | None, key: str, make: Callable[[], Made]) -> dict[str, Any]:
    """The table that `make` builds, from `place` where it is there and no file has changed
    since, by sizes and times.

    Args:
        place: the file to keep it in; None keeps nothing.
        key: what it is asked of; another key's table is not used.
        make: gives a table of texts, numbers, lists and tables, and its files.
    """
    if place is None:
        return make()[0]
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        same = all(_stamp(path) == stamp for path, stamp in kept["stamps"].items())
        if same and kept["key"] == key:
            return dict(kept["table"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        pass  # not there yet, or damaged: made anew
    table, files = make()
    stamps = {str(path): _stamp(path) for path in files}
    _keep(place, {"key": key, "stamps": stamps, "table": table})
    return table


def _stamp(path: str | Path) -> list[int]:
    try:
        status = os.stat(path)  # noqa: PTH116  (dozens of them, at every start)
    except OSError:
        return []
    return [status.st_mtime_ns, status.st_size]


def _keep(place: Path, values: dict[str, Any]) -> None:
    """Write it under another name and rename it: a reader finds all of it or none."""
    aside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        text = json.dumps(values, ensure_ascii=False)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in place.parent.glob(f"{place.name}.*"):  # by a process that was killed
            left.unlink(missing_ok=True)
        aside.write_text(text, encoding="utf-8")
        aside.replace(place)
    except (OSError, TypeError, ValueError):  # no cache, or a date in TOML: the long way again
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
