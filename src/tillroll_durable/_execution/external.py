"""Effects on somebody else's system: calls with an intent before and an outcome after, and events
for receivers outside.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeAlias

from pydantic import BaseModel
from typing_extensions import TypeVar

from tillroll_durable._execution.contract_checks import check_store
from tillroll_durable._execution.execution import Execution, StepFunction
from tillroll_durable._execution.steps import (
    NOTHING,
    CallContext,
    Outcome,
    Output_co,
    Rollback,
    RollbackContext,
    StepContext,
    given,
    side_by_side,
)
from tillroll_durable._execution.waits import commit_once
from tillroll_durable._record.changes import RunChange
from tillroll_durable._record.late import (
    MayStillArrive,
    check_sends,
    seconds_until_late,
    settle_late,
)
from tillroll_durable.audit import Audited, event_of_run, guarded_batch
from tillroll_durable.declared import InvalidParams, Topic, checked
from tillroll_durable.errors import AccessDenied, LostGuard, OutcomeUnknown, OutputLost, Refused
from tillroll_durable.outbox import has_endpoint, nudge, told
from tillroll_durable.outputs import ContractError, Output
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.bindings.engine import NonRetryable, Retries
from tillroll_durable.platform.bindings.http import Throttled
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import (
    GivenObject,
    Json,
    JsonObject,
    as_object,
    dump,
    load_object,
)
from tillroll_durable.runs import find_run, load_step
from tillroll_durable.settings import RunSettings
from tillroll_durable.states import LIVE
from tillroll_durable.step import Effect, RollbackConfig, Step, Then, rollback_name
from tillroll_durable.step_records import (
    ASK,
    ASK_UNTIL_LATE,
    SEND_AGAIN,
    Intent,
    load_intent,
    why_not_kept,
)

if TYPE_CHECKING:
    from tillroll_durable._execution.hosts import Host

Context_contra = TypeVar(
    "Context_contra", bound=CallContext, default=StepContext, contravariant=True
)

_REOPEN = """
  ON CONFLICT (idempotency_key) DO UPDATE SET
    request_digest = excluded.request_digest, when_unknown = excluded.when_unknown,
    sends = CASE outcome WHEN 'refused' THEN 1 ELSE sends + 1 END, outcome = NULL,
    settled_at = NULL, sent_at = excluded.created_at, origin = excluded.origin
"""


@dataclass(frozen=True)
class Done(Generic[Output_co]):
    """The effect happened. `external_id` is the other side's id for it, kept on the run.

    Attributes:
        output: what the call's step returns; None by default.
    """

    external_id: str
    output: Output_co = NOTHING


@dataclass(frozen=True)
class NotDone:
    """The other side knows of no such effect: it may be sent."""


@dataclass(frozen=True)
class Unknown:
    """The other side cannot say. `why` is one line for the record."""

    why: str


@dataclass(frozen=True)
class ExternalCall(Generic[Context_contra, Output_co]):
    """A call with an effect; over a RollbackContext, one that undoes an effect; over a
    CallContext, either.

    Attributes:
        request: what will be asked for; its digest is part of the intent, so that a repetition asks
            for the same.
        send: does it, carrying the context's idempotency key. Raises Refused where the other side
            said no; any other error leaves the outcome open.
        reconcile: asks the other side, by the same key, whether it was done. None for a message
            that cannot be asked
            for, and that had better come twice than never: it is sent again, and the run says so.
        gives: what its output is, where its step does not declare that.
        record: statements that are written with the step's end, from its output.
        is_repeatable: sent again it changes nothing more, as a DELETE. So it undoes a step without
            `reconcile`.
        honours_key: the other side does it once for its key, however often it comes. By default
            nobody knows, so where `reconcile` says NotDone the request may still arrive: it is
            sent again only once the step's `timeout_seconds` have passed since it was sent.
        host: whom it asks, where the address may move. The intent keeps the origin that it was sent
            to, and `context.origin` says where to ask.
        largest_bytes: how long what it gives can be. Where that is more than 64 KiB, or None, since
            nobody knows, an object store is asked for before it is sent.
    """

    request: GivenObject
    send: Callable[[Context_contra], Awaitable[Done[Output_co]]]
    reconcile: Callable[[Context_contra], Awaitable[Done[Output_co] | NotDone | Unknown]] | None = (
        None
    )
    gives: Output[Any] | None = None
    record: Callable[[Any], Sequence[Statement]] | None = None
    is_repeatable: bool = False
    host: "Host | None" = None
    honours_key: bool = False
    largest_bytes: int | None = None

    def digest(self) -> str:
        """The SHA-256 of the request, which the intent keeps."""
        return hashlib.sha256(dump(as_object(self.request)).encode()).hexdigest()

    @property
    def when_unknown(self) -> str:
        """What is done where nobody knows whether it was, as its intent has it."""
        if self.reconcile is None:
            return SEND_AGAIN
        if self.honours_key or self.is_repeatable:
            return ASK
        return ASK_UNTIL_LATE


@dataclass(frozen=True)
class _Intended(Generic[Context_contra]):
    """A call, and how its intent is recorded. `is_undoing`: it belongs to the run's early end, so a
    request to end is no reason to leave it. `has_rollback`: its contract can undo it. `gives` is
    what its output is. `undoes` is what the call asked that it undoes. `retries` and
    `timeout_seconds` are those of its attempts.
    """

    execution: Execution
    call: ExternalCall[Context_contra, Any]
    name: str
    effect: Effect
    gives: Output[Any] | None
    retries: Retries
    timeout_seconds: int
    is_undoing: bool = False
    has_rollback: bool = False
    undoes: "Host | None" = None


def as_step_function(
    execution: Execution, step: Step[Any], call: ExternalCall[StepContext, Any]
) -> StepFunction:
    """The function of a step that makes the call. Raises ContractError: it cannot be asked for, and
    cannot be undone either.
    """
    if call.reconcile is None and step.effect is Effect.IRREVERSIBLE:
        raise ContractError(
            f"step {step.name!r} cannot be undone: give its call `reconcile`, "
            "or it may happen twice"
        )
    intended = _Intended(
        execution,
        call,
        name=step.name,
        effect=step.effect,
        gives=call.gives or step.output,
        retries=step.retries,
        timeout_seconds=step.timeout_seconds,
        has_rollback=step.rollback_config is not None,
    )
    return partial(_outcome, intended)


Given = TypeVar("Given")

UndoOf: TypeAlias = (
    ExternalCall[RollbackContext, Any] | Callable[[Given], ExternalCall[RollbackContext, Any]]
)
"""The call that undoes a step, or what makes it from the step's output."""
Undo: TypeAlias = UndoOf[Any]


def as_rollback(
    execution: Execution, step: Step[Any], call: ExternalCall[StepContext, Any], undo: Undo
) -> Rollback:
    """The rollback of a step that makes `call`. Raises ContractError: it cannot be asked for, or
    the output that it is made from may stay unknown.
    """
    if not callable(undo):
        return partial(_outcome, _undoing(execution, step, undo, of=call.host))
    config = step.rollback_config
    if call.reconcile is None or (config is not None and config.finds_out):
        raise ContractError(
            f"the rollback of {step.name!r} needs what the step gave: give the step's call "
            "`look_up`, or `reconcile`, which tells that where its answer is lost"
        )
    gives = call.gives or step.output

    async def by_output(context: RollbackContext) -> Outcome[Any]:
        try:
            output = gives.read(context.output)
        except ContractError as unfit:
            raise NonRetryable(
                f"nobody knows what {step.name!r} gave, so it cannot be undone by that: undo it by "
                "hand"
            ) from unfit
        undoing = _undoing(execution, step, undo(output), of=call.host)
        return await _outcome(undoing, context)

    return by_output


def _undoing(
    execution: Execution,
    step: Step[Any],
    call: ExternalCall[RollbackContext, Any],
    *,
    of: "Host | None",
) -> _Intended[RollbackContext]:
    """Raises ContractError: the call cannot be asked for."""
    if call.reconcile is None and not call.is_repeatable:
        raise ContractError(
            f"the rollback of {step.name!r} may be made twice: give its call `reconcile`"
        )
    config = step.rollback_config or RollbackConfig()
    return _Intended(
        execution,
        call,
        name=rollback_name(step.name),
        effect=step.effect,
        gives=call.gives,
        retries=config.retries,
        timeout_seconds=config.timeout_seconds,
        is_undoing=True,
        undoes=of,
    )


async def _outcome(intended: _Intended[Context_contra], context: Context_contra) -> Outcome[Any]:
    done = await _ensure_done(intended, context)
    settle = (
        "UPDATE effect_intents SET outcome = 'done', external_id = ?, settled_at = ? "
        "WHERE idempotency_key = ?"
    )
    settled = statement(
        settle, [done.external_id, intended.execution.now(), context.idempotency_key]
    )
    if isinstance(context, StepContext):
        # What the other side did is so, also where another attempt was first here.
        when_late = partial(
            settle_late,
            context.run,
            intended.name,
            key=context.idempotency_key,
            external_id=done.external_id,
            actor=intended.execution.actor,
            now=intended.execution.now(),
        )
        context.late.append(when_late)
    output = done.output
    call = intended.call
    if call.gives is not None:
        output = call.gives.written(output)
    statements = [settled]
    if call.record is not None:
        statements.extend(call.record(_as_given(intended, output)))
    return Outcome(output=output, statements=statements, external_id=done.external_id)


def _as_given(intended: _Intended[Any], output: Any) -> Any:
    """An output by its type, also where another run's record has it."""
    if intended.gives is None:
        return output
    return intended.gives.read(intended.gives.written(output))


@dataclass(frozen=True)
class Reading(Generic[Output_co]):
    """A question to somebody else's system that changes nothing there. A step that reads makes it.

    Attributes:
        request: what is asked for; the record shows it.
        ask: asks, and reads the answer.
        gives: what the answer is, where its step does not declare that.
    """

    request: GivenObject
    ask: Callable[[CallContext], Awaitable[Output_co]]
    gives: Output[Any]


def as_reading(reading: Reading[Any]) -> StepFunction:
    """The function of a step that asks."""

    async def ask(context: StepContext) -> Outcome[Any]:
        return Outcome(output=reading.gives.written(await reading.ask(context)))

    return ask


def read_back(step: Step[Any], call: ExternalCall[Any, Any] | Reading[Any], stored: Json) -> Any:
    """Read what a step that makes a call gave, by its own type, else by the call's. None is given
    where the run goes on without it. Raises ContractError: what is stored does not fit (any more);
    OutputLost: it was done, and what it gave could not be kept.
    """
    why = why_not_kept(stored)
    if why is not None:
        raise OutputLost(why)
    if step.gives is not None or call.gives is None:
        return step.output.read(stored)
    if stored is None and step.on_failure.then is Then.CONTINUE:
        return None
    return call.gives.read(stored)


async def _ensure_done(intended: _Intended[Context_contra], context: Context_contra) -> Done[Any]:
    execution = intended.execution
    call = intended.call
    database = execution.platform.database
    intent = await load_intent(database, context.idempotency_key)
    if intent is not None:
        # What was refused may be asked for anew, as something else even; what may have been done
        # may not.
        if intent.request_digest != call.digest() and intent.outcome != "refused":
            raise await _asks_for_something_else(intended)
        if intent.run_id != context.run.id:
            shared = await _shared(execution, intent)
            if shared:
                return shared
        # It was sent once, and the other side asked to come again: there is nothing to ask for.
        has_waited = context.waits > 0
        is_throttled = has_waited and intent.outcome == "refused" and intent.sends == 1
        look_up = asking(call.host, context, intent.origin)
        match await call.reconcile(look_up) if call.reconcile and not is_throttled else NotDone():
            case Done() as done:
                return done
            case Unknown(why):
                raise OutcomeUnknown(why)
            case NotDone():
                await _check_is_late(intended, intent, context)
    check_store(execution.platform, intended.name, gives=intended.gives, most=call.largest_bytes)
    sending = asking(call.host, context, await _sent_to(intended, context))
    await _intend(intended, sending, is_first=intent is None)
    try:
        return await call.send(sending)
    except (Refused, AccessDenied, Throttled) as refused:
        # The account may have moved while the other side was asked.
        await execution.go_home()
        await execution.platform.database.batch([_refused(context, execution.now())])
        if isinstance(refused, Refused):
            raise NonRetryable(str(refused)) from refused
        raise


async def _check_is_late(
    intended: _Intended[Context_contra], intent: Intent, context: Context_contra
) -> None:
    """What the other side does each time that it comes is not sent again while it may still arrive.
    Raises MayStillArrive; OutcomeUnknown: it was sent too often already.
    """
    if intended.call.when_unknown != ASK_UNTIL_LATE or intent.outcome == "refused":
        return
    platform = intended.execution.platform
    seconds = await seconds_until_late(
        platform.database, platform.clock, context.idempotency_key, intended.timeout_seconds
    )
    if seconds > 0:
        raise MayStillArrive(seconds)
    check_sends(intent, waits=context.waits, most=max(1, intended.retries.limit))


async def _sent_to(intended: _Intended[Context_contra], context: Context_contra) -> str | None:
    """Where the call was sent that is undone by this one, where both ask the same host."""
    host = intended.call.host
    undoes = intended.undoes
    if host is None or undoes is None or undoes.name != host.name:
        return None
    if not isinstance(context, RollbackContext):
        return None
    original = await load_intent(intended.execution.platform.database, context.step_key)
    if original is None:
        return None
    return original.origin


def asking(host: "Host | None", context: Context_contra, sent_to: str | None) -> Context_contra:
    """The context of a call that asks a host for what was sent to an origin, if it was."""
    if host is None:
        return context
    return replace(context, origin=host.asked_at(sent_to))


async def _shared(execution: Execution, intent: Intent) -> Done[Any] | None:
    """What another run has done under a key that both have; None where it left that open, and does
    not go on. Raises Throttled: it goes on, so what it does is waited for.
    """
    database = execution.platform.database
    if intent.outcome == "done":
        stored = await load_step(database, intent.run_id, intent.step)
    else:
        stored = None
    # One that had failed for good there was found done by a later run: the other side says what
    # came of it.
    if stored is not None and stored.outcome == "completed":
        return Done(intent.external_id or "", await execution.whole(stored.output))
    if intent.outcome is None:
        owner = await find_run(database, intent.run_id)
    else:
        owner = None
    if owner is not None and owner.status in LIVE:
        raise Throttled(f"the run {intent.run_id} does it under the same key", _ASK_AGAIN_SECONDS)
    return None


async def _asks_for_something_else(intended: _Intended[Context_contra]) -> NonRetryable:
    """What is raised where a call that may have been made is begun with another request. An undoing
    fails by that, and calls a person; so does a dead letter that an operator retries with other
    values. Anything else is the body's fault, whatever its contract says of a failure: what may be
    done must not pass for not done.
    """
    execution = intended.execution
    run = intended.execution.run
    what = f"{intended.name} asks for something else under the same idempotency key"
    step = execution.contract.find_step(intended.name)
    is_operators = (
        run.corrected_input is not None
        and step is not None
        and (step.on_failure.then is Then.STOP or step.stops_unknown)
    )
    if intended.is_undoing or is_operators or step is None:
        return NonRetryable(what)
    before = await load_step(execution.platform.database, run.id, step.name)
    now = given(run.id, step, [as_object(intended.call.request)]).kept
    comparison = "" if before is None or before.given is None else side_by_side(before.given, now)
    return execution.off_contract(
        f"{what}, and it may be done: put its request back as it was", comparison
    )


async def _intend(
    intended: _Intended[Context_contra], context: Context_contra, *, is_first: bool
) -> None:
    """Write down what is about to be done, while the run still stands where it is expected to. From
    here on, until it is settled, nobody knows whether it was done. Raises LostGuard: the run was
    asked to end or taken over; OutcomeUnknown: an overlapping attempt wrote the intent first.
    """
    execution = intended.execution
    run = context.run
    now = intended.execution.now()
    digest = intended.call.digest()
    # Every repetition has an event: attempts are counted from 1 again after a crash, so they make
    # no key.
    if is_first:
        attempt = "intended"
    else:
        attempt = f"intended again:{new_id('try')}"
    detail: JsonObject = {
        "step": intended.name,
        "effect": intended.effect,
        "requestDigest": digest,
    }
    if context.origin:
        detail["origin"] = context.origin
    event = event_of_run(
        run,
        Audited.EFFECT_INTENDED,
        f"{run.id}:{intended.name}:{attempt}",
        actor=execution.actor,
        at=now,
        outcome="pending",
        detail=detail,
    )
    guard = RunChange(run, now).intending(intended.name, is_undoing=intended.is_undoing)
    sql = f"""
      INSERT INTO effect_intents (
        idempotency_key, run_id, step, effect, request_digest, created_at, when_unknown,
        has_rollback, origin)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULLIF(?9, ''))
      {"" if is_first else _REOPEN}
    """
    has_rollback = int(intended.has_rollback)
    own = (context.idempotency_key, run.id, intended.name, intended.effect, digest)
    insert = statement(sql, [*own, now, intended.call.when_unknown, has_rollback, context.origin])
    try:
        await guarded_batch(execution.platform.database, guard, event, insert)
    except LostGuard as lost:
        if is_first and await load_intent(execution.platform.database, context.idempotency_key):
            raise OutcomeUnknown("another attempt is at it") from lost
        raise


def _refused(context: CallContext, now: str) -> Statement:
    """What an attempt hears that outlived its timeout, when the run has gone on, says nothing of
    what others sent.
    """
    sql = """
      UPDATE effect_intents SET outcome = 'refused', settled_at = ?1
      WHERE idempotency_key = ?2 AND outcome IS NULL
        -- Without a key, what is refused when it is sent again may have been taken at first.
        AND NOT (when_unknown <> 'ask' AND sends > 1)
        AND EXISTS (SELECT 1 FROM runs WHERE id = ?3 AND generation = ?4 AND state = ?5)
    """
    return statement(
        sql,
        [now, context.idempotency_key, context.run.id, context.run.generation, context.run.state],
    )


_LONGEST_KEY = 200
# How often a run looks whether another has done what both are to do once.
_ASK_AGAIN_SECONDS = 30


async def tell(
    execution: Execution, topic: Topic[Any], payload: BaseModel | GivenObject, key: str
) -> None:
    """Write an event, once for its topic and key in this run, and have it delivered. The state of
    the run stays as it is, now and whatever becomes of the delivery. Without a receiver the event
    is settled at once. Raises CancelRequested: the run was asked to end; ContractError: the
    contract does not declare the topic, the payload does not fit it, the key is too long, or an
    event with another payload has the key already.
    """
    if topic not in execution.contract.topics:
        raise ContractError(
            f"{execution.contract.kind} tells of {topic.name!r}: declare it in the contract's "
            "`topics`"
        )
    if not 0 < len(key) <= _LONGEST_KEY:
        raise ContractError(
            f"the topic {topic.name!r}: a key has 1 to {_LONGEST_KEY} characters; this has "
            f"{len(key)}"
        )
    try:
        data = load_object(checked(topic.payload, payload)[1])
    except InvalidParams as invalid:
        raise ContractError(f"the event {key!r} of {topic.name!r}: {invalid}") from invalid
    name = f"tell: {topic.name} {key}"
    platform = execution.platform
    digest = hashlib.sha256(dump(data).encode()).hexdigest()

    async def attempt(number: int) -> Json:
        has_receiver = platform.settings.of(RunSettings).delivers_webhooks
        event = told(
            execution.run.id,
            execution.run.account_id,
            topic=topic.name,
            key=key,
            data=data,
            now=execution.now(),
            has_receiver=has_receiver,
        )
        outcome = Outcome(output={"event": event.id, "digest": digest}, statements=[event.insert])
        output = await commit_once(
            execution, name, attempt=number, outcome=outcome, action=Audited.EVENT_TOLD
        )
        if has_receiver or await has_endpoint(platform.database, execution.run.account_id):
            await nudge(platform, execution.run.id, [event.id])
        return output

    output = await execution.durably(name, attempt)
    if not isinstance(output, dict) or output["digest"] != digest:
        raise ContractError(
            f"the event {key!r} of {topic.name!r} was written with another payload: give each "
            "event a key of its own"
        )
