"""Code patterns: what a language and a rule say of the words and signs in them.

`[patterns]` in language.toml:

| key | says |
| --- | --- |
| `variable` | how `$X` is written, where `$` is the language's own: `%` is `%X`, `%_`, `%%%` |
| `tokens` | punctuation that must be as written: `[` beside `[[` |
| `whole` | kinds of node that `$X` is all of, however few words it is: a column and not its name |
| `prefixed` | kinds of node that may begin with what no pattern says: variables set for a command |
| `continued` | kinds of node that may end with it: the constraints of a column |
| `any_case` | capital or small letters, as the author likes |
| `unused` | kinds of node that a call is when nobody takes what it gives: a statement |

A rule:

    kinds = { X = ["string", "number"] }        kinds of node that `$X` may be
    or = { "==" = ["!="] }                      what may stand in place of a word or sign
    unused = true                               only where nobody takes what it gives
    wrap = "if ({})"                            what stands around this rule's patterns
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from lsp_learn.context.markup import MANY, ONE

KEYS = frozenset({"kinds", "or", "unused", "wrap"})
"""The keys of a rule that are about its patterns alone."""

_SIGNS = re.compile(r"[()\[\]{},;:.]+|->|=>|---|\s+|[\"']")
_EMPTY = ('""', "''", "``")
_AROUND = re.compile(rf"({MANY})?{ONE}(0|[A-Z][A-Z0-9_]*)({MANY})?")


@dataclass(frozen=True)
class Terms:
    """What `[patterns]` of a language and one rule say."""

    variable: str = "$"
    tokens: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    prefixed: frozenset[str] = frozenset()
    continued: frozenset[str] = frozenset()
    any_case: bool = False
    statements: Sequence[str] = ()
    kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    wrap: str = ""

    @classmethod
    def of(cls, patterns: Mapping[str, Any], values: Mapping[str, Any]) -> Terms:
        """Read `[patterns]` and a rule.

        Raises:
            ValueError: the rule asks for what the language does not say, or is no list where it
                must be one.
        """
        for key in ("kinds", "or"):
            for name, texts in values.get(key, {}).items():
                if not is_texts(texts):
                    raise ValueError(f"{key}: {name} must be a list of texts")
        if values.get("unused") and "unused" not in patterns:
            raise ValueError(f"{values.get('name')}: [patterns] in language.toml has no `unused`")
        return cls(
            variable=patterns.get("variable", "$"),
            tokens=frozenset(patterns.get("tokens", ())),
            whole=frozenset(patterns.get("whole", ())),
            prefixed=frozenset(patterns.get("prefixed", ())),
            continued=frozenset(patterns.get("continued", ())),
            any_case=patterns.get("any_case", False),
            statements=patterns["unused"] if values.get("unused") else (),
            kinds=values.get("kinds", {}),
            others=values.get("or", {}),
            wrap=values.get("wrap", ""),
        )

    def standing(self, pattern: str) -> str:
        """A pattern with names in place of `$X` and `$$$`."""
        sign = re.escape(self.variable)

        def name(found: re.Match[str]) -> str:
            return MANY if found[1] is None else ONE + ("0" if found[1] == "_" else found[1])

        return re.sub(rf"{sign}{sign}{sign}|{sign}([A-Z][A-Z0-9_]*|_)", name, pattern)

    def kind(self, name: str, usual: str) -> str:
        """The node that `$X` is, of no kind in particular the `usual` one."""
        kinds = [f"({kind})" for kind in self.kinds.get(name, [usual])]
        return f"[{' '.join(kinds)}]" if len(kinds) > 1 else kinds[0]

    def token(self, text: str) -> str:
        """The node of a sign or a keyword."""
        texts = [quoted(one) for one in (text, *self.others.get(text, ()))]
        return f"[{' '.join(texts)}]" if len(texts) > 1 else texts[0]

    def says_nothing(self, sign: str, *, near_many: bool) -> bool:
        """Whether a sign need not be there: punctuation, and what is between `$$$` and others."""
        if sign in self.tokens:
            return False
        return _SIGNS.fullmatch(sign) is not None or (near_many and sign == "|")

    def says_kind(self, kind: str, text: str) -> bool:
        """Whether a kind of node says already which word it is: a keyword in any case."""
        return self.any_case and kind.endswith("_" + text.lower())

    def same(self, text: str) -> tuple[str, str]:
        """Name and arguments of the predicate for what is this very text, or another one that
        may stand in its place.
        """
        texts = _EMPTY if text in _EMPTY else (text, *self.others.get(text, ()))
        return one_of("any-of" if len(texts) > 1 else "eq", texts, self.any_case)


def one_of(name: str, texts: Sequence[str], any_case: bool) -> tuple[str, str]:
    """Name and arguments of the predicate `name`, or of one that says the same in any case."""
    if not any_case:
        return name, " ".join(map(quoted, texts))
    expression = "(?i)^(" + "|".join(map(re.escape, texts)) + ")$"
    return "not-match" if name.startswith("not") else "match", quoted(expression)


def check_shapes(values: Mapping[str, Any]) -> None:
    """Raises ValueError where what a rule says of its patterns is no table, text or list."""
    tables = ("where", "unless", "kinds", "or")
    wrong = [key for key in tables if not isinstance(values.get(key, {}), dict)]
    if wrong:
        raise ValueError(f"{wrong[0]} must be a table of what is said of each name")
    wrong = [key for key in ("code", "calls") if key in values and not is_texts(values[key])]
    if wrong and not (wrong == ["code"] and isinstance(values["code"], str)):
        raise ValueError(f"{wrong[-1]} must be a list of texts")


def is_texts(value: object) -> bool:
    """Whether a value is a list of texts, and not an empty one."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def is_empty(text: str) -> bool:
    """Whether a piece of code is an empty text."""
    return text in _EMPTY


def part_of(text: str) -> tuple[int, str, int] | None:
    """`$X` in a text that begins or ends with `$$$`: the lengths of that, and the name."""
    found = _AROUND.fullmatch(text)
    if found is None or not (found[1] or found[3]):
        return None
    return len(found[1] or ""), found[2], len(found[3] or "")


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its «», and the places where they stood, in bytes.

    Raises:
        ValueError: one of them is missing.
    """
    parts = re.split("[«»]", text)
    if len(parts) % 2 == 0:
        raise ValueError(f"« and » must come in pairs: {text!r}")
    ends = list(accumulate(len(part.encode()) for part in parts))
    return "".join(parts), list(zip(ends[:-1:2], ends[1::2], strict=True))


def quoted(text: str) -> str:
    """A text in a query."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
