"""A mail as a tree of parts, within bounds that are checked before the parser sees it: its memory grows with the number
of parts, and its stack with their depth, whatever the mail's size."""

import re
from email.errors import MessageError
from email.message import Message
from email.parser import BytesFeedParser
from typing import Final

from tillroll.mime.headers import LONGEST_HEAD, POLICY

MOST_BYTES: Final = 14 * 1024 * 1024
"""Of a mail: files of 10 MB together, as mail encodes them. Reading one takes four times its
memory, itself included."""

_MOST_LINES: Final = 400_000
_MOST_BOUNDARIES: Final = 2_000
_MOST_NESTED: Final = 100
_PIECE: Final = 64 * 1024
_NESTING: Final = re.compile(rb"content-type:\s*(?:multipart|message)/", re.IGNORECASE)
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")


class Unreadable(Exception):
    """The mail is not read; the message says why, for its sender."""


def parts_of(raw: bytes) -> Message:
    """The root of a mail's parts.

    Raises:
        Unreadable: it is larger, or has more parts, than is read.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"the mail has more than {MOST_BYTES // 1024 // 1024} MB; send the files in several mails")
    if not _END_OF_HEAD.search(raw, 0, LONGEST_HEAD):
        raise Unreadable("the mail's headers do not end")
    if raw.count(b"\n--") > _MOST_BOUNDARIES or len(_NESTING.findall(raw)) > _MOST_NESTED:
        raise Unreadable("the mail has more parts than are read; send the files in several mails")
    if raw.count(b"\n") > _MOST_LINES:
        raise Unreadable("the mail has more lines than are read; send the files in several mails")
    try:
        parser = BytesFeedParser(policy=POLICY)
        for place in range(0, len(raw), _PIECE):  # as a whole it would be copied in four bytes a character
            parser.feed(raw[place : place + _PIECE])
        return parser.close()
    except (MessageError, RecursionError, ValueError) as error:
        raise Unreadable("the mail is broken; send it again, or send the files in another mail") from error
