"""A PDF says what other file lies inside it, and whether that was read."""

import io
import zlib
from collections.abc import Sequence
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from tests.simulation.receipts import AFTER_INVOICES, open_receipts
from tests.support.e_invoices import Facts, cii, ubl
from tests.support.host_api import api_client
from tests.support.invoice import invoice_pdf
from tests.unit.receipts.test_e_invoices import PRINTED, hand_in, run_of
from tillroll_documents.pdf_reader.pages import read_pdf
from tillroll_documents.reading.e_invoices.e_invoice import MOST_BYTES
from tillroll_documents.reading.extraction import Attachment
from tillroll_testing.simulation.faults import Faults

FACTS = Facts()
ISDOC = b'<?xml version="1.0"?><Invoice xmlns="http://isdoc.cz/namespace/2013" version="6.0.1"/>'
FINVOICE = b'<?xml version="1.0"?><Finvoice Version="3.0"/>'


def holding(files: Sequence[tuple[str, bytes]]) -> bytes:
    """A PDF of an invoice in which these files lie."""
    writer = PdfWriter(PdfReader(io.BytesIO(invoice_pdf(PRINTED))))
    for name, content in files:
        writer.add_attachment(name, content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def holding_compressed(name: str, content: bytes) -> bytes:
    """A PDF in which a file lies whose compressed bytes are these."""
    stream: Any = StreamObject()
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    stream._data = content
    writer: Any = PdfWriter(PdfReader(io.BytesIO(invoice_pdf(PRINTED))))
    reference = writer._add_object(stream)
    specification = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Filespec"),
            NameObject("/F"): TextStringObject(name),
            NameObject("/EF"): DictionaryObject({NameObject("/F"): reference}),
        }
    )
    writer.root_object[NameObject("/AF")] = ArrayObject([specification])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


async def attachments_of(files: Sequence[tuple[str, bytes]]) -> tuple[Attachment, ...]:
    return (await read_pdf(holding(files))).attachments


async def attachment_of(name: str, content: bytes) -> Attachment:
    [attachment] = await attachments_of([(name, content)])
    return attachment


async def test_a_pdf_without_files_names_none() -> None:
    assert await attachments_of([]) == ()


async def test_factur_x_is_read() -> None:
    attachment = await attachment_of("factur-x.xml", cii(FACTS))
    assert attachment == Attachment(name="factur-x.xml", form="cii", is_read=True)


async def test_xrechnung_is_read() -> None:
    attachment = await attachment_of("xrechnung.xml", ubl(FACTS))
    assert attachment == Attachment(name="xrechnung.xml", form="ubl-invoice", is_read=True)


@pytest.mark.parametrize(
    ("name", "content", "form", "word"),
    [
        ("faktura.isdoc", ISDOC, "isdoc", "ISDOC"),
        ("faktura.xml", ISDOC, "isdoc", "ISDOC"),
        ("lasku.xml", FINVOICE, "finvoice", "Finvoice"),
        ("weather.xml", b"<weather/>", "xml", "no invoice"),
        ("factur-x.xml", cii(FACTS)[:-30], "xml", "broken"),
        ("factur-x.xml", b"", "xml", "broken"),
        ("hours.xlsx", b"PK\x03\x04", "spreadsheet", "only e-invoices"),
        ("terms.pdf", b"%PDF-1.4", "pdf", "only e-invoices"),
        ("scan.TIFF", b"II*\0", "picture", "only e-invoices"),
        ("unknown", b"\0", None, "only e-invoices"),
    ],
)
async def test_what_is_not_read_says_why(
    name: str, content: bytes, form: str | None, word: str
) -> None:
    attachment = await attachment_of(name, content)
    assert (attachment.name, attachment.form, attachment.is_read) == (name, form, False)
    assert attachment.reason is not None
    assert word in attachment.reason


async def test_of_two_the_one_with_a_known_name_is_read() -> None:
    other, known, sheet = await attachments_of(
        [("copy.xml", ubl(FACTS)), ("factur-x.xml", cii(FACTS)), ("time sheet.ods", b"PK")]
    )
    assert (other.is_read, other.form) == (False, "ubl-invoice")
    assert other.reason is not None
    assert "Another" in other.reason
    assert (known.is_read, known.reason) == (True, None)
    assert (sheet.is_read, sheet.form) == (False, "spreadsheet")


async def test_more_xml_than_is_read_is_named() -> None:
    attachments = await attachments_of([(f"{number}.xml", b"<weather/>") for number in range(5)])
    reasons = [attachment.reason or "" for attachment in attachments]
    assert ["more files" in reason for reason in reasons] == [False, False, False, True, True]


async def test_so_many_files_are_named() -> None:
    assert len(await attachments_of([(f"{number}.png", b"x") for number in range(60)])) == 20


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("a\u202egnp.exe", "a gnp.exe"),
        ("line\nbreak\x00.xml", "line break .xml"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("n" * 5_000, "n" * 200),
        ("\u200b\u200b", "?"),
        ("<script>.csv", "<script>.csv"),
    ],
)
async def test_hostile_names_are_made_readable(name: str, readable: str) -> None:
    attachment = await attachment_of(name, b"x")
    assert attachment.name == readable


async def test_a_bomb_is_not_unpacked() -> None:
    bomb = zlib.compress(b" " * (2 * MOST_BYTES), 9)
    [attachment] = (await read_pdf(holding_compressed("factur-x.xml", bomb))).attachments
    assert (attachment.is_read, "too large" in (attachment.reason or "")) == (False, True)


async def test_a_broken_stream_leaves_the_page_readable() -> None:
    pdf = await read_pdf(holding_compressed("notes.xml", b"no zlib"))
    assert "Rechnungsbetrag" in pdf.pages[0].text
    [attachment] = pdf.attachments
    assert (attachment.is_read, attachment.form) == (False, "xml")


async def test_a_run_tells_what_lies_in_its_pdf() -> None:
    run = await run_of(holding([("factur-x.xml", cii(FACTS)), ("hours.xlsx", b"PK\x03\x04")]))
    assert run["status"] == "complete", run["review"]
    attachments: list[dict[str, Any]] = run["extraction"]["attachments"]
    assert [each["isRead"] for each in attachments] == [True, False]
    assert attachments[1]["reason"] == "Inside a PDF, only e-invoices in XML are read."


async def test_the_audit_names_forms_and_no_names() -> None:
    world = await open_receipts(Faults(), webhook=False, days_later=AFTER_INVOICES)
    await hand_in(world, holding([("Jane Doe.xlsx", b"PK\x03\x04")]))
    async with api_client(world.host.platform) as client:
        events: list[dict[str, Any]] = (await client.get("/api/audit")).json()["items"]
    details = [each["detail"]["attachments"] for each in events if "attachments" in each["detail"]]
    assert details == [[{"form": "spreadsheet", "isRead": False}]]
    assert "Jane" not in str(events)


async def test_a_printed_invoice_tells_of_a_form_that_is_not_read() -> None:
    run = await run_of(holding([("faktura.isdoc", ISDOC)]))
    [attachment] = run["extraction"]["attachments"]
    assert (attachment["form"], attachment["isRead"]) == ("isdoc", False)
    assert run["extraction"]["total"]["value"] == "83.30"
