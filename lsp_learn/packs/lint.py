"""What is wrong with a pack, said at once and with what to do about it.

Rules on one file are in `snippet.py` and `manifest.py`, where the file is read; here are the
rules on a pack as a whole and on its language. Every code is explained in
docs/reference/lint-rules.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsp_learn.model import (
    FactKind,
    InstalledPack,
    Origin,
    PackManifest,
    Problem,
    Severity,
    Snippet,
)
from lsp_learn.packs.files import SNIPPETS, PackFiles, RefusedError, open_files, read_raw
from lsp_learn.packs.fixes import form_problems
from lsp_learn.packs.lint_paths import lint_paths
from lsp_learn.packs.manifest import MANIFEST, manifest_of
from lsp_learn.packs.paths import read_paths
from lsp_learn.packs.read import twice
from lsp_learn.packs.snippet import Written, read_written

_FILLER = re.compile(
    r"\b(simply|just|obviously|basically|of course|easily|note that|please)\b", re.IGNORECASE
)
_HTML = re.compile(r"</?[a-zA-Z][^>`]*>")
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)

_MARK = re.compile(r"!(?![=\[])")

Rule = Callable[[Written], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Linted:
    """A snippet file: what could be read of it, what is wrong with it by itself, and the lines
    of its keys and of what they name, for rules on the pack as a whole.
    """

    path: str
    snippet: Snippet | None
    problems: tuple[Problem, ...]
    lines: Mapping[str, int] = field(default_factory=dict)


def lint_pack(place: Path) -> tuple[Problem, ...]:
    """Every problem of the pack in a folder or an archive, in the order of its files."""
    found: list[Problem] = []
    files: list[Linted] = []
    try:
        with open_files(place) as opened:
            manifest, problems = lint_manifest(opened)
            if manifest is None:
                return tuple(sorted(problems, key=_order))
            found += problems
            files += (lint_file(opened, name, manifest) for name in opened.snippets())
    except RefusedError as error:
        return (*found, error.problem)
    found += lint_together(files, manifest)
    snippets = [one.snippet for one in files if one.snippet is not None]
    paths, wrong = read_paths(InstalledPack(manifest, place, Origin.FOLDER))
    found += [_relative(problem, place) for problem in wrong]
    found += lint_paths(paths, snippets, place)
    for path in paths:
        texts = [(path.purpose, 0), (path.outcome, 0)]
        found += _prose([*texts, *((step.why, step.line) for step in path.steps)], path.path)
    return tuple(sorted(found, key=_order))


def _order(problem: Problem) -> tuple[str, int, str]:
    return problem.path, problem.line, problem.code


def lint_manifest(files: PackFiles) -> tuple[PackManifest | None, tuple[Problem, ...]]:
    """The manifest of a pack, and everything that is wrong with it."""
    manifest, problems = manifest_of(files)
    raw, _ = read_raw(files, MANIFEST)
    return manifest, (*problems, *form_problems(raw or "", MANIFEST))


def lint_file(files: PackFiles, name: str, manifest: PackManifest) -> Linted:
    """One snippet file of a pack by its path in there."""
    written = read_written(files, name, manifest)
    problems = [*written.problems, *form_problems(written.raw, name)]
    snippet = written.snippet
    if snippet is None:
        return Linted(name, None, tuple(problems))
    for rule in _RULES:
        problems += rule(written)
    named = ("id", "title", *map(str, snippet.triggers))
    lines = {name: written.line(name) for name in named}
    lines |= {name: written.line_in_see_also(name) for name in snippet.see_also}
    return Linted(name, snippet, tuple(problems), lines)


def lint_together(files: Iterable[Linted], manifest: PackManifest) -> Iterator[Problem]:
    """The problems of every snippet file of a pack, with those that they only have together."""
    kept: dict[str, Linted] = {}
    empty = True
    for one in files:
        empty = False
        yield from one.problems
        if one.snippet is not None and one.snippet.id in kept:
            yield twice(one.snippet, one.lines["id"])
        elif one.snippet is not None:
            kept[one.snippet.id] = one
    if empty:
        hint = f"add one Markdown file a snippet under {SNIPPETS}/"
        yield Problem("P003", MANIFEST, 0, "the pack has no snippets", hint)
    yield from _references(kept, manifest.id)
    yield from _rivals(kept.values())


def _relative(problem: Problem, place: Path) -> Problem:
    path = Path(problem.path).relative_to(place).as_posix()
    return Problem(
        problem.code, path, problem.line, problem.message, problem.hint, problem.severity
    )


def _references(kept: Mapping[str, Linted], pack: str) -> Iterator[Problem]:
    """Ids belong to the pack, and See also names others of its snippets."""
    for name, one in kept.items():
        if name.partition(".")[0] != pack:
            message = f"id {name} does not start with the pack's id"
            yield Problem("S009", one.path, one.lines["id"], message, f"name it {pack}.…")
        for other in one.snippet.see_also if one.snippet else ():
            message = ""
            if other == name:
                message, hint = "See also names itself", "name another one"
            elif other.partition(".")[0] == pack and other not in kept:
                message = f"See also names {other}, which is not in this pack"
                hint = "correct the id"
            if message:
                yield Problem("S008", one.path, one.lines[other], message, hint)


def _rivals(files: Iterable[Linted]) -> Iterator[Problem]:
    """A title, and a trigger at one level, belong to one snippet."""
    titles: dict[str, str] = {}
    answers: dict[tuple[str, str, str], Snippet] = {}
    for one in files:
        snippet = one.snippet
        if snippet is None:
            continue
        if (first := titles.setdefault(snippet.title.lower(), one.path)) != one.path:
            message = f"the title stands in {first} too"
            hint = "say what is different in the title"
            yield Problem("S010", one.path, one.lines["title"], message, hint)
        for trigger in dict.fromkeys(snippet.triggers):
            keys = [(language, str(trigger), snippet.level) for language in snippet.languages]
            found = [answers.setdefault(key, snippet) for key in keys]
            other = next((one for one in found if one is not snippet), None)
            if other is not None and trigger.kind is not FactKind.ERROR:
                message = f"{trigger} brings up {other.id} at the same level"
                hint = "two snippets share a trigger only at different levels"
                yield Problem("S011", one.path, one.lines[str(trigger)], message, hint)


def _texts(written: Written) -> Iterator[tuple[str, int]]:
    """The tip and the lesson, each with its first line."""
    for section in written.sections:
        if section.heading not in {"Example", "See also"}:
            yield "\n".join(section.lines), section.line + (section.level > 0)


def _blank(code: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", code[0])


def _voice(written: Written) -> Iterator[Problem]:
    """Filler words and exclamation marks: docs/explanation/writing.md."""
    return _prose(_texts(written), _path(written))


def _path(written: Written) -> str:
    return written.snippet.path if written.snippet else ""


def _prose(texts: Iterable[tuple[str, int]], path: str) -> Iterator[Problem]:
    """Of texts with their first lines; 0 where these are not known."""
    for text, first in texts:
        prose = _CODE.sub(_blank, text)
        if match := _FILLER.search(prose):
            hint = "leave the word out: who is stuck does not find it simple"
            message = f"filler word {match[0]!r}"
            yield Problem("V001", path, _line(first, match), message, hint, Severity.WARNING)
        if match := _MARK.search(prose):
            hint = "end with a full stop"
            line = _line(first, match)
            yield Problem("V002", path, line, "exclamation mark", hint, Severity.WARNING)


def _line(first: int, match: re.Match[str]) -> int:
    return first + match.string.count("\n", 0, match.start()) if first else 0


def _plain(written: Written) -> Iterator[Problem]:
    """No HTML and no images: a hover and a terminal show neither."""
    path = _path(written)
    for text, first in _texts(written):
        prose = _CODE.sub(_blank, text)
        if match := _HTML.search(prose):
            message = f"HTML {match[0]!r}"
            yield Problem("V003", path, _line(first, match), message, "write Markdown")
        if match := re.search(r"!\[", prose):
            yield Problem("V003", path, _line(first, match), "an image", "say it in words")


def _repeated(written: Written) -> Iterator[Problem]:
    """An entry of a list is said once."""
    snippet = written.snippet
    assert snippet is not None
    lists = {
        "triggers": [str(trigger) for trigger in snippet.triggers],
        "tags": list(snippet.tags),
        "languages": list(snippet.languages),
        "sources": [f"{source.title} <{source.url}>" for source in snippet.sources],
    }
    for key, texts in lists.items():
        again = next((text for n, text in enumerate(texts) if text in texts[:n]), None)
        if again is not None:
            line = written.line(key)
            message = f"{again!r} stands twice in {key}"
            yield Problem("S014", snippet.path, line, message, "name it once", Severity.WARNING)


def _lesson(written: Written) -> Iterator[Problem]:
    """A tip without a lesson leaves "Explain this" with nothing to say."""
    snippet = written.snippet
    assert snippet is not None
    if not snippet.sections:
        hint = "add ## Why, and what people get wrong under ## Watch out"
        yield Problem("S012", snippet.path, 0, "the lesson is empty", hint, Severity.WARNING)
    pitfall = any(trigger.kind is FactKind.PITFALL for trigger in snippet.triggers)
    if pitfall and all(section.heading != "How to fix it" for section in snippet.sections):
        hint = "show the wrong and the right form under ## How to fix it"
        yield Problem("S013", snippet.path, 0, "a pitfall without its fix", hint)


_RULES: tuple[Rule, ...] = (_voice, _plain, _lesson, _repeated)
