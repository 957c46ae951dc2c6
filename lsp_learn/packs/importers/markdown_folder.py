"""A folder of Markdown pages, such as a team's wiki: a page with a title, a paragraph and a block
of code is a snippet.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lsp_learn.errors import PackError
from lsp_learn.model import Section, Source
from lsp_learn.packs.archive import printable
from lsp_learn.packs.files import read_toml
from lsp_learn.packs.importers.draft import (
    NO_LICENSE,
    Draft,
    Imported,
    Wanted,
    fences,
    first_line,
    fitting,
    lesson,
    many_lines,
    marked_names,
    no_example,
    one_line,
    paragraphs,
    plain_title,
)
from lsp_learn.packs.importers.sources import read_pages
from lsp_learn.packs.snippet import find_focus

_TITLE = re.compile(r"(?m)^# +(\S.*)$|^(\S.*)\n=+[ \t]*$")
_FRONT = re.compile(r"(---|\+\+\+)[ \t]*\n(.*?\n)?\1[ \t]*(?:\n|$)", re.DOTALL)
_PAIR = re.compile(r"([A-Za-z_][\w-]*)\s*:\s*(.*)")


def read_markdown_folder(place: Path, wanted: Wanted) -> Imported:
    """Read the pages of a folder or its zip.

    Raises:
        PackError: the place cannot be read, or `--language` or `--source` is missing.
    """
    if not wanted.language:
        hint = "add --language python: the language of the code that the pages are about"
        raise PackError("nothing says which language the pages are about", hint)
    if not wanted.source:
        hint = "add --source https://wiki.example/: where a reader finds the pages"
        raise PackError("nothing says where the pages come from", hint)
    imported = Imported(
        title=plain_title(place.resolve().stem) or "Pages",
        license=wanted.license or NO_LICENSE,
        languages=(wanted.language,),
        description="Imported from a folder of Markdown pages.",
        homepage=wanted.source,
        files={"NOTICE": f"The texts of this pack come from {wanted.source}\n"},
    )
    count = 0
    for name, text in read_pages(place, imported):
        count += 1
        _add(imported, name, many_lines(text), wanted)
    if not count and not imported.problems:
        raise PackError(f"{place} holds no Markdown", "name the folder with the .md files")
    if not wanted.license:
        hint = "add --license with the SPDX name, before the pack goes to others"
        imported.not_stated(printable(place.name), "nothing states a licence", hint)
    return imported


def _add(imported: Imported, name: str, text: str, wanted: Wanted) -> None:
    shown = printable(name)
    front, body = _front_matter(text)
    heading = _TITLE.search(re.sub(r"(?ms)^(```|~~~).*?^\1", _blank, body))
    written = (heading[1] or heading[2]) if heading else str(front.get("title", ""))
    written = written.rstrip().rstrip("#").rstrip()
    after = body[heading.end() :] if heading else body
    told, blocks = paragraphs(after), fences(after)
    if not written or not told:
        missing = "title" if not written else "paragraph of text"
        hint = "a page needs # a title, a paragraph and a block of code"
        imported.left_out(shown, f"no {missing}", hint)
        return
    example = fitting(blocks)
    if example is None:
        no_example(imported, shown, blocks)
        return
    language = example.info.split()[0].strip("{}.").lower() if example.info else wanted.language
    names = marked_names(written, told[0], example.text)
    triggers = front.get("triggers") or [f"symbol:{one}" for one in names]
    if not triggers:
        hint = "put a name that the example uses in `marks` into the title, or triggers on top"
        imported.left_out(shown, "nothing says what in code brings it up", hint)
        return
    rest = lesson(_without(after, told[0], example.text))
    sections = (Section("Why", rest),) if rest else ()
    found = next((one for one in names if find_focus(example.text, one.split(".")[-1])), "")
    imported.drafts.append(
        Draft(
            where=shown,
            name=name.removesuffix(".md"),
            title=written,
            tip=told[0],
            code=example.text,
            code_language=language,
            triggers=tuple(triggers),
            sources=(Source(plain_title(written), _address(name, wanted)),),
            not_run="taken over from a page, not run",
            focus=found.split(".")[-1] or first_line(example.text),
            sections=sections,
            tags=tuple(front.get("tags") or ()),
        )
    )


def _address(name: str, wanted: Wanted) -> str:
    """Where a reader finds a page."""
    return f"{wanted.source.rstrip('/')}/{re.sub(r'[^A-Za-z0-9._~/-]', '-', name)}"


def _blank(match: re.Match[str]) -> str:
    """As many letters, so that places stay: a # in a block of code is no title."""
    return re.sub(r"[^\n]", " ", match[0])


def _without(text: str, tip: str, code: str) -> str:
    """A page without what stands elsewhere in its snippet."""
    left = text.replace(tip, "", 1)
    block = re.compile(rf"(?m)^(`{{3,}}|~{{3,}})[^\n]*\n{re.escape(code)}\n\1[ \t]*$")
    return block.sub("", left, count=1)


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """What stands on top of a page between `---` or `+++`, as far as it is title, tags and
    triggers, and the page below.
    """
    match = _FRONT.match(text)
    if match is None:
        return {}, text
    if match[1] == "+++":
        values, _ = read_toml(match[2] or "", "", 1)
    else:
        values = _pairs(match[2] or "")
    title = values.get("title")
    kept: dict[str, Any] = {"title": one_line(title) if isinstance(title, str) else ""}
    for key in ("tags", "triggers"):
        value = values.get(key, [])
        items = [value] if isinstance(value, str) else value
        texts = items if isinstance(items, list) else []
        kept[key] = [one_line(one) for one in texts if isinstance(one, str) and one_line(one)]
    return kept, text[match.end() :]


def _pairs(text: str) -> dict[str, Any]:
    """The part of YAML that front matter is written in: `key: value`, `[a, b]` and `- a` lines."""
    values: dict[str, Any] = {}
    key = ""
    for line in text.split("\n"):
        if pair := _PAIR.fullmatch(line.strip()) if not line.startswith((" ", "-")) else None:
            key, value = pair[1], pair[2].strip()
            listed = value.startswith("[") and value.endswith("]")
            items = [_unquoted(one) for one in value[1:-1].split(",")] if listed else []
            values[key] = items if listed or not value else _unquoted(value)
        elif line.strip().startswith("- ") and isinstance(values.get(key), list):
            values[key].append(_unquoted(line.strip()[2:]))
    return values


def _unquoted(text: str) -> str:
    plain = text.strip()
    quoted = len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "\"'"
    return plain[1:-1] if quoted else plain
