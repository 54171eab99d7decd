"""JSON of the tax report, and what can be said of an expense's tax. Amounts are decimal strings."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tillroll.tax.rules import OWED, OpenReason, Treatment
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import Model, RequestBody

Each = Literal["month", "quarter", "year"]
Country = Literal["DE", "GB"]


class TaxFigures(Model):
    """Sums over `expenses`: the cost without tax and with it, and the tax that sellers charged.

    `owed` is tax that the company owes itself; `owed_deductible` is its share of input tax.
    """

    expenses: int
    net: str
    tax: str
    gross: str
    deductible: str
    not_deductible: str
    owed: str
    owed_deductible: str


class TaxRow(Model):
    """What is taxed in one way at one rate (percent); null where there is none."""

    treatment: Treatment
    rate: str | None
    figures: TaxFigures


class RowName(Model):
    treatment: Treatment
    rate: str | None


class TaxReturnLine(Model):
    """A line of the return by its number there, and the rows that it adds up. `is_base`: in whole
    units of the currency, without what is less.
    """

    number: str
    says: str
    is_base: bool
    amount: str
    rows: list[RowName]


class TaxReturn(Model):
    """The lines of a country's return that expenses fill. `problem` says why they cannot be filled;
    they are empty then.
    """

    country: Country
    name: str
    lines: list[TaxReturnLine]
    problem: str | None


class TaxPeriod(Model):
    """`period` is 2026-03, 2026-Q1 or 2026; the days `from` and `to` of it that were asked for. An
    expense whose lines have several rates stands in several rows and counts once in `total`.
    """

    period: str
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date, Field(alias="to")]
    rows: list[TaxRow]
    total: TaxFigures
    tax_return: TaxReturn | None


class OpenPoint(Model):
    """So many expenses have no place, and why."""

    reason: OpenReason
    says: str
    expenses: int


class Unconverted(Model):
    """So many expenses in `currency` have no amount in the base currency; together they are
    `total`.
    """

    currency: str
    expenses: int
    total: str


class TaxReport(Model):
    """`currency` is the base currency, null for an account without one: then nothing is added up.
    `country` is whose rates and return hold. `total` is of all rows; what is in `open` is in none
    of them.
    """

    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date, Field(alias="to")]
    currency: str | None
    country: str | None
    periods: list[TaxPeriod]
    rows: list[TaxRow]
    total: TaxFigures
    open: list[OpenPoint]
    unconverted: list[Unconverted]


class ProposedTax(Model):
    """How an open point is most likely taxed, and at which rate (percent) the company owes the
    tax."""

    treatment: Treatment
    rate: str | None


class TaxExpense(Model):
    """An expense behind a figure: what of it stands in the rows that were asked for, null where
    it has no place; `open` says why, and `proposed` how it is most likely taxed. `treatment` is
    what a person said, null where its document says it."""

    expense_id: str
    date: str
    merchant: str
    category: str | None
    total: str
    currency: str
    figures: TaxFigures | None
    open: OpenReason | None
    proposed: ProposedTax | None
    treatment: Treatment | None
    rate: str | None
    deductible: int


class TaxDecision(RequestBody):
    """How these expenses are taxed. `treatment` null: as their documents say. `deductible` is how
    much of the tax is deducted, in percent. `rate` (percent) is what the company owes the tax at:
    of services from abroad and goods from the EU, and only of these.
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
    """So many expenses were decided on."""

    changed: int


class Audited(Action):
    TAX_DECIDED = (
        "expense.tax_decided",
        "a person said how an expense is taxed; `treatment` null: as its document says",
    )
