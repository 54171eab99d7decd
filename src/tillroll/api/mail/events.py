"""What the mail provider says became of a mail: signed as Standard Webhooks has it, under Svix's header names."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Request
from standardwebhooks import Webhook, WebhookVerificationError

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import PlatformHere
from tillroll.api.needs import needs
from tillroll.api.problems import INVALID_SIGNATURE, NO_MAIL_HERE, Problem
from tillroll.mail.settings import MailSettings
from tillroll.notifications.bounces import take_mail_event
from tillroll.platform import log
from tillroll.platform.shape import Shape

router = APIRouter(tags=["mail"])

_HEADERS: Final = ("id", "timestamp", "signature")


class AcceptedShape(Shape):
    """What the event led to: stopped, known (it came before), ignored, or unknown (of no mail of ours)."""

    taken: str


@router.post("/api/mail/events", openapi_extra=needs(Permission.OPEN))
async def take_event(
    request: Request,
    platform: PlatformHere,
    event: Annotated[
        dict[str, Any],
        Body(openapi_examples={"bounce": {"value": {"type": "email.bounced", "data": {"email_id": "56761188-…"}}}}),
    ],
) -> AcceptedShape:
    """Take an event of Resend's. Only bounces and complaints are of interest; of all others, and of what is repeated,
    the answer is 200 as well, so that it is not sent again."""
    secret = platform.settings.of(MailSettings).webhook_secret
    if not secret:
        raise Problem(NO_MAIL_HERE, "Set MAIL_WEBHOOK_SECRET to the signing secret that Resend shows for the webhook.")
    body = await request.body()
    signed = {f"webhook-{name}": request.headers.get(f"svix-{name}", "") for name in _HEADERS}
    try:
        Webhook(secret).verify(body, signed)
    except WebhookVerificationError as error:
        raise Problem(
            INVALID_SIGNATURE, "The signature, or its time, does not fit; check MAIL_WEBHOOK_SECRET and the clock."
        ) from error
    taken = await take_mail_event(platform, event)
    log.info("mail.event", delivery=signed["webhook-id"], source=taken)
    return AcceptedShape(taken=taken)
