"""`lsp-learn source`: the registries that packs are installed from by name."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.output import Output
from lsp_learn.cli.pack import print_problems, problem_data
from lsp_learn.errors import PackError

_MAX_ROOT = 512_000
"""Bytes; the update framework's own limit."""


def add(commands: Any) -> None:
    """Add the command."""
    source = commands.add_parser("source", help="the registries that packs come from by name")
    actions = source.add_subparsers(metavar="ACTION", title="actions", required=True)

    new = _action(
        actions,
        "add",
        run_add,
        "trust a registry",
        "Trust a registry by its root, which its publisher gives out by another way than the "
        "registry itself. One that is known already moves to the address.",
    )
    new.add_argument("url", metavar="URL", help="an http, https or file address, or a folder")
    new.add_argument("--root", type=Path, required=True, metavar="FILE", help="its root.json")
    new.add_argument("--name", default="", help="what it is called here (the name in its root)")

    _action(actions, "list", run_list, "the registries that are trusted", "List the registries.")
    packs = _action(
        actions, "packs", run_packs, "the packs that registries offer", "List what is offered."
    )
    packs.add_argument("name", nargs="?", default="", metavar="NAME", help="by default of all")
    remove = _action(
        actions,
        "remove",
        run_remove,
        "trust a registry no more",
        "Trust a registry no more. The packs that came from it stay.",
    )
    remove.add_argument("name", metavar="NAME", help="what it is called here")


def _action(actions: Any, name: str, run: Any, text: str, more: str) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(name, help=text, description=more)
    action.add_argument("--json", action="store_true", help="print JSON")
    action.set_defaults(run=run)
    return action


def run_add(arguments: argparse.Namespace, output: Output) -> int:
    """Trust a registry."""
    try:
        with arguments.root.open("rb") as file:
            root = file.read(_MAX_ROOT)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "ask the publisher of the registry for its root.json"
        raise PackError(f"{arguments.root} cannot be read: {reason}", hint) from None
    source = App().installer().sources.add(arguments.url, root, arguments.name)
    if output.as_json:
        output.data(_values(source))
        return 0
    output.line(f"registry {source.name}, root {source.identity[:12]}, {source.url}")
    output.note(f"`lsp-learn source packs {source.name}` lists what it offers")
    return 0


def run_list(_: argparse.Namespace, output: Output) -> int:
    """Print the registries; 1 when one cannot be used."""
    sources, problems = App().installer().sources.known()
    if output.as_json:
        shown = [_values(source) for source in sources]
        output.data({"sources": shown, "problems": [problem_data(p) for p in problems]})
        return 1 if problems else 0
    rows = [
        (source.name, source.identity[:12], source.valid_until[:10], source.url)
        for source in sources
    ]
    output.table(("registry", "root", "valid until", "address"), rows)
    print_problems(problems, output)
    if not rows and not problems:
        output.note("no registry is known: lsp-learn source add URL --root FILE")
    return 1 if problems else 0


def run_packs(arguments: argparse.Namespace, output: Output) -> int:
    """Print what is offered; 1 when a registry could not be asked."""
    offers, failures = App().installer().sources.offers(arguments.name)
    if output.as_json:
        output.data(
            {
                "packs": [{"registry": source.name, **asdict(offer)} for source, offer in offers],
                "failures": [
                    {"registry": name, "error": str(error), "hint": error.hint}
                    for name, error in failures
                ],
            }
        )
        return 1 if failures else 0
    rows = [
        (offer.id, offer.versions[0], source.name, offer.license, offer.title)
        for source, offer in offers
    ]
    output.table(("pack", "newest", "registry", "licence", "title"), rows)
    for _, error in failures:
        output.error(str(error), error.hint)
    if not rows and not failures:
        output.note("nothing is offered; `lsp-learn source list` shows the registries")
    return 1 if failures else 0


def run_remove(arguments: argparse.Namespace, output: Output) -> int:
    """Trust a registry no more."""
    App().installer().sources.remove(arguments.name)
    if output.as_json:
        output.data({"removed": arguments.name})
    else:
        output.line(f"removed {arguments.name}")
    return 0


def _values(source: Any) -> dict[str, Any]:
    return {
        "name": source.name,
        "url": source.url,
        "root": source.identity,
        "valid_until": source.valid_until,
    }
