"""Claims: what could be claimed, asking for one, the list, one."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from tillroll.access.permissions import Permission
from tillroll.api.claims.held import against_policies
from tillroll.api.claims.shapes import (
    ClaimableList,
    ClaimDetailShape,
    ClaimPage,
    ClaimRequest,
    ClaimState,
    OwingList,
    claim_detail_shape,
    claim_shape,
    claimable_shape,
    owing_shape,
)
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.door.own_key import AccountKey
from tillroll.api.needs import needs
from tillroll.api.paging import Paged
from tillroll.api.problems import KEY_REUSED, Problem, not_found
from tillroll.api.times import Day
from tillroll.durable import KeyReused, ValuesRefused
from tillroll.platform.services import Platform
from tillroll.workflows.claim.contract import KIND, ClaimParams
from tillroll.workflows.claim.gathering import AgainstPolicies, gather_claimable
from tillroll.workflows.claim.rows.items import Period, choice_for, count_claimable, list_owing
from tillroll.workflows.claim.service.asking import begin_claim
from tillroll.workflows.claim.service.changing import NoSuchClaim
from tillroll.workflows.claim.service.seeing import list_claims, show_claim

router = APIRouter(tags=["claims"])

Name = Annotated[str | None, Query(min_length=1, max_length=200)]


async def _period(
    principal: Asking,
    first_day: Annotated[Day | None, Query(alias="firstDay")] = None,
    last_day: Annotated[Day | None, Query(alias="lastDay")] = None,
    person: Name = None,
) -> Period:
    return Period(principal.account_id, first_day, last_day, person)


Asked = Annotated[Period, Depends(_period)]


@router.get("/api/claimable", openapi_extra=needs(Permission.LEDGER))
async def claimable(
    platform: PlatformHere,
    period: Asked,
    payer_kind: Annotated[Literal["company", "customer"], Query(alias="payerKind")] = "company",
    payer_name: Annotated[Name, Query(alias="payerName", description="Needed of a customer: what names them")] = None,
    client: Annotated[Name, Query(description="Of a company: only what names this client")] = None,
) -> ClaimableList:
    """What a claim could be over now, each currency by itself: its expenses, and what policies say of them. Nothing is
    begun."""
    if payer_kind == "customer" and payer_name is None:
        said = "Say whose expenses: payerName is the client that they name. GET /api/claimable/customers lists them."
        raise ValuesRefused([("payerName", said)])
    database = platform.database
    choice = await choice_for(database, period, payer_kind, payer_name, client)
    found = await count_claimable(database, choice)
    gathered = [await gather_claimable(database, choice, each.currency, leaves_out=True) for each in found]
    return ClaimableList(items=[claimable_shape(each, held) for each, held in zip(found, gathered, strict=True)])


@router.get("/api/claimable/customers", openapi_extra=needs(Permission.LEDGER))
async def customers(platform: PlatformHere, period: Asked) -> OwingList:
    """Customers with what they could be claimed for, each currency by itself. What is billable and names no client
    comes last, with `name` null: it cannot be claimed so."""
    return OwingList(items=[owing_shape(each) for each in await list_owing(platform.database, period)])


@router.post("/api/claims", status_code=202, openapi_extra=needs(Permission.BOOK))
async def ask(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Asking,
    asked: ClaimRequest,
    own_key: AccountKey,
) -> ClaimDetailShape:
    """Claim expenses, once under an Idempotency-Key, which holds for the whole account and for ever. `Location` says
    where it stands. Where policies are against one, the problem `policies-against` lists them in `violations`, each
    with what to do, and nothing is claimed."""
    params = ClaimParams.model_validate(asked.model_dump())
    try:
        begun = await begin_claim(platform, registry.newest[KIND], principal.as_actor, params, own_key)
    except AgainstPolicies as error:
        raise against_policies(error) from error
    except KeyReused as error:
        detail = "This Idempotency-Key stands for another claim: send this one under its own."
        raise Problem(KEY_REUSED, detail) from error
    response.headers["location"] = f"/api/claims/{begun.run_id}"
    return await shown(platform, principal.account_id, begun.run_id)


@router.get("/api/claims", openapi_extra=needs(Permission.LEDGER))
async def list_all(
    platform: PlatformHere,
    principal: Asking,
    page: Paged,
    state: Annotated[ClaimState | None, Query(description="Only those")] = None,
) -> ClaimPage:
    """The account's claims, the newest first."""
    found = await list_claims(platform, principal.account_id, page.behind, page.wanted, state)
    seen, following = page.cut(found, lambda each: each.claim.run_id)
    today = platform.clock.now().date()
    return ClaimPage(items=[claim_shape(each, today) for each in seen], next_cursor=following)


@router.get("/api/claims/{claim_id}", openapi_extra=needs(Permission.LEDGER))
async def show(platform: PlatformHere, principal: Asking, claim_id: str) -> ClaimDetailShape:
    """One claim: what is in it, and what happened to it. GET /api/runs/{id} says what its run does."""
    return await shown(platform, principal.account_id, claim_id)


async def shown(platform: Platform, account_id: str, claim_id: str) -> ClaimDetailShape:
    """
    Raises:
        Problem: 404, the account has no such claim.
    """
    try:
        seen = await show_claim(platform, account_id, claim_id)
    except NoSuchClaim as error:
        raise not_found("claim") from error
    return claim_detail_shape(seen, platform.clock.now().date())
