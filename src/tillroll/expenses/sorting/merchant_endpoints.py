"""Routes of merchants: listed, renamed and merged, and what was learnt of one forgotten."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, OwnKey, PlatformHere, needs
from tillroll.api.paging import Limit
from tillroll.api.shapes import Model
from tillroll.expenses.sorting.act_rows import ActShape
from tillroll.expenses.sorting.acts import PLANS, NewAct, begin_act
from tillroll.expenses.sorting.endpoints import as_problems, who
from tillroll.expenses.sorting.renames import (
    MOST_AT_ONCE,
    RENAME_MERCHANTS,
    MerchantShape,
    list_merchants,
    merchant_rename_asked,
)
from tillroll.expenses.writes import Lead, forget
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject
from tillroll.platform.models import RequestBody
from tillroll.reading.correction import MAX_MERCHANT_LENGTH

router = APIRouter(tags=["merchants"])

Name = Annotated[str, Field(min_length=1, max_length=MAX_MERCHANT_LENGTH)]


class Merchants(Model):
    """The most used first."""

    items: list[MerchantShape]


class RenameRequest(RequestBody):
    """The merchants of these names, compared without case, accents and punctuation, are called `to`."""

    names: Annotated[list[Name], Field(min_length=1, max_length=MOST_AT_ONCE)]
    to: Name


class ForgetRequest(RequestBody):
    """What shall no longer lead to `merchant`: the spelling, the tax id, or both, as `extraction.knownAs` has them."""

    merchant: Name
    spelling: Name | None = None
    tax_id: Name | None = None


class Forgotten(Model):
    """`forgotten` is the number of receipts from which it was known."""

    forgotten: int


@router.get("/api/merchants", openapi_extra=needs(Permission.READ))
async def list_all(
    platform: PlatformHere,
    principal: Caller,
    q: Annotated[str, Query(max_length=100, description="Part of the name")] = "",
    limit: Limit = 100,
) -> Merchants:
    """The account's merchants, those with most expenses first."""
    return Merchants(items=await list_merchants(platform.database, principal.account_id, q, limit))


@router.post("/api/merchants/rename", openapi_extra=needs(Permission.EDIT))
async def rename(platform: PlatformHere, principal: Caller, asked: RenameRequest, own_key: OwnKey) -> ActShape:
    """Give merchants one name: one is renamed, several are merged. The next receipt of any spelling reads it."""

    async def prepare() -> JsonObject:
        return merchant_rename_asked(asked.names, asked.to)

    with as_problems():
        new = NewAct(RENAME_MERCHANTS, prepare)
        return await begin_act(platform, PLANS, who(principal), new, own_key)


@router.post("/api/merchants/forget", openapi_extra=needs(Permission.EDIT))
async def forget_merchant(platform: PlatformHere, principal: Caller, request: ForgetRequest) -> Forgotten:
    """Stop snapping a spelling or a tax id to a merchant. Expenses stay as they are."""
    lead = Lead(request.merchant, request.spelling, request.tax_id)
    now = to_text(platform.clock.now())
    count = await forget(platform.database, principal.account_id, lead, principal.actor, now)
    return Forgotten(forgotten=count)
