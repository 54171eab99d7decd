"""Whether an e-invoice may be believed: the arithmetic of EN 16931-1, section 6.4.2, and the pages that it lies in."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from tillroll.reading.company_names import LEGAL_FORM, Own
from tillroll.reading.extraction import DocumentKind, Extraction, Transcript
from tillroll.reading.invoices.e_invoice import Amount, ElectronicInvoice, Syntax, total_of
from tillroll.reading.money import minor_digits
from tillroll.reading.page import Page
from tillroll.reading.reasons import InvoiceReason, ReviewReason
from tillroll.reading.receipt import Reading
from tillroll.reading.recognition import merchant_key
from tillroll.reading.vocabulary import fold

_FEWEST_SIGNS: Final = 40
"""Letters and digits; pages with fewer are pictures, and say nothing that could be compared."""
_SHORT_WORD: Final = 4
_THOUSANDS: Final = r"[.,' \u00a0\u202f\u2019]?"


def disagreements(extraction: Extraction, printed: str) -> tuple[str, ...]:
    """Which of number, date, total and seller stand nowhere in the text of the pages, as codes of InvoiceReason."""
    if sum(sign.isalnum() for sign in printed) < _FEWEST_SIGNS:
        return ()
    text = merchant_key(printed)  # prints part numbers by spaces, and break names over lines
    checks = (
        (InvoiceReason.TOTAL_NOT_PRINTED, _has_amount(extraction.total.value, printed)),
        (InvoiceReason.DATE_NOT_PRINTED, _has_day(extraction.date.value, printed)),
        (InvoiceReason.NUMBER_NOT_PRINTED, merchant_key(extraction.receipt_number.value or "") in text),
        (InvoiceReason.SELLER_NOT_PRINTED, _has_seller(extraction, text)),
    )
    return tuple(reason.value for reason, stands in checks if not stands)


def _has_amount(value: str | None, printed: str) -> bool:
    """Whether the number is printed, in whatever style: 1234.50 stands in "1.234,50" and "1 234.50"."""
    if value is None or Decimal(value) == 0:
        return True
    whole, _, fraction = value.lstrip("-").partition(".")
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
    decimals = (
        rf"[.,\u00b7] ?{fraction}0*" if fraction.strip("0") else rf"(?:[.,\u00b7] ?(?:{fraction or '0'}0*|-+|\u2013))?"
    )
    pattern = rf"(?<![\d])(?<!\d[.,]){_THOUSANDS.join(groups)}{decimals}(?![\d])(?![.,]\d)"
    return re.search(pattern, printed) is not None


def _has_day(day: date | None, printed: str) -> bool:
    if day is None or f"{day:%Y%m%d}" in printed:
        return True
    page = Page.of(Transcript.from_text(printed))
    return any(day in found.readings.values() for line in page.lines for found in page.dates(line))


def _has_seller(extraction: Extraction, text: str) -> bool:
    """Names are printed as logos, and shortened: one longer word of it is enough, or the number for its tax."""
    name, tax_id = extraction.registered_name.value, extraction.tax_id.value
    if name is None:
        return True
    brand = LEGAL_FORM.sub(" ", name)
    words = [word for word in re.findall(r"\w+", fold(brand)) if len(word) >= _SHORT_WORD] or [fold(name)]
    return any(merchant_key(word) in text for word in words) or (tax_id is not None and merchant_key(tax_id) in text)


_CENT: Final = Decimal("0.01")


def violations(invoice: ElectronicInvoice) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_broken(invoice)))


def _broken(invoice: ElectronicInvoice) -> Iterator[str]:
    counted = [line.amount for line in invoice.lines if line.counts and line.amount is not None]
    if counted and invoice.totals.lines and _differ(invoice.totals.lines, total_of(counted)):
        yield "BR-CO-10"
    yield from _broken_adjustments(invoice)
    yield from _broken_totals(invoice)
    for row in invoice.taxes:
        if row.base and row.tax and row.rate:
            expected = (abs(row.base.value) * row.rate.value / 100).quantize(_CENT, ROUND_HALF_UP)
            if abs(abs(row.tax.value) - expected) >= 1:
                yield "BR-CO-17"


def _broken_totals(invoice: ElectronicInvoice) -> Iterator[str]:
    totals = invoice.totals
    net = _value(totals.lines) - _value(totals.allowances) + _value(totals.charges)
    if totals.lines and totals.net and _differ(totals.net, net):
        yield "BR-CO-13"
    taxes = [row.tax for row in invoice.taxes if row.tax is not None]
    if taxes and totals.tax and _differ(totals.tax, total_of(taxes)):
        yield "BR-CO-14"
    if totals.net and totals.gross and _differ(totals.gross, totals.net.value + _value(totals.tax)):
        yield "BR-CO-15"
    due = _value(totals.gross) - _value(totals.prepaid) + _value(totals.rounding)
    if totals.gross and totals.due and _differ(totals.due, due):
        yield "BR-CO-16"


def _broken_adjustments(invoice: ElectronicInvoice) -> Iterator[str]:
    """ZUGFeRD 1's smallest profile states the sums of allowances and charges without listing them."""
    if not invoice.adjustments and invoice.syntax is Syntax.ZUGFERD_1:
        return
    sums = (("BR-CO-11", invoice.totals.allowances, False), ("BR-CO-12", invoice.totals.charges, True))
    for rule, stated, is_charge in sums:
        listed = total_of(item.amount for item in invoice.adjustments if item.is_charge is is_charge)
        if stated and _differ(stated, listed):
            yield rule


def _value(amount: Amount | None) -> Decimal:
    return Decimal(0) if amount is None else amount.value


def _differ(stated: Amount, computed: Decimal) -> bool:
    return stated.value.quantize(_CENT, ROUND_HALF_UP) != computed.quantize(_CENT, ROUND_HALF_UP)


def judge(invoice: ElectronicInvoice, extraction: Extraction, printed: str, own: Own | None = None) -> Reading:
    """Accepted where all that an expense needs is there, the sums hold, and the pages' text (`printed`) agrees."""
    own = own or Own()  # an invoice that the account itself wrote is no expense
    is_own = own.is_tax_id(extraction.tax_id.value) or own.is_name(extraction.registered_name.value)
    needed = (
        (ReviewReason.TOTAL_MISSING, extraction.total.value),
        (ReviewReason.DATE_MISSING, extraction.date.value),
        (ReviewReason.MERCHANT_MISSING, extraction.merchant.value),
        (ReviewReason.CURRENCY_UNKNOWN, extraction.currency.value),
    )
    reasons = (
        *(reason.value for reason, value in needed if value is None),
        *_odd(invoice, extraction),
        *(InvoiceReason(rule.lower().replace("-", "_")).value for rule in violations(invoice)),
        *([InvoiceReason.OWN_INVOICE.value] if is_own else []),
        *disagreements(extraction, printed),
    )
    return Reading(extraction, accepted=not reasons, reasons=reasons)


def _odd(invoice: ElectronicInvoice, extraction: Extraction) -> list[str]:
    found: list[str] = []
    if invoice.kind is DocumentKind.OTHER:
        found.append(InvoiceReason.NO_INVOICE.value)
    gross = invoice.totals.gross
    if invoice.kind is DocumentKind.CREDIT_NOTE and gross is not None and gross.value < 0:
        found.append(InvoiceReason.CREDIT_SIGN.value)
    code, total = extraction.currency.value, extraction.total.value
    if code is not None and total is not None and len(total.partition(".")[2]) > minor_digits(code):
        found.append(InvoiceReason.ODD_AMOUNT.value)
    return found
