"""How a tip reads as a hover and as a line: Markdown or plain text, short by construction.

A hover has at most 12 lines and 1,500 characters: bold title, tip, example, one footer line.
Peers that show more are switched off by their users.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsp_learn.explain.message import matched_by
from lsp_learn.model import Example, FactKind, Tip

MAX_LINES = 12
MAX_CHARACTERS = 1_500

_ACTION = "“Explain this”"

_NAMED = 3
"""Other tips named in the footer."""


def hover_text(tips: Sequence[Tip], *, markdown: bool, action: bool = True) -> str:
    """The hover for a place: the first tip, the others named. "" where there is none.

    `action` says whether the editor offers "Explain this", which the footer then mentions.
    """
    if not tips:
        return ""
    snippet = tips[0].snippet
    footer = _footer(tips[0], tips[1:], markdown=markdown, action=action)
    title = f"**{_inline(snippet.title)}**" if markdown else snippet.title
    tip = snippet.tip if markdown else _plain(snippet.tip)
    code = _code(snippet.example, markdown=markdown)
    # What a tool said about the line stands beside the hover already; the example ends the same.
    said = tips[0].fact.kind is FactKind.DIAGNOSTIC
    result = [] if said else _result(snippet.example, markdown=markdown)
    # What is left out first when there is little room: the result, the blank line, the code.
    for lines in (
        [title, "", tip, *code, *result, footer],
        [title, "", tip, *code, footer],
        [f"{title}: {tip}", *code, footer],
        [f"{title}: {tip}", footer],
    ):
        text = "\n".join(lines)
        if len(lines) <= MAX_LINES and len(text) <= MAX_CHARACTERS:
            return text
    return text[:MAX_CHARACTERS]


def _code(example: Example, *, markdown: bool) -> list[str]:
    lines = example.code.split("\n")
    if markdown:
        return [f"```{example.language}", *lines, "```"]
    return [f"    {line}" for line in lines]


def _result(example: Example, *, markdown: bool) -> list[str]:
    """One line that says what the example prints or ends with, where that is short."""
    result = example.error or example.output or ""
    lines = result.split("\n")
    if not result or len(lines) > 2 or len(result) > 90 or "`" in result:
        return []
    shown = ", then ".join(f"`{line}`" if markdown else line for line in lines)
    # The two spaces are Markdown's line break: the footer follows without a blank line.
    return [f"{'Ends with' if example.error else 'Prints'} {shown}" + ("  " if markdown else "")]


def _footer(tip: Tip, others: Sequence[Tip], *, markdown: bool, action: bool) -> str:
    parts = [f"{tip.snippet.pack} · {tip.snippet.level}"]
    if tip.fact.kind in {FactKind.DIAGNOSTIC, FactKind.ERROR}:
        parts.append(f"about {matched_by(tip)}")
    names = [_inline(tip.snippet.title) if markdown else tip.snippet.title for tip in others]
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        parts.append("also here: " + ", ".join(names[:_NAMED]) + more)
    if action:
        parts.append(f"{_ACTION} for more")
    return " · ".join(parts)


def linked(text: str, address: str) -> str:
    """A Markdown hover whose mention of "Explain this" is a link. Its length does not count."""
    before, mention, after = text.rpartition(_ACTION)
    return f"{before}[Explain this]({address}){after}" if mention else text


def _inline(text: str) -> str:
    """Text that Markdown must not read as markup: `*args`, `__init__`."""
    return "".join("\\" + character if character in "*_`[]<>#" else character for character in text)


def _plain(text: str) -> str:
    """A tip without its Markdown marks; the words stay as they are."""
    return text.replace("`", "").replace("**", "")
