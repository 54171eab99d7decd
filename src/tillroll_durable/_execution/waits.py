"""What a run waits for beside its steps, as rows: a time, a signal, a person's decision. Events
only wake it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Literal, TypeAlias

from tillroll_durable import step_records as steps
from tillroll_durable._execution.contract_checks import check_begins, check_not_ended
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.steps import Given, Outcome
from tillroll_durable.audit import Audited
from tillroll_durable.declared import Signal, Timer
from tillroll_durable.errors import LostGuard
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    insert_row,
    statement,
    text,
)
from tillroll_durable.platform.bindings.engine import EventTimeout, NonRetryable, Retries
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import Json, JsonObject, load_object
from tillroll_durable.runs import Run

Kind: TypeAlias = Literal["timer", "signal", "child", "undo"]


@dataclass(frozen=True)
class Wait:
    """One wait of a run.

    Attributes:
        name: the timer's or the signal's; for a child, to end or to be undone, the id of its run.
        number: counts a run's waits of this name, from 1."""

    kind: Kind
    name: str
    number: int

    @property
    def prefix(self) -> str:
        """How the names of its durable steps begin."""
        return f"{self.kind} {self.name}-{self.number}"

    def id_in(self, run: Run) -> str:
        return f"{run.id}:{self.kind}-{self.name}-{self.number}"

    def event_type(self, look: int) -> str:
        """A type of its own for every look: the engine can deliver a consumed event again."""
        return f"{self.kind}-{self.name}-{self.number}-{look}"


def begin_wait(
    run: Run, wait: Wait, until: str | None, now: str, *, awaits: str | None = None
) -> Statement:
    """Write that a run waits. `until` is UTC text; None: without an end.
    `awaits` is the id of the run that it waits for.
    """
    event_type = None if wait.kind == "timer" else wait.event_type(1)
    named = {
        "id": wait.id_in(run),
        "run_id": run.id,
        "kind": wait.kind,
        "name": wait.name,
        "number": wait.number,
    }
    return insert_row(
        "run_waits",
        {**named, "event_type": event_type, "until": until, "began_at": now, "awaits": awaits},
    )


def end_wait(run: Run, wait: Wait, outcome: str, now: str) -> Statement:
    """Write that a wait is over, by `outcome`. One that is over stays as it is."""
    return statement(
        "UPDATE run_waits SET ended_at = ?, outcome = ? WHERE id = ? AND ended_at IS NULL",
        [now, outcome, wait.id_in(run)],
    )


def close_waits(run: Run, now: str) -> Statement:
    """End all waits of a run that ends early."""
    return statement(
        "UPDATE run_waits SET ended_at = ?, outcome = 'ended' WHERE run_id = ? "
        "AND ended_at IS NULL",
        [now, run.id],
    )


def listen_as(run: Run, wait: Wait, look: int, *, awaits: str | None = None) -> Statement:
    """Have the run woken by the event of this look from now on; `awaits` is the run that a joined
    child is by now.
    """
    return statement(
        "UPDATE run_waits SET event_type = ?, awaits = ? WHERE id = ?",
        [wait.event_type(look), awaits, wait.id_in(run)],
    )


def listen_for_undoing(run: Run, wait: Wait, look: int, now: str) -> list[Statement]:
    """Have a run that ends early woken by the event of this look; it waits for nothing else any
    more.
    """
    sql = """
      INSERT INTO run_waits (id, run_id, kind, name, number, event_type, began_at, awaits)
      SELECT ?1, id, ?2, ?3, 1, ?4, ?5, ?3 FROM runs
      WHERE id = ?6 AND generation = ?7 AND state = ?8
      ON CONFLICT (id) DO UPDATE
      SET event_type = excluded.event_type, ended_at = NULL, outcome = NULL
    """
    own = (wait.id_in(run), wait.kind, wait.name, wait.event_type(look), now)
    closed = [close_waits(run, now), close_reviews(run, now)]
    return [*closed, statement(sql, [*own, run.id, run.generation, run.state])]


async def open_wait(database: Database, run_id: str) -> Row | None:
    """What the run waits for now."""
    return await database.first(
        statement("SELECT * FROM run_waits WHERE run_id = ? AND ended_at IS NULL", [run_id])
    )


async def is_behind(execution: Execution, name: str, attempt: int) -> bool:
    """Whether a wait, found begun by a later instance, has ended before: what ended it is not
    waited for again. Raises NonRetryable: it has not, and the run was asked to end.
    """
    if await execution.completed(name, attempt):
        return True
    execution.check_goes_on()
    return False


async def commit_once(
    execution: Execution,
    name: str,
    attempt: int,
    outcome: Outcome[Any],
    action: Action,
    now: Given | None = None,
    *,
    has_rollback: bool = False,
) -> Json:
    """Commit an outcome under the name of a durable step; or return what was committed there
    before. Without a state in the outcome the run stays where it stands. `now` is what it is given,
    for the record; `has_rollback`, that it can be undone. Raises NonRetryable: the run was asked to
    end, or is another instance's.
    """
    stored = await execution.completed(name, attempt)
    if stored:
        return stored.output
    execution.check_goes_on()
    check_not_ended(name, execution.contract, execution.run.state)
    run = execution.run
    commit = replace(execution.begin(name, action, attempt, inputs=now), has_rollback=has_rollback)
    try:
        return await execution.commit(
            run, outcome.state or run.state, outcome=outcome, attempt=commit
        )
    except LostGuard as lost:
        return await execution.output_of_winner(name, lost)


async def durably_with_waits(
    execution: Execution,
    name: str,
    attempt: Callable[[int, int], Awaitable[Json]],
    *,
    retries: Retries,
    timeout_seconds: int,
) -> Json:
    """Run something as a step of the engine, again after each wait that an attempt asks for.

    `attempt` is given its number, and how often it has waited. It asks for a wait by returning
    `{WAIT: seconds}`. Raises as `Execution.durably`.
    """
    durable_name = name
    for waits in count():

        async def attempt_after_waits(number: int, waits: int = waits) -> Json:
            return await attempt(number, waits)

        result = await execution.durably(
            durable_name, attempt_after_waits, retries=retries, timeout_seconds=timeout_seconds
        )
        match result:
            case {steps.WAIT: int(seconds)}:
                await execution.engine.sleep(f"{name}: wait {waits + 1}", seconds)
                durable_name = f"{name}: after wait {waits + 1}"
            case _:
                return result
    raise AssertionError("not reached")


# The longest that the engine sleeps: https://developers.cloudflare.com/workflows/reference/limits/
LONGEST_SLEEP = timedelta(days=365)


async def sleep(
    execution: Execution, timer: Timer, number: int, until: Callable[[datetime], datetime]
) -> None:
    """Sleep by a timer, for the `number`th time in this run; `until` gives the end from the time at
    which it begins. An instance that finds the timer begun sleeps for what is left: the engine
    refuses to sleep until a time that has passed, so what is left is measured in a step.
    Raises CancelRequested: the run was asked to end; ValueError: it is longer than the engine
    sleeps.
    """
    wait = Wait("timer", timer.name, number)

    async def begin(attempt: int) -> Json:
        name = f"{wait.prefix}: begin"
        stored = await execution.completed(name, attempt)
        if stored:
            is_over = await is_behind(execution, f"{wait.prefix}: over", attempt)
            if is_over:
                return 0
            return _seconds_left(execution, stored.output)
        now = execution.platform.clock.now()
        end = until(now)
        row = begin_wait(execution.run, wait, until=to_text(end), now=to_text(now))
        outcome = Outcome(output=to_text(end), statements=[row], state=timer.waiting)
        return _seconds_left(
            execution,
            await commit_once(
                execution, name, attempt=attempt, outcome=outcome, action=Audited.TIMER_BEGAN
            ),
        )

    async def end(attempt: int) -> Json:
        over = end_wait(execution.run, wait, outcome="over", now=execution.now())
        outcome = Outcome(statements=[over], state=timer.over)
        return await commit_once(
            execution,
            f"{wait.prefix}: over",
            attempt=attempt,
            outcome=outcome,
            action=Audited.TIMER_OVER,
        )

    seconds = await execution.durably(f"{wait.prefix}: begin", begin)
    if isinstance(seconds, int | float) and seconds > 0:
        execution.tell()
        await execution.engine.sleep(wait.prefix, int(seconds))
    await execution.durably(f"{wait.prefix}: over", end)


def _seconds_left(execution: Execution, until: Json) -> int:
    """Whole seconds, rounded up, so that the run does not wake early."""
    remaining = (from_text(str(until)) - execution.platform.clock.now()).total_seconds()
    return max(0, -int(-remaining // 1))


def check_sleep(length: timedelta) -> None:
    """Raises ValueError: it is longer than the engine sleeps."""
    if length > LONGEST_SLEEP:
        raise ValueError(
            f"a timer runs for {LONGEST_SLEEP.days} days at most; this one for {length.days}"
        )


See = Callable[[JsonObject | None], Awaitable[Outcome[Any]]]
"""Looks at the facts when a wait ends, by a signal's payload or by time (None)."""

OtherEnd = Callable[[str], Awaitable[tuple[JsonObject | None, str]]]
"""What a wait ends by beside its signal and its time: how a run has ended by then, or None; and the
run that is awaited.
"""


async def wait_for(
    execution: Execution,
    signal: Signal[Any],
    number: int,
    within: timedelta,
    see: See | None = None,
    surroundings: OtherEnd | None = None,
) -> JsonObject | None:
    """Wait for a signal, for the `number`th time in this run; return `{"payload": …}`, or None when
    the time is up. With `beside`, whatever comes first ends the wait, and where that is the run,
    `{"child": …}` is returned.

    A signal that came before is taken at once; each is taken by one wait only, the oldest first.
    Anyone who sends one before the time is up is heard, however late the run looks.

    With `see`, its outcome's output is returned instead, an object or None, and its statements are
    written with the end of the wait: all of it once. Raises CancelRequested: the run was asked to
    end.
    """
    wait = Wait("signal", signal.name, number)
    waiting = _Waiting(execution, signal, wait=wait, within=within, see=see, other_end=surroundings)
    seconds = await waiting.begin()
    look = 1
    while True:
        is_over = seconds == 0
        if seconds:
            execution.tell()
            try:
                await execution.engine.wait_for_event(
                    f"{wait.prefix}: wait {look}", wait.event_type(look), seconds
                )
            except EventTimeout:
                is_over = True
        answer = await waiting.look(look, is_over=is_over)
        match answer:
            case {"payload": dict()} | {"child": dict()}:
                return answer
            case {"waitSeconds": int(left) | float(left)}:
                seconds = int(left)
                look = look + 1
            case _:
                return None


@dataclass(frozen=True)
class _Waiting:
    """The durable steps of one wait."""

    execution: Execution
    signal: Signal[Any]
    wait: Wait
    within: timedelta
    see: See | None
    other_end: OtherEnd | None

    async def begin(self) -> int:
        """Move the run to the waiting state; return for how many seconds to wait: 0 where a signal
        is there.
        """
        name = f"{self.wait.prefix}: begin"
        execution = self.execution

        async def attempt(number: int) -> Json:
            stored = await execution.completed(name, number)
            if stored:
                if await is_behind(execution, f"{self.wait.prefix}: end", number):
                    return 0
                # An instance that finds the wait begun counts its looks from 1 again.
                _, awaited = await self._other_end(str(stored.output))
                await execution.platform.database.batch(
                    [listen_as(execution.run, self.wait, 1, awaits=awaited)]
                )
                return await self._seconds(stored.output)
            state = execution.run.state
            what = f"the wait for {self.signal.name!r}"
            check_begins(what, self.signal.begins_in, state=state)
            now = execution.platform.clock.now()
            until = to_text(now + self.within)
            _, awaited = await self._other_end(until)
            row = begin_wait(
                execution.run, self.wait, until=until, now=to_text(now), awaits=awaited
            )
            outcome = Outcome(output=until, statements=[row], state=self.signal.waiting)
            return await self._seconds(
                await commit_once(
                    execution, name, attempt=number, outcome=outcome, action=Audited.SIGNAL_AWAITED
                )
            )

        seconds = await execution.durably(name, attempt)
        if isinstance(seconds, int | float):
            return int(seconds)
        return 0

    async def _seconds(self, until: Json) -> int:
        end, _ = await self._other_end(str(until))
        if end is None and await self._untaken() is None:
            return _seconds_left(self.execution, until)
        return 0

    async def _other_end(self, until: str) -> tuple[JsonObject | None, str | None]:
        if self.other_end is None:
            return (None, None)
        return await self.other_end(until)

    async def _untaken(self) -> Row | None:
        """The oldest signal that no wait has taken."""
        sql = """
          SELECT key, payload FROM signals WHERE run_id = ? AND name = ? AND taken_up_at IS NULL
          ORDER BY rowid LIMIT 1
        """
        return await self.execution.platform.database.first(
            statement(sql, [self.execution.run.id, self.signal.name])
        )

    async def look(self, look: int, *, is_over: bool) -> JsonObject:
        """Take the oldest signal; without one, end the wait where its time is up, or prepare to
        wait on.
        """
        execution = self.execution
        name = f"{self.wait.prefix}: end"

        async def attempt(number: int) -> Json:
            stored = await execution.completed(name, number)
            if stored:
                return stored.output
            sql = """
              SELECT run_waits.until, runs.cancel_kind, runs.cancel_reason
              FROM run_waits JOIN runs ON runs.id = run_waits.run_id WHERE run_waits.id = ?
            """
            wait_id = self.wait.id_in(execution.run)
            row = await execution.platform.database.first(statement(sql, [wait_id]))
            if row is None:
                raise NonRetryable(f"the wait {wait_id} is gone")
            execution.check_not_cancelled(row)
            signal = await self._untaken()
            seconds = _seconds_left(execution, row["until"])
            end, awaited = (None, None) if signal else await self._other_end(text(row, "until"))
            if signal is None and end is not None:
                ended = [self._ended("joined", execution.now())]
                outcome = Outcome(
                    output={"child": end}, statements=ended, state=self.signal.received
                )
                return await commit_once(
                    execution, name, attempt=number, outcome=outcome, action=Audited.CHILD_JOINED
                )
            if signal is None and not is_over and seconds > 0:
                listen = listen_as(execution.run, self.wait, look + 1, awaits=awaited)
                await execution.platform.database.batch([listen])
                return {"waitSeconds": seconds}
            if signal is None:
                action = Audited.SIGNAL_TIMED_OUT
            else:
                action = Audited.SIGNAL_TAKEN_UP
            return await commit_once(
                execution, name, attempt=number, outcome=await self._over(signal), action=action
            )

        output = await execution.durably(f"{name} {look}", attempt)
        if not isinstance(output, dict):
            raise TypeError(f"{name} returned {type(output).__name__}, expected an object")
        return output

    async def _over(self, signal: Row | None) -> Outcome[Any]:
        """What ends the wait: the signal that was found, or its time; `see` puts what it saw in
        place of that.
        """
        now = self.execution.now()
        run = self.execution.run
        ended_as = "received"
        if signal is None:
            ended_as = "timed_out"
        ends = [self._ended(ended_as, now)]
        payload = None
        if signal is not None:
            payload = load_object(text(signal, "payload"))
            take = "UPDATE signals SET taken_up_at = ? WHERE run_id = ? AND name = ? AND key = ?"
            ends.insert(0, statement(take, [now, run.id, self.signal.name, text(signal, "key")]))
        outcome: Outcome[Any] = (
            Outcome(output=payload) if self.see is None else await self.see(payload)
        )
        is_up = outcome.output is None
        return replace(
            outcome,
            output={"timedOut": True} if is_up else {"payload": outcome.output},
            statements=[*ends, *outcome.statements],
            state=self.signal.timed_out if is_up else self.signal.received,
        )

    def _ended(self, outcome: str, now: str) -> Statement:
        """A timeout is refused by the column's CHECK where a signal came since it was looked for:
        the step's next attempt takes it.
        """
        sql = """
          UPDATE run_waits SET ended_at = ?1, outcome = CASE
            WHEN ?2 = 'timed_out' AND EXISTS (
              SELECT 1 FROM signals
              WHERE signals.run_id = run_waits.run_id AND signals.name = run_waits.name
                AND taken_up_at IS NULL
            ) THEN 'a signal has come' ELSE ?2 END
          WHERE id = ?3
        """
        return statement(sql, [now, outcome, self.wait.id_in(self.execution.run)])


def close_reviews(run: Run, now: str) -> Statement:
    """Close the review of a run that ends without a decision."""
    return statement(
        "UPDATE reviews SET taken_up_at = ? WHERE run_id = ? AND taken_up_at IS NULL", [now, run.id]
    )


def event_type(number: int, wait: int) -> str:
    """A type of its own for every wait: the engine can deliver a consumed event again."""
    return f"review-{number}-{wait}"
