"""Files of a mail: what their bytes are, ZIP archives unpacked within bounds, and why a file is no
receipt."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Self

from tillroll.received_mail.headers import decoded
from tillroll_documents.file_types import HiddenSize, picture_size, sniff
from tillroll_documents.pictures.pieces import Peek


class Reason(StrEnum):
    """Why a part is no receipt, and the sentence that says so. `IS_REFUSED` are those that may
    have been meant as one; the others are left out as what belongs to any mail."""

    says: str

    def __new__(cls, code: str, sentence: str) -> Self:
        reason = str.__new__(cls, code)
        reason._value_ = code
        reason.says = sentence
        return reason

    SMALL_PICTURE = ("small-picture", "a small picture, such as a logo")
    SIGNATURE = ("signature", "a signature of the mail")
    NO_DOCUMENT = (
        "no-document",
        "no document: a card, a date or a part that only mail programs read",
    )
    NO_TOTAL = ("no-total", "the text of the mail names no total, so it is no receipt")
    BESIDE_DOCUMENT = ("beside-document", "the text of the mail, which brings a document")
    BESIDE_TEXT = (
        "beside-text",
        "it names no total, and the text of the mail does: the text is the receipt",
    )
    BESIDE_TOTAL = (
        "beside-total",
        "it names no amount, and another file of the mail names a total",
    )
    EMPTY = ("empty", "it has no bytes")
    TNEF = (
        "tnef",
        (
            "Outlook has wrapped the files into a format of its own (winmail.dat); send the mail "
            "as HTML or text"
        ),
    )
    ENCRYPTED = ("encrypted", "it is encrypted; send it without encryption")
    OPAQUE_SIGNED = (
        "opaque-signed",
        "its signature encloses what it signs; send it signed as clear text, or not signed",
    )
    UNREADABLE_ARCHIVE = (
        "unreadable-archive",
        "the archive is broken, or of a format that is not opened; send a ZIP or the files",
    )
    LOCKED_ARCHIVE = (
        "locked-archive",
        "the archive is locked by a password; send the files as they are",
    )
    NESTED_ARCHIVE = (
        "nested-archive",
        "an archive inside of an archive is not opened; send its files",
    )
    LARGE_ARCHIVE = (
        "large-archive",
        "the archive holds more than is unpacked; send the files in several mails",
    )
    TOO_MANY = ("too-many", "a mail may bring 30 files; send the others in another one")
    TOO_DEEP = ("too-deep", "it lies in more forwarded mails than are opened; forward it once")
    PIECE = ("piece", "it is a piece of a mail that was sent in several; send the mail as a whole")
    CUT = ("cut", "it was cut off on its way; send it again, as an attachment")
    CLOUD_FILE = (
        "cloud-file",
        "it is a link to a file elsewhere, which is not fetched; attach the file",
    )
    OTHER_TYPE = (
        "other-type",
        "it is no JPEG, PNG, WebP, HEIC or PDF, and no e-invoice in XML that is known",
    )


IS_REFUSED: Final = frozenset(Reason) - {
    Reason.SMALL_PICTURE,
    Reason.SIGNATURE,
    Reason.NO_DOCUMENT,
    Reason.NO_TOTAL,
    Reason.BESIDE_DOCUMENT,
    Reason.BESIDE_TEXT,
    Reason.BESIDE_TOTAL,
}


class Found(StrEnum):
    """Where in the mail it was."""

    ATTACHED = "attached"
    INLINE = "inline"
    ARCHIVED = "archived"
    TEXT = "text"


@dataclass(frozen=True)
class TextAttachment:
    """A mail's text that is a receipt; `sender` and `sent_on` are of the mail that says it, the
    forwarded one if there is one."""

    text: str
    subject: str | None
    sender: str | None
    sent_on: date | None


@dataclass(frozen=True)
class Attachment:
    """Something in a mail: `content`, the bytes of a file that may be a receipt, `printed`, a text
    that is one, or `reason`, why it is neither. `unread` are the bytes of a file that is of
    another type. `size` is in bytes, as unpacked. `beside` is the text beside documents, in the
    ways that the mail says it: one of them may be the receipt. `mail` numbers the mails within the
    mail."""

    found: Found
    name: str | None
    size: int
    content: bytes | None = None
    printed: TextAttachment | None = None
    reason: Reason | None = None
    unread: bytes | None = field(default=None, repr=False)
    beside: tuple[TextAttachment, ...] = ()
    mail: int = 0

    @property
    def is_offered(self) -> bool:
        """Whether it is to be taken in as a receipt."""
        return self.reason is None

    @property
    def is_refused(self) -> bool:
        """Whether its sender may have meant it as a receipt, and gets an answer that it is none."""
        return self.reason in IS_REFUSED

    @property
    def why(self) -> str | None:
        if self.reason is None:
            return None
        return self.reason.says


MOST_ENTRIES: Final = 50
MOST_BYTES: Final = 30 * 1024 * 1024
MOST_RATIO: Final = 200
_IGNORED: Final = re.compile(r"^__MACOSX/|(?:^|/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)\Z")


class ArchiveRefused(Exception):
    """Nothing of the archive is taken. `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def entries_of(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of an archive, one at a time, by the last part of their names.
    Raises ArchiveRefused: sizes are checked before anything is unpacked, and again by what comes
    out."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = [
                each
                for each in archive.infolist()
                if not each.is_dir() and not _IGNORED.search(each.filename)
            ]
            if any(each.flag_bits & 0x1 for each in listed):  # encrypted
                raise ArchiveRefused(Reason.LOCKED_ARCHIVE)
            is_large = (
                len(listed) > MOST_ENTRIES or sum(each.file_size for each in listed) > MOST_BYTES
            )
            if is_large or any(
                each.file_size > max(64 * 1024, each.compress_size * MOST_RATIO) for each in listed
            ):
                raise ArchiveRefused(Reason.LARGE_ARCHIVE)
            for each in listed:
                with archive.open(each) as opened:
                    unpacked = opened.read(each.file_size + 1)
                if len(unpacked) > each.file_size:
                    raise ArchiveRefused(Reason.LARGE_ARCHIVE)
                yield each.filename.replace("\\", "/").rpartition("/")[2], unpacked
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise ArchiveRefused(Reason.UNREADABLE_ARCHIVE) from error


_ZIP: Final = b"PK\x03\x04"
_ARCHIVES: Final = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")
_ZIP_TYPES: Final = frozenset(
    {"application/zip", "application/x-zip-compressed", "application/x-zip"}
)
# The file formats of offices are ZIP archives too; what is in them is no receipt by itself.
_OFFICE: Final = re.compile(
    r"\.(?:docx|xlsx|pptx|odt|ods|odp|epub|jar|apk|pages|numbers|key)$", re.IGNORECASE
)
_TNEF: Final = b"\x78\x9f\x3e\x22"
_SIGNATURES: Final = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_PASSED_OVER: Final = frozenset(
    {
        "text/calendar",
        "application/ics",
        "text/vcard",
        "text/x-vcard",
        "application/pgp-keys",
        "text/x-amp-html",
    }
    | {"text/rfc822-headers", "application/applefile"}
)
# A logo, an icon or a line between: whatever has no room for the lines of a receipt.
_FEWEST_PIXELS_A_SIDE: Final = 150
_MOST_STRETCHED: Final = 4
_LEAST_INLINE_BYTES: Final = 12 * 1024


def files_in(
    contents: Found, name: str | None, kind: str, content: bytes, *, is_shown: bool
) -> Iterator[Attachment]:
    """A file, or those of an archive. What its bytes are counts, not what it is called."""
    size = len(content)
    reason = _reason_by_kind(kind, name, content)
    if reason is not None:
        yield Attachment(contents, name, size, reason=reason)
    elif content.startswith(_ZIP) and not _OFFICE.search(name or ""):
        yield from _archived(name, content)
    elif content.startswith(_ARCHIVES) or kind in _ZIP_TYPES:
        yield Attachment(contents, name, size, reason=Reason.UNREADABLE_ARCHIVE)
    else:
        yield _file(contents, name, content, is_shown=is_shown)


def _archived(name: str | None, content: bytes) -> Iterator[Attachment]:
    try:
        for inner_name, inner in entries_of(content):
            if inner.startswith((_ZIP, *_ARCHIVES)) and not _OFFICE.search(inner_name):
                yield Attachment(
                    Found.ARCHIVED, inner_name, len(inner), reason=Reason.NESTED_ARCHIVE
                )
            else:
                yield _file(Found.ARCHIVED, decoded(inner_name), inner, is_shown=False)
    except ArchiveRefused as refused:
        yield Attachment(Found.ATTACHED, name, len(content), reason=refused.reason)


def _file(contents: Found, name: str | None, content: bytes, *, is_shown: bool) -> Attachment:
    size = len(content)
    if not size:
        return Attachment(contents, name, size, reason=Reason.EMPTY)
    kind = sniff(_peek(content))
    if kind is None:
        is_small = is_shown and size < _LEAST_INLINE_BYTES
        is_picture = content.startswith((b"GIF8", b"BM")) or b"<svg" in content[:1024]
        if is_picture and (is_small or is_shown):
            reason = Reason.SMALL_PICTURE
        else:
            reason = Reason.OTHER_TYPE
        return Attachment(
            contents,
            name,
            size,
            reason=reason,
            unread=content if reason is Reason.OTHER_TYPE else None,
        )
    if kind.startswith("image/") and _is_decoration(kind, content, is_shown=is_shown):
        return Attachment(contents, name, size, reason=Reason.SMALL_PICTURE)
    return Attachment(contents, name, size, content=content)


def _is_decoration(kind: str, content: bytes, *, is_shown: bool) -> bool:
    """Whether a picture is too small for a receipt; of those that a mail's text shows, also
    banners."""
    try:
        size = picture_size(kind, _peek(content))
    except HiddenSize:
        return False
    if size is None:
        return is_shown and len(content) < _LEAST_INLINE_BYTES
    longer = max(size.width, size.height)
    shorter = min(size.width, size.height)
    if shorter < _FEWEST_PIXELS_A_SIDE:
        return True
    is_banner = size.width > _MOST_STRETCHED * size.height
    return is_shown and (longer * shorter < 320 * 320 or is_banner)


def is_decoration_beside_text(content: bytes) -> bool:
    """Whether a picture that is attached beside a receipt in the text is a logo or a banner, not a
    photo: it has few bytes, or is several times as wide as it is high."""
    kind = sniff(_peek(content))
    if kind is None or not kind.startswith("image/"):
        return False
    return len(content) < _LEAST_INLINE_BYTES or _is_decoration(kind, content, is_shown=True)


def _reason_by_kind(kind: str, name: str | None, content: bytes) -> Reason | None:
    """What a part is said to be, where that alone says that it is no receipt."""
    if (
        kind == "application/ms-tnef"
        or (name or "").lower() == "winmail.dat"
        or content.startswith(_TNEF)
    ):
        return Reason.TNEF
    if kind in _SIGNATURES:
        return Reason.SIGNATURE
    if content.startswith(b"-----BEGIN PGP MESSAGE-----"):
        return Reason.ENCRYPTED
    if kind in _PASSED_OVER:
        return Reason.NO_DOCUMENT
    return None


def _peek(content: bytes) -> Peek:
    return lambda offset, length: content[offset : offset + length]
