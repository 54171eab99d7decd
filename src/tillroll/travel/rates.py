"""Rates for mileage and for meals, each with the days on which it holds and its source."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

# A rate that is not known for a day is not here: a journey of that day is refused, never reckoned at another day's
# rate.


@dataclass(frozen=True, slots=True)
class MileageRate:
    """`rate` of `currency` for a `unit` (km or mile) from `first` to `last`, both inclusive. Where there is a `limit`,
    units beyond it in a year of tax are worth `beyond`."""

    country: str
    vehicle: str
    first: date
    last: date
    unit: str
    currency: str
    rate: Decimal
    source: str
    limit: Decimal | None = None
    beyond: Decimal | None = None


_GERMANY: Final = "§ 9 Abs. 1 Satz 3 Nr. 4a EStG, § 5 Abs. 2 BRKG"
_UNITED_KINGDOM: Final = "HMRC, approved mileage allowance payments, ITEPA 2003 s. 230"
_TEN_THOUSAND: Final = Decimal(10_000)

MILEAGE_RATES: Final = (
    MileageRate("DE", "car", date(2024, 1, 1), date(2026, 12, 31), "km", "EUR", Decimal("0.30"), _GERMANY),
    MileageRate("DE", "motorcycle", date(2024, 1, 1), date(2026, 12, 31), "km", "EUR", Decimal("0.20"), _GERMANY),
    MileageRate(
        "US", "car", date(2024, 1, 1), date(2024, 12, 31), "mile", "USD", Decimal("0.67"), "IRS Notice 2024-08"
    ),
    MileageRate("US", "car", date(2025, 1, 1), date(2025, 12, 31), "mile", "USD", Decimal("0.70"), "IRS Notice 2025-5"),
    # A change in the middle of 2026 is reported (Announcement 2026-11) and was not found in a second place: the rate
    # that was announced for the whole year is believed for its first half only.
    MileageRate(
        "US", "car", date(2026, 1, 1), date(2026, 6, 30), "mile", "USD", Decimal("0.725"), "IRS Notice 2026-10"
    ),
    # Years of tax begin on 6 April.
    MileageRate(
        "GB",
        "car",
        date(2023, 4, 6),
        date(2026, 4, 5),
        "mile",
        "GBP",
        Decimal("0.45"),
        _UNITED_KINGDOM,
        limit=_TEN_THOUSAND,
        beyond=Decimal("0.25"),
    ),
    MileageRate(
        "GB",
        "car",
        date(2026, 4, 6),
        date(2027, 4, 5),
        "mile",
        "GBP",
        Decimal("0.55"),
        f"{_UNITED_KINGDOM}, as raised from 6 April 2026",
        limit=_TEN_THOUSAND,
        beyond=Decimal("0.25"),
    ),
)


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
