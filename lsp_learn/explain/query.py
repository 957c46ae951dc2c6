"""What to look up for a place: the facts as index keys, in falling weight."""

from __future__ import annotations

import re

from lsp_learn.model import CodeContext, Diagnostic, Fact, FactKind, Query, Term

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


def diagnostic_facts(diagnostic: Diagnostic) -> tuple[Fact, ...]:
    """What another tool's diagnostic says, as facts: its code, and an error its message names.

    Tools write their own name in several ways (`Ruff`, `ruff`, `Pylance` for Pyright).
    """
    source = _TOOLS.get(diagnostic.source.lower(), diagnostic.source.lower())
    facts = []
    if source and diagnostic.code:
        name = f"{source}:{diagnostic.code}"
        facts.append(
            Fact(FactKind.DIAGNOSTIC, name, diagnostic.span, "diagnostic", diagnostic.message)
        )
    if error := _ERROR.match(diagnostic.message):
        facts.append(Fact(FactKind.ERROR, error[1], diagnostic.span, "message", diagnostic.message))
    return tuple(facts)


_ERROR = re.compile(r"(?:\w+\.)*([A-Z]\w+)(?::|\s*$)")
"""The exception's name that a message starts with, with its module or without."""


_TOOLS = {"pylance": "pyright", "pylsp-mypy": "mypy", "ts": "typescript", "pycodestyle": "flake8"}
