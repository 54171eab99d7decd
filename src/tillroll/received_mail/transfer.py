"""How the bytes of a part travelled: base64, quoted-printable and uuencode, also where a program
wrote them loosely. Lines of text that were broken on their way (RFC 3676). Pure."""

import binascii
import re
from dataclasses import dataclass
from typing import Final

_NO_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_COMMENT: Final = re.compile(r"\([^()]{0,200}\)")
_UUENCODE: Final = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def encoding_of(header: str) -> str:
    """The encoding that a Content-Transfer-Encoding names, in lower case: neither comments nor
    what stands behind a semicolon belong to it."""
    words = _COMMENT.sub(" ", header[:500]).partition(";")[0].split()
    if not words:
        return ""
    return words[0].strip("\"'").lower()


def content_of(payload: bytes, encoding: str) -> bytes:
    """The bytes of a part that came as `payload`. What is not encoded as it says is taken as it
    stands."""
    if encoding == "base64":
        return from_base64(payload)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(payload)
    if encoding in _UUENCODE:
        files = uuencoded(payload.decode("ascii", "replace")).files
        if files and files[0].content is not None:
            return files[0].content
    return payload


def from_base64(payload: bytes) -> bytes:
    """All that can be decoded: mail is cut off on its way, and some programs write lines behind a
    file."""
    try:
        return binascii.a2b_base64(payload)
    except ValueError:
        signs = _NO_BASE64.sub(b"", payload)
    whole = len(signs) - (len(signs) % 4 == 1)
    return binascii.a2b_base64(signs[:whole] + b"===")


@dataclass(frozen=True)
class EncodedFile:
    """A file within a text. `content` is None where it has no end, or lines that are no part of
    one."""

    name: str
    content: bytes | None


@dataclass(frozen=True)
class Uuencoded:
    """`text` without the files that stood in it."""

    text: str
    files: list[EncodedFile]


_BEGIN: Final = re.compile(r"begin [0-7]{3,4} (\S[^\r\n]{0,200})\s*")
_ENDS: Final = frozenset({"", "`", " "})
_MOST_FILES: Final = 50


def uuencoded(text: str) -> Uuencoded:
    """The files that a text has between `begin` and `end` (POSIX, uuencode): old programs send
    them so, without MIME. A line of prose that begins so is none: lines of data follow a true
    one."""
    if "begin " not in text:
        return Uuencoded(text, [])
    lines = text.splitlines()
    rest: list[str] = []
    files: list[EncodedFile] = []
    place = 0
    while place < len(lines):
        begin = _BEGIN.fullmatch(lines[place])
        is_file = begin is not None and place + 1 < len(lines) and _is_data(lines[place + 1])
        if begin is None or not is_file or len(files) == _MOST_FILES:
            rest.append(lines[place])
            place += 1
            continue
        content, place = _file_at(lines, place + 1)
        files.append(EncodedFile(begin[1].strip(), content))
    if not files:
        return Uuencoded(text, [])
    return Uuencoded("\n".join(rest), files)


def _is_data(line: str) -> bool:
    """Whether a line says by its first sign how many bytes its others stand for."""
    if not line or not " " <= line[0] <= "`":
        return False
    count = (ord(line[0]) - 32) & 63
    signs = -(-count // 3) * 4
    return (
        count > 0
        and signs - 3 <= len(line) - 1 <= signs + 2
        and all(" " <= sign <= "`" for sign in line)
    )


def _file_at(lines: list[str], place: int) -> tuple[bytes | None, int]:
    """The bytes of the lines from `place` on, and the place behind its `end`."""
    pieces: list[bytes] = []
    while place < len(lines) and _is_data(lines[place]):
        pieces.append(_bytes_of(lines[place]))
        place += 1
    if place < len(lines) and lines[place].strip() in _ENDS:
        place += 1
        if place < len(lines) and lines[place].strip() == "end":
            return b"".join(pieces), place + 1
    elif place < len(lines) and lines[place].strip() == "end":
        return b"".join(pieces), place + 1
    elif place < len(lines) and place + 1 == len(lines):
        place += 1  # the line at which it was cut
    return None, place


def _bytes_of(line: str) -> bytes:
    """The bytes of one line. Blanks at its end may have been lost."""
    count = (ord(line[0]) - 32) & 63
    signs = -(-count // 3) * 4
    padded = f"{line[: signs + 1]:<{signs + 1}}"
    return binascii.a2b_uu(padded)


def unfolded(text: str, *, deletes_space: bool) -> str:
    """Lines as they were before they were broken for travelling (RFC 3676, section 4.2).
    `deletes_space` is DelSp."""
    paragraphs: list[str] = []
    is_open = False
    depth = 0
    for line in text.replace("\r\n", "\n").split("\n"):
        quotes = len(line) - len(line.lstrip(">"))
        content = line[quotes:].removeprefix(" ")
        is_signature = content == "-- "
        is_flowed = content.endswith(" ") and not is_signature
        if is_flowed and deletes_space:
            content = content[:-1]
        if is_open and quotes == depth and not is_signature:
            paragraphs[-1] += content
        elif quotes:
            paragraphs.append(f"{'>' * quotes} {content}")
        else:
            paragraphs.append(content)
        is_open = is_flowed
        depth = quotes
    return "\n".join(paragraphs)
