"""Values out of elements: texts, amounts and days."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from tillroll.invoices.electronic.errors import InvalidInvoice
from tillroll.invoices.electronic.invoice import Amount, Day, Located, Text
from tillroll.invoices.electronic.tree import Element

# xsd:decimal, with a bound on its digits.
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")
# xsd:date may carry an offset from UTC, UN/CEFACT's 102 is CCYYMMDD.
_ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_PLAIN_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{4,6})?")
_SPACES: Final = re.compile(r"\s+")


def text_of(element: Element | None) -> Text | None:
    """The text in one line, None where it is empty."""
    if element is None or not element.value:
        return None
    return Located(_SPACES.sub(" ", element.value), element.path)


def amount_of(element: Element | None) -> Amount | None:
    """The number, None where the element is absent or empty.

    Raises:
        InvalidInvoice: it holds no decimal number.
    """
    if element is None or not element.value:
        return None
    if not _DECIMAL.fullmatch(element.value):
        raise InvalidInvoice(f"{element.path} holds {element.value[:40]!r}, which is no amount")
    return Located(Decimal(element.value), element.path)


def day_of(element: Element | None) -> Day | None:
    """The day of an xsd:date, or of a DateTimeString in the formats 102 and 203, None where it is absent or empty.

    Raises:
        InvalidInvoice: it holds no day of the calendar.
    """
    if element is None or not element.value:
        return None
    match = _ISO_DAY.fullmatch(element.value) or _PLAIN_DAY.fullmatch(element.value)
    try:
        day = None if match is None else date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        day = None
    if day is None:
        raise InvalidInvoice(f"{element.path} holds {element.value[:40]!r}, which is no day")
    return Located(day, element.path)
