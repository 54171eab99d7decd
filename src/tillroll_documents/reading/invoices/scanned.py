"""What the head of a photographed or scanned invoice says: its number, its kind, the day due and
the buyer.

The rules for receipts read the amounts of such a paper, since OCR may misread it. Its head counts
where the rules for invoices read the same total and the same day.
"""

from datetime import date
from typing import Any, Final

from tillroll_documents.reading.extraction import DocumentKind, Extraction
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading
from tillroll_documents.reading.text.company_names import Own

_SURE: Final = 0.95
_KINDS: Final = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE})


def with_head_of_invoice(
    reading: Reading,
    page: Page,
    *,
    default_currency: str | None = None,
    today: date | None = None,
    own: Own | None = None,
) -> Reading:
    """Add what the page's head says, where it is an invoice's. Nothing that was read is changed,
    and nothing becomes sure by it. The arguments are as for receipts.
    """
    if page.is_of_later:
        return reading
    invoice = read_printed(page, default_currency=default_currency, today=today, own=own)
    if invoice is None or not _agrees(reading.extraction, invoice.extraction):
        return reading
    read = reading.extraction
    head = invoice.extraction
    added: dict[str, Any] = {}
    if read.document_kind.value is None:
        added["document_kind"] = head.document_kind
    if read.receipt_number.value is None:
        added["receipt_number"] = head.receipt_number
    if read.due_date.value is None:
        added["due_date"] = head.due_date
    # Any name may stand where a buyer's does, unless nothing of the invoice is doubtful.
    if read.buyer.value is None and invoice.accepted:
        added["buyer"] = head.buyer
    return Reading(
        read.model_copy(update=added), accepted=reading.accepted, reasons=reading.reasons
    )


def _agrees(read: Extraction, head: Extraction) -> bool:
    return (
        head.document_kind.value in _KINDS
        and head.receipt_number.value is not None
        and head.receipt_number.confidence >= _SURE
        and read.total.value is not None
        and read.total.value == head.total.value
        and read.date.value is not None
        and read.date.value == head.date.value
    )
