"""What is wrong with a pack, said at once and with what to do about it.

Rules on one file are in `snippet.py` and `manifest.py`, where the file is read; here are the
rules on a pack as a whole and on its language. Every code is explained in
docs/reference/lint-rules.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from lsp_learn.model import FactKind, InstalledPack, Origin, Problem, Severity, Snippet
from lsp_learn.packs.files import SNIPPETS
from lsp_learn.packs.manifest import MANIFEST, read_manifest
from lsp_learn.packs.read import read_snippets

_FILLER = re.compile(
    r"\b(simply|just|obviously|basically|of course|easily|note that|please)\b", re.IGNORECASE
)
_HTML = re.compile(r"</?[a-zA-Z][^>`]*>")
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)

Rule = Callable[[Snippet], Iterator[Problem]]


def lint_pack(place: Path) -> tuple[Problem, ...]:
    """Every problem of the pack in a folder or an archive, in the order of its files."""
    manifest, problems = read_manifest(place)
    if manifest is None:
        return problems
    pack = InstalledPack(manifest, place, Origin.FOLDER)
    found = list(problems)
    snippets: list[Snippet] = []
    for snippet, wrong in read_snippets([pack]):
        found += [_relative(problem, place) for problem in wrong]
        if snippet is not None:
            snippets.append(snippet)
            for rule in _RULES:
                found += rule(snippet)
    if not snippets and not found:
        hint = f"add one Markdown file a snippet under {SNIPPETS}/"
        found.append(Problem("P003", MANIFEST, 0, "the pack has no snippets", hint))
    found += _pack_rules(snippets, manifest.id)
    return tuple(sorted(found, key=lambda p: (p.path, p.line, p.code)))


def _relative(problem: Problem, place: Path) -> Problem:
    path = Path(problem.path).relative_to(place).as_posix()
    return Problem(
        problem.code, path, problem.line, problem.message, problem.hint, problem.severity
    )


def _pack_rules(snippets: list[Snippet], pack: str) -> Iterator[Problem]:
    ids = {snippet.id for snippet in snippets}
    titles: dict[str, str] = {}
    answers: dict[tuple[str, str, str], Snippet] = {}
    for snippet in snippets:
        if snippet.id.partition(".")[0] != pack:
            message = f"id {snippet.id} does not start with the pack's id"
            yield Problem("S009", snippet.path, 2, message, f"name it {pack}.…")
        for other in snippet.see_also:
            if other.partition(".")[0] == pack and other not in ids:
                message = f"See also names {other}, which is not in this pack"
                yield Problem("S008", snippet.path, 0, message, "correct the id")
        if snippet.id in snippet.see_also:
            yield Problem("S008", snippet.path, 0, "See also names itself", "name another one")
        if (first := titles.setdefault(snippet.title.lower(), snippet.path)) != snippet.path:
            message = f"the title stands in {first} too"
            yield Problem("S010", snippet.path, 0, message, "say what is different in the title")
        for trigger in snippet.triggers:
            for language in snippet.languages:
                key = (language, str(trigger), snippet.level)
                other_one = answers.setdefault(key, snippet)
                if other_one is not snippet and trigger.kind is not FactKind.ERROR:
                    message = f"{trigger} brings up {other_one.id} at the same level"
                    hint = "two snippets share a trigger only at different levels"
                    yield Problem("S011", snippet.path, 0, message, hint)


def _voice(snippet: Snippet) -> Iterator[Problem]:
    """Filler words and exclamation marks: docs/explanation/writing.md."""
    texts = [snippet.tip, *(section.markdown for section in snippet.sections)]
    for text in texts:
        prose = _CODE.sub("", text)
        if match := _FILLER.search(prose):
            hint = "leave the word out: who is stuck does not find it simple"
            message = f"filler word {match[0]!r}"
            yield Problem("V001", snippet.path, 0, message, hint, Severity.WARNING)
        if "!" in prose.replace("!=", "").replace("![", ""):
            message = "exclamation mark"
            yield Problem(
                "V002", snippet.path, 0, message, "end with a full stop", Severity.WARNING
            )


def _plain(snippet: Snippet) -> Iterator[Problem]:
    """No HTML and no images: a hover and a terminal show neither."""
    for text in (snippet.tip, *(section.markdown for section in snippet.sections)):
        prose = _CODE.sub("", text)
        if match := _HTML.search(prose):
            yield Problem("V003", snippet.path, 0, f"HTML {match[0]!r}", "write Markdown")
        if "![" in prose:
            yield Problem("V003", snippet.path, 0, "an image", "say it in words")


def _lesson(snippet: Snippet) -> Iterator[Problem]:
    """A tip without a lesson leaves "Explain this" with nothing to say."""
    if not snippet.sections:
        hint = "add ## Why, and what people get wrong under ## Watch out"
        yield Problem("S012", snippet.path, 0, "the lesson is empty", hint, Severity.WARNING)
    pitfall = any(trigger.kind is FactKind.PITFALL for trigger in snippet.triggers)
    if pitfall and all(section.heading != "How to fix it" for section in snippet.sections):
        hint = "show the wrong and the right form under ## How to fix it"
        yield Problem("S013", snippet.path, 0, "a pitfall without its fix", hint)


_RULES: tuple[Rule, ...] = (_voice, _plain, _lesson)
