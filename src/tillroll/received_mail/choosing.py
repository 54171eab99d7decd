"""The receipt of a mail: its text, or the documents beside it. A text with a labelled total is the
receipt where no document names one, such as a ticket or terms of business."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from tillroll.platform import log
from tillroll.platform.clock import Pause
from tillroll.reading.extraction import Transcript
from tillroll.reading.invoices.printed import read_printed
from tillroll.reading.page import Page
from tillroll.receipts.pdf.colours import UnreadablePicture
from tillroll.receipts.pdf.pages import BrokenPdf, EncryptedPdf, PdfTooLarge, read_pdf
from tillroll.receipts.pdf.text import says_something
from tillroll.received_mail.attachments import (
    Attachment,
    Reason,
    TextAttachment,
    is_decoration_beside_text,
)
from tillroll.received_mail.walk import first_receipt, names_total

_PDF: Final = b"%PDF-"
# Of the beginning of a file, as far as PDFs have something before their mark.
_WITHIN: Final = 1_024


async def choose(attachments: Sequence[Attachment], today: date, pause: Pause) -> list[Attachment]:
    """Return the same attachments in the same order; of each mail in it with a text that names a total
    beside documents, either the text or the documents are offered."""
    chosen = list(attachments)
    for position, attachment in enumerate(attachments):
        text = first_receipt(attachment.beside, today)
        if text is not None:
            await _choose_of_one(chosen, position, text, today=today, pause=pause)
    return chosen


async def _choose_of_one(
    chosen: list[Attachment], position: int, text: TextAttachment, *, today: date, pause: Pause
) -> None:
    """Decide for one mail, whose text stands at `position`."""
    number = chosen[position].mail
    documents = [
        place for place, each in enumerate(chosen) if each.mail == number and each.is_offered and place != position
    ]
    without_total = [place for place in documents if await _is_beside(chosen[place], today=today, pause=pause)]
    for place in without_total:
        chosen[place] = replace(chosen[place], content=None, reason=Reason.BESIDE_TEXT)
    if len(without_total) == len(documents):
        chosen[position] = replace(chosen[position], reason=None, printed=text, beside=())


async def _is_beside(document: Attachment, *, today: date, pause: Pause) -> bool:
    """Whether a document is surely no receipt: a PDF whose own text names no total, or a banner.
    Of a photo or a scan nobody knows it here, so it is taken for one."""
    content = document.content or b""
    if is_decoration_beside_text(content):
        return True
    if _PDF not in content[:_WITHIN]:
        return False
    text = await _own_text(content, pause)
    return text is not None and not _names_total(text, today)


async def _own_text(content: bytes, pause: Pause) -> str | None:
    """The text of a PDF; None where a page is a picture, and where it cannot be read within its
    bounds."""
    try:
        pdf = await read_pdf(content, pause)
    except (BrokenPdf, EncryptedPdf, PdfTooLarge, UnreadablePicture, TimeoutError) as error:
        log.info("received_mail.document_not_read", reason=type(error).__name__)
        return None
    is_whole = pdf.pages and not pdf.xml and not pdf.has_too_many
    if not is_whole or any(page.picture or not says_something(page.text) for page in pdf.pages):
        return None
    return "\n".join(page.text for page in pdf.pages)


def _names_total(text: str, today: date) -> bool:
    page = Page.of(Transcript.from_text(text))
    invoice = read_printed(page, today=today)
    if invoice is not None and invoice.extraction.total.value is not None:
        return True
    return names_total(text, today)
