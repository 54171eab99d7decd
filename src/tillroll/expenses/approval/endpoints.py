"""Routes of approval: decisions on many expenses, and policies."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.problems import not_found
from tillroll.api.shapes import Model
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
from tillroll.platform.models import RequestBody

router = APIRouter(tags=["approval"])

Ids = Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Chosen(RequestBody):
    """Up to 100 expenses, by their ids."""

    ids: Ids


class Rejected(Chosen):
    """`reason`: why, in a few words."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Outcomes(Model):
    """One for each id that was named, in their order."""

    items: list[OutcomeShape]


def approver(principal: Principal) -> Approver:
    """As what whoever asks approves."""
    return Approver(principal.account_id, principal.user_id, principal.actor)


@router.post("/api/expenses/approve", openapi_extra=needs(Permission.APPROVE))
async def approve(platform: PlatformHere, principal: Caller, asked: Chosen) -> Outcomes:
    """Approve expenses: they are locked from then on. What a policy hinders stays as it is, and says why."""
    return Outcomes(items=await decide(platform, approver(principal), asked.ids, APPROVE, None))


@router.post("/api/expenses/unapprove", openapi_extra=needs(Permission.APPROVE))
async def unapprove(platform: PlatformHere, principal: Caller, asked: Chosen) -> Outcomes:
    """Take approvals back: the expenses are ready, and can be edited again."""
    return Outcomes(items=await decide(platform, approver(principal), asked.ids, UNAPPROVE, None))


@router.post("/api/expenses/reject", openapi_extra=needs(Permission.APPROVE))
async def reject(platform: PlatformHere, principal: Caller, asked: Rejected) -> Outcomes:
    """Send expenses back to review, with the reason."""
    return Outcomes(items=await decide(platform, approver(principal), asked.ids, REJECT, asked.reason))


@router.post("/api/approvals/check", openapi_extra=needs(Permission.READ))
async def check(platform: PlatformHere, principal: Caller, asked: Chosen) -> Outcomes:
    """What policies say of expenses, before anything is done: `done` stands for what could be approved now."""
    return Outcomes(items=await look(platform.database, approver(principal), asked.ids))


class Policies(Model):
    """The oldest first."""

    items: list[PolicyShape]


@router.get("/api/policies", openapi_extra=needs(Permission.READ))
async def show_policies(platform: PlatformHere, principal: Caller) -> Policies:
    """What the account asks of an expense before it is approved, or before what is approved is claimed."""
    return Policies(items=await list_policies(platform.database, principal.account_id))


@router.post("/api/policies", openapi_extra=needs(Permission.ADMINISTER))
async def add_policy(platform: PlatformHere, principal: Caller, asked: PolicyAsked) -> PolicyShape:
    """Make a policy. The same again is the one there is."""
    return await create_policy(platform, principal.account_id, asked, principal.actor)


@router.delete("/api/policies/{policy_id}", status_code=204, openapi_extra=needs(Permission.ADMINISTER))
async def remove_policy(platform: PlatformHere, principal: Caller, policy_id: str) -> Response:
    """Delete a policy. What was approved or claimed stays so."""
    try:
        await delete_policy(platform, principal.account_id, policy_id, principal.actor)
    except NoSuchPolicy as error:
        raise not_found("policy") from error
    return Response(status_code=204)
