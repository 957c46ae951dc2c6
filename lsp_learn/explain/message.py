"""Which reading of a message is meant, and why a tip answers it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_learn.explain.rank import pattern_of
from lsp_learn.model import Explained, FactKind, Tip

_KINDS = {
    "family": "no lesson for this code yet; this is about its family",
    "parent": "no lesson for this exception yet; this is about the kind it belongs to",
    "cwe": "no lesson for this code yet; this is about the weakness it names",
}

# The beginning of a text in a line of code: `message = "`, `panic!("`, `grep "`.
_IN_CODE = re.compile(r"""(?:[=(]\s*|^\s*\w+ )[bfr]?["'`]$""")


def asks_for_words(tip: Tip) -> bool:
    """Whether the words of the message brought up a tip, not the name of its tool alone."""
    return any(
        trigger.pattern
        and trigger.kind is tip.fact.kind
        and trigger.name == tip.fact.name
        and pattern_of(trigger.pattern).search(tip.fact.text)
        for trigger in tip.snippet.triggers
    )


def says_it_alone(tip: Tip) -> bool:
    """Whether the words that brought up a tip are most of its message, or its beginning up to
    a sign: enough to know a message of which nothing tells the tool. A code says it too.
    """
    text = tip.fact.text
    if tip.fact.how == "code":
        return True
    for trigger in tip.snippet.triggers:
        if trigger.pattern and (trigger.kind, trigger.name) == (tip.fact.kind, tip.fact.name):
            found = pattern_of(trigger.pattern).search(text)
            words = _own_words(found) if found else ""
            if found and _IN_CODE.search(text[: found.start()]):
                return False
            if found and len(re.findall(r"[A-Za-z]{2,}", words)) > 1:
                most = 2 * len(words) > len(text)
                return most or (found.start() == 0 and not text[found.end() :].startswith(" "))
    return False


def _own_words(found: re.Match[str]) -> str:
    """What a pattern found without the names it captured, which could be anything."""
    words = found[0]
    for captured in found.groupdict().values():
        words = words.replace(captured, " ") if captured else words
    return words


def best_readings(found: Sequence[Explained]) -> tuple[Explained, ...]:
    """One reading a message: `TypeError: ...` may be Python's or JavaScript's, and the one whose
    words a snippet knows is meant; else one whose place was found; else one with any tip; else
    the first. What stands inside of a longer message is a reading of it.
    """
    readings: list[list[Explained]] = []
    for one in found:
        same = (group for group in readings if _one_place(group[0], one))
        if (group := next(same, None)) is not None:
            group.append(one)
        else:
            readings.append([one])
    return tuple(min(same, key=_doubt) for same in readings)


def _one_place(one: Explained, other: Explained) -> bool:
    first, second = sorted((one.message.span, other.message.span), key=lambda span: span.start)
    return first.start == second.start or second.end <= first.end


def _doubt(one: Explained) -> tuple[bool, bool, bool]:
    known = any(asks_for_words(tip) or tip.fact.how == "code" for tip in one.tips[:1])
    return not known, not one.message.path, not one.tips


def matched_by(tip: Tip) -> str:
    """Which key of a message brought a tip up, for people: `ruff B006`, `the message`."""
    name = tip.fact.name.replace(":", " ")
    if tip.fact.how in _KINDS:
        return f"{name}: {_KINDS[tip.fact.how]}"
    if tip.fact.kind is FactKind.ERROR and asks_for_words(tip):
        return f"the words of this {name if name[:1].isupper() else 'message'}"
    return name
