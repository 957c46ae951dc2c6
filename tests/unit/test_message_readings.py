"""Of several readings of one message, which is meant; and when words alone are enough."""

from __future__ import annotations

import pytest

from lsp_learn.explain.message import best_readings, says_it_alone
from lsp_learn.messages.output import plain
from lsp_learn.model import (
    Example,
    Explained,
    Fact,
    FactKind,
    Level,
    Message,
    Snippet,
    Span,
    Tip,
    Trigger,
)

HERE = Span(0, 1)


def tip(pattern: str, text: str) -> Tip:
    trigger = Trigger(FactKind.ERROR, "tool", pattern)
    example = Example("python", "x", HERE, "a")
    snippet = Snippet("demo.a", "A", "A.", example, ("python",), Level.BEGINNER, (trigger,), "demo")
    return Tip(snippet, Fact(FactKind.ERROR, "tool", HERE, "message", text))


def reading(tool: str, start: int, end: int, path: str = "", *tips: Tip) -> Explained:
    span = Span(start, end)
    return Explained(Message(tool, (), "", tool, "text", "error", span, path), tips)


def tools(*found: Explained) -> list[str]:
    return [one.message.tool for one in best_readings(found)]


def test_what_stands_inside_of_a_longer_message_is_a_reading_of_it() -> None:
    assert tools(reading("jest", 0, 50), reading("python", 20, 50)) == ["jest"]
    assert tools(reading("jest", 0, 20), reading("python", 20, 50)) == ["jest", "python"]


def test_known_words_count_more_than_a_place_and_a_place_more_than_any_tip() -> None:
    known = tip("out of memory", "CUDA out of memory")
    by_name = tip("", "CUDA out of memory")
    named, placed = reading("java", 0, 9, "", by_name), reading("python", 0, 9, "a.py")
    assert tools(named, placed) == ["python"]
    assert tools(named, placed, reading("torch", 0, 9, "", known)) == ["torch"]


@pytest.mark.parametrize(
    ("pattern", "text", "alone"),
    [
        ("invalid reference format", "invalid reference format", True),
        ("^Permission denied", "Permission denied: out.txt", True),
        ("^Permission denied", "Permission denied is what users see without the right", False),
        (r"\[", "The place [12] is free", False),
        ("math domain error", 'raise ValueError("math domain error")', False),
        ("Permission denied", "message = 'Permission denied'", False),
        ("Permission denied", "git: 'Permission denied'", True),
        (r"(?P<name>\S+): not found", "[error] /w/src/A.scala:3:5: not found: value foo", False),
    ],
)
def test_words_alone_must_be_most_of_a_message(pattern: str, text: str, alone: bool) -> None:
    assert says_it_alone(tip(pattern, text)) is alone


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("> ValueError: bad\n> more\n", "ValueError: bad\nmore\n"),
        ("a\n> b\n", "a\n> b\n"),
        ("build\tTest\t2024-03-11T09:14:22.1188390Z boom\n", "boom\n"),
        ("2024-03-11T09:14:22.118Z ##[error]boom\n", "boom\n"),
        ("web:build: boom\n", "boom\n"),
        ("1.20 a\n1.21 b\n1.22 c\n", "a\nb\nc\n"),
        ("3.14 is pi\n", "3.14 is pi\n"),
    ],
)
def test_marks_of_what_ran_the_program_are_dropped(printed: str, read: str) -> None:
    assert plain(printed) == read
