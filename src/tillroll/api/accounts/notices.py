"""What a person is told in the app: notices, newest first, how many are not read, and the marks of reading."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Query
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.paging import Paged
from tillroll.api.problems import INVALID_REQUEST, Problem
from tillroll.api.shapes import Shape
from tillroll.api.times import Moment
from tillroll.durable.registry import Registry
from tillroll.notifications.sentences import message_of
from tillroll.notifications.topics import path_of
from tillroll.platform.bindings.database import Row, Statement, integer, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import dump
from tillroll.platform.shape import Asked

_MOST_IDS = 100
# A place in the list is the time and the id: several notices can be of one moment.
_PAGE: Final = """
  SELECT n.id, n.run_id, n.subject, n.topic, n.about, t.created_at, t.read_at, t.created_at || ' ' || n.id AS place,
         r.kind, r.contract_version, r.state, r.status, r.next_safe_action, r.reason
  FROM notification_recipients t JOIN notifications n ON n.id = t.notification_id LEFT JOIN runs r ON r.id = n.run_id
  WHERE t.user_id = ?1 AND t.in_app = 1 AND (t.created_at, t.notification_id) < (?2, ?3)
    AND (?4 = 0 OR t.read_at IS NULL)
  ORDER BY t.created_at DESC, t.notification_id DESC LIMIT ?5
"""
_UNREAD: Final = """
  SELECT count(*) AS unread FROM notification_recipients WHERE user_id = ? AND in_app = 1 AND read_at IS NULL
"""
_READ_IDS: Final = """
  UPDATE notification_recipients SET read_at = ?2
  WHERE user_id = ?1 AND in_app = 1 AND read_at IS NULL AND notification_id IN (SELECT value FROM json_each(?3))
"""
_READ_UNTIL: Final = """
  UPDATE notification_recipients SET read_at = ?2
  WHERE user_id = ?1 AND in_app = 1 AND read_at IS NULL AND created_at <= ?3
"""

router = APIRouter(tags=["notices"])


class NoticeShape(Shape):
    """`message` is what its run says now, or the topic's sentence; `about` names what that is about, where it does not.
    `path` is the page it leads to. `read_at` is null until whoever is told has marked it."""

    id: str
    topic: str
    run_id: str | None
    subject: str
    message: str
    about: str
    path: str
    created_at: str
    read_at: str | None


class NoticePage(Shape):
    """`unread` counts all that are not read, on whichever page."""

    items: list[NoticeShape]
    unread: int
    next_cursor: str | None


class ReadRequest(Asked):
    """One of both."""

    ids: Annotated[list[str] | None, Field(max_length=_MOST_IDS, description="These notices")] = None
    until: Annotated[Moment | None, Field(description="All that were made then or before")] = None


class UnreadShape(Shape):
    unread: int


@router.get("/api/notices", openapi_extra=needs(Permission.READ))
async def list_notices(
    platform: PlatformHere,
    registry: Deployed,
    principal: Asking,
    page: Paged,
    is_unread: Annotated[bool, Query(alias="unread", description="Only those that are not read")] = False,
) -> NoticePage:
    """What whoever asks is told, newest first."""
    created_at, _, notice_id = page.behind.partition(" ")
    notices = statement(_PAGE, principal.user_id, created_at, notice_id, int(is_unread), page.wanted)
    rows, [counted] = await platform.database.batch([notices, statement(_UNREAD, principal.user_id)])
    shown, following = page.cut(rows, lambda row: text(row, "place"))
    items = [_shape(registry, row) for row in shown]
    return NoticePage(items=items, unread=integer(counted, "unread"), next_cursor=following)


@router.post("/api/notices/read", openapi_extra=needs(Permission.PERSONAL))
async def mark_read(
    platform: PlatformHere,
    principal: Asking,
    asked: Annotated[ReadRequest, Body(openapi_examples={"one": {"value": {"ids": ["run_…:expense.created"]}}})],
) -> UnreadShape:
    """Mark notices as read, for whoever asks. Ids of no notice of theirs change nothing."""
    if (asked.ids is None) == (asked.until is None):
        raise Problem(INVALID_REQUEST, "Give either `ids`, or `until`, the time of the newest notice that was seen.")
    now = to_text(platform.clock.now())
    update = _mark(principal.user_id, now, asked)
    _, [counted] = await platform.database.batch([update, statement(_UNREAD, principal.user_id)])
    return UnreadShape(unread=integer(counted, "unread"))


def _mark(user_id: str, now: str, asked: ReadRequest) -> Statement:
    if asked.until is not None:
        return statement(_READ_UNTIL, user_id, now, to_text(asked.until))
    return statement(_READ_IDS, user_id, now, dump([*(asked.ids or ())]))


def _shape(registry: Registry, row: Row) -> NoticeShape:
    topic, run_id, subject = text(row, "topic"), optional_text(row, "run_id"), text(row, "subject")
    return NoticeShape(
        id=text(row, "id"),
        topic=topic,
        run_id=run_id,
        subject=subject,
        message=message_of(registry, row),
        about=text(row, "about"),
        path=path_of(topic, subject, run_id),
        created_at=text(row, "created_at"),
        read_at=optional_text(row, "read_at"),
    )
