"""A snippet as the index stores it: JSON with a checksum, never a pickled object of ours."""

from __future__ import annotations

import json
import zlib
from typing import Any

from lsp_learn.errors import IndexDamagedError
from lsp_learn.model import (
    Example,
    FactKind,
    Level,
    Section,
    Snippet,
    Source,
    Span,
    Trigger,
)

FORMAT = 4
"""Goes into the fingerprint of an index: raise it when this file or a schema changes."""


def keys(snippet: Snippet) -> list[str]:
    """The exact keys a snippet is found under: `python:symbol:asyncio.gather`."""
    names = dict.fromkeys(f"{t.kind}:{t.name}" for t in snippet.triggers)
    return [f"{language}:{name}" for language in snippet.languages for name in names]


def to_record(snippet: Snippet) -> bytes:
    """Bytes for a STORED field."""
    example = snippet.example
    values = {
        "id": snippet.id,
        "title": snippet.title,
        "tip": snippet.tip,
        "example": [
            example.language,
            example.code,
            example.focus.start,
            example.focus.end,
            example.output,
            example.error,
            example.not_run,
        ],
        "languages": snippet.languages,
        "level": snippet.level,
        "triggers": [[t.kind, t.name, t.pattern] for t in snippet.triggers],
        "pack": snippet.pack,
        "sections": [[s.heading, s.markdown] for s in snippet.sections],
        "see_also": snippet.see_also,
        "sources": [[s.title, s.url] for s in snippet.sources],
        "tags": snippet.tags,
        "path": snippet.path,
    }
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return zlib.crc32(body).to_bytes(4, "big") + body


def from_record(record: object) -> Snippet:
    """The snippet in a STORED field.

    Raises:
        IndexDamagedError: the bytes are not what was written.
    """
    if (
        not isinstance(record, bytes)
        or len(record) < 5
        or zlib.crc32(record[4:]) != int.from_bytes(record[:4], "big")
    ):
        raise IndexDamagedError("a stored snippet is damaged")
    values: dict[str, Any] = json.loads(record[4:])
    language, code, start, end, output, error, not_run = values["example"]
    return Snippet(
        id=values["id"],
        title=values["title"],
        tip=values["tip"],
        example=Example(language, code, Span(start, end), output, error, not_run),
        languages=tuple(values["languages"]),
        level=Level(values["level"]),
        triggers=tuple(Trigger(FactKind(k), name, p) for k, name, p in values["triggers"]),
        pack=values["pack"],
        sections=tuple(Section(*section) for section in values["sections"]),
        see_also=tuple(values["see_also"]),
        sources=tuple(Source(*source) for source in values["sources"]),
        tags=tuple(values["tags"]),
        path=values["path"],
    )
