"""Routes of notices: the list, the marks of reading, and how whoever asks wants to be told."""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import Moment
from tillroll.api.problems import INVALID_REQUEST, INVALID_VALUES, Problem
from tillroll.durable.workflow import Registry
from tillroll.mail.addresses import reached
from tillroll.mail.endpoints import MailAddressShape, mail_address_shape
from tillroll.mail.settings import MailSettings
from tillroll.notifications.repository import Choice, choices_of, choose, mark_ids, mark_until, notices_of
from tillroll.notifications.service import message_of
from tillroll.notifications.topics import TOPICS, path_of
from tillroll.platform.bindings.database import Row, of_row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.models import Flag, Model, RequestBody
from tillroll.platform.services import Platform

_MOST_IDS = 100
router = APIRouter(tags=["notices"])


class Notice(Model):
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


class NoticePage(Model):
    """`unread` counts all that are not read, on whichever page."""

    items: list[Notice]
    unread: int
    next_cursor: str | None


class ReadRequest(RequestBody):
    """One of both."""

    ids: Annotated[list[str] | None, Field(max_length=_MOST_IDS, description="These notices")] = None
    until: Annotated[Moment | None, Field(description="All that were made then or before")] = None


class Unread(Model):
    unread: int


@router.get("/api/notices", openapi_extra=needs(Permission.READ))
async def list_notices(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    page: Paged,
    is_unread: Annotated[bool, Query(alias="unread", description="Only those that are not read")] = False,
) -> NoticePage:
    """What whoever asks is told, newest first."""
    rows, unread = await notices_of(platform.database, principal.user_id, page.behind, page.wanted, is_unread=is_unread)
    shown, following = page.cut(rows, lambda row: text(row, "place"))
    items = [_shape(registry, row) for row in shown]
    return NoticePage(items=items, unread=unread, next_cursor=following)


@router.post("/api/notices/read", openapi_extra=needs(Permission.PERSONAL))
async def mark_read(
    platform: PlatformHere,
    principal: Caller,
    asked: Annotated[ReadRequest, Body(openapi_examples={"one": {"value": {"ids": ["run_…:expense.created"]}}})],
) -> Unread:
    """Mark notices as read, for whoever asks. Ids of no notice of theirs change nothing."""
    if (asked.ids is None) == (asked.until is None):
        raise Problem(INVALID_REQUEST, "Give either `ids`, or `until`, the time of the newest notice that was seen.")
    now = to_text(platform.clock.now())
    if asked.until is not None:
        unread = await mark_until(platform.database, principal.user_id, now, to_text(asked.until))
    else:
        unread = await mark_ids(platform.database, principal.user_id, now, asked.ids or ())
    return Unread(unread=unread)


def _shape(registry: Registry, row: Row) -> Notice:
    topic, run_id, subject = text(row, "topic"), optional_text(row, "run_id"), text(row, "subject")
    return of_row(
        Notice,
        row,
        topic=topic,
        run_id=run_id,
        subject=subject,
        message=message_of(registry, row),
        path=path_of(topic, subject, run_id),
    )


class ChoiceShape(Model):
    """How whoever asks is told of a topic; `title` says what happened. `is_own`: they chose it;
    `may_mail`: it can be told by mail."""

    topic: str
    title: str
    in_app: bool
    by_mail: bool
    is_own: bool
    may_mail: bool


class ChoiceList(Model):
    items: list[ChoiceShape]
    mail: MailAddressShape


class ChoiceRequest(RequestBody):
    topic: Annotated[str, Field(description="One that `GET /api/notices/choices` names")]
    in_app: Annotated[Flag, Field(description="Among the notices of the page")]
    by_mail: Annotated[Flag, Field(description="To the confirmed address, if there is one")]


@router.get("/api/notices/choices", openapi_extra=needs(Permission.READ))
async def list_choices(platform: PlatformHere, principal: Caller) -> ChoiceList:
    """How whoever asks is told of each topic, and where mail goes."""
    return await _list(platform, principal.user_id)


@router.put("/api/notices/choices", openapi_extra=needs(Permission.PERSONAL))
async def change_choice(
    platform: PlatformHere,
    principal: Caller,
    asked: Annotated[
        ChoiceRequest,
        Body(openapi_examples={"mail only": {"value": {"topic": "run.failed", "inApp": False, "byMail": True}}}),
    ],
) -> ChoiceList:
    """Choose how to be told of a topic, from now on. Whoever wants mail alone, and has no confirmed address, is told in
    the app."""
    topic = TOPICS.get(asked.topic)
    if topic is None:
        message = f"There is no such topic. There are: {', '.join(TOPICS)}."
        raise Problem(INVALID_VALUES, "Correct what `errors` names.", errors=[{"field": "topic", "message": message}])
    if asked.by_mail and not topic.may_mail:
        message = "This is not told by mail: mail is what has failed."
        raise Problem(INVALID_VALUES, "Correct what `errors` names.", errors=[{"field": "byMail", "message": message}])
    choice = Choice(topic, asked.in_app, asked.by_mail, is_own=True)
    await choose(platform, principal.account_id, principal.user_id, choice, principal.actor)
    return await _list(platform, principal.user_id)


async def _list(platform: Platform, user_id: str) -> ChoiceList:
    choices = await choices_of(platform.database, user_id)
    return ChoiceList(
        items=[
            ChoiceShape(
                topic=each.topic.name,
                title=each.topic.title,
                in_app=each.in_app,
                by_mail=each.by_mail,
                is_own=each.is_own,
                may_mail=each.topic.may_mail,
            )
            for each in choices
        ],
        mail=mail_address_shape(
            await reached(platform.database, user_id), is_offered=platform.settings.of(MailSettings).sends
        ),
    )
