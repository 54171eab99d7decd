"""The days on which rates are published."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.conversion.rates import (
    MOST_DAYS_BACK,
    easter_sunday,
    is_publication_day,
    newest_publication,
    publication_day,
)


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),  # a Friday
        (date(2026, 11, 21), date(2026, 11, 20)),
        (date(2026, 11, 22), date(2026, 11, 20)),
        (date(2026, 4, 6), date(2026, 4, 2)),  # Easter Monday takes Maundy Thursday
        (date(2026, 5, 1), date(2026, 4, 30)),
        (date(2026, 12, 27), date(2026, 12, 24)),
        (date(2027, 1, 1), date(2026, 12, 31)),
        (date(1999, 12, 31), date(1999, 12, 30)),
        (date(2001, 12, 31), date(2001, 12, 28)),
    ],
)
def test_a_day_without_rates_takes_the_last_before_it(day: date, counts: date) -> None:
    assert publication_day(day) == counts


@given(st.dates(date(1999, 1, 4), date(2199, 12, 31)))
def test_the_last_publication_is_never_far(day: date) -> None:
    counts = publication_day(day)
    assert is_publication_day(counts)
    assert timedelta(0) <= day - counts <= timedelta(days=MOST_DAYS_BACK)
    assert not any(
        is_publication_day(counts + timedelta(days=n)) for n in range(1, (day - counts).days + 1)
    )


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2002, (3, 31)),
        (2008, (3, 23)),
        (2011, (4, 24)),
        (2024, (3, 31)),
        (2025, (4, 20)),
        (2026, (4, 5)),
    ],
)
def test_easter(year: int, easter: tuple[int, int]) -> None:
    assert easter_sunday(year) == date(year, *easter)


def test_the_days_rates_are_expected_in_the_afternoon() -> None:
    assert newest_publication(datetime(2026, 11, 20, 13, 59, tzinfo=UTC)) == date(2026, 11, 19)
    assert newest_publication(datetime(2026, 11, 20, 14, 0, tzinfo=UTC)) == date(2026, 11, 20)
    assert newest_publication(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) == date(2026, 11, 20)
