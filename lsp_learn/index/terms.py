"""The terms that a snippet is found by in the search, with what each weighs."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from itertools import chain, repeat

from lsp_learn.index.wording import OWN, Word, own_name, phrases, punctuation, stem, wording
from lsp_learn.index.wording import words as words_of
from lsp_learn.model import FactKind, Snippet

ERRORS, MISTAKE = "!errors", "!mistake"
"""Terms that no text has: what explains messages of errors, and what is about mistakes."""

_WEIGHTS = {
    "title": (4.0, 5),
    "names": (3.0, 8),
    "tags": (3.0, 6),
    "tip": (1.5, 30),
    "body": (0.6, 250),
}
"""For each part of a snippet: what a word in it weighs, and its usual number of words."""

_NORM = 0.4
"""How much the length of a part matters: 0 not at all, 1 in full."""

_CLASSES_OF_MESSAGES = {FactKind.ERROR, FactKind.DIAGNOSTIC}
_MISTAKES = {FactKind.ERROR, FactKind.PITFALL}


def terms_of(snippet: Snippet) -> dict[str, float]:
    """The terms that a snippet is found by, with their weights."""
    names = " . ".join(f"{t.name} {t.pattern}" for t in snippet.triggers)
    body = " ".join(section.markdown for section in snippet.sections)
    parts = {
        "title": snippet.title,
        "names": names,
        "tags": " . ".join(snippet.tags),
        "tip": snippet.tip,
        "body": f"{snippet.example.code} {snippet.example.error} {body}",
    }
    found: dict[str, float] = defaultdict(float)
    for part, text in parts.items():
        weight, usual = _WEIGHTS[part]
        counts = Counter(_terms(list(words_of(text)), part))
        length = 1 - _NORM + _NORM * counts.total() / usual
        for term, count in counts.items():
            found[term] += weight * count / (count + length) * 2
    for name in _own_names(snippet):
        found[OWN + name] = 1.0
    if any(t.pattern for t in snippet.triggers):
        found[ERRORS] = 1.0
    if any(trigger.kind in _MISTAKES for trigger in snippet.triggers):
        found[MISTAKE] = 1.0
    return found


def _terms(text: list[Word], part: str) -> list[str]:
    found = list(chain.from_iterable(map(_of_word, text, repeat(part))))
    if part != "body":
        synonyms = wording().synonyms
        stems = [stem(word.whole) for word in text]
        found += ("+".join(some) for _, some in phrases(stems) if some in synonyms)
    return found


@lru_cache(maxsize=50_000)
def _of_word(word: Word, part: str) -> tuple[str, ...]:
    """The terms that a word stands for in a part of a snippet."""
    stop = wording().stop
    head = part in {"title", "names", "tags"}
    if (punctuation(word) and part != "title") or (word.whole in stop and not head):
        return ()
    found = [word.stem, *(stem(one) for one in word.parts if one not in stop)]
    found += (one for one in word.whole.split(".") if "_" in one.strip("_"))
    if head:  # the words as they are written, which is what a misspelt one is compared with
        found += (one for one in (word.whole, *word.parts) if one != stem(one))
    return tuple(found)


def _own_names(snippet: Snippet) -> set[str]:
    """What somebody types who knows its name: `asyncio.gather`, `gather`, `list comprehension`."""
    own = {t.name.lower() for t in snippet.triggers if t.kind not in _CLASSES_OF_MESSAGES}
    own |= {name.rsplit(".", 1)[-1] for name in own}
    own |= {snippet.id.rsplit(".", 1)[-1], snippet.title.split(": ")[0]}
    return {own_name(list(words_of(one))) for one in own} - {""}
