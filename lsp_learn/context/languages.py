"""Languages as data: finds `languages/<id>/`, checks it, compiles it once.

A language is a folder: `language.toml` (grammar, files, tokens, names), `types.toml` (what
common calls return; those of a library in `libraries/`), `constructs.toml` and `pitfalls.toml`
(rules), `injections.toml` (code of other languages inside it), `names.scm` (imports and
bindings). docs/how-to/add-a-language.md walks through one.
"""

from __future__ import annotations

import re
import threading
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tree_sitter import Query

from lsp_learn.cached import Made, from_files
from lsp_learn.context.injections import Injection, Injections
from lsp_learn.context.queries import split_patterns, without_wrong
from lsp_learn.context.rule import Rule
from lsp_learn.context.rules import RuleSet
from lsp_learn.context.written import grammar, toml, written
from lsp_learn.model import FactKind

_NOTHING = "(?!)"

SHIPPED = Path(__file__).parent / "languages"


class LanguageTable:
    """Everything the reader knows of one language. `problems` says what the data got wrong;
    what is wrong is left out, the rest works.
    """

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        """`cache`: the folder that keeps what is read from files; see `written`."""
        values = written(folder, cache)
        self.problems: list[str] = list(values["problems"])
        self.id = folder.name
        self.inherits = tuple(Path(other).name for other in values["family"])
        self.grammar = grammar(values)
        self.silent = self._nodes(values.get("silent", ()))
        self.strings = self._nodes(values.get("strings", ()))
        self.tokens = self._tokens(values.get("tokens", {}))
        self.enclosing: dict[str, str] = dict(values.get("enclosing", {}))
        self._nodes(self.enclosing)

        self._read_names(values.get("names", {}))
        self._read_types(values["types"])
        self._read_fallback(values.get("fallback", {}))
        self.names = self._query(values["names.scm"])
        boundary = values.get("names", {}).get("boundary", ())
        self.rules = self._rules(values["rules"], boundary)
        self.injections = self._injections(values, boundary)

    def _read_names(self, names: Mapping[str, Any]) -> None:
        self.identifiers = self._nodes(names.get("identifiers", ()))
        self.separator: str = names.get("separator", ".")
        self.scopes = self._nodes(names.get("scopes", ()))
        self.class_scopes = self._nodes(names.get("class_scopes", ()))
        self.class_names: dict[str, str] = names.get("class_names", {})
        self.class_bases: dict[str, str] = names.get("class_bases", {})
        self.receivers = frozenset(names.get("receivers", ()))
        self.members: dict[str, list[str]] = names.get("members", {})
        self.calls: dict[str, str] = names.get("calls", {})
        self.subscripts: dict[str, list[str]] = names.get("subscripts", {})
        self.transparent: dict[str, str] = names.get("transparent", {})
        self.operations: dict[str, list[str]] = names.get("operations", {})
        self.arguments_field: str = names.get("arguments_field", "arguments")
        self.arguments: dict[str, str] = names.get("arguments", {})
        self.dotted = self._nodes(names.get("dotted", ()))
        self.annotation_nodes = self._nodes(names.get("annotations", ()))
        self.optional_types = frozenset(names.get("optional_types", ()))
        self.class_name = self._regex(names.get("class_name", ""))
        self.import_local = self._regex(names.get("import_local", ""))
        self.import_prefix: dict[str, str] = names.get("import_prefix", {})
        self.import_changes = tuple(
            (self._regex(pattern), change) for pattern, change in names.get("import_changes", ())
        )
        for table in (self.members, self.calls, self.subscripts, self.transparent):
            self._nodes(table)

    def _read_types(self, types: Mapping[str, Any]) -> None:
        self.builtins = frozenset(types.get("builtins", "").split())
        self.stars = {
            key: frozenset(names.split()) for key, names in types.get("stars", {}).items()
        }
        self.modules = frozenset(types.get("modules", "").split())
        self.assumed: dict[str, str] = types.get("assumed", {})
        self.usual: dict[str, str | dict[str, str]] = types.get("usual", {})
        self.literals: dict[str, list[list[str]]] = types.get("literals", {})
        self.returns: dict[str, str | list[list[str]]] = types.get("returns", {})
        self.bases: dict[str, list[str]] = types.get("bases", {})
        self.methods: dict[str, str | tuple[str, int]] = types.get("methods", {})
        self.own: dict[str, list[str]] = types.get("own", {})
        self.annotations: dict[str, str] = types.get("annotations", {})
        self.joins: dict[str, list[str]] = types.get("joins", {})
        self._nodes(self.literals)

    def _read_fallback(self, fallback: Mapping[str, Any]) -> None:
        self.mask = self._regex(fallback.get("mask", ""))
        self.path = self._regex(fallback.get("path", ""))
        self.lines = tuple(
            (self._regex(line.get("match", "")), *fact)
            for line in fallback.get("lines", ())
            for fact in self._facts("fallback.lines", [line.get("name", "")])
        )
        self.import_lines = tuple(self._regex(line) for line in fallback.get("imports", ()))

    def _nodes(self, names: Iterable[str]) -> frozenset[str]:
        found = set()
        for name in names:
            if self.grammar.id_for_node_kind(name, True) is None and not self.inherits:
                self.problems.append(f"the grammar has no node {name!r}")
            found.add(name)
        return frozenset(found)

    def _tokens(self, table: Mapping[str, Any]) -> dict[str, tuple[tuple[FactKind, str], ...]]:
        """`"token@parent@grandparent"` to the facts that this token stands for there."""
        tokens = {}
        for key, value in table.items():
            token, *around = _split_token(key)
            missing = not all(self._has_node(name) for name in (token, *around))
            if missing and not self.inherits:
                self.problems.append(f"token {key!r} names a node that the grammar does not have")
            facts = [value] if isinstance(value, str) else value
            tokens["@".join((token, *around))] = tuple(self._facts(key, facts))
        return tokens

    def _facts(self, place: str, facts: Iterable[str]) -> Iterator[tuple[FactKind, str]]:
        """`kind:name` texts; a wrong one is reported and left out."""
        for fact in facts:
            kind, separator, name = fact.partition(":")
            if kind in list(FactKind) and separator and name:
                yield FactKind(kind), name
            else:
                self.problems.append(f"{place!r} stands for {fact!r}, which is not kind:name")

    def _regex(self, text: str) -> re.Pattern[str]:
        """A regular expression; one that matches nothing where the text is missing or wrong."""
        try:
            return re.compile(text or _NOTHING)
        except re.error as error:
            self.problems.append(f"the regular expression {text!r} is wrong: {error}")
            return re.compile(_NOTHING)

    def _has_node(self, name: str) -> bool:
        return any(self.grammar.id_for_node_kind(name, named) for named in (True, False))

    def _query(self, sources: Sequence[str]) -> Query | None:
        """The query of the language and of those it inherits from. What an inherited pattern
        names that this grammar does not have is no fault: the pattern is left out.
        """
        patterns: list[str] = []
        counts = []
        for source in sources:
            patterns += split_patterns(source)
            counts.append(len(patterns))
        query, _, wrong = without_wrong(self.grammar, patterns)
        self.problems += [f"names.scm: {error}" for number, error in wrong if number < counts[0]]
        return query

    def _rules(self, tables: Iterable[Mapping[str, Any]], boundary: Sequence[str]) -> RuleSet:
        rules = []
        for values in tables:
            try:
                rules.append(Rule.of(values, boundary))
            except ValueError as error:
                self.problems.append(str(error))
        compiled = RuleSet(self.grammar, rules, lenient=bool(self.inherits))
        self.problems += compiled.problems
        return compiled

    def _injections(self, values: Mapping[str, Any], boundary: Sequence[str]) -> Injections:
        found = []
        for table in values["injections"]:
            try:
                found.append(Injection.of(table, boundary))
            except ValueError as error:
                self.problems.append(f"injections.toml: {error}")
        nodes = values.get("injected", {})
        kinds = {key: frozenset(nodes.get(key, ())) for key in ("delimiters", "interpolations")}
        for name in (name for names in kinds.values() for name in names):
            if not self._has_node(name) and not self.inherits:
                self.problems.append(f"[injected]: the grammar has no node {name!r}")
        return Injections(self.grammar, found, kinds)


class Languages:
    """The languages found in some folders, each loaded when it is first asked for."""

    def __init__(self, folders: Sequence[Path] = (SHIPPED,), cache: Path | None = None) -> None:
        """`cache`: the folder that keeps what is read from files; None keeps nothing."""
        self._folders = folders
        self._cache = cache
        self._tables: dict[str, LanguageTable | None] = {}
        self._aliases: dict[str, str] | None = None
        self.failures: dict[str, str] = {}
        self._lock = threading.Lock()

    def get(self, language: str) -> LanguageTable | None:
        """The table of an LSP language id; None where there is no data for it."""
        with self._lock:
            if language not in self._tables:
                folder = self._folder(language)
                try:
                    self._tables[language] = LanguageTable(folder, self._cache) if folder else None
                except (ImportError, AttributeError, KeyError, tomllib.TOMLDecodeError) as error:
                    # A language that cannot be loaded is as unknown; the others work.
                    self.failures[language] = f"cannot be loaded: {error}"
                    self._tables[language] = None
            return self._tables[language]

    def named(self, word: str) -> LanguageTable | None:
        """The table for what people call a language behind a fence: `py`, `bash`, `C++`."""
        word = word.strip().lower()
        names = self._known_names()
        return self.get(names.get(f".{word}", word)) if word else None

    def ids(self) -> tuple[str, ...]:
        """The ids there is data for, sorted."""
        found = {
            path.parent.name for folder in self._folders for path in folder.glob("*/language.toml")
        }
        return tuple(sorted(found))

    def of_path(self, path: Path, text: str = "") -> str:
        """The language id for a file, by its name, its `#!` line or, where two languages share
        a suffix, what its text shows; "" when unknown.
        """
        aliases = self._known_names()
        other, _, shown = aliases.get(f"text:{path.suffix}", "").partition("\n")
        if shown and re.search(shown, text):
            return other
        interpreter = re.match(
            r"#!\s*(?:\S*/)?([\w.+-]+)(?:\s+(?:-\S+\s+)*([\w.+-]+))?", text.partition("\n")[0]
        )
        names = [path.name, path.suffix]
        if interpreter:
            program = interpreter[2] if interpreter[1] == "env" else interpreter[1]
            first = 0 if other == "#!" else len(names)
            names.insert(first, "#!" + re.sub(r"[\d.]+$", "", program or ""))
        return next((aliases[name] for name in names if name in aliases), "")

    def needs_text(self, path: Path) -> bool:
        """Whether only its text tells which language a file of this name is."""
        names = self._known_names()
        return f"text:{path.suffix}" in names or not (path.suffix or path.name in names)

    def _folder(self, language: str) -> Path | None:
        if not re.fullmatch(r"[\w+#-]{1,64}", language):
            return None
        for folder in self._folders:
            if (folder / language / "language.toml").is_file():
                return folder / language
        alias = self._known_names().get(f"id:{language}", language)
        return self._folder(alias) if alias != language else None

    def _known_names(self) -> dict[str, str]:
        if self._aliases is None:
            place = self._cache / "names.json" if self._cache else None
            key = "\0".join(str(folder) for folder in self._folders)
            self._aliases = from_files(place, key, self._names)
        return self._aliases

    def _names(self) -> Made:
        """File names, `.suffix`es, `#!program`s and `id:alias`es to the language's id;
        `text:.suffix` to an id and the regular expression that shows it, a line each, or to
        `#!` where the first line goes before the suffix.
        """
        aliases: dict[str, str] = {}
        read = list(self._folders)
        for folder in self._folders:
            for path in sorted(folder.glob("*/language.toml")):
                read.append(path)
                try:
                    values = toml(path)
                except tomllib.TOMLDecodeError:  # said when the language itself is asked for
                    continue
                names = [
                    *values.get("files", ()),
                    *(f"#!{program}" for program in values.get("interpreters", ())),
                    *(f"id:{alias}" for alias in values.get("aliases", ())),
                ]
                for name in names:
                    aliases.setdefault(name, path.parent.name)
                for suffix in values.get("first_line_decides", ()):
                    aliases.setdefault(f"text:{suffix}", "#!")
                for suffix, shown in values.get("shown_by", {}).items():
                    aliases.setdefault(f"text:{suffix}", f"{path.parent.name}\n{shown}")
        return aliases, [*read, Path(__file__)]


def _split_token(key: str) -> list[str]:
    """Split at `@`, except for a token that is itself an `@` (or starts with one)."""
    return [key[0] + (rest := key[1:].split("@"))[0], *rest[1:]]
