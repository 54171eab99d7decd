"""Reading a mail: each part is a paper, or is said why it is none."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email.message import Message
from typing import Final, cast

from tillroll.reading.extraction import Transcript
from tillroll.reading.page import Page
from tillroll.reading.receipt import read_page
from tillroll.received_mail.mime.headers import Unreadable, date_of, decoded, name_of_sender, parts_of, words
from tillroll.received_mail.mime.papers import Found, Paper, Reason, TextPaper, files_in
from tillroll.received_mail.mime.text import referenced_ids, text_of_html, unwrap

MOST_PAPERS: Final = 30
_NO_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]+")
# Encodings of domain names and of programs: no text is written in them, and they are slow to read.
_NO_CHARSETS: Final = frozenset({"", "punycode", "idna", "unicode_escape", "unicode-escape", "raw_unicode_escape"})
_MOST_DEPTH: Final = 5
_MOST_TEXT: Final = 1_000_000
_LONGEST_RECEIPT: Final = 60_000
_LABELLED: Final = "labelled_total"
_PKCS7: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclass
class _Level:
    """A mail, or one that is forwarded in it: its texts belong to the files beside them."""

    message: Message
    depth: int
    plain: list[str] = field(default_factory=list[str])
    html: list[str] = field(default_factory=list[str])
    papers: list[Paper] = field(default_factory=list[Paper])
    forwarded: list[Paper] = field(default_factory=list[Paper])

    @property
    def shown_ids(self) -> frozenset[str]:
        return frozenset[str]().union(*map(referenced_ids, self.html))


def read_papers(raw: bytes, today: date) -> list[Paper]:
    """The papers of a mail, in the order in which they stand in it; `today` is the day on which it came.

    Raises:
        Unreadable: it is beyond the bounds of what is read.
    """
    papers = _read(parts_of(raw), today, 0)
    offered = 0
    bounded: list[Paper] = []
    for paper in papers:
        offered += paper.is_offered
        is_beyond = paper.is_offered and offered > MOST_PAPERS
        bounded.append(_without(paper, Reason.TOO_MANY) if is_beyond else paper)
    return bounded


def _read(message: Message, today: date, depth: int) -> list[Paper]:
    level = _Level(message, depth)
    _walk(message, level, today)
    return [*level.papers, *_texts(level, today), *level.forwarded]


def _walk(part: Message, level: _Level, today: date) -> None:
    """Each leaf below a part becomes a paper or a text of the level."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        _forward(part, level, today)
    elif kind == "multipart/encrypted":
        level.papers.append(Paper(Found.ATTACHED, _name(part), 0, reason=Reason.ENCRYPTED))
    elif kind.startswith("message/"):
        reason = Reason.CLOUD_FILE if kind == "message/external-body" else Reason.NO_DOCUMENT
        level.papers.append(Paper(Found.ATTACHED, _name(part), 0, reason=reason))
    elif part.is_multipart():
        for inner in _inner(part):
            _walk(inner, level, today)
    else:
        _leaf(part, kind, level, today)


def _forward(part: Message, level: _Level, today: date) -> None:
    whole = next(iter(_inner(part)), None)
    if level.depth >= _MOST_DEPTH:
        level.papers.append(Paper(Found.ATTACHED, _name(part), 0, reason=Reason.TOO_DEEP))
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
        level.papers.append(_html_file(name, _text(part, content), level, today))
        return
    if (name or "").lower().endswith(".eml"):
        _forward_file(name, content, level, today)
        return
    if kind in _PKCS7:
        # RFC 8551, 3.2.2: what the envelope is stands in a parameter.
        is_signed = str(part.get_param("smime-type") or "").lower() == "signed-data"
        reason = Reason.OPAQUE_SIGNED if is_signed else Reason.ENCRYPTED
        level.papers.append(Paper(Found.ATTACHED, name, len(content), reason=reason))
        return
    is_shown = not is_attached and part.get_content_maintype() == "image"
    found = Found.INLINE if is_shown else Found.ATTACHED
    level.papers.extend(files_in(found, name, kind, content, is_shown=is_shown))


def _inner(part: Message) -> "list[Message]":
    """The parts of a part."""
    payload: object = part.get_payload()
    return [each for each in cast("list[object]", payload) if isinstance(each, Message)] if part.is_multipart() else []


def _forward_file(name: str | None, content: bytes, level: _Level, today: date) -> None:
    """A mail that is attached as a file."""
    if level.depth >= _MOST_DEPTH:
        level.papers.append(Paper(Found.ATTACHED, name, len(content), reason=Reason.TOO_DEEP))
        return
    try:
        level.forwarded.extend(_read(parts_of(content), today, level.depth + 1))
    except Unreadable:
        level.papers.append(Paper(Found.ATTACHED, name, len(content), reason=Reason.OTHER_TYPE))


def _html_file(name: str | None, html: str, level: _Level, today: date) -> Paper:
    """An HTML file that is attached: a document whose text is read."""
    text, size = text_of_html(html), len(html.encode("utf-8", "replace"))
    if not _is_receipt(text, today):
        return Paper(Found.ATTACHED, name, size, reason=Reason.OTHER_TYPE)
    printed = TextPaper(text, name, name_of_sender(level.message), _day(level.message))
    return Paper(Found.ATTACHED, name, size, printed=printed)


def _texts(level: _Level, today: date) -> Iterator[Paper]:
    """The text of a mail as a paper: where it is a receipt by itself, and no document came with it."""
    html = "\n".join(map(text_of_html, level.html))
    text = (html if html.strip() else "\n".join(level.plain))[:_MOST_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return
    subject, size = words(level.message, "subject"), len(text.encode("utf-8", "replace"))
    if any(paper.is_offered for paper in level.papers):
        yield Paper(Found.TEXT, subject, size, reason=Reason.BESIDE_DOCUMENT)
        return
    if "-----BEGIN PGP MESSAGE-----" in text:
        yield Paper(Found.TEXT, subject, size, reason=Reason.ENCRYPTED)
        return
    forwarded = unwrap(text)
    inner = forwarded.text if forwarded else text
    if not _is_receipt(inner, today):
        yield Paper(Found.TEXT, subject, size, reason=Reason.NO_TOTAL)
        return
    sender = decoded(forwarded.sender or "") if forwarded else name_of_sender(level.message)
    yield Paper(Found.TEXT, subject, size, printed=TextPaper(inner, subject, sender, _day(level.message)))


def _without(paper: Paper, reason: Reason) -> Paper:
    return Paper(paper.found, paper.name, paper.size, reason=reason)


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
    total = read_page(Page.of(Transcript.from_text(text[:_LONGEST_RECEIPT])), today=today).extraction.total
    return total.value is not None and any(reason.code == _LABELLED for reason in total.reasons)
