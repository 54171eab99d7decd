"""The rules: which event raises an alert, and by which record its cause is seen to last."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, LiteralString

from tillroll.observability.events import Event
from tillroll_durable.explanation.effects import WHAT_STANDS
from tillroll_durable.platform.bindings.database import Row, Statement
from tillroll_durable.platform.services import Platform
from tillroll_durable.step import step_name


class Rule(StrEnum):
    RUN_FAILED = "run_failed"
    ITEMS_FAILED = "items_failed"
    RUN_ESCALATED = "run_escalated"
    RUN_NOT_UNDONE = "run_not_undone"
    REVIEW_OVERDUE = "review_overdue"
    DELIVERY_GIVEN_UP = "delivery_given_up"
    DELIVERY_FAILING = "delivery_failing"
    AI_BUDGET = "ai_budget"
    MODEL_FAILING = "model_failing"
    SEAL_MISSING = "seal_missing"
    SEAL_FAILING = "seal_failing"
    ERROR_RATE = "error_rate"
    SWEEP_STOPPED = "sweep_stopped"
    ARCHIVE_FAILING = "archive_failing"
    PAYMENTS_DISAGREE = "payments_disagree"
    PAYOUT_REFUSED = "payout_refused"
    BANK_DISAGREES = "bank_disagrees"
    VIEWS_DISAGREE = "views_disagree"
    RECONCILIATION = "reconciliation_manual_review"
    JOB_OVERDUE = "job_overdue"
    CRON_GAP = "cron_gap"
    TRACES_REFUSED = "traces_refused"
    SECRETS_UNREADABLE = "secrets_unreadable"
    DATABASE_FILLING = "database_filling"


DEPLOYMENT: Final = "deployment"
_VOWELS: Final = frozenset("aeiou")

# A run that has no state to go on from was undone, and waits for nobody, unless a rollback failed,
# or nobody knows what there was to be undone.
_UNDONE: Final = """
  runs.status = 'failed' AND runs.resume_state IS NULL AND runs.escalated_at IS NULL
  AND COALESCE(runs.failure_class, 'rollback_failed') <> 'rollback_failed'
"""

# For rules about records, whether the cause lasts for one, in SQL; {subject} stands for the
# record's id, its key.
_LASTING: Final[Mapping[Rule, LiteralString]] = {
    Rule.RUN_FAILED: """
      EXISTS (SELECT 1 FROM runs WHERE runs.id = {subject}
              AND ((runs.status = 'failed' AND runs.resume_state IS NOT NULL)
                   OR (runs.status = 'complete' AND runs.failed_step IS NOT NULL)))
    """,
    # Over once it was restarted, or a later run of its kind has all of its items.
    Rule.ITEMS_FAILED: """
      EXISTS (SELECT 1 FROM runs WHERE runs.id = {subject} AND runs.status = 'complete'
              AND runs.items_failed > 0
              AND NOT EXISTS (SELECT 1 FROM runs AS later
                WHERE later.account_id = runs.account_id AND later.kind = runs.kind
                  AND later.id > runs.id AND later.status = 'complete'
                  AND later.items > 0 AND later.items_failed = 0)
              AND NOT EXISTS (SELECT 1 FROM runs AS anew WHERE anew.previous_run_id = runs.id
                AND anew.begin_key LIKE 'restart:%'))
    """,
    Rule.RUN_ESCALATED: f"""
      EXISTS (SELECT 1 FROM runs
        WHERE runs.id = {{subject}} AND runs.escalated_at IS NOT NULL AND NOT ({_UNDONE})
              AND (runs.status IN ('processing', 'needs_review', 'failed')
                  OR runs.failure_class = 'rollback_failed'
                   OR runs.next_safe_action = 'resend_notification'))
    """,
    # What must never be: it has ended early, something that it did was to be undone and stands, and
    # nobody was called.
    Rule.RUN_NOT_UNDONE: f"""
      EXISTS (SELECT 1 FROM runs WHERE runs.id = {{subject}} AND runs.escalated_at IS NULL
              AND (runs.status = 'cancelled' OR runs.status = 'failed'
                  AND runs.resume_state IS NULL)
              AND EXISTS ({WHAT_STANDS.format(run="runs.id")}))
    """,
    Rule.REVIEW_OVERDUE: """
      EXISTS (SELECT 1 FROM reviews WHERE reviews.id = {subject}
          AND reviews.escalated_at IS NOT NULL
              AND reviews.taken_up_at IS NULL)
    """,
    Rule.DELIVERY_GIVEN_UP: """
      EXISTS (SELECT 1 FROM outbox WHERE outbox.id = {subject} AND outbox.state = 'given_up')
    """,
}


OF_RECORDS: Final = tuple(_LASTING)


def lasts(rule: Rule, record: LiteralString) -> LiteralString:
    """SQL that is true while the cause lasts for a record, given as a column; for other rules it is
    always.
    """
    if rule in _LASTING:
        return _LASTING[rule].format(subject=record)
    return "1"


@dataclass(frozen=True)
class Cause:
    """Why an alert is to be raised.

    Attributes:
        subject: what its alert is about. Records whose trouble has one cause have the same one, and
            share an alert.
        sentence: has codes, names of ours and numbers only.
        record: the id of the run, review or delivery that has the trouble; None for rules that are
            not about records.
        count: of how many things a rule that is not about records tells now; records are counted as
            they come.
    """

    rule: Rule
    subject: str
    sentence: str
    account_id: str | None = None
    run_id: str | None = None
    record: str | None = None
    count: int = 1


def causes_of(events: Iterable[Event]) -> Iterator[Cause]:
    """What the events are a cause for, as far as it lasts; each record of a rule once, with its
    last cause.
    """
    causes = {(cause.rule, cause.record): cause for event in events if (cause := _cause_of(event))}
    return iter(causes.values())


def _cause_of(event: Event) -> Cause | None:
    run = _named(event)
    match event.action:
        case "step.failed":
            return _cause_in_step(event, run)
        case "run.escalated":
            why = event.said("why")
            return _of_run(
                Rule.RUN_ESCALATED, event, why=why, sentence=f"{run} needs a person: {why}."
            )
        case "rollback.failed":
            step = event.said("step")
            sentence = f"{run} needs a person: {step} could not be undone."
            return _of_run(Rule.RUN_ESCALATED, event, why=f"{step}:rollback", sentence=sentence)
        case "run.cancelled" | "run.abandoned" | "run.compensated":
            sentence = (
                f"{run} has ended early, and what it did was not undone: look at its steps, and "
                "retry it."
            )
            return _of_run(Rule.RUN_NOT_UNDONE, event, why="", sentence=sentence)
        case _ if event.number("itemsFailed"):
            failed = event.number("itemsFailed")
            sentence = (
                f"{run} has its result, but {failed} of its {event.number('items')} items failed."
            )
            return _of_run(Rule.ITEMS_FAILED, event, why="", sentence=sentence)
        case _:
            return _cause_beside_runs(event)


def _cause_in_step(event: Event, run: str) -> Cause | None:
    """The cause that a step's final failure is. Items of a map share one, by their step."""
    is_item = event.detail.get("isItem") is True
    step = event.said("step")
    if is_item:
        step = step_name(step)
    code = event.said("errorCode")
    failure = f"{step}:{event.said('failureClass')}:{event.said('errorClass')}"
    if code:
        failure = f"{failure}:{code}"
        step = f"{step} (code {code})"
    if event.detail.get("escalated") is True:
        why = event.said("failureClass").replace("_", " ")
        sentence = f"{run} failed at {step} and needs a person: {why}."
        return _of_run(Rule.RUN_ESCALATED, event, why=failure, sentence=sentence)
    if is_item:
        return None  # The run goes on; what it comes to tells of all its items.
    sentence = f"{run} failed at {step} and waits for an operator."
    return _of_run(Rule.RUN_FAILED, event, why=failure, sentence=sentence)


def _named(event: Event) -> str:
    """A run of its kind, with the article that the kind has in English."""
    kind = event.kind or "forgotten"
    if kind[0] in _VOWELS:
        return f"An {kind} run"
    return f"A {kind} run"


def _cause_beside_runs(event: Event) -> Cause | None:
    match event.action:
        case "review.escalated":
            review = event.said("review") or event.key.rpartition(":")[0]
            sentence = "A review was not decided before its deadline, and goes on waiting."
            return _of(Rule.REVIEW_OVERDUE, event, why="", sentence=sentence, record=review)
        case "delivery.given_up":
            sentence = (
                f"The delivery of an event was given up after {event.number('attempts')} attempts."
            )
            return _of(
                Rule.DELIVERY_GIVEN_UP, event, why="", sentence=sentence, record=event.said("event")
            )
        case _:
            return None


def _of_run(rule: Rule, event: Event, why: str, sentence: str) -> Cause:
    return _of(rule, event, why=why, sentence=sentence, record=event.stream)


def _of(rule: Rule, event: Event, why: str, sentence: str, record: str) -> Cause:
    """`why` tells the causes of a kind apart; the run's own id, where it stands in there, would
    tell apart the same.
    """
    named = why.replace(event.stream, "run")
    subject = f"{event.kind}:{named}" if named else str(event.kind)
    return Cause(
        rule,
        subject,
        sentence=sentence,
        account_id=event.account_id,
        run_id=event.stream,
        record=record,
    )


@dataclass(frozen=True)
class Watched:
    """`rows` finds what is to be told now; `cause_of` says it of one of them, on a day (ISO 8601,
    UTC).
    """

    rows: Callable[[Platform], Statement]
    cause_of: Callable[[Row, str], Cause]
