"""The hall: the three questions every door asks, on the mini pack."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from pack_files import make_pack

from lsp_learn.app import App
from lsp_learn.errors import StoppedError
from lsp_learn.model import Diagnostic, Document, Level, Span
from lsp_learn.settings import Settings

CODE = "def add(item, items=[]):\n    for i in items:\n        print(i)\n"
DOCUMENT = Document("file:///a.py", "python", 1, CODE)


def ids(tips: object) -> list[str]:
    return [tip.snippet.id for tip in tips]  # type: ignore[attr-defined]


def test_a_place_gives_its_tips_best_first(app: App) -> None:
    assert ids(app.at(DOCUMENT, CODE.index("[]"))) == ["mini.mutable-default"]
    assert ids(app.at(DOCUMENT, CODE.index("for"))) == ["mini.for-loop"]
    assert app.at(DOCUMENT, CODE.index("item,")) == ()


def test_a_diagnostic_adds_what_it_says(app: App) -> None:
    place = CODE.index("def")
    span = Span(place, place + 3)
    diagnostic = Diagnostic("Ruff", "B006", "mutable", span)
    assert app.at(DOCUMENT, place) == ()
    (tip,) = app.at(DOCUMENT, place, [diagnostic])
    assert tip.snippet.id == "mini.mutable-default"
    assert tip.fact.how == "code"
    assert app.at(DOCUMENT, place, [Diagnostic("other", "X1", "text", span)]) == ()


def test_in_a_comment_a_tools_code_comes_before_the_comment(
    only_mini: Path, tmp_path: Path
) -> None:
    place = make_pack(tmp_path / "team") / "snippets" / "print.md"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("symbol:print", "construct:noqa-comment"), encoding="utf-8")
    app = App(Settings(pack_folders=(tmp_path / "team",)))
    app.build("exact")
    code = "import os  # noqa: B006, X999\n# plain\n"
    document = Document("file:///c.py", "python", 1, code)
    assert ids(app.at(document, code.index("B006"))) == ["mini.mutable-default"]
    assert ids(app.at(document, code.index("noqa"))) == ["team.print"]
    assert ids(app.at(document, code.index("X999"))) == ["team.print"]
    assert app.at(document, code.index("plain")) == ()


def test_a_span_is_explained_piece_by_piece_each_snippet_once(app: App) -> None:
    twice = CODE + CODE.replace("add", "other")
    document = Document("file:///b.py", "python", 1, twice)
    explanation = app.explain(document, Span(0, len(twice)))
    assert ids(explanation.tips) == ["mini.mutable-default", "mini.for-loop", "mini.print"]
    starts = [part.span.start for part in explanation.parts]
    assert starts == sorted(starts)
    assert len(explanation.parts) == 3


def test_an_empty_span_is_the_place_where_it_stands(app: App) -> None:
    place = CODE.index("print") + 1
    explanation = app.explain(DOCUMENT, Span(place, place))
    assert ids(explanation.tips) == ["mini.print"]
    assert explanation.parts[0].span == Span(CODE.index("print"), CODE.index("print") + 5)
    assert app.explain(DOCUMENT, Span(0, 0)).parts == ()


def test_a_stopped_request_stops(app: App) -> None:
    with pytest.raises(StoppedError):
        app.at(DOCUMENT, 0, stopped=lambda: True)
    with pytest.raises(StoppedError):
        app.explain(DOCUMENT, Span(0, len(CODE)), stopped=lambda: True)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("KeyError: 'Bob'", ["mini.key-error"]),
        ("Traceback (most recent call last):\n  x\nKeyError: 'Bob'\n\n", ["mini.key-error"]),
        ("ValueError: x", []),
        ("B006", ["mini.mutable-default"]),
        ("B999", []),
        ("", []),
        ("\n", []),
    ],
)
def test_an_error_message_is_explained(app: App, message: str, expected: list[str]) -> None:
    assert [tip for one in app.explain_output(message) for tip in ids(one.tips)] == expected


def test_the_level_chooses_between_two_snippets(app: App) -> None:
    place = CODE.index("for")
    app.configure(Settings(level=Level.ADVANCED))
    assert ids(app.at(DOCUMENT, place)) == ["mini.for-loop-protocol"]
    app.configure(Settings(level=Level.BEGINNER))
    assert ids(app.at(DOCUMENT, place)) == ["mini.for-loop"]


def test_a_pack_that_is_switched_off_is_not_shown(only_mini: Path) -> None:
    app = App(Settings(disabled_packs=("mini",)))
    assert app.at(DOCUMENT, CODE.index("for")) == ()
    assert app.snippet("mini.print") is None


def test_a_lesson_names_what_is_installed(app: App) -> None:
    text = app.lesson(["mini.print", "no.such", "mini.sort"])
    assert text.startswith("# print()")
    assert "- for loop (`mini.for-loop`)" in text
    assert "list.sort() works in place" in text
    assert app.lesson(["no.such"]) == ""
    assert app.lesson([]) == ""


def test_the_search_finds_by_words(app: App) -> None:
    assert app.search("ordering a list")[0].snippet.id == "mini.sort"
    assert app.search("zzz") == ()


def test_a_snippet_that_is_found_by_words_shows_no_places_for_a_messages_names(
    only_mini: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "named"
    shutil.copytree(only_mini / "mini", folder)
    manifest = folder / "pack.toml"
    manifest.write_text(manifest.read_text().replace('"mini"', '"named"'))
    for path in (folder / "snippets").iterdir():
        text = path.read_text().replace('"mini.', '"named.')
        text = text.replace("error:KeyError", "error:KeyError: '(?P<key>\\\\w+)'")
        path.write_text(text.replace("no such key", "no {key|such key}"))
    app = App(Settings(pack_folders=(folder,), disabled_packs=("mini",)))
    found = app.search("KeyError")[0]
    assert found.snippet.id == "named.key-error"
    assert found.snippet.tip == "The dictionary has no such key. Ask with `in`, or use `get`."


def test_the_packs_are_healthy_and_the_shipped_languages_too(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [pack.manifest.id for pack in app.packs().packs] == ["mini"]
    assert app.pack_problems() == ()
    assert "python" in app.languages()
    # Every language's data is looked at in test_golden.py; all of them take a minute.
    monkeypatch.setattr(App, "languages", lambda _: ("json", "toml"))
    assert app.language_problems() == ()
    assert app.lint(app.packs().packs[0].place) == ()


def test_several_threads_get_the_same_answers(app: App) -> None:
    wrong: list[object] = []

    def ask() -> None:
        for word in ("for", "[]", "print") * 20:
            found = ids(app.at(DOCUMENT, CODE.index(word)))
            if len(found) != 1:
                wrong.append((word, found))
            if not app.search("print"):
                wrong.append(word)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_same_question_has_the_same_answer_in_another_app(app: App) -> None:
    whole = Span(0, len(CODE))
    assert App().explain(DOCUMENT, whole) == app.explain(DOCUMENT, whole)
