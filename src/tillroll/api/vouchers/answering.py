"""What the routes for statements share."""

from typing import Annotated, Any

from fastapi import Response
from pydantic import Field, StringConstraints

from tillroll.api.accounts.quotas import quota_reached
from tillroll.api.door.access import Principal
from tillroll.api.problems import KEY_REUSED, Problem, invalid_values
from tillroll.api.shapes import Shape
from tillroll.durable.registry import Registry
from tillroll.platform.services import Platform
from tillroll.quotas.usage import QuotaReached
from tillroll.receipts.correction import InvalidValues, apply
from tillroll.receipts.voucher import Voucher
from tillroll.workflows.receipt.contract import KIND
from tillroll.workflows.receipt.service.stating import KeyReused, take_statement
from tillroll.workflows.receipt.values import FAR_AHEAD, is_far_ahead

Key = Annotated[
    str | None,
    Field(min_length=1, max_length=100, description="Tells two statements of the same apart; the same key is the same"),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class TakenShape(Shape):
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
    except QuotaReached as reached:
        raise quota_reached(reached.use, platform.clock.now()) from reached
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
