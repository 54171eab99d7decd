"""Whether an e-invoice may be believed: the arithmetic of EN 16931-1, section 6.4.2, and the
pages that it lies in."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from tillroll_documents.money import has_ended, minor_digits
from tillroll_documents.reading.dates.purchase_date import is_plausible
from tillroll_documents.reading.e_invoices.e_invoice import (
    Amount,
    ElectronicInvoice,
    Relation,
    Syntax,
    total_of,
)
from tillroll_documents.reading.extraction import DocumentKind, Extraction, Transcript
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.reasons import InvoiceReason, ReviewReason
from tillroll_documents.reading.receipt import Reading
from tillroll_documents.reading.recognition import merchant_key
from tillroll_documents.reading.text.company_names import LEGAL_FORM, Own
from tillroll_documents.reading.text.folding import (
    fold,
)

_FEWEST_SIGNS: Final = 40
"""Letters and digits; pages with fewer are pictures, and say nothing that could be compared."""
_SHORT_WORD: Final = 4
_THOUSANDS: Final = r"[.,' \u00a0\u202f\u2019]?"


def disagreements(extraction: Extraction, printed: str) -> tuple[str, ...]:
    """Which of number, date, total and seller stand nowhere in the text of the pages, as codes of
    InvoiceReason."""
    if not _has_text(printed):
        return ()
    text = merchant_key(printed)  # prints part numbers by spaces, and break names over lines
    checks = (
        (InvoiceReason.TOTAL_NOT_PRINTED, _has_amount(extraction.total.value, printed)),
        (InvoiceReason.DATE_NOT_PRINTED, _has_day(extraction.date.value, printed)),
        (
            InvoiceReason.NUMBER_NOT_PRINTED,
            merchant_key(extraction.receipt_number.value or "") in text,
        ),
        (InvoiceReason.SELLER_NOT_PRINTED, _has_seller(extraction, text)),
    )
    return tuple(reason.value for reason, stands in checks if not stands)


def _has_text(printed: str) -> bool:
    return sum(sign.isalnum() for sign in printed) >= _FEWEST_SIGNS


def _has_amount(value: str | None, printed: str) -> bool:
    """Whether the number is printed, in whatever style: 1234.50 stands in "1.234,50" and "1
    234.50"."""
    if value is None or Decimal(value) == 0:
        return True
    whole, _, fraction = value.lstrip("-").partition(".")
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
    if fraction.strip("0"):
        decimals = rf"[.,\u00b7] ?{fraction}0*"
    else:
        decimals = rf"(?:[.,\u00b7] ?(?:{fraction or '0'}0*|-+|\u2013))?"
    pattern = rf"(?<![\d])(?<!\d[.,]){_THOUSANDS.join(groups)}{decimals}(?![\d])(?![.,]\d)"
    return re.search(pattern, printed) is not None


def _has_day(day: date | None, printed: str) -> bool:
    if day is None or f"{day:%Y%m%d}" in printed:
        return True
    page = Page.of(Transcript.from_text(printed))
    return any(day in found.readings.values() for line in page.lines for found in page.dates(line))


def _has_seller(extraction: Extraction, text: str) -> bool:
    """Names are printed as logos, and shortened: one longer word of it is enough, or the number
    for its tax."""
    name = extraction.registered_name.value
    tax_id = extraction.tax_id.value
    if name is None:
        return True
    brand = LEGAL_FORM.sub(" ", name)
    words = [word for word in re.findall(r"\w+", fold(brand)) if len(word) >= _SHORT_WORD] or [
        fold(name)
    ]
    return any(merchant_key(word) in text for word in words) or (
        tax_id is not None and merchant_key(tax_id) in text
    )


_CENT: Final = Decimal("0.01")
# An amount, and a rate, may have 30 digits each: more in cents than the ordinary context takes.
_WIDE: Final = Context(prec=64)


def violations(invoice: ElectronicInvoice) -> tuple[str, ...]:
    """The rules whose sum is stated otherwise than it comes to. National forms have their own
    sums."""
    if invoice.syntax in _NATIONAL:
        return ()
    totals = invoice.totals
    taxes = [row.tax for row in invoice.taxes if row.tax is not None]
    counted = [line.amount for line in invoice.lines if line.counts and line.amount is not None]
    allowances, charges = (
        total_of(item.amount for item in invoice.adjustments if item.is_charge is is_charge)
        for is_charge in (False, True)
    )
    # ZUGFeRD 1's smallest profile states the sums of allowances and charges without listing them.
    is_listed = bool(invoice.adjustments) or invoice.syntax is not Syntax.ZUGFERD_1
    net = _value(totals.lines) - _value(totals.allowances) + _value(totals.charges)
    due = _value(totals.gross) - _value(totals.prepaid) + _value(totals.rounding)
    due += _value(totals.third_party)
    sums = (
        ("BR-CO-10", totals.lines if counted else None, total_of(counted)),
        ("BR-CO-11", totals.allowances if is_listed else None, allowances),
        ("BR-CO-12", totals.charges if is_listed else None, charges),
        ("BR-CO-13", totals.net if totals.lines else None, net),
        ("BR-CO-14", totals.tax if taxes else None, total_of(taxes)),
        ("BR-CO-15", totals.gross if totals.net else None, _value(totals.net) + _value(totals.tax)),
        ("BR-CO-16", totals.due if totals.gross else None, due),
    )
    broken = [
        rule
        for rule, stated, computed in sums
        if stated and _cents(stated.value) != _cents(computed)
    ]
    if broken == ["BR-CO-16"] and _has_no_place_for_prepaid(invoice):
        broken = []
    apart = [
        abs(abs(row.tax.value) - _cents(abs(row.base.value) * row.rate.value / 100))
        for row in invoice.taxes
        if row.base and row.tax and row.rate and row.category in {None, "S"}
    ]
    if max(apart, default=0) >= 1:
        return (*broken, "BR-CO-17")
    return tuple(broken)


_NATIONAL: Final = frozenset({Syntax.FATTURA, Syntax.KSEF, Syntax.FACTURAE, Syntax.EBINTERFACE})


def _has_no_place_for_prepaid(invoice: ElectronicInvoice) -> bool:
    """Whether less is due than the total in the profile MINIMUM, which has no field for the
    rest."""
    profile = invoice.profile
    due = invoice.totals.due
    gross = invoice.totals.gross
    if profile is None or due is None or gross is None or "minimum" not in profile.value.lower():
        return False
    return abs(due.value) < abs(gross.value) and due.value * gross.value >= 0


def _value(amount: Amount | None) -> Decimal:
    if amount is None:
        return Decimal(0)
    return amount.value


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP, _WIDE)


_RELATED: Final[Mapping[Relation | None, tuple[str, ...]]] = {
    Relation.REPLACES: (InvoiceReason.CORRECTED_INVOICE.value,),
    Relation.FINISHES: (InvoiceReason.FINAL_INVOICE.value,),
    Relation.RETURNS: (InvoiceReason.GOODS_RETURNED.value,),
}


def judge(
    invoice: ElectronicInvoice,
    extraction: Extraction,
    printed: str,
    *,
    own: Own | None = None,
    today: date | None = None,
) -> Reading:
    """Accepted where all that an expense needs is there, the sums hold, and the pages' text
    (`printed`) agrees. `today` is the day of upload in the account's time zone: what is issued
    after the next day is asked, as on paper."""
    own = own or Own()  # an invoice that the account itself wrote is no expense
    gross = invoice.totals.gross
    code = extraction.currency.value
    total = extraction.total.value
    day = extraction.date.value
    is_credit_below = (
        invoice.kind is DocumentKind.CREDIT_NOTE and gross is not None and gross.value < 0
    )
    decimals = len((total or "").partition(".")[2])
    before = (
        (ReviewReason.TOTAL_MISSING, total is None),
        (ReviewReason.DATE_MISSING, extraction.date.value is None),
        (ReviewReason.DATE_IMPLAUSIBLE, day is not None and not is_plausible(day, today)),
        (ReviewReason.MERCHANT_MISSING, extraction.merchant.value is None),
        (ReviewReason.CURRENCY_UNKNOWN, code is None or has_ended(code, extraction.date.value)),
        (ReviewReason.NO_RECEIPT, invoice.kind is DocumentKind.OTHER),
        (InvoiceReason.CREDIT_SIGN, is_credit_below),
        (InvoiceReason.ODD_AMOUNT, code is not None and decimals > minor_digits(code)),
    )
    is_own = own.is_tax_id(extraction.tax_id.value) or own.is_name(extraction.registered_name.value)
    reasons = (
        *(reason.value for reason, holds in before if holds),
        *_RELATED.get(invoice.relation, ()),
        *invoice.doubts,
        *(InvoiceReason(rule.lower().replace("-", "_")).value for rule in violations(invoice)),
        *([InvoiceReason.OWN_INVOICE.value] if is_own else []),
        *disagreements(extraction, printed),
        *_printed_otherwise(invoice, extraction, printed),
    )
    reasons = tuple(dict.fromkeys(reasons))
    return Reading(extraction, accepted=not reasons, reasons=reasons)


def _printed_otherwise(
    invoice: ElectronicInvoice, extraction: Extraction, printed: str
) -> tuple[str, ...]:
    if not _has_text(printed):
        return ()
    # The rules of printed invoices are loaded where pages lie around the XML.
    from tillroll_documents.reading.e_invoices.prints import printed_otherwise  # noqa: PLC0415

    return printed_otherwise(invoice, extraction, printed)
