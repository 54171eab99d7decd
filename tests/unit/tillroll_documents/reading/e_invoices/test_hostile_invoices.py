"""Whatever an e-invoice holds, it is read or refused with a sentence, and an expense can be
made.
"""

import contextlib
import random

import pytest

from tests.fuzz.hostile_invoices import hostile_invoices
from tillroll_documents.pdf_reader.pages import BrokenPdf, PdfTooLarge, read_pdf
from tillroll_documents.reading.correction import InvalidValues, apply
from tillroll_documents.reading.e_invoices.e_invoice import InvalidInvoice
from tillroll_documents.reading.e_invoices.extraction import extract, read_invoice
from tillroll_documents.reading.e_invoices.judgement import judge
from tillroll_documents.reading.extraction import Extraction
from tillroll_durable.platform.json import dump, load_object

_EACH = 60


@pytest.mark.parametrize("seed", range(4))
async def test_it_is_read_or_refused(seed: int) -> None:
    for content in hostile_invoices(random.Random(seed), _EACH):
        if content.startswith(b"%PDF"):
            with contextlib.suppress(BrokenPdf, PdfTooLarge):
                await read_pdf(content)
        else:
            with contextlib.suppress(InvalidInvoice):
                _read(content)


def _read(content: bytes) -> None:
    """As the workflow does it, with the extraction stored in between."""
    invoice = read_invoice(content)
    extraction, lines = extract(invoice)
    reading = judge(invoice, extraction, "Rechnung RE-2026-0042 vom 05.03.2026 über 83,30 EUR\n")
    stored = dump(load_object(reading.extraction.model_dump_json()))
    again = Extraction.model_validate_json(stored)
    assert all("\n" not in line for line in lines)
    try:
        fields = apply(again, {})
    except InvalidValues:
        assert not reading.accepted
    else:
        assert len(fields.merchant) <= 200
        assert abs(fields.total_minor) < 2**53
