"""Line ends, spaces and byte order marks: the fixes that are rules by themselves."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

from lsp_learn.packs.files import plain_ends
from lsp_learn.packs.markdown import split_sections
from lsp_learn.packs.snippet import METADATA

Mend = Callable[[str], str]


def parsed(toml: str) -> dict[str, Any] | None:
    """Metadata, None where it cannot be read."""
    try:
        return tomllib.loads(toml)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def on_lines(mend: Mend) -> Mend:
    """Lets a fix see `\\n` alone. Other line ends come back where all are alike; where they are
    not, that is to be mended first.
    """

    def keeping(text: str) -> str:
        if "\r" not in text and "\ufeff" not in text:
            return mend(text)
        plain = plain_ends(text)
        if plain.replace("\n", "\r\n") != text:
            return text
        return mend(plain).replace("\n", "\r\n")

    return keeping


_SPACES = re.compile(r"(?<![ \t])[ \t]++(?=\n|\Z)")


def no_spaces(text: str) -> str:
    """Without spaces at line ends, but for those that mean something: in code and output, in
    texts of the metadata, and the two that break a line in Markdown.
    """
    if not _SPACES.search(text):
        return text
    head = METADATA.match(text)
    start = head.end() if head else 0
    return _same_toml(text[:start]) + _prose_without_spaces(text[start:])


def _prose_without_spaces(body: str) -> str:
    sections, unclosed = split_sections(body, 1)
    code = {
        line
        for section in sections
        for fence in section.fences
        for line in range(fence.line, fence.line + fence.text.count("\n") + 1)
    }
    lines = body.split("\n")
    for number, line in enumerate(lines, 1):
        below = lines[number] if number < len(lines) else ""
        breaks = line.endswith("  ") and line.strip() and below.strip()
        inside = number in code or (unclosed and number >= unclosed)
        if not inside and not breaks and not line.startswith(("    ", "\t")):
            lines[number - 1] = line.rstrip(" \t")
    return "\n".join(lines)


def _same_toml(text: str) -> str:
    """Metadata (with or without its marks) without spaces at line ends, where it still says the
    same: a text of several lines may have some.
    """
    made = _SPACES.sub("", text)
    head, other = METADATA.match(text), METADATA.match(made)
    before = parsed(head[1] if head else text)
    after = parsed(other[1] if other else made)
    return made if before is not None and before == after else text


def one_end(text: str) -> str:
    """A text with one line end at its end."""
    return text.rstrip("\n") + "\n" if text.strip() else text
