"""Amounts that differ, and why they may: cash is rounded, a net total was read; and amounts that
are paid again and again, such as 3.50 for a coffee. Pure.

A match names each difference of one currency: by its kind, as a tip, or by its reasons, as a cent
more. All amounts are whole minor units; two that are compared have one sign.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, auto
from typing import Final

from tillroll_documents.matching.models import DocumentKind, MatchKind
from tillroll_documents.reading.totals.figures import USUAL_RATES


class Amounts(StrEnum):
    """How the amounts of a line and a document fit."""

    SAME = auto()
    FOREIGN = auto()
    """The bank prints the document's own amount and currency."""
    CONVERTED = auto()
    TIP = auto()
    DISCOUNT = auto()
    """The document's amount less a usual discount."""
    ROUNDED = auto()
    """The document's amount, as cash is rounded."""
    NEARLY = auto()
    """A cent or two more."""
    TAXED = auto()
    """The document's amount with a tax on top: its net total may have been read."""
    MORE = auto()
    """More than is open of a claim."""
    PART = auto()


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
DISCOUNTS: Final = (10, 20, 30, 40)
"""Discounts for who pays soon, in thousandths, as terms of payment have them: in Germany 2 or 3 %
are usual."""
MOST_TIP: Final = 250
"""Thousandths of the document's amount."""
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


def discount_in(paid: int, total: int) -> int | None:
    """The discount in thousandths with which `paid` is `total`, to the cent; None for none.

    A seller rounds either what is taken off, or what is left.
    """
    less = abs(total) - abs(paid)
    if less <= 0:
        return None
    return next((each for each in DISCOUNTS if abs(abs(total) * each - less * 1000) < 1000), None)


def is_tip(paid: int, total: int, *, currency: str, most: int) -> bool:
    """Whether what was paid beside `total` may be a tip of at most so many thousandths.

    A tip does not round to 0 %, and is no tax.
    """
    tip = 1000 * (abs(paid) - abs(total))
    if not _LEAST_TIP * abs(total) <= tip <= most * abs(total):
        return False
    return tax_on_top(paid, total, currency) is None


BY_HAND: Final = "by_hand"
"""The kind of what a person put together."""
_READ_OR_ROUNDED: Final = frozenset({Amounts.ROUNDED, Amounts.NEARLY, Amounts.TAXED, Amounts.MORE})
_NAMED_BY: Final[Mapping[str, frozenset[Amounts]]] = {
    MatchKind.EXACT: _READ_OR_ROUNDED,
    MatchKind.TIP: frozenset({Amounts.TIP}),
    MatchKind.DISCOUNT: frozenset({Amounts.DISCOUNT}),
    BY_HAND: _READ_OR_ROUNDED | {Amounts.TIP},
}
"""By the kind of a match, which differences it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What a line paid of a document in one currency.

    Attributes:
        amount: of the line's money.
        settles: of the document.
        charges: what the bank kept of the line, positive.
    """

    document: DocumentKind
    currency: str
    amount: int
    settles: int
    charges: int = 0


def differences_of(paid: Paid) -> frozenset[Amounts]:
    """What the difference may be: `Amounts.SAME` for none; empty for one without a name."""
    amount = paid.amount
    total = paid.settles
    if amount == total or amount + paid.charges == total:
        return frozenset({Amounts.SAME})
    if amount * total <= 0:
        return frozenset()
    if paid.document is DocumentKind.CLAIM and amount > total > 0:
        return frozenset({Amounts.MORE})
    if paid.document is DocumentKind.EXPENSE:
        return frozenset(_of_expense(amount, total, paid.currency))
    return frozenset()


def _of_expense(amount: int, total: int, currency: str) -> Iterator[Amounts]:
    if is_rounded_cash(amount, total, currency):
        yield Amounts.ROUNDED
    if is_nearly(amount, total):
        yield Amounts.NEARLY
    if tax_on_top(amount, total, currency) is not None:
        yield Amounts.TAXED
    if discount_in(amount, total) is not None:
        yield Amounts.DISCOUNT
    if is_tip(amount, total, currency=currency, most=MOST_TIP):
        yield Amounts.TIP


def is_named(kind: str, paid: Paid) -> bool:
    """Whether a match of a kind names why an amount is not what it settles."""
    differences = differences_of(paid)
    if Amounts.SAME in differences:
        return True
    return not differences.isdisjoint(_NAMED_BY.get(kind, frozenset()))


_SMALL: Final = {
    **dict.fromkeys(("AED", "BRL", "CNY", "PEN", "PLN", "QAR", "RON", "SAR"), 2_000),
    **dict.fromkeys(("DKK", "HKD", "NOK", "SEK", "ZAR"), 5_000),
    **dict.fromkeys(("CZK", "MXN", "THB", "TWD", "UAH"), 10_000),
    **dict.fromkeys(("INR", "PHP", "RSD", "TRY"), 20_000),
    "HUF": 200_000,
    "IDR": 5_000_000,
    **dict.fromkeys(("ISK", "JPY"), 700),
    "KRW": 6_000,
}
"""Below this, a price is small: about what a coffee costs."""

_SMALL_ELSEWHERE: Final = 500
"""What is small in other currencies: five units of one with cents."""
_FEW_DIGITS: Final = 100


def is_plain(amount: int) -> bool:
    """Whether an amount has at most two digits but for zeros at its end, as 3.50 and 80.00 have."""
    digits = abs(amount)
    while digits and digits % 10 == 0:
        digits //= 10
    return digits < _FEW_DIGITS


def is_everyday(amount: int, currency: str) -> bool:
    """Whether a purchase of this amount is often made twice: a plain price, and a small one."""
    return abs(amount) < _SMALL.get(currency, _SMALL_ELSEWHERE) and is_plain(amount)
