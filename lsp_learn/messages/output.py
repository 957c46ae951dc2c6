"""What a program printed, made readable: bytes to text, without colours, of bounded size."""

from __future__ import annotations

import re

KEPT = 500_000
"""Characters kept of the beginning, and as many of the end: a compiler's first error stands in
one, a traceback in the other."""

MAX_LINE = 2_000

_CUT = "\n[...]\n"

# CSI and OSC sequences, and single escapes: ECMA-48, section 5.
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What runs other programs puts a mark before each of their lines: BuildKit, Compose, Actions.
_PREFIX = re.compile(
    r"^(?:#\d+ \d+\.\d+ |[\w.-]+-\d+ +\| |\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z )", re.MULTILINE
)
_REDRAWN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)
_LONG = re.compile(rf"^(.{{{MAX_LINE}}}).+$", re.MULTILINE)


def plain(text: str) -> str:
    """Text as it was left on the screen: no escape sequences, of a redrawn line its last state,
    lines of at most `MAX_LINE` characters.
    """
    if len(text) > 2 * KEPT:
        text = text[:KEPT] + _CUT + text[-KEPT:]
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    text = _REDRAWN.sub("", text).replace("\r", "\n")
    text = _PREFIX.sub("", _CONTROL.sub("", text))
    return _LONG.sub(r"\1", text)
