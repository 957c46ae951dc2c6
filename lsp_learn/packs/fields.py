"""Typed access to metadata: every wrong field gives a problem, the others are still read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lsp_learn.model import Problem, Severity


class Fields:
    """The metadata of one file. `lines` finds the line of a key, so that a problem points at it."""

    def __init__(self, values: Mapping[str, Any], text: str, shown: str, code: str) -> None:
        self._values = values
        self._text = text
        self._shown = shown
        self._code = code
        self.problems: list[Problem] = []

    def report(
        self, key: str, message: str, hint: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Add a problem that points at a key."""
        problem = Problem(self._code, self._shown, self.line(key), message, hint, severity)
        self.problems.append(problem)

    def line(self, key: str) -> int:
        """The line of a key, 1 when it is missing."""
        match = re.search(rf"(?m)^\s*\"?{re.escape(key)}\"?\s*=", self._text)
        return self._text.count("\n", 0, match.start()) + 1 if match else 1

    def only(self, known: tuple[str, ...]) -> None:
        """Report every key that is not known: it is nearly always a spelling mistake."""
        for key in self._values:
            if key not in known:
                self.report(key, f"unknown key {key!r}", "the keys are " + ", ".join(known))

    def text(self, key: str, *, pattern: str = "", hint: str = "", required: bool = True) -> str:
        """A text that is not empty and, where `pattern` is given, matches it as a whole."""
        value = self._values.get(key)
        if value is None:
            if required:
                self.report(key, f"{key!r} is missing", hint or f'add {key} = "..."')
            return ""
        if not isinstance(value, str) or not value.strip():
            self.report(key, f"{key!r} must be a text", hint or f'write {key} = "..."')
            return ""
        if pattern and not re.fullmatch(pattern, value):
            self.report(key, f"{key!r} cannot be {value!r}", hint)
            return ""
        return value

    def texts(self, key: str, *, hint: str = "") -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = self._values.get(key, ())
        items = (value,) if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(
            isinstance(item, str) and item.strip() for item in items
        ):
            self.report(key, f"{key!r} must be a list of texts", hint or f'write {key} = ["..."]')
            return ()
        return tuple(items)
