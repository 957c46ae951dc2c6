"""tldr-pages: a page a command, made for reading in seconds.

https://github.com/tldr-pages/tldr/blob/main/CLIENT-SPECIFICATION.md, version 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lsp_learn.errors import PackError
from lsp_learn.model import Section, Source
from lsp_learn.packs.archive import printable
from lsp_learn.packs.importers.draft import Draft, Imported, Wanted, lesson, one_line
from lsp_learn.packs.importers.sources import read_pages

_ENGLISH = {"pages", "pages.en"}
_PLATFORMS = ("common", "linux", "osx", "macos", "freebsd", "netbsd", "openbsd", "sunos", "android")
"""Where shell scripts run, the page that is taken first."""

_REPOSITORY = "https://github.com/tldr-pages/tldr"
_MAX_COMMAND = 500
_MORE = re.compile(r"^More information: <(https?://[^\s>]+)>\.?$")
_CHOICE = re.compile(r"\{\{\[([^|\]{}]+)\|([^\]{}]+)\]\}\}")
_PLACEHOLDER = re.compile(r"(?<!\\)\{\{(.+?)\}\}(?!\})")
_OPTION = re.compile(r"(?<!\S)(--?[A-Za-z0-9][\w-]*)")
_NOTICE = """\
The texts of this pack come from the tldr-pages project, © the tldr-pages team and contributors
(https://github.com/tldr-pages/tldr), under the Creative Commons Attribution 4.0 International
licence (https://creativecommons.org/licenses/by/4.0/).

They were changed by an importer: descriptions were cut at a sentence where they were too long,
placeholders replaced by their text, options written in their long form.
"""


@dataclass(slots=True)
class _Page:
    """One page as written: what it is called, says, and shows."""

    command: str = ""
    says: list[str] = field(default_factory=list)
    more: str = ""
    uses: list[tuple[str, str]] = field(default_factory=list)


def read_tldr(place: Path, wanted: Wanted) -> Imported:
    """Read the English pages in a folder of tldr-pages or its zip: `pages/<platform>/*.md`.

    Raises:
        PackError: the place cannot be read, or holds no page.
    """
    imported = Imported(
        title="tldr-pages: commands",
        license=wanted.license or "CC-BY-4.0",
        languages=(wanted.language or "shellscript",),
        description="Commands as the community's tldr pages show them.",
        homepage="https://tldr.sh",
        files={"NOTICE": _NOTICE},
    )
    pages: dict[str, tuple[int, str, str]] = {}
    elsewhere: dict[str, int] = {}
    for name, text in read_pages(place, imported):
        kind, command = _kind(name)
        if kind not in _PLATFORMS:
            elsewhere[kind] = elsewhere.get(kind, 0) + 1
            continue
        rank = _PLATFORMS.index(kind)
        before = pages.get(command)
        if before is None or rank < before[0]:
            pages[command] = (rank, name, text)
        if before is not None:
            beaten = max((rank, name), before[:2])[1]
            hint = "a command has one snippet, from common before the platforms"
            imported.left_out(printable(beaten), "the command has a page already", hint)
    if not pages:
        message = f"{place} holds no page of tldr"
        raise PackError(message, "name the folder that holds pages/common/, or tldr.zip")
    for _, name, text in sorted(pages.values(), key=lambda one: one[1]):
        _add(imported, name, _parse(text))
    for kind, count in sorted(elsewhere.items()):
        hint = "English pages for systems with a shell are imported"
        imported.left_out(printable(kind or "."), f"{count} other files", hint)
    return imported


def _kind(name: str) -> tuple[str, str]:
    """The platform of a page and its command; for other files the folder they are in."""
    path = PurePosixPath(name)
    folders = path.parts[:-1]
    roots = [part for part in folders if part == "pages" or part.startswith("pages.")]
    if not folders or (roots and roots[-1] not in _ENGLISH):
        return (roots[-1] if roots else ""), ""
    return folders[-1], path.stem.lower()


def _parse(text: str) -> _Page:
    page = _Page()
    use = ""
    for raw in text.split("\n"):
        line = raw.strip()
        if line.startswith("# ") and not page.command:
            page.command = one_line(line[2:])
        elif line.startswith(">"):
            said = line[1:].strip()
            if more := _MORE.match(said):
                page.more = more[1]
            elif not said.startswith("See also:"):
                page.says.append(said)
        elif line.startswith("- "):
            use = line[2:].rstrip(":")
        elif 2 < len(line) <= _MAX_COMMAND and line[0] == line[-1] == "`" and use:
            page.uses.append((use, line[1:-1]))
            use = ""
    return page


def _add(imported: Imported, name: str, page: _Page) -> None:
    shown = printable(name)
    if not page.command or not page.says or not page.uses:
        hint = "a page has # a name, > a description, - uses with their `command`"
        imported.left_out(shown, "not written like a page", hint)
        return
    program, *rest = page.command.split()
    about = next((use for use in page.uses if _names(_plain(use[1]), program)), None)
    if about is None:
        message = f"no use shows {printable(program)}: the page of an alias?"
        imported.left_out(shown, message, "the page that it points at is imported")
        return
    shows = _plain(about[1])
    triggers = [f"argument:{page.command}" if rest else f"symbol:{program}"]
    if not rest:
        triggers += [f"argument:{program} {option}" for option in _options(page, program)]
    sources = [Source(f"tldr-pages: {page.command}", f"{_REPOSITORY}/blob/main/{_address(name)}")]
    if page.more:
        sources.insert(0, Source(f"More about {page.command}", page.more))
    others = [f"- {said}: `{_plain(code)}`" for said, code in page.uses if code != about[1]]
    sections = [Section("Why", f"The example: {about[0][:1].lower()}{about[0][1:]}.")]
    if others:
        sections.append(Section("How to use it", lesson("\n".join(others))))
    imported.drafts.append(
        Draft(
            where=shown,
            name=page.command,
            title=page.command,
            tip=" ".join(page.says),
            code=shows,
            code_language="shellscript",
            triggers=tuple(triggers),
            sources=tuple(sources),
            not_run="a pattern with placeholders",
            focus=next((word for word in reversed(rest) if word in shows.split()), program),
            sections=tuple(sections),
            tags=("command",),
        )
    )


def _plain(code: str) -> str:
    """A command without the marks of its placeholders, with the long form of its options."""
    long = _CHOICE.sub(lambda match: match[2], code)
    named = _PLACEHOLDER.sub(lambda match: match[1], long)
    return one_line(named.replace("\\{\\{", "{{").replace("\\}\\}", "}}"))


def _names(code: str, program: str) -> bool:
    return program in re.split(r"[\s;|&()$`]+", code)


def _options(page: _Page, program: str) -> list[str]:
    """The options of a command that its page shows, in both forms; not those of the programs
    that it is shown together with.
    """
    found: dict[str, None] = {}
    for _, code in page.uses:
        spread = _CHOICE.sub(r"\1 \2", code)
        parts = re.split(r"\s(?:\||&&|;)\s", spread)
        mine = next((part for part in parts if part.split()[:1] == [program]), "")
        found.update(dict.fromkeys(_OPTION.findall(_PLACEHOLDER.sub("", mine))))
    return list(found)


def _address(name: str) -> str:
    """The path of a page in the project's repository."""
    path = PurePosixPath(name)
    return re.sub(r"[^\w./+-]", "_", f"pages/{path.parts[-2]}/{path.name}")
