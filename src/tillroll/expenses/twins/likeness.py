"""Why two expenses may be one. Pure."""

from dataclasses import dataclass
from typing import Final, Literal

from tillroll.receipts.duplicates import has_other_number
from tillroll.receipts.names.known_merchants import look_key, merchant_key

Likeness = Literal["same", "number", "near"]

DAYS: Final = 3
"""So many days may lie between the two: a card is charged later than the till prints."""
_SHORTEST_PART: Final = 4


@dataclass(frozen=True)
class Seen:
    """What is compared; `total_minor` in minor units of `currency`, `day` as its ordinal."""

    merchant: str
    registered_name: str | None
    day: int
    total_minor: int
    currency: str
    document_kind: str | None
    number: str | None


def likeness(one: Seen, other: Seen) -> Likeness | None:
    """`same`: merchant, day and amount; `number`: alike merchants and the same number of a document; `near`: alike
    merchants, the same amount, at most DAYS days apart. None where two invoices have different numbers, and for the
    rest."""
    if has_other_number(one.document_kind, one.number, other.document_kind, other.number):
        return None
    if not _are_alike(one, other):
        return None
    same_amount = (one.total_minor, one.currency) == (other.total_minor, other.currency)
    if same_amount and one.day == other.day:
        return "same" if merchant_key(one.merchant) == merchant_key(other.merchant) else "near"
    if one.number and other.number and merchant_key(one.number) == merchant_key(other.number):
        return "number"
    return "near" if same_amount and abs(one.day - other.day) <= DAYS else None


def _are_alike(one: Seen, other: Seen) -> bool:
    """Whether one of the names is the same, but for signs that OCR confuses, or a part of the other's."""
    return any(_is_alike(a, b) for a in _names(one) for b in _names(other))


def _names(seen: Seen) -> list[str]:
    return [name for name in (seen.merchant, seen.registered_name) if name]


def _is_alike(one: str, other: str) -> bool:
    a, b = look_key(one), look_key(other)
    if a is None or b is None:
        return merchant_key(one) == merchant_key(other)
    short, long = sorted((a, b), key=len)
    return short == long or (len(short) >= _SHORTEST_PART and short in long)
