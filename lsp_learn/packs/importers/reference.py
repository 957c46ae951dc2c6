"""Pages of reference documentation to snippets: one a name that the reader of code reports in an
example of the page, or in the signature.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from lsp_learn.model import Section, Source
from lsp_learn.packs.archive import printable
from lsp_learn.packs.importers.draft import (
    NO_LICENSE,
    Draft,
    Imported,
    Wanted,
    cut_tip,
    fenced,
)
from lsp_learn.packs.importers.examples import Shown, language_of, shown_by
from lsp_learn.packs.importers.html_blocks import Block, BlockKind, section_of

_MAX_LESSON = 2_000
"""Letters of a page that are taken over; the source has the rest."""

_DECLARED = re.compile(
    r"^(?:(?:abstract|async|asynchronous|awaitable|class|classmethod|coroutine|def|exception|fn|"
    r"func|function|property|pub|public|static|staticmethod|unsafe|type|const|struct|trait|enum|"
    r"method)\s+)+"
)
_ARROW = re.compile(r"\s*(?:->|→|⇒|=>|:\s*[A-Z\w\[\]<>| ]+$)")
_SENTENCE = re.compile(r"[.:?]$|[.?]\s")
_LEAST_TIP = 15

_SPDX = (
    (r"\bCC0\b", "CC0-1.0"),
    (r"Attribution-ShareAlike (?:License,? )?(?:v|version )?4", "CC-BY-SA-4.0"),
    (r"Attribution-ShareAlike (?:License,? )?(?:v|version )?3", "CC-BY-SA-3.0"),
    (r"Attribution-ShareAlike (?:License,? )?(?:v|version )?2\.5", "CC-BY-SA-2.5"),
    (r"Attribution (?:International )?(?:License,? )?(?:v|version )?4", "CC-BY-4.0"),
    (r"Attribution (?:Unported )?(?:License,? )?(?:v|version )?3", "CC-BY-3.0"),
    (r"\b(?:PSF|Python Software Foundation) License", "PSF-2.0"),
    (r"\bMIT\b", "MIT"),
    (r"\bApache License,? (?:Version |v)?2", "Apache-2.0"),
    (r"\b(?:3-clause|three-clause|New|Modified) BSD|BSD 3-Clause", "BSD-3-Clause"),
    (r"\b(?:2-clause|two-clause|Simplified) BSD|BSD 2-Clause", "BSD-2-Clause"),
    (r"\bMozilla Public License,? (?:Version |v)?2", "MPL-2.0"),
    (r"\bGNU Free Documentation License,? Version 1\.3", "GFDL-1.3-or-later"),
    (r"\bISC License", "ISC"),
    (r"\bPostgreSQL License", "PostgreSQL"),
    (r"\bRuby License", "Ruby"),
)
"""What an attribution says, and the SPDX identifier that is meant by it and by nothing else."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in the index of a documentation: the page it is on, and the anchor there, or ""."""

    name: str
    kind: str
    page: str
    anchor: str = ""

    @property
    def where(self) -> str:
        """The entry as problems name it."""
        return printable(f"{self.page}#{self.anchor}" if self.anchor else self.page)


class ReferenceReader:
    """Makes drafts of entries, and remembers what was not taken over."""

    def __init__(self, imported: Imported, language: str, wanted: Wanted) -> None:
        self._imported = imported
        self._language = language
        self._wanted = wanted
        self._cut = 0
        self._taken: set[str] = set()
        self.dropped: Counter[str] = Counter()

    def add(self, entry: Entry, page: Sequence[Block], address: str) -> None:
        """Add the snippet of an entry, or note why there is none."""
        if not address:
            hint = "add --source https://docs.example/: where readers find the documentation"
            self._imported.left_out(entry.where, "nothing says where it is read", hint)
            return
        part = section_of(page, entry.anchor) or section_of(page, unquote(entry.anchor))
        if not part:
            hint = "the index and the pages may be of different versions: fetch both again"
            self._imported.left_out(entry.where, f"its page has no place {entry.anchor!r}", hint)
            return
        told = [one for one in part if one.kind is BlockKind.TEXT]
        tip = next((one for one in told if _says(one.text)), None)
        if tip is None:
            hint = "a snippet needs a sentence: write one"
            self._imported.left_out(entry.where, "no sentence says what it is", hint)
            return
        shown = self._example(entry, part)
        if shown is None:
            hint = "write an example of it, with the name as your code has it"
            message = f"no example of {printable(entry.name)} in which a hover would see it"
            self._imported.left_out(entry.where, message, hint)
            return
        trigger = f"{shown.fact.kind}:{shown.fact.name}"
        if trigger in self._taken:
            hint = "one snippet answers for a name; the first in the index is taken"
            self._imported.left_out(entry.where, f"{trigger} has a snippet already", hint)
            return
        self._taken.add(trigger)
        self._imported.drafts.append(self._draft(entry, part, tip, shown, address, trigger))

    def _draft(
        self,
        entry: Entry,
        part: Sequence[Block],
        tip: Block,
        shown: Shown,
        address: str,
        trigger: str,
    ) -> Draft:
        name = re.sub(r"\(.*", "", entry.name).strip() or entry.name
        lesson = self._lesson(part, tip, shown)
        return Draft(
            where=entry.where,
            name=name,
            title=name,
            tip=tip.text,
            code=shown.code,
            code_language=self._language,
            triggers=(trigger,),
            sources=(Source(name, address),),
            not_run="an example of the documentation",
            focus=shown.focus,
            sections=(Section("Why", lesson),) if lesson else (),
            tags=(entry.kind.lower(),) if entry.kind.strip() else (),
        )

    def _example(self, entry: Entry, part: Sequence[Block]) -> Shown | None:
        """The first code of its part that shows it, or else its signature."""
        codes = [one.text for one in part if one.kind is BlockKind.CODE]
        heads = [one.text for one in part if one.level][:1]
        names = [entry.name, *(head for head in heads if " " not in head.strip())]
        signatures = [_ARROW.split(_DECLARED.sub("", head), maxsplit=1)[0] for head in heads]
        return shown_by([*codes, *signatures], names, self._language, self._wanted.facts)

    def _lesson(self, part: Sequence[Block], tip: Block, shown: Shown) -> str:
        """What else its part says, up to a length, as Markdown."""
        lines: list[str] = []
        headings = {_markdown(block, "") for block in part if block.level}
        length = 0
        for block in part[1:] if part[0].level else part:
            if block is tip or block.text in {"", shown.code}:
                continue
            if block.kind is BlockKind.ATTRIBUTION:
                break
            text = _markdown(block, self._language)
            length += len(text)
            if length > _MAX_LESSON:
                self._cut += 1
                break
            joined = block.kind is BlockKind.ITEM and lines and lines[-1].startswith("- ")
            lines += [text] if joined or not lines else ["", text]
        while lines and (not lines[-1] or lines[-1] in headings):
            lines.pop()  # a heading whose text is elsewhere
        return "\n".join(lines)

    def finish(self, place: str) -> None:
        """Note what of the pages is not in the pack."""
        hint = "a snippet's source has it"
        for tag, count in sorted(self.dropped.items()):
            message = f"{count} elements <{tag}> of the pages are not taken over"
            self._imported.changed(place, message, hint)
        if self._cut:
            message = f"{self._cut} texts are cut after {_MAX_LESSON:,} letters"
            self._imported.changed(place, message, hint)


def _says(text: str) -> bool:
    """Whether a paragraph is a sentence that a tip can begin with."""
    return len(text) >= _LEAST_TIP and bool(_SENTENCE.search(text)) and bool(cut_tip(text))


def _markdown(block: Block, language: str) -> str:
    if block.kind is BlockKind.CODE:
        return "\n".join(fenced(language_of(block.language) or language, block.text))
    if block.kind is BlockKind.ITEM:
        return f"- {block.text}"
    if block.level:
        return f"**{block.text.replace('*', '')}**"
    return block.text


def address_of(page: str, anchor: str) -> str:
    """A web address of a place on a page, "" where the page has none."""
    base = re.sub(r"[\s<>\"]", "-", page.partition("#")[0])
    if not re.match(r"https?://[^/]", base):
        return ""
    part = "" if anchor.startswith("//") else re.sub(r"[^\w.~:!$&'()*+,;=@/?%-]", "", anchor)
    return f"{base}#{part}" if part else base


def credit(texts: Iterable[str], imported: Imported, wanted: Wanted, place: str) -> None:
    """Put what the pages say about their authors into the pack: NOTICE, and the licence where
    they name one that is known and no other.
    """
    said = list(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))
    about = f"The texts of this pack come from {imported.homepage or imported.title}.\n"
    changed = (
        "They were changed by an importer: tips were cut at a sentence, texts at a length, and "
        "examples at a paragraph; tables and pictures were left out.\n"
    )
    imported.files["NOTICE"] = "\n".join([about, *(f"{one}\n" for one in said), changed])
    if wanted.license:
        imported.license = wanted.license
        return
    found = {name for pattern, name in _SPDX for one in said if re.search(pattern, one)}
    if len(found) == 1:
        imported.license = found.pop()
        return
    imported.license = NO_LICENSE
    hint = "look it up, and add --license with the SPDX name before the pack goes to others"
    message = f"the pages name several licences: {', '.join(sorted(found))}"
    if not found:
        message = "the pages name no licence that is known" if said else "nothing states a licence"
    imported.not_stated(place, message, hint)
