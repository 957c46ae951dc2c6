"""The editors of editor-configs/: what to write where, and writing it without losing anything.

A file that somebody has is never replaced. Where its language has comments, our text is appended
between two marks and later only changed between them; else it is shown, to be added by hand.
"""

from __future__ import annotations

import difflib
import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from lsp_learn import locations
from lsp_learn.errors import LspLearnError

_BEGIN, _END = "lsp-learn: begin", "lsp-learn: end"


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A shipped text and where an editor reads it: `places` are looked at in order, `new` is
    the one to create; `comment` begins a comment, "" where the text is a file of its own.
    """

    text: str
    places: tuple[Path, ...]
    new: Path
    comment: str

    @property
    def path(self) -> Path:
        """The first place that exists, else the one to create; symbolic links are followed."""
        found = next((place for place in self.places if place.exists()), self.new)
        return found.resolve()


@dataclass(frozen=True, slots=True)
class EditorSetup:
    """An editor: its files, and in `then` what to do afterwards."""

    id: str
    title: str
    then: str
    files: tuple[ConfigFile, ...]


class Action(StrEnum):
    """What becomes of a file."""

    CREATE = "create"
    APPEND = "append"
    UPDATE = "update"
    REMOVE = "remove"
    NOTHING = "nothing"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Change:
    """A file before and after; None where there is no file. `piece` is our text in it."""

    path: Path
    action: Action
    before: str | None
    after: str | None
    piece: str

    @property
    def diff(self) -> list[str]:
        """The change as lines of a unified diff, without its head."""
        before, after = ((text or "").splitlines() for text in (self.before, self.after))
        return list(difflib.unified_diff(before, after, lineterm=""))[2:]


def read_editors() -> dict[str, EditorSetup]:
    """The editors that are known, by id."""
    found: dict[str, EditorSetup] = {}
    for table in sorted(locations.editor_configs_folder().glob("*/setup.toml")):
        for key, value in tomllib.loads(table.read_text(encoding="utf-8")).items():
            found[key] = _read_editor(key, value, table.parent)
    return found


def program() -> str:
    """How an editor can call lsp-learn: by name where it is on the PATH of every process, else
    by its whole path: that of a virtual environment ends with the shell.
    """
    found = shutil.which("lsp-learn")
    if found and not Path(found).is_relative_to(sys.prefix):
        return "lsp-learn"
    beside = found or shutil.which("lsp-learn", path=str(Path(sys.executable).parent))
    return Path(beside).as_posix() if beside else "lsp-learn"


def _read_editor(key: str, value: dict[str, Any], folder: Path) -> EditorSetup:
    files = tuple(_read_file(one, folder) for one in value.get("files", ()))
    then = value["then"].format(folder=folder, command=shutil.which(program()) or program())
    return EditorSetup(key, value["title"], then, files)


def _read_file(value: dict[str, Any], folder: Path) -> ConfigFile:
    text = (folder / value["source"]).read_text(encoding="utf-8")
    if command := value.get("command"):
        text = text.replace(command, command.replace("lsp-learn", program()))
    here = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "")
    place = value.get(here, value["place"])
    places = tuple(_place(one) for one in ([place] if isinstance(place, str) else place))
    return ConfigFile(text, places, _place(value.get("new", place)), value.get("comment", ""))


def _place(written: str) -> Path:
    """A path of setup.toml on this machine."""
    config = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    folders = {
        "config": config,
        "appdata": os.environ.get("APPDATA") or "~/AppData/Roaming",
        "localappdata": os.environ.get("LOCALAPPDATA") or "~/AppData/Local",
    }
    try:
        return Path(written.format(**folders)).expanduser().absolute()
    except RuntimeError as error:
        hint = "set HOME to your home folder"
        raise LspLearnError("your home folder is not known", hint) from error


def planned(file: ConfigFile) -> Change:
    """What setting up does with a file.

    Raises:
        LspLearnError: the file is there and cannot be read.
    """
    path = file.path
    before = _read(path)
    piece = _marked(file) if file.comment else file.text
    if before is None:
        return Change(path, Action.CREATE, None, piece, piece)
    if not file.comment:
        same = _lines(before) == _lines(piece)
        return Change(path, Action.NOTHING if same else Action.BY_HAND, before, before, piece)
    if (span := _block(before, path)) is not None:
        after = before[: span[0]] + _as_in(before, piece) + before[span[1] :]
        action = Action.NOTHING if after == before else Action.UPDATE
        return Change(path, action, before, after, piece)
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    return Change(path, Action.APPEND, before, before + _as_in(before, gap + piece), piece)


def removal(file: ConfigFile) -> Change:
    """What taking lsp-learn out again does with a file: our text goes, nothing else.

    Raises:
        LspLearnError: the file is there and cannot be read.
    """
    path = file.path
    before = _read(path)
    nothing = Change(path, Action.NOTHING, before, before, file.text)
    if before is None:
        return nothing
    if not file.comment:
        if _lines(before) == _lines(file.text):
            return Change(path, Action.REMOVE, before, None, file.text)
        mentioned = "lsp-learn" in before
        return Change(path, Action.BY_HAND, before, before, file.text) if mentioned else nothing
    if (span := _block(before, path)) is None:
        return nothing
    head = before[: span[0]]
    for gap in ("\r\n\r\n", "\n\n"):  # the empty line that setting up put before it
        head = head.removesuffix(gap) + gap[: len(gap) // 2] if head.endswith(gap) else head
    after = head + before[span[1] :]
    return Change(path, Action.UPDATE if after else Action.REMOVE, before, after or None, file.text)


def apply(changes: Sequence[Change]) -> Iterator[Change]:
    """Write the changes one after another and give those that were made.

    Raises:
        LspLearnError: a file changed meanwhile, or cannot be written.
    """
    for change in changes:
        if change.action in {Action.NOTHING, Action.BY_HAND}:
            continue
        if _read(change.path) != change.before:
            hint = "run the command again and look at the new change"
            raise LspLearnError(f"{change.path} was changed meanwhile", hint)
        try:
            if change.after is None:
                change.path.unlink()
            else:
                _write(change.path, change.after)
        except OSError as error:
            hint = "make it writable, or add by hand what the command prints without --write"
            raise LspLearnError(
                f"{change.path} cannot be written: {error.strerror}", hint
            ) from error
        yield change


def _marked(file: ConfigFile) -> str:
    begin, end = (f"{file.comment} {mark}" for mark in (_BEGIN, _END))
    return f"{begin}\n{file.text.rstrip()}\n{end}\n"


def _block(text: str, path: Path) -> tuple[int, int] | None:
    """Where our text stands, whole lines; None where it does not.

    Raises:
        LspLearnError: one of its two marks is missing.
    """
    begin, end = text.find(_BEGIN), text.find(_END)
    if begin < 0 and end < 0:
        return None
    if begin < 0 or end < begin:
        hint = f"put the lines “{_BEGIN}” and “{_END}” around what is ours, or delete them"
        raise LspLearnError(f"{path}: one of lsp-learn's two marks is missing", hint)
    stop = text.find("\n", end)
    return text.rfind("\n", 0, begin) + 1, len(text) if stop < 0 else stop + 1


def _lines(text: str) -> list[str]:
    return text.rstrip().splitlines()


def _as_in(before: str, text: str) -> str:
    """A text with the line ends of the file that it goes into."""
    return text.replace("\n", "\r\n") if "\r\n" in before else text


def _read(path: Path) -> str | None:
    """A file's text; None where there is none."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        hint = "look at it yourself; what to add stands in editor-configs/"
        raise LspLearnError(f"{path} cannot be read as a text in UTF-8", hint) from error


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all; its permissions stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".lsp-learn-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, aside)
        else:
            umask = os.umask(0)
            os.umask(umask)
            Path(aside).chmod(0o666 & ~umask)
        Path(aside).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(aside).unlink()
        raise
