"""What goes through at one wrong value per thousand, and its bound."""

import pytest

from bench.accuracy.certainty import (
    Document,
    Told,
    at_one_per_thousand,
    curve,
    reliability,
    upper_bound,
)
from bench.accuracy.page import page_of


def _told(right: int, wrong: int, sure: float) -> list[Told]:
    return [Told(sure, is_right=True)] * right + [Told(sure, is_right=False)] * wrong


def test_none_of_three_thousand_is_at_most_one_per_thousand() -> None:
    assert upper_bound(0, 2994) < 0.001001 < upper_bound(0, 2980)
    assert upper_bound(0, 10) == pytest.approx(1 - 0.05 ** (1 / 10))
    assert upper_bound(1, 100) == pytest.approx(0.0466, abs=0.0001)  # Clopper and Pearson's tables
    assert upper_bound(5, 5) == 1


def test_the_surest_go_first_and_equal_ones_together() -> None:
    points = curve([*_told(2, 0, 0.9), *_told(1, 1, 0.99)])
    assert [(point.sure, point.through, point.wrong) for point in points] == [
        (0.99, 2, 1),
        (0.9, 4, 1),
    ]


def test_as_many_go_through_as_one_per_thousand_allows() -> None:
    told = [*_told(2_000, 0, 0.99), *_told(1_999, 1, 0.9), *_told(10, 10, 0.5)]
    counted, bounded = at_one_per_thousand(told)
    assert counted is not None
    assert (counted.through, counted.wrong) == (4_000, 1)
    assert bounded is None
    _, bounded = at_one_per_thousand([*_told(4_000, 0, 0.99), *told])
    assert bounded is not None
    assert bounded.through == 8_000


def test_reliability_counts_each_value_once() -> None:
    rows = reliability([*_told(9, 1, 0.96), *_told(1, 1, 0.2)])
    assert [(level, count, right) for level, count, right, _ in rows] == [
        (0.95, 10, 9),
        (0.0, 2, 1),
    ]


def test_the_page_shows_what_was_accepted_and_is_wrong() -> None:
    told = {"total": Told(0.9, is_right=False)}
    wrong = Document("<one>", told, True, {"total": ("1.00", "<b>")}, "<pre>its text</pre>")
    asked = Document("two", told, False, {"total": ("1.00", "2.00")}, "<pre>other</pre>")
    page = page_of({"set": [wrong, asked]}, "a table")
    assert all(shown in page for shown in ("its text", "&lt;b&gt;", "&lt;one&gt;"))
    assert not any(hidden in page for hidden in ("other", "<one>", "<b>"))
