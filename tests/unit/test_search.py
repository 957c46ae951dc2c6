"""The search: words, stems and what people mean by them; spelling; what is near and what is not."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_snippets import GATHER, PRINT

import lsp_learn
from lsp_learn.errors import IndexDamagedError
from lsp_learn.index import words
from lsp_learn.index.question import read_question
from lsp_learn.index.spelling import Spelling, distance
from lsp_learn.index.wording import languages_named, phrase, stem, wording
from lsp_learn.index.wording import words as words_of
from lsp_learn.index.words import WordIndex
from lsp_learn.model import Example, FactKind, Span, Trigger

NO_LOOP = replace(
    PRINT,
    id="demo.no-loop",
    title="No event loop",
    tip="The function was called outside of a coroutine.",
    example=Example("python", "asyncio.get_running_loop()", Span(0, 5), ""),
    triggers=(
        Trigger(FactKind.ERROR, "RuntimeError", "no (running|current) event loop"),
        Trigger(FactKind.DIAGNOSTIC, "ruff:B006"),
    ),
)
OTHER_RUNTIME_ERROR = replace(
    NO_LOOP,
    id="demo.changed-size",
    title="RuntimeError: RuntimeError, RuntimeError",
    triggers=(Trigger(FactKind.ERROR, "RuntimeError", "changed size during iteration"),),
)
DICT = replace(
    PRINT,
    id="demo.dict",
    title="Dict comprehension",
    tip="Builds a dict from a loop.",
    triggers=(Trigger(FactKind.CONSTRUCT, "dict-comprehension"),),
)
LOST = replace(
    PRINT,
    id="demo.lost-value",
    title="Variable in a loop",
    tip="A variable that is set in a loop.",
    triggers=(Trigger(FactKind.PITFALL, "lost-value"),),
)
VARIABLE = replace(
    PRINT,
    id="demo.variable",
    title="Variable of a loop",
    tip="A variable that is set in a loop.",
    triggers=(Trigger(FactKind.CONSTRUCT, "variable"),),
)
ARROW = replace(
    PRINT,
    id="demo.optional-chaining",
    title="Optional chaining: ?.",
    tip="Stops at null.",
    languages=("javascript",),
    triggers=(Trigger(FactKind.OPERATOR, "optional-chaining"),),
)
GO = replace(PRINT, id="demo.go-print", languages=("go",), title="Printing and flush")
ENUM = replace(
    PRINT, id="demo.enum", languages=("typescript",), title="enum", triggers=(), tip="Members."
)
SNIPPETS = (
    PRINT, GATHER, NO_LOOP, OTHER_RUNTIME_ERROR, DICT, LOST, VARIABLE, ARROW, GO, ENUM,
)  # fmt: skip


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> WordIndex:
    folder = tmp_path_factory.mktemp("words")
    words.write(folder, SNIPPETS)
    return WordIndex(folder)


def found(search: WordIndex, asked: str, language: str = "") -> list[str]:
    return [hit.snippet.id for hit in search.search(asked, language)]


# -- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "wholes", "parts"),
    [
        ("getHTTPResponse", ["gethttpresponse"], ["get", "http", "response"]),
        ("read_text", ["read_text"], ["read", "text"]),
        ("os.path.join", ["os.path.join"], ["os", "path", "join"]),
        ("std::vec", ["std::vec"], ["std", "vec"]),
        ("__init__", ["__init__"], ["init"]),
        ("JSON", ["json"], []),
        ("é naïve", ["é", "naïve"], []),
        ("don't stop", ["dont", "stop"], []),
        ("what does ?. do", ["what", "does", "?.", "do"], []),
        ("x 2>&1: y", ["x", "2>&1", "y"], []),
        ("a==b", ["a", "==", "b"], []),
        ("C++ and C#", ["c++", "and", "c#"], ["c", "c"]),
        ("", [], []),
        ("'NoneType' object", ["nonetype", "object"], ["none", "type"]),
    ],
)
def test_words_of_a_text(of: str, wholes: list[str], parts: list[str]) -> None:
    assert [word.whole for word in words_of(of)] == wholes
    assert [part for word in words_of(of) for part in word.parts] == parts


@pytest.mark.parametrize(
    "forms",
    [
        ("sort", "sorts", "sorted", "sorting"),
        ("loop", "loops", "looping"),
        ("query", "queries"),
        ("iterate", "iterating", "iteration", "iterator"),
        ("dictionary", "dictionaries"),
        ("run", "running"),
    ],
)
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("reverse a list in Python", {"python"}),
        ("golang map", {"go"}),
        ("read a file in go", {"go"}),
        ("go struct tags", {"go"}),
        ("where did my variable go wrong", set()),
        ("strings in C", {"c"}),
        ("vitamin c tablets", set()),
        ("c", set()),
        ("js or python", {"javascript", "python"}),
        ("", set()),
    ],
)
def test_a_language_is_named_by_its_words_where_they_mean_it(asked: str, named: set[str]) -> None:
    assert set(languages_named(list(words_of(asked)))) == named


def test_the_tables_say_nothing_twice_and_nothing_against_themselves() -> None:
    tables = wording()
    assert not {stem(word) for word in tables.stop} & tables.weak
    assert all(others and member not in others for member, others in tables.synonyms.items())
    assert all(set(also) <= set(tables.also) for also in tables.also.values())
    assert phrase("dict") in tables.synonyms[phrase("dictionary")]


def test_the_languages_that_serve_another_are_those_that_it_inherits() -> None:
    tables = wording()
    folder = Path(lsp_learn.__file__).parent / "context" / "languages"
    for path in folder.glob("*/language.toml"):
        inherited = tomllib.loads(path.read_text(encoding="utf-8")).get("inherits")
        if inherited:
            expected = (inherited, *tables.also[inherited])
            assert tables.also[path.parent.name] == expected


# -- spelling ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("list", "list", 0),
        ("lsit", "list", 1),
        ("genarator", "generator", 1),
        ("recieve", "receive", 1),
        ("paralell", "parallel", 1),
        ("cat", "dog", 3),
    ],
)
def test_the_distance_of_two_words(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == distance(other, one) == steps


def test_the_nearest_words_are_those_that_are_the_fewest_letters_away() -> None:
    spelling = Spelling(["catch", "cache", "catches", "list", "lisp", "comprehension", "of"])
    assert spelling.nearest("cacth") == (["catch"], 1)
    assert spelling.nearest("lisst") == (["list"], 1)
    assert spelling.nearest("liss") == (["lisp", "list"], 1)
    assert spelling.nearest("comprehnsoin") == (["comprehension"], 2)
    assert spelling.nearest("xatch") == ([], 0)


@pytest.mark.parametrize("word", ["catch", "cat", "of", "og", "zebra", "", "\0", "é" * 500])
def test_words_that_are_known_too_short_or_far_have_no_nearest(word: str) -> None:
    assert Spelling(["catch", "of", "list"]).nearest(word) == ([], 0)


# -- questions -----------------------------------------------------------------------------------


def test_words_that_say_nothing_count_only_where_there_are_no_others() -> None:
    alone = {concept.word: concept.weight for concept in read_question("with").concepts}
    beside = {concept.word: concept.weight for concept in read_question("with dict").concepts}
    assert alone["with"] == beside["dict"] == 1.0
    assert beside["with"] < 0.2


def test_a_long_question_is_read_as_far_as_it_says_something() -> None:
    assert len(read_question("word " * 10_000).concepts) == len(read_question("word").concepts) + 1


# -- what is found -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "best"),
    [
        ("wait for coroutine", "demo.gather"),
        ("how do I wait for several coroutines?", "demo.gather"),
        ("asyncio.gather", "demo.gather"),
        ("asyncio.gater", "demo.gather"),
        ("gather", "demo.gather"),
        ("in parallel", "demo.gather"),
        ("dictionary comprehension", "demo.dict"),
        ("dictonary comprehnsion", "demo.dict"),
        ("hash map comprehension", "demo.dict"),
        ("?.", "demo.optional-chaining"),
        ("what does ?. do", "demo.optional-chaining"),
        ("B006", "demo.no-loop"),
        ("ruff:B006", "demo.no-loop"),
    ],
)
def test_found_by_title_tag_name_text_synonym_and_misspelling(
    search: WordIndex, asked: str, best: str
) -> None:
    assert found(search, asked)[0] == best


def test_an_error_message_finds_the_snippet_whose_pattern_it_matches(search: WordIndex) -> None:
    assert found(search, "RuntimeError: no running event loop")[0] == "demo.no-loop"
    assert found(search, "no current event loop in thread 'x'")[0] == "demo.no-loop"
    asked = "RuntimeError: dictionary changed size during iteration"
    assert found(search, asked)[0] == "demo.changed-size"


def test_the_message_at_the_end_of_a_long_traceback_is_seen(search: WordIndex) -> None:
    frames = "".join(f'  File "app.py", line {n}, in call\n    call()\n' for n in range(200))
    asked = f"Traceback (most recent call last):\n{frames}RuntimeError: no running event loop\n"
    assert found(search, asked)[0] == "demo.no-loop"


def test_who_asks_why_gets_the_mistake_first_and_who_asks_what_the_thing(
    search: WordIndex,
) -> None:
    assert found(search, "why is my variable in a loop wrong")[0] == "demo.lost-value"
    assert found(search, "variable loop")[0] == "demo.variable"


def test_a_language_that_is_asked_for_is_the_only_one(search: WordIndex) -> None:
    assert found(search, "print flush", "go") == ["demo.go-print"]
    assert found(search, "print flush", "golang") == ["demo.go-print"]
    assert found(search, "print flush", "rust") == []
    assert found(search, "print flush", "no such language") == []


def test_a_language_in_the_words_comes_first_and_others_may_follow(search: WordIndex) -> None:
    assert found(search, "print flush in go")[0] == "demo.go-print"
    assert found(search, "print flush in python")[0] == "demo.print"


def test_snippets_of_the_language_that_another_builds_on_serve_there_too(
    search: WordIndex,
) -> None:
    assert found(search, "optional chaining", "typescript") == ["demo.optional-chaining"]
    assert found(search, "optional chaining", "typescriptreact") == ["demo.optional-chaining"]
    assert found(search, "enum", "javascript") == []


def test_scores_fall_from_one_to_zero_and_the_limit_holds(search: WordIndex) -> None:
    hits = search.search("print a loop variable")
    scores = [hit.score for hit in hits]
    assert len(hits) > 1
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert search.search("print a loop variable", limit=1) == hits[:1]


def test_what_shares_one_word_of_many_is_not_near_but_may_have_been_meant(
    search: WordIndex,
) -> None:
    asked = "kubernetes ingress variable"
    assert search.search(asked) == ()
    assert {hit.snippet.id for hit in search.search(asked, near=False)} == {
        "demo.variable",
        "demo.lost-value",
    }
    assert search.search("kubernetes ingress", near=False) == ()


@pytest.mark.parametrize(
    "asked",
    [
        "", " ", "\n\t", "the of a", "how do I", "\0\1\2", "\ud800", "\x01", "a\x01b", "*", "a*",
        "*:*", "title:x", "words:print", "language:go", "a:b", '"', '"""', "'", "(((", ")", "[",
        "AND OR NOT", "AND", "NOT print", "[a TO b]", "print~2", "print^9", "(?P<x>", "(a+)+$",
        "\\", "+", "-", "=", "=print", "!errors", "!mistake", "x" * 100_000, "print " * 20_000,
        "é" * 50, "日本語", "😋", "a.b." * 200, "_" * 100, "__", "::", "1" * 400, ".", "?.?.?.?.",
    ],
    ids=lambda asked: repr(asked[:12]),
)  # fmt: skip
def test_no_text_raises_or_is_a_query_language(search: WordIndex, asked: str) -> None:
    hits = search.search(asked)
    assert len(hits) < len(SNIPPETS)


@given(st.text(max_size=80), st.text(max_size=5))
def test_any_text_is_answered(search: WordIndex, text: str, language: str) -> None:
    assert len(search.search(text, language, near=False)) <= 10


def test_the_names_of_our_own_marks_are_no_words(search: WordIndex) -> None:
    assert search.search("!errors") == search.search("errors")
    assert search.search("*") == ()


def test_of_two_snippets_with_one_title_the_better_is_enough(tmp_path: Path) -> None:
    again = replace(PRINT, id="other.print", pack="other", tip="Prints.", sections=())
    elsewhere = replace(again, id="demo.print-in-go", languages=("go",))
    words.write(tmp_path, [PRINT, again, elsewhere, GATHER])
    ids = found(WordIndex(tmp_path), "standard output print() flush")
    assert ids == ["demo.print", "demo.print-in-go"]


@pytest.mark.parametrize("size", [1, 3, len(SNIPPETS)])
def test_several_segments_answer_as_one(
    search: WordIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(words, "_SEGMENT", size)
    words.write(tmp_path, iter(SNIPPETS))
    assert len(list(tmp_path.glob("*.seg"))) == -(-len(SNIPPETS) // size)
    parts = WordIndex(tmp_path)
    asked = ["print", "gather several coroutines", "loop variable", "pritn", "KeyError: 'a'"]
    asked += ["no running event loop", "printing in go", "!errors", "for loop", "enum members"]
    for text in asked:
        one, other = search.search(text, near=False), parts.search(text, near=False)
        assert [(hit.snippet.id, round(hit.score, 6)) for hit in other] == [
            (hit.snippet.id, round(hit.score, 6)) for hit in one
        ]
    parts.close()


def test_the_same_question_has_the_same_answer(search: WordIndex) -> None:
    assert search.search("loop variable") == search.search("loop variable")


def test_an_index_that_is_taken_away_is_damage(tmp_path: Path) -> None:
    words.write(tmp_path, [replace(PRINT, id=f"demo.p{n}") for n in range(3)])
    index = WordIndex(tmp_path)
    index.close()
    with pytest.raises(IndexDamagedError):
        index.search("print")


def test_a_pattern_that_is_no_regular_expression_costs_itself_alone(tmp_path: Path) -> None:
    broken = replace(PRINT, triggers=(Trigger(FactKind.ERROR, "KeyError", "(unclosed"),))
    words.write(tmp_path, [broken, GATHER])
    assert found(WordIndex(tmp_path), "coroutines") == ["demo.gather"]


def test_a_pattern_that_any_text_fits_answers_to_the_name_of_its_error_alone(
    tmp_path: Path,
) -> None:
    full = Trigger(FactKind.ERROR, "OutOfMemoryError", r"(?P<what>Java heap space|[^\n]+)")
    memory = replace(NO_LOOP, id="demo.memory", title="The heap is full", triggers=(full,))
    words.write(tmp_path, [memory, DICT])
    index = WordIndex(tmp_path)
    assert found(index, "dict comprehension") == ["demo.dict"]
    assert found(index, "java.lang.OutOfMemoryError: Java heap space")[0] == "demo.memory"


# -- the questions that the ranking is measured with -------------------------------------------

QUESTIONS = Path(__file__).parents[1] / "relevance" / "questions.toml"
PACKS = Path(__file__).parents[2] / "content_packs"


def test_the_questions_name_snippets_that_exist_and_fill_both_halves() -> None:
    with QUESTIONS.open("rb") as file:
        values = tomllib.load(file)
    asked = values["question"]
    everything = [*asked, *values["tuning"]]
    assert len({one["ask"] for one in everything}) == len(everything)
    for one in everything:
        for answer in one["answers"]:
            pack, name = answer.split(".", 1)
            assert pack in values["packs"]
            assert (PACKS / pack / "snippets" / f"{name}.md").exists(), answer
    halves = [hashlib.sha256(one["ask"].encode()).digest()[0] % 2 for one in asked]
    silent = [half for half, one in zip(halves, asked, strict=True) if not one["answers"]]
    assert min(halves.count(0), halves.count(1)) >= 80
    assert min(silent.count(0), silent.count(1)) >= 7


@pytest.mark.heavy
def test_the_half_that_nobody_tunes_on_is_answered(tmp_path: Path) -> None:
    bench = str(Path(__file__).parents[2] / "bench" / "relevance.py")
    environment = {**os.environ, "LSP_LEARN_CACHE": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, bench], capture_output=True, text=True, check=True, env=environment
    )
    (line,) = (line for line in answer.stdout.splitlines() if line.startswith("untouched"))
    first, three = (float(share) for share in re.findall(r"top-[13] +([\d.]+) %", line))
    assert first >= 70
    assert three >= 80
