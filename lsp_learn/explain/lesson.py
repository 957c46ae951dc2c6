"""What "Explain this" opens: a Markdown page that reads well raw and rendered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lsp_learn.model import Snippet

TitleOf = Callable[[str], str]
"""A snippet's title by its id, "" when it is not installed."""


def lesson_text(snippets: Sequence[Snippet], title_of: TitleOf) -> str:
    """The lesson of the first snippet in full, and the others that stand at the same place."""
    if not snippets:
        return ""
    first, *others = snippets
    parts = [_full(first, title_of)]
    if others:
        parts.append("---\n\n## Also at this place")
        parts += [_short(snippet) for snippet in others]
    return "\n\n".join(parts) + "\n"


def _full(snippet: Snippet, title_of: TitleOf) -> str:
    parts = [f"# {snippet.title}", snippet.tip, _example(snippet)]
    parts += [f"## {section.heading}\n\n{section.markdown}" for section in snippet.sections]
    links = [f"- {title_of(other)} (`{other}`)" for other in snippet.see_also if title_of(other)]
    links += [f"- [{source.title}]({source.url})" for source in snippet.sources]
    if links:
        parts.append("## See also\n\n" + "\n".join(links))
    parts.append(f"*{snippet.pack} · {snippet.level} · `{snippet.id}`*")
    return "\n\n".join(parts)


def _short(snippet: Snippet) -> str:
    return f"### {snippet.title}\n\n{snippet.tip}\n\n{_example(snippet)}"


def _example(snippet: Snippet) -> str:
    example = snippet.example
    parts = [f"```{example.language}\n{example.code}\n```"]
    if example.output:
        parts.append(f"It prints:\n\n```text\n{example.output}\n```")
    if example.error:
        parts.append(f"It ends with:\n\n```text\n{example.error}\n```")
    return "\n\n".join(parts)
