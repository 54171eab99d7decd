"""What a mail brings: its parts, what their bytes are, ZIP archives unpacked within bounds, and why a part is no
receipt."""

import binascii
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email.message import Message
from enum import StrEnum
from typing import Final, Self, cast

from tillroll.pictures.pieces import Peek
from tillroll.reading.extraction import Transcript
from tillroll.reading.files import HiddenSize, picture_size, sniff
from tillroll.reading.page import Page
from tillroll.reading.receipt import read_page
from tillroll.received_mail.headers import Unreadable, date_of, decoded, name_of_sender, parts_of, words
from tillroll.received_mail.text import referenced_ids, text_of_html, unwrap


class Reason(StrEnum):
    """Why a part is no receipt, and the sentence that says so. `IS_REFUSED` are those that a sender reads; the others
    are left out as what belongs to any mail."""

    says: str

    def __new__(cls, code: str, says: str) -> Self:
        reason = str.__new__(cls, code)
        reason._value_ = code
        reason.says = says
        return reason

    SMALL_PICTURE = ("small-picture", "a small picture, such as a logo")
    SIGNATURE = ("signature", "a signature of the mail")
    NO_DOCUMENT = ("no-document", "no document: a card, a date or a part that only mail programs read")
    NO_TOTAL = ("no-total", "the text of the mail names no total, so it is no receipt")
    BESIDE_DOCUMENT = ("beside-document", "the text of the mail, which brings a document")
    EMPTY = ("empty", "it has no bytes")
    TNEF = (
        "tnef",
        "Outlook has wrapped the files into a format of its own (winmail.dat); send the mail as HTML or text",
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
    LOCKED_ARCHIVE = ("locked-archive", "the archive is locked by a password; send the files as they are")
    NESTED_ARCHIVE = ("nested-archive", "an archive inside of an archive is not opened; send its files")
    LARGE_ARCHIVE = ("large-archive", "the archive holds more than is unpacked; send the files in several mails")
    TOO_MANY = ("too-many", "a mail may bring 30 files; send the others in another one")
    TOO_DEEP = ("too-deep", "it lies in more forwarded mails than are opened; forward it once")
    CLOUD_FILE = ("cloud-file", "it is a link to a file elsewhere, which is not fetched; attach the file")
    OTHER_TYPE = ("other-type", "it is no JPEG, PNG, WebP, HEIC or PDF, and no e-invoice in XML (UBL or CII)")


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
class TextAttachment:
    """A mail's text that is a receipt; `sender` and `sent_on` are of the mail that says it, the forwarded one if there
    is one."""

    text: str
    subject: str | None
    sender: str | None
    sent_on: date | None


@dataclass(frozen=True)
class Attachment:
    """Something in a mail: `content`, the bytes of a file that may be a receipt, `printed`, a text that is one, or
    `reason`, why it is neither. `unread` are the bytes of a file that is of another type. `size` is in bytes, as
    unpacked."""

    found: Found
    name: str | None
    size: int
    content: bytes | None = None
    printed: TextAttachment | None = None
    reason: Reason | None = None
    unread: bytes | None = field(default=None, repr=False)

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
        return None if self.reason is None else self.reason.says


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
    """The files of an archive, one at a time, by the last part of their names. Raises ArchiveRefused: sizes are checked
    before anything is unpacked, and again by what comes out."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = [each for each in archive.infolist() if not each.is_dir() and not _IGNORED.search(each.filename)]
            if any(each.flag_bits & 0x1 for each in listed):  # encrypted
                raise ArchiveRefused(Reason.LOCKED_ARCHIVE)
            is_large = len(listed) > MOST_ENTRIES or sum(each.file_size for each in listed) > MOST_BYTES
            if is_large or any(each.file_size > max(64 * 1024, each.compress_size * MOST_RATIO) for each in listed):
                raise ArchiveRefused(Reason.LARGE_ARCHIVE)
            for each in listed:
                with archive.open(each) as opened:
                    unpacked = opened.read(each.file_size + 1)
                if len(unpacked) > each.file_size:
                    raise ArchiveRefused(Reason.LARGE_ARCHIVE)
                yield each.filename.replace("\\", "/").rpartition("/")[2], unpacked
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise ArchiveRefused(Reason.UNREADABLE_ARCHIVE) from error


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
_MOST_STRETCHED: Final = 4
_LEAST_INLINE_BYTES: Final = 12 * 1024


def files_in(found: Found, name: str | None, kind: str, content: bytes, *, is_shown: bool) -> Iterator[Attachment]:
    """A file, or those of an archive. What its bytes are counts, not what it is called."""
    size = len(content)
    if (reason := _reason_by_kind(kind, name, content)) is not None:
        yield Attachment(found, name, size, reason=reason)
    elif content.startswith(_ZIP) and not _OFFICE.search(name or ""):
        yield from _archived(name, content)
    elif content.startswith(_ARCHIVES) or kind in _ZIP_TYPES:
        yield Attachment(found, name, size, reason=Reason.UNREADABLE_ARCHIVE)
    else:
        yield _file(found, name, content, is_shown=is_shown)


def _archived(name: str | None, content: bytes) -> Iterator[Attachment]:
    try:
        for inner_name, inner in entries_of(content):
            if inner.startswith((_ZIP, *_ARCHIVES)) and not _OFFICE.search(inner_name):
                yield Attachment(Found.ARCHIVED, inner_name, len(inner), reason=Reason.NESTED_ARCHIVE)
            else:
                yield _file(Found.ARCHIVED, decoded(inner_name), inner, is_shown=False)
    except ArchiveRefused as refused:
        yield Attachment(Found.ATTACHED, name, len(content), reason=refused.reason)


def _file(found: Found, name: str | None, content: bytes, *, is_shown: bool) -> Attachment:
    size = len(content)
    if not size:
        return Attachment(found, name, size, reason=Reason.EMPTY)
    kind = sniff(_peek(content))
    if kind is None:
        is_small = is_shown and size < _LEAST_INLINE_BYTES
        is_picture = content.startswith((b"GIF8", b"BM")) or b"<svg" in content[:1024]
        reason = Reason.SMALL_PICTURE if is_picture and (is_small or is_shown) else Reason.OTHER_TYPE
        return Attachment(found, name, size, reason=reason, unread=content if reason is Reason.OTHER_TYPE else None)
    if kind.startswith("image/") and _is_decoration(kind, content, is_shown=is_shown):
        return Attachment(found, name, size, reason=Reason.SMALL_PICTURE)
    return Attachment(found, name, size, content=content)


def _is_decoration(kind: str, content: bytes, *, is_shown: bool) -> bool:
    """Whether a picture is too small for a receipt; of those that a mail's text shows, also banners."""
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
    return is_shown and (longer * shorter < 320 * 320 or is_banner)


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


MOST_ATTACHMENTS: Final = 30
_NO_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]+")
# Encodings of domain names and of programs: no text is written in them, and they are slow to read.
_NO_CHARSETS: Final = frozenset({"", "punycode", "idna", "unicode_escape", "unicode-escape", "raw_unicode_escape"})
_MOST_DEPTH: Final = 5
_PKCS7: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclass
class _Level:
    """A mail, or one that is forwarded in it: its texts belong to the files beside them."""

    message: Message
    depth: int
    plain: list[str] = field(default_factory=list[str])
    html: list[str] = field(default_factory=list[str])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    forwarded: list[Attachment] = field(default_factory=list[Attachment])

    @property
    def shown_ids(self) -> frozenset[str]:
        return frozenset[str]().union(*map(referenced_ids, self.html))


def read_attachments(raw: bytes, today: date) -> list[Attachment]:
    """The attachments of a mail in their order; `today` is the day on which it came. Raises Unreadable."""
    attachments = _read(parts_of(raw), today, 0)
    offered = 0
    bounded: list[Attachment] = []
    for attachment in attachments:
        offered += attachment.is_offered
        is_beyond = attachment.is_offered and offered > MOST_ATTACHMENTS
        beyond = Attachment(attachment.found, attachment.name, attachment.size, reason=Reason.TOO_MANY)
        bounded.append(beyond if is_beyond else attachment)
    return bounded


def _read(message: Message, today: date, depth: int) -> list[Attachment]:
    level = _Level(message, depth)
    _walk(message, level, today)
    return [*level.attachments, *_texts(level, today), *level.forwarded]


def _walk(part: Message, level: _Level, today: date) -> None:
    """Each leaf below a part becomes a attachment or a text of the level."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        _forward(part, level, today)
    elif kind == "multipart/encrypted":
        level.attachments.append(Attachment(Found.ATTACHED, _name(part), 0, reason=Reason.ENCRYPTED))
    elif kind.startswith("message/"):
        reason = Reason.CLOUD_FILE if kind == "message/external-body" else Reason.NO_DOCUMENT
        level.attachments.append(Attachment(Found.ATTACHED, _name(part), 0, reason=reason))
    elif part.is_multipart():
        for inner in _inner(part):
            _walk(inner, level, today)
    else:
        _leaf(part, kind, level, today)


def _forward(part: Message, level: _Level, today: date) -> None:
    whole = next(iter(_inner(part)), None)
    if level.depth >= _MOST_DEPTH:
        level.attachments.append(Attachment(Found.ATTACHED, _name(part), 0, reason=Reason.TOO_DEEP))
    elif whole is not None:
        level.forwarded.extend(_read(whole, today, level.depth + 1))


def _leaf(part: Message, kind: str, level: _Level, today: date) -> None:
    name, content = _name(part), _content(part)
    is_attached = part.get_content_disposition() == "attachment" or (name is not None and not _is_shown(part, level))
    if kind in {"text/plain", "text/html"} and not is_attached:
        text = _text(part, content)
        (level.html if kind == "text/html" else level.plain).append(text)
        return
    if kind == "text/html" or (name or "").lower().endswith((".html", ".htm")):
        level.attachments.append(_html_file(name, _text(part, content), level, today))
        return
    if (name or "").lower().endswith(".eml"):
        _forward_file(name, content, level, today)
        return
    if kind in _PKCS7:
        # RFC 8551, 3.2.2: what the envelope is stands in a parameter.
        is_signed = str(part.get_param("smime-type") or "").lower() == "signed-data"
        reason = Reason.OPAQUE_SIGNED if is_signed else Reason.ENCRYPTED
        level.attachments.append(Attachment(Found.ATTACHED, name, len(content), reason=reason))
        return
    is_shown = not is_attached and part.get_content_maintype() == "image"
    found = Found.INLINE if is_shown else Found.ATTACHED
    level.attachments.extend(files_in(found, name, kind, content, is_shown=is_shown))


def _inner(part: Message) -> "list[Message]":
    """The parts of a part."""
    payload: object = part.get_payload()
    return [each for each in cast("list[object]", payload) if isinstance(each, Message)] if part.is_multipart() else []


def _forward_file(name: str | None, content: bytes, level: _Level, today: date) -> None:
    """A mail that is attached as a file."""
    if level.depth >= _MOST_DEPTH:
        level.attachments.append(Attachment(Found.ATTACHED, name, len(content), reason=Reason.TOO_DEEP))
        return
    try:
        level.forwarded.extend(_read(parts_of(content), today, level.depth + 1))
    except Unreadable:
        level.attachments.append(Attachment(Found.ATTACHED, name, len(content), reason=Reason.OTHER_TYPE))


def _html_file(name: str | None, html: str, level: _Level, today: date) -> Attachment:
    """An HTML file that is attached: a document whose text is read."""
    text, size = text_of_html(html), len(html.encode("utf-8", "replace"))
    if not _is_receipt(text, today):
        return Attachment(Found.ATTACHED, name, size, reason=Reason.OTHER_TYPE)
    printed = TextAttachment(text, name, name_of_sender(level.message), _day(level.message))
    return Attachment(Found.ATTACHED, name, size, printed=printed)


def _texts(level: _Level, today: date) -> Iterator[Attachment]:
    """The text of a mail as a attachment: where it is a receipt by itself, and no document came with it."""
    html = "\n".join(map(text_of_html, level.html))
    text = (html if html.strip() else "\n".join(level.plain))[:1_000_000].replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return
    subject, size = words(level.message, "subject"), len(text.encode("utf-8", "replace"))
    if any(attachment.is_offered for attachment in level.attachments):
        yield Attachment(Found.TEXT, subject, size, reason=Reason.BESIDE_DOCUMENT)
        return
    if "-----BEGIN PGP MESSAGE-----" in text:
        yield Attachment(Found.TEXT, subject, size, reason=Reason.ENCRYPTED)
        return
    forwarded = unwrap(text)
    inner = forwarded.text if forwarded else text
    if not _is_receipt(inner, today):
        yield Attachment(Found.TEXT, subject, size, reason=Reason.NO_TOTAL)
        return
    sender = decoded(forwarded.sender or "") if forwarded else name_of_sender(level.message)
    yield Attachment(Found.TEXT, subject, size, printed=TextAttachment(inner, subject, sender, _day(level.message)))


def _day(message: Message) -> date | None:
    sent = date_of(message)
    return None if sent is None else sent.date()


def _is_shown(part: Message, level: _Level) -> bool:
    """Whether the mail's text shows a part: by its Content-ID, or since it says that it is inline."""
    if part.get_content_disposition() == "inline":
        return part.get_content_maintype() == "image"
    id_ = str(part.get("content-id") or "").strip("<> ")
    return bool(id_) and id_ in level.shown_ids


def _name(part: Message) -> str | None:
    """The name of a file, decoded twice over: many programs put encoded words where RFC 2231 belongs."""
    try:
        given = part.get_filename()
    except (ValueError, LookupError, TypeError):
        return None
    return decoded(given.replace("\\", "/").rpartition("/")[2]) if given else None


def _content(part: Message) -> bytes:
    """The bytes of a leaf; what is not encoded as it says is taken as it stands."""
    if str(part.get("content-transfer-encoding") or "").strip().lower() == "base64":
        return _from_base64(str(part.get_payload()))
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        content = None
    if isinstance(content, bytes):
        return content
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _from_base64(text: str) -> bytes:
    """All that can be decoded: mail is cut off on its way, and some programs write lines behind a file."""
    try:
        return binascii.a2b_base64(text)
    except ValueError:
        signs = _NO_BASE64.sub("", text)
    return binascii.a2b_base64(signs[: len(signs) - (len(signs) % 4 == 1)] + "===")


def _text(part: Message, content: bytes) -> str:
    """A text in whatever it is encoded; where it does not say so, in UTF-8, or as Windows does."""
    named = str(part.get_content_charset() or "")
    for charset in (*(() if named.lower() in _NO_CHARSETS else (named,)), "utf-8", "cp1252"):
        try:
            return content.decode(charset)
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1")


def _is_receipt(text: str, today: date) -> bool:
    """Whether a total stands in it that is called one. That asks for little: what is read from it is doubted by the
    same rules as any receipt, and a person decides where these do. A currency is not asked for: "$" is several."""
    if not any(character.isdigit() for character in text):
        return False
    total = read_page(Page.of(Transcript.from_text(text[:60_000])), today=today).extraction.total
    return total.value is not None and any(reason.code == "labelled_total" for reason in total.reasons)
