"""What is refused at the door, by header facts only."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.e_invoices import Facts, cii, ubl, zugferd_1
from tests.support.files import heic, jpeg, pdf, png, webp
from tests.support.uploads import MemoryFile
from tillroll.api.uploads import UploadRoute
from tillroll.receipts.service import LARGEST_BYTES, MayNot, TooLarge, check_upload
from tillroll_documents.pictures.pieces import PictureSize
from tillroll_testing.host.memory import MemoryObjects

_ROUTE = UploadRoute("/api/receipts", "receipt", "photo.jpg", LARGEST_BYTES, TooLarge)


def comments(count: int, photo: bytes) -> bytes:
    """The photo with so many comment segments before all others."""
    return photo[:2] + b"\xff\xfe\x00\x02" * count + photo[2:]


def whole(content: bytes) -> MemoryFile:
    """The file with all of its bytes read."""
    return MemoryFile(content, MemoryObjects(), head_bytes=len(content))


def verdict(content: bytes) -> str:
    """The media type, or the code of the problem."""
    try:
        return check_upload(whole(content)).media_type
    except MayNot as refused:
        kind = refused.kind
        return f"{kind.status} {kind.code}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(jpeg(1200, 3000), "image/jpeg", id="a photo"),
        pytest.param(
            jpeg(6000, 8000, segments=30),
            "image/jpeg",
            id="48 megapixels behind 120 KB of metadata",
        ),
        pytest.param(png(1000, 1000), "image/png", id="a PNG"),
        pytest.param(webp(1000, 1000), "image/webp", id="a WebP"),
        pytest.param(heic((512, 512), (4032, 3024)), "image/heic", id="a phone's HEIC, in tiles"),
        pytest.param(heic((3000, 2000), brand=b"mif1"), "image/heic", id="a HEIF of another maker"),
        pytest.param(heic(), "image/heic", id="a HEIC that does not say how large it is"),
        pytest.param(pdf(encrypted=False), "application/pdf", id="a PDF"),
        pytest.param(
            pdf(encrypted=False, table=False),
            "application/pdf",
            id="a PDF with a cross-reference stream",
        ),
        pytest.param(ubl(Facts()), "application/xml", id="an invoice in UBL"),
        pytest.param(cii(Facts()), "application/xml", id="an invoice in CII"),
        pytest.param(zugferd_1(Facts()), "application/xml", id="an invoice of ZUGFeRD 1"),
        pytest.param(
            ubl(Facts()).decode().encode("utf-8-sig"),
            "application/xml",
            id="behind a byte order mark",
        ),
        pytest.param(
            b"\xff\xfe" + "<Invoice/>".encode("utf-16-le"), "application/xml", id="in UTF-16"
        ),
        pytest.param(
            b"<?xml version='1.0'?><!-- a\nlicence -->\n<a:Invoice />",
            "application/xml",
            id="behind comments",
        ),
        pytest.param(
            b"<?xml version='1.0'?><!--" + b" licence" * 9000,
            "application/xml",
            id="behind long comments",
        ),
        pytest.param(b"<?xml version='1.0'?><svg />", "415 unsupported-media-type", id="a drawing"),
        pytest.param(b"<!DOCTYPE html><html></html>", "415 unsupported-media-type", id="a page"),
        pytest.param(
            b"<!DOCTYPE Invoice><Invoice/>", "415 unsupported-media-type", id="a document type"
        ),
        pytest.param(
            b"<!--" + b" licence" * 9000, "415 unsupported-media-type", id="a long comment"
        ),
        pytest.param(b"<Invoic", "415 unsupported-media-type", id="a root that was cut off"),
        pytest.param(b"", "400 empty-upload", id="nothing"),
        pytest.param(b"hello, I am a jpg", "415 unsupported-media-type", id="text"),
        pytest.param(
            b"Day;Payee;Amount;Text\n1.3.;Cafe;-1;x\n2.3.;Bus;-2;y\n",
            "415 bank-statement",
            id="a table",
        ),
        pytest.param(
            codecs.BOM_UTF16_LE + "Day;Payee;Amount;Text\n1.3.;Cafe;-1;x\n".encode("utf-16-le") * 2,
            "415 bank-statement",
            id="a table in UTF-16",
        ),
        pytest.param(
            b"PK\x03\x04" + b"a;b;c;d\x00\n" * 3,
            "415 unsupported-media-type",
            id="an archive that has separators by chance",
        ),
        pytest.param(
            b":20:STARTUMSE\n:25:10020030/1234567\n", "415 bank-statement", id="a bank statement"
        ),
        pytest.param(b"GIF89a" + b"\0" * 50, "415 unsupported-media-type", id="a GIF"),
        pytest.param(heic((10, 10), brand=b"avif"), "415 unsupported-media-type", id="an AVIF"),
        pytest.param(heic((10, 10), brand=b"isom"), "415 unsupported-media-type", id="a film"),
        pytest.param(b"PK\x03\x04" + b"\0" * 50, "415 unsupported-media-type", id="a zip"),
        pytest.param(b"\xff", "415 unsupported-media-type", id="one byte"),
        pytest.param(jpeg(1, 1) + b"\0" * LARGEST_BYTES, "413 too-large", id="over 10 MB"),
        pytest.param(jpeg(8000, 8000), "422 too-many-pixels", id="64 megapixels"),
        pytest.param(png(50_000, 50_000), "422 too-many-pixels", id="a PNG bomb"),
        pytest.param(webp(10_000, 10_000), "422 too-many-pixels", id="a large WebP"),
        pytest.param(heic((512, 512), (9000, 9000)), "422 too-many-pixels", id="a large HEIC"),
        pytest.param(
            pdf(encrypted=True), "application/pdf", id="encrypted: most open without a password"
        ),
        pytest.param(
            comments(600, jpeg(29_000, 28_000)),
            "422 hidden-size",
            id="812 megapixels behind 600 comments",
        ),
        pytest.param(
            comments(400, jpeg(29_000, 28_000)),
            "422 too-many-pixels",
            id="812 megapixels behind 400 comments",
        ),
        pytest.param(
            jpeg(29_000, 28_000).replace(b"\xff\xc0", b"\0" * 2000 + b"\xff\xc0"),
            "422 too-many-pixels",
            id="812 megapixels behind a gap",
        ),
        pytest.param(
            jpeg(9, 9)[:3] + b"\xff" * 600 + jpeg(29_000, 28_000)[3:],
            "422 hidden-size",
            id="behind filling",
        ),
        pytest.param(
            b"\xff\xd8\xff\xfe\0\2" + b"\0" * 9000 + b"\xff",
            "422 hidden-size",
            id="behind a long gap",
        ),
    ],
)
def test_the_door(content: bytes, expected: str) -> None:
    assert verdict(content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(jpeg(1200, 3000), (1200, 3000), id="a photo"),
        pytest.param(jpeg(1200, 0), None, id="a photo that leaves its height open"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x04", None, id="a photo that was cut off"),
        pytest.param(png(1000, 2000), (1000, 2000), id="a PNG"),
        pytest.param(webp(800, 900), (800, 900), id="a WebP"),
        pytest.param(heic((512, 512), (4032, 3024)), (4032, 3024), id="a HEIC in tiles"),
        pytest.param(heic(), None, id="a HEIC that does not say"),
        pytest.param(pdf(encrypted=False), None, id="a PDF"),
    ],
)
def test_the_size_is_what_the_header_states(
    content: bytes, expected: tuple[int, int] | None
) -> None:
    assert check_upload(MemoryFile(content, MemoryObjects())).picture == expected


@pytest.mark.parametrize(
    "content",
    [
        b"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'/>",
        b"OFXHEADER:100\nDATA:OFXSGML\n<OFX>",
        b"{1:F01BANKDEFF}\n:20:1\n",
        b"Day;Payee;Amount;Text\n1.3.;Cafe;-1;x\n2.3.;Bus;-2;y\n",
    ],
    ids=["camt", "OFX", "MT940", "a table"],
)
def test_a_bank_s_file_is_sent_to_the_page_bank(content: bytes) -> None:
    with pytest.raises(MayNot, match="drop it on the page Bank"):
        check_upload(MemoryFile(content, MemoryObjects()))


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4 startxref 5 "]),
)
def test_whatever_comes_gets_an_answer(content: bytes, start: bytes) -> None:
    assert verdict(start + content)


@pytest.mark.parametrize(
    ("segments", "most_bytes"),
    [
        pytest.param(1, 128 * 1024, id="nothing more where the size is at the beginning"),
        pytest.param(400, 1_700_000, id="as far as the size, behind 1.6 MB of segments"),
    ],
)
async def test_a_large_file_is_read_as_far_as_it_is_looked_at(
    segments: int, most_bytes: int
) -> None:
    file = MemoryFile(jpeg(1200, 3000, segments=segments) + bytes(5_000_000), MemoryObjects())
    checked = await _ROUTE.check(file, check_upload)
    assert checked.picture == PictureSize(1200, 3000)
    assert file.head_bytes <= most_bytes
