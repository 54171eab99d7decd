"""Whether an e-invoice may be believed without a person."""

from tillroll.invoices.electronic.invoice import ElectronicInvoice, Kind
from tillroll.invoices.electronic.print import disagreements
from tillroll.invoices.electronic.rules import violations
from tillroll.invoices.reasons import InvoiceReason, broken_rule
from tillroll.receipts.amounts.currencies import minor_digits
from tillroll.receipts.extraction import Extraction
from tillroll.receipts.own import Own
from tillroll.receipts.reading import Reading
from tillroll.receipts.reasons import ReviewReason


def judge(invoice: ElectronicInvoice, extraction: Extraction, printed: str, own: Own | None = None) -> Reading:
    """The reading: accepted where all that an expense needs is there, the sums hold, and the pages around the XML,
    whose text is `printed`, say the same. What is missing comes first among the reasons."""
    reasons = (
        *_missing(extraction),
        *_odd(invoice, extraction),
        *map(broken_rule, violations(invoice)),
        *_own(extraction, own or Own()),
        *disagreements(extraction, printed),
    )
    return Reading(extraction, accepted=not reasons, reasons=reasons)


def _missing(extraction: Extraction) -> list[str]:
    needed = (
        (ReviewReason.TOTAL_MISSING, extraction.total.value),
        (ReviewReason.DATE_MISSING, extraction.date.value),
        (ReviewReason.MERCHANT_MISSING, extraction.merchant.value),
        (ReviewReason.CURRENCY_UNKNOWN, extraction.currency.value),
    )
    return [reason.value for reason, value in needed if value is None]


def _own(extraction: Extraction, own: Own) -> list[str]:
    """An invoice that the account itself wrote is no expense."""
    is_own = own.is_tax_id(extraction.tax_id.value) or own.is_name(extraction.registered_name.value)
    return [InvoiceReason.OWN_INVOICE.value] if is_own else []


def _odd(invoice: ElectronicInvoice, extraction: Extraction) -> list[str]:
    found: list[str] = []
    if invoice.kind is Kind.OTHER:
        found.append(InvoiceReason.NO_INVOICE.value)
    gross = invoice.totals.gross
    if invoice.kind is Kind.CREDIT_NOTE and gross is not None and gross.value < 0:
        found.append(InvoiceReason.CREDIT_SIGN.value)
    code, total = extraction.currency.value, extraction.total.value
    if code is not None and total is not None and len(total.partition(".")[2]) > minor_digits(code):
        found.append(InvoiceReason.ODD_AMOUNT.value)
    return found
