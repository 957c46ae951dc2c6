"""How much of real code the packs explain, and what is missing most: the compass for authors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from lsp_learn.model import CodeContext, Fact, FactKind

_RELATIVE = re.compile(r"\.|(?:crate|self|super)::")
"""How names begin that are said from where the file stands: of Python, JavaScript, Rust."""

_FIRST = re.compile(r"[\w-]+")


@dataclass(slots=True)
class Coverage:
    """Counts for one language: places where something stands that a tutor could speak about,
    those that have a tip, and the facts of the others. What the code calls by the project's own
    names is counted apart: only a pack of that project can explain it.
    """

    files: int = 0
    places: int = 0
    explained: int = 0
    own: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    missing_own: Counter[str] = field(default_factory=Counter)

    def add(
        self, context: CodeContext, *, explained: bool, packages: AbstractSet[str] = frozenset()
    ) -> None:
        """Count one place; its first fact is what it would be explained by. `packages` are the
        project's own.
        """
        fact = context.facts[0] if context.facts else None
        own = not explained and fact is not None and of_project(fact, packages)
        self.own += own
        self.places += not own
        self.explained += explained
        if not explained and fact is not None:
            missing = self.missing_own if own else self.missing
            missing[f"{fact.kind}:{fact.name}"] += 1

    @property
    def share(self) -> float:
        """Explained places of all places, from 0 to 1; 1 where there are none."""
        return self.explained / self.places if self.places else 1.0

    def most_missing(self, count: int, *, own: bool = False) -> list[tuple[str, int]]:
        """The most frequent facts without a snippet, ties by name; or those of the project."""
        missing = self.missing_own if own else self.missing
        return sorted(missing.items(), key=lambda item: (-item[1], item[0]))[:count]


def of_project(fact: Fact, packages: AbstractSet[str]) -> bool:
    """Whether a fact is a name of the project itself: said relative to the file, or in one of
    the project's own packages.
    """
    if fact.kind not in {FactKind.SYMBOL, FactKind.ARGUMENT}:
        return False
    first = _FIRST.match(fact.name)
    return bool(_RELATIVE.match(fact.name)) or (first is not None and first[0] in packages)
