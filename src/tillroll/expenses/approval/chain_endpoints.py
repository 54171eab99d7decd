"""Routes of chains: rules on who approves, substitutes, the queue of an approver, and who waits for
whom.
"""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.routing import Router
from tillroll.expenses.approval import chain_rules, queue
from tillroll.expenses.approval.decisions import (
    ApprovalOutcome,
    begin_anew,
    reassign,
)
from tillroll.expenses.approval.endpoints import (
    Chosen,
)
from tillroll.expenses.approval.judged import (
    Approver,
)
from tillroll.identity.authentication import Principal
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.models import Items, RequestBody

router = Router(tags=["approval"])


def _approver(principal: Principal) -> Approver:
    return Approver(principal.account_id, principal.user_id, principal.actor)


@router.get("/api/approvals/queue", openapi_extra=needs(Permission.APPROVE))
async def list_approval_queue(
    platform: PlatformHere, principal: Caller, limit: Annotated[int, Query(ge=0, le=100)] = 50
) -> queue.ApprovalQueue:
    """List what waits for the caller's approval, the longest first: as themselves, as one of a
    role, or as a substitute.
    """
    return await queue.queue_of(platform, _approver(principal), sight=principal.sight, limit=limit)


@router.get("/api/approvals/waiting", openapi_extra=needs(Permission.APPROVE))
async def list_waiting_approvals(
    platform: PlatformHere,
    principal: Caller,
) -> Items[queue.WaitingFor]:
    """List who waits for whom: for each approver how many expenses, since when, whose, and their
    total.
    """
    return Items(items=await queue.waiting_for(platform, _approver(principal)))


class Reminder(RequestBody):
    """The user who is reminded."""

    person: Annotated[str, Field(min_length=1, max_length=60)]


@router.post("/api/approvals/remind", openapi_extra=needs(Permission.APPROVE))
async def remind_approvers(
    platform: PlatformHere,
    principal: Caller,
    request: Reminder,
) -> queue.Reminded:
    """Remind an approver of all that waits for them; once a day, however many people ask."""
    return await queue.remind(platform, _approver(principal), request.person)


class Reassigned(Chosen):
    """`to`: the user who decides the step in place of whom it waits for."""

    to: Annotated[str, Field(min_length=1, max_length=60)]


@router.post("/api/approvals/reassign", openapi_extra=needs(Permission.ADMINISTER))
async def reassign_approval_step(
    platform: PlatformHere, principal: Caller, request: Reassigned
) -> Items[ApprovalOutcome]:
    """Give the step that each expense waits for to another person who may approve. Four eyes hold
    for them too.
    """
    obstacle = await chain_rules.why_not(platform.database, principal.account_id, request.to)
    if obstacle is not None:
        raise ValuesRefused([("to", obstacle)])
    return Items(
        items=await reassign(platform, _approver(principal), ids=request.ids, to=request.to)
    )


@router.post("/api/approvals/begin-anew", openapi_extra=needs(Permission.ADMINISTER))
async def restart_approval_chain(
    platform: PlatformHere,
    principal: Caller,
    request: Chosen,
) -> Items[ApprovalOutcome]:
    """Begin the chains of expenses again, under the rules of today. Steps that were given count no
    more.
    """
    return Items(items=await begin_anew(platform, _approver(principal), request.ids))


@router.get("/api/approval-chains", openapi_extra=needs(Permission.READ))
async def list_approval_chains(
    platform: PlatformHere,
    principal: Caller,
) -> Items[chain_rules.ChainRule]:
    """The rules on who approves which expenses, one after the other."""
    return Items(items=await chain_rules.list_chains(platform.database, principal.account_id))


@router.post("/api/approval-chains", openapi_extra=needs(Permission.ADMINISTER))
async def create_approval_chain(
    platform: PlatformHere, principal: Caller, request: chain_rules.NewChain
) -> chain_rules.ChainRule:
    """Make a rule. The same again is the one there is. It holds for what is handed in, or changed,
    from now on.
    """
    return await chain_rules.create_chain(
        platform, principal.account_id, request=request, actor=principal.actor
    )


@router.delete(
    "/api/approval-chains/{chain_id}", status_code=204, openapi_extra=needs(Permission.ADMINISTER)
)
async def remove_approval_chain(
    platform: PlatformHere,
    principal: Caller,
    chain_id: str,
) -> Response:
    """Delete a rule. Expenses that wait under it keep it: begin their chains anew to let today's
    rules count.
    """
    await chain_rules.delete_chain(
        platform, principal.account_id, chain_id=chain_id, actor=principal.actor
    )
    return Response(status_code=204)


@router.get("/api/substitutes", openapi_extra=needs(Permission.READ))
async def list_substitutes(
    platform: PlatformHere,
    principal: Caller,
) -> Items[chain_rules.Substitute]:
    """List who approves in place of whom, today and on days to come."""
    today = platform.clock.now().date()
    return Items(
        items=await chain_rules.list_substitutes(platform.database, principal.account_id, today)
    )


@router.post("/api/substitutes", openapi_extra=needs(Permission.APPROVE))
async def add_substitute(
    platform: PlatformHere, principal: Caller, request: chain_rules.NewSubstitute
) -> chain_rules.Substitute:
    """Name a substitute for oneself, or, as an owner, for another person. The same again is the one
    there is.
    """
    person = request.person or principal.user_id
    if person != principal.user_id:
        principal.require(Permission.ADMINISTER)
    return await chain_rules.name_substitute(
        platform, principal.account_id, person=person, request=request, actor=principal.actor
    )


@router.delete(
    "/api/substitutes/{substitute_id}", status_code=204, openapi_extra=needs(Permission.APPROVE)
)
async def remove_substitute(
    platform: PlatformHere,
    principal: Caller,
    substitute_id: str,
) -> Response:
    """End a substitution now: one's own, or, as an owner, anybody's."""
    if principal.may(Permission.ADMINISTER):
        only = None
    else:
        only = principal.user_id
    await chain_rules.end_substitute(
        platform, principal.account_id, id_=substitute_id, actor=principal.actor, only=only
    )
    return Response(status_code=204)
