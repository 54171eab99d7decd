"""Which media type some leading bytes tell: a picture, a PDF, or an e-invoice in XML."""

from tillroll.media.xml_head import WINDOW, begins_as_invoice
from tillroll.pictures.pieces import Peek

_JPEG, _PNG, _PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
_XML = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Major brands of HEIF files with HEVC pictures (ISO/IEC 23008-12, annex B; mif1 and msf1 leave the coding open).
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def sniff(peek: Peek) -> str | None:
    """The media type that the first bytes tell, or None."""
    head = peek(0, 16)
    picture = _sniff_picture(head)
    if picture:
        return picture
    if head.startswith(_PDF):
        return "application/pdf"
    if head.lstrip(b" \t\r\n").startswith(_XML) and begins_as_invoice(peek(0, WINDOW)):
        return "application/xml"
    return None


def _sniff_picture(head: bytes) -> str | None:
    if head.startswith(_JPEG):
        return "image/jpeg"
    if head.startswith(_PNG):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "image/heic"
    return None
