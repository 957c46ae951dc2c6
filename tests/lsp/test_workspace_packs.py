"""Packs that a project carries itself: read when it is trusted, mentioned once when not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsp_session import MARKDOWN, Session, lsp_session
from pack_files import make_pack

from lsp_learn.app import App


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "my project"
    make_pack(folder / ".lsp-learn" / "own", "own")
    text = (folder / ".lsp-learn" / "own" / "snippets" / "print.md").read_text(encoding="utf-8")
    text = text.replace("symbol:print", "symbol:sum").replace("print(", "sum(")
    text = text.replace('focus = "print"', 'focus = "sum"')
    (folder / ".lsp-learn" / "own" / "snippets" / "print.md").write_text(text, encoding="utf-8")
    return folder


def folders(*paths: Path) -> dict[str, Any]:
    return {"workspaceFolders": [{"uri": path.as_uri(), "name": path.name} for path in paths]}


async def ids(session: Session) -> set[str]:
    async with asyncio.timeout(30):
        await session.server.index.ready.wait()
    return {pack.manifest.id for pack in session.server.app.packs().packs}


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if ".lsp-learn/" in r.getMessage()]


@pytest.mark.usefixtures("only_mini")
async def test_an_untrusted_projects_packs_are_mentioned_once_and_not_read(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    App().build("exact")
    async with lsp_session() as session:
        await session.initialize(MARKDOWN, **folders(project))
        assert await ids(session) == {"mini"}
        session.server.index._reopen()
        session.server.index._reopen()
    (said,) = warnings(caplog)
    assert "lsp-learn pack trust FOLDER" in said
    assert "my project" not in said, "paths do not belong in a log"


@pytest.mark.usefixtures("only_mini")
async def test_a_trusted_projects_packs_are_read(
    project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    App().installer().store.trust(project)
    async with lsp_session() as session:
        await session.initialize(MARKDOWN, rootUri=project.as_uri())
        assert await ids(session) == {"mini", "own"}
        app = session.server.app
        change = {"added": [], "removed": folders(project)["workspaceFolders"]}
        session.notify("workspace/didChangeWorkspaceFolders", {"event": change})
        async with asyncio.timeout(30):
            while app.workspaces:
                await asyncio.sleep(0.01)
        assert await ids(session) == {"mini"}
    assert warnings(caplog) == []


@pytest.mark.usefixtures("only_mini")
async def test_folders_that_are_not_on_a_disk_are_left_out(tmp_path: Path) -> None:
    App().build("exact")
    async with lsp_session() as session:
        other = [{"uri": "vscode-vfs://github/a/b", "name": "b"}]
        await session.initialize(MARKDOWN, workspaceFolders=other)
        assert await ids(session) == {"mini"}
        assert session.server.app.workspaces == ()
