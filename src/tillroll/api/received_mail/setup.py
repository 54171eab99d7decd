"""The account's address for receipts, and who may send to it."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.problems import NO_MAIL_TAKEN, Problem, invalid_values, not_found
from tillroll.api.shapes import Shape
from tillroll.durable import Actor, ValuesRefused
from tillroll.mailed_in.setup.senders import MOST, AllowedSender, change_intake, read_intake
from tillroll.mime.headers import LONGEST_LINE
from tillroll.platform.services import Platform
from tillroll.platform.shape import Asked, Flag
from tillroll.receipt_addresses.addresses import (
    MOST_GRACE,
    NoAddress,
    NoMailTaken,
    addresses_of,
    end_address,
    make_address,
)
from tillroll.receipt_addresses.settings import MailedInSettings

router = APIRouter(tags=["receipts by mail"])


class SenderRequest(Asked):
    """`pattern` is an address, or all of a domain as @example.com; `user_id` the person whose receipts these are."""

    pattern: Annotated[str, Field(max_length=300)]
    user_id: Annotated[str, Field(max_length=LONGEST_LINE)]


class IntakeRequest(Asked):
    """All of it, as it shall be."""

    requires_authentication: Flag
    senders: Annotated[list[SenderRequest], Field(max_length=10 * MOST)]


class NewAddressRequest(Asked):
    """`grace_hours`: for how long the address before holds beside the new one."""

    grace_hours: Annotated[int, Field(ge=0, le=int(MOST_GRACE.total_seconds()) // 3600, strict=True)] = 0


class AllowedSenderShape(Shape):
    pattern: str
    user_id: str


class EarlierAddressShape(Shape):
    """An address that was changed, and is taken to until `ends_at`."""

    address: str
    ends_at: str


class RefusedMailShape(Shape):
    """`count` mails were refused at the door; the last one at `at`, since `why`. Nothing else is kept of them."""

    count: int
    at: str | None
    why: str | None


class ReceiptsByMailShape(Shape):
    """`is_offered`: this deployment takes mail. `address` is null where the account has none.
    `requires_authentication`: the sender's domain must prove that it sent the mail. `senders` may send beside
    the account's people, who may from their confirmed addresses."""

    is_offered: bool
    address: str | None
    created_at: str | None
    earlier: list[EarlierAddressShape]
    requires_authentication: bool
    senders: list[AllowedSenderShape]
    refused: RefusedMailShape


@router.get("/api/receipts-by-mail", openapi_extra=needs(Permission.SUBMIT))
async def show(platform: PlatformHere, principal: Asking) -> ReceiptsByMailShape:
    """Where receipts are mailed to, and who may send them."""
    return await _shape(platform, principal.account_id)


@router.put("/api/receipts-by-mail", openapi_extra=needs(Permission.ADMINISTER))
async def change(platform: PlatformHere, principal: Asking, asked: IntakeRequest) -> ReceiptsByMailShape:
    """Say who may send beside the account's people, and whether senders must be proven."""
    senders = [AllowedSender(each.pattern, each.user_id) for each in asked.senders]
    try:
        await change_intake(platform, _actor(principal), senders, requires_authentication=asked.requires_authentication)
    except ValuesRefused as error:
        raise invalid_values(error.problems) from error
    return await _shape(platform, principal.account_id)


@router.post("/api/receipts-by-mail/address", status_code=201, openapi_extra=needs(Permission.ADMINISTER))
async def new_address(platform: PlatformHere, principal: Asking, asked: NewAddressRequest) -> ReceiptsByMailShape:
    """Make the account's address, or another in its place."""
    try:
        await make_address(platform, _actor(principal), timedelta(hours=asked.grace_hours))
    except NoMailTaken as error:
        detail = "Whoever runs this deployment sets RECEIPTS_MAIL_DOMAIN; see docs/receipts-by-mail.md."
        raise Problem(NO_MAIL_TAKEN, detail) from error
    return await _shape(platform, principal.account_id)


@router.delete("/api/receipts-by-mail/address", openapi_extra=needs(Permission.ADMINISTER))
async def no_address(platform: PlatformHere, principal: Asking) -> ReceiptsByMailShape:
    """Take nothing by mail any more, at once: also not at an address that was changed."""
    try:
        await end_address(platform, _actor(principal))
    except NoAddress as error:
        raise not_found("address") from error
    return await _shape(platform, principal.account_id)


def _actor(principal: Asking) -> Actor:
    return Actor(principal.account_id, principal.actor)


async def _shape(platform: Platform, account_id: str) -> ReceiptsByMailShape:
    addresses, intake = await addresses_of(platform, account_id), await read_intake(platform, account_id)
    shown = next((each for each in addresses if each.ends_at is None), None)
    return ReceiptsByMailShape(
        is_offered=bool(platform.settings.of(MailedInSettings).domain),
        address=shown and shown.address,
        created_at=shown and shown.created_at,
        earlier=[EarlierAddressShape(address=each.address, ends_at=each.ends_at) for each in addresses if each.ends_at],
        requires_authentication=intake.requires_authentication,
        senders=[AllowedSenderShape(pattern=each.pattern, user_id=each.user_id) for each in intake.senders],
        refused=RefusedMailShape(count=intake.refused, at=intake.refused_at, why=intake.refused_why),
    )
