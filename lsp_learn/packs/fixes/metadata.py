"""Fixes of metadata. Everything that is not meant stays as it is written, comments too: the TOML
is changed as text, and read again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from lsp_learn.model import Level
from lsp_learn.packs.fixes.form import Mend, parsed
from lsp_learn.packs.snippet import METADATA, SOURCE, read_trigger

Change = Callable[[list[str]], Sequence[str | None]]
"""The texts of a list to those it should have; None leaves one out."""


def in_head(change: Mend) -> Mend:
    """A change of the metadata as one of the file that begins with it."""

    def mend(text: str) -> str:
        head = METADATA.match(text)
        if head is None:
            return text
        return text[: head.start(1)] + change(head[1]) + text[head.end(1) :]

    return mend


_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')


def values(key: str, change: Change) -> Mend:
    """A change of the texts of one key. Everything else stays as it is written."""

    def mend(toml: str) -> str:
        before = parsed(toml)
        value = before.get(key) if before else None
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            return toml
        wanted = list(change(items))
        if wanted == items or (isinstance(value, str) and None in wanted):
            return toml
        left = [item for item in wanted if item is not None]
        after = {**(before or {}), key: left[0] if isinstance(value, str) else left}
        made = _replaced(toml, key, items, wanted)
        return made if parsed(made) == after else toml

    return mend


def _replaced(toml: str, key: str, items: list[str], wanted: Sequence[str | None]) -> str:
    start = re.search(rf"(?m)^[ \t]*\"?{key}\"?[ \t]*=", toml)
    found = list(_TEXT.finditer(toml, start.end()))[: len(items)] if start else []
    for token, item, other in reversed(list(zip(found, items, wanted, strict=False))):
        if parsed(f"v = {token[0]}") != {"v": item}:
            return toml
        if other is None:
            toml = _without(toml, token.start(), token.end())
        elif other != item:
            toml = toml[: token.start()] + _written(other, token[0]) + toml[token.end() :]
    return toml


def _written(text: str, like: str) -> str:
    """A text as TOML, in quotes like those it stood in."""
    if like.startswith("'") and "'" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def _without(toml: str, start: int, end: int) -> str:
    """A list without one entry, and without the line that held it alone."""
    before, after = toml[:start], toml[end:]
    line = re.search(r"\n[ \t]*$", before)
    rest = re.match(r"[ \t]*,[ \t]*(?=\n)", after)
    if line and rest:
        return before[: line.start()] + after[rest.end() :]
    if comma := re.match(r"\s*,[ \t]*", after):
        return before + after[comma.end() :]
    return re.sub(r",\s*$", "", before) + after


def once(items: list[str]) -> list[str | None]:
    """Every text where it stands first."""
    return [None if item in items[:number] else item for number, item in enumerate(items)]


def each(key: str, change: Callable[[str], str]) -> Mend:
    """The same change of every text of one key."""
    return values(key, lambda items: [change(item) for item in items])


def trigger(text: str) -> str:
    """`Symbol: len` as `symbol:len`."""
    if read_trigger(text)[0] is not None:
        return text
    kind, _, rest = text.partition(":")
    made = f"{kind.strip().lower()}:{rest.strip()}"
    named = not re.search(r"\s", made.partition(": ")[0])
    return made if named and read_trigger(made)[0] is not None else text


_MARKDOWN_LINK = re.compile(r"\[([^\]<>]+)\]\((https?://[^\s<>()]+)\)")
_ADDRESS = re.compile(r"https?://[^\s<>()]+")


def source(text: str) -> str:
    """`[Title](https://...)`, `Title: https://...` as `Title <https://...>`."""
    if SOURCE.fullmatch(text):
        return text
    if link := _MARKDOWN_LINK.fullmatch(text.strip()):
        return f"{link[1].strip()} <{link[2]}>"
    *words, last = text.split() or [""]
    name, address = " ".join(words).rstrip(" :,-\u2013\u2014"), last.strip("()")
    if not name or "<" in name or not _ADDRESS.fullmatch(address):
        return text
    return f"{name} <{address}>"


def level(text: str) -> str:
    """`Beginner` as `beginner`."""
    name = text.strip().lower()
    return name if name in list(Level) else text


def title(text: str) -> str:
    """A title without backticks."""
    bare = text.replace("`", "")
    return bare if bare.strip() else text


def version(text: str) -> str:
    """`1.0` and `v1.0.0` as `1.0.0`."""
    match = re.fullmatch(r"[vV]?(\d+)(?:\.(\d+))?(?:\.(\d+))?", text.strip(), re.ASCII)
    return ".".join(part or "0" for part in match.groups()) if match else text


def keys(names: Mapping[str, str]) -> Mend:
    """Keys that are known by a name nearly theirs."""

    def mend(toml: str) -> str:
        for wrong, right in names.items():
            before = parsed(toml)
            if before is None or wrong not in before or right in before:
                continue
            made = re.sub(rf"(?m)^([ \t]*){wrong}(?=[ \t]*=)", rf"\g<1>{right}", toml, count=1)
            after = {right if key == wrong else key: value for key, value in before.items()}
            toml = made if parsed(made) == after else toml
        return toml

    return mend


_BARE_VALUE = re.compile(r"([ \t]*[a-z_]+[ \t]*=[ \t]*)([A-Za-z0-9][\w .\t-]*)")
_CURLY = str.maketrans("\u201c\u201d\u201e\u201f\u2018\u2019", '""""\'\'')


def quotes(toml: str) -> str:
    """Texts without quotes, or in a word processor's, where that alone keeps it from being read."""
    if parsed(toml) is not None:
        return toml
    lines = toml.split("\n")
    for number, line in enumerate(lines):
        if "=" not in line or parsed(line) is not None:
            continue
        bare = _BARE_VALUE.fullmatch(line)
        made = f'{bare[1]}"{bare[2].rstrip()}"' if bare else line.translate(_CURLY)
        if parsed(made) is not None:
            lines[number] = made
    made = "\n".join(lines)
    return made if parsed(made) is not None else toml


_OTHER_MARKS = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(?=\n|$)", re.DOTALL)


def marks(text: str) -> str:
    """Metadata that begins the file, between the marks it must have."""
    made = text.lstrip()
    other = _OTHER_MARKS.match(made)
    if other and "id" in (parsed(other[1]) or {}):
        made = f"+++\n{other[1]}+++{made[other.end() :]}"
    return made if METADATA.match(made) else text
