"""Boxes that a reader told: what fits the transcript is kept, whatever else it says is left out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.receipts.models import (
    MOST_WORDS,
    UNIT,
    PageBoxes,
    bounded,
    boxes_as_json,
    boxes_from_json,
    on_page,
)
from tillroll_durable.platform.json import Json, JsonObject

TRANSCRIPT = "KEDAI KOPI\nTOTAL  9.90"
CORNERS: list[Json] = [100, 500, 900, 500, 900, 600, 100, 600]
TOTAL: Json = [1, 0, 5, *CORNERS]
TOTAL_KEPT = (1, 0, 5, 100, 500, 900, 500, 900, 600, 100, 600)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.dictionaries(st.sampled_from(["version", "pages", "page", "words"]), inner)
    ),
    max_leaves=30,
)


@st.composite
def words(draw: st.DrawFn) -> tuple[int, ...]:
    start = draw(st.integers(0, 4))
    corners = draw(st.lists(st.integers(0, UNIT), min_size=8, max_size=8))
    return (draw(st.integers(0, 1)), start, start + draw(st.integers(1, 5)), *corners)


def told(*words: Json, version: int = 1) -> JsonObject:
    return {"version": version, "pages": [{"page": 1, "words": [*words]}]}


@given(st.lists(words(), min_size=1, max_size=20), st.integers(1, 20))
def test_what_is_stored_is_what_is_read(kept: list[tuple[int, ...]], page: int) -> None:
    boxes = (PageBoxes(page, tuple(kept)),)
    stored = json.loads(json.dumps(boxes_as_json(boxes)))
    assert boxes_from_json(stored, TRANSCRIPT) == boxes


@given(anything)
def test_whatever_is_told_ends_in_boxes_or_in_none(value: Json) -> None:
    forms: list[Json] = [
        value,
        told(value),
        {"version": 1, "pages": value},
        {"version": 1, "pages": [value]},
    ]
    for each in forms:
        for page in boxes_from_json(each, TRANSCRIPT):
            assert page.words
            assert all(
                len(word) == 11 and max(word[3:]) <= UNIT and min(word) >= 0 for word in page.words
            )


@pytest.mark.parametrize(
    "word",
    [
        [2, 0, 5, *CORNERS],
        [-1, 0, 5, *CORNERS],
        [0, 0, 11, *CORNERS],
        [0, 5, 5, *CORNERS],
        [0, -1, 5, *CORNERS],
        [0, 0, 5, *CORNERS[:7]],
        [0, 0, 5, *CORNERS, 1],
        [0, 0, 5, *CORNERS[:7], UNIT + 1],
        [0, 0, 5, *CORNERS[:7], -1],
        [0, 0, 5.5, *CORNERS],
        [False, 0, 5, *CORNERS],
        ["0", 0, 5, *CORNERS],
        {"line": 0},
    ],
)
def test_a_word_that_does_not_fit_is_left_out(word: Json) -> None:
    assert boxes_from_json(told(word, TOTAL), TRANSCRIPT) == (PageBoxes(1, (TOTAL_KEPT,)),)


@pytest.mark.parametrize(
    "other", [None, [], "boxes", {}, told(TOTAL, version=2), {"version": 1, "pages": {}}, told()]
)
def test_another_form_is_no_boxes(other: Json) -> None:
    assert boxes_from_json(other, TRANSCRIPT) == ()


def test_a_transcript_without_boxes_stores_none() -> None:
    assert boxes_as_json([]) is None
    assert boxes_as_json([PageBoxes(1, ())]) is None


def test_words_are_bounded() -> None:
    pages = [PageBoxes(page, (TOTAL_KEPT,) * 1_000) for page in range(1, 6)]
    kept = bounded(pages)
    assert [page.page for page in kept] == [1, 2, 3]
    assert sum(len(page.words) for page in kept) == MOST_WORDS
    assert (
        sum(len(page.words) for page in boxes_from_json(told(*[TOTAL] * 9_000), TRANSCRIPT))
        == MOST_WORDS
    )


def test_the_boxes_of_a_page_count_the_documents_lines() -> None:
    [page] = on_page(boxes_from_json(told(TOTAL), TRANSCRIPT), 3, lines_above=10)
    assert page == PageBoxes(3, ((11, *TOTAL_KEPT[1:]),))
    assert on_page((), 3, lines_above=10) == ()
