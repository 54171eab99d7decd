"""Rates for meals on a journey, each with the days on which it holds and its source."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class PerDiemRate:
    """For days from `first` to `last`, both inclusive, in `currency`: `full` for a day of 24 hours away, `part` for the
    days of arrival and departure, and for a day without a night away that has more than `hours`. `meals` are the shares
    of `full` that each meal which was provided takes off."""

    country: str
    first: date
    last: date
    currency: str
    full: Decimal
    part: Decimal
    hours: int
    meals: dict[str, Decimal]
    source: str


MEALS: Final = ("breakfast", "lunch", "dinner")

PER_DIEM_RATES: Final = (
    PerDiemRate(
        "DE",
        date(2024, 1, 1),
        date(2026, 12, 31),
        "EUR",
        full=Decimal(28),
        part=Decimal(14),
        hours=8,
        meals={"breakfast": Decimal("0.20"), "lunch": Decimal("0.40"), "dinner": Decimal("0.40")},
        source="§ 9 Abs. 4a EStG; BMF of 25 November 2020, IV C 5 - S 2353/19/10011",
    ),
)
