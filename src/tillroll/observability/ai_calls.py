"""Routes of the ledger of calls to models: the list, totals, and a run's own. Money is whole micro-US-dollars."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Query

from tillroll.access.permissions import Permission
from tillroll.ai import calls
from tillroll.ai.calls import AI_BUDGET, AI_QUOTA, FAILED, INTERRUPTED, STARTED
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged, PageRequest
from tillroll.api.parameters import Day
from tillroll.api.problems import OPERATOR_ONLY, Problem
from tillroll.api.shapes import AiCost, Model
from tillroll.durable.workflow import ToldBeside
from tillroll.identity.authentication import Principal
from tillroll.platform.bindings.database import (
    Row,
    Statement,
    Value,
    integer,
    of_row,
    statement,
    text,
)
from tillroll.platform.json import JsonObject
from tillroll.platform.models import Page
from tillroll.platform.services import Platform


class AiCallShape(Model):
    """`state` is offered, approved, started, completed, failed or rolled_back. `reason` is ai_budget or ai_quota of one
    that was not approved; unusable of a completed one whose answer was of no use; refused, no_answer or interrupted
    of a failed one. `cost_micro_usd` is null where it is unknown."""

    id: str
    account_id: str
    run_id: str
    step: str | None
    generation: int | None
    attempt: int | None
    model: str
    purpose: str
    state: str
    reason: str | None
    error: str | None
    input_sha256: str
    input_tokens: int | None
    output_tokens: int | None
    cost_micro_usd: int | None
    reserved_micro_usd: int | None
    duration_ms: int | None
    output_key: str | None
    offered_at: str
    approved_at: str | None
    started_at: str | None
    ended_at: str | None
    rolled_back_at: str | None


class AiTotal(Model):
    """`key` is the day, model, account or run. `offered` counts all calls that were asked for, `refused` those among
    them that no budget was left for. `unpriced` counts calls whose cost is unknown, so not in `cost_micro_usd`."""

    key: str
    offered: int
    refused: int
    completed: int
    failed: int
    rolled_back: int
    unpriced: int
    input_tokens: int
    output_tokens: int
    cost_micro_usd: int
    duration_ms: int


def call_shape(row: Row) -> AiCallShape:
    """A row of `ai_calls`."""
    lasted = not (row["state"] == STARTED or (row["state"] == FAILED and row["reason"] == INTERRUPTED))
    return of_row(
        AiCallShape,
        row,
        duration_ms=integer(row, "duration_ms") if lasted and row["reason"] not in {AI_BUDGET, AI_QUOTA} else None,
        offered_at=text(row, "created_at"),
    )


def total_shape(row: Row) -> AiTotal:
    """A row of totals."""
    counts = {name: integer(row, name) for name in AiTotal.model_fields if name != "key"}
    return AiTotal(key=text(row, "key"), **counts)


def cost_shape(row: Row) -> AiCost:
    """A row of totals of a run."""
    return AiCost(
        calls=integer(row, "offered") - integer(row, "refused"),
        unpriced=integer(row, "unpriced"),
        micro_usd=integer(row, "cost_micro_usd"),
    )


router = APIRouter(tags=["ai"])

_DEFAULT_DAYS = timedelta(days=30)
_ALL = "all"

Account = Annotated[
    str | None, Query(description="Another account's id, or `all`: operators only. Else your own account")
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
    """What totals are told apart by."""

    DAY = "day"
    MODEL = "model"
    ACCOUNT = "account"
    RUN = "run"


@router.get("/api/ai-calls", openapi_extra=needs(Permission.READ))
async def list_ai_calls(  # noqa: PLR0913 - one parameter a query parameter
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    run: Annotated[str | None, Query(description="Only this run's")] = None,
    model: Annotated[str | None, Query(description="Only this model's")] = None,
    state: Annotated[CallState | None, Query(description="Only those in this state")] = None,
    since: From = None,
    until: To = None,
    account: Account = None,
) -> Page[AiCallShape]:
    """Calls to models, newest first: what was asked for, what became of it, what it cost."""
    whose = scope(principal, account)
    rows = await platform.database.all(
        calls_query(
            {"account_id": whose, "run_id": run, "model": model, "state": None if state is None else state.value},
            (since, until),
            page.behind,
            page.wanted,
        )
    )
    shown, following = page.cut(rows, _position)
    return Page(items=[call_shape(row) for row in shown], next_cursor=following)


def scope(principal: Principal, account: str | None) -> str | None:
    """Whose calls are asked for; None for everybody's.

    Raises:
        Problem: 403, they are not the asker's to see.
    """
    if account is None or account == principal.account_id:
        return principal.account_id
    if not principal.may(Permission.DEPLOYMENT):
        raise Problem(OPERATOR_ONLY, "Leave `account` out for your own account; other accounts are an operator's.")
    return None if account == _ALL else account


def _position(row: Row) -> str:
    return f"{text(row, 'created_at')} {text(row, 'id')}"


def calls_query(
    equal: dict[str, str | None], days: tuple[date | None, date | None], before: str, limit: int
) -> Statement:
    """Calls, newest first, behind a position."""
    conditions, values = ["(created_at, id) < (?1, ?2)"], [*_split(before), limit]
    asked: list[tuple[str, Value]] = [(f"{name} = ?", value) for name, value in equal.items() if value is not None]
    since, until = days
    if since:
        asked.append(("created_at >= ?", since.isoformat()))
    if until:
        asked.append(("created_at < ?", (until + timedelta(days=1)).isoformat()))
    if equal["state"] not in {None, "completed"}:
        conditions.append("state <> 'completed'")  # as the index of these has it
    for condition, value in asked:
        values.append(value)
        conditions.append(f"{condition}{len(values)}")
    where = " AND ".join(conditions)
    return statement(f"SELECT * FROM ai_calls WHERE {where} ORDER BY created_at DESC, id DESC LIMIT ?3", *values)  # noqa: S608 - constants


def _split(position: str) -> list[Value]:
    """A cursor's time and id; what sorts behind all stands for the beginning."""
    at, _, call_id = position.partition(" ")
    return [at, call_id or at]


@router.get("/api/ai-calls/totals", openapi_extra=needs(Permission.READ))
async def total_ai_calls(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    by: Annotated[By, Query(description="What the totals are told apart by")] = By.DAY,
    since: From = None,
    until: To = None,
    account: Account = None,
) -> Page[AiTotal]:
    """What calls to models cost, by day, model or account (of the last 30 days, unless `from` says otherwise), or by
    run (newest first, in pages)."""
    whose = scope(principal, account)
    if by is By.RUN:
        return await _by_run(platform, whose, page)
    today = platform.clock.now().date()
    first, last = since or (until or today) - _DEFAULT_DAYS, until or today
    rows = await platform.database.all(totals_query(by, whose, first, last))
    return Page(items=[total_shape(row) for row in rows], next_cursor=None)


_SUMS = ", ".join(
    f"SUM({name}) AS {name}"
    for name in (
        "offered",
        "refused",
        "completed",
        "failed",
        "rolled_back",
        "unpriced",
        "input_tokens",
        "output_tokens",
        "cost_micro_usd",
        "duration_ms",
    )
)
_KEYS = {By.DAY: "day", By.MODEL: "model", By.ACCOUNT: "account_id"}


def totals_query(by: By, account_id: str | None, since: date, until: date) -> Statement:
    """Totals of days, which are rows of their own: no call is looked at."""
    key, whose = _KEYS[by], "" if account_id is None else " AND account_id = ?3"
    return statement(
        f"""
        SELECT {key} AS key, {_SUMS} FROM ai_daily WHERE day >= ?1 AND day <= ?2{whose}
        GROUP BY {key} ORDER BY {key} DESC
        """,  # noqa: S608 - constants
        since.isoformat(),
        until.isoformat(),
        *([] if account_id is None else [account_id]),
    )


async def _by_run(platform: Platform, account_id: str | None, page: PageRequest) -> Page[AiTotal]:
    rows = await platform.database.all(run_totals_query(account_id, page.behind, page.wanted))
    shown, following = page.cut(rows, lambda row: text(row, "key"))
    return Page(items=[total_shape(row) for row in shown], next_cursor=following)


CALL_SUMS = """
  COUNT(c.id) AS offered, COALESCE(SUM(c.state = 'offered'), 0) AS refused,
  COALESCE(SUM(c.state = 'completed'), 0) AS completed, COALESCE(SUM(c.state = 'failed'), 0) AS failed,
  COALESCE(SUM(c.state = 'rolled_back'), 0) AS rolled_back, COALESCE(SUM(c.is_unpriced), 0) AS unpriced,
  COALESCE(SUM(c.input_tokens), 0) AS input_tokens, COALESCE(SUM(c.output_tokens), 0) AS output_tokens,
  COALESCE(SUM(c.cost_micro_usd), 0) AS cost_micro_usd, COALESCE(SUM(c.duration_ms), 0) AS duration_ms
"""
"""The totals of some calls `c`, under the names that `ai_daily` has for them."""


PAID_BY_STEP = """
  SELECT step, count(*) AS calls FROM ai_calls
  WHERE run_id = ? AND step IS NOT NULL AND state IN ('completed', 'rolled_back') GROUP BY step ORDER BY step
"""
"""How many calls of a run were answered, and so paid for, in each of its steps."""


def run_totals_query(account_id: str | None, before: str, limit: int) -> Statement:
    """Runs, newest first, each with the totals of its calls; one without any has zeros."""
    whose = "" if account_id is None else "AND account_id = ?3"
    return statement(
        f"""
        SELECT r.id AS key, {CALL_SUMS}
        FROM (SELECT id FROM runs WHERE id < ?1 {whose} ORDER BY id DESC LIMIT ?2) r
        LEFT JOIN ai_calls c ON c.run_id = r.id
        GROUP BY r.id ORDER BY r.id DESC
        """,  # noqa: S608 - constants
        before,
        limit,
        *([] if account_id is None else [account_id]),
    )


def _statements(run_id: str) -> list[Statement]:
    return [
        statement(f"SELECT {CALL_SUMS} FROM ai_calls c WHERE c.run_id = ?", run_id),  # noqa: S608 - a constant
        statement(PAID_BY_STEP, run_id),
    ]


def _shown(rows: Sequence[Sequence[Row]]) -> JsonObject:
    [costs] = rows[0]
    return {"aiCost": cost_shape(costs).as_json()}


def _paid_calls(rows: Sequence[Sequence[Row]]) -> Mapping[str, int]:
    return {text(each, "step"): integer(each, "calls") for each in rows[1]}


CALLS_TO_MODELS: Final = ToldBeside(_statements, _shown, _paid_calls)
