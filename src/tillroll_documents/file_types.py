"""What a file is by its leading bytes, and how large a picture its header states. Nothing is
decoded.
"""

import codecs
import re
from typing import Final

from tillroll_documents.pictures.pieces import Peek, PictureSize
from tillroll_documents.signed_files import begins_signed, binary_of

ROOTS: Final = frozenset(
    {
        *("Invoice", "CreditNote", "CrossIndustryInvoice", "CrossIndustryDocument", "DebitNote"),
        *("SelfBilledInvoice", "SelfBilledCreditNote", "StandardBusinessDocument"),
        "AttachedDocument",
        *("FatturaElettronica", "Faktura", "Facturae"),
        # Known by name, and refused by it.
        *("FatturaElettronicaSemplificata", "Finvoice", "INVOICE_CENTER", "INVOICE", "Comprobante"),
        *("nfeProc", "NFe", "InvoiceData", "InvoicesDoc", "IzdaniRacunEnostavni", "M_INVOIC"),
        *("EnvioDTE", "DTE", "FacturaElectronica", "TiqueteElectronico", "GTDocumento", "rDE"),
        "autorizacion",
    }
)
WINDOW: Final = 16 * 1024
"""Bytes that are looked at: licences stand in comments before the root element."""

_WIDE_BEGINNINGS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_BLANKS: Final = b" \t\r\n"
_BEFORE_ROOT: Final = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[\s/>]")


def begins_as_invoice(head: bytes) -> bool:
    """Whether the root element is an invoice's, or XML stands there whose root lies behind the
    window.
    """
    text = _text_of(head)
    place = 0
    while prolog := _BEFORE_ROOT.match(text, place):
        place = prolog.end()
    root = _ROOT.match(text, place)
    if root:
        return root[1] in ROOTS
    is_cut_off = len(head) >= WINDOW and text.startswith("<!--", place)
    return is_cut_off and text.lstrip().startswith("<?xml")


def _text_of(head: bytes) -> str:
    """The beginning of XML as text, whatever its declaration says (XML 1.0, appendix F)."""
    head = head.lstrip(_BLANKS)
    encoding = "utf-8"
    for begin, name in _WIDE_BEGINNINGS:
        if head.startswith(begin):
            encoding = name
            break
    return head.decode(encoding, "replace").lstrip("\ufeff \t\r\n")


def is_signed_invoice(head: bytes) -> bool:
    """Whether a signed envelope (CMS) begins, and the XML of an invoice in it."""
    if not begins_signed(head):
        return False
    binary = binary_of(head)
    begin = binary.find(b"<")
    return begin >= 0 and begins_as_invoice(binary[begin:])


_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_PDF = b"%PDF-"
_XML = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0<")
# How a signed envelope begins: a sequence of BER, or its base64.
_ENVELOPE = (b"0\x80", b"0\x81", b"0\x82", b"0\x83", b"0\x84", b"MI", b"-----BEGIN")
# Major brands of HEIF files with HEVC pictures (ISO/IEC 23008-12, annex B; mif1 and msf1 leave the
# coding open).
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def sniff(peek: Peek) -> str | None:
    head = peek(0, 16)
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
    return _sniff_xml(peek, head)


def _sniff_xml(peek: Peek, head: bytes) -> str | None:
    if head.startswith(_ENVELOPE):
        # What is signed counts, not the envelope.
        is_invoice = is_signed_invoice(peek(0, WINDOW))
    else:
        # Blanks may stand before the declaration, more than the beginning shows.
        begin = head.lstrip(_BLANKS) or peek(0, WINDOW).lstrip(_BLANKS)
        is_invoice = begin.startswith(_XML) and begins_as_invoice(peek(0, WINDOW))
    if is_invoice:
        return "application/xml"
    return None


# Frame headers of JPEG (ITU T.81, table B.1): SOF0 to SOF15 without DHT, JPG and DAC. They carry
# the size.
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_SEGMENTS = 500
_LONGEST_GAP = 4096
# An image's extent (`ispe`) stands among its properties, before the pixels; a phone's file has them
# within 10 KB.
_HEIF_WINDOW = 64 * 1024
_EXTENT = re.compile(rb"ispe\0\0\0\0(.{4})(.{4})", re.DOTALL)

# TEM, RST0 to RST7 and SOI stand alone; SOS begins the pixels, EOI ends the file (ITU T.81, table
# B.1).
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_PIXELS = frozenset({0xD9, 0xDA})


class HiddenSize(Exception):
    """The file has more before its size than any camera writes: it is not looked for further, nor
    believed.
    """


def picture_size(media_type: str, peek: Peek) -> PictureSize | None:
    """The size that the header states; None where it states none. Raises HiddenSize: it may be too
    far behind.
    """
    if media_type == "image/png":
        header = peek(16, 8)
        return _size(header[:4], header[4:])
    if media_type == "image/jpeg":
        return _jpeg(peek)
    if media_type == "image/webp":
        return _webp(peek(12, 18))
    if media_type == "image/heic":
        # The largest extent of all: a phone's picture is a grid of tiles, which have extents too.
        extents = _EXTENT.findall(peek(0, _HEIF_WINDOW))
        sizes = [size for size in (_size(width, height) for width, height in extents) if size]
        return max(sizes, key=lambda size: size.pixels, default=None)
    return None


def _size(width: bytes, height: bytes) -> PictureSize | None:
    return _known(int.from_bytes(width, "big"), int.from_bytes(height, "big"))


def _known(width: int, height: int) -> PictureSize | None:
    """A JPEG may leave its height open (ITU T.81, B.2.5): 0 is no size."""
    if width and height:
        return PictureSize(width, height)
    return None


def _jpeg(peek: Peek) -> PictureSize | None:
    """Walk the segments (marker, length, content) to the frame header: precision, height, width.
    Raises HiddenSize.
    """
    offset = 2
    for _ in range(_MOST_SEGMENTS):
        segment = peek(offset, 9)
        if len(segment) < 9:
            return None
        if segment[0] != 0xFF:  # decoders skip what stands between segments
            gap = peek(offset, _LONGEST_GAP).find(b"\xff")
            if gap < 0:
                raise HiddenSize
            offset += gap
            continue
        if segment[1] == 0xFF:  # a fill byte before the marker
            offset += 1
            continue
        if segment[1] in _FRAME_MARKERS:
            return _size(segment[7:9], segment[5:7])
        if segment[1] in _WITHOUT_LENGTH:
            offset += 2
            continue
        length = int.from_bytes(segment[2:4], "big")
        if length < 2 or segment[1] in _PIXELS:
            return None  # a decoder meets no frame header before the pixels
        offset += 2 + length
    raise HiddenSize


def _webp(header: bytes) -> PictureSize | None:
    """The canvas of an extended file, or the picture of a simple one (RFC 9649, sections 2.5 to
    2.7).
    """
    kind = header[:4]
    if kind == b"VP8X" and len(header) >= 18:
        return _known(
            1 + int.from_bytes(header[12:15], "little"), 1 + int.from_bytes(header[15:18], "little")
        )
    if kind == b"VP8L" and len(header) >= 13:
        bits = int.from_bytes(header[9:13], "little")
        return _known(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 " and len(header) >= 18:
        sides = (int.from_bytes(header[at : at + 2], "little") & 0x3FFF for at in (14, 16))
        return _known(*sides)
    return None
