"""What a name in the code stands for: through imports, bindings and literal types.

Deliberately shallow: one file, no inheritance across files, no control flow. Wrong is worse
than unknown, so every doubtful step ends in None. Which node is an import, a binding, a member
access or a call is data (`names.scm`, `[names]` and `types.toml` of the language).

One long file, since looking up a name and evaluating an expression call each other throughout.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from lsp_learn.context.bindings import Binding, Bindings, latest
from lsp_learn.context.languages import LanguageTable
from lsp_learn.context.syntax import SyntaxTree, ancestors

_MAX_STEPS = 16
"""How many bindings and calls one look-up follows; real chains are shorter, cycles are not."""

_ARGUMENTS = 300
"""Characters of a call that are looked at where its type depends on its arguments."""


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression is: the thing named `path`, or an `instance` of the class `path`.

    A type may carry its element type in brackets: `list[str]`.
    """

    path: str
    instance: bool = False
    how: str = ""

    @property
    def type(self) -> str:
        """The class without its element type."""
        return self.path.partition("[")[0]

    @property
    def element(self) -> str:
        """The element type, "" when unknown."""
        return self.path.partition("[")[2].removesuffix("]")


_OWN = "~"
"""Marks the path of a class that the file itself defines: it has members, but no documentation."""

_NOTHING = {"None", "null", "undefined"}
"""What a union may hold beside the type that matters."""

_WRITTEN = re.compile(r"\breadonly\s|\s+")
"""What an annotation means the same without."""

_Read = Callable[["Names", Node, int], "Value | None"]


class Names:
    """The names of one syntax tree."""

    def __init__(self, tree: SyntaxTree, table: LanguageTable) -> None:
        self._tree = tree
        self._table = table
        self._bindings = Bindings(tree, table)
        self.imports = self._bindings.imports
        # Functions, not bound methods: a cycle would keep old trees alive until a collection.
        self._readers: tuple[tuple[Container[str], _Read], ...] = (
            (table.identifiers, Names._lookup),
            (table.calls, Names._called),  # before members: in some languages a node is both
            (table.members, Names._member),
            (table.dotted, Names._dotted),
            (table.transparent, Names._inner),
            (table.literals, Names._literal),
            (table.subscripts, Names._subscript),
            (table.operations, Names._operation),
        )

    # -- what the reader asks -------------------------------------------------------------

    def symbols(self, node: Node) -> tuple[Value, ...]:
        """What the identifier `node` names, the exact name first, then inherited ones.

        Empty for local names and for everything unknown.
        """
        if node.type not in self._table.identifiers:
            return ()
        whole = self._climb(node)
        value = self._imported(node) or self._named(whole)
        if value is None:
            return self._unknown_receiver(whole)
        if value.instance or not value.path or self._is_plain(node, whole, value):
            return ()
        if value.path.startswith(_OWN):
            return ()
        return (value, *self._inherited(value))

    def _named(self, whole: Node) -> Value | None:
        """What a name or a member access names; for a call node that holds its method's name,
        the method and not what it returns.
        """
        if whole.type in self._table.members:
            return self._member(whole, 0)
        return self._value(whole, 0)

    def _is_plain(self, node: Node, whole: Node, value: Value) -> bool:
        """Names that need no word: one of the file's own for something (`qclass = query.Or`,
        `self.kind = Name.Function`), and a built-in type that annotates.
        """
        if whole.type in self._table.identifiers and value.how == "builtin":
            around = itertools.islice(ancestors(whole), 2)
            return any(node.type in self._table.annotation_nodes for node in around)
        last = value.path.rpartition(self._table.separator)[2]
        return value.how == "binding" and last != self._text(node)

    def paths(self, node: Node) -> tuple[str, ...]:
        """Every name an expression stands for, the exact one first, then inherited ones."""
        return self._paths(self._value(node, 0))

    def resolve(self, node: Node) -> frozenset[str]:
        """The same as a set, for conditions of rules: of `get` in `requests.get` all of it."""
        whole = self._climb(node)
        return frozenset(self.paths(node) if whole == node else self._paths(self._named(whole)))

    def _paths(self, value: Value | None) -> tuple[str, ...]:
        if value is None or value.instance or not value.path:
            return ()
        return (value.path, *(base.path for base in self._inherited(value)))

    def types(self, node: Node) -> frozenset[str]:
        """The classes an expression is known to be an instance of, for conditions of rules."""
        value = self._value(node, 0)
        if value is None or not value.instance:
            return frozenset()
        return frozenset({value.type, *self._table.bases.get(value.type, ())})

    # -- expressions ----------------------------------------------------------------------

    def _value(self, node: Node | None, steps: int) -> Value | None:
        if node is None or steps > _MAX_STEPS:
            return None
        for kinds, read in self._readers:
            if node.type in kinds:
                return read(self, node, steps)
        return None

    def _inner(self, node: Node, steps: int) -> Value | None:
        """Parentheses, `await`: the expression inside."""
        field = self._table.transparent[node.type]
        inner = node.child_by_field_name(field) if field else node.named_child(0)
        return self._value(inner, steps + 1)

    def _literal(self, node: Node, _: int) -> Value | None:
        text = self._tree.source[node.start_byte : node.start_byte + 8].decode("utf-8", "replace")
        for pattern, name in self._table.literals[node.type]:
            if re.match(pattern, text):
                return Value(name, instance=True, how="literal")
        return None

    def _member(self, node: Node, steps: int) -> Value | None:
        owner_field, member_field = self._table.members[node.type]
        owner = node.child_by_field_name(owner_field)
        member = node.child_by_field_name(member_field)
        if member is None:
            return None
        if owner is None:  # a call without a receiver, in a node that has room for one
            return self._lookup(member, steps)
        name = self._text(member)
        if owner.type in self._table.identifiers and self._text(owner) in self._table.receivers:
            return self._field(owner, name, steps) or self._base_member(owner, name, steps)
        value = self._value(owner, steps + 1)
        if value is None or not value.path:
            return None
        if value.path.startswith(_OWN):
            return self._own_field(value.type[1:], name, steps)
        return Value(value.type + self._table.separator + name, how=value.how)

    def _own_field(self, owner: str, name: str, steps: int) -> Value | None:
        """A field of a class that the file defines, by the type it is declared with."""
        found = self._bindings.own_field(owner, name)
        return self._bound(found, steps + 1) if found else None

    def _called(self, node: Node, steps: int) -> Value | None:
        field = self._table.calls[node.type]
        # "." where the call node holds receiver and method itself, as in Java.
        callee = (
            self._member(node, steps + 1)
            if field == "."
            else self._value(node.child_by_field_name(field), steps + 1)
        )
        if callee is None:
            return None
        if callee.instance:  # an object that is called: `Session = sessionmaker(engine)`
            callee = Value(callee.type + self._table.separator + "__call__", how=callee.how)
        for path in (callee.path, *(base.path for base in self._inherited(callee))):
            if returned := self._returned(path + "()", node):
                return Value(returned, instance=True, how=callee.how)
        last = callee.path.rpartition(self._table.separator)[2]
        if self._table.class_name.match(last):
            return Value(callee.path, instance=True, how=callee.how or "call")
        return None

    def _dotted(self, node: Node, steps: int) -> Value | None:
        head = node.named_child(0)
        value = self._value(head, steps + 1)
        if value is None or head is None or node.named_child_count == 1:
            return value
        return Value(value.path + self._text(node)[len(self._text(head)) :], how=value.how)

    def _subscript(self, node: Node, steps: int) -> Value | None:
        value_field, index_field, slice_node = self._table.subscripts[node.type]
        owner = self._attribute(self._value(node.child_by_field_name(value_field), steps + 1))
        if owner is None or not owner.instance:
            return None
        indices = node.children_by_field_name(index_field)
        if any(child.type == slice_node for child in indices):
            return owner
        # `frame["a"]` and `frame[["a", "b"]]` are different things.
        if indices and (found := self._returned(owner.type + "[]", indices[0])):
            return Value(found, instance=True, how=owner.how)
        return Value(owner.element, instance=True, how=owner.how) if owner.element else None

    def _operation(self, node: Node, steps: int) -> Value | None:
        left_field, operator_field = self._table.operations[node.type]
        left = self._attribute(self._value(node.child_by_field_name(left_field), steps + 1))
        operator = node.child_by_field_name(operator_field)
        if left is None or operator is None or not left.instance:
            return None
        return left if self._text(operator) in self._table.joins.get(left.type, ()) else None

    def _attribute(self, value: Value | None) -> Value | None:
        """A member read, not called: `sys.argv` is a list."""
        if value is not None and not value.instance:
            for path in (value.path, *(base.path for base in self._inherited(value))):
                if found := self._returned(path, None):
                    return Value(found, instance=True, how=value.how)
        return value

    def _returned(self, path: str, call: Node | None) -> str:
        """The type in the language's table, "" when it is not there."""
        found = self._table.returns.get(path, "")
        if isinstance(found, str):
            return found
        text = self._text(call)[:_ARGUMENTS] if call is not None else ""
        return next((name for pattern, name in found if re.search(pattern, text)), "")

    def _inherited(self, value: Value) -> Iterator[Value]:
        """`collections.defaultdict.items` is also `dict.items`, and `sys.argv.pop` `list.pop`."""
        owner, separator, member = value.path.rpartition(self._table.separator)
        if owner and member not in self._table.own.get(owner, ()):
            kind = self._returned(owner, None).partition("[")[0]
            kinds = (kind, *self._table.bases.get(kind, ())) if kind and kind != owner else ()
            for base in (*kinds, *self._table.bases.get(owner, ())):
                yield Value(base + separator + member, how="inherited")

    def _unknown_receiver(self, whole: Node) -> tuple[Value, ...]:
        """A method whose name says by itself whose it is: `.splitlines()`."""
        if whole.type not in self._table.members:
            return ()
        owner_field, member_field = self._table.members[whole.type]
        member = whole.child_by_field_name(member_field)
        owner = whole.child_by_field_name(owner_field)
        if member is None or owner is None:
            return ()
        name = self._text(member)
        known = self._table.methods.get(name)
        receiver = owner.type in self._table.identifiers and self._text(owner) in (
            self._table.receivers
        )
        if known is None or receiver or self._bindings.defines(name) or self._is_imported(owner):
            return ()
        if not isinstance(known, str):
            known, count = known
            arguments = self._arguments(whole)
            if arguments is not None and arguments.named_child_count != count:
                return ()
        return (Value(known, how="method name"),)

    def _arguments(self, callee: Node) -> Node | None:
        """The arguments of a call, by what is called."""
        call = callee if callee.type in self._table.calls else callee.parent
        if call is None or call.type not in self._table.calls:
            return None
        return call.child_by_field_name(self._table.arguments_field)

    def _is_imported(self, owner: Node) -> bool:
        """Whether an expression belongs to a module or class of this file or another one."""
        head = owner
        while head.type in self._table.members:
            child = head.child_by_field_name(self._table.members[head.type][0])
            if child is None:
                return False
            head = child
        if head.type not in self._table.identifiers:
            return False
        found = self._find(head)
        return found is not None and found.kind in {"import", "definition"}

    # -- names ----------------------------------------------------------------------------

    def _lookup(self, node: Node, steps: int) -> Value | None:
        """A name's value. A local name without a known value is Value("")."""
        name = self._text(node)
        binding = self._find(node)
        if binding is not None:
            return self._bound(binding, steps) or self._usual(name) or Value("", how="local")
        if usual := self._usual(name):
            return usual
        brought, unknown = self._bindings.brought(name)
        if brought:
            return Value(brought, how="import")
        if unknown:
            return Value(name, how="builtin") if name in self._table.builtins else None
        if name in self._table.builtins:
            return Value(name, how="builtin")
        parent = node.parent
        is_owner = parent is not None and parent.type in self._table.members
        if is_owner and name in self._table.modules:
            return Value(name, how="assumed")
        if is_owner and name in self._table.assumed:
            return Value(self._table.assumed[name], how="assumed")
        return None

    def _usual(self, name: str) -> Value | None:
        """What a name of unknown value is by custom, in a file that imports the one package."""
        kinds = self._table.usual.get(name, "")
        if not isinstance(kinds, str):
            imported = [*self.imports.values(), *self._bindings.stars]
            packages = {path.split(self._table.separator)[0] for path in imported}
            found = [kind for package, kind in kinds.items() if package in packages]
            kinds = found[0] if len(found) == 1 else ""
        return Value(kinds, instance=True, how="custom") if kinds else None

    def _bound(self, binding: Binding, steps: int) -> Value | None:
        if binding.kind == "import":
            return Value(binding.path, how="import")
        node = self._bindings.node(binding.value)
        if node is None:
            return None
        if binding.kind == "type":
            return self._annotated(node)
        value = self._attribute(self._value(node, steps + 1))
        if value is None or not value.path:
            return None
        if binding.kind == "elements":
            return Value(value.element, instance=True, how="binding") if value.element else None
        if binding.kind == "entered":
            entered = self._returned(value.type + ".__enter__()", None) or value.path
            return Value(entered, instance=True, how="binding") if value.instance else None
        return Value(value.path, value.instance, "binding")

    def _annotated(self, node: Node) -> Value | None:
        """The class an annotation names; `Optional[X]`, `X | None` and `X | undefined` are X."""
        text = _WRITTEN.sub("", self._text(node)).strip("\"'")
        if "=>" in text:
            return None
        text = text.replace("<", "[").replace(">", "]")
        wrapper, bracket, inner = text.partition("[")
        if bracket and wrapper.rpartition(".")[2] in self._table.optional_types:
            text = _split(inner.removesuffix("]"), ",")[0]  # Annotated[Session, Depends(f)]
        kinds = [part for part in _split(text, "|") if part not in _NOTHING]
        if len(kinds) != 1:
            return None
        name, bracket, element = kinds[0].partition("[")
        if kinds[0].endswith("[]"):  # an array of what stands before
            name, element = "[]", kinds[0].removesuffix("[]")
        name = self._annotation_path(name)
        if not name:
            return None
        element = self._annotation_path(element.removesuffix("]")) if bracket else ""
        return Value(f"{name}[{element}]" if element else name, instance=True, how="annotation")

    def _annotation_path(self, name: str) -> str:
        if name == "[]":
            return self._table.annotations.get(name, "")
        if not re.fullmatch(r"[\w.:]+", name):
            return ""
        separator = self._table.separator
        head, dot, rest = name.partition(separator)
        imported = self.imports.get(head, "")
        if not imported and self._bindings.defines(name):
            return _OWN + name
        if imported := imported or self._bindings.brought(head)[0]:
            path = imported + dot + rest
            return self._table.annotations.get(path, path)
        if name in self._table.annotations:
            return self._table.annotations[name]
        return name if name in self._table.builtins else ""

    def _find(self, node: Node) -> Binding | None:
        """The binding that a name refers to: innermost scope first, as the language sees it."""
        name = self._text(node)
        crossed_function = False
        around = self._bindings.around(node)
        for scope in around:  # the place itself may be where the name is bound
            for binding in self._bindings.of(scope).get(name, ()):
                if binding.start == node.start_byte and binding.kind != "import":
                    return binding
        for scope in around:
            is_class = scope.type in self._table.class_scopes
            if is_class and crossed_function:
                continue
            crossed_function = crossed_function or not is_class
            found = self._bindings.of(scope).get(name, [])
            # Inside its own value a name is still the outer one: `url, err := url.Parse(text)`.
            if any(not binding.holds(node.start_byte) for binding in found):
                return latest(found, node.start_byte)
        return None

    def _imported(self, node: Node) -> Value | None:
        """A name inside an import statement: the path up to and including it."""
        for scope in self._bindings.around(node):
            self._bindings.of(scope)
        for outer in (node, *ancestors(node)):
            path = self._bindings.import_part(outer)
            if path is not None:
                rest = self._tree.source[node.end_byte : outer.end_byte].decode("utf-8", "replace")
                return Value(path.removesuffix(re.sub(r"\s+", "", rest)), how="import")
            if outer.child_count > 16 or outer.end_byte - outer.start_byte > 400:
                break
        return None

    def _field(self, owner: Node, name: str, steps: int) -> Value | None:
        """`self.name`, where the class itself assigns it."""
        around = (s for s in self._bindings.around(owner) if s.type in self._table.class_scopes)
        scope = next(around, None)
        if scope is None or self._table.names is None:
            return None
        named = scope.child_by_field_name(self._table.class_names.get(scope.type, ""))
        if named is not None and (found_there := self._own_field(self._text(named), name, steps)):
            return found_there
        bindings = self._bindings.fields(scope).get(name) or self._bindings.of(scope).get(name, [])
        annotated = [binding for binding in bindings if binding.kind == "type"]
        values = {self._bound(binding, steps + 1) for binding in annotated or bindings}
        values.discard(None)
        return next(iter(values)) if len(values) == 1 else None

    def _base_member(self, owner: Node, name: str, steps: int) -> Value | None:
        """`self.name` of a class with one base from elsewhere, which it does not define itself."""
        around = (s for s in self._bindings.around(owner) if s.type in self._table.class_scopes)
        scope = next(around, None)
        if (
            scope is None
            or name in self._bindings.of(scope)
            or name in self._bindings.fields(scope)
        ):
            return None
        bases = scope.child_by_field_name(self._table.class_bases.get(scope.type, ""))
        if bases is None or bases.named_child_count != 1:
            return None
        base = self._value(bases.named_child(0), steps + 1)
        if base is None or base.instance or not base.path:
            return None
        return Value(base.path + self._table.separator + name, how="inherited")

    def _climb(self, node: Node) -> Node:
        """From the member part of an access to the whole access: `b` in `a.b` to `a.b`."""
        whole = node
        parent = node.parent
        while parent is not None and parent.type in self._table.members:
            member = parent.child_by_field_name(self._table.members[parent.type][1])
            if member != whole:
                break
            whole, parent = parent, parent.parent
        return whole

    def _text(self, node: Node) -> str:
        return self._tree.text_of(node)


def _split(text: str, separator: str) -> list[str]:
    """`A|B[C|D]` into its members, at the outer level."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "[(") - (character in "])")
        if character == separator and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]
