"""Payouts: asked for, listed, shown. What becomes of one is its run's."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.door.own_key import AccountKey
from tillroll.api.needs import needs
from tillroll.api.paging import Paged
from tillroll.api.payouts.alike import AlikePayout, AlikeShape, alike_shown
from tillroll.api.problems import FOUR_EYES, KEY_REUSED, NOT_POSSIBLE, SETTLED_OTHERWISE, Problem, not_found
from tillroll.api.runs.operations import Reason
from tillroll.api.runs.runs import owned_run
from tillroll.api.shapes import Shape
from tillroll.api.workflows.allowed import allowed_of, require
from tillroll.durable import KeyReused
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.platform.shape import Asked, Flag
from tillroll.workflows.payout.by_hand import SettledAs
from tillroll.workflows.payout.contract import KIND, PayoutParams
from tillroll.workflows.payout.rows import load_payout
from tillroll.workflows.payout.service.alike import line_of
from tillroll.workflows.payout.service.asking import PayoutSeen, list_payouts, show_payout
from tillroll.workflows.payout.service.by_hand import (
    NotSettleable,
    SettledOtherwise,
    correct_by_hand,
    may_not_settle,
    settle_by_hand,
)
from tillroll.workflows.payout.service.paying import begin_payout

router = APIRouter(tags=["payouts"])


class PayoutRequest(Asked, PayoutParams):
    """Whom to pay how much, in minor units, and what both sides read."""


class PayoutShape(Shape):
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


class SettlementRequest(Asked):
    """What became of the payment, as the bank says: it was made, or it was not, and never will be. With `corrects`,
    of a payout that has ended, what was heard or said before was wrong."""

    settled_as: SettledAs
    reason: Reason
    corrects: Flag = False


class PayoutWhole(PayoutShape):
    """With the payouts that it may be once more, for whoever asked and whoever decides: `alike` is a warning."""

    alike: list[AlikePayout]


class PayoutPage(Shape):
    items: list[PayoutShape]
    next_cursor: str | None


@router.post("/api/payouts", status_code=202, openapi_extra=needs(Permission.PAY))
async def ask(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Asking,
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
async def check(platform: PlatformHere, principal: Asking, asked: PayoutRequest) -> AlikeShape:
    """Look whether a payout may be another once more, before it is asked for. Nothing is begun."""
    now = to_text(platform.clock.now())
    return AlikeShape(alike=await alike_shown(platform.database, principal.account_id, [line_of(asked)], now))


@router.get("/api/payouts", openapi_extra=needs(Permission.LEDGER))
async def list_all(
    platform: PlatformHere,
    principal: Asking,
    page: Paged,
    state: Annotated[str | None, Query(max_length=60, description="Only those in this state, such as paid")] = None,
    batch: Annotated[str | None, Query(max_length=60, description="Only those of this batch: run_…")] = None,
) -> PayoutPage:
    """The account's payouts, the newest first."""
    found = await list_payouts(platform, principal.account_id, state, batch, page.behind, page.wanted)
    shown, following = page.cut(found, lambda each: each.id)
    return PayoutPage(items=[_shape(each) for each in shown], next_cursor=following)


@router.get("/api/payouts/{payout_id}", openapi_extra=needs(Permission.LEDGER))
async def show(platform: PlatformHere, principal: Asking, payout_id: str) -> PayoutWhole:
    """One payout. GET /api/runs/{id} says what happened, and what is safe to do next."""
    found = await _seen(platform, principal.account_id, payout_id)
    lines = [(found.payee_id, found.currency, found.amount)]
    alike = await alike_shown(
        platform.database, principal.account_id, lines, found.created_at, run_id=found.id, batch_id=found.batch_id
    )
    return PayoutWhole(**_shape(found).model_dump(), alike=alike)


@router.post("/api/payouts/{payout_id}/settlement", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def settle(
    platform: PlatformHere, registry: Deployed, principal: Asking, payout_id: str, asked: SettlementRequest
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
