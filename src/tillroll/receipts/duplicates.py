"""Recognises the same purchase photographed twice: other bytes, but the same merchant, date and total."""

from datetime import date
from typing import Final

from tillroll.receipts.extraction import DocumentKind
from tillroll.receipts.page.vocabulary import fold

_NUMBERED: Final = frozenset({DocumentKind.INVOICE.value, DocumentKind.CREDIT_NOTE.value})


def duplicate_key(merchant: str, date: date, total_minor: int, currency: str) -> str:
    """A key that is equal for the same purchase: letters and digits of the merchant without case and accents, the day,
    and the total in minor units."""
    name = "".join(c for c in fold(merchant) if c.isalnum())
    return f"{name}|{date.isoformat()}|{currency}|{total_minor}"


def has_other_number(kind: str | None, number: str | None, other_kind: str | None, other_number: str | None) -> bool:
    """Whether two documents are told apart by their numbers, whatever else is the same: both are invoices or credit
    notes. The number of a till's receipt is no proof, since it may be misread on one of two photos."""
    if kind not in _NUMBERED or other_kind not in _NUMBERED or not number or not other_number:
        return False
    return _plain(number) != _plain(other_number)


def _plain(number: str) -> str:
    return "".join(sign for sign in number.upper() if sign.isalnum())
