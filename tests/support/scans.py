"""PDFs as scanners write them: pages that are pictures."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image
from pypdf import PageObject, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from tests.support.invoice import invoice_pdf


@dataclass(frozen=True)
class Scan:
    """A page's picture, encoded by `filters`, turned by `rotate` degrees when shown."""

    content: bytes
    width: int
    height: int
    filters: tuple[str, ...]
    colours: str = "/DeviceRGB"
    bits: int = 8
    rotate: int = 0


def jpeg_scan(jpeg: bytes, rotate: int = 0) -> Scan:
    width, height = Image.open(io.BytesIO(jpeg)).size
    return Scan(jpeg, width, height, ("/DCTDecode",), rotate=rotate)


def plain_scan(picture: bytes, mode: str = "L") -> Scan:
    """The pixels as they are: grey (L), colour (RGB) or one bit each (1)."""
    image = Image.open(io.BytesIO(picture)).convert(mode)
    colours = "/DeviceRGB" if mode == "RGB" else "/DeviceGray"
    return Scan(image.tobytes(), image.width, image.height, (), colours, 1 if mode == "1" else 8)


def scanned_pdf(*pages: Sequence[Scan] | str) -> bytes:
    """A page for each argument: its pictures, or the lines of a digital page."""
    writer = PdfWriter()
    for page in pages:
        if isinstance(page, str):
            writer.append(io.BytesIO(invoice_pdf(page.splitlines())))
        else:
            _add(writer, page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _add(writer: PdfWriter, scans: Sequence[Scan]) -> None:
    page = writer.add_blank_page(595, 842)
    names = {f"/Im{number}": _image(scan) for number, scan in enumerate(scans)}
    drawn = DictionaryObject(
        {NameObject(name): _added(writer, image) for name, image in names.items()}
    )
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawn})
    content = DecodedStreamObject()
    content.set_data("\n".join(f"q 595 0 0 842 0 0 cm {name} Do Q" for name in names).encode())
    page[NameObject("/Contents")] = _added(writer, content)
    _rotate(page, sum(scan.rotate for scan in scans))


def _added(writer: PdfWriter, stream: StreamObject) -> IndirectObject:
    # Pypdf has no public name for it.
    return writer._add_object(stream)  # pyright: ignore[reportPrivateUsage]


def _rotate(page: PageObject, degrees: int) -> None:
    if degrees:
        page[NameObject("/Rotate")] = NumberObject(degrees)


def _image(scan: Scan) -> StreamObject:
    image = DecodedStreamObject()
    image.set_data(scan.content)
    image[NameObject("/Type")] = NameObject("/XObject")
    image[NameObject("/Subtype")] = NameObject("/Image")
    image[NameObject("/Width")] = NumberObject(scan.width)
    image[NameObject("/Height")] = NumberObject(scan.height)
    image[NameObject("/ColorSpace")] = NameObject(scan.colours)
    image[NameObject("/BitsPerComponent")] = NumberObject(scan.bits)
    if not scan.filters:
        return image.flate_encode()
    image[NameObject("/Filter")] = ArrayObject([NameObject(name) for name in scan.filters])
    return image
