"""From a stored receipt to a stored transcript: a vision model for pictures, the text layer for digital PDFs."""

from dataclasses import dataclass

from tillroll.ai.calls import AiCall, Question, Stopwatch, calls_from_json
from tillroll.ai.ledger import BudgetSpent, Ledger
from tillroll.durable.errors import NeedsReview
from tillroll.platform.engine import NonRetryable
from tillroll.platform.images import PictureSize, UnreadableImage
from tillroll.platform.json import Json, JsonObject, dump, load_object
from tillroll.platform.models import ModelError
from tillroll.platform.services import Platform
from tillroll.workflows.receipt.contract import AI_BUDGET, NO_TEXT_IN_PDF, OCR_EXTRACT, TOO_MANY_PAGES, UNREADABLE
from tillroll.workflows.receipt.reading.chat_answers import read_answer
from tillroll.workflows.receipt.reading.pdf_pages import BrokenPdf, Pdf, PdfPage, PdfTooLarge, read_pdf
from tillroll.workflows.receipt.reading.pdf_pictures import UnreadablePicture
from tillroll.workflows.receipt.reading.pdf_work import turn
from tillroll.workflows.receipt.records import Receipt

PDF = "application/pdf"
PDF_READER = "pdf"

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


@dataclass(frozen=True)
class Transcription:
    """A stored transcript: its key, its text, the calls it took, also those of an earlier attempt, and why a person
    must see the document, whatever its text says."""

    key: str
    text: str
    calls: tuple[AiCall, ...] = ()
    doubt: str | None = None


async def transcribe(platform: Platform, receipt: Receipt, ledger: Ledger) -> Transcription:
    """Have a receipt read, once: a transcript that exists already, from whichever run, is taken.

    Raises:
        NeedsReview: it cannot be read, whatever is tried again, or not before there is money for it.
        NonRetryable: the model refuses for good (quota, unknown model).
        ModelError: the model did not answer; another attempt may help.
    """
    if receipt.media_type == PDF:
        return await _Reader(platform, receipt, ledger).pdf()
    return await _Reader(platform, receipt, ledger).picture(receipt.object_key, size=receipt.picture)


class _Reader:
    """Reads one receipt."""

    def __init__(self, platform: Platform, receipt: Receipt, ledger: Ledger) -> None:
        self._platform = platform
        self._receipt = receipt
        self._ledger = ledger
        self._model = platform.settings.vision_model

    async def pdf(self) -> Transcription:
        """All pages, in order; each picture among them is read like a photo and kept by itself, since twenty may take
        more than one attempt."""
        key = self._receipt.transcript_key(f"{PDF_READER}-{self._model}")
        stored = await self._stored(key)
        if stored:
            return stored
        pdf = await self._open_pdf()
        read = [await self._page(number, page) for number, page in enumerate(pdf.pages, start=1)]
        calls = tuple(call for _, page_calls in read for call in page_calls)
        text = PAGE_MARK.join(page_text for page_text, _ in read)
        found = Transcription(key, text, calls, TOO_MANY_PAGES if pdf.has_too_many else None)
        return await _store(self._platform, found)

    async def _open_pdf(self) -> Pdf:
        content = await self._platform.objects.get_bytes(self._receipt.object_key)
        if content is None:
            raise NonRetryable(f"the object {self._receipt.object_key} is missing")
        try:
            async with turn():
                pdf = read_pdf(content, self._platform.pause)
        except (BrokenPdf, PdfTooLarge) as error:
            raise NeedsReview(UNREADABLE, str(error)) from error
        except UnreadablePicture as error:
            raise NeedsReview(NO_TEXT_IN_PDF, str(error)) from error
        if not (pdf.has_too_many or any(page.picture or page.text.strip() for page in pdf.pages)):
            raise NeedsReview(NO_TEXT_IN_PDF, "the PDF's pages are empty")
        return pdf

    async def _page(self, number: int, page: PdfPage) -> tuple[str, tuple[AiCall, ...]]:
        if page.picture is None:
            return page.text, ()
        key = f"{self._receipt.derived_prefix}/page-{number}"
        await self._platform.objects.put_bytes(key, page.picture.content, page.picture.media_type)
        found = await self.picture(key, page=f"-page-{number}", rotation=page.picture.rotation)
        return found.text, found.calls

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
            raise NonRetryable(str(error)) from error
        call = watch.completed(key, tokens=(answer.input_tokens, answer.output_tokens))
        found = await _store(self._platform, Transcription(key, answer.text, (call,)))
        self._ledger.settle([call])
        return found


async def _store(platform: Platform, found: Transcription) -> Transcription:
    calls: Json = [call.as_json() for call in found.calls]
    body: JsonObject = {"text": found.text, "calls": calls, "doubt": found.doubt}
    await platform.objects.put_text(found.key, dump(body), "application/json")
    return found


async def load_transcript(platform: Platform, key: str) -> Transcription | None:
    """The stored transcript, or None where there is none."""
    stored = await platform.objects.get_text(key)
    match {} if stored is None else load_object(stored):
        case {"text": str(text), "calls": [*calls], "doubt": doubt}:
            return Transcription(key, text, calls_from_json(calls), None if doubt is None else str(doubt))
        case {"text": str(text)}:  # written before calls were kept beside it
            return Transcription(key, text)
        case _:
            return None
