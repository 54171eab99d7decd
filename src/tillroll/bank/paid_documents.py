"""What the bank paid of expenses and to employees, for DATEV's batch of a company in Germany. It
settles what the batch of expenses credits.
"""

from collections.abc import Sequence
from typing import Final

from tillroll.exports.bookings import BOOKINGS
from tillroll.exports.writers.datev_bank import BankBooking, Kind
from tillroll.tax.repository import load_company
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.services import Platform

# What is explained twice of one entry by the same document is one booking. An expense that is in
# review, or voided, is in no batch.
_PAID: Final = """
  SELECT p.entry_id, p.payment, p.document_kind, p.document_id, SUM(p.amount) AS amount,
    MAX(m.decided_at) AS decided_at, e.day, e.currency, e.counterparty, e.words,
    COALESCE(expenses.receipt_number, payouts.reference) AS number,
    COALESCE(expenses.merchant, e.counterparty) AS paid
  FROM bank_entries e
  JOIN bank_pairs p ON p.entry_id = e.id AND p.counts = 1
    AND p.document_kind IN ('expense', 'payout')
  JOIN bank_matches m ON m.id = p.match_id
  LEFT JOIN expenses ON expenses.id = p.document_id AND p.document_kind = 'expense'
  LEFT JOIN payouts ON payouts.run_id = p.document_id AND p.document_kind = 'payout'
  WHERE e.account_id = ?1 AND e.status = 'booked' AND e.day BETWEEN ?2 AND ?3
    AND (payouts.run_id IS NOT NULL OR expenses.status IN ('ready', 'approved'))
  GROUP BY p.entry_id, p.payment, p.document_kind, p.document_id
  HAVING SUM(p.amount) <> 0
  ORDER BY e.day, p.entry_id, p.payment, p.document_kind, p.document_id
"""


@BOOKINGS.fill
async def read_paid(
    platform: Platform, account_id: str, first: str, last: str
) -> Sequence[BankBooking]:
    """Each payment of an expense, and each payout, that the bank's entries of these days are."""
    company = await load_company(platform.database, account_id)
    if not company.books_by_datev:
        return []
    rows = await platform.database.all(statement(_PAID, [account_id, first, last]))
    return [_booking(row) for row in rows]


def _booking(row: Row) -> BankBooking:
    entry_id = text(row, "entry_id")
    kind = text(row, "document_kind")
    document_id = text(row, "document_id")
    return BankBooking(
        f"{entry_id}:{integer(row, 'payment')}:{kind}:{document_id}",
        entry_id,
        Kind.PAID,
        day=text(row, "day"),
        amount=integer(row, "amount"),
        currency=text(row, "currency"),
        text=optional_text(row, "paid") or text(row, "words") or "Bank",
        # As the booking of the expense has it: DATEV settles the open item by it.
        number=optional_text(row, "number") or document_id[-12:],
        decided_at=optional_text(row, "decided_at") or "",
    )
