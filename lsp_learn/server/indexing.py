"""Keeps the index in step with the packs, away from the editor's requests.

A missing index is built by a process of its own: here it would hold the interpreter lock, and
hovers would stutter. Its progress is shown in the editor. The hover index comes first; a hover
that arrives before it is there waits for it, and no longer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_learn.settings import Settings

if TYPE_CHECKING:
    from lsp_learn.server.server import LearnServer

log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
"""How often, at most, a hover has the packs on disk looked at again."""


def build_command(settings: Settings, workspaces: Iterable[Path] = ()) -> list[str]:
    """The command that builds the indexes for some settings and workspace folders, and reports
    in JSON lines.
    """
    # -P: the working folder is the user's project; a module there must not be imported.
    command = [sys.executable, "-P", "-m", "lsp_learn", "index", "--json"]
    for folder in settings.pack_folders:
        command += ["--pack-folder", str(folder)]
    for folder in workspaces:
        command += ["--workspace", str(folder)]
    for pack in settings.disabled_packs:
        command += ["--without", pack]
    return command


def _environment() -> dict[str, str]:
    """The environment with this very package on the path: without the working folder, a copy
    that is not installed would not be found.
    """
    home = str(Path(__file__).resolve().parents[2])
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{home}{os.pathsep}{path}" if path else home}


class IndexKeeper:
    """Sees to it that `app.exact()` opens at once; `ready` is set when it does."""

    def __init__(self, server: LearnServer) -> None:
        self._server = server
        self._running: asyncio.Task[None] | None = None
        self._looked = 0.0
        self._told = False
        self._opened = False
        self.ready = asyncio.Event()

    def ensure(self) -> None:
        """Start what is needed, unless it is running already."""
        if self._running is None or self._running.done():
            self._looked = asyncio.get_running_loop().time()
            self._running = asyncio.create_task(self._ensure())

    async def settled(self) -> None:
        """Wait until nothing is being built: who opens the search's index meanwhile would hold up
        hovers for as long.
        """
        if not self.ready.is_set():
            self.ensure()
        if self._running is not None:
            await asyncio.shield(self._running)

    def look_again(self) -> None:
        """Called after a hover: see now and then whether the packs on disk have changed."""
        if asyncio.get_running_loop().time() - self._looked > _LOOK_SECONDS:
            self.ensure()

    async def _ensure(self) -> None:
        app = self._server.app
        try:
            if await asyncio.to_thread(self._reopen):
                self.ready.set()
                if await asyncio.to_thread(app.ready, "words"):
                    return
            await self._build()
            await asyncio.to_thread(self._reopen)
        except Exception as error:  # noqa: BLE001  (a hover must still be answered; it says more)
            log.warning("the index could not be prepared: %s", type(error).__name__)
        finally:
            # Without an index a hover builds it itself, or says in the log why it cannot.
            self.ready.set()

    def _reopen(self) -> bool:
        """Look at the packs and open the hover index for them, if it is there. The first look
        is a quick one; a look at every file follows after the first hover.
        """
        app = self._server.app
        ready = app.refresh(quick=not self._opened)
        if not self._opened:
            self._opened, self._looked = True, -_LOOK_SECONDS
        if ready:
            app.exact()
        self._tell_of_untrusted()
        return ready

    def _tell_of_untrusted(self) -> None:
        """Say once, naming no path, that packs in a workspace are not read."""
        if not self._told and self._server.app.untrusted():
            self._told = True
            log.warning(
                "an open folder has packs of its own in .lsp-learn/, which are not used: "
                "`lsp-learn pack trust FOLDER` trusts them"
            )

    async def _build(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *build_command(self._server.app.settings, self._server.app.workspaces),
            env=_environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout is not None
        progress = _Shown(self._server)
        try:
            async for line in process.stdout:
                event = json.loads(line)
                if event.get("ready") == "exact":
                    await asyncio.to_thread(self._reopen)
                    self.ready.set()
                elif "stage" in event:
                    progress.report(event["stage"], event["done"], event["total"])
            if await process.wait():
                log.warning("building the index failed; `lsp-learn index` says why")
        except asyncio.CancelledError:  # the server ends, and with it the connection
            progress.drop()
            raise
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            progress.end()


class _Shown:
    """Progress in the editor, where it shows any; begins with the first report.

    Nothing here waits for the editor: one that never answers must not hold up the index.
    """

    def __init__(self, server: LearnServer) -> None:
        self._server = server
        self._token = f"lsp-learn-{uuid.uuid4()}"
        self._begun: asyncio.Task[None] | None = None
        self._last = ("", 0)
        self._over = False

    def report(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is, if the editor is ready for it and it is worth a message."""
        if not self._server.profile.work_done_progress:
            return
        if self._begun is None:
            self._begun = asyncio.create_task(self._begin())
        share = round(100 * done / total) if total else 100
        if self._shown and (stage != self._last[0] or share >= self._last[1] + 10):
            self._last = (stage, share)
            message = f"{stage}: {done} of {total}"
            step = types.WorkDoneProgressReport(message=message, percentage=share)
            self._server.work_done_progress.report(self._token, step)

    def end(self) -> None:
        """Take the progress away again."""
        if self._shown and not self._over:
            self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd())
        self._over = True

    def drop(self) -> None:
        """Forget the progress without a message."""
        self._over = True
        if self._begun is not None:
            self._begun.cancel()

    @property
    def _shown(self) -> bool:
        begun = self._begun
        return (
            begun is not None and begun.done() and not begun.cancelled() and not begun.exception()
        )

    async def _begin(self) -> None:
        progress = self._server.work_done_progress
        await progress.create_async(self._token)
        begin = types.WorkDoneProgressBegin("lsp-learn: preparing snippets", percentage=0)
        progress.begin(self._token, begin)
        if self._over:  # the build was quicker than the editor
            progress.end(self._token, types.WorkDoneProgressEnd())
