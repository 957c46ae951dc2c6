"""The server object: what every feature shares. Features live in `features/`, one file each."""

from __future__ import annotations

import asyncio
import logging
import threading
import traceback
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcMethodNotFound
from pygls.lsp.server import LanguageServer

from lsp_learn import __version__
from lsp_learn.app import App
from lsp_learn.errors import StoppedError
from lsp_learn.model import Document, Problem, Stopped, never
from lsp_learn.server.authoring import Authoring
from lsp_learn.server.client import ClientProfile
from lsp_learn.server.indexing import IndexKeeper
from lsp_learn.server.said import Said
from lsp_learn.settings import Settings

log = logging.getLogger(__name__)

Ts = TypeVarTuple("Ts")
T = TypeVar("T")


class LearnServer(LanguageServer):
    """A connection to one editor: the app behind it and what this editor can do."""

    def __init__(self) -> None:
        # Full synchronization: pygls splits lines for incremental edits where the protocol does
        # not (form feeds), and then edits the wrong line. docs/decisions/0003.
        super().__init__(
            "lsp-learn",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
        )
        self.app = App()
        self.profile = ClientProfile()
        self.virtual_documents = False
        self.initial = Settings()
        self.early_problems: tuple[Problem, ...] = ()
        self.pages: dict[str, str] = {}
        self.said = Said()
        self.authoring = Authoring(self)
        self.index = IndexKeeper(self)

    async def work(self, task: Callable[[Stopped, *Ts], T], *args: *Ts) -> T | None:
        """Run a task in a thread once the index is there; None when it fails or is stopped.

        The task gets a function that says whether its request was cancelled: a thread cannot
        be cancelled from outside.
        """
        stop = threading.Event()
        try:
            if not self.index.ready.is_set():
                self.index.ensure()
                await self.index.ready.wait()
            return await asyncio.to_thread(lambda: _answer(task, stop.is_set, *args))
        except asyncio.CancelledError:
            stop.set()
            raise

    async def aside(self, task: Callable[[*Ts], T], *args: *Ts) -> T | None:
        """Run a short task that needs no index in a thread; None when it fails."""
        return await asyncio.to_thread(lambda: _answer(lambda _: task(*args), never))

    async def look(
        self, document: Document, task: Callable[[Stopped, *Ts], T], *args: *Ts
    ) -> T | None:
        """Run a task that looks at one place of a document: at once where everything it needs
        is in memory, which takes less than handing it to a thread, else as `work` does.
        """
        if self.index.ready.is_set() and self.app.is_warm(document):
            return _answer(task, never, *args)
        return await self.work(task, *args)

    def report_server_error(self, error: Exception, source: object) -> None:
        """Called by pygls for failures outside of requests; never a popup. Some editors (Kate)
        ask for what was never offered, at every move of the cursor: that is no warning.
        """
        asked_in_vain = isinstance(error, JsonRpcMethodNotFound)
        log.log(
            logging.DEBUG if asked_in_vain else logging.WARNING,
            "%s: %s",
            getattr(source, "__name__", source),
            type(error).__name__,
        )

    def tell(self, problems: tuple[Problem, ...]) -> None:
        """Show the user what is wrong with the settings."""
        for problem in problems:
            text = f"lsp-learn: {problem.message} ({problem.hint})"
            params = types.ShowMessageParams(types.MessageType.Warning, text)
            self.window_show_message(params)


def _answer(task: Callable[[Stopped, *Ts], T], stopped: Stopped, *args: *Ts) -> T | None:
    """A task's answer. A failure is logged, without the text of any document, and answered with
    nothing: editors show errors as popups.
    """
    try:
        return task(stopped, *args)
    except StoppedError:
        return None
    except Exception as error:  # noqa: BLE001
        log_failure(error)
        return None


def log_failure(error: Exception) -> None:
    """Log where it failed: our own lines, never a value, which could be the user's code."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    log.error("%s in %s", type(error).__name__, places)


def create_server() -> LearnServer:
    """A server with every feature, ready to start."""
    # Imported here: each feature imports this module.
    from lsp_learn.server.features import (  # noqa: PLC0415
        code_action,
        diagnostics,
        documents,
        explain,
        hover,
        lesson,
        lifecycle,
        search,
    )

    server = LearnServer()
    for feature in (lifecycle, documents, diagnostics, hover, code_action, explain, lesson, search):
        feature.register(server)
    return server
