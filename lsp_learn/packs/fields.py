"""Typed access to metadata: every wrong field gives a problem, the others are still read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lsp_learn.model import Level, Problem, Severity


class Fields:
    """The metadata of one file, or of a part of it that starts at `first_line` (from 1). `line`
    finds the line of a key, so that a problem points at it.
    """

    def __init__(
        self, values: Mapping[str, Any], text: str, shown: str, code: str, first_line: int = 1
    ) -> None:
        self._values = values
        self._text = text
        self._shown = shown
        self._code = code
        self._first_line = first_line
        self.problems: list[Problem] = []

    def report(
        self, key: str, message: str, hint: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Add a problem that points at a key."""
        problem = Problem(self._code, self._shown, self.line(key), message, hint, severity)
        self.problems.append(problem)

    def line(self, key: str) -> int:
        """The line of a key, the first one when it is missing."""
        match = re.search(rf"(?m)^[ \t]*\"?{re.escape(key)}\"?[ \t]*=", self._text)
        return self._first_line + (self._text.count("\n", 0, match.start()) if match else 0)

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

    def level(self, key: str) -> Level:
        """A level's name; beginner where it is wrong."""
        text = self.text(key, hint="beginner, intermediate or advanced")
        if text and text not in list(Level):
            self.report(key, f"unknown level {text!r}", "beginner, intermediate or advanced")
        return Level(text) if text in list(Level) else Level.BEGINNER

    def flag(self, key: str) -> bool:
        """True or false; false where it is left out."""
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            self.report(key, f"{key!r} must be true or false", f"write {key} = true")
            return False
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
