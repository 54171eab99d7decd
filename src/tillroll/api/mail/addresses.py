"""The mail address of whoever asks: given, confirmed by the link that is mailed there, taken away."""

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.attempts import Counted
from tillroll.api.mail.shapes import MailAddressShape, mail_address_shape
from tillroll.api.needs import needs
from tillroll.api.problems import INVALID_CODE, INVALID_VALUES, NO_MAIL_HERE, TOO_MANY_MAILS, Problem
from tillroll.mail.addresses import InvalidAddress, reached, read_mail_address
from tillroll.platform.shape import Asked, Shape
from tillroll.workflows.mail.service import confirming
from tillroll.workflows.mail.service.letting_in import sends_mail

router = APIRouter(tags=["account"])


class MailAddressRequest(Asked):
    address: str


class ConfirmationRequest(Asked):
    code: str


class ConfirmedShape(Shape):
    """The address is confirmed."""

    confirmed: bool


def invalid_address(field: str, message: str) -> Problem:
    return Problem(INVALID_VALUES, "Correct what `errors` names.", errors=[{"field": field, "message": message}])


def no_mail_here() -> Problem:
    return Problem(NO_MAIL_HERE, "Whoever runs this deployment sets MAIL_FROM and MAIL_API_KEY (docs/messages.md).")


@router.put("/api/mail-address", status_code=202, openapi_extra=needs(Permission.CREDENTIALS))
async def give_address(platform: PlatformHere, principal: Asking, asked: MailAddressRequest) -> MailAddressShape:
    """Mail a link to the address. It is used from the moment in which the link is, within a day; until then, the one
    before is. Five such links are mailed to a person in a day."""
    try:
        address = read_mail_address(asked.address)
        await confirming.ask(platform, principal.account_id, principal.user_id, address, principal.actor)
    except InvalidAddress as error:
        raise invalid_address("address", str(error)) from error
    except confirming.Complained as error:
        message = "Mail to this address was reported as spam, so nothing is sent there. Give another one."
        raise invalid_address("address", message) from error
    except confirming.TooMany as error:
        raise Problem(TOO_MANY_MAILS, "Look for one of the links that were mailed, or try again tomorrow.") from error
    except confirming.NoMail as error:
        raise no_mail_here() from error
    return mail_address_shape(await reached(platform.database, principal.user_id), is_offered=True)


@router.delete("/api/mail-address", openapi_extra=needs(Permission.CREDENTIALS))
async def remove_address(platform: PlatformHere, principal: Asking) -> MailAddressShape:
    """Send no mail any more to whoever asks. What they chose to get by mail alone is told in the app."""
    await confirming.remove(platform, principal.account_id, principal.user_id, principal.actor)
    return mail_address_shape(await reached(platform.database, principal.user_id), is_offered=sends_mail(platform))


@router.post("/api/mail-address/confirm", openapi_extra=needs(Permission.OPEN))
async def confirm_address(platform: PlatformHere, _: Counted, asked: ConfirmationRequest) -> ConfirmedShape:
    """Confirm an address by the code of its link. Nobody need be signed in: whoever has the code has the mail."""
    if not await confirming.confirm(platform, asked.code):
        raise Problem(
            INVALID_CODE, "The link was used, has expired, or is incomplete. Ask for another in the settings."
        )
    return ConfirmedShape(confirmed=True)
