"""Papers and files, read as the product reads what people upload (receipts/understanding.py),
without what an account knows.
"""

from datetime import date
from typing import Final

from tillroll_documents.pdf_reader.pages import read_pdf
from tillroll_documents.reading.e_invoices.e_invoice import InvalidInvoice
from tillroll_documents.reading.e_invoices.extraction import extract, read_invoice
from tillroll_documents.reading.e_invoices.judgement import judge
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read_page

TODAY: Final = date(2026, 11, 27)


def read_text(text: str, default_currency: str | None, *, is_digital: bool) -> Reading:
    """The reading of a photo's text, or of the text of a digital PDF."""
    page = Page.of(Transcript.from_text(text))
    reading = None
    if is_digital:
        reading = read_printed(page, default_currency=default_currency, today=TODAY)
    return reading or read_page(page, default_currency=default_currency, today=TODAY)


def read_xml(content: bytes, printed: str = "") -> Reading | None:
    """The reading of an e-invoice, held against the text of its pages; None for a file that is
    refused, and so asked about.
    """
    try:
        invoice = read_invoice(content)
    except InvalidInvoice:
        return None
    extraction, _ = extract(invoice)
    return judge(invoice, extraction, printed=printed, today=TODAY)


async def read_hybrid(content: bytes) -> Reading | None:
    """The reading of a PDF with an e-invoice in it; None for one whose XML is refused."""
    pdf = await read_pdf(content)
    assert pdf.xml is not None
    return read_xml(pdf.xml.content, "\n".join(page.text for page in pdf.pages))
