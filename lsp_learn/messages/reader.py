"""Messages of other tools in, facts out: the one entrance to `messages/`.

The keys that a message is looked up by, in this order: the tool's code, the message's words (by
the exception's name, or the tool's), and where nothing else answers, the code's family, the
exception's parents, the weakness (CWE) that the tool says it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from textwrap import dedent

from lsp_learn.messages.output import plain
from lsp_learn.messages.tools import Named, Printed, Tool, Tools, pattern_of
from lsp_learn.model import CodeContext, Diagnostic, Document, Fact, FactKind, Message, Span

MAX_MESSAGES = 200
"""Messages read of one output; who prints more has one cause."""

_FRAMES_BEHIND = 20_000
"""Characters behind a message that are searched for its frames."""

_MAX_TEXT = 2_000

_SEVERITIES = {
    **dict.fromkeys(("fatal", "fatal error", "error", "err", "e", "f", "panic", "parse"), 0),
    **dict.fromkeys(("recoverable fatal", "emerg", "alert", "crit"), 0),
    **dict.fromkeys(("warning", "warn", "w"), 1),
}

# The exception's name that a message starts with, with its module or without.
_ERROR = re.compile(r"(?:[\w$]+\.)*([A-Z]\w+)(?::|\s*$)")

# A code as people type it: E0382, error[E0382], ENOENT, no-unused-vars, -Wunused-variable.
_CODE_ALONE = re.compile(
    r"(?:error|warning)?[ \[]?"
    r"((?=[\w@/-]*[\d/-])[A-Za-z@-][\w@/-]*\w|(?-i:E[A-Z]{4,}|[A-Z]+_[A-Z_]+))\]?",
    re.IGNORECASE,
)

# What stands before the words of every compiler.
_LABEL = re.compile(r"^(?:fatal )?(?:error|warning)(?:\[\w+\])?: +", re.IGNORECASE)


class MessageReader:
    """Reads what tools say. Safe to use from several threads."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    # -- diagnostics ----------------------------------------------------------------------

    def facts_of(self, diagnostic: Diagnostic) -> tuple[Fact, ...]:
        """What a diagnostic that an editor passes on says, as facts."""
        tool = self.tools.of_source(diagnostic.source)
        if tool is None:
            return tuple(_unknown(diagnostic))
        code = tool.normal(diagnostic.code)
        found = _ERROR.match(diagnostic.message)
        error = found[1] if found and tool.parents.get(found[1]) is not None else tool.id
        return tuple(_facts(tool, code, error, diagnostic.message, diagnostic.span))

    def languages_of(self, source: str) -> tuple[str, ...]:
        """The languages of the tool that a diagnostic's source means."""
        tool = self.tools.of_source(source)
        return tool.languages if tool else ()

    # -- output ---------------------------------------------------------------------------

    def read(self, output: str) -> tuple[Message, ...]:
        """The messages in what a program printed, the one that matters first.

        Errors stand before warnings; what a wrapper says (make, npm: "it failed") behind what
        the wrapped tool said; then the first of a compiler's messages, the last of a chain of
        exceptions. Of one place, each tool that may have printed it has a message.
        """
        text = plain(output)
        found = self._found(text)
        if not found and (flat := dedent(text)) != text:  # as Markdown indents it
            found = self._found(flat)
        found.sort(key=lambda item: item[0])
        return tuple(message for _, message in found[:MAX_MESSAGES])

    def _found(self, text: str) -> list[tuple[Order, Message]]:
        return [item for tool in self.tools for item in _messages(tool, text)]

    def guesses(self, text: str) -> tuple[Message, ...]:
        """A message without anything that tells its tool: for every tool the same words, or the
        same code where it is a code alone.
        """
        line = next((line.strip() for line in plain(text).splitlines() if line.strip()), "")
        span = Span(0, len(line))
        alone = _CODE_ALONE.fullmatch(line)
        code, words = (alone[1], "") if alone else ("", _LABEL.sub("", line)[:_MAX_TEXT])
        return tuple(
            Message(tool.id, tool.languages, tool.normal(code), tool.id, words, "error", span)
            for tool in self.tools
        )

    def context_of(self, message: Message) -> CodeContext:
        """What a message says, as a context to look up."""
        tool = self.tools.get(message.tool)
        said = message.code, message.error, message.text, message.span
        facts = tuple(_facts(tool, *said)) if tool else ()
        language, *others = message.languages or ("",)
        return CodeContext(language, message.span, facts, silent=not facts, inherits=tuple(others))

    # -- codes that people write ----------------------------------------------------------

    def named_at(self, document: Document, offset: int) -> CodeContext | None:
        """A tool's code in a comment that switches it off, or in a configuration file."""
        text = document.text
        start = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", offset)
        line = text[start : end if end >= 0 else len(text)][:_MAX_TEXT]
        name = re.split(r"[/\\]", document.uri)[-1]
        for tool, named in (*self._by_language.get(document.language, ()), *self._in_files):
            if named.files and name not in named.files:
                continue
            for span, code in _codes(named, line, offset - start):
                if named.section and not _in_section(named.section, text, start):
                    continue
                where = Span(start + span.start, start + span.end)
                facts = tuple(_facts(tool, tool.normal(code), "", "", where))
                language, *others = tool.languages or (document.language,)
                return CodeContext(language, where, facts, silent=False, inherits=tuple(others))
        return None

    @cached_property
    def _by_language(self) -> dict[str, list[tuple[Tool, Named]]]:
        found: dict[str, list[tuple[Tool, Named]]] = {}
        for tool in self.tools:
            for named in tool.named:
                for language in named.languages:
                    found.setdefault(language, []).append((tool, named))
        return found

    @cached_property
    def _in_files(self) -> list[tuple[Tool, Named]]:
        return [(tool, named) for tool in self.tools for named in tool.named if named.files]


def _unknown(diagnostic: Diagnostic) -> Iterator[Fact]:
    source, code = diagnostic.source.lower(), diagnostic.code
    if source and code:
        name = f"{source}:{code}"
        yield Fact(FactKind.DIAGNOSTIC, name, diagnostic.span, "code", diagnostic.message)
    if error := _ERROR.match(diagnostic.message):
        yield Fact(FactKind.ERROR, error[1], diagnostic.span, "message", diagnostic.message)


def _facts(tool: Tool, code: str, error: str, text: str, span: Span) -> Iterator[Fact]:
    kind = FactKind.DIAGNOSTIC
    names = (tool.id, *tool.same)
    if code:
        for one in tool.names_of(code):
            yield from (Fact(kind, f"{name}:{one}", span, "code", text) for name in names)
    if error and error != tool.id and text and not _ERROR.match(text):
        text = f"{error}: {text}"  # as the last line of a traceback says it
    if error:
        yield Fact(FactKind.ERROR, error, span, "message", text)
        if error != tool.id:
            yield Fact(FactKind.ERROR, tool.id, span, "message", text)
    for family in tool.family(code):
        yield from (Fact(kind, f"{name}:{family}", span, "family", text) for name in names)
    for parent in tool.ancestors(error):
        yield Fact(FactKind.ERROR, parent, span, "parent", text)
    if code in tool.cwe:
        yield Fact(kind, f"cwe:{tool.cwe[code]}", span, "cwe", text)


Order = tuple[bool, int, bool, int, bool, int]


def _messages(tool: Tool, text: str) -> Iterator[tuple[Order, Message]]:
    seen: set[int] = set()
    count = 0
    for printed in tool.printed:
        if printed.needs and not any(word in text for word in printed.needs):
            continue
        for match in pattern_of(printed.match).finditer(text):
            if match.start() in seen:
                continue
            seen.add(match.start())
            count += 1
            if count > MAX_MESSAGES and not tool.last:
                return
            message, framed = _message(tool, printed, match, text)
            place = -match.start() if tool.last else match.start()
            severity = _SEVERITIES.get(message.severity.lower(), 2)
            # Of several readings of one place the one with a code, then the one of more words.
            more = not message.code, match.start() - match.end()
            yield (tool.wraps, severity, not framed, place, *more), message


def _message(tool: Tool, printed: Printed, match: re.Match[str], text: str) -> tuple[Message, bool]:
    parts = {key: value or "" for key, value in match.groupdict().items()}
    said = parts.get("text", match[0]).strip()
    error = parts.get("error", "").rpartition(".")[2] or tool.id
    place = _Frame(parts.get("path", ""), parts.get("line", ""), parts.get("function", ""))
    frame = _own_frame(tool, match, text) if tool.frames else None
    if frame is not None and not place.path:
        place = frame
    message = Message(
        tool=tool.id,
        languages=tool.languages,
        code=tool.normal(parts.get("code", "")),
        error=error,
        text=said[:_MAX_TEXT],
        severity=parts.get("severity", "") or printed.severity,
        span=Span(match.start(), match.end()),
        path=place.path,
        line=int(place.line) if place.line.isdigit() else 0,
        function=place.function,
    )
    return message, frame is not None or bool(message.code) or bool(message.path)


class _Frame:
    """One call of a traceback."""

    def __init__(self, path: str, line: str, function: str) -> None:
        self.path, self.line, self.function = path, line, function


def _own_frame(tool: Tool, match: re.Match[str], text: str) -> _Frame | None:
    """The call in the user's own code that is nearest to the error; of a library's where there
    is no other.
    """
    start, end = (match.end(), match.end() + _FRAMES_BEHIND) if tool.frames_after else (0, 0)
    if not tool.frames_after:
        start, end = max(0, match.start() - _FRAMES_BEHIND), match.start()
    part = text[start:end]
    if tool.frames_after:
        # The frames of another message are not this one's.
        others = [pattern_of(printed.match).search(part) for printed in tool.printed]
        part = part[: min((other.start() for other in others if other), default=len(part))]
    found = sorted(
        (frame for one in tool.frames for frame in pattern_of(one).finditer(part)),
        key=lambda frame: frame.start() if tool.frames_after else -frame.start(),
    )
    if not found:
        return None
    own = (one for one in found if not tool.library or not pattern_of(tool.library).search(one[0]))
    parts = {key: value or "" for key, value in next(own, found[0]).groupdict().items()}
    return _Frame(parts.get("path", ""), parts.get("line", ""), parts.get("function", ""))


def _codes(named: Named, line: str, column: int) -> Iterator[tuple[Span, str]]:
    for match in pattern_of(named.match).finditer(line):
        group = "codes" if "codes" in match.re.groupindex else 0
        for code in pattern_of(named.codes).finditer(line, match.start(group), match.end(group)):
            if code.start() <= column <= code.end():
                yield Span(code.start(), code.end()), code[0]


def _in_section(section: str, text: str, start: int) -> bool:
    """Whether the nearest header above (`[tool.ruff]`) is one that the pattern knows."""
    headers = list(re.finditer(r"^\s*\[[^\]\n]+\]", text[:start], re.MULTILINE))
    return bool(headers) and pattern_of(section).search(headers[-1][0]) is not None
