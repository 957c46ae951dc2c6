"""Writes what was imported as a pack that lints: what the linter refuses is left out."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from lsp_learn.errors import PackError
from lsp_learn.model import Problem, Section, Severity
from lsp_learn.packs.files import SNIPPETS
from lsp_learn.packs.importers import FORMATS
from lsp_learn.packs.importers.draft import (
    Draft,
    Imported,
    Wanted,
    cut_tip,
    fenced,
    many_lines,
    one_line,
    plain_title,
    rest_of,
)
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.manifest import MANIFEST, PACK_ID

_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)")
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class ImportedPack:
    """A pack that was written: how many snippets it has, and what was left out or changed."""

    folder: Path
    snippets: int
    problems: tuple[Problem, ...]


def import_pack(kind: str, place: Path, folder: Path, pack_id: str, wanted: Wanted) -> ImportedPack:
    """Read `place` in the format `kind` and write a pack into a new folder, whole or not at all.

    Raises:
        PackError: the format is not known, the place cannot be read, nothing in it fits into a
            pack, or the folder cannot be written.
    """
    wanted_id = _checked(kind, pack_id or _slug(folder.resolve().name), wanted)
    target = folder.absolute()
    if not _is_free(target):
        raise PackError(f"{folder} is not an empty folder", "name a new folder")
    try:
        imported = FORMATS[kind](place, wanted)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"{place} cannot be read: {reason}"
        raise PackError(message, "check the name, and that you may read it") from error
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        count = _write_aside(aside, wanted_id, imported)
        if not count:
            first = next(iter(imported.problems), None)
            why = f": {first.path}: {first.message}" if first else ""
            hint = first.hint if first else "look whether it is the right folder"
            raise PackError(f"nothing in {place} fits into a pack{why}", hint)
        if target.exists():
            target.rmdir()  # it is empty; Windows renames nothing over a folder
        aside.replace(target)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"{folder} cannot be written: {reason}"
        raise PackError(message, "name a new folder where you may write") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return ImportedPack(folder, count, tuple(imported.problems))


def _checked(kind: str, pack_id: str, wanted: Wanted) -> str:
    """The id, where it and what else was asked for can be."""
    if kind not in FORMATS:
        raise PackError(f"there is no importer for {kind}", "take one of: " + ", ".join(FORMATS))
    if not re.fullmatch(PACK_ID, pack_id):
        hint = "add --id with small letters, digits and hyphens: our-wiki"
        raise PackError(f"{pack_id!r} cannot be the id of a pack", hint)
    if wanted.source and not re.fullmatch(r"https?://[^\s<>]+", wanted.source):
        raise PackError(f"{wanted.source!r} is no web address", "write --source https://...")
    return pack_id


def _is_free(target: Path) -> bool:
    """Whether a pack may be put there: nothing is there, or an empty folder."""
    try:
        if target.is_symlink() or not target.exists():
            return not target.is_symlink() and target.name not in {"", ".."}
        return target.is_dir() and not any(target.iterdir())
    except OSError:
        return False


def _write_aside(aside: Path, pack_id: str, imported: Imported) -> int:
    """Write the pack, and take out again what does not lint; returns the snippets left."""
    (aside / SNIPPETS).mkdir(parents=True)
    (aside / MANIFEST).write_text(_manifest(pack_id, imported), encoding="utf-8")
    for name, text in imported.files.items():
        (aside / name).write_text(text, encoding="utf-8")
    places: dict[str, str] = {}
    names: set[str] = set()
    for draft in imported.drafts:
        tip = cut_tip(draft.tip)
        if not tip:
            hint = "shorten its first sentence where it comes from"
            imported.left_out(draft.where, "its first sentence is too long for a tip", hint)
            continue
        rest = rest_of(draft.tip, tip)
        if rest:
            hint = "read the tip once, whether it says the main thing"
            message = "the tip is cut at a sentence; the rest stands under Why"
            imported.changed(draft.where, message, hint)
        name = _new_name(draft.name, names)
        file = f"{SNIPPETS}/{name}.md"
        places[file] = draft.where
        (aside / file).write_text(
            _snippet(pack_id, name, _with_rest(draft, rest), tip), encoding="utf-8"
        )
    return _take_out(aside, places, imported)


def _with_rest(draft: Draft, rest: str) -> Draft:
    """A draft whose lesson begins with what its tip has no room for."""
    if not rest:
        return draft
    first, *others = draft.sections or (Section("Why", ""),)
    if first.heading != "Why":
        first, others = Section("Why", ""), list(draft.sections)
    if rest in " ".join(first.markdown.split()):
        return draft
    told = Section("Why", f"{rest}\n\n{first.markdown}".rstrip())
    return replace(draft, sections=(told, *others))


def _take_out(aside: Path, places: dict[str, str], imported: Imported) -> int:
    """Remove the snippets that the linter has errors on, until it has none."""
    while places:
        errors = [one for one in lint_pack(aside) if one.severity is Severity.ERROR]
        if not errors:
            break
        for problem in errors:
            if (where := places.pop(problem.path, None)) is not None:
                imported.left_out(where, f"{problem.message} ({problem.code})", problem.hint)
                (aside / problem.path).unlink()
            elif not (aside / SNIPPETS).exists() or not problem.path.startswith(SNIPPETS):
                raise PackError(f"the pack cannot be written: {problem.message}", problem.hint)
    return len(places)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _new_name(text: str, names: set[str]) -> str:
    """A name for a file and an id that is not taken, and that every system allows."""
    slug = _slug(text)[:_MAX_NAME].strip("-") or "page"
    if _DEVICE.fullmatch(slug):
        slug = f"{slug}-page"
    name, number = slug, 1
    while name in names:
        number += 1
        name = f"{slug}-{number}"
    names.add(name)
    return name


def _quoted(text: str) -> str:
    """A text as TOML writes it; JSON's escapes are among TOML's."""
    return json.dumps(one_line(text), ensure_ascii=False)


def _list(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(_quoted(text) for text in texts if one_line(text)) + "]"


def _manifest(pack_id: str, imported: Imported) -> str:
    lines = [
        f"id = {_quoted(pack_id)}",
        f"title = {_quoted(imported.title)}",
        'version = "0.1.0"',
        f"license = {_quoted(imported.license)}",
        f"languages = {_list(imported.languages)}",
        f"description = {_quoted(imported.description)}",
    ]
    if imported.homepage:
        lines.append(f"homepage = {_quoted(imported.homepage)}")
    return "\n".join(lines) + "\n"


def _snippet(pack_id: str, name: str, draft: Draft, tip: str) -> str:
    sources = tuple(f"{plain_title(one.title)} <{one.url}>" for one in draft.sources)
    lines = [
        "+++",
        f"id = {_quoted(f'{pack_id}.{name}')}",
        f"title = {_quoted(plain_title(draft.title))}",
        f"level = {_quoted(draft.level)}",
        f"triggers = {_list(draft.triggers)}",
        f"focus = {json.dumps(many_lines(draft.focus), ensure_ascii=False)}",
        f"tags = {_list(draft.tags)}",
        f"sources = {_list(sources)}",
        f"not_run = {_quoted(draft.not_run)}",
        "+++",
        tip,
        "",
        "## Example",
        "",
        *fenced(draft.code_language, many_lines(draft.code)),
        *(fenced("error", draft.error) if draft.error else ()),
    ]
    for section in draft.sections:
        lines += ["", f"## {section.heading}", "", section.markdown]
    return "\n".join(lines) + "\n"
