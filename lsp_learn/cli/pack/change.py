"""What changes the installed packs: install, update, remove, rollback; and export."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsp_learn.app import App
from lsp_learn.cli.output import Output
from lsp_learn.errors import LspLearnError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_SOURCES = (
    "SOURCE is a folder, a .zip of `pack build`, a bundle of `pack export`, an http or https "
    "address of either, wheel:NAME for the packs of an installed Python distribution, or ID or "
    "ID@VERSION for a pack of a registry that is trusted (`lsp-learn source add`)."
)


def add(actions: Any) -> None:
    """Add the actions."""
    install = _action(actions, "install", run_install, "install packs", _SOURCES)
    install.add_argument("source", metavar="SOURCE", help="where the pack is")
    install.add_argument("--link", action="store_true", help="read a folder where it is")
    install.add_argument("--sha256", default="", metavar="SUM", help="what the archive must have")
    install.add_argument(
        "--from", dest="registry", default="", metavar="NAME", help="which registry is meant"
    )
    install.add_argument(
        "--rebind", action="store_true", help="let the id belong to this source from now on"
    )
    install.add_argument(
        "--downgrade", action="store_true", help="install an older version than is in use"
    )
    update = _action(
        actions, "update", run_update, "fetch packs again", "Fetch packs from their sources again."
    )
    update.add_argument("ids", nargs="*", metavar="ID", help="by default every installed pack")

    remove = _action(actions, "remove", run_remove, "remove installed packs", "Remove packs.")
    remove.add_argument("ids", nargs="+", metavar="ID", help="the pack's id")

    back = _action(
        actions,
        "rollback",
        run_rollback,
        "use the version that was in use before",
        "Use the version of a pack that was in use before, or a named one. Three are kept.",
    )
    back.add_argument("id", metavar="ID", help="the pack's id")
    back.add_argument("version", nargs="?", default="", metavar="VERSION", help="which one")

    export = actions.add_parser(
        "export",
        help="write installed packs into one file, for a machine without a network",
        description="Write installed packs into a bundle; `pack install FILE` reads it there.",
    )
    export.add_argument("ids", nargs="*", metavar="ID", help="by default every installed pack")
    export.add_argument(
        "-o", "--output", type=Path, default=Path("packs-bundle.zip"), metavar="FILE",
        help="by default packs-bundle.zip, here",
    )  # fmt: skip
    export.add_argument("--json", action="store_true", help="print JSON")
    export.set_defaults(run=run_export)


def _action(actions: Any, name: str, run: Any, text: str, more: str) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(name, help=text, description=more)
    action.add_argument(
        "--no-index", action="store_true", help="leave building the index to who needs it"
    )
    action.add_argument("--json", action="store_true", help="print JSON")
    action.set_defaults(run=run)
    return action


def run_install(arguments: argparse.Namespace, output: Output) -> int:
    """Install what a source holds."""
    with _installer(output) as installer:
        changes = installer.install(
            arguments.source,
            link=arguments.link,
            sha256=arguments.sha256,
            rebind=arguments.rebind,
            downgrade=arguments.downgrade,
            registry=arguments.registry,
        )
    if arguments.source.startswith("http://") and not arguments.sha256:
        output.note("http is not encrypted: --sha256 would say whether the pack arrived unchanged")
    return _done(changes, arguments, output)


def run_update(arguments: argparse.Namespace, output: Output) -> int:
    """Fetch packs again; 1 when one could not be."""
    with _installer(output) as installer:
        changes, failures = installer.update(arguments.ids)
    return _done(changes, arguments, output, failures)


def run_remove(arguments: argparse.Namespace, output: Output) -> int:
    """Remove packs."""
    with _installer(output) as installer:
        changes = installer.store.remove(arguments.ids)
    return _done(changes, arguments, output)


def run_rollback(arguments: argparse.Namespace, output: Output) -> int:
    """Go back to a version."""
    with _installer(output) as installer:
        change = installer.store.rollback(arguments.id, arguments.version)
    return _done((change,), arguments, output)


def run_export(arguments: argparse.Namespace, output: Output) -> int:
    """Write a bundle."""
    with _installer(output) as installer:
        changes = installer.export(arguments.output, arguments.ids)
    if output.as_json:
        output.data({"file": str(arguments.output), "packs": [asdict(c) for c in changes]})
        return 0
    for change in changes:
        output.line(f"{change.id} {change.version}")
    output.line(str(arguments.output))
    return 0


@contextmanager
def _installer(output: Output) -> Iterator[Any]:
    with output.progress() as report:
        yield App().installer(
            report, lambda: output.note("another lsp-learn is changing packs; waiting for it")
        )


def _done(
    changes: Sequence[DataclassInstance],
    arguments: argparse.Namespace,
    output: Output,
    failures: Sequence[tuple[str, LspLearnError]] = (),
) -> int:
    """Print what became of the packs, and have the index follow."""
    values = [asdict(change) for change in changes]
    wrong = [{"id": key, "error": str(e), "hint": e.hint} for key, e in failures]
    changed = any(value["action"] != "unchanged" for value in values)
    indexed = "" if arguments.no_index or not changed else _index(output)
    if output.as_json:
        output.data({"changes": values, "failures": wrong, "index": indexed})
        return 1 if failures else 0
    for value in values:
        before = value["before"] if value["before"] != value["version"] else ""
        versions = " -> ".join(filter(None, (before, value["version"])))
        output.line(f"{value['action']} {value['id']} {versions} ({value['source']})")
    for failure in wrong:
        output.line(f"failed {failure['id']}: {failure['error']}", "red")
        output.line(f"    {failure['hint']}")
    return 1 if failures else 0


def _index(output: Output) -> str:
    """Build the index, so that the next hover need not wait. The packs are installed whether it
    can be built or not.
    """
    app = App()
    try:
        with output.progress() as report:
            for part in ("exact", "words"):
                app.build(part, report)
    except LspLearnError as error:
        output.note(f"the index is not built yet: {error}")
        return str(error)
    return "ready"
