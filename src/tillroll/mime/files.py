"""Files in a mail: what their bytes are, whatever they are called, and which of them cannot be a receipt."""

import re
from collections.abc import Iterator
from typing import Final

from tillroll.media.picture_size import HiddenSize, picture_size
from tillroll.media.sniffing import sniff
from tillroll.mime.archive import ArchiveRefused, entries_of
from tillroll.mime.headers import decoded
from tillroll.mime.papers import Found, Paper
from tillroll.mime.reasons import Reason
from tillroll.pictures.pieces import Peek

_ZIP: Final = b"PK\x03\x04"
_ARCHIVES: Final = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")
_ZIP_TYPES: Final = frozenset({"application/zip", "application/x-zip-compressed", "application/x-zip"})
# The file formats of offices are ZIP archives too; what is in them is no receipt by itself.
_OFFICE: Final = re.compile(r"\.(?:docx|xlsx|pptx|odt|ods|odp|epub|jar|apk|pages|numbers|key)$", re.IGNORECASE)
_TNEF: Final = b"\x78\x9f\x3e\x22"
_SIGNATURES: Final = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_PASSED_OVER: Final = frozenset(
    {"text/calendar", "application/ics", "text/vcard", "text/x-vcard", "application/pgp-keys", "text/x-amp-html"}
    | {"text/rfc822-headers"}
)
# A logo, an icon or a line between: whatever has no room for the lines of a receipt.
_FEWEST_PIXELS_A_SIDE: Final = 150
_LEAST_PICTURE: Final = 320 * 320
_MOST_STRETCHED: Final = 4
_LEAST_INLINE_BYTES: Final = 12 * 1024


def files_in(found: Found, name: str | None, kind: str, content: bytes, *, is_shown: bool) -> Iterator[Paper]:
    """A file, or those of an archive. What its bytes are counts, not what it is called."""
    size = len(content)
    if (reason := _reason_by_kind(kind, name, content)) is not None:
        yield Paper(found, name, size, reason=reason)
    elif content.startswith(_ZIP) and not _OFFICE.search(name or ""):
        yield from _archived(name, content)
    elif content.startswith(_ARCHIVES) or kind in _ZIP_TYPES:
        yield Paper(found, name, size, reason=Reason.UNREADABLE_ARCHIVE)
    else:
        yield _file(found, name, content, is_shown=is_shown)


def _archived(name: str | None, content: bytes) -> Iterator[Paper]:
    try:
        for entry in entries_of(content):
            if entry.content.startswith((_ZIP, *_ARCHIVES)) and not _OFFICE.search(entry.name):
                yield Paper(Found.ARCHIVED, entry.name, len(entry.content), reason=Reason.NESTED_ARCHIVE)
            else:
                yield _file(Found.ARCHIVED, decoded(entry.name), entry.content, is_shown=False)
    except ArchiveRefused as refused:
        yield Paper(Found.ATTACHED, name, len(content), reason=refused.reason)


def _file(found: Found, name: str | None, content: bytes, *, is_shown: bool) -> Paper:
    size = len(content)
    if not size:
        return Paper(found, name, size, reason=Reason.EMPTY)
    kind = sniff(_peek(content))
    if kind is None:
        is_small = is_shown and size < _LEAST_INLINE_BYTES
        is_picture = content.startswith((b"GIF8", b"BM")) or b"<svg" in content[:1024]
        reason = Reason.SMALL_PICTURE if is_picture and (is_small or is_shown) else Reason.OTHER_TYPE
        return Paper(found, name, size, reason=reason)
    if kind.startswith("image/") and _is_decoration(kind, content, is_shown=is_shown):
        return Paper(found, name, size, reason=Reason.SMALL_PICTURE)
    return Paper(found, name, size, content=content)


def _is_decoration(kind: str, content: bytes, *, is_shown: bool) -> bool:
    """Whether a picture is too small for a receipt: any below so many pixels a side, and of those that a mail's text
    shows also banners, and what has few pixels."""
    try:
        size = picture_size(kind, _peek(content))
    except HiddenSize:
        return False
    if size is None:
        return is_shown and len(content) < _LEAST_INLINE_BYTES
    longer, shorter = max(size.width, size.height), min(size.width, size.height)
    if shorter < _FEWEST_PIXELS_A_SIDE:
        return True
    is_banner = size.width > _MOST_STRETCHED * size.height
    return is_shown and (longer * shorter < _LEAST_PICTURE or is_banner)


def _reason_by_kind(kind: str, name: str | None, content: bytes) -> Reason | None:
    """What a part is said to be, where that alone says that it is no receipt."""
    if kind == "application/ms-tnef" or (name or "").lower() == "winmail.dat" or content.startswith(_TNEF):
        return Reason.TNEF
    if kind in _SIGNATURES:
        return Reason.SIGNATURE
    if content.startswith(b"-----BEGIN PGP MESSAGE-----"):
        return Reason.ENCRYPTED
    return Reason.NO_DOCUMENT if kind in _PASSED_OVER else None


def _peek(content: bytes) -> Peek:
    return lambda offset, length: content[offset : offset + length]
