"""Routes of notices: the list, the marks of reading, how the caller wants to be told, and bounces
of mail.
"""

from typing import Annotated, Any

from fastapi import Body, Query, Request
from pydantic import Field
from standardwebhooks import Webhook, WebhookVerificationError

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import Moment
from tillroll.api.problems import INVALID_SIGNATURE, Problem
from tillroll.api.routing import Router
from tillroll.mail.addresses import MailAddress, UnusableValue, find_address
from tillroll.mail.provider import MailSettings
from tillroll.mail.service import NoMail, language_of, take_mail_event
from tillroll.notifications import service
from tillroll.notifications.channels import notify_of_bounce
from tillroll.notifications.service import Notice, NoticeChoice, Unread
from tillroll.notifications.topics import TOPICS
from tillroll_durable.platform import log
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.models import Flag, Model, RequestBody
from tillroll_durable.platform.refusals import INVALID_REQUEST
from tillroll_durable.platform.services import Platform

_MOST_IDS = 100
router = Router(tags=["notices"])
bounces = Router(tags=["mail"])


class Notices(Model):
    """`unread` counts all that are not read, on whichever page; `needs_you` those of them that need
    the caller.
    """

    items: list[Notice]
    unread: int
    needs_you: int
    next_cursor: str | None


class ReadRequest(RequestBody):
    """One of both."""

    ids: Annotated[list[str] | None, Field(max_length=_MOST_IDS, description="These notices")] = (
        None
    )
    until: Annotated[Moment | None, Field(description="All that were made then or before")] = None


class NoticeChoices(Model):
    """`language` is what mail and messages to the caller are written in: en or de. Null is English:
    not chosen.
    """

    items: list[NoticeChoice]
    mail: MailAddress
    language: str | None


class ChoiceRequest(RequestBody):
    topic: Annotated[str, Field(description="One that `GET /api/notices/choices` names")]
    in_app: Annotated[Flag, Field(description="Among the notices of the page")]
    by_mail: Annotated[Flag, Field(description="To the confirmed address, if there is one")]


class TakenMailEvent(Model):
    """What the event led to: stopped, known (it came before), ignored, or unknown (of no mail of
    ours).
    """

    taken: str


@router.get("/api/notices", openapi_extra=needs(Permission.OWN))
async def list_notices(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    page: Paged,
    is_unread: Annotated[
        bool, Query(alias="unread", description="Only those that are not read")
    ] = False,
) -> Notices:
    """List the caller's notices, newest first."""
    notices, unread = await service.list_notices(
        platform,
        registry,
        user_id=principal.user_id,
        sight=principal.sight,
        place=page.after,
        limit=page.fetch_limit,
        is_unread=is_unread,
    )
    items, following = page.cut(notices, service.place_of)
    return Notices(
        items=items, unread=unread.unread, needs_you=unread.needs_you, next_cursor=following
    )


@router.post("/api/notices/read", openapi_extra=needs(Permission.PERSONAL))
async def mark_notices_read(
    platform: PlatformHere,
    principal: Caller,
    body: Annotated[
        ReadRequest, Body(openapi_examples={"one": {"value": {"ids": ["run_…:expense.created"]}}})
    ],
) -> Unread:
    """Mark notices as read, for the caller. Ids of no notice of theirs change nothing."""
    if (body.ids is None) == (body.until is None):
        raise Problem(
            INVALID_REQUEST,
            "Give either `ids`, or `until`, the time of the newest notice that was seen.",
        )
    if body.until is not None:
        return await service.mark_until(platform, principal.user_id, to_text(body.until))
    return await service.mark_ids(platform, principal.user_id, body.ids or ())


@router.get("/api/notices/choices", openapi_extra=needs(Permission.OWN))
async def list_notice_choices(platform: PlatformHere, principal: Caller) -> NoticeChoices:
    """List how the caller gets notices of each topic, and where mail goes."""
    return await load_choices(platform, principal.user_id)


@router.put("/api/notices/choices", openapi_extra=needs(Permission.PERSONAL))
async def change_notice_choice(
    platform: PlatformHere,
    principal: Caller,
    body: Annotated[
        ChoiceRequest,
        Body(
            openapi_examples={
                "mail only": {"value": {"topic": "run.failed", "inApp": False, "byMail": True}}
            }
        ),
    ],
) -> NoticeChoices:
    """Choose how the caller gets notices of a topic, from now on. People who want mail alone, and
    have no confirmed address, get them in the app.
    """
    topic = TOPICS.get(body.topic)
    if topic is None:
        raise UnusableValue("topic", f"There is no such topic. There are: {', '.join(TOPICS)}.")
    if body.by_mail and not topic.may_mail:
        raise UnusableValue("byMail", "This is not told by mail: mail is what has failed.")
    await service.choose(
        platform,
        principal.account_id,
        user_id=principal.user_id,
        topic=topic.name,
        actor=principal.actor,
        in_app=body.in_app,
        by_mail=body.by_mail,
    )
    return await load_choices(platform, principal.user_id)


async def load_choices(platform: Platform, user_id: str) -> NoticeChoices:
    """Load the channels by which a person gets notices."""
    choices = await service.list_choices(platform.database, user_id)
    language = await language_of(platform.database, user_id)
    return NoticeChoices(
        items=choices, mail=await find_address(platform, user_id), language=language
    )


@bounces.post("/api/mail/events", openapi_extra=needs(Permission.OPEN))
async def receive_mail_event(
    request: Request,
    platform: PlatformHere,
    event: Annotated[
        dict[str, Any],
        Body(
            openapi_examples={
                "bounce": {"value": {"type": "email.bounced", "data": {"email_id": "56761188-…"}}}
            }
        ),
    ],
) -> TakenMailEvent:
    """Take an event of Resend's. Only bounces and complaints are of interest; of all others, and of
    what is repeated, the answer is 200 as well, so that it is not sent again.
    """
    secret = platform.settings.of(MailSettings).webhook_secret
    if not secret:
        raise Problem(
            NoMail.kind,
            "Set MAIL_WEBHOOK_SECRET to the signing secret that Resend shows for the webhook.",
        )
    signed = {
        f"webhook-{name}": request.headers.get(f"svix-{name}", "")
        for name in ("id", "timestamp", "signature")
    }
    try:
        Webhook(secret).verify(await request.body(), signed)
    except WebhookVerificationError as error:
        raise Problem(
            INVALID_SIGNATURE,
            "The signature, or its time, does not fit; check MAIL_WEBHOOK_SECRET and the clock.",
        ) from error
    outcome = await take_mail_event(platform, event, notify_of_bounce)
    log.info("mail.event", delivery=signed["webhook-id"], source=outcome)
    return TakenMailEvent(taken=outcome)
