"""Rows of claims: the claims, their events and their items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from tillroll.claims.contract import MOST_EXPENSES, ClaimParams
from tillroll.claims.rules import Standing, fold_name, is_same_customer
from tillroll.durable import Statement, statement
from tillroll.platform.bindings.database import Database, Row, integer, of_row, optional_integer, optional_text, text
from tillroll.platform.json import Json, dump
from tillroll.platform.tables import ACCOUNT, Gone, Table


@dataclass(frozen=True)
class NewClaim:
    """What is asked for. `asked_by` is whoever asks, as the audit names them."""

    account_id: str
    currency: str
    payer_kind: str
    payer_name: str
    sent_by: str
    terms_days: int
    asked_by: str
    payer_mail: str | None = None


@dataclass(frozen=True)
class Claim:
    """
    Attributes:
        run_id: its run's id, which is its own.
        sent_by: hand, webhook or mail; mail goes to `payer_mail`.
        number: as people read it, such as 2026-0007; None before it is issued.
        version: counts what happened to it.
        told: the version that its run was told of.
        items: how many expenses were claimed.
    """

    run_id: str
    account_id: str
    payer_kind: str
    payer_name: str
    sent_by: str
    terms_days: int
    asked_by: str
    created_at: str
    number: str | None
    issued_on: date | None
    version: int
    told: int
    items: int
    standing: Standing
    payer_mail: str | None = None

    @property
    def now(self) -> Literal["open", "disputed", "closed"]:
        """Where it stands, as its run is told."""
        return "closed" if self.standing.is_closed else "disputed" if self.standing.is_disputed else "open"


@dataclass(frozen=True)
class Event:
    """What happened to a claim. `key` is unique in it; amounts are minor units of `currency`. A numbered event is given
    the next number of its account and year. `version` is its place among what happened, once it is kept;
    `reverses` that of the payment that it takes back."""

    kind: str
    key: str
    actor: str
    at: str
    currency: str | None = None
    amount: int | None = None
    applied: int | None = None
    day: date | None = None
    said: str | None = None
    number: str | None = None
    is_numbered: bool = False
    version: int | None = None
    reverses: int | None = None


def insert_claim(new: NewClaim, run_id: str, now: str) -> Statement:
    return statement(
        """
        INSERT INTO claims (run_id, account_id, currency, payer_kind, payer_name, sent_by, terms_days, asked_by,
                            created_at, payer_mail)
        VALUES (?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?, ?, ?)
        """,
        run_id,
        new.account_id,
        new.currency,
        new.payer_kind,
        new.payer_name,
        new.sent_by,
        new.terms_days,
        new.asked_by,
        now,
        new.payer_mail,
    )


def withdraw_draft(run_id: str) -> Statement:
    """Of a run that ended before anything was claimed."""
    return statement("UPDATE claims SET is_withdrawn = 1 WHERE run_id = ? AND version = 0", run_id)


async def load_claim(database: Database, run_id: str, account_id: str | None = None) -> Claim | None:
    """The claim; None where there is none, or it is not the account's that is named."""
    row = await database.first(
        statement("SELECT * FROM claims WHERE run_id = ?1 AND (?2 IS NULL OR account_id = ?2)", run_id, account_id)
    )
    return None if row is None else claim_of(row)


def move(claim: Claim, after: Standing, event: Event, *, is_own: bool) -> list[Statement]:
    """What writes a change, for a batch, which fails where the claim is at another version than it was read. Of what
    `is_own`, the run's, the run is not told."""
    insert = statement(
        f"""
        INSERT INTO claim_events (run_id, version, account_id, kind, key, currency, amount, applied, day, said, actor,
                                  at, year, number, reverses)
        VALUES (?1, CAST(?2 AS INTEGER), ?3, ?4, ?5, ?6, CAST(?7 AS INTEGER), CAST(?8 AS INTEGER), ?9, ?10, ?11, ?12,
                {_NUMBER_OF_NOTE}, CAST(?14 AS INTEGER))
        """,  # noqa: S608 - a constant
        claim.run_id,
        claim.version + 1,
        claim.account_id,
        event.kind,
        event.key,
        event.currency,
        event.amount,
        event.applied,
        None if event.day is None else event.day.isoformat(),
        event.said,
        event.actor,
        event.at,
        event.at[:4] if event.is_numbered else None,
        event.reverses,
    )
    update = statement(
        """
        UPDATE claims SET version = version + 1, claimed = CAST(?2 AS INTEGER), applied = CAST(?3 AS INTEGER),
          credited = CAST(?4 AS INTEGER), is_disputed = ?5, is_withdrawn = ?6, due_on = ?7,
          written_off = CAST(?9 AS INTEGER),
          told = CASE WHEN ?8 = 1 AND told = version THEN version + 1 ELSE told END
        WHERE run_id = ?1
        """,
        claim.run_id,
        after.claimed,
        after.applied,
        after.credited,
        int(after.is_disputed),
        int(after.is_withdrawn),
        None if after.due_on is None else after.due_on.isoformat(),
        int(is_own),
        after.written_off,
    )
    return [insert, update]


_KEPT: Final = """
  SELECT COALESCE(SUM(CASE kind WHEN 'payment' THEN amount ELSE -amount END), 0) AS kept FROM claim_events
  WHERE run_id = ? AND currency = ? AND kind IN ('payment', 'reversed', 'refunded')
"""
_NUMBER_OF_NOTE: Final = """
  CAST(?13 AS INTEGER), CASE WHEN ?13 IS NOT NULL THEN
    (SELECT COALESCE(MAX(number), 0) + 1 FROM claim_events WHERE account_id = ?3 AND year = CAST(?13 AS INTEGER)) END
"""


def give_number(claim: Claim, issued_on: date) -> Statement:
    """The next number of the account and the year: in the batch that issues, so that none is left out."""
    return statement(
        """
        UPDATE claims SET issued_on = ?3, year = CAST(?2 AS INTEGER), number = (
          SELECT COALESCE(MAX(other.number), 0) + 1 FROM claims AS other
          WHERE other.account_id = claims.account_id AND other.year = CAST(?2 AS INTEGER))
        WHERE run_id = ?1 AND number IS NULL
        """,
        claim.run_id,
        issued_on.year,
        issued_on.isoformat(),
    )


def note_told(run_id: str, version: int) -> Statement:
    """That the run was told of a version."""
    return statement("UPDATE claims SET told = MAX(told, CAST(?2 AS INTEGER)) WHERE run_id = ?1", run_id, version)


async def find_event(database: Database, run_id: str, key: str) -> Event | None:
    row = await database.first(statement("SELECT * FROM claim_events WHERE run_id = ? AND key = ?", run_id, key))
    return None if row is None else event_of(row)


async def load_event(database: Database, run_id: str, version: int, account_id: str) -> Event | None:
    """What happened under a version."""
    query = "SELECT * FROM claim_events WHERE run_id = ? AND version = CAST(? AS INTEGER) AND account_id = ?"
    row = await database.first(statement(query, run_id, version, account_id))
    return None if row is None else event_of(row)


async def load_kept(database: Database, run_id: str, currency: str) -> int:
    """What came of a currency, in minor units, without what was taken back or sent back."""
    row = await database.first(statement(_KEPT, run_id, currency))
    return 0 if row is None else integer(row, "kept")


async def load_owed_back(database: Database, claim: Claim, currency: str) -> int:
    """What came of a currency and belongs to no claim; below zero where more was sent back than came."""
    is_its_own = currency == claim.standing.currency
    return await load_kept(database, claim.run_id, currency) - (claim.standing.applied if is_its_own else 0)


async def find_newest(database: Database, run_id: str, kind: str) -> Event | None:
    """What happened last of a kind."""
    query = "SELECT * FROM claim_events WHERE run_id = ? AND kind = ? ORDER BY version DESC LIMIT 1"
    row = await database.first(statement(query, run_id, kind))
    return None if row is None else event_of(row)


async def list_events(database: Database, run_id: str) -> Sequence[Event]:
    """What happened to a claim, in its order."""
    rows = await database.all(statement("SELECT * FROM claim_events WHERE run_id = ? ORDER BY version", run_id))
    return [event_of(row) for row in rows]


def event_of(row: Row) -> Event:
    return Event(
        kind=text(row, "kind"),
        key=text(row, "key"),
        actor=text(row, "actor"),
        at=text(row, "at"),
        currency=optional_text(row, "currency"),
        amount=optional_integer(row, "amount"),
        applied=optional_integer(row, "applied"),
        day=_day(row, "day"),
        said=optional_text(row, "said"),
        number=_number(row, "CN-"),
        version=integer(row, "version"),
        reverses=optional_integer(row, "reverses"),
    )


def claim_of(row: Row) -> Claim:
    """The claim of a row of `claims`."""
    return Claim(
        run_id=text(row, "run_id"),
        account_id=text(row, "account_id"),
        payer_kind=text(row, "payer_kind"),
        payer_name=text(row, "payer_name"),
        sent_by=text(row, "sent_by"),
        terms_days=integer(row, "terms_days"),
        asked_by=text(row, "asked_by"),
        created_at=text(row, "created_at"),
        number=_number(row),
        issued_on=_day(row, "issued_on"),
        version=integer(row, "version"),
        told=integer(row, "told"),
        items=integer(row, "items"),
        standing=of_row(Standing, row, due_on=_day(row, "due_on")),
        payer_mail=optional_text(row, "payer_mail"),
    )


def _day(row: Row, column: str) -> date | None:
    written = optional_text(row, column)
    return None if written is None else date.fromisoformat(written)


def _number(row: Row, series: str = "") -> str | None:
    year, number = optional_integer(row, "year"), optional_integer(row, "number")
    return None if year is None or number is None else f"{series}{year}-{number:04}"


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
    return of_row(Item, row, current_version=optional_integer(row, "version"))


TABLES: Final = (
    Table("claim_events", Gone(ACCOUNT), key="run_id, version"),
    Table(
        "claim_links",
        Gone(ACCOUNT),
        shut="revoked_at = COALESCE(revoked_at, ?1)",
        without=frozenset({"hash"}),
    ),
    Table(
        "claim_note_files", Gone("run_id IN (SELECT run_id FROM claims WHERE account_id = ?1)"), key="run_id, version"
    ),
    Table("claim_files", Gone("run_id IN (SELECT run_id FROM claims WHERE account_id = ?1)"), key="run_id, name"),
    Table("claim_items", Gone("run_id IN (SELECT run_id FROM claims WHERE account_id = ?1)"), key="run_id, expense_id"),
    Table("claims", Gone(ACCOUNT)),
)
