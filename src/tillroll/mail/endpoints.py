"""Routes of the mail address of whoever asks, and of what the provider says became of a mail."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Request
from standardwebhooks import Webhook, WebhookVerificationError

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, SignInCounted, needs
from tillroll.api.problems import INVALID_CODE, INVALID_SIGNATURE, INVALID_VALUES, NO_MAIL_HERE, TOO_MANY_MAILS, Problem
from tillroll.mail import service
from tillroll.mail.addresses import InvalidAddress, Reached, reached, read_mail_address
from tillroll.mail.bounces import take_mail_event
from tillroll.mail.service import sends_mail
from tillroll.mail.settings import MailSettings
from tillroll.platform import log
from tillroll.platform.models import Model, RequestBody


class MailAddressShape(Model):
    """`address` is confirmed, and mail goes there; `pending` waits for its link to be used. `stopped` says why nothing
    is sent to the former any more: bounced or complained. `is_offered`: this deployment sends mail at all."""

    address: str | None
    pending: str | None
    confirmed_at: str | None
    stopped: str | None
    is_offered: bool


def mail_address_shape(reached: Reached, *, is_offered: bool) -> MailAddressShape:
    return MailAddressShape(
        address=reached.address,
        pending=reached.pending,
        confirmed_at=reached.confirmed_at,
        stopped=reached.stopped,
        is_offered=is_offered,
    )


router = APIRouter()


class MailAddressRequest(RequestBody):
    address: str


class ConfirmationRequest(RequestBody):
    code: str


class Confirmed(Model):
    """The address is confirmed."""

    confirmed: bool


def invalid_address(field: str, message: str) -> Problem:
    return Problem(INVALID_VALUES, "Correct what `errors` names.", errors=[{"field": field, "message": message}])


def no_mail_here() -> Problem:
    return Problem(NO_MAIL_HERE, "Whoever runs this deployment sets MAIL_FROM and MAIL_API_KEY (docs/messages.md).")


@router.put("/api/mail-address", tags=["account"], status_code=202, openapi_extra=needs(Permission.CREDENTIALS))
async def give_address(platform: PlatformHere, principal: Caller, asked: MailAddressRequest) -> MailAddressShape:
    """Mail a link to the address. It is used from the moment in which the link is, within a day; until then, the one
    before is. Five such links are mailed to a person in a day."""
    try:
        address = read_mail_address(asked.address)
        await service.request_confirmation(platform, principal.account_id, principal.user_id, address, principal.actor)
    except InvalidAddress as error:
        raise invalid_address("address", str(error)) from error
    except service.Complained as error:
        message = "Mail to this address was reported as spam, so nothing is sent there. Give another one."
        raise invalid_address("address", message) from error
    except service.TooMany as error:
        raise Problem(TOO_MANY_MAILS, "Look for one of the links that were mailed, or try again tomorrow.") from error
    except service.NoMail as error:
        raise no_mail_here() from error
    return mail_address_shape(await reached(platform.database, principal.user_id), is_offered=True)


@router.delete("/api/mail-address", tags=["account"], openapi_extra=needs(Permission.CREDENTIALS))
async def remove_address(platform: PlatformHere, principal: Caller) -> MailAddressShape:
    """Send no mail any more to whoever asks. What they chose to get by mail alone is told in the app."""
    await service.forget_address(platform, principal.account_id, principal.user_id, principal.actor)
    return mail_address_shape(await reached(platform.database, principal.user_id), is_offered=sends_mail(platform))


@router.post("/api/mail-address/confirm", tags=["account"], openapi_extra=needs(Permission.OPEN))
async def confirm_address(platform: PlatformHere, _: SignInCounted, asked: ConfirmationRequest) -> Confirmed:
    """Confirm an address by the code of its link. Nobody need be signed in: whoever has the code has the mail."""
    if not await service.confirm_address(platform, asked.code):
        raise Problem(
            INVALID_CODE, "The link was used, has expired, or is incomplete. Ask for another in the settings."
        )
    return Confirmed(confirmed=True)


_HEADERS: Final = ("id", "timestamp", "signature")


class AcceptedShape(Model):
    """What the event led to: stopped, known (it came before), ignored, or unknown (of no mail of ours)."""

    taken: str


@router.post("/api/mail/events", tags=["mail"], openapi_extra=needs(Permission.OPEN))
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
