"""How a run ends early, by a final failure or since it was asked to: what was begun is undone, last
begun first.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any, Final, NoReturn

from tillroll_durable import step_records as steps
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.steps import Committed, Outcome, RollbackContext, outcome_of
from tillroll_durable._execution.undoing import (
    StepEffect,
    Undoing,
    effect_of,
    failure_class_of,
    state_after,
    stop_if_unknown,
    unknown_outcome,
)
from tillroll_durable._execution.waits import (
    Wait,
    close_reviews,
    close_waits,
    durably_with_waits,
    listen_for_undoing,
)
from tillroll_durable._record.changes import RunChange, new_version, seen_to, undone
from tillroll_durable._record.crashes import elided
from tillroll_durable._record.deaths import STOPPED, ended
from tillroll_durable._record.late import MayStillArrive
from tillroll_durable.audit import Audited, event_of_run, guarded_batch
from tillroll_durable.contract import COMPENSATED
from tillroll_durable.errors import (
    MEANINGS,
    UNKNOWN,
    FailureClass,
    LostGuard,
    RunCancelled,
    RunFailed,
    code_of,
    for_record,
    summary_of,
)
from tillroll_durable.outbox import nudge, of_transition, written_events
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform import log
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.bindings.engine import EventTimeout, StepError
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.runs import StoredStep, load_step, log_fields
from tillroll_durable.step import (
    CHILD,
    Occurrence,
    Step,
    Then,
    rollback_name,
)
from tillroll_durable.step_records import FAILED


@dataclass(frozen=True)
class Begun:
    """What was begun and can be undone: a step, or a child, by the name of its step. `undo` says
    whether nothing of it stands. `is_in_record`: unless the record has it, it was never begun.
    """

    name: str
    undo: Callable[[], Awaitable[bool]]
    is_in_record: bool = False


def begun_step(execution: Execution, step: Step[Any], undoing: Undoing) -> Begun:
    """A step that was begun, and how it is undone."""
    return Begun(step.name, partial(_undo, execution, step, undoing))


def begun_item(name: str, make: Callable[[], Begun]) -> Begun:
    """An item of a map that an earlier instance may have begun. `make` is called where the record
    has it to be undone."""
    return Begun(name, lambda: make().undo(), is_in_record=True)


def begun_child(execution: Execution, key: str) -> Begun:
    """A child that was begun under a key, and how it is undone."""
    return Begun(f"{CHILD}{key}", partial(_undo_child, execution, key))


def check_rollback(step: Step[Any], rollback: object) -> None:
    """A step is given a rollback exactly where its contract declares one. Raises ContractError: the
    body and the contract disagree.
    """
    if rollback is not None and step.rollback_config is None:
        raise ContractError(
            f"step {step.name!r} is given a rollback: declare `rollback_config` in its contract"
        )
    if rollback is None and step.rollback_config is not None:
        raise ContractError(f"step {step.name!r} declares a `rollback_config`: give it `rollback=`")


class OutOfReach(ContractError):
    """The record has more to undo than the body, as it is deployed, comes to; the message names it.
    Nothing was undone.
    """


async def compensate(execution: Execution, attempts: Sequence[Begun]) -> bool:
    """Undo what was begun, last first; a failed rollback escalates and the others go on. True where
    all went well.

    What there is to be undone is in the record, and so is the order. A body that was changed passes
    it in another one; or only a part of it, and to undo that part first would be the wrong order.
    Where an operator has said that the run is to end all the same, what is out of reach counts as a
    rollback that failed. Raises OutOfReach: a step of the record was not passed.
    """
    stands = await execution.what_stands()
    # A child has its own body, so this one need not come to it.
    children = [
        begun_child(execution, name.removeprefix(CHILD))
        for name in stands
        if name.startswith(CHILD)
    ]
    passed = {item.name: item for item in (*children, *attempts)}
    missing = [name for name in reversed(stands) if name not in passed]
    if missing and not execution.run.ends_as_it_stands:
        raise OutOfReach(
            f"what {', '.join(missing)} did cannot be undone: the deployed body does not come to "
            "it. Put the code right and resume the run, or abandon it: then it ends as it stands"
        )
    for name in missing:
        error = StepError(OutOfReach.__name__, "the deployed body does not come to it")
        await _escalate(execution, name, error)
    all_undone = not missing
    in_order = [passed[name] for name in stands if name in passed]
    # What does not stand was never done, or is undone already: it was begun last.
    others = [item for item in attempts if item.name not in stands and not item.is_in_record]
    for item in reversed([*in_order, *others]):
        all_undone = await item.undo() and all_undone
    return all_undone


async def _undo(execution: Execution, step: Step[Any], undoing: Undoing) -> bool:
    config = step.rollback_config
    if config is None:
        raise ContractError(f"step {step.name!r} has no rollback_config")
    name = rollback_name(step.name)

    async def attempt(number: int, waits: int) -> Json:
        stored = await execution.completed(name, number)
        if stored:
            return stored.output
        watch = execution.watch
        await watch.begin(execution.platform, execution.run, name)
        try:
            result = await _attempt(execution, step, undoing, name=name, number=number, waits=waits)
        except Exception as raised:
            await watch.note_end(execution.platform, execution.run, name)
            report = elided(for_record(raised))
            if report is raised:
                raise
            raise report from None
        await watch.note_end(execution.platform, execution.run, name)
        return result

    try:
        await durably_with_waits(
            execution,
            name,
            attempt,
            retries=config.retries,
            timeout_seconds=config.timeout_seconds,
        )
    except StepError as error:
        await _escalate(execution, step.name, error)
        return False
    return True


async def _attempt(
    execution: Execution,
    step: Step[Any],
    undoing: Undoing,
    name: str,
    number: int,
    waits: int,
) -> Json:
    """Undo what the step did; return what is kept of it, or how long the run waits before that."""
    run = execution.run
    database = execution.platform.database
    commit = execution.begin(name, Audited.STEP_ROLLED_BACK, number, is_undoing=True)
    original = await load_step(database, run.id, step.name)
    try:
        effect = await effect_of(execution, step, undoing, original=original, attempt=number)
        if effect.wait_seconds:
            return {steps.WAIT: effect.wait_seconds}
        if not effect.has_happened:
            outcome = Outcome(
                output={"skipped": "the step never took effect"},
                statements=effect.statements,
            )
        else:
            context = _context(execution, step, attempt=number, original=original, effect=effect)
            outcome = await outcome_of(name, undoing.rollback(replace(context, waits=waits)))
        return await execution.commit(run, run.state, outcome=outcome, attempt=commit)
    except MayStillArrive as late:
        return {steps.WAIT: late.seconds}
    except LostGuard as lost:
        return await execution.output_of_winner(name, lost, is_undoing=True)


# A child that has ended wakes the run, and the reconciler does where that was lost. The run looks
# so often anyway: a child that fails, or stands still, needs a person, and the parent says so too.
_LOOK_AGAIN_SECONDS: Final = 3600


async def _undo_child(execution: Execution, key: str) -> bool:
    """Have a child undone, and all that it goes on as, and wait for that. What was begun before it
    stays as it is until then: the child relied on it.
    """
    name = f"{CHILD}{key}"
    undoing = rollback_name(name)
    for look in count(1):
        attempt = partial(_look, execution, key, undoing, look)
        durable_name = undoing
        if look > 1:
            durable_name = f"{undoing}: look {look}"
        try:
            awaited = await execution.durably(durable_name, attempt)
        except StepError as error:
            if not error.is_non_retryable:
                raise
            await _escalate(execution, name, error)
            return False
        if awaited is None:
            return True
        execution.tell()
        event_type = Wait("undo", str(awaited), 1).event_type(look)
        with suppress(EventTimeout):
            await execution.engine.wait_for_event(
                f"{undoing}: wait {look}", event_type, _LOOK_AGAIN_SECONDS
            )
    raise AssertionError("not reached")


async def _look(execution: Execution, key: str, undoing: str, look: int, number: int) -> Json:
    """Bring the child on towards its undoing; return the run that is to be awaited, None where
    nothing is left.
    """
    stored = await execution.completed(undoing, number)
    if stored:
        return stored.output
    run = execution.run
    listens_to = None
    # What ends before this listens wakes nobody, so it looks once more.
    while (awaited := await execution.take_back(run, key)) is not None:
        if awaited == listens_to:
            return awaited
        listen = listen_for_undoing(run, Wait("undo", awaited, 1), look=look, now=execution.now())
        await execution.platform.database.batch(listen)
        listens_to = awaited
    commit = execution.begin(undoing, Audited.STEP_ROLLED_BACK, number, is_undoing=True)
    try:
        over = Outcome(statements=[close_waits(run, commit.now), seen_to(run)])
        return await execution.commit(run, run.state, outcome=over, attempt=commit)
    except LostGuard as lost:
        return await execution.output_of_winner(undoing, lost, is_undoing=True)


def _context(
    execution: Execution,
    step: Step[Any],
    *,
    attempt: int,
    original: StoredStep | None,
    effect: StepEffect,
) -> RollbackContext:
    run = execution.run
    is_completed = original is not None and original.outcome == "completed"
    return RollbackContext(
        platform=execution.platform_of(step),
        run=run,
        attempt=attempt,
        idempotency_key=step.undo_key_for(run.id),
        step=step.name,
        step_key=step.key_for(run.id),
        step_attempts=original.attempts if original else 0,
        retries=step.retries,
        timeout_seconds=step.timeout_seconds,
        output=effect.output,
        error=original.error_summary if original and not is_completed else None,
    )


async def _escalate(execution: Execution, step: str, error: StepError) -> None:
    """A failed rollback: its effect still stands, and a person must see to it."""
    name = rollback_name(step)
    summary = summary_of(error.error_class, error.summary)

    async def record(_: int) -> Json:
        run = execution.run
        now = execution.now()
        event = event_of_run(
            run,
            Audited.ROLLBACK_FAILED,
            f"{run.id}:{name}:failed:{run.generation}",
            actor=execution.actor,
            at=now,
            outcome="failure",
            detail={"step": step, "errorClass": error.error_class},
        )
        mark = RunChange(run, now).rollback_failed(name, (error.error_class, summary))
        try:
            await guarded_batch(execution.platform.database, mark, event, ended(run, name))
        except LostGuard:
            return None
        log.error("rollback.failed", **log_fields(run), step=step, error_class=error.error_class)
        return None

    await execution.durably(f"{name}: record failure", record)


def _escalates(step: Step[Any], failure_class: FailureClass) -> bool:
    """Whether a person is called. Where all is undone, nobody is: an undoing that fails calls one
    itself. What may have happened elsewhere, and has no rollback, is not undone; nor does an
    undoing settle which of two systems is right.
    """
    if (
        step.on_failure.then is Then.COMPENSATE
        and failure_class is not FailureClass.SYSTEMS_DISAGREE
    ):
        return failure_class in UNKNOWN and step.rollback_config is None
    return step.on_failure.escalate or MEANINGS[failure_class].escalates


def _is_deadly(step: Step[Any], summary: str) -> bool:
    """Whether a step stops its run since its attempts killed the process: a person is called."""
    return step.on_failure.then is Then.STOP and summary.startswith(STOPPED)


def _as_item(step: Step[Any]) -> JsonObject:
    """What the event tells of an item of a map, without which the run goes on."""
    if isinstance(step, Occurrence) and step.may_fail:
        return {"isItem": True}
    return {}


async def _record_final(
    execution: Execution,
    step: Step[Any],
    state: str,
    failure_class: FailureClass,
    error: tuple[str, str],
    output: Json,
) -> Committed:
    """Move the run to its failure's state, and remember where a retry begins. Raises LostGuard: the
    run was not where it was read, or the step is completed after all; nothing was written.
    """
    run = execution.run
    contract = execution.contract
    now = execution.now()
    to = contract.state(state)
    escalates = _escalates(step, failure_class) or _is_deadly(step, error[1])
    code = code_of(error[1])
    event = event_of_run(
        run,
        Audited.STEP_FAILED,
        f"{run.id}:{step.name}:failed:{run.generation}",
        actor=f"workflow:{run.kind}",
        at=now,
        outcome="failure",
        detail={
            "step": step.name,
            "from": run.state,
            "to": to.name,
            "errorClass": error[0],
            **({} if code is None else {"errorCode": code}),
            "failureClass": failure_class,
            "escalated": escalates,
            **_as_item(step),
        },
    )
    # What is undone is not gone on with.
    can_go_on = state != contract.compensating
    change = RunChange(run, now).failed(
        to,
        step.name,
        failure_class=failure_class,
        error=error,
        counts=execution.counts,
        can_go_on=can_go_on,
        escalates=escalates,
    )
    sql = """
      INSERT INTO run_steps (
        run_id, step, idempotency_key, outcome, generation, attempts, started_at, ended_at,
        error_class, error_summary, output, at_version)
      VALUES (?1, ?2, NULLIF(?3, ?1 || ':' || ?2), 'failed', ?4, 1, ?5, ?5, ?6, ?7, ?8,
        (SELECT state_version FROM runs WHERE id = ?1))
      ON CONFLICT (run_id, step) DO UPDATE SET
        outcome = 'failed', generation = excluded.generation, ended_at = excluded.ended_at,
        reason = NULL,
        error_class = excluded.error_class, error_summary = excluded.error_summary,
        output = excluded.output
      WHERE run_steps.outcome <> 'completed'
    """
    value = None if output is None else dump(output)
    on_step = statement(
        sql, [run.id, step.name, step.record_key_for(run.id), run.generation, now, *error, value]
    )
    notices = (
        of_transition(run.id, run.status, after=to.status, now=now) if contract.is_told else []
    )
    also = [*notices, ended(run, step.name)]
    rows = await guarded_batch(execution.platform.database, change, event, on_step, *also)
    return Committed(new_version(rows[0]), written_events(rows))


async def end_failed(
    execution: Execution, attempts: Sequence[Begun], step: Step[Any], error: StepError
) -> Json:
    """Record a step's final failure as a durable step of its own, then do what the contract says.
    Returns only where the run goes on: the step's output, where an attempt that timed out had
    completed it after all; None where the contract says so. Raises RunFailed: the run stops, after
    its compensations where there are any, or before them where the step may have been done and
    nothing undoes it; OutOfReach: the body does not come to all of them;
    nothing was undone.
    """
    summary = summary_of(error.error_class, error.summary)
    then = step.on_failure.then

    async def record(_: int) -> Json:
        failure_class = await failure_class_of(execution, step, error)
        unknown = await unknown_outcome(execution, step, failure_class)
        to = state_after(execution.contract, step, unknown)
        failed: Json = None
        if isinstance(step, Occurrence) and step.may_fail:
            failed = {FAILED: {"failureClass": failure_class, "error": summary}}
        try:
            recorded = await _record_final(
                execution,
                step,
                state=to,
                failure_class=unknown or failure_class,
                error=(error.error_class, summary),
                output=failed,
            )
            execution.moved_to(to, recorded.version)
            execution.tell()
            log.error(
                "step.failed",
                **log_fields(execution.run),
                step=step.name,
                state=to,
                reason=unknown or failure_class,
                error_class=error.error_class,
            )
            await nudge(execution.platform, execution.run.id, recorded.events)
        except LostGuard as lost:
            completed = await execution.stored_now(step.name)
            if completed is not None:
                return {"output": completed.output}
            stored = await execution.check_moved(to, lost, step.name)
            failed = None if stored is None else stored.output
        if unknown is not None:
            return to
        if then is Then.CONTINUE:
            return {"output": failed}
        return None

    name = f"{step.name}: record failure"
    recovered = await execution.durably(name, record)
    if isinstance(recovered, dict):
        return recovered["output"]
    stop_if_unknown(recovered, step, summary)
    if then is Then.COMPENSATE:
        await _end_compensated(execution, attempts, step)
    if then is not Then.CONTINUE:
        raise RunFailed(step.on_failure.state, step.name, summary)
    return None


async def _end_compensated(
    execution: Execution, attempts: Sequence[Begun], step: Step[Any]
) -> None:
    await compensate(execution, attempts)
    no_more = undone(execution.run, has_rollback=step.rollback_config is not None)
    await _move(
        execution,
        COMPENSATED,
        to=step.on_failure.state,
        action=Audited.RUN_COMPENSATED,
        reason=None,
        also=[no_more],
    )


async def end_early(execution: Execution, attempts: Sequence[Begun]) -> NoReturn:
    """Go on with the early end that the record speaks of: undo what the contract can undo, and end
    as failed where a step's failure is compensated, else as cancelled, abandoned or undone. Who
    gives a compensated run up abandons it. Raises OutOfReach: the body does not come to all that is
    to be undone; nothing was undone; RunFailed, RunCancelled: otherwise always one of them.
    """
    run = execution.run
    failed = execution.failed_step
    if failed and run.cancel_kind not in {"abandon", "undo"}:
        step, stored = failed
        await _end_compensated(execution, attempts, step)
        raise RunFailed(step.on_failure.state, step.name, stored.error_summary or "")
    await compensate(execution, attempts)
    contract = execution.contract
    match run.cancel_kind:
        case "abandon":
            state = contract.abandoned
            action = Audited.RUN_ABANDONED
        case "undo" if contract.undone is not None:
            state = contract.undone
            action = Audited.RUN_UNDONE
        case _:
            state = contract.cancelled
            action = Audited.RUN_CANCELLED
    await _move(execution, f"end as {state}", to=state, action=action, reason=run.cancel_reason)
    raise RunCancelled(state)


async def _move(
    execution: Execution,
    name: str,
    to: str,
    action: Action,
    reason: str | None,
    also: Sequence[Statement] = (),
) -> None:
    """Bring the run into its last state, durably and once in a generation."""
    name = execution.name_of_ending(name)

    async def attempt(number: int) -> Json:
        run = execution.run
        commit = execution.begin(name, action, number, is_undoing=True)
        try:
            statements = [
                *execution.undone(),
                close_reviews(run, commit.now),
                close_waits(run, commit.now),
                *also,
            ]
            await execution.commit(
                run, to, outcome=Outcome(reason=reason, statements=statements), attempt=commit
            )
        except LostGuard as lost:
            await execution.check_moved(to, lost)
        return None

    await execution.durably(name, attempt)
