"""What an account is told in the app: notices, newest first, how many nobody has read, and the marks of reading."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Query
from pydantic import Field

from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.paging import Paged
from tillroll.api.problems import INVALID_REQUEST, Problem
from tillroll.api.shapes import Shape
from tillroll.api.times import Moment
from tillroll.durable.registry import Registry
from tillroll.platform.bindings.database import Row, Statement, integer, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import dump
from tillroll.platform.shape import Asked

_MOST_IDS = 100
# A place in the list is the time and the id: several notices can be of one moment.
_PAGE: Final = """
  SELECT n.id, n.run_id, n.topic, n.created_at, n.read_at, n.created_at || ' ' || n.id AS place,
         r.kind, r.contract_version, r.state, r.status, r.next_safe_action, r.reason
  FROM notices n JOIN runs r ON r.id = n.run_id
  WHERE n.account_id = ?1 AND (n.created_at, n.id) < (?2, ?3) AND (?4 = 0 OR n.read_at IS NULL)
  ORDER BY n.created_at DESC, n.id DESC LIMIT ?5
"""
_UNREAD: Final = "SELECT count(*) AS unread FROM notices WHERE account_id = ? AND read_at IS NULL"
_READ_IDS: Final = """
  UPDATE notices SET read_at = ?2
  WHERE account_id = ?1 AND read_at IS NULL AND id IN (SELECT value FROM json_each(?3))
"""
_READ_UNTIL: Final = """
  UPDATE notices SET read_at = ?2 WHERE account_id = ?1 AND read_at IS NULL AND created_at <= ?3
"""

router = APIRouter(tags=["notices"])


class NoticeShape(Shape):
    """`message` is what its run says now. `read_at` is null until somebody of the account has marked it."""

    id: str
    topic: str
    run_id: str
    message: str
    created_at: str
    read_at: str | None


class NoticePage(Shape):
    """`unread` counts all that nobody has read, on whichever page."""

    items: list[NoticeShape]
    unread: int
    next_cursor: str | None


class ReadRequest(Asked):
    """One of both."""

    ids: Annotated[list[str] | None, Field(max_length=_MOST_IDS, description="These notices")] = None
    until: Annotated[Moment | None, Field(description="All that were made then or before")] = None


class UnreadShape(Shape):
    unread: int


@router.get("/api/notices")
async def list_notices(
    platform: PlatformHere,
    registry: Deployed,
    principal: Asking,
    page: Paged,
    is_unread: Annotated[bool, Query(alias="unread", description="Only those that nobody has read")] = False,
) -> NoticePage:
    """The account's notices, newest first."""
    created_at, _, notice_id = page.behind.partition(" ")
    notices = statement(_PAGE, principal.account_id, created_at, notice_id, int(is_unread), page.wanted)
    rows, [counted] = await platform.database.batch([notices, statement(_UNREAD, principal.account_id)])
    shown, following = page.cut(rows, lambda row: text(row, "place"))
    items = [_shape(registry, row) for row in shown]
    return NoticePage(items=items, unread=integer(counted, "unread"), next_cursor=following)


@router.post("/api/notices/read")
async def mark_read(
    platform: PlatformHere,
    principal: Asking,
    asked: Annotated[ReadRequest, Body(openapi_examples={"one": {"value": {"ids": ["run_…:expense.created"]}}})],
) -> UnreadShape:
    """Mark notices as read, for everybody of the account. Ids of no notice here change nothing."""
    if (asked.ids is None) == (asked.until is None):
        raise Problem(INVALID_REQUEST, "Give either `ids`, or `until`, the time of the newest notice that was seen.")
    now = to_text(platform.clock.now())
    update = _mark(principal.account_id, now, asked)
    _, [counted] = await platform.database.batch([update, statement(_UNREAD, principal.account_id)])
    return UnreadShape(unread=integer(counted, "unread"))


def _mark(account_id: str, now: str, asked: ReadRequest) -> Statement:
    if asked.until is not None:
        return statement(_READ_UNTIL, account_id, now, to_text(asked.until))
    return statement(_READ_IDS, account_id, now, dump([*(asked.ids or ())]))


def _shape(registry: Registry, row: Row) -> NoticeShape:
    kind = text(row, "kind")
    contract = registry.contract_of(kind, integer(row, "contract_version"))
    state = contract.shown_state(text(row, "state"), text(row, "status"), text(row, "next_safe_action"))
    return NoticeShape(
        id=text(row, "id"),
        topic=text(row, "topic"),
        run_id=text(row, "run_id"),
        message=registry.message_for(kind, state.says, optional_text(row, "reason")),
        created_at=text(row, "created_at"),
        read_at=optional_text(row, "read_at"),
    )
