"""`lsp-learn registry`: makes a signed registry of packs that any web server or stick can carry."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.output import Output

_SHOWN = 8
"""Letters of a key's id that people read; as in its file's name."""


def add(commands: Any) -> None:
    """Add the command."""
    registry = commands.add_parser(
        "registry",
        help="make a signed registry of packs",
        description="Make a registry: a folder of packs, signed, for a web server or a stick. "
        "docs/how-to/run-a-registry.md shows the whole way.",
    )
    actions = registry.add_subparsers(metavar="ACTION", title="actions", required=True)

    new = _action(actions, "init", run_init, "begin a registry, and make its keys")
    new.add_argument("--name", default="", help="what users call it (the folder's name)")
    new.add_argument(
        "--profile",
        choices=("static", "fresh"),
        default="static",
        help="static: valid for 400 days at a time; fresh: 7 days, renewed by a machine",
    )
    more = _action(actions, "add", run_add, "put packs aside for the next publish")
    more.add_argument("packs", nargs="+", type=Path, metavar="PACK", help="a folder or an archive")
    _team(more)
    _team(_action(actions, "publish", run_publish, "sign what was added, and renew signatures"))
    less = _action(actions, "remove", run_remove, "offer packs no more")
    less.add_argument("names", nargs="+", metavar="PACK", help="ID, or ID@VERSION")
    _team(less)
    _action(actions, "refresh", run_refresh, "renew the timestamp, and take up what teams signed")

    team = _action(actions, "delegate", run_delegate, "let a team sign packs of its own")
    team.add_argument("team", metavar="TEAM", help="its name: payments")
    team.add_argument("patterns", nargs="*", metavar="PATTERN", help="its packs: 'payments-*'")
    team.add_argument("--key", type=Path, metavar="FILE", help="the team's public key, *.pub")
    team.add_argument("--withdraw", action="store_true", help="let it sign nothing any more")

    keys = actions.add_parser("keys", help="list, add, rotate and revoke keys")
    _add_keys(keys.add_subparsers(metavar="ACTION", title="actions", required=True))


def _add_keys(actions: Any) -> None:
    _action(actions, "list", run_list, "which keys sign what, and until when that is valid")
    new = _action(actions, "new", run_new, "make a key for a team", folder=False)
    new.add_argument("team", metavar="TEAM", help="its name: payments")
    more = _action(actions, "add", run_more, "let a further key sign for a role")
    _role(more)
    more.add_argument("--key", type=Path, metavar="FILE", help="a public key; else one is made")
    more.add_argument(
        "--threshold", type=int, default=0, metavar="N", help="how many signatures it then needs"
    )
    rotate = _action(actions, "rotate", run_rotate, "put a new key in the place of an old one")
    _role(rotate)
    rotate.add_argument("--old", default="", metavar="KEY", help="which, where there are several")
    revoke = _action(actions, "revoke", run_revoke, "let a key sign no more")
    revoke.add_argument("key", metavar="KEY", help="its id, or how it begins")


def _action(
    actions: Any, name: str, run: Any, text: str, *, folder: bool = True
) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + "."
    )
    if folder:
        action.add_argument("folder", type=Path, metavar="FOLDER", help="the registry's folder")
    action.add_argument(
        "--keys",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a folder with keys; may be given several times"
        + (" (FOLDER-keys, beside it)" if folder else " (TEAM-keys, here)"),
    )
    action.add_argument("--json", action="store_true", help="print JSON")
    action.set_defaults(run=run)
    return action


def _team(action: argparse.ArgumentParser) -> None:
    action.add_argument("--team", default="", help="sign as this team, with its key")


def _role(action: argparse.ArgumentParser) -> None:
    action.add_argument("role", metavar="ROLE", help="root, targets, snapshot or timestamp")


def run_init(arguments: argparse.Namespace, output: Output) -> int:
    """Begin a registry."""
    publisher = App().publisher(arguments.folder, arguments.keys)
    name = arguments.name or arguments.folder.resolve().name
    done, keys = publisher.begin(name, arguments.profile)
    root = publisher.keys[0] / "root.json"
    if output.as_json:
        files = [str(key.path) for key in keys]
        output.data({**_values(done), "name": name, "root": str(root), "keys": files})
        return 0
    output.line(f"registry {name} in {arguments.folder}, valid until {done.valid_until:%Y-%m-%d}")
    for key in keys:
        output.line(f"private key of {key.role}: {key.path}")
    output.line(f"for your users: {root}")
    output.note(
        f"who has the keys can publish; never put {publisher.keys[0]} where a web server reads, "
        "and keep the key of root offline"
    )
    return 0


def run_add(arguments: argparse.Namespace, output: Output) -> int:
    """Put packs aside."""
    with output.progress() as report:
        publisher = App().publisher(arguments.folder, arguments.keys, report)
        packs = publisher.add(arguments.packs, arguments.team)
    if output.as_json:
        output.data({"added": [{"id": pack.id, "version": pack.version} for pack in packs]})
        return 0
    for pack in packs:
        output.line(f"added {pack.id} {pack.version}")
    team = f" --team {arguments.team}" if arguments.team else ""
    output.note(f"users see it after `lsp-learn registry publish {arguments.folder}{team}`")
    return 0


def run_publish(arguments: argparse.Namespace, output: Output) -> int:
    """Sign."""
    with output.progress() as report:
        publisher = App().publisher(arguments.folder, arguments.keys, report)
        done = publisher.publish(arguments.team)
    return _done(done, output)


def run_remove(arguments: argparse.Namespace, output: Output) -> int:
    """Offer packs no more."""
    return _done(_publisher(arguments).remove(arguments.names, arguments.team), output)


def run_refresh(arguments: argparse.Namespace, output: Output) -> int:
    """Renew."""
    return _done(_publisher(arguments).refresh(), output)


def run_delegate(arguments: argparse.Namespace, output: Output) -> int:
    """Let a team sign, or let it sign no more."""
    publisher = _publisher(arguments)
    if arguments.withdraw:
        return _done(publisher.withdraw(arguments.team), output)
    return _done(publisher.delegate(arguments.team, arguments.patterns, arguments.key), output)


def run_list(arguments: argparse.Namespace, output: Output) -> int:
    """Print the keys."""
    keys = _publisher(arguments).rotation.listed()
    if output.as_json:
        output.data(
            [
                {
                    "role": key.role,
                    "key": key.id,
                    "file": str(key.file) if key.file else None,
                    "threshold": key.threshold,
                    "valid_until": key.ends.isoformat() if key.ends else None,
                }
                for key in keys
            ]
        )
        return 0
    rows = [
        (
            key.role,
            key.id[:_SHOWN],
            str(key.threshold),
            f"{key.ends:%Y-%m-%d}" if key.ends else "nothing signed",
            key.file.name if key.file else "elsewhere",
        )
        for key in keys
    ]
    output.table(("role", "key", "needed", "valid until", "private key"), rows)
    return 0


def run_new(arguments: argparse.Namespace, output: Output) -> int:
    """Make a team's key."""
    keys = arguments.keys or [Path(f"{arguments.team}-keys")]
    private, public = App().publisher(Path(), keys).new_team_key(arguments.team)
    if output.as_json:
        output.data({"private": str(private), "public": str(public)})
        return 0
    output.line(f"private key, for nobody else: {private}")
    output.line(f"public key, for who delegates: {public}")
    return 0


def run_more(arguments: argparse.Namespace, output: Output) -> int:
    """Add a key to a role."""
    rotation = _publisher(arguments).rotation
    return _done(rotation.add(arguments.role, arguments.key, arguments.threshold), output)


def run_rotate(arguments: argparse.Namespace, output: Output) -> int:
    """Replace a key."""
    return _done(_publisher(arguments).rotation.rotate(arguments.role, arguments.old), output)


def run_revoke(arguments: argparse.Namespace, output: Output) -> int:
    """Revoke a key."""
    return _done(_publisher(arguments).rotation.revoke(arguments.key), output)


def _publisher(arguments: argparse.Namespace) -> Any:
    return App().publisher(arguments.folder, arguments.keys)


def _done(done: Any, output: Output) -> int:
    if output.as_json:
        output.data(_values(done))
        return 0
    for pack in done.packs:
        output.line(f"published {pack}")
    output.line(f"signed; valid until {done.valid_until:%Y-%m-%d}")
    for note in done.notes:
        output.note(note)
    return 0


def _values(done: Any) -> dict[str, Any]:
    return {
        "packs": list(done.packs),
        "valid_until": done.valid_until.isoformat(),
        "notes": list(done.notes),
    }
