"""Lines keep their numbers and spans; look-alike signs are read as the plain ones."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.reading.extraction import MAX_LINE_LENGTH, MAX_LINES, Line, Transcript


def line_of(text: str) -> Line:
    return Transcript.from_text(text).lines[0]


def test_lines_are_numbered_as_in_the_text() -> None:
    transcript = Transcript.from_text("A\r\n\r\nB\rC")
    assert [(line.index, line.text) for line in transcript.lines] == [
        (0, "A"),
        (1, ""),
        (2, "B"),
        (3, "C"),
    ]


def test_signs_that_look_alike_are_made_plain() -> None:
    assert line_of("TOTAL\uff1a12.00\u00a0\u2212 \uff12\u00d7").plain == "TOTAL:12.00 - 2x"


def test_columns_are_parted_by_two_spaces() -> None:
    line = line_of("Milk 1L   1.20  A")
    assert [line.plain[start:end] for start, end in line.cells] == ["Milk 1L", "1.20", "A"]


@given(st.text())
def test_a_plain_line_has_the_length_of_the_printed_one(text: str) -> None:
    for line in Transcript.from_text(text).lines:
        assert len(line.plain) == min(len(line.text), MAX_LINE_LENGTH)


@given(st.text())
def test_the_only_white_space_of_a_plain_line_is_the_space(text: str) -> None:
    for line in Transcript.from_text(text).lines:
        assert not re.search(r"[^\S ]", line.plain)


def test_a_text_without_end_is_cut() -> None:
    assert len(Transcript.from_text("x\n" * 5_000).lines) == MAX_LINES
