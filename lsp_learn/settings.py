"""What a user can set, checked one key at a time: a wrong value costs that value, no more.

The same keys work in `initializationOptions`, in the `lspLearn` section that editors send on
`workspace/configuration`, and are listed in docs/reference/settings.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from lsp_learn.model import Level, Problem, Severity

SECTION = "lspLearn"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default."""

    hover: bool = True
    code_action: bool = True
    level: Level = Level.BEGINNER
    disabled_packs: tuple[str, ...] = ()
    pack_folders: tuple[Path, ...] = ()


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004  (one kind of error for every key)
    return value


def _level(value: object) -> Level:
    try:
        return Level(str(value))
    except ValueError:
        raise ValueError("one of " + ", ".join(f'"{level}"' for level in Level)) from None


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise ValueError('a list of texts, for example ["python"]')
    return tuple(value)


def _folders(value: object) -> tuple[Path, ...]:
    try:
        folders = tuple(Path(text).expanduser() for text in _texts(value))
    except RuntimeError:  # ~somebody, and no such user
        raise ValueError("a list of absolute paths of folders that exist") from None
    if relative := [str(folder) for folder in folders if not folder.is_absolute()]:
        raise ValueError(f"a list of absolute paths ({relative[0]} is relative)")
    return folders


_KEYS = {
    "hover": ("hover", _flag),
    "codeAction": ("code_action", _flag),
    "level": ("level", _level),
    "disabledPacks": ("disabled_packs", _texts),
    "packFolders": ("pack_folders", _folders),
}


_CLIENT_KEYS = frozenset({"args", "command", "enable", "env", "interpreter", "path", "trace"})
"""Keys that editor extensions keep in the same section for themselves; not ours to judge."""


def read_settings(
    values: object, base: Settings | None = None
) -> tuple[Settings, tuple[Problem, ...]]:
    """Read what an editor sent over `base` (default: the defaults).

    `values` may be wrapped in its section (`{"lspLearn": {...}}`). Unknown keys and wrong
    values give a problem each, and leave `base`'s value standing.
    """
    settings = base or Settings()
    if values is None:
        return settings, ()
    if not isinstance(values, Mapping):
        return settings, (_problem("", f"expected an object, got {_shown(values)}", "send {}"),)
    if SECTION in values:
        return read_settings(values[SECTION], settings)
    problems: list[Problem] = []
    changes: dict[str, Any] = {}
    for key, value in values.items():
        if key in _CLIENT_KEYS:
            continue
        if key not in _KEYS:
            known = ", ".join(_KEYS)
            problems.append(_problem(str(key), "is not a setting", f"the settings are {known}"))
        elif value is not None:
            name, read = _KEYS[key]
            try:
                changes[name] = read(value)
            except ValueError as error:
                default = getattr(settings, name)
                message = f"must be {error}, got {_shown(value)}; {_shown(default)} is used"
                problems.append(_problem(key, message, "correct it in the editor's settings"))
    return replace(settings, **changes), tuple(problems)


def _shown(value: object) -> str:
    """A value as it stands in an editor's settings."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _problem(key: str, message: str, hint: str) -> Problem:
    name = f"{SECTION}.{key}" if key else SECTION
    return Problem("settings", name, 0, f"{name} {message}", hint, Severity.WARNING)


def setting_names() -> tuple[str, ...]:
    """The keys an editor may send, in the order of the reference page."""
    assert {name for name, _ in _KEYS.values()} == {field.name for field in fields(Settings)}
    return tuple(_KEYS)
