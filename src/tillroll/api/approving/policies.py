"""Policies of approval: listed, made, deleted by owners."""

from fastapi import APIRouter, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.problems import not_found
from tillroll.api.shapes import Shape
from tillroll.expenses.approving.policies import (
    NoSuchPolicy,
    PolicyAsked,
    PolicyShape,
    create_policy,
    delete_policy,
    list_policies,
)

router = APIRouter(tags=["approval"])


class PoliciesShape(Shape):
    """The oldest first."""

    items: list[PolicyShape]


@router.get("/api/policies", openapi_extra=needs(Permission.READ))
async def list_all(platform: PlatformHere, principal: Asking) -> PoliciesShape:
    """What the account asks of an expense before it is approved, or before what is approved is claimed."""
    return PoliciesShape(items=await list_policies(platform.database, principal.account_id))


@router.post("/api/policies", openapi_extra=needs(Permission.ADMINISTER))
async def create(platform: PlatformHere, principal: Asking, asked: PolicyAsked) -> PolicyShape:
    """Make a policy. The same again is the one there is."""
    return await create_policy(platform, principal.account_id, asked, principal.actor)


@router.delete("/api/policies/{policy_id}", status_code=204, openapi_extra=needs(Permission.ADMINISTER))
async def delete(platform: PlatformHere, principal: Asking, policy_id: str) -> Response:
    """Delete a policy. What was approved or claimed stays so."""
    try:
        await delete_policy(platform, principal.account_id, policy_id, principal.actor)
    except NoSuchPolicy as error:
        raise not_found("policy") from error
    return Response(status_code=204)
