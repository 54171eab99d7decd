"""Payouts that may be the same once more: to the same place, of the same amount and currency, within thirty days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tillroll.durable import statement
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import dump
from tillroll.workflows.payout.contract import PayoutParams
from tillroll.workflows.payout.outcomes import OUTCOME

WITHIN: Final = timedelta(days=30)
_MOST: Final = 50
# Only what was paid, or may be yet. What came back after it was paid is with the company: it is rightly asked for anew.
_ALIKE: Final = f"""
  SELECT DISTINCT p.run_id, p.payee_id, e.name AS payee_name, p.currency, p.amount, p.reference, r.state, p.batch_id,
    p.created_at
  FROM json_each(?2) line
  JOIN payees asked ON asked.id = json_extract(line.value, '$[0]') AND asked.account_id = ?1
  JOIN payees e ON e.account_id = ?1 AND e.paid_to = asked.paid_to
  JOIN payouts p ON p.payee_id = e.id AND p.currency = json_extract(line.value, '$[1]')
    AND p.amount = json_extract(line.value, '$[2]')
  JOIN runs r ON r.id = p.run_id
  WHERE p.account_id = ?1 AND p.created_at BETWEEN ?3 AND ?4 AND p.run_id <> ?5 AND COALESCE(p.batch_id, '') <> ?6
    AND {OUTCOME} IN ('paid', 'open', 'unknown')
  ORDER BY p.run_id DESC LIMIT {_MOST}
"""  # noqa: S608 - names of the contract
_NONE: Final = "-"


@dataclass(frozen=True)
class Alike:
    """A payout like the one that is asked for or decided on. `amount` is in minor units."""

    id: str
    payee_id: str
    payee_name: str
    currency: str
    amount: int
    reference: str
    state: str
    batch_id: str | None
    created_at: str


async def alike_to(
    database: Database,
    account_id: str,
    lines: Iterable[tuple[str, str, int]],
    at: datetime,
    *,
    run_id: str | None = None,
    batch_id: str | None = None,
) -> list[Alike]:
    """The newest first, at most fifty: payouts that are live or paid, within thirty days of `at`, like one of `lines`
    (payee, currency, minor units). `run_id` itself is none, nor what is in the batch: whoever lists somebody twice in
    one batch sees both."""
    rows = await database.all(
        statement(
            _ALIKE,
            account_id,
            dump([[*line] for line in {*lines}]),
            to_text(at - WITHIN),
            to_text(at + WITHIN),
            run_id or _NONE,
            batch_id or _NONE,
        )
    )
    return [_alike(row) for row in rows]


def line_of(asked: PayoutParams) -> tuple[str, str, int]:
    """By what payouts are alike."""
    return asked.payee_id, asked.currency, asked.amount


def _alike(row: Row) -> Alike:
    return Alike(
        id=text(row, "run_id"),
        payee_id=text(row, "payee_id"),
        payee_name=text(row, "payee_name"),
        currency=text(row, "currency"),
        amount=integer(row, "amount"),
        reference=text(row, "reference"),
        state=text(row, "state"),
        batch_id=optional_text(row, "batch_id"),
        created_at=text(row, "created_at"),
    )
