"""PDFs made to mislead whoever reads them: loops, bombs, programs, broken structure. Each by its
name.
"""

import io
import zlib
from collections.abc import Mapping
from typing import Final

from pypdf import PdfWriter

from tests.support.files import pdf
from tests.support.hostile_pdfs import (
    far_startxref,
    jpeg_behind_flate,
    many_operators,
    nested_arrays,
    noisy_table,
)
from tests.support.invoice import invoice_pdf

_PAGES: Final = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_FONT: Final = b"<< /Font << /F1 5 0 R >> >>"
_TEXT: Final = b"BT /F1 12 Tf 72 720 Td (TOTAL 12.90) Tj ET"


def built(objects: Mapping[int, bytes], trailer: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of these objects, of which 1 is the catalogue, with a table that is right."""
    body, places = head, dict[int, int]()
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = max(objects) + 1
    lines = [
        b"%010d 00000 n \n" % places[each] if each in places else b"0000000000 65535 f \n"
        for each in range(size)
    ]
    table = b"xref\n0 %d\n%s" % (size, b"".join(lines))
    return (
        body
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, trailer, len(body))
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def paged(
    content: bytes = _TEXT,
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    pages: bytes = _PAGES,
    font: bytes = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    entries: bytes = b"",
    more: Mapping[int, bytes] | None = None,
    trailer: bytes = b"",
    head: bytes = b"%PDF-1.7\n",
) -> bytes:
    """A PDF of one page: what is given stands in its catalogue, page, tree of pages, font or
    content's dictionary.
    """
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: pages,
        3: (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s "
            b"%s >>"
        )
        % (_FONT, page),
        4: stream(content, entries),
        5: font,
        **(more or {}),
    }
    return built(objects, trailer, head)


def locked(password: str) -> bytes:
    """An invoice that is encrypted; one with an empty password opens for everybody."""
    writer = PdfWriter(clone_from=io.BytesIO(invoice_pdf(["LOCKED SDN BHD", "TOTAL 12.90"])))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _flate(times: int, content: bytes) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return content


def _filtered(name: bytes, content: bytes) -> bytes:
    return paged(content, entries=b"/Filter " + name)


_INVOICE: Final = invoice_pdf(["POLYGLOT SDN BHD", "TOTAL 12.90"])
_ACTION: Final = b"/OpenAction << /S /%s %s >>"
_TYPE_3: Final = (
    b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /CharProcs << "
    b"/a 4 0 R >> "
    b"/Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [9] "
    b"/Resources << /Font << /F1 5 0 R >> >> >>"
)
_CMAP: Final = (
    b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00> <ffffffff> "
    b"<0000> endbfrange"
)
_FORM: Final = (
    b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
)

CRAFTED: Final[Mapping[str, bytes]] = {
    "JavaScript when it opens": paged(catalog=_ACTION % (b"JavaScript", b"/JS (app.alert\\(1\\))")),
    "a program when it opens": paged(catalog=_ACTION % (b"Launch", b"/F (cmd.exe)")),
    "an address when it opens": paged(
        catalog=_ACTION % (b"URI", b"/URI (http://169.254.169.254/)")
    ),
    "a form that is sent": paged(catalog=_ACTION % (b"SubmitForm", b"/F (http://127.0.0.1:1/)")),
    "a file elsewhere when it opens": paged(
        catalog=_ACTION % (b"GoToR", b"/F (\\\\\\\\host\\\\share) /D [0 /Fit]")
    ),
    "an embedded program": paged(
        catalog=b"/Names << /EmbeddedFiles << /Names [(a.exe) 6 0 R] >> >>",
        more={
            6: b"<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>",
            7: stream(b"MZ" + b"\0" * 100),
        },
    ),
    "an embedded name that leaves its folder": paged(
        catalog=b"/Names << /EmbeddedFiles << /Names [(f) 6 0 R] >> >>",
        more={
            6: b"<< /Type /Filespec /F (../../etc/passwd) /EF << /F 7 0 R >> >>",
            7: stream(b"x"),
        },
    ),
    "an invoice inside that is none": paged(
        catalog=b"/Names << /EmbeddedFiles << /Names [(factur-x.xml) 6 0 R] >> >>",
        more={
            6: b"<< /Type /Filespec /F (factur-x.xml) /EF << /F 7 0 R >> >>",
            7: stream(b"<Invoice>"),
        },
    ),
    "names that go round": paged(
        catalog=b"/Names << /EmbeddedFiles 6 0 R >>", more={6: b"<< /Kids [6 0 R] >>"}
    ),
    "a form of XFA": paged(
        catalog=b"/AcroForm << /XFA 6 0 R >>",
        more={6: stream(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>")},
    ),
    "fields that go round": paged(
        catalog=b"/AcroForm << /Fields [6 0 R] >>",
        more={6: b"<< /T (a) /Parent 6 0 R /Kids [6 0 R] >>"},
    ),
    "outlines that go round": paged(
        catalog=b"/Outlines 6 0 R",
        more={6: b"<< /First 7 0 R /Last 7 0 R >>", 7: b"<< /Title (a) /Next 7 0 R >>"},
    ),
    "pages that go round": paged(pages=b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"),
    "a page that is its own parent": paged(page=b"/Parent 3 0 R"),
    "a catalogue that is the tree of pages": built(
        {1: b"<< /Type /Catalog /Pages 1 0 R /Kids [1 0 R] /Count 1 >>"}
    ),
    "ten thousand times the page": paged(
        pages=b"<< /Type /Pages /Kids [%s] /Count 10000 >>" % (b"3 0 R " * 10_000)
    ),
    "a count of two thousand million": paged(
        pages=b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"
    ),
    "a count below nothing": paged(pages=b"<< /Type /Pages /Kids [3 0 R] /Count -5 >>"),
    "no pages": paged(pages=b"<< /Type /Pages /Kids [] /Count 0 >>"),
    "kids that are no list": paged(pages=b"<< /Type /Pages /Kids (none) /Count 1 >>"),
    "a kid that is not there": paged(pages=b"<< /Type /Pages /Kids [99 0 R] /Count 1 >>"),
    "a page as large as a town": paged(page=b"/MediaBox [0 0 1e38 1e38]"),
    "a page of no size": paged(page=b"/MediaBox [0 0 0 0]"),
    "a page turned inside out": paged(page=b"/MediaBox [595 842 0 0]"),
    "a box of words": paged(page=b"/MediaBox [(a) (b) (c) (d)]"),
    "a page turned by 45 degrees": paged(page=b"/Rotate 45"),
    "a picture that draws itself": paged(
        b"/X Do",
        page=b"/Resources << /XObject << /X 6 0 R >> >>",
        more={6: stream(b"/X Do", _FORM)},
    ),
    "a font that draws itself": paged(b"BT /F1 9 Tf (aaaa) Tj ET", font=_TYPE_3),
    "a font that is noise": paged(
        font=b"<< /Type /Font /Subtype /TrueType /BaseFont /A /FontDescriptor 6 0 R >>",
        more={6: b"<< /Type /FontDescriptor /FontFile2 7 0 R >>", 7: stream(bytes(range(256)) * 8)},
    ),
    "a font of a type that there is not": paged(font=b"<< /Type /Font /Subtype /Type9 >>"),
    "a font that is a number": paged(font=b"12"),
    "letters that stand for millions": paged(
        font=(
            b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R >>"
        ),
        more={6: stream(_CMAP)},
    ),
    "a table of letters that is cut off": paged(
        font=(
            b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R >>"
        ),
        more={6: stream(b"beginbfchar <00")},
    ),
    "text packed twenty times": paged(
        _flate(20, _TEXT), entries=b"/Filter [%s]" % (b"/FlateDecode " * 20)
    ),
    "filters by the thousand": paged(_TEXT, entries=b"/Filter [%s]" % (b"/ASCIIHexDecode " * 1000)),
    "sixty megabytes of blanks": paged(
        _flate(1, b" " * 60_000_000), entries=b"/Filter /FlateDecode"
    ),
    "a bomb in a bomb": paged(
        _flate(2, b"\0" * 60_000_000), entries=b"/Filter [/FlateDecode /FlateDecode]"
    ),
    "packed text that is cut off": _filtered(b"/FlateDecode", zlib.compress(_TEXT)[:-9]),
    "packed text with a wrong sum": _filtered(b"/FlateDecode", zlib.compress(_TEXT)[:-1] + b"\0"),
    "packed text that is noise": _filtered(b"/FlateDecode", bytes(range(256))),
    "a predictor of a million columns": paged(
        zlib.compress(_TEXT),
        entries=b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 1000000 >>",
    ),
    "a predictor that there is not": paged(
        zlib.compress(_TEXT), entries=b"/Filter /FlateDecode /DecodeParms << /Predictor 99 >>"
    ),
    "LZW that is noise": _filtered(b"/LZWDecode", bytes(range(256))),
    "ASCII85 that is noise": _filtered(b"/ASCII85Decode", b"\xff\xfe~~~>"),
    "a run of lengths that ends early": _filtered(b"/RunLengthDecode", b"\x7f"),
    "JBIG2 as text": _filtered(b"/JBIG2Decode", b"\x97JB2\r\n\x1a\n"),
    "JPX as text": _filtered(b"/JPXDecode", b"\0\0\0\x0cjP  "),
    "a fax as text": _filtered(b"/CCITTFaxDecode", b"\0" * 40),
    "a filter that there is not": _filtered(b"/Unheard", _TEXT),
    "a filter of encryption alone": _filtered(b"/Crypt", _TEXT),
    "a length that refers to itself": paged(entries=b"/Length 4 0 R"),
    "a length of a thousand million": paged(entries=b"/Length 1000000000"),
    "a length below nothing": paged(entries=b"/Length -1"),
    "content that is the page": paged(page=b"/Contents 3 0 R"),
    "content by the thousand": paged(page=b"/Contents [%s]" % (b"4 0 R " * 5_000)),
    "content that is a word": paged(page=b"/Contents (none)"),
    "a picture in the text without an end": paged(b"BI /W 9 /H 9 ID \0\0\0"),
    "a text that is not closed": paged(b"BT /F1 9 Tf (TOTAL 12.90"),
    "brackets by the thousand": paged(b"BT " + b"(" * 20_000 + b" ET"),
    "operators that there are not": paged(b"1 2 3 frobnicate " * 2_000),
    "numbers without end": paged(b"9" * 50_000 + b" 0 Td"),
    "q by the hundred thousand": paged(b"q " * 100_000),
    "names with nothing in them": paged(b"/#00 /#zz / gs " * 500),
    "marks that are none": paged(b"/" + bytes(range(128, 256)) + b" Do"),
    "encrypted for somebody": locked("nobody knows"),
    "encrypted for everybody": locked(""),
    "encrypted as nobody knows how": paged(trailer=b"/Encrypt << /Filter /Unheard /V 99 >>"),
    "encrypted by nothing": paged(trailer=b"/Encrypt 99 0 R"),
    "encrypted by a number": paged(trailer=b"/Encrypt 12"),
    "tables that go round": paged(trailer=b"/Prev 9"),
    "a table before the file": paged(trailer=b"/Prev -100"),
    "a table that is the file's own": _INVOICE.replace(
        b"trailer\n<<", b"trailer\n<< /Prev %d " % _INVOICE.rfind(b"xref\n0")
    ),
    "objects packed in themselves": built(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [] /Count 0 >>",
            3: stream(b"3 0 ", b"/Type /ObjStm /N 1 /First 4 /Extends 3 0 R"),
        }
    ),
    "two thousand million packed objects": built(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: stream(b"", b"/Type /ObjStm /N 2147483647 /First 4"),
        }
    ),
    "no catalogue": b"%PDF-1.7\ntrailer\n<< /Size 1 >>\nstartxref\n9\n%%EOF\n",
    "a catalogue that is not there": (
        b"%PDF-1.7\ntrailer\n<< /Size 1 /Root 9 0 R >>\nstartxref\n9\n%%EOF\n"
    ),
    "no table": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
    "its name alone": b"%PDF-",
    "a version that there is not": paged(head=b"%PDF-9.9\n"),
    "a line of a megabyte": paged(head=b"%PDF-1.7\n%" + b"x" * 1_000_000 + b"\n"),
    "nothing behind the head": b"%PDF-1.7\n" + b"\0" * 5_000,
    "a ZIP behind it": _INVOICE + b"PK\x03\x04" + b"\0" * 100,
    "a page of HTML behind it": _INVOICE + b"<script>alert(1)</script>",
    "a page of HTML within it": paged(head=b"%PDF-1.7\n%<html><script>alert(1)</script>\n"),
    "a photo behind it": _INVOICE + b"\xff\xd8\xff\xe0" + b"\0" * 100,
    "two of them": _INVOICE * 2,
    "its second half": b"%PDF-1.7\n" + _INVOICE[len(_INVOICE) // 2 :],
    "its first half": _INVOICE[: len(_INVOICE) // 2],
    "without its last byte": _INVOICE.rstrip()[:-1],
    "lines as on an old Macintosh": _INVOICE.replace(b"\n", b"\r"),
    "a text of control characters": invoice_pdf(["\x01\x02\x1b[31m", "TOTAL 1.00"]),
    "a text that turns round": invoice_pdf(["TOTAL 1.00 \\ ( ) <<", "TOTAL 1.00"]),
    "a line of five thousand letters": invoice_pdf(["A" * 5_000, "TOTAL 1.00"]),
    "a total of three hundred digits": invoice_pdf(["DIGITS SDN BHD", "TOTAL " + "9" * 300]),
    "a page without a table": pdf(encrypted=False, table=False),
    "far behind the end": far_startxref(2**31),
    "further than numbers go": far_startxref(2**63),
    "arrays in arrays": nested_arrays(5_000),
    "a noisy table": noisy_table(300),
    "twenty thousand operators": many_operators(2, 20_000),
    "a photo that unpacks to twenty megabytes": jpeg_behind_flate(20),
}
