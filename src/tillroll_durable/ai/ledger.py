"""The ledger of calls to models (`ai_calls`): what is written, and what lets a call be made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, LiteralString, Protocol

from tillroll_durable.ai.calls import (
    AI_BUDGET,
    COMPLETED,
    FAILED,
    INTERRUPTED,
    OFFERED,
    ROLLED_BACK,
    RUN_BUDGET,
    STARTED,
    AiCall,
    Question,
    estimate,
)
from tillroll_durable.ai.costs import CostSettings, Price
from tillroll_durable.jobs.job import Job
from tillroll_durable.platform.bindings.database import EVERYBODY, Statement, statement, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table, of_run
from tillroll_durable.runs import Run

# The statuses of runs that need the answers of their calls no more, where any came.
_UNDONE = "('cancelled', 'rejected')"


# ?4 is the run, ?11 what is set aside for the call, ?14 what all of its calls may cost.
_WITHIN_RUN: Final = """
  (SELECT COALESCE(SUM(counted_micro_usd), 0) FROM ai_calls WHERE run_id = ?4) + ?11 <= ?14
"""


class BudgetSpent(Exception):
    """The run's budget, the account's of today, or another limit does not allow the call. `reason`
    says which, as its row does.
    """

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class CallLimit:
    """A limit that an application sets on the calls of an account, besides its budget.

    Attributes:
        reason: what the row of a call says that this limit refused.
        has_room: SQL that is 1 where the account may ask once more. ?1 is its id, ?2 the time.
        count_started: counts the call of an id, unless its row says that it was refused. It follows
            the row in one batch.
        count_restored: counts a call of an id, an account and a time, unless it has a row already.
            It comes before the row of a call that only its stored answer knows, as after a restore.
    """

    reason: LiteralString
    has_room: LiteralString
    count_started: Callable[[str], Statement]
    count_restored: Callable[[str, str, str], Statement]


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


@dataclass(frozen=True)
class RunTerms:
    """What a run's code says of its calls.

    Attributes:
        most_micro_usd: what they may cost together; None for no bound.
        price: of a model that the deployment's settings do not name.
    """

    most_micro_usd: int | None = None
    price: Price | None = None


class Ledger:
    """The calls of one who asks."""

    def __init__(
        self,
        platform: Platform,
        context: Asker,
        limit: CallLimit | None = None,
        terms: RunTerms | None = None,
    ) -> None:
        self._platform = platform
        self._context = context
        self._limit = limit
        self._terms = terms or RunTerms()
        self._started: set[str] = set()

    async def start(self, question: Question) -> str:
        """Write down that a model is about to be asked; return the call's id. What an earlier
        attempt left as started was interrupted. Raises BudgetSpent.
        """
        call_id = new_id("aic")
        now = to_text(self._platform.clock.now())
        tables = [*self._context.kept]
        run = self._context.run
        interrupt = _interrupt("run_id = ?2", now, run.id, account=run.account_id)
        statements = [*tables, interrupt, self._offer(call_id, question, now)]
        place_of_offer = len(statements) - 1
        if self._limit is not None:
            statements.append(self._limit.count_started(call_id))
        results = await self._platform.database.batch(statements)
        [row] = results[place_of_offer]
        del self._context.kept[: len(tables)]
        if text(row, "state") != STARTED:
            raise BudgetSpent(
                f"neither budget nor quota of {now[:10]} may be exceeded by a call to "
                f"{question.model}",
                text(row, "reason"),
            )
        self._started.add(call_id)
        return call_id

    def _offer(self, call_id: str, question: Question, now: str) -> Statement:
        run = self._context.run
        settings = self._platform.settings.of(CostSettings)
        has_room: LiteralString = "1"
        reason: LiteralString = ""
        if self._limit is not None:
            has_room = self._limit.has_room
            reason = self._limit.reason
        within: LiteralString = "1"
        bound: list[int] = []
        if self._terms.most_micro_usd is not None:
            within = _WITHIN_RUN
            bound = [self._terms.most_micro_usd]
        return statement(
            f"""
            INSERT INTO ai_calls (
              id, account_id, run_id, step, generation, attempt, model, purpose, state, reason,
              input_sha256, duration_ms, reserved_micro_usd, created_at)
            SELECT ?3, ?1, ?4, ?5, ?6, ?7, ?8, ?9,
                   CASE WHEN fits AND has_room AND is_within THEN '{STARTED}' ELSE '{OFFERED}' END,
                   CASE WHEN NOT has_room THEN '{reason}' WHEN NOT fits THEN '{AI_BUDGET}'
                        WHEN NOT is_within THEN '{RUN_BUDGET}' END,
                   ?10, 0, ?11, ?2
            FROM (
              SELECT budget IS NULL OR COALESCE(counted + ?11 <= budget, 0) AS fits,
                     {has_room} AS has_room, {within} AS is_within
              FROM (
                SELECT COALESCE((SELECT daily_micro_usd FROM ai_budgets WHERE account_id = ?1),
                    ?12) AS budget,
                       (SELECT COALESCE(SUM(counted_micro_usd), 0) FROM ai_daily
                        WHERE account_id = ?1 AND day = ?13) AS counted
              )
            )
            RETURNING state, reason
            """,
            [
                run.account_id,
                now,
                call_id,
                run.id,
                self._context.step,
                run.generation,
                self._context.attempt,
                question.model,
                question.purpose,
                question.sha256,
                estimate(self._price(question.model), question),
                settings.daily_budget,
                now[:10],
                *bound,
            ],
        )

    def settle(self, calls: Sequence[AiCall]) -> None:
        """Have the ends of calls written with the end of this attempt; those that are written
        already stay so.
        """
        now = to_text(self._platform.clock.now())
        for call in calls:
            # A call that was started here has its row.
            if self._limit is not None and call.id not in self._started:
                account_id = self._context.run.account_id
                self._context.kept.append(self._limit.count_restored(call.id, account_id, now))
            self._context.kept.append(self._settled(call, now))

    def _settled(self, call: AiCall, now: str) -> Statement:
        """Insert the row of a call that only its stored answer shows, as after a restore."""
        return statement(
            f"""
            INSERT INTO ai_calls (
              id, account_id, run_id, model, purpose, state, input_sha256, duration_ms,
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
              output_tokens = excluded.output_tokens, error = excluded.error,
              reason = excluded.reason,
              cost_micro_usd = excluded.cost_micro_usd, output_key = excluded.output_key,
              ended_at = excluded.ended_at
            WHERE ai_calls.state = '{STARTED}' OR (ai_calls.state = '{FAILED}'
                AND ai_calls.reason = '{INTERRUPTED}')
            """,
            [
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
                self.cost(call),
                call.output_key,
            ],
        )

    def cost(self, call: AiCall) -> int | None:
        """Whole micro-US-dollars; None where the tokens or the price are unknown."""
        price = self._price(call.model)
        if price is None or call.input_tokens is None or call.output_tokens is None:
            return None
        return price.cost(call.input_tokens, call.output_tokens)

    def _price(self, model: str) -> Price | None:
        return self._platform.settings.of(CostSettings).price_of(model, self._terms.price)


def _interrupt(where: LiteralString, now: str, value: str, *, account: str) -> Statement:
    sql = f"""
      UPDATE ai_calls SET state = '{FAILED}', reason = '{INTERRUPTED}', ended_at = ?1,
        error = 'interrupted: what became of it is unknown'
      WHERE state = '{STARTED}' AND {where}
    """
    return statement(sql, [now, value], account=account)


def interrupt_before(now: str, before: str) -> Statement:
    """What was started before a time and has not ended was interrupted."""
    return _interrupt("started_at < ?2", now, before, account=EVERYBODY)


def roll_back(run: Run, now: str) -> list[Statement]:
    """A run ends without what it was made for: what it paid for is of no use. The money stays
    counted.
    """
    sql = f"""
      UPDATE ai_calls SET state = '{ROLLED_BACK}', rolled_back_at = ?
      WHERE run_id = ? AND state = '{COMPLETED}'
    """
    return [statement(sql, [now, run.id], account=run.account_id)]


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
    Table("ai_budgets", Gone(ACCOUNT), key="account_id"),
)
