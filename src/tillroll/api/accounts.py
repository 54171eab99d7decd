"""The account of whoever is asking, and what its owner sets."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import ConfigDict, Field

from tillroll.ai.budget import budget_of, set_budget
from tillroll.api.access import Principal
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.problems import INVALID_REQUEST, INVALID_VALUES, OWNER_ONLY, Problem
from tillroll.api.shapes import AccountSettingsShape, AiBudgetShape, Shape
from tillroll.conversion.base_currency import base_currency, set_base_currency
from tillroll.platform.prices import dollars, parse_dollars
from tillroll.platform.services import Platform
from tillroll.receipts.amounts.currencies import CODES

router = APIRouter(tags=["account"])


@router.get("/api/account")
async def show_account(platform: PlatformHere, principal: Asking) -> AccountSettingsShape:
    """The account."""
    return await _settings(platform, principal)


class ChangeRequest(Shape):
    """What is left out stays as it is; null takes it away."""

    model_config = ConfigDict(extra="forbid")

    base_currency: Annotated[str | None, Field(description="ISO 4217 code")] = None
    ai_daily_budget: Annotated[str | None, Field(description="US dollars, such as 1.50")] = None


@router.patch("/api/account")
async def change_account(
    platform: PlatformHere,
    principal: Asking,
    change: Annotated[
        ChangeRequest, Body(openapi_examples={"both": {"value": {"baseCurrency": "EUR", "aiDailyBudget": "1.50"}}})
    ],
) -> AccountSettingsShape:
    """Set the base currency, into which expenses are then converted within minutes, and what the account may spend on
    models a day."""
    asked = change.model_fields_set
    if not asked:
        raise Problem(INVALID_REQUEST, "Name what is to be changed: `baseCurrency`, `aiDailyBudget`.")
    if principal.role != "owner":
        raise Problem(OWNER_ONLY, "Ask an owner of the account to set this.")
    code = _currency(change.base_currency)
    budget = _budget(platform, change.ai_daily_budget)
    if "base_currency" in asked:
        await set_base_currency(platform, principal.account_id, code, principal.actor)
    if "ai_daily_budget" in asked:
        await set_budget(platform, principal.account_id, budget, principal.actor)
    return await _settings(platform, principal)


def _currency(given: str | None) -> str | None:
    chosen = None if given is None else given.strip().upper()
    if chosen is not None and chosen not in CODES:
        raise _invalid(
            "baseCurrency",
            "Give the currency by its three-letter ISO 4217 code, such as EUR or MYR, or null for none.",
        )
    return chosen


def _budget(platform: Platform, given: str | None) -> int | None:
    if given is None:
        return None
    unpriced = platform.settings.unpriced_models
    if unpriced:
        missing = ", ".join(unpriced)
        raise _invalid("aiDailyBudget", f"No budget can be held: AI_PRICES does not name the price of {missing}.")
    try:
        return parse_dollars(given.strip())
    except ValueError as error:
        message = "Give US dollars with at most six decimals, such as 1.50, or nothing (null) for the deployment's."
        raise _invalid("aiDailyBudget", message) from error


def _invalid(field: str, message: str) -> Problem:
    return Problem(
        INVALID_VALUES,
        "Correct the fields named in `errors` and send the request again.",
        errors=[{"field": field, "message": message}],
    )


async def _settings(platform: Platform, principal: Principal) -> AccountSettingsShape:
    budget = await budget_of(platform, principal.account_id)
    return AccountSettingsShape(
        id=principal.account_id,
        name=principal.account_name,
        base_currency=await base_currency(platform, principal.account_id),
        ai_budget=AiBudgetShape(
            daily=None if budget.daily is None else dollars(budget.daily),
            own=None if budget.own is None else dollars(budget.own),
            counted_today=dollars(budget.counted),
        ),
    )
