"""Who is paid."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.paging import Paged
from tillroll.api.problems import ALREADY_THERE, Problem, not_found
from tillroll.api.shapes import Shape
from tillroll.durable import ValuesRefused
from tillroll.platform.shape import Asked
from tillroll.workflows.payout.rows import Payee
from tillroll.workflows.payout.service import payees as keeping

router = APIRouter(tags=["payouts"])


class PayeeRequest(Asked):
    """Either `recipient` and `method`, the payment provider's ids of a person and of their bank account: of Stripe a
    recipient's account, and a payout method of it. Or, to be paid by a file for the bank, the `iban` of the account
    that `name` holds, and the `bic` of its bank, which is needed outside of the European Economic Area only."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
    recipient: (
        Annotated[str, Field(pattern=r"^acct_[A-Za-z0-9_]{1,60}$", examples=["acct_1Nv0FGQ9RKHgCVdK"])] | None
    ) = None
    method: (
        Annotated[str, Field(pattern=r"^[a-z]{2,12}_[A-Za-z0-9_]{1,80}$", examples=["gbba_1Nyd9YFBVUzLyxXZ16"])] | None
    ) = None
    iban: Annotated[str, Field(min_length=1, max_length=50)] | None = None
    bic: Annotated[str, Field(min_length=1, max_length=20)] | None = None


class PayeeShape(Shape):
    """`archivedAt`: nobody is paid under it any more. `paidBy` is `provider`, or `file`, where `iban` shows its first
    four and last four characters, and `recipient` and `method` are null."""

    id: str
    name: str
    paid_by: Literal["provider", "file"]
    recipient: str | None
    method: str | None
    iban: str | None
    bic: str | None
    created_at: str
    archived_at: str | None


class PayeePage(Shape):
    items: list[PayeeShape]
    next_cursor: str | None


@router.get("/api/payees", openapi_extra=needs(Permission.PAY))
async def list_all(platform: PlatformHere, principal: Asking, page: Paged) -> PayeePage:
    """Whom this account pays, the newest first."""
    found = await keeping.list_payees(platform, principal.account_id, page.behind, page.wanted)
    shown, following = page.cut(found, lambda each: each.id)
    return PayeePage(items=[_shape(each) for each in shown], next_cursor=following)


@router.post("/api/payees", status_code=201, openapi_extra=needs(Permission.PAY))
async def create(platform: PlatformHere, principal: Asking, asked: PayeeRequest) -> PayeeShape:
    """Keep somebody whom the payment provider, or a file for the bank, can pay."""
    try:
        made = await keeping.create_payee(platform, principal.as_actor, asked.name.strip(), _paid(asked))
    except keeping.PayeeThere as error:
        raise Problem(ALREADY_THERE, f"The payee {error} has this recipient and bank account: use that.") from error
    except keeping.TooManyPayees as error:
        said = f"An account has at most {keeping.MOST_PAYEES} payees: archive one that is not paid any more."
        raise ValuesRefused([("name", said)]) from error
    return _shape(made)


@router.delete("/api/payees/{payee_id}", status_code=204, openapi_extra=needs(Permission.PAY))
async def archive(platform: PlatformHere, principal: Asking, payee_id: str) -> None:
    """Let nobody be paid under it any more. What is on its way goes on."""
    try:
        await keeping.archive_payee(platform, principal.as_actor, payee_id)
    except keeping.NoSuchPayee as error:
        raise not_found("payee") from error


def _paid(asked: PayeeRequest) -> keeping.PaidHow:
    """
    Raises:
        ValuesRefused: neither is given whole, or both.
    """
    match asked.recipient, asked.method, asked.iban:
        case str(recipient), str(method), None if asked.bic is None:
            return keeping.PaidHow(recipient, method)
        case None, None, str(iban):
            return keeping.paid_by_file(asked.name.strip(), iban, asked.bic)
        case _:
            said = "Send recipient and method, or else an iban (with the bic of its bank, where that is needed)."
            raise ValuesRefused([("recipient", said)])


def _shape(payee: Payee) -> PayeeShape:
    by_file = payee.is_by_file
    return PayeeShape(
        id=payee.id,
        name=payee.name,
        paid_by="file" if by_file else "provider",
        recipient=None if by_file else payee.recipient,
        method=None if by_file else payee.method,
        iban=payee.method if by_file else None,
        bic=payee.bic,
        created_at=payee.created_at,
        archived_at=payee.archived_at,
    )
