"""Batches as they are kept, and what became of their payouts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.payouts.contract import REVERSED, PayoutParams
from tillroll.payouts.repository import OUTCOME
from tillroll.platform.bindings.database import Database, Row, Statement, integer, of_row, statement, text

IS_OPEN: Final = f"r.status IN ('processing', 'needs_review') OR (r.status = 'failed' AND r.state <> '{REVERSED.name}')"
_BATCHES: Final = """
  SELECT b.*, r.state, r.status FROM payout_batches b JOIN runs r ON r.id = b.run_id WHERE b.account_id = ?1
"""


@dataclass(frozen=True)
class Batch:
    """A batch with where its run stands. `payments` is how many payouts it has, begun or not."""

    id: str
    name: str
    payments: int
    asked_by: str
    state: str
    status: str
    created_at: str


@dataclass(frozen=True)
class Sum:
    """How many payouts of a currency had an outcome, and their amount in minor units."""

    currency: str
    outcome: str
    count: int
    amount: int


def insert_batch(run_id: str, account_id: str, name: str, payments: int, asked_by: str, now: str) -> Statement:
    return statement(
        "INSERT INTO payout_batches VALUES (?1, ?2, ?3, CAST(?4 AS INTEGER), ?5, ?6)",
        *(run_id, account_id, name, payments, asked_by, now),
    )


def insert_payout_of(batch_id: str, asked: PayoutParams, run_id: str, now: str) -> Sequence[Statement]:
    """Keep a payout of a batch beside its run, which was asked for with the batch. A payee who was archived since is
    not paid, which its run says; without a batch or a payee there is NULL where none may be, and nothing is begun."""
    return [
        statement(
            """
            INSERT INTO payouts
              (run_id, account_id, payee_id, currency, amount, reference, asked_by, created_at, batch_id)
            SELECT ?1, b.account_id, e.id, ?4, CAST(?5 AS INTEGER), ?6, b.asked_by, ?7, b.run_id
            FROM (SELECT ?2 AS id) asked LEFT JOIN payout_batches b ON b.run_id = asked.id
            LEFT JOIN payees e ON e.account_id = b.account_id AND e.id = ?3
            """,
            *(run_id, batch_id, asked.payee_id, asked.currency, asked.amount, asked.reference, now),
        )
    ]


async def find_batches(
    database: Database, account_id: str, behind: str = "~", wanted: int = 1, id_: str | None = None
) -> list[Batch]:
    """The account's batches, the newest first; with an id, that one."""
    query = f"{_BATCHES} AND b.run_id < ?2 AND (?3 IS NULL OR b.run_id = ?3) ORDER BY b.run_id DESC LIMIT ?4"
    return [_batch(row) for row in await database.all(statement(query, account_id, behind, id_, wanted))]


async def sums_of(database: Database, batch_id: str) -> list[Sum]:
    """What became of the payouts that were begun, by currency and outcome."""
    rows = await database.all(
        statement(
            f"""
            SELECT p.currency, {OUTCOME} AS outcome, COUNT(*) AS count, SUM(p.amount) AS amount
            FROM payouts p JOIN runs r ON r.id = p.run_id WHERE p.batch_id = ?1
            GROUP BY p.currency, outcome ORDER BY p.currency, outcome
            """,  # noqa: S608 - names of the contract
            batch_id,
        )
    )
    return [
        Sum(text(row, "currency"), text(row, "outcome"), integer(row, "count"), integer(row, "amount")) for row in rows
    ]


async def lines_of(database: Database, batch_id: str) -> list[tuple[str, str, int]]:
    """Payee, currency and minor units of its payouts, begun or not."""
    rows = await database.all(
        statement(
            """
            SELECT json_extract(line.value, '$.payee_id') AS payee_id,
              json_extract(line.value, '$.currency') AS currency, json_extract(line.value, '$.amount') AS amount
            FROM runs, json_each(runs.params, '$.payouts') line WHERE runs.id = ?
            """,
            batch_id,
        )
    )
    return [(text(row, "payee_id"), text(row, "currency"), integer(row, "amount")) for row in rows]


def _batch(row: Row) -> Batch:
    return of_row(Batch, row, id=text(row, "run_id"))
