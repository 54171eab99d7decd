"""What an expense is worth in the base currency, or what that waits for. No I/O."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.conversion.rate_table import DayRates
from tillroll.exchange.calendar import publication_day
from tillroll.exchange.conversion import Currency, convert, cross_rate, rate_text
from tillroll.platform.bindings.database import Row, integer, optional_integer, optional_text, text
from tillroll.receipts.amounts.currencies import minor_digits

SAME_CURRENCY: Final = "same currency"
"""The source where an expense is in the base currency already."""


@dataclass(frozen=True)
class Conversion:
    """Amounts in minor units of the base currency, and the rate they were worked out with: its text, day and source."""

    total_minor: int
    tax_minor: int | None
    rate: str
    rate_date: str
    source: str


def rate_day(row: Row) -> date:
    """The day whose rates count for an expense."""
    return publication_day(date.fromisoformat(text(row, "date")))


def conversion_of(row: Row, rates: DayRates) -> Conversion | None:
    """The conversion of an expense (a row with its account's `base_currency`) by its day's rates; None without a base
    currency, or while a rate is missing.

    Raises:
        AmountTooLarge: an amount could not be kept exactly.
    """
    base, currency = optional_text(row, "base_currency"), text(row, "currency")
    rate = None if base is None else cross_rate(rates.per_euro, currency, base)
    if base is None or rate is None:
        return None
    source, target = (Currency(code, minor_digits(code)) for code in (currency, base))
    tax = optional_integer(row, "tax_minor")
    is_same = currency == base
    return Conversion(
        total_minor=convert(integer(row, "total_minor"), source, target, rate),
        tax_minor=None if tax is None else convert(tax, source, target, rate),
        rate=rate_text(rate),
        rate_date=text(row, "date") if is_same else rate_day(row).isoformat(),
        source=SAME_CURRENCY if is_same else _sources(rates, currency, base),
    )


def _sources(rates: DayRates, *currencies: str) -> str:
    """Where the rates were read: one place, unless a day was filled from several. The euro has none."""
    return ", ".join(sorted({rates.sources[code] for code in currencies if code in rates.sources}))
