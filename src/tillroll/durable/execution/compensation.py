"""Compensation: what was begun is undone by durable steps of its own, last begun first."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll.durable.contract import ContractError, Effect, Step, rollback_name
from tillroll.durable.errors import LostGuard, one_line
from tillroll.durable.execution.execution import Execution
from tillroll.durable.execution.steps import Outcome, Rollback, RollbackContext, guarded_batch
from tillroll.durable.failure_classes import FailureClass
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.runs import StoredStep, load_step, log_fields
from tillroll.durable.record.steps import load_intent
from tillroll.platform import log
from tillroll.platform.bindings.database import statement
from tillroll.platform.bindings.engine import Retries, StepError
from tillroll.platform.json import Json

# Recording that a rollback failed must outlast a database that is down for a while.
_RECORDING = Retries(limit=10, delay_seconds=3, backoff="linear")
_RECORDING_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Begun:
    """A step that was begun and can be undone."""

    step: Step
    rollback: Rollback


def check_rollback(step: Step, rollback: Rollback | None) -> None:
    """A step is given a rollback exactly where its contract declares one.

    Raises:
        ContractError: the body and the contract disagree.
    """
    if rollback is not None and step.rollback_config is None:
        raise ContractError(f"step {step.name!r} is given a rollback: declare `rollback_config` in its contract")
    if rollback is None and step.rollback_config is not None:
        raise ContractError(f"step {step.name!r} declares a `rollback_config`: give it `rollback=`")


class OutOfReach(ContractError):
    """The record has more to undo than the body, as it is deployed, comes to; the message names it. Nothing was
    undone."""


async def compensate(execution: Execution, begun: Sequence[Begun]) -> bool:
    """Undo what was begun, last first; a failed rollback escalates and the others go on. True where all went well.

    What there is to be undone is in the record, and so is the order. A body that was changed passes it in another one;
    or only a part of it, and to undo that part first would be the wrong order. Where an operator has said that the run
    is to end all the same, what is out of reach counts as a rollback that failed.

    Raises:
        OutOfReach: a step of the record was not passed.
    """
    passed = {item.step.name: item for item in begun}
    stands = await execution.what_stands()
    missing = [name for name in reversed(stands) if name not in passed]
    if missing and not execution.run.ends_as_it_stands:
        raise OutOfReach(
            f"what {', '.join(missing)} did cannot be undone: the deployed body does not come to it. Put the code "
            "right and resume the run, or abandon it: then it ends as it stands"
        )
    for name in missing:
        error = StepError(OutOfReach.__name__, "the deployed body does not come to it")
        await _escalate(execution, name, error)
    all_undone = not missing
    in_order = [passed[name] for name in stands if name in passed]
    # What does not stand was never done, or is undone already: it was begun last.
    for item in reversed([*in_order, *(item for item in begun if item.step.name not in stands)]):
        all_undone = await _undo(execution, item) and all_undone
    return all_undone


async def _undo(execution: Execution, item: Begun) -> bool:
    config = item.step.rollback_config
    if config is None:
        raise ContractError(f"step {item.step.name!r} has no rollback_config")
    name = rollback_name(item.step.name)

    async def attempt(number: int) -> Json:
        return await _attempt(execution, item, name, number)

    try:
        await execution.durably(name, attempt, config.retries, config.timeout_seconds)
    except StepError as error:
        await _escalate(execution, item.step.name, error)
        return False
    return True


async def _attempt(execution: Execution, item: Begun, name: str, number: int) -> Json:
    stored = await execution.stored(name, number)
    if stored and stored.outcome == "completed":
        return stored.output
    step, run, database = item.step, execution.run, execution.platform.database
    begun = execution.begin(name, "step.rolled_back", number, is_undoing=True)
    original = await load_step(database, run.id, step.name)
    try:
        if await _never_happened(execution, step, original):
            outcome = Outcome(output={"skipped": "the step never took effect"})
        else:
            handed = item.rollback(await _context(execution, step, number, original))
            outcome = await execution.outcome_of(name, handed)
        return await execution.commit(run, run.state, outcome, begun)
    except LostGuard as lost:
        return await execution.output_of_winner(name, lost, is_undoing=True)


async def _context(execution: Execution, step: Step, attempt: int, original: StoredStep | None) -> RollbackContext:
    run = execution.run
    is_completed = original is not None and original.outcome == "completed"
    return RollbackContext(
        platform=execution.platform,
        run=run,
        attempt=attempt,
        idempotency_key=step.undo_key_for(run.id),
        step=step.name,
        step_key=step.key_for(run.id),
        step_attempts=original.attempts if original else 0,
        retries=step.retries,
        timeout_seconds=step.timeout_seconds,
        output=await execution.whole(original.output) if original and is_completed else None,
        error=original.error_summary if original and not is_completed else None,
    )


async def _never_happened(execution: Execution, step: Step, original: StoredStep | None) -> bool:
    """True where the step certainly changed nothing: a batch that was never committed, or an effect elsewhere that was
    never begun or was refused."""
    if original is not None and original.outcome == "completed":
        return False
    if step.effect is Effect.WRITE:
        return True
    intent = await load_intent(execution.platform.database, step.key_for(execution.run.id))
    return intent is None or intent.outcome == "refused"


async def _escalate(execution: Execution, step: str, error: StepError) -> None:
    """A failed rollback: its effect still stands, and a person must see to it."""
    name, summary = rollback_name(step), one_line(error.summary)

    async def record(_: int) -> Json:
        run, now = execution.run, execution.now()
        event = event_of_run(
            run,
            "rollback.failed",
            f"{run.id}:{name}:failed:{run.generation}",
            actor=execution.actor,
            at=now,
            outcome="failure",
            detail={"step": step, "errorClass": error.error_class},
        )
        mark = statement(
            """
            UPDATE runs SET requires_human_review = 1, escalated_at = ?1, failure_class = ?2, failed_step = ?3,
              error_class = ?4, error_summary = ?5, updated_at = ?1
            WHERE id = ?6 AND generation = ?7
            """,
            now,
            FailureClass.ROLLBACK_FAILED,
            name,
            error.error_class,
            summary,
            run.id,
            run.generation,
        )
        try:
            await guarded_batch(execution.platform.database, [mark, append_if_changed(event)], event.event_key)
        except LostGuard:
            return None
        log.error("rollback.failed", **log_fields(run), step=step, error_class=error.error_class)
        return None

    await execution.durably(f"{name}: record failure", record, _RECORDING, _RECORDING_TIMEOUT_SECONDS)
