"""Routes of approval: decisions on many expenses, and policies."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere, needs
from tillroll.api.problems import not_found
from tillroll.api.shapes import Shape
from tillroll.expenses.approval.repository import (
    NoSuchPolicy,
    PolicyAsked,
    PolicyShape,
    create_policy,
    delete_policy,
    list_policies,
)
from tillroll.expenses.approval.service import (
    APPROVE,
    MOST_AT_ONCE,
    REJECT,
    UNAPPROVE,
    Approver,
    OutcomeShape,
    decide,
    look,
)
from tillroll.identity.authentication import Principal
from tillroll.platform.shape import Asked

router = APIRouter(tags=["approval"])

Ids = Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Chosen(Asked):
    """Up to 100 expenses, by their ids."""

    ids: Ids


class Rejected(Chosen):
    """`reason`: why, in a few words."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class OutcomesShape(Shape):
    """One for each id that was named, in their order."""

    items: list[OutcomeShape]


def approver(principal: Principal) -> Approver:
    """As what whoever asks approves."""
    return Approver(principal.account_id, principal.user_id, principal.actor)


@router.post("/api/expenses/approve", openapi_extra=needs(Permission.APPROVE))
async def approve(platform: PlatformHere, principal: Asking, asked: Chosen) -> OutcomesShape:
    """Approve expenses: they are locked from then on. What a policy hinders stays as it is, and says why."""
    return OutcomesShape(items=await decide(platform, approver(principal), asked.ids, APPROVE, None))


@router.post("/api/expenses/unapprove", openapi_extra=needs(Permission.APPROVE))
async def unapprove(platform: PlatformHere, principal: Asking, asked: Chosen) -> OutcomesShape:
    """Take approvals back: the expenses are ready, and can be edited again."""
    return OutcomesShape(items=await decide(platform, approver(principal), asked.ids, UNAPPROVE, None))


@router.post("/api/expenses/reject", openapi_extra=needs(Permission.APPROVE))
async def reject(platform: PlatformHere, principal: Asking, asked: Rejected) -> OutcomesShape:
    """Send expenses back to review, with the reason."""
    return OutcomesShape(items=await decide(platform, approver(principal), asked.ids, REJECT, asked.reason))


@router.post("/api/approvals/check", openapi_extra=needs(Permission.READ))
async def check(platform: PlatformHere, principal: Asking, asked: Chosen) -> OutcomesShape:
    """What policies say of expenses, before anything is done: `done` stands for what could be approved now."""
    return OutcomesShape(items=await look(platform.database, approver(principal), asked.ids))


class PoliciesShape(Shape):
    """The oldest first."""

    items: list[PolicyShape]


@router.get("/api/policies", openapi_extra=needs(Permission.READ))
async def show_policies(platform: PlatformHere, principal: Asking) -> PoliciesShape:
    """What the account asks of an expense before it is approved, or before what is approved is claimed."""
    return PoliciesShape(items=await list_policies(platform.database, principal.account_id))


@router.post("/api/policies", openapi_extra=needs(Permission.ADMINISTER))
async def add_policy(platform: PlatformHere, principal: Asking, asked: PolicyAsked) -> PolicyShape:
    """Make a policy. The same again is the one there is."""
    return await create_policy(platform, principal.account_id, asked, principal.actor)


@router.delete("/api/policies/{policy_id}", status_code=204, openapi_extra=needs(Permission.ADMINISTER))
async def remove_policy(platform: PlatformHere, principal: Asking, policy_id: str) -> Response:
    """Delete a policy. What was approved or claimed stays so."""
    try:
        await delete_policy(platform, principal.account_id, policy_id, principal.actor)
    except NoSuchPolicy as error:
        raise not_found("policy") from error
    return Response(status_code=204)
