"""A snippet on its way into a pack: what every importer gives, and how texts are made to fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from lsp_learn.errors import PackError
from lsp_learn.model import Fact, Level, Problem, Section, Severity, Source
from lsp_learn.packs.archive import printable
from lsp_learn.packs.importers.examples import Facts, language_of
from lsp_learn.packs.markdown import Fence, split_sections
from lsp_learn.packs.snippet import MAX_EXAMPLE_LINES, MAX_TIP, find_focus

LEFT_OUT = "I001"
CHANGED = "I002"
NOT_STATED = "I003"

MAX_TITLE = 70
NO_LICENSE = "NOASSERTION"
"""SPDX for: nobody said."""

_SENTENCE = re.compile(r"[.!?](?=\s|$)(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)")
_CODE_SPAN = re.compile(r"`[^`]*`")
_NAME = re.compile(r"`([A-Za-z_][\w.:/-]*?)(?:\(\))?`")
_FENCE_LINE = re.compile(r"^(`{3,}|~{3,})")
_INDENTED_FENCE = re.compile(r"^\s+(`{3,}|~{3,})")
# None of these scans a place twice: what is imported may be made to keep a pattern busy.
_TAG = re.compile(r"</?[a-zA-Z][^<>`]*>|<!--(?:(?!<!--).)*?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\[\]]*)\](?:\([^()\n]*\))?")
_LINK = re.compile(r"\[([^\[\]]+)\]\((?!https?://)[^()\n]*\)")
_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+(\S.*)$")


def nothing_read(_language: str, _code: str) -> tuple[Fact, ...]:
    """A reader of code that reports nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What whoever imports says beside the path, "" where nothing; the reader of code that
    examples are tried with, and the languages that it knows.
    """

    language: str = ""
    source: str = ""
    license: str = ""
    facts: Facts = nothing_read
    known: frozenset[str] = frozenset()

    def language_for(self, name: str) -> str:
        """The language that was said, or else the one that others call `name`.

        Raises:
            PackError: nobody said one, and `name` is none that is known.
        """
        guess = self.language or language_of(name)
        if self.language or guess in self.known:
            return guess
        hint = "add --language python: the language of the code that it is about"
        about = f" ({printable(name)} is none that is known)" if name else ""
        raise PackError(f"nothing says which language it is about{about}", hint)


@dataclass(frozen=True, slots=True)
class Draft:
    """One snippet as an importer found it. `where` is its place in what is imported, `name` what
    its id is made of; `tip` may be longer than a tip.
    """

    where: str
    name: str
    title: str
    tip: str
    code: str
    code_language: str
    triggers: tuple[str, ...]
    sources: tuple[Source, ...]
    not_run: str
    focus: str
    error: str = ""
    languages: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    tags: tuple[str, ...] = ()
    level: Level = Level.BEGINNER


@dataclass(slots=True)
class Imported:
    """What an importer read: the drafts, what it says of the whole, and what it left out.

    `files` are texts that the licence asks to carry along, by name: NOTICE, LICENSE.
    """

    title: str
    license: str
    languages: tuple[str, ...]
    description: str
    homepage: str = ""
    files: dict[str, str] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def left_out(self, where: str, message: str, hint: str) -> None:
        """Note what has no snippet in the pack."""
        self._note(LEFT_OUT, where, f"left out: {message}", hint)

    def changed(self, where: str, message: str, hint: str) -> None:
        """Note what is not in the pack as it was written."""
        self._note(CHANGED, where, message, hint)

    def not_stated(self, where: str, message: str, hint: str) -> None:
        """Note what the format does not say."""
        self._note(NOT_STATED, where, message, hint)

    def _note(self, code: str, where: str, message: str, hint: str) -> None:
        self.problems.append(Problem(code, where, 0, message, hint, Severity.WARNING))


def one_line(text: str) -> str:
    """Text without line ends, control characters and half characters."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(c if _shows(c) else " " for c in sound).split())


def many_lines(text: str) -> str:
    """Text with `\\n` line ends and tabs, without other control characters."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    lines = sound.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or _shows(c))


def _shows(character: str) -> bool:
    """Whether a character may stand in a hover: no controls, none that turn the direction."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def plain_title(text: str) -> str:
    """A title as menus show it: without marks, cut at a word where it is too long."""
    title = one_line(_LINK.sub(r"\1", text).replace("`", "").replace("**", ""))
    if len(title) <= MAX_TITLE:
        return title
    return title[: MAX_TITLE - 1].rpartition(" ")[0].rstrip(" ,;:-") + "…"


def cut_tip(text: str) -> str:
    """The first one or two sentences that a tip has room for; "" where not one fits."""
    tip = one_line(prose(text))
    masked = _CODE_SPAN.sub(lambda match: "`" * len(match[0]), tip)
    ends = [match.end() for match in _SENTENCE.finditer(masked)]
    if len(ends) <= 2 and len(tip) <= MAX_TIP:
        return tip
    return next((tip[:end] for end in reversed(ends[:2]) if end <= MAX_TIP), "")


def rest_of(text: str, tip: str) -> str:
    """What `cut_tip` left out of a text."""
    return one_line(prose(text))[len(tip) :].strip()


def prose(text: str) -> str:
    """Markdown without HTML, images and links that lead nowhere; code stays as it is."""
    parts = re.split(r"(`[^`\n]*`)", text)
    for place in range(0, len(parts), 2):
        parts[place] = _IMAGE.sub(_picture, _TAG.sub("", parts[place]))
    return _LINK.sub(r"\1", "".join(parts))


def _picture(match: re.Match[str]) -> str:
    return f"(picture: {match[1]})" if match[1].strip() else ""


def _bold(match: re.Match[str]) -> str:
    return f"**{match[1].rstrip().rstrip('#').rstrip()}**\n"


def lesson(text: str) -> str:
    """Markdown as a section of a lesson: headings as bold lines, fences closed, no HTML."""
    done: list[str] = []
    words: list[str] = []
    closing = ""

    def flush() -> None:
        if words:
            plain = _HEADING.sub(_bold, prose("\n".join(words)))
            done.append(re.sub(r"\n(?:[ \t]*\n)+", "\n\n", plain))
            words.clear()

    for line in many_lines(text).split("\n"):
        if closing:
            done.append(line)
            if line.strip().startswith(closing) and not line.strip().strip(closing[0]):
                closing = ""
        elif fence := _FENCE_LINE.match(line):
            flush()
            closing = fence[1]
            done.append(line)
        else:
            words.append(_INDENTED_FENCE.sub(lambda match: match[0][:1], line))
    flush()
    if closing:
        while not done[-1].strip():
            done.pop()
        done.append(closing)
    return "\n".join(done).strip("\n ")


def fences(text: str) -> list[Fence]:
    """The fenced blocks of a Markdown text, in order."""
    return [one for section in split_sections(text, 1)[0] for one in section.fences]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a Markdown text that are prose: no fences, headings, lists or tables."""
    kept: list[str] = []
    closing = ""
    for line in text.split("\n"):
        if closing:
            if line.strip().startswith(closing):
                closing = ""
        elif fence := _FENCE_LINE.match(line.strip()):
            closing = fence[1]
            kept.append("")
        else:
            kept.append(line)
    found = re.split(r"\n\s*\n", "\n".join(kept))
    return [one.strip() for one in found if re.match(r"\s*[^\s#>|*+=<!\-]", one)]


def fitting(blocks: Sequence[Fence]) -> Fence | None:
    """The first block that is short enough for an example."""
    short = (b for b in blocks if b.text.strip() and b.text.count("\n") < MAX_EXAMPLE_LINES)
    return next(short, None)


def no_example(imported: Imported, where: str, blocks: Sequence[Fence]) -> None:
    """Note why a text has no example."""
    if blocks:
        lines = min(block.text.count("\n") + 1 for block in blocks)
        message = f"its shortest example has {lines} of {MAX_EXAMPLE_LINES} lines"
        imported.left_out(where, message, "shorten the example where it comes from, or write one")
    else:
        imported.left_out(where, "no block of code", "a snippet needs an example: write one")


def first_line(code: str) -> str:
    """The first line of an example that says something: where nothing better is known, it is
    what the snippet is about.
    """
    return next((line.strip() for line in code.split("\n") if line.strip()), "")


def marked_names(title: str, tip: str, code: str) -> list[str]:
    """The names in marks, of the title or else of the first paragraph, that the code uses."""
    for text in (title, tip):
        names = [name for name in _NAME.findall(text) if find_focus(code, name.split(".")[-1])]
        if names:
            return list(dict.fromkeys(names))
    return []


def fenced(language: str, code: str) -> list[str]:
    """A block whose marks are longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    marks = "`" * (longest + 1)
    return [
        f"{marks}{re.sub(r'[^A-Za-z0-9+#-]', '', language) or 'text'}",
        code.rstrip("\n"),
        marks,
    ]
