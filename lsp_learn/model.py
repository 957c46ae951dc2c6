"""The words the rooms share: frozen values without any LSP, Whoosh or tree-sitter type inside.

Offsets and spans count Unicode code points of the document's text, half-open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points in one text; empty where `start == end`."""

    start: int
    end: int

    def __contains__(self, offset: int) -> bool:
        return self.start <= offset < self.end

    @property
    def length(self) -> int:
        """Number of code points."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one source text. `language` is an LSP language id, "" when unknown."""

    uri: str
    language: str
    version: int | None
    text: str


class FactKind(StrEnum):
    """What a fact is about, most specific first: the order in which tips win."""

    DIAGNOSTIC = "diagnostic"
    ERROR = "error"
    PITFALL = "pitfall"
    ARGUMENT = "argument"
    SYMBOL = "symbol"
    OPERATOR = "operator"
    CONSTRUCT = "construct"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something true about the code at a place.

    `name` is the construct's, symbol's or pitfall's name; `how` says how it was found, for
    people (`import`, `binding`, `pattern`, `token` ...). `text` carries a diagnostic's or an
    error's message, which the triggers of error snippets match against.
    """

    kind: FactKind
    name: str
    span: Span
    how: str = ""
    text: str = ""


IN_COMMENT = "comment"
"""How a fact in a comment was found: nearer to it is what a tool's code in the comment means."""


@dataclass(frozen=True, slots=True)
class CodeContext:
    """What stands at a place: facts, most specific first, and the constructs around it.

    `silent` is true where nothing may be said: comments, plain strings, white space,
    punctuation, names that are only local. `inherits` are languages whose snippets serve here
    as well: JavaScript's in TypeScript. `offered` are facts on which nobody but a pack can have
    a word, such as the name of any command: the place is silent unless one has.
    """

    language: str
    span: Span
    facts: tuple[Fact, ...] = ()
    enclosing: tuple[Fact, ...] = ()
    silent: bool = True
    inherits: tuple[str, ...] = ()
    offered: tuple[Fact, ...] = ()


class Level(StrEnum):
    """How far a learner has come; also whom a snippet is written for."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"

    @property
    def rank(self) -> int:
        """0 for beginner, 1 for intermediate, 2 for advanced."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Trigger:
    """What in code a snippet answers to. `pattern` is a regular expression on the message
    of an error or diagnostic; empty where the name alone decides.
    """

    kind: FactKind
    name: str
    pattern: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" + (f": {self.pattern}" if self.pattern else "")


@dataclass(frozen=True, slots=True)
class Example:
    """The smallest real use. `focus` is the place in `code` that brings the snippet up.

    `output` is what running it prints, or None where the snippet promises nothing; `error` is
    the last line of the traceback or compiler message that it ends with, or "".
    """

    language: str
    code: str
    focus: Span
    output: str | None = None
    error: str = ""
    not_run: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a lesson: its heading and its Markdown."""

    heading: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a snippet's facts come from."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """One idea, in two lengths: `tip` for the hover, `sections` for the lesson."""

    id: str
    title: str
    tip: str
    example: Example
    languages: tuple[str, ...]
    level: Level
    triggers: tuple[Trigger, ...]
    pack: str
    sections: tuple[Section, ...] = ()
    see_also: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    tags: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a learning path: a snippet's id, and why it comes here. `easier` where it is
    meant to be easier than the step before it. `line` is its place in the file.
    """

    snippet: str
    why: str
    easier: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class LearningPath:
    """Snippets in the order in which one learns from them: whom it is for and why (`purpose`),
    what one can do afterwards (`outcome`), the level that it begins at. `packs` are the other
    packs that its steps come from.
    """

    id: str
    title: str
    level: Level
    purpose: str
    outcome: str
    steps: tuple[Step, ...]
    pack: str
    packs: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class PackManifest:
    """`pack.toml`: who wrote the pack, for which languages, under which licence."""

    id: str
    title: str
    version: str
    license: str
    languages: tuple[str, ...]
    description: str = ""
    authors: tuple[str, ...] = ()
    homepage: str = ""


class Origin(StrEnum):
    """Where an installed pack comes from."""

    SHIPPED = "shipped"
    USER = "user"
    INSTALLED = "installed"
    LINKED = "linked"
    WORKSPACE = "workspace"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class InstalledPack:
    """A pack on this machine that is read: a folder, or an archive with the given SHA-256."""

    manifest: PackManifest
    place: Path
    origin: Origin
    sha256: str = ""


class Severity(StrEnum):
    """An error keeps the thing from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with what a person wrote. `line` counts from 1; 0 means the whole file."""

    code: str
    path: str
    line: int
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class PackSet:
    """The packs that are read, and what was wrong with those that are not."""

    packs: tuple[InstalledPack, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One exact key of the index, for example `python:symbol:asyncio.gather`."""

    key: str
    weight: float
    fact: Fact


@dataclass(frozen=True, slots=True)
class Query:
    """What to look up for a context: terms in falling weight."""

    terms: tuple[Term, ...]
    languages: tuple[str, ...]
    limit: int = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """A snippet the index found, with its score and the keys that matched."""

    snippet: Snippet
    score: float
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tip:
    """A hit chosen for a place, with the fact that brought it up: the reason it is shown."""

    snippet: Snippet
    fact: Fact


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of an explained span and the tips for it, the best first."""

    span: Span
    tips: tuple[Tip, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A span explained piece by piece, in reading order; no parts where there is nothing to say."""

    span: Span
    parts: tuple[Part, ...] = ()

    @property
    def tips(self) -> tuple[Tip, ...]:
        """Every tip of every part once, in reading order."""
        seen: dict[str, Tip] = {}
        for part in self.parts:
            for tip in part.tips:
                seen.setdefault(tip.snippet.id, tip)
        return tuple(seen.values())


@dataclass(frozen=True, slots=True)
class Page:
    """A page to read: the title of its tab, its Markdown, and the snippets whose lessons it
    holds. `whole` where the snippets' ids alone give the same page again.
    """

    title: str
    markdown: str
    snippets: tuple[Snippet, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """A message with the tips for it; no tips where no pack knows it."""

    message: Message
    tips: tuple[Tip, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What another tool says about a place: `source` and `code` as that tool writes them."""

    source: str
    code: str
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Message:
    """What a tool printed: `code` as its documentation writes it, `error` the exception's name
    or the tool's, `text` the words, `span` where it stands in the output. `path`, `line` and
    `function` are the place in the user's code, empty where the message names none.
    """

    tool: str
    languages: tuple[str, ...]
    code: str
    error: str
    text: str
    severity: str
    span: Span
    path: str = ""
    line: int = 0
    function: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work is: `done` of `total` units of `stage`."""

    stage: str
    done: int
    total: int


Report = Callable[[Progress], None]
"""Called now and then by long work; must return at once."""

Stopped = Callable[[], bool]
"""True once nobody waits for the answer any more; long work asks it between steps."""


def never() -> bool:
    """A `Stopped` for work that is never cancelled."""
    return False
