"""What happens to a claim: it is paid, disputed, corrected, written off, withdrawn; a payment is taken back."""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.claims.claims import shown
from tillroll.api.claims.shapes import ClaimDetailShape
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.own_key import AccountKey
from tillroll.api.needs import needs
from tillroll.api.problems import CLAIM_NOT_OPEN, KEY_REUSED, Problem, not_found
from tillroll.api.times import Day
from tillroll.durable import KeyReused, ValuesRefused
from tillroll.ledger.values.transfers import LARGEST_AMOUNT
from tillroll.platform.ids import new_id
from tillroll.platform.shape import Asked
from tillroll.receipts.amounts.currencies import CODES
from tillroll.receipts.amounts.money import AmountError, minor_from_decimal_string
from tillroll.workflows.claim.contract import MOST_EXPENSES, Currency, Id
from tillroll.workflows.claim.invoice_params import OneLine
from tillroll.workflows.claim.service.changing import (
    NoSuchClaim,
    Payment,
    Unchangeable,
    credit_expenses,
    dispute_claim,
    record_payment,
    resolve_dispute,
    withdraw_claim,
)
from tillroll.workflows.claim.service.money import Refund, record_refund, reverse_payment, write_off_rest

router = APIRouter(tags=["claims"])
# What a number of JSON can hold exactly.
_LAST_VERSION = 2**53 - 1


class PaymentRequest(Asked):
    """What came in on a day. In another currency than the claim's, or beyond what is open, it is kept as owed back."""

    amount: Annotated[str, Field(min_length=1, max_length=30, examples=["12.90"])]
    currency: Currency
    day: Day
    reference: OneLine | None = None


class CreditRequest(Asked):
    """Expenses that are taken out of the claim."""

    expense_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_EXPENSES)]
    reason: OneLine


class RefundRequest(Asked):
    """What was sent back to whoever paid: of what is owed back, no more."""

    amount: Annotated[str, Field(min_length=1, max_length=30, examples=["12.90"])]
    currency: Currency
    reason: OneLine


class WhyRequest(Asked):
    reason: OneLine


@router.post("/api/claims/{claim_id}/payments", openapi_extra=needs(Permission.BOOK))
async def pay(
    platform: PlatformHere, principal: Asking, claim_id: str, asked: PaymentRequest, own_key: AccountKey
) -> ClaimDetailShape:
    """Record a payment, once under an Idempotency-Key: at any time once the claim is issued, also behind its end."""
    payment = Payment(asked.currency, _minor(asked), asked.day, asked.reference)
    with _as_problems():
        await record_payment(platform, principal.as_actor, claim_id, payment, _key(own_key))
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/payments/{version}/reversal", openapi_extra=needs(Permission.BOOK))
async def reverse(
    platform: PlatformHere,
    principal: Asking,
    claim_id: str,
    version: Annotated[int, Path(ge=1, le=_LAST_VERSION)],
    asked: WhyRequest,
) -> ClaimDetailShape:
    """Take a payment back that was recorded by mistake, or bounced: its event's `version` names it. Done again, it
    changes nothing."""
    with _as_problems():
        await reverse_payment(platform, principal.as_actor, claim_id, version, asked.reason)
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/write-off", openapi_extra=needs(Permission.BOOK))
async def write_off(platform: PlatformHere, principal: Asking, claim_id: str, asked: WhyRequest) -> ClaimDetailShape:
    """Give up what is still to be paid: nobody is asked for it any more. Its expenses stay claimed."""
    with _as_problems():
        await write_off_rest(platform, principal.as_actor, claim_id, asked.reason)
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/refunds", openapi_extra=needs(Permission.BOOK))
async def refund(
    platform: PlatformHere, principal: Asking, claim_id: str, asked: RefundRequest, own_key: AccountKey
) -> ClaimDetailShape:
    """Book that what is owed back to whoever paid was sent back, once under an Idempotency-Key."""
    with _as_problems():
        sent = Refund(asked.currency, _minor(asked), asked.reason)
        await record_refund(platform, principal.as_actor, claim_id, sent, _key(own_key))
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/credit-notes", openapi_extra=needs(Permission.BOOK))
async def credit(
    platform: PlatformHere, principal: Asking, claim_id: str, asked: CreditRequest, own_key: AccountKey
) -> ClaimDetailShape:
    """Take expenses out of a claim by a credit note, once under an Idempotency-Key; they can be claimed again."""
    with _as_problems():
        await credit_expenses(platform, principal.as_actor, claim_id, asked.expense_ids, asked.reason, _key(own_key))
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/withdraw", openapi_extra=needs(Permission.BOOK))
async def withdraw(platform: PlatformHere, principal: Asking, claim_id: str, asked: WhyRequest) -> ClaimDetailShape:
    """Take an open claim back as a whole; its expenses can be claimed again."""
    with _as_problems():
        await withdraw_claim(platform, principal.as_actor, claim_id, asked.reason)
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/dispute", openapi_extra=needs(Permission.BOOK))
async def dispute(platform: PlatformHere, principal: Asking, claim_id: str, asked: WhyRequest) -> ClaimDetailShape:
    """Say that whoever is to pay calls it wrong: it is not asked for until that is over."""
    with _as_problems():
        await dispute_claim(platform, principal.account_id, principal.as_actor.name, claim_id, asked.reason)
    return await shown(platform, principal.account_id, claim_id)


@router.post("/api/claims/{claim_id}/resolve", openapi_extra=needs(Permission.BOOK))
async def resolve(platform: PlatformHere, principal: Asking, claim_id: str, asked: WhyRequest) -> ClaimDetailShape:
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
