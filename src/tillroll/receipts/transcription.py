"""From a stored receipt to a stored transcript: a vision model for pictures, the text layer for digital PDFs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, count
from typing import TYPE_CHECKING

from tillroll.ai.calls import Question, Stopwatch
from tillroll.ai.ledger import BudgetSpent, Ledger
from tillroll.ai.settings import AiSettings
from tillroll.durable import AccessDenied, NeedsReview
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.bindings.models import ModelError, PictureSize, UnreadableImage
from tillroll.platform.json import Json, JsonObject, dump
from tillroll.platform.services import Platform
from tillroll.reading.reasons import InvoiceReason
from tillroll.reading.voucher import ORIGINS
from tillroll.receipts.contract import AI_BUDGET, ENCRYPTED_PDF, NO_TEXT_IN_PDF, OCR_EXTRACT, TOO_MANY_PAGES, UNREADABLE
from tillroll.receipts.pdf.pages import BrokenPdf, EncryptedPdf, Pdf, PdfPage, PdfTooLarge, read_pdf
from tillroll.receipts.pdf.pictures import UnreadablePicture
from tillroll.receipts.pdf.text import says_something
from tillroll.receipts.repository import Receipt, noted
from tillroll.receipts.statements import load_statement
from tillroll.receipts.transcripts import (
    PageBoxes,
    StoredXml,
    Transcription,
    bounded,
    boxes_from_json,
    load_transcript,
    on_page,
    store,
    xml_key,
)

if TYPE_CHECKING:
    from tillroll.receipts.pdf.attachments import EmbeddedXml


@dataclass(frozen=True)
class ChatAnswer:
    """What a model said. `is_cut_off` where it ran out of tokens; tokens as it counted them, None where it did not;
    `boxes`, as they came, where the words stand in the picture, which OCR in a model's place tells beside its text."""

    text: str
    is_cut_off: bool = False
    input_tokens: int | None = None
    output_tokens: int | None = None
    boxes: Json = None


def read_answer(answer: JsonObject) -> ChatAnswer:
    """Read a chat completion (`choices`) or the older `response`, whose JSON mode answers with the object itself.

    Raises:
        ModelError: there is no text in it: a stream, a refusal, nothing. Models differ from day to day, so it may be
            worth another attempt.
    """
    usage = answer.get("usage")
    tokens = usage if isinstance(usage, dict) else {}
    return ChatAnswer(
        text=_text_of(answer),
        is_cut_off=_finish_reason(answer) == "length",
        input_tokens=_count(tokens.get("prompt_tokens")),
        output_tokens=_count(tokens.get("completion_tokens")),
        boxes=answer.get("boxes"),
    )


def _text_of(answer: JsonObject) -> str:
    match answer:
        case {"choices": [{"message": {"content": str(text)}}, *_]} | {"response": str(text)}:
            return text
        case {"choices": [{"message": {"content": [*parts]}}, *_]}:
            return "".join(str(part["text"]) for part in parts if isinstance(part, dict) and "text" in part)
        case {"response": {**found}}:
            return dump(found)
        case {"choices": [{"message": {"refusal": str(refusal)}}, *_]}:
            raise ModelError(None, f"the model refused: {refusal[:200]}")
        case _:
            raise ModelError(None, f"the answer has no text; its keys are {sorted(answer)}")


def _finish_reason(answer: JsonObject) -> Json:
    match answer:
        case {"choices": [{"finish_reason": reason}, *_]}:
            return reason
        case _:
            return None


def _count(value: Json) -> int | None:
    return int(value) if isinstance(value, int | float) else None


PDF = "application/pdf"
XML = "application/xml"
PDF_READER = "pdf"
STATEMENT_READER = "statement"
XML_READER = "xml"

# What the model is shown: enough for the small print of a till receipt, small enough for tokens and memory. An area: in
# a box of fixed sides a long receipt would be as narrow as it is long. Of 148 photos, as many dates and totals are read
# at this size as at half as much again.
MAX_PIXELS = 2_200_000

# Between the pages of a document: a form feed on a line of its own, which is no text to any reader.
PAGE_MARK = "\n\f\n"

_PROMPT = (
    "Transcribe this receipt exactly as printed. One printed line per line of text, top to bottom. "
    "Keep columns apart by two or more spaces. Do not translate, correct, summarise or add anything."
)


async def transcribe(platform: Platform, receipt: Receipt, ledger: Ledger) -> Transcription:
    """Have a receipt read, once: a transcript that exists already, from whichever run, is taken.

    Raises:
        NeedsReview: it cannot be read, whatever is tried again, or not before there is money for it.
        NonRetryable: the model refuses for good (quota, unknown model); AccessDenied where we may not ask it.
        ModelError: the model did not answer; another attempt may help.
    """
    if receipt.media_type in ORIGINS:
        return await _Reader(platform, receipt, ledger).statement()
    if receipt.media_type == XML:
        return await _Reader(platform, receipt, ledger).xml()
    if receipt.media_type == PDF:
        return await _Reader(platform, receipt, ledger).pdf()
    return await _Reader(platform, receipt, ledger).picture(receipt.object_key, size=receipt.picture)


class _Reader:
    """Reads one receipt."""

    def __init__(self, platform: Platform, receipt: Receipt, ledger: Ledger) -> None:
        self._platform = platform
        self._receipt = receipt
        self._ledger = ledger
        self._model = platform.settings.of(AiSettings).vision_model

    async def pdf(self) -> Transcription:
        """All pages, in order; each picture among them is read like a photo and kept by itself, since twenty may take
        more than one attempt."""
        key = self._receipt.transcript_key(f"{PDF_READER}-{self._model}")
        stored = await self._stored(key)
        if stored:
            return stored
        try:
            pdf = await self._open_pdf()
        except EncryptedPdf:
            return await store(self._platform, Transcription(key, "", doubt=ENCRYPTED_PDF))
        if pdf.xml:
            await self._platform.objects.put_bytes(xml_key(self._receipt), pdf.xml.content, XML)
            found = self._with_listing(key, pdf, pdf.xml)
            if found:
                return await store(self._platform, found)
        read = [await self._page(number, page) for number, page in enumerate(pdf.pages, start=1)]
        calls = tuple(call for page in read for call in page.calls)
        text = PAGE_MARK.join(page.text for page in read)
        doubt = TOO_MANY_PAGES if pdf.has_too_many else InvoiceReason.XML_BROKEN.value if pdf.xml else None
        return await store(self._platform, Transcription(key, text, calls, doubt, boxes=_of_pages(read)))

    def _with_listing(self, key: str, pdf: Pdf, embedded: "EmbeddedXml") -> Transcription | None:
        """The text of the pages, and behind it what the XML says; None where that cannot be read."""
        from tillroll.receipts.e_invoices import listing_of  # noqa: PLC0415 - only where there is XML

        if embedded.invoice is None:
            return None
        printed = PAGE_MARK.join(page.text for page in pdf.pages) + PAGE_MARK
        xml = StoredXml(xml_key(self._receipt), embedded.name, first_line=printed.count("\n"))
        return Transcription(key, printed + listing_of(embedded.invoice, xml), xml=xml)

    async def statement(self) -> Transcription:
        """A statement in place of a receipt: its transcript is its text."""
        key = self._receipt.transcript_key(STATEMENT_READER)
        voucher = await load_statement(self._platform, self._receipt)
        return await store(self._platform, Transcription(key, voucher.as_text()))

    async def xml(self) -> Transcription:
        """An XML file that came by itself: its transcript is the listing of what it says."""
        from tillroll.receipts.e_invoices import list_upload  # noqa: PLC0415 - only where there is XML

        key = self._receipt.transcript_key(XML_READER)
        stored = await self._stored(key)
        if stored:
            return stored
        xml = StoredXml(self._receipt.object_key, None, first_line=0)
        text, doubt = list_upload(await self._content(), xml)
        return await store(self._platform, Transcription(key, text, doubt=doubt, xml=None if doubt else xml))

    async def _content(self) -> bytes:
        content = await self._platform.objects.get_bytes(self._receipt.object_key)
        if content is None:
            raise NonRetryable(f"the object {self._receipt.object_key} is missing")
        return content

    async def _open_pdf(self) -> Pdf:
        content = await self._content()
        try:
            pdf = await read_pdf(content, self._platform.pause, noted(self._platform.database, self._receipt.id))
        except (BrokenPdf, PdfTooLarge) as error:
            raise NeedsReview(UNREADABLE, str(error)) from error
        except UnreadablePicture as error:
            raise NeedsReview(NO_TEXT_IN_PDF, str(error)) from error
        if not (pdf.has_too_many or any(page.picture or page.text.strip() for page in pdf.pages)):
            raise NeedsReview(NO_TEXT_IN_PDF, "the PDF's pages are empty")
        return pdf

    async def _page(self, number: int, page: PdfPage) -> Transcription:
        """What the page says; the boxes count the page's own lines."""
        if page.picture is None:
            return Transcription("", page.text)
        key = f"{self._receipt.derived_prefix}/page-{number}"
        await self._platform.objects.put_bytes(key, page.picture.content, page.picture.media_type)
        found = await self.picture(key, page=f"-page-{number}", rotation=page.picture.rotation)
        if not says_something(page.text):
            return found
        boxes = on_page(found.boxes, 1, lines_above=page.text.count("\n") + 1)
        return replace(found, text=f"{page.text}\n{found.text}", boxes=boxes)

    async def picture(
        self, picture: str, *, size: PictureSize | None = None, page: str = "", rotation: int = 0
    ) -> Transcription:
        key = self._receipt.transcript_key(self._model + page)
        stored = await self._stored(key)
        if stored:
            return stored
        try:
            image = await self._platform.images.as_data_url(picture, MAX_PIXELS, size=size, rotation=rotation)
        except UnreadableImage as error:
            raise NeedsReview(UNREADABLE, str(error)) from error
        return await self._ask_model(key, image)

    async def _stored(self, key: str) -> Transcription | None:
        """What an earlier attempt kept; that it was paid for may not be in the ledger yet."""
        stored = await load_transcript(self._platform, key)
        if stored:
            self._ledger.settle(stored.calls)
        return stored

    async def _ask_model(self, key: str, image: str) -> Transcription:
        content: Json = [{"type": "text", "text": _PROMPT}, {"type": "image_url", "image_url": {"url": image}}]
        inputs: JsonObject = {"messages": [{"role": "user", "content": content}], "stream": False, "temperature": 0}
        question = Question(self._model, OCR_EXTRACT.name, image, pictures=1)
        try:
            watch = Stopwatch(question, await self._ledger.start(question))
        except BudgetSpent as spent:
            raise NeedsReview(AI_BUDGET) from spent
        try:
            answer = read_answer(await self._platform.models.run(self._model, inputs))
        except ModelError as error:
            self._ledger.settle([watch.failed(str(error), was_refused=error.code is not None)])
            if error.is_retryable:
                raise
            if error.is_about_input:
                raise NeedsReview(UNREADABLE, str(error)) from error
            raise (AccessDenied if error.is_denied else NonRetryable)(str(error)) from error
        call = watch.completed(key, tokens=(answer.input_tokens, answer.output_tokens))
        boxes = boxes_from_json(answer.boxes, answer.text)
        found = await store(self._platform, Transcription(key, answer.text, (call,), boxes=boxes))
        self._ledger.settle([call])
        return found


def _of_pages(read: Sequence[Transcription]) -> tuple[PageBoxes, ...]:
    """The boxes of pages that are joined by PAGE_MARK."""
    above = accumulate((page.text.count("\n") + PAGE_MARK.count("\n") for page in read), initial=0)
    numbered = zip(count(1), read, above, strict=False)
    return bounded([boxes for number, page, lines in numbered for boxes in on_page(page.boxes, number, lines)])
