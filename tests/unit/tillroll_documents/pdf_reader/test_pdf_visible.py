"""Text that a page holds and does not show is not read; where it says more of money, a person is
told.
"""

import io
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
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
from tillroll_documents.pdf_reader.pages import PdfPage, read_pdf

LINES = clear_receipt("PAPER SHOP SDN BHD", "12.90")
OTHER = "Total due for everything on this page 9,999.99"
SHOWN = f"1 0 0 1 50 60 Tm ({OTHER}) Tj"


def drawn(*operators: str, before: bool = False) -> bytes:
    """A page of an invoice with further operators behind its own, or before them."""
    writer = PdfWriter(clone_from=io.BytesIO(invoice_pdf(LINES)))
    page = writer.pages[0]
    own = page.get_contents()
    assert own is not None
    parts = (" ".join(operators).encode(), b"q " + own.get_data() + b" Q")
    content = DecodedStreamObject()
    content.set_data(b"\n".join(parts if before else parts[::-1]))
    page[NameObject("/Contents")] = content
    states = {
        NameObject(name): DictionaryObject({NameObject("/ca"): FloatObject(alpha)})
        for name, alpha in (("/Clear", 0), ("/Half", 0.5))
    }
    # pypdf types what a page has as any object.
    page["/Resources"][NameObject("/ExtGState")] = DictionaryObject(states)  # pyright: ignore[reportIndexIssue]
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


async def read(content: bytes) -> PdfPage:
    [page] = (await read_pdf(content)).pages
    return page


@pytest.mark.parametrize(
    "operators",
    [
        f"BT 3 Tr /F1 11 Tf {SHOWN} ET",
        f"BT 7 Tr /F1 11 Tf {SHOWN} ET",
        f"BT 1 g /F1 11 Tf {SHOWN} ET",
        f"BT 1 1 1 rg /F1 11 Tf {SHOWN} ET",
        f"BT 0 0 0 0 k /F1 11 Tf {SHOWN} ET",
        f"/DeviceRGB cs BT 1 1 1 sc /F1 11 Tf {SHOWN} ET",
        f"BT /F1 0.4 Tf {SHOWN} ET",
        f"q 0.02 0 0 0.02 50 60 cm BT /F1 11 Tf {SHOWN} ET Q",
        f"BT /F1 11 Tf 1 0 0 1 50 -300 Tm ({OTHER}) Tj ET",
        f"BT /F1 11 Tf 1 0 0 1 900 60 Tm ({OTHER}) Tj ET",
        f"q 300 300 20 20 re W n BT /F1 11 Tf {SHOWN} ET Q",
        f"q /Clear gs BT /F1 11 Tf {SHOWN} ET Q",
        f"BT /F1 11 Tf {SHOWN} ET 1 g 40 50 400 30 re f",
        f"BT /F1 11 Tf {SHOWN} ET 0 g 40 50 400 30 re f",
        f"0.9 g 40 50 400 30 re f 1 g 40 50 400 30 re f BT /F1 11 Tf {SHOWN} ET",
    ],
)
async def test_what_nobody_sees_is_not_read_and_a_person_is_told(operators: str) -> None:
    page = await read(drawn(operators))
    assert "9,999.99" not in page.text
    assert "PAPER SHOP" in page.text
    assert page.hides


@pytest.mark.parametrize(
    "operators",
    [
        f"BT 0 g /F1 11 Tf {SHOWN} ET",
        f"BT 0 Tr 0.9 g /F1 11 Tf {SHOWN} ET",
        f"q 1 g 3 Tr Q BT /F1 11 Tf {SHOWN} ET",
        f"0 0 0.6 rg 40 50 400 30 re f 1 g BT /F1 11 Tf {SHOWN} ET",
        f"0.2 g 40 50 m 440 50 l 440 80 l 40 80 l h f 1 g BT /F1 11 Tf {SHOWN} ET",
        f"BT /F1 11 Tf {SHOWN} ET q /Half gs 1 1 0 rg 40 50 400 30 re f Q",
        f"BT /F1 11 Tf {SHOWN} ET 0 g 40 400 400 30 re f",
        f"/Unknown cs BT 1 sc /F1 11 Tf {SHOWN} ET",
        f"BT 1 Tr 1 g /F1 11 Tf {SHOWN} ET",
        f"q 20 20 500 500 re W n BT /F1 11 Tf {SHOWN} ET Q",
        f"q 20 0 0 20 50 60 cm BT /F1 0.6 Tf ({OTHER}) Tj ET Q",
    ],
)
async def test_what_is_seen_is_read(operators: str) -> None:
    page = await read(drawn(operators))
    assert ("9,999.99" in page.text, page.hides) == (True, False)


def layered(
    *operators: str,
    piece: str = f"BT /F1 11 Tf {SHOWN} ET",
    is_on: bool = False,
    of_object: bool = False,
) -> bytes:
    """As `drawn`, with a layer `/Layer` that is off, or on, and a piece `/Piece`, which may be of
    the layer.
    """
    writer = PdfWriter(clone_from=io.BytesIO(drawn(*operators)))
    # pypdf has no public way.
    page, add = writer.pages[0], writer._add_object  # pyright: ignore[reportPrivateUsage]
    layer = add(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/OCG"),
                NameObject("/Name"): TextStringObject("Layer"),
            }
        )
    )
    shown = DictionaryObject({NameObject("/ON" if is_on else "/OFF"): ArrayObject([layer])})
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): shown}
    )
    resources: Any = page["/Resources"]
    resources[NameObject("/Properties")] = DictionaryObject({NameObject("/Layer"): layer})
    form = DecodedStreamObject()
    form.set_data(piece.encode())
    form[NameObject("/Type")], form[NameObject("/Subtype")] = (
        NameObject("/XObject"),
        NameObject("/Form"),
    )
    form[NameObject("/BBox")] = RectangleObject((0, 0, 595, 842))
    form[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): resources["/Font"]})
    if of_object:
        form[NameObject("/OC")] = layer
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Piece"): add(form)})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


_ON_LAYER = f"/OC /Layer BDC BT /F1 11 Tf {SHOWN} ET EMC"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(layered(_ON_LAYER), id="a layer that is off"),
        pytest.param(layered("/Span BMC", _ON_LAYER, "EMC"), id="in another mark"),
        pytest.param(layered("/Piece Do", of_object=True), id="a piece of a layer that is off"),
        pytest.param(layered(), id="a piece that is never drawn"),
        pytest.param(layered("q 1 0 0 1 900 0 cm /Piece Do Q"), id="a piece beside the page"),
        pytest.param(layered("q 0.02 0 0 0.02 50 60 cm /Piece Do Q"), id="a tiny piece"),
        pytest.param(layered("q 300 300 20 20 re W n /Piece Do Q"), id="a piece that is clipped"),
        pytest.param(layered("q 3 Tr /Piece Do Q"), id="a piece in unseen mode"),
        pytest.param(layered("/Piece Do 1 g 40 50 400 30 re f"), id="a piece that is painted over"),
        pytest.param(layered("q /Clear gs /Piece Do Q"), id="a clear piece"),
    ],
)
async def test_what_lies_on_no_layer_that_is_shown_is_not_read(content: bytes) -> None:
    page = await read(content)
    assert ("9,999.99" in page.text, "PAPER SHOP" in page.text, page.hides) == (False, True, True)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(layered(_ON_LAYER, is_on=True), id="a layer that is on"),
        pytest.param(
            layered("/OC /Layer BDC EMC", f"BT /F1 11 Tf {SHOWN} ET"),
            id="behind a layer that is off",
        ),
        pytest.param(layered("/Piece Do"), id="a piece"),
        pytest.param(
            layered("/Piece Do", of_object=True, is_on=True), id="a piece of a layer that is on"
        ),
        pytest.param(
            layered("q 1 0 0 1 900 0 cm /Piece Do Q /Piece Do"), id="a piece, also beside the page"
        ),
        pytest.param(
            layered(
                "q 0.1 0 0 0.1 0 0 cm /Piece Do Q",
                piece=f"BT /F1 90 Tf 1 0 0 1 400 700 Tm ({OTHER}) Tj ET",
            ),
            id="a piece that is drawn smaller",
        ),
        pytest.param(layered("q 1 g 40 50 400 30 re f Q /Piece Do"), id="a piece over white"),
    ],
)
async def test_what_lies_on_a_layer_that_is_shown_is_read(content: bytes) -> None:
    page = await read(content)
    assert ("9,999.99" in page.text, page.hides) == (True, False)


async def test_unseen_words_without_other_amounts_ask_nobody() -> None:
    page = await read(drawn("BT 3 Tr /F1 11 Tf 1 0 0 1 50 60 Tm (INV-77 12.90) Tj ET"))
    assert ("INV-77" in page.text, page.hides) == (False, False)


async def test_text_moves_on_over_what_is_left_out() -> None:
    page = await read(
        drawn("BT /F1 11 Tf 14 TL 1 0 0 1 50 90 Tm 3 Tr (9.99) ' 0 Tr (Thank you) ' ET")
    )
    assert "Thank you" in page.text


async def test_the_scanners_own_text_gives_way_to_the_picture() -> None:
    scan = PdfWriter(clone_from=io.BytesIO(scanned_pdf([jpeg_scan(draw_receipt(LINES))])))
    page = scan.pages[0]
    own, shown = page.get_contents(), invoice_pdf(clear_receipt("OTHER SHOP SDN BHD", "99.90"))
    text = PdfReader(io.BytesIO(shown)).pages[0]
    assert own is not None
    content = DecodedStreamObject()
    behind = text.get_contents()
    assert behind is not None
    content.set_data(own.get_data() + b"\n3 Tr\n" + behind.get_data())
    page[NameObject("/Contents")] = content
    fonts: Any = text["/Resources"]
    resources: Any = page["/Resources"]
    resources[NameObject("/Font")] = fonts["/Font"].clone(scan)
    out = io.BytesIO()
    scan.write(out)
    read_page = await read(out.getvalue())
    assert "OTHER SHOP" not in read_page.text
    assert read_page.picture is not None
    assert not read_page.hides


def called_otherwise(digit: str, other: str, *, symbolic: bool = False) -> bytes:
    """An invoice whose font calls a digit by another one to programs that read its text."""
    writer = PdfWriter(clone_from=io.BytesIO(invoice_pdf(LINES)))
    fonts: Any = writer.pages[0]["/Resources"]
    font = fonts["/Font"]["/F1"].get_object()
    names = DecodedStreamObject()
    ranges = "1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar"
    names.set_data(
        f"begincmap {ranges} <{ord(digit):02x}> <{ord(other):04x}> endbfchar endcmap".encode()
    )
    # pypdf has no public way.
    font[NameObject("/ToUnicode")] = writer._add_object(names)  # pyright: ignore[reportPrivateUsage]
    font[NameObject("/FontDescriptor")] = DictionaryObject(
        {NameObject("/Flags"): NumberObject(4 if symbolic else 32)}
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


async def test_digits_that_a_font_misnames_are_read_as_drawn_and_a_person_is_told() -> None:
    page = await read(called_otherwise("1", "9"))
    assert ("12.90" in page.text, "92.90" in page.text, page.hides) == (True, False, True)


async def test_a_font_that_calls_digits_by_their_names_or_has_no_names_asks_nobody() -> None:
    for content in (called_otherwise("1", "1"), called_otherwise("1", "9", symbolic=True)):
        assert not (await read(content)).hides
