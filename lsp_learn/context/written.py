"""What is written of a language in its files, as one table: every file over the same file of the
languages it inherits from, and code patterns as queries. `languages.py` checks and compiles it.
"""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from tree_sitter import Language

from lsp_learn.cached import Made, from_files
from lsp_learn.context.injections import PATTERNS

Table = dict[str, Any]

_RULES = ("pitfalls.toml", "constructs.toml")
_SHARED = "shared.toml"


def written(folder: Path, cache: Path | None = None) -> Table:
    """The language in a folder, as it is written.

    The tables of `language.toml`, and

    | key | what |
    | --- | --- |
    | `family` | the folders of the languages it inherits from, the nearest first |
    | `types` | `types.toml` and the libraries |
    | `rules`, `injections` | their tables, in order; every pattern is a query |
    | `names.scm` | the queries of that name, of each folder |
    | `problems` | what the files get wrong |

    It is kept in the folder `cache` until one of its files changes.

    Raises:
        TOMLDecodeError: its `language.toml` is none.
        ImportError, AttributeError, KeyError: there is no such grammar.
    """
    place = cache / f"{folder.name}.json" if cache else None
    return from_files(place, str(folder), lambda: _made(folder))


def grammar(values: Mapping[str, Any]) -> Language:
    """The grammar that `language.toml` names. Raises as `written` does."""
    function = values["grammar"].partition(":")[2]
    return Language(getattr(_module(values), function)())


def toml(path: Path) -> Table:
    """A file's table; empty where there is no file. Raises TOMLDecodeError."""
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _module(values: Mapping[str, Any]) -> ModuleType:
    return importlib.import_module(values["grammar"].partition(":")[0])


def _made(folder: Path) -> Made:
    files = _Files(_family(folder))
    table = files.table()
    code = sorted(Path(__file__).parent.glob("*.py"))
    library = Path(str(_module(table).__file__)).parent
    return table, [*files.read, *code, library]


class _Files:
    """The files of a language and of those it inherits from."""

    def __init__(self, family: list[Path]) -> None:
        self._family = family
        self._problems: list[str] = []
        self.read = [*family, *(folder / "libraries" for folder in family)]
        """Everything that was looked at, there or not."""

    def table(self) -> Table:
        values = self._toml("language.toml")
        return {
            **values,
            "family": [str(folder) for folder in self._family[1:]],
            "types": self._types(),
            "rules": list(self._rules(grammar(values), values.get("patterns", {}))),
            "injections": list(self._injections()),
            "names.scm": [self._text(folder / "names.scm") for folder in self._family],
            "problems": self._problems,
        }

    def _toml(self, name: str) -> Table:
        """A file of the language over the same file of those it inherits from."""
        merged: Table = {}
        for folder in reversed(self._family):
            self.read.append(folder / name)
            try:
                merged = _merged(merged, toml(folder / name))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                self._problems.append(f"{name} is not valid TOML: {error}")
        return merged

    def _text(self, path: Path) -> str:
        self.read.append(path)
        return path.read_text("utf-8") if path.is_file() else ""

    def _types(self) -> Table:
        """`types.toml`, and one file a library under `libraries/`."""
        merged = self._toml("types.toml")
        names = {path.name for folder in self._family for path in folder.glob("libraries/*.toml")}
        for name in sorted(names):
            merged = _merged(self._toml(f"libraries/{name}"), merged)
        return merged

    def _rules(self, language: Language, patterns: Mapping[str, Any]) -> Iterator[Table]:
        from lsp_learn.context.patterns import with_queries  # noqa: PLC0415  (not for a kept table)

        for name in _RULES:
            for values in self._toml(name).get("rule", ()):
                try:
                    yield with_queries(language, values, patterns)
                except ValueError as error:
                    if self._is_own(name, values):  # else it is code in the parent alone
                        self._problems.append(f"{name}: rule {values.get('name')!r}: {error}")

    def _is_own(self, name: str, values: Table) -> bool:
        """Whether a rule stands in the language's own file."""
        try:
            return values in toml(self._family[0] / name).get("rule", ())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return False

    def _injections(self) -> Iterator[Table]:
        """Their tables. A `match` that is `@name` is a pattern that several languages share."""
        shared = self._family[-1].parent / _SHARED
        self.read.append(shared)
        known = {f"@{name}": match for name, match in toml(shared).get("patterns", {}).items()}
        for values in self._toml("injections.toml").get("injection", ()):
            match = str(values.get("match", ""))
            if match.startswith("@") and match not in known:
                self._problems.append(f"injections.toml: shared.toml has no pattern {match[1:]!r}")
                continue
            table = {**values, "match": known.get(match, match)}
            wrong = [f"injections.toml: {table[key]!r}: {error}" for key, error in _wrong(table)]
            self._problems += wrong
            if not wrong:
                yield table


def _wrong(values: Table) -> Iterator[tuple[str, re.error]]:
    """The keys of an injection that hold no regular expression."""
    for key in PATTERNS:
        try:
            re.compile(str(values.get(key, "")))
        except re.error as error:
            yield key, error


def _family(folder: Path) -> list[Path]:
    """A language's folder and those it inherits from, the nearest first."""
    family = [folder]
    while parent := toml(family[-1] / "language.toml").get("inherits"):
        family.append(folder.parent / parent)
    return family


def _merged(below: Table, above: Table) -> Table:
    """Tables merged key by key; lists of tables (rules) one after the other, those above first."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            merged[key] = _merged(known, value)
        elif key in {"rule", "lines", "injection"} and isinstance(known, list):
            merged[key] = [*value, *known]
        else:
            merged[key] = value
    return merged
