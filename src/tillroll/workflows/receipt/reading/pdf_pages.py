"""The pages of a PDF: the text of a digital one, the embedded picture of a scanned one. pypdf is imported only when a
PDF comes: it takes 30 MB of the Worker's 128."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tillroll.workflows.receipt.reading.pdf_pictures import PagePicture, picture_of

if TYPE_CHECKING:
    from pypdf import PageObject

MAX_PAGES = 20

# A page with fewer letters and digits is taken for its picture, where it has one: a scanner's own mark is no text.
_FEWEST_SIGNS = 40


class BrokenPdf(Exception):
    """The file cannot be opened as a PDF."""


@dataclass(frozen=True)
class PdfPage:
    """A page: its text in layout order, or the picture that stands for it; neither where it is empty."""

    text: str
    picture: PagePicture | None = None


@dataclass(frozen=True)
class Pdf:
    """The pages of a PDF in order; of one with more than MAX_PAGES the text of the first ones, without pictures."""

    pages: list[PdfPage]
    has_too_many: bool


def read_pdf(content: bytes) -> Pdf:
    """Open a PDF and take out what can be read.

    Raises:
        BrokenPdf: it cannot be opened.
        UnreadablePicture: a page is a picture in a form that cannot be read here.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - see above
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        pages = PdfReader(io.BytesIO(content)).pages
        if len(pages) > MAX_PAGES:
            return Pdf([PdfPage(_text_of(page)) for page in pages[:MAX_PAGES]], has_too_many=True)
        return Pdf([_read_page(page) for page in pages], has_too_many=False)
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        ZeroDivisionError,
        NotImplementedError,
    ) as error:
        # pypdf meets broken files with its own errors and, deep inside, with Python's.
        raise BrokenPdf(f"the PDF cannot be opened: {type(error).__name__}") from error


def _text_of(page: "PageObject") -> str:
    return page.extract_text(extraction_mode="layout")


def _read_page(page: "PageObject") -> PdfPage:
    text = _text_of(page)
    if sum(sign.isalnum() for sign in text) >= _FEWEST_SIGNS:
        return PdfPage(text)
    return PdfPage(text, picture_of(page))
