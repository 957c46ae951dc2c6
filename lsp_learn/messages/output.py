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
# What runs other programs puts a mark before each of their lines: BuildKit, Compose, the
# runners of Actions, GitLab and Jenkins, `gh run view --log`, Turborepo, pnpm.
_TIME = r"\[?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\]?(?: \d\d[OE]\+?)? "
_SCRIPT = r"(?:build|check|check-types|compile|dev|lint|prepare|start|test|typecheck)"
_PREFIX = re.compile(
    rf"^(?:#\d+ \d+\.\d+ |[\w.-]+-\d+ +\| |(?:[^\t\n]{{1,80}}\t){{0,2}}\ufeff?{_TIME}"
    rf"|[@\w./-]+:{_SCRIPT}: |[@\w./-]+ {_SCRIPT}: )"
    r"|^(?:##\[(?:error|warning)\]|::(?:error|warning)(?: [^:\n]*)?::)",
    re.MULTILINE,
)
# What BuildKit repeats at its end has the seconds alone.
_SECONDS = re.compile(r"^\d+\.\d{1,3} ", re.MULTILINE)
_QUOTED = re.compile(r"\s*(?:>[^\n]*\n\s*)*>[^\n]*\s*")
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
    text = _PREFIX.sub("", _PREFIX.sub("", _CONTROL.sub("", text)))
    if len(_SECONDS.findall(text)) > max(2, text.count("\n") // 3):
        text = _SECONDS.sub("", text)
    if _QUOTED.fullmatch(text):  # as a mail or an issue quotes it
        text = re.sub(r"^> ?", "", text, flags=re.MULTILINE)
    return _LONG.sub(r"\1", text)
