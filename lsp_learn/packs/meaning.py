"""What a key of the metadata means, a trigger, and a step: for the hover inside a pack's files.

The words are those of the JSON Schemas in `schemas/`, which editors use for completion as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lsp_learn.model import Snippet, Span
from lsp_learn.packs.manifest import MANIFEST
from lsp_learn.packs.snippet import read_trigger

_SCHEMAS = Path(__file__).parent / "schemas"
_KEY = re.compile(r'(?m)^[ \t]*"?([\w-]+)"?[ \t]*(?==)')
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'([^\'\n]*)\'')
_HEAD = re.compile(r"\+\+\+[ \t]*(?:\r\n|\n|\r)")
_TAIL = re.compile(r"(?m)^\+\+\+[ \t]*\r?$")


@dataclass(frozen=True, slots=True)
class Place:
    """A key of the metadata, or a text in its value: `text` is None on the key itself."""

    key: str
    span: Span
    text: str | None = None


def place_at(source: str, offset: int, name: str) -> Place | None:
    """What stands at an offset of a pack's file; None outside of keys and texts of its metadata.

    Args:
        source: the file's text, with any line ends.
        offset: in code points.
        name: the file's path in the pack.
    """
    start, end = _metadata(source, name)
    if not start <= offset < end:
        return None
    key = None
    for match in _KEY.finditer(source, start, end):
        if match.start() > offset:
            break
        key = match
    if key is None:
        return None
    if key.start(1) <= offset <= key.end(1):
        return Place(key[1], Span(*key.span(1)))
    for match in _TEXT.finditer(source, key.end(), end):
        if match.start() > offset:
            break
        if offset < match.end():
            return Place(key[1], Span(*match.span()), match[1] or match[2] or "")
    return None


def _metadata(source: str, name: str) -> tuple[int, int]:
    """Where the metadata stands: all of a TOML file, the head of a snippet, closed or not."""
    if name.endswith(".toml"):
        return 0, len(source)
    head = _HEAD.match(source)
    if head is None:
        return 0, 0
    tail = _TAIL.search(source, head.end())
    return head.end(), tail.start() if tail else len(source)


def meaning_of(place: Place, name: str, snippets: Iterable[Snippet]) -> str:
    """Markdown about a place, "" where there is nothing to say.

    Args:
        place: a key or a text of the metadata.
        name: the file's path in the pack; its own snippet is not among the others.
        snippets: those of the pack, to name the others with a trigger, and a path's step.
    """
    kind = "pack" if name == MANIFEST else "path" if name.endswith(".toml") else "snippet"
    if kind == "snippet" and place.key == "triggers" and place.text is not None:
        return _trigger(place.text, [one for one in snippets if one.path != name])
    if kind == "path" and place.key == "snippet" and place.text is not None:
        step = next((one for one in snippets if one.id == place.text), None)
        if step is not None:
            return f"**{step.title}** · {step.level}\n\n{step.tip}"
    schema = _schema(kind)
    if place.key not in schema["properties"] and kind == "path":
        schema = schema["properties"]["step"]["items"]
    field = schema["properties"].get(place.key)
    if field is None:
        return ""
    facts = ["required" if place.key in schema["required"] else "may be left out"]
    if "maxLength" in field:
        facts.append(f"at most {field['maxLength']} characters")
    values = " or ".join(f"`{value}`" for value in field.get("enum", ()))
    text = f"**{place.key}** · {', '.join(facts)}\n\n{field.get('description', '')}"
    return f"{text}: {values}" if values else text


def _trigger(text: str, others: list[Snippet]) -> str:
    trigger, wrong = read_trigger(text)
    if trigger is None:
        return f"**{text}** · {wrong[0]}\n\n{wrong[1]}"
    kinds = {
        one["title"]: one["description"] for one in _schema("snippet")["$defs"]["trigger"]["anyOf"]
    }
    same = [one for one in others if trigger in one.triggers]
    named = [f"- `{one.id}` · {one.level} · {one.title}" for one in same]
    shared = (
        ["Also of this pack:", "", *named] if same else ["No other snippet of this pack has it."]
    )
    return "\n".join([f"**{text}**", "", kinds[trigger.kind.value], "", *shared])


@cache
def _schema(name: str) -> Any:
    return json.loads((_SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
