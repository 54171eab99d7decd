"""Proposals from what people chose before: listed, taken, dismissed."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.own_key import OwnKey
from tillroll.api.needs import needs
from tillroll.api.shapes import Shape
from tillroll.api.sorting.answering import as_problems, who
from tillroll.expenses.sorting.acts.advancing import NewAct, begin_act
from tillroll.expenses.sorting.acts.rows import ActShape
from tillroll.expenses.sorting.categories.rows import checked_name
from tillroll.expenses.sorting.plans import PLANS
from tillroll.expenses.sorting.rules import proposals
from tillroll.expenses.sorting.rules.rows import create_rule
from tillroll.expenses.sorting.rules.rule import Conditions, Gives
from tillroll.platform.json import JsonObject
from tillroll.platform.shape import Asked, Flag
from tillroll.receipts.correction import MAX_CATEGORY_LENGTH, MAX_MERCHANT_LENGTH

router = APIRouter(tags=["sorting"])

Merchant = Annotated[str, Field(min_length=1, max_length=MAX_MERCHANT_LENGTH)]
Category = Annotated[str, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)]


class ProposalsShape(Shape):
    """At most 50, those with most expenses waiting first."""

    items: list[proposals.ProposalShape]


class Proposed(Asked):
    """A proposal, as it was listed."""

    merchant: Merchant
    category: Category


class TakenProposal(Proposed):
    """`always`: make a rule of it as well, so that the merchant's next expenses get the category too."""

    always: Flag = False


@router.get("/api/proposals", openapi_extra=needs(Permission.READ))
async def list_all(platform: PlatformHere, principal: Asking) -> ProposalsShape:
    """Categories proposed for merchants' expenses that have none."""
    return ProposalsShape(items=await proposals.list_proposals(platform.database, principal.account_id))


@router.post("/api/proposals/apply", openapi_extra=needs(Permission.EDIT))
async def apply(platform: PlatformHere, principal: Asking, asked: TakenProposal, own_key: OwnKey) -> ActShape:
    """Give a merchant's expenses this category, where they have none."""

    async def prepare() -> JsonObject:
        category = checked_name(asked.category)
        if asked.always:
            wanted = Conditions(merchant=asked.merchant), Gives(category=category)
            await create_rule(platform, principal.account_id, *wanted, principal.actor)
        return proposals.apply_asked(asked.merchant, category)

    with as_problems():
        new = NewAct(proposals.APPLY, prepare)
        return await begin_act(platform, PLANS, who(principal), new, own_key)


@router.post("/api/proposals/dismiss", status_code=204, openapi_extra=needs(Permission.EDIT))
async def dismiss(platform: PlatformHere, principal: Asking, asked: Proposed) -> Response:
    """Do not propose this again."""
    await proposals.dismiss(platform, principal.account_id, asked.merchant, asked.category, principal.actor)
    return Response(status_code=204)
