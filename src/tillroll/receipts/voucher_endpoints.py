"""Routes of expenses without a receipt: a statement with the reason, and what all statements share."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, needs
from tillroll.api.problems import KEY_REUSED, Problem, invalid_values
from tillroll.api.shapes import Model
from tillroll.durable.registry import Registry
from tillroll.identity.authentication import Principal
from tillroll.platform.models import RequestBody, WrittenDay
from tillroll.platform.services import Platform
from tillroll.reading.correction import InvalidValues, apply
from tillroll.reading.money import CODES, AmountError, Money, minor_from_decimal_string
from tillroll.reading.voucher import Origin, Voucher
from tillroll.receipts.contract import KIND
from tillroll.receipts.statements import KeyReused, take_statement
from tillroll.receipts.workflow import FAR_AHEAD, is_far_ahead

Key = Annotated[
    str | None,
    Field(min_length=1, max_length=100, description="Tells two statements of the same apart; the same key is the same"),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class TakenShape(Model):
    """As of an upload: where the statement's run stands. `previous_run_id` where that one ended without an expense."""

    run_id: str
    receipt_id: str
    status: str
    previous_run_id: str | None = None


def one_line(text: str) -> str:
    return " ".join(text.split())


SAME_AGAIN: dict[int | str, dict[str, Any]] = {
    200: {"model": TakenShape, "description": "There is this statement; nothing was begun"}
}


async def take(
    platform: Platform, registry: Registry, principal: Principal, response: Response, voucher: Voucher
) -> TakenShape:
    """Take a statement whose parts were checked, and answer as an upload is answered.

    Raises:
        Problem: 422, its day lies too far ahead, or its key stands for another one; 403, a quota leaves no room.
    """
    if is_far_ahead(voucher.date.isoformat(), platform):
        raise invalid_values([("date", FAR_AHEAD)])
    try:
        taken = await take_statement(platform, registry.newest[KIND], principal.as_actor, voucher)
    except KeyReused as error:
        raise Problem(KEY_REUSED, "Send what you sent under this `key` before, or choose another key.") from error
    response.status_code = 202 if taken.is_new else 200
    response.headers["location"] = f"/api/runs/{taken.run_id}"
    return TakenShape(
        run_id=taken.run_id, receipt_id=taken.receipt_id, status=taken.status, previous_run_id=taken.previous_run_id
    )


def checked(voucher: Voucher) -> Voucher:
    """The statement with values as an expense has them.

    Raises:
        Problem: 422, each field that could not become an expense, with how to put it right.
    """
    values = {
        "merchant": voucher.merchant,
        "date": voucher.date.isoformat(),
        "total": voucher.total,
        "tax": voucher.tax,
        "currency": voucher.currency,
        "category": voucher.category,
    }
    try:
        fields = apply(None, values)
    except InvalidValues as error:
        raise invalid_values(error.problems) from error
    return voucher.model_copy(update={"merchant": fields.merchant, "category": fields.category})


router = APIRouter(tags=["vouchers"])

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class VoucherRequest(RequestBody):
    """Who was paid (`merchant`), when, how much (decimal strings, with a point), and why there is no receipt."""

    key: Key = None
    merchant: Name
    date: WrittenDay
    total: str
    currency: str
    tax: str | None = None
    category: str | None = None
    reason: Line
    note: Line | None = None


@router.post("/api/vouchers", status_code=202, responses=SAME_AGAIN, openapi_extra=needs(Permission.SUBMIT))
async def state(
    response: Response, platform: PlatformHere, registry: Deployed, principal: Caller, asked: VoucherRequest
) -> TakenShape:
    """State an expense that has no receipt. The statement is stored as its document. Sent again, it is the same."""
    currency = asked.currency.strip().upper()
    if currency not in CODES:
        raise invalid_values([("currency", "Give the currency by its three-letter ISO 4217 code, such as EUR or MYR.")])
    voucher = Voucher(
        origin=Origin.VOUCHER,
        by=principal.user_id,
        key=asked.key,
        merchant=one_line(asked.merchant),
        date=asked.date,
        total=_amount("total", asked.total, currency),
        currency=currency,
        tax=_amount("tax", asked.tax, currency) if asked.tax and asked.tax.strip() else None,
        category=one_line(asked.category or "") or None,
        reason=one_line(asked.reason),
        note=one_line(asked.note) if asked.note else None,
    )
    return await take(platform, registry, principal, response, checked(voucher))


def _amount(name: str, given: str, currency: str) -> str:
    """The amount with the digits of its currency, so that equal statements have equal bytes."""
    try:
        return Money(minor_from_decimal_string(given, currency), currency).to_decimal_string()
    except AmountError as error:
        raise invalid_values([(name, str(error))]) from error
