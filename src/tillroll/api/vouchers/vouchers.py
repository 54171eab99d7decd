"""POST /api/vouchers: an expense without a receipt, by a statement with the reason."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import StringConstraints

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.problems import invalid_values
from tillroll.api.vouchers.answering import SAME_AGAIN, Key, Line, TakenShape, checked, one_line, take
from tillroll.platform.shape import Asked, WrittenDay
from tillroll.receipts.amounts.currencies import CODES
from tillroll.receipts.amounts.money import AmountError, Money, minor_from_decimal_string
from tillroll.receipts.voucher import Origin, Voucher

router = APIRouter(tags=["vouchers"])

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class VoucherRequest(Asked):
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
    response: Response, platform: PlatformHere, registry: Deployed, principal: Asking, asked: VoucherRequest
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
