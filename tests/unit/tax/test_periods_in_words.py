"""The periods of the tax report's PDF, as people say them."""

from datetime import date

import pytest

from tillroll.tax.files import days_in_words, period_in_words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), "March 2026"),
        (date(2026, 1, 1), date(2026, 3, 31), "January to March 2026"),
        (date(2025, 12, 1), date(2026, 2, 28), "December 2025 to February 2026"),
        (date(2026, 1, 5), date(2026, 3, 31), "5 January 2026 to 31 March 2026"),
    ],
)
def test_whole_months_are_called_by_their_names(first: date, last: date, words: str) -> None:
    assert days_in_words(first, last) == words


@pytest.mark.parametrize(
    ("period", "words"),
    [("2026-03", "March 2026"), ("2026-Q1", "Quarter 1 of 2026"), ("2026", "2026")],
)
def test_a_period_has_a_name(period: str, words: str) -> None:
    assert period_in_words(period) == words
