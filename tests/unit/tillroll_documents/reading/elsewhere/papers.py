"""Papers from elsewhere, written as somebody who had not read the rules: from manuals of tills, tax
laws' lists of what a receipt must say, and slips of real shops, in other words than the rules' own.

Each file of `papers/` holds some, below a line such as

    === pl VAT restated : either 1230.00 EUR 2026-09-24 Meble digital
    === georgia default USD : ask

with a name (in which "default USD" gives the account's currency), what must become of the paper,
and, unless it must be asked, its total, currency, day and a part of its seller. `digital` is a text
that stood in a PDF; the others are photos. `number=` gives the number, at the end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read_page
from tillroll_documents.reading.text.folding import (
    fold,
)

_FOLDER: Final = Path(__file__).parent / "papers"
_TODAY: Final = date(2026, 11, 27)
_HEAD: Final = re.compile(
    r"(?P<name>.+?) : (?P<must>ask|accept|either)"
    r"(?: (?P<total>-?[\d.]+) (?P<currency>[A-Z]{3}) (?P<day>[\d-]{10}) (?P<seller>.+?))?"
    r"(?P<digital> digital)?(?: number=(?P<number>.+))?"
)
_DEFAULT: Final = re.compile(r"\bdefault ([A-Z]{3})\b")


class Must(StrEnum):
    """What must become of a paper."""

    ASK = "ask"
    ACCEPT = "accept"
    EITHER = "either"
    """Accepted with the right values, or asked."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a paper says, as a person reads it. The seller is a part of the name."""

    total: Decimal
    currency: str
    day: date
    seller: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper and what must become of it."""

    name: str
    text: str
    must: Must
    is_digital: bool
    default_currency: str | None
    expected: Expected | None

    def read(self) -> Reading:
        """What the rules make of it."""
        page = Page.of(Transcript.from_text(self.text))
        reading = None
        if self.is_digital:
            reading = read_printed(page, default_currency=self.default_currency, today=_TODAY)
        return reading or read_page(page, default_currency=self.default_currency, today=_TODAY)


FILES: Final = sorted(file.stem for file in _FOLDER.glob("*.txt"))


def papers_of(file: str) -> Iterator[Paper]:
    """The papers of one of `FILES`. Raises ValueError for a head line that cannot be read."""
    text = (_FOLDER / f"{file}.txt").read_text(encoding="utf-8")
    for block in re.split(r"(?m)^=== ", text)[1:]:
        head, _, paper = block.partition("\n")
        yield _paper(head, paper.rstrip("\n"))


def _paper(head: str, text: str) -> Paper:
    match = _HEAD.fullmatch(head)
    if match is None:
        raise ValueError(f"No head of a paper: {head}")
    default = _DEFAULT.search(head)
    expected = None
    if match["total"] is not None:
        expected = Expected(
            total=Decimal(match["total"]),
            currency=match["currency"],
            day=date.fromisoformat(match["day"]),
            seller=match["seller"],
            number=match["number"],
        )
    return Paper(
        name=match["name"],
        text=text,
        must=Must(match["must"]),
        is_digital=match["digital"] is not None,
        default_currency=None if default is None else default[1],
        expected=expected,
    )


def fault(paper: Paper) -> str | None:
    """What is wrong with the reading of the paper, if anything."""
    reading = paper.read()
    if paper.must is Must.ASK and reading.accepted:
        return "accepted"
    if paper.must is Must.ACCEPT and not reading.accepted:
        return f"asked: {', '.join(reading.reasons)}"
    if not reading.accepted or paper.expected is None:
        return None
    wrong = wrong_fields(reading, paper.expected)
    return f"accepted with {wrong}" if wrong else None


def wrong_fields(reading: Reading, expected: Expected) -> dict[str, object]:
    """The fields that were read otherwise than expected, with what was read."""
    read = reading.extraction
    wrong: dict[str, object] = {}
    if read.total.value is None or Decimal(read.total.value) != expected.total:
        wrong["total"] = read.total.value
    if read.currency.value != expected.currency:
        wrong["currency"] = read.currency.value
    if read.date.value != expected.day:
        wrong["date"] = read.date.value
    if fold(expected.seller) not in fold(read.merchant.value or ""):
        wrong["seller"] = read.merchant.value
    if expected.number is not None and read.receipt_number.value != expected.number:
        wrong["number"] = read.receipt_number.value
    return wrong
