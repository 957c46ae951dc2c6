"""Every marked place of the golden files: code, and what must be found there. One test a piece of
code: a test a place would take longer to hand out than to run.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from conftest import LANGUAGES
from golden_files import places
from tree_sitter import Language, QueryError

from lsp_learn.context.queries import compiled, split_patterns
from lsp_learn.context.reader import ContextReader
from lsp_learn.model import Document
from lsp_learn.packs.cases import Case

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*/*.txt"))
PLACES = [(path, place) for path in FILES for place in places(path)]
PIECES = [
    (path, tuple(place for _, place in group))
    for (path, _, _), group in groupby(PLACES, lambda one: (one[0], one[1].title, one[1].code))
]
READER = ContextReader(LANGUAGES)


@pytest.mark.parametrize(
    ("path", "marked"),
    PIECES,
    ids=[f"{path.parent.name}/{path.stem}/{marked[0].title}" for path, marked in PIECES],
)
def test_the_marked_places_of_a_piece_of_code(path: Path, marked: tuple[Case, ...]) -> None:
    first = marked[0]
    document = Document(f"golden:{path.name}:{first.title}", path.parent.name, 1, first.code)
    wrong = []
    for place in marked:
        context = READER.at(document, place.offset)
        found = [f"{fact.kind}:{fact.name}" for fact in context.facts]
        if not place.met(found) or (place.expected == "-" and not context.silent):
            wrong.append(f"{path.name}:{place.line}: {found}, not {place.expected}")
    assert wrong == []


def test_every_language_has_golden_files() -> None:
    assert {path.parent.name for path in FILES} == set(LANGUAGES.ids())
    assert len(PLACES) > 300


@pytest.mark.parametrize("language", LANGUAGES.ids())
def test_the_data_of_a_language_has_no_problems(language: str) -> None:
    table = LANGUAGES.get(language)
    assert table is not None
    assert table.problems == []
    assert table.rules.check() == []


def can_have(grammar: Language, pattern: str) -> bool:
    """Whether a grammar has the nodes that a pattern names."""
    try:
        compiled(grammar, pattern)
    except QueryError:
        return False
    return True


@pytest.mark.parametrize("language", LANGUAGES.ids())
def test_every_pitfall_of_a_language_has_a_place_where_it_speaks_and_rules_know_silence(
    language: str,
) -> None:
    table = LANGUAGES.get(language)
    assert table is not None
    expected = {place.expected for path, place in PLACES if path.parent.name == language}
    names = {
        rule.name
        for rule in table.rules._rules
        if rule.name.startswith("pitfall:")
        # An inherited rule may be about nodes that this grammar lacks: tags in TypeScript.
        and any(can_have(table.grammar, one) for one in split_patterns(rule.query))
    }
    shown = {name for name in names if name in expected or f"+{name}" in expected}
    assert names - shown == set(), "a pitfall without a place in a golden file"
    assert "-" in expected
