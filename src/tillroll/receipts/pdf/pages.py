"""The pages of a PDF: the text of a digital one, the embedded picture of a scanned one. pypdf is imported only when a
PDF comes: it takes 30 MB of the Worker's 128. What it may cost is bounded by `work`, piece by piece."""

import io
import re
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tillroll.platform.clock import Pause, no_pause
from tillroll.receipts.pdf.encryption import HashWanted, make_hash
from tillroll.receipts.pdf.pictures import PagePicture, UnreadablePicture, picture_of
from tillroll.receipts.pdf.reader import import_reader, piece, turn
from tillroll.receipts.pdf.text import says_something, text_of
from tillroll.receipts.pdf.work import TooMuchWork, Work

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

    from tillroll.receipts.pdf.attachments import EmbeddedXml

MAX_PAGES = 20

# An amount with two decimals, and no part of a date or a longer number.
_AMOUNT = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[.,' ]?\d{3}){0,4}[.,]\d{2}(?![\w.,/-])")


class BrokenPdf(Exception):
    """The file cannot be opened as a PDF."""


class PdfTooLarge(Exception):
    """The file asks for more work or memory than a receipt can be worth."""


class EncryptedPdf(Exception):
    """The file opens only with a password, or is encrypted in a way that cannot be undone here."""


@dataclass(frozen=True)
class PdfPage:
    """A page: its text in layout order, the picture that stands for it, or both; neither where it is empty."""

    text: str
    picture: PagePicture | None = None


@dataclass(frozen=True)
class Pdf:
    """The pages of a PDF in order; of one with more than MAX_PAGES the text of the first ones, without pictures. `xml`
    is that of an e-invoice; where it can be read, no page's picture is taken out."""

    pages: list[PdfPage]
    has_too_many: bool
    xml: "EmbeddedXml | None" = None


async def read_pdf(
    content: bytes, pause: Pause = no_pause, noted: AbstractAsyncContextManager[object] | None = None
) -> Pdf:
    """Open a PDF and take out what can be read, with pauses in between. Another file waits until then. `noted` is
    entered when it is this one's turn, and left behind it: what it writes holds no other file up.

    Raises: what `noted` raises, and
        BrokenPdf: it cannot be opened.
        EncryptedPdf: it cannot be opened without a password.
        PdfTooLarge: it asks for too much.
        TimeoutError: another file took too long; another attempt helps.
        UnreadablePicture: a page is a picture in a form that cannot be read here.
    """
    async with AsyncExitStack() as behind, turn(pause) as work:
        if noted:
            await behind.enter_async_context(noted)
        await import_reader(work.rest)
        from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError  # noqa: PLC0415 - see above

        try:
            return await _read(content, work)
        except (TooMuchWork, LimitReachedError, MemoryError) as error:
            raise PdfTooLarge(f"the PDF is not read: {error or 'memory'}") from error
        except (UnreadablePicture, EncryptedPdf):
            raise
        except (FileNotDecryptedError, DependencyError) as error:
            raise EncryptedPdf("the PDF is encrypted in a way that cannot be undone here") from error
        except Exception as error:
            # pypdf meets broken files with its own errors and, deep inside, with any of Python's: OverflowError from a
            # seek beyond 2^63, RecursionError, struct.error. None of them would be another one the next time.
            raise BrokenPdf(f"the PDF cannot be opened: {type(error).__name__}") from error


async def _read(content: bytes, work: Work) -> Pdf:
    from tillroll.receipts.pdf.attachments import embedded_xml  # noqa: PLC0415 - only where a PDF comes

    reader = await _opened(content, work)
    pages, count = await piece(work, _first_pages, reader)
    xml = await embedded_xml(reader, work)
    texts = [await text_of(page, work) for page in pages]
    if count > MAX_PAGES or (xml and xml.invoice):
        return Pdf([PdfPage(text) for text in texts], has_too_many=count > MAX_PAGES, xml=xml)
    is_invoiced = any(_AMOUNT.search(text) for text in texts if says_something(text))
    read = [
        await _read_page(page, text, work, is_invoiced=is_invoiced) for page, text in zip(pages, texts, strict=True)
    ]
    return Pdf(read, has_too_many=False, xml=xml)


async def _opened(content: bytes, work: Work) -> "PdfReader":
    from pypdf import PdfReader  # noqa: PLC0415 - see above

    while True:
        try:
            reader = await piece(work, PdfReader, io.BytesIO(content))
        except HashWanted as hashing:
            await make_hash(hashing.wanted, work)
        else:
            break
    if _is_locked(reader):
        raise EncryptedPdf("the PDF opens with a password only")
    return reader


def _first_pages(reader: "PdfReader") -> tuple[list["PageObject"], int]:
    """The pages that are read, and how many there are."""
    pages = reader.pages
    return [*pages[:MAX_PAGES]], len(pages)


def _is_locked(reader: "PdfReader") -> bool:
    """Whether the empty password, which the reader has tried already, did not open it."""
    encryption: Any = getattr(reader, "_encryption")  # noqa: B009 - the public way tries it once more
    return encryption is not None and not encryption.is_decrypted()


async def _read_page(page: "PageObject", text: str, work: Work, *, is_invoiced: bool) -> PdfPage:
    """The page by its text or its picture. Where no page's text `is_invoiced`, names no amount, the text may be a
    letterhead around a scan: then it is both, as far as the picture can be read."""
    if not says_something(text):
        return PdfPage(text, await picture_of(page, work))
    if is_invoiced:
        return PdfPage(text)
    try:
        return PdfPage(text, await picture_of(page, work))
    except UnreadablePicture:
        return PdfPage(text)
