"""Lists in pages: opaque cursors, and Link headers (RFC 8288) for those who follow them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from tillroll.api.problems import INVALID_CURSOR, Problem
from tillroll_durable.platform import base64url
from tillroll_durable.platform.models import Page

Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page has")]
_Row = TypeVar("_Row")

# Ids are ULIDs in ASCII: this sorts behind every one of them, so that a list without a cursor
# begins at the newest.
BEHIND_ALL = "~"
# Of a number that the database still takes exactly.
_MOST_DIGITS = 15
INVALID_CURSOR_DETAIL = "Use `nextCursor` of the page before as it is, or leave `cursor` out."


def encode_cursor(last_id: str) -> str:
    return base64url.encoded(last_id.encode())


def decode_cursor(cursor: str | None) -> str:
    """Read the id after which the page begins."""
    if cursor is None:
        return BEHIND_ALL
    try:
        return base64url.decoded(cursor).decode("ascii")
    except ValueError as error:
        raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL) from error


def decode_number(cursor: str | None) -> int | None:
    """Read the number after which the page begins; None without a cursor."""
    if cursor is None:
        return None
    return number_in(decode_cursor(cursor))


def number_in(text: str) -> int:
    """The number that a part of a cursor is. Raises Problem: it is none."""
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL)
    return int(text)


def decode_place(cursor: str | None) -> tuple[int, int]:
    """Read the two numbers of a place; without a cursor the place before the first."""
    if cursor is None:
        return 0, -1
    numbers = decode_cursor(cursor).split(":")
    if len(numbers) != 2 or not all(
        each.isdecimal() and len(each) <= _MOST_DIGITS for each in numbers
    ):
        raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL)
    return int(numbers[0]), int(numbers[1])


def first_of(
    rows: Sequence[_Row], limit: int, place_of: Callable[[_Row], str]
) -> tuple[list[_Row], str | None]:
    """The first `limit` of the rows, and the cursor of those behind them; None where there are
    none.
    """
    last = rows[limit - 1] if len(rows) > limit else None
    return [*rows[:limit]], None if last is None else encode_cursor(place_of(last))


def _id_of(row: Any) -> str:
    return row.id


@dataclass(frozen=True)
class PageRequest:
    """The page that is asked for. Who finds out that another one follows, sets the answer's Link
    header by it.
    """

    request: Request
    response: Response
    limit: int
    cursor: str | None

    @property
    def fetch_limit(self) -> int:
        """How many rows to look for: one more than the page has shows that another page follows."""
        return self.limit + 1

    @property
    def after(self) -> str:
        """The id after which the page begins; of the first page, what sorts behind all."""
        return decode_cursor(self.cursor)

    def cut(
        self, rows: Sequence[_Row], place_of: Callable[[_Row], str]
    ) -> tuple[list[_Row], str | None]:
        """The page's rows of up to `fetch_limit` ones, and the cursor of the next page; None on the
        last one.
        """
        items, following = first_of(rows, self.limit, place_of)
        return items, self.link(following)

    def of(self, rows: Sequence[_Row], place_of: Callable[[_Row], str] = _id_of) -> Page[_Row]:
        """The page of up to `fetch_limit` models; its cursor names the last one, by `place_of`
        it.
        """
        items, following = self.cut(rows, place_of)
        return Page(items=items, next_cursor=following)

    def lead(self, place: str | None) -> str | None:
        """The cursor of the page behind a place, which the Link header names too; None where there
        is none.
        """
        return self.link(None if place is None else encode_cursor(place))

    def link(self, cursor: str | None) -> str | None:
        """Give the link to the page of this cursor; None without a cursor."""
        if cursor is not None:
            query = [
                (name, value)
                for name, value in self.request.query_params.multi_items()
                if name != "cursor"
            ]
            query.append(("cursor", cursor))
            self.response.headers["link"] = (
                f'<{self.request.url.path}?{urlencode(query)}>; rel="next"'
            )
        return cursor


async def paged(
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(description="`nextCursor` of the page before")] = None,
) -> PageRequest:
    """What every list is asked by."""
    return PageRequest(request, response, limit=limit, cursor=cursor)


Paged = Annotated[PageRequest, Depends(paged)]
