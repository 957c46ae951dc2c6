"""What is wrong with a pack's learning paths: their ids, and the order of their steps.

Rules on one file alone are in `paths.py`, where it is read. Every code is explained in
docs/reference/lint-rules.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lsp_learn.model import LearningPath, Problem, Severity, Snippet
from lsp_learn.packs.find import find_packs
from lsp_learn.packs.read import read_snippets

MIN_STEPS = 5
"""Fewer snippets are a list of See also, not a path."""

Known = Mapping[str, Mapping[str, Snippet]]
"""The snippets of the packs that could be read, by the pack's id and their own."""


def lint_paths(
    paths: Sequence[LearningPath], snippets: Sequence[Snippet], place: Path
) -> Iterator[Problem]:
    """The problems of the learning paths of the pack at `place`. Other packs that they name are
    looked for beside it and among those on this machine.
    """
    own = {snippet.id: snippet for snippet in snippets}
    known = _others({name for path in paths for name in path.packs}, place)
    yield from _names(paths, own)
    for path in paths:
        if len(path.steps) < MIN_STEPS:
            message = f"the path has {len(path.steps)} of at least {MIN_STEPS} steps"
            hint = "a few snippets belong under ## See also of one of them"
            yield Problem("C002", path.path, 0, message, hint)
        yield from _found(path, {**known, path.pack: own})
        yield from _order(path, {**known, path.pack: own})


def _others(names: set[str], place: Path) -> Known:
    packs = find_packs((place.resolve().parent,)).packs if names else ()
    chosen = [pack for pack in packs if pack.manifest.id in names]
    return {
        pack.manifest.id: {s.id: s for s, _ in read_snippets([pack]) if s is not None}
        for pack in chosen
    }


def _names(paths: Sequence[LearningPath], own: Mapping[str, Snippet]) -> Iterator[Problem]:
    """An id names one thing on a machine, a title one path of a pack."""
    seen: dict[str, str] = {}
    for path in paths:
        if path.id.partition(".")[0] != path.pack:
            message = f"id {path.id} does not start with the pack's id"
            yield Problem("C003", path.path, 1, message, f"name it {path.pack}.…")
        if path.id in own:
            message = f"id {path.id} is that of a snippet"
            yield Problem("C003", path.path, 1, message, "choose another one")
        for name in (path.id, path.title.lower()):
            if (first := seen.setdefault(name, path.path)) != path.path:
                message = f"{name!r} stands in {first} too"
                yield Problem("C003", path.path, 1, message, "an id and a title are used once")


def _found(path: LearningPath, known: Known) -> Iterator[Problem]:
    """Every step names a snippet, and none the same twice."""
    seen: set[str] = set()
    for name in path.packs:
        if name not in known:
            message = f"the pack {name!r} is not on this machine: its steps are not checked"
            hint = "correct the name, or install the pack and lint again"
            yield Problem("C004", path.path, 0, message, hint, Severity.WARNING)
    for step in path.steps:
        pack = step.snippet.partition(".")[0]
        if pack != path.pack and pack not in path.packs:
            message = f"{step.snippet} is of another pack"
            hint = f'correct the id, or name the pack: packs = ["{pack}"]'
            yield Problem("C004", path.path, step.line, message, hint)
        elif pack in known and step.snippet not in known[pack]:
            message = f"there is no snippet {step.snippet}"
            hint = "correct the id; a snippet with an error does not count as one"
            yield Problem("C004", path.path, step.line, message, hint)
        if step.snippet in seen:
            message = f"{step.snippet} is a step already"
            yield Problem("C005", path.path, step.line, message, "name it where it is needed first")
        seen.add(step.snippet)


def _order(path: LearningPath, known: Known) -> Iterator[Problem]:
    """Steps become harder, not easier, unless their author says that it is meant."""
    before = path.level
    for number, step in enumerate(path.steps):
        snippet = known.get(step.snippet.partition(".")[0], {}).get(step.snippet)
        if snippet is None:
            continue
        falls = number > 0 and snippet.level.rank < before.rank
        message = hint = ""
        if number == 0 and snippet.level.rank > path.level.rank:
            message = f"the path is for {path.level} and begins with {snippet.level}"
            hint = f'write level = "{snippet.level}", or begin with an easier snippet'
        elif falls and not step.easier:
            message = f"goes back from {before} to {snippet.level}"
            hint = "move the step forward, or write easier = true and say in why what it is for"
        elif step.easier and not falls:
            message = "says easier = true, and is not easier than the step before"
            hint = "leave it out"
        if message:
            yield Problem("C006", path.path, step.line, message, hint, Severity.WARNING)
        before = snippet.level
