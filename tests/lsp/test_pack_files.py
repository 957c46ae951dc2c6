"""Files of a pack in an editor: what is wrong with them, what mends it, what a field means."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lsp_session import MARKDOWN, Session, lsp_session, range_of
from pack_files import MANIFEST, make_pack

from lsp_learn import desk, locations
from lsp_learn.packs import editing
from lsp_learn.server import authoring

pytestmark = pytest.mark.usefixtures("mini_ready")

PUBLISH = "textDocument/publishDiagnostics"
ABLE = {
    "textDocument": {
        **MARKDOWN["textDocument"],
        "publishDiagnostics": {"codeDescriptionSupport": True, "versionSupport": True},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authoring, "_PAUSE", 0.02)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return make_pack(tmp_path / "my packs" / "team")


class Author:
    """Somebody who edits files of a pack."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.version = 1

    def open(self, path: Path, text: str | None = None) -> str:
        shown = path.read_text("utf-8") if text is None else text
        language = "toml" if path.suffix == ".toml" else "markdown"
        self.session.open(shown, uri=path.as_uri(), language=language)
        return shown

    def change(self, path: Path, text: str) -> None:
        self.version += 1
        self.session.change(text, self.version, uri=path.as_uri())

    async def told(self, path: Path, count: int = 1) -> list[dict[str, Any]]:
        """What the editor is told about a file, the `count`th time."""

        async def arrived() -> list[dict[str, Any]]:
            while len(found := self.about(path)) < count:
                await asyncio.sleep(0.005)
            return list(found[count - 1]["diagnostics"])

        return await asyncio.wait_for(arrived(), 20)

    def about(self, path: Path) -> list[dict[str, Any]]:
        """Every list of diagnostics for a file so far."""
        return [one for one in self.session.all_of(PUBLISH) if one["uri"] == path.as_uri()]


async def test_a_wrong_file_is_told_as_it_is_edited(pack: Path) -> None:
    path = pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        text = author.open(path)
        assert await author.told(path) == []
        author.change(path, text.replace('level = "beginner"', 'level = "Beginner"'))
        (problem,) = await author.told(path, 2)
        line = text.split("\n").index('level = "beginner"')
        assert problem["range"] == range_of((line, 0), (line, len('level = "beginner"')))
        assert (problem["code"], problem["severity"]) == ("S002", 1)
        assert problem["source"] == "lsp-learn"
        assert problem["message"] == "unknown level 'Beginner' (beginner, intermediate or advanced)"
        assert author.about(path)[-1]["version"] == 2
        author.change(path, text)
        assert await author.told(path, 3) == []


async def test_while_somebody_types_nothing_is_told(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authoring, "_PAUSE", 0.8)
    path = pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        text = author.open(path)
        assert await author.told(path) == []
        for number in range(5):
            author.change(path, f"{text}\n## Letter {'x' * number}\n\nText.\n")
            await asyncio.sleep(0.02)
        (problem,) = await author.told(path, 2)
        assert "unknown section ## Letter xxxx" in problem["message"]
        assert [one["version"] for one in author.about(path)] == [1, 6]


async def test_a_problem_leads_to_the_page_that_explains_it(pack: Path) -> None:
    path = pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        author.open(path, "no metadata\n")
        (problem,) = await author.told(path)
    href = urlsplit(problem["codeDescription"]["href"])
    page = Path(unquote(href.path)).read_text("utf-8")
    assert href.fragment == "s001-no-metadata"
    assert "\n## S001 no metadata\n" in page


def test_every_rule_has_an_address() -> None:
    page = (locations.reference_folder() / desk.RULES).read_text("utf-8")
    named = re.findall(r"\[([A-Z]\d{3})\]\(#([\w-]+)\)", page)
    assert len(named) > 20
    for code, anchor in named:
        assert desk.rule_address(code).endswith(f"/lint-rules.md#{anchor}")
    assert desk.rule_address("A007") == desk.rule_address("A012")
    assert desk.rule_address("X999") == ""


async def test_editors_that_know_no_addresses_get_none(pack: Path) -> None:
    path = pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize(MARKDOWN)
        author = Author(session)
        author.open(path, "no metadata\n")
        (problem,) = await author.told(path)
    assert "codeDescription" not in problem


async def test_closing_takes_everything_back(pack: Path) -> None:
    path = pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        author.open(path, "no metadata\n")
        assert await author.told(path)
        session.close_document(uri=path.as_uri())
        assert await author.told(path, 2) == []
        author.open(path)
        assert await author.told(path, 3) == []
        assert await session.hover(1, 1, uri=path.as_uri()) is not None


async def test_a_file_that_is_opened_again_at_once_is_still_known(pack: Path) -> None:
    path = pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        author.open(path, "no metadata\n")
        await author.told(path)
        for count in range(2, 12, 2):
            session.close_document(uri=path.as_uri())
            author.open(path, f"no metadata {count}\n")
            assert await author.told(path, count) == []
            (problem,) = await author.told(path, count + 1)
            assert problem["code"] == "S001"
        desk = session.server.authoring.desk
        assert desk.close(path, lambda: True) == ()
        (action,) = await session.code_actions((0, 0), uri=path.as_uri()) or [None]
        assert action is None
        author.change(path, f"\n{path.read_text('utf-8')}")
        (problem,) = await author.told(path, 12)
        (action,) = await session.code_actions((0, 0), uri=path.as_uri())
        assert action["title"] == "Put the metadata between +++ lines"


async def test_a_file_whose_pack_is_gone_is_left_alone(pack: Path) -> None:
    path = pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        author.open(path, "no metadata\n")
        assert await author.told(path)
        (pack / "pack.toml").unlink()
        author.change(path, "still no metadata\n")
        assert await author.told(path, 2) == []
        assert await session.hover(0, 1, uri=path.as_uri()) is None


async def test_a_change_in_one_file_is_a_problem_of_another(pack: Path) -> None:
    one, two = pack / "snippets" / "print.md", pack / "snippets" / "two.md"
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        text = author.open(one)
        assert await author.told(one) == []
        other = text.replace("team.print", "team.two").replace('title = "', 'title = "Other ')
        author.open(two, other)
        (problem,) = await author.told(two)
        assert problem["code"] == "S011"
        assert "brings up team.print at the same level" in problem["message"]
        author.change(one, text.replace('"beginner"', '"advanced"'))
        assert await author.told(two, 2) == []
        author.change(one, text.replace("team.print", "team.two"))
        assert [p["code"] for p in await author.told(two, 3)] == ["S009"]
        session.close_document(uri=one.as_uri())
        assert [p["code"] for p in await author.told(two, 4)] == ["S011"]


async def test_files_of_a_very_large_pack_are_checked_by_themselves(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pack / "snippets" / "print.md", pack / "snippets" / "two.md"
    two.write_bytes(one.read_bytes())
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        author.open(two)
        assert [p["code"] for p in await author.told(two)] == ["S009"]
        monkeypatch.setattr(editing, "MANY", 1)
        author.change(two, two.read_text("utf-8").replace('"beginner"', '"Beginner"'))
        assert [p["code"] for p in await author.told(two, 2)] == ["S002"]


async def test_a_broken_manifest_is_told_in_every_open_file(pack: Path) -> None:
    manifest, snippet = pack / "pack.toml", pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        author.open(snippet)
        text = author.open(manifest)
        assert await author.told(manifest) == []
        author.change(manifest, text.replace('version = "1.0.0"', 'version = "one"'))
        (problem,) = await author.told(manifest, 2)
        assert (problem["code"], problem["range"]["start"]["line"]) == ("P001", 2)
        (problem,) = await author.told(snippet, 2)
        assert "pack.toml has an error: 'version' cannot be 'one'" in problem["message"]


@pytest.mark.parametrize(
    "name", ["notes.md", "docs/snippets/one.md", "mods/pack.toml", "paths/a.toml"]
)
async def test_files_of_no_pack_are_left_alone(tmp_path: Path, name: str, pack: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    other = pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        author.open(path, "+++\nlevel = 3\n+++\ntext  \n")
        author.change(path, "+++\nlevel = 4\n+++\ntext  \n")
        author.open(other)
        await author.told(other)
        assert author.about(path) == []
        assert await session.hover(1, 1, uri=path.as_uri()) is None
        assert not await session.code_actions((1, 1), uri=path.as_uri())


async def test_addresses_that_are_no_files_are_left_alone() -> None:
    async with lsp_session() as session:
        await session.initialize(ABLE)
        session.open("+++", uri="untitled:snippets/a.md", language="markdown")
        assert await session.hover(0, 1, uri="untitled:snippets/a.md") is None
        session.close_document(uri="untitled:snippets/a.md")
        session.open("print(1)\n")
        assert await session.hover_text(0, 1)
        assert session.all_of(PUBLISH) == []


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text after an editor's edit; of ASCII texts alone."""
    (edit,) = edits
    lines = text.split("\n")

    def offset(place: dict[str, int]) -> int:
        return sum(len(line) + 1 for line in lines[: place["line"]]) + place["character"]

    start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
    return text[:start] + str(edit["newText"]) + text[end:]


async def test_a_quick_fix_mends_the_problem_of_its_line(pack: Path) -> None:
    path = pack / "snippets" / "print.md"
    good = path.read_text("utf-8")
    bad = good.replace('"beginner"', '"Beginner"').replace("## Why", "## why:")
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        author.open(path, bad)
        told = await author.told(path)
        assert [one["code"] for one in told] == ["S002", "S005"]
        line = told[0]["range"]["start"]["line"]
        first, every = await session.code_actions((line, 3), uri=path.as_uri(), only=["quickfix"])
        assert first["title"] == "Write the level in small letters"
        assert first["diagnostics"] == [told[0]]
        (change,) = first["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": path.as_uri(), "version": 1}
        made = applied(bad, change["edits"])
        assert made == good.replace("## Why", "## why:")
        assert change["edits"][0]["range"] == range_of((line, 0), (line + 1, 0))
        assert every["title"] == "Mend everything in this file"
        assert applied(bad, every["edit"]["documentChanges"][0]["edits"]) == good
        (fix,) = await session.code_actions((0, 0), uri=path.as_uri(), only=["source.fixAll"])
        assert fix["kind"] == "source.fixAll.lsp-learn"
        assert applied(bad, fix["edit"]["documentChanges"][0]["edits"]) == good
        assert not await session.code_actions((0, 0), uri=path.as_uri(), only=["refactor"])
        assert not await session.code_actions((1, 0), uri=path.as_uri(), only=["quickfix"])


async def test_a_quick_fix_for_an_editor_with_plain_edits(pack: Path) -> None:
    path = pack / "pack.toml"
    good = path.read_text("utf-8")
    bad = good.replace("license", "licence").rstrip("\n")
    async with lsp_session() as session:
        await session.initialize(MARKDOWN)
        author = Author(session)
        author.open(path, bad)
        await author.told(path)
        found = await session.code_actions((0, 0), (9, 0), uri=path.as_uri())
    by_title = {one["title"]: one["edit"]["changes"][path.as_uri()] for one in found}
    assert applied(bad, by_title["Write keys as they are called"]) == good.rstrip("\n")
    assert applied(bad, by_title["End the file with one line end"]) == good.replace(
        "license", "licence"
    )
    assert applied(bad, by_title["Mend everything in this file"]) == good


async def test_an_editor_without_literal_actions_gets_no_quick_fix(pack: Path) -> None:
    path = pack / "pack.toml"
    async with lsp_session() as session:
        await session.initialize({"textDocument": {"codeAction": {}}})
        author = Author(session)
        author.open(path, MANIFEST.rstrip("\n"))
        await author.told(path)
        assert not await session.code_actions((0, 0), (9, 0), uri=path.as_uri())


async def test_a_hover_explains_a_field(pack: Path) -> None:
    path = pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        text = author.open(path)
        await author.told(path)
        lines = text.split("\n")
        level = lines.index('level = "beginner"')
        answer = await session.hover(level, 2, uri=path.as_uri())
        assert answer["contents"]["kind"] == "markdown"
        assert answer["contents"]["value"] == (
            "**level** · required\n\n"
            "Whom it is written for: `beginner` or `intermediate` or `advanced`"
        )
        assert answer["range"] == range_of((level, 0), (level, 5))
        again = await session.hover(level, 10, uri=path.as_uri())
        assert again["contents"] == answer["contents"]
        assert again["range"] == range_of((level, 8), (level, 18))
        tip = lines.index("+++", 1) + 1
        assert await session.hover(tip, 3, uri=path.as_uri()) is None
        manifest = pack / "pack.toml"
        author.open(manifest)
        await author.told(manifest)
        assert "An SPDX name" in await session.hover_text(3, 2, uri=manifest.as_uri())


async def test_a_hover_on_a_trigger_names_who_shares_it(pack: Path) -> None:
    path = pack / "snippets" / "print.md"
    async with lsp_session() as session:
        await session.initialize({})
        author = Author(session)
        text = author.open(path)
        await author.told(path)
        lines = text.split("\n")
        line = next(n for n, one in enumerate(lines) if one.startswith("triggers"))
        column = lines[line].index("symbol:print") + 3
        answer = await session.hover(line, column, uri=path.as_uri())
        assert answer["contents"]["kind"] == "plaintext"
        assert answer["contents"]["value"].startswith("symbol:print\n\nA name that code uses")
        assert answer["contents"]["value"].endswith("No other snippet of this pack has it.")
        other = text.replace("team.print", "team.two").replace('"beginner"', '"advanced"')
        author.open(pack / "snippets" / "two.md", other.replace('title = "', 'title = "Other '))
        await author.told(pack / "snippets" / "two.md")
        shown = await session.hover_text(line, column, uri=path.as_uri())
        assert shown.endswith("Also of this pack:\n\n- team.two · advanced · Other team: print()")
        author.change(path, text.replace("symbol:print", "sybol:print"))
        await author.told(path, 2)
        shown = await session.hover_text(line, column, uri=path.as_uri())
        assert shown.startswith("sybol:print · has no kind\n\nkinds are diagnostic")


PATH = """id = "team.first"
title = "First steps"
level = "beginner"
purpose = "To begin."
outcome = "You have begun."

[[step]]
snippet = "team.print"
why = "It is the first."
easier = "no"
"""


async def test_a_learning_path_is_checked_and_explained(pack: Path) -> None:
    path = pack / "paths" / "first.toml"
    path.parent.mkdir()
    path.write_text(PATH, "utf-8")
    lines = PATH.split("\n")
    async with lsp_session() as session:
        await session.initialize(ABLE)
        author = Author(session)
        author.open(path)
        (problem,) = await author.told(path)
        assert (problem["code"], problem["range"]["start"]["line"]) == ("C001", 9)
        assert "'easier' must be true or false" in problem["message"]
        text = await session.hover_text(
            lines.index('outcome = "You have begun."'), 2, uri=path.as_uri()
        )
        assert text.startswith("**outcome** · required\n\nWhat one can do afterwards")
        step = lines.index('snippet = "team.print"')
        assert "Why it comes here" in await session.hover_text(step + 1, 1, uri=path.as_uri())
        shown = await session.hover_text(step, 14, uri=path.as_uri())
        assert shown.startswith("**team: print()** · beginner\n\n")
        author.change(path, PATH.replace('"no"', "true"))
        assert await author.told(path, 2) == []


async def test_hovers_can_be_switched_off(pack: Path) -> None:
    path = pack / "pack.toml"
    async with lsp_session() as session:
        await session.initialize(ABLE, initializationOptions={"hover": False})
        author = Author(session)
        author.open(path)
        await author.told(path)
        assert await session.hover(0, 0, uri=path.as_uri()) is None
