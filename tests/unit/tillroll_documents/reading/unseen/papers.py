"""Papers that nobody here had seen, by the root of what came out wrong; README.md has the format of
a file, the outcomes and the sources.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final

from tests.unit.tillroll_documents.reading.as_uploaded import read_text, read_xml
from tillroll_documents.reading.receipt import Reading
from tillroll_documents.reading.text.folding import fold

FOLDER: Final = Path(__file__).parent
ROOTS: Final = {
    "refunds": "R: a heading over one article turns the sign",
    "decimals": "D: decimals torn off",
    "years": "Y: years of two digits",
    "below_the_total": "G: a line below the gross total",
    "against_itself": "X: an e-invoice against itself and its print",
    "currencies": "U: the account's currency on a foreign paper",
    "no_expense": "papers that are no expense",
    "quick_clicks": "proposals that a quick click books wrongly",
    "asked_needlessly": "asked needlessly",
}
"""The files of `papers/`, with what they are about."""
_ANY: Final = "*"
_PRINT: Final = "\n--- print\n"


class Form(StrEnum):
    """What a paper is to the rules."""

    PHOTO = "photo"
    DIGITAL = "digital"
    """The text of a digital PDF."""
    XML = "xml"
    """An e-invoice, with the text of its pages where it lies in a PDF."""


class Must(StrEnum):
    """What must become of a paper."""

    ACCEPT = "accept"
    """Accepted with the right values."""
    RIGHT = "right"
    """Accepted with the right values, or asked with nothing wrong proposed."""
    PROPOSE = "propose"
    """Accepted with the right values, or asked with the right total proposed."""
    ASK = "ask"
    """Asked; where it has values, with the right total proposed and nothing wrong."""


class Outcome(StrEnum):
    """What came out of a paper."""

    ACCEPTED_RIGHT = "accepted and right"
    ACCEPTED_WRONG = "accepted and wrong"
    PROPOSED_RIGHT = "asked, right proposal"
    PROPOSED_WRONG = "asked, wrong proposal"
    PROPOSED_NONE = "asked, no proposal"
    ASKED = "asked, no expense"


_HELD: Final = {
    Must.ACCEPT: {Outcome.ACCEPTED_RIGHT},
    Must.RIGHT: {Outcome.ACCEPTED_RIGHT, Outcome.PROPOSED_RIGHT, Outcome.PROPOSED_NONE},
    Must.PROPOSE: {Outcome.ACCEPTED_RIGHT, Outcome.PROPOSED_RIGHT},
    Must.ASK: {Outcome.PROPOSED_RIGHT, Outcome.ASKED},
}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a person reads on a paper. A day or a part of the seller's name is None where it is open
    or beside the point.
    """

    total: Decimal
    currency: str
    day: date | None
    seller: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper and what must become of it."""

    name: str
    account_currency: str | None
    form: Form
    must: Must
    expected: Expected | None
    source: str
    text: str

    @property
    def is_control(self) -> bool:
        """Whether it only looks like those that came out wrong."""
        return self.name.startswith("alike ")

    def read(self) -> Reading | None:
        """What the rules make of it; None for a file that is refused."""
        if self.form is Form.XML:
            xml, _, printed = self.text.partition(_PRINT)
            return read_xml(xml.encode(), printed)
        is_digital = self.form is Form.DIGITAL
        return read_text(self.text, self.account_currency, is_digital=is_digital)

    def is_held(self, outcome: Outcome) -> bool:
        """Whether this is what must become of it."""
        return outcome in _HELD[self.must]


def papers_of(root: str) -> list[Paper]:
    """The papers of one of `ROOTS`. Raises ValueError for one that cannot be understood."""
    text = (FOLDER / "papers" / f"{root}.txt").read_text(encoding="utf-8")
    return [_paper(block) for block in re.split(r"(?m)^=== ", text)[1:]]


def every_paper() -> Iterator[tuple[str, Paper]]:
    """Each paper with its root."""
    for root in ROOTS:
        for paper in papers_of(root):
            yield root, paper


def _paper(block: str) -> Paper:
    head, after, text = block.split("\n", 2)
    name, currency, form, must, *values = head.split(" | ")
    if not after.startswith("after: "):
        raise ValueError(f"{name} does not say after what it was made")
    expected = None
    if values:
        expected = _expected(values[0])
    account_currency = None
    if currency != "-":
        account_currency = currency
    return Paper(
        name=name,
        account_currency=account_currency,
        form=Form(form),
        must=Must(must),
        expected=expected,
        source=after.removeprefix("after: "),
        text=text.rstrip("\n"),
    )


def _expected(values: str) -> Expected:
    total, currency, day, seller = values.split(" ", 3)
    expected_day = None
    if day != _ANY:
        expected_day = date.fromisoformat(day)
    expected_seller = None
    if seller != _ANY:
        expected_seller = seller
    return Expected(Decimal(total), currency, expected_day, expected_seller)


def outcome_of(paper: Paper) -> Outcome:
    """What comes out of a paper today."""
    reading = paper.read()
    expected = paper.expected
    if reading is not None and reading.accepted:
        if paper.must is Must.ASK or expected is None or wrong_fields(reading, expected):
            return Outcome.ACCEPTED_WRONG
        return Outcome.ACCEPTED_RIGHT
    if expected is None:
        return Outcome.ASKED
    return _proposal(reading, expected)


def _proposal(reading: Reading | None, expected: Expected) -> Outcome:
    """What is proposed to the person who is asked."""
    if reading is None:
        return Outcome.PROPOSED_NONE
    if wrong_fields(reading, expected):
        return Outcome.PROPOSED_WRONG
    if reading.extraction.total.value is None:
        return Outcome.PROPOSED_NONE
    return Outcome.PROPOSED_RIGHT


def wrong_fields(reading: Reading, expected: Expected) -> dict[str, object]:
    """The fields with another value than the expected one. What was not read is not wrong."""
    read = reading.extraction
    wrong: dict[str, object] = {}
    total = read.total.value
    if total is not None and Decimal(total) != expected.total:
        wrong["total"] = total
    if read.currency.value not in {None, expected.currency}:
        wrong["currency"] = read.currency.value
    if expected.day is not None and read.date.value not in {None, expected.day}:
        wrong["day"] = read.date.value
    seller = read.merchant.value
    if seller is not None and fold(expected.seller or "") not in fold(seller):
        wrong["seller"] = seller
    return wrong
