"""The expenses of a claim: found, held, let go. What was claimed of each is kept as it was then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.claims.customers import fold_name, is_same_customer
from tillroll.durable import Statement, statement
from tillroll.platform.bindings.database import Database, Row, integer, optional_integer, optional_text, text
from tillroll.platform.json import Json, dump
from tillroll.workflows.claim.contract import MOST_EXPENSES, ClaimParams

# Approved, of some days and of a person, and in no claim that stands.
_FREE: Final = """
  FROM expenses LEFT JOIN claim_items ON claim_items.expense_id = expenses.id AND claim_items.released_at IS NULL
  WHERE expenses.account_id = ?1 AND expenses.status = 'approved' AND claim_items.expense_id IS NULL
    AND (?2 IS NULL OR expenses.date >= ?2) AND (?3 IS NULL OR expenses.date <= ?3)
    AND (?4 IS NULL OR expenses.person = ?4)
"""
# A customer owes only what names them: without a name, they owe nothing.
_CLAIMABLE: Final = f"""
  {_FREE}
    AND (?5 = 'company' AND expenses.paid_by = 'employee' AND ?6 IS NULL
      OR ?5 = 'company' AND expenses.paid_by = 'employee' AND expenses.client IN (SELECT value FROM json_each(?6))
      OR ?5 = 'customer' AND expenses.billable = 1 AND expenses.client IN (SELECT value FROM json_each(?6)))
    AND (?7 IS NULL OR expenses.id IN (SELECT value FROM json_each(?7)))
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class Period:
    """Approved expenses of an account that no claim holds, of some days and of a person; None stands for all."""

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
    """Which expenses may be claimed: those that a payer owes. Of a company, the clients narrow that, None stands for
    all. A customer owes what names them in one of the spellings in `clients`, and nothing else."""

    period: Period
    payer_kind: str
    clients: Sequence[str] | None = None
    expense_ids: Sequence[str] | None = None

    @property
    def account_id(self) -> str:
        return self.period.account_id

    @property
    def values(self) -> tuple[str | None, ...]:
        return *self.period.values, self.payer_kind, _listed(self.clients), _listed(self.expense_ids)


@dataclass(frozen=True)
class Owing:
    """What a customer could be claimed for in a currency. `name` is None for what names no customer, and cannot be
    claimed so."""

    name: str | None
    currency: str
    count: int
    total: int


@dataclass(frozen=True)
class Claimable:
    """What could be claimed in a currency: how many expenses, and over what in minor units."""

    currency: str
    count: int
    total: int


@dataclass(frozen=True)
class Item:
    """An expense of a claim. `expense_version` is what it was claimed at; what stands beside the amounts is as it is
    now, None where the expense was erased."""

    expense_id: str
    expense_version: int
    amount: int
    tax: int | None
    released_at: str | None
    merchant: str | None
    date: str | None
    category: str | None
    current_version: int | None
    place: int
    is_pictured: bool


async def choice_of(database: Database, account_id: str, params: ClaimParams) -> Choice:
    """What a claim may hold. Every claim is made from this, whoever asks for it."""
    period = Period(account_id, params.first_day, params.last_day, params.person)
    return await choice_for(database, period, params.payer_kind, params.payer_name, params.client, params.expense_ids)


async def choice_for(
    database: Database,
    period: Period,
    payer_kind: str,
    payer_name: str | None,
    client: str | None = None,
    expense_ids: Sequence[str] | None = None,
) -> Choice:
    name = payer_name if payer_kind == "customer" else client
    clients = None if name is None else await _spellings_of(database, period.account_id, name)
    return Choice(period, payer_kind, clients, expense_ids)


async def _spellings_of(database: Database, account_id: str, name: str) -> list[str]:
    """The clients of approved expenses that are this one."""
    query = "SELECT DISTINCT client FROM expenses WHERE account_id = ? AND status = 'approved' AND client IS NOT NULL"
    rows = await database.all(statement(query, account_id))
    return [client for row in rows if is_same_customer(client := text(row, "client"), name)]


async def list_owing(database: Database, period: Period) -> list[Owing]:
    """Customers with what they could be claimed for, each currency by itself; what names no customer comes last. A name
    that is spelled in several ways is one customer, under the spelling that comes first."""
    query = f"""
      SELECT expenses.client, expenses.currency, COUNT(*) AS n, SUM(expenses.total_minor) AS total {_FREE}
        AND expenses.billable = 1
      GROUP BY expenses.client, expenses.currency ORDER BY expenses.client, expenses.currency
    """
    found: dict[tuple[str | None, str], Owing] = {}
    names: dict[str | None, str | None] = {}
    for row in await database.all(statement(query, *period.values)):
        client = optional_text(row, "client") or None
        key = None if client is None else fold_name(client)
        name = names.setdefault(key, client)
        currency, count, total = text(row, "currency"), integer(row, "n"), integer(row, "total")
        before = found.get((key, currency), Owing(name, currency, 0, 0))
        found[key, currency] = Owing(name, currency, before.count + count, before.total + total)
    return [found[key] for key in sorted(found, key=lambda key: (key[0] is None, key[0] or "", key[1]))]


async def whose(database: Database, account_id: str, expense_ids: Sequence[str]) -> dict[str, str | None]:
    """The customer that each expense names; None: nobody. Of those that the account has."""
    query = """
      SELECT id, client FROM expenses WHERE account_id = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id
    """
    rows = await database.all(statement(query, account_id, _listed(expense_ids)))
    return {text(row, "id"): optional_text(row, "client") or None for row in rows}


async def count_claimable(database: Database, choice: Choice) -> list[Claimable]:
    """What could be claimed, each currency by itself."""
    query = f"""
      SELECT expenses.currency, COUNT(*) AS n, SUM(expenses.total_minor) AS total {_CLAIMABLE}
      GROUP BY expenses.currency ORDER BY expenses.currency
    """
    rows = await database.all(statement(query, *choice.values))
    return [Claimable(text(row, "currency"), integer(row, "n"), integer(row, "total")) for row in rows]


async def find_claimable(
    database: Database, choice: Choice, currency: str, behind: tuple[str, str] | None = None
) -> list[Row]:
    """Those in a currency with what is shown of them, the oldest first; at most MOST_EXPENSES. `behind` is the date and
    the id of one, which those that follow it are found by."""
    query = f"""
      SELECT expenses.id, expenses.date, expenses.version, expenses.total_minor, expenses.tax_minor, expenses.merchant,
        expenses.category, expenses.client {_CLAIMABLE}
        AND expenses.currency = ?8 AND (?9 IS NULL OR (expenses.date, expenses.id) > (?9, ?10))
      ORDER BY expenses.date, expenses.id LIMIT {MOST_EXPENSES}
    """
    return await database.all(statement(query, *choice.values, currency, *(behind or (None, None))))


def hold(run_id: str, account_id: str, found: Sequence[Row]) -> list[Statement]:
    """Take expenses into a claim. The batch fails where another claim has taken one, or one is not approved as it was
    found."""
    wanted: list[Json] = [
        {"id": text(row, "id"), "version": integer(row, "version"), "place": place}
        for place, row in enumerate(found, start=1)
    ]
    return [
        statement(
            """
            INSERT INTO claim_items (run_id, expense_id, expense_version, place, amount, tax)
            SELECT ?1, expenses.id, expenses.version, wanted.value ->> 'place', expenses.total_minor, expenses.tax_minor
            FROM json_each(?3) AS wanted JOIN expenses ON expenses.id = wanted.value ->> 'id'
            WHERE expenses.account_id = ?2 AND expenses.status = 'approved'
              AND expenses.version = wanted.value ->> 'version'
            """,
            run_id,
            account_id,
            dump(wanted),
        ),
        # NULL, which the column refuses, where one of them has changed.
        statement(
            """
            UPDATE claims SET items =
              CASE WHEN (SELECT COUNT(*) FROM claim_items WHERE run_id = ?1) = ?2 THEN CAST(?2 AS INTEGER) END
            WHERE run_id = ?1
            """,
            run_id,
            len(found),
        ),
    ]


def let_go(run_id: str, now: str, expense_ids: Sequence[str] | None = None) -> Statement:
    """Let expenses be claimed again; None: all that are in it."""
    return statement(
        """
        UPDATE claim_items SET released_at = ?2
        WHERE run_id = ?1 AND released_at IS NULL
          AND (?3 IS NULL OR expense_id IN (SELECT value FROM json_each(?3)))
        """,
        run_id,
        now,
        _listed(expense_ids),
    )


async def list_items(database: Database, run_id: str) -> list[Item]:
    """The expenses of a claim, in its order."""
    rows = await database.all(
        statement(
            """
            SELECT claim_items.*, expenses.merchant, expenses.date, expenses.category, expenses.version,
              COALESCE(receipts.media_type LIKE 'image/%', 0) AS is_pictured
            FROM claim_items LEFT JOIN expenses ON expenses.id = claim_items.expense_id
            LEFT JOIN receipts ON receipts.id = expenses.receipt_id
            WHERE claim_items.run_id = ? ORDER BY claim_items.place
            """,
            run_id,
        )
    )
    return [_item(row) for row in rows]


async def find_picture(database: Database, run_id: str, place: int) -> str | None:
    """Where the picture behind the expense at a place, counted from 1, lies; None where it has none."""
    row = await database.first(
        statement(
            """
            SELECT receipts.object_key FROM claim_items
            JOIN expenses ON expenses.id = claim_items.expense_id JOIN receipts ON receipts.id = expenses.receipt_id
            WHERE claim_items.run_id = ? AND claim_items.place = CAST(? AS INTEGER)
              AND receipts.media_type LIKE 'image/%'
            """,
            run_id,
            place,
        )
    )
    return None if row is None else text(row, "object_key")


def _listed(values: Sequence[str] | None) -> str | None:
    each: list[Json] | None = None if values is None else [*values]
    return None if each is None else dump(each)


def _item(row: Row) -> Item:
    return Item(
        expense_id=text(row, "expense_id"),
        expense_version=integer(row, "expense_version"),
        amount=integer(row, "amount"),
        tax=optional_integer(row, "tax"),
        released_at=optional_text(row, "released_at"),
        merchant=optional_text(row, "merchant"),
        date=optional_text(row, "date"),
        category=optional_text(row, "category"),
        current_version=optional_integer(row, "version"),
        place=integer(row, "place"),
        is_pictured=row["is_pictured"] == 1,
    )
