"""Routes of approval: expenses are approved, rejected and checked before, and policies are kept."""

from typing import Annotated, Any, Final

from fastapi import Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.problems import problem
from tillroll.api.routing import Router
from tillroll.expenses.approval import decisions as approval
from tillroll.expenses.approval import own_decisions, policies
from tillroll.expenses.approval.decisions import (
    MOST_AT_ONCE,
    ApprovalOutcome,
    decide,
    look,
)
from tillroll.expenses.approval.judged import (
    Approver,
)
from tillroll.expenses.approval.meanwhile import View
from tillroll.expenses.approval.moves import (
    REJECT,
    UNAPPROVE,
)
from tillroll.expenses.approval.views import views_of
from tillroll.identity.authentication import Principal
from tillroll_durable.platform.bindings.database import LARGEST_INTEGER
from tillroll_durable.platform.models import Items, RequestBody

router = Router(tags=["approval"])


class Chosen(RequestBody):
    """Up to 100 expenses, by their ids."""

    ids: Annotated[
        list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=MOST_AT_ONCE)
    ]


Version = Annotated[int, Field(strict=True, ge=1, le=LARGEST_INTEGER)]


Step = Annotated[int, Field(strict=True, ge=0, le=LARGEST_INTEGER)]


class ExpensesAsSeen(Chosen):
    """Up to 100 expenses, by their ids, and `versions`: the `version` of each that was looked at,
    in the order of `ids`. `steps` are the `current` steps of their chains, null where one has none.
    """

    versions: Annotated[list[Version] | None, Field(max_length=MOST_AT_ONCE)] = None
    steps: Annotated[list[Step | None] | None, Field(max_length=MOST_AT_ONCE)] = None


class Rejected(ExpensesAsSeen):
    """Expenses as they were looked at, and `reason`: why, in a few words."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


def _approver(principal: Principal) -> Approver:
    return Approver(principal.account_id, principal.user_id, principal.actor)


_SEEN_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    428: problem("The decision has no `versions`")
}


@router.post(
    "/api/expenses/approve", responses=_SEEN_RESPONSES, openapi_extra=needs(Permission.APPROVE)
)
async def approve_expenses(
    platform: PlatformHere, principal: Caller, request: ExpensesAsSeen
) -> Items[ApprovalOutcome]:
    """Approve expenses as they were looked at: they are locked from then on. What was changed or
    decided since is refused: `reason` says who did what. Where a rule names who approves one after
    the other, this does the caller's step alone. What a policy or the order hinders stays as it
    is, and says why.
    """
    views = views_of(request.ids, request.versions, request.steps)
    return Items(items=await approval.approve(platform, _approver(principal), views))


@router.post("/api/expenses/unapprove", openapi_extra=needs(Permission.APPROVE))
async def unapprove_expenses(
    platform: PlatformHere,
    principal: Caller,
    request: ExpensesAsSeen,
) -> Items[ApprovalOutcome]:
    """Take approvals back: the expenses are ready, and can be edited again. With `versions`, what
    was changed or decided since is refused.
    """
    if request.versions is None:
        views = dict.fromkeys(request.ids, View())
    else:
        views = views_of(request.ids, request.versions, request.steps)
    return Items(
        items=await decide(platform, _approver(principal), views, move=UNAPPROVE, reason=None)
    )


@router.post(
    "/api/expenses/reject", responses=_SEEN_RESPONSES, openapi_extra=needs(Permission.APPROVE)
)
async def reject_expenses(
    platform: PlatformHere,
    principal: Caller,
    request: Rejected,
) -> Items[ApprovalOutcome]:
    """Send expenses back to review, with the reason. What was changed or decided since it was
    looked at is refused.
    """
    views = views_of(request.ids, request.versions, request.steps)
    return Items(
        items=await decide(
            platform, _approver(principal), views, move=REJECT, reason=request.reason
        )
    )


@router.post("/api/approvals/take-back", openapi_extra=needs(Permission.APPROVE))
async def take_back(
    platform: PlatformHere,
    principal: Caller,
    request: Chosen,
) -> Items[ApprovalOutcome]:
    """Take back your own newest decision on each expense: an approval, a step of a chain, or that
    you sent it back. Refused where it was somebody else's, or where the expense has changed since.
    """
    return Items(items=await own_decisions.take_back(platform, _approver(principal), request.ids))


@router.post("/api/approvals/check", openapi_extra=needs(Permission.OWN))
async def check_approval(
    platform: PlatformHere,
    principal: Caller,
    request: Chosen,
) -> Items[ApprovalOutcome]:
    """What policies say of expenses, before anything is done: `done` stands for what could be
    approved now.
    """
    return Items(
        items=await look(platform, _approver(principal), sight=principal.sight, ids=request.ids)
    )


@router.get("/api/policies", openapi_extra=needs(Permission.READ))
async def list_policies(
    platform: PlatformHere,
    principal: Caller,
) -> Items[policies.ApprovalPolicy]:
    """List what the account asks of an expense before it is approved, or before what is approved is
    claimed.
    """
    return Items(items=await policies.list_policies(platform.database, principal.account_id))


@router.post("/api/policies", openapi_extra=needs(Permission.ADMINISTER))
async def create_policy(
    platform: PlatformHere, principal: Caller, request: policies.NewPolicy
) -> policies.ApprovalPolicy:
    """Make a policy. The same again is the one there is."""
    return await policies.create_policy(
        platform, principal.account_id, request=request, actor=principal.actor
    )


@router.delete(
    "/api/policies/{policy_id}", status_code=204, openapi_extra=needs(Permission.ADMINISTER)
)
async def remove_policy(platform: PlatformHere, principal: Caller, policy_id: str) -> Response:
    """Delete a policy. What was approved or claimed stays so."""
    await policies.delete_policy(
        platform, principal.account_id, policy_id=policy_id, actor=principal.actor
    )
    return Response(status_code=204)
