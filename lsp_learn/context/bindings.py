"""Where the names of a text get their meaning: bindings by scope, imports, fields of classes.

Which node is an import, a binding or a scope is data (`names.scm` and `[names]` of the
language). What a binding means is `names.py`'s to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

from tree_sitter import Node, QueryCursor

from lsp_learn.context.kept import PIECE
from lsp_learn.context.languages import LanguageTable
from lsp_learn.context.rule import Captures
from lsp_learn.context.rules import MATCH_LIMIT
from lsp_learn.context.syntax import SyntaxTree, ancestors

_FEW = 3
"""Children of a class's body that are not worth reading one by one."""

_WHOLE, _ALONE, _PART = "the whole scope", "the node alone", "a part of a scope"
"""How a part is read: with all below it, without, or with all below it but for the inside of
functions and classes."""

Place = tuple[int, int, int]
"""A node, as start, end and the number of its kind: nodes do not outlive their tree."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One place where a name gets its meaning. `kind` is the capture that says how, `value` the
    node that it gets it from, `path` what an import names.
    """

    start: int
    kind: str
    value: Place | None = None
    path: str = ""

    def moved(self, by: int) -> Binding:
        """The same binding in a part that starts elsewhere."""
        value = self.value and (self.value[0] + by, self.value[1] + by, self.value[2])
        return Binding(self.start + by, self.kind, value, self.path)

    def holds(self, byte: int) -> bool:
        """`text = text.strip()`: the name on the right is not yet the one on the left."""
        return self.value is not None and self.value[0] <= byte < self.value[1]


@dataclass(frozen=True, slots=True)
class _Part:
    """What one part of a scope binds; bytes count from the start of the part."""

    names: list[tuple[str, Binding]] = field(default_factory=list)
    parts_of_imports: list[tuple[int, int, str]] = field(default_factory=list)
    star: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Declared:
    """A definition somewhere in the file, or a field of one of its classes."""

    name: str
    field: Binding | None = None
    owner: str = ""


class Bindings:
    """The bindings of one syntax tree; scopes are read when they are first asked for."""

    def __init__(self, tree: SyntaxTree, table: LanguageTable) -> None:
        self._tree = tree
        self._table = table
        self._scopes: dict[int, dict[str, list[Binding]]] = {}
        self._around: dict[int, tuple[Node, ...]] = {}
        self._fields: dict[int, dict[str, list[Binding]]] = {}
        self._import_parts: dict[tuple[int, int], str] = {}
        self.imports: dict[str, str] = {}
        """What the module's imports call things here, and the things' paths."""
        self.stars: list[str] = []
        """The modules whose every name is imported."""
        self.of(tree.root)

    def of(self, scope: Node) -> dict[str, list[Binding]]:
        """The bindings of a scope, by name."""
        if scope.id not in self._scopes:
            found: dict[str, list[Binding]] = {}
            self._scopes[scope.id] = found
            for base, part in self._read(scope):
                for name, binding in part.names:
                    found.setdefault(name, []).append(binding.moved(base))
                    if binding.kind == "import" and scope.parent is None:
                        self.imports.setdefault(name, binding.path)
                for start, end, path in part.parts_of_imports:
                    self._import_parts[base + start, base + end] = path
                self.stars += part.star
        return self._scopes[scope.id]

    def around(self, node: Node) -> tuple[Node, ...]:
        """The scopes that hold a node, innermost first; the last one is the module's."""
        known = self._around.get(node.id)
        if known is None:
            parents = list(ancestors(node))
            known = tuple(p for p in parents[:-1] if p.type in self._table.scopes)
            known += tuple(parents[-1:])
            self._around[node.id] = known
        return known

    def import_part(self, node: Node) -> str | None:
        """What a part of an import statement names, if the node is one."""
        return self._import_parts.get((node.start_byte, node.end_byte))

    def brought(self, name: str) -> tuple[str, bool]:
        """The path of a name that `from math import *` brings, and whether a module of unknown
        names may bring it as well. Two modules that both bring it give none.
        """
        known = {module: self._table.stars.get(module) for module in self.stars}
        unknown = None in known.values() and "*" not in self._table.stars
        paths = [module for module, names in known.items() if names and name in names]
        if unknown or len(paths) != 1:
            return "", unknown
        return paths[0] + self._table.separator + name, False

    def defines(self, name: str) -> bool:
        """Whether the file itself defines a function or class of that name, anywhere."""
        return name in self._declared[0]

    def own_field(self, owner: str, name: str) -> Binding | None:
        """A field of a class that the file defines, with its type or first value."""
        return self._declared[1].get((owner, name))

    def fields(self, scope: Node) -> dict[str, list[Binding]]:
        """What the methods of a class assign to its own fields: `self.name = ...`."""
        if scope.id not in self._fields:
            found: dict[str, list[Binding]] = {}
            for base, one in self._all_declared(scope):
                if one.field is not None:
                    found.setdefault(one.name, []).append(one.field.moved(base))
            self._fields[scope.id] = found
        return self._fields[scope.id]

    def node(self, place: Place | None) -> Node | None:
        """The node at a place."""
        if place is None:
            return None
        start, end, kind = place
        node = self._tree.root.descendant_for_byte_range(start, end)
        while node is not None and (node.start_byte, node.end_byte) == (start, end):
            if node.kind_id == kind:
                return node
            node = node.parent
        return None

    # -- reading --------------------------------------------------------------------------

    def _read(self, scope: Node) -> Iterator[tuple[int, _Part]]:
        """The parts of a scope. What the functions of a module or class hold is not looked
        through: that would take as long as parsing it.
        """
        if self._table.names is None:
            return
        source, of = self._tree.source, self._tree.kept.of
        for node, how in self._parts(scope):
            yield node.start_byte, of(how, node, source, partial(self._part, scope, node, how))

    def _parts(self, scope: Node) -> Iterator[tuple[Node, str]]:
        """The parts of a scope that are read by themselves, each with how it is read."""
        of_class = scope.type in self._table.class_scopes
        if not of_class and scope.parent is not None:
            yield scope, _WHOLE
            return
        if of_class:
            yield scope, _ALONE
        for child in scope.children:
            body = of_class and child.child_count > _FEW
            yield from self._split(child) if body else self._unless_broken(child)

    def _split(self, node: Node) -> Iterator[tuple[Node, str]]:
        """A node that holds several parts, as the body of a class does."""
        if self._is_definition(node):
            yield node, _PART
            return
        yield node, _ALONE
        for child in node.children:
            yield from self._unless_broken(child)

    def _unless_broken(self, node: Node) -> Iterator[tuple[Node, str]]:
        """A part; one that an unclosed bracket made large is not kept, but what is in it is."""
        if node.has_error and node.end_byte - node.start_byte > PIECE:
            yield from self._split(node)
        else:
            yield node, _PART

    def _is_definition(self, node: Node) -> bool:
        """A function or class, decorated or not."""
        scopes = self._table.scopes
        return node.type in scopes or any(
            child.type in scopes for child in node.children_by_field_name("definition")
        )

    def _part(self, scope: Node, node: Node, how: str) -> _Part:
        part = _Part()
        depth = 0 if how == _ALONE else 1 if how == _PART and self._is_definition(node) else None
        for captures in self._matches(node, depth):
            self._bind(scope, captures, part, node.start_byte)
        return part

    def _matches(self, node: Node, depth: int | None) -> Iterator[Captures]:
        if self._table.names is None:
            return
        cursor = QueryCursor(self._table.names, match_limit=MATCH_LIMIT)
        if depth is not None:
            cursor.set_max_start_depth(depth)
        for _, captures in cursor.matches(node):
            yield captures

    def _bind(self, scope: Node, captures: Captures, part: _Part, base: int) -> None:
        if "field" in captures:
            return
        if "definition" in captures:
            for node in captures["definition"]:
                parent = node.parent
                if parent is not None and self._scope_of(parent) == scope:
                    binding = Binding(node.start_byte - base, "definition")
                    part.names.append((self._text(node), binding))
            return
        if "import" in captures:
            if self._scope_of(captures["import"][0]) == scope:
                self._bind_import(captures, part, base)
            return
        for node in captures.get("name", ()):
            if self._scope_of(node) == scope:
                kinds = ("value", "type", "elements", "entered")
                kind = next((kind for kind in kinds if kind in captures), "opaque")
                value = _place(captures[kind][0], base) if kind in captures else None
                part.names.append((self._text(node), Binding(node.start_byte - base, kind, value)))

    def _bind_import(self, captures: Captures, part: _Part, base: int) -> None:
        """`@import` is the statement, `@module`, `@member`, `@alias` ... its parts."""
        separator = self._table.separator
        one = {key: nodes[0] for key, nodes in captures.items()}
        module = self._path_text(one["module"]) if "module" in one else ""
        member = self._path_text(one["member"]) if "member" in one else ""
        for pattern, change in self._table.import_changes:
            module = pattern.sub(change, module)
        outer = [self._prefix(parent, one) for parent in ancestors(next(iter(one.values())))]
        module = separator.join(filter(None, (*reversed(outer), module)))
        joined = module if module.endswith(separator) else module + separator
        path = joined + member if module and member else module or member
        for key, full in (("module", module), ("member", path), ("alias", path)):
            if key in one:
                start, end, _ = _place(one[key], base)
                part.parts_of_imports.append((start, end, full))
        if "star" in one:
            part.star.append(module)
            return
        if "alias" in one:
            local = self._text(one["alias"])
        elif "first" in one:
            local = path = path.split(separator)[0]
        else:
            short = self._table.import_local.search(path) if "member" not in one else None
            local = short[1] if short else path.rpartition(separator)[2]
        binding = Binding(one["import"].start_byte - base, "import", path=path)
        part.names.append((local, binding))

    def _prefix(self, parent: Node, one: dict[str, Node]) -> str:
        """What a node around the parts of an import puts before them: `use std::{fs, io};`."""
        named = self._table.import_prefix.get(parent.type)
        prefix = parent.child_by_field_name(named) if named else None
        if prefix is None or any(
            prefix.start_byte <= part.start_byte < prefix.end_byte
            for key, part in one.items()
            if key != "import"
        ):
            return ""
        return self._path_text(prefix)

    @cached_property
    def _declared(self) -> tuple[frozenset[str], dict[tuple[str, str], Binding]]:
        """The names that the file defines, and the fields of its classes."""
        defined: set[str] = set()
        fields: dict[tuple[str, str], Binding] = {}
        for base, one in self._all_declared(self._tree.root):
            if one.field is None:
                defined.add(one.name)
            elif one.owner and one.field.value:
                fields.setdefault((one.owner, one.name), one.field.moved(base))
        return frozenset(defined), fields

    def _all_declared(self, node: Node) -> list[tuple[int, _Declared]]:
        return self._tree.kept.gathered("declares", node, self._tree.source, self._declared_in)

    def _declared_in(self, node: Node, alone: bool) -> list[_Declared]:
        found = []
        for captures in self._matches(node, 0 if alone else None):
            found += [_Declared(self._text(n)) for n in captures.get("definition", ())]
            owner = self._text(captures["owner"][0]) if "owner" in captures else ""
            kind = "type" if "type" in captures else "value"
            value = _place(captures[kind][0], node.start_byte) if kind in captures else None
            for one in captures.get("field", ()):
                binding = Binding(one.start_byte - node.start_byte, kind, value)
                found.append(_Declared(self._text(one), binding, owner))
        return found

    def _scope_of(self, node: Node) -> Node:
        return next(iter(self.around(node)), self._tree.root)

    def _path_text(self, node: Node) -> str:
        return re.sub(r"\s+", "", self._text(node)).strip("\"'`")

    def _text(self, node: Node) -> str:
        return self._tree.text_of(node)


def _place(node: Node, base: int) -> Place:
    return node.start_byte - base, node.end_byte - base, node.kind_id


def latest(bindings: list[Binding], at: int) -> Binding:
    """The binding in force at a byte: imports first (a fallback import means the same thing),
    then the nearest one before it, else the first one after it.
    """
    for binding in bindings:
        if binding.kind == "import":
            return binding
    before = [b for b in bindings if b.start <= at and not b.holds(at)]
    # Of an annotated assignment the annotation says more than the value.
    return max(before, key=lambda b: (b.start, b.kind == "type")) if before else bindings[0]
