"""The ledger of calls to models (`ai_calls`), and what an account may spend on them a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

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
from tillroll.durable import StepContext
from tillroll.durable.record.audit import Setting, change_setting
from tillroll.durable.record.runs import Run
from tillroll.jobs.job import Job
from tillroll.platform.bindings.database import Statement, integer, optional_integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.platform.tables import ACCOUNT, Gone, Table, of_run
from tillroll.quotas.usage import QuotaSettings, call_fits

# The statuses of runs that need the answers of their calls no more, where any came.
_UNDONE = "('cancelled', 'rejected')"


class BudgetSpent(Exception):
    """The account's budget of today, or its quota of calls, does not allow the call; its row says which. The model
    was not asked."""


class Ledger:
    """The calls of one attempt of a step."""

    def __init__(self, platform: Platform, context: StepContext) -> None:
        self._platform = platform
        self._context = context

    async def start(self, question: Question) -> str:
        """Write down that a model is about to be asked, if the budget allows it; return the call's id.

        What an earlier attempt left as started was interrupted: nobody knows its outcome.

        Raises:
            BudgetSpent: the budget does not allow it.
        """
        call_id, now = new_id("aic"), to_text(self._platform.clock.now())
        kept = [*self._context.kept]
        interrupt = _interrupt("run_id = ?2", now, self._context.run.id)
        *_, [row] = await self._platform.database.batch([*kept, interrupt, self._offer(call_id, question, now)])
        del self._context.kept[: len(kept)]
        if text(row, "state") != STARTED:
            raise BudgetSpent(f"neither budget nor quota of {now[:10]} may be exceeded by a call to {question.model}")
        return call_id

    def _offer(self, call_id: str, question: Question, now: str) -> Statement:
        run, settings = self._context.run, self._platform.settings.of(AiSettings)
        return statement(
            f"""
            INSERT INTO ai_calls (id, account_id, run_id, step, generation, attempt, model, purpose, state, reason,
                                  input_sha256, duration_ms, reserved_micro_usd, created_at, approved_at, started_at)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                   CASE WHEN fits AND has_quota THEN '{STARTED}' ELSE '{OFFERED}' END,
                   CASE WHEN NOT has_quota THEN '{AI_QUOTA}' WHEN NOT fits THEN '{AI_BUDGET}' END,
                   ?9, 0, ?10, ?11, CASE WHEN fits AND has_quota THEN ?11 END,
                   CASE WHEN fits AND has_quota THEN ?11 END
            FROM (
              SELECT budget IS NULL OR COALESCE(counted + ?10 <= budget, 0) AS fits,
                     {call_fits("?2", "?14", "?15")} AS has_quota
              FROM (
                SELECT COALESCE((SELECT ai_daily_budget_micro_usd FROM accounts WHERE id = ?2), ?12) AS budget,
                       (SELECT COALESCE(SUM(counted_micro_usd), 0) FROM ai_daily
                        WHERE account_id = ?2 AND day = ?13) AS counted
              )
            )
            RETURNING state
            """,  # noqa: S608 - constants
            call_id,
            run.account_id,
            run.id,
            self._context.step,
            run.generation,
            self._context.attempt,
            question.model,
            question.purpose,
            question.sha256,
            estimate(settings.prices.get(question.model), question),
            now,
            settings.daily_budget,
            now[:10],
            now[:7],
            self._platform.settings.of(QuotaSettings).ai_calls,
        )

    def settle(self, calls: Sequence[AiCall]) -> None:
        """Have the ends of calls written with the end of this attempt; those that are written already stay so."""
        now = to_text(self._platform.clock.now())
        self._context.kept.extend(self._settled(call, now) for call in calls)

    def _settled(self, call: AiCall, now: str) -> Statement:
        """One that is known from its stored answer only, as after a restore, gets its row here."""
        return statement(
            f"""
            INSERT INTO ai_calls (id, account_id, run_id, model, purpose, state, input_sha256, duration_ms,
                                  input_tokens, output_tokens, error, created_at, reason, cost_micro_usd, output_key,
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
              output_tokens = excluded.output_tokens, error = excluded.error, reason = excluded.reason,
              cost_micro_usd = excluded.cost_micro_usd, output_key = excluded.output_key, ended_at = excluded.ended_at
            WHERE ai_calls.state = '{STARTED}' OR (ai_calls.state = '{FAILED}' AND ai_calls.reason = '{INTERRUPTED}')
            """,  # noqa: S608 - constants
            call.id,
            self._context.run.account_id,
            self._context.run.id,
            call.model,
            call.purpose,
            call.state,
            call.input_sha256,
            call.duration_ms,
            call.input_tokens,
            call.output_tokens,
            call.error,
            now,
            call.reason,
            self._cost(call),
            call.output_key,
        )

    def _cost(self, call: AiCall) -> int | None:
        """Whole micro-US-dollars; None where the tokens or the price are unknown."""
        price = self._platform.settings.of(AiSettings).prices.get(call.model)
        if price is None or call.input_tokens is None or call.output_tokens is None:
            return None
        return price.cost(call.input_tokens, call.output_tokens)


def _interrupt(where: str, now: str, value: str) -> Statement:
    return statement(
        f"""
        UPDATE ai_calls SET state = '{FAILED}', reason = '{INTERRUPTED}', ended_at = ?1,
          error = 'interrupted: what became of it is unknown'
        WHERE state = '{STARTED}' AND {where}
        """,  # noqa: S608 - constants
        now,
        value,
    )


def interrupt_before(now: str, before: str) -> Statement:
    """What was started before a time and has not ended was interrupted."""
    return _interrupt("started_at < ?2", now, before)


def roll_back(run: Run, now: str) -> list[Statement]:
    """A run ends without what it was made for: what it paid for is of no use. The money stays counted."""
    return [
        statement(
            f"""
            UPDATE ai_calls SET state = '{ROLLED_BACK}', rolled_back_at = ? WHERE run_id = ? AND state = '{COMPLETED}'
            """,  # noqa: S608 - constants
            now,
            run.id,
        )
    ]


_BEYOND_ANY_BUDGET = 10**15
"""Micro-US-dollars. A call whose price is unknown fits into none."""
AUDITED = {"account.ai_budget_set": "the account's daily budget for models was set"}
_DAILY = Setting("ai_daily_budget_micro_usd", "account.ai_budget_set", "dailyMicroUsd")


@dataclass(frozen=True)
class Budget:
    """Whole micro-US-dollars. `own` is what the account's owner set, None where the deployment's setting holds; `daily`
    is what holds, None for no budget; `counted` is what counts against it today, with what is set aside."""

    own: int | None
    daily: int | None
    counted: int

    @property
    def is_spent(self) -> bool:
        return self.daily is not None and self.counted >= self.daily


async def budget_of(platform: Platform, account_id: str) -> Budget:
    row = await platform.database.first(
        statement(
            """
            SELECT (SELECT ai_daily_budget_micro_usd FROM accounts WHERE id = ?1) AS own,
                   (SELECT COALESCE(SUM(counted_micro_usd), 0) FROM ai_daily
                    WHERE account_id = ?1 AND day = ?2) AS counted
            """,
            account_id,
            to_text(platform.clock.now())[:10],
        )
    )
    if row is None:
        raise LookupError("a SELECT without a table has one row")
    own = optional_integer(row, "own")
    return Budget(own, platform.settings.of(AiSettings).daily_budget if own is None else own, integer(row, "counted"))


def accounts_held_back(platform: Platform) -> Statement:
    """The accounts whose budget refused a call today and, as it stands now, would refuse it again: `account_id`."""
    return statement(
        f"""
        SELECT d.account_id FROM ai_daily d JOIN accounts a ON a.id = d.account_id
        WHERE d.day = ?1
        GROUP BY d.account_id
        HAVING SUM(d.refused) > 0 AND COALESCE(a.ai_daily_budget_micro_usd, ?2) < SUM(d.counted_micro_usd) + (
          SELECT MAX(COALESCE(c.reserved_micro_usd, {_BEYOND_ANY_BUDGET})) FROM ai_calls c
          WHERE c.account_id = d.account_id AND c.state = '{OFFERED}' AND c.state <> 'completed'
            AND c.reason = '{AI_BUDGET}' AND c.created_at >= ?1
        )
        """,  # noqa: S608 - constants; the index of these calls has the second condition on the state
        to_text(platform.clock.now())[:10],
        platform.settings.of(AiSettings).daily_budget,
    )


async def set_budget(platform: Platform, account_id: str, micro_usd: int | None, actor: str) -> None:
    """Choose the account's own daily budget in micro-US-dollars, or None for what the deployment's settings say."""
    await change_setting(platform, account_id, _DAILY, micro_usd, actor)


# Longer than any step's attempt lasts; one that comes back all the same corrects its row.
_PATIENCE = timedelta(minutes=15)


async def settle_interrupted(platform: Platform) -> None:
    """Mark calls as failed that were started long ago and have no end: their outcome is unknown."""
    now = platform.clock.now()
    await platform.database.batch([interrupt_before(to_text(now), to_text(now - _PATIENCE))])


JOBS: Final = (Job("ai calls", settle_interrupted, 3),)


TABLES: Final = (
    of_run("ai_calls"),
    Table("ai_daily", Gone(ACCOUNT), key="account_id, day, model"),
)
