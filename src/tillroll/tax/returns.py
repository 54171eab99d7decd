"""The lines of a VAT return that expenses fill, by country and year. Pure.

Germany: the advance return (Umsatzsteuer-Voranmeldung), form USt 1 A, by the Federal Ministry of
Finance. For 2026: letter of 29 December 2025, III C 3 - S 7344/00039/007/036. The numbers
(Kennzahlen) of this table are the same in the forms of 2021 to 2026: 89 and 93 acquisitions at 19
and 7 percent, 95 and 98 at other rates; 46 and 47 services of firms in the EU (section 13b (1)
UStG); 84 and 85 other supplies of section 13b (2); 66 input tax of invoices, 61 of acquisitions, 62
import VAT, 67 of section 13b. Bases are in whole euros, without their cents.

United Kingdom: the VAT return, VAT Notice 700/12 (https://www.gov.uk/guidance/
how-to-fill-in-and-submit-your-vat-return-vat-notice-70012), as it holds since 1 January 2021. Boxes
2 and 9 are for goods that come from the EU to Northern Ireland alone; a reverse charge stands in
boxes 1, 4, 6 and 7 (section 3, and VAT Notice 741A,
https://www.gov.uk/guidance/vat-place-of-supply-of-services-notice-741a). Boxes 6 to 9 are in whole
pounds. Import VAT is taken as paid at the border; what is postponed is added by hand.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tillroll.tax.rules import Figures, Key, Treatment

Rows = Mapping[Key, Figures]
_Amount = Callable[[Figures], int]


def _net(figures: Figures) -> int:
    return figures.net


def _owed(figures: Figures) -> int:
    return figures.owed


def _deductible(figures: Figures) -> int:
    return figures.deductible + figures.owed_deductible


@dataclass(frozen=True)
class Line:
    """A line of a return: which rows it adds up, and which amount of each. `rates` None: of all but
    `other_than`. A line of `is_base` is in whole units of the currency.
    """

    number: str
    says: str
    treatments: frozenset[Treatment]
    amount: _Amount
    is_base: bool = False
    rates: frozenset[Decimal] | None = None
    other_than: frozenset[Decimal] = frozenset()

    def has(self, key: Key) -> bool:
        """Whether a row stands in it."""
        if key.treatment not in self.treatments or key.rate in self.other_than:
            return False
        return self.rates is None or key.rate in self.rates


@dataclass(frozen=True)
class ReturnLine:
    """A line with its amount in minor units, and the rows behind it."""

    number: str
    says: str
    is_base: bool
    amount: int
    keys: tuple[Key, ...]


def _only(*treatments: Treatment) -> frozenset[Treatment]:
    return frozenset(treatments)


_T = Treatment
_STANDARD = frozenset({Decimal(19)})
_REDUCED = frozenset({Decimal(7)})
_GERMANY: Final = (
    Line(
        "89",
        "Acquisitions from the EU at 19 %: base",
        treatments=_only(_T.EU_GOODS),
        amount=_net,
        is_base=True,
        rates=_STANDARD,
    ),
    Line(
        "93",
        "Acquisitions from the EU at 7 %: base",
        treatments=_only(_T.EU_GOODS),
        amount=_net,
        is_base=True,
        rates=_REDUCED,
    ),
    Line(
        *("95", "Acquisitions from the EU at other rates: base", _only(_T.EU_GOODS), _net),
        is_base=True,
        other_than=_STANDARD | _REDUCED,
    ),
    Line(
        *("98", "Acquisitions from the EU at other rates: tax", _only(_T.EU_GOODS), _owed),
        other_than=_STANDARD | _REDUCED,
    ),
    Line(
        "46",
        "Services of firms in the EU, section 13b (1): base",
        treatments=_only(_T.EU_SERVICES),
        amount=_net,
        is_base=True,
    ),
    Line(
        "47",
        "Services of firms in the EU, section 13b (1): tax",
        treatments=_only(_T.EU_SERVICES),
        amount=_owed,
    ),
    Line(
        "84",
        "Other supplies of section 13b (2): base",
        treatments=_only(_T.OTHER_SERVICES),
        amount=_net,
        is_base=True,
    ),
    Line(
        "85",
        "Other supplies of section 13b (2): tax",
        treatments=_only(_T.OTHER_SERVICES),
        amount=_owed,
    ),
    Line(
        "66",
        "Input tax of invoices of other firms",
        treatments=_only(_T.DOMESTIC),
        amount=_deductible,
    ),
    Line(
        "61",
        "Input tax of acquisitions from the EU",
        treatments=_only(_T.EU_GOODS),
        amount=_deductible,
    ),
    Line("62", "Import VAT", treatments=_only(_T.IMPORT), amount=_deductible),
    Line(
        "67",
        "Input tax of section 13b",
        treatments=_only(_T.EU_SERVICES, _T.OTHER_SERVICES),
        amount=_deductible,
    ),
)
_SERVICES: Final = _only(_T.EU_SERVICES, _T.OTHER_SERVICES)
_PURCHASES: Final = frozenset({*Treatment} - {_T.NO_TAX, _T.FOREIGN_TAX})
_UNITED_KINGDOM: Final = (
    Line("1", "VAT due on services under the reverse charge", treatments=_SERVICES, amount=_owed),
    Line(
        "2",
        "VAT due on goods from the EU to Northern Ireland",
        treatments=_only(_T.EU_GOODS),
        amount=_owed,
    ),
    Line("4", "VAT reclaimed on purchases", treatments=_PURCHASES, amount=_deductible),
    Line(
        "6",
        "Value of services under the reverse charge, without VAT",
        treatments=_SERVICES,
        amount=_net,
        is_base=True,
    ),
    Line("7", "Value of purchases, without VAT", treatments=_PURCHASES, amount=_net, is_base=True),
    Line(
        "9",
        "Value of goods from the EU to Northern Ireland, without VAT",
        treatments=_only(_T.EU_GOODS),
        amount=_net,
        is_base=True,
    ),
)


@dataclass(frozen=True)
class Return:
    """A return of a country from a year on."""

    country: str
    name: str
    first_year: int
    lines: tuple[Line, ...]


RETURNS: Final = (
    Return("DE", "Umsatzsteuer-Voranmeldung", first_year=2021, lines=_GERMANY),
    Return("GB", "VAT Return", first_year=2021, lines=_UNITED_KINGDOM),
)


def return_of(country: str, year: int) -> Return | None:
    """The newest return of a country that holds in a year; None where this table has none."""
    candidates = [each for each in RETURNS if each.country == country and each.first_year <= year]
    return max(candidates, key=lambda each: each.first_year, default=None)


def fill(lines: Iterable[Line], rows: Rows, unit: int) -> list[ReturnLine]:
    """The lines with what the rows come to. `unit` is how many minor units the currency's unit has;
    a base loses what is less than that, towards zero.
    """
    filled: list[ReturnLine] = []
    for line in lines:
        keys = tuple(key for key in rows if line.has(key))
        amount = sum(line.amount(rows[key]) for key in keys)
        if line.is_base:
            amount = (abs(amount) // unit) * unit * (1 if amount >= 0 else -1)
        filled.append(
            ReturnLine(line.number, line.says, is_base=line.is_base, amount=amount, keys=keys)
        )
    return filled
