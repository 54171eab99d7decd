"""Amounts that differ, and why they may: cash is rounded, a net total was read. Pure.

All amounts are whole minor units; two that are compared have one sign.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from tillroll_documents.reading.totals.figures import USUAL_RATES

CASH_STEPS: Final = {
    **dict.fromkeys(("AUD", "CAD", "CHF", "EUR"), 5),
    "NZD": 10,
    "DKK": 50,
    **dict.fromkeys(("CZK", "NOK", "SEK"), 100),
    "HUF": 500,
}
"""What cash is rounded to, in minor units. In the euro area some countries do so: Belgium, Finland,
Ireland, Italy, the Netherlands and others. Sources: the countries' laws on rounding, such as
Hungary's Act III of 2008."""

_COUNTRIES: Final[Mapping[str, tuple[str, ...]]] = {
    "EUR": ("AT", "BE", "DE", "ES", "FI", "FR", "IE", "IT", "LU", "NL", "PT"),
    "AUD": ("AU",),
    "CHF": ("CH",),
    "CZK": ("CZ",),
    "DKK": ("DK",),
    "GBP": ("GB",),
    "HUF": ("HU",),
    "JPY": ("JP",),
    "MYR": ("MY",),
    "NOK": ("NO",),
    "NZD": ("NZ",),
    "PLN": ("PL",),
    "SEK": ("SE",),
    "SGD": ("SG",),
    "TRY": ("TR",),
    "ZAR": ("ZA",),
}
"""Countries whose prices are in a currency, as far as their rates of tax are known."""


def _rates_of(countries: Sequence[str]) -> tuple[int, ...]:
    rates = {rate for country in countries for rate in USUAL_RATES[country].split()}
    return tuple(sorted(int(Decimal(rate) * 10) for rate in rates))


_RATES: Final = {currency: _rates_of(countries) for currency, countries in _COUNTRIES.items()}
"""Rates of tax by currency, in thousandths."""

_NEAR: Final = 2
"""Minor units by which sums differ that were rounded line by line."""
_LEAST_TIP: Final = 5
"""Thousandths: less is no tip, and would be shown as 0 %."""


def is_rounded_cash(paid: int, total: int, currency: str) -> bool:
    """Whether `paid` is `total` rounded as cash is in the currency, up or down."""
    step = CASH_STEPS.get(currency)
    if step is None or paid == total:
        return False
    return paid % step == 0 and abs(paid - total) * 2 <= step


def is_nearly(paid: int, total: int) -> bool:
    """Whether a cent or two more was paid: no tip, and no rounding of cash."""
    return 0 < abs(paid) - abs(total) <= _NEAR


def tax_on_top(paid: int, total: int, currency: str) -> str | None:
    """The rate in per cent with which `total` is `paid`, to the cent; None for none."""
    net = abs(total)
    gross = abs(paid)
    rates = _RATES.get(currency, ())
    if not net or not rates:
        return None
    # Only the first rate above that of a cent less can be it.
    position = bisect_right(rates, (gross - 1) * 1000 // net - 1000)
    if position == len(rates) or net * (1000 + rates[position]) >= (gross + 1) * 1000:
        return None
    return f"{Decimal(rates[position]) / 10}"


def is_tip(paid: int, total: int, *, currency: str, most: int) -> bool:
    """Whether what was paid beside `total` may be a tip of at most so many thousandths.

    A tip does not round to 0 %, and is no tax.
    """
    tip = 1000 * (abs(paid) - abs(total))
    if not _LEAST_TIP * abs(total) <= tip <= most * abs(total):
        return False
    return tax_on_top(paid, total, currency) is None
