"""The account of the caller, and what its owner sets."""

from typing import Annotated, Literal

from fastapi import Body
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.ai.settings import AiSettings
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.problems import Problem
from tillroll.api.routing import Router
from tillroll.bank.chasing.holders import is_chasing, set_chasing
from tillroll.conversion.expenses import base_currency, propose_base_currency, set_base_currency
from tillroll.expenses.approval.own_expenses import has_four_eyes, set_four_eyes
from tillroll.identity.authentication import Principal
from tillroll.identity.models import AccountSettings, AiBudget
from tillroll.receipts.originals import originals_of, set_originals
from tillroll.receipts.own_names import own_names, set_company_names, set_tax_ids
from tillroll_documents.money import CODES
from tillroll_durable.ai.budgets import budget_of, set_budget
from tillroll_durable.ai.costs import CostSettings, dollars, parse_dollars
from tillroll_durable.platform.models import ChangeBody, Flag
from tillroll_durable.platform.refusals import INVALID_REQUEST, INVALID_VALUES
from tillroll_durable.platform.services import Platform

router = Router(tags=["account"])

_MOST_LISTED = 20
_LONGEST_NAME = 200
# Blank ones and repetitions are left out, and then there are at most _MOST_LISTED.
_Names = Annotated[list[str], Field(max_length=100)]
_LONGEST_TAX_ID = 40


@router.get("/api/account", openapi_extra=needs(Permission.OWN))
async def show_account(platform: PlatformHere, principal: Caller) -> AccountSettings:
    """The account."""
    return await _settings(platform, principal)


class ChangeRequest(ChangeBody):
    """What is left out stays as it is; null takes it away."""

    base_currency: Annotated[str | None, Field(description="ISO 4217 code")] = None
    ai_daily_budget: Annotated[str | None, Field(description="US dollars, such as 1.50")] = None
    company_names: Annotated[
        _Names | None, Field(description="What the account's companies are called")
    ] = None
    tax_ids: Annotated[_Names | None, Field(description="Their tax ids")] = None
    originals: Annotated[
        Literal["kept", "bare"] | None,
        Field(description="Store photos as they came, or without what their files tell"),
    ] = None
    four_eyes: Annotated[
        Flag | None,
        Field(description="Whether somebody else approves what a person handed in; null for true"),
    ] = None
    chases: Annotated[
        Flag | None,
        Field(
            description="Whether people are asked each week for missing documents; null for true"
        ),
    ] = None


@router.patch("/api/account", openapi_extra=needs(Permission.ADMINISTER))
async def change_account(
    platform: PlatformHere,
    principal: Caller,
    change: Annotated[
        ChangeRequest,
        Body(
            openapi_examples={"both": {"value": {"baseCurrency": "EUR", "aiDailyBudget": "1.50"}}}
        ),
    ],
) -> AccountSettings:
    """Set the base currency, into which expenses are then converted within minutes, what the
    account may spend on models a day, and what it calls itself, so that it is never taken for its
    own merchant.
    """
    changed_fields = change.model_fields_set
    if not changed_fields:
        raise Problem(
            INVALID_REQUEST,
            "Name what is to be changed: `baseCurrency`, `aiDailyBudget`, `companyNames`, "
            "`taxIds`, `originals`, `fourEyes`, `chases`.",
        )
    code = _currency(change.base_currency)
    budget = _budget(platform, change.ai_daily_budget)
    names = _listed("companyNames", change.company_names, _LONGEST_NAME)
    tax_ids = _listed("taxIds", change.tax_ids, _LONGEST_TAX_ID)
    if "base_currency" in changed_fields:
        await set_base_currency(platform, principal.account_id, code=code, actor=principal.actor)
    if "ai_daily_budget" in changed_fields:
        await set_budget(platform, principal.account_id, micro_usd=budget, actor=principal.actor)
    if "company_names" in changed_fields:
        await set_company_names(platform, principal.account_id, names=names, actor=principal.actor)
    if "tax_ids" in changed_fields:
        await set_tax_ids(platform, principal.account_id, tax_ids=tax_ids, actor=principal.actor)
    if "originals" in changed_fields:
        await set_originals(
            platform, principal.account_id, chosen=change.originals, actor=principal.actor
        )
    if "four_eyes" in changed_fields:
        await set_four_eyes(platform, principal.account_id, change.four_eyes, actor=principal.actor)
    if "chases" in changed_fields:
        await set_chasing(platform, principal.account_id, change.chases, actor=principal.actor)
    return await _settings(platform, principal)


def _listed(field: str, values: list[str] | None, longest: int) -> list[str]:
    """Put each text into one line, and leave out repeated ones."""
    texts = list(dict.fromkeys(filter(None, (" ".join(text.split()) for text in values or []))))
    if len(texts) > _MOST_LISTED:
        raise _invalid(field, f"Give at most {_MOST_LISTED} of them.")
    if any(len(text) > longest or not text.isprintable() for text in texts):
        raise _invalid(field, f"Give each in one line of at most {longest} characters.")
    return texts


def _currency(code: str | None) -> str | None:
    chosen = None if code is None else code.strip().upper()
    if chosen is not None and chosen not in CODES:
        raise _invalid(
            "baseCurrency",
            "Give the currency by its three-letter ISO 4217 code, such as EUR or MYR, or null for "
            "none.",
        )
    return chosen


def _budget(platform: Platform, amount: str | None) -> int | None:
    if amount is None:
        return None
    unpriced = platform.settings.of(AiSettings).models_without_price(
        platform.settings.of(CostSettings).prices
    )
    if unpriced:
        missing = ", ".join(unpriced)
        raise _invalid(
            "aiDailyBudget",
            f"No budget can be held: AI_PRICES does not name the price of {missing}.",
        )
    try:
        return parse_dollars(amount.strip())
    except ValueError as error:
        message = (
            "Give US dollars with at most six decimals, such as 1.50, or nothing (null) for the "
            "deployment's."
        )
        raise _invalid("aiDailyBudget", message) from error


def _invalid(field: str, message: str) -> Problem:
    return Problem(
        INVALID_VALUES,
        "Correct the fields named in `errors` and send the request again.",
        errors=[{"field": field, "message": message}],
    )


async def _settings(platform: Platform, principal: Principal) -> AccountSettings:
    budget = await budget_of(platform, principal.account_id)
    own = await own_names(platform.database, principal.account_id)
    currency = await base_currency(platform, principal.account_id)
    proposed = None
    if currency is None:
        proposed = await propose_base_currency(platform, principal.account_id)
    return AccountSettings(
        id=principal.account_id,
        name=principal.account_name,
        base_currency=currency,
        proposed_currency=proposed,
        company_names=list(own.company_names),
        tax_ids=list(own.tax_ids),
        originals=await originals_of(platform, principal.account_id),
        four_eyes=await has_four_eyes(platform, principal.account_id),
        chases=await is_chasing(platform, principal.account_id),
        ai_budget=AiBudget(
            daily=None if budget.daily is None else dollars(budget.daily),
            own=None if budget.own is None else dollars(budget.own),
            counted_today=dollars(budget.counted),
        ),
    )
