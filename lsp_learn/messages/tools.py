"""Tools as data: `data/<tool>.tool.toml` says how a compiler, a linter, a runtime or a command
names itself, writes its codes and prints its messages.

docs/how-to/add-a-tool.md walks through one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from lsp_learn.cached import Made, from_files

SHIPPED = Path(__file__).parent / "data"

_SUFFIX = ".tool.toml"
"""Not only `.toml`: a file `ruff.toml` would be Ruff's own configuration."""

_KEYS = frozenset(
    """
    title languages sources prefix drop aliases families same parents cwe choose frames library
    wraps messages frame suppressions configs
    """.split()  # noqa: SIM905  (a list of words is easier to read)
)


# Compiled when first used: all of them take 100 ms, which no first hover can wait for.
pattern_of = lru_cache(maxsize=None)(partial(re.compile, flags=re.MULTILINE))


@dataclass(frozen=True)
class Printed:
    """How a tool prints a message: a regular expression with the groups `code`, `error`, `text`,
    `path`, `line`, `function`, `severity`, all optional, over one or several lines. `needs` are
    texts of which one must be there, or it is not tried.
    """

    match: str
    needs: tuple[str, ...]
    severity: str


@dataclass(frozen=True)
class Named:
    """Where people name a tool's codes: in comments of some languages, or in files."""

    match: str
    codes: str
    languages: tuple[str, ...]
    files: tuple[str, ...]
    section: str


@dataclass(frozen=True)
class Tool:
    """One tool. `id` is its name in triggers: `diagnostic:<id>:<code>`, `error:<id>: pattern`."""

    id: str
    title: str
    languages: tuple[str, ...]
    sources: tuple[str, ...]
    prefix: str
    drop: str
    aliases: Mapping[str, str]
    families: tuple[str, ...]
    same: tuple[str, ...]
    parents: Mapping[str, str]
    cwe: Mapping[str, str]
    last: bool
    frames: tuple[str, ...]
    frames_after: bool
    library: str
    wraps: bool
    printed: tuple[Printed, ...]
    named: tuple[Named, ...]

    def normal(self, code: str) -> str:
        """A code as this tool's documentation writes it: `2086` is `SC2086` for shellcheck."""
        if self.drop:
            code = pattern_of(self.drop).sub("", code)
        return self.prefix + code if self.prefix and code.isdigit() else code

    def names_of(self, code: str) -> tuple[str, ...]:
        """A code and its other name: Pylint's `W0611` is `unused-import`, and the reverse."""
        other = self.aliases.get(code)
        return (code, other) if other else (code,)

    def family(self, code: str) -> Iterator[str]:
        """The names of the families that a code belongs to, the nearest first."""
        for pattern in self.families:
            for name in self.names_of(code):
                if match := pattern_of(pattern).match(name):
                    yield match[0] + "*"

    def ancestors(self, error: str) -> Iterator[str]:
        """The classes an exception is a kind of, the nearest first."""
        seen = {error}
        while (error := self.parents.get(error, "")) and error not in seen:
            seen.add(error)
            yield error

    def patterns(self) -> Iterator[str]:
        """Every regular expression of the tool."""
        yield from (self.drop, self.library, *self.families, *self.frames)
        yield from (printed.match for printed in self.printed)
        for named in self.named:
            yield from (named.match, named.codes, named.section)


class Tools:
    """The tools found in a folder. `problems` says what the data got wrong."""

    def __init__(self, folder: Path = SHIPPED, cache: Path | None = None) -> None:
        """`cache`: the folder that keeps what is read from files; None keeps nothing."""
        place = cache / "tools.json" if cache else None
        values = from_files(place, str(folder), lambda: _written(folder))
        self.problems: list[str] = values["problems"]
        self._tools: dict[str, Tool] = {}
        for name, table in values["tools"].items():
            try:
                self._tools[name] = _tool(name, table)
            except (KeyError, TypeError, ValueError) as error:
                self.problems.append(f"{name}{_SUFFIX}: {error}")
        self.problems.sort()
        self._sources = {
            name.lower(): tool for tool in self for name in (tool.id, tool.title, *tool.sources)
        }

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def get(self, name: str) -> Tool | None:
        """The tool with an id."""
        return self._tools.get(name)

    def check(self) -> list[str]:
        """Compile everything, and say what is wrong with it."""
        for tool in self:
            for pattern in tool.patterns():
                try:
                    pattern_of(pattern)
                except re.error as error:
                    self.problems.append(f"{tool.id}{_SUFFIX}: {pattern!r}: {error}")
        return self.problems

    def of_source(self, source: str) -> Tool | None:
        """The tool that a diagnostic's `source` means: `Pylance` is Pyright."""
        return self._sources.get(source.strip().lower())


def _written(folder: Path) -> Made:
    """The tools' tables as they are written, and the files that cannot be read."""
    tools: dict[str, Any] = {}
    problems = []
    files = sorted(folder.glob(f"*{_SUFFIX}"))
    for path in files:
        try:
            tools[path.name.removesuffix(_SUFFIX)] = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(f"{path.name}: {error}")
    return {"tools": tools, "problems": problems}, [folder, *files]


def _tool(name: str, values: Mapping[str, Any]) -> Tool:
    if unknown := set(values) - _KEYS:
        raise ValueError(f"unknown keys {', '.join(sorted(unknown))}")
    return Tool(
        id=name,
        title=values.get("title", name),
        languages=tuple(values.get("languages", ())),
        sources=tuple(values.get("sources", ())),
        prefix=values.get("prefix", ""),
        drop=values.get("drop", ""),
        aliases=_both_ways(values.get("aliases", {})),
        families=tuple(values.get("families", ())),
        same=tuple(values.get("same", ())),
        parents=values.get("parents", {}),
        cwe=values.get("cwe", {}),
        last=values.get("choose", "first") == "last",
        frames=tuple(one["match"] for one in values.get("frame", ())),
        frames_after=values.get("frames", "after") == "after",
        library=values.get("library", ""),
        wraps=bool(values.get("wraps", False)),
        printed=tuple(
            Printed(item["match"], _any_of(item.get("needs", ())), item.get("severity", "error"))
            for item in values.get("messages", ())
        ),
        named=(
            *_named(values.get("suppressions", ()), values),
            *_named(values.get("configs", ()), values),
        ),
    )


def _any_of(texts: str | Sequence[str]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _both_ways(names: Mapping[str, str]) -> dict[str, str]:
    return {**names, **{other: name for name, other in names.items()}}


def _named(items: Sequence[Mapping[str, Any]], tool: Mapping[str, Any]) -> Iterator[Named]:
    for item in items:
        languages = tuple(item.get("languages", () if "files" in item else tool["languages"]))
        yield Named(
            match=item["match"],
            codes=item.get("codes", r"[\w-]+"),
            languages=languages,
            files=tuple(item.get("files", ())),
            section=item.get("section", ""),
        )
