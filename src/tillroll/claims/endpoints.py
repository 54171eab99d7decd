"""Routes of claims: creation, list, changes, statement and links."""

import csv
import hashlib
import io
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import AccountKey, Caller, Deployed, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import Day
from tillroll.api.problems import CLAIM_NOT_OPEN, KEY_REUSED, Problem, not_found
from tillroll.api.shapes import Model
from tillroll.claims.contract import KIND, MOST_EXPENSES, ClaimParams, Currency, Id, OneLine
from tillroll.claims.creation import AgainstPolicies, begin_claim, gather_claimable
from tillroll.claims.models import (
    ClaimableList,
    ClaimDetail,
    ClaimRequest,
    ClaimState,
    ListedClaim,
    OwingList,
    against_policies,
    claim_detail_shape,
    claim_shape,
    claimable_shape,
    owing_shape,
)
from tillroll.claims.repository import Period, choice_for, count_claimable, list_owing
from tillroll.claims.service import (
    CLAIM_LINKS,
    NoSuchClaim,
    Payment,
    Refund,
    Unchangeable,
    credit_expenses,
    dispute_claim,
    list_links,
    make_link,
    record_payment,
    record_refund,
    resolve_dispute,
    reverse_payment,
    withdraw_claim,
    write_off_rest,
)
from tillroll.claims.views import list_claims, show_claim
from tillroll.durable import KeyReused, ValuesRefused
from tillroll.exports.writers.formats import harmless
from tillroll.ledger.transfers import LARGEST_AMOUNT
from tillroll.platform.ids import new_id
from tillroll.platform.models import Page, RequestBody, ShownOnce
from tillroll.platform.services import Platform
from tillroll.reading.money import CODES, AmountError, minor_from_decimal_string
from tillroll.secret_links import Link, NoSuchLink, revoke_link

router = APIRouter(tags=["claims"])

Name = Annotated[str | None, Query(min_length=1, max_length=200)]


async def _period(
    principal: Caller,
    first_day: Annotated[Day | None, Query(alias="firstDay")] = None,
    last_day: Annotated[Day | None, Query(alias="lastDay")] = None,
    person: Name = None,
) -> Period:
    return Period(principal.account_id, first_day, last_day, person)


PeriodAsked = Annotated[Period, Depends(_period)]


@router.get("/api/claimable", openapi_extra=needs(Permission.LEDGER))
async def claimable(
    platform: PlatformHere,
    period: PeriodAsked,
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
async def customers(platform: PlatformHere, period: PeriodAsked) -> OwingList:
    """Customers with what they could be claimed for, each currency by itself. What is billable and names no client
    comes last, with `name` null: it cannot be claimed so."""
    return OwingList(items=[owing_shape(each) for each in await list_owing(platform.database, period)])


@router.post("/api/claims", status_code=202, openapi_extra=needs(Permission.BOOK))
async def ask(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    asked: ClaimRequest,
    own_key: AccountKey,
) -> ClaimDetail:
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
    principal: Caller,
    page: Paged,
    state: Annotated[ClaimState | None, Query(description="Only those")] = None,
) -> Page[ListedClaim]:
    """The account's claims, the newest first."""
    found = await list_claims(platform, principal.account_id, page.behind, page.wanted, state)
    seen, following = page.cut(found, lambda each: each.claim.run_id)
    today = platform.clock.now().date()
    return Page(items=[claim_shape(each, today) for each in seen], next_cursor=following)


@router.get("/api/claims/{claim_id}", openapi_extra=needs(Permission.LEDGER))
async def show(platform: PlatformHere, principal: Caller, claim_id: str) -> ClaimDetail:
    """One claim: what is in it, and what happened to it. GET /api/runs/{id} says what its run does."""
    return await shown(platform, principal.account_id, claim_id)


async def shown(platform: Platform, account_id: str, claim_id: str) -> ClaimDetail:
    """
    Raises:
        Problem: 404, the account has no such claim.
    """
    try:
        seen = await show_claim(platform, account_id, claim_id)
    except NoSuchClaim as error:
        raise not_found("claim") from error
    return claim_detail_shape(seen, platform.clock.now().date())


# What a number of JSON can hold exactly.
_LAST_VERSION = 2**53 - 1


class PaymentRequest(RequestBody):
    """What came in on a day. In another currency than the claim's, or beyond what is open, it is kept as owed back."""

    amount: Annotated[str, Field(min_length=1, max_length=30, examples=["12.90"])]
    currency: Currency
    day: Day
    reference: OneLine | None = None


class CreditRequest(RequestBody):
    """Expenses that are taken out of the claim."""

    expense_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_EXPENSES)]
    reason: OneLine


class RefundRequest(RequestBody):
    """What was sent back to whoever paid: of what is owed back, no more."""

    amount: Annotated[str, Field(min_length=1, max_length=30, examples=["12.90"])]
    currency: Currency
    reason: OneLine


class WhyRequest(RequestBody):
    reason: OneLine


@router.post("/api/claims/{claim_id}/payments", openapi_extra=needs(Permission.BOOK))
async def pay(
    platform: PlatformHere, principal: Caller, claim_id: str, asked: PaymentRequest, own_key: AccountKey
) -> ClaimDetail:
    """Record a payment, once under an Idempotency-Key: at any time once the claim is issued, also behind its end."""
    payment = Payment(asked.currency, _minor(asked), asked.day, asked.reference)
    with _as_problems():
        await record_payment(platform, principal.as_actor, claim_id, payment, _key(own_key))
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/payments/{version}/reversal", openapi_extra=needs(Permission.BOOK))
async def reverse(
    platform: PlatformHere,
    principal: Caller,
    claim_id: str,
    version: Annotated[int, Path(ge=1, le=_LAST_VERSION)],
    asked: WhyRequest,
) -> ClaimDetail:
    """Take a payment back that was recorded by mistake, or bounced: its event's `version` names it. Done again, it
    changes nothing."""
    with _as_problems():
        await reverse_payment(platform, principal.as_actor, claim_id, version, asked.reason)
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/write-off", openapi_extra=needs(Permission.BOOK))
async def write_off(platform: PlatformHere, principal: Caller, claim_id: str, asked: WhyRequest) -> ClaimDetail:
    """Give up what is still to be paid: nobody is asked for it any more. Its expenses stay claimed."""
    with _as_problems():
        await write_off_rest(platform, principal.as_actor, claim_id, asked.reason)
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/refunds", openapi_extra=needs(Permission.BOOK))
async def refund(
    platform: PlatformHere, principal: Caller, claim_id: str, asked: RefundRequest, own_key: AccountKey
) -> ClaimDetail:
    """Book that what is owed back to whoever paid was sent back, once under an Idempotency-Key."""
    with _as_problems():
        sent = Refund(asked.currency, _minor(asked), asked.reason)
        await record_refund(platform, principal.as_actor, claim_id, sent, _key(own_key))
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/credit-notes", openapi_extra=needs(Permission.BOOK))
async def credit(
    platform: PlatformHere, principal: Caller, claim_id: str, asked: CreditRequest, own_key: AccountKey
) -> ClaimDetail:
    """Take expenses out of a claim by a credit note, once under an Idempotency-Key; they can be claimed again."""
    with _as_problems():
        await credit_expenses(platform, principal.as_actor, claim_id, asked.expense_ids, asked.reason, _key(own_key))
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/withdraw", openapi_extra=needs(Permission.BOOK))
async def withdraw(platform: PlatformHere, principal: Caller, claim_id: str, asked: WhyRequest) -> ClaimDetail:
    """Take an open claim back as a whole; its expenses can be claimed again."""
    with _as_problems():
        await withdraw_claim(platform, principal.as_actor, claim_id, asked.reason)
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/dispute", openapi_extra=needs(Permission.BOOK))
async def dispute(platform: PlatformHere, principal: Caller, claim_id: str, asked: WhyRequest) -> ClaimDetail:
    """Say that whoever is to pay calls it wrong: it is not asked for until that is over."""
    with _as_problems():
        await dispute_claim(platform, principal.account_id, principal.as_actor.name, claim_id, asked.reason)
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/resolve", openapi_extra=needs(Permission.BOOK))
async def resolve(platform: PlatformHere, principal: Caller, claim_id: str, asked: WhyRequest) -> ClaimDetail:
    """Say that a dispute is over: what is open is waited for again."""
    with _as_problems():
        await resolve_dispute(platform, principal.as_actor, claim_id, asked.reason)
    return await shown(platform, principal.account_id, claim_id)


def _minor(asked: PaymentRequest | RefundRequest) -> int:
    if asked.currency not in CODES:
        raise ValuesRefused([("currency", "Give the currency by its three-letter ISO 4217 code, such as EUR.")])
    try:
        amount = minor_from_decimal_string(asked.amount.strip(), asked.currency)
    except AmountError as error:
        raise ValuesRefused([("amount", str(error))]) from error
    if not 0 < amount <= LARGEST_AMOUNT:
        raise ValuesRefused([("amount", "Give what came in, or was sent back, above zero.")])
    return amount


def _key(own_key: str | None) -> str:
    """A key as ids of the ledger take it."""
    return new_id("cpm") if own_key is None else hashlib.sha256(own_key.encode()).hexdigest()[:32]


@contextmanager
def _as_problems() -> Generator[None]:
    """What a use case refuses, as the API answers it."""
    try:
        yield
    except NoSuchClaim as error:
        raise not_found("claim") from error
    except Unchangeable as error:
        raise Problem(CLAIM_NOT_OPEN, str(error)) from error
    except KeyReused as error:
        detail = "This Idempotency-Key stands for something else: send this under its own."
        raise Problem(KEY_REUSED, detail) from error


_CSV: Final = "text/csv"
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_CSV: {}}}}
_HEAD: Final = ("claim", "expense", "day", "merchant", "category", "amount", "tax", "currency", "taken out")


@router.get(
    "/api/claims/{claim_id}/statement.csv",
    response_class=Response,
    responses=_FILE,
    openapi_extra=needs(Permission.LEDGER),
)
async def statement_csv(platform: PlatformHere, principal: Caller, claim_id: str) -> Response:
    """The expenses of a claim as one CSV file (RFC 4180); what a credit note took out says so."""
    claim = await shown(platform, principal.account_id, claim_id)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(_HEAD)
    for each in claim.items:
        texts = [
            harmless(said or "") for said in (claim.number, each.expense_id, each.date, each.merchant, each.category)
        ]
        writer.writerow([*texts, each.amount, each.tax or "", claim.currency, "yes" if each.is_released else "no"])
    return Response(written.getvalue(), media_type=_CSV)


_MOST_DAYS = 400


class ClaimLinkRequest(RequestBody):
    expires_in_days: Annotated[int, Field(ge=1, le=_MOST_DAYS, strict=True)] = 90


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


class ClaimLinkPage(Model):
    """The newest first; at most 100."""

    items: list[ClaimLink]


@router.post("/api/claims/{claim_id}/links", status_code=201, openapi_extra=needs(Permission.BOOK))
async def make(platform: PlatformHere, principal: Caller, claim_id: str, asked: ClaimLinkRequest) -> NewClaimLink:
    """A link by which whoever is to pay sees the claim, and says that they have paid or that it is wrong, until it
    expires. It is in no other place than this answer."""
    try:
        link, token = await make_link(platform, principal.as_actor, claim_id, asked.expires_in_days)
    except NoSuchClaim as error:
        raise not_found("claim") from error
    return NewClaimLink(**_shape(link).model_dump(), url=f"/api/payer/{token}")


@router.get("/api/claims/{claim_id}/links", openapi_extra=needs(Permission.LEDGER))
async def list_of_links(platform: PlatformHere, principal: Caller, claim_id: str) -> ClaimLinkPage:
    """The links to a claim, also those that have ended."""
    try:
        links = await list_links(platform, principal.account_id, claim_id)
    except NoSuchClaim as error:
        raise not_found("claim") from error
    return ClaimLinkPage(items=[_shape(each) for each in links])


@router.delete("/api/claim-links/{claim_link_id}", status_code=204, openapi_extra=needs(Permission.BOOK))
async def revoke(platform: PlatformHere, principal: Caller, claim_link_id: str) -> None:
    """Take a link back: the next request by it is refused."""
    try:
        await revoke_link(platform, CLAIM_LINKS, principal.as_actor, claim_link_id)
    except NoSuchLink as error:
        raise not_found("link") from error


def _shape(link: Link) -> ClaimLink:
    return ClaimLink(
        id=link.id,
        claim_id=link.thing_id,
        status=link.status,
        created_by=link.created_by,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )
