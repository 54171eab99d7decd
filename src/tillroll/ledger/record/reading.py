"""Transfers as they were asked for, with what became of them."""

from dataclasses import dataclass
from typing import Final

from tillroll.ledger.record.posting import line_of
from tillroll.ledger.values.refusals import Refusal
from tillroll.ledger.values.resolving import Line
from tillroll.platform.bindings.database import Database, Row, Value, integer, optional_text, statement, text

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
    return Told(
        number=integer(row, "number"),
        line=line_of(row),
        transaction=text(row, "transaction_id"),
        outcome=text(row, "outcome"),
        reason=None if reason is None else Refusal(reason),
        expires_at=optional_text(row, "expires_at"),
        actor=text(row, "actor"),
        at=text(row, "at"),
    )
