"""What is written when an attempt fails, and when a step has failed for good."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll.durable.audit import append_if_changed, event_of_run
from tillroll.durable.contract import Contract, Step, Then
from tillroll.durable.failure_classes import MEANINGS, FailureClass
from tillroll.durable.runs import Run, deadline_in
from tillroll.durable.steps import guarded_batch
from tillroll.platform.database import Database, Statement, statement

_LONGEST_SUMMARY = 300


@dataclass(frozen=True)
class Failure:
    """A failed attempt. `reason` is set where the step refused for good, `next_retry_at` where the engine repeats it;
    `statements` are written along."""

    attempt: int
    started_at: str
    at: str
    error_class: str
    summary: str
    reason: str | None = None
    next_retry_at: str | None = None
    statements: Sequence[Statement] = ()


def one_line(message: str) -> str:
    """An error's message as one line of bounded length: what is kept on records and shown to operators."""
    return " ".join(message.split())[:_LONGEST_SUMMARY]


async def record_attempt(database: Database, run: Run, step: Step, failure: Failure) -> None:
    """Keep a failed attempt on the step and on the run, unless the step is completed or the run taken over."""
    outcome = "failed" if failure.reason else "retrying"
    await database.batch(
        [
            statement(
                """
                INSERT INTO run_steps (run_id, step, idempotency_key, outcome, generation, attempts, started_at,
                                       ended_at, reason, error_class, error_summary)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                ON CONFLICT (run_id, step) DO UPDATE SET
                  outcome = excluded.outcome, generation = excluded.generation, attempts = excluded.attempts,
                  ended_at = excluded.ended_at, reason = excluded.reason, error_class = excluded.error_class,
                  error_summary = excluded.error_summary
                WHERE run_steps.generation < excluded.generation AND run_steps.outcome <> 'completed'
                  OR run_steps.generation = excluded.generation AND run_steps.outcome = 'retrying'
                    AND run_steps.attempts < excluded.attempts
                """,
                run.id,
                step.name,
                step.key_for(run.id),
                outcome,
                run.generation,
                failure.attempt,
                failure.started_at,
                failure.at,
                failure.reason,
                failure.error_class,
                failure.summary,
            ),
            _keep(run, step, failure),
            statement(
                """
                UPDATE runs SET attempt_count = ?1, next_retry_at = ?2, error_class = ?3, error_summary = ?4,
                  updated_at = ?5, instance_confirmed_at = COALESCE(instance_confirmed_at, ?5)
                WHERE id = ?6 AND generation = ?7 AND state = ?8
                """,
                failure.attempt,
                failure.next_retry_at,
                failure.error_class,
                failure.summary,
                failure.at,
                run.id,
                run.generation,
                run.state,
            ),
            *failure.statements,
        ]
    )


def _keep(run: Run, step: Step, failure: Failure) -> Statement:
    """The attempt by itself: the next one does not write over it."""
    return statement(
        """
        INSERT INTO step_attempts (run_id, step, generation, attempt, started_at, ended_at, reason, error_class,
                                   error_summary, next_retry_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        run.id,
        step.name,
        run.generation,
        failure.attempt,
        failure.started_at,
        failure.at,
        failure.reason,
        failure.error_class,
        failure.summary,
        failure.next_retry_at,
    )


@dataclass(frozen=True)
class FinalFailure:
    """A step that has failed for good. `state` is where the run goes now."""

    step: Step
    state: str
    failure_class: FailureClass
    error_class: str
    summary: str

    @property
    def escalates(self) -> bool:
        return self.step.on_failure.escalate or MEANINGS[self.failure_class].escalates


async def record_final(database: Database, run: Run, contract: Contract, failure: FinalFailure, now: str) -> None:
    """Move the run to its failure's state, and remember where a retry begins.

    Raises:
        LostGuard: the run was not where `run` says, or the step is completed after all; nothing was written.
    """
    step, to = failure.step, contract.state(failure.state)
    event = event_of_run(
        run,
        "step.failed",
        f"{run.id}:{step.name}:failed:{run.generation}",
        actor=f"workflow:{run.kind}",
        at=now,
        outcome="failure",
        detail={
            "step": step.name,
            "from": run.state,
            "to": to.name,
            "errorClass": failure.error_class,
            "failureClass": failure.failure_class,
            "escalated": failure.escalates,
        },
    )
    batch = [
        statement(
            """
            UPDATE runs SET state = ?1, status = ?2, state_version = state_version + 1, failed_step = ?3,
              resume_state = ?4, failure_class = ?5, error_class = ?6, error_summary = ?7, next_retry_at = NULL,
              next_safe_action = ?8, requires_human_review = ?9, escalated_at = CASE WHEN ?9 = 1 THEN ?10 END,
              resumptions = 0, deadline = ?14, updated_at = ?10
            WHERE id = ?11 AND generation = ?12 AND state = ?13
              AND NOT EXISTS (SELECT 1 FROM run_steps WHERE run_id = ?11 AND step = ?3 AND outcome = 'completed')
            """,
            to.name,
            to.status,
            step.name,
            None if step.on_failure.then is Then.COMPENSATE else run.state,
            failure.failure_class,
            failure.error_class,
            failure.summary,
            to.next_safe_action,
            int(failure.escalates),
            now,
            run.id,
            run.generation,
            run.state,
            deadline_in(to, now),
        ),
        append_if_changed(event),
        statement(
            """
            INSERT INTO run_steps (run_id, step, idempotency_key, outcome, generation, attempts, started_at, ended_at,
                                   error_class, error_summary)
            VALUES (?1, ?2, ?3, 'failed', ?4, 1, ?5, ?5, ?6, ?7)
            ON CONFLICT (run_id, step) DO UPDATE SET
              outcome = 'failed', generation = excluded.generation, ended_at = excluded.ended_at, reason = NULL,
              error_class = excluded.error_class, error_summary = excluded.error_summary
            WHERE run_steps.outcome <> 'completed'
            """,
            run.id,
            step.name,
            step.key_for(run.id),
            run.generation,
            now,
            failure.error_class,
            failure.summary,
        ),
    ]
    await guarded_batch(database, batch, event.event_key)
