"""The lines of a VAT return that expenses and invoices fill, by country and year. Pure.

Germany: the advance return (Umsatzsteuer-Voranmeldung), form USt 1 A, by the Federal Ministry of
Finance. For 2026: letter of 29 December 2025, III C 3 - S 7344/00039/007/036. The numbers
(Kennzahlen) of this table are the same in the forms of 2021 to 2026, but for the rate of zero: 87
and 90 came with the form of 2023 (letter of 21 December 2022, III C 3 - S 7344/19/10001 :004). 89,
93 and 90 acquisitions at 19, 7 and 0 percent, 95 and 98 at other rates; 46 and 47 services of firms
in the EU (section 13b (1) UStG); 84 and 85 other supplies of section 13b (2); 66 input tax of
invoices, 61 of acquisitions, 62 import VAT, 67 of section 13b. Of what was charged: 81, 86 and 87
bases at 19, 7 and 0 percent, 35 and 36 base and tax at other rates; 21 services to firms in the EU
(section 18b sentence 1 no. 2 UStG), 60 supplies on which the recipient owes the tax (section 13b
(5)), 45 what is supplied abroad; 83 what is to be paid, or less than zero to be given back. Bases
are in whole euros, without their cents, and the form reckons the tax of 81, 86, 89 and 93 from
them. 41 and 43 are of goods that leave Germany, which no invoice of Tillroll charges.

United Kingdom: the VAT return, VAT Notice 700/12 (https://www.gov.uk/guidance/
how-to-fill-in-and-submit-your-vat-return-vat-notice-70012), as it holds since 1 January 2021. Boxes
3 and 5 are sums: the tax due, and that less what is reclaimed. Box 6 has all supplies: zero-rated,
exempt, abroad, and those on which the customer owes the tax. Disbursements and what is outside of
the scope at home are none. Boxes 2 and 9 are for goods that come from the EU to Northern Ireland
alone; services from abroad stand in boxes 1, 4, 6 and 7 (section 3, and VAT Notice 741A,
https://www.gov.uk/guidance/vat-place-of-supply-of-services-notice-741a). A purchase under a
domestic reverse charge stands in boxes 1, 4 and 7 (VAT Notice 735,
https://www.gov.uk/guidance/the-vat-domestic-reverse-charge-procedure-notice-735). Boxes 6 to 9 are
in whole pounds. Import VAT is taken as paid at the border; what is postponed is added by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from tillroll.tax.rules import Figures, Key, Treatment
from tillroll.tax.sales import SaleFigures, SaleKey, SaleTreatment

Rows = Mapping[Key, Figures]
SaleRows = Mapping[SaleKey, SaleFigures]
_Amount = Callable[[Figures], int]


def _net(figures: Figures) -> int:
    return figures.net


def _owed(figures: Figures) -> int:
    return figures.owed


def _deductible(figures: Figures) -> int:
    return figures.input_tax


def _nothing(_: Figures) -> int:
    return 0


@dataclass(frozen=True)
class Line:
    """A line of a return: which rows it adds up, and which amount of each. `rates` None: of all but
    `other_than`. A line of `is_base` is in whole units of the currency, and has of `sales` the net
    amount; another has their tax.
    """

    number: str
    says: str
    treatments: frozenset[Treatment]
    amount: _Amount
    is_base: bool = False
    rates: frozenset[Decimal] | None = None
    other_than: frozenset[Decimal] = frozenset()
    sales: frozenset[SaleTreatment] = frozenset()

    def has_sale(self, key: SaleKey) -> bool:
        """Whether a row of what was charged stands in it."""
        if key.treatment not in self.sales or key.rate in self.other_than:
            return False
        return self.rates is None or key.rate in self.rates

    def of_sale(self, figures: SaleFigures) -> int:
        """What a row of what was charged adds to it."""
        if self.is_base:
            return figures.net
        return figures.tax

    def has(self, key: Key) -> bool:
        """Whether a row stands in it."""
        if key.treatment not in self.treatments or key.rate in self.other_than:
            return False
        return self.rates is None or key.rate in self.rates


@dataclass(frozen=True)
class Total:
    """A line that adds up others, by their numbers: `of_bases` by the rate of a base in percent."""

    number: str
    title: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    of_bases: Mapping[str, int] = field(default_factory=dict[str, int])

    def amount(self, lines: Mapping[str, int]) -> int:
        """What the other lines come to."""
        by_rate = sum(
            int((Decimal(lines[number]) * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))
            for number, rate in self.of_bases.items()
        )
        owed = sum(lines[number] for number in self.plus)
        return by_rate + owed - sum(lines[number] for number in self.minus)


@dataclass(frozen=True)
class ReturnLine:
    """A line with its amount in minor units, and the rows behind it."""

    number: str
    says: str
    is_base: bool
    amount: int
    keys: tuple[Key, ...] = ()
    sales: tuple[SaleKey, ...] = ()


def _only(*treatments: Treatment) -> frozenset[Treatment]:
    return frozenset(treatments)


_T = Treatment
_STANDARD = frozenset({Decimal(19)})
_REDUCED = frozenset({Decimal(7)})
_ZERO = frozenset({Decimal(0)})
_NAMED: Final = _STANDARD | _REDUCED | _ZERO
_NONE: Final = frozenset[Treatment]()
_OTHER_13B: Final = _only(_T.OTHER_SERVICES, _T.DOMESTIC_REVERSE)
_S = SaleTreatment


def _sale_line(
    number: str,
    title: str,
    *sales: SaleTreatment,
    rates: frozenset[Decimal] | None = None,
    other_than: frozenset[Decimal] = frozenset(),
    is_base: bool = True,
) -> Line:
    return Line(
        number,
        title,
        treatments=_NONE,
        amount=_nothing,
        is_base=is_base,
        rates=rates,
        other_than=other_than,
        sales=frozenset(sales),
    )


_GERMANY: Final = (
    _sale_line("81", "Supplies at 19 %: base", _S.TAXED, rates=_STANDARD),
    _sale_line("86", "Supplies at 7 %: base", _S.TAXED, rates=_REDUCED),
    _sale_line("87", "Supplies at 0 %: base", _S.TAXED, rates=_ZERO),
    _sale_line("35", "Supplies at other rates: base", _S.TAXED, other_than=_NAMED),
    _sale_line(
        "36",
        "Supplies at other rates: tax",
        _S.TAXED,
        other_than=_NAMED,
        is_base=False,
    ),
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
        "90",
        "Acquisitions from the EU at 0 %: base",
        treatments=_only(_T.EU_GOODS),
        amount=_net,
        is_base=True,
        rates=_ZERO,
    ),
    Line(
        *("95", "Acquisitions from the EU at other rates: base", _only(_T.EU_GOODS), _net),
        is_base=True,
        other_than=_NAMED,
    ),
    Line(
        *("98", "Acquisitions from the EU at other rates: tax", _only(_T.EU_GOODS), _owed),
        other_than=_NAMED,
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
        treatments=_OTHER_13B,
        amount=_net,
        is_base=True,
    ),
    Line(
        "85",
        "Other supplies of section 13b (2): tax",
        treatments=_OTHER_13B,
        amount=_owed,
    ),
    _sale_line(
        "60",
        "Supplies on which the recipient owes the tax, section 13b (5): base",
        _S.DOMESTIC_REVERSE,
    ),
    _sale_line("21", "Services to firms in the EU, section 18b: base", _S.EU_SERVICES),
    _sale_line("45", "Supplied abroad, not subject to VAT: base", _S.ABROAD),
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
        treatments=_OTHER_13B | _only(_T.EU_SERVICES),
        amount=_deductible,
    ),
)


def _as_in_2021(line: Line) -> Line:
    """The line of a form that had none for the rate of zero."""
    return replace(line, other_than=line.other_than - _ZERO)


_GERMANY_2021: Final = tuple(
    _as_in_2021(line) for line in _GERMANY if line.number not in {"87", "90"}
)
_GERMAN_TOTALS: Final = (
    Total(
        "83",
        "To be paid in advance; less than zero is given back",
        plus=("36", "98", "47", "85"),
        minus=("66", "61", "62", "67"),
        of_bases={"81": 19, "86": 7, "89": 19, "93": 7},
    ),
)
_FROM_ABROAD: Final = _only(_T.EU_SERVICES, _T.OTHER_SERVICES)
_PURCHASES: Final = frozenset({*Treatment} - {_T.NO_TAX, _T.FOREIGN_TAX})
_UNITED_KINGDOM: Final = (
    Line(
        "1",
        "VAT due on sales, and on purchases under the reverse charge",
        treatments=_FROM_ABROAD | _only(_T.DOMESTIC_REVERSE),
        amount=_owed,
        sales=frozenset({_S.TAXED}),
    ),
    Line(
        "2",
        "VAT due on goods from the EU to Northern Ireland",
        treatments=_only(_T.EU_GOODS),
        amount=_owed,
    ),
    Line("4", "VAT reclaimed on purchases", treatments=_PURCHASES, amount=_deductible),
    Line(
        "6",
        "Value of sales, and of services from abroad under the reverse charge, without VAT",
        treatments=_FROM_ABROAD,
        amount=_net,
        is_base=True,
        sales=frozenset({*SaleTreatment} - {_S.DISBURSED, _S.OUTSIDE}),
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


_BRITISH_TOTALS: Final = (
    Total("3", "Total VAT due", plus=("1", "2")),
    Total("5", "To be paid; less than zero is reclaimed", plus=("1", "2"), minus=("4",)),
)


@dataclass(frozen=True)
class Return:
    """A return of a country from a year on."""

    country: str
    name: str
    first_year: int
    lines: tuple[Line, ...]
    totals: tuple[Total, ...]


RETURNS: Final = (
    Return(
        "DE",
        "Umsatzsteuer-Voranmeldung",
        first_year=2021,
        lines=_GERMANY_2021,
        totals=_GERMAN_TOTALS,
    ),
    Return(
        "DE", "Umsatzsteuer-Voranmeldung", first_year=2023, lines=_GERMANY, totals=_GERMAN_TOTALS
    ),
    Return("GB", "VAT Return", first_year=2021, lines=_UNITED_KINGDOM, totals=_BRITISH_TOTALS),
)


def return_of(country: str, year: int) -> Return | None:
    """The newest return of a country that holds in a year; None where this table has none."""
    candidates = [each for each in RETURNS if each.country == country and each.first_year <= year]
    return max(candidates, key=lambda each: each.first_year, default=None)


def first_return_of(country: str) -> Return | None:
    """The oldest return of a country in this table; None where there is none."""
    candidates = [each for each in RETURNS if each.country == country]
    return min(candidates, key=lambda each: each.first_year, default=None)


def fill(form: Return, rows: Rows, sales: SaleRows, unit: int) -> list[ReturnLine]:
    """The lines with what the rows come to, the totals behind them. `unit` is how many minor units
    the currency's unit has; a base loses what is less than that, towards zero.
    """
    filled: list[ReturnLine] = []
    for line in form.lines:
        keys = tuple(key for key in rows if line.has(key))
        sold = tuple(key for key in sales if line.has_sale(key))
        amount = sum(line.amount(rows[key]) for key in keys)
        amount += sum(line.of_sale(sales[key]) for key in sold)
        if line.is_base:
            amount = (abs(amount) // unit) * unit * (1 if amount >= 0 else -1)
        filled.append(
            ReturnLine(
                line.number, line.says, is_base=line.is_base, amount=amount, keys=keys, sales=sold
            )
        )
    amounts = {line.number: line.amount for line in filled}
    for total in form.totals:
        amount = total.amount(amounts)
        filled.append(ReturnLine(total.number, total.title, is_base=False, amount=amount))
    return filled
