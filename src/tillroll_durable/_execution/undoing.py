"""What undoes a step, and what is known of what the step did.

Where nobody knows whether its call was made, the other side is asked before it is undone. Where
nothing undoes it, nothing that came before it is undone by itself.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.external import (
    Done,
    ExternalCall,
    NotDone,
    Undo,
    Unknown,
    as_rollback,
    asking,
)
from tillroll_durable._execution.steps import Rollback, StepContext
from tillroll_durable._record.late import seconds_until_late
from tillroll_durable.attributes import write_external_id
from tillroll_durable.contract import Contract
from tillroll_durable.errors import (
    ACCESS_DENIED,
    ITEMS_FAILED,
    MEANINGS,
    SYSTEMS_DISAGREE,
    UNKNOWN,
    FailureClass,
    OutcomeUnknown,
    RunFailed,
)
from tillroll_durable.outputs import Output
from tillroll_durable.platform.bindings.database import Statement, statement, text
from tillroll_durable.platform.bindings.engine import StepError
from tillroll_durable.platform.json import Json
from tillroll_durable.runs import StoredStep
from tillroll_durable.states import OUTCOME_UNKNOWN
from tillroll_durable.step import (
    ITEMS,
    MAY_BE_DONE,
    Effect,
    Occurrence,
    Step,
    Then,
    mapped_name,
)
from tillroll_durable.step_records import FAILED, SEND_AGAIN, load_intent, settle_done

if TYPE_CHECKING:
    from tillroll_durable._execution.hosts import Host

Reconcile = Callable[[StepContext], Awaitable[Done[Any] | NotDone | Unknown]]
"""Asks the other side whether a step's call was done."""

_NOT_DONE = """
  UPDATE effect_intents SET outcome = 'refused', settled_at = ?
  WHERE idempotency_key = ? AND outcome IS NULL
"""


@dataclass(frozen=True)
class Undoing:
    """What undoes a step, and what says whether its call was done: None where nobody is asked.
    `gives` is what that call gives, and `host` whom it asks.
    """

    rollback: Rollback
    reconcile: Reconcile | None = None
    gives: Output[Any] | None = None
    host: "Host | None" = None


def as_undoing(
    execution: Execution,
    step: Step[Any],
    call: ExternalCall[StepContext, Any],
    rollback: Undo | None,
) -> Undoing | None:
    """What undoes a step that makes a call. Raises ContractError: `rollback` cannot be asked
    for.
    """
    if rollback is None:
        return None
    undo = as_rollback(execution, step, call, undo=rollback)
    gives = call.gives or step.output
    return Undoing(undo, call.reconcile, gives=gives, host=call.host)


@dataclass(frozen=True)
class StepEffect:
    """What is known of what a step did.

    Attributes:
        has_happened: it did, or may have where nobody can be asked before it is undone.
        output: what it returned; None where that is not known.
        statements: written with the record that nothing is to be undone.
        wait_seconds: how long a request that was sent may still arrive; it is asked for again then.
    """

    has_happened: bool
    output: Json = None
    statements: Sequence[Statement] = ()
    wait_seconds: int = 0


async def effect_of(
    execution: Execution,
    step: Step[Any],
    undoing: Undoing,
    *,
    original: StoredStep | None,
    attempt: int,
) -> StepEffect:
    """What a step did that is to be undone.

    Raises OutcomeUnknown: the other side cannot say; and whatever `reconcile` raises.
    """
    if original is not None and original.outcome == "completed":
        return StepEffect(has_happened=True, output=await execution.whole(original.output))
    config = step.rollback_config
    finds_out = config is not None and config.finds_out
    if not step.is_elsewhere:
        # Its batch was never committed. What it writes beside that, as in another database, its
        # rollback finds out.
        return StepEffect(has_happened=finds_out)
    intent = await load_intent(execution.platform.database, step.key_for(execution.run.id))
    if intent is None or intent.outcome == "refused":
        return StepEffect(has_happened=False)
    if undoing.reconcile is None or finds_out or _is_contradicted(original):
        return StepEffect(has_happened=True)
    context = StepContext(
        platform=execution.platform,
        run=execution.run,
        attempt=attempt,
        idempotency_key=step.key_for(execution.run.id),
        step=step.name,
    )
    context = asking(undoing.host, context, intent.origin)
    is_done = intent.outcome == "done"
    effect = await _ask(execution, step, undoing.reconcile, context=context, is_done=is_done)
    if effect.output is None:
        return effect
    gives = undoing.gives or step.output
    return replace(effect, output=gives.written(effect.output))


async def _ask(
    execution: Execution,
    step: Step[Any],
    reconcile: Reconcile,
    *,
    context: StepContext,
    is_done: bool,
) -> StepEffect:
    """What the other side says of a call. `is_done`: it was heard before that it was made."""
    run = execution.run
    key = context.idempotency_key
    answer = await reconcile(context)
    # The account may have moved while the other side was asked.
    await execution.go_home()
    database = execution.platform.database
    now = execution.now()
    if isinstance(answer, Done):
        # Before it is undone: afterwards the other side may know of it no more.
        found_by = write_external_id(run.account_id, run.id, answer.external_id)
        await database.batch([settle_done(key, answer.external_id, now), *found_by])
        return StepEffect(has_happened=True, output=answer.output)
    if is_done:
        return StepEffect(has_happened=True)
    if isinstance(answer, Unknown):
        raise OutcomeUnknown(answer.why)
    clock = execution.platform.clock
    seconds = await seconds_until_late(database, clock, key, step.timeout_seconds)
    if seconds > 0:
        return StepEffect(has_happened=False, wait_seconds=seconds)
    return StepEffect(has_happened=False, statements=[statement(_NOT_DONE, [now, key])])


def _is_contradicted(original: StoredStep | None) -> bool:
    """Whether two systems contradict each other over a step: nobody is asked about it again."""
    summary = "" if original is None else original.error_summary or ""
    return SYSTEMS_DISAGREE in summary


# The worst comes first: of a map, it is said of the whole.
_UNKNOWN: Final = (
    FailureClass.SYSTEMS_DISAGREE,
    FailureClass.IRREVERSIBLE_UNKNOWN,
    FailureClass.MESSAGE_UNKNOWN,
    FailureClass.EXTERNAL_UNKNOWN,
)
_CLASSES_OF_ITEMS: Final = f"""
  SELECT DISTINCT json_extract(output, '$."{FAILED}".failureClass') AS failure_class
  FROM run_steps
  WHERE run_id = ?1 AND step >= ?2 || '[' AND step < ?2 || '\\' AND outcome = 'failed'
"""

_UNSAFE: Final = tuple(each for each, meaning in MEANINGS.items() if not meaning.safe_to_retry)

# What has failed for good before is a value of the body's, or the run has gone on without it. What
# asks for a person has a reason: it may be done all the same.
_OPEN_BESIDE: Final = """
  SELECT did.step, did.when_unknown FROM effect_intents AS did
  LEFT JOIN run_steps AS own ON own.run_id = did.run_id AND own.step = did.step
  WHERE did.run_id = ?1 AND did.outcome IS NULL AND did.has_rollback = 0 AND did.step <> ?2
    AND COALESCE(own.outcome, '') <> 'completed'
    AND (COALESCE(own.outcome, '') <> 'failed' OR own.reason IS NOT NULL)
  ORDER BY did.when_unknown DESC, did.step
"""


async def failure_class_of(execution: Execution, step: Step[Any], error: StepError) -> FailureClass:
    """What a final failure leaves behind: of a map, what its items do."""
    if error.is_non_retryable and error.summary.startswith(f"{ITEMS_FAILED}: "):
        return await _class_of_items(execution, step)
    return await _class_of_step(execution, step, error)


async def _class_of_step(execution: Execution, step: Step[Any], error: StepError) -> FailureClass:
    """Classify a step's failure. For an effect elsewhere, its intent decides: nothing was asked
    for, it was refused, or nobody knows. A contradiction comes first: only a person resolves it,
    and an open intent says by itself that it may have happened.
    """
    if error.is_non_retryable and error.summary.startswith(f"{SYSTEMS_DISAGREE}: "):
        return FailureClass.SYSTEMS_DISAGREE
    intent = (
        await load_intent(execution.platform.database, step.key_for(execution.run.id))
        if step.is_elsewhere
        else None
    )
    if intent is not None and intent.outcome != "refused":
        if step.effect is Effect.IRREVERSIBLE:
            return FailureClass.IRREVERSIBLE_UNKNOWN
        return (
            FailureClass.EXTERNAL_UNKNOWN if intent.can_be_asked else FailureClass.MESSAGE_UNKNOWN
        )
    if error.is_non_retryable and error.summary.startswith(f"{ACCESS_DENIED}: "):
        return FailureClass.ACCESS_DENIED
    if step.is_elsewhere:
        return FailureClass.EXTERNAL_REFUSED
    return FailureClass.READ_FAILED if step.effect is Effect.READ else FailureClass.WRITE_FAILED


async def _class_of_items(execution: Execution, whole: Step[Any]) -> FailureClass:
    """What the failed items of a map leave behind: where one is not safe to retry, neither is the
    map.
    """
    classes = await _classes_of_items(execution, whole)
    for unsafe in _UNSAFE:
        if unsafe in classes:
            return unsafe
    return FailureClass.ITEMS_FAILED


async def _classes_of_items(execution: Execution, whole: Step[Any]) -> set[str]:
    query = statement(_CLASSES_OF_ITEMS, [execution.run.id, mapped_name(whole.name)])
    rows = await execution.platform.database.all(query)
    return {text(row, "failure_class") for row in rows if row["failure_class"] is not None}


async def unknown_outcome(
    execution: Execution, step: Step[Any], failure: FailureClass
) -> FailureClass | None:
    """Tell which unknown outcome keeps a failed step from having undone what came before it.

    None where nothing does: the step is not done, or it can be undone itself. What came before a
    step that may be done is a person's to undo: its goods may be paid for.
    """
    # A map's item can be a value, of which the body decides.
    if step.on_failure.then is not Then.COMPENSATE:
        return None
    own = await _own_outcome(execution, step, failure)
    if own is not None:
        return own
    return await _outcome_alongside(execution, step)


async def may_be_done_elsewhere(execution: Execution, step: Step[Any]) -> bool:
    """Whether a step that has failed, and is to stop its run or to undo it, may be done elsewhere
    and has no rollback. Told once: each replay is given the same answer. Raises as
    `Execution.durably`.
    """
    if not step.stands_unknown:
        return False

    async def look(_: int) -> Json:
        key = step.key_for(execution.run.id)
        intent = await load_intent(execution.platform.database, key)
        return intent is not None and intent.outcome != "refused"

    return bool(await execution.durably(f"{step.name}{MAY_BE_DONE}", look))


async def _own_outcome(
    execution: Execution, step: Step[Any], failure: FailureClass
) -> FailureClass | None:
    """Tell the unknown outcome of the failed step itself; None where it has none."""
    whole = step
    if isinstance(step, Occurrence):
        whole = step.of
    if not whole.stops_unknown:
        return None
    if step.name.startswith(ITEMS):
        return await _of_items(execution, step)
    if failure in UNKNOWN:
        return failure
    if failure is FailureClass.SYSTEMS_DISAGREE:
        key = step.key_for(execution.run.id)
        intent = await load_intent(execution.platform.database, key)
        # Where nothing was sent, there is nothing that may have been done.
        if intent is not None and intent.outcome != "refused":
            return failure
    return None


async def _outcome_alongside(execution: Execution, step: Step[Any]) -> FailureClass | None:
    """Tell the unknown outcome of a call that went on beside a failed step, and has come to no end:
    it asks for a person, or was late.
    """
    run = execution.run
    rows = await execution.platform.database.all(statement(_OPEN_BESIDE, [run.id, step.name]))
    for row in rows:
        other = execution.contract.find_step(text(row, "step"))
        if other is None or not other.stops_unknown:
            continue
        if row["when_unknown"] == SEND_AGAIN:
            return FailureClass.MESSAGE_UNKNOWN
        return FailureClass.EXTERNAL_UNKNOWN
    return None


def state_after(contract: Contract, step: Step[Any], unknown: FailureClass | None) -> str:
    """Give the state in which a run stands once a step has failed for good."""
    if unknown is not None:
        return OUTCOME_UNKNOWN.name
    if step.on_failure.then is not Then.COMPENSATE:
        return step.on_failure.state
    assert contract.compensating is not None  # noqa: S101 - one whose step compensates has it
    return contract.compensating


def stop_if_unknown(recorded: Json, step: Step[Any], summary: str) -> None:
    """Raises RunFailed: by what is `recorded` of a failure, its outcome is unknown."""
    if recorded == OUTCOME_UNKNOWN.name:
        raise RunFailed(OUTCOME_UNKNOWN.name, step.name, summary)


async def _of_items(execution: Execution, whole: Step[Any]) -> FailureClass | None:
    """Tell the worst of what nobody knows of the items of a map."""
    classes = await _classes_of_items(execution, whole)
    return next((each for each in _UNKNOWN if each in classes), None)
