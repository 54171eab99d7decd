"""Routes of the ledger of calls to models: the list, and totals. Money is whole
micro-US-dollars.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import Query

from tillroll.access.permissions import Permission
from tillroll.api.across import EachDatabase, merged
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import Day
from tillroll.api.problems import OPERATOR_ONLY, Problem
from tillroll.api.routing import Router
from tillroll.identity.authentication import Principal
from tillroll_durable.ai import calls, totals
from tillroll_durable.ai.totals import AiTotal, RecordedCall
from tillroll_durable.platform.models import Page
from tillroll_durable.platform.services import Platform

router = Router(tags=["ai"])

_DEFAULT_DAYS = timedelta(days=30)
_ALL = "all"

Account = Annotated[
    str | None,
    Query(description="Another account's id, or `all`: operators only. Else your own account"),
]
From = Annotated[Day | None, Query(alias="from", description="First day (UTC), YYYY-MM-DD")]
To = Annotated[Day | None, Query(alias="to", description="Last day (UTC), YYYY-MM-DD")]


class CallState(StrEnum):
    """What became of a call."""

    OFFERED = calls.OFFERED
    APPROVED = calls.APPROVED
    STARTED = calls.STARTED
    COMPLETED = calls.COMPLETED
    FAILED = calls.FAILED
    ROLLED_BACK = calls.ROLLED_BACK


class By(StrEnum):
    """What totals are grouped by."""

    DAY = "day"
    MODEL = "model"
    ACCOUNT = "account"
    RUN = "run"


@router.get("/api/ai-calls", openapi_extra=needs(Permission.READ))
async def list_ai_calls(  # noqa: PLR0913 - one parameter a query parameter
    platform: PlatformHere,
    databases: EachDatabase,
    principal: Caller,
    page: Paged,
    run: Annotated[str | None, Query(description="Only this run's")] = None,
    model: Annotated[str | None, Query(description="Only this model's")] = None,
    state: Annotated[CallState | None, Query(description="Only those in this state")] = None,
    since: From = None,
    until: To = None,
    account: Account = None,
) -> Page[RecordedCall]:
    """Calls to models, newest first: what was asked for, what became of it, what it cost."""
    equal = {
        "account_id": _account_of(principal, account),
        "run_id": run,
        "model": model,
        "state": None if state is None else state.value,
    }

    async def calls_of(one: Platform) -> list[RecordedCall]:
        return await totals.list_calls(
            one.database, equal, days=(since, until), before=page.after, limit=page.fetch_limit
        )

    calls = await merged(
        _databases_of(
            platform,
            databases,
            own=equal["account_id"] == principal.account_id,
        ),
        calls_of,
        _place_of,
        limit=page.fetch_limit,
    )
    return page.of(calls, _place_of)


def _place_of(call: RecordedCall) -> str:
    return f"{call.offered_at} {call.id}"


def _databases_of(platform: Platform, databases: list[Platform], *, own: bool) -> list[Platform]:
    """The caller's own calls lie in one database; those of others may lie in any."""
    if own:
        return [platform]
    return databases


def _account_of(principal: Principal, account: str | None) -> str | None:
    """Whose calls are meant; None for everybody's. Raises Problem, 403: they are not the caller's
    to see.
    """
    if account is None or account == principal.account_id:
        return principal.account_id
    if not principal.may(Permission.DEPLOYMENT):
        raise Problem(
            OPERATOR_ONLY,
            "Leave `account` out for your own account; other accounts are an operator's.",
        )
    if account == _ALL:
        return None
    return account


@router.get("/api/ai-calls/totals", openapi_extra=needs(Permission.READ))
async def total_ai_calls(  # noqa: PLR0913 - one parameter a query parameter
    platform: PlatformHere,
    databases: EachDatabase,
    principal: Caller,
    page: Paged,
    by: Annotated[By, Query(description="What the totals are grouped by")] = By.DAY,
    since: From = None,
    until: To = None,
    account: Account = None,
) -> Page[AiTotal]:
    """What calls to models cost, by day, model or account (of the last 30 days, unless `from` says
    otherwise), or by run (newest first, in pages).
    """
    whose = _account_of(principal, account)
    places = _databases_of(platform, databases, own=whose == principal.account_id)
    if by is By.RUN:

        async def runs_of(one: Platform) -> list[AiTotal]:
            return await totals.total_by_run(
                one.database, whose, before=page.after, limit=page.fetch_limit
            )

        runs = await merged(places, runs_of, lambda total: total.key, limit=page.fetch_limit)
        return page.of(runs, lambda total: total.key)
    today = platform.clock.now().date()
    first = since or (until or today) - _DEFAULT_DAYS
    last = until or today

    async def totals_of(one: Platform) -> list[AiTotal]:
        return await totals.total_by(one.database, by, account_id=whose, since=first, until=last)

    parts = await merged(places, totals_of, lambda total: total.key)
    return Page(items=totals.sum_by_key(parts), next_cursor=None)
