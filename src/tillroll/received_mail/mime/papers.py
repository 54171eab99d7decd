"""Papers in a mail: what their bytes are, ZIP archives unpacked within bounds, and why a part is no receipt."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tillroll.pictures.pieces import Peek
from tillroll.reading.files import HiddenSize, picture_size, sniff
from tillroll.received_mail.mime.headers import decoded


class Reason(StrEnum):
    """`IS_REFUSED` says which of them a sender is told of; the others are left out as what belongs to any mail."""

    SMALL_PICTURE = "small-picture"
    SIGNATURE = "signature"
    NO_DOCUMENT = "no-document"
    NO_TOTAL = "no-total"
    BESIDE_DOCUMENT = "beside-document"
    EMPTY = "empty"
    TNEF = "tnef"
    ENCRYPTED = "encrypted"
    OPAQUE_SIGNED = "opaque-signed"
    UNREADABLE_ARCHIVE = "unreadable-archive"
    LOCKED_ARCHIVE = "locked-archive"
    NESTED_ARCHIVE = "nested-archive"
    LARGE_ARCHIVE = "large-archive"
    TOO_MANY = "too-many"
    TOO_DEEP = "too-deep"
    CLOUD_FILE = "cloud-file"
    OTHER_TYPE = "other-type"


SAYS: Final = {
    Reason.SMALL_PICTURE: "a small picture, such as a logo",
    Reason.SIGNATURE: "a signature of the mail",
    Reason.NO_DOCUMENT: "no document: a card, a date or a part that only mail programs read",
    Reason.NO_TOTAL: "the text of the mail names no total, so it is no receipt",
    Reason.BESIDE_DOCUMENT: "the text of the mail, which brings a document",
    Reason.EMPTY: "it has no bytes",
    Reason.TNEF: "Outlook has wrapped the files into a format of its own (winmail.dat); send the mail as HTML or text",
    Reason.ENCRYPTED: "it is encrypted; send it without encryption",
    Reason.OPAQUE_SIGNED: "its signature encloses what it signs; send it signed as clear text, or not signed",
    Reason.UNREADABLE_ARCHIVE: "the archive is broken, or of a format that is not opened; send a ZIP or the files",
    Reason.LOCKED_ARCHIVE: "the archive is locked by a password; send the files as they are",
    Reason.NESTED_ARCHIVE: "an archive inside of an archive is not opened; send its files",
    Reason.LARGE_ARCHIVE: "the archive holds more than is unpacked; send the files in several mails",
    Reason.TOO_MANY: "a mail may bring 30 files; send the others in another one",
    Reason.TOO_DEEP: "it lies in more forwarded mails than are opened; forward it once",
    Reason.CLOUD_FILE: "it is a link to a file elsewhere, which is not fetched; attach the file",
    Reason.OTHER_TYPE: "it is no JPEG, PNG, WebP, HEIC or PDF, and no e-invoice in XML (UBL or CII)",
}
IS_REFUSED: Final = frozenset(Reason) - {
    Reason.SMALL_PICTURE,
    Reason.SIGNATURE,
    Reason.NO_DOCUMENT,
    Reason.NO_TOTAL,
    Reason.BESIDE_DOCUMENT,
}


class Found(StrEnum):
    """Where in the mail it was."""

    ATTACHED = "attached"
    INLINE = "inline"
    ARCHIVED = "archived"
    TEXT = "text"


@dataclass(frozen=True)
class TextPaper:
    """A mail's text that is a receipt by itself. `sender` and `sent_on` are those of the mail that says it, the
    forwarded one where it was forwarded."""

    text: str
    subject: str | None
    sender: str | None
    sent_on: date | None


@dataclass(frozen=True)
class Paper:
    """Something in a mail. One of the three is set: `content` are the bytes of a file that may be a receipt, `printed`
    a text that is one, `reason` why it is neither.

    Attributes:
        name: what the sender calls it, for people.
        size: bytes, as they were unpacked; of a text, its bytes in UTF-8.
    """

    found: Found
    name: str | None
    size: int
    content: bytes | None = None
    printed: TextPaper | None = None
    reason: Reason | None = None

    @property
    def is_offered(self) -> bool:
        """Whether it is to be taken in as a receipt."""
        return self.reason is None

    @property
    def is_refused(self) -> bool:
        """Whether its sender may have meant it as a receipt, and is told that it is none."""
        return self.reason in IS_REFUSED

    @property
    def why(self) -> str | None:
        return None if self.reason is None else SAYS[self.reason]


MOST_ENTRIES: Final = 50
MOST_BYTES: Final = 30 * 1024 * 1024
MOST_RATIO: Final = 200
_LOCKED: Final = 0x1
_SMALL: Final = 64 * 1024
_IGNORED: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class ArchiveRefused(Exception):
    """Nothing of the archive is taken. `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Entry:
    """A file; `name` is its last part, for people."""

    name: str
    content: bytes


def entries_of(content: bytes) -> Iterator[Entry]:
    """The files of an archive, one at a time; folders and what systems add are passed over.

    Raises:
        ArchiveRefused: it is broken, locked, or too large. What it says of its sizes is checked before anything is
            unpacked, and again by what comes out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = [each for each in archive.infolist() if not each.is_dir() and not _is_ignored(each.filename)]
            _check(listed)
            for each in listed:
                yield Entry(each.filename.replace("\\", "/").rpartition("/")[2], _unpacked(archive, each))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise ArchiveRefused(Reason.UNREADABLE_ARCHIVE) from error


def _check(listed: list[zipfile.ZipInfo]) -> None:
    if any(each.flag_bits & _LOCKED for each in listed):
        raise ArchiveRefused(Reason.LOCKED_ARCHIVE)
    is_large = len(listed) > MOST_ENTRIES or sum(each.file_size for each in listed) > MOST_BYTES
    if is_large or any(each.file_size > max(_SMALL, each.compress_size * MOST_RATIO) for each in listed):
        raise ArchiveRefused(Reason.LARGE_ARCHIVE)


def _unpacked(archive: zipfile.ZipFile, each: zipfile.ZipInfo) -> bytes:
    with archive.open(each) as opened:
        content = opened.read(each.file_size + 1)
    if len(content) > each.file_size:
        raise ArchiveRefused(Reason.LARGE_ARCHIVE)
    return content


def _is_ignored(name: str) -> bool:
    return name.startswith(_IGNORED[0]) or name.rpartition("/")[2] in _IGNORED[1:]


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
