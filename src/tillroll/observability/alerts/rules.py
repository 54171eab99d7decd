"""The rules: which event raises an alert, and by which record its cause is seen to last."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tillroll.observability.events import Event


class Rule(StrEnum):
    RUN_FAILED = "run_failed"
    RUN_ESCALATED = "run_escalated"
    REVIEW_OVERDUE = "review_overdue"
    DELIVERY_GIVEN_UP = "delivery_given_up"
    AI_BUDGET = "ai_budget"
    SEAL_MISSING = "seal_missing"
    SEAL_FAILING = "seal_failing"
    ERROR_RATE = "error_rate"
    SWEEP_STOPPED = "sweep_stopped"


DEPLOYMENT: Final = "deployment"

# For rules about one record, whether the cause lasts, in SQL; {subject} stands for the record's id, which is its key.
_LASTING: Final = {
    Rule.RUN_FAILED: """
      EXISTS (SELECT 1 FROM runs WHERE runs.id = {subject}
              AND (runs.status = 'failed' OR (runs.status = 'complete' AND runs.failed_step IS NOT NULL)))
    """,
    Rule.RUN_ESCALATED: """
      EXISTS (SELECT 1 FROM runs WHERE runs.id = {subject} AND runs.escalated_at IS NOT NULL
              AND (runs.status IN ('processing', 'needs_review', 'failed')
                   OR runs.next_safe_action = 'resend_notification'))
    """,
    Rule.REVIEW_OVERDUE: """
      EXISTS (SELECT 1 FROM reviews WHERE reviews.id = {subject} AND reviews.escalated_at IS NOT NULL
              AND reviews.taken_up_at IS NULL)
    """,
    Rule.DELIVERY_GIVEN_UP: """
      EXISTS (SELECT 1 FROM outbox WHERE outbox.id = {subject} AND outbox.state = 'given_up')
    """,
}


OF_RECORDS: Final = tuple(_LASTING)


def lasts(rule: Rule, subject: str) -> str:
    """SQL that is true while the cause lasts of a subject, given as a column; for other rules it is always."""
    return _LASTING[rule].format(subject=subject) if rule in _LASTING else "1"


@dataclass(frozen=True)
class Cause:
    """Why an alert is to be raised. `sentence` has codes, names of ours and numbers only."""

    rule: Rule
    subject: str
    sentence: str
    account_id: str | None = None
    run_id: str | None = None


def causes_of(events: Iterable[Event]) -> Iterator[Cause]:
    """What the events are a cause for, as far as it lasts; each subject of a rule once, its last cause."""
    found = {(cause.rule, cause.subject): cause for event in events if (cause := _cause_of(event))}
    return iter(found.values())


def _cause_of(event: Event) -> Cause | None:
    run, step = f"A {event.kind} run", event.said("step")
    match event.action:
        case "step.failed" if event.detail.get("escalated") is True:
            failure = event.said("failureClass").replace("_", " ")
            return _of_run(Rule.RUN_ESCALATED, event, f"{run} failed at {step} and needs a person: {failure}.")
        case "step.failed":
            return _of_run(Rule.RUN_FAILED, event, f"{run} failed at {step} and waits for an operator.")
        case "run.escalated":
            return _of_run(Rule.RUN_ESCALATED, event, f"{run} needs a person: {event.said('why')}.")
        case "rollback.failed":
            return _of_run(Rule.RUN_ESCALATED, event, f"{run} needs a person: {step} could not be undone.")
        case _:
            return _cause_beside_runs(event)


def _cause_beside_runs(event: Event) -> Cause | None:
    match event.action:
        case "review.escalated":
            subject = event.said("review") or event.key.rpartition(":")[0]
            sentence = "A review was not decided before its deadline, and goes on waiting."
            return Cause(Rule.REVIEW_OVERDUE, subject, sentence, event.account_id, event.stream)
        case "delivery.given_up":
            sentence = f"The delivery of an event was given up after {event.number('attempts')} attempts."
            return Cause(Rule.DELIVERY_GIVEN_UP, event.said("event"), sentence, event.account_id, event.stream)
        case _:
            return None


def _of_run(rule: Rule, event: Event, sentence: str) -> Cause:
    return Cause(rule, event.stream, sentence, event.account_id, event.stream)
