"""Mail that came: what was in it, what became of each, and working it off again where it failed."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.paging import Paged
from tillroll.api.problems import MAIL_NOT_REPLAYABLE, Problem, not_found
from tillroll.api.shapes import Shape
from tillroll.durable import Actor
from tillroll.mailed_in.listing import NoSuchMail, NotReplayable, ShownMail, list_mail, replay_mail, show_mail
from tillroll.platform.bindings.database import Row, integer, optional_text, text

router = APIRouter(tags=["receipts by mail"])

State = Literal["stored", "done", "refused", "failed"]


class ReceivedMailShape(Shape):
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


class ReceivedPaperShape(Shape):
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
    papers: list[ReceivedPaperShape]


class ReceivedMailPage(Shape):
    items: list[ReceivedMailShape]
    next_cursor: str | None


@router.get("/api/received-mail", openapi_extra=needs(Permission.READ))
async def list_all(
    platform: PlatformHere,
    principal: Asking,
    page: Paged,
    state: Annotated[State | None, Query(description="In this state")] = None,
) -> ReceivedMailPage:
    """The mail that came, newest first."""
    rows = await list_mail(platform, principal.account_id, state, page.behind, page.wanted)
    shown, following = page.cut(rows, lambda row: text(row, "id"))
    return ReceivedMailPage(items=[ReceivedMailShape(**_values(row)) for row in shown], next_cursor=following)


@router.get("/api/received-mail/{mail_id}", openapi_extra=needs(Permission.READ))
async def show(platform: PlatformHere, principal: Asking, mail_id: str) -> ReceivedMailDetail:
    """One mail, with what was in it and what became of each."""
    try:
        return _detail(await show_mail(platform, principal.account_id, mail_id))
    except NoSuchMail as error:
        raise not_found("mail") from error


@router.post("/api/received-mail/{mail_id}/replay", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def replay(platform: PlatformHere, principal: Asking, mail_id: str) -> ReceivedMailDetail:
    """Work a mail off again that failed. What of it was taken is not taken twice."""
    try:
        return _detail(await replay_mail(platform, Actor(principal.account_id, principal.actor), mail_id))
    except NoSuchMail as error:
        raise not_found("mail") from error
    except NotReplayable as error:
        detail = f"It is {error}: only mail that failed, and was not deleted, is worked off again."
        raise Problem(MAIL_NOT_REPLAYABLE, detail) from error


def _detail(shown: ShownMail) -> ReceivedMailDetail:
    papers = [
        ReceivedPaperShape(
            found=text(row, "found"),
            name=optional_text(row, "name"),
            size=integer(row, "size"),
            outcome=text(row, "outcome"),
            why=optional_text(row, "why"),
            receipt_id=optional_text(row, "receipt_id"),
            run_id=optional_text(row, "run_id"),
        )
        for row in shown.papers
    ]
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
