"""How much of real code the packs explain, and what is missing most: the compass for authors."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lsp_learn.model import CodeContext


@dataclass(slots=True)
class Coverage:
    """Counts for one language: places where something stands that a tutor could speak about,
    those that have a tip, and the facts of the others.
    """

    files: int = 0
    places: int = 0
    explained: int = 0
    missing: Counter[str] = field(default_factory=Counter)

    def add(self, context: CodeContext, *, explained: bool) -> None:
        """Count one place; its first fact is what it would be explained by."""
        self.places += 1
        self.explained += explained
        if not explained and context.facts:
            self.missing[f"{context.facts[0].kind}:{context.facts[0].name}"] += 1

    @property
    def share(self) -> float:
        """Explained places of all places, from 0 to 1; 1 where there are none."""
        return self.explained / self.places if self.places else 1.0

    def most_missing(self, count: int) -> list[tuple[str, int]]:
        """The most frequent facts without a snippet, ties by name."""
        return sorted(self.missing.items(), key=lambda item: (-item[1], item[0]))[:count]
