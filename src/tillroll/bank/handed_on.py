"""What the bank took, what clients paid, and what was paid of expenses and to employees: for
DATEV's batch of a company in Germany.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final

from tillroll.claims.naming import NUMBER
from tillroll.exports.bookings import BOOKINGS
from tillroll.exports.writers.datev_bank import BankBooking, Kind
from tillroll.tax.corrections import Correction, load_corrections
from tillroll.tax.discounts import DiscountsRequest
from tillroll.tax.rates import rate_text
from tillroll.tax.repository import load_company
from tillroll.tax.rules import OWED, Placed
from tillroll_documents.matching.evidence import MOST_RATE_OFF
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
    COALESCE(expenses.merchant, e.counterparty) AS paid, SUM(p.settles) AS settles,
    expenses.total_minor, converted.total_minor AS converted
  FROM bank_entries e
  JOIN bank_pairs p ON p.entry_id = e.id AND p.counts = 1
    AND p.document_kind IN ('expense', 'payout')
  JOIN bank_matches m ON m.id = p.match_id
  LEFT JOIN expenses ON expenses.id = p.document_id AND p.document_kind = 'expense'
  LEFT JOIN expense_conversions AS converted ON converted.expense_id = expenses.id
    AND converted.base_currency = e.currency AND converted.base_currency <> expenses.currency
  LEFT JOIN payouts ON payouts.run_id = p.document_id AND p.document_kind = 'payout'
  WHERE e.account_id = ?1 AND e.status = 'booked' AND e.day BETWEEN ?2 AND ?3
    AND (payouts.run_id IS NOT NULL OR expenses.status IN ('ready', 'approved'))
  GROUP BY p.entry_id, p.payment, p.document_kind, p.document_id
  HAVING SUM(p.amount) <> 0
  ORDER BY e.day, p.entry_id, p.payment, p.document_kind, p.document_id
"""
# What no match explains of an entry: a person said why in words, or nobody did. Words have an
# account if a person chose what they are. The export names all other entries.
_UNMATCHED: Final = """
  SELECT e.id, e.day, e.amount - e.explained AS amount, e.currency, e.counterparty, e.words,
    e.reason, e.reason_kind, e.reason_at
  FROM bank_entries e
  WHERE e.account_id = ?1 AND e.status = 'booked' AND e.day BETWEEN ?2 AND ?3
    AND e.explained <> e.amount
  ORDER BY e.day, e.id
"""
_MOST_OFF: Final = Fraction(MOST_RATE_OFF, 1000)
"""So far from the published rate is a bank's own. The matcher takes an entry within it as well."""
_KINDS: Final = {
    "interest": Kind.INTEREST,
    "tax_office": Kind.TAX_OFFICE,
    "wages": Kind.WAGES,
    "private": Kind.PRIVATE,
}


@BOOKINGS.fill
async def read_bookings(
    platform: Platform, account_id: str, first: str, last: str
) -> Sequence[BankBooking]:
    """Each fee and each payment of an invoice that the bank's entries of these days explain,
    each payment of an expense with its discount, and each payout. Last what no match explains of
    them.
    """
    company = await load_company(platform.database, account_id)
    if not company.books_by_datev:
        return []
    queries = (_EXPLAINED, _PAID, _UNMATCHED)
    explained, paid, unmatched = await platform.database.batch(
        [statement(query, [account_id, first, last]) for query in queries]
    )
    matched = [_booking(row) for row in [*explained, *paid]]
    matched += [_of_rates(row) for row in paid if _difference_of(row)]
    days = DiscountsRequest(account_id, date.fromisoformat(first), last=date.fromisoformat(last))
    corrections = await load_corrections(platform, days, company.country)
    discounts = [booking for each in corrections for booking in _discounts(each)]
    return [*matched, *discounts, *map(_unmatched, unmatched)]


def _discounts(correction: Correction) -> Iterator[BankBooking]:
    """What a discount takes off, as the tax report has it: a booking for each of its rates."""
    discount = correction.discount
    expense = correction.expense
    for row in correction.rows:
        yield BankBooking(
            f"{discount.id}:{row.key.treatment}:{rate_text(row.key.rate)}",
            discount.payment_id,
            Kind.DISCOUNT,
            day=discount.day.isoformat(),
            amount=-row.figures.gross,
            currency=expense.currency,
            text=f"Skonto {expense.merchant}",
            number=expense.receipt_number or discount.expense_id[-12:],
            decided_at=discount.decided_at,
            rate=_rate_of_input_tax(row),
        )


def _rate_of_input_tax(row: Placed) -> str:
    """The rate at which tax is deducted, 0 where none is; empty where it is a share of it."""
    if row.key.treatment in OWED:
        return ""
    if row.figures.deductible == 0:
        return "0"
    if row.figures.not_deductible != 0:
        return ""
    return rate_text(row.key.rate) or ""


def _unmatched(row: Row) -> BankBooking:
    reason = optional_text(row, "reason")
    kind = Kind.OPEN
    name = Kind.OPEN
    if reason is not None:
        # The same booking, whatever they are: another kind takes back what was handed on.
        name = Kind.WORDS
        kind = _KINDS.get(optional_text(row, "reason_kind") or "", Kind.WORDS)
    return BankBooking(
        f"{text(row, 'id')}:{name}",
        text(row, "id"),
        kind,
        day=text(row, "day"),
        amount=integer(row, "amount"),
        currency=text(row, "currency"),
        text=reason or text(row, "words") or optional_text(row, "counterparty") or "Bank",
        decided_at=optional_text(row, "reason_at") or "",
    )


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


def _difference_of(row: Row) -> int:
    """What an entry is beyond the expense that it paid, by the rate that the expense was booked at:
    below zero for a loss. 0 where both are in one currency."""
    converted = optional_integer(row, "converted")
    total = optional_integer(row, "total_minor")
    if converted is None or not total:
        return 0
    booked = round(Fraction(converted * integer(row, "settles"), total))
    return integer(row, "amount") - booked


def _of_rates(row: Row) -> BankBooking:
    paid = _paid(_booking(row), row)
    difference = _difference_of(row)
    kind = Kind.RATES
    if abs(difference) > abs(paid.amount - difference) * _MOST_OFF:
        kind = Kind.OTHER_AMOUNT
    return replace(paid, id=f"{paid.id}:rates", kind=kind, amount=difference)
