"""What `pack lint --fix` and the editor's quick fixes mend.

A fix is a pure function, text to text. It changes what its rule names and nothing else, and gives
back as it is what it does not understand: metadata is read again after every change and must
then say what was meant. Applied twice a fix does the same as once (tests/unit/test_fixes.py).

The rules on form (F005 to F007) are nothing but their fix: they are broken where it would change
the text. The rules that the other fixes belong to stand where files are read, and in `lint.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lsp_learn.model import Problem, Severity
from lsp_learn.packs.files import plain_ends
from lsp_learn.packs.fixes import form, metadata, sections
from lsp_learn.packs.fixes.form import Mend, on_lines
from lsp_learn.packs.manifest import MANIFEST

_ROUNDS = 8
"""One fix may make room for another: a file that has metadata at last has sections to order."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends problems with a code. `title` is an order, for menus. With a `message` it is a
    rule on form, which is broken where `mend` would change the text.
    """

    code: str
    title: str
    mend: Mend
    message: str = ""
    hint: str = ""


def mended(text: str, name: str) -> tuple[str, tuple[Fix, ...]]:
    """A pack's file with everything mended that can be, and the fixes that changed it.

    Args:
        text: as it stands on disk.
        name: the file's path in the pack: the manifest has fixes of its own.
    """
    used: dict[Fix, None] = {}
    for _ in range(_ROUNDS):
        before = text
        for fix in fixes_for(name):
            made = fix.mend(text)
            if made != text:
                used[fix] = None
                text = made
        if text == before:
            break
    return text, tuple(used)


def fixes_for(name: str) -> tuple[Fix, ...]:
    """The fixes for a file of a pack, in the order in which they are applied."""
    if name == MANIFEST:
        return MANIFEST_FIXES
    return SNIPPET_FIXES if name.endswith(".md") else ()


def form_problems(text: str, name: str) -> Iterator[Problem]:
    """Where a file breaks the rules on form; `text` as it stands on disk."""
    for fix in fixes_for(name):
        if fix.message and (made := fix.mend(text)) != text:
            line = _first_difference(text, made)
            yield Problem(fix.code, name, line, fix.message, fix.hint, Severity.WARNING)


def _first_difference(one: str, other: str) -> int:
    """The line (from 1) where two texts part."""
    lines, others = (text.split("\n") for text in (one, other))
    pairs = enumerate(zip(lines, others, strict=False), 1)
    return next((n for n, (a, b) in pairs if a != b), min(len(lines), len(others)))


def _head(code: str, title: str, change: Mend) -> Fix:
    return Fix(code, title, on_lines(metadata.in_head(change)))


def _body(code: str, title: str, change: Callable[..., list[str]]) -> Fix:
    return Fix(code, title, on_lines(sections.in_body(change)))


_LINE_ENDS = Fix(
    "F005",
    "End lines with \\n, without a byte order mark",
    plain_ends,
    "line ends other than \\n, or a byte order mark",
    "archives of the same text would differ; in .gitattributes: *.md text eol=lf",
)
_SPACES = Fix(
    "F006",
    "Remove spaces at line ends",
    on_lines(form.no_spaces),
    "spaces at the end of a line",
    "remove them; in code, and where two break a line of Markdown, they may stay",
)
_END = Fix(
    "F007",
    "End the file with one line end",
    on_lines(form.one_end),
    "the file does not end with one line end",
    "end the last line, and leave no empty ones behind it",
)

_RENAMED = {
    "trigger": "triggers",
    "tag": "tags",
    "source": "sources",
    "language": "languages",
    "not-run": "not_run",
}

SNIPPET_FIXES: tuple[Fix, ...] = (
    _LINE_ENDS,
    Fix("S001", "Put the metadata between +++ lines", on_lines(metadata.marks)),
    _head("F004", "Put texts into quotes", metadata.quotes),
    _head("S002", "Write keys as they are called", metadata.keys(_RENAMED)),
    _head("S002", "Write the level in small letters", metadata.each("level", metadata.level)),
    _head("S002", "Take backticks out of the title", metadata.each("title", metadata.title)),
    _head("S002", "Write triggers as kind:name", metadata.each("triggers", metadata.trigger)),
    _head(
        "S002", "Write sources as Title <https://...>", metadata.each("sources", metadata.source)
    ),
    *(
        _head("S014", f"Leave out what stands twice in {key}", metadata.values(key, metadata.once))
        for key in ("triggers", "tags", "languages", "sources")
    ),
    _body("S005", "Write headings as the format names them", sections.headings),
    _body("S005", "Put the sections in order", sections.order),
    _body("S006", "Name the blocks output and error", sections.results),
    _body("S008", "Write See also as one - id a line", sections.see_also),
    _SPACES,
    _END,
)

MANIFEST_FIXES: tuple[Fix, ...] = (
    _LINE_ENDS,
    Fix("F004", "Put texts into quotes", on_lines(metadata.quotes)),
    Fix(
        "P001",
        "Write keys as they are called",
        on_lines(
            metadata.keys({"licence": "license", "language": "languages", "author": "authors"})
        ),
    ),
    Fix(
        "P001",
        "Write the version as three numbers",
        on_lines(metadata.each("version", metadata.version)),
    ),
    _SPACES,
    _END,
)
