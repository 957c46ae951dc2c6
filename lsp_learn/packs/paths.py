"""Learning paths: a pack's snippets in the order in which one learns from them.

One TOML file a path, `paths/<name>.toml`. Reference: docs/reference/path-format.md.
"""

from __future__ import annotations

import re
from typing import Any

from lsp_learn.model import InstalledPack, LearningPath, PackManifest, Problem, Step
from lsp_learn.packs.fields import Fields
from lsp_learn.packs.files import PackFiles, RefusedError, open_files, read_text, read_toml
from lsp_learn.packs.find import in_place
from lsp_learn.packs.manifest import PACK_ID
from lsp_learn.packs.read import compare
from lsp_learn.packs.snippet import SNIPPET_ID

MAX_TITLE = 70
MAX_TEXT = 300
"""Characters of purpose and outcome."""
MAX_WHY = 200

_KEYS = ("id", "title", "level", "purpose", "outcome", "packs", "step")
_STEP_KEYS = ("snippet", "why", "easier")
_STEP_HEAD = re.compile(r"(?m)^[ \t]*\[\[[ \t]*step[ \t]*\]\]")
_STEPS_HINT = "begin every step with a line [[step]], then snippet and why"


def read_paths(pack: InstalledPack) -> tuple[tuple[LearningPath, ...], tuple[Problem, ...]]:
    """The learning paths of a pack in the order of their files, and what is wrong with those
    that cannot be used.
    """
    paths: list[LearningPath] = []
    problems: list[Problem] = []
    try:
        if pack.sha256:
            compare(pack)
        with open_files(pack.place) as files:
            for name in files.paths():
                path, wrong = read_path(files, name, pack.manifest)
                problems += [in_place(problem, pack.place) for problem in wrong]
                paths += [path] if path is not None else []
    except RefusedError as error:
        problems.append(in_place(error.problem, pack.place))
    return tuple(paths), tuple(problems)


def read_path(
    files: PackFiles, name: str, manifest: PackManifest
) -> tuple[LearningPath | None, tuple[Problem, ...]]:
    """Read one learning path of a pack by its file's path in there; None where it cannot be
    used, with the problems that say why.
    """
    text, problem = read_text(files, name)
    if text is None:
        assert problem is not None
        return None, (problem,)
    values, problem = read_toml(text, name, 1)
    if problem is not None:
        return None, (problem,)
    fields = Fields(values, text, name, "C001")
    fields.only(_KEYS)
    hint = "the pack's id, a dot and a name: python.loops-to-iterators"
    path = LearningPath(
        id=fields.text("id", pattern=SNIPPET_ID, hint=hint),
        title=_short(fields, "title", MAX_TITLE),
        level=fields.level("level"),
        purpose=_short(fields, "purpose", MAX_TEXT),
        outcome=_short(fields, "outcome", MAX_TEXT),
        steps=_steps(fields, values, text, name),
        pack=manifest.id,
        packs=_packs(fields),
        path=name,
    )
    problems = tuple(fields.problems)
    return (None if problems else path), problems


def _packs(fields: Fields) -> tuple[str, ...]:
    packs = fields.texts("packs", hint='ids of other packs: packs = ["python-stdlib"]')
    for pack in packs:
        if not re.fullmatch(PACK_ID, pack):
            fields.report("packs", f"a pack's id cannot be {pack!r}", "for example python-stdlib")
    return packs


def _short(fields: Fields, key: str, most: int) -> str:
    """A text of one paragraph that is not too long: it is shown in a list."""
    text = " ".join(fields.text(key).split())
    if len(text) > most:
        fields.report(key, f"{key!r} has {len(text)} characters", f"{most} are allowed")
    return text


def _steps(fields: Fields, values: dict[str, Any], text: str, name: str) -> tuple[Step, ...]:
    items = values.get("step", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        fields.report("step", "'step' must be a list of tables", _STEPS_HINT)
        return ()
    if not items:
        fields.report("step", "there are no steps", _STEPS_HINT)
        return ()
    heads = [head.start() for head in _STEP_HEAD.finditer(text)]
    if len(heads) != len(items):  # written in another form of TOML: only the file is known
        heads = [0] * len(items)
    pieces = zip(items, heads, [*heads[1:], len(text)], strict=True)
    return tuple(
        _step(fields, item, text[start:end], name, text.count("\n", 0, start) + 1)
        for item, start, end in pieces
    )


def _step(whole: Fields, item: dict[str, Any], text: str, name: str, line: int) -> Step:
    fields = Fields(item, text, name, "C001", line)
    fields.only(_STEP_KEYS)
    hint = "a snippet's id, with its pack: python.for-loop"
    step = Step(
        snippet=fields.text("snippet", pattern=SNIPPET_ID, hint=hint),
        why=_short(fields, "why", MAX_WHY),
        easier=fields.flag("easier"),
        line=fields.line("snippet"),
    )
    whole.problems += fields.problems
    return step
