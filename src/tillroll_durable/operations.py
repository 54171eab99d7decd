"""What an operator, or a run's owner, can do with it: retry, abandon, cancel, pause. Each with
actor and reason.

Each is one guarded batch: of several at once, one wins and the others are refused. A retry or an
abandonment raises the generation, so that exactly one instance of the engine owns the run from then
on, whatever became of the earlier ones.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tillroll_durable._record.changes import RunChange
from tillroll_durable._record.handover import Handover
from tillroll_durable._record.instances import start_instance
from tillroll_durable.audit import Audited, AuditEvent, event_of_run, guarded_batch
from tillroll_durable.chains import newest_of
from tillroll_durable.contract import Contract
from tillroll_durable.decisions import (
    AlreadyDecided,
    May,
    NotWaiting,
    Verdict,
    check_tool,
    decide,
    newest_review,
    wake,
)
from tillroll_durable.errors import FailureClass, LostGuard
from tillroll_durable.explanation.effects import what_stands
from tillroll_durable.outbox import nudge, of_transition, written_events
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform import log
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import Statement, optional_text, statement, text
from tillroll_durable.platform.bindings.engine import EngineUnavailable, InstanceNotFound
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.refusals import FOUR_EYES, NOT_POSSIBLE, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import (
    Run,
    find_run,
    log_fields,
    not_deployed,
    run_from_row,
    state_gone,
)
from tillroll_durable.signals import wake_waiting
from tillroll_durable.slots import is_in_line, number_of
from tillroll_durable.states import LIVE, State, Status

if TYPE_CHECKING:
    from tillroll_durable.workflow import Workflow

APPROVE: Final = "approve"
# What the engine says of an instance that will not go on by itself; and what stands for one that it
# does not know.
FORGOTTEN = "forgotten"
DEAD = frozenset({"errored", "terminated", "complete", "unknown", FORGOTTEN})
WAITING_FOR_PAUSE = "waitingForPause"
# It is paused, or will be once the steps under way have ended.
PAUSING = frozenset({"paused", WAITING_FOR_PAUSE})
# How long the engine has to show what it was asked for. A request waits for it, and costs little.
_PATIENCE: Final = (0.0, 0.05, 0.2)
# It was resumed, although the answer to that was lost.
_GOES_ON = frozenset({"queued", "running", "waiting"})


class NotPossible(Refusal):
    """The run is not in a status in which this can be done, or somebody else was first. Nothing was
    changed.
    """

    kind = NOT_POSSIBLE
    explanation = "{}. Nothing was changed."


class StateGone(NotPossible):
    """The deployed version of the run lacks the state in which it stands. Nothing was changed."""


class Undeployed(NotPossible):
    """The body of the run was removed too early. Nothing was changed."""

    explanation = ""

    def __init__(self, run: Run) -> None:
        super().__init__(f"{not_deployed(run)}. Nothing was changed.")


class FourEyes(Refusal):
    """The caller may decide for runs of the kind, but not for this one."""

    kind = FOUR_EYES


@dataclass(frozen=True)
class Request:
    """Who asks for it, and why; both are in the audit. `also` is written in the batch that decides
    it.
    """

    actor: str
    reason: str
    also: Sequence[Statement] = ()


async def asking_run(platform: Platform, run: Run) -> Run:
    """The run whose question a decision under the id of `run` answers: its own, where it has asked
    one. So a decision that is sent again never answers what a later run asks.
    """
    if await newest_review(platform.database, run.id) is not None:
        return run
    return await newest_of(platform.database, run)


async def on_chain(platform: Platform, run: Run, act: Callable[[Run], Awaitable[object]]) -> None:
    """Act on a run; where nothing of it asks for that, on the newest that it goes on as. Raises
    NotPossible.
    """
    try:
        await act(run)
    except NotPossible:
        following = await newest_of(platform.database, run)
        if following.id == run.id:
            raise
        await act(following)


async def take_verdict(
    platform: Platform,
    workflow: "Workflow | None",
    *,
    run: Run,
    verdict: Verdict,
    actor: str,
    decider: str,
    may: May,
) -> None:
    """Record a decision on what a run asks, and wake it. The same again changes nothing.

    `workflow` is the one that the run is shown by, None where nothing of its kind is deployed.
    `decider` is the id of who decides, and `may` says what they may; corrections count only where
    they approve.

    Raises FourEyes, NotForThisTool, NotWaiting, AlreadyDecided, Undeployed, ValuesRefused.
    """
    if workflow is not None:
        refused = await workflow.may_decide(platform, run.id, decider)
        if refused is not None:
            raise FourEyes(refused)
    review = await newest_review(platform.database, run.id)
    if review is None:
        raise NotWaiting(run)
    await check_tool(platform, run, review, verdict=verdict, actor=actor, may=may)
    if review.decision not in {None, verdict.decision}:
        raise AlreadyDecided(review)
    if verdict.decision != APPROVE:
        verdict = replace(verdict, corrections={})
    elif workflow is None:
        # A decision may be given on a run whose own version was removed too early; it is taken up
        # when that is back. Without any version nobody can say what values it takes.
        raise Undeployed(run)
    else:
        await workflow.check_values(platform, run.id, verdict.corrections, is_complete=True)
    await decide(platform, run, review=review, verdict=verdict, actor=actor)


async def retry(
    platform: Platform,
    contract: Contract,
    run: Run,
    request: Request,
    corrected_input: JsonObject | None = None,
) -> None:
    """Go on with a dead letter from the step that failed, or try a failed rollback again.
    Raises NotPossible.
    """
    has_ended_early = run.status in {Status.FAILED, Status.CANCELLED}
    if has_ended_early and await _is_to_be_undone(platform, contract, run):
        # One that only undoes what it began as other runs has no state for that; it goes nowhere
        # all the same.
        state = contract.compensating or contract.initial
    else:
        state = await _resume_state(platform, run, "retried")
    detail: JsonObject = {"corrected": [*sorted(corrected_input or {})]}
    await _hand_over(
        platform,
        contract,
        run=run,
        request=request,
        handover=Handover(
            Audited.RUN_RETRIED, state, detail=detail, corrected_input=corrected_input
        ),
    )


async def abandon(platform: Platform, contract: Contract, run: Run, request: Request) -> None:
    """Give a dead letter up, or a run that stands still on the way to its end: what it did is
    undone by contract, as far as its body comes to it. Raises NotPossible.
    """
    is_stuck = run.status in LIVE and run.is_escalated and run.paused_at is None
    if is_stuck and (run.cancel_kind is not None or run.state == contract.compensating):
        stands: list[Json] = [*await what_stands(platform.database, run.id)]
        handover = Handover(
            Audited.RUN_ABANDONING,
            run.state,
            {"stands": stands},
            cancel_kind="abandon",
            ends_as_it_stands=True,
        )
    else:
        # What has compensated has nothing to go on with; but a rollback may have failed, and is
        # tried once more.
        state = await _resume_state(platform, run, "abandoned", otherwise=contract.compensating)
        handover = Handover(Audited.RUN_ABANDONING, state, {}, cancel_kind="abandon")
    await _hand_over(platform, contract, run=run, request=request, handover=handover)
    await cancel_children(platform, run, request.actor)


async def _is_to_be_undone(platform: Platform, contract: Contract, run: Run) -> bool:
    """Whether a rollback of a run failed that has ended early, or something was not undone of which
    nobody knew.
    """
    row = await platform.database.first(
        statement("SELECT failure_class, resume_state FROM runs WHERE id = ?", [run.id])
    )
    if row is None or row["failure_class"] == FailureClass.ROLLBACK_FAILED:
        return row is not None
    # A body can lead to other states of these statuses by itself.
    was_stopped = run.state in {contract.cancelled, contract.abandoned, contract.undone}
    was_compensated = run.status == Status.FAILED and row["resume_state"] is None
    return (was_stopped or was_compensated) and bool(await what_stands(platform.database, run.id))


async def _resume_state(
    platform: Platform, run: Run, what: str, *, otherwise: str | None = None
) -> str:
    """The state from which a dead letter goes on."""
    if run.status != Status.FAILED:
        raise NotPossible(f"only a failed run can be {what}; this one is {run.status}")
    row = await platform.database.first(
        statement("SELECT resume_state FROM runs WHERE id = ?", [run.id])
    )
    if row is None:
        state = otherwise
    else:
        state = optional_text(row, "resume_state") or otherwise
    if state is None:
        raise NotPossible(f"what this run did was undone, so it cannot be {what}; begin a new one")
    return state


async def repeat_failed(platform: Platform, contract: Contract, run: Run, request: Request) -> None:
    """Do the failed step again that a run with a result has gone on without.

    Raises NotPossible: there is none, or somebody else was first."""
    query = """
      SELECT failed_step, resume_state FROM runs
      WHERE id = ? AND status = 'complete' AND failed_step IS NOT NULL AND resume_state IS NOT NULL
    """
    row = await platform.database.first(statement(query, [run.id]))
    failed = None
    if row is not None:
        failed = contract.find_step(text(row, "failed_step"))
    if row is None or failed is None or run.state != failed.on_failure.state:
        raise NotPossible("no step of this run has failed for good that it went on without")
    state = text(row, "resume_state")
    handover = Handover(Audited.RUN_RETRIED, state, {"step": failed.name})
    await _hand_over(platform, contract, run=run, request=request, handover=handover)


async def cancel(
    platform: Platform, run: Run, request: Request, contract: Contract | None = None
) -> None:
    """Ask a live run, and all that it has begun, to end at its next boundary. One that stands still
    gets an instance for that, where `contract` is given; one in line ends at once.
    Raises NotPossible: it is not live.
    """
    if run.status not in LIVE:
        raise NotPossible(
            f"only a run that is under way can be cancelled; this one is {run.status}"
        )
    if run.cancel_kind is None:
        now = to_text(platform.clock.now())
        flag = RunChange(run, now).cancelled(request.reason)
        event = _event(
            run,
            request,
            action=Audited.RUN_CANCEL_REQUESTED,
            key=f"{run.id}:cancel_requested:{run.generation}",
            now=now,
            detail={},
        )
        try:
            await guarded_batch(platform.database, flag, event, *request.also)
        except LostGuard as lost:
            following = await newest_of(platform.database, run)
            if following.id == run.id:
                raise NotPossible(
                    "the run has ended meanwhile, or was asked to end before"
                ) from lost
            # It has gone on meanwhile, as a run of the same kind.
            await cancel(platform, following, request=request, contract=contract)
            return
        log.info(event.action, **log_fields(run))
    if run.is_in_line:
        await start_instance(platform, run.kind, run_id=run.id, generation=run.generation)
    elif contract is not None and run.is_escalated and run.paused_at is None:
        await _hand_over(
            platform,
            contract,
            run=run,
            request=request,
            handover=Handover(Audited.RUN_RESUMED, run.state, {}),
        )
    else:
        await wake(platform, run)
        await wake_waiting(platform, run, actor=request.actor, why="it was asked to end")
    await cancel_children(platform, run, request.actor)


async def cancel_children(platform: Platform, run: Run, actor: str) -> int:
    """Ask all runs below this one to end; return how many of its own were asked. The reconciler
    completes it.
    """
    sql = """
      SELECT * FROM runs
      WHERE parent_run_id = ? AND cancel_requested_at IS NULL
        AND status IN ('processing', 'needs_review')
    """
    rows = await platform.database.all(statement(sql, [run.id]))
    count = 0
    for child in map(run_from_row, rows):
        try:
            await cancel(
                platform, child, Request(actor, f"the run {run.id} that began it was cancelled")
            )
        except NotPossible as error:  # it has ended in between
            log.info("run.not_cancelled", run=child.id, error=error)
            continue
        count += 1
    return count


async def pause(platform: Platform, run: Run, request: Request) -> None:
    """Stop a live run at its next boundary until it is resumed. Raises NotPossible."""
    if run.status not in LIVE:
        raise NotPossible(f"only a run that is under way can be paused; this one is {run.status}")
    if run.is_in_line:
        raise NotPossible(
            "the run waits in line for its turn, so it does nothing yet; it can be cancelled"
        )
    try:
        await _pause_instance(platform, run)
    except NotPossible:
        following = await newest_of(platform.database, run)
        if following.id == run.id:
            raise
    else:
        await mark_paused(platform, run, request)
        following = await newest_of(platform.database, run)
    # The engine lets a step end, and that may have been the one in which the run goes on.
    if following.id != run.id and following.paused_at is None:
        await pause(platform, following, request)


async def _pause_instance(platform: Platform, run: Run) -> None:
    """Have the engine pause a run's instance, and see that it does: it takes a pause of one that is
    queued without a word, and does nothing. Raises NotPossible.
    """
    instances = platform.instances_of(run.kind)
    status = None
    for seconds in _PATIENCE:
        await asyncio.sleep(seconds)
        try:
            await instances.pause(run.instance_id)
            status = await instances.status(run.instance_id)
        except (EngineUnavailable, InstanceNotFound) as error:
            raise NotPossible(f"the engine says: {error}") from error
        if status in PAUSING:
            return
    raise NotPossible(f"the engine did not pause it, and says {status}: ask again in a while")


async def go_on(platform: Platform, run: Run, request: Request, contract: Contract | None) -> None:
    """Let a run go on that is paused, by the record or by its engine alone, or that stands still.
    Raises NotPossible.
    """
    may_be_paused = run.paused_at is None and run.status in LIVE and not run.is_in_line
    if may_be_paused and await _status_of(platform, run) in PAUSING:
        await mark_paused(platform, run, replace(request, also=()))
        run = await find_run(platform.database, run.id) or run
    if run.paused_at is not None:
        await unpause(platform, run, request=request, contract=contract)
        return
    if contract is None:
        raise Undeployed(run)
    await revive(platform, contract, run=run, request=request)


async def unpause(
    platform: Platform, run: Run, request: Request, contract: Contract | None = None
) -> None:
    """Let a paused run go on, in a new instance where its own is lost and `contract` is given.
    Raises NotPossible.
    """
    if run.paused_at is None:
        raise NotPossible("the run is not paused")
    if run.has_given_up_slot:
        if contract is None:
            raise NotPossible(f"it stands in line before it goes on, and {not_deployed(run)}")
        # Its own instance would write nothing any more; where it is left, it does no harm.
        with contextlib.suppress(EngineUnavailable, InstanceNotFound):
            await platform.instances_of(run.kind).terminate(run.instance_id)
        handover = Handover(Audited.RUN_RESUMED, run.state, {})
        await _hand_over(platform, contract, run, request=request, handover=handover)
        return
    # Asked first: wrangler's engine takes a resume of an instance that has ended without a word,
    # and does nothing.
    status = await _status_once_paused(platform, run)
    if status in DEAD and run.status in LIVE:
        if contract is None:
            raise NotPossible(f"the engine says {status} of its instance, and {not_deployed(run)}")
        await _hand_over(
            platform,
            contract,
            run=run,
            request=request,
            handover=Handover(Audited.RUN_RESUMED, run.state, {}),
        )
        return
    if status == WAITING_FOR_PAUSE:
        await _leave_instance(platform, run, request=request, contract=contract)
        return
    try:
        await platform.instances_of(run.kind).resume(run.instance_id)
    except (EngineUnavailable, InstanceNotFound) as error:
        if await _status_of(platform, run) not in _GOES_ON:
            raise NotPossible(f"the engine says: {error}") from error
    await _mark(platform, run, request=request, action=Audited.RUN_UNPAUSED, is_paused=False)


async def _status_once_paused(platform: Platform, run: Run) -> str | None:
    """What the engine says of the run's instance, after some time for it to pause. A resume that
    comes before would show as done, and the pause would come after it.
    """
    status = None
    for seconds in _PATIENCE:
        await asyncio.sleep(seconds)
        status = await _status_of(platform, run)
        if status != WAITING_FOR_PAUSE:
            break
    return status


async def _leave_instance(
    platform: Platform, run: Run, request: Request, contract: Contract | None
) -> None:
    """Let a run go on in a new instance, where its own is to be paused and is not. A step may be
    under way there; what it writes of its own is refused by its generation. A call is waited for:
    nobody would know of its answer. Raises NotPossible.
    """
    query = "SELECT step FROM effect_intents WHERE run_id = ? AND outcome IS NULL LIMIT 1"
    calling = await platform.database.first(statement(query, [run.id]))
    if calling is not None:
        raise NotPossible(
            f"the engine pauses it when the call of {text(calling, 'step')} has ended: "
            "ask again then"
        )
    if contract is None:
        raise NotPossible(f"the engine has not paused it yet, and {not_deployed(run)}")
    try:
        await platform.instances_of(run.kind).terminate(run.instance_id)
    except (EngineUnavailable, InstanceNotFound) as error:
        raise NotPossible(f"the engine says: {error}") from error
    handover = Handover(Audited.RUN_RESUMED, run.state, {})
    await _hand_over(platform, contract, run, request=request, handover=handover)


async def _status_of(platform: Platform, run: Run) -> str | None:
    """What the engine says of the run's instance; None where it does not answer."""
    try:
        return await platform.instances_of(run.kind).status(run.instance_id)
    except InstanceNotFound:
        return FORGOTTEN
    except EngineUnavailable:
        return None


async def mark_paused(platform: Platform, run: Run, request: Request) -> None:
    """Note on the record that the engine has paused the run; noting it again changes nothing."""
    await _mark(platform, run, request=request, action=Audited.RUN_PAUSED, is_paused=True)


async def _mark(
    platform: Platform, run: Run, request: Request, action: Action, *, is_paused: bool
) -> None:
    now = to_text(platform.clock.now())
    mark = RunChange(run, now).paused(is_paused=is_paused)
    event = _event(run, request, action=action, key=f"{run.id}:{action}:{now}", now=now, detail={})
    with contextlib.suppress(LostGuard):
        await guarded_batch(platform.database, mark, event, *request.also)
        log.info(action, **log_fields(run))


async def resume(platform: Platform, contract: Contract, run: Run, request: Request) -> None:
    """Give a run whose instance is lost a new one. Raises NotPossible: somebody else was first."""
    await _hand_over(
        platform,
        contract,
        run=run,
        request=request,
        handover=Handover(Audited.RUN_RESUMED, run.state, {}, is_by_itself=True),
    )


async def hand_on(platform: Platform, contract: Contract, run: Run, request: Request) -> None:
    """Have a new instance go on with a run, which replays what is done from the record. Raises as
    `resume`.
    """
    handover = Handover(Audited.RUN_HANDED_ON, run.state, {}, is_by_itself=True)
    await _hand_over(platform, contract, run=run, request=request, handover=handover)


async def revive(platform: Platform, contract: Contract, run: Run, request: Request) -> None:
    """Give a run that stands still, and was escalated, a new instance. Raises NotPossible."""
    has_ended = run.status is Status.FAILED or _state_in(contract, run.state).is_terminal
    if has_ended or not run.is_escalated:
        raise NotPossible("the run is not paused, and does not stand still")
    await _hand_over(
        platform,
        contract,
        run=run,
        request=request,
        handover=Handover(Audited.RUN_RESUMED, run.state, {}),
    )


async def _hand_over(
    platform: Platform, contract: Contract, run: Run, request: Request, handover: Handover
) -> None:
    """Hand the run to a new instance, in the batch that decides it."""
    now = to_text(platform.clock.now())
    key = f"{run.id}:{handover.action}:{run.generation + 1}"
    detail: JsonObject = {"from": run.state, "to": handover.state, **handover.detail}
    event = _event(run, request, action=handover.action, key=key, now=now, detail=detail)
    to = _state_in(contract, handover.state)
    change = RunChange(run, now).handed_over(contract, to, handover=handover, reason=request.reason)
    if handover.action is Audited.RUN_RETRIED:
        reopened = [_reopen(run)]
    else:
        reopened = []
    notices = (
        of_transition(run.id, run.status, after=to.status, now=now) if contract.is_told else []
    )
    more = [*reopened, *request.also, *notices, number_of(run.id)]
    try:
        *rows, [placed] = await guarded_batch(platform.database, change, event, *more)
    except LostGuard as lost:
        raise NotPossible("somebody else was first: look at the run again") from lost
    log.info(handover.action, **log_fields(run), state=handover.state)
    if not is_in_line(placed):
        await start_instance(platform, run.kind, run_id=run.id, generation=run.generation + 1)
    await nudge(platform, run.id, written_events(rows))


def _state_in(contract: Contract, name: str) -> State:
    """The state of this name. Raises StateGone."""
    try:
        return contract.state(name)
    except ContractError as error:
        raise StateGone(state_gone(contract.kind, contract.version, name)) from error


def _reopen(run: Run) -> Statement:
    """Reopen the failed step for a retry, also one that the run would go on without."""
    sql = """
      UPDATE run_steps SET outcome = 'retrying'
      WHERE run_id = ?1 AND outcome = 'failed' AND reason IS NULL
        AND step = (SELECT failed_step FROM runs WHERE id = ?1)
    """
    return statement(sql, [run.id])


def _event(
    run: Run, request: Request, action: Action, key: str, now: str, detail: JsonObject
) -> AuditEvent:
    return event_of_run(
        run, action, key, actor=request.actor, at=now, detail={"reason": request.reason, **detail}
    )
