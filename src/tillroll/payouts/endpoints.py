"""Routes of payouts and payees. What becomes of a payout is its run's."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import AccountKey, Caller, Deployed, PlatformHere, allowed_of, needs, require
from tillroll.api.paging import Paged
from tillroll.api.problems import (
    ALREADY_THERE,
    FOUR_EYES,
    KEY_REUSED,
    NOT_POSSIBLE,
    SETTLED_OTHERWISE,
    Problem,
    not_found,
)
from tillroll.api.shapes import Model
from tillroll.durable import KeyReused, ValuesRefused
from tillroll.payouts import payees
from tillroll.payouts.books import SettledAs
from tillroll.payouts.by_hand import NotSettleable, SettledOtherwise, correct_by_hand, may_not_settle, settle_by_hand
from tillroll.payouts.contract import KIND, PayoutParams
from tillroll.payouts.repository import Payee, load_payout
from tillroll.payouts.service import Alike, PayoutSeen, alike_to, begin_payout, line_of, list_payouts, show_payout
from tillroll.platform.bindings.database import Database
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.models import Flag, Page, RequestBody
from tillroll.platform.services import Platform
from tillroll.runs.endpoints import owned_run
from tillroll.runs.operation_endpoints import Reason


class AlikePayout(Model):
    """A payout of the same payee, amount (minor units) and currency within thirty days, live or paid. `batchId` is that
    of its batch, null for none."""

    id: str
    payee_id: str
    payee_name: str
    currency: str
    amount: int
    reference: str
    state: str
    batch_id: str | None
    created_at: str


class AlikeShape(Model):
    """The newest first, at most fifty. None of them is in the way: pay once more only what is owed once more."""

    alike: list[AlikePayout]


async def alike_shown(
    database: Database,
    account_id: str,
    lines: Iterable[tuple[str, str, int]],
    at: str,
    *,
    run_id: str | None = None,
    batch_id: str | None = None,
) -> list[AlikePayout]:
    """The payouts like one of `lines` around a time (UTC text); see `alike_to`."""
    found: Sequence[Alike] = await alike_to(
        database, account_id, lines, from_text(at), run_id=run_id, batch_id=batch_id
    )
    return [AlikePayout(**vars(each)) for each in found]


router = APIRouter(tags=["payouts"])


class PayoutRequest(RequestBody, PayoutParams):
    """Whom to pay how much, in minor units, and what both sides read."""


class PayoutShape(Model):
    """`id` is its run's, `state` where that stands. `paymentId` is the provider's, and
    `paymentStatus` what it said last. A `failureClass` of `rollback_failed`
    says that it was to be undone, and is not: the payment may have left. `settledAs` is
    what a person has said became of it, where nobody else could. `waitsForFile`: nothing is
    paid before POST /api/payment-files makes the file that takes it; where `payeeArchivedAt` says that nobody is paid
    under the payee any more, only with `alsoArchived`."""

    id: str
    payee_id: str
    payee_name: str
    currency: str
    amount: int
    reference: str
    asked_by: str
    state: str
    status: str
    payment_id: str | None
    payment_status: str | None
    payment_reason: str | None
    failure_class: str | None
    settled_as: SettledAs | None
    settled_by: str | None
    settled_at: str | None
    waits_for_file: bool
    payee_archived_at: str | None
    created_at: str


class SettlementRequest(RequestBody):
    """What became of the payment, as the bank says: it was made, or it was not, and never will be. With `corrects`,
    of a payout that has ended, what was heard or said before was wrong."""

    settled_as: SettledAs
    reason: Reason
    corrects: Flag = False


class PayoutWhole(PayoutShape):
    """With the payouts that it may be once more, for whoever asked and whoever decides: `alike` is a warning."""

    alike: list[AlikePayout]


@router.post("/api/payouts", status_code=202, openapi_extra=needs(Permission.PAY))
async def ask(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    asked: PayoutRequest,
    own_key: AccountKey,
) -> PayoutWhole:
    """Have somebody paid, once under an Idempotency-Key, which holds for the whole account and for ever. `Location`
    says where it stands. `alike` warns of payouts that it may be once more; it is asked for all the same."""
    params = PayoutParams.model_validate(asked.model_dump())
    try:
        begun = await begin_payout(platform, registry.newest[KIND], principal.as_actor, params, own_key)
    except KeyReused as error:
        detail = "This Idempotency-Key stands for another payout: send this one under its own."
        raise Problem(KEY_REUSED, detail) from error
    response.headers["location"] = f"/api/payouts/{begun.run_id}"
    return await show(platform, principal, begun.run_id)


@router.post("/api/payouts/check", openapi_extra=needs(Permission.PAY))
async def check(platform: PlatformHere, principal: Caller, asked: PayoutRequest) -> AlikeShape:
    """Look whether a payout may be another once more, before it is asked for. Nothing is begun."""
    now = to_text(platform.clock.now())
    return AlikeShape(alike=await alike_shown(platform.database, principal.account_id, [line_of(asked)], now))


@router.get("/api/payouts", openapi_extra=needs(Permission.LEDGER))
async def list_of_payouts(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    state: Annotated[str | None, Query(max_length=60, description="Only those in this state, such as paid")] = None,
    batch: Annotated[str | None, Query(max_length=60, description="Only those of this batch: run_…")] = None,
) -> Page[PayoutShape]:
    """The account's payouts, the newest first."""
    found = await list_payouts(platform, principal.account_id, state, batch, page.behind, page.wanted)
    shown, following = page.cut(found, lambda each: each.id)
    return Page(items=[_shape(each) for each in shown], next_cursor=following)


@router.get("/api/payouts/{payout_id}", openapi_extra=needs(Permission.LEDGER))
async def show(platform: PlatformHere, principal: Caller, payout_id: str) -> PayoutWhole:
    """One payout. GET /api/runs/{id} says what happened, and what is safe to do next."""
    found = await _seen(platform, principal.account_id, payout_id)
    lines = [(found.payee_id, found.currency, found.amount)]
    alike = await alike_shown(
        platform.database, principal.account_id, lines, found.created_at, run_id=found.id, batch_id=found.batch_id
    )
    return PayoutWhole(**_shape(found).model_dump(), alike=alike)


@router.post("/api/payouts/{payout_id}/settlement", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def settle(
    platform: PlatformHere, registry: Deployed, principal: Caller, payout_id: str, asked: SettlementRequest
) -> PayoutShape:
    """Say what became of a payment of which nobody else can say it; the run goes on, and books what is missing. It is
    said once: the same again changes nothing, and something else is refused, but for a correction."""
    run, payout = await owned_run(platform, principal, payout_id), await load_payout(platform.database, payout_id)
    if payout is None:
        raise not_found("payout")
    require(principal, allowed_of(registry, run.kind, run.contract_version).operate)
    refused = await may_not_settle(platform, principal.account_id, [payout_id], principal.user_id)
    if payout_id in refused:
        raise Problem(FOUR_EYES, refused[payout_id])
    try:
        say = correct_by_hand if asked.corrects else settle_by_hand
        await say(platform, principal.as_actor, run, payout, asked.settled_as, asked.reason)
    except NotSettleable as error:
        raise Problem(NOT_POSSIBLE, f"{error} Nothing was changed.") from error
    except SettledOtherwise as error:
        raise Problem(SETTLED_OTHERWISE, str(error)) from error
    return _shape(await _seen(platform, principal.account_id, payout_id))


async def _seen(platform: Platform, account_id: str, payout_id: str) -> PayoutSeen:
    found = await show_payout(platform, account_id, payout_id)
    if found is None:
        raise not_found("payout")
    return found


def _shape(seen: PayoutSeen) -> PayoutShape:
    return PayoutShape.model_validate({name: getattr(seen, name) for name in PayoutShape.model_fields})


class PayeeRequest(RequestBody):
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


class PayeeShape(Model):
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


@router.get("/api/payees", openapi_extra=needs(Permission.PAY))
async def list_payees(platform: PlatformHere, principal: Caller, page: Paged) -> Page[PayeeShape]:
    """Whom this account pays, the newest first."""
    found = await payees.list_payees(platform, principal.account_id, page.behind, page.wanted)
    shown, following = page.cut(found, lambda each: each.id)
    return Page(items=[_payee_shape(each) for each in shown], next_cursor=following)


@router.post("/api/payees", status_code=201, openapi_extra=needs(Permission.PAY))
async def create_payee(platform: PlatformHere, principal: Caller, asked: PayeeRequest) -> PayeeShape:
    """Keep somebody whom the payment provider, or a file for the bank, can pay."""
    try:
        made = await payees.create_payee(platform, principal.as_actor, asked.name.strip(), _paid(asked))
    except payees.PayeeThere as error:
        raise Problem(ALREADY_THERE, f"The payee {error} has this recipient and bank account: use that.") from error
    except payees.TooManyPayees as error:
        said = f"An account has at most {payees.MOST_PAYEES} payees: archive one that is not paid any more."
        raise ValuesRefused([("name", said)]) from error
    return _payee_shape(made)


@router.delete("/api/payees/{payee_id}", status_code=204, openapi_extra=needs(Permission.PAY))
async def archive_payee(platform: PlatformHere, principal: Caller, payee_id: str) -> None:
    """Let nobody be paid under it any more. What is on its way goes on."""
    try:
        await payees.archive_payee(platform, principal.as_actor, payee_id)
    except payees.NoSuchPayee as error:
        raise not_found("payee") from error


def _paid(asked: PayeeRequest) -> payees.PaidHow:
    """
    Raises:
        ValuesRefused: neither is given whole, or both.
    """
    match asked.recipient, asked.method, asked.iban:
        case str(recipient), str(method), None if asked.bic is None:
            return payees.PaidHow(recipient, method)
        case None, None, str(iban):
            return payees.paid_by_file(asked.name.strip(), iban, asked.bic)
        case _:
            said = "Send recipient and method, or else an iban (with the bic of its bank, where that is needed)."
            raise ValuesRefused([("recipient", said)])


def _payee_shape(payee: Payee) -> PayeeShape:
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
