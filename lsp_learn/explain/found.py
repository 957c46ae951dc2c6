"""How a snippet that a search found reads as JSON, the same at every door."""

from __future__ import annotations

from typing import Any

from lsp_learn.model import Hit


def listed(hit: Hit) -> dict[str, Any]:
    """A hit as `{id, title, tip, language, level, pack, score}`; several languages stand between
    commas, the score is from 0 to 1.
    """
    snippet = hit.snippet
    return {
        "id": snippet.id,
        "title": snippet.title,
        "tip": snippet.tip,
        "language": ",".join(snippet.languages),
        "level": str(snippet.level),
        "pack": snippet.pack,
        "score": round(hit.score, 3),
    }
