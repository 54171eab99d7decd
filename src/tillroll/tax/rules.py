"""Where an expense stands in the tax report: rows by treatment and rate, or the reason why it has
no place. Pure.

All amounts are whole minor units. Nothing is guessed: what a document does not say, a person says,
and until then the expense is an open point.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from tillroll.conversion.countries import currencies_of
from tillroll.expenses.sellers import EU
from tillroll.tax.by_law import ASKS_FOR_CATEGORY, QUESTIONS, Category, Law, Rule, law_of
from tillroll.tax.open_reasons import OpenReason
from tillroll.tax.rates import rate_of
from tillroll.tax.shares import in_proportion, share
from tillroll.tax.standard_rates import has_vat, is_rate_of, standard_rate_on


class Treatment(StrEnum):
    """How an expense is taxed."""

    DOMESTIC = "domestic"
    """The seller charged the tax of the company's own country."""
    EU_SERVICES = "eu_services"
    """Services of a firm in the EU: the company owes the tax."""
    OTHER_SERVICES = "other_services"
    """Services of a firm outside of the EU: the company owes the tax."""
    DOMESTIC_REVERSE = "domestic_reverse"
    """Supplies of a firm in the company's own country on which the company owes the tax, such as
    building.
    """
    EU_GOODS = "eu_goods"
    """Goods that came from another country of the EU: an acquisition."""
    IMPORT = "import"
    """Tax that was paid to customs."""
    FOREIGN_TAX = "foreign_tax"
    """The tax of another country: this country's return has no place for it."""
    NO_TAX = "no_tax"
    """No purchase with tax: a journey by the kilometre, a per diem, a fee of an office."""


OWED: Final = frozenset(
    {
        Treatment.EU_SERVICES,
        Treatment.OTHER_SERVICES,
        Treatment.DOMESTIC_REVERSE,
        Treatment.EU_GOODS,
    }
)
"""Those on which the company owes the tax itself."""


NEVER_DEDUCTED: Final = frozenset({Treatment.FOREIGN_TAX, Treatment.NO_TAX})
"""Treatments without input tax of the company's country."""


@dataclass(frozen=True)
class TaxLine:
    """The tax at one rate, as the document has it; None where it does not say."""

    rate: str | None
    net: int | None
    tax: int
    category: str | None = None
    """The VAT category of EN 16931 (BT-118), where an e-invoice names it."""


@dataclass(frozen=True)
class Decided:
    """What a person said of an expense: how it is taxed, how much of its tax is deducted (percent),
    and at which rate (percent) the company owes the tax.
    """

    treatment: Treatment | None = None
    deductible: int = 100
    rate: Decimal | None = None


@dataclass(frozen=True)
class Taxed:
    """An expense as taxes see it. `base_total` and `base_tax` are it in the base currency, None
    without a rate. `seller` is the country that the seller's tax number is of, or that its
    e-invoice names, None where nobody knows; `is_purchase` is false for what is no purchase, such
    as mileage; `has_invoice` is false for a statement in place of a receipt, whose tax is not
    deducted; `currency` (ISO 4217) is the document's own, and `is_in_base` says whether it is the
    base currency. `categories` are its own or its parts', None for one without."""

    id: str
    day: date
    total: int
    tax: int | None
    base_total: int | None
    base_tax: int | None
    lines: Sequence[TaxLine] = ()
    decided: Decided = Decided()
    seller: str | None = None
    is_purchase: bool = True
    has_invoice: bool = True
    is_in_base: bool = True
    currency: str | None = None
    categories: Sequence[Category | None] = ()


@dataclass(frozen=True)
class Key:
    """What a row of the report is of."""

    treatment: Treatment
    rate: Decimal | None


@dataclass(frozen=True)
class Figures:
    """Amounts in the base currency. `gross` is `net` and `tax`; the tax that the seller charged is
    `deductible` or `not_deductible`. `owed` is tax that the company itself owes on `net`, of which
    `owed_deductible` is input tax.
    """

    expenses: int = 0
    net: int = 0
    tax: int = 0
    gross: int = 0
    deductible: int = 0
    not_deductible: int = 0
    owed: int = 0
    owed_deductible: int = 0

    @property
    def input_tax(self) -> int:
        """The tax that is deducted: what sellers charged, and what the company owes itself
        (section 15 (1) sentence 1 nos. 1 and 4 UStG).
        """
        return self.deductible + self.owed_deductible

    @property
    def due(self) -> int:
        """What it adds to the VAT to be paid; input tax takes off."""
        return self.owed - self.input_tax

    @property
    def has_due(self) -> bool:
        """Whether it has a part in the VAT to be paid, also where the parts come to nothing."""
        return (self.owed, self.deductible, self.owed_deductible) != (0, 0, 0)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )


@dataclass(frozen=True)
class Placed:
    """An expense's part of a row."""

    key: Key
    figures: Figures


_Line = tuple[Decimal, int, int]
# Cash is rounded to coins of at most ten minor units, and a printed line by one.
_ROUNDED: Final = 9


def place(expense: Taxed, country: str | None) -> Sequence[Placed] | OpenReason:
    """The rows that an expense stands in, by their keys, or why it has no place. `country` is the
    company's own (ISO 3166), None where nobody said: then the base currency stands for it, and no
    rate is taken for another country's.
    """
    if expense.base_total is None:
        return OpenReason.NO_EXCHANGE_RATE
    treatment = expense.decided.treatment
    if not expense.is_purchase or treatment is Treatment.NO_TAX:
        return _whole(expense, Key(Treatment.NO_TAX, None))
    if treatment is not None and treatment in OWED:
        return _owed(expense, treatment)
    if treatment is None and _is_outside_at_home(expense, country):
        return _whole(expense, Key(Treatment.NO_TAX, None))
    return _charged(expense, treatment, country)


def _charged(
    expense: Taxed,
    treatment: Treatment | None,
    country: str | None,
) -> Sequence[Placed] | OpenReason:
    """The rows of what the document charges, where this country's return has them."""
    if treatment is None:
        by_category = _by_category(expense, country)
        if by_category is not None:
            return by_category
    lines = _lines(expense)
    if isinstance(lines, OpenReason):
        return _without_rate(expense, treatment) or lines
    if treatment is not None:
        return _shared(expense, treatment, lines)
    return _doubt(expense, country, lines) or _at_home(expense, country, lines)


def rule_of(expense: Taxed, country: str | None) -> Rule | None:
    """What law says of the tax of an expense that no person decided on; None where it says nothing,
    or nothing could be deducted.
    """
    is_charged = bool(expense.tax) or any(line.tax for line in expense.lines)
    if expense.decided.treatment is not None or not expense.has_invoice or not is_charged:
        return None
    return law_of(country, expense.categories)


def _at_home(
    expense: Taxed, country: str | None, lines: Sequence[_Line]
) -> Sequence[Placed] | OpenReason:
    """The tax of the company's own country, and what law lets deduct of it."""
    rule = rule_of(expense, country)
    if rule is None:
        return _shared(expense, Treatment.DOMESTIC, lines)
    if isinstance(rule.answer, Law):
        nothing = replace(expense, decided=Decided(deductible=0))
        return _shared(nothing, Treatment.DOMESTIC, lines)
    return rule.answer


# By the VAT categories of EN 16931 (BT-118) that charge no tax of the buyer's country. The EU's
# VAT directive has the buyer owe it for AE (Articles 194 to 199) and K (138 and 200); G is 146.
_OPENED_BY: Final[Mapping[str, OpenReason]] = {
    "AE": OpenReason.REVERSE_CHARGE,
    "K": OpenReason.EU_SUPPLY,
    "G": OpenReason.EXPORT_SUPPLY,
    "O": OpenReason.OUTSIDE_OF_VAT,
    "L": OpenReason.OTHER_TAX,
    "M": OpenReason.OTHER_TAX,
}


def _by_category(expense: Taxed, country: str | None) -> OpenReason | None:
    """Why the categories of an e-invoice leave open how it is taxed. A row on which the buyer owes
    the tax is named before a row outside of VAT, such as a deposit."""
    named = {_OPENED_BY[line.category] for line in expense.lines if line.category in _OPENED_BY}
    if country is not None and expense.seller == country:
        named.discard(OpenReason.OUTSIDE_OF_VAT)
    return next((reason for reason in OpenReason if reason in named), None)


def _is_outside_at_home(expense: Taxed, country: str | None) -> bool:
    """Whether all of it is outside of VAT, and of a seller in the company's country."""
    is_outside = bool(expense.lines) and all(line.category == "O" for line in expense.lines)
    return is_outside and country is not None and expense.seller == country


def propose(expense: Taxed, reason: OpenReason, country: str | None) -> Decided | None:
    """What a person most likely decides of an open point; None where nothing speaks for one way."""
    if reason in QUESTIONS - ASKS_FOR_CATEGORY:
        return Decided(Treatment.DOMESTIC)
    treatment = _likely(expense, reason, country)
    if treatment is None:
        return None
    rate: Decimal | None = None
    if country is not None and treatment in OWED:
        rate = standard_rate_on(country, expense.day)
    return Decided(treatment, rate=rate)


def _likely(expense: Taxed, reason: OpenReason, country: str | None) -> Treatment | None:
    is_charged = bool(expense.tax) or any(line.tax for line in expense.lines)
    if reason is OpenReason.EU_SUPPLY:
        return Treatment.EU_GOODS
    if reason is OpenReason.EXPORT_SUPPLY:
        return Treatment.IMPORT
    if reason is OpenReason.OTHER_TAX or (reason is OpenReason.SELLER_ABROAD and is_charged):
        return Treatment.FOREIGN_TAX
    is_doubtful = reason in _UNREAD or (reason is OpenReason.OTHER_CURRENCY and is_charged)
    if is_doubtful and _is_abroad(expense, country):
        return Treatment.FOREIGN_TAX
    is_unknown = expense.seller is None and reason is OpenReason.REVERSE_CHARGE
    if reason not in _SERVICES or is_unknown:
        return None
    return _owed_to(expense.seller, country)


_UNREAD: Final = frozenset(
    {
        OpenReason.NO_TAX_LINES,
        OpenReason.NO_TAX_RATE,
        OpenReason.NO_NET,
        OpenReason.SUM_DIFFERS,
        OpenReason.OTHER_RATE,
    }
)
"""The tax of the document is not of a rate that the company's country has, or not known."""


def _is_abroad(expense: Taxed, country: str | None) -> bool:
    """Whether the seller is known to be in another country, or else the currency is another."""
    if expense.seller is not None and country is not None:
        return expense.seller != country
    return _has_other_currency(expense, country)


def _has_other_currency(expense: Taxed, country: str | None) -> bool:
    """Whether the document is in no currency of the company's country. Where that is not known, the
    base currency stands for it.
    """
    at_home = currencies_of(country) if country is not None else frozenset[str]()
    if expense.currency is None or not at_home:
        return not expense.is_in_base
    return expense.currency not in at_home


def _owed_to(seller: str | None, country: str | None) -> Treatment:
    """How a supply is taxed on which the company owes the tax, by where the seller is."""
    if seller is not None and seller == country:
        return Treatment.DOMESTIC_REVERSE
    if seller in EU:
        return Treatment.EU_SERVICES
    return Treatment.OTHER_SERVICES


_SERVICES: Final = frozenset(
    {OpenReason.REVERSE_CHARGE, OpenReason.OUTSIDE_OF_VAT, OpenReason.SELLER_ABROAD}
)


def _doubt(expense: Taxed, country: str | None, lines: Sequence[_Line]) -> OpenReason | None:
    """Why what nobody decided on may not be taxed in the company's own country."""
    if country is not None and expense.seller is not None and expense.seller != country:
        return OpenReason.SELLER_ABROAD
    # A seller at home may charge in another currency. But the number may be the buyer's, misread.
    if _has_other_currency(expense, country):
        return OpenReason.OTHER_CURRENCY
    if country is None:
        return None
    if not all(is_rate_of(country, expense.day, rate) for rate, _, _ in lines):
        return OpenReason.OTHER_RATE
    is_free = not any(tax for _, _, tax in lines)
    # A seller abroad charges no tax either where the company owes it.
    if is_free and expense.total and expense.seller is None and has_vat(country):
        return OpenReason.SELLER_UNKNOWN
    return None


def _without_rate(expense: Taxed, treatment: Treatment | None) -> Sequence[Placed] | None:
    """What a return asks for no rate and no net amount of: another country's tax has no line in it,
    and of the tax that was paid to customs it takes the amount alone. None for anything else.
    """
    amount = expense.tax
    if amount is None and expense.lines:
        amount = sum(line.tax for line in expense.lines)
    is_known = amount is not None and treatment is Treatment.IMPORT
    if treatment is None or (treatment is not Treatment.FOREIGN_TAX and not is_known):
        return None
    tax = amount or 0
    [row] = _shared(expense, treatment, [(Decimal(0), expense.total - tax, tax)])
    return [replace(row, key=Key(treatment, None))]


def _whole(expense: Taxed, key: Key) -> Sequence[Placed]:
    total = expense.base_total or 0
    tax = expense.base_tax or 0
    return [Placed(key, Figures(1, net=total - tax, tax=tax, gross=total, not_deductible=tax))]


def _owed(expense: Taxed, treatment: Treatment) -> Sequence[Placed] | OpenReason:
    """Where rows of an e-invoice say on which the company owes the tax, others stand as charged."""
    rate = expense.decided.rate
    if rate is None:
        return OpenReason.NO_TAX_RATE
    if not expense.tax and not any(line.tax for line in expense.lines):
        return [_owed_on(expense.base_total or 0, treatment, expense.decided)]
    is_mixed = any(line.category in _OPENED_BY and not line.tax for line in expense.lines)
    if not is_mixed:
        return OpenReason.TAX_CHARGED
    lines = _lines(expense)
    if isinstance(lines, OpenReason):
        return lines
    shares = _shares(expense, lines)
    owed_base = 0
    charged: list[_Line] = []
    for source, (line_rate, _, _), (gross, tax) in zip(expense.lines, lines, shares, strict=True):
        if source.category in _OPENED_BY and not source.tax:
            owed_base += gross
        else:
            charged.append((line_rate, gross - tax, tax))
    return [
        _owed_on(owed_base, treatment, expense.decided),
        *_rows(expense, Treatment.DOMESTIC, charged),
    ]


def _owed_on(net: int, treatment: Treatment, decided: Decided) -> Placed:
    rate = decided.rate or Decimal(0)
    owed = int((net * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))
    figures = Figures(
        1, net=net, gross=net, owed=owed, owed_deductible=_percent(owed, decided.deductible)
    )
    return Placed(Key(treatment, rate), figures)


def _percent(amount: int, percent: int) -> int:
    return int((Decimal(amount) * percent / 100).quantize(Decimal(1), ROUND_HALF_EVEN))


def _lines(expense: Taxed) -> list[_Line] | OpenReason:
    """Rate, net and tax of each rate in the expense's own currency; together they are its total."""
    if not expense.lines:
        # What is without tax is at no rate, and needs no line to say so.
        return [(Decimal(0), expense.total, 0)] if expense.tax == 0 else OpenReason.NO_TAX_LINES
    lines: list[_Line] = []
    for line in expense.lines:
        rate = rate_of(line.rate)
        net = line.net
        if rate is None:
            return OpenReason.NO_TAX_RATE
        if net is None:
            if len(expense.lines) > 1:
                return OpenReason.NO_NET
            net = expense.total - line.tax
        lines.append((rate, net, line.tax))
    if expense.tax is not None and sum(tax for _, _, tax in lines) != expense.tax:
        return OpenReason.SUM_DIFFERS
    rounded = expense.total - sum(net + tax for _, net, tax in lines)
    if abs(rounded) > _ROUNDED:
        return OpenReason.SUM_DIFFERS
    largest = max(range(len(lines)), key=lambda number: abs(lines[number][1]))
    rate, net, tax = lines[largest]
    lines[largest] = (rate, net + rounded, tax)
    return lines


def _shared(expense: Taxed, treatment: Treatment, lines: Sequence[_Line]) -> Sequence[Placed]:
    """The expense's amounts in the base currency, shared out so that rows add up to them."""
    shares = _shares(expense, lines)
    shared = [
        (rate, gross - tax, tax) for (rate, _, _), (gross, tax) in zip(lines, shares, strict=True)
    ]
    return _rows(expense, treatment, shared)


def _shares(expense: Taxed, lines: Sequence[_Line]) -> list[tuple[int, int]]:
    """Gross and tax of each line in the base currency."""
    total = expense.base_total or 0
    # A conversion has no tax where the expense names none of its own, though its lines do.
    all_tax = sum(tax for _, _, tax in lines)
    base_tax = expense.base_tax
    if base_tax is None:
        base_tax = in_proportion(all_tax, total, expense.total)
    taxes = share(base_tax, [tax for _, _, tax in lines])
    grosses = share(total, [net + tax for _, net, tax in lines])
    return [*zip(grosses, taxes, strict=True)]


def _rows(expense: Taxed, treatment: Treatment, lines: Sequence[_Line]) -> list[Placed]:
    """A row for each rate of lines in the base currency."""
    may_deduct = treatment is not Treatment.FOREIGN_TAX and expense.has_invoice
    percent = expense.decided.deductible if may_deduct else 0
    rows: dict[Key, Figures] = {}
    for rate, net, tax in lines:
        key = Key(treatment, rate)
        deductible = _percent(tax, percent)
        figures = Figures(
            0,
            net=net,
            tax=tax,
            gross=net + tax,
            deductible=deductible,
            not_deductible=tax - deductible,
        )
        rows[key] = rows.get(key, Figures()) + figures
    return [Placed(key, replace(figures, expenses=1)) for key, figures in rows.items()]
