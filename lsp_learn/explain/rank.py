"""Which snippets to show for a place, and in which order. Pure and total: the same facts, hits
and level give the same tips.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lsp_learn.explain.fill import filled
from lsp_learn.model import CodeContext, Fact, FactKind, Hit, Level, Snippet, Tip, Trigger

# Guessing a message asks more patterns than the cache of `re` holds.
pattern_of = lru_cache(maxsize=None)(re.compile)

_ORDER = list(FactKind)

_ALWAYS = {FactKind.DIAGNOSTIC, FactKind.PITFALL, FactKind.ERROR}
"""A mistake is worth a word at every level."""

_NEAR = {"family", "parent", "cwe"}
"""Keys of a message that are about its kind, not about itself: what answers by them comes last."""


def rank(context: CodeContext, hits: Iterable[Hit], level: Level) -> tuple[Tip, ...]:
    """The tips for a place, the best first: pitfall over symbol over construct over keyword,
    the narrower span over the wider, then the level nearest to the learner's.

    A snippet written for learners below `level` is left out, unless it is about a mistake.
    Of two snippets for one fact the one nearest to the learner's level is shown.
    """
    best: dict[str, tuple[tuple[object, ...], Tip]] = {}
    for hit in hits:
        for place, fact in enumerate(context.facts):
            trigger = _answering(hit.snippet, fact)
            if trigger is None or not _wanted(hit.snippet, fact, level):
                continue
            key = (
                fact.how in _NEAR,
                _ORDER.index(fact.kind),
                not trigger.pattern,
                fact.span.length,
                place,
                abs(hit.snippet.level.rank - level.rank),
                hit.snippet.id,
            )
            known = best.get(hit.snippet.id)
            if known is None or key < known[0]:
                tip = Tip(filled(hit.snippet, captured(trigger, fact)), fact)
                best[hit.snippet.id] = (key, tip)
    tips = [tip for _, tip in sorted(best.values(), key=lambda item: item[0])]
    return tuple(_one_a_fact(tips))


def _answering(snippet: Snippet, fact: Fact) -> Trigger | None:
    """The trigger that a fact meets; one that asks for certain words before one that does not."""
    met = [trigger for trigger in snippet.triggers if _matches(trigger, fact)]
    return next((trigger for trigger in met if trigger.pattern), met[0] if met else None)


def _matches(trigger: Trigger, fact: Fact) -> bool:
    if trigger.kind is not fact.kind or trigger.name != fact.name:
        return False
    return not trigger.pattern or _found(trigger, fact) is not None


def captured(trigger: Trigger, fact: Fact) -> dict[str, str]:
    """What the named groups of a trigger's pattern hold in a fact's message."""
    found = _found(trigger, fact) if trigger.pattern else None
    return {key: value or "" for key, value in found.groupdict().items()} if found else {}


def _found(trigger: Trigger, fact: Fact) -> re.Match[str] | None:
    return pattern_of(trigger.pattern).search(fact.text[:2000])


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
