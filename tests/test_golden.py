"""Every marked place of the golden files: code, and what must be found there."""

from __future__ import annotations

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
READER = ContextReader(LANGUAGES)


@pytest.mark.parametrize(
    ("path", "place"),
    PLACES,
    ids=[f"{path.parent.name}/{path.stem}/{place}" for path, place in PLACES],
)
def test_a_marked_place(path: Path, place: Case) -> None:
    document = Document(f"golden:{path.name}:{place.title}", path.parent.name, 1, place.code)
    context = READER.at(document, place.offset)
    found = [f"{fact.kind}:{fact.name}" for fact in context.facts]
    assert place.met(found), f"{found}, not {place.expected}"
    assert place.expected != "-" or context.silent


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
