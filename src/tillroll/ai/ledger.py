"""The ledger of calls to models (`ai_calls`): what is written and read, and what an account may
spend a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, LiteralString, Protocol

from tillroll.access.accounts import Setting, change_setting
from tillroll.ai.calls import (
    AI_BUDGET,
    AI_QUOTA,
    COMPLETED,
    FAILED,
    INTERRUPTED,
    OFFERED,
    ROLLED_BACK,
    STARTED,
    AiCall,
    Question,
    estimate,
)
from tillroll.ai.settings import AiSettings
from tillroll.quotas.usage import QuotaSettings, call_fits
from tillroll_durable.jobs.job import Job
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    Value,
    columns_of,
    digits,
    integer,
    of_row,
    optional_integer,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table, of_run
from tillroll_durable.runs import Run
from tillroll_durable.workflow import ToldBeside

# The statuses of runs that need the answers of their calls no more, where any came.
_UNDONE = "('cancelled', 'rejected')"


class BudgetSpent(Exception):
    """The account's budget of today, or its quota, does not allow the call; its row says which."""


class Asker(Protocol):
    """Who asks: an attempt of a step (`StepContext`), or somebody beside the steps, who writes what
    is `kept`.
    """

    @property
    def run(self) -> Run: ...
    @property
    def step(self) -> str | None: ...
    @property
    def attempt(self) -> int: ...
    @property
    def kept(self) -> list[Statement]: ...


class Ledger:
    """The calls of one who asks."""

    def __init__(self, platform: Platform, context: Asker) -> None:
        self._platform = platform
        self._context = context

    async def start(self, question: Question) -> str:
        """Write down that a model is about to be asked; return the call's id. What an earlier
        attempt left as started was interrupted. Raises BudgetSpent.
        """
        call_id = new_id("aic")
        now = to_text(self._platform.clock.now())
        tables = [*self._context.kept]
        interrupt = _interrupt("run_id = ?2", now, self._context.run.id)
        *_, [row] = await self._platform.database.batch(
            [*tables, interrupt, self._offer(call_id, question, now)]
        )
        del self._context.kept[: len(tables)]
        if text(row, "state") != STARTED:
            raise BudgetSpent(
                f"neither budget nor quota of {now[:10]} may be exceeded by a call to "
                f"{question.model}"
            )
        return call_id

    def _offer(self, call_id: str, question: Question, now: str) -> Statement:
        run = self._context.run
        settings = self._platform.settings.of(AiSettings)
        return statement(
            f"""
            INSERT INTO ai_calls (id, account_id, run_id, step, generation, attempt, model, purpose,
                state, reason,
                                  input_sha256, duration_ms, reserved_micro_usd, created_at)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                   CASE WHEN fits AND has_quota THEN '{STARTED}' ELSE '{OFFERED}' END,
                   CASE WHEN NOT has_quota THEN '{AI_QUOTA}' WHEN NOT fits THEN '{AI_BUDGET}' END,
                   ?9, 0, ?10, ?11
            FROM (
              SELECT budget IS NULL OR COALESCE(counted + ?10 <= budget, 0) AS fits,
                     {call_fits("?2", "?14", "?15")} AS has_quota
              FROM (
                SELECT COALESCE((SELECT ai_daily_budget_micro_usd FROM accounts WHERE id = ?2),
                    ?12) AS budget,
                       (SELECT COALESCE(SUM(counted_micro_usd), 0) FROM ai_daily
                        WHERE account_id = ?2 AND day = ?13) AS counted
              )
            )
            RETURNING state
            """,
            *(
                call_id,
                run.account_id,
                run.id,
                self._context.step,
                run.generation,
                self._context.attempt,
            ),
            *(question.model, question.purpose, question.sha256),
            *(
                estimate(settings.prices.get(question.model), question),
                now,
                settings.daily_budget,
                now[:10],
                now[:7],
            ),
            self._platform.settings.of(QuotaSettings).ai_calls,
        )

    def settle(self, calls: Sequence[AiCall]) -> None:
        """Have the ends of calls written with the end of this attempt; those that are written
        already stay so.
        """
        now = to_text(self._platform.clock.now())
        self._context.kept.extend(self._settled(call, now) for call in calls)

    def _settled(self, call: AiCall, now: str) -> Statement:
        """One that is known from its stored answer only, as after a restore, gets its row here."""
        return statement(
            f"""
            INSERT INTO ai_calls (id, account_id, run_id, model, purpose, state, input_sha256,
                duration_ms,
                                  input_tokens, output_tokens, error, created_at, reason,
                                      cost_micro_usd, output_key,
                                  ended_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?12)
            ON CONFLICT (id) DO UPDATE SET
              state = CASE WHEN excluded.state = '{COMPLETED}'
                        AND (SELECT status FROM runs WHERE runs.id = ai_calls.run_id) IN {_UNDONE}
                      THEN '{ROLLED_BACK}' ELSE excluded.state END,
              rolled_back_at = CASE WHEN excluded.state = '{COMPLETED}'
                        AND (SELECT status FROM runs WHERE runs.id = ai_calls.run_id) IN {_UNDONE}
                      THEN excluded.ended_at END,
              duration_ms = excluded.duration_ms, input_tokens = excluded.input_tokens,
              output_tokens = excluded.output_tokens, error = excluded.error,
                  reason = excluded.reason,
              cost_micro_usd = excluded.cost_micro_usd, output_key = excluded.output_key,
                  ended_at = excluded.ended_at
            WHERE ai_calls.state = '{STARTED}' OR (ai_calls.state = '{FAILED}'
                AND ai_calls.reason = '{INTERRUPTED}')
            """,
            *(
                call.id,
                self._context.run.account_id,
                self._context.run.id,
                call.model,
                call.purpose,
                call.state,
            ),
            *(
                call.input_sha256,
                call.duration_ms,
                call.input_tokens,
                call.output_tokens,
                call.error,
                now,
            ),
            *(call.reason, self._cost(call), call.output_key),
        )

    def _cost(self, call: AiCall) -> int | None:
        """Whole micro-US-dollars; None where the tokens or the price are unknown."""
        price = self._platform.settings.of(AiSettings).prices.get(call.model)
        if price is None or call.input_tokens is None or call.output_tokens is None:
            return None
        return price.cost(call.input_tokens, call.output_tokens)


def _interrupt(where: LiteralString, now: str, value: str) -> Statement:
    sql = f"""
      UPDATE ai_calls SET state = '{FAILED}', reason = '{INTERRUPTED}', ended_at = ?1,
        error = 'interrupted: what became of it is unknown'
      WHERE state = '{STARTED}' AND {where}
    """
    return statement(sql, now, value)


def interrupt_before(now: str, before: str) -> Statement:
    """What was started before a time and has not ended was interrupted."""
    return _interrupt("started_at < ?2", now, before)


def roll_back(run: Run, now: str) -> list[Statement]:
    """A run ends without what it was made for: what it paid for is of no use. The money stays
    counted.
    """
    sql = f"""
      UPDATE ai_calls SET state = '{ROLLED_BACK}', rolled_back_at = ? WHERE run_id = ?
          AND state = '{COMPLETED}'
    """
    return [statement(sql, now, run.id)]


_BEYOND_ANY_BUDGET = 10**15
"""Micro-US-dollars. A call whose price is unknown fits into none."""


class Audited(Action):
    AI_BUDGET_SET = "account.ai_budget_set", "the account's daily budget for models was set"


_DAILY = Setting("ai_daily_budget_micro_usd", Audited.AI_BUDGET_SET, "dailyMicroUsd")


@dataclass(frozen=True)
class Budget:
    """Whole micro-US-dollars. `own` is what the account's owner set, None where the deployment's
    setting holds; `daily` is what holds, None for no budget; `counted` is what counts against it
    today, with what is set aside.
    """

    own: int | None
    daily: int | None
    counted: int

    @property
    def is_spent(self) -> bool:
        return self.daily is not None and self.counted >= self.daily


async def budget_of(platform: Platform, account_id: str) -> Budget:
    sql = """
      SELECT (SELECT ai_daily_budget_micro_usd FROM accounts WHERE id = ?1) AS own,
             (SELECT COALESCE(SUM(counted_micro_usd), 0) FROM ai_daily
              WHERE account_id = ?1 AND day = ?2) AS counted
    """
    row = await platform.database.first(
        statement(sql, account_id, to_text(platform.clock.now())[:10])
    )
    if row is None:
        raise LookupError("a SELECT without a table has one row")
    own = optional_integer(row, "own")
    return Budget(
        own,
        platform.settings.of(AiSettings).daily_budget if own is None else own,
        integer(row, "counted"),
    )


def accounts_held_back(platform: Platform) -> Statement:
    """The accounts whose budget refused a call today and, as it stands now, would refuse it again:
    `account_id`.
    """
    sql = f"""
      SELECT d.account_id FROM ai_daily d JOIN accounts a ON a.id = d.account_id
      WHERE d.day = ?1
      GROUP BY d.account_id
      HAVING SUM(d.refused) > 0 AND COALESCE(a.ai_daily_budget_micro_usd,
          ?2) < SUM(d.counted_micro_usd) + (
        SELECT MAX(COALESCE(c.reserved_micro_usd, {digits(_BEYOND_ANY_BUDGET)})) FROM ai_calls c
        WHERE c.account_id = d.account_id AND c.state = '{OFFERED}' AND c.state <> 'completed'
          AND c.reason = '{AI_BUDGET}' AND c.created_at >= ?1
      )
    """
    return statement(
        sql, to_text(platform.clock.now())[:10], platform.settings.of(AiSettings).daily_budget
    )


async def set_budget(
    platform: Platform, account_id: str, micro_usd: int | None, actor: str
) -> None:
    """Choose the account's own daily budget in micro-US-dollars, or None for what the deployment's
    settings say.
    """
    await change_setting(platform, account_id, setting=_DAILY, value=micro_usd, actor=actor)


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
        duration_ms=integer(row, "duration_ms")
        if lasted and row["reason"] not in {AI_BUDGET, AI_QUOTA}
        else None,
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
        *values,
    )


async def total_by(
    database: Database, by: str, account_id: str | None, since: date, until: date
) -> list[AiTotal]:
    """Totals by day, model or account; of all accounts where `account_id` is None."""
    return [
        of_row(AiTotal, row)
        for row in await database.all(totals_query(by, account_id, since=since, until=until))
    ]


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
        sql, since.isoformat(), until.isoformat(), *([] if account_id is None else [account_id])
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
    return statement(sql, before, limit, *([] if account_id is None else [account_id]))


def _statements(run_id: str) -> list[Statement]:
    return [
        # A constant.
        statement(f"SELECT {CALL_SUMS} FROM ai_calls c WHERE c.run_id = ?", run_id),
        statement(PAID_BY_STEP, run_id),
    ]


def _cost(rows: Sequence[Sequence[Row]]) -> JsonObject:
    """An AiCost."""
    [costs] = rows[0]
    calls = integer(costs, "offered") - integer(costs, "refused")
    unpriced = integer(costs, "unpriced")
    micro_usd = integer(costs, "cost_micro_usd")
    return {"aiCost": {"calls": calls, "unpriced": unpriced, "microUsd": micro_usd}}


def _paid_calls(rows: Sequence[Sequence[Row]]) -> Mapping[str, int]:
    return {text(each, "step"): integer(each, "calls") for each in rows[1]}


CALLS_TO_MODELS: Final = ToldBeside(_statements, _cost, _paid_calls)


# Longer than any step's attempt lasts; one that comes back all the same corrects its row.
_PATIENCE = timedelta(minutes=15)


async def settle_interrupted(platform: Platform) -> None:
    """Mark calls as failed that were started long ago and have no end: their outcome is unknown."""
    now = platform.clock.now()
    await platform.database.batch([interrupt_before(to_text(now), to_text(now - _PATIENCE))])


JOBS: Final = (Job("ai calls", settle_interrupted, 3, due_in="ai_calls WHERE state = 'started'"),)


TABLES: Final = (
    of_run("ai_calls", "id"),
    Table("ai_daily", Gone(ACCOUNT), key="account_id, day, model"),
)
