"""A page of HTML as blocks of text and code: headings, terms, paragraphs, items, code.

What other people's documentation looks like is not known beforehand, so nothing here depends on
how its elements are nested: a block begins where an element of a block begins or ends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html.parser import HTMLParser

from lsp_learn.packs.importers.draft import many_lines, one_line

MAX_PAGE = 4_000_000
"""Letters of a page. The longest of the Python documentation has a tenth of this."""

TERM_LEVEL = 7
"""What is below the six levels of headings: a name with what is said about it."""

_BREAKS = frozenset(
    """
    address article aside blockquote body center dd details div dl figure footer header hr li
    main nav ol p section summary tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905  (a list of words is easier to read)
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CODE = frozenset({"code", "tt", "kbd", "samp", "var"})
_LEFT_OUT = {
    **dict.fromkeys(("script", "style", "svg", "button", "template", "nav", "form"), ""),
    **dict.fromkeys(("table", "math", "iframe", "video", "audio", "object"), "counted"),
}
_VOID = frozenset(
    """
    area base br col embed hr img input link meta source track wbr
    """.split()  # noqa: SIM905  (as above)
)
_ENDED = {
    "dt": (("dt", "dd"), ("dl",)),
    "dd": (("dt", "dd"), ("dl",)),
    "li": (("li",), ("ul", "ol")),
    "p": (("p",), tuple(_BREAKS - {"p"})),
}
"""What an element ends that was left open, unless one of the others was opened in between."""

_BEGINNING = frozenset({"heading", "term", "pre", "note", "attribution"})
_LONGEST_TAG = 4_000
_DEEPEST = 300
_NOTE = re.compile(r"\b(versionadded|versionchanged|deprecated|admonition|note|notecard|warning)\b")
_SIGN = re.compile(r"\b(headerlink|anchor-link|permalink|linenos?|lineno)\b")
_LANGUAGE = re.compile(r"\b(?:language|lang|highlight|brush:)[-\s]*([a-zA-Z][\w+#]*)")
_ATTRIBUTION = re.compile(r"\b_attribution\b")
_RAW = re.compile(r"(?:script|style|template|textarea|title)(?=[\s>/]|$)")
_ANGLES = re.compile(r"<[^<>`\n]*>")


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    TERM = "term"
    TEXT = "text"
    ITEM = "item"
    NOTE = "note"
    CODE = "code"
    ATTRIBUTION = "attribution"


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `text` is Markdown, of headings, terms and code as written; `level` is 1 to 6
    of a heading and `TERM_LEVEL` of a term; `anchors` are the ids that lead to it.
    """

    kind: BlockKind
    text: str
    level: int = 0
    anchors: frozenset[str] = frozenset()
    language: str = ""


@dataclass(slots=True)
class Blocks:
    """What a page holds. `dropped` counts what no Markdown is made of, by its element; `link`
    is where its attribution leads.
    """

    blocks: list[Block] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    link: str = ""


def read_blocks(html: str) -> Blocks:
    """The blocks of a page; of one that is no HTML, its text."""
    reader = _Reader()
    reader.feed(_sound(html[:MAX_PAGE]))
    reader.close()
    reader.flush()
    return reader.found


def _sound(html: str) -> str:
    """A page without comments, declarations and scripts, and without tags that never end: of
    those the parser looks for the end again and again, so that a page may keep it busy for hours.
    """
    parts: list[str] = []
    place, lower = 0, html.lower()
    while (start := html.find("<", place)) >= 0:
        parts.append(html[place:start])
        place = start + 1
        end = html.find(">", place, place + _LONGEST_TAG)
        if html.startswith("!--", place):
            end = html.find("-->", place)
            place = end + 3 if end >= 0 else len(html)
        elif end < 0:
            parts.append("&lt;")
        elif html[place] in "!?":
            place = end + 1
        elif raw := _RAW.match(lower, place, end):
            end = lower.find(f"</{raw[0]}", end)
            place = end if end >= 0 else len(html)
        elif html[place].isalpha() or html[place] == "/":
            parts.append(html[start : end + 1])
            place = end + 1
        else:
            parts.append("&lt;")
    return "".join([*parts, html[place:]])


class _Reader(HTMLParser):
    """Collects blocks. Elements that are never closed harm nobody: only text is kept."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Blocks()
        self._parts: list[str] = []
        self._anchors: set[str] = set()
        self._open: list[tuple[str, str]] = []
        """The elements that are open, each with what it means here."""
        self._inside: Counter[str] = Counter()
        self._kind = BlockKind.TEXT
        self._level = 0
        self._language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self._end_what_was_left_open(tag)
        meaning = self._meaning(tag, values)
        if tag in _BREAKS or meaning in _BEGINNING:
            self.flush()
        for key in ("id", "name"):
            if values.get(key) and (key == "id" or tag == "a"):
                self._anchors.add(values[key])
        if tag == "img" or _LEFT_OUT.get(tag):
            self.found.dropped[tag] += 1
        if tag == "br":
            self._parts.append("\n")
        if tag == "a" and self._inside["attribution"] and values.get("href"):
            self.found.link = values["href"]
        if tag not in _VOID:
            self._open.append((tag, meaning))
            self._inside[meaning] += 1
            self._begin(tag, meaning, values)

    def _end_what_was_left_open(self, tag: str) -> None:
        ended, between = _ENDED.get(tag, ((), ()))
        for open_tag, _ in reversed(self._open[-_DEEPEST:] if ended else []):
            if open_tag in between:
                return
            if open_tag in ended:
                self.handle_endtag(open_tag)
                return

    def _meaning(self, tag: str, values: dict[str, str]) -> str:
        classes = values.get("class", "")
        if tag in _LEFT_OUT or _SIGN.search(classes):
            return "left out"
        if tag == "pre":
            return "pre"
        if self._inside["pre"] or self._inside["term"] or self._inside["heading"]:
            return ""
        if tag in _HEADINGS:
            return "heading"
        if tag == "dt":
            return "term"
        if tag in _CODE:
            return "code"
        if tag == "li":
            return "item"
        if _ATTRIBUTION.search(classes):
            return "attribution"
        return "note" if _NOTE.search(classes) and tag in {"div", "aside", "section", "p"} else ""

    def _begin(self, tag: str, meaning: str, values: dict[str, str]) -> None:
        named = values.get("data-language") or ""
        if not named and (match := _LANGUAGE.search(values.get("class", ""))):
            named = match[1]
        if named and (tag in {"pre", "div", "code"}):
            self._language = named.lower()
        if meaning == "heading":
            self._kind, self._level = BlockKind.HEADING, _HEADINGS[tag]
        elif meaning == "term":
            self._kind, self._level = BlockKind.TERM, TERM_LEVEL
        elif meaning == "pre":
            self._kind = BlockKind.CODE
        elif meaning == "code" and self._inside["code"] == 1 and not self._inside["left out"]:
            self._parts.append("`")

    def handle_endtag(self, tag: str) -> None:
        inner = reversed(self._open[-_DEEPEST:])
        depth = next((n for n, one in enumerate(inner, 1) if one[0] == tag), 0)
        if not depth:
            return
        for closed, meaning in reversed(self._open[-depth:]):
            if meaning == "code" and self._inside["code"] == 1 and not self._inside["left out"]:
                self._close_code()
            if closed in _BREAKS or meaning in _BEGINNING:
                self.flush()
            self._inside[meaning] -= 1
        del self._open[-depth:]
        if not self._inside["pre"] and tag in {"pre", "div"}:
            self._language = ""

    def _close_code(self) -> None:
        """The marks around a piece of code, none around nothing."""
        start = len(self._parts) - 1 - self._parts[::-1].index("`") if "`" in self._parts else -1
        if start < 0:
            return
        text = " ".join("".join(self._parts[start + 1 :]).replace("`", "'").split())
        self._parts[start:] = [f"`{text}`"] if text else []

    def handle_data(self, data: str) -> None:
        if not self._inside["left out"]:
            self._parts.append(data)

    def flush(self) -> None:
        """End the block that is being read."""
        text, kind = "".join(self._parts), self._kind
        self._parts = []
        if self._inside["attribution"]:
            kind = BlockKind.ATTRIBUTION
        elif kind is BlockKind.TEXT and self._inside["note"]:
            kind = BlockKind.NOTE
        elif kind is BlockKind.TEXT and self._inside["item"]:
            kind = BlockKind.ITEM
        shown = _code(text) if kind is BlockKind.CODE else _prose(text, kind)
        if shown or (self._anchors and kind in {BlockKind.HEADING, BlockKind.TERM}):
            language = self._language if kind is BlockKind.CODE else ""
            anchors = frozenset(self._anchors)
            self.found.blocks.append(Block(kind, shown, self._level, anchors, language))
            self._anchors = set()
        if not self._inside["pre"]:
            self._kind, self._level = BlockKind.TEXT, 0


def _code(text: str) -> str:
    lines = [line.rstrip() for line in many_lines(text).expandtabs(4).split("\n")]
    return "\n".join(lines).strip("\n")


def _prose(text: str, kind: BlockKind) -> str:
    """Text in one line, in which no Markdown reader sees HTML."""
    line = one_line(text)
    if kind in {BlockKind.HEADING, BlockKind.TERM}:
        return line
    parts = re.split(r"(`[^`]*`)", line)
    parts[::2] = [_ANGLES.sub(lambda match: f"`{match[0]}`", part) for part in parts[::2]]
    return "".join(parts)


def section_of(blocks: Sequence[Block], anchor: str) -> list[Block]:
    """The part of a page that an anchor leads to: its heading or term and what follows, up to
    the next of its level. The page itself for no anchor; nothing where there is no such anchor.
    """
    if not anchor:
        return list(blocks)
    start = next((n for n, block in enumerate(blocks) if anchor in block.anchors), -1)
    if start < 0:
        return []
    level = blocks[start].level or TERM_LEVEL
    found = [blocks[start]]
    for block in blocks[start + 1 :]:
        if block.level and block.level <= level:
            # Several terms may stand before what is said about all of them.
            together = block.level == TERM_LEVEL and all(one.level for one in found)
            if not together:
                break
        found.append(block)
    return found
