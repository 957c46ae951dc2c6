"""The rules of ruff: what `ruff rule --all --output-format json` prints."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from lsp_learn.errors import PackError
from lsp_learn.model import Level, Section, Source
from lsp_learn.packs.archive import printable
from lsp_learn.packs.files import MAX_FILE
from lsp_learn.packs.importers.draft import (
    Draft,
    Imported,
    Wanted,
    cut_tip,
    fences,
    first_line,
    fitting,
    lesson,
    no_example,
    one_line,
    paragraphs,
)
from lsp_learn.packs.importers.sources import read_json
from lsp_learn.packs.markdown import split_sections

_HINT = "write it with: ruff rule --all --output-format json > rules.json"
_SENTENCE = re.compile(r".*?[.!?](?=\s|$)", re.DOTALL)
_WATCH_OUT = ("Known problems", "Known issues", "Known limitations", "Fix safety", "Fix Safety")
_REFERENCE = re.compile(r"\[(`[^`\n]+`)\](?![(\[:])")
"""A link into ruff's settings, whose address is not in the text."""
_TAKEN = {"", "What it does", "Why is this bad?", "Example", "Examples", "Example:", *_WATCH_OUT}
_NOTICE = """\
The texts of this pack come from the documentation of ruff (https://docs.astral.sh/ruff/), under
the MIT licence. They were changed by an importer: sections were put under other headings, tips
cut at a sentence.

MIT License

Copyright (c) 2022 Charles Marsh

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def read_ruff(place: Path, wanted: Wanted) -> Imported:
    """Read a file of ruff's rules; each becomes what a diagnostic of that code brings up.

    Raises:
        PackError: the file cannot be read, or holds no rules of ruff.
    """
    rules = read_json(place)
    if isinstance(rules, dict) and "code" in rules:
        rules = [rules]
    if not isinstance(rules, list) or not any(_is_rule(rule) for rule in rules):
        raise PackError(f"{place} holds no rules of ruff", _HINT)
    imported = Imported(
        title="Rules of ruff",
        license=wanted.license or "MIT",
        languages=(wanted.language or "python",),
        description="What ruff's own documentation says about each rule.",
        homepage="https://docs.astral.sh/ruff/rules/",
        files={"NOTICE": _NOTICE},
    )
    dropped: Counter[str] = Counter()
    for number, rule in enumerate(rules, 1):
        if _is_rule(rule):
            dropped.update(_add(imported, rule))
        else:
            message = "not a rule: code, name or explanation is missing"
            imported.left_out(f"rule {number}", message, _HINT)
    for heading, count in sorted(dropped.items()):
        message = f"the section {printable(heading)!r} of {count} rules is not taken over"
        imported.changed(printable(place.name), message, "a snippet's source has it")
    return imported


def _is_rule(rule: Any) -> bool:
    keys = ("code", "name", "explanation")
    return isinstance(rule, dict) and all(isinstance(rule.get(key), str) for key in keys)


def _add(imported: Imported, rule: dict[str, Any]) -> set[str]:
    """Add a rule; returns the headings of what its snippet does not have."""
    code, name = one_line(rule["code"]), one_line(rule["name"])
    shown = printable(code)
    if isinstance(rule.get("status"), dict) and "Removed" in rule["status"]:
        imported.left_out(shown, "ruff has removed the rule", "nothing to do")
        return set()
    if len(rule["explanation"]) > MAX_FILE:
        message = f"its explanation has {len(rule['explanation']):,} letters"
        imported.left_out(shown, message, "a snippet is short")
        return set()
    parts: dict[str, str] = {}
    for section in split_sections(_REFERENCE.sub(r"\1", rule["explanation"]), 1)[0]:
        parts.setdefault(section.heading, section.text)
    blocks = fences(next((parts[key] for key in parts if key.startswith("Example")), ""))
    example = fitting(blocks[:1])  # the others are its correction
    if example is None:
        no_example(imported, shown, blocks[:1])
        return set()
    message = next(iter(_texts(rule.get("message_formats"))), "")
    preview = bool(rule.get("preview"))
    imported.drafts.append(
        Draft(
            where=shown,
            name=code,
            title=f"{code}: {name.replace('-', ' ')}",
            tip=_tip(parts) or one_line(str(rule.get("summary", ""))),
            code=example.text,
            code_language="python",
            triggers=(f"diagnostic:ruff:{code}",),
            sources=(Source(f"{name} ({code})", f"https://docs.astral.sh/ruff/rules/{name}/"),),
            not_run="an example of ruff's documentation",
            focus=_focus(example.text, [block.text for block in blocks if block is not example]),
            error=f"{code} {one_line(message)}" if message else "",
            sections=_sections(parts, example.text, [block.text for block in blocks]),
            tags=tuple(filter(None, (_text(rule.get("linter")), "preview" if preview else ""))),
            level=Level.INTERMEDIATE,
        )
    )
    return set(parts) - _TAKEN


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _tip(parts: dict[str, str]) -> str:
    """What the rule looks for and why, a sentence each, as far as both have room."""
    does = next(iter(paragraphs(parts.get("What it does", ""))), "")
    why = next(iter(paragraphs(parts.get("Why is this bad?", ""))), "")
    sentences = [match[0] for text in (does, why) if (match := _SENTENCE.match(one_line(text)))]
    return next(
        (tip for tip in (cut_tip(" ".join(sentences)), cut_tip(why), cut_tip(does)) if tip), ""
    )


def _focus(bad: str, others: list[str]) -> str:
    """The first line of the example that its correction does not have."""
    good = {line.strip() for line in others[0].split("\n")} if others else set()
    changed = (line.strip() for line in bad.split("\n"))
    return next((line for line in changed if line and line not in good), first_line(bad))


def _sections(parts: dict[str, str], example: str, blocks: list[str]) -> tuple[Section, ...]:
    found = []
    if why := lesson(parts.get("Why is this bad?", "")):
        found.append(Section("Why", why))
    place = blocks.index(example) + 1
    if place < len(blocks):
        found.append(Section("How to fix it", f"Instead:\n\n```python\n{blocks[place]}\n```"))
    warned = [lesson(parts[heading]) for heading in _WATCH_OUT if parts.get(heading)]
    if any(warned):
        found.append(Section("Watch out", "\n\n".join(filter(None, warned))))
    return tuple(found)
