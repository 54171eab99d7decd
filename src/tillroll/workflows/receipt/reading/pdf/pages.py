"""The pages of a PDF: the text of a digital one, the embedded picture of a scanned one. pypdf is imported only when a
PDF comes: it takes 30 MB of the Worker's 128. What it may cost is bounded by `work`."""

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tillroll.platform.bindings.pausing import Pause, no_pause
from tillroll.workflows.receipt.reading.pdf.ciphers import ciphers
from tillroll.workflows.receipt.reading.pdf.importing import import_reader
from tillroll.workflows.receipt.reading.pdf.pictures import (
    LARGEST_PICTURE_BYTES,
    PagePicture,
    UnreadablePicture,
    picture_of,
)
from tillroll.workflows.receipt.reading.pdf.text import says_something, text_of
from tillroll.workflows.receipt.reading.pdf.work import LARGEST_STREAM_BYTES, TooMuchWork, Work, counted

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

    from tillroll.workflows.receipt.reading.pdf.attachments import EmbeddedXml

MAX_PAGES = 20

# Steps of a page tree; a document of more pages is nobody's receipt.
_MOST_TREE_ENTRIES = 5_000
# Tokens of a content stream; a dense page has some 20,000.
_MOST_TOKENS = 500_000
# An amount with two decimals, and no part of a date or a longer number.
_AMOUNT = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[.,' ]?\d{3})*[.,]\d{2}(?![\w.,/-])")


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


def read_pdf(content: bytes, pause: Pause = no_pause) -> Pdf:
    """Open a PDF and take out what can be read, with pauses in between.

    Raises:
        BrokenPdf: it cannot be opened.
        EncryptedPdf: it cannot be opened without a password.
        PdfTooLarge: it asks for too much.
        UnreadablePicture: a page is a picture in a form that cannot be read here.
    """
    import_reader(pause)
    from pypdf import PdfReader, apply_configuration  # noqa: PLC0415 - see above
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError  # noqa: PLC0415

    work = Work(pause)
    try:
        with apply_configuration(**_LIMITS), ciphers(work), counted(work):
            reader = PdfReader(io.BytesIO(content))
            return _read(reader, work)
    except (TooMuchWork, LimitReachedError, MemoryError) as error:
        raise PdfTooLarge(f"the PDF is not read: {error or 'memory'}") from error
    except (UnreadablePicture, EncryptedPdf):
        raise
    except (FileNotDecryptedError, DependencyError) as error:
        raise EncryptedPdf("the PDF is encrypted in a way that cannot be undone here") from error
    except Exception as error:
        # pypdf meets broken files with its own errors and, deep inside, with any of Python's: OverflowError from a seek
        # beyond 2^63, RecursionError, struct.error. None of them would be another one the next time.
        raise BrokenPdf(f"the PDF cannot be opened: {type(error).__name__}") from error


_LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": LARGEST_STREAM_BYTES,
    # Broken streams are mended byte by byte.
    "zlib_maximum_recovery_input_length": 100_000,
    "array_based_stream_maximum_output_length": LARGEST_STREAM_BYTES,
    "lzw_maximum_output_length": LARGEST_STREAM_BYTES,
    "run_length_maximum_output_length": LARGEST_STREAM_BYTES,
    "stream_decoding_work_maximum_length": 4 * LARGEST_STREAM_BYTES,
    "maximum_declared_stream_length": LARGEST_PICTURE_BYTES,
    "stream_parsing_work_maximum_count": _MOST_TOKENS,
    "page_tree_maximum_entries": _MOST_TREE_ENTRIES,
    "page_tree_maximum_page_entries": 50 * _MOST_TREE_ENTRIES,
}


def _read(reader: "PdfReader", work: Work) -> Pdf:
    from tillroll.workflows.receipt.reading.pdf.attachments import embedded_xml  # noqa: PLC0415 - only where a PDF comes

    if _is_locked(reader):
        raise EncryptedPdf("the PDF opens with a password only")
    pages, xml = reader.pages, embedded_xml(reader)
    if len(pages) > MAX_PAGES:
        return Pdf([PdfPage(text_of(page)) for page in pages[:MAX_PAGES]], has_too_many=True, xml=xml)
    if xml and xml.invoice:
        return Pdf([PdfPage(text_of(page)) for page in pages], has_too_many=False, xml=xml)
    texts = [text_of(page) for page in pages]
    is_invoiced = any(_AMOUNT.search(text) for text in texts if says_something(text))
    read = [_read_page(page, text, work, is_invoiced=is_invoiced) for page, text in zip(pages, texts, strict=True)]
    return Pdf(read, has_too_many=False, xml=xml)


def _is_locked(reader: "PdfReader") -> bool:
    """Whether the empty password, which the reader has tried already, did not open it."""
    encryption: Any = getattr(reader, "_encryption")  # noqa: B009 - the public way tries it once more
    return encryption is not None and not encryption.is_decrypted()


def _read_page(page: "PageObject", text: str, work: Work, *, is_invoiced: bool) -> PdfPage:
    """The page by its text or its picture. Where no page's text `is_invoiced`, names no amount, the text may be a
    letterhead around a scan: then it is both, as far as the picture can be read."""
    if not says_something(text):
        return PdfPage(text, picture_of(page, work))
    if is_invoiced:
        return PdfPage(text)
    try:
        return PdfPage(text, picture_of(page, work))
    except UnreadablePicture:
        return PdfPage(text)
