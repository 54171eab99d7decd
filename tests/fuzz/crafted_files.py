"""More than two hundred hostile files, each with its name and the honest answer: taken as a type,
or refused by a problem. What is taken is read to its end, or a person is asked; no file is a reason
for a run to fail.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.fuzz.crafted_pdfs import CRAFTED
from tests.support.drawing import draw_receipt
from tests.support.e_invoices import Facts, cii, ubl
from tests.support.files import heic, jpeg, png, webp
from tests.support.receipts import clear_receipt

JPEG, PNG, WEBP, HEIC = "image/jpeg", "image/png", "image/webp", "image/heic"
PDF, XML = "application/pdf", "application/xml"
EMPTY, TOO_LARGE = "400 empty-upload", "413 too-large"
NOT_KNOWN, TOO_MANY, HIDDEN = "415 unsupported-media-type", "422 too-many-pixels", "422 hidden-size"


@dataclass(frozen=True)
class HostileFile:
    """`door` is what the door says: the media type that it is taken as, or status and code of the
    problem.
    """

    name: str
    content: bytes
    door: str

    @property
    def is_taken(self) -> bool:
        return not self.door[:1].isdigit()


def crafted_files() -> list[HostileFile]:
    """All of them, always the same."""
    pdfs = (HostileFile(f"PDF: {name}", content, PDF) for name, content in CRAFTED.items())
    return [*pdfs, *_pictures(), *_invoices(), *_others()]


def _segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def _frame(
    marker: int, components: int, precision: int = 8, width: int = 40, height: int = 40
) -> bytes:
    parts = b"".join(bytes([number, 0x11, 0]) for number in range(1, components + 1))
    return _segment(marker, struct.pack(">BHHB", precision, height, width, components) + parts)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def _chunked(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of these chunks behind its head."""
    head = (b"IHDR", struct.pack(">IIBBBBB", 40, 40, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in (head, *chunks)
    )


def _pictures() -> Iterator[HostileFile]:
    photo = draw_receipt(clear_receipt("HOSTILE SDN BHD", "1.00"))
    head, end = photo[:2], b"\xff\xd9"
    exif = b"Exif\0\0MM\0*\0\0\0\x08"
    jpegs: Mapping[str, tuple[bytes, str]] = {
        "three bytes": (photo[:3], JPEG),
        "a hundred bytes": (photo[:100], JPEG),
        "its first half": (photo[: len(photo) // 2], JPEG),
        "without its end": (photo[:-2], JPEG),
        "its second half behind its head": (head + b"\xff" + photo[len(photo) // 2 :], JPEG),
        "of no height": (jpeg(40, 0), JPEG),
        "of no width": (jpeg(0, 40), JPEG),
        "a line of 65,535": (jpeg(65_535, 1), JPEG),
        "4,295 megapixels": (jpeg(65_535, 65_535), TOO_MANY),
        "just too large": (jpeg(7_100, 7_100), TOO_MANY),
        "large behind 400 comments": (
            head + _segment(0xFE, b"") * 400 + jpeg(29_000, 28_000)[2:],
            TOO_MANY,
        ),
        "large behind 600 comments": (
            head + _segment(0xFE, b"") * 600 + jpeg(29_000, 28_000)[2:],
            HIDDEN,
        ),
        "large behind filling": (head + b"\xff" * 600 + jpeg(29_000, 28_000)[3:], HIDDEN),
        "a segment of length 0": (head + b"\xff\xe1\0\0" + photo[2:], JPEG),
        "a segment longer than the file": (head + b"\xff\xe1\xff\xff" + photo[2:200], JPEG),
        "no frame": (head + _segment(0xE1, b"x" * 50) + end, JPEG),
        "two frames": (head + _frame(0xC0, 1) + _frame(0xC0, 3) + end, JPEG),
        "no components": (head + _frame(0xC0, 0) + end, JPEG),
        "255 components": (head + _frame(0xC0, 255) + end, JPEG),
        "lossless": (head + _frame(0xC3, 1) + end, JPEG),
        "arithmetic": (head + _frame(0xC9, 3) + end, JPEG),
        "of 12 bits": (head + _frame(0xC1, 3, precision=12) + end, JPEG),
        "in four inks": (head + _frame(0xC0, 4) + end, JPEG),
        "a turn that there is not": (
            head
            + _segment(0xE1, exif + b"\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0\0\0\0\0")
            + photo[2:],
            JPEG,
        ),
        "metadata that go round": (
            head + _segment(0xE1, exif + b"\0\0\0\0\0\x08") + photo[2:],
            JPEG,
        ),
        "metadata of 65,535 entries": (head + _segment(0xE1, exif + b"\xff\xff") + photo[2:], JPEG),
        "metadata that are entities": (
            head
            + _segment(
                0xE1, b"http://ns.adobe.com/xap/1.0/\0<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"
            )
            + photo[2:],
            JPEG,
        ),
        "a program in a comment": (
            head + _segment(0xFE, b"<?php system('id'); ?><script>") + photo[2:],
            JPEG,
        ),
        "a ZIP behind it": (photo + b"PK\x03\x04" + b"\0" * 100, JPEG),
        "a PDF behind it": (photo + b"%PDF-1.7\n%%EOF", JPEG),
        "a page of HTML behind it": (photo + b"<html><script>alert(1)</script>", JPEG),
        "noise in its middle": (photo[:900] + bytes(range(256)) * 4 + photo[1924:], JPEG),
        "over ten megabytes": (photo + b"\0" * (10 * 1024 * 1024), TOO_LARGE),
    }
    small = _chunked((b"IDAT", zlib.compress(b"\0" * 41 * 40)), (b"IEND", b""))
    pngs: Mapping[str, tuple[bytes, str]] = {
        "its name alone": (small[:8], PNG),
        "without its size": (small[:18], PNG),
        "its first half": (small[: len(small) // 2], PNG),
        "of no size": (png(0, 0), PNG),
        "a line of two thousand million": (png(2**31 - 1, 1), TOO_MANY),
        "2,500 megapixels": (png(50_000, 50_000), TOO_MANY),
        "a wrong sum": (small[:30] + b"\0\0" + small[32:], PNG),
        "no pixels": (_chunked((b"IEND", b"")), PNG),
        "a hundred megabytes of pixels": (
            _chunked((b"IDAT", zlib.compress(b"\0" * 100_000_000, 9)), (b"IEND", b"")),
            PNG,
        ),
        "a text that unpacks to fifty megabytes": (
            _chunked((b"zTXt", b"a\0\0" + zlib.compress(b" " * 50_000_000, 9)), (b"IEND", b"")),
            PNG,
        ),
        "colours that are noise": (
            _chunked((b"iCCP", b"a\0\0" + b"\xff" * 99), (b"IEND", b"")),
            PNG,
        ),
        "a hundred thousand chunks": (_chunked(*[(b"tEXt", b"a\0b")] * 100_000), PNG),
        "a chunk of four thousand million": (
            small[:33] + b"\xff\xff\xff\xffIDAT" + small[41:],
            PNG,
        ),
        "a film of a million frames": (
            _chunked((b"acTL", struct.pack(">II", 1_000_000, 0)), (b"IEND", b"")),
            PNG,
        ),
        "the end before the pixels": (
            _chunked((b"IEND", b""), (b"IDAT", zlib.compress(b"\0"))),
            PNG,
        ),
        "a page of HTML in a text": (
            _chunked((b"tEXt", b"a\0<script>alert(1)</script>"), (b"IEND", b"")),
            PNG,
        ),
    }
    webps: Mapping[str, tuple[bytes, str]] = {
        "its head alone": (webp(10, 10)[:12], WEBP),
        "without pixels": (webp(10, 10), WEBP),
        "268 megapixels": (webp(16_384, 16_384), TOO_MANY),
        "of another length than it says": (b"RIFF\xff\xff\xff\xff" + webp(10, 10)[8:], WEBP),
        "a film without frames": (webp(10, 10) + b"ANIM\x06\0\0\0" + b"\0" * 6, WEBP),
        "a part that there is not": (b"RIFF\x20\0\0\0WEBPXXXX\x10\0\0\0" + b"\0" * 16, WEBP),
        "lossless noise": (
            b"RIFF\x30\0\0\0WEBPVP8L\x20\0\0\0\x2f\x27\xc0\x09\0" + b"\xff" * 27,
            WEBP,
        ),
        "lossy noise": (
            b"RIFF\x30\0\0\0WEBPVP8 \x20\0\0\0\x10\0\0\x9d\x01\x2a\x28\0\x28\0" + b"\xff" * 22,
            WEBP,
        ),
    }
    kind = _box(b"ftyp", b"heic\0\0\0\0mif1heic")
    deep = b""
    for _ in range(1_000):
        deep = _box(b"meta", b"\0\0\0\0" + deep)
    heics: Mapping[str, tuple[bytes, str]] = {
        "its head alone": (kind, HEIC),
        "without pixels": (heic((40, 40)), HEIC),
        "two thousand million wide": (heic((2**31, 2**31)), TOO_MANY),
        "ten thousand tiles": (heic(*[(512, 512)] * 3_000), HEIC),
        "one tile of ninety that is large": (heic(*[(512, 512)] * 90, (40_000, 40_000)), TOO_MANY),
        "a box of length 0": (kind + b"\0\0\0\0meta", HEIC),
        "a box of length 1": (kind + b"\0\0\0\x01meta" + b"\xff" * 8, HEIC),
        "boxes in boxes": (kind + deep, HEIC),
        "pixels behind the end": (
            kind + _box(b"iloc", b"\0\0\0\0\x44\x40\0\x01\0\x01\0\0\0\x01" + b"\xff" * 8),
            HEIC,
        ),
        "an AVIF": (heic((10, 10), brand=b"avif"), NOT_KNOWN),
        "a film": (heic((10, 10), brand=b"isom"), NOT_KNOWN),
    }
    for form, files in (("JPEG", jpegs), ("PNG", pngs), ("WebP", webps), ("HEIC", heics)):
        yield from (
            HostileFile(f"{form}: {name}", content, door) for name, (content, door) in files.items()
        )


def _invoices() -> Iterator[HostileFile]:
    whole, other = ubl(Facts()).decode(), cii(Facts()).decode()
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))

    def doctype(said: str) -> bytes:
        return whole.replace("?>", f"?>{said}", 1).encode()

    element = whole.index("<cbc:ID>")

    def within(said: str) -> bytes:
        return (whole[:element] + said + whole[element:]).encode()

    files: Mapping[str, tuple[bytes, str]] = {
        "a billion laughs": (doctype(f"<!DOCTYPE Invoice [{laughs}]>"), NOT_KNOWN),
        "a file of the machine": (
            doctype('<!DOCTYPE Invoice [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
            NOT_KNOWN,
        ),
        "an address inside": (
            doctype('<!DOCTYPE Invoice SYSTEM "http://169.254.169.254/">'),
            NOT_KNOWN,
        ),
        "entities of parameters": (
            doctype('<!DOCTYPE Invoice [<!ENTITY % p SYSTEM "file:///dev/random"> %p;]>'),
            NOT_KNOWN,
        ),
        "a document type": (doctype("<!DOCTYPE Invoice>"), NOT_KNOWN),
        "another file included": (
            within(
                '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
            ),
            XML,
        ),
        "a style that is a program": (
            whole.replace("?>", '?><?xml-stylesheet href="javascript:alert(1)"?>', 1).encode(),
            XML,
        ),
        "five thousand levels": (within("<a>" * 5_000 + "</a>" * 5_000), XML),
        "twenty thousand elements": (within("<a/>" * 20_000), XML),
        "three thousand attributes": (
            within("<a " + " ".join(f"a{n}=''" for n in range(3_000)) + "/>"),
            XML,
        ),
        "a name of a hundred thousand letters": (within(f"<{'a' * 100_000}/>"), XML),
        "a text of two megabytes": (within(f"<a>{'x' * 2_000_000}</a>"), XML),
        "an entity that there is not": (within("<a>&nothing;</a>"), XML),
        "a character that is none": (within("<a>&#0;</a>"), XML),
        "half of a pair": (within("<a>&#xD800;</a>"), XML),
        "a section of markup": (within("<![CDATA[<script>alert(1)</script>]]>"), XML),
        "a section that is not closed": (within("<![CDATA["), XML),
        "an element that is not closed": (within("<a>"), XML),
        "a prefix that is nobody's": (within("<nobody:a/>"), XML),
        "a prefix that is bound anew": (
            within('<a xmlns:cbc="urn:other"><cbc:ID>1</cbc:ID></a>'),
            XML,
        ),
        "its first half": (whole[: len(whole) // 2].encode(), XML),
        "two of them": ((whole + whole).encode(), XML),
        "another encoding than it says": (whole.encode("utf-16"), XML),
        "an encoding that there is not": (whole.replace("UTF-8", "UTF-99").encode(), XML),
        "UTF-7": (whole.replace("UTF-8", "UTF-7").encode(), XML),
        "bytes that are no text": (whole.encode().replace(b"<cbc:ID>", b"<cbc:ID>\xff\xfe"), XML),
        "a total that is no number": (
            whole.replace("TaxInclusiveAmount", "PayableAmount").encode(),
            XML,
        ),
        "CII cut off": (other[: len(other) * 2 // 3].encode(), XML),
        "a root alone": (b"<Invoice/>", XML),
        "another root": (b"<?xml version='1.0'?><Order/>", NOT_KNOWN),
    }
    yield from (
        HostileFile(f"XML: {name}", content, door) for name, (content, door) in files.items()
    )


def _zip(names: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return out.getvalue()


def _others() -> Iterator[HostileFile]:
    """What is none of the types, whatever its name says: each is refused for what its bytes are."""
    bomb = _zip({"zeros": b"\0" * 20_000_000})
    files: Mapping[str, bytes] = {
        "a ZIP of a receipt": _zip({"receipt.jpg": jpeg(10, 10)}),
        "a ZIP that is a bomb": bomb,
        "a ZIP of bombs": _zip({f"{number}.zip": bomb for number in range(9)}),
        "a ZIP whose names leave its folder": _zip({"../../etc/cron.d/x": b"x"}),
        "a ZIP cut off": bomb[:500],
        "a document of Word": _zip(
            {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}
        ),
        "a program of Java": _zip({"META-INF/MANIFEST.MF": b"Main-Class: x"}),
        "packed by gzip": gzip.compress(jpeg(10, 10), mtime=0),
        "a program of Windows": b"MZ" + b"\0" * 200,
        "a program of Linux": b"\x7fELF" + b"\0" * 200,
        "WebAssembly": b"\0asm\x01\0\0\0",
        "a page of HTML": b"<!DOCTYPE html><script>alert(1)</script>",
        "a drawing that is a program": (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
        ),
        "a drawing with entities": (
            b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>"
        ),
        "a script": b"#!/bin/sh\nrm -rf /\n",
        "PHP": b"<?php system($_GET['c']); ?>",
        "PostScript": b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file",
        "an old document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500,
        "rich text": b"{\\rtf1{\\object\\objdata 0105}}",
        "a GIF": b"GIF89a" + b"\0" * 50,
        "a bitmap": b"BM" + b"\0" * 60,
        "a TIFF that goes round": b"II*\0\x08\0\0\0\0\0\x08\0\0\0",
        "JPEG XL": b"\xff\x0a" + b"\0" * 40,
        "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
        "an icon": b"\0\0\x01\0\x01\0" + b"\0" * 30,
        "a film": b"\0\0\0\x18ftypmp42" + b"\0" * 40,
        "a sound": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 20,
        "a letter": b"From: a@example.com\r\nContent-Type: multipart/mixed\r\n\r\n",
        "a database": b"SQLite format 3\0" + b"\0" * 84,
        "a key": b"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
        "a PDF behind a blank line": b"\n%PDF-1.7\n",
        "a JPEG behind a byte": b"\0" + jpeg(10, 10),
        "a text called receipt.jpg": b"I am a jpg",
        "blanks": b" " * 500,
        "zeros": b"\0" * 500,
        "a byte order mark": b"\xef\xbb\xbf",
        "one byte": b"\xff",
    }
    yield HostileFile("Other: nothing", b"", EMPTY)
    yield from (
        HostileFile(f"Other: {name}", content, NOT_KNOWN) for name, content in files.items()
    )
