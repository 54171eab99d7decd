"""Lists in pages: opaque cursors, and Link headers (RFC 8288) for those who follow them."""

import base64
import binascii
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from tillroll.api.problems import INVALID_CURSOR, Problem

Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page has")]
Cursor = Annotated[str | None, Query(description="`nextCursor` of the page before")]

# Ids are ULIDs in ASCII: this sorts behind every one of them, so that a list without a cursor begins at the newest.
_BEHIND_ALL = "~"
# Of a number that the database still takes exactly.
_MOST_DIGITS = 15
INVALID_CURSOR_DETAIL = "Use `nextCursor` of the page before as it is, or leave `cursor` out."


def encode_cursor(last_id: str) -> str:
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> str:
    """The id behind which the page begins.

    Raises:
        Problem: 400, the cursor is not one of ours.
    """
    if cursor is None:
        return _BEHIND_ALL
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL) from error


def decode_number(cursor: str | None) -> int | None:
    """The same for lists whose ids are numbers; None without a cursor.

    Raises:
        Problem: 400, the cursor is not one of ours.
    """
    if cursor is None:
        return None
    number = decode_cursor(cursor)
    if not number.isdecimal() or len(number) > _MOST_DIGITS:
        raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL)
    return int(number)


def decode_place(cursor: str | None) -> tuple[int, int]:
    """The same for lists whose places are two numbers; before the first without a cursor.

    Raises:
        Problem: 400, the cursor is not one of ours.
    """
    if cursor is None:
        return 0, -1
    numbers = decode_cursor(cursor).split(":")
    if len(numbers) != 2 or not all(each.isdecimal() and len(each) <= _MOST_DIGITS for each in numbers):
        raise Problem(INVALID_CURSOR, "Use `nextCursor` of the page before as it is, or leave `cursor` out.")
    return int(numbers[0]), int(numbers[1])


def next_cursor(ids: list[str], limit: int) -> str | None:
    """The cursor of the next page, where `ids` (one more than `limit` was asked for) show that there is one."""
    return encode_cursor(ids[limit - 1]) if len(ids) > limit else None


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    if cursor is None:
        return
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    query.append(("cursor", cursor))
    response.headers["link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
