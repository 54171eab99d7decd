"""Applying transactions: one D1 batch, three answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Final, cast

from tillroll.ledger.record.accounts import account_of
from tillroll.ledger.record.statements import STATEMENTS, refuse_another_body, write
from tillroll.ledger.values.refusals import Refusal
from tillroll.ledger.values.resolving import Kind, Known, Line, named, resolve
from tillroll.ledger.values.transfers import Transaction
from tillroll.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    Statement,
    optional_integer,
    optional_text,
    statement,
    text,
)
from tillroll.platform.clock import Clock, to_text
from tillroll.platform.json import Json, dump

MOST_AT_ONCE: Final = 100
"""Transactions in one batch: three statements each, of the thousand that D1 takes an invocation."""

_NAMED_TRANSFERS: Final = """
  SELECT id, kind, debit_id, credit_id, currency, posted, pending, pending_id, reverses_id, rate, rate_source, reference
  FROM ledger_transfers WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2))
"""
_NAMED_ACCOUNTS: Final = """
  SELECT id, name, currency, normal_side, least_available, created_at FROM ledger_accounts
  WHERE account_id = ?1 AND id IN (
    SELECT value FROM json_each(?2)
    UNION SELECT debit_id FROM ledger_transfers WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?3))
    UNION SELECT credit_id FROM ledger_transfers WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?3)))
"""
_STORED: Final = """
  SELECT id, digest, outcome, reason, refused_position, at FROM ledger_transactions
  WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2))
"""


class Answer(StrEnum):
    """What becomes of a transaction that is asked for. A repetition of a refused one is refused."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class Posted:
    """
    Attributes:
        refusal, refused_position: of a refused one, why, and the place of the transfer that is to blame, from 0.
        at: when it was decided, by the database's clock.
        is_new: False where it had been decided before.
    """

    id: str
    answer: Answer
    refusal: Refusal | None
    refused_position: int | None
    at: str
    is_new: bool


class AnotherBody(Exception):
    """The id of the transaction, or of one of its transfers, stands for something else. Nothing was written."""


@dataclass(frozen=True)
class Books:
    """Whose ledger it is, and who writes; `actor` as the audit names them."""

    account_id: str
    actor: str


async def post(database: Database, clock: Clock, books: Books, transaction: Transaction) -> Posted:
    """Apply a transaction, or say what became of it before.

    Raises:
        AnotherBody: its id, or a transfer's, stands for something else.
    """
    [posted] = await post_all(database, clock, books, [transaction])
    return posted


async def post_all(database: Database, clock: Clock, books: Books, transactions: Sequence[Transaction]) -> list[Posted]:
    """Apply up to MOST_AT_ONCE transactions in their order, in one batch; each by itself: one that is refused does not
    hinder the others.

    Raises:
        AnotherBody: an id stands for something else. Nothing of all was written.
        ValueError: there are too many, or one id comes twice.
    """
    ids = [transaction.id for transaction in transactions]
    if len(ids) > MOST_AT_ONCE or len({*ids}) < len(ids):
        raise ValueError(f"Give at most {MOST_AT_ONCE} transactions, each under an id of its own")
    wanted: list[Json] = [*ids]
    statements = await prepare(database, clock, books, transactions)
    try:
        *answers, stored = await database.batch([*statements, statement(_STORED, books.account_id, dump(wanted))])
    except ConstraintFailed as error:
        raise AnotherBody(f"an id of {', '.join(ids[:3])} stands for another transfer") from error
    rows = {text(row, "id"): row for row in stored}
    # The first statement of each returns a row where it decided.
    return [
        _posted(each, rows[each.id], is_new=bool(answers[place * STATEMENTS]))
        for place, each in enumerate(transactions)
    ]


async def prepare(
    database: Database, clock: Clock, books: Books, transactions: Sequence[Transaction]
) -> list[Statement]:
    """What writes the transactions, for a batch, which fails where an id stands for another body. What is read for
    them never changes."""
    known = await _known(database, books.account_id, transactions)
    now = to_text(clock.now())
    written = [write(books.account_id, books.actor, now, each, resolve(each, known)) for each in transactions]
    return [*chain.from_iterable(written), refuse_another_body(books.account_id, transactions)]


async def _known(database: Database, account_id: str, transactions: Sequence[Transaction]) -> Known:
    accounts, transfers = named(transactions)
    named_accounts: list[Json] = [*sorted(accounts)]
    named_transfers: list[Json] = [*sorted(transfers)]
    lines, rows = await database.batch(
        [
            statement(_NAMED_TRANSFERS, account_id, dump(named_transfers)),
            statement(_NAMED_ACCOUNTS, account_id, dump(named_accounts), dump(named_transfers)),
        ]
    )
    return Known(
        {account.id: account for account in map(account_of, rows)}, {text(row, "id"): line_of(row) for row in lines}
    )


def line_of(row: Row) -> Line:
    """A transfer as it is stored."""
    return Line(
        id=text(row, "id"),
        kind=cast("Kind", text(row, "kind")),  # the table takes no other
        debit=optional_text(row, "debit_id"),
        credit=optional_text(row, "credit_id"),
        currency=optional_text(row, "currency"),
        posted=optional_integer(row, "posted"),
        pending=optional_integer(row, "pending"),
        pending_id=optional_text(row, "pending_id"),
        reverses_id=optional_text(row, "reverses_id"),
        rate=optional_text(row, "rate"),
        rate_source=optional_text(row, "rate_source"),
        reference=optional_text(row, "reference"),
    )


def _posted(transaction: Transaction, row: Row, *, is_new: bool) -> Posted:
    reason = optional_text(row, "reason")
    first = Answer.APPLIED if is_new else Answer.DUPLICATE
    return Posted(
        id=transaction.id,
        answer=first if reason is None else Answer.REFUSED,
        refusal=None if reason is None else Refusal(reason),
        refused_position=optional_integer(row, "refused_position"),
        at=text(row, "at"),
        is_new=is_new,
    )
