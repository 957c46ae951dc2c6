"""Showing a lesson in the editor, by the best way it has.

1. a virtual document (`workspace/textDocumentContent`, LSP 3.18), nothing on disk
2. a Markdown file in the cache, opened by `window/showDocument`, never taking the focus
3. a message with the first sentence and the file's path

Each only when the editor says that it can: some answer unknown requests with garbage.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from lsprotocol import types

from lsp_learn import locations
from lsp_learn.model import Page

if TYPE_CHECKING:
    from lsp_learn.server.server import LearnServer

SCHEME = "lsp-learn"

KEPT_PAGES = 32
"""Pages kept for editors that ask for their text again: explained selections, messages."""

_SECONDS = 10
"""How long an editor may take to open a document before the next way is tried. On a busy machine
some take longer than it seems, and the lesson would come in two ways."""


def page_uri(page: Page) -> str:
    """The address of a page: its title for the tab; for the content the snippets' ids, or where
    these do not tell all, a mark of the text.
    """
    query = ",".join(snippet.id for snippet in page.snippets) if page.whole else _mark(page)
    return f"{SCHEME}:/{quote(_file_name(page.title))}?{quote(query, safe=',.-')}"


def _mark(page: Page) -> str:
    return "page-" + hashlib.sha256(page.markdown.encode()).hexdigest()[:16]


def page_at(ls: LearnServer, uri: str) -> str:
    """The text of a page that was shown before; "" where its snippets' ids give it."""
    return ls.pages.get(unquote(urlsplit(uri).query), "")


def ids_in(uri: str) -> tuple[str, ...]:
    """The snippets that a lesson's address names; none for any other address."""
    parts = urlsplit(uri)
    if parts.scheme != SCHEME:
        return ()
    return tuple(part for part in unquote(parts.query).split(",") if part)


def _file_name(title: str) -> str:
    return re.sub(r"[^\w.,()+-]+", " ", title).strip()[:80] + ".md"


async def show(ls: LearnServer, page: Page) -> None:
    """Show a page."""
    if not page.whole:
        ls.pages[_mark(page)] = page.markdown
        while len(ls.pages) > KEPT_PAGES:
            del ls.pages[next(iter(ls.pages))]
    if ls.virtual_documents and await _shown(ls, page_uri(page)):
        return
    path = await asyncio.to_thread(_write, page)
    if path and ls.profile.show_document and await _shown(ls, path.as_uri()):
        return
    where = f" The lesson is in {path}" if path else ""
    titled = [one for one in page.snippets if one.title == page.title] or page.snippets
    message = f"{page.title}: {titled[0].tip}{where}"
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))


async def _shown(ls: LearnServer, uri: str) -> bool:
    # takeFocus would replace the learner's code by the lesson in some editors.
    params = types.ShowDocumentParams(uri, external=False, take_focus=False)
    with contextlib.suppress(Exception):  # a wrong or no answer: the next way is tried
        answer = await asyncio.wait_for(ls.window_show_document_async(params), _SECONDS)
        return answer.success
    return False


def _write(page: Page) -> Path | None:
    """Write a page into the cache, whole or not at all; None where that is not possible."""
    folder = locations.lessons_folder() / _mark(page).removeprefix("page-")[:12]
    path = folder / _file_name(page.title)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(page.markdown)
        Path(written).replace(path)
    except OSError:
        return None
    return path
