"""One snippet file: TOML between `+++` lines, then Markdown in fixed sections.

Reference: docs/reference/snippet-format.md. Why this shape: docs/decisions/0004.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lsp_learn.model import (
    Example,
    FactKind,
    PackManifest,
    Problem,
    Section,
    Snippet,
    Source,
    Span,
    Trigger,
)
from lsp_learn.packs.fields import Fields
from lsp_learn.packs.files import PackFiles, plain_ends, read_raw, read_toml
from lsp_learn.packs.markdown import Fence, RawSection, split_sections

HEADINGS = ("Example", "Why", "How to use it", "How to fix it", "Watch out", "Try it", "See also")
"""The sections in the order they must stand in; only Example is required."""

SNIPPET_ID = r"[a-z][a-z0-9-]*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+"

METADATA = re.compile(r"\+\+\+[ \t]*\n(.*?\n)\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
"""The head of a file; the group is its TOML."""

SOURCE = re.compile(r"(.+?)\s+<(https?://[^\s>]+)>")
SEE_ALSO = re.compile(r"^[-*]\s+(?:\[([^\]]+)\]\((https?://\S+)\)|`?([a-z0-9.-]+)`?)\s*$")

MAX_TIP = 240
MAX_EXAMPLE_LINES = 8

_KEYS = ("id", "title", "level", "languages", "triggers", "focus", "tags", "sources", "not_run")
_KEY = re.compile(r'(?m)^[ \t]*"?([\w-]+)"?[ \t]*=')
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)")


@dataclass(frozen=True, slots=True)
class Written:
    """A snippet file as its author wrote it: what could be read of it, what is wrong with it by
    itself, and its sections with their lines. `raw` is its text as it stands there, `text` the
    same with `\\n` line ends.
    """

    snippet: Snippet | None
    problems: tuple[Problem, ...]
    raw: str = ""
    text: str = ""
    sections: tuple[RawSection, ...] = ()

    def line(self, piece: str) -> int:
        """The line (from 1) of a key of the metadata, or of a text in there; 1 where it does
        not stand there as it is said.
        """
        head = METADATA.match(self.text)
        toml = head[0] if head else ""
        key = next((found for found in _KEY.finditer(toml) if found[1] == piece), None)
        places = [toml.find(f'"{piece}"'), toml.find(f"'{piece}'"), toml.find(piece)]
        start = key.start(1) if key else next((place for place in places if place >= 0), 0)
        return toml.count("\n", 0, start) + 1

    def line_in_see_also(self, snippet_id: str) -> int:
        """The line (from 1) of an id under See also; 1 where it does not stand there."""
        for section in self.sections:
            for number, line in enumerate(section.lines, section.line + 1):
                if section.heading == "See also" and line.strip(" -*`") == snippet_id:
                    return number
        return 1


class _Reader:
    """Reads one snippet; every method leaves a problem behind and goes on."""

    def __init__(self, shown: str, text: str, manifest: PackManifest) -> None:
        self.shown = shown
        self.text = text
        self.manifest = manifest
        self.problems: list[Problem] = []
        self.sections: list[RawSection] = []

    def report(self, code: str, line: int, message: str, hint: str) -> None:
        self.problems.append(Problem(code, self.shown, line, message, hint))

    def read(self) -> Snippet | None:
        match = METADATA.match(self.text)
        if match is None:
            hint = 'start the file with a line +++, then id = "...", and close it with +++'
            self.report("S001", 1, "the metadata between two +++ lines is missing", hint)
            return None
        values, problem = read_toml(match[1], self.shown, 2)
        if problem is not None:
            self.problems.append(problem)
            return None
        fields = Fields(values, self.text, self.shown, "S002")
        fields.only(_KEYS)
        title = fields.text("title")
        if len(title) > 70:
            fields.report("title", f"the title has {len(title)} characters", "70 are allowed")
        if "`" in title:
            hint = "leave the marks out: menus and tabs show a title as it is written"
            fields.report("title", "the title has Markdown in it", hint)
        snippet_id = fields.text(
            "id", pattern=SNIPPET_ID, hint="the pack's id, a dot and a name: python.list-sort"
        )
        level = fields.level("level")
        languages = fields.texts("languages") or self.manifest.languages
        if not languages:
            hint = 'name them in pack.toml or here: languages = ["python"]'
            fields.report("languages", "no language: nothing could bring it up", hint)
        triggers = self._triggers(fields)
        not_run = fields.text("not_run", required=False)
        tags = fields.texts("tags")
        focus = fields.text("focus", hint="the place in the example that brings the snippet up")
        sources = self._sources(fields, values)
        body = self.text[match.end() :]
        sections, unclosed = split_sections(body, self.text.count("\n", 0, match.end()) + 1)
        self.sections = sections
        if unclosed:
            self.report("S003", unclosed, "the fenced block is never closed", "close it with ```")
        tip = self._tip(sections[0])
        self._order(sections)
        example = self._example(sections, focus, not_run)
        see_also = self._see_also(sections)
        self.problems += fields.problems
        if self.problems or example is None:
            return None
        return Snippet(
            id=snippet_id,
            title=title,
            tip=tip,
            example=example,
            languages=languages,
            level=level,
            triggers=triggers,
            pack=self.manifest.id,
            sections=tuple(
                Section(s.heading, s.text)
                for s in sections[1:]
                if s.heading not in {"Example", "See also"}
            ),
            see_also=see_also,
            sources=sources,
            tags=tags,
            path=self.shown,
        )

    def _triggers(self, fields: Fields) -> tuple[Trigger, ...]:
        triggers = []
        texts = fields.texts("triggers")
        if not texts:
            hint = 'say what in code brings it up: triggers = ["symbol:asyncio.gather"]'
            fields.report("triggers", "no triggers", hint)
        for text in texts:
            trigger, wrong = read_trigger(text)
            if trigger is None:
                fields.report("triggers", f"trigger {text!r} {wrong[0]}", wrong[1])
            else:
                triggers.append(trigger)
        return tuple(triggers)

    def _sources(self, fields: Fields, values: dict[str, Any]) -> tuple[Source, ...]:
        sources = []
        for item in values.get("sources", ()) if isinstance(values.get("sources"), list) else ():
            match = isinstance(item, str) and SOURCE.fullmatch(item)
            if match:
                sources.append(Source(match[1], match[2]))
            else:
                fields.report("sources", f"cannot read {item!r}", "write: Title <https://...>")
        if not sources:
            hint = 'name the official documentation: sources = ["Title <https://...>"]'
            fields.report("sources", "no source for the facts", hint)
        return tuple(sources)

    def _tip(self, section: RawSection) -> str:
        paragraphs = [p for p in re.split(r"\n\s*\n", section.text.strip()) if p.strip()]
        tip = " ".join(paragraphs[0].split()) if paragraphs else ""
        line = section.line
        if not tip or section.fences:
            self.report("S004", line, "the tip is missing", "the first paragraph is the tip")
        elif len(paragraphs) > 1:
            self.report("S004", line, "the tip has several paragraphs", "put the rest under ## Why")
        elif len(tip) > MAX_TIP:
            hint = "it is read in five seconds: say one thing"
            self.report("S004", line, f"the tip has {len(tip)} of {MAX_TIP} characters", hint)
        elif len(_SENTENCE_END.findall(re.sub(r"`[^`]*`", "`", tip))) > 2:
            self.report("S004", line, "the tip has more than two sentences", "say one thing")
        return tip

    def _order(self, sections: list[RawSection]) -> None:
        last = -1
        for section in sections[1:]:
            if section.level != 2 or section.heading not in HEADINGS:
                hint = "the sections are: " + ", ".join(f"## {name}" for name in HEADINGS)
                message = f"unknown section {'#' * section.level} {section.heading}"
                self.report("S005", section.line, message, hint)
                continue
            place = HEADINGS.index(section.heading)
            if place <= last:
                hint = "the order is " + ", ".join(HEADINGS)
                message = f"section {section.heading!r} stands twice or out of order"
                self.report("S005", section.line, message, hint)
            if not section.text.strip():
                message = f"section {section.heading!r} is empty"
                self.report("S005", section.line, message, "write it or leave it out")
            last = place

    def _example(self, sections: list[RawSection], focus: str, not_run: str) -> Example | None:
        section = next((s for s in sections if s.heading == "Example"), None)
        if section is None or not section.fences:
            hint = "add ## Example with a fenced block of code"
            self.report("S006", section.line if section else 1, "the example is missing", hint)
            return None
        code, *rest = section.fences
        language = code.info.split()[0] if code.info else ""
        if not language or language in {"output", "error"}:
            hint = "write the language behind the marks: ```python"
            self.report("S006", code.line, "the example's language is missing", hint)
        lines = code.text.split("\n")
        if len(lines) > MAX_EXAMPLE_LINES:
            message = f"the example has {len(lines)} of {MAX_EXAMPLE_LINES} lines"
            self.report("S006", code.line, message, "show the smallest real use")
        output, error = self._results(rest)
        if output is None and not error and not not_run:
            hint = 'put what it prints under it in ```output, or say why not: not_run = "..."'
            self.report("S006", code.line, "nothing says what the example prints", hint)
        span = find_focus(code.text, focus)
        if focus and span is None:
            hint = "focus is a piece of the example, or «marked» in a piece of it"
            self.report("S007", code.line, f"the example does not contain {focus!r}", hint)
        return Example(language, code.text, span or Span(0, 0), output, error, not_run)

    def _results(self, fences: list[Fence]) -> tuple[str | None, str]:
        output, error = None, ""
        for fence in fences:
            if fence.info == "output":
                output = fence.text
            elif fence.info == "error":
                error = fence.text.strip()
            else:
                hint = "one block of code, then ```output and ```error"
                self.report("S006", fence.line, "the example has a second block", hint)
        return output, error

    def _see_also(self, sections: list[RawSection]) -> tuple[str, ...]:
        section = next((s for s in sections if s.heading == "See also"), None)
        ids = []
        for number, line in enumerate(section.lines if section else (), 1):
            if not line.strip():
                continue
            match = SEE_ALSO.match(line)
            if match is None or not match[3]:
                hint = "one line a snippet: - python.list-sort (web pages belong in sources)"
                assert section is not None
                self.report("S008", section.line + number, f"cannot read {line.strip()!r}", hint)
            else:
                ids.append(match[3])
        return tuple(ids)


def read_snippet(
    files: PackFiles, name: str, manifest: PackManifest
) -> tuple[Snippet | None, tuple[Problem, ...]]:
    """Read one snippet of a pack by its path in there; None where it cannot be used."""
    written = read_written(files, name, manifest)
    return written.snippet, written.problems


def read_written(files: PackFiles, name: str, manifest: PackManifest) -> Written:
    """The same, with what stands where in the file."""
    raw, problem = read_raw(files, name)
    if raw is None:
        assert problem is not None
        return Written(None, (problem,))
    reader = _Reader(name, plain_ends(raw), manifest)
    snippet = reader.read()
    return Written(snippet, tuple(reader.problems), raw, reader.text, tuple(reader.sections))


def read_trigger(text: str) -> tuple[Trigger | None, tuple[str, str]]:
    """`kind:name`, for errors and diagnostics with `: pattern` behind it.

    Returns the trigger, or None with what is wrong and what to do.
    """
    kind, separator, rest = text.partition(":")
    if kind not in list(FactKind) or not separator:
        return None, ("has no kind", "kinds are " + ", ".join(FactKind))
    name, _, pattern = rest.partition(": ")
    if not name or name != name.strip() or "," in name:
        return None, ("has no name, or a comma or spaces in it", "for example symbol:str.join")
    if kind == FactKind.DIAGNOSTIC and ":" not in name:
        return None, ("names no tool", "for example diagnostic:ruff:B006")
    if pattern and kind not in {FactKind.ERROR, FactKind.DIAGNOSTIC}:
        return None, ("has a pattern", "only error and diagnostic triggers match a message")
    if pattern:
        try:
            re.compile(pattern)
        except re.error as error:
            return None, (f"has a wrong pattern: {error}", "it is a regular expression")
        if re.search(r"[+*}]\)?[+*{]", pattern) or len(pattern) > 200:
            return None, ("has a pattern that may take for ever", "repeat one thing at a time")
    return Trigger(FactKind(kind), name, pattern), ("", "")


def find_focus(code: str, focus: str) -> Span | None:
    """Where `focus` stands in `code`: `«marked»` text inside it, else all of it.

    A focus that is one word is looked for as a whole word. None where it is not there.
    """
    marked = re.fullmatch(r"(.*)«(.+)»(.*)", focus, re.DOTALL)
    before, here, after = marked.groups() if marked else ("", focus, "")
    # No pattern is made of it: to compile one for each snippet takes as long as all the rest.
    start = code.find(f"{before}{here}{after}") if here else -1
    if not marked and re.fullmatch(r"\w+", here):
        while start >= 0 and _in_word(code, start, start + len(here)):
            start = code.find(here, start + 1)
    return Span(start + len(before), start + len(before) + len(here)) if start >= 0 else None


def _in_word(code: str, start: int, end: int) -> bool:
    """Whether a word goes on before or after a place."""
    around = code[max(start - 1, 0) : start] + code[end : end + 1]
    return any(letter.isalnum() or letter == "_" for letter in around)
