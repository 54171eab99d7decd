"""Journeys in an own vehicle: the rate of the day, the year's limit, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.travel.rules import MILEAGE_RATES, Journey, NoClaim, mileage

_DISTANCES = st.decimals(min_value="0.1", max_value=20000, places=1)


@pytest.mark.parametrize(
    ("journey", "currency", "minor"),
    [
        (Journey("DE", "car", date(2026, 3, 1), Decimal(300), "km"), "EUR", 9000),
        (Journey("DE", "motorcycle", date(2024, 1, 1), Decimal("12.5"), "km"), "EUR", 250),
        (Journey("US", "car", date(2024, 12, 31), Decimal(100), "mile"), "USD", 6700),
        (Journey("US", "car", date(2025, 1, 1), Decimal(100), "mile"), "USD", 7000),
        # 72.5 cents, half to even
        (Journey("US", "car", date(2026, 6, 30), Decimal(1), "mile"), "USD", 72),
        (Journey("GB", "car", date(2026, 4, 5), Decimal(100), "mile", Decimal(0)), "GBP", 4500),
        (Journey("GB", "car", date(2026, 4, 6), Decimal(100), "mile", Decimal(0)), "GBP", 5500),
        (
            Journey("GB", "car", date(2025, 5, 1), Decimal(100), "mile", Decimal(9960)),
            "GBP",
            40 * 45 + 60 * 25,
        ),
        (Journey("GB", "car", date(2025, 5, 1), Decimal(100), "mile", Decimal(12000)), "GBP", 2500),
        (Journey("GB", "motorcycle", date(2025, 5, 1), Decimal(100), "mile"), "GBP", 2400),
        (Journey("GB", "bicycle", date(2026, 4, 5), Decimal(100), "mile"), "GBP", 2000),
        (Journey("AT", "car", date(2024, 12, 31), Decimal(100), "km", Decimal(0)), "EUR", 4200),
        (Journey("AT", "car", date(2025, 1, 1), Decimal(100), "km", Decimal(0)), "EUR", 5000),
        (
            Journey("AT", "car", date(2026, 3, 1), Decimal(100), "km", Decimal(29_940)),
            "EUR",
            60 * 50,
        ),
        (
            Journey("AT", "motorcycle", date(2025, 6, 30), Decimal(100), "km", Decimal(0)),
            "EUR",
            5000,
        ),
        (
            Journey("AT", "motorcycle", date(2025, 7, 1), Decimal(100), "km", Decimal(0)),
            "EUR",
            2500,
        ),
        (
            Journey("AT", "bicycle", date(2024, 5, 1), Decimal(100), "km", Decimal(1_450)),
            "EUR",
            50 * 38,
        ),
        (Journey("AT", "bicycle", date(2026, 5, 1), Decimal(100), "km", Decimal(0)), "EUR", 2500),
        (Journey("CH", "car", date(2025, 12, 31), Decimal(100), "km"), "CHF", 7000),
        (Journey("CH", "car", date(2026, 1, 1), Decimal(100), "km"), "CHF", 7500),
    ],
)
def test_a_journey_is_worth_its_days_rate(journey: Journey, currency: str, minor: int) -> None:
    claim = mileage(journey)
    assert (claim.currency, claim.total_minor) == (currency, minor)


@pytest.mark.parametrize(
    ("journey", "field"),
    [
        (Journey("US", "car", date(2026, 7, 1), Decimal(10), "mile"), "date"),
        (Journey("GB", "motorcycle", date(2026, 4, 6), Decimal(10), "mile"), "date"),
        (Journey("CH", "motorcycle", date(2026, 1, 1), Decimal(10), "km"), "vehicle"),
        (Journey("AT", "car", date(2025, 5, 1), Decimal(10), "km"), "kmBefore"),
        (Journey("AT", "bicycle", date(2025, 5, 1), Decimal(10), "km", Decimal(3_000)), "kmBefore"),
        (Journey("DE", "car", date(2023, 12, 31), Decimal(10), "km"), "date"),
        (Journey("DE", "car", date(2027, 1, 1), Decimal(10), "km"), "date"),
        (Journey("FR", "car", date(2026, 1, 1), Decimal(10), "km"), "country"),
        (Journey("US", "motorcycle", date(2025, 1, 1), Decimal(10), "mile"), "vehicle"),
        (Journey("US", "car", date(2025, 1, 1), Decimal(10), "km"), "miles"),
        (Journey("DE", "car", date(2025, 1, 1), Decimal(10), "mile"), "km"),
        (Journey("GB", "car", date(2025, 5, 1), Decimal(10), "mile"), "milesBefore"),
        (Journey("DE", "car", date(2025, 5, 1), Decimal("0.001"), "km"), "km"),
    ],
)
def test_what_has_no_rate_is_refused_by_the_field_to_correct(journey: Journey, field: str) -> None:
    with pytest.raises(NoClaim) as refused:
        mileage(journey)
    assert refused.value.field == field


@given(_DISTANCES, st.decimals(min_value=0, max_value=20000, places=1))
def test_two_journeys_are_worth_what_one_of_both_is(distance: Decimal, before: Decimal) -> None:
    """Beyond the limit too; each line is rounded once, to half a penny at most."""
    day = date(2025, 5, 1)
    whole = mileage(Journey("GB", "car", day, distance * 2, "mile", before))
    first = mileage(Journey("GB", "car", day, distance, "mile", before))
    second = mileage(Journey("GB", "car", day, distance, "mile", before + distance))
    assert sum(line.quantity for line in whole.lines) == distance * 2
    assert abs(whole.total_minor - first.total_minor - second.total_minor) <= 3


@given(_DISTANCES)
def test_each_line_is_its_quantity_at_its_price(distance: Decimal) -> None:
    [line] = mileage(Journey("DE", "car", date(2025, 5, 1), distance, "km")).lines
    assert abs(line.quantity * line.unit_price * 100 - line.amount_minor) <= Decimal("0.5")


def test_no_two_rates_hold_on_one_day() -> None:
    for rate in MILEAGE_RATES:
        assert rate.first <= rate.last
        assert rate.source
        others = [
            other
            for other in MILEAGE_RATES
            if (other.country, other.vehicle) == (rate.country, rate.vehicle)
        ]
        assert [other for other in others if other.first <= rate.first <= other.last] == [rate]
