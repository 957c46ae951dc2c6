"""initialize, initialized and settings."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from lsp_learn.server.client import ClientProfile
from lsp_learn.server.lessons import SCHEME
from lsp_learn.server.server import LearnServer
from lsp_learn.settings import SECTION, read_settings

_SECONDS = 5
"""How long an editor may take to answer a request at the start."""


def register(server: LearnServer) -> None:
    """Register the notifications. `exit`, `shutdown` and the end of input are pygls' own."""

    @server.feature(types.INITIALIZE)
    def initialize(ls: LearnServer, params: types.InitializeParams) -> None:
        ls.profile = ClientProfile.of(params.capabilities)
        ls.initial, ls.early_problems = read_settings(params.initialization_options)
        ls.app.configure(ls.initial)
        ls.app.work_in(_folders(params.workspace_folders or (), params.root_uri))

    @server.feature(types.INITIALIZED)
    async def initialized(ls: LearnServer, _: types.InitializedParams) -> None:
        ls.tell(ls.early_problems)
        # The index does not wait for the editor's answers; most settings do not concern it.
        ls.index.ensure()
        await _register(ls)
        await _pull(ls)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(ls: LearnServer, params: types.DidChangeConfigurationParams) -> None:
        if ls.profile.configuration:
            await _pull(ls)
        else:
            _apply(ls, params.settings)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def changed_folders(ls: LearnServer, _: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.app.work_in(_folders(ls.workspace.folders.values(), None))
        ls.index.ensure()


def _folders(folders: Iterable[types.WorkspaceFolder], root: str | None) -> list[Path]:
    """The open folders that are on this machine's disk."""
    found = [folder.uri for folder in folders] or ([root] if root else [])
    paths = [to_fs_path(uri) for uri in found if uri.startswith("file:")]
    return [Path(path) for path in paths if path]


def _apply(ls: LearnServer, values: object) -> None:
    """Use settings that the editor sent, over those of `initialize`: what it does not name any
    more goes back to its first value.
    """
    settings, problems = read_settings(values, ls.initial)
    ls.tell(problems)
    if settings != ls.app.settings:
        ls.app.configure(settings)
        ls.index.ensure()


async def _pull(ls: LearnServer) -> None:
    if not ls.profile.configuration:
        return
    params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    with contextlib.suppress(Exception):  # an editor without an answer keeps the defaults
        answer = await asyncio.wait_for(ls.workspace_configuration_async(params), _SECONDS)
        _apply(ls, answer[0] if answer else None)


async def _register(ls: LearnServer) -> None:
    """Tell the editor what pygls does not, where it lets a server do so."""
    registrations = []
    if ls.profile.virtual_documents:
        options = types.TextDocumentContentRegistrationOptions([SCHEME])
        method = types.WORKSPACE_TEXT_DOCUMENT_CONTENT
        registrations.append(types.Registration("lsp-learn-lessons", method, options))
    if ls.profile.dynamic_configuration:
        method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
        section = types.DidChangeConfigurationRegistrationOptions(SECTION)
        registrations.append(types.Registration("lsp-learn-settings", method, section))
    if not registrations:
        return
    with contextlib.suppress(Exception):  # then lessons are shown as files
        params = types.RegistrationParams(registrations)
        await asyncio.wait_for(ls.client_register_capability_async(params), _SECONDS)
        ls.virtual_documents = ls.profile.virtual_documents
