"""The tax report: expenses, and what invoices charged, in rows by treatment and rate, for each
period, with the return that they fill.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, cast

from tillroll.tax import models
from tillroll.tax.by_law import LAW_SAYS, Law, Rule
from tillroll.tax.corrections import Correction, load_corrections
from tillroll.tax.discounts import DiscountsRequest
from tillroll.tax.hooks import read_sales
from tillroll.tax.open_reasons import OPEN_SAYS, OpenReason
from tillroll.tax.rates import CURRENCIES, rate_of, rate_text
from tillroll.tax.repository import (
    Company,
    count_taxed,
    load_company,
    read_taxed,
)
from tillroll.tax.returns import fill, first_return_of, return_of
from tillroll.tax.rules import (
    Figures,
    Key,
    Placed,
    place,
    rule_of,
)
from tillroll.tax.sales import Sale, SaleFigures, SaleKey, SalesRequest, SaleTreatment
from tillroll_documents.money import Money, minor_digits
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform

MOST: Final = 20_000
"""Expenses of one report: some seconds of CPU in a Worker."""


class TooMany(Refusal):
    """The period has more expenses than one report adds up."""

    kind = Kind("too-many-expenses", 422, "The period has too many expenses for one report")
    explanation = (
        f"These days have more than {MOST:,} expenses: ask for a shorter period, such as a quarter."
    )


@dataclass(frozen=True)
class Asked:
    """Days, both included, in periods of `each`. `country` None: that of the account's own tax
    number.
    """

    first: date
    last: date
    each: models.Each = "month"
    country: models.Country | None = None


@dataclass
class Sums:
    """What the expenses and the invoices of a period come to."""

    rows: dict[Key, Figures] = field(default_factory=dict[Key, Figures])
    sales: dict[SaleKey, SaleFigures] = field(default_factory=dict[SaleKey, SaleFigures])
    documents: set[tuple[str, date]] = field(default_factory=set[tuple[str, date]])
    expenses: int = 0
    opened: Counter[OpenReason] = field(default_factory=Counter[OpenReason])
    by_law: dict[Law, Figures] = field(default_factory=dict[Law, Figures])
    discounts: Figures = field(default_factory=Figures)
    with_discount: set[str] = field(default_factory=set[str])

    def add(self, placed: Sequence[Placed] | OpenReason) -> None:
        if isinstance(placed, OpenReason):
            self.opened[placed] += 1
            return
        self.expenses += 1
        for each in placed:
            self.rows[each.key] = self.rows.get(each.key, Figures()) + each.figures

    def add_correction(self, correction: Correction) -> None:
        """Take a discount off the rows. Its expense counts in its own period alone."""
        for each in correction.rows:
            self.rows[each.key] = self.rows.get(each.key, Figures()) + each.figures
        self.with_discount.add(correction.discount.expense_id)
        discounts = self.discounts + correction.figures
        self.discounts = replace(discounts, expenses=len(self.with_discount))

    def add_by_law(
        self, law: Law | None, placed: Sequence[Placed] | OpenReason, expenses: int = 1
    ) -> None:
        """Count what law does not let deduct."""
        if law is None or isinstance(placed, OpenReason):
            return
        figures = replace(sum((each.figures for each in placed), Figures()), expenses=expenses)
        self.by_law[law] = self.by_law.get(law, Figures()) + figures

    def add_sale(self, sale: Sale) -> None:
        figures = SaleFigures(1, sale.net, tax=sale.tax)
        self.sales[sale.key] = self.sales.get(sale.key, SaleFigures()) + figures
        self.documents.add((sale.number, sale.day))

    @property
    def sales_total(self) -> SaleFigures:
        """A document in several rows counts once."""
        return replace(sum(self.sales.values(), SaleFigures()), documents=len(self.documents))

    @property
    def total(self) -> Figures:
        """An expense in several rows counts once."""
        return replace(sum(self.rows.values(), Figures()), expenses=self.expenses)


def period_of(day: date, each: models.Each) -> tuple[str, date, date]:
    """The name, the first and the last day of a day's month, quarter or year."""
    if each == "year":
        return f"{day.year}", date(day.year, 1, 1), date(day.year, 12, 31)
    months = 1 if each == "month" else 3
    begin = day.month - (day.month - 1) % months
    if each == "month":
        name = f"{day.year}-{begin:02}"
    else:
        name = f"{day.year}-Q{(begin + 2) // 3}"
    after = begin + months
    if after > 12:
        next_begin = date(day.year + 1, 1, 1)
    else:
        next_begin = date(day.year, after, 1)
    return name, date(day.year, begin, 1), next_begin - timedelta(days=1)


def periods(request: Asked) -> Iterator[tuple[str, date, date]]:
    """All periods of the days, those at the ends cut to them."""
    day = request.first
    while day <= request.last:
        name, first, last = period_of(day, request.each)
        yield name, max(first, request.first), min(last, request.last)
        day = last + timedelta(days=1)


# More than that nobody reads, and each period costs a little.
_MOST_PERIODS: Final = 120


def check(request: Asked) -> None:
    """Raises ValuesRefused: the days cannot be reported."""
    if request.first > request.last:
        raise ValuesRefused([("to", "Give a last day that is not before the first.")])
    if (request.last - request.first).days > _MOST_PERIODS * 31:
        raise ValuesRefused([("to", "Ask for at most ten years.")])


async def report(platform: Platform, account_id: str, request: Asked) -> models.TaxReport:
    """Raises ValuesRefused, TooMany."""
    check(request)
    company = await load_company(platform.database, account_id)
    country = request.country or company.country
    if (
        await count_taxed(platform.database, account_id, first=request.first, last=request.last)
        > MOST
    ):
        raise TooMany
    by_period = {name: Sums() for name, _, _ in periods(request)}
    whole = Sums()
    unconverted = dict[str, tuple[int, int]]()
    async for row in read_taxed(platform, account_id, first=request.first, last=request.last):
        placed = place(row.taxed, country)
        by_period[period_of(row.taxed.day, request.each)[0]].add(placed)
        whole.add(placed)
        whole.add_by_law(law_behind(rule_of(row.taxed, country), placed), placed)
        if placed is OpenReason.NO_EXCHANGE_RATE:
            count, total = unconverted.get(row.currency, (0, 0))
            unconverted[row.currency] = (count + 1, total + row.taxed.total)
    days = DiscountsRequest(account_id, request.first, last=request.last)
    for correction in await load_corrections(platform, days, country):
        by_period[period_of(correction.discount.day, request.each)[0]].add_correction(correction)
        whole.add_correction(correction)
        law = law_behind(rule_of(correction.expense.taxed, country), correction.rows)
        whole.add_by_law(law, correction.rows, expenses=0)
    currency = company.base_currency
    unconverted_sales = dict[str, Sums]()
    sales_request = _sales_request(account_id, request, company)
    async for sale in read_sales(platform, sales_request):
        if sale.currency != currency:
            unconverted_sales.setdefault(sale.currency, Sums()).add_sale(sale)
            continue
        by_period[period_of(sale.day, request.each)[0]].add_sale(sale)
        whole.add_sale(sale)
    counts_by = "issue"
    if company.counts_by_payment:
        counts_by = "payment"
    return models.TaxReport(
        first_day=request.first,
        last_day=request.last,
        currency=currency,
        country=country,
        periods=[
            models.TaxPeriod(
                period=name,
                first_day=first,
                last_day=last,
                rows=_rows(by_period[name].rows, currency),
                total=figures_of(by_period[name].total, currency),
                discounts=figures_of(by_period[name].discounts, currency),
                sales=_sale_rows(by_period[name].sales, currency),
                sales_total=_sale_figures(by_period[name].sales_total, currency),
                due=_due(by_period[name], currency),
                tax_return=_return(by_period[name], country, year=first.year, company=company),
            )
            for name, first, last in periods(request)
        ],
        rows=_rows(whole.rows, currency),
        total=figures_of(whole.total, currency),
        discounts=figures_of(whole.discounts, currency),
        sales=_sale_rows(whole.sales, currency),
        sales_total=_sale_figures(whole.sales_total, currency),
        sales_count_by=counts_by,
        due=_due(whole, currency),
        not_deductible_by_law=_by_law(whole.by_law, currency),
        open=open_points(whole.opened),
        unconverted=[
            models.Unconverted(currency=each, expenses=count, total=amount_text(total, each))
            for each, (count, total) in sorted(unconverted.items())
        ],
        unconverted_sales=[
            models.UnconvertedSales(
                currency=each,
                documents=sums.sales_total.documents,
                total=amount_text(sums.sales_total.gross, each),
            )
            for each, sums in sorted(unconverted_sales.items())
        ],
    )


def _sales_request(account_id: str, request: Asked, company: Company) -> SalesRequest:
    return SalesRequest(
        account_id, request.first, last=request.last, by_payment=company.counts_by_payment
    )


def _sale_rows(sales: Mapping[SaleKey, SaleFigures], currency: str | None) -> list[models.SaleRow]:
    order = [*SaleTreatment]
    ordered = sorted(sales, key=lambda key: (order.index(key.treatment), -(key.rate or 0)))
    return [
        models.SaleRow(
            treatment=key.treatment,
            rate=rate_text(key.rate),
            figures=_sale_figures(sales[key], currency),
        )
        for key in ordered
    ]


def _sale_figures(figures: SaleFigures, currency: str | None) -> models.SaleFigures:
    return models.SaleFigures(
        documents=figures.documents,
        net=amount_text(figures.net, currency or ""),
        tax=amount_text(figures.tax, currency or ""),
        gross=amount_text(figures.gross, currency or ""),
    )


def law_behind(rule: Rule | None, placed: Sequence[Placed] | OpenReason) -> Law | None:
    """Why the tax of an expense that stands in rows is not deducted, though nobody decided so."""
    if rule is None or isinstance(placed, OpenReason) or isinstance(rule.answer, OpenReason):
        return None
    return rule.answer


def _by_law(by_law: Mapping[Law, Figures], currency: str | None) -> list[models.NotDeductibleByLaw]:
    return [
        models.NotDeductibleByLaw(
            law=law,
            sentence=LAW_SAYS[law],
            expenses=figures.expenses,
            tax=amount_text(figures.not_deductible, currency or ""),
        )
        for law, figures in sorted(by_law.items())
    ]


def _due(sums: Sums, currency: str | None) -> models.VatDue:
    charged = sums.sales_total.tax
    total = sums.total
    return models.VatDue(
        charged=amount_text(charged, currency or ""),
        owed=amount_text(total.owed, currency or ""),
        deducted=amount_text(total.deductible + total.owed_deductible, currency or ""),
        payable=amount_text(charged + total.due, currency or ""),
    )


def _rows(rows: Mapping[Key, Figures], currency: str | None) -> list[models.TaxRow]:
    order = [*models.Treatment]
    ordered = sorted(rows, key=lambda key: (order.index(key.treatment), -(key.rate or 0)))
    return [
        models.TaxRow(
            treatment=key.treatment,
            rate=rate_text(key.rate),
            figures=figures_of(rows[key], currency),
        )
        for key in ordered
    ]


def figures_of(figures: Figures, currency: str | None) -> models.TaxFigures:
    """Write the figures in the base currency; without one there is nothing to add up."""
    amounts = {
        name: amount_text(getattr(figures, name), currency or "")
        for name in models.TaxFigures.model_fields
        if name != "expenses"
    }
    return models.TaxFigures(expenses=figures.expenses, **amounts)


def amount_text(minor: int, currency: str) -> str:
    """Write minor units as a decimal."""
    return Money(minor, currency).to_decimal_string()


def _return(
    sums: Sums, country: str | None, year: int, company: Company
) -> models.TaxReturn | None:
    if country is None:
        return None
    form = return_of(country, year)
    if form is None:
        return _no_form(country, year)
    country = cast("models.Country", form.country)
    currency = CURRENCIES[form.country]
    if company.base_currency != currency:
        problem = (
            f"The return is in {currency}. Choose {currency} as the base currency in Settings."
        )
        return models.TaxReturn(country=country, name=form.name, lines=[], problem=problem)
    lines = [
        models.TaxReturnLine(
            number=line.number,
            says=line.says,
            is_base=line.is_base,
            amount=amount_text(line.amount, currency),
            rows=[
                models.RowName(treatment=key.treatment, rate=rate_text(key.rate))
                for key in line.keys
            ],
            sales=[
                models.SaleName(treatment=key.treatment, rate=rate_text(key.rate))
                for key in line.sales
            ],
        )
        for line in fill(form, sums.rows, sums.sales, unit=10 ** minor_digits(currency))
    ]
    return models.TaxReturn(country=country, name=form.name, lines=lines, problem=None)


def _no_form(country: str, year: int) -> models.TaxReturn | None:
    """A country whose return is filled only in later years. Lines of one year do not hold for
    another: until 2020, services from abroad had others in Germany.
    """
    oldest = first_return_of(country)
    if oldest is None:
        return None
    problem = f"Lines of the return of {year} are not known here, only since {oldest.first_year}."
    return models.TaxReturn(
        country=cast("models.Country", country), name=oldest.name, lines=[], problem=problem
    )


@dataclass(frozen=True)
class SalesBehind:
    """Which documents of the days are asked for: of one treatment and rate, of a line of the
    return, or those that charge VAT; or all.
    """

    treatment: SaleTreatment | None = None
    rate: str | None = None
    line: str | None = None
    is_due: bool = False

    @property
    def is_figure(self) -> bool:
        """Whether they are those of a figure, which has only what is in the base currency."""
        return self.is_due or (self.treatment, self.rate, self.line) != (None, None, None)


async def list_sales(
    platform: Platform,
    account_id: str,
    request: Asked,
    choice: SalesBehind,
    after: tuple[str, int],
    limit: int,
) -> tuple[list[models.TaxSale], tuple[str, int] | None]:
    """The documents behind a figure, invoice by invoice, and the claim and how many of its sales
    after which the next ones begin.
    """
    check(request)
    company = await load_company(platform.database, account_id)
    country = request.country or company.country
    sales_request = replace(_sales_request(account_id, request, company), begin_with=after[0])
    sales: list[models.TaxSale] = []
    last_place = after
    position = 0
    current = ""
    async for sale in read_sales(platform, sales_request):
        if sale.claim_id != current:
            current = sale.claim_id
            position = 0
        position += 1
        if (current, position) <= after:
            continue
        if choice.is_figure and sale.currency != company.base_currency:
            continue
        if not _is_sale_asked(sale, choice, country):
            continue
        if len(sales) == limit:
            return sales, last_place
        last_place = (current, position)
        sales.append(_tax_sale(sale))
    return sales, None


def _is_sale_asked(sale: Sale, choice: SalesBehind, country: str | None) -> bool:
    key = sale.key
    if choice.is_due and sale.tax == 0:
        return False
    if choice.treatment is not None and key.treatment is not choice.treatment:
        return False
    if choice.rate is not None and rate_text(key.rate) != rate_text(rate_of(choice.rate or None)):
        return False
    if choice.line is None:
        return True
    form = None
    if country is not None:
        form = return_of(country, sale.day.year)
    return form is not None and any(
        line.number == choice.line and line.has_sale(key) for line in form.lines
    )


def _tax_sale(sale: Sale) -> models.TaxSale:
    return models.TaxSale(
        claim_id=sale.claim_id,
        number=sale.number,
        client=sale.client,
        date=sale.day.isoformat(),
        treatment=sale.key.treatment,
        rate=rate_text(sale.key.rate),
        currency=sale.currency,
        net=amount_text(sale.net, sale.currency),
        tax=amount_text(sale.tax, sale.currency),
        gross=amount_text(sale.net + sale.tax, sale.currency),
    )


def open_points(opened: Counter[OpenReason]) -> list[models.OpenPoint]:
    """Why expenses have no place, the most frequent reason first."""
    return [
        models.OpenPoint(reason=reason, says=OPEN_SAYS[reason], expenses=count)
        for reason, count in sorted(opened.items(), key=lambda each: -each[1])
    ]
