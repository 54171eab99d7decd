"""The ledger of calls to models (`ai_calls`): a row before a model is asked, and what became of it.

Offering, approval and start are one write, whose one statement also looks at the budget: so however many calls ask at
once, each sees what the others have set aside. How a call ended is written with the end of the step's attempt, whatever
that is, or with the next call's start: no write of its own.
"""

from collections.abc import Sequence

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
)
from tillroll.ai.estimates import estimate
from tillroll.ai.settings import AiSettings
from tillroll.durable.record.runs import Run
from tillroll.durable.running.steps import StepContext
from tillroll.platform.bindings.database import Statement, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.quotas.settings import QuotaSettings
from tillroll.quotas.usage import call_fits

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
