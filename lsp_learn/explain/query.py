"""What to look up for a place: the facts as index keys, in falling weight."""

from __future__ import annotations

from lsp_learn.model import CodeContext, FactKind, Query, Term

_WEIGHTS = {kind: 1.0 - 0.1 * rank for rank, kind in enumerate(FactKind)}


def query_for(context: CodeContext) -> Query:
    """One term a fact; a fact later in the context weighs a little less than one before it."""
    languages = (context.language, *context.inherits)
    terms = tuple(
        Term(f"{language}:{fact.kind}:{fact.name}", _WEIGHTS[fact.kind] - 0.001 * n, fact)
        for n, fact in enumerate(context.facts)
        for language in languages
    )
    return Query(terms, languages)
