"""Digital pages are read by their text, scanned ones by their picture, and what cannot be read says
why.
"""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from tests.support.drawing import draw_receipt
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.scans import Scan, jpeg_scan, plain_scan, scanned_pdf
from tillroll_documents.pdf_reader.colours import UnreadablePicture
from tillroll_documents.pdf_reader.pages import MAX_PAGES, BrokenPdf, PdfTooLarge, read_pdf

LINES = clear_receipt("PAPER SHOP SDN BHD", "12.90")
PHOTO = draw_receipt(LINES)
INVOICE = "\n".join(LINES)


async def test_a_digital_page_is_its_text() -> None:
    [page] = (await read_pdf(invoice_pdf(LINES))).pages
    assert "PAPER SHOP SDN BHD" in page.text
    assert page.picture is None


async def test_a_jpeg_is_taken_as_it_is() -> None:
    [page] = (await read_pdf(scanned_pdf([jpeg_scan(PHOTO, rotate=90)]))).pages
    assert page.picture is not None
    assert (page.picture.content, page.picture.media_type, page.picture.rotation) == (
        PHOTO,
        "image/jpeg",
        90,
    )


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
async def test_plain_pixels_become_a_png_of_the_same_pixels(mode: str) -> None:
    [page] = (await read_pdf(scanned_pdf([plain_scan(PHOTO, mode)]))).pages
    assert page.picture is not None
    assert page.picture.media_type == "image/png"
    shown = Image.open(io.BytesIO(page.picture.content))
    expected = Image.open(io.BytesIO(PHOTO)).convert(mode)
    assert (shown.mode, shown.size) == (mode, expected.size)
    assert ImageChops.difference(shown.convert("RGB"), expected.convert("RGB")).getbbox() is None


async def test_pages_of_both_kinds_keep_their_order() -> None:
    first, second, third = (await read_pdf(scanned_pdf(INVOICE, [jpeg_scan(PHOTO)], INVOICE))).pages
    assert first.picture is None
    assert second.picture is not None
    assert third.picture is None


async def test_a_logo_is_no_page_and_a_scanners_mark_no_text() -> None:
    logo = jpeg_scan(draw_receipt(["LOGO"], width=120))
    [page] = (await read_pdf(scanned_pdf([jpeg_scan(PHOTO), logo]))).pages
    assert page.picture is not None
    assert page.picture.content == PHOTO


@pytest.mark.parametrize(
    ("scans", "says"),
    [
        pytest.param([Scan(b"fax", 1000, 1000, ("/CCITTFaxDecode",))], "CCITT", id="fax"),
        pytest.param([Scan(b"jbig", 1000, 1000, ("/JBIG2Decode",))], "JBIG2", id="JBIG2"),
        pytest.param([Scan(b"jpx", 1000, 1000, ("/JPXDecode",))], "JPEG 2000", id="JPEG 2000"),
        pytest.param([jpeg_scan(PHOTO), jpeg_scan(PHOTO)], "2 pictures", id="two photos on a page"),
        pytest.param([Scan(b"\0" * 90, 1000, 1000, ())], "cut off", id="fewer pixels than it says"),
        pytest.param([Scan(b"\0" * 90, 90_000, 90_000, ())], "90000 x 90000", id="a bomb"),
        pytest.param(
            [Scan(b"\0" * 90, 900, 900, (), "/Pattern")], "Pattern", id="another colour space"
        ),
        pytest.param([Scan(b"no", 900, 900, ("/FlateDecode",))], "broken", id="broken pixels"),
        pytest.param(
            [Scan(b"\0" * 90, 3000, 3000, ("/LZWDecode",))],
            "too large to unpack from LZWDecode",
            id="slow pixels",
        ),
    ],
)
async def test_what_cannot_be_read_says_why(scans: list[Scan], says: str) -> None:
    with pytest.raises(UnreadablePicture, match=f"{says}.*: scan it as .*JPEG, or photograph it"):
        await read_pdf(scanned_pdf(scans))


async def test_of_too_many_pages_only_the_text_of_the_first_is_read() -> None:
    pdf = await read_pdf(scanned_pdf(*[INVOICE] * MAX_PAGES, [jpeg_scan(PHOTO)]))
    assert pdf.has_too_many
    assert len(pdf.pages) == MAX_PAGES
    assert all(page.picture is None for page in pdf.pages)


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\nbroken", b"%PDF-", scanned_pdf([jpeg_scan(PHOTO)])[:900]]
)
async def test_a_broken_file_says_so(content: bytes) -> None:
    with pytest.raises(BrokenPdf):
        await read_pdf(content)


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=20))
async def test_a_damaged_file_is_read_or_refused(place: int, damage: bytes) -> None:
    whole = invoice_pdf(LINES)
    place %= len(whole)
    try:
        pdf = await read_pdf(whole[:place] + damage + whole[place + len(damage) :])
    except (BrokenPdf, PdfTooLarge, UnreadablePicture):
        return  # damage can announce more than is worth reading
    assert len(pdf.pages) <= MAX_PAGES
