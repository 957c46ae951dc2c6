"""Documentation to packs: DevDocs, Dash docsets, tracks of Exercism, and the commands of tldr."""

from __future__ import annotations

import json
import plistlib
import shutil
import sqlite3
import tarfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from sample_docset import SAMPLES, docset

from lsp_learn.app import App
from lsp_learn.errors import PackError
from lsp_learn.model import Document, InstalledPack, Origin, Snippet, Span
from lsp_learn.packs.importers.draft import Wanted
from lsp_learn.packs.importers.examples import normal, pieces, same
from lsp_learn.packs.importers.html_blocks import BlockKind, read_blocks, section_of
from lsp_learn.packs.importers.write import ImportedPack
from lsp_learn.packs.manifest import read_manifest
from lsp_learn.packs.read import read_snippets
from lsp_learn.settings import Settings
from lsp_learn.workshop import import_pack

pytestmark = pytest.mark.usefixtures("only_mini")

RESOURCES = "Contents/Resources"


def read(kind: str, place: Path, folder: Path, wanted: Wanted | None = None) -> ImportedPack:
    return import_pack(kind, place, folder, "docs", wanted or Wanted())


def snippets(pack: ImportedPack) -> dict[str, Snippet]:
    manifest, _ = read_manifest(pack.folder)
    assert manifest is not None
    found = read_snippets([InstalledPack(manifest, pack.folder, Origin.FOLDER)])
    return {one.id.removeprefix("docs."): one for one, _ in found if one is not None}


def left_out(pack: ImportedPack) -> dict[str, str]:
    gone = [problem for problem in pack.problems if problem.code == "I001"]
    assert all(problem.hint for problem in gone)
    return {problem.path: problem.message.removeprefix("left out: ") for problem in gone}


def triggers(snippet: Snippet) -> list[str]:
    return [str(trigger) for trigger in snippet.triggers]


# -- DevDocs --------------------------------------------------------------------------------


@pytest.fixture
def devdocs(tmp_path: Path) -> ImportedPack:
    return read("devdocs", SAMPLES / "devdocs", tmp_path / "out", Wanted("python"))


def test_names_of_devdocs_are_what_the_reader_reports(devdocs: ImportedPack) -> None:
    found = snippets(devdocs)
    assert {name: triggers(one) for name, one in found.items()} == {
        "asyncio-gather": ["symbol:asyncio.gather"],
        "asyncio-run": ["symbol:asyncio.run"],
        "asyncio-taskgroup": ["symbol:asyncio.TaskGroup"],
        "taskgroup-create-task": ["symbol:asyncio.TaskGroup.create_task"],
        "sorted": ["symbol:sorted"],
    }
    gather = found["asyncio-gather"]
    assert gather.tip == (
        "Runs awaitables at the same time & gives their results in order. "
        "The first error ends the waiting, not the rest."
    )
    assert gather.example.code.startswith("async def main():")
    assert gather.example.code[gather.example.focus.start :].startswith("gather(")
    why = gather.sections[0].markdown
    assert why.startswith("A third sentence about `list<T>` and map`<K, V>` follows.")
    assert "- Results stand in the order of the arguments." in why
    assert "a table" not in why
    assert gather.sources[0].url == "https://docs.sample.example/together.html#asyncio.gather"


def test_a_session_is_what_was_typed_and_a_signature_serves_where_there_is_no_example(
    devdocs: ImportedPack,
) -> None:
    found = snippets(devdocs)
    assert found["asyncio-taskgroup"].example.code == (
        "import asyncio\ngroup = asyncio.TaskGroup()\ngroup"
    )
    assert found["asyncio-run"].example.code == "asyncio.run(coro, *, debug=None)"


def test_what_devdocs_has_more_is_said(devdocs: ImportedPack) -> None:
    assert left_out(devdocs) == {
        "howto/tasks": "no example of Thinking in tasks in which a hover would see it",
        "library/lost": "db.json has no such page",
        "library/together#again": "symbol:asyncio.gather has a snippet already",
        "library/together#asyncio.shield": "its page has no place 'asyncio.shield'",
        "library/together#asyncio.wait_for": "no sentence says what it is",
    }
    changed = [problem.message for problem in devdocs.problems if problem.code == "I002"]
    assert "1 elements <table> of the pages are not taken over" in changed


def test_who_wrote_the_pages_is_carried_along(devdocs: ImportedPack) -> None:
    manifest, _ = read_manifest(devdocs.folder)
    assert manifest is not None
    assert (manifest.title, manifest.license) == ("Sample 1.2.3", "MIT")
    notice = (devdocs.folder / "NOTICE").read_text("utf-8")
    assert notice.count("2026 The Sample Authors Licensed under the MIT License.") == 1
    assert "https://devdocs.io/sample~1.2/" in notice


def copied(tmp_path: Path, kind: str) -> Path:
    shutil.copytree(SAMPLES / kind, tmp_path / "docs")
    return tmp_path / "docs"


def test_the_list_of_all_documentations_says_who_wrote_one(tmp_path: Path) -> None:
    place = copied(tmp_path, "devdocs")
    pages = json.loads((place / "db.json").read_text("utf-8"))
    bare = {key: html.partition('<div class="_attribution')[0] for key, html in pages.items()}
    (place / "db.json").write_text(json.dumps(bare), "utf-8")
    listed = [
        {"slug": "other", "attribution": "&copy; Others, MIT License"},
        {"slug": "sample~1.2", "attribution": "&copy; 2020 Somebody<br>Licensed under CC0."},
    ]
    (place / "docs.json").write_text(json.dumps(listed), "utf-8")
    pack = read("devdocs", place, tmp_path / "out", Wanted("python"))
    manifest, _ = read_manifest(pack.folder)
    assert manifest is not None
    assert manifest.license == "CC0-1.0"
    assert "Somebody" in (pack.folder / "NOTICE").read_text("utf-8")
    assert snippets(pack)["sorted"].sources[0].url == (
        "https://devdocs.io/sample~1.2/functions/sorted"
    )


def test_a_licence_that_is_not_plain_is_not_guessed(tmp_path: Path) -> None:
    place = copied(tmp_path, "devdocs")
    text = (place / "db.json").read_text("utf-8")
    (place / "db.json").write_text(text.replace("MIT License", "MIT License and CC0"), "utf-8")
    pack = read("devdocs", place, tmp_path / "out", Wanted("python"))
    assert 'license = "NOASSERTION"' in (pack.folder / "pack.toml").read_text("utf-8")
    said = [problem.message for problem in pack.problems if problem.code == "I003"]
    assert said == ["the pages name several licences: CC0-1.0, MIT"]


def test_devdocs_is_read_in_its_archive(tmp_path: Path) -> None:
    archive = tmp_path / "sample~1.2.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        for path in sorted((SAMPLES / "devdocs").iterdir()):
            packed.add(path, f"./{path.name}")
    pack = read("devdocs", archive, tmp_path / "out", Wanted("python"))
    plain = read("devdocs", SAMPLES / "devdocs", tmp_path / "two", Wanted("python"))
    assert pack.snippets == plain.snippets
    for one in sorted((plain.folder / "snippets").iterdir()):
        assert (pack.folder / "snippets" / one.name).read_bytes() == one.read_bytes()


def test_an_archive_that_is_cut_off_is_said(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "whole.tar.gz", "w:gz") as packed:
        packed.add(SAMPLES / "devdocs" / "index.json", "index.json")
        packed.add(SAMPLES / "devdocs" / "db.json", "db.json")
    content = (tmp_path / "whole.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(content[: len(content) // 2])
    with pytest.raises(PackError, match="damaged") as raised:
        read("devdocs", tmp_path / "cut.tar.gz", tmp_path / "out", Wanted("python"))
    assert raised.value.hint


def test_the_language_of_a_documentation_is_its_slug_or_must_be_said(tmp_path: Path) -> None:
    place = copied(tmp_path, "devdocs")
    with pytest.raises(PackError, match=r"which language .*sample is none that is known") as raised:
        read("devdocs", place, tmp_path / "out")
    assert "--language" in raised.value.hint
    meta = (place / "meta.json").read_text("utf-8").replace("sample~1.2", "python~3.12")
    (place / "meta.json").write_text(meta, "utf-8")
    assert read("devdocs", place, tmp_path / "out").snippets == 5


def test_a_method_is_found_by_the_heading_of_its_page(tmp_path: Path) -> None:
    entry = {"name": "Array.map", "path": "array/map", "type": "Array"}
    page = (
        "<h1>Array.prototype.map()</h1><p>Gives a new array, with what a function made.</p>"
        "<h2>Syntax</h2><pre data-language=js>map(callback)</pre><h2>Examples</h2>"
        "<pre data-language=js>const doubled = [1, 2].map((x) => x * 2);</pre>"
    )
    (tmp_path / "index.json").write_text(json.dumps({"entries": [entry]}), "utf-8")
    (tmp_path / "db.json").write_text(json.dumps({"array/map": page}), "utf-8")
    pack = read("devdocs", tmp_path, tmp_path / "out", Wanted("javascript"))
    found = snippets(pack)["array-map"]
    assert triggers(found) == ["symbol:Array.prototype.map"]
    assert found.example.code == "const doubled = [1, 2].map((x) => x * 2);"
    assert found.sections[0].markdown == "**Syntax**\n\n```javascript\nmap(callback)\n```"


# -- Dash -----------------------------------------------------------------------------------


def test_a_docset_is_read_and_not_written_to(tmp_path: Path) -> None:
    place = docset(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    pack = read("dash", place, tmp_path / "out")
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before
    found = snippets(pack)
    assert {name: triggers(one) for name, one in found.items()} == {
        "json": ["symbol:json"],
        "json-dumps": ["symbol:json.dumps"],
        "json-loads": ["symbol:json.loads"],
        "pathlib-path-exists": ["symbol:pathlib.Path.exists"],
    }
    assert (
        found["json-loads"].sources[0].url == "https://docs.sample.example/3/json.html#json.loads"
    )
    assert found["json-loads"].tags == ("function",)
    assert found["pathlib-path-exists"].tip.startswith("Whether something is there")
    assert left_out(pack) == {
        "../../../secret.html": "the page of secret is elsewhere",
        "gone.html": "its page, with 1 names, is not in the docset",
        "https://elsewhere.example/web.html": "the page of web is elsewhere",
        "json.html#errors": "no example of JSONDecodeError in which a hover would see it",
    }
    assert [p.message for p in pack.problems if p.code == "I003"] == ["nothing states a licence"]


def test_the_other_form_of_an_index(tmp_path: Path) -> None:
    pack = read("dash", docset(tmp_path, "zdocSet.sql"), tmp_path / "out")
    assert {name: triggers(one) for name, one in snippets(pack).items()} == {
        "json": ["symbol:json"],
        "json-loads": ["symbol:json.loads"],
    }


@pytest.mark.parametrize("packed_pages", [False, True], ids=["whole", "pages alone"])
def test_a_docset_is_read_in_its_archive(tmp_path: Path, packed_pages: bool) -> None:
    place = docset(tmp_path)
    plain = read("dash", place, tmp_path / "plain")
    if packed_pages:  # as an archived docset has them
        with tarfile.open(place / RESOURCES / "tarix.tgz", "w:gz") as packed:
            packed.add(place / RESOURCES / "Documents", f"Sample.docset/{RESOURCES}/Documents")
        shutil.rmtree(place / RESOURCES / "Documents")
    else:
        with tarfile.open(tmp_path / "Sample.tgz", "w:gz") as packed:
            packed.add(place, "Sample.docset")
        place = tmp_path / "Sample.tgz"
    pack = read("dash", place, tmp_path / "out")
    assert snippets(pack) == snippets(plain)


def test_links_in_a_docset_are_not_followed(tmp_path: Path) -> None:
    place = docset(tmp_path)
    page = place / RESOURCES / "Documents" / "json.html"
    page.rename(tmp_path / "json.html")
    page.symlink_to(tmp_path / "json.html")
    pack = read("dash", place, tmp_path / "out")
    assert set(snippets(pack)) == {"pathlib-path-exists"}
    assert left_out(pack)["json.html"] == "its page, with 4 names, is not in the docset"


def endless(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript("""
            CREATE VIEW searchIndex AS
            WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more)
            SELECT 'a' AS name, 'b' AS type, 'c' AS path FROM more WHERE n < 0;
        """)


@pytest.mark.parametrize("damage", ["text", "cut", "empty", "other", "endless"])
def test_a_bad_index_is_said(tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsp_learn.packs.importers.dash._MAX_STEPS", 20)
    place = docset(tmp_path)
    index = place / RESOURCES / "docSet.dsidx"
    content = index.read_bytes()
    index.unlink()
    if damage == "endless":
        endless(index)
    elif damage == "other":
        with closing(sqlite3.connect(index)) as database:
            database.executescript("CREATE TABLE fruit(name TEXT)")
    else:
        written = {"text": b"not a database " * 100, "cut": content[:5000], "empty": b""}
        index.write_bytes(written[damage])
    with pytest.raises(PackError, match="is no database of a docset, or damaged") as raised:
        read("dash", place, tmp_path / "out")
    assert raised.value.hint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docset"]


@pytest.mark.parametrize(
    "content",
    [b"<plist>", b"bplist00\xff\xff", b"", b"<!DOCTYPE x [<!ENTITY a 'b'>]><plist>&a;</plist>"],
    ids=["xml", "binary", "empty", "entities"],
)
def test_a_bad_list_of_properties_is_said_and_an_empty_one_says_nothing(
    tmp_path: Path, content: bytes
) -> None:
    place = docset(tmp_path)
    (place / "Contents" / "Info.plist").write_bytes(content)
    with pytest.raises(PackError, match=r"Info.plist|which language") as raised:
        read("dash", place, tmp_path / "out")
    assert raised.value.hint
    assert ("which language" in str(raised.value)) is (content == b"")


def test_a_docset_that_nobody_has_an_address_for(tmp_path: Path) -> None:
    place = docset(tmp_path)
    properties = place / "Contents" / "Info.plist"
    values = plistlib.loads(properties.read_bytes())
    del values["DashDocSetFallbackURL"]
    properties.write_bytes(plistlib.dumps(values, fmt=plistlib.FMT_BINARY))
    pack = read("dash", place, tmp_path / "out")
    # The page on json says itself where it comes from.
    assert left_out(pack)["path names.html#exists"] == "nothing says where it is read"
    wanted = Wanted("", "https://ours.example/docs", "CC0-1.0")
    ours = read("dash", place, tmp_path / "two", wanted)
    url = snippets(ours)["pathlib-path-exists"].sources[0].url
    assert url == "https://ours.example/docs/path-names.html#exists"
    assert 'license = "CC0-1.0"' in (ours.folder / "pack.toml").read_text("utf-8")


# -- Exercism -------------------------------------------------------------------------------


def test_concepts_of_a_track(tmp_path: Path) -> None:
    pack = read("exercism", SAMPLES / "exercism", tmp_path / "out")
    found = snippets(pack)
    assert {name: triggers(one) for name, one in found.items()} == {
        "list-comprehensions": ["construct:list-comprehension"],
        "loops": ["construct:for-loop"],
        "zipping": ["symbol:zip"],
    }
    concept = found["list-comprehensions"]
    assert concept.tip.startswith("A list comprehension builds a list from anything")
    assert [source.url for source in concept.sources] == [
        "https://exercism.org/tracks/python/concepts/list-comprehensions",
        "https://docs.sample.example/comprehension",
        "https://docs.sample.example/lists",
    ]
    told = {section.heading: section.markdown for section in concept.sections}
    assert "[list comprehension](https://docs.sample.example/comprehension)" in told["Why"]
    assert "A comprehension is made for lists." in told["Why"]
    assert "It is related to loops, and to generators as well." in told["Why"]
    assert (
        "- A comprehension stands in square brackets, and ends where they end."
        in (told["How to use it"])
    )
    assert told["Try it"] == (
        "- [Fruit Stall](https://exercism.org/tracks/python/exercises/fruit-stall)"
    )
    manifest, _ = read_manifest(pack.folder)
    assert manifest is not None
    assert manifest.license == "MIT"
    assert "The Sample Track" in (pack.folder / "LICENSE").read_text("utf-8")


def test_what_a_track_has_more_is_said(tmp_path: Path) -> None:
    pack = read("exercism", SAMPLES / "exercism", tmp_path / "out")
    assert left_out(pack) == {
        "concepts/../secret": "a concept without a name",
        "concepts/lists": "no sentence is short enough for a tip",
        "concepts/manners": "no example in which a hover would see what it is about",
        "concepts/todo": "its pages are not written yet",
    }
    changed = {problem.path: problem.message for problem in pack.problems if problem.code == "I002"}
    assert changed["concepts/zipping"] == "the example is a part of a longer one"
    assert changed["config.json"] == "the order of the concepts is not taken over"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "holds no track"),
        ('{"concepts": []}', "does not say which track"),
        ('{"concepts": [], "slug": "klingon"}', "klingon is none that is known"),
        ('{"concepts": [1, {"slug": 2}], "slug": "python"}', "fits into a pack"),
    ],
)
def test_a_track_that_is_none(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "config.json").write_text(content, "utf-8")
    with pytest.raises(PackError, match=said) as raised:
        read("exercism", tmp_path, tmp_path / "out")
    assert raised.value.hint


# -- pieces of code, blocks of pages ----------------------------------------------------------


def test_a_long_example_is_shown_by_a_paragraph_with_its_imports() -> None:
    code = "import os\nimport json\n\n\nx = 1\n\ny = json.loads(x)\n" + "z = 2\n" * 9
    assert list(pieces(code, "loads")) == []
    code = "import json\n\n" + "x = 1\n" * 9 + "\ny = json.loads(x)"
    found = ["y = json.loads(x)", "import json\ny = json.loads(x)"]
    assert list(pieces(code, "loads")) == [(piece, True) for piece in found]


def test_names_are_compared_as_languages_write_them() -> None:
    assert normal("Array.prototype.map()") == normal("Array#map") == normal("Array::map")
    assert normal("std::vec::Vec::push") == "std.vec.Vec.push"
    assert normal("<a>") == "a"
    assert same("net.http.Get", "http.Get")
    assert not same("os.open", "open")
    assert not same("a.map", "b.map")


def test_a_page_without_order_is_read_in_order() -> None:
    page = "<h2 id=a>A</h2><p>one<p>two<dl><dt id=b>b<dd>three<dt>c<dd>four</dl><h2 id=d>D</h2>five"
    blocks = read_blocks(page).blocks
    assert [one.text for one in section_of(blocks, "a")][:3] == ["A", "one", "two"]
    assert [one.text for one in section_of(blocks, "b")] == ["b", "three"]
    assert [one.text for one in section_of(blocks, "d")] == ["D", "five"]
    assert section_of(blocks, "e") == []


def test_no_html_is_left_in_text_and_code_is_as_it_was() -> None:
    page = (
        "<p>A <b>bold</b> &lt;script&gt; of <code>x &lt; y</code>.</p><script>alert(1)</script>"
        "<!-- <p>no</p> --><pre><code class='language-js'>if (a &lt; b)  {\n\tc()\n}</code></pre>"
    )
    text, code = read_blocks(page).blocks
    assert text.text == "A bold `<script>` of `x < y`."
    assert (code.kind, code.language) == (BlockKind.CODE, "js")
    assert code.text == "if (a < b)  {\n    c()\n}"


@pytest.mark.parametrize(
    "text",
    ["<a", "<!--", "<p>", "</p>", "<?", "<![CDATA[>", "<a b='", "<div>", "<dt>x<dd>", "<pre>", "`"],
)
def test_a_page_made_to_keep_the_reader_busy_does_not(text: str) -> None:
    started = time.process_time()
    read_blocks(text * 20_000)
    assert time.process_time() - started < 5  # a parser that goes back takes many minutes


# -- the commands of tldr in scripts ----------------------------------------------------------


SCRIPT = """\
parcel --create box
sudo parcel send file.box
./parcel x
echo parcel
"""


@pytest.fixture
def tldr(tmp_path: Path) -> App:
    pack = read("tldr", SAMPLES / "tldr", tmp_path / "tldr")
    return App(Settings(pack_folders=(pack.folder,)))


def tips(app: App, script: str, place: str) -> list[str]:
    document = Document("file:///a.sh", "shellscript", 1, script)
    return [tip.snippet.id for tip in app.at(document, script.index(place))]


def test_a_command_that_a_pack_knows_has_a_tip(tldr: App) -> None:
    assert tips(tldr, SCRIPT, "parcel --create") == ["docs.parcel"]
    assert tips(tldr, SCRIPT, "parcel send") == ["docs.parcel"]
    assert tips(tldr, "parcel send file.box", "send") == ["docs.parcel-send"]
    assert tips(tldr, "x=$(parcel --help)", "parcel") == ["docs.parcel"]
    document = Document("file:///a.sh", "shellscript", 1, SCRIPT)
    parts = tldr.explain(document, Span(0, len(SCRIPT))).parts
    assert "docs.parcel" in {tip.snippet.id for part in parts for tip in part.tips}


@pytest.mark.parametrize(
    ("script", "place"),
    [
        (SCRIPT, "./parcel"),
        ("echo parcel", "parcel"),
        ("# parcel", "parcel"),
        ("'par'cel x", "par"),
        ("unknown x", "unknown"),
        ("parcel() { echo; }\nparcel x", "parcel x"),
        ("alias parcel='echo x'\nparcel x", "parcel x"),
        ("alias -g parcel=x\nparcel x", "parcel x"),
        ("parcel=1", "parcel"),
        ("$parcel x", "parcel"),
    ],
)
def test_silence_where_it_is_no_such_command(tldr: App, script: str, place: str) -> None:
    assert tips(tldr, script, place) == []


def test_commands_that_nobody_knows_are_not_counted(tldr: App) -> None:
    document = Document("file:///a.sh", "shellscript", 1, "unknown x\nparcel x\ngrep x y\n")
    assert [context.facts[0].name for context, _ in tldr.covered(document)] == ["grep"]
