"""Fixes of what stands below the metadata: headings, their order, blocks, references."""

from __future__ import annotations

import re
from collections.abc import Callable

from lsp_learn.packs.fixes.form import Mend
from lsp_learn.packs.markdown import RawSection, split_sections
from lsp_learn.packs.snippet import HEADINGS, METADATA, SEE_ALSO, SNIPPET_ID


def in_body(change: Callable[[list[str], list[RawSection]], list[str]]) -> Mend:
    """A change of the lines of a body whose blocks are all closed."""

    def mend(text: str) -> str:
        head = METADATA.match(text)
        body = text[head.end() :] if head else ""
        sections, unclosed = split_sections(body, 1)
        if head is None or unclosed or len(sections) == 1:
            return text
        return text[: head.end()] + "\n".join(change(body.split("\n"), sections))

    return mend


_NAMES = {name.casefold(): name for name in HEADINGS}


def headings(lines: list[str], sections: list[RawSection]) -> list[str]:
    """Headings as the format writes them: `# why:` as `## Why`. A deeper one may be meant as a
    part of its section, unless every heading is that deep.
    """
    taken = {section.heading for section in sections if section.level == 2}
    nested = bool(taken)
    for section in sections[1:]:
        name = _NAMES.get(section.heading.strip(" *_:!").casefold(), "")
        if not name or name in taken or (section.level > 2 and nested):
            continue
        lines[section.line - 1] = f"## {name}"
        taken.add(name)
    return lines


def order(lines: list[str], sections: list[RawSection]) -> list[str]:
    """Sections in their order, where each is known and stands once."""
    named = [(section.heading, section.level) for section in sections[1:]]
    wanted = [(name, 2) for name in HEADINGS if (name, 2) in named]
    if named == wanted or sorted(named) != sorted(wanted):
        return lines
    starts = [section.line - 1 for section in sections[1:]]
    ends = [*starts[1:], len(lines)]
    blocks = {
        name: "\n".join(lines[start:end]).strip("\n")
        for (name, _), start, end in zip(named, starts, ends, strict=True)
    }
    tip = "\n".join(lines[: starts[0]]).rstrip("\n")
    ordered = "\n\n".join(blocks[name] for name, _ in wanted)
    return f"{tip}\n\n{ordered}\n".split("\n")


def results(lines: list[str], sections: list[RawSection]) -> list[str]:
    """What an example prints stands in `output` and `error`, in small letters."""
    for section in sections:
        for fence in section.fences[1:] if section.heading == "Example" else ():
            if fence.info.lower() in {"output", "error"}:
                opening = lines[fence.line - 2]
                lines[fence.line - 2] = opening.replace(fence.info, fence.info.lower())
    return lines


_IDS = re.compile(rf"\s*(?:[-*+]\s+)?(`?{SNIPPET_ID}`?(?:\s*,\s*`?{SNIPPET_ID}`?)*)\s*")


def see_also(lines: list[str], sections: list[RawSection]) -> list[str]:
    """One `- id` a line."""
    made: dict[int, str] = {}
    for section in sections:
        for number in range(len(section.lines) if section.heading == "See also" else 0):
            line = lines[section.line + number]
            ids = None if SEE_ALSO.match(line) else _IDS.fullmatch(line)
            if ids:
                names = (name.strip(" `\t") for name in ids[1].split(","))
                made[section.line + number] = "\n".join(f"- {name}" for name in names)
    return [made.get(number, line) for number, line in enumerate(lines)]
