"""Routes of claims: creation, list, changes, statement and links."""

import csv
import hashlib
import io
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field, ValidationError

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import (
    AccountKey,
    Caller,
    Deployed,
    ListPlatform,
    PlatformHere,
    needs,
)
from tillroll.api.paging import Paged
from tillroll.api.parameters import Day
from tillroll.api.problems import Problem
from tillroll.api.routing import Router
from tillroll.claims import creation, models, preview, repository, service
from tillroll.claims.claimable.repository import Choice, Period, list_owing
from tillroll.claims.contract import (
    KIND,
    LONGEST_TERMS,
    MOST_EXPENSES,
    ClaimParams,
    Currency,
    Id,
    OneLine,
)
from tillroll.claims.creation import AgainstPolicies, begin_claim
from tillroll.claims.models import ClaimDetail
from tillroll.claims.preview import FRAMED, preview_page
from tillroll.claims.repository import CLAIM_LINKS
from tillroll.claims.service import KeyTaken, Payment
from tillroll.exports.writers.formats import harmless
from tillroll.ledger.transfers import LARGEST_AMOUNT
from tillroll.secret_links import list_links, make_link, revoke_link
from tillroll_documents.money import (
    CODES,
    UNKNOWN_CURRENCY,
    AmountError,
    Money,
    minor_from_decimal_string,
)
from tillroll_durable import KeyReused, ValuesRefused
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.models import Items, Model, Page, RequestBody, ShownOnce
from tillroll_durable.platform.refusals import Kind

_POLICIES_AGAINST: Final = Kind(
    "policies-against", 422, "Policies are against claiming this", may_pass=True
)
router = Router(tags=["claims"])

Name = Annotated[str | None, Query(min_length=1, max_length=200)]


async def _period(
    principal: Caller,
    first_day: Annotated[Day | None, Query(alias="firstDay")] = None,
    last_day: Annotated[Day | None, Query(alias="lastDay")] = None,
    person: Name = None,
) -> Period:
    return Period(principal.account_id, first_day, last_day=last_day, person=person)


InPeriod = Annotated[Period, Depends(_period)]
Converts = Annotated[
    bool,
    Query(description="As a claim of a customer with `converts` would charge it"),
]


@router.get("/api/claimable", openapi_extra=needs(Permission.LEDGER))
async def list_claimable(
    platform: PlatformHere,
    period: InPeriod,
    payer_kind: Annotated[Literal["company", "customer"], Query(alias="payerKind")] = "company",
    client_id: Annotated[
        Name,
        Query(
            alias="clientId",
            description="Needed of a customer; of a company, only what is this client's",
        ),
    ] = None,
    converts: Converts = False,
) -> Items[models.Claimable]:
    """List what a claim could be over now, each currency by itself: its expenses, and what policies
    say of them. Nothing is begun.
    """
    if payer_kind == "customer" and client_id is None:
        problem = (
            "Say whose expenses: clientId names a client. GET /api/claimable/customers lists them."
        )
        raise ValuesRefused([("clientId", problem)])
    is_converted = converts and payer_kind == "customer"
    choice = Choice(period, payer_kind, client_id, converts=is_converted)
    return Items(items=await creation.list_claimable(platform.database, choice))


@router.get("/api/claimable/customers", openapi_extra=needs(Permission.LEDGER))
async def list_claimable_customers(
    platform: PlatformHere, period: InPeriod, converts: Converts = False
) -> Items[models.Owing]:
    """Clients with what they could be claimed for, each currency by itself. What is billable and
    names no client comes last, with `clientId` null: it cannot be claimed so."""
    return Items(items=await list_owing(platform.database, period, converts=converts))


@router.post("/api/claims", status_code=202, openapi_extra=needs(Permission.BOOK))
async def create_claim(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    body: models.ClaimRequest,
    own_key: AccountKey,
) -> ClaimDetail:
    """Claim expenses, once under an Idempotency-Key, which holds for the whole account and for
    ever. `Location` says where it stands. Where policies are against one, the problem
    `policies-against` lists them in `violations`, each with what to do, and nothing is claimed."""
    params = ClaimParams.model_validate(body.model_dump())
    try:
        triggered = await begin_claim(
            platform, registry.newest[KIND], actor=principal.as_actor, params=params, key=own_key
        )
    except AgainstPolicies as error:
        raise _against(error) from error
    except KeyReused as error:
        raise KeyTaken("another claim: send this one under its own") from error
    response.headers["location"] = f"/api/claims/{triggered.run_id}"
    return await service.show_claim(platform, principal.account_id, triggered.run_id)


def _against(error: AgainstPolicies) -> Problem:
    """Explain that policies hinder the claim, with what to do about each violation."""
    return Problem(
        _POLICIES_AGAINST,
        "Nothing was claimed. Do what `next` of each of the `violations` says, or claim the others "
        "by `leaveOutViolations`.",
        heldBack=error.held_back,
        violations=[each.as_json() for each in models.violations(error.against)],
    )


@router.post("/api/claims/preview", openapi_extra=needs(Permission.BOOK))
async def preview_claim(
    platform: PlatformHere,
    principal: Caller,
    body: models.ClaimRequest,
) -> models.ClaimPreview:
    """Preview what a claim would be now: what it comes to, when it is due, and its mail. Nothing is
    claimed, and no number is taken. It is refused where the claim would be."""
    try:
        return await preview.preview_claim(
            platform, principal.account_id, ClaimParams.model_validate(body.model_dump())
        )
    except AgainstPolicies as error:
        raise _against(error) from error


_Text = Annotated[str | None, Query(max_length=300)]


async def _invoice_params(
    has_invoice: Annotated[bool, Query(alias="invoice")] = False,
    vat_category: Annotated[_Text, Query(alias="vatCategory")] = None,
    vat_rate: Annotated[_Text, Query(alias="vatRate")] = None,
    vat_reason: Annotated[_Text, Query(alias="vatReason")] = None,
    charges: Annotated[Literal["spent", "net_cost"], Query()] = "spent",
    disbursements: Annotated[list[str] | None, Query(max_length=MOST_EXPENSES)] = None,
) -> dict[str, str | list[str] | None] | None:
    """None where no invoice goes out."""
    if not has_invoice:
        return None
    return {
        "vat_category": vat_category,
        "vat_rate": vat_rate,
        "vat_reason": vat_reason,
        "charges": charges,
        "disbursements": disbursements,
    }


async def _chosen_expenses(
    expense_ids: Annotated[
        list[str] | None, Query(alias="expenseIds", max_length=MOST_EXPENSES)
    ] = None,
    converts: Converts = False,
) -> dict[str, list[str] | bool | None]:
    return {"expense_ids": expense_ids, "converts": converts}


async def _preview_params(
    period: InPeriod,
    invoice: Annotated[dict[str, str | list[str] | None] | None, Depends(_invoice_params)],
    expenses: Annotated[dict[str, list[str] | bool | None], Depends(_chosen_expenses)],
    currency: Annotated[str, Query(pattern=r"^[A-Z]{3}$")],
    payer_kind: Annotated[Literal["company", "customer"], Query(alias="payerKind")],
    client_id: Annotated[_Text, Query(alias="clientId")] = None,
    terms_days: Annotated[int | None, Query(alias="termsDays", ge=0, le=LONGEST_TERMS)] = None,
) -> ClaimParams:
    """Read what a frame asks for: its address is all that it can send."""
    query = {
        "currency": currency,
        "payer_kind": payer_kind,
        "client_id": client_id,
        "first_day": period.first_day,
        "last_day": period.last_day,
        "person": period.person,
        "terms_days": terms_days,
        "invoice": invoice,
        **expenses,
    }
    try:
        return ClaimParams.model_validate(query)
    except ValidationError as error:
        raise ValuesRefused([("clientId", str(error.errors()[0]["msg"]))]) from error


@router.get("/api/claim-preview", include_in_schema=False, openapi_extra=needs(Permission.BOOK))
async def show_preview(
    request: Request,
    platform: PlatformHere,
    principal: Caller,
    params: Annotated[ClaimParams, Depends(_preview_params)],
) -> HTMLResponse:
    """The page that the payer would see, for the preview's frame."""
    accepted = request.headers.get("accept-language")
    return HTMLResponse(
        await preview_page(platform, principal.account_id, request=params, accepted=accepted),
        headers=FRAMED,
    )


@router.get("/api/claims", openapi_extra=needs(Permission.LEDGER))
async def list_claims(
    platform: ListPlatform,
    principal: Caller,
    page: Paged,
    state: Annotated[models.ClaimState | None, Query(description="Only those")] = None,
) -> Page[models.ClaimSummary]:
    """The account's claims, the newest first."""
    today = platform.clock.now().date()
    return page.of(
        await repository.list_claims(
            platform.database,
            principal.account_id,
            cursor=page.after,
            limit=page.fetch_limit,
            state=state,
            today=today,
        )
    )


@router.get("/api/claims/{claim_id}", openapi_extra=needs(Permission.LEDGER))
async def show_claim(platform: PlatformHere, principal: Caller, claim_id: str) -> ClaimDetail:
    """Show one claim: what is in it, and what happened to it. GET /api/runs/{id} says what its run
    does."""
    return await service.show_claim(platform, principal.account_id, claim_id)


# What a number of JSON can hold exactly.
_LAST_VERSION = 2**53 - 1


class ClaimPaymentRequest(RequestBody):
    """What came in on a day. In another currency than the claim's, or beyond what is open, it is
    kept as owed back."""

    amount: Annotated[str, Field(min_length=1, max_length=30, examples=["12.90"])]
    currency: Currency
    day: Day
    reference: OneLine | None = None


class CreditRequest(RequestBody):
    """Expenses that are taken out of the claim."""

    expense_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_EXPENSES)]
    reason: OneLine


class RefundRequest(RequestBody):
    """What was sent back to the payer: of what is owed back, no more."""

    amount: Annotated[str, Field(min_length=1, max_length=30, examples=["12.90"])]
    currency: Currency
    reason: OneLine


class WhyRequest(RequestBody):
    reason: OneLine


@router.post("/api/claims/{claim_id}/payments", openapi_extra=needs(Permission.BOOK))
async def record_claim_payment(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
    body: ClaimPaymentRequest,
    own_key: AccountKey,
) -> ClaimDetail:
    """Record a payment, once under an Idempotency-Key: at any time once the claim is issued, also
    behind its end."""
    payment = Payment(body.currency, _minor(body), day=body.day, said=body.reference)
    await service.record_payment(
        platform, principal.as_actor, run_id=claim_id, payment=payment, key=_key(own_key)
    )
    return await service.show_claim(platform, principal.account_id, claim_id)


@router.post(
    "/api/claims/{claim_id}/payments/{version}/reversal", openapi_extra=needs(Permission.BOOK)
)
async def reverse_claim_payment(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
    version: Annotated[int, Path(ge=1, le=_LAST_VERSION)],
    body: WhyRequest,
) -> ClaimDetail:
    """Take a payment back that was recorded by mistake, or bounced: its event's `version` names it.
    Done again, it changes nothing."""
    await service.reverse_payment(
        platform, principal.as_actor, run_id=claim_id, version=version, reason=body.reason
    )
    return await service.show_claim(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/write-off", openapi_extra=needs(Permission.BOOK))
async def write_off_claim(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
    body: WhyRequest,
) -> ClaimDetail:
    """Give up what is still to be paid: nobody is asked for it any more. Its expenses stay
    claimed."""
    await service.write_off_rest(platform, principal.as_actor, run_id=claim_id, reason=body.reason)
    return await service.show_claim(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/refunds", openapi_extra=needs(Permission.BOOK))
async def refund_claim(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
    body: RefundRequest,
    own_key: AccountKey,
) -> ClaimDetail:
    """Book that what is owed back to the payer was sent back, once under an Idempotency-Key."""
    sent = Money(_minor(body), body.currency)
    await service.record_refund(
        platform,
        principal.as_actor,
        run_id=claim_id,
        sent=sent,
        reason=body.reason,
        key=_key(own_key),
    )
    return await service.show_claim(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/credit-notes", openapi_extra=needs(Permission.BOOK))
async def create_credit_note(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
    body: CreditRequest,
    own_key: AccountKey,
) -> ClaimDetail:
    """Take expenses out of a claim by a credit note, once under an Idempotency-Key; they can be
    claimed again."""
    await service.credit_expenses(
        platform,
        principal.as_actor,
        run_id=claim_id,
        expense_ids=body.expense_ids,
        reason=body.reason,
        key=_key(own_key),
    )
    return await service.show_claim(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/withdraw", openapi_extra=needs(Permission.BOOK))
async def withdraw_claim(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
    body: WhyRequest,
) -> ClaimDetail:
    """Take an open claim back as a whole; its expenses can be claimed again."""
    await service.withdraw_claim(platform, principal.as_actor, run_id=claim_id, reason=body.reason)
    return await service.show_claim(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/dispute", openapi_extra=needs(Permission.BOOK))
async def dispute_claim(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
    body: WhyRequest,
) -> ClaimDetail:
    """Say that the payer calls it wrong: it is not asked for until that is over."""
    await service.dispute_claim(platform, principal.as_actor, run_id=claim_id, reason=body.reason)
    return await service.show_claim(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/resolve", openapi_extra=needs(Permission.BOOK))
async def resolve_claim(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
    body: WhyRequest,
) -> ClaimDetail:
    """Say that a dispute is over: what is open is waited for again."""
    await service.resolve_dispute(platform, principal.as_actor, run_id=claim_id, reason=body.reason)
    return await service.show_claim(platform, principal.account_id, claim_id)


def _minor(body: ClaimPaymentRequest | RefundRequest) -> int:
    if body.currency not in CODES:
        raise ValuesRefused([("currency", UNKNOWN_CURRENCY)])
    try:
        amount = minor_from_decimal_string(body.amount.strip(), body.currency)
    except AmountError as error:
        raise ValuesRefused([("amount", str(error))]) from error
    if not 0 < amount <= LARGEST_AMOUNT:
        raise ValuesRefused([("amount", "Give what came in, or was sent back, above zero.")])
    return amount


def _key(own_key: str | None) -> str:
    """A key as ids of the ledger take it."""
    if own_key is None:
        return new_id("cpm")
    return hashlib.sha256(own_key.encode()).hexdigest()[:32]


_CSV: Final = "text/csv"
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_CSV: {}}}}
_HEAD: Final = (
    "claim",
    "expense",
    "day",
    "merchant",
    "category",
    "amount",
    "tax",
    "currency",
    "taken out",
)


@router.get(
    "/api/claims/{claim_id}/statement.csv",
    response_class=Response,
    responses=_FILE,
    openapi_extra=needs(Permission.LEDGER),
)
async def show_claim_statement_csv(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
) -> Response:
    """The expenses of a claim as one CSV file (RFC 4180); what a credit note took out says so."""
    claim = await service.show_claim(platform, principal.account_id, claim_id)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(_HEAD)
    for each in claim.items:
        texts = [
            harmless(value or "")
            for value in (claim.number, each.expense_id, each.date, each.merchant, each.category)
        ]
        tax = "" if each.tax is None else models.decimal(each, each.tax)
        writer.writerow(
            [
                *texts,
                models.decimal(each, each.amount),
                tax,
                claim.currency,
                "yes" if each.is_released else "no",
            ]
        )
    return Response(written.getvalue(), media_type=_CSV)


class ClaimLinkRequest(RequestBody):
    expires_in_days: Annotated[int, Field(ge=1, le=400, strict=True)] = 90


class ClaimLink(Model):
    id: str
    claim_id: str
    status: Literal["active", "expired", "revoked"]
    created_by: str
    created_at: str
    expires_at: str


class NewClaimLink(ClaimLink):
    """`url` is relative to where Tillroll runs, and shown this once."""

    url: ShownOnce


@router.post("/api/claims/{claim_id}/links", status_code=201, openapi_extra=needs(Permission.BOOK))
async def create_claim_link(
    platform: PlatformHere, principal: Caller, claim_id: str, body: ClaimLinkRequest
) -> NewClaimLink:
    """A link by which the payer sees the claim, and says that they have paid or that it is wrong,
    until it expires. It is in no other place than this answer."""
    await service.load_claim(platform, principal.account_id, claim_id)
    lasts = timedelta(days=body.expires_in_days)
    link, token = await make_link(
        platform, CLAIM_LINKS, actor=principal.as_actor, thing_id=claim_id, lasts=lasts
    )
    return NewClaimLink.model_validate(
        {**vars(link), "claim_id": claim_id, "url": f"/api/payer/{token}"}
    )


@router.get("/api/claims/{claim_id}/links", openapi_extra=needs(Permission.LEDGER))
async def list_claim_links(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
) -> Items[ClaimLink]:
    """The links to a claim, also those that have ended. The newest first; at most 100."""
    await service.load_claim(platform, principal.account_id, claim_id)
    links = await list_links(
        platform, CLAIM_LINKS, account_id=principal.account_id, thing_id=claim_id
    )
    return Items(
        items=[ClaimLink.model_validate({**vars(each), "claim_id": claim_id}) for each in links]
    )


@router.delete(
    "/api/claim-links/{claim_link_id}", status_code=204, openapi_extra=needs(Permission.BOOK)
)
async def revoke_claim_link(platform: PlatformHere, principal: Caller, claim_link_id: str) -> None:
    """Take a link back: the next request by it is refused."""
    await revoke_link(platform, CLAIM_LINKS, actor=principal.as_actor, link_id=claim_link_id)
