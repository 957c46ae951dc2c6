"""How a tip reads as a hover and as a line: Markdown or plain text, short by construction.

A hover has at most 12 lines and 1,500 characters: bold title, tip, example, one footer line.
Peers that show more are switched off by their users.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsp_learn.model import Example, Snippet, Tip

MAX_LINES = 12
MAX_CHARACTERS = 1_500

_NAMED = 3
"""Other tips named in the footer."""


def hover_text(tips: Sequence[Tip], *, markdown: bool, action: bool = True) -> str:
    """The hover for a place: the first tip, the others named. "" where there is none.

    `action` says whether the editor offers "Explain this", which the footer then mentions.
    """
    if not tips:
        return ""
    snippet = tips[0].snippet
    footer = _footer(snippet, tips[1:], markdown=markdown, action=action)
    title = f"**{_inline(snippet.title)}**" if markdown else snippet.title
    tip = snippet.tip if markdown else _plain(snippet.tip)
    spare = MAX_LINES - 4 - (2 if markdown else 0)  # title, blank, tip, footer; two fence lines
    code = _code(snippet.example, spare)
    if code is None and markdown:
        # Eight lines of code fit when title and tip share a paragraph.
        title, tip, code = f"{title}: {tip}", "", _code(snippet.example, spare + 2)
    parts = [title, *(("", tip) if tip else ())]
    if code and markdown:
        parts += [f"```{snippet.example.language}", *code, "```"]
    elif code:
        parts += [f"    {line}" for line in code]
    text = "\n".join([*parts, footer])
    if len(text) > MAX_CHARACTERS:
        text = "\n".join([title, "", tip, "", footer]) if tip else "\n".join([title, "", footer])
    return text[:MAX_CHARACTERS]


def _code(example: Example, spare: int) -> list[str] | None:
    """The example's lines, what it prints behind them where there is room; None if too long."""
    lines = example.code.split("\n")
    if len(lines) > spare:
        return None
    results = (example.error or example.output or "").split("\n")
    mark = _COMMENTS.get(example.language)
    if mark and results != [""] and len(lines) + len(results) <= spare and len(results) <= 2:
        lines += [f"{mark} {line}" for line in results]
    return lines


_COMMENTS = {"python": "#", "shell": "#", "bash": "#", "ruby": "#", "sql": "--", "go": "//",
             "javascript": "//", "typescript": "//", "rust": "//", "java": "//", "c": "//"}  # fmt: skip


def _footer(snippet: Snippet, others: Sequence[Tip], *, markdown: bool, action: bool) -> str:
    parts = [f"{snippet.pack} · {snippet.level}"]
    names = [_inline(tip.snippet.title) if markdown else tip.snippet.title for tip in others]
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        parts.append("also here: " + ", ".join(names[:_NAMED]) + more)
    if action:
        parts.append("“Explain this” for more")
    return " · ".join(parts)


def _inline(text: str) -> str:
    """Text that Markdown must not read as markup: `*args`, `__init__`."""
    return "".join("\\" + character if character in "*_`[]<>#" else character for character in text)


def _plain(text: str) -> str:
    """A tip without its Markdown marks; the words stay as they are."""
    return text.replace("`", "").replace("**", "")
