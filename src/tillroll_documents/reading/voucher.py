"""A statement in place of a receipt: what a person says of an expense that has no paper. It is the
document itself, so nothing is guessed: each value stands in it as it was stated.
"""

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, LiteralString, TypeVar

from tillroll_documents.reading.extraction import (
    CurrencyCode,
    DecimalString,
    Evidence,
    Extraction,
    Field,
    LineItem,
    Model,
    Stated,
)

Value = TypeVar("Value")


class Origin(StrEnum):
    """What an expense was made from."""

    RECEIPT = "receipt"
    VOUCHER = "voucher"
    MILEAGE = "mileage"
    PER_DIEM = "per_diem"


MEDIA_TYPES: Final[Mapping[Origin, LiteralString]] = {
    Origin.VOUCHER: "application/vnd.tillroll.voucher+json",
    Origin.MILEAGE: "application/vnd.tillroll.mileage+json",
    Origin.PER_DIEM: "application/vnd.tillroll.per-diem+json",
}
ORIGINS: Final[Mapping[str, Origin]] = {
    media_type: origin for origin, media_type in MEDIA_TYPES.items()
}
"""Statements by the media types of their documents; all other documents are receipts."""

_TITLES: Final = {
    Origin.VOUCHER: "Statement in place of a receipt",
    Origin.MILEAGE: "Statement of a journey in an own vehicle",
    Origin.PER_DIEM: "Statement of an absence on business",
}


class VoucherItem(Model):
    """A part of the total; `quantity` and `unit_price` where it is counted."""

    description: str
    quantity: DecimalString | None = None
    unit_price: DecimalString | None = None
    amount: DecimalString


class Voucher(Model):
    """The document. `by` is the id of the user who states it; `key` tells two statements of the
    same apart; `facts` are further pairs of a label and what is said; `bases` the rates that the
    total stands on, each with its source.
    """

    origin: Origin
    by: str
    key: str | None = None
    merchant: str
    date: datetime.date
    total: DecimalString
    currency: CurrencyCode
    tax: DecimalString | None = None
    category: str | None = None
    reason: str
    note: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[VoucherItem, ...] = ()
    bases: tuple[str, ...] = ()

    def as_text(self) -> str:
        """The statement for people, a line for each thing that it says."""
        return "\n".join(_Lines(self).lines) + "\n"


def extract(voucher: Voucher) -> Extraction:
    """The extraction of a statement; its evidence points into `as_text`."""
    listed = _Lines(voucher)
    return Extraction(
        merchant=listed.field("Paid to", voucher.merchant, voucher.merchant),
        date=listed.field("Date", voucher.date, voucher.date.isoformat()),
        total=listed.field("Total", voucher.total, voucher.total),
        currency=listed.field("Total", voucher.currency, voucher.currency),
        tax=listed.field("Tax", voucher.tax, voucher.tax),
        category=listed.field("Category", voucher.category, voucher.category),
        line_items=tuple(
            LineItem(
                description=item.description,
                quantity=item.quantity,
                unit_price=item.unit_price,
                amount=item.amount,
                evidence=listed.evidence(f"Item {number}", item.amount, last=True),
            )
            for number, item in enumerate(voucher.items, start=1)
        ),
        stated=Stated(reason=voucher.reason, note=voucher.note, bases=voucher.bases),
    )


class _Lines:
    """The lines of the text, and where each label stands."""

    def __init__(self, voucher: Voucher) -> None:
        self.lines = [_TITLES[voucher.origin]]
        self._places: dict[str, int] = {}
        self._say("Paid to", voucher.merchant)
        self._say("Date", voucher.date.isoformat())
        self._say("Total", f"{voucher.total} {voucher.currency}")
        self._say("Tax", voucher.tax)
        self._say("Category", voucher.category)
        self._say("No receipt because", voucher.reason)
        for label, text in voucher.facts:
            self._say(label, text)
        for number, item in enumerate(voucher.items, start=1):
            if item.quantity and item.unit_price:
                counted = f", {item.quantity} at {item.unit_price}"
            else:
                counted = ""
            self._say(f"Item {number}", f"{item.description}{counted}: {item.amount}")
        for basis in voucher.bases:
            self._say("Rate", basis)
        self._say("Note", voucher.note)
        self._say("Stated by", voucher.by)

    def field(self, label: str, value: Value | None, text: str | None) -> Field[Value]:
        if value is None or text is None:
            return Field[Value]()
        return Field[Value](value=value, evidence=self.evidence(label, text), confidence=1.0)

    def evidence(self, label: str, text: str, *, last: bool = False) -> Evidence:
        line = self._places[label]
        stated = self.lines[line]
        if last:
            start = stated.rindex(text)
        else:
            start = stated.index(text, len(label))
        return Evidence(line=line, text=stated, start=start, end=start + len(text))

    def _say(self, label: str, text: str | None) -> None:
        if text is not None:
            self._places.setdefault(label, len(self.lines))
            self.lines.append(f"{label}: {text}")
