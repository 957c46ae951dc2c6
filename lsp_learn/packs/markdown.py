"""The body of a snippet: tip, sections, fences. A fixed grammar, so no Markdown library.

    tip paragraph
    ## Heading
    text and fenced blocks

Only what the format defines is looked for; everything else is passed on as written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Neither goes back: a line of blanks or marks may be as long as a file.
_FENCE = re.compile(r"^(`{3,}+|~{3,}+)\s*+([^`]*)$")
_HEADING = re.compile(r"^(#{1,6})\s++(.*)$")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: what stands behind the opening marks, its text, its first line (from 1)."""

    info: str
    text: str
    line: int


@dataclass(slots=True)
class RawSection:
    """A section as written; `heading` is "" for what stands before the first heading."""

    heading: str
    level: int
    line: int
    lines: list[str] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The section's Markdown without its heading."""
        return "\n".join(self.lines).strip("\n")


def split_sections(body: str, first_line: int) -> tuple[list[RawSection], int]:
    """The sections of a body that starts at `first_line`, and the line of a fence that is never
    closed (0 when all are).
    """
    sections = [RawSection("", 0, first_line)]
    inside: list[str] = []
    closing, info, opened = "", "", 0
    for number, line in enumerate(body.split("\n"), first_line):
        section = sections[-1]
        if closing:
            section.lines.append(line)
            if line.strip().startswith(closing) and not line.strip().strip(closing[0]):
                section.fences.append(Fence(info, "\n".join(inside), opened + 1))
                closing = ""
            else:
                inside.append(line)
        elif fence := _FENCE.match(line):
            closing, info, opened, inside = fence[1], fence[2].strip(), number, []
            section.lines.append(line)
        elif heading := _HEADING.match(line):
            sections.append(RawSection(_bare(heading[2]), len(heading[1]), number))
        else:
            section.lines.append(line)
    return sections, opened if closing else 0


def _bare(heading: str) -> str:
    """A heading without the marks that may close it."""
    return heading.rstrip().rstrip("#").rstrip()
