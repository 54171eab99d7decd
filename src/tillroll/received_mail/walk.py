"""The walk through a mail: each part becomes a file or a text, also of mail that is forwarded in
it."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from email.generator import BytesGenerator
from email.message import Message
from typing import Final, cast

from tillroll.received_mail import charsets
from tillroll.received_mail.attachments import (
    Attachment,
    Found,
    Reason,
    TextAttachment,
    files_in,
)
from tillroll.received_mail.headers import (
    POLICY,
    Unreadable,
    date_of,
    decoded,
    name_of_sender,
    parts_of,
    words,
)
from tillroll.received_mail.html_text import referenced_ids, text_of_html, without_files
from tillroll.received_mail.text import unwrap
from tillroll.received_mail.transfer import content_of, encoding_of, unfolded, uuencoded
from tillroll_documents.file_types import WINDOW, is_signed_invoice
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import read_page
from tillroll_documents.signed_files import begins_signed

MOST_ATTACHMENTS: Final = 30
_MOST_DEPTH: Final = 5
_LONGEST_TEXT: Final = 1_000_000
_ENCODED: Final = frozenset({"base64", "quoted-printable"})
_FORWARDED: Final = frozenset({"message/rfc822", "message/global"})
_PKCS7: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_HEAD: Final = 200
"""Bytes that tell a signed envelope."""
# What a mail calls its total: "Total", "Grand total" and "Amount due", or "Amount paid".
_LABELLED: Final = frozenset({"labelled_total", "labelled_payable", "labelled_paid"})
_TEXT_NAMES: Final = (".txt", ".text", ".log")
_HTML_NAMES: Final = (".html", ".htm")


@dataclass
class _Level:
    """A mail, or one that is forwarded in it: its texts belong to the files beside them."""

    message: Message
    depth: int
    today: date
    plain: list[str] = field(default_factory=list[str])
    html: list[str] = field(default_factory=list[str])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    forwarded: list[list[Attachment]] = field(default_factory=list[list[Attachment]])

    @property
    def shown_ids(self) -> frozenset[str]:
        return frozenset[str]().union(*map(referenced_ids, self.html))

    def files(
        self, place: Found, name: str | None, *, kind: str, content: bytes, is_shown: bool
    ) -> None:
        """Add a file, or those of an archive."""
        files = files_in(place, name, kind=kind, content=content, is_shown=is_shown)
        self.attachments.extend(files)

    def refuse(self, name: str | None, reason: Reason, size: int = 0) -> None:
        self.attachments.append(Attachment(Found.ATTACHED, name, size, reason=reason))


def read_attachments(raw: bytes, today: date) -> list[Attachment]:
    """The attachments of a mail in their order; `today` is the day on which it came.
    Raises Unreadable."""
    offered = 0
    bounded: list[Attachment] = []
    for number, of_one in enumerate(_mails(parts_of(raw), today, 0)):
        for attachment in of_one:
            offered += attachment.is_offered
            if attachment.is_offered and offered > MOST_ATTACHMENTS:
                place = (attachment.found, attachment.name, attachment.size)
                bounded.append(Attachment(*place, reason=Reason.TOO_MANY))
            else:
                bounded.append(replace(attachment, mail=number))
    return bounded


def _mails(message: Message, today: date, depth: int) -> list[list[Attachment]]:
    """What a mail brings, and what each mail brings that is forwarded in it."""
    level = _Level(message, depth, today)
    _walk(message, level)
    texts = list(_texts(level))
    return [[*level.attachments, *texts], *level.forwarded]


def _walk(part: Message, level: _Level) -> None:
    """Each leaf below a part becomes an attachment or a text of the level."""
    kind = part.get_content_type()
    if kind in _FORWARDED:
        _forward(part, level)
    elif kind == "multipart/encrypted":
        level.refuse(_name(part), Reason.ENCRYPTED)
    elif kind == "message/external-body":
        level.refuse(_name(part), Reason.CLOUD_FILE)
    elif kind == "message/partial":
        level.refuse(_name(part), Reason.PIECE)
    elif kind.startswith("message/"):
        level.refuse(_name(part), Reason.NO_DOCUMENT)
    elif part.is_multipart():
        for inner in _inner(part):
            _walk(inner, level)
    elif kind.startswith("multipart/") and _encoding(part) in _ENCODED:
        _walk_encoded(part, level)
    else:
        _leaf(part, kind, level)


def _walk_encoded(part: Message, level: _Level) -> None:
    """Parts that travelled in base64 as a whole, which RFC 2045 (section 6.4) forbids and programs
    do."""
    head = f"Content-Type: {part.get('content-type')}\r\n\r\n".encode("utf-8", "surrogateescape")
    encoding = _encoding(part)
    content = content_of(_payload(part), encoding)
    try:
        whole = parts_of(head + content)
    except Unreadable:
        whole = None
    if whole is None or not whole.is_multipart():
        level.refuse(_name(part), Reason.OTHER_TYPE, len(content))
        return
    for inner in _inner(whole):
        _walk(inner, level)


def _forward(part: Message, level: _Level) -> None:
    whole = next(iter(_inner(part)), None)
    encoding = _encoding(part)
    if whole is None:
        return
    if encoding in _ENCODED:
        content = _flat(whole)
        first_line = content.lstrip().partition(b"\n")[0]
        # No sign of base64 is a colon: then its headers stand there as they are.
        if encoding != "base64" or b":" not in first_line:
            _forward_file(_name(part), content_of(content, encoding), level)
            return
    if level.depth >= _MOST_DEPTH:
        level.refuse(_name(part), Reason.TOO_DEEP)
    else:
        level.forwarded.extend(_mails(whole, level.today, level.depth + 1))


def _flat(message: Message) -> bytes:
    """A mail as it came, whose lines the parser took for headers and a body."""
    out = io.BytesIO()
    BytesGenerator(out, mangle_from_=False, maxheaderlen=0, policy=POLICY).flatten(message)
    return out.getvalue()


def _leaf(part: Message, kind: str, level: _Level) -> None:
    name = _name(part)
    content = _content(part)
    lower = (name or "").lower()
    is_attached = _is_attached(part, name, level)
    if kind == "text/html" and not is_attached:
        _page(_text(part, content), level)
    elif kind == "text/plain" and not is_attached:
        _plain(part, content, level)
    elif kind == "text/html" or lower.endswith(_HTML_NAMES):
        html = charsets.text_of(content, _label(part), is_html=True)
        level.attachments.append(_text_file(name, text_of_html(html), level=level, content=content))
    elif lower.endswith(".eml"):
        _forward_file(name, content, level)
    elif kind == "text/plain" and lower.endswith(_TEXT_NAMES):
        level.attachments.append(
            _text_file(name, _text(part, content), level=level, content=content)
        )
    elif kind in _PKCS7 and not is_signed_invoice(content[:WINDOW]):
        reason = Reason.ENCRYPTED
        if begins_signed(content[:_HEAD]) or _is_said_to_be_signed(part):
            reason = Reason.OPAQUE_SIGNED
        level.refuse(name, reason, len(content))
    else:
        is_shown = not is_attached and part.get_content_maintype() == "image"
        place = Found.ATTACHED
        if is_shown:
            place = Found.INLINE
        level.files(place, name, kind=kind, content=content, is_shown=is_shown)


def _is_attached(part: Message, name: str | None, level: _Level) -> bool:
    if part.get_content_disposition() == "attachment":
        return True
    return name is not None and not _is_shown(part, level)


def _is_said_to_be_signed(part: Message) -> bool:
    """RFC 8551, section 3.2.2: what an envelope is may stand in a parameter."""
    return str(part.get_param("smime-type") or "").lower() == "signed-data"


def _page(html: str, level: _Level) -> None:
    """A text in HTML, and the files that lie within it."""
    page = without_files(html)
    level.html.append(page.html)
    for file in page.files:
        place = Found.ATTACHED
        if file.is_shown:
            place = Found.INLINE
        name = decoded(file.name or "")
        level.files(place, name, kind=file.media_type, content=file.content, is_shown=file.is_shown)


def _plain(part: Message, content: bytes, level: _Level) -> None:
    """A text, and the files that old programs write into it."""
    parts = uuencoded(_text(part, content))
    text = parts.text
    if _parameter(part, "format") == "flowed":
        text = unfolded(text, deletes_space=_parameter(part, "delsp") == "yes")
    level.plain.append(text)
    for file in parts.files:
        name = decoded(file.name)
        if file.content is None:
            level.refuse(name, Reason.CUT)
        else:
            kind = "application/octet-stream"
            level.files(Found.ATTACHED, name, kind=kind, content=file.content, is_shown=False)


def _inner(part: Message) -> "list[Message]":
    """The parts of a part."""
    if not part.is_multipart():
        return []
    payload: object = part.get_payload()
    return [each for each in cast("list[object]", payload) if isinstance(each, Message)]


def _forward_file(name: str | None, content: bytes, level: _Level) -> None:
    """A mail that is attached as a file."""
    if level.depth >= _MOST_DEPTH:
        level.refuse(name, Reason.TOO_DEEP, len(content))
        return
    try:
        level.forwarded.extend(_mails(parts_of(content), level.today, level.depth + 1))
    except Unreadable:
        level.refuse(name, Reason.OTHER_TYPE, len(content))


def _text_file(name: str | None, text: str, level: _Level, content: bytes) -> Attachment:
    """A text that is attached: a document whose text is read. What else it may be is seen by its
    bytes."""
    size = len(content)
    if not names_total(text, level.today):
        return Attachment(Found.ATTACHED, name, size, reason=Reason.OTHER_TYPE, unread=content)
    sender = name_of_sender(level.message)
    printed = TextAttachment(text, name, sender=sender, sent_on=_day(level.message))
    return Attachment(Found.ATTACHED, name, size, printed=printed)


def _texts(level: _Level) -> Iterator[Attachment]:
    """The text of a mail as an attachment: where it is a receipt by itself, and no document came
    with it. What a mail says in several ways is tried in each, HTML first."""
    ways = ["\n".join(map(text_of_html, level.html)), "\n".join(level.plain)]
    texts = [_in_lines(text) for text in ways if text.strip()]
    if not texts:
        return
    subject = words(level.message, "subject")
    size = len(texts[0].encode("utf-8", "replace"))
    candidates = tuple(_inmost(text, subject, level) for text in texts)
    if any(attachment.is_offered for attachment in level.attachments):
        reason = Reason.BESIDE_DOCUMENT
        yield Attachment(Found.TEXT, subject, size, reason=reason, beside=candidates)
        return
    if any("-----BEGIN PGP MESSAGE-----" in text for text in texts):
        yield Attachment(Found.TEXT, subject, size, reason=Reason.ENCRYPTED)
        return
    printed = first_receipt(candidates, level.today)
    if printed is None:
        yield Attachment(Found.TEXT, subject, size, reason=Reason.NO_TOTAL)
    else:
        yield Attachment(Found.TEXT, subject, size, printed=printed)


def _in_lines(text: str) -> str:
    return text[:_LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n")


def _inmost(text: str, subject: str | None, level: _Level) -> TextAttachment:
    """A text, or the forwarded one in it."""
    day = _day(level.message)
    forwarded = unwrap(text)
    if forwarded is None:
        return TextAttachment(text, subject, sender=name_of_sender(level.message), sent_on=day)
    sender = decoded(forwarded.sender or "")
    return TextAttachment(forwarded.text, subject, sender=sender, sent_on=day)


def first_receipt(texts: Sequence[TextAttachment], today: date) -> TextAttachment | None:
    """The first that names a total."""
    return next((each for each in texts if names_total(each.text, today)), None)


def _day(message: Message) -> date | None:
    sent = date_of(message)
    if sent is None:
        return None
    return sent.date()


def _is_shown(part: Message, level: _Level) -> bool:
    """Whether the mail's text shows a part: by its Content-ID, or since it says that it is
    inline."""
    if part.get_content_disposition() == "inline":
        return part.get_content_maintype() == "image"
    id_ = str(part.get("content-id") or "").strip("<> ")
    return bool(id_) and id_ in level.shown_ids


def _name(part: Message) -> str | None:
    """The name of a file, decoded twice over: many programs put encoded words where RFC 2231
    belongs."""
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError):
        return None
    if not name:
        return None
    return decoded(name.replace("\\", "/").rpartition("/")[2])


def _encoding(part: Message) -> str:
    return encoding_of(str(part.get("content-transfer-encoding") or ""))


def _content(part: Message) -> bytes:
    """The bytes of a leaf."""
    encoding = _encoding(part)
    return content_of(_payload(part), encoding)


def _payload(part: Message) -> bytes:
    """What stands in a leaf, as it travelled: the parser decodes it where a header says how, and by
    rules that lose some of it."""
    del part["content-transfer-encoding"]
    payload: object = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    return b""


def _label(part: Message) -> str:
    """What a part calls the encoding of its letters."""
    return _parameter(part, "charset")


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError):
        return ""
    if isinstance(value, tuple):  # with a charset and a language (RFC 2231)
        value = value[2]
    return str(value or "").strip().lower()


def _text(part: Message, content: bytes) -> str:
    is_html = part.get_content_type() == "text/html"
    return charsets.text_of(content, _label(part), is_html=is_html)


def names_total(text: str, today: date) -> bool:
    """Whether a total stands in it that is called one. That asks for little: what is read from it
    is doubted by the same rules as any receipt, and a person decides where these do. A currency is
    not asked for: "$" is several."""
    if not any(character.isdigit() for character in text):
        return False
    page = Page.of(Transcript.from_text(text[:60_000]))
    total = read_page(page, today=today).extraction.total
    if total.value is None:
        return False
    return any(reason.code in _LABELLED for reason in total.reasons)
