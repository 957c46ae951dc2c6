"""Names out of a message put into the words of a snippet.

A snippet whose trigger captures names, `error:NameError: name '(?P<name>\\w+)' is not defined`,
may write `{name|the name}`: the captured text stands there, and where there is none the words
behind the bar, without the marks of code that stand around the place for the captured text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from lsp_learn.model import Snippet

PLACE = re.compile(r"(`?)\{([a-z_]+)\|([^{}|\n]*)\}(`?)")

_LONGEST = 80


def captured_names(snippet: Snippet) -> frozenset[str]:
    """The names that the patterns of a snippet's triggers capture."""
    return _names(tuple(trigger.pattern for trigger in snippet.triggers if trigger.pattern))


@lru_cache(maxsize=512)
def _names(patterns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for one in patterns for name in re.compile(one).groupindex)


def filled(snippet: Snippet, names: Mapping[str, str]) -> Snippet:
    """The snippet with its places filled; itself where it has none."""
    known = captured_names(snippet)
    if not known:
        return snippet

    def value(match: re.Match[str]) -> str:
        before, name, words, after = match.groups()
        if name not in known:
            return match[0]
        text = " ".join(names.get(name, "").replace("`", "'").split())
        if not text and before and after and " " in words:
            return words
        return before + (text[:_LONGEST] or words) + after

    return replace(
        snippet,
        tip=PLACE.sub(value, snippet.tip),
        sections=tuple(
            replace(section, markdown=PLACE.sub(value, section.markdown))
            for section in snippet.sections
        ),
    )
