"""The expense that an e-invoice belongs to: which it corrects, or whose amount it says was paid
before."""

from decimal import Decimal
from typing import Final

from tillroll_documents.money import AmountError, minor_from_decimal_string
from tillroll_documents.reading.e_invoices.e_invoice import ElectronicInvoice
from tillroll_documents.reading.extraction import DocumentKind, Extraction
from tillroll_documents.reading.reasons import InvoiceReason
from tillroll_documents.reading.recognition import merchant_key
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, text
from tillroll_durable.runs import Run

# ?3 is the number, ?4 and ?5 the merchant's key and tax number, ?6 and ?7 total and currency, ?8
# the day.
_OF_SELLER: Final = """
  expenses.account_id = ?1 AND expenses.receipt_id <> ?2 AND expenses.status <> 'voided'
  AND EXISTS (
    SELECT 1 FROM merchant_sightings AS seen WHERE seen.run_id = expenses.run_id
      AND (seen.merchant_key IN (?4, ?9) OR (seen.tax_id IS NOT NULL AND seen.tax_id = ?5)))
"""
_BY_NUMBER: Final = f"""
  SELECT run_id FROM expenses WHERE {_OF_SELLER} AND expenses.receipt_number = ?3
  ORDER BY expenses.date DESC, expenses.id DESC LIMIT 1
"""
_BY_TOTAL: Final = f"""
  SELECT run_id FROM expenses WHERE {_OF_SELLER} AND expenses.total_minor = ?6
    AND expenses.currency = ?7 AND expenses.date <= ?8
  ORDER BY expenses.date DESC, expenses.id DESC LIMIT 1
"""
_QUERY: Final = f"""
  SELECT ({_BY_NUMBER}) AS by_number, ({_BY_TOTAL}) AS by_total
"""


def prepaid_of(invoice: ElectronicInvoice) -> Decimal:
    """What was paid before: as it is stated, or in the profile MINIMUM the total less what is
    due."""
    totals = invoice.totals
    if totals.prepaid is not None and totals.prepaid.value:
        return totals.prepaid.value
    if totals.gross is None or totals.due is None:
        return Decimal(0)
    profile = invoice.profile
    if profile is None or "minimum" not in profile.value.lower():
        return Decimal(0)
    return totals.gross.value - totals.due.value


async def find_related(
    database: Database,
    run: Run,
    invoice: ElectronicInvoice,
    read: Extraction,
) -> tuple[str | None, tuple[str, ...]]:
    """The run of the expense that an invoice belongs to, and the reasons that follow from it. A
    credit note stands beside the invoice that it credits, and asks for nothing more."""
    currency = read.currency.value
    day = read.date.value
    prepaid = prepaid_of(invoice)
    number = read.refers_to.value
    if currency is None or day is None or (number is None and not prepaid):
        return None, ()
    try:
        minor = minor_from_decimal_string(f"{prepaid.normalize():f}", currency)
    except AmountError:
        minor = 0
    row = await database.first(
        statement(
            _QUERY,
            [
                run.account_id,
                run.subject,
                number,
                merchant_key(read.merchant.value or ""),
                read.tax_id.value,
                minor or None,
                currency,
                day.isoformat(),
                merchant_key(read.registered_name.value or ""),
            ],
        )
    )
    if row is None:
        return None, ()
    for column in ("by_number", "by_total"):
        if row[column] is not None:
            return text(row, column), _reasons(invoice, prepaid)
    return None, ()


def _reasons(invoice: ElectronicInvoice, prepaid: Decimal) -> tuple[str, ...]:
    """Why a person compares the two, where the invoice's type does not say so itself."""
    if invoice.relation is not None or invoice.kind is DocumentKind.CREDIT_NOTE:
        return ()
    if prepaid:
        return (InvoiceReason.PREPAID_INVOICE.value,)
    return (InvoiceReason.CORRECTED_INVOICE.value,)
