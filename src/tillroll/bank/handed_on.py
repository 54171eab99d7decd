"""What the bank took, what clients paid, and what was paid of expenses and to employees: for
DATEV's batch of a company in Germany.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tillroll.claims.naming import NUMBER
from tillroll.exports.bookings import BOOKINGS
from tillroll.exports.writers.datev_bank import BankBooking, Kind
from tillroll.tax.repository import load_company
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import (
    Row,
    integer,
    optional_integer,
    optional_text,
    text,
)
from tillroll_durable.platform.services import Platform

# What is explained twice of one entry by the same document is one booking. A claim without a number
# of an invoice is a list of expenses, which no batch has.
_EXPLAINED: Final = f"""
  SELECT p.entry_id, p.payment, p.document_kind, p.document_id, SUM(p.amount) AS amount,
    MAX(m.decided_at) AS decided_at, e.day, e.currency, e.counterparty, e.words,
    claims.currency AS claim_currency, {NUMBER.format(claims="claims")} AS number,
    clients.debtor_account
  FROM bank_entries e
  JOIN bank_pairs p ON p.entry_id = e.id AND p.counts = 1
  JOIN bank_matches m ON m.id = p.match_id
  LEFT JOIN claims ON claims.run_id = p.document_id AND p.document_kind = 'claim'
    AND claims.has_invoice = 1 AND claims.number IS NOT NULL
  LEFT JOIN clients ON clients.id = claims.client_id
  WHERE e.account_id = ?1 AND e.status = 'booked' AND e.day BETWEEN ?2 AND ?3
    AND (p.document_kind = 'fee' OR claims.run_id IS NOT NULL)
  GROUP BY p.entry_id, p.payment, p.document_kind, p.document_id
  HAVING SUM(p.amount) <> 0
  ORDER BY e.day, p.entry_id, p.payment, p.document_kind, p.document_id
"""
# It settles what the batch of expenses credits. An expense that is in review, or voided, is in no
# batch.
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
async def read_bookings(
    platform: Platform, account_id: str, first: str, last: str
) -> Sequence[BankBooking]:
    """Each fee and each payment of an invoice that the bank's entries of these days explain,
    each payment of an expense, and each payout.
    """
    company = await load_company(platform.database, account_id)
    if not company.books_by_datev:
        return []
    results = await platform.database.batch(
        [statement(query, [account_id, first, last]) for query in (_EXPLAINED, _PAID)]
    )
    return [_booking(row) for rows in results for row in rows]


def _booking(row: Row) -> BankBooking:
    entry_id = text(row, "entry_id")
    kind = text(row, "document_kind")
    id_ = f"{entry_id}:{integer(row, 'payment')}:{kind}:{text(row, 'document_id')}"
    booking = BankBooking(
        id_,
        entry_id,
        Kind.FEE,
        day=text(row, "day"),
        amount=integer(row, "amount"),
        currency=text(row, "currency"),
        text=text(row, "words") or optional_text(row, "counterparty") or "Bank",
        decided_at=optional_text(row, "decided_at") or "",
    )
    if kind == "fee":
        return booking
    if kind == "claim":
        return _payment(booking, row)
    return _paid(booking, row)


def _payment(booking: BankBooking, row: Row) -> BankBooking:
    """An invoice in another currency was booked at its own rate: the payment settles it at another,
    so it has no debtor here."""
    debtor = optional_integer(row, "debtor_account")
    if text(row, "claim_currency") != booking.currency:
        debtor = None
    return replace(
        booking,
        kind=Kind.PAYMENT,
        text=optional_text(row, "counterparty") or booking.text,
        number=text(row, "number"),
        debtor=debtor,
    )


def _paid(booking: BankBooking, row: Row) -> BankBooking:
    """The number is as the booking of the expense has it: DATEV settles the open item by it."""
    return replace(
        booking,
        kind=Kind.PAID,
        text=optional_text(row, "paid") or text(row, "words") or "Bank",
        number=optional_text(row, "number") or text(row, "document_id")[-12:],
    )
