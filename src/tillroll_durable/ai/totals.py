"""Calls to models and what they cost: one by one, by day, by model, by account and by run."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, LiteralString

from tillroll_durable.ai.calls import FAILED, INTERRUPTED, OFFERED, STARTED
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    Value,
    columns_of,
    digits,
    integer,
    of_row,
    statement,
    text,
)
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.models import Model
from tillroll_durable.workflow import ToldBeside


class RecordedCall(Model):
    """`state` is offered, approved, started, completed, failed or rolled_back. `reason` is
    ai_budget or ai_quota of one that was not approved; unusable of a completed one whose answer was
    of no use; refused, no_answer or interrupted of a failed one. `cost_micro_usd` is null where it
    is unknown.
    """

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
    """`key` is the day, model, account or run. `offered` counts all calls that were asked for,
    `refused` those among them that no budget was left for. `unpriced` counts calls whose cost is
    unknown, so not in `cost_micro_usd`.
    """

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


async def list_calls(
    database: Database,
    equal: Mapping[str, str | None],
    days: tuple[date | None, date | None],
    before: str,
    limit: int,
) -> list[RecordedCall]:
    """Calls, newest first, behind a position: the time and the id of one, with a blank between."""
    return [
        _call(row)
        for row in await database.all(calls_query(equal, days, before=before, limit=limit))
    ]


def _call(row: Row) -> RecordedCall:
    lasted = not (
        row["state"] == STARTED or (row["state"] == FAILED and row["reason"] == INTERRUPTED)
    )
    return of_row(
        RecordedCall,
        row,
        duration_ms=integer(row, "duration_ms") if lasted and row["state"] != OFFERED else None,
        offered_at=text(row, "created_at"),
    )


def calls_query(
    equal: Mapping[str, str | None], days: tuple[date | None, date | None], before: str, limit: int
) -> Statement:
    """The query of `list_calls`."""
    at, _, call_id = before.partition(" ")  # what sorts behind all stands for the beginning
    conditions: list[LiteralString] = ["(created_at, id) < (?1, ?2)"]
    values: list[Value] = [at, call_id or at, limit]
    filters: list[tuple[LiteralString, Value]] = [
        (f"{name} = ?", value)
        for name, value in zip(columns_of(equal), equal.values(), strict=True)
        if value is not None
    ]
    since, until = days
    if since:
        filters.append(("created_at >= ?", since.isoformat()))
    if until:
        filters.append(("created_at < ?", (until + timedelta(days=1)).isoformat()))
    if equal["state"] not in {None, "completed"}:
        conditions.append("state <> 'completed'")  # as the index of these has it
    for condition, value in filters:
        values.append(value)
        conditions.append(f"{condition}{digits(len(values))}")
    where = " AND ".join(conditions)
    return statement(
        (f"SELECT * FROM ai_calls WHERE {where} ORDER BY created_at DESC, id DESC LIMIT ?3"),
        [*values],
    )


async def total_by(
    database: Database, by: str, account_id: str | None, since: date, until: date
) -> list[AiTotal]:
    """Totals by day, model or account; of all accounts where `account_id` is None."""
    return [
        of_row(AiTotal, row)
        for row in await database.all(totals_query(by, account_id, since=since, until=until))
    ]


def sum_by_key(parts: Sequence[AiTotal]) -> list[AiTotal]:
    """One total for each key, in the order of the first part with it."""
    sums: dict[str, AiTotal] = {}
    for part in parts:
        existing = sums.get(part.key)
        if existing is None:
            sums[part.key] = part
            continue
        fields = [name for name in AiTotal.model_fields if name != "key"]
        both = {name: getattr(existing, name) + getattr(part, name) for name in fields}
        sums[part.key] = AiTotal(key=part.key, **both)
    return [*sums.values()]


async def total_by_run(
    database: Database, account_id: str | None, before: str, limit: int
) -> list[AiTotal]:
    """Runs, newest first, each with the totals of its calls; one without any has zeros."""
    return [
        of_row(AiTotal, row)
        for row in await database.all(run_totals_query(account_id, before, limit))
    ]


_SUMS: Final = ", ".join(
    f"SUM({name}) AS {name}" for name in columns_of(AiTotal.model_fields) if name != "key"
)
_KEYS: Final[Mapping[str, LiteralString]] = {
    "day": "day",
    "model": "model",
    "account": "account_id",
}


def totals_query(by: str, account_id: str | None, since: date, until: date) -> Statement:
    """Totals of days, which are rows of their own: no call is looked at."""
    key = _KEYS[by]
    whose = "" if account_id is None else " AND account_id = ?3"
    sql = f"""
      SELECT {key} AS key, {_SUMS} FROM ai_daily WHERE day >= ?1 AND day <= ?2{whose}
      GROUP BY {key} ORDER BY {key} DESC
    """
    return statement(
        sql, [since.isoformat(), until.isoformat(), *([] if account_id is None else [account_id])]
    )


CALL_SUMS: Final = """
  COUNT(c.id) AS offered, COALESCE(SUM(c.state = 'offered'), 0) AS refused,
  COALESCE(SUM(c.state = 'completed'), 0) AS completed, COALESCE(SUM(c.state = 'failed'),
      0) AS failed,
  COALESCE(SUM(c.state = 'rolled_back'), 0) AS rolled_back, COALESCE(SUM(c.is_unpriced),
      0) AS unpriced,
  COALESCE(SUM(c.input_tokens), 0) AS input_tokens, COALESCE(SUM(c.output_tokens),
      0) AS output_tokens,
  COALESCE(SUM(c.cost_micro_usd), 0) AS cost_micro_usd, COALESCE(SUM(c.duration_ms),
      0) AS duration_ms
"""
"""The totals of some calls `c`, under the names that `ai_daily` has for them."""


PAID_BY_STEP: Final = """
  SELECT step, count(*) AS calls FROM ai_calls
  WHERE run_id = ? AND step IS NOT NULL AND state IN ('completed', 'rolled_back') GROUP BY step
  ORDER BY step
"""
"""How many calls of a run were answered, and so paid for, in each of its steps."""


def run_totals_query(account_id: str | None, before: str, limit: int) -> Statement:
    """The query of `total_by_run`."""
    whose = "" if account_id is None else "AND account_id = ?3"
    sql = f"""
      SELECT r.id AS key, {CALL_SUMS}
      FROM (SELECT id FROM runs WHERE id < ?1 {whose} ORDER BY id DESC LIMIT ?2) r
      LEFT JOIN ai_calls c ON c.run_id = r.id
      GROUP BY r.id ORDER BY r.id DESC
    """
    return statement(sql, [before, limit, *([] if account_id is None else [account_id])])


def _statements(run_id: str) -> list[Statement]:
    return [_sums_of(run_id), statement(PAID_BY_STEP, [run_id])]


def _sums_of(run_id: str) -> Statement:
    # A constant.
    return statement(f"SELECT {CALL_SUMS} FROM ai_calls c WHERE c.run_id = ?", [run_id])


def _cost(rows: Sequence[Sequence[Row]]) -> JsonObject:
    [sums] = rows[0]
    return {"aiCost": _cost_of(sums)}


def _cost_of(sums: Row) -> JsonObject:
    """An AiCost."""
    return {
        "calls": _number_of_calls(sums),
        "unpriced": integer(sums, "unpriced"),
        "microUsd": integer(sums, "cost_micro_usd"),
    }


def _number_of_calls(sums: Row) -> int:
    """How many calls were made."""
    return integer(sums, "offered") - integer(sums, "refused")


def _paid_calls(rows: Sequence[Sequence[Row]]) -> Mapping[str, int]:
    return {text(each, "step"): integer(each, "calls") for each in rows[1]}


CALLS_TO_MODELS: Final = ToldBeside(_statements, _cost, _paid_calls)


class ModelCall(Model):
    """A call of a model in a run. `state` and `reason` are those of a RecordedCall. Where the model
    has not said how many tokens it took, or its price is unknown, those are null; `may_have_cost`
    says that a call without a cost may have had one.
    """

    id: str
    step: str | None
    model: str
    state: str
    reason: str | None
    input_tokens: int | None
    output_tokens: int | None
    micro_usd: int | None
    may_have_cost: bool
    asked_at: str
    ended_at: str | None


class ModelCalls(Model):
    """The calls of models in a run: how many were made, what those of a known cost came to, in
    millionths of a US dollar, and how many others may have cost something. `items` are the newest
    100, in their order.
    """

    calls: int
    unpriced: int
    micro_usd: int
    input_tokens: int
    output_tokens: int
    items: list[ModelCall]


_NEWEST: Final = """
  SELECT * FROM (
    SELECT id, step, model, state, reason, input_tokens, output_tokens,
      cost_micro_usd AS micro_usd, is_unpriced AS may_have_cost, created_at AS asked_at, ended_at
    FROM ai_calls WHERE run_id = ? ORDER BY created_at DESC, id DESC LIMIT 100
  ) ORDER BY asked_at, id
"""


def _one_by_one(run_id: str) -> list[Statement]:
    return [*_statements(run_id), statement(_NEWEST, [run_id])]


def _model_calls(rows: Sequence[Sequence[Row]]) -> JsonObject:
    """A ModelCalls; nothing of a run that has asked no model."""
    [sums] = rows[0]
    if integer(sums, "offered") == 0:
        return {}
    items = [
        of_row(ModelCall, row, may_have_cost=row["may_have_cost"] == 1 or row["state"] == STARTED)
        for row in rows[2]
    ]
    totals = of_row(
        ModelCalls,
        sums,
        calls=_number_of_calls(sums),
        micro_usd=sums["cost_micro_usd"],
        items=items,
    )
    return {"modelCalls": totals.as_json()}


MODEL_CALLS: Final = ToldBeside(_one_by_one, _model_calls, _paid_calls)
"""What the library's own routes tell of any run."""


async def cost_of_run(database: Database, run_id: str) -> JsonObject | None:
    """A run's calls, as an AiCost; None of a run that has asked no model."""
    sums = await database.first(_sums_of(run_id))
    if sums is None or integer(sums, "offered") == 0:
        return None
    return _cost_of(sums)
