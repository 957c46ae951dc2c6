"""What the VS Code extension says of itself, beside what the product says. Needs no editor."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import lsp_learn
from lsp_learn.context.languages import Languages
from lsp_learn.settings import Settings, setting_names

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "editor-configs" / "vscode"
MANIFEST: dict[str, Any] = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
PROPERTIES: dict[str, Any] = MANIFEST["contributes"]["configuration"]["properties"]

NOT_IN_VSCODE = {"regex"}
"""Languages that are read inside of others only."""


@pytest.mark.parametrize("name", setting_names())
def test_every_setting_of_the_server_with_its_default(name: str) -> None:
    field = re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), name)
    default = getattr(Settings(), field)
    wanted = list(default) if isinstance(default, tuple) else default
    shown = PROPERTIES[f"lspLearn.{name}"]
    assert shown["default"] == wanted
    assert shown.get("description") or shown.get("markdownDescription")


def test_the_other_settings_are_the_extensions_own() -> None:
    ours = {name.removeprefix("lspLearn.") for name in PROPERTIES} - set(setting_names())
    assert ours == {"command", "useUvx", "trace.server"}
    source = (FOLDER / "src" / "settings.ts").read_text(encoding="utf-8")
    assert "OURS = ['command', 'useUvx', 'trace'];" in source, "they are not sent to the server"


def test_a_folder_that_is_not_trusted_chooses_neither_programs_nor_packs() -> None:
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert set(restricted) == {"lspLearn.command", "lspLearn.useUvx", "lspLearn.packFolders"}
    assert PROPERTIES["lspLearn.command"]["scope"] == "machine-overridable"
    assert PROPERTIES["lspLearn.useUvx"]["scope"] == "machine-overridable"


def test_it_wakes_for_every_language_that_is_read_and_for_no_other() -> None:
    languages = Languages()
    events = MANIFEST["activationEvents"]
    woken = [event.removeprefix("onLanguage:") for event in events]
    assert all(event.startswith("onLanguage:") for event in events)
    assert set(languages.ids()) - NOT_IN_VSCODE <= set(woken)
    assert [name for name in woken if languages._folder(name) is None] == []


def test_every_command_is_there() -> None:
    source = (FOLDER / "src" / "extension.ts").read_text(encoding="utf-8")
    for command in MANIFEST["contributes"]["commands"]:
        name = command["command"].removeprefix("lspLearn.")
        assert re.search(rf"^    {name}: ", source, re.MULTILINE), name


def test_every_command_and_page_of_the_walkthrough_is_there() -> None:
    known = {command["command"] for command in MANIFEST["contributes"]["commands"]}
    (walkthrough,) = MANIFEST["contributes"]["walkthroughs"]
    for step in walkthrough["steps"]:
        for command in re.findall(r"\(command:([\w.]+)", step["description"]):
            assert command in known or command.startswith("workbench.action."), command
        assert (FOLDER / step["media"]["markdown"]).is_file()


def test_it_needs_no_other_extension_and_belongs_to_this_version() -> None:
    assert "extensionDependencies" not in MANIFEST
    assert "dependencies" not in MANIFEST, "everything is in the bundle"
    assert MANIFEST["version"] == lsp_learn.__version__
    assert (FOLDER / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_versions_are_exact_and_no_registry_is_named() -> None:
    assert all(re.fullmatch(r"[\d.]+", one) for one in MANIFEST["devDependencies"].values())
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["version"] == MANIFEST["version"]
    assert all("resolved" not in package for package in lock["packages"].values())
