"""Spaces between columns that the recogniser ran together."""

from hypothesis import given
from hypothesis import strategies as st

from local.ai.spacing import with_lost_spaces


def test_columns_run_together_are_parted() -> None:
    text = "6.00%39.092.34"
    positions = [2, 4, 6, 8, 10, 18, 20, 22, 24, 26, 34, 36, 38, 40]
    assert with_lost_spaces(text, positions) == "6.00% 39.09 2.34"


def test_even_type_stays_whole() -> None:
    assert with_lost_spaces("TOTAL", [2, 4, 7, 9, 12]) == "TOTAL"


def test_a_space_that_was_read_is_not_doubled() -> None:
    assert with_lost_spaces("SDN BHD", [2, 4, 6, 14, 16, 18]) == "SDN BHD"


def test_short_text_tells_too_little() -> None:
    assert with_lost_spaces("RM5", [2, 4, 20]) == "RM5"


def test_positions_that_do_not_fit_are_not_used() -> None:
    assert with_lost_spaces("TOTAL", [1, 2, 30]) == "TOTAL"


@given(st.text(max_size=40), st.lists(st.integers(1, 500), max_size=40))
def test_only_spaces_are_added(text: str, positions: list[int]) -> None:
    spaced = with_lost_spaces(text, sorted(positions))
    assert "".join(spaced.split()) == "".join(text.split())
