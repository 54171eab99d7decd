"""The receipt of a mail: its text, or the documents beside it. A text with a labelled total is the
receipt where no document names one, such as a ticket or terms of business. Beside a document with a
total, one without any amount is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from tillroll.received_mail.attachments import (
    Attachment,
    Reason,
    TextAttachment,
    is_decoration_beside_text,
)
from tillroll.received_mail.walk import first_receipt, names_total
from tillroll_documents.file_types import HiddenSize, picture_size, sniff
from tillroll_documents.pdf_reader.colours import UnreadablePicture
from tillroll_documents.pdf_reader.pages import (
    BrokenPdf,
    EncryptedPdf,
    PdfPage,
    PdfTooLarge,
    read_pdf,
)
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_durable.platform import log
from tillroll_durable.platform.clock import Pause

_PDF: Final = b"%PDF-"
# Of the beginning of a file, as far as PDFs have something before their mark.
_WITHIN: Final = 1_024
_FEWEST_TO_COMPARE: Final = 2
_MOST_TO_COMPARE: Final = 6
"""Files of a mail: opening each of more takes as long as their runs do."""
_FEWEST_SIGNS: Final = 8
"""Letters and digits of a ticket: fewer are a page's number, beside print that is drawn as
shapes.
"""
_SQUARE: Final = 50
"""A code is as wide as it is high, up to a fiftieth."""
_LARGEST_CODE: Final = 1_200
"""Pixels. What is scanned or photographed as a square has more."""
_BAND: Final = 3
_AMOUNT: Final = re.compile(r"\d[.,]\d{2}(?!\d)|[€$£¥₩₹]\s?\d|\d\s?[€$£¥₩₹円元원]")
"""Also without decimals, behind or before a currency's mark."""


async def choose(attachments: Sequence[Attachment], today: date, pause: Pause) -> list[Attachment]:
    """Return the same attachments in the same order. Of each mail in it with a text that names a
    total beside documents, either the text or the documents are offered; of several PDFs, those
    that are not without any amount beside one with a total.
    """
    chosen = list(attachments)
    texts = _Texts(today, pause)
    for position, attachment in enumerate(attachments):
        text = first_receipt(attachment.beside, today)
        if text is not None:
            await _choose_of_one(chosen, position, text=text, texts=texts)
    for number in {each.mail for each in chosen}:
        await _leave_out_terms(chosen, number, texts)
    return chosen


@dataclass(slots=True)
class _Texts:
    """The texts of PDFs, each read once."""

    today: date
    pause: Pause
    _known: dict[int, str | None] = field(default_factory=dict[int, str | None])

    async def of(self, document: Attachment) -> str | None:
        """The text of a PDF of its own; None for anything else."""
        content = document.content or b""
        if _PDF not in content[:_WITHIN]:
            return None
        key = id(content)
        if key not in self._known:
            self._known[key] = await _own_text(content, self.pause)
        return self._known[key]


def _documents(chosen: Sequence[Attachment], mail: int) -> list[int]:
    """Where the files of a mail stand that are offered."""
    return [
        place
        for place, each in enumerate(chosen)
        if each.mail == mail and each.is_offered and each.printed is None
    ]


async def _choose_of_one(
    chosen: list[Attachment], position: int, text: TextAttachment, texts: _Texts
) -> None:
    """Decide for one mail, whose text stands at `position`."""
    documents = _documents(chosen, chosen[position].mail)
    without_total = [place for place in documents if await _is_beside(chosen[place], texts)]
    for place in without_total:
        chosen[place] = replace(chosen[place], content=None, reason=Reason.BESIDE_TEXT)
    if len(without_total) == len(documents):
        chosen[position] = replace(chosen[position], reason=None, printed=text, beside=())


async def _is_beside(document: Attachment, texts: _Texts) -> bool:
    """Whether a document is surely no receipt: a PDF whose own text names no total, or a banner.
    Of a photo or a scan nobody knows it here, so it is taken for one."""
    if is_decoration_beside_text(document.content or b""):
        return True
    text = await texts.of(document)
    return text is not None and not _names_total(text, texts.today)


async def _leave_out_terms(chosen: list[Attachment], mail: int, texts: _Texts) -> None:
    """Leave out what has no amount at all, such as terms of business, beside a PDF with a total."""
    documents = _documents(chosen, mail)
    if not _FEWEST_TO_COMPARE <= len(documents) <= _MOST_TO_COMPARE:
        return
    without_amount: list[int] = []
    others: list[str] = []
    for place in documents:
        text = await texts.of(chosen[place])
        if text is None:
            continue
        if _AMOUNT.search(text):
            others.append(text)
        else:
            without_amount.append(place)
    if not without_amount or not any(_names_total(text, texts.today) for text in others):
        return
    for place in without_amount:
        chosen[place] = replace(chosen[place], content=None, reason=Reason.BESIDE_TOTAL)


async def _own_text(content: bytes, pause: Pause) -> str | None:
    """The text of a PDF; None where a page may be a scan, and where it cannot be read within its
    bounds. A ticket has few letters, and a code as its picture."""
    try:
        pdf = await read_pdf(content, pause)
    except (BrokenPdf, EncryptedPdf, PdfTooLarge, UnreadablePicture, TimeoutError) as error:
        log.info("received_mail.document_not_read", reason=type(error).__name__)
        return None
    is_whole = pdf.pages and not pdf.xml and not pdf.has_too_many
    if not is_whole or any(_may_be_scanned(page) for page in pdf.pages):
        return None
    return "\n".join(page.text for page in pdf.pages)


def _may_be_scanned(page: PdfPage) -> bool:
    """Whether the page says more by a picture than by its letters."""
    if sum(sign.isalnum() for sign in page.text) < _FEWEST_SIGNS:
        return True
    if page.picture is None:
        return False
    return not _is_code_or_logo(page.picture.content)


def _is_code_or_logo(picture: bytes) -> bool:
    """Whether it is a small square or a wide band: scans are neither."""

    def peek(offset: int, length: int) -> bytes:
        return picture[offset : offset + length]

    kind = sniff(peek)
    if kind is None:
        return False
    try:
        size = picture_size(kind, peek)
    except HiddenSize:
        return False
    if size is None:
        return False
    is_square = abs(size.width - size.height) * _SQUARE <= size.width
    is_code = is_square and size.width <= _LARGEST_CODE
    return is_code or size.width > _BAND * size.height


def _names_total(text: str, today: date) -> bool:
    page = Page.of(Transcript.from_text(text))
    invoice = read_printed(page, today=today)
    if invoice is not None and invoice.extraction.total.value is not None:
        return True
    return names_total(text, today)
