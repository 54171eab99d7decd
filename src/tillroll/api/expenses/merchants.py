"""POST /api/merchants/forget: take back what receipts taught about a merchant."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.shapes import Shape
from tillroll.expenses.record.sightings import Lead, forget
from tillroll.platform.clock import to_text
from tillroll.platform.shape import Asked
from tillroll.receipts.correction import MAX_MERCHANT_LENGTH

router = APIRouter(tags=["merchants"])

Name = Annotated[str, Field(min_length=1, max_length=MAX_MERCHANT_LENGTH)]


class ForgetRequest(Asked):
    """What shall no longer lead to `merchant`: the spelling, the tax id, or both, as `extraction.knownAs` has them."""

    merchant: Name
    spelling: Name | None = None
    tax_id: Name | None = None


class ForgottenShape(Shape):
    """`forgotten` is the number of receipts from which it was known."""

    forgotten: int


@router.post("/api/merchants/forget")
async def forget_merchant(platform: PlatformHere, principal: Asking, request: ForgetRequest) -> ForgottenShape:
    """Stop snapping a spelling or a tax id to a merchant. Expenses stay as they are."""
    lead = Lead(request.merchant, request.spelling, request.tax_id)
    now = to_text(platform.clock.now())
    count = await forget(platform.database, principal.account_id, lead, principal.actor, now)
    return ForgottenShape(forgotten=count)
