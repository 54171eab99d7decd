"""The papers that were invented after public bug reports, as they are read: the third column of
`make accuracy`.

What a paper leaves open must be asked about, so that accepting it at all is wrong.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bench.accuracy.certainty import Document, Told
from tests.unit.tillroll_documents.reading.papers import (
    currencies,
    days,
    letters,
    no_receipts,
    payments,
)
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read_page

_SEED = 7
_ASKED = "asked about"


@dataclass(frozen=True)
class Case:
    """A paper: what must be read of it, by field, or that it must be asked about."""

    name: str
    text: str
    truth: Mapping[str, str] = field(default_factory=dict[str, str])
    is_open: bool = False
    is_digital: bool = False
    default_currency: str | None = None


def reported() -> dict[str, list[Document]]:
    """The cases by kind, read."""
    kinds = {
        "no receipts": _no_receipts(),
        "currencies": _currencies(),
        "days": _days(),
        "sellers of letters": _letters(),
        "payments": _payments(),
    }
    return {name: [_read(case) for case in cases] for name, cases in kinds.items()}


def _no_receipts() -> Iterator[Case]:
    for paper in no_receipts.no_receipts(_SEED):
        yield Case(f"{paper.locale}: {paper.sentence}", paper.text, is_open=True)


def _currencies() -> Iterator[Case]:
    printed: Sequence[tuple[currencies.Slip, bool]] = [
        *((slip, False) for slip in currencies.slips()),
        *((slip, False) for slip in currencies.TILLS),
        *((slip, True) for slip in currencies.INVOICES),
    ]
    for slip, is_digital in printed:
        truth = {"total": slip.total, "currency": slip.currency}
        for default in (None, "EUR", "USD"):
            yield Case(
                f"{slip.name}, {default}",
                slip.text,
                truth,
                is_digital=is_digital,
                default_currency=default,
            )


def _days() -> Iterator[Case]:
    for make in (days.dollars_elsewhere, days.years_of_others, days.other_days):
        for paper in make():
            truth = {"date": str(paper.day)}
            yield Case(paper.name, paper.text, truth, default_currency=paper.default)


def _letters() -> Iterator[Case]:
    for number, letter in enumerate(letters.letters()):
        truth = {"merchant": letter.seller}
        yield Case(f"{letter.layout} {number}", letter.text, truth, is_digital=True)


def _payments() -> Iterator[Case]:
    for paper in (*payments.ASKED, *payments.ACCEPTED):
        if paper.charged is None:
            yield Case(paper.name, paper.text, is_open=True)
        else:
            yield Case(paper.name, paper.text, {"total": paper.charged})


def _read(case: Case) -> Document:
    page = Page.of(Transcript.from_text(case.text))
    today: date = days.TODAY
    currency = case.default_currency
    reading = None
    if case.is_digital:
        reading = read_printed(page, default_currency=currency, today=today)
    reading = reading or read_page(page, default_currency=currency, today=today)
    told: dict[str, Told] = {}
    wrong: dict[str, tuple[str, str]] = {}
    for name, truth in case.truth.items():
        value = getattr(reading.extraction, name)
        is_right = _is_same(str(value.value), truth)
        told[name] = Told(0.0 if value.value is None else value.confidence, is_right=is_right)
        if not is_right:
            wrong[name] = (truth, str(value.value))
    if case.is_open and reading.accepted:
        wrong["document"] = (_ASKED, _accepted(reading))
    shown = f"<pre>{html.escape(case.text)}</pre>"
    return Document(case.name, told, reading.accepted, wrong, picture=shown)


def _accepted(reading: Reading) -> str:
    total = reading.extraction.total.value
    return f"accepted: {total} {reading.extraction.currency.value}"


def _is_same(value: str, truth: str) -> bool:
    """Whether two values are one; amounts may differ in how many zeros they end with."""
    if value == truth:
        return True
    try:
        return Decimal(value) == Decimal(truth)
    except ArithmeticError:
        return False
