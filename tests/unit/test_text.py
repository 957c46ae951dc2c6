"""Lines and positions, for every way in which an editor counts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_learn.text import Encoding, LineIndex, encodable

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
CHARACTERS = "ab \n\r\f\v\x1c\x85\u2028\u2029é€😋\ud800\udfff"
texts = st.one_of(
    st.text(alphabet=CHARACTERS, max_size=40),
    st.lists(st.sampled_from(["\r\n", "\n", "\r", "a", "é", "😋", "\f"]), max_size=20).map("".join),
)


def units(text: str, encoding: Encoding) -> int:
    """How many units an encoding needs, counted one character at a time."""
    widths = {
        "utf-8": lambda n: 1 if n < 0x80 else 2 if n < 0x800 else 3 if n < 0x10000 else 4,
        "utf-16": lambda n: 2 if n > 0xFFFF else 1,
        "utf-32": lambda _: 1,
    }
    return sum(widths[encoding](ord(character)) for character in text)


@given(texts, st.sampled_from(ENCODINGS))
def test_every_offset_comes_back_from_its_position(text: str, encoding: Encoding) -> None:
    lines = LineIndex(text)
    for offset in range(len(text) + 1):
        line, character = lines.position(offset, encoding)
        inside = text[offset - 1 : offset + 1] == "\r\n"  # between \r and \n is no position
        assert lines.offset(line, character, encoding) == (offset - 1 if inside else offset)


@given(texts, st.sampled_from(ENCODINGS), st.integers(-3, 50), st.integers(-3, 200))
def test_every_position_is_an_offset_or_outside(
    text: str, encoding: Encoding, line: int, character: int
) -> None:
    lines = LineIndex(text)
    offset = lines.offset(line, character, encoding)
    if not 0 <= line < lines.line_count:
        assert offset is None
    else:
        start, end = lines.line_span(line)
        assert offset is not None
        assert start <= offset <= end
        assert units(text[start:offset], encoding) <= max(0, character)


@given(texts, st.sampled_from(ENCODINGS))
def test_a_position_counts_the_units_of_its_encoding(text: str, encoding: Encoding) -> None:
    lines = LineIndex(text)
    for offset in range(len(text) + 1):
        line, character = lines.position(offset, encoding)
        start, end = lines.line_span(line)
        assert character == units(text[start : min(offset, end)], encoding)


@given(texts)
def test_lines_and_their_ends_are_the_whole_text(text: str) -> None:
    lines = LineIndex(text)
    spans = [lines.line_span(line) for line in range(lines.line_count)]
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    for (_, end), (start, _) in pairwise(spans):
        assert text[end:start] in {"\n", "\r", "\r\n"}
    assert not any(set(text[start:end]) & {"\n", "\r"} for start, end in spans)


@pytest.mark.parametrize("character", ["\f", "\v", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_the_line_ends_of_the_protocol_end_a_line(character: str) -> None:
    lines = LineIndex(f"a{character}b\nc")
    assert lines.line_count == 2
    assert lines.line_span(0) == (0, 3)


@pytest.mark.parametrize(("end", "count"), [("\n", 3), ("\r", 3), ("\r\n", 3), ("\n\r", 5)])
def test_line_ends(end: str, count: int) -> None:
    assert LineIndex(f"a{end}b{end}").line_count == count


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 6), ("utf-16", 3), ("utf-32", 2)])
def test_behind_an_accent_and_an_emoji(encoding: Encoding, character: int) -> None:
    lines = LineIndex("é😋x")
    assert lines.position(2, encoding) == (0, character)
    assert lines.offset(0, character, encoding) == 2


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 2), ("utf-16", 1), ("utf-8", 3)])
def test_a_position_inside_a_character_is_its_start(encoding: Encoding, character: int) -> None:
    assert LineIndex("😋x").offset(0, character, encoding) == 0


def test_past_the_end_of_a_line_is_its_end_and_past_the_last_line_is_nowhere() -> None:
    lines = LineIndex("abc\r\ndef")
    assert lines.offset(0, 99, "utf-16") == 3
    assert lines.offset(1, 99, "utf-16") == 8
    assert lines.offset(2, 0, "utf-16") is None
    assert lines.offset(-1, 0, "utf-16") is None


def test_an_empty_text_has_one_line_and_one_position() -> None:
    lines = LineIndex("")
    assert lines.line_count == 1
    assert lines.offset(0, 0, "utf-16") == 0
    assert lines.position(5, "utf-16") == (0, 0)


@pytest.mark.parametrize("line", [-1, 2])
def test_a_line_that_is_not_there_is_an_error(line: int) -> None:
    with pytest.raises(IndexError):
        LineIndex("a\nb").line_span(line)


def test_line_of_an_offset_past_the_end_is_the_last_line() -> None:
    lines = LineIndex("a\nb")
    assert [lines.line_of(offset) for offset in (-5, 0, 1, 2, 3, 99)] == [0, 0, 0, 1, 1, 1]


@given(st.text(alphabet=st.characters(), max_size=30))
def test_encodable_text_can_be_encoded_and_keeps_its_length(text: str) -> None:
    made = encodable(text)
    made.encode("utf-8")
    assert len(made) == len(text)
    assert len(made.encode("utf-16-le", "strict")) == len(text.encode("utf-16-le", "surrogatepass"))


def test_encodable_leaves_good_text_alone() -> None:
    assert encodable("é😋") == "é😋"
    assert encodable("a\ud83db") == "a\ufffdb"
