"""The transcript of boxes: printed lines in reading order, whatever the tilt or bend of the
page.
"""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.ai.layout import Point, TextBox, lay_out, rows

CHARACTER = 10.0
HEIGHT = 20.0
LINE = 30.0


def box(
    text: str,
    column: float,
    row: float,
    *,
    degrees: float = 0.0,
    bend: float = 0.0,
    height: float = HEIGHT,
) -> TextBox:
    """A box as printed at `column` characters and `row` lines on a page turned by `degrees` and
    bent by `bend`.
    """

    def on_page(x: float, y: float) -> Point:
        y += bend * (x / 400) * (y / 400)
        turn = math.radians(degrees)
        return Point(
            x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        )

    left, right = column * CHARACTER, (column + len(text)) * CHARACTER
    top, bottom = row * LINE, row * LINE + height
    return TextBox(
        (on_page(left, top), on_page(right, top), on_page(right, bottom), on_page(left, bottom)),
        text,
    )


def transcript(boxes: list[TextBox]) -> str:
    """The text, in which every box stands where it is said to."""
    text, placed = lay_out(boxes)
    lines = text.split("\n")
    assert all(lines[line].startswith(each.text.strip(), start) for line, start, each in placed)
    return text


def test_no_boxes_give_an_empty_transcript() -> None:
    assert transcript([]) == ""


def test_boxes_without_visible_text_are_left_out() -> None:
    assert transcript([box("   ", 0, 0), box("TOTAL", 0, 1)]) == "TOTAL"


def test_columns_are_as_far_apart_as_printed() -> None:
    assert transcript([box("9.90", 30, 0), box("TOTAL", 0, 0)]) == "TOTAL" + 25 * " " + "9.90"


def test_near_columns_keep_two_spaces() -> None:
    assert transcript([box("QTY", 0, 0), box("PRICE", 4, 0)]) == "QTY  PRICE"


def test_words_of_one_phrase_keep_one_space() -> None:
    assert transcript([box("SDN", 0, 0), box("BHD", 3.5, 0)]) == "SDN BHD"


def test_an_amount_in_larger_type_stays_beside_its_label() -> None:
    assert transcript(
        [box("TOTAL", 0, 0), box("9.90", 20, -0.25, height=HEIGHT * 1.6)]
    ).split() == ["TOTAL", "9.90"]


def test_a_stamp_across_the_print_parts_no_line() -> None:
    printed = [
        box(text, column, row)
        for row, label in enumerate("ABCDE")
        for column, text in ((0, label * 5), (40, "1.00"))
    ]
    stamp = box("17 JAN 2026", 12, -5, degrees=25)
    assert transcript([stamp, *printed]).splitlines().count("17 JAN 2026") == 1
    assert sum(line.endswith("  1.00") for line in transcript([stamp, *printed]).splitlines()) == 5


@pytest.mark.parametrize("degrees", [-12, -3, 3, 12])
def test_a_tilted_page_keeps_its_lines(degrees: float) -> None:
    boxes = [
        box(text, column, row, degrees=degrees)
        for row in range(12)
        for column, text in ((0, "ITEM"), (40, "1.00"))
    ]
    assert [[each.text for each in row] for row in rows(boxes)] == [["ITEM", "1.00"]] * 12


WORDS = st.text(alphabet="ABCDEFGHIJ0123456789.", min_size=2, max_size=10)
PAGES = st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=2, max_size=25)


@given(
    page=PAGES,
    degrees=st.floats(-8, 8),
    bend=st.floats(-8, 8),
    order=st.randoms(use_true_random=False),
)
def test_lines_and_columns_come_back_from_any_order(
    page: list[list[str]], degrees: float, bend: float, order: random.Random
) -> None:
    boxes = [
        box(word, 15 * column, row, degrees=degrees, bend=bend)
        for row, words in enumerate(page)
        for column, word in enumerate(words)
    ]
    order.shuffle(boxes)
    lines = [line.split("  ") for line in transcript(boxes).splitlines()]
    assert [[part.strip() for part in line if part.strip()] for line in lines] == page


@given(
    st.lists(
        st.builds(box, WORDS, st.floats(0, 60), st.floats(0, 40), degrees=st.floats(-40, 40)),
        max_size=30,
    )
)
def test_no_text_is_lost_or_made_up(boxes: list[TextBox]) -> None:
    assert sorted(transcript(boxes).split()) == sorted(each.text for each in boxes)
