"""`lsp-learn pack import`: other people's material to packs that lint, and nothing unsaid."""

from __future__ import annotations

import json
import os
import shutil
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sample_docset import docset

from lsp_learn import cli
from lsp_learn.errors import PackError
from lsp_learn.model import InstalledPack, Origin, Severity, Snippet
from lsp_learn.packs.build import build_pack
from lsp_learn.packs.importers import FORMATS
from lsp_learn.packs.importers.draft import Wanted, cut_tip, lesson, plain_title
from lsp_learn.packs.importers.write import ImportedPack
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.manifest import read_manifest
from lsp_learn.packs.markdown import split_sections
from lsp_learn.packs.read import read_snippets
from lsp_learn.workshop import Workshop, import_pack

pytestmark = pytest.mark.usefixtures("only_mini")

SAMPLES = Path(__file__).parents[1] / "import_samples"
PYTHON = Wanted("python", "https://wiki.example/team")
SAMPLE = {
    "tldr": (SAMPLES / "tldr", Wanted()),
    "ruff": (SAMPLES / "ruff.json", Wanted()),
    "sarif": (SAMPLES / "scan.sarif", Wanted("python")),
    "markdown": (SAMPLES / "wiki", PYTHON),
    "codetour": (SAMPLES / "project", PYTHON),
    "exercism": (SAMPLES / "exercism", Wanted()),
    "devdocs": (SAMPLES / "devdocs", Wanted("python")),
    "dash": (SAMPLES / "dash", Wanted()),
}


def imported(tmp_path: Path, kind: str, place: Path | None = None) -> ImportedPack:
    sample, wanted = SAMPLE[kind]
    if kind == "dash" and place is None:
        sample = docset(tmp_path)
    return import_pack(kind, place or sample, tmp_path / "out", "team", wanted)


def snippets(pack: ImportedPack) -> dict[str, Snippet]:
    manifest, _ = read_manifest(pack.folder)
    assert manifest is not None
    found = read_snippets([InstalledPack(manifest, pack.folder, Origin.FOLDER)])
    return {one.id.removeprefix("team."): one for one, _ in found if one is not None}


def left_out(pack: ImportedPack) -> dict[str, str]:
    """Why, by place."""
    gone = [problem for problem in pack.problems if problem.code == "I001"]
    assert all(problem.hint for problem in gone)
    return {problem.path: problem.message.removeprefix("left out: ") for problem in gone}


def test_every_format_has_a_sample() -> None:
    assert set(SAMPLE) == set(FORMATS)


@pytest.mark.parametrize("kind", SAMPLE)
def test_an_imported_pack_lints_and_builds(tmp_path: Path, kind: str) -> None:
    pack = imported(tmp_path, kind)
    assert [p for p in lint_pack(pack.folder) if p.severity is Severity.ERROR] == []
    assert len(snippets(pack)) == pack.snippets > 0
    assert (pack.folder / "NOTICE").read_text(encoding="utf-8")
    assert all(one.sources and one.example.not_run for one in snippets(pack).values())
    archive, _ = build_pack(pack.folder, tmp_path / "team.zip", lambda _: None)
    assert "NOTICE" in zipfile.ZipFile(archive).namelist()


@pytest.mark.parametrize("kind", ["tldr", "exercism", "devdocs", "dash"])
def test_what_is_imported_comes_up_at_its_own_example(tmp_path: Path, kind: str) -> None:
    place, wanted = SAMPLE[kind]
    place = docset(tmp_path) if kind == "dash" else place
    # By its id it comes before what other packs say about the same.
    pack = import_pack(kind, place, tmp_path / "out", "a", wanted)
    count, problems = Workshop(pack.folder).tried()
    assert (count, problems) == (pack.snippets, ())


def test_a_page_of_tldr_is_a_command(tmp_path: Path) -> None:
    pack = imported(tmp_path, "tldr")
    parcel = snippets(pack)["parcel"]
    assert parcel.tip == "Pack folders for the post. It weighs what it packs."
    assert parcel.example.code == "parcel --create path/to/folder"
    assert parcel.languages == ("shellscript",)
    assert [str(trigger) for trigger in parcel.triggers] == [
        "symbol:parcel",
        "argument:parcel -c",
        "argument:parcel --create",
        "argument:parcel --extract",
        "argument:parcel --into",
        "argument:parcel --template",
    ]
    told = {section.heading: section.markdown for section in parcel.sections}
    assert "Stamps are not included." in told["Why"]
    assert "`parcel --template '{{name}}' file.box`" in told["How to use it"]
    assert [source.url for source in parcel.sources] == [
        "https://parcel.example/manual",
        "https://github.com/tldr-pages/tldr/blob/main/pages/common/parcel.md",
    ]
    send = snippets(pack)["parcel-send"]
    assert [str(trigger) for trigger in send.triggers] == ["argument:parcel send"]
    assert send.example.code[send.example.focus.start :].startswith("send ")


def test_what_tldr_has_more_is_counted(tmp_path: Path) -> None:
    pack = imported(tmp_path, "tldr")
    assert left_out(pack) == {
        "pages/linux/parcel.md": "the command has a page already",
        "pages/common/box.md": "no use shows box: the page of an alias?",
        "pages/common/broken.md": "not written like a page",
        "pages.de": "1 other files",
        "windows": "1 other files",
    }
    manifest, _ = read_manifest(pack.folder)
    assert manifest is not None
    assert manifest.license == "CC-BY-4.0"
    assert "tldr-pages team and contributors" in (pack.folder / "NOTICE").read_text("utf-8")


def test_the_name_of_a_device_is_no_file_name(tmp_path: Path) -> None:
    folder = imported(tmp_path, "tldr").folder
    assert (folder / "snippets" / "aux-page.md").is_file()


def test_tldr_is_read_in_its_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "tldr.zip", "w") as packed:
        for path in sorted((SAMPLES / "tldr").rglob("*.md")):
            packed.write(path, path.relative_to(SAMPLES / "tldr").as_posix())
    from_folder = imported(tmp_path, "tldr")
    pack = import_pack("tldr", tmp_path / "tldr.zip", tmp_path / "two", "team", Wanted())
    for name in ("parcel.md", "parcel-send.md", "aux-page.md"):
        one, other = (p.folder / "snippets" / name for p in (from_folder, pack))
        assert one.read_bytes() == other.read_bytes()
    assert pack.problems == from_folder.problems


def test_an_archive_that_leads_out_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "tldr.zip", "w") as packed:
        packed.writestr("pages/common/../../../evil.md", "# evil")
    with pytest.raises(PackError, match="leads out of the archive"):
        imported(tmp_path, "tldr", tmp_path / "tldr.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tldr.zip"]


def test_a_rule_of_ruff(tmp_path: Path) -> None:
    pack = imported(tmp_path, "ruff")
    rule = snippets(pack)["sam001"]
    assert rule.title == "SAM001: full basket"
    assert rule.tip == "Finds baskets that nobody empties. A full basket takes no apples."
    assert [str(trigger) for trigger in rule.triggers] == ["diagnostic:ruff:SAM001"]
    assert rule.example.error == "SAM001 Do not keep `{name}`"
    span = rule.example.focus
    assert rule.example.code[span.start : span.end] == "basket.append(apple)"
    told = {section.heading: section.markdown for section in rule.sections}
    assert "empty(basket)" in told["How to fix it"]
    assert told["Watch out"] == "Nobody is hurt."
    assert "`lint.fruit` cannot help" in told["Why"]
    assert "<details>" not in told["Why"]
    assert rule.sources[0].url == "https://docs.astral.sh/ruff/rules/full-basket/"


def test_what_ruff_has_more_is_said(tmp_path: Path) -> None:
    pack = imported(tmp_path, "ruff")
    assert left_out(pack) == {
        "SAM002": "its shortest example has 9 of 8 lines",
        "SAM003": "ruff has removed the rule",
        "SAM004": "no block of code",
        "rule 6": "not a rule: code, name or explanation is missing",
    }
    assert [p.message for p in pack.problems if p.code == "I002"] == [
        "the section 'Options' of 1 rules is not taken over"
    ]
    notice = (pack.folder / "NOTICE").read_text("utf-8")
    assert "Permission is hereby granted" in notice
    assert "Charles Marsh" in notice


def test_a_rule_of_a_scanner(tmp_path: Path) -> None:
    pack = imported(tmp_path, "sarif")
    rules = snippets(pack)
    glued = rules["py-glued-query"]
    assert str(glued.triggers[0]) == "diagnostic:sample-scan:py/glued-query"
    assert glued.tags == ("security", "cwe-89")
    assert glued.tip == "Gluing a query from text lets a stranger write it."
    assert "<b>" not in glued.sections[0].markdown
    assert rules["py-in-extension"].sources[0].url == "https://scan.example"
    assert set(left_out(pack)) == {"py/no-code", "rule 3", "rule 4"}
    assert [p.code for p in pack.problems].count("I003") == 1
    assert 'license = "NOASSERTION"' in (pack.folder / "pack.toml").read_text("utf-8")


def test_a_page_of_a_wiki(tmp_path: Path) -> None:
    pack = imported(tmp_path, "markdown")
    pages = snippets(pack)
    connect = pages["connect"]
    assert connect.title == "yourlib.connect needs a timeout"
    assert connect.tip == "Without a timeout a call waits for ever. Say how long you can wait."
    assert connect.tags == ("network", "waiting")
    assert [str(trigger) for trigger in connect.triggers] == ["symbol:yourlib.connect"]
    assert connect.sources[0].url == "https://wiki.example/team/connect.md"
    why = connect.sections[0].markdown
    assert why.startswith("A third sentence is too much for a tip.")
    assert "link.close()" in why
    assert "yourlib.connect(timeout=5)" not in why
    assert "../list.md" not in why
    assert [str(trigger) for trigger in pages["network-retry"].triggers] == ["symbol:yourlib.retry"]


def test_pages_that_do_not_fit_are_said(tmp_path: Path) -> None:
    assert left_out(imported(tmp_path, "markdown")) == {
        "latin.md": "is not UTF-8 (byte 0xe9)",
        "long.md": "its shortest example has 9 of 8 lines",
        "rota.md": "no block of code",
        "untitled.md": "no title",
        "words.md": "nothing says what in code brings it up",
    }


def test_links_and_pipes_in_a_wiki_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    shutil.copy(SAMPLES / "wiki" / "connect.md", secret)
    wiki = tmp_path / "wiki"
    shutil.copytree(SAMPLES / "wiki" / "network", wiki)
    (wiki / "secret.md").symlink_to(secret)
    (wiki / "round").symlink_to(wiki, target_is_directory=True)
    os.mkfifo(wiki / "pipe.md")
    pack = imported(tmp_path, "markdown", wiki)
    assert list(snippets(pack)) == ["retry"]
    assert set(left_out(pack)) == {"secret.md", "pipe.md"}


def test_what_the_linter_refuses_is_left_out(tmp_path: Path) -> None:
    wiki = tmp_path / "wiki"
    wiki.mkdir()
    text = (SAMPLES / "wiki" / "connect.md").read_text("utf-8")
    (wiki / "a.md").write_text(text, "utf-8")
    (wiki / "b.md").write_text(text.replace("needs", "wants"), "utf-8")  # the same trigger
    (wiki / "c.md").write_text(text.replace("`yourlib.connect`", "`connect` \u202ecod"), "utf-8")
    pack = imported(tmp_path, "markdown", wiki)
    gone = left_out(pack)
    assert list(gone) == ["b.md"]
    assert "S011" in gone["b.md"]
    assert snippets(pack)["c"].title == "connect cod needs a timeout"


def test_hostile_names_and_texts_stay_in_their_quotes(tmp_path: Path) -> None:
    rules = json.loads((SAMPLES / "ruff.json").read_text("utf-8"))
    rule = rules[0]
    bad = {
        "code": '../../x"\n+++\n',
        "name": "n\u0000\x1b[31m\ud800",
        "message_formats": ["```\n## Why\n"],
        "linter": '"]\nid = "other"',
        "explanation": rule["explanation"].replace("basket.append", "```basket\x7f.append"),
    }
    place = tmp_path / "rules.json"
    place.write_text(json.dumps([rule, rule | bad]), "utf-8")
    pack = imported(tmp_path, "ruff", place)
    assert set(snippets(pack)) == {"sam001"}
    assert len(left_out(pack)) == 1
    assert [p for p in lint_pack(pack.folder) if p.severity is Severity.ERROR] == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "rules.json"]


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("ruff", b"", "is not JSON"),
        ("ruff", b"{", "is not JSON"),
        ("ruff", b"\xff", "is not UTF-8"),
        ("ruff", b"[" * 100_000, "is not JSON: nested too deep"),
        ("ruff", b"[]", "holds no rules of ruff"),
        ("ruff", b'{"runs": []}', "holds no rules of ruff"),
        ("sarif", b"[]", "is no SARIF log"),
        ("sarif", b'{"runs": []}', "has no rules"),
        ("sarif", b'{"runs": [1, {"tool": 2}, {"tool": {"extensions": 3}}]}', "has no rules"),
        ("sarif", b'{"runs": [{"tool": {"driver": {"rules": [{}]}}}]}', "fits into a pack"),
        ("tldr", b"# x", "is a file"),
        ("markdown", b"# x", "is a file"),
        ("codetour", b"{}", "is a file"),
        ("exercism", b"{}", "is a file"),
        ("devdocs", b"{}", "is no .tar.gz archive"),
        ("dash", b"{}", "is no .tar.gz archive"),
    ],
)
def test_a_file_that_is_something_else(
    tmp_path: Path, kind: str, content: bytes, said: str
) -> None:
    place = tmp_path / "given"
    place.write_bytes(content)
    with pytest.raises(PackError, match=said) as raised:
        imported(tmp_path, kind, place)
    assert raised.value.hint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["given"]


@pytest.mark.parametrize("kind", SAMPLE)
def test_a_place_that_is_not_there(tmp_path: Path, kind: str) -> None:
    with pytest.raises(PackError, match="there is no such") as raised:
        imported(tmp_path, kind, tmp_path / "nowhere")
    assert raised.value.hint


@pytest.mark.parametrize("kind", ["tldr", "markdown", "codetour", "exercism", "devdocs", "dash"])
def test_an_empty_folder(tmp_path: Path, kind: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PackError, match="holds no") as raised:
        imported(tmp_path, kind, tmp_path / "empty")
    assert raised.value.hint


@pytest.mark.parametrize(
    ("wanted", "pack_id", "said"),
    [
        (Wanted("", "https://wiki.example"), "team", "which language"),
        (Wanted("python"), "team", "where the pages come from"),
        (Wanted("python", "javascript:alert(1)"), "team", "is no web address"),
        (PYTHON, "Not An Id", "cannot be the id"),
    ],
)
def test_what_is_asked_for_must_be_said(
    tmp_path: Path, wanted: Wanted, pack_id: str, said: str
) -> None:
    with pytest.raises(PackError, match=said) as raised:
        import_pack("markdown", SAMPLES / "wiki", tmp_path / "out", pack_id, wanted)
    assert raised.value.hint
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    with pytest.raises(PackError, match="is not an empty folder"):
        imported(tmp_path, "ruff")
    assert (tmp_path / "out" / "mine").read_text() == "mine"


@pytest.mark.parametrize(
    "text",
    [
        "<a" * 30_000,
        "![" * 30_000,
        "[a](" * 15_000,
        "<!--" * 15_000,
        "# a" + " " * 60_000 + "b",
        "~" * 60_000 + "`",
    ],
    ids=["tags", "pictures", "links", "comments", "blanks", "marks"],
)
def test_a_text_made_to_keep_a_pattern_busy_does_not(text: str) -> None:
    started = time.process_time()
    lesson(text)
    cut_tip(text)
    split_sections(text, 1)
    assert time.process_time() - started < 2  # a pattern that goes back takes minutes


def test_a_tip_ends_where_a_sentence_ends() -> None:
    assert cut_tip("One. Two. Three.") == "One. Two."
    assert cut_tip("Ends in `a. b`. " + "word " * 60 + ".") == "Ends in `a. b`."
    assert cut_tip("word " * 60 + ".") == ""
    assert cut_tip("Short, no stop") == "Short, no stop"
    assert cut_tip("Use e.g. tea. Or not.") == "Use e.g. tea. Or not."


def test_a_lesson_is_markdown_that_a_hover_shows() -> None:
    assert (
        lesson("## A ##\ntext <br>here\n```py\n# <b>\n") == "**A**\n\ntext here\n```py\n# <b>\n```"
    )
    assert lesson("`<b>` and ![x](y.png) and [z](z.md)") == "`<b>` and (picture: x) and z"


def test_a_title_is_cut_at_a_word() -> None:
    title = plain_title("`word` " * 20)
    assert title == "word " * 12 + "word…"


def ran(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = cli.main(["pack", "import", *map(str, words)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_command_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "ruff-rules"
    code, printed, _ = ran(capsys, "ruff", SAMPLES / "ruff.json", "-o", out)
    assert code == 0
    assert f"2 snippets, 4 left out, 1 changed: {out}" in printed
    assert "SAM003: warning I001: left out: ruff has removed the rule" in printed
    assert 'id = "ruff-rules"' in (out / "pack.toml").read_text("utf-8")


def test_the_command_gives_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["markdown", SAMPLES / "wiki", "-o", tmp_path / "wiki", "--language", "python"]
    words += ["--source", "https://wiki.example", "--license", "CC0-1.0", "--json"]
    code, printed, _ = ran(capsys, *words)
    answer: dict[str, Any] = json.loads(printed)
    assert code == 0
    assert (answer["snippets"], answer["left_out"], answer["changed"]) == (2, 5, 1)
    assert len(answer["problems"]) == 6
    assert 'license = "CC0-1.0"' in (tmp_path / "wiki" / "pack.toml").read_text("utf-8")


def test_the_command_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = ran(capsys, "ruff", tmp_path / "nothing", "-o", tmp_path / "out")
    assert code == 1
    assert "there is no such file" in err
    assert "name the JSON file" in err


def test_an_empty_folder_may_be_named_by_a_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "team").mkdir()
    monkeypatch.chdir(tmp_path / "team")
    pack = import_pack("ruff", SAMPLES / "ruff.json", Path(), "", Wanted())
    assert pack.snippets == 2
    assert 'id = "team"' in (tmp_path / "team" / "pack.toml").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["team"]


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(PackError, match="is not an empty folder"):
        imported(tmp_path, "ruff")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_name_that_no_system_allows(tmp_path: Path) -> None:
    for kind in SAMPLE:
        with pytest.raises(PackError, match="cannot be read") as raised:
            imported(tmp_path, kind, tmp_path / ("x" * 300))
        assert raised.value.hint


def test_a_step_of_a_tour(tmp_path: Path) -> None:
    pack = imported(tmp_path, "codetour")
    steps = snippets(pack)
    assert set(steps) == {"how-we-sell-1", "how-we-sell-7"}
    fill = steps["how-we-sell-1"]
    assert fill.title == "basket.fill first"
    assert fill.example.code == "box = fill(fruit)\nreturn box.price"
    assert [str(trigger) for trigger in fill.triggers] == ["symbol:basket.fill"]
    assert fill.sources[0].url == "https://wiki.example/team/shop.py#L5"
    assert steps["how-we-sell-7"].example.code == "basket.weigh(box)"


def test_steps_that_lead_nowhere_are_said(tmp_path: Path) -> None:
    gone = left_out(imported(tmp_path, "codetour"))
    step = ".tours/sell.tour step "
    assert gone.pop(".tours/torn.tour").endswith("Expecting value: line 1 column 11 (char 10)")
    assert gone == {
        f"{step}2": "line 99 of shop.py is empty or not there: the code has changed",
        f"{step}3": "../secret.py is not in the repository",
        f"{step}4": "no line and no block of code (a pattern is not run)",
        f"{step}5": "nothing says what in code brings it up",
        f"{step}6": "no description",
    }


def test_a_step_does_not_follow_a_link(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(SAMPLES / "project", project)
    (project / "shop.py").rename(tmp_path / "secret.py")
    (project / "shop.py").symlink_to(tmp_path / "secret.py")
    pack = imported(tmp_path, "codetour", project)
    assert set(snippets(pack)) == {"how-we-sell-7"}
    assert "a link" in left_out(pack)[".tours/sell.tour step 1"]
