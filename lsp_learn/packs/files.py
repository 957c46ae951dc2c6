"""Reading an author's files without trusting them: size, encoding, metadata."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from lsp_learn.model import Problem

MAX_FILE = 64_000
"""Bytes. A snippet takes two minutes to read; the largest of ours is a tenth of this."""

_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_text(path: Path, shown: str) -> tuple[str | None, Problem | None]:
    """The text of a small UTF-8 file with `\\n` line ends, or what is wrong with it."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            message = f"the file has {size:,} bytes; {MAX_FILE:,} are allowed"
            hint = "a snippet teaches one thing: split it, and keep only the smallest example"
            return None, Problem("F002", shown, 0, message, hint)
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "check that the file exists and may be read"
        return None, Problem("F001", shown, 0, f"cannot be read: {reason}", hint)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 (byte {content[error.start]:#04x})"
        return None, Problem("F003", shown, line, message, "save the file as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n"), None


def read_toml(text: str, shown: str, first_line: int) -> tuple[dict[str, Any], Problem | None]:
    """TOML that starts at `first_line` (from 1) of a file."""
    try:
        return tomllib.loads(text), None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = _TOML_PLACE.search(str(error))
        line = first_line + (int(place[1]) - 1 if place and place[1] else text.count("\n"))
        message = "is not valid TOML: " + _TOML_PLACE.sub("", str(error))
        hint = 'texts stand in quotes, lists in brackets: level = "beginner", tags = ["loops"]'
        return {}, Problem("F004", shown, line, message, hint)
