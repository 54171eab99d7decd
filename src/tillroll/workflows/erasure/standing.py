"""Whether something may be erased as it stands: it counts nowhere any more, and was not handed on."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from tillroll.platform.bindings.database import Database, Row, statement
from tillroll.privacy.data import What
from tillroll.workflows.erasure.rows import Erasure


class Hindrance(StrEnum):
    """Why something is not erased. The value is the reason's code."""

    TAKEN_BACK = "taken_back"
    GONE = "gone"
    UNDER_WAY = "under_way"
    COUNTS = "counts"
    HANDED_ON = "handed_on"
    STILL_HERE = "still_here"
    PAYING = "paying"


SENTENCES: Final[Mapping[str, str]] = {
    Hindrance.TAKEN_BACK: "It was taken back.",
    Hindrance.GONE: "It is not there any more.",
    Hindrance.UNDER_WAY: "Its run has not ended: wait for it, or cancel it first.",
    Hindrance.COUNTS: "Its expense counts: void it first.",
    Hindrance.HANDED_ON: "It was handed on by an export or a claim, or lies in a closed period, so books elsewhere "
    "refer to it. An owner can insist, where no law asks to keep it.",
    Hindrance.STILL_HERE: "The person is still in the account: remove them first.",
    Hindrance.PAYING: "A payout of the account has not ended, or nobody knows what became of its payment: "
    "wait for it, cancel it, or say what the bank did.",
}


async def hindrance(database: Database, erasure: Erasure) -> Hindrance | None:
    """What stands against it now; None for nothing."""
    if erasure.what is What.RECEIPT:
        return await _of_receipt(database, erasure)
    if erasure.what is What.PERSON:
        query = "SELECT removed_at FROM users WHERE id = ? AND account_id = ?"
        row = await database.first(statement(query, erasure.target, erasure.account_id))
        if row is None:
            return Hindrance.GONE
        return Hindrance.STILL_HERE if row["removed_at"] is None else None
    query = """
      SELECT 1 FROM (
        SELECT run_id FROM payouts WHERE account_id = ?1
        UNION ALL SELECT run_id FROM payout_batches WHERE account_id = ?1
      ) AS paid JOIN runs ON runs.id = paid.run_id
      WHERE runs.status IN ('processing', 'needs_review')
      UNION ALL SELECT 1 FROM payouts WHERE account_id = ?1 AND debited_by IS NOT NULL AND delivered_by IS NULL
      LIMIT 1
    """
    return None if await database.first(statement(query, erasure.account_id)) is None else Hindrance.PAYING


async def _of_receipt(database: Database, erasure: Erasure) -> Hindrance | None:
    row = await database.first(
        statement(
            """
            SELECT
              EXISTS (SELECT 1 FROM runs WHERE account_id = receipts.account_id AND subject = receipts.id
                      AND status IN ('processing', 'needs_review')) AS under_way,
              EXISTS (SELECT 1 FROM expenses WHERE receipt_id = receipts.id AND status <> 'voided') AS counts,
              EXISTS (SELECT 1 FROM expenses JOIN export_items ON export_items.expense_id = expenses.id
                      WHERE expenses.receipt_id = receipts.id)
              OR EXISTS (SELECT 1 FROM expenses JOIN claim_items ON claim_items.expense_id = expenses.id
                         WHERE expenses.receipt_id = receipts.id)
              OR EXISTS (SELECT 1 FROM expenses JOIN closed_periods AS period
                           ON period.account_id = expenses.account_id AND period.reopened_at IS NULL
                           AND expenses.date BETWEEN period.first_day AND period.last_day
                         WHERE expenses.receipt_id = receipts.id) AS handed_on
            FROM receipts WHERE id = ? AND account_id = ?
            """,
            erasure.target,
            erasure.account_id,
        )
    )
    return Hindrance.GONE if row is None else _first(row, insisted=erasure.insisted)


def _first(row: Row, *, insisted: bool) -> Hindrance | None:
    if row["under_way"]:
        return Hindrance.UNDER_WAY
    if row["counts"]:
        return Hindrance.COUNTS
    return Hindrance.HANDED_ON if row["handed_on"] and not insisted else None
