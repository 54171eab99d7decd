"""The account of whoever is asking, and what its owner sets."""

from typing import Annotated

from fastapi import APIRouter, Body

from tillroll.api.access import Principal
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.problems import INVALID_VALUES, OWNER_ONLY, Problem
from tillroll.api.shapes import AccountSettingsShape
from tillroll.conversion.base_currency import base_currency, set_base_currency
from tillroll.platform.services import Platform
from tillroll.receipts.currencies import CODES

router = APIRouter(tags=["account"])


@router.get("/api/account")
async def show_account(platform: PlatformHere, principal: Asking) -> AccountSettingsShape:
    """The account."""
    return await _settings(platform, principal)


@router.patch("/api/account")
async def change_account(
    platform: PlatformHere,
    principal: Asking,
    code: Annotated[str | None, Body(embed=True, alias="baseCurrency")],
) -> AccountSettingsShape:
    """Set the base currency, or null for none. Expenses are converted within minutes, where a rate is known."""
    if principal.role != "owner":
        raise Problem(OWNER_ONLY, "Ask an owner of the account to set its base currency.")
    chosen = None if code is None else code.strip().upper()
    if chosen is not None and chosen not in CODES:
        message = "Give the currency by its three-letter ISO 4217 code, such as EUR or MYR, or null for none."
        raise Problem(
            INVALID_VALUES,
            "Correct the fields named in `errors` and send the request again.",
            errors=[{"field": "baseCurrency", "message": message}],
        )
    await set_base_currency(platform, principal.account_id, chosen, principal.actor)
    return await _settings(platform, principal)


async def _settings(platform: Platform, principal: Principal) -> AccountSettingsShape:
    return AccountSettingsShape(
        id=principal.account_id,
        name=principal.account_name,
        base_currency=await base_currency(platform, principal.account_id),
    )
