"""The expenses behind a figure of the tax report, and the discounts that correct it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias

from tillroll.tax import models
from tillroll.tax.corrections import Correction, load_corrections
from tillroll.tax.discounts import DiscountsRequest
from tillroll.tax.open_reasons import OpenReason
from tillroll.tax.rates import rate_of, rate_text
from tillroll.tax.repository import Found, load_company, page_of_taxed
from tillroll.tax.returns import return_of
from tillroll.tax.rules import Figures, Key, Taxed, place, propose, rule_of
from tillroll.tax.service import Asked, amount_text, check, figures_of, law_behind
from tillroll.tax.standard_rates import standard_rate_on
from tillroll_durable.platform.services import Platform

_SCANNED: Final = 1_000
"""Expenses that one page of those behind a figure looks at."""
Place: TypeAlias = tuple[str, str]
"""A day and an id: where something stands in a list."""


@dataclass(frozen=True)
class Behind:
    """Which expenses of the days are asked for: those without a place (`reason` None: for any
    reason); or those in rows, of one treatment and rate, of a line of the return, or with a part in
    the VAT to be paid; or all.
    """

    is_open: bool = False
    reason: OpenReason | None = None
    treatment: models.Treatment | None = None
    rate: str | None = None
    line: str | None = None
    is_due: bool = False


async def list_behind(
    platform: Platform,
    account_id: str,
    request: Asked,
    choice: Behind,
    after: Place | None,
    limit: int,
) -> tuple[list[models.TaxExpense], Place | None]:
    """The expenses and discounts behind a figure in the order of their days, and the day and id
    after which the next ones begin. A page looks at a bounded number of them, so it can be short,
    or empty, with more behind it.
    """
    check(request)
    company = await load_company(platform.database, account_id)
    country = request.country or company.country
    begin = after or (request.first.isoformat(), "")
    rows = await page_of_taxed(
        platform.database, account_id, after=begin, last=request.last, limit=_SCANNED
    )
    end: Place | None = None
    if len(rows) == _SCANNED:
        end = _place_of(rows[-1])
    standing: dict[Place, Found | Correction] = {_place_of(each): each for each in rows}
    days = DiscountsRequest(account_id, request.first, last=request.last)
    for correction in await load_corrections(platform, days, country):
        if begin < correction.place and (end is None or correction.place < end):
            standing[correction.place] = correction
    places = sorted(standing)
    expenses: list[models.TaxExpense] = []
    for place_ in places:
        each = standing[place_]
        if isinstance(each, Correction):
            model = _discount(each, choice, country=country, currency=company.base_currency)
        else:
            model = _expense(each, choice, country=country, currency=company.base_currency)
        if model is None:
            continue
        expenses.append(model)
        if len(expenses) == limit and place_ != places[-1]:
            return expenses, place_
    return expenses, end


def _place_of(each: Found) -> Place:
    return each.taxed.day.isoformat(), each.taxed.id


def _discount(
    correction: Correction, choice: Behind, country: str | None, currency: str | None
) -> models.TaxExpense | None:
    """What a discount takes off, on the day of the payment; None where nobody asked for it."""
    source = correction.expense
    expense = _expense(source, choice, country=country, currency=currency)
    if expense is None or expense.figures is None:
        return None
    day = correction.discount.day
    of_rows = [
        row.figures
        for row in correction.rows
        if _is_asked(row.key, choice, country=country, year=day.year)
    ]
    sums = sum(of_rows, Figures())
    return expense.model_copy(
        update={
            "date": day.isoformat(),
            "figures": figures_of(sums, currency),
            "due": amount_text(sums.due, currency or ""),
            "discount": amount_text(correction.discount.amount, source.currency),
        }
    )


def _expense(
    each: Found, choice: Behind, country: str | None, currency: str | None
) -> models.TaxExpense | None:
    placed = place(each.taxed, country)
    figures = None
    due = None
    reason = None
    if isinstance(placed, OpenReason):
        reason = placed
        if not choice.is_open or choice.reason not in {None, reason}:
            return None
    else:
        if choice.is_open:
            chosen = []
        else:
            chosen = [
                one
                for one in placed
                if _is_asked(one.key, choice, country=country, year=each.taxed.day.year)
            ]
        if not chosen:
            return None
        sums = sum((one.figures for one in chosen), Figures())
        if choice.is_due and not sums.has_due:
            return None
        figures = figures_of(replace(sums, expenses=1), currency)
        due = amount_text(sums.due, currency or "")
    decided = each.taxed.decided
    rule = rule_of(each.taxed, country)
    deductible = decided.deductible
    if rule is not None:
        deductible = rule.likely
    return models.TaxExpense(
        expense_id=each.taxed.id,
        date=each.taxed.day.isoformat(),
        merchant=each.merchant,
        category=each.category,
        total=amount_text(each.taxed.total, each.currency),
        currency=each.currency,
        figures=figures,
        due=due,
        open=reason,
        proposed=_proposed(each.taxed, reason, country),
        treatment=decided.treatment,
        rate=rate_text(decided.rate),
        standard_rate=_standard_rate(country, each.taxed.day),
        deductible=deductible,
        discount=None,
        law=law_behind(rule, placed),
    )


def _standard_rate(country: str | None, day: date) -> str | None:
    return None if country is None else rate_text(standard_rate_on(country, day))


def _proposed(
    expense: Taxed, reason: OpenReason | None, country: str | None
) -> models.ProposedTax | None:
    if reason is None:
        return None
    proposed = propose(expense, reason, country)
    if proposed is None or proposed.treatment is None:
        return None
    return models.ProposedTax(treatment=proposed.treatment, rate=rate_text(proposed.rate))


def _is_asked(key: Key, choice: Behind, country: str | None, year: int) -> bool:
    if choice.treatment is not None and key.treatment is not choice.treatment:
        return False
    if choice.rate is not None and rate_text(key.rate) != (
        rate_text(rate_of(choice.rate)) if choice.rate else None
    ):
        return False
    if choice.line is None:
        return True
    form = None if country is None else return_of(country, year)
    return form is not None and any(
        line.number == choice.line and line.has(key) for line in form.lines
    )
