"""Whether the pages that an e-invoice lies in say the same as its XML."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from tillroll.invoices.reasons import InvoiceReason
from tillroll.receipts.extraction import Extraction
from tillroll.receipts.names.legal_forms import LEGAL_FORM
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Transcript
from tillroll.receipts.page.vocabulary import fold

_FEWEST_SIGNS: Final = 40
"""Letters and digits; pages with fewer are pictures, and say nothing that could be compared."""
_SHORT_WORD: Final = 4
_THOUSANDS: Final = r"[.,' \u00a0\u202f\u2019]?"


def disagreements(extraction: Extraction, printed: str) -> tuple[str, ...]:
    """Which of number, date, total and seller stand nowhere in the text of the pages, as codes of InvoiceReason."""
    if sum(sign.isalnum() for sign in printed) < _FEWEST_SIGNS:
        return ()
    checks = (
        (InvoiceReason.TOTAL_NOT_PRINTED, _has_amount(extraction.total.value, printed)),
        (InvoiceReason.DATE_NOT_PRINTED, _has_day(extraction.date.value, printed)),
        (InvoiceReason.NUMBER_NOT_PRINTED, _has_text(extraction.receipt_number.value, printed)),
        (InvoiceReason.SELLER_NOT_PRINTED, _has_seller(extraction, printed)),
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


def _has_text(value: str | None, printed: str) -> bool:
    return value is None or _signs(value) in _signs(printed)


def _has_seller(extraction: Extraction, printed: str) -> bool:
    """Names are printed as logos, and shortened: one longer word of it is enough, or the number for its tax."""
    name, tax_id = extraction.registered_name.value, extraction.tax_id.value
    if name is None:
        return True
    brand = LEGAL_FORM.sub(" ", name)
    words = [word for word in re.findall(r"\w+", fold(brand)) if len(word) >= _SHORT_WORD] or [fold(name)]
    text = _signs(printed)
    return any(_signs(word) in text for word in words) or (tax_id is not None and _signs(tax_id) in text)


def _signs(text: str) -> str:
    """Letters and digits only, folded: prints part numbers by spaces, and break names over lines."""
    return "".join(sign for sign in fold(text) if sign.isalnum())
