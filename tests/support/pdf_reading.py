"""PDFs that are read back: by pypdf, which is strict here, and drawn by PDFium."""

import importlib
import io
from typing import Any

from PIL import Image
from pypdf import PdfReader

# It has no types.
_PDFIUM: Any = importlib.import_module("pypdfium2")


def read_strictly(content: bytes) -> Any:
    """pypdf's reader; Any, since what it gives has a hundred types."""
    return PdfReader(io.BytesIO(content), strict=True)


def texts_of(content: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in read_strictly(content).pages]


def pictures_of(content: bytes) -> list[list[tuple[int, int]]]:
    """The sizes of the pictures on each page, as they are stored."""
    return [[image.image.size for image in page.images] for page in read_strictly(content).pages]


def attached_to(content: bytes) -> dict[str, list[bytes]]:
    return dict(read_strictly(content).attachments)


def links_of(content: bytes, page: int) -> list[int]:
    """The numbers of the pages that a page leads to."""
    reader = read_strictly(content)
    numbers = {each.indirect_reference: number for number, each in enumerate(reader.pages)}
    notes = [each.get_object() for each in reader.pages[page].get("/Annots", [])]
    return [numbers[note["/Dest"][0]] for note in notes if note["/Subtype"] == "/Link"]


def marks_of(content: bytes) -> list[tuple[str, int]]:
    """The table of contents beside the pages: titles with the numbers of their pages."""
    reader = read_strictly(content)
    return [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline]


def drawn(content: bytes, page: int = 0) -> Image.Image:
    """A page in grey, a point a pixel."""
    document = _PDFIUM.PdfDocument(content)
    try:
        return document[page].render(scale=1).to_pil().convert("L")
    finally:
        document.close()


def darkest(picture: Image.Image) -> int:
    """Of 0 (black) to 255."""
    return min(picture.tobytes())


def copied(content: bytes, page: int = 0) -> str:
    """The text as PDFium copies it."""
    document = _PDFIUM.PdfDocument(content)
    try:
        return document[page].get_textpage().get_text_range()
    finally:
        document.close()
