"""`lsp-learn setup EDITOR`: what an editor needs to know of lsp-learn, shown or written."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path
from typing import Any

from lsp_learn.cli.editors import Action, Change, EditorSetup, apply, planned, read_editors, removal
from lsp_learn.cli.output import Output
from lsp_learn.errors import LspLearnError

_SAID = {
    Action.CREATE: "new file {path}",
    Action.APPEND: "at the end of {path}",
    Action.UPDATE: "in {path}",
    Action.REMOVE: "delete {path}",
}


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "setup",
        help="connect an editor: show what to write where, or write it",
        description="Show what EDITOR needs to start lsp-learn, and where. Nothing is written "
        "without --write, and nothing that you have is replaced.",
        epilog="example: lsp-learn setup neovim --write",
    )
    command.add_argument(
        "editor", nargs="?", default="", metavar="EDITOR", help="without it, the editors are listed"
    )
    command.add_argument("--write", action="store_true", help="show the change, ask, and write it")
    command.add_argument("--remove", action="store_true", help="take out what setup has written")
    command.add_argument("--yes", action="store_true", help="write without asking")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, output: Output) -> int:
    """List the editors, show a change or make it; 1 where a file is left to the user."""
    editors = read_editors()
    if not arguments.editor:
        return _list(editors, output)
    editor = _named(arguments.editor, editors)
    changes = [(removal if arguments.remove else planned)(file) for file in editor.files]
    writes = bool(arguments.write or arguments.remove)
    pending = [one for one in changes if one.action in _SAID]
    if not output.as_json:
        _show(editor, changes, output)
    made: list[Change] = []
    if writes and pending and _agreed(arguments, output):
        made = list(apply(pending))
    left = any(one.action is Action.BY_HAND for one in changes)
    if output.as_json:
        output.data(_as_data(editor, changes, made))
    else:
        _conclude(editor, arguments, pending, made, output)
    return int(writes and (left or len(made) < len(pending)))


def _named(name: str, editors: dict[str, EditorSetup]) -> EditorSetup:
    if name in editors:
        return editors[name]
    near = [key for key in editors if key.startswith(name) or name.startswith(key)]
    near = near or difflib.get_close_matches(name, editors, 3)
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    hint = f"{meant}`lsp-learn setup` lists the editors"
    raise LspLearnError(f"no editor is called {name}", hint)


def _list(editors: dict[str, EditorSetup], output: Output) -> int:
    if output.as_json:
        output.data(
            [
                {"id": e.id, "title": e.title, "files": [str(file.path) for file in e.files]}
                for e in editors.values()
            ]
        )
        return 0
    rows = []
    for editor in editors.values():
        paths = [str(file.path) for file in editor.files]
        where = "\n".join(map(_short, paths)) if output.terminal else ", ".join(paths)
        rows.append((editor.id, editor.title, where or "by hand, in its windows"))
    output.table(("EDITOR", "", "its file"), rows)
    return 0


def _short(path: str) -> str:
    """A path as people write it: from the working folder, or from home."""
    for folder, sign in ((Path.cwd(), "."), (Path.home(), "~")):
        if Path(path).is_relative_to(folder):
            return str(Path(sign, Path(path).relative_to(folder)))
    return path


def _show(editor: EditorSetup, changes: list[Change], output: Output) -> None:
    output.line(editor.title, "bold")
    for change in changes:
        output.line()
        if change.action is Action.NOTHING:
            output.line(f"{change.path}: nothing to do")
        elif change.action is Action.BY_HAND:
            output.line(f"{change.path} is there already and stays as it is. What is ours:")
            output.line()
            for line in change.piece.rstrip().splitlines():
                output.line("    " + line)
        else:
            output.line(_SAID[change.action].format(path=change.path))
            output.line()
            added = change.action in {Action.CREATE, Action.APPEND}
            for line in change.piece.rstrip().splitlines() if added else change.diff:
                output.line(line, "" if added else {"+": "green", "-": "red"}.get(line[:1], ""))


def _agreed(arguments: argparse.Namespace, output: Output) -> bool:
    """Whether the change may be made.

    Raises:
        LspLearnError: nobody is there to ask.
    """
    if arguments.yes:
        return True
    if output.as_json or not sys.stdin.isatty():
        hint = "say --yes to write without being asked"
        raise LspLearnError("nothing was written: there is nobody to ask", hint)
    output.line()
    try:
        return input("Write this? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _conclude(
    editor: EditorSetup,
    arguments: argparse.Namespace,
    pending: list[Change],
    made: list[Change],
    output: Output,
) -> None:
    output.line()
    for change in made:
        output.line(f"{'deleted' if change.after is None else 'written'}: {change.path}")
    writes = arguments.write or arguments.remove
    if pending and not made:
        output.line("Nothing was written." + ("" if writes else " Add --write to have it written."))
    if not arguments.remove and (made or not (writes and pending)):
        output.line(editor.then)


def _as_data(editor: EditorSetup, changes: list[Change], made: list[Change]) -> dict[str, Any]:
    return {
        "id": editor.id,
        "title": editor.title,
        "files": [
            {
                "path": str(change.path),
                "action": str(change.action),
                "piece": change.piece,
                "diff": "\n".join(change.diff),
                "written": change in made,
            }
            for change in changes
        ],
        "then": editor.then,
    }
