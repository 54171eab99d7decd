"""Routes of receipts by mail: the address, who may send to it, what came, and working it off again."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.problems import MAIL_NOT_REPLAYABLE, NO_MAIL_TAKEN, Problem, invalid_values, not_found
from tillroll.api.shapes import Model
from tillroll.durable import Actor, ValuesRefused
from tillroll.platform.bindings.database import Row, integer, of_row, optional_text, text
from tillroll.platform.models import Flag, Page, RequestBody
from tillroll.platform.services import Platform
from tillroll.received_mail.addresses import MOST_GRACE, NoAddress, NoMailTaken, addresses_of, end_address, make_address
from tillroll.received_mail.mime.headers import LONGEST_LINE
from tillroll.received_mail.senders import MOST, AllowedSender, change_intake, read_intake
from tillroll.received_mail.service import NoSuchMail, NotReplayable, ShownMail, list_mail, replay_mail, show_mail
from tillroll.received_mail.settings import MailedInSettings

router = APIRouter(tags=["receipts by mail"])


class SenderRequest(RequestBody):
    """`pattern` is an address, or all of a domain as @example.com; `user_id` the person whose receipts these are."""

    pattern: Annotated[str, Field(max_length=300)]
    user_id: Annotated[str, Field(max_length=LONGEST_LINE)]


class IntakeRequest(RequestBody):
    """All of it, as it shall be."""

    requires_authentication: Flag
    senders: Annotated[list[SenderRequest], Field(max_length=10 * MOST)]


class NewAddressRequest(RequestBody):
    """`grace_hours`: for how long the address before holds beside the new one."""

    grace_hours: Annotated[int, Field(ge=0, le=int(MOST_GRACE.total_seconds()) // 3600, strict=True)] = 0


class AllowedSenderShape(Model):
    pattern: str
    user_id: str


class EarlierAddress(Model):
    """An address that was changed, and is taken to until `ends_at`."""

    address: str
    ends_at: str


class RefusedMail(Model):
    """`count` mails were refused at the door; the last one at `at`, since `why`. Nothing else is kept of them."""

    count: int
    at: str | None
    why: str | None


class ReceiptsByMail(Model):
    """`is_offered`: this deployment takes mail. `address` is null where the account has none.
    `requires_authentication`: the sender's domain must prove that it sent the mail. `senders` may send beside
    the account's people, who may from their confirmed addresses."""

    is_offered: bool
    address: str | None
    created_at: str | None
    earlier: list[EarlierAddress]
    requires_authentication: bool
    senders: list[AllowedSenderShape]
    refused: RefusedMail


@router.get("/api/receipts-by-mail", name="show", openapi_extra=needs(Permission.SUBMIT))
async def show_setup(platform: PlatformHere, principal: Caller) -> ReceiptsByMail:
    """Where receipts are mailed to, and who may send them."""
    return await _shape(platform, principal.account_id)


@router.put("/api/receipts-by-mail", openapi_extra=needs(Permission.ADMINISTER))
async def change(platform: PlatformHere, principal: Caller, asked: IntakeRequest) -> ReceiptsByMail:
    """Say who may send beside the account's people, and whether senders must be proven."""
    senders = [AllowedSender(each.pattern, each.user_id) for each in asked.senders]
    try:
        await change_intake(platform, _actor(principal), senders, requires_authentication=asked.requires_authentication)
    except ValuesRefused as error:
        raise invalid_values(error.problems) from error
    return await _shape(platform, principal.account_id)


@router.post("/api/receipts-by-mail/address", status_code=201, openapi_extra=needs(Permission.ADMINISTER))
async def new_address(platform: PlatformHere, principal: Caller, asked: NewAddressRequest) -> ReceiptsByMail:
    """Make the account's address, or another in its place."""
    try:
        await make_address(platform, _actor(principal), timedelta(hours=asked.grace_hours))
    except NoMailTaken as error:
        detail = "Whoever runs this deployment sets RECEIPTS_MAIL_DOMAIN; see docs/receipts-by-mail.md."
        raise Problem(NO_MAIL_TAKEN, detail) from error
    return await _shape(platform, principal.account_id)


@router.delete("/api/receipts-by-mail/address", openapi_extra=needs(Permission.ADMINISTER))
async def no_address(platform: PlatformHere, principal: Caller) -> ReceiptsByMail:
    """Take nothing by mail any more, at once: also not at an address that was changed."""
    try:
        await end_address(platform, _actor(principal))
    except NoAddress as error:
        raise not_found("address") from error
    return await _shape(platform, principal.account_id)


def _actor(principal: Caller) -> Actor:
    return Actor(principal.account_id, principal.actor)


async def _shape(platform: Platform, account_id: str) -> ReceiptsByMail:
    addresses, intake = await addresses_of(platform, account_id), await read_intake(platform, account_id)
    shown = next((each for each in addresses if each.ends_at is None), None)
    return ReceiptsByMail(
        is_offered=bool(platform.settings.of(MailedInSettings).domain),
        address=shown and shown.address,
        created_at=shown and shown.created_at,
        earlier=[EarlierAddress(address=each.address, ends_at=each.ends_at) for each in addresses if each.ends_at],
        requires_authentication=intake.requires_authentication,
        senders=[AllowedSenderShape(pattern=each.pattern, user_id=each.user_id) for each in intake.senders],
        refused=RefusedMail(count=intake.refused, at=intake.refused_at, why=intake.refused_why),
    )


State = Literal["stored", "done", "refused", "failed"]


class ReceivedMailShape(Model):
    """`state`: stored (not worked off yet), done, refused (nothing in it may be a receipt) or failed; `why` says what
    stands in the way. Of its papers, `taken` are receipts and `refused` are not. `user_id` is whose receipts these are.
    `is_authenticated`: its sender's domain has proven that it sent it; `answer_id` is the mail that answered it."""

    id: str
    sender: str
    subject: str
    user_id: str
    user_name: str
    is_authenticated: bool
    size: int
    received_at: str
    state: str
    why: str | None
    attempts: int
    next_attempt_at: str | None
    settled_at: str | None
    answer_id: str | None
    deleted_at: str | None
    taken: int
    refused: int


class ReceivedPaper(Model):
    """`found`: attached, inline (a picture in the text), archived (in a ZIP), or text. `outcome`: taken, known (the
    account has these bytes), refused, or left_out, as logos and signatures are; `why` of the latter two."""

    found: str
    name: str | None
    size: int
    outcome: str
    why: str | None
    receipt_id: str | None
    run_id: str | None


class ReceivedMailDetail(ReceivedMailShape):
    papers: list[ReceivedPaper]


@router.get("/api/received-mail", openapi_extra=needs(Permission.READ))
async def list_all(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    state: Annotated[State | None, Query(description="In this state")] = None,
) -> Page[ReceivedMailShape]:
    """The mail that came, newest first."""
    rows = await list_mail(platform, principal.account_id, state, page.behind, page.wanted)
    shown, following = page.cut(rows, lambda row: text(row, "id"))
    return Page(items=[ReceivedMailShape(**_values(row)) for row in shown], next_cursor=following)


@router.get("/api/received-mail/{mail_id}", name="show", openapi_extra=needs(Permission.READ))
async def show_received_mail(platform: PlatformHere, principal: Caller, mail_id: str) -> ReceivedMailDetail:
    """One mail, with what was in it and what became of each."""
    try:
        return _detail(await show_mail(platform, principal.account_id, mail_id))
    except NoSuchMail as error:
        raise not_found("mail") from error


@router.post("/api/received-mail/{mail_id}/replay", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def replay(platform: PlatformHere, principal: Caller, mail_id: str) -> ReceivedMailDetail:
    """Work a mail off again that failed. What of it was taken is not taken twice."""
    try:
        return _detail(await replay_mail(platform, Actor(principal.account_id, principal.actor), mail_id))
    except NoSuchMail as error:
        raise not_found("mail") from error
    except NotReplayable as error:
        detail = f"It is {error}: only mail that failed, and was not deleted, is worked off again."
        raise Problem(MAIL_NOT_REPLAYABLE, detail) from error


def _detail(shown: ShownMail) -> ReceivedMailDetail:
    papers = [of_row(ReceivedPaper, row) for row in shown.papers]
    return ReceivedMailDetail(**_values(shown.row), papers=papers)


def _values(row: Row) -> dict[str, Any]:
    return {
        "id": text(row, "id"),
        "sender": text(row, "sender"),
        "subject": text(row, "subject"),
        "user_id": text(row, "user_id"),
        "user_name": text(row, "user_name"),
        "is_authenticated": row["is_authenticated"] == 1,
        "size": integer(row, "size"),
        "received_at": text(row, "received_at"),
        "state": text(row, "state"),
        "why": optional_text(row, "why"),
        "attempts": integer(row, "attempts"),
        "next_attempt_at": text(row, "next_attempt_at") if row["state"] == "stored" else None,
        "settled_at": optional_text(row, "settled_at"),
        "answer_id": optional_text(row, "answer_id"),
        "deleted_at": optional_text(row, "deleted_at"),
        "taken": integer(row, "taken"),
        "refused": integer(row, "refused"),
    }
