"""Routes of receipts by mail: the address, who may send to it, what came, and working it off
again.
"""

from datetime import timedelta
from typing import Annotated

from fastapi import Query
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.routing import Router
from tillroll.received_mail import intake, service
from tillroll.received_mail.intake import MOST, MOST_GRACE
from tillroll.received_mail.models import (
    AllowedSender,
    MailState,
    ReceiptsByMail,
    ReceivedMail,
    ReceivedMailDetail,
)
from tillroll_durable.platform.models import Flag, Page, RequestBody

router = Router(tags=["receipts by mail"])


class IntakeRequest(RequestBody):
    """All of it, as it shall be."""

    requires_authentication: Flag
    senders: Annotated[list[AllowedSender], Field(max_length=10 * MOST)]


class NewAddressRequest(RequestBody):
    """`grace_hours`: for how long the address before holds beside the new one."""

    grace_hours: Annotated[
        int, Field(ge=0, le=int(MOST_GRACE.total_seconds()) // 3600, strict=True)
    ] = 0


@router.get("/api/receipts-by-mail", openapi_extra=needs(Permission.SUBMIT))
async def show_mail_intake(platform: PlatformHere, principal: Caller) -> ReceiptsByMail:
    """Where receipts are mailed to, and who may send them."""
    return await intake.read_intake(platform, principal.sight)


@router.put("/api/receipts-by-mail", openapi_extra=needs(Permission.ADMINISTER))
async def change_mail_intake(
    platform: PlatformHere,
    principal: Caller,
    body: IntakeRequest,
) -> ReceiptsByMail:
    """Say who may send beside the account's people, and whether senders must be proven."""
    await intake.change_intake(
        platform,
        principal.as_actor,
        body.senders,
        requires_authentication=body.requires_authentication,
    )
    return await intake.read_intake(platform, principal.sight)


@router.post(
    "/api/receipts-by-mail/address", status_code=201, openapi_extra=needs(Permission.ADMINISTER)
)
async def create_mail_intake_address(
    platform: PlatformHere, principal: Caller, body: NewAddressRequest
) -> ReceiptsByMail:
    """Make the account's address, or another in its place."""
    await intake.make_address(platform, principal.as_actor, timedelta(hours=body.grace_hours))
    return await intake.read_intake(platform, principal.sight)


@router.delete("/api/receipts-by-mail/address", openapi_extra=needs(Permission.ADMINISTER))
async def end_mail_intake_address(platform: PlatformHere, principal: Caller) -> ReceiptsByMail:
    """Take nothing by mail any more, at once: also not at an address that was changed."""
    await intake.end_address(platform, principal.as_actor)
    return await intake.read_intake(platform, principal.sight)


@router.get("/api/received-mail", openapi_extra=needs(Permission.OWN))
async def list_received_mail(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    state: Annotated[MailState | None, Query(description="In this state")] = None,
) -> Page[ReceivedMail]:
    """The mail that came, newest first."""
    return page.of(
        await service.list_mail(
            platform, principal.sight, state=state, before=page.after, limit=page.fetch_limit
        )
    )


@router.get("/api/received-mail/{mail_id}", openapi_extra=needs(Permission.OWN))
async def show_received_mail(
    platform: PlatformHere,
    principal: Caller,
    mail_id: str,
) -> ReceivedMailDetail:
    """Show one mail, with what was in it and what became of each."""
    return await service.show_mail(platform, principal.sight, mail_id)


@router.post(
    "/api/received-mail/{mail_id}/replay", status_code=202, openapi_extra=needs(Permission.OPERATE)
)
async def replay_received_mail(
    platform: PlatformHere,
    principal: Caller,
    mail_id: str,
) -> ReceivedMailDetail:
    """Work a mail off again that failed. What of it was taken is not taken twice."""
    return await service.replay_mail(platform, principal.as_actor, mail_id)
