"""CodeTour: walks through a repository, `.tours/*.tour`. A step that names something that the code
uses is a snippet.

A step's `pattern` and a tour's `when` are programs of a kind, and are not run: where a step has no
line, the block of code in its text is the example.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path, PurePosixPath
from typing import Any

from lsp_learn.errors import PackError
from lsp_learn.model import Section, Source
from lsp_learn.packs.archive import printable
from lsp_learn.packs.importers.draft import (
    NO_LICENSE,
    Draft,
    Imported,
    Wanted,
    fences,
    fitting,
    lesson,
    many_lines,
    marked_names,
    one_line,
    paragraphs,
    plain_title,
)
from lsp_learn.packs.importers.sources import read_json
from lsp_learn.packs.snippet import MAX_EXAMPLE_LINES, find_focus

_TOURS = ".tours"
_MAX_SOURCE = 1_000_000
"""Bytes of a source file that a step points at."""


def read_codetour(place: Path, wanted: Wanted) -> Imported:
    """Read the tours of a repository, by its folder.

    Raises:
        PackError: there are no tours, or `--language` or `--source` is missing.
    """
    if not wanted.language:
        raise PackError("a tour does not say its language", "add --language python")
    if not wanted.source:
        hint = "add --source https://git.example/team/project/blob/main"
        raise PackError("nothing says where the repository is read", hint)
    if not place.is_dir():
        reason = "is a file" if place.exists() else "there is no such folder"
        raise PackError(f"{place}: {reason}", f"name the repository that holds {_TOURS}/")
    root = place.resolve()
    tours = sorted((root / _TOURS).glob("*.tour"))
    if not tours:
        raise PackError(f"{place} holds no tour", f"name the repository that holds {_TOURS}/")
    imported = Imported(
        title=plain_title(f"Tours of {root.name}"),
        license=wanted.license or NO_LICENSE,
        languages=(wanted.language,),
        description="Steps of the code tours of a repository.",
        homepage=wanted.source,
        files={"NOTICE": f"The texts of this pack are code tours of {wanted.source}\n"},
    )
    for path in tours:
        _read_tour(imported, root, path, wanted)
    if not wanted.license:
        hint = "add --license with the SPDX name, before the pack goes to others"
        imported.not_stated(_TOURS, "a tour states no licence", hint)
    return imported


def _read_tour(imported: Imported, root: Path, path: Path, wanted: Wanted) -> None:
    shown = printable(f"{_TOURS}/{path.name}")
    if path.is_symlink() or path.parent.is_symlink():
        imported.left_out(shown, "a link", "put the file itself into the folder")
        return
    try:
        tour = read_json(path)
    except PackError as error:
        imported.left_out(shown, str(error), error.hint)
        return
    steps = tour.get("steps") if isinstance(tour, dict) else None
    if not isinstance(steps, list) or not steps:
        imported.left_out(shown, "no steps", "record the tour again")
        return
    title = one_line(tour["title"]) if isinstance(tour.get("title"), str) else path.stem
    for number, step in enumerate(steps, 1):
        where = f"{shown} step {number}"
        if isinstance(step, dict) and isinstance(step.get("description"), str):
            _add(imported, root, (where, f"{title} {number}"), step, wanted)
        else:
            imported.left_out(where, "no description", "say what the step shows")


def _add(
    imported: Imported, root: Path, named: tuple[str, str], step: dict[str, Any], wanted: Wanted
) -> None:
    where, fallback = named
    text = many_lines(step["description"])
    told = paragraphs(text)
    if not told:
        imported.left_out(where, "no paragraph of text", "say what the step shows")
        return
    block = fitting(fences(text))
    code, drift = (block.text, "") if block else _pointed_at(root, step)
    if not code:
        imported.left_out(where, drift, "record the step again, or put a block of code into it")
        return
    title = one_line(step["title"]) if isinstance(step.get("title"), str) else fallback
    names = marked_names(title, text, code)
    if not names:
        hint = "put a name that the code uses in `marks` into the step's title or text"
        imported.left_out(where, "nothing says what in code brings it up", hint)
        return
    rest = lesson(text.replace(told[0], "", 1))
    imported.drafts.append(
        Draft(
            where=where,
            name=fallback,
            title=title,
            tip=told[0],
            code=code,
            code_language=wanted.language,
            triggers=tuple(f"symbol:{name}" for name in names),
            sources=(Source(plain_title(title), _address(step, wanted)),),
            not_run="a piece of a repository",
            focus=next(n for n in (one.split(".")[-1] for one in names) if find_focus(code, n)),
            sections=(Section("Why", rest),) if rest else (),
            tags=("tour",),
        )
    )


def _address(step: dict[str, Any], wanted: Wanted) -> str:
    file, line = step.get("file"), step.get("line")
    base = wanted.source.rstrip("/")
    if not isinstance(file, str):
        return base
    path = re.sub(r"[^A-Za-z0-9._~/-]", "-", file)
    return f"{base}/{path}#L{line}" if isinstance(line, int) else f"{base}/{path}"


def _pointed_at(root: Path, step: dict[str, Any]) -> tuple[str, str]:
    """The lines that a step points at, up to an empty one, or why there are none."""
    file, line = step.get("file"), step.get("line")
    if not isinstance(file, str) or not isinstance(line, int):
        return "", "no line and no block of code (a pattern is not run)"
    shown = printable(file)
    relative = PurePosixPath(file)
    if relative.is_absolute() or ".." in relative.parts or "\\" in file or "\0" in file:
        return "", f"{shown} is not in the repository"
    path = root / relative
    try:
        if path.resolve() != path or not path.is_file() or path.stat().st_size > _MAX_SOURCE:
            return "", f"{shown} is not there, a link, or larger than {_MAX_SOURCE:,} bytes"
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return "", f"{shown} cannot be read as UTF-8"
    if not 1 <= line <= len(lines) or not lines[line - 1].strip():
        return "", f"line {line} of {shown} is empty or not there: the code has changed"
    kept: list[str] = []
    for one in lines[line - 1 : line - 1 + MAX_EXAMPLE_LINES]:
        if not one.strip():
            break
        kept.append(one)
    return textwrap.dedent("\n".join(kept)), ""
