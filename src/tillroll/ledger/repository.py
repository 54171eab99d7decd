"""Reads the ledger: balances, statements of accounts, transfers. Appends facts in the batch of a workflow's step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.ledger.accounts import account_of
from tillroll.ledger.posting import NOW, AnotherBody, Answer, Books, Posted, line_of, prepare
from tillroll.ledger.rules import Line, Refusal
from tillroll.ledger.transfers import Account, Side, Sums, Transaction
from tillroll.platform.bindings.database import (
    Database,
    Row,
    Statement,
    Value,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll.platform.clock import Clock
from tillroll.platform.tables import ACCOUNT, Emptied, Kept, Stays, Table

# An account's last entry before a time (?2); the index by time finds it at once.
_LAST: Final = """
  (SELECT seq FROM ledger_entries
   WHERE account_id = account.account_id AND ledger_account_id = account.id AND at < moment.at
   ORDER BY at DESC, seq DESC LIMIT 1)
"""
# What was pending then although its time had passed: it is open still, or was resolved after that moment. So neither
# what is resolved nor what never ends is looked through.
_PASSED: Final = """
  (SELECT COALESCE(SUM(held.pending), 0) FROM ledger_open open
   JOIN ledger_transfers held ON held.account_id = open.account_id AND held.id = open.transfer_id
   WHERE open.account_id = account.account_id AND open.{side}_id = account.id AND open.expires_at < moment.at
     AND held.at < moment.at)
  + (SELECT COALESCE(SUM(held.pending), 0) FROM ledger_transfers resolving
     JOIN ledger_transactions done
       ON done.account_id = resolving.account_id AND done.id = resolving.transaction_id AND done.outcome = 'applied'
     JOIN ledger_transfers held ON held.account_id = resolving.account_id AND held.id = resolving.pending_id
     WHERE resolving.account_id = account.account_id AND resolving.{side}_id = account.id
       AND resolving.pending_id IS NOT NULL AND resolving.at >= moment.at
       AND held.expires_at < moment.at AND held.at < moment.at)
"""
# The first moment at which nothing is written yet. The times of transactions never go back, the database's clock may.
_NEXT: Final = f"""
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', MAX({NOW}, COALESCE(
    (SELECT at FROM ledger_transactions WHERE account_id = ?1 ORDER BY number DESC LIMIT 1), '')),
    '+0.001 seconds') AS next
"""  # noqa: S608 - constants
_SUMS: Final = f"""
  SELECT account.id, account.name, account.currency, account.normal_side, account.least_available, moment.at AS moment,
         COALESCE(last.seq, 0) AS seq,
         COALESCE(last.debits_posted, 0) AS debits_posted, COALESCE(last.credits_posted, 0) AS credits_posted,
         COALESCE(last.debits_pending, 0) - ({_PASSED.format(side="debit")}) AS debits_pending,
         COALESCE(last.credits_pending, 0) - ({_PASSED.format(side="credit")}) AS credits_pending
  FROM (SELECT COALESCE(MIN(?2, next), next) AS at FROM ({_NEXT})) moment
  JOIN ledger_accounts account ON account.account_id = ?1
  LEFT JOIN ledger_entries last ON last.account_id = account.account_id AND last.ledger_account_id = account.id
    AND last.seq = {_LAST}
"""  # noqa: S608 - constants
_OF_CURRENCY: Final = "(?{0} IS NULL OR account.currency = ?{0})"


@dataclass(frozen=True)
class Balance:
    """An account with its sums before a moment (UTC text)."""

    account: Account
    sums: Sums
    moment: str


@dataclass(frozen=True)
class Entry:
    """One side of a transfer as an account has it. `balance` is the posted one behind it."""

    seq: int
    transfer: str
    transaction: str
    kind: str
    side: Side
    posted: int
    pending: int
    balance: int
    other_account: str
    reference: str | None
    at: str


@dataclass(frozen=True)
class AccountStatement:
    """An account's entries from one time to before another (`until`, UTC text). `opening` with the signed amounts of
    all entries is `closing`; `entries` is a page of them, `has_more` says whether others follow."""

    account: Account
    until: str
    opening: int
    closing: int
    entries: Sequence[Entry]
    has_more: bool


@dataclass(frozen=True)
class CurrencyTotal:
    """What all accounts of a currency sum up to; the books balance where both sides are equal, posted and pending."""

    currency: str
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int

    @property
    def is_balanced(self) -> bool:
        return (self.debits_posted, self.debits_pending) == (self.credits_posted, self.credits_pending)


async def balance_at(database: Database, account_id: str, id_: str, before: str | None) -> Balance | None:
    """An account's sums before a time, else by now; None where there is no such account."""
    row = await database.first(statement(f"{_SUMS} WHERE account.id = ?3", account_id, before, id_))
    return None if row is None else _balance(row)


async def balances_at(
    database: Database, account_id: str, before: str | None, behind: str, wanted: int, currency: str | None = None
) -> list[Balance]:
    """The same of all accounts, or of those of a currency, by id, behind one."""
    query = f"{_SUMS} WHERE account.id > ?3 AND {_OF_CURRENCY.format(5)} ORDER BY account.id LIMIT ?4"
    rows = await database.all(statement(query, account_id, before, behind, wanted, currency))
    return [_balance(row) for row in rows]


async def totals_at(
    database: Database, account_id: str, before: str | None, currency: str | None = None
) -> list[CurrencyTotal]:
    """What all accounts sum up to, by currency; or those of one."""
    sums = "debits_posted", "credits_posted", "debits_pending", "credits_pending"
    summed = ", ".join(f"SUM({each}) AS {each}" for each in sums)
    found = f"{_SUMS} WHERE {_OF_CURRENCY.format(3)}"
    query = f"SELECT currency, {summed} FROM ({found}) GROUP BY currency ORDER BY currency"  # noqa: S608 - constants
    rows = await database.all(statement(query, account_id, before, currency))
    return [CurrencyTotal(text(row, "currency"), *(integer(row, each) for each in sums)) for row in rows]


async def statement_of(
    database: Database, account_id: str, id_: str, since: str | None, until: str | None, behind: int, wanted: int
) -> AccountStatement | None:
    """The entries of [since, until), behind a number; None where there is no such account."""
    closing = await balance_at(database, account_id, id_, until)
    if closing is None:
        return None
    opening = None if since is None else await balance_at(database, account_id, id_, since)
    side = closing.account.normal_side
    rows = await database.all(
        statement(
            """
            SELECT entry.seq, entry.transfer_id, entry.side, entry.posted, entry.pending, entry.debits_posted,
                   entry.credits_posted, entry.at, transfer.transaction_id, transfer.kind, transfer.reference,
                   CASE entry.side WHEN 'debit' THEN transfer.credit_id ELSE transfer.debit_id END AS other_account
            FROM ledger_entries entry
            JOIN ledger_transfers transfer
              ON transfer.account_id = entry.account_id AND transfer.id = entry.transfer_id
            WHERE entry.account_id = ?1 AND entry.ledger_account_id = ?2 AND entry.seq > ?3
              AND entry.at >= ?4 AND entry.at < ?5
            ORDER BY entry.seq LIMIT ?6
            """,
            account_id,
            id_,
            behind,
            since or "",
            closing.moment,
            wanted + 1,
        )
    )
    entries = [_entry(row, side) for row in rows]
    return AccountStatement(
        account=closing.account,
        until=closing.moment,
        opening=0 if opening is None else opening.sums.posted(side),
        closing=closing.sums.posted(side),
        entries=entries[:wanted],
        has_more=len(entries) > wanted,
    )


def _entry(row: Row, side: Side) -> Entry:
    return of_row(
        Entry,
        row,
        transfer=text(row, "transfer_id"),
        transaction=text(row, "transaction_id"),
        balance=Sums(integer(row, "debits_posted"), integer(row, "credits_posted")).posted(side),
        reference=None if row["reference"] is None else text(row, "reference"),
    )


def _balance(row: Row) -> Balance:
    sums = Sums(
        integer(row, "debits_posted"),
        integer(row, "credits_posted"),
        integer(row, "debits_pending"),
        integer(row, "credits_pending"),
    )
    return Balance(account_of(row), sums, text(row, "moment"))


_TRANSFERS: Final = """
  SELECT transfer.number, transfer.id, transfer.transaction_id, transfer.kind, transfer.debit_id, transfer.credit_id,
         transfer.currency, transfer.posted, transfer.pending, transfer.pending_id, transfer.reverses_id,
         transfer.expires_at, transfer.rate, transfer.rate_source, transfer.reference, transfer.at,
         whole.outcome, whole.reason, whole.actor
  FROM ledger_transfers transfer
  JOIN ledger_transactions whole
    ON whole.account_id = transfer.account_id AND whole.id = transfer.transaction_id
  WHERE transfer.account_id = ?1
"""


@dataclass(frozen=True)
class Told:
    """A transfer, and what became of the transaction it is of. `number` orders all transfers."""

    number: int
    line: Line
    transaction: str
    outcome: str
    reason: Refusal | None
    expires_at: str | None
    actor: str
    at: str


async def find_transfer(database: Database, account_id: str, id_: str) -> Told | None:
    """The transfer, or None."""
    row = await database.first(statement(f"{_TRANSFERS} AND transfer.id = ?2", account_id, id_))
    return None if row is None else _told(row)


async def transfers_of(database: Database, account_id: str, transaction_id: str) -> list[Told]:
    """The transfers of a transaction, in their order."""
    query = f"{_TRANSFERS} AND transfer.transaction_id = ?2 ORDER BY transfer.position"
    return [_told(row) for row in await database.all(statement(query, account_id, transaction_id))]


async def list_transfers(
    database: Database, account_id: str, equal: dict[str, str | None], before: int | None, wanted: int
) -> list[Told]:
    """The newest first, before a number. `equal` may have `transaction`, `outcome`, and `account` for either side."""
    conditions = {
        "transaction": "transfer.transaction_id = ?{0}",
        "outcome": "whole.outcome = ?{0}",
        "account": "(transfer.debit_id = ?{0} OR transfer.credit_id = ?{0})",
    }
    values: list[Value] = [account_id, wanted]
    query = _TRANSFERS
    for name, value in equal.items():
        if value is not None:
            values.append(value)
            query += f" AND {conditions[name].format(len(values))}"
    if before is not None:
        values.append(before)
        query += f" AND transfer.number < ?{len(values)}"
    rows = await database.all(statement(f"{query} ORDER BY transfer.number DESC LIMIT ?2", *values))
    return [_told(row) for row in rows]


def _told(row: Row) -> Told:
    reason = optional_text(row, "reason")
    return of_row(
        Told,
        row,
        line=line_of(row),
        transaction=text(row, "transaction_id"),
        reason=None if reason is None else Refusal(reason),
    )


_FACT: Final = """
  SELECT id, digest, outcome, reason, refused_position, at FROM ledger_transactions WHERE account_id = ? AND id = ?
"""


@dataclass(frozen=True)
class Fact:
    """
    Attributes:
        existing: what became of it, where it was appended before with the same body.
        statements: else what appends it, for the step's `Outcome`. They make the batch fail where the id stands for
            another body by then. Applied or refused: `find_fact` tells in the next step.
    """

    existing: Posted | None
    statements: Sequence[Statement]


async def append_fact(database: Database, clock: Clock, books: Books, transaction: Transaction) -> Fact:
    """Append a transaction once, by its id: the step's idempotency key, {run}:{step} by default.

    Raises:
        AnotherBody: the id stands for another one.
    """
    row = await database.first(statement(_FACT, books.account_id, transaction.id))
    if row is not None:
        if text(row, "digest") != transaction.digest():
            raise AnotherBody(transaction.id)
        return Fact(_posted(row), [])
    return Fact(None, await prepare(database, clock, books, [transaction]))


async def find_fact(database: Database, account_id: str, id_: str) -> Posted | None:
    """What became of a transaction that was appended; None where it was not."""
    row = await database.first(statement(_FACT, account_id, id_))
    return None if row is None else _posted(row)


def _posted(row: Row) -> Posted:
    reason = optional_text(row, "reason")
    return of_row(
        Posted,
        row,
        answer=Answer.DUPLICATE if reason is None else Answer.REFUSED,
        refusal=None if reason is None else Refusal(reason),
        is_new=False,
    )


_UNCHANGED = Stays(
    "a fact of the ledger is never changed: it has ids, amounts, days and a reference, as law asks of books"
)
TABLES: Final = (
    Table(
        "ledger_accounts",
        Emptied("name = id", "account_id = ?1 AND name <> id"),
        key="account_id, id",
        account_gets=ACCOUNT,
    ),
    Table("ledger_transactions", _UNCHANGED, account_gets=ACCOUNT),
    Table("ledger_transfers", _UNCHANGED, account_gets=ACCOUNT),
    Table("ledger_entries", _UNCHANGED, key="account_id, ledger_account_id, seq", account_gets=ACCOUNT),
    Table("ledger_open", _UNCHANGED, key="account_id, transfer_id", account_gets=ACCOUNT),
)


RETENTION: Final = (Kept("the ledger's facts", "for good: they are never changed", "nobody"),)
