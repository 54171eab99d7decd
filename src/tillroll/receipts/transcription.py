"""From a stored receipt to a stored transcript: a vision model for pictures, the text layer for
digital PDFs. With it lie the places of its words in the pictures, and of an e-invoice's XML.
"""

from dataclasses import dataclass, replace
from itertools import accumulate, count
from typing import TYPE_CHECKING

from tillroll.ai.settings import AiSettings
from tillroll.receipts import contract
from tillroll.receipts.models import PageBoxes, bounded, boxes_as_json, boxes_from_json, on_page
from tillroll.receipts.repository import PDF, XML, Receipt, noted
from tillroll.receipts.vision import VisionReader
from tillroll_documents.pictures.pieces import PictureSize
from tillroll_documents.reading.extraction import Attachment, without_marks
from tillroll_documents.reading.reasons import InvoiceReason
from tillroll_documents.reading.voucher import ORIGINS, Voucher
from tillroll_durable import NeedsReview
from tillroll_durable.ai.calls import AiCall, calls_from_json
from tillroll_durable.ai.ledger import Ledger
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.models import UnreadableImage
from tillroll_durable.platform.bindings.objects import missing
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform

if TYPE_CHECKING:
    from tillroll_documents.pdf_reader.attachments import EmbeddedXml
    from tillroll_documents.pdf_reader.pages import Pdf, PdfPage
    from tillroll_documents.pdf_reader.pictures import PagePicture
    from tillroll_documents.reading.e_invoices.e_invoice import ElectronicInvoice


@dataclass(frozen=True)
class StoredXml:
    """An e-invoice's XML: its key in the object store, its name in the PDF, None where it came by
    itself, and the transcript's line where its listing begins.
    """

    key: str
    name: str | None
    first_line: int


@dataclass(frozen=True)
class Transcription:
    """A stored transcript, with the calls it took, also of an earlier attempt. `doubt` is why a
    person must see the document, whatever its text says; `boxes` where its words stand, where the
    reader knew. With `xml` the text ends with a listing of it. `attachments` are the files that lie
    in the PDF.
    """

    key: str
    text: str
    calls: tuple[AiCall, ...] = ()
    doubt: str | None = None
    xml: StoredXml | None = None
    boxes: tuple[PageBoxes, ...] = ()
    attachments: tuple[Attachment, ...] = ()


async def store(platform: Platform, transcription: Transcription) -> Transcription:
    """Keep it under its key, without signs of no width in its numbers."""
    if not transcription.boxes:
        transcription = replace(transcription, text=without_marks(transcription.text))
    calls: Json = [call.as_json() for call in transcription.calls]
    xml = transcription.xml
    stored: Json = (
        None if xml is None else {"key": xml.key, "name": xml.name, "firstLine": xml.first_line}
    )
    boxes = boxes_as_json(transcription.boxes)
    attachments: Json = [each.model_dump(mode="json") for each in transcription.attachments]
    body: JsonObject = {
        "text": transcription.text,
        "calls": calls,
        "doubt": transcription.doubt,
        "xml": stored,
        "boxes": boxes,
        "attachments": attachments,
    }
    await platform.objects.put_text(transcription.key, dump(body), "application/json")
    return transcription


async def load_transcript(platform: Platform, key: str) -> Transcription | None:
    """The stored transcript, or None where there is none."""
    stored = await platform.objects.get_text(key)
    match {} if stored is None else load_object(stored):
        case {
            "text": str(text),
            "calls": [*calls],
            "doubt": doubt,
            "xml": xml,
            "boxes": boxes,
            "attachments": [*attachments],
        }:
            return Transcription(
                key,
                text,
                calls_from_json(calls),
                doubt=None if doubt is None else str(doubt),
                xml=_xml(xml),
                boxes=boxes_from_json(boxes, text),
                attachments=tuple(map(Attachment.model_validate, attachments)),
            )
        case _:
            return None


def _xml(body: Json) -> StoredXml | None:
    match body:
        case {"key": str(key), "name": name, "firstLine": int(first_line)}:
            return StoredXml(key, None if name is None else str(name), first_line)
        case _:
            return None


PDF_READER = "pdf"
STATEMENT_READER = "statement"
XML_READER = "xml"
_HEAD = 200
"""Bytes that tell a signed envelope."""

# What the model is shown: enough for the small print of a till receipt, small enough for tokens and
# memory. An area: in a box of fixed sides a long receipt would be as narrow as it is long. Of 148
# photos, as many dates and totals are read at this size as at half as much again.
MAX_PIXELS = 2_200_000

# Between the pages of a document: a form feed on a line of its own, which is no text to any reader.
PAGE_MARK = "\n\f\n"


async def load_statement(platform: Platform, receipt: Receipt) -> Voucher:
    """Raises NonRetryable: the document is missing."""
    stored = await platform.objects.get_text(receipt.object_key)
    if stored is None:
        raise NonRetryable(missing(receipt.object_key))
    return Voucher.model_validate_json(stored)


async def transcribe(platform: Platform, receipt: Receipt, ledger: Ledger) -> Transcription:
    """Have a receipt read, once: a transcript that exists already is taken. Raises NeedsReview: it
    cannot be read, or not before there is money for it; NonRetryable or AccessDenied: the model
    refuses for good, the picture is missing, or the month's transformations are used up;
    ModelError, ImagesUnavailable: a service did not answer."""
    reader = _Reader(platform, receipt, ledger)
    if receipt.media_type in ORIGINS:
        return await reader.statement()
    if receipt.media_type == XML:
        return await reader.xml()
    if receipt.media_type == PDF:
        return await reader.pdf()
    return await reader.picture(receipt.object_key, size=receipt.picture)


class _Reader:
    def __init__(self, platform: Platform, receipt: Receipt, ledger: Ledger) -> None:
        self._platform = platform
        self._receipt = receipt
        self._ledger = ledger
        self._model = platform.settings.of(AiSettings).vision_model

    async def pdf(self) -> Transcription:
        """All pages, in order; each picture is read like a photo and kept by itself, since twenty
        may take two attempts.
        """
        key = self._receipt.transcript_key(f"{PDF_READER}-{self._model}")
        stored = await self._stored(key)
        if stored:
            return stored
        pdf = await self._open_pdf()
        if pdf is None:
            return await store(self._platform, Transcription(key, "", doubt=contract.ENCRYPTED_PDF))
        if pdf.xml:
            await self._platform.objects.put_bytes(self._receipt.xml_key, pdf.xml.content, XML)
            if listing := self._with_listing(key, pdf, pdf.xml):
                return await store(self._platform, replace(listing, attachments=pdf.attachments))
        read = [await self._page(number, page) for number, page in enumerate(pdf.pages, start=1)]
        calls = tuple(call for page in read for call in page.calls)
        text = PAGE_MARK.join(page.text for page in read)
        doubts = (
            (contract.TOO_MANY_PAGES, pdf.has_too_many),
            (InvoiceReason.XML_BROKEN.value, pdf.xml is not None),
            (InvoiceReason.HIDDEN_TEXT.value, any(page.hides for page in pdf.pages)),
        )
        doubt = next((reason for reason, holds in doubts if holds), None)
        above = accumulate(
            (page.text.count("\n") + PAGE_MARK.count("\n") for page in read), initial=0
        )
        placed = zip(count(1), read, above, strict=False)
        boxes = bounded(
            [each for number, page, lines in placed for each in on_page(page.boxes, number, lines)]
        )
        listing = Transcription(
            key, text, calls=calls, doubt=doubt, boxes=boxes, attachments=pdf.attachments
        )
        return await store(self._platform, listing)

    def _with_listing(self, key: str, pdf: "Pdf", embedded: "EmbeddedXml") -> Transcription | None:
        """The text of the pages, and behind it what the XML says; None where that cannot be
        read.
        """
        if embedded.invoice is None:
            return None
        printed = PAGE_MARK.join(page.text for page in pdf.pages) + PAGE_MARK
        xml = StoredXml(self._receipt.xml_key, embedded.name, first_line=printed.count("\n"))
        return Transcription(key, printed + _listing(embedded.invoice, xml), xml=xml)

    async def statement(self) -> Transcription:
        """A statement in place of a receipt: its transcript is its text."""
        key = self._receipt.transcript_key(STATEMENT_READER)
        voucher = await load_statement(self._platform, self._receipt)
        return await store(self._platform, Transcription(key, voucher.as_text()))

    async def xml(self) -> Transcription:
        """An XML file that came by itself: its transcript is the listing of what it says."""
        # Only where there is XML.
        from tillroll_documents.reading.e_invoices.e_invoice import (  # noqa: PLC0415
            InvalidInvoice,
            UnknownDocument,
        )
        from tillroll_documents.reading.e_invoices.extraction import read_invoice  # noqa: PLC0415 - not loaded at the start
        from tillroll_documents.reading.e_invoices.signed import UnreadableEnvelope  # noqa: PLC0415 - not loaded at the start

        key = self._receipt.transcript_key(XML_READER)
        stored = await self._stored(key)
        if stored:
            return stored
        xml = StoredXml(self._receipt.object_key, None, first_line=0)
        try:
            content = await self._opened(await self._content())
            transcription = Transcription(key, _listing(read_invoice(content), xml), xml=xml)
        except UnknownDocument as error:
            transcription = Transcription(
                key, "", doubt=error.reason or InvoiceReason.XML_UNKNOWN.value
            )
        except (InvalidInvoice, UnreadableEnvelope):
            transcription = Transcription(key, "", doubt=contract.UNREADABLE_XML)
        return await store(self._platform, transcription)

    async def _opened(self, content: bytes) -> bytes:
        """The XML of a signed envelope, which is kept beside it; what is not signed, as it is."""
        from tillroll_documents.reading.e_invoices.signed import open_signed  # noqa: PLC0415 - not loaded at the start
        from tillroll_documents.signed_files import begins_signed  # noqa: PLC0415 - not loaded at the start

        if not begins_signed(content[:_HEAD]):
            return content
        opened = open_signed(content).content
        await self._platform.objects.put_bytes(self._receipt.xml_key, opened, XML)
        return opened

    async def _content(self) -> bytes:
        content = await self._platform.objects.get_bytes(self._receipt.object_key)
        if content is None:
            raise NonRetryable(missing(self._receipt.object_key))
        return content

    async def _open_pdf(self) -> "Pdf | None":
        """None: it opens with a password only."""
        # Most receipts are photos.
        from tillroll_documents.pdf_reader.colours import UnreadablePicture  # noqa: PLC0415
        from tillroll_documents.pdf_reader.pages import (  # noqa: PLC0415 - not loaded at the start
            BrokenPdf,
            EncryptedPdf,
            PdfTooLarge,
            read_stored,
        )

        note = noted(self._platform.database, self._receipt.id, self._receipt.account_id)
        try:
            pdf = await read_stored(
                self._content, self._keep_page, pause=self._platform.pause, noted=note
            )
        except EncryptedPdf:
            return None
        except (BrokenPdf, PdfTooLarge) as error:
            raise NeedsReview(contract.UNREADABLE, str(error)) from error
        except UnreadablePicture as error:
            raise NeedsReview(contract.NO_TEXT_IN_PDF, str(error)) from error
        if not (pdf.has_too_many or any(page.picture or page.text.strip() for page in pdf.pages)):
            raise NeedsReview(contract.NO_TEXT_IN_PDF, "the PDF's pages are empty")
        return pdf

    async def _keep_page(self, number: int, picture: "PagePicture") -> None:
        await self._platform.objects.put_bytes(
            self._page_key(number), picture.content, picture.media_type
        )

    def _page_key(self, number: int) -> str:
        return f"{self._receipt.derived_prefix}/page-{number}"

    async def _page(self, number: int, page: "PdfPage") -> Transcription:
        from tillroll_documents.pdf_reader.text import says_something  # noqa: PLC0415 - see above

        if page.picture is None:
            return Transcription("", page.text)
        transcription = await self.picture(
            self._page_key(number), page=f"-page-{number}", rotation=page.picture.rotation
        )
        if not says_something(page.text):
            return transcription
        boxes = on_page(transcription.boxes, 1, lines_above=page.text.count("\n") + 1)
        return replace(transcription, text=f"{page.text}\n{transcription.text}", boxes=boxes)

    async def picture(
        self, picture: str, *, size: PictureSize | None = None, page: str = "", rotation: int = 0
    ) -> Transcription:
        key = self._receipt.transcript_key(self._model + page)
        stored = await self._stored(key)
        if stored:
            return stored
        # Another run of the same bytes asks anew: what was cut for one is no answer for the next.
        cut_key = self._receipt.transcript_key(f"{self._model}{page}-cut-{self._receipt.run_id}")
        reader = VisionReader(self._platform, self._ledger, self._model)
        answer = await reader.read(key, cut_key, lambda: self._picture_url(picture, size, rotation))
        boxes = boxes_from_json(answer.boxes, answer.text)
        transcription = Transcription(key, answer.text, answer.calls, boxes=boxes)
        await store(self._platform, transcription)
        self._ledger.settle(answer.calls)
        return transcription

    async def _picture_url(self, picture: str, size: PictureSize | None, rotation: int) -> str:
        try:
            return await self._platform.images.as_data_url(
                picture, MAX_PIXELS, size=size, rotation=rotation
            )
        except UnreadableImage as error:
            raise NeedsReview(contract.UNREADABLE, str(error)) from error

    async def _stored(self, key: str) -> Transcription | None:
        """What an earlier attempt kept; that it was paid for may not be in the ledger yet."""
        stored = await load_transcript(self._platform, key)
        if stored:
            self._ledger.settle(stored.calls)
        return stored


def _listing(invoice: "ElectronicInvoice", xml: StoredXml) -> str:
    # Only where there is XML.
    from tillroll_documents.reading.e_invoices.extraction import extract  # noqa: PLC0415

    return "\n".join(extract(invoice, first_line=xml.first_line, file_name=xml.name)[1])
