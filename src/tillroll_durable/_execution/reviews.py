"""How a run asks a person, and waits for the decision."""

import contextlib
from dataclasses import dataclass
from datetime import timedelta

from tillroll_durable._execution.contract_checks import check_begins
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.steps import Outcome
from tillroll_durable._execution.waits import commit_once, event_type
from tillroll_durable._record.changes import RunChange
from tillroll_durable.audit import Audited, append, event_of_run
from tillroll_durable.contract import Contract, ReviewStates
from tillroll_durable.outbox import REVIEW_OVERDUE, nudge, of_review, written_events
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    insert_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.engine import EventTimeout, NonRetryable
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import GivenJson, Json, JsonObject, as_json, dump, load_object

_SHORTEST_WAIT_SECONDS = 60
_REMINDER_AFTER = 0.5  # of the time until the deadline


@dataclass(frozen=True)
class Decision:
    """`corrections` are the values that the person gave, as they gave them.

    Attributes:
        is_approved: whether the person said yes.
    """

    is_approved: bool
    corrections: JsonObject


def check_goes_on(contract: Contract, why: str) -> None:
    """Raises ContractError: nobody is asked, or the run ends where the person says no."""
    if contract.review is None or contract.state(contract.review.rejected).is_terminal:
        raise ContractError(
            f"{contract.kind}: {why}, and the run goes on: give the contract a `review` whose "
            "`rejected` does not end"
        )


async def ask_person(
    execution: Execution, number: int, reason: str, proposed: GivenJson, deadline_hours: int
) -> Decision:
    """Put the run before a person and wait for the decision, however long it takes. `number` counts
    the run's reviews from 1; `proposed` is what the person is shown. Half-way to the deadline a
    reminder is recorded; when the deadline passes, the review escalates and goes on waiting.
    Afterwards the run is in the approved or the rejected state. Raises CancelRequested,
    Compensating: the run was asked to end, or has begun to compensate.
    """
    states = execution.contract.review
    if states is None:
        raise ValueError(f"the contract of {execution.contract.kind} declares no review")
    review = _Review(execution, states, number=number, deadline_hours=deadline_hours)
    seconds = await review.request(reason, proposed)
    wait = 1
    while True:
        if seconds:
            execution.tell()
            # When the time is up, take_up looks at the row, and reminds or escalates where there is
            # no decision.
            with contextlib.suppress(EventTimeout):
                await execution.engine.wait_for_event(
                    f"review-{number}: wait {wait}", event_type(number, wait), seconds
                )
        answer = await review.take_up(wait)
        decision = answer["decision"]
        if decision is not None:
            corrections = answer["corrections"]
            if not isinstance(corrections, dict):
                corrections = {}
            return Decision(decision == "approve", corrections)
        seconds = _whole_seconds(answer["waitSeconds"])
        wait += 1


def _whole_seconds(value: Json) -> int:
    if isinstance(value, int | float):
        return int(value)
    return _SHORTEST_WAIT_SECONDS


class _Review:
    """The durable steps of one review."""

    def __init__(
        self, execution: Execution, states: ReviewStates, number: int, deadline_hours: int
    ) -> None:
        self._execution = execution
        self._database = execution.platform.database
        self._states = states
        self._number = number
        self._id = f"{execution.run.id}:review-{number}"
        self._deadline = timedelta(hours=deadline_hours)

    async def request(self, reason: str, proposed: GivenJson) -> int:
        """Move the run to the waiting state, with the review's row; return for how many seconds to
        wait at first.
        """
        name = f"review-{self._number}: request"

        async def attempt(number: int) -> Json:
            if await self._execution.completed(name, number):
                if self._execution.must_end:
                    return 0
                return await self._seconds_left()
            state = self._execution.run.state
            check_begins(f"the review {self._number}", self._states.begins_in, state=state)
            now = self._execution.platform.clock.now()
            review = {
                "id": self._id,
                "run_id": self._execution.run.id,
                "number": self._number,
                "reason": reason,
            }
            request = {
                "proposed": dump(as_json(proposed)),
                "event_type": event_type(self._number, 1),
            }
            times = {"deadline": to_text(now + self._deadline), "requested_at": to_text(now)}
            outcome = Outcome(
                output=self._next_wait(self._deadline),
                statements=[insert_row("reviews", {**review, **request, **times})],
                state=self._states.waiting,
                reason=reason,
            )
            return await commit_once(
                self._execution,
                name,
                attempt=number,
                outcome=outcome,
                action=Audited.REVIEW_REQUESTED,
            )

        return _whole_seconds(await self._execution.durably(name, attempt))

    async def _seconds_left(self) -> int:
        """Compute how long an instance waits that finds the review already there: not at all where
        it is decided. Such an instance counts its waits from 1 again, so the decision has to be
        announced under the first event type.
        """
        first = event_type(self._number, 1)
        _, [row] = await self._database.batch(
            [
                statement("UPDATE reviews SET event_type = ? WHERE id = ?", [first, self._id]),
                statement(
                    """
                    SELECT r.deadline, d.decision FROM reviews r
                    LEFT JOIN review_decisions d ON d.review_id = r.id
                    WHERE r.id = ?
                    """,
                    [self._id],
                ),
            ]
        )
        if row["decision"] is not None:
            return 0
        return self._next_wait(
            from_text(text(row, "deadline")) - self._execution.platform.clock.now()
        )

    def _next_wait(self, remaining: timedelta) -> int:
        """Seconds until something is due of which `left` is the time until the deadline: the
        reminder, the deadline, or another look long after it.
        """
        until_reminder = remaining - self._deadline * (1 - _REMINDER_AFTER)
        wait = next(
            (each for each in (until_reminder, remaining) if each > timedelta(0)), self._deadline
        )
        return max(_SHORTEST_WAIT_SECONDS, int(wait.total_seconds()))

    async def take_up(self, wait: int) -> JsonObject:
        """Read the decision's row and act on it; without one, escalate once the deadline has passed
        and wait on.
        """
        name = f"review-{self._number}: take up"

        async def attempt(number: int) -> Json:
            # What was taken up stays so, whatever was asked for since: what came after it is
            # undone, where it must be.
            stored = await self._execution.stored(name, number)
            if stored and stored.outcome == "completed" and isinstance(stored.output, dict):
                return stored.output
            sql = """
              SELECT d.decision, d.corrections, d.comment, r.deadline, r.reminded_at,
                r.escalated_at,
                     runs.cancel_kind, runs.cancel_reason
              FROM reviews r JOIN runs ON runs.id = r.run_id
              LEFT JOIN review_decisions d ON d.review_id = r.id WHERE r.id = ?
            """
            row = await self._database.first(statement(sql, [self._id]))
            if row is None:
                raise NonRetryable(f"the review {self._id} is gone")
            self._execution.check_not_cancelled(row)
            if row["decision"] is None:
                return await self._wait_on(row, wait)
            approved = text(row, "decision") == "approve"
            mark = statement(
                "UPDATE reviews SET taken_up_at = ? WHERE id = ?", [self._execution.now(), self._id]
            )
            outcome = Outcome(
                output={
                    "decision": text(row, "decision"),
                    "corrections": load_object(text(row, "corrections")),
                },
                statements=[mark] if approved else [mark, *self._execution.undone()],
                state=self._states.approved if approved else self._states.rejected,
                reason=None if approved else optional_text(row, "comment"),
            )
            return await commit_once(
                self._execution,
                name,
                attempt=number,
                outcome=outcome,
                action=Audited.REVIEW_TAKEN_UP,
            )

        output = await self._execution.durably(f"{name} {wait}", attempt)
        if not isinstance(output, dict):
            raise TypeError(f"{name} returned {type(output).__name__}, expected an object")
        return output

    async def _wait_on(self, row: Row, wait: int) -> JsonObject:
        """Prepare the next wait; past half of the time remind, past the deadline escalate, each
        once.
        """
        now = self._execution.platform.clock.now()
        remaining = from_text(text(row, "deadline")) - now
        batch = [
            statement(
                "UPDATE reviews SET event_type = ? WHERE id = ?",
                [event_type(self._number, wait + 1), self._id],
            )
        ]
        if remaining <= timedelta(0) and row["escalated_at"] is None:
            batch += self._mark("escalated", "overdue", to_text(now))
        elif remaining <= self._deadline * (1 - _REMINDER_AFTER) and row["reminded_at"] is None:
            batch += self._mark("reminded", "waiting", to_text(now))
        rows = await self._database.batch(batch)
        await nudge(self._execution.platform, self._execution.run.id, written_events(rows))
        return {"decision": None, "corrections": None, "waitSeconds": self._next_wait(remaining)}

    def _mark(self, what: str, outcome: str, now: str) -> list[Statement]:
        """The statements that note a reminder or an escalation, with its audit event."""
        run = self._execution.run
        event = event_of_run(
            run,
            Audited(f"review.{what}"),
            f"{self._id}:{what}",
            actor=self._execution.actor,
            at=now,
            outcome=outcome,
        )
        if what == "reminded":
            return [
                append(event),
                statement("UPDATE reviews SET reminded_at = ? WHERE id = ?", [now, self._id]),
            ]
        return [
            append(event),
            statement("UPDATE reviews SET escalated_at = ? WHERE id = ?", [now, self._id]),
            RunChange(run, now).review_overdue(),
            of_review(run.id, REVIEW_OVERDUE, now),
        ]
