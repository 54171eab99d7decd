"""Facts that a workflow appends: in the batch of its own step, so that the step and the money are one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.ledger.record.posting import AnotherBody, Answer, Books, Posted, prepare
from tillroll.ledger.values.refusals import Refusal
from tillroll.ledger.values.transfers import Transaction
from tillroll.platform.bindings.database import (
    Database,
    Row,
    Statement,
    optional_integer,
    optional_text,
    statement,
    text,
)
from tillroll.platform.clock import Clock

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
        return Fact(_told(row), [])
    return Fact(None, await prepare(database, clock, books, [transaction]))


async def find_fact(database: Database, account_id: str, id_: str) -> Posted | None:
    """What became of a transaction that was appended; None where it was not."""
    row = await database.first(statement(_FACT, account_id, id_))
    return None if row is None else _told(row)


def _told(row: Row) -> Posted:
    reason = optional_text(row, "reason")
    return Posted(
        id=text(row, "id"),
        answer=Answer.DUPLICATE if reason is None else Answer.REFUSED,
        refusal=None if reason is None else Refusal(reason),
        refused_position=optional_integer(row, "refused_position"),
        at=text(row, "at"),
        is_new=False,
    )
