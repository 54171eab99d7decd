"""Rows of expenses that a claim may hold: which these are, and how a claim takes them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from tillroll.claims.contract import MOST_EXPENSES, ClaimParams, InvoiceParams
from tillroll.claims.models import ClaimableExpense, Owing
from tillroll.claims.repository import ids_as_json
from tillroll.expenses.at_bank import AGREES, AT_BANK
from tillroll.expenses.duplicates.holds import open_twins
from tillroll.expenses.repository import MEDIA_TYPE
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.json import Json, dump

# What an expense is billed in where a claim converts: the account's currency, as far as the rate of
# the expense's day is known. What was spent in the client's own currency stays in it.
_IN_BASE: Final = """
  LEFT JOIN expense_conversions converted ON {converts} AND converted.expense_id = expenses.id
    AND converted.base_currency = (
      SELECT base_currency FROM accounts WHERE accounts.id = expenses.account_id)
    AND expenses.currency IS NOT (
      SELECT currency FROM clients WHERE clients.id = expenses.client_id)
"""
_BILLED: Final = "COALESCE(converted.total_minor, expenses.total_minor)"
_BILLED_CURRENCY: Final = "COALESCE(converted.base_currency, expenses.currency)"
_BILLED_TAX: Final = (
    "CASE WHEN converted.expense_id IS NULL THEN expenses.tax_minor ELSE converted.tax_minor END"
)
# Approved, of some days and of a person, and in no claim that stands.
_FREE: Final = f"""
  FROM expenses LEFT JOIN claim_items ON claim_items.expense_id = expenses.id
    AND claim_items.released_at IS NULL
  {_IN_BASE.format(converts="?5 = 1")}
  WHERE expenses.account_id = ?1 AND expenses.status = 'approved' AND claim_items.expense_id IS NULL
    AND (?2 IS NULL OR expenses.date >= ?2) AND (?3 IS NULL OR expenses.date <= ?3)
    AND (?4 IS NULL OR expenses.person = ?4)
"""
# The company does not owe what a payout covers, or its own account paid; nor what that may have
# paid, until a person decides. A client owes it all the same.
_AGREES: Final = AGREES.format(expenses="expenses")
_UNPAID: Final = f"""
  ({{payer_kind}} <> 'company' OR (
    NOT EXISTS (SELECT 1 FROM payout_expenses paid WHERE paid.expense_id = expenses.id
      AND paid.released_at IS NULL)
    AND {AT_BANK.format(expenses="expenses")} = 0
    AND ({{despite_bank}} = 1 OR ({_AGREES}) IS NULL)))
"""
# A customer owes only what names them: without a name, they owe nothing.
_CLAIMABLE: Final = f"""
  {_FREE}
    AND (?6 = 'company' AND expenses.paid_by = 'employee' AND ?7 IS NULL
      OR ?6 = 'company' AND expenses.paid_by = 'employee' AND expenses.client_id = ?7
      OR ?6 = 'customer' AND expenses.billable = 1 AND expenses.client_id = ?7)
    AND (?8 IS NULL OR expenses.id IN (SELECT value FROM json_each(?8)))
    AND {_UNPAID.format(payer_kind="?6", despite_bank="?9")}
    AND (?10 IS NULL OR expenses.id NOT IN (SELECT value FROM json_each(?10)))
"""


@dataclass(frozen=True)
class Period:
    """Approved expenses of an account that no claim holds, of some days and of a person; None
    stands for all."""

    account_id: str
    first_day: date | None = None
    last_day: date | None = None
    person: str | None = None

    @property
    def values(self) -> tuple[str | None, ...]:
        days = [None if day is None else day.isoformat() for day in (self.first_day, self.last_day)]
        return self.account_id, *days, self.person


@dataclass(frozen=True)
class Choice:
    """Which expenses may be claimed: those that a payer owes. Of a company, the client narrows
    that, None stands for all. A customer owes what is billable to them as a client, and nothing
    else; where it `converts`, in the account's currency. `despite_bank`: the company owes also what
    its own account may have paid. `invoice` says what is charged for them. `twins`: what waits,
    since another expense may be the same purchase; None: nobody has looked yet."""

    period: Period
    payer_kind: str
    client_id: str | None = None
    expense_ids: Sequence[str] | None = None
    converts: bool = False
    despite_bank: bool = False
    invoice: InvoiceParams | None = None
    twins: Sequence[str] | None = None

    @property
    def values(self) -> tuple[str | int | None, ...]:
        owed = (self.payer_kind, self.client_id, ids_as_json(self.expense_ids))
        twins = ids_as_json(self.twins)
        return *self.period.values, int(self.converts), *owed, int(self.despite_bank), twins


def choice_of(account_id: str, params: ClaimParams) -> Choice:
    """What a claim may hold. Every claim is made from this."""
    period = Period(account_id, params.first_day, last_day=params.last_day, person=params.person)
    return Choice(
        period,
        params.payer_kind,
        client_id=params.client_id,
        expense_ids=params.expense_ids,
        converts=params.converts,
        despite_bank=params.despite_bank,
        invoice=params.invoice,
    )


async def hold_twins(database: Database, choice: Choice) -> Choice:
    """A choice that leaves out what may be the same purchase as another expense. The company pays
    it back once; a client owes what they are billed for all the same."""
    if choice.payer_kind != "company" or choice.twins is not None:
        return choice
    query = f"SELECT expenses.id {_CLAIMABLE} AND expenses.total_minor > 0"
    rows = await database.all(statement(query, [*choice.values]))
    ids = [text(row, "id") for row in rows]
    return replace(choice, twins=[*await open_twins(database, choice.period.account_id, ids)])


async def list_owing(database: Database, period: Period, *, converts: bool) -> list[Owing]:
    """Clients with what they could be claimed for, each currency by itself; what names no client
    comes last."""
    query = f"""
      SELECT expenses.client_id, MAX(expenses.client) AS name, {_BILLED_CURRENCY} AS currency,
        COUNT(*) AS count, SUM({_BILLED}) AS total {_FREE} AND expenses.billable = 1
      GROUP BY expenses.client_id, {_BILLED_CURRENCY}
      ORDER BY expenses.client_id IS NULL, lower(MAX(expenses.client)), expenses.client_id,
        {_BILLED_CURRENCY}
    """
    rows = await database.all(statement(query, [*period.values, int(converts)]))
    return [of_row(Owing, row) for row in rows]


async def whose(
    database: Database, account_id: str, expense_ids: Sequence[str]
) -> dict[str, tuple[str | None, str | None]]:
    """The client that each expense is billed to, and its name; None: nobody. Of those that the
    account has."""
    query = """
      SELECT id, client_id, client FROM expenses
      WHERE account_id = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id
    """
    rows = await database.all(statement(query, [account_id, ids_as_json(expense_ids)]))
    return {
        text(row, "id"): (optional_text(row, "client_id"), optional_text(row, "client"))
        for row in rows
    }


async def count_claimable(database: Database, choice: Choice) -> list[Row]:
    """What could be claimed, each currency by itself: `currency`, `count` and `total`."""
    query = f"""
      SELECT {_BILLED_CURRENCY} AS currency, COUNT(*) AS count, SUM({_BILLED}) AS total
      {_CLAIMABLE} GROUP BY {_BILLED_CURRENCY} ORDER BY {_BILLED_CURRENCY}
    """
    return await database.all(statement(query, [*choice.values]))


async def find_claimable(
    database: Database, choice: Choice, currency: str, after: ClaimableExpense | None = None
) -> list[ClaimableExpense]:
    """Claimable expenses in a currency after `after`, the oldest first; at most MOST_EXPENSES."""
    query = f"""
      SELECT expenses.id, expenses.date, expenses.version, {_BILLED} AS amount,
        {_BILLED} AS outlay, {_BILLED_TAX} AS tax,
        {_BILLED_CURRENCY} AS currency, expenses.total_minor AS spent,
        expenses.currency AS spent_currency, expenses.merchant, expenses.category,
        expenses.client, expenses.receipt_id, {MEDIA_TYPE} {_CLAIMABLE}
        AND {_BILLED_CURRENCY} = ?11
        AND (?12 IS NULL OR (expenses.date, expenses.id) > (?12, ?13))
      ORDER BY expenses.date, expenses.id LIMIT {digits(MOST_EXPENSES)}
    """
    place = (None, None) if after is None else (after.date, after.id)
    rows = await database.all(statement(query, [*choice.values, currency, *place]))
    return [of_row(ClaimableExpense, row) for row in rows]


def hold(run_id: str, choice: Choice, expenses: Sequence[ClaimableExpense]) -> list[Statement]:
    """Take expenses of a choice into a claim. The batch fails where one is in another claim, was
    paid meanwhile, or is not approved and converted as it was found."""
    places: list[Json] = [
        {
            "id": each.id,
            "version": each.version,
            "place": place,
            "outlay": each.outlay,
            "amount": each.amount,
            "tax": each.tax,
            "currency": each.currency,
        }
        for place, each in enumerate(expenses, start=1)
    ]
    query = f"""
      INSERT INTO claim_items (run_id, expense_id, expense_version, place, amount, tax)
      SELECT ?1, expenses.id, expenses.version, wanted.value ->> 'place',
        wanted.value ->> 'amount', wanted.value ->> 'tax'
      FROM json_each(?3) AS wanted JOIN expenses ON expenses.id = wanted.value ->> 'id'
      {_IN_BASE.format(converts="?4 = 1")}
      WHERE expenses.account_id = ?2 AND expenses.status = 'approved'
        AND expenses.version = wanted.value ->> 'version'
        AND {_BILLED} = wanted.value ->> 'outlay'
        AND {_BILLED_CURRENCY} = wanted.value ->> 'currency'
        AND {_UNPAID.format(payer_kind="?5", despite_bank="?6")}
    """
    owed = (int(choice.converts), choice.payer_kind, int(choice.despite_bank))
    return [
        statement(query, [run_id, choice.period.account_id, dump(places), *owed]),
        # Where one of them has changed, there are fewer.
        must_hold(
            "(SELECT COUNT(*) FROM claim_items WHERE run_id = ?1) = ?2", run_id, len(expenses)
        ),
        statement(
            "UPDATE claims SET items = CAST(?2 AS INTEGER) WHERE run_id = ?1",
            [run_id, len(expenses)],
        ),
    ]
