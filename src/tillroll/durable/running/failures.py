"""What is written when a step has failed for good."""

from dataclasses import dataclass

from tillroll.durable.contract import Contract, Step, Then
from tillroll.durable.failure_classes import MEANINGS, UNKNOWN, FailureClass
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.events.of_runs import of_transition, written_events
from tillroll.durable.record.runs import Run, deadline_in
from tillroll.durable.running.steps import guarded_batch
from tillroll.platform.bindings.database import Database, statement


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
        """Whether a person is called. Where all is undone, nobody is: an undoing that fails calls one itself. What may
        have happened elsewhere, and has no rollback, is not undone."""
        if self.step.on_failure.then is Then.COMPENSATE:
            return self.failure_class in UNKNOWN and self.step.rollback_config is None
        return self.step.on_failure.escalate or MEANINGS[self.failure_class].escalates


async def record_final(database: Database, run: Run, contract: Contract, failure: FinalFailure, now: str) -> list[str]:
    """Move the run to its failure's state, and remember where a retry begins; return the ids of the events that tell of
    it.

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
        *(of_transition(run.id, run.status, to.status, now) if contract.is_told else ()),
    ]
    return written_events(await guarded_batch(database, batch, event.event_key))
