"""JSON of the tax report, and what can be said of an expense's tax. Amounts are decimal strings."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tillroll.tax.by_law import Law
from tillroll.tax.open_reasons import OpenReason
from tillroll.tax.rules import OWED, Treatment
from tillroll.tax.sales import SaleTreatment
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import Model, RequestBody

Each = Literal["month", "quarter", "year"]
Country = Literal["DE", "GB"]


class TaxFigures(Model):
    """Sums over `expenses`: the cost without tax and with it, and the tax that sellers charged.

    `owed` is tax that the company owes itself; `owed_deductible` is its share of input tax.
    `input_tax` is all that is deducted, of both.
    """

    expenses: int
    net: str
    tax: str
    gross: str
    deductible: str
    not_deductible: str
    owed: str
    owed_deductible: str
    input_tax: str


class TaxRow(Model):
    """What is taxed in one way at one rate (percent); null where there is none."""

    treatment: Treatment
    rate: str | None
    figures: TaxFigures


class RowName(Model):
    treatment: Treatment
    rate: str | None


class SaleFigures(Model):
    """Sums over so many invoices and credit notes; of VAT that counts by payment, over payments."""

    documents: int
    net: str
    tax: str
    gross: str


class SaleName(Model):
    treatment: SaleTreatment
    rate: str | None


class SaleRow(SaleName):
    """What was charged in one way at one rate (percent). Credit notes are taken off."""

    figures: SaleFigures


class VatDue(Model):
    """What is owed to the tax office: the VAT that was `charged`, and what the company `owed` on
    supplies to it, less the input tax (`deducted`); `payable` below zero is given back.
    """

    charged: str
    owed: str
    deducted: str
    payable: str


class TaxReturnLine(Model):
    """A line of the return by its number there, and the rows and sales that it adds up; a sum of
    other lines has none. `is_base`: in whole units of the currency, without what is less.
    """

    number: str
    says: str
    is_base: bool
    amount: str
    rows: list[RowName]
    sales: list[SaleName]


class TaxReturn(Model):
    """The lines of a country's return that expenses and invoices fill. `problem` says why they
    cannot be filled; they are empty then.
    """

    country: Country
    name: str
    lines: list[TaxReturnLine]
    problem: str | None


class TaxPeriod(Model):
    """`period` is 2026-03, 2026-Q1 or 2026; the days `from` and `to` of it that were asked for. An
    expense whose lines have several rates stands in several rows and counts once in `total`.
    `discounts` are below zero, and in the rows and `total` already: payments of these days were
    less than their expenses by so much. An expense counts in the period of its own day.
    """

    period: str
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date, Field(alias="to")]
    rows: list[TaxRow]
    total: TaxFigures
    discounts: TaxFigures
    sales: list[SaleRow]
    sales_total: SaleFigures
    due: VatDue
    tax_return: TaxReturn | None


class OpenPoint(Model):
    """So many expenses have no place, and why."""

    reason: OpenReason
    says: str
    expenses: int


class NotDeductibleByLaw(Model):
    """So many expenses have `tax` that law does not let deduct, whatever the receipts say. They
    stand in their rows, as not deductible.
    """

    law: Law
    sentence: str
    expenses: int
    tax: str


class Unconverted(Model):
    """So many expenses in `currency` have no amount in the base currency; together they are
    `total`.
    """

    currency: str
    expenses: int
    total: str


class UnconvertedSales(Model):
    """So many invoices and credit notes in `currency` have no amount in the base currency."""

    currency: str
    documents: int
    total: str


class TaxReport(Model):
    """`currency` is the base currency, null for an account without one: then nothing is added up.
    `country` is whose rates and return hold. `total` is of all rows; what is in `open` is in none
    of them. `sales` are what invoices charged, counted by their `issue` or by `payment`, as
    `salesCountBy` says.
    """

    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date, Field(alias="to")]
    currency: str | None
    country: str | None
    periods: list[TaxPeriod]
    rows: list[TaxRow]
    total: TaxFigures
    discounts: TaxFigures
    sales: list[SaleRow]
    sales_total: SaleFigures
    sales_count_by: Literal["issue", "payment"]
    due: VatDue
    not_deductible_by_law: list[NotDeductibleByLaw]
    open: list[OpenPoint]
    unconverted: list[Unconverted]
    unconverted_sales: list[UnconvertedSales]


class ProposedTax(Model):
    """How an open point is most likely taxed, and at which rate (percent) the company owes the
    tax."""

    treatment: Treatment
    rate: str | None


class TaxExpense(Model):
    """An expense behind a figure: what of it stands in the rows that were asked for, null where
    it has no place; `open` says why, and `proposed` how it is most likely taxed. `due` is what that
    adds to the VAT to be paid: below zero, input tax takes off. `treatment` is what a person said,
    null where its document says it. `standardRate` is that of the company's country on that day.
    `law` says why its tax is not deducted though nobody decided so. `deductible` is the share in
    percent that is deducted, or of an open point the likely one. Of a discount, `discount` is what
    was not paid, in `currency`; `date` is that of the payment, and `figures` are what it takes off
    the rows of its expense. Below zero, it was taken back."""

    expense_id: str
    date: str
    merchant: str
    category: str | None
    total: str
    currency: str
    figures: TaxFigures | None
    due: str | None
    open: OpenReason | None
    proposed: ProposedTax | None
    treatment: Treatment | None
    rate: str | None
    standard_rate: str | None
    deductible: int
    law: Law | None
    discount: str | None


class TaxSale(Model):
    """A document behind a figure of what was charged: an invoice, a credit note or a payment, and
    what of it counts on that day at one rate. `claimId` leads to it."""

    claim_id: str
    number: str
    client: str
    date: str
    treatment: SaleTreatment
    rate: str | None
    currency: str
    net: str
    tax: str
    gross: str


class TaxDecision(RequestBody):
    """How these expenses are taxed. `treatment` null: as their documents say. `deductible` is how
    much of the tax is deducted, in percent: nothing of `foreign_tax` and `no_tax`. `rate` (percent)
    is what the company owes the tax at: of services from abroad, goods from the EU and a reverse
    charge at home, and only of these.
    """

    expenses: Annotated[list[str], Field(min_length=1, max_length=100)]
    treatment: Treatment | None = None
    deductible: Annotated[int, Field(strict=True, ge=0, le=100)] = 100
    rate: Annotated[str | None, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?$")] = None

    @model_validator(mode="after")
    def _fits(self) -> "TaxDecision":
        if (self.treatment in OWED) != (self.rate is not None):
            raise ValueError("Give `rate` where the company owes the tax itself, and only there.")
        return self


class Decisions(Model):
    """So many expenses were decided on. `stillOpen` is why some have no place all the same."""

    changed: int
    still_open: list[OpenPoint]


class Audited(Action):
    TAX_DECIDED = (
        "expense.tax_decided",
        "a person said how an expense is taxed; `treatment` null: as its document says",
    )
