"""The sets of documents that `make accuracy` reads, each as it was read and what is right of it."""

import html
import random
import re
from collections.abc import Container, Sequence
from datetime import timedelta
from pathlib import Path

from bench.accuracy.certainty import Document, Told
from bench.confidence import is_shop, sure
from bench.generated import print_receipts
from bench.generated import right as is_right
from bench.invoices.corpora import misses as corpus_misses
from bench.invoices.corpora import readings
from bench.invoices.generate import Invoice
from bench.invoices.printed import Outcome
from bench.invoices.printed import outcome as read_invoice
from bench.labelled_transcripts import Receipt
from bench.misses import right
from bench.slips import misread, rearranged
from bench.tongues.reading import Outcome as TongueOutcome
from bench.tongues.reading import score
from bench.tongues.tongue import tongues
from tests.unit.tillroll_documents.reading.printing import Printed
from tillroll_documents.reading.extraction import Extraction, Transcript
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read

SLIPS = (0.0, 0.002, 0.01)
"""The shares of characters that are misread, a third of the receipts each. Two runs of OCR differ
in 0.2 %.
"""
_UPLOADED_WITHIN_DAYS = 30
_BESIDE_DIGITS = re.compile(r"[., ]")
_INVOICE_FIELDS = {
    "seller": "registered_name",
    "number": "receipt_number",
    "date": "date",
    "total": "total",
}


def invented_receipts(count: int, seed: int) -> list[Document]:
    """Of many countries and layouts, through slips of OCR."""
    chance = random.Random(seed)
    return [
        _receipt(number, printed, SLIPS[number % len(SLIPS)], chance)
        for number, printed in enumerate(print_receipts(count, seed))
    ]


def _receipt(number: int, printed: Printed, slips: float, chance: random.Random) -> Document:
    text = misread(rearranged(printed.text, chance), chance, slips)
    today = printed.day + timedelta(days=chance.randint(0, _UPLOADED_WITHIN_DAYS))
    reading = read(Transcript.from_text(text), today=today)
    verdicts = is_right(printed, reading)
    got = reading.extraction
    truth = {"merchant": printed.merchant, "date": str(printed.day), "total": str(printed.total)}
    return Document(
        f"receipt {number}",
        {field: _told(got, field, is_right=verdicts[field]) for field in truth},
        reading.accepted,
        {
            field: (truth[field], str(getattr(got, field).value))
            for field in truth
            if not verdicts[field]
        },
        f"<pre>{html.escape(text)}</pre>",
    )


def invented_invoices(invoices: Sequence[Invoice]) -> list[Document]:
    """As `bench.invoices.printed` reads them, without those whose seller no text names."""
    return [
        _invoice(read_invoice(invoice, knows_own=False))
        for invoice in invoices
        if not invoice.is_pictured
    ]


def _invoice(found: Outcome) -> Document:
    return Document(
        found.invoice.pdf.name,
        _told_of_invoice(found.reading.extraction, found.misses),
        found.accepted,
        found.grave,
        f'<object data="{found.invoice.pdf.as_uri()}" type="application/pdf"></object>',
    )


def _told_of_invoice(got: Extraction, misses: Container[str]) -> dict[str, Told]:
    names = dict(_INVOICE_FIELDS)
    if got.registered_name.value is None:
        names["seller"] = "merchant"
    return {field: _told(got, name, is_right=field not in misses) for field, name in names.items()}


def e_invoices(folder: Path) -> dict[str, list[Document]]:
    """A folder's files with the XML in them, and the PDFs again by their text alone. A file that is
    refused counts as read without any value.
    """
    documents: dict[str, list[Document]] = {"e-invoices": [], "their text alone": []}
    for path in sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in {".pdf", ".xml"}
    ):
        for way, truth, reading in readings(path, None):
            wrong = (
                corpus_misses(truth, reading)
                if reading
                else dict.fromkeys(_INVOICE_FIELDS, ("", None))
            )
            told = dict.fromkeys(_INVOICE_FIELDS, Told(0.0, is_right=False))
            if reading:
                told = _told_of_invoice(reading.extraction, wrong)
            found = {field: (right, str(got)) for field, (right, got) in wrong.items()}
            picture = f'<object data="{path.resolve().as_uri()}" type="application/pdf"></object>'
            is_accepted = reading is not None and reading.accepted
            kept = documents["e-invoices" if way == "with XML" else "their text alone"]
            kept.append(Document(path.name, told, is_accepted, found, picture))
    return documents


def transcripts(
    receipts: Sequence[Receipt], readings: dict[str, Reading], photos: Path | None
) -> list[Document]:
    """Read with weights that were fitted to other shops (`confidence.read_elsewhere`); of a folder
    of photos, if there is one, its pictures are shown.
    """
    return [_transcript(receipt, readings[receipt.name], photos) for receipt in receipts]


def _transcript(receipt: Receipt, reading: Reading, photos: Path | None) -> Document:
    got, verdicts = reading.extraction, right(receipt, reading)
    rights = {
        "merchant": is_shop(receipt, reading),
        "date": verdicts["date"],
        "total": verdicts["total"],
    }
    truth = {
        "merchant": receipt.truth.merchant,
        "date": str(receipt.truth.day),
        "total": str(receipt.truth.total),
    }
    pictures = sorted((photos / "img").glob(f"{receipt.name}.*")) if photos else []
    return Document(
        receipt.name,
        {
            "merchant": Told(sure("shop", reading) or 0.0, rights["merchant"]),
            **{field: _told(got, field, is_right=rights[field]) for field in ("date", "total")},
        },
        reading.accepted,
        {
            field: (truth[field], str(getattr(got, field).value))
            for field in truth
            if not rights[field]
        },
        f'<img src="{pictures[0].resolve().as_uri()}">'
        if pictures
        else f"<pre>{html.escape(receipt.transcript.text)}</pre>",
        is_lost=is_lost(receipt),
    )


def is_lost(receipt: Receipt) -> bool:
    """Whether the text holds no such amount, or no such day, in any form that could be read."""
    page = Page.of(receipt.transcript)
    days = {
        day
        for line in page.lines
        for printed in page.dates(line)
        for day in printed.readings.values()
    }
    digits = _BESIDE_DIGITS.sub("", page.text)
    total = f"{abs(receipt.truth.total):.2f}".replace(".", "")
    return receipt.truth.day not in days or total not in digits


def tongues_papers() -> list[Document]:
    """Of 22 further languages, as `bench.tongues` writes and reads them."""
    documents: list[Document] = []
    for tongue in tongues():
        papers_score = score(tongue)
        outcomes = (*papers_score.outcomes, *papers_score.pages, *papers_score.others)
        documents += [_of_tongue(each) for each in outcomes]
    return documents


def _of_tongue(outcome: TongueOutcome) -> Document:
    got = outcome.reading.extraction
    accepted = outcome.reading.accepted
    picture = f"<pre>{html.escape(outcome.paper.text)}</pre>"
    if outcome.paper.total is None:
        wrong = {"document": ("asked about", "accepted")} if accepted else {}
        return Document(outcome.paper.name, {}, accepted, wrong, picture=picture)
    rights = {
        "total": outcome.is_total_right,
        "date": outcome.is_day_right,
        "currency": outcome.is_currency_right,
    }
    truth = {
        "total": str(outcome.paper.total),
        "date": str(outcome.paper.day),
        "currency": outcome.paper.tongue.currency,
    }
    wrong = {
        name: (truth[name], str(getattr(got, name).value))
        for name, is_right in rights.items()
        if not is_right
    }
    return Document(
        outcome.paper.name,
        {name: _told(got, name, is_right=is_right) for name, is_right in rights.items()},
        accepted,
        wrong,
        picture=picture,
    )


def _told(got: Extraction, field: str, *, is_right: bool) -> Told:
    value = getattr(got, field)
    return Told(0.0 if value.value is None else value.confidence, is_right)
