"""Human review: the run waits for a person. The decision is a row, unique per review; events only wake the run."""

import contextlib
from dataclasses import dataclass
from datetime import timedelta

from tillroll.durable.contract import ReviewStates
from tillroll.durable.errors import LostGuard
from tillroll.durable.execution.execution import Execution
from tillroll.durable.execution.steps import Outcome
from tillroll.durable.record.audit import append, event_of_run
from tillroll.durable.record.changes import RunChange
from tillroll.durable.record.outbox import REVIEW_OVERDUE, nudge, of_review, written_events
from tillroll.durable.record.runs import Run
from tillroll.platform.bindings.database import Row, Statement, optional_text, statement, text
from tillroll.platform.bindings.engine import EventTimeout, NonRetryable, Retries
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import Json, JsonObject, dump, load_object

_RETRIES = Retries(limit=10, delay_seconds=3, backoff="linear")
_TIMEOUT_SECONDS = 30
_SHORTEST_WAIT_SECONDS = 60
_REMINDER_AFTER = 0.5  # of the time until the deadline


@dataclass(frozen=True)
class Decision:
    """`corrections` are the values that the person gave, as they gave them."""

    is_approved: bool
    corrections: JsonObject


def review_id(run_id: str, number: int) -> str:
    return f"{run_id}:review-{number}"


def close_reviews(run: Run, now: str) -> Statement:
    """For the end of a run that nobody decided on: its review waits for nobody any more."""
    return statement("UPDATE reviews SET taken_up_at = ? WHERE run_id = ? AND taken_up_at IS NULL", now, run.id)


def event_type(number: int, wait: int) -> str:
    """A type of its own for every wait: the engine can deliver a consumed event again."""
    return f"review-{number}-{wait}"


async def ask_person(execution: Execution, number: int, reason: str, proposed: Json, deadline_hours: int) -> Decision:
    """Put the run before a person and wait for the decision, however long it takes.

    `number` counts the run's reviews from 1; `proposed` is what the person is shown. Half-way to the deadline a
    reminder is recorded; when the deadline passes, the review escalates and goes on waiting. Afterwards the run is in
    the approved or the rejected state. Raises CancelRequested, Compensating: the run was asked to end, or has begun to
    compensate."""
    states = execution.contract.review
    if states is None:
        raise ValueError(f"the contract of {execution.contract.kind} declares no review")
    review = _Review(execution, states, number, deadline_hours)
    seconds = await review.request(reason, proposed)
    wait = 1
    while True:
        if seconds:
            execution.tell()
            # When the time is up, take_up looks at the row, and reminds or escalates where there is no decision.
            with contextlib.suppress(EventTimeout):
                await execution.engine.wait_for_event(
                    f"review-{number}: wait {wait}", event_type(number, wait), seconds
                )
        answer = await review.take_up(wait)
        decision = answer["decision"]
        if decision is not None:
            corrections = answer["corrections"]
            return Decision(decision == "approve", corrections if isinstance(corrections, dict) else {})
        seconds = _seconds(answer["waitSeconds"])
        wait += 1


def _seconds(value: Json) -> int:
    return int(value) if isinstance(value, int | float) else _SHORTEST_WAIT_SECONDS


class _Review:
    """The durable steps of one review."""

    def __init__(self, execution: Execution, states: ReviewStates, number: int, deadline_hours: int) -> None:
        self._execution = execution
        self._database = execution.platform.database
        self._states = states
        self._number = number
        self._id = review_id(execution.run.id, number)
        self._deadline = timedelta(hours=deadline_hours)

    async def request(self, reason: str, proposed: Json) -> int:
        """Move the run to the waiting state, with the review's row; return for how many seconds to wait at first."""
        name = f"review-{self._number}: request"

        async def attempt(number: int) -> Json:
            stored = await self._execution.stored(name, number)
            if stored and stored.outcome == "completed":
                return await self._seconds_left()
            self._execution.check_begins(f"the review {self._number}", self._states.begins_in)
            return await self._once(name, number, self._request_outcome(reason, proposed), "review.requested")

        output = await self._execution.durably(name, attempt, _RETRIES, _TIMEOUT_SECONDS)
        return _seconds(output)

    async def _seconds_left(self) -> int:
        """For how long an instance waits that finds the review already there: not at all where it is decided.

        Such an instance counts its waits from 1 again, so the decision has to be announced under the first event type.
        """
        first = event_type(self._number, 1)
        _, [row] = await self._database.batch(
            [
                statement("UPDATE reviews SET event_type = ? WHERE id = ?", first, self._id),
                statement(
                    """
                    SELECT r.deadline, d.decision FROM reviews r LEFT JOIN review_decisions d ON d.review_id = r.id
                    WHERE r.id = ?
                    """,
                    self._id,
                ),
            ]
        )
        if row["decision"] is not None:
            return 0
        return self._next_wait(from_text(text(row, "deadline")) - self._execution.platform.clock.now())

    def _next_wait(self, left: timedelta) -> int:
        """Seconds until something is due of which `left` is the time until the deadline: the reminder, the deadline, or
        another look long after it."""
        until_reminder = left - self._deadline * (1 - _REMINDER_AFTER)
        wait = next((each for each in (until_reminder, left) if each > timedelta(0)), self._deadline)
        return max(_SHORTEST_WAIT_SECONDS, int(wait.total_seconds()))

    def _request_outcome(self, reason: str, proposed: Json) -> Outcome:
        now = self._execution.platform.clock.now()
        insert = statement(
            """
            INSERT INTO reviews (id, run_id, number, reason, proposed, event_type, deadline, requested_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            self._id,
            self._execution.run.id,
            self._number,
            reason,
            dump(proposed),
            event_type(self._number, 1),
            to_text(now + self._deadline),
            to_text(now),
        )
        return Outcome(
            output=self._next_wait(self._deadline), statements=[insert], state=self._states.waiting, reason=reason
        )

    async def take_up(self, wait: int) -> JsonObject:
        """Read the decision's row and act on it; without one, escalate once the deadline has passed and wait on."""
        name = f"review-{self._number}: take up"

        async def attempt(number: int) -> Json:
            # What was taken up stays so, whatever was asked for since: what came after it is undone, where it must be.
            stored = await self._execution.stored(name, number)
            if stored and stored.outcome == "completed" and isinstance(stored.output, dict):
                return stored.output
            sql = """
              SELECT d.decision, d.corrections, d.comment, r.deadline, r.reminded_at, r.escalated_at,
                     runs.cancel_kind, runs.cancel_reason
              FROM reviews r JOIN runs ON runs.id = r.run_id
              LEFT JOIN review_decisions d ON d.review_id = r.id WHERE r.id = ?
            """
            row = await self._database.first(statement(sql, self._id))
            if row is None:
                raise NonRetryable(f"the review {self._id} is gone")
            cancel_kind = optional_text(row, "cancel_kind")
            if cancel_kind:
                raise self._execution.cancelled_by(cancel_kind, optional_text(row, "cancel_reason"))
            if row["decision"] is None:
                return await self._wait_on(row, wait)
            return await self._once(name, number, self._decision_outcome(row), "review.taken_up")

        output = await self._execution.durably(f"{name} {wait}", attempt, _RETRIES, _TIMEOUT_SECONDS)
        if not isinstance(output, dict):
            raise TypeError(f"{name} returned {type(output).__name__}, expected an object")
        return output

    def _decision_outcome(self, row: Row) -> Outcome:
        approved = text(row, "decision") == "approve"
        mark = statement("UPDATE reviews SET taken_up_at = ? WHERE id = ?", self._execution.now(), self._id)
        return Outcome(
            output={"decision": text(row, "decision"), "corrections": load_object(text(row, "corrections"))},
            statements=[mark] if approved else [mark, *self._execution.undone()],
            state=self._states.approved if approved else self._states.rejected,
            reason=None if approved else optional_text(row, "comment"),
        )

    async def _wait_on(self, row: Row, wait: int) -> JsonObject:
        """Prepare the next wait; past half of the time remind, past the deadline escalate, each once."""
        now = self._execution.platform.clock.now()
        left = from_text(text(row, "deadline")) - now
        batch = [
            statement("UPDATE reviews SET event_type = ? WHERE id = ?", event_type(self._number, wait + 1), self._id)
        ]
        if left <= timedelta(0) and row["escalated_at"] is None:
            batch += self._mark("escalated", "overdue", to_text(now))
        elif left <= self._deadline * (1 - _REMINDER_AFTER) and row["reminded_at"] is None:
            batch += self._mark("reminded", "waiting", to_text(now))
        rows = await self._database.batch(batch)
        await nudge(self._execution.platform, self._execution.run.id, written_events(rows))
        return {"decision": None, "corrections": None, "waitSeconds": self._next_wait(left)}

    def _mark(self, what: str, outcome: str, now: str) -> list[Statement]:
        """The statements that note a reminder or an escalation, with its audit event."""
        run = self._execution.run
        event = event_of_run(
            run,
            f"review.{what}",
            f"{self._id}:{what}",
            actor=self._execution.actor,
            at=now,
            outcome=outcome,
        )
        if what == "reminded":
            return [append(event), statement("UPDATE reviews SET reminded_at = ? WHERE id = ?", now, self._id)]
        return [
            append(event),
            statement("UPDATE reviews SET escalated_at = ? WHERE id = ?", now, self._id),
            RunChange(run, now).review_overdue(),
            of_review(run.id, REVIEW_OVERDUE, now),
        ]

    async def _once(self, name: str, attempt: int, outcome: Outcome, action: str) -> Json:
        """Commit an outcome, or return what the attempt stored that was first."""
        stored = await self._execution.stored(name, attempt)
        if stored and stored.outcome == "completed":
            return stored.output
        self._execution.check_goes_on()
        run, begun = self._execution.run, self._execution.begin(name, action, attempt)
        try:
            await self._execution.commit(run, outcome.state or self._states.waiting, outcome, begun)
        except LostGuard as lost:
            return await self._execution.output_of_winner(name, lost)
        return outcome.output
