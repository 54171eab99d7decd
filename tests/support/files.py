"""Files made byte by byte, as small as their headers allow."""

import struct
import zlib


def jpeg(width: int, height: int, *, segments: int = 1) -> bytes:
    """The headers of a JPEG of this size, with `segments` application segments before the frame
    header.
    """
    application = b"\xff\xe1" + struct.pack(">H", 4000) + b"\0" * 3998
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + application * segments + frame + b"\xff\xd9"


def png(width: int, height: int) -> bytes:
    """A PNG whose header names this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0"))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def webp(width: int, height: int) -> bytes:
    """The headers of an extended WebP whose canvas has this size."""
    canvas = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 22) + b"WEBP" + b"VP8X" + struct.pack("<I", 10) + canvas


def heic(*extents: tuple[int, int], brand: bytes = b"heic") -> bytes:
    """The beginning of a HEIF file whose pictures have these widths and heights."""
    boxes = b"".join(_box(b"ispe", struct.pack(">III", 0, *extent)) for extent in extents)
    properties = _box(b"iprp", _box(b"ipco", boxes))
    meta = _box(b"meta", b"\0\0\0\0" + properties)
    return _box(b"ftyp", brand + b"\0\0\0\0mif1heic") + meta + _box(b"mdat", b"\0" * 100)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def pdf(*, encrypted: bool, table: bool = True, padding: int = 0) -> bytes:
    """A PDF of one empty page, with a cross-reference table or, without one, a cross-reference
    stream's dictionary.

    `padding` entries make the table long, so that its trailer lies far from where it begins.
    """
    catalog = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    body = b"%PDF-1.7\n" + catalog + b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    start = len(body)
    encrypt = b" /Encrypt 9 0 R" if encrypted else b""
    if table:
        entries = b"0000000000 65535 f \n" * (3 + padding)
        body += b"xref\n0 %d\n%s" % (3 + padding, entries)
        body += b"trailer\n<< /Size 3 /Root 1 0 R%s >>\n" % encrypt
    else:
        body += (
            b"3 0 obj\n<< /Type /XRef /Size 3 /Root 1 0 R%s /Length 0 >>\nstream\n\n"
            b"endstream\nendobj\n"
        ) % encrypt
    return body + b"%s\nstartxref\n%d\n%%%%EOF\n" % (b"%" * (3000 if padding else 0), start)
