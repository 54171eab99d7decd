"""Payouts as they are shown."""

from dataclasses import dataclass
from typing import Final

from tillroll.durable import statement
from tillroll.platform.bindings.database import Row, integer, optional_text, text
from tillroll.platform.services import Platform
from tillroll.workflows.payout.by_file.rows import WAITING
from tillroll.workflows.payout.contract import PAY

_SHOWN: Final = f"""
  SELECT p.run_id, p.payee_id, e.name AS payee_name, p.currency, p.amount, p.reference, p.asked_by, r.state, r.status,
    json_extract(r.external_ids, '$."{PAY.name}"') AS payment_id, p.payment_status, p.payment_reason,
    r.failure_class, p.batch_id, p.settled_as, p.settled_by, p.settled_at, p.created_at,
    e.archived_at AS payee_archived_at,
    EXISTS (SELECT 1 FROM payment_instructions i WHERE i.run_id = p.run_id AND {WAITING}) AS waits_for_file
  FROM payouts p JOIN payees e ON e.id = p.payee_id JOIN runs r ON r.id = p.run_id
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class PayoutSeen:
    """A payout with where its run stands. Amounts are minor units. `settled_as`, paid or not_paid, is what a person has
    said became of it, where nobody else could. `waits_for_file`: a file for the bank takes it, and nobody made one;
    where the payee was archived, only by a person's word."""

    id: str
    payee_id: str
    payee_name: str
    currency: str
    amount: int
    reference: str
    asked_by: str
    state: str
    status: str
    payment_id: str | None
    payment_status: str | None
    payment_reason: str | None
    failure_class: str | None
    settled_as: str | None
    settled_by: str | None
    settled_at: str | None
    batch_id: str | None
    waits_for_file: bool
    payee_archived_at: str | None
    created_at: str


async def show_payout(platform: Platform, account_id: str, run_id: str) -> PayoutSeen | None:
    """One payout of the account; None where it has none of this id."""
    row = await platform.database.first(
        statement(f"{_SHOWN} WHERE p.run_id = ? AND p.account_id = ?", run_id, account_id)
    )
    return None if row is None else _seen(row)


async def list_payouts(
    platform: Platform, account_id: str, state: str | None, batch_id: str | None, behind: str, wanted: int
) -> list[PayoutSeen]:
    """The newest first, `behind` an id; of one batch, where that is given."""
    query = f"""
      {_SHOWN} WHERE p.account_id = ?1 AND p.run_id < ?2 AND (?3 IS NULL OR r.state = ?3)
        AND (?5 IS NULL OR p.batch_id = ?5)
      ORDER BY p.run_id DESC LIMIT ?4
    """
    rows = await platform.database.all(statement(query, account_id, behind, state, wanted, batch_id))
    return [_seen(row) for row in rows]


def _seen(row: Row) -> PayoutSeen:
    return PayoutSeen(
        id=text(row, "run_id"),
        payee_id=text(row, "payee_id"),
        payee_name=text(row, "payee_name"),
        currency=text(row, "currency"),
        amount=integer(row, "amount"),
        reference=text(row, "reference"),
        asked_by=text(row, "asked_by"),
        state=text(row, "state"),
        status=text(row, "status"),
        payment_id=optional_text(row, "payment_id"),
        payment_status=optional_text(row, "payment_status"),
        payment_reason=optional_text(row, "payment_reason"),
        failure_class=optional_text(row, "failure_class"),
        settled_as=optional_text(row, "settled_as"),
        settled_by=optional_text(row, "settled_by"),
        settled_at=optional_text(row, "settled_at"),
        batch_id=optional_text(row, "batch_id"),
        waits_for_file=integer(row, "waits_for_file") == 1,
        payee_archived_at=optional_text(row, "payee_archived_at"),
        created_at=text(row, "created_at"),
    )
