"""What is installed: list, info, verify."""

from __future__ import annotations

import argparse
from typing import Any

from lsp_learn.app import App
from lsp_learn.cli.output import Output
from lsp_learn.cli.pack.problems import print_problems, problem_data
from lsp_learn.errors import PackError
from lsp_learn.model import InstalledPack, LearningPath, PackManifest


def add(actions: Any) -> None:
    """Add the actions."""
    listing = actions.add_parser("list", help="the packs that are read, and where they are")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=run_list)

    one = actions.add_parser("info", help="what a pack says of itself, its source and versions")
    one.add_argument("id", metavar="ID", help="the pack's id")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=run_info)

    check = actions.add_parser(
        "verify",
        help="compare every byte of the installed packs with what was installed",
        description="Compare every archive with its checksum, and look at every linked folder.",
    )
    check.add_argument(
        "--repair",
        action="store_true",
        help="where the lock file is damaged, go back to the state before the last change",
    )
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=run_verify)


def run_list(_: argparse.Namespace, output: Output) -> int:
    """Print the packs; 1 when one cannot be read."""
    found = App().packs()
    if output.as_json:
        packs = [{**_manifest(p.manifest), **_where(p)} for p in found.packs]
        output.data({"packs": packs, "problems": [problem_data(p) for p in found.problems]})
    else:
        rows = [
            (
                pack.manifest.id,
                pack.manifest.version,
                pack.origin.value,
                pack.manifest.title,
                str(pack.place),
            )
            for pack in found.packs
        ]
        output.table(("pack", "version", "origin", "title", "place"), rows)
        print_problems(found.problems, output)
    return 1 if found.problems else 0


def run_info(arguments: argparse.Namespace, output: Output) -> int:
    """Print all that is known of one pack."""
    app = App()
    pack = next((p for p in app.packs().packs if p.manifest.id == arguments.id), None)
    locked = app.installer().store.read()[0].packs.get(arguments.id)
    if pack is None:
        names = ", ".join(p.manifest.id for p in app.packs().packs)
        raise PackError(f"there is no pack {arguments.id!r}", f"there are: {names}")
    values: dict[str, Any] = {
        **_manifest(pack.manifest),
        "description": pack.manifest.description,
        "authors": list(pack.manifest.authors),
        "homepage": pack.manifest.homepage,
        **_where(pack),
    }
    if locked is not None:
        values["source"] = str(locked.source)
        values["versions"] = [
            {"version": v.manifest.version, "sha256": v.sha256, "size": v.size}
            for v in locked.versions
        ]
    paths, problems = app.paths(pack)
    if output.as_json:
        values["paths"] = [_path(path) for path in paths]
        output.data({**values, "problems": [problem_data(p) for p in problems]})
        return 1 if problems else 0
    rows = [(key, _text(value)) for key, value in values.items() if value and key != "versions"]
    for number, kept in enumerate(values.get("versions", ())):
        name = "in use" if number == 0 else "kept"
        rows.append((name, f"{kept['version']}, {kept['size']:,} bytes, SHA-256 {kept['sha256']}"))
    rows += [
        ("path", f"{path.title} ({path.level}, {len(path.steps)} steps): {path.outcome}")
        for path in paths
    ]
    output.table(("", ""), rows)
    print_problems(problems, output)
    return 1 if problems else 0


def run_verify(arguments: argparse.Namespace, output: Output) -> int:
    """Print what is damaged; 1 when anything is."""
    with output.progress() as report:
        store = App().installer().store
        repaired = arguments.repair and store.repair()
        problems = store.verify(report)
    packs = len(store.read()[0].packs)
    if output.as_json:
        shown = [problem_data(p) for p in problems]
        output.data({"packs": packs, "repaired": repaired, "problems": shown})
        return 1 if problems else 0
    if repaired:
        output.note("the lock file was damaged; the state before the last change is back")
    print_problems(problems, output)
    if not problems:
        output.line(f"checked {packs} installed packs: all as they were installed")
    return 1 if problems else 0


def _manifest(manifest: PackManifest) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "title": manifest.title,
        "version": manifest.version,
        "license": manifest.license,
        "languages": list(manifest.languages),
    }


def _where(pack: InstalledPack) -> dict[str, str]:
    return {"origin": pack.origin.value, "place": str(pack.place)}


def _path(path: LearningPath) -> dict[str, Any]:
    return {
        "id": path.id,
        "title": path.title,
        "level": path.level,
        "purpose": path.purpose,
        "outcome": path.outcome,
        "steps": [{"snippet": step.snippet, "why": step.why} for step in path.steps],
    }


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
