"""Waiting for a signal. Rows of `signals` are the truth; an event of the engine only wakes the run to look."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tillroll.durable.declared import Signal
from tillroll.durable.running.execution import Execution
from tillroll.durable.running.steps import Outcome
from tillroll.durable.running.waiting.commits import RETRIES, TIMEOUT_SECONDS, commit_once, is_behind
from tillroll.durable.running.waiting.rows import Wait, begin_wait, listen_as
from tillroll.platform.bindings.database import Row, Statement, optional_text, statement, text
from tillroll.platform.bindings.engine import EventTimeout, NonRetryable
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import Json, JsonObject, load_object

# The longest that the engine waits for an event: https://developers.cloudflare.com/workflows/reference/limits/
LONGEST_WAIT = timedelta(days=365)


See = Callable[[JsonObject | None], Awaitable[Outcome]]
"""Looks at the facts when a wait ends, by a signal's payload or by time (None)."""


async def wait_for(
    execution: Execution, signal: Signal[Any], number: int, within: timedelta, see: See | None = None
) -> JsonObject | None:
    """Wait for a signal, for the `number`th time in this run; return its payload, or None when the time is up.

    A signal that came before is taken at once; each is taken by one wait only, the oldest first. Whoever sends one
    before the time is up is heard, however late the run looks.

    With `see`, its outcome's output is returned instead, an object or None, and its statements are written with the
    end of the wait: all of it once.

    Raises:
        CancelRequested: the run was asked to end.
    """
    waiting = _Waiting(execution, signal, number, within, see)
    seconds, look = await waiting.begin(), 1
    while True:
        is_over = seconds == 0
        if seconds:
            execution.tell()
            try:
                await execution.engine.wait_for_event(*waiting.event(look), seconds)
            except EventTimeout:
                is_over = True
        answer = await waiting.look(look, is_over=is_over)
        match answer:
            case {"payload": dict(payload)}:
                return payload
            case {"waitSeconds": int(left) | float(left)}:
                seconds, look = int(left), look + 1
            case _:
                return None


class _Waiting:
    """The durable steps of one wait."""

    def __init__(
        self, execution: Execution, signal: Signal[Any], number: int, within: timedelta, see: See | None
    ) -> None:
        self._execution = execution
        self._database = execution.platform.database
        self._signal = signal
        self._wait = Wait("signal", signal.name, number)
        self._within = within
        self._see = see

    def event(self, look: int) -> tuple[str, str]:
        return f"{self._wait.prefix}: wait {look}", self._wait.event_type(look)

    async def begin(self) -> int:
        """Move the run to the waiting state; return for how many seconds to wait: 0 where a signal is there."""
        name, execution = f"{self._wait.prefix}: begin", self._execution

        async def attempt(number: int) -> Json:
            stored = await execution.stored(name, number)
            if stored and stored.outcome == "completed":
                if await is_behind(execution, f"{self._wait.prefix}: end", number):
                    return 0
                # An instance that finds the wait begun counts its looks from 1 again.
                await self._database.batch([listen_as(execution.run, self._wait, 1)])
                return await self._seconds(stored.output)
            execution.check_begins(f"the wait for {self._signal.name!r}", self._signal.begins_in)
            now = execution.platform.clock.now()
            until = to_text(now + self._within)
            row = begin_wait(execution.run, self._wait, until, to_text(now))
            outcome = Outcome(output=until, statements=[row], state=self._signal.waiting)
            return await self._seconds(await commit_once(execution, name, number, outcome, "signal.awaited"))

        seconds = await execution.durably(name, attempt, RETRIES, TIMEOUT_SECONDS)
        return int(seconds) if isinstance(seconds, int | float) else 0

    async def _seconds(self, until: Json) -> int:
        if await self._untaken() is not None:
            return 0
        left = (from_text(str(until)) - self._execution.platform.clock.now()).total_seconds()
        return max(0, -int(-left // 1))

    async def _untaken(self) -> Row | None:
        """The oldest signal that no wait has taken."""
        return await self._database.first(
            statement(
                """
                SELECT key, payload FROM signals WHERE run_id = ? AND name = ? AND taken_up_at IS NULL
                ORDER BY rowid LIMIT 1
                """,
                self._execution.run.id,
                self._signal.name,
            )
        )

    async def look(self, look: int, *, is_over: bool) -> JsonObject:
        """Take the oldest signal; without one, end the wait where its time is up, or prepare to wait on."""
        execution, name = self._execution, f"{self._wait.prefix}: end"

        async def attempt(number: int) -> Json:
            stored = await execution.stored(name, number)
            if stored and stored.outcome == "completed":
                return stored.output
            row = await self._state()
            if cancel := optional_text(row, "cancel_kind"):
                raise execution.cancelled_by(cancel, optional_text(row, "cancel_reason"))
            found = await self._untaken()
            left = (from_text(text(row, "until")) - execution.platform.clock.now()).total_seconds()
            if found is None and not is_over and left > 0:
                await self._database.batch([listen_as(execution.run, self._wait, look + 1)])
                return {"waitSeconds": -int(-left // 1)}
            outcome = self._timed_out() if found is None else self._taken(found)
            if self._see is not None:
                payload = None if found is None else load_object(text(found, "payload"))
                outcome = self._with_facts(outcome, await self._see(payload))
            action = "signal.timed_out" if found is None else "signal.taken_up"
            return await commit_once(execution, name, number, outcome, action)

        output = await execution.durably(f"{name} {look}", attempt, RETRIES, TIMEOUT_SECONDS)
        if not isinstance(output, dict):
            raise TypeError(f"{name} returned {type(output).__name__}, expected an object")
        return output

    async def _state(self) -> Row:
        row = await self._database.first(
            statement(
                """
                SELECT run_waits.until, runs.cancel_kind, runs.cancel_reason
                FROM run_waits JOIN runs ON runs.id = run_waits.run_id WHERE run_waits.id = ?
                """,
                self._wait.id_in(self._execution.run),
            )
        )
        if row is None:
            raise NonRetryable(f"the wait {self._wait.id_in(self._execution.run)} is gone")
        return row

    def _taken(self, found: Row) -> Outcome:
        now, run = self._execution.now(), self._execution.run
        take = statement(
            "UPDATE signals SET taken_up_at = ? WHERE run_id = ? AND name = ? AND key = ?",
            now,
            run.id,
            self._signal.name,
            text(found, "key"),
        )
        return Outcome(
            output={"payload": load_object(text(found, "payload"))},
            statements=[take, self._ended("received", now)],
            state=self._signal.received,
        )

    def _timed_out(self) -> Outcome:
        return Outcome(
            output={"timedOut": True},
            statements=[self._ended("timed_out", self._execution.now())],
            state=self._signal.timed_out,
        )

    def _with_facts(self, outcome: Outcome, seen: Outcome) -> Outcome:
        """What ends the wait, with what was seen in place of what was said."""
        is_up = seen.output is None
        return replace(
            seen,
            output={"timedOut": True} if is_up else {"payload": seen.output},
            statements=[*outcome.statements, *seen.statements],
            state=self._signal.timed_out if is_up else self._signal.received,
        )

    def _ended(self, outcome: str, now: str) -> Statement:
        """A timeout is refused by the column's CHECK where a signal came since it was looked for: the step's next
        attempt takes it."""
        return statement(
            """
            UPDATE run_waits SET ended_at = ?1, outcome = CASE
              WHEN ?2 = 'timed_out' AND EXISTS (
                SELECT 1 FROM signals WHERE signals.run_id = run_waits.run_id AND signals.name = run_waits.name
                  AND taken_up_at IS NULL
              ) THEN 'a signal has come' ELSE ?2 END
            WHERE id = ?3
            """,
            now,
            outcome,
            self._wait.id_in(self._execution.run),
        )
