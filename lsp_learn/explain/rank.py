"""Which snippets to show for a place, and in which order. Pure and total: the same facts, hits
and level give the same tips.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_learn.model import CodeContext, Fact, FactKind, Hit, Level, Snippet, Tip, Trigger

_ORDER = list(FactKind)

_ALWAYS = {FactKind.DIAGNOSTIC, FactKind.PITFALL, FactKind.ERROR}
"""A mistake is worth a word at every level."""


def rank(context: CodeContext, hits: Iterable[Hit], level: Level) -> tuple[Tip, ...]:
    """The tips for a place, the best first: pitfall over symbol over construct over keyword,
    the narrower span over the wider, then the level nearest to the learner's.

    A snippet written for learners below `level` is left out, unless it is about a mistake.
    Of two snippets for one fact the one nearest to the learner's level is shown.
    """
    best: dict[str, tuple[tuple[object, ...], Tip]] = {}
    for hit in hits:
        for place, fact in enumerate(context.facts):
            if not _answers(hit.snippet, fact) or not _wanted(hit.snippet, fact, level):
                continue
            key = (
                _ORDER.index(fact.kind),
                fact.span.length,
                place,
                abs(hit.snippet.level.rank - level.rank),
                hit.snippet.id,
            )
            known = best.get(hit.snippet.id)
            if known is None or key < known[0]:
                best[hit.snippet.id] = (key, Tip(hit.snippet, fact))
    tips = [tip for _, tip in sorted(best.values(), key=lambda item: item[0])]
    return tuple(_one_a_fact(tips))


def _answers(snippet: Snippet, fact: Fact) -> bool:
    return any(_matches(trigger, fact) for trigger in snippet.triggers)


def _matches(trigger: Trigger, fact: Fact) -> bool:
    if trigger.kind is not fact.kind or trigger.name != fact.name:
        return False
    return not trigger.pattern or re.search(trigger.pattern, fact.text[:2000]) is not None


def _wanted(snippet: Snippet, fact: Fact, level: Level) -> bool:
    return fact.kind in _ALWAYS or snippet.level.rank >= level.rank


def _one_a_fact(tips: list[Tip]) -> Iterable[Tip]:
    """Two levels of one thing are two answers to one question: the better one is enough."""
    seen: set[tuple[FactKind, str]] = set()
    for tip in tips:
        key = (tip.fact.kind, tip.fact.name)
        if key not in seen or tip.fact.kind is FactKind.ERROR:
            seen.add(key)
            yield tip
