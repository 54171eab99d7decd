"""Expenses as taxes see them, and what people decided of how they are taxed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from tillroll.expenses.repository import JOIN_BASE
from tillroll.expenses.sellers import country_of, seller_country
from tillroll.expenses.tables import IDS_OF_RECEIPT
from tillroll.tax.by_law import Category
from tillroll.tax.rates import rate_of, rate_text
from tillroll.tax.rules import Decided, Taxed, TaxLine, Treatment
from tillroll.tax.standard_rates import has_vat
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    integer,
    optional_integer,
    optional_text,
    text,
)
from tillroll_durable.platform.json import JsonObject, dump, load, load_texts
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import Gone, Table

# One query's rows: some 300 KB of text.
_PAGE: Final = 1_000


@dataclass(frozen=True)
class Company:
    """The account: its base currency, and the country of its own tax number, else of its address;
    None where nobody said, or that has no VAT. `counts_by_payment`: it owes VAT on what was paid,
    not on what was charged. `seat` is the country of its address.
    """

    name: str
    base_currency: str | None
    country: str | None
    counts_by_payment: bool = False
    seat: str | None = None

    @property
    def books_by_datev(self) -> bool:
        """Whether DATEV's batches are for it. Who named no country, and has DATEV's accounts, is in
        Germany.
        """
        return self.country in {"DE", None}


async def load_company(database: Database, account_id: str) -> Company:
    """Read the account. The country of its VAT number taxes it; without one, as many freelancers
    are, that of its address.
    """
    query = """
      SELECT name, base_currency, tax_ids,
        (SELECT country FROM company_profiles WHERE account_id = accounts.id) AS seat,
        (SELECT vat_id FROM company_profiles WHERE account_id = accounts.id) AS vat_id,
        (SELECT vat_due_on FROM company_profiles WHERE account_id = accounts.id) AS vat_due_on
      FROM accounts WHERE id = ?
    """
    row = await database.first(statement(query, [account_id]))
    if row is None:
        return Company("", None, None)
    own = [optional_text(row, "vat_id"), *load_texts(optional_text(row, "tax_ids") or "[]")]
    seat = optional_text(row, "seat")
    country = next(
        (country_code for country_code in map(country_of, own) if country_code is not None), None
    )
    # Many a small company has no VAT id. A seat in a country without VAT says nothing of rates.
    if country is None and seat is not None and has_vat(seat):
        country = seat
    return Company(
        text(row, "name"),
        optional_text(row, "base_currency"),
        country,
        counts_by_payment=optional_text(row, "vat_due_on") == "payment",
        seat=seat,
    )


@dataclass(frozen=True)
class Found:
    """An expense, with what people call it. `receipt_number` is that of its seller's paper."""

    taxed: Taxed
    merchant: str
    currency: str
    category: str | None
    decided_by: str | None
    receipt_number: str | None = None


# An amount in the base currency needs no conversion: it counts from the moment the currency is
# chosen.
_IS_IN_BASE: Final = """
  expenses.currency = (SELECT base_currency FROM accounts WHERE accounts.id = expenses.account_id)
"""
_STARTER_OF: Final = """
  (SELECT starter FROM categories
   WHERE categories.account_id = expenses.account_id AND categories.name = """
_TAXED: Final = f"""
  SELECT expenses.id, expenses.date, expenses.merchant, expenses.total_minor, expenses.tax_minor,
    expenses.currency,
    expenses.category, expenses.origin, expenses.receipt_number,
    iif({_IS_IN_BASE}, expenses.total_minor, base.total_minor) AS base_total,
    iif({_IS_IN_BASE}, expenses.tax_minor, base.tax_minor) AS base_tax,
    {_IS_IN_BASE} AS is_in_base,
    decided.treatment, decided.deductible, decided.rate, decided.decided_by,
    seller.tax_id AS seller_tax_id, seller.country AS seller_country,
    (SELECT json_group_array(json_array(rate, base_minor, tax_minor, vat_category)) FROM (
      SELECT * FROM expense_tax_lines WHERE expense_id = expenses.id ORDER BY number)) AS lines,
    {_STARTER_OF}expenses.category) AS starter,
    iif(expenses.is_split = 1, (
      SELECT json_group_array(json_array(part.category, {_STARTER_OF}part.category)))
      FROM expense_parts AS part WHERE part.expense_id = expenses.id), NULL) AS parts
  FROM expenses {JOIN_BASE}
  LEFT JOIN expense_tax AS decided ON decided.expense_id = expenses.id
  LEFT JOIN merchant_sightings AS seller ON seller.run_id = expenses.run_id
  WHERE expenses.account_id = ? AND expenses.status IN ('ready', 'approved')
"""
_QUERY: Final = f"""
  {_TAXED}
    AND (expenses.date, expenses.id) > (?, ?) AND expenses.date <= ?
  ORDER BY expenses.date, expenses.id LIMIT ?
"""
_BY_IDS: Final = f"""
  {_TAXED} AND expenses.id IN (SELECT value FROM json_each(?))
"""


async def page_of_taxed(
    database: Database, account_id: str, after: tuple[str, str], last: date, limit: int
) -> list[Found]:
    """Ready and approved expenses of days up to `last`, in their order, behind a day and an id."""
    rows = await database.all(statement(_QUERY, [account_id, *after, last.isoformat(), limit]))
    return [_taxed_row(row) for row in rows]


async def taxed_by_ids(database: Database, account_id: str, ids: Sequence[str]) -> list[Found]:
    """Read those of these expenses that the report has: ready and approved ones."""
    rows = await database.all(statement(_BY_IDS, [account_id, dump([*ids])]))
    return [_taxed_row(row) for row in rows]


async def read_taxed(
    platform: Platform, account_id: str, first: date, last: date
) -> AsyncIterator[Found]:
    """All of them from `first` to `last`."""
    after = (first.isoformat(), "")
    while True:
        page = await page_of_taxed(
            platform.database, account_id, after=after, last=last, limit=_PAGE
        )
        for each in page:
            yield each
        if len(page) < _PAGE:
            return
        after = (page[-1].taxed.day.isoformat(), page[-1].taxed.id)
        await platform.pause()


async def count_taxed(database: Database, account_id: str, first: date, last: date) -> int:
    query = """
      SELECT COUNT(*) AS expenses FROM expenses
      WHERE account_id = ? AND status IN ('ready', 'approved') AND date BETWEEN ? AND ?
    """
    row = await database.first(statement(query, [account_id, first.isoformat(), last.isoformat()]))
    if row is None:
        return 0
    return integer(row, "expenses")


_MOST_IN_REVIEW: Final = 5_000


async def in_review(
    database: Database, account_id: str, first: date, last: date
) -> list[tuple[str, str, int, str, str]]:
    """Day, merchant, total in minor units, currency and id of expenses in review, the first 5,000
    of them.
    """
    query = """
      SELECT date, merchant, total_minor, currency, id FROM expenses
      WHERE account_id = ? AND status = 'in_review' AND date BETWEEN ? AND ? ORDER BY date, id
      LIMIT ?
    """
    rows = await database.all(
        statement(query, [account_id, first.isoformat(), last.isoformat(), _MOST_IN_REVIEW])
    )
    return [
        (
            text(row, "date"),
            text(row, "merchant"),
            integer(row, "total_minor"),
            text(row, "currency"),
            text(row, "id"),
        )
        for row in rows
    ]


def _taxed_row(row: Row) -> Found:
    treatment = optional_text(row, "treatment")
    origin = text(row, "origin")
    lines = cast("list[tuple[str | None, int | None, int, str | None]]", load(text(row, "lines")))
    decided = Decided()
    if treatment is not None:
        decided = Decided(
            Treatment(treatment), integer(row, "deductible"), rate_of(optional_text(row, "rate"))
        )
    taxed = Taxed(
        id=text(row, "id"),
        day=date.fromisoformat(text(row, "date")),
        total=integer(row, "total_minor"),
        tax=optional_integer(row, "tax_minor"),
        base_total=optional_integer(row, "base_total"),
        base_tax=optional_integer(row, "base_tax"),
        lines=[TaxLine(*line) for line in lines],
        decided=decided,
        seller=seller_country(
            optional_text(row, "seller_tax_id"),
            optional_text(row, "seller_country"),
        ),
        is_purchase=origin not in {"mileage", "per_diem"},
        has_invoice=origin not in {"voucher", "mileage", "per_diem"},
        is_in_base=bool(optional_integer(row, "is_in_base")),
        currency=text(row, "currency"),
        categories=_categories(row),
    )
    return Found(
        taxed,
        text(row, "merchant"),
        currency=text(row, "currency"),
        category=optional_text(row, "category"),
        decided_by=optional_text(row, "decided_by"),
        receipt_number=optional_text(row, "receipt_number"),
    )


def _categories(row: Row) -> list[Category | None]:
    """The category of an expense, or those of its parts."""
    parts = optional_text(row, "parts")
    pairs = [(optional_text(row, "category"), optional_text(row, "starter"))]
    if parts is not None:
        pairs = cast("list[tuple[str | None, str | None]]", load(parts))
    return [_category(name, starter) for name, starter in pairs]


def _category(name: str | None, starter: str | None) -> Category | None:
    if name is None:
        return None
    return Category(name, starter)


async def known_expenses(database: Database, account_id: str, ids: Sequence[str]) -> list[Row]:
    """Read the expenses of the account among these ids: id and run_id."""
    query = (
        "SELECT id, run_id, account_id FROM expenses WHERE account_id = ? AND id IN "
        "(SELECT value FROM json_each(?))"
    )
    return await database.all(statement(query, [account_id, dump([*ids])]))


async def decided_before(database: Database, ids: Sequence[str]) -> dict[str, JsonObject]:
    """What a person has said of each of these expenses, by the names of the audit."""
    query = """
      SELECT expense_id, treatment, deductible, rate FROM expense_tax
      WHERE expense_id IN (SELECT value FROM json_each(?))
    """
    rows = await database.all(statement(query, [dump([*ids])]))
    names = ("treatment", "deductible", "rate")
    return {text(row, "expense_id"): {name: row[name] for name in names} for row in rows}


def store_decisions(ids: Sequence[str], decided: Decided, actor: str, now: str) -> Statement:
    """Write what a person said of expenses; without a treatment, the document says it again."""
    if decided.treatment is None:
        return statement(
            "DELETE FROM expense_tax WHERE expense_id IN (SELECT value FROM json_each(?))",
            [dump([*ids])],
        )
    insert = """
      INSERT INTO expense_tax (expense_id, treatment, deductible, rate, decided_by, decided_at)
      SELECT value, ?2, CAST(?3 AS INTEGER), ?4, ?5, ?6 FROM json_each(?1) WHERE true
      ON CONFLICT (expense_id) DO UPDATE
      SET treatment = excluded.treatment, deductible = excluded.deductible,
        rate = excluded.rate, decided_by = excluded.decided_by, decided_at = excluded.decided_at
    """
    values = (decided.treatment.value, decided.deductible, rate_text(decided.rate), actor, now)
    return statement(insert, [dump([*ids]), *values])


_EXPENSES: Final = "SELECT id FROM expenses WHERE account_id = ?1"
TABLES: Final = (
    Table(
        "expense_tax",
        Gone(f"expense_id IN ({_EXPENSES})"),
        Gone(f"expense_id IN ({IDS_OF_RECEIPT})"),
        key="expense_id",
        person_gets=f"expense_id IN ({_EXPENSES} AND person = ?2)",
    ),
)
