"""The known words nearest to one that is not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

_SHORTEST = 4
"""Below this length a word with one letter changed is another word."""


class Spelling:
    """Known words, looked up by what people type instead of them."""

    def __init__(self, known: Iterable[str]) -> None:
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for word in known:
            if len(word) >= _SHORTEST:
                self._by_start[word[0]].append(word)

    def nearest(self, word: str) -> tuple[list[str], int]:
        """The nearest known words, and how many letters they are away: at most two of a long
        word. Nobody mistypes the first letter: only words that begin with it are looked at.
        """
        allowed = 0 if len(word) < _SHORTEST else 1 if len(word) < 8 else 2
        found = [(distance(word, known), known) for known in self._similar(word, allowed)]
        steps = min((steps for steps, _ in found), default=0)
        if not 0 < steps <= allowed:
            return [], 0
        return sorted(known for away, known in found if away == steps), steps

    def _similar(self, word: str, allowed: int) -> Iterator[str]:
        letters = set(word)
        for known in self._by_start.get(word[:1], ()) if allowed else ():
            if (
                abs(len(known) - len(word)) <= allowed
                and len(letters.symmetric_difference(known)) <= 2 * allowed
            ):
                yield known


def distance(one: str, other: str) -> int:
    """How many letters were left out, added, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before_above = row, before
        row = [i]
        for j, another in enumerate(other, 1):
            steps = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                steps = min(steps, before_above[j - 2] + 1)
            row.append(steps)
        before = above
    return row[-1]
