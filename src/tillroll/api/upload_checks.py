"""What is refused at the door, by leading bytes, size and header facts only: nothing is decoded."""

import re
from collections.abc import Callable

from tillroll.api.problems import (
    EMPTY_UPLOAD,
    ENCRYPTED_PDF,
    TOO_LARGE,
    TOO_MANY_PIXELS,
    UNSUPPORTED_MEDIA_TYPE,
    Problem,
)
from tillroll.platform.incoming import IncomingFile

LARGEST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000

_JPEG, _PNG, _PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
# Frame headers of JPEG (ITU T.81, table B.1): SOF0 to SOF15 without DHT, JPG and DAC. They carry the size.
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_SEGMENTS = 500
# Major brands of HEIF files with HEVC pictures (ISO/IEC 23008-12, annex B; mif1 and msf1 leave the coding open).
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
# An image's extent (`ispe`) stands among its properties, before the pixels; a phone's file has them within 10 KB.
_HEIF_WINDOW = 64 * 1024
_EXTENT = re.compile(rb"ispe\0\0\0\0(.{4})(.{4})", re.DOTALL)
_PDF_WINDOW = 2048
_XREF_ENTRY_BYTES = 20

Peek = Callable[[int, int], bytes]


def check_upload(file: IncomingFile) -> str:
    """The media type of a file that may come in.

    Raises:
        Problem: 400 empty, 413 too large, 415 no picture or PDF, 422 too many pixels or encrypted.
    """
    if file.size == 0:
        raise Problem(EMPTY_UPLOAD, "The file has no bytes. Choose the photo or PDF again.")
    check_size(file.size)
    media_type = sniff(file.peek(0, 16))
    if media_type is None:
        raise Problem(
            UNSUPPORTED_MEDIA_TYPE,
            "The file's content is no JPEG, PNG, WebP, HEIC or PDF, whatever its name says. Save it as one of these.",
        )
    pixels = _pixels(media_type, file.peek)
    if pixels > MOST_PIXELS:
        raise Problem(
            TOO_MANY_PIXELS,
            f"The picture has {pixels / 1e6:.0f} megapixels; at most {MOST_PIXELS / 1e6:.0f} are taken. Scale it down.",
        )
    if media_type == "application/pdf" and is_encrypted_pdf(file.peek, file.size):
        raise Problem(ENCRYPTED_PDF, "The PDF is encrypted. Save it without a password and upload it again.")
    return media_type


def check_size(size: int) -> None:
    """Refuse what is larger than LARGEST_BYTES (413)."""
    if size > LARGEST_BYTES:
        raise Problem(
            TOO_LARGE,
            f"The file has {size / 1024 / 1024:.1f} MB; at most {LARGEST_BYTES // 1024 // 1024} MB are taken. "
            "Photograph it with fewer megapixels, or compress it.",
        )


def sniff(head: bytes) -> str | None:
    """The media type that the first 16 bytes tell, or None."""
    if head.startswith(_JPEG):
        return "image/jpeg"
    if head.startswith(_PNG):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "image/heic"
    if head.startswith(_PDF):
        return "application/pdf"
    return None


def _pixels(media_type: str, peek: Peek) -> int:
    """Width x height as the header states it; 0 where it states none (only decoding will show what is wrong)."""
    if media_type == "image/png":
        header = peek(16, 8)
        return int.from_bytes(header[:4], "big") * int.from_bytes(header[4:], "big")
    if media_type == "image/jpeg":
        return _jpeg_pixels(peek)
    if media_type == "image/webp":
        return _webp_pixels(peek(12, 18))
    if media_type == "image/heic":
        return _heif_pixels(peek(0, _HEIF_WINDOW))
    return 0


def _jpeg_pixels(peek: Peek) -> int:
    """Walk the segments (marker, length, content) to the frame header: precision, height, width."""
    offset = 2
    for _ in range(_MOST_SEGMENTS):
        segment = peek(offset, 9)
        if len(segment) < 9 or segment[0] != 0xFF:
            return 0
        if segment[1] == 0xFF:  # a fill byte before the marker
            offset += 1
            continue
        if segment[1] in _FRAME_MARKERS:
            return int.from_bytes(segment[5:7], "big") * int.from_bytes(segment[7:9], "big")
        offset += 2 + int.from_bytes(segment[2:4], "big")
    return 0


def _webp_pixels(header: bytes) -> int:
    """The canvas of an extended file, or the picture of a simple one (RFC 9649, sections 2.5 to 2.7)."""
    kind = header[:4]
    if kind == b"VP8X" and len(header) >= 18:
        return (1 + int.from_bytes(header[12:15], "little")) * (1 + int.from_bytes(header[15:18], "little"))
    if kind == b"VP8L" and len(header) >= 13:
        bits = int.from_bytes(header[9:13], "little")
        return (1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 " and len(header) >= 18:
        return (int.from_bytes(header[14:16], "little") & 0x3FFF) * (int.from_bytes(header[16:18], "little") & 0x3FFF)
    return 0


def _heif_pixels(head: bytes) -> int:
    """The largest extent of all: a phone's picture is a grid of tiles, which have extents too."""
    extents = (int.from_bytes(width, "big") * int.from_bytes(height, "big") for width, height in _EXTENT.findall(head))
    return max(extents, default=0)


def is_encrypted_pdf(peek: Peek, size: int) -> bool:
    """True where the trailer names an encryption dictionary (ISO 32000-1, 7.5.5 and 7.6.1).

    The trailer stands behind the cross-reference table, or is the dictionary of the cross-reference stream; where it
    begins stands at the end of the file.
    """
    tail = peek(max(0, size - _PDF_WINDOW), _PDF_WINDOW)
    if b"/Encrypt" in tail.rpartition(b"trailer")[2]:
        return True
    found = re.findall(rb"startxref\s+(\d+)", tail)
    if not found:
        return False
    start = int(found[-1])
    window = peek(start, _PDF_WINDOW)
    if window.lstrip().startswith(b"xref"):
        window = peek(_end_of_table(peek, start), _PDF_WINDOW)
    return b"/Encrypt" in window.partition(b"stream\r")[0].partition(b"stream\n")[0]


def _end_of_table(peek: Peek, start: int) -> int:
    """Where a cross-reference table ends: each subsection states how many entries of 20 bytes follow."""
    offset = start + peek(start, 16).find(b"xref") + len(b"xref")
    while True:
        found = re.match(rb"\s*\d+ (\d+)\s*?(\r\n|\n|\r)", peek(offset, 64))
        if found is None:
            return offset
        offset += found.end() + int(found[1]) * _XREF_ENTRY_BYTES
