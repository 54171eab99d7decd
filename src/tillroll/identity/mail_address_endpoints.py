"""Routes of the mail address of the caller."""

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, SignInCounted, needs
from tillroll.api.problems import Problem
from tillroll.api.routing import Router
from tillroll.identity.recent import SignedInRecently
from tillroll.identity.sessions import INVALID_CODE
from tillroll.mail import service
from tillroll.mail.addresses import MailAddress, find_address
from tillroll_durable.platform.models import Model, RequestBody

router = Router()


class MailAddressRequest(RequestBody):
    address: str


class ConfirmationRequest(RequestBody):
    code: str


class Confirmed(Model):
    """The address is confirmed."""

    confirmed: bool


@router.put(
    "/api/mail-address",
    tags=["account"],
    status_code=202,
    openapi_extra=needs(Permission.CREDENTIALS),
)
async def set_mail_address(
    platform: PlatformHere,
    principal: Caller,
    _: SignedInRecently,
    body: MailAddressRequest,
) -> MailAddress:
    """Mail a link to the address. It is used from the moment in which the link is, within a day;
    until then, the one before is. Five such links are mailed to a person in a day.
    """
    await service.request_confirmation(
        platform,
        principal.account_id,
        user_id=principal.user_id,
        text=body.address,
        actor=principal.actor,
    )
    return await find_address(platform, principal.user_id)


@router.delete("/api/mail-address", tags=["account"], openapi_extra=needs(Permission.CREDENTIALS))
async def remove_mail_address(
    platform: PlatformHere, principal: Caller, _: SignedInRecently
) -> MailAddress:
    """Send no mail any more to the caller. The app shows what they chose to get by mail alone."""
    await service.forget_address(
        platform, principal.account_id, user_id=principal.user_id, actor=principal.actor
    )
    return await find_address(platform, principal.user_id)


@router.post("/api/mail-address/confirm", tags=["account"], openapi_extra=needs(Permission.OPEN))
async def confirm_mail_address(
    platform: PlatformHere,
    _: SignInCounted,
    body: ConfirmationRequest,
) -> Confirmed:
    """Confirm an address by the code of its link. Nobody need be signed in: anyone who has the code
    has the mail.
    """
    if not await service.confirm_address(platform, body.code):
        detail = (
            "The link was used, has expired, or is incomplete. Ask for another in the settings."
        )
        raise Problem(INVALID_CODE, detail)
    return Confirmed(confirmed=True)
