"""The headers of a mail, whether its sender is proven (RFC 8601), and its tree of parts, within
bounds that are checked before the parser sees them.

Email Routing writes one Authentication-Results with the id mx.cloudflare.net above what the sender
sent: `dkim` with `header.d`, `dmarc` with `header.from`, and `spf` with `smtp.mailfrom`. Whatever
stands below it, or bears another id, anybody can have written. Read in November 2026 in mail that
others had received and published; never received by us.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesFeedParser, BytesHeaderParser
from email.policy import Compat32
from email.utils import parsedate_to_datetime
from enum import Enum, StrEnum
from typing import Final

from tillroll.received_mail.models import LONGEST_LINE

LONGEST_HEADER: Final = 8 * 1024
"""Characters of a header that is read: a longer one is taken for an empty one. The parsers of the
standard library take the square of that time, and some more.
"""


class _AsTheyStand(Compat32):
    """Headers as texts, whatever bytes they have; those that are no ASCII are kept, for `decoded`.
    The newer policies parse headers, and raise in some that are broken. What is longer than is read
    is bounded here, before anything looks at it: the parser of the parts reads parameters itself.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        has_parameters = name[:8].lower() == "content-"
        if len(value) > LONGEST_HEADER or (has_parameters and value.count(";") > 64):
            return name, ""
        return name, value

    def header_fetch_parse(self, name: str, value: str) -> str:
        del name
        return value


POLICY: Final = _AsTheyStand()
LONGEST_HEAD: Final = 256 * 1024
"""Bytes of the headers of a mail that is read."""

_LONGEST_ADDRESS: Final = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_ADDRESS: Final = re.compile(
    r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"]+\.[^\s@<>()\[\]\\,;:\".]{2,}"
)
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
# Of a subject or a name, before it is decoded: LONGEST_LINE characters in encoded words need less.
_LONGEST_ENCODED: Final = 2_000
# Precedence has no standard; these are the words that mailing lists and machines use.
_MACHINES: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_OF_MACHINES: Final = (
    "list-id",
    "list-unsubscribe",
    "x-autoreply",
    "x-autorespond",
    "x-auto-response-suppress",
)

# Possessive: nothing is tried twice, so the time grows with the length and no faster.
_NEXT: Final = re.compile(r'\\.|["()]|[^"()\\]++|\\', re.DOTALL)


class NoSender(Exception):
    """The mail names no sender, or more than one."""


def head_of(raw: bytes) -> Message:
    """The headers alone, of a mail that may be too large to be read; without those behind
    `LONGEST_HEAD`.
    """
    return BytesHeaderParser(policy=POLICY).parsebytes(raw[:LONGEST_HEAD])


def body_of(raw: bytes) -> bytes:
    """What follows the headers: the same however often, and by whichever way, a mail comes."""
    end = _END_OF_HEAD.search(raw)
    if end:
        return raw[end.end() :]
    return b""


def values(message: Message, name: str) -> Sequence[str]:
    """All headers of a name, from the top, each on one line; not decoded."""
    return [" ".join(str(value).split()) for value in message.get_all(name, [])]


def words(message: Message, name: str, longest: int = LONGEST_LINE) -> str | None:
    """A header's words, decoded (RFC 2047) and printable; None where there is none."""
    header_values = values(message, name)
    if header_values:
        return decoded(header_values[0], longest)
    return None


def decoded(value: str, longest: int = LONGEST_LINE) -> str | None:
    """Words as they are read, whatever encoding they claim; None where nothing is left of them."""
    value = value[:_LONGEST_ENCODED]
    try:
        text = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        text = value
    text = _of_bytes(text)
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return (line if len(line) <= longest else f"{line[: longest - 1]}…") or None


def _of_bytes(text: str) -> str:
    """Bytes that stood in a header as they are, which RFC 6532 allows in UTF-8 and programs send in
    others.
    """
    content = text.encode("utf-8", "surrogateescape")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def sender_of(message: Message) -> str:
    """The one address in From, in lower case. Raises NoSender."""
    header_values = values(message, "from")
    address = _only_address(header_values[0]) if len(header_values) == 1 else None
    if address is None:
        raise NoSender("the mail must name one sender in From")
    return address


def name_of_sender(message: Message) -> str | None:
    """What the sender calls themselves."""
    header_values = values(message, "from")
    if header_values:
        name = header_values[0].rpartition("<")[0].strip().strip('"')
    else:
        name = ""
    if name:
        return decoded(name)
    return None


def message_id_of(message: Message) -> str:
    """The Message-ID without its brackets; empty where there is none, or none of a bounded
    length.
    """
    header_values = values(message, "message-id")
    id_ = header_values[0].strip("<> ") if header_values else ""
    if len(id_) <= 250 and id_.isprintable():
        return id_
    return ""


def date_of(message: Message) -> datetime | None:
    """When the sender says that they sent it, in UTC."""
    header_values = values(message, "date")
    try:
        date = parsedate_to_datetime(header_values[0]) if header_values else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if date is None:
        return None
    try:
        if date.tzinfo is None:
            return date.replace(tzinfo=UTC)
        return date.astimezone(UTC)
    except OverflowError:
        return None


def is_automatic(message: Message) -> bool:
    """Whether a machine, a list or an absence notice wrote it: an answer could go round in circles
    (RFC 3834).
    """
    submitted = [
        value.partition(";")[0].strip().lower() for value in values(message, "auto-submitted")
    ]
    if any(value != "no" for value in submitted):
        return True
    if any(value.lower() in _MACHINES for value in values(message, "precedence")):
        return True
    is_bounce = any(not value.strip("<> ") for value in values(message, "return-path"))
    is_report = is_bounce or message.get_content_type() == "multipart/report"
    return is_report or any(message.get(name) is not None for name in _OF_MACHINES)


def _only_address(value: str) -> str | None:
    """The address in a From of one sender. What stands in quotes or comments is no address,
    whatever it looks like.
    """
    try:
        plain = "".join(piece.text for piece in pieces(value) if piece.kind is Kind.PLAIN)
    except Malformed:
        return None
    if plain.count("<") > 1:
        return None
    before, opened, rest = plain.partition("<")
    inner, _, rest_of_text = rest.partition(">")
    if opened and (rest_of_text.strip() or any(mark in before for mark in ",;:@")):
        return None
    address = (inner if opened else plain).strip()
    if (
        len(address) > _LONGEST_ADDRESS
        or not address.isprintable()
        or not _ADDRESS.fullmatch(address)
    ):
        return None
    return address.casefold()


class Malformed(Exception):
    """A quoted string or a comment has no end, comments are nested too deeply, or what is said
    contradicts itself.
    """


class Kind(Enum):
    PLAIN = "plain"
    QUOTED = "quoted"


@dataclass(frozen=True)
class Piece:
    """A part of a header outside of comments, in order. A quoted one is without its quotes and
    backslashes.
    """

    kind: Kind
    text: str


def pieces(value: str) -> list[Piece]:
    """The parts of a header, in order. Raises Malformed."""
    parts: list[Piece] = []
    quoted: list[str] | None = None
    depth = 0
    for match in _NEXT.finditer(value):
        sign = match[0]
        if quoted is not None:
            if sign == '"':
                parts.append(Piece(Kind.QUOTED, "".join(quoted)))
                quoted = None
            else:
                quoted.append(sign.removeprefix("\\"))
        elif sign == "(":
            depth += 1
            if depth > 10:
                raise Malformed("comments are nested too deeply")
        elif depth:
            depth -= sign == ")"
            if not depth:
                parts.append(Piece(Kind.PLAIN, " "))  # a comment stands for a blank
        elif sign == '"':
            quoted = []
        else:
            parts.append(Piece(Kind.PLAIN, sign))
    if quoted is not None or depth:
        raise Malformed("a quoted string or a comment has no end")
    return parts


MOST_BYTES: Final = 14 * 1024 * 1024
"""A mail may have so many bytes: files of 10 MB together, as mail encodes them. Reading one takes
four times its memory, itself included."""

_PIECE: Final = 64 * 1024
_NESTING: Final = re.compile(rb"content-type:\s*(?:multipart|message)/", re.IGNORECASE)


class Unreadable(Exception):
    """The mail is not read; the message says why, for its sender."""


def parts_of(raw: bytes) -> Message:
    """The root of a mail's parts. Raises Unreadable: it is larger, or has more parts, than is
    read.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable(
            f"the mail has more than {MOST_BYTES // 1024 // 1024} MB; send the files in several "
            "mails"
        )
    if not _END_OF_HEAD.search(raw, 0, LONGEST_HEAD):
        raise Unreadable("the mail's headers do not end")
    if raw.count(b"\n--") > 2_000 or len(_NESTING.findall(raw)) > 100:
        raise Unreadable("the mail has more parts than are read; send the files in several mails")
    if raw.count(b"\n") > 400_000:
        raise Unreadable("the mail has more lines than are read; send the files in several mails")
    try:
        parser = BytesFeedParser(policy=POLICY)
        # as a whole it would be copied in four bytes a character
        for place in range(0, len(raw), _PIECE):
            parser.feed(raw[place : place + _PIECE])
        return parser.close()
    except (MessageError, RecursionError, ValueError) as error:
        raise Unreadable(
            "the mail is broken; send it again, or send the files in another mail"
        ) from error


CLOUDFLARE: Final = "mx.cloudflare.net"
_SEPARATORS: Final = re.compile(r";|\s++|[^;\s]++")


class Verdict(StrEnum):
    """`FAILED`: the receiving server says that the domain did not send it."""

    AUTHENTICATED = "authenticated"
    UNAUTHENTICATED = "unauthenticated"
    FAILED = "failed"


@dataclass(frozen=True)
class _Result:
    method: str
    result: str
    properties: Mapping[str, str]


def verdict_on(message: Message, sender: str) -> Verdict:
    """What is proven of a sender's address. DMARC decides (RFC 9091 and 7489: it looks at From);
    where the domain has no such policy, a signature (DKIM) or an envelope (SPF) of the very domain
    proves it as well.
    """
    domain = sender.rpartition("@")[2]
    results = _topmost(message)
    decided = [each for each in results if each.method == "dmarc"]
    if any(each.result == "fail" for each in decided):
        return Verdict.FAILED
    if any(_is_of(each, domain) for each in results):
        return Verdict.AUTHENTICATED
    return Verdict.UNAUTHENTICATED


def _topmost(message: Message) -> Sequence[_Result]:
    """The results of the first header that has Cloudflare's id: what stands below it may be the
    sender's.
    """
    for value in values(message, "authentication-results"):
        try:
            id_, *sections = _sections(value)
            if not id_:
                return []
            if id_[0] == CLOUDFLARE:
                return [each for each in map(_result_of, sections) if each is not None]
        except Malformed:
            return []
    return []


def _sections(value: str) -> list[list[str]]:
    """What stands between semicolons, as words; in quotes neither a semicolon nor a blank parts
    anything. Raises Malformed.
    """
    sections: list[list[str]] = [[]]
    is_open = False
    for piece in pieces(value):
        if piece.kind is Kind.QUOTED:
            parts = [piece.text]
        else:
            parts = _SEPARATORS.findall(piece.text)
        for part in parts:
            if piece.kind is Kind.PLAIN and part == ";":
                sections.append([])
                is_open = False
            elif piece.kind is Kind.PLAIN and part.isspace():
                is_open = False
            elif is_open:
                sections[-1][-1] += part
            else:
                sections[-1].append(part)
                is_open = True
    return sections


def _result_of(words: list[str]) -> _Result | None:
    """`dkim=pass reason="…" header.d=example.com`, with blanks anywhere. Raises Malformed: it
    contradicts itself.
    """
    results: dict[str, str] = {}
    name = ""
    for word in words:
        if name.endswith("="):  # what the name was waiting for
            name = name[:-1]
            value = word
        else:
            before, mark, value = word.partition("=")
            name += before
            if not mark:
                continue
            if not value:
                name += "="
                continue
        key = name.lower()
        if results.setdefault(key, value.lower()) != value.lower():
            raise Malformed(f"{key} is said twice")
        name = ""
    if not results:
        return None
    (method, result), *properties = results.items()
    return _Result(method.partition("/")[0], result, dict(properties))


def _is_of(each: _Result, domain: str) -> bool:
    match each.method:
        case "dmarc":
            proven = each.properties.get("header.from", "")
        case "dkim":
            proven = each.properties.get("header.d", "")
        case "spf":
            proven = each.properties.get("smtp.mailfrom", "").rpartition("@")[2]
        case _:
            return False
    # No domain above or below From's is taken: without a list of public suffixes, it may be
    # another's.
    return each.result == "pass" and proven != "" and proven.rstrip(".") == domain
