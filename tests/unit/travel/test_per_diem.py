"""Meals on a journey: days of arrival and departure, full days, meals that were provided, and what
is refused.
"""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.travel.rules import PER_DIEM_RATES, Absence, NoClaim, per_diem

_MORNING = datetime(2026, 3, 2, 7)  # noqa: DTZ001 - local time, as the law counts
_ALL = frozenset(PER_DIEM_RATES[0].meals)


def test_a_journey_of_three_days() -> None:
    claim = per_diem(Absence("DE", _MORNING, _MORNING + timedelta(days=2, hours=8)))
    assert [line.amount_minor for line in claim.lines] == [1400, 2800, 1400]
    assert (claim.currency, claim.total_minor) == ("EUR", 5600)
    assert "§ 9 Abs. 4a EStG" in claim.bases[0]


def test_meals_take_their_share_of_the_full_rate() -> None:
    meals = {
        date(2026, 3, 2): frozenset({"dinner"}),
        date(2026, 3, 3): frozenset({"breakfast", "lunch"}),
    }
    claim = per_diem(Absence("DE", _MORNING, _MORNING + timedelta(days=2), meals))
    assert [line.amount_minor for line in claim.lines] == [1400 - 1120, 2800 - 560 - 1120, 1400]


def test_meals_take_no_more_than_the_day_is_worth() -> None:
    claim = per_diem(Absence("DE", _MORNING, _MORNING + timedelta(days=1), {_MORNING.date(): _ALL}))
    assert [line.amount_minor for line in claim.lines] == [0, 1400]


def test_a_day_needs_more_than_eight_hours() -> None:
    with pytest.raises(NoClaim, match="up to 8 hours"):
        per_diem(Absence("DE", _MORNING, _MORNING + timedelta(hours=8)))
    assert (
        per_diem(Absence("DE", _MORNING, _MORNING + timedelta(hours=8, minutes=1))).total_minor
        == 1400
    )


def test_a_night_without_lodgings_counts_once_on_its_longer_day() -> None:
    left = datetime(2026, 3, 2, 17)  # noqa: DTZ001 - local time
    [line] = per_diem(Absence("DE", left, left + timedelta(hours=10), stays_overnight=False)).lines
    assert (line.description[:10], line.amount_minor) == ("2026-03-02", 1400)


@pytest.mark.parametrize(
    ("absence", "field"),
    [
        (Absence("FR", _MORNING, _MORNING + timedelta(days=1)), "country"),
        (Absence("DE", _MORNING, _MORNING), "returned"),
        (Absence("DE", _MORNING, _MORNING + timedelta(days=93)), "returned"),
        (
            Absence("DE", _MORNING, _MORNING + timedelta(hours=25), stays_overnight=False),
            "overnight",
        ),
        (Absence("DE", _MORNING, _MORNING + timedelta(days=1), {date(2026, 3, 9): _ALL}), "meals"),
        (Absence("DE", _MORNING, _MORNING + timedelta(hours=9), {_MORNING.date(): _ALL}), "meals"),
        (Absence("DE", datetime(2026, 12, 31, 7), datetime(2027, 1, 1, 9)), "left"),  # noqa: DTZ001 - as above
    ],
)
def test_what_cannot_be_claimed_is_refused_by_the_field_to_correct(
    absence: Absence, field: str
) -> None:
    with pytest.raises(NoClaim) as refused:
        per_diem(absence)
    assert refused.value.field == field


@given(st.integers(1, 90), st.sets(st.sampled_from(sorted(_ALL))))
def test_a_longer_journey_is_worth_a_full_day_more(days: int, provided: set[str]) -> None:
    meals = {_MORNING.date(): frozenset(provided)}
    shorter = per_diem(Absence("DE", _MORNING, _MORNING + timedelta(days=days), meals))
    longer = per_diem(Absence("DE", _MORNING, _MORNING + timedelta(days=days + 1), meals))
    assert longer.total_minor - shorter.total_minor == 2800
    assert len(shorter.lines) == days + 1
    assert all(line.amount_minor >= 0 for line in shorter.lines)
