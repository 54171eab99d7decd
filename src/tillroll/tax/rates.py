"""Rates of VAT by country and day, as law has them; and a rate as one value, however a document
prints it.

Sources, looked up in November 2026:
- Germany: https://www.gesetze-im-internet.de/ustg_1980/__12.html
- Ireland: the Revenue Commissioners' historical rates, https://www.revenue.ie/en/vat/vat-rates/
  historical-vat-rates/index.aspx, and their note for guidance on section 46 of the Value-Added Tax
  Consolidation Act 2010
- United Kingdom: https://www.gov.uk/vat-rates
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

_HIGHEST: Final = 100


def rate_of(written: str | None) -> Decimal | None:
    """A rate in percent: "6", "6.0" and "06.00" are one. None where there is none, or what is
    written is no rate.
    """
    if written is None:
        return None
    try:
        rate = Decimal(written)
    except InvalidOperation:
        return None
    if rate.is_finite() and 0 <= rate <= _HIGHEST:
        return rate.normalize() + 0
    return None


def rate_text(rate: Decimal | None) -> str | None:
    """The rate without zeros that say nothing: "6", "5.5"."""
    if rate is None:
        return None
    return f"{rate.normalize() + 0:f}"


@dataclass(frozen=True)
class _Since:
    """The rates of a country from a day on, in percent: the standard one first."""

    day: date
    rates: tuple[Decimal, ...]


def _since(day: date, *rates: str) -> _Since:
    return _Since(day, tuple(Decimal(each) for each in rates))


RATES: Final[Mapping[str, tuple[_Since, ...]]] = {
    # UStG section 12 (1), (2) and (3); from July to December 2020 section 28 (1) to (3).
    "DE": (
        _since(date(2007, 1, 1), "19", "7", "0"),
        _since(date(2020, 7, 1), "16", "5", "0"),
        _since(date(2021, 1, 1), "19", "7", "0"),
    ),
    # Hospitality had 12.5 % from October 2021 to March 2022.
    "GB": (
        _since(date(2011, 1, 4), "20", "5", "0"),
        _since(date(2021, 10, 1), "20", "12.5", "5", "0"),
        _since(date(2022, 4, 1), "20", "5", "0"),
    ),
    # Which supplies have 13.5 and which 9 % changed often: catering and hairdressing moved in 2019,
    # 2020, 2023 and July 2026. What a farmer adds by the flat-rate scheme is no rate of it.
    "IE": (
        _since(date(2012, 1, 1), "23", "13.5", "9", "4.8", "0"),
        _since(date(2020, 9, 1), "21", "13.5", "9", "4.8", "0"),
        _since(date(2021, 3, 1), "23", "13.5", "9", "4.8", "0"),
    ),
}
CURRENCIES: Final[Mapping[str, str]] = {"DE": "EUR", "GB": "GBP"}
"""What a country's return is in."""


def rates_on(country: str, day: date) -> tuple[Decimal, ...]:
    """The rates of a country on a day, the standard one first; none where this table has none."""
    periods = [each.rates for each in RATES.get(country, ()) if each.day <= day]
    if periods:
        return periods[-1]
    return ()
