"""Routes of rates that a person enters, where none was published."""

from typing import Annotated

from fastapi import Body
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.parameters import Day
from tillroll.api.routing import Router
from tillroll.conversion import entered
from tillroll.conversion.entered import EnteredRate
from tillroll_durable.platform.models import Model, RequestBody

router = Router(tags=["account"])


class EnteredRates(Model):
    items: list[EnteredRate]


class RateRequest(RequestBody):
    currency: Annotated[str, Field(max_length=10, description="ISO 4217 code of what is converted")]
    rate: Annotated[
        str,
        Field(max_length=40, description="What one of it is in the base currency, such as 0.92"),
    ]
    first_day: Annotated[Day, Field(description="YYYY-MM-DD")]
    last_day: Annotated[
        Day | None, Field(description="The last day that it counts for; the first where left out")
    ] = None
    source: Annotated[
        str,
        Field(max_length=1000, description="Where the rate is from, such as a card's statement"),
    ]


_EXAMPLE = {
    "currency": "ARS",
    "rate": "0.00067",
    "firstDay": "2026-11-02",
    "source": "Card statement of November",
}


@router.get("/api/entered-rates", openapi_extra=needs(Permission.READ))
async def list_entered_rates(platform: PlatformHere, principal: Caller) -> EnteredRates:
    """Rates that were entered by hand, the newest first."""
    return EnteredRates(items=await entered.list_rates(platform, principal.account_id))


@router.post("/api/entered-rates", status_code=201, openapi_extra=needs(Permission.ADMINISTER))
async def enter_rate(
    platform: PlatformHere,
    principal: Caller,
    rate: Annotated[RateRequest, Body(openapi_examples={"a day": {"value": _EXAMPLE}})],
) -> EnteredRate:
    """Enter what a currency is worth in the base currency, for a day or some. Expenses that lack a
    rate are converted by it within minutes; what was converted at a published rate, or was handed
    on of a closed period, stays.
    """
    last = rate.last_day or rate.first_day
    return await entered.enter_rate(
        platform,
        principal.as_actor,
        currency=rate.currency,
        rate=rate.rate,
        first=rate.first_day,
        last=last,
        source=rate.source,
    )


@router.delete(
    "/api/entered-rates/{rate_id}", status_code=204, openapi_extra=needs(Permission.ADMINISTER)
)
async def withdraw_rate(platform: PlatformHere, principal: Caller, rate_id: str) -> None:
    """Withdraw a rate. What was converted by it is converted anew; what was handed on of a closed
    period stays.
    """
    await entered.withdraw_rate(platform, principal.as_actor, rate_id)
