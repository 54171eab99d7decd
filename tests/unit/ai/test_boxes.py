"""Where words stand in the picture as it came: the same, however it was turned and scaled to be
read.
"""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from local.ai.boxes import UNIT, as_json, moved_down, unturned, word_boxes
from local.ai.layout import Placed, Point, TextBox

WIDTH, HEIGHT = 600, 900

parts = st.floats(0, 1)
degrees = st.floats(-15, 15)
texts = st.text("AB1.,", min_size=1, max_size=8)


Quad = tuple[Point, Point, Point, Point]


def quad(
    left: float, top: float, degrees: float, length: float = 200, thickness: float = 20
) -> Quad:
    along = (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))
    down = (-along[1] * thickness, along[0] * thickness)
    start, end = Point(left, top), Point(left + along[0] * length, top + along[1] * length)
    return (
        start,
        end,
        Point(end.x + down[0], end.y + down[1]),
        Point(start.x + down[0], start.y + down[1]),
    )


def turned(point: Point, quarter_turns: int) -> Point:
    """A point of a picture of WIDTH x HEIGHT after so many quarter turns clockwise."""
    width, height = WIDTH, HEIGHT
    for _ in range(quarter_turns):
        point = Point(height - point.y, point.x)
        width, height = height, width
    return point


def words_of(
    text: str, corners: Quad, turns: int = 0, scale: float = 1.0, middles: tuple[float, ...] = ()
) -> list[list[int]]:
    """The words of a box in a picture that is turned and scaled before it is read."""
    width, height = (WIDTH, HEIGHT) if turns % 2 == 0 else (HEIGHT, WIDTH)
    one, two, three, four = [
        Point(scale * seen.x, scale * seen.y)
        for seen in (turned(point, turns) for point in corners)
    ]
    placed = Placed(0, 0, TextBox((one, two, three, four), text, middles))
    return word_boxes([placed], (round(scale * width), round(scale * height)), turns)


@given(parts, parts, st.integers(0, 3))
def test_a_point_comes_back_to_where_it_was(x: float, y: float, turns: int) -> None:
    point = turned(Point(x * WIDTH, y * HEIGHT), turns)
    width, height = (WIDTH, HEIGHT) if turns % 2 == 0 else (HEIGHT, WIDTH)
    back = unturned(point.x / width, point.y / height, turns)
    assert math.dist(back, (x, y)) < 1e-9


@given(
    st.lists(texts, min_size=1, max_size=4),
    parts,
    parts,
    degrees,
    st.integers(0, 3),
    st.integers(1, 4),
)
def test_a_word_has_the_same_box_however_its_picture_was_turned_and_scaled(
    words: list[str], x: float, y: float, slope: float, turns: int, scale: int
) -> None:
    text = " ".join(words)
    corners = quad(100 + 200 * x, 100 + 600 * y, slope)
    upright = words_of(text, corners)
    assert [text[word[1] : word[2]] for word in upright] == words
    for one, other in zip(upright, words_of(text, corners, turns, 1 / scale), strict=True):
        assert one[:3] == other[:3]
        assert all(
            abs(before - after) <= 1 for before, after in zip(one[3:], other[3:], strict=True)
        )


@given(st.lists(texts, min_size=1, max_size=5), degrees)
def test_the_words_of_a_box_follow_each_other_in_it(words: list[str], slope: float) -> None:
    corners = quad(150, 300, slope)
    found = words_of(" ".join(words), corners)
    across = [(word[3] * WIDTH / UNIT, word[5] * WIDTH / UNIT) for word in found]
    assert all(left < right for left, right in across)
    assert all(before[1] <= after[0] + 1 for before, after in pairwise(across))
    assert across[0][0] >= corners[0].x - 1
    assert across[-1][1] <= corners[1].x + 1


def test_a_word_stands_where_its_characters_were_recognised() -> None:
    # Between the two words is a gap that takes most of the box, but one space in its text.
    middles = (0.05, 0.1, 0.85, 0.9, 0.95)
    label, amount = words_of("AB 123", quad(100, 100, 0), middles=middles)
    left, right = (100 + 200 * part for part in (0.1 + 0.0375, 0.85 - 0.0375))
    assert math.isclose(label[5] * WIDTH / UNIT, left, abs_tol=1)
    assert math.isclose(amount[3] * WIDTH / UNIT, right, abs_tol=1)
    assert amount[:3] == [0, 3, 6]


def test_positions_that_do_not_fit_the_text_are_not_used() -> None:
    corners = quad(100, 100, 0)
    assert words_of("AB 123", corners, middles=(0.5,)) == words_of("AB 123", corners)


def test_nothing_lies_beside_the_picture() -> None:
    [word] = words_of("TOTAL", quad(-30, -10, 0))
    assert all(0 <= part <= UNIT for part in word[3:])
    assert word[3:5] == [0, 0]


def test_a_word_names_its_characters_in_the_whole_line() -> None:
    box = TextBox(quad(0, 0, 0), "AB 12")
    assert [word[:3] for word in word_boxes([Placed(4, 10, box)], (WIDTH, HEIGHT), 0)] == [
        [4, 10, 12],
        [4, 13, 15],
    ]


def test_pictures_are_pages_of_one_transcript() -> None:
    word = [0, 0, 5, 1, 1, 2, 1, 2, 2, 1, 2]
    assert moved_down([word], 3) == [[3, *word[1:]]]
    assert as_json([[], [word]]) == {
        "version": 1,
        "pages": [{"page": 1, "words": []}, {"page": 2, "words": [word]}],
    }
