"""The two indexes: built, found, damaged, built again, by several at once, and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sample_snippets
from hypothesis import given
from hypothesis import strategies as st
from sample_snippets import PRINT

from lsp_learn import locations
from lsp_learn.app import App
from lsp_learn.errors import IndexDamagedError, LspLearnError
from lsp_learn.index import exact
from lsp_learn.index.build import write
from lsp_learn.index.exact import ExactIndex
from lsp_learn.index.generations import LOCK, SIZES, Generations
from lsp_learn.index.record import from_record, keys, to_record
from lsp_learn.index.words import WordIndex
from lsp_learn.model import (
    Document,
    Example,
    Fact,
    FactKind,
    Level,
    Progress,
    Query,
    Section,
    Snippet,
    Source,
    Span,
    Term,
    Trigger,
)

GATHER = replace(
    sample_snippets.GATHER,
    triggers=(
        *sample_snippets.GATHER.triggers,
        Trigger(FactKind.ERROR, "RuntimeError", "no running"),
        Trigger(FactKind.ERROR, "RuntimeError", "event loop"),
    ),
)
GO = replace(PRINT, id="demo.go", languages=("go", "c"), title="Printing in Go")


def ask(*names: str, language: str = "python") -> Query:
    terms = [
        Term(f"{language}:{name}", 1 - 0.1 * n, Fact(FactKind.SYMBOL, name, Span(0, 1)))
        for n, name in enumerate(names)
    ]
    return Query(tuple(terms), (language,))


@pytest.fixture
def index(tmp_path: Path) -> ExactIndex:
    exact.write(tmp_path, [PRINT, GATHER, GO])
    return ExactIndex(tmp_path)


# -- records -----------------------------------------------------------------------------------

text = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
name = st.text(alphabet="abc._", min_size=1, max_size=8)
triggers = st.builds(Trigger, st.sampled_from(FactKind), name, text)
snippets = st.builds(
    Snippet,
    id=name, title=text, tip=text,
    example=st.builds(
        Example, text, text, st.builds(Span, st.integers(0, 9), st.integers(9, 20)),
        st.none() | text, text, text,
    ),
    languages=st.lists(name, max_size=3).map(tuple),
    level=st.sampled_from(Level),
    triggers=st.lists(triggers, max_size=3).map(tuple),
    pack=name,
    sections=st.lists(st.builds(Section, text, text), max_size=2).map(tuple),
    see_also=st.lists(name, max_size=2).map(tuple),
    sources=st.lists(st.builds(Source, text, text), max_size=2).map(tuple),
    tags=st.lists(text, max_size=2).map(tuple),
    path=text,
)  # fmt: skip


@given(snippets)
def test_a_snippet_comes_back_from_its_record(snippet: Snippet) -> None:
    assert from_record(to_record(snippet)) == snippet


@given(snippets, st.data())
def test_a_changed_byte_in_a_record_is_noticed(snippet: Snippet, data: st.DataObject) -> None:
    record = bytearray(to_record(snippet))
    at = data.draw(st.integers(0, len(record) - 1))
    record[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(IndexDamagedError):
        from_record(bytes(record))


@pytest.mark.parametrize("record", [b"", b"abc", None, "text", 3])
def test_what_is_no_record_is_damage(record: object) -> None:
    with pytest.raises(IndexDamagedError):
        from_record(record)


def test_keys_are_language_kind_and_name_each_once() -> None:
    assert keys(GATHER) == ["python:symbol:asyncio.gather", "python:error:RuntimeError"]
    assert keys(GO) == ["go:symbol:print", "c:symbol:print"]


# -- the hover's index -------------------------------------------------------------------------


def test_a_key_finds_its_snippets_and_no_others(index: ExactIndex) -> None:
    assert index.count == 3
    assert [hit.snippet for hit in index.find(ask("symbol:print"))] == [PRINT]
    assert [hit.snippet for hit in index.find(ask("symbol:print", language="c"))] == [GO]
    assert index.find(ask("symbol:prin")) == ()
    assert index.find(ask("symbol:asyncio")) == ()
    assert index.find(ask()) == ()


def test_hits_come_in_the_order_of_their_terms_with_what_matched(index: ExactIndex) -> None:
    hits = index.find(ask("symbol:asyncio.gather", "symbol:print", "error:RuntimeError"))
    assert [hit.snippet.id for hit in hits] == ["demo.gather", "demo.print"]
    assert hits[0].matched == ("python:symbol:asyncio.gather", "python:error:RuntimeError")
    assert hits[0].score == 1.0


@pytest.mark.parametrize(
    "key", ["symbol:*", "symbol:p?int", "symbol:[a TO z]", "symbol:a,b", "", "é😋\0"]
)
def test_no_key_is_a_query_language(index: ExactIndex, key: str) -> None:
    assert index.find(ask(key)) == ()


def test_a_snippet_is_found_by_its_id(index: ExactIndex) -> None:
    assert index.get("demo.gather") == GATHER
    assert index.get("demo.gath") is None
    assert index.get("") is None


def test_a_key_with_many_snippets_gives_some_of_them(tmp_path: Path) -> None:
    many = [replace(PRINT, id=f"demo.p{number}") for number in range(exact._FIRST + 5)]
    exact.write(tmp_path, many)
    assert len(ExactIndex(tmp_path).find(ask("symbol:print"))) == exact._FIRST


def test_a_posting_at_the_wrong_snippet_is_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exact, "keys", lambda _: ["python:symbol:len"])
    exact.write(tmp_path, [PRINT])
    monkeypatch.undo()
    with pytest.raises(IndexDamagedError, match="wrong snippet"):
        ExactIndex(tmp_path).find(ask("symbol:len"))


def test_a_damaged_record_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "to_record", lambda snippet: to_record(snippet)[:-1] + b"x")
    exact.write(tmp_path, [PRINT])
    with pytest.raises(IndexDamagedError, match="damaged"):
        ExactIndex(tmp_path).find(ask("symbol:print"))


@pytest.mark.parametrize("opening", [ExactIndex, WordIndex])
def test_an_empty_folder_is_no_index(opening: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError):
        opening(tmp_path)


def test_an_index_without_snippets_finds_nothing(tmp_path: Path) -> None:
    for part in ("exact", "words"):
        (tmp_path / part).mkdir()
        write(part, tmp_path / part, [], 0, lambda _: None)
    assert ExactIndex(tmp_path / "exact").find(ask("symbol:print")) == ()
    assert ExactIndex(tmp_path / "exact").get("demo.print") is None
    assert WordIndex(tmp_path / "words").search("print") == ()


def test_building_reports_its_progress(tmp_path: Path) -> None:
    steps: list[Progress] = []
    some = [replace(PRINT, id=f"demo.p{n}") for n in range(25)]
    write("exact", tmp_path, iter(some), 25, steps.append)
    assert [(step.done, step.total) for step in steps] == [(0, 25), (10, 25), (20, 25), (25, 25)]
    assert {step.stage for step in steps} == {"exact index"}


# -- generations -------------------------------------------------------------------------------


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    made = Generations(tmp_path / "exact")
    made.build("one", write_files)
    return made


def write_files(folder: Path) -> None:
    (folder / "a.seg").write_bytes(bytes(1000))
    (folder / "sub").mkdir()
    (folder / "sub" / "b.toc").write_bytes(b"toc")


def test_a_built_generation_is_ready_and_whole(generations: Generations) -> None:
    assert generations.ready("one")
    assert generations.damage("one") == ""
    assert not generations.ready("two")
    assert "missing" in generations.damage("two")


@pytest.mark.skipif(os.name == "nt", reason="permissions are a Unix thing")
def test_the_folder_is_the_users_alone(generations: Generations) -> None:
    assert generations.root.stat().st_mode & 0o077 == 0


def test_a_missing_or_cut_file_is_seen_at_once(generations: Generations) -> None:
    file = generations.folder("one") / "sub" / "b.toc"
    file.write_bytes(b"to")
    assert not generations.ready("one")
    assert generations.damage("one") == "sub/b.toc has the wrong size"
    file.unlink()
    assert not generations.ready("one")
    assert generations.damage("one") == "b.toc is missing"


def test_a_changed_byte_is_seen_by_the_full_look(generations: Generations) -> None:
    file = generations.folder("one") / "a.seg"
    file.write_bytes(bytes(999) + b"x")
    assert generations.ready("one")
    assert generations.damage("one") == "a.seg has changed"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a.seg": 3}', '{"a.seg": ["x"]}', "\0" * 50])
def test_a_broken_list_of_sizes_is_damage(generations: Generations, content: str) -> None:
    (generations.folder("one") / SIZES).write_text(content, encoding="utf-8")
    assert generations.damage("one")
    assert not generations.ready("one")


def test_damage_is_built_again(generations: Generations) -> None:
    (generations.folder("one") / "a.seg").unlink()
    generations.build("one", write_files)
    assert generations.damage("one") == ""


def test_what_is_whole_is_not_built_again(generations: Generations) -> None:
    def fail(_: Path) -> None:
        pytest.fail("built again")

    assert generations.build("one", fail) == generations.folder("one")


def test_a_dropped_generation_is_gone_and_can_be_built(generations: Generations) -> None:
    generations.drop("one")
    assert not generations.folder("one").exists()
    generations.drop("one")
    generations.build("one", write_files)
    assert generations.ready("one")


def test_a_build_that_fails_leaves_nothing_behind(generations: Generations) -> None:
    def fail(folder: Path) -> None:
        write_files(folder)
        raise OSError(28, "No space left on device")

    with pytest.raises(LspLearnError, match="No space left") as raised:
        generations.build("two", fail)
    assert "LSP_LEARN_CACHE" in raised.value.hint
    assert {path.name for path in generations.root.iterdir()} == {"one", LOCK}


def test_a_cache_that_is_a_file_is_a_sentence_and_a_hint(tmp_path: Path) -> None:
    (tmp_path / "exact").write_text("", encoding="utf-8")
    with pytest.raises(LspLearnError, match="cannot be written") as raised:
        Generations(tmp_path / "exact").build("one", write_files)
    assert raised.value.hint


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write to read-only folders"
)
def test_a_read_only_cache_is_a_sentence_and_a_hint(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(LspLearnError, match="cannot be written"):
            Generations(tmp_path / "exact").build("one", write_files)
    finally:
        tmp_path.chmod(0o700)


def test_the_sweep_removes_what_nobody_can_need(generations: Generations) -> None:
    root, day = generations.root, 86_400
    ages = {"old": 8 * day, "used": 6 * day, "building-dead": 2 * 3600, "building-alive": 60}
    for folder, age in ages.items():
        (root / folder).mkdir()
        os.utime(root / folder, (time.time() - age,) * 2)
    os.utime(generations.folder("one"), (time.time() - 100 * day,) * 2)
    generations.sweep("one")
    assert {path.name for path in root.iterdir()} == {"one", "used", "building-alive", LOCK}


def test_a_generation_in_use_is_kept(generations: Generations) -> None:
    os.utime(generations.folder("one"), (time.time() - 30 * 86_400,) * 2)
    generations.touch("one")
    generations.build("two", write_files)
    assert generations.ready("one")
    generations.touch("none")


# -- the app keeps them whole ------------------------------------------------------------------

CODE = Document("file:///a.py", "python", 1, "print(1)\n")


def titles(app: App) -> list[str]:
    return [tip.snippet.id for tip in app.at(CODE, 1)]


def files_of(part: str) -> list[Path]:
    folder = locations.index_folder() / part
    return [path for path in folder.rglob("*") if path.is_file() and path.name != LOCK]


def test_a_missing_index_is_built(only_mini: Path) -> None:
    assert titles(App()) == ["mini.print"]
    assert App().ready("exact")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [cut, empty, Path.unlink])
@pytest.mark.parametrize("part", ["exact", "words"])
def test_whatever_is_cut_or_gone_is_built_again(
    only_mini: Path, part: str, harm: Callable[[Path], None]
) -> None:
    App().build(part)
    count = len(files_of(part))
    assert count >= 3
    for number in range(count):
        harm(sorted(files_of(part))[number])
        app = App()
        if part == "exact":
            assert titles(app) == ["mini.print"]
        else:
            assert app.search("print")[0].snippet.id == "mini.print"
        assert app.generations(part).damage(app.fingerprint()) == ""


@pytest.mark.parametrize("part", ["exact", "words"])
def test_a_flipped_byte_never_gives_a_wrong_answer(only_mini: Path, part: str) -> None:
    App().build(part)
    files = [path for path in files_of(part) if path.name != SIZES]
    originals = {path: path.read_bytes() for path in files}
    for path, content in originals.items():
        step = max(1, len(content) // 40)
        for at in range(0, len(content), step):
            path.parent.mkdir(parents=True, exist_ok=True)
            for other, whole in originals.items():
                other.write_bytes(whole)
            path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
            if part == "exact":
                assert titles(App()) in (["mini.print"], [])
            else:
                hits = App().search("print standard output")
                assert all(hit.snippet.pack == "mini" for hit in hits)


def test_the_words_are_built_from_what_the_hovers_index_has(
    only_mini: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    App().build("words")
    name = App().fingerprint()
    from_packs = App().search("print", limit=50)
    App().generations("words").drop(name)
    App().build("exact")
    monkeypatch.setattr("lsp_learn.packs.read.read_snippets", lambda _: pytest.fail("read again"))
    App().build("words")
    assert App().search("print", limit=50) == from_packs != ()


def test_the_words_are_built_from_the_packs_where_the_hovers_index_is_damaged(
    only_mini: Path,
) -> None:
    App().build("exact")
    for path in files_of("exact"):
        if path.name != SIZES and path.stat().st_size:
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 0xFF
            path.write_bytes(content)
    app = App()
    assert app.ready("exact")  # the sizes are right
    assert app.search("print")[0].snippet.id == "mini.print"


def test_a_record_that_turns_out_damaged_has_the_packs_read(
    only_mini: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    App().build("exact")
    app = App()
    with monkeypatch.context() as damaged:
        damaged.setattr("lsp_learn.index.exact.from_record", broken)
        app.build("words")
    assert not app.ready("exact")
    assert app.search("print")[0].snippet.id == "mini.print"


def broken(_: object) -> Snippet:
    raise IndexDamagedError("a stored snippet is damaged")


def test_many_snippets_are_told_of_and_not_held(tmp_path: Path) -> None:
    steps: list[Progress] = []
    given: list[int] = []

    def some() -> Iterator[Snippet]:
        for number in range(6_000):
            given.append(number)
            yield replace(PRINT, id=f"demo.p{number}", triggers=())
            assert len(steps) > number // 12  # reports come while it is read, not afterwards

    write("exact", tmp_path, some(), 6_000, steps.append)
    assert len(given) == 6_000
    assert len(steps) < 520
    last = [(step.stage, step.done, step.total) for step in steps[-3:]]
    assert last == [
        ("exact index", 6_000, 6_000),
        ("exact index, sorting", 0, 1),
        ("exact index, sorting", 1, 1),
    ]


def test_an_index_that_goes_away_while_open_still_answers(only_mini: Path) -> None:
    app = App()
    assert titles(app) == ["mini.print"]
    for path in files_of("exact"):
        path.unlink()
    sort = Document("file:///b.py", "python", 1, "x = []\nx.sort()\n")
    assert [tip.snippet.id for tip in app.at(sort, 10)] == ["mini.sort"]


def test_without_a_cache_the_index_lives_in_a_private_folder(
    only_mini: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("LSP_LEARN_CACHE", str(tmp_path / "file"))
    app = App()
    assert titles(app) == ["mini.print"]
    assert app.search("print")[0].snippet.id == "mini.print"
    assert (tmp_path / "file").read_text() == ""
    private = app._private
    assert private is not None
    private.cleanup()


def test_a_changed_pack_is_found_after_a_refresh(only_mini: Path, tmp_path: Path) -> None:
    app = App()
    assert titles(app) == ["mini.print"]
    folder = tmp_path / "data" / "packs" / "own"
    (folder / "snippets").mkdir(parents=True)
    manifest = (only_mini / "mini" / "pack.toml").read_text(encoding="utf-8")
    (folder / "pack.toml").write_text(manifest.replace('"mini"', '"own"'), encoding="utf-8")
    snippet = (only_mini / "mini" / "snippets" / "print.md").read_text(encoding="utf-8")
    snippet = snippet.replace("mini.print", "own.len").replace("symbol:print", "symbol:len")
    (folder / "snippets" / "len.md").write_text(snippet, encoding="utf-8")
    length = Document("file:///b.py", "python", 1, "len(x)\n")
    assert app.at(length, 0) == ()
    assert not app.refresh()
    assert titles(app) == ["mini.print"], "the old index answers until the new one is there"
    app.build("exact")
    assert app.refresh()
    assert [tip.snippet.id for tip in app.at(length, 0)] == ["own.len"]


# -- several processes -------------------------------------------------------------------------


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lsp_learn", *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def start(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "lsp_learn", *words],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_two_processes_build_once(
    product_environment: dict[str, str], many_snippets: Path, tmp_path: Path
) -> None:
    both = [start(product_environment, "index", "--json") for _ in range(2)]
    outputs = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    events = [[json.loads(line) for line in out.splitlines()] for out, _ in outputs]
    assert [[e["ready"] for e in one if "ready" in e] for one in events] == [["exact", "words"]] * 2
    built = [event for one in events for event in one if event.get("done") == 0]
    assert sorted(event["stage"] for event in built) == ["exact index", "words index"]
    for part in ("exact", "words"):
        folder = tmp_path / "cache" / "index" / part
        assert len([path for path in folder.iterdir() if path.is_dir()]) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 on this system")
def test_a_build_killed_at_any_moment_leaves_an_index_that_heals(
    product_environment: dict[str, str], many_snippets: Path, tmp_path: Path
) -> None:
    whole = time.perf_counter()
    assert run(product_environment, "index", "--json").returncode == 0
    whole = time.perf_counter() - whole
    killed = 0
    for number in range(8):
        cache = tmp_path / f"cache{number}"
        environment = {**product_environment, "LSP_LEARN_CACHE": str(cache)}
        process = start(environment, "index", "--json")
        try:  # moments spread over the whole run, most of them in the second half: the writing
            process.wait(whole * (0.3 + 0.1 * number))
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        for part in ("exact", "words"):
            root = cache / "index" / part
            for folder in root.iterdir() if root.is_dir() else ():
                if folder.is_dir() and not folder.name.startswith("building-"):
                    assert Generations(root).damage(folder.name) == ""
        if number % 4 == 3:
            found = json.loads(run(environment, "search", "print77", "--json").stdout)
            assert found[0]["id"] == "many.print-77"
            assert run(environment, "index").returncode == 0
            doctor = run(environment, "doctor", "--json")
            states = [index["state"] for index in json.loads(doctor.stdout)["indexes"]]
            assert (doctor.returncode, states) == (0, ["healthy", "healthy"])
    assert killed >= 3
