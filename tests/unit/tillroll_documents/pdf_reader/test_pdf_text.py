"""The text of a page is read whichever way it is turned, and wherever it stands: in forms, fields,
around a scan.
"""

import io
from typing import Any

import pytest
from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
    TextStringObject,
)

from tests.support.drawing import draw_receipt
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.scans import jpeg_scan, scanned_pdf
from tillroll_documents.pdf_reader.pages import read_pdf
from tillroll_documents.pdf_reader.text import mended

LINES = clear_receipt("PAPER SHOP SDN BHD", "12.90")
PHOTO = draw_receipt(LINES)
HEAD = [
    "Papierhaus Lindner GmbH",
    "Hafenstrasse 12, 20457 Hamburg",
    "USt-IdNr. DE136695976",
    "Rechnung",
]
HEIGHT, WIDTH = 842, 595
# Where a turned page has to be moved so that it lies in its box again.
MOVED = {90: (HEIGHT, 0), 180: (WIDTH, HEIGHT), 270: (0, WIDTH)}


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def turned(text_by: int, page_by: int) -> bytes:
    """The text turned counterclockwise on the page, and the page clockwise when it is shown."""
    writer = PdfWriter(clone_from=io.BytesIO(invoice_pdf(LINES)))
    page = writer.pages[0]
    if text_by:
        page.add_transformation(Transformation().rotate(text_by).translate(*MOVED[text_by]))
    if text_by in {90, 270}:
        page.mediabox = RectangleObject((0, 0, HEIGHT, WIDTH))
    if page_by:
        page[NameObject("/Rotate")] = NumberObject(page_by)
    return written(writer)


@pytest.mark.parametrize("page_by", [0, 90, 180, 270])
@pytest.mark.parametrize("text_by", [0, 90, 180, 270])
async def test_whichever_way_a_page_is_turned_its_lines_are_whole(
    text_by: int, page_by: int
) -> None:
    [page] = (await read_pdf(turned(text_by, page_by))).pages
    lines = [" ".join(line.split()) for line in page.text.splitlines() if line.strip()]
    assert lines == [" ".join(line.split()) for line in LINES if line.strip()]


def in_a_form(content: bytes) -> bytes:
    """The page's content is drawn as one piece, as programs do that put a letterhead under a
    page.
    """
    writer = PdfWriter(clone_from=io.BytesIO(content))
    page = writer.pages[0]
    form = DecodedStreamObject()
    # Each page of this file has contents.
    form.set_data(page.get_contents().get_data())  # pyright: ignore[reportOptionalMemberAccess]
    form[NameObject("/Type")], form[NameObject("/Subtype")] = (
        NameObject("/XObject"),
        NameObject("/Form"),
    )
    form[NameObject("/BBox")] = RectangleObject((0, 0, WIDTH, HEIGHT))
    form[NameObject("/Resources")] = page["/Resources"]
    letter = (
        "BT /F1 11 Tf 1 0 0 1 50 60 Tm (Thank you for your order, we are looking forward to your "
        "next one) Tj ET"
    )
    own = DecodedStreamObject()
    own.set_data(f"q /Piece Do Q\n{letter}".encode())
    resources: Any = page["/Resources"]
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/Font"): resources["/Font"],
            NameObject("/XObject"): DictionaryObject({NameObject("/Piece"): form}),
        }
    )
    page[NameObject("/Contents")] = own
    return written(writer)


async def test_what_is_drawn_as_one_piece_is_read_with_the_rest() -> None:
    [page] = (await read_pdf(in_a_form(invoice_pdf(LINES)))).pages
    assert "PAPER SHOP SDN BHD" in page.text
    assert "Thank you for your order" in page.text


def filled(*, hidden: bool = False) -> bytes:
    """A form whose total was typed into a field."""
    writer = PdfWriter(clone_from=io.BytesIO(invoice_pdf([*HEAD, "Rechnungsbetrag EUR"])))
    page: PageObject = writer.pages[0]
    widget = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("total"),
            NameObject("/V"): TextStringObject("1.234,50\nzahlbar sofort, Grüße"),
            NameObject("/F"): NumberObject(2 if hidden else 4),
            NameObject("/Rect"): ArrayObject(map(FloatObject, (300, 734, 500, 748))),
        }
    )
    # pypdf has no public way.
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(widget)])  # pyright: ignore[reportPrivateUsage]
    return written(writer)


async def test_what_was_typed_into_a_form_stands_beside_its_label() -> None:
    [page] = (await read_pdf(filled())).pages
    [line] = [line for line in page.text.splitlines() if "Rechnungsbetrag" in line]
    assert line.split() == ["Rechnungsbetrag", "EUR", "1.234,50"]
    assert "zahlbar sofort, Grüße" in page.text


async def test_a_hidden_field_is_not_read() -> None:
    assert "1.234,50" not in (await read_pdf(filled(hidden=True))).pages[0].text


def with_text(lines: list[str]) -> bytes:
    """A scan that has a text layer."""
    writer = PdfWriter(clone_from=io.BytesIO(scanned_pdf([jpeg_scan(PHOTO)])))
    page = writer.pages[0]
    page.merge_page(PdfReader(io.BytesIO(invoice_pdf(lines))).pages[0])
    return written(writer)


async def test_a_letterhead_around_a_scan_is_both() -> None:
    [page] = (await read_pdf(with_text(HEAD))).pages
    assert "Papierhaus Lindner GmbH" in page.text
    assert page.picture is not None
    assert page.picture.content == PHOTO


async def test_a_scan_with_its_whole_text_is_its_text() -> None:
    [page] = (await read_pdf(with_text(LINES))).pages
    assert "PAPER SHOP SDN BHD" in page.text
    assert page.picture is None


def test_ligatures_are_letters() -> None:
    assert mended("Ka\ufb00ee \ufb01n \ufb03") == "Kaffee fin ffi"


def test_signs_in_two_halves_are_whole_and_a_lone_half_is_replaced() -> None:
    assert mended("tel \ud83d\udcde 12 \ud83d") == "tel 📞 12 \ufffd"


async def test_strings_that_follow_each_other_are_one_word() -> None:
    """As browsers and typesetters draw a word with a joined letter in it, and what stands
    behind.
    """
    writer = PdfWriter(clone_from=io.BytesIO(invoice_pdf(LINES)))
    content = DecodedStreamObject()
    parts = "(Gra) Tj (fi) Tj /Span BMC (ca Esposito S) Tj EMC 98 0 Td (.a.s.) Tj"
    content.set_data(
        (
            f"BT /F1 12 Tf 1 0 0 1 50 700 Tm {parts} ET BT /F1 12 Tf 1 0 0 1 50 500 Tm "
            f"({'x' * 50}) Tj ET"
        ).encode()
    )
    writer.pages[0][NameObject("/Contents")] = content
    [page] = (await read_pdf(written(writer))).pages
    assert page.text.splitlines()[0] == "Grafica Esposito S.a.s."
