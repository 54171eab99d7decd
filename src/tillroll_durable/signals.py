"""Signals from outside, recorded once by their key, and the waking of runs that wait."""

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tillroll_durable._execution.waits import open_wait
from tillroll_durable._record.changes import RunChange
from tillroll_durable._record.instances import start_instance
from tillroll_durable.audit import Audited, append_if_changed, event_of_run, guarded_batch
from tillroll_durable.chains import IDS_OF_CHAIN, newest_of
from tillroll_durable.contract import Contract
from tillroll_durable.decisions import announce
from tillroll_durable.declared import Signal
from tillroll_durable.errors import LostGuard
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Row,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.engine import EngineUnavailable, InstanceNotFound
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.faults import faults_of
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.refusals import NOT_POSSIBLE, Kind, Refusal
from tillroll_durable.platform.services import Platform, without_journal
from tillroll_durable.runs import Run, log_fields

if TYPE_CHECKING:
    from tillroll_durable.workflow import Workflow

LARGEST_PAYLOAD_BYTES = 64 * 1024
MOST_SIGNALS = 1000
# Of a row of `runs`, which has been sent fewer than ?2.
_LISTENS = """
  cancel_requested_at IS NULL
  AND (status IN ('processing', 'needs_review') OR (status = 'failed' AND resume_state IS NOT NULL))
  AND (SELECT COUNT(*) FROM signals WHERE run_id = runs.id) < ?2
"""


class UnknownSignal(Refusal):
    """The run's contract declares no signal of this name."""

    kind = NOT_POSSIBLE
    explanation = "{}. Nothing was changed."


class InvalidPayload(Refusal, ValueError):
    """The payload is not what the signal declares, or too large; the message names each fault."""

    kind = Kind(
        "invalid-signal", 422, "The signal does not have the payload that its contract declares"
    )
    explanation = "{}. Nothing was changed."


class SignalConflict(Refusal):
    """A signal with this key has another payload; nothing was changed."""

    kind = Kind("signal-conflict", 409, "A signal with this key has another payload")
    explanation = "{}: send this one under a key of its own."


class NotListening(Refusal):
    """The run has ended, was asked to, has been sent as many signals as one may be, or has no use
    for this one now; nothing was changed.
    """

    kind = NOT_POSSIBLE
    explanation = "{}. Nothing was changed."


@dataclass(frozen=True)
class NewSignal:
    """What somebody sends a run; under its `key` it is taken once."""

    name: str
    key: str
    payload: JsonObject
    actor: str


async def take_signal(
    platform: Platform, workflow: "Workflow", run: Run, signal: NewSignal, *, sent_to: str
) -> None:
    """Send a run a signal that somebody asks for. One that was sent before is only answered again.
    `sent_to` is the id by which they know it: the run's, or that of one which has gone on as it.

    Raises NotListening, UnknownSignal, InvalidPayload, SignalConflict.
    """
    # Before its payload: no other is taken, either.
    if await _existing_signal(platform, sent_to, signal) is None:
        await check_listening(platform, run)
        refused = await workflow.may_signal(platform, run.id, signal.name)
        if refused is not None:
            signals = workflow.contract.signals
            others = ", ".join(each.name for each in signals if each.name != signal.name) or "none"
            raise NotListening(f"{refused} Signals beside {signal.name}: {others}")
    await _send(platform, workflow.contract, run=run, signal=signal, first_id=sent_to)


async def send_signal(
    platform: Platform,
    contract: Contract,
    run: Run,
    name: str,
    key: str,
    payload: JsonObject,
    actor: str,
) -> bool:
    """Record a signal and wake the run; False where the same was sent before. Where the run has
    gone on as another, that one is sent it. All of them take a signal once under one key.

    Raises NotListening, UnknownSignal, InvalidPayload, SignalConflict.
    """
    signal = NewSignal(name, key, payload=payload, actor=actor)
    return await _send(platform, contract, run=run, signal=signal, first_id=run.id)


async def _send(
    platform: Platform, contract: Contract, run: Run, signal: NewSignal, *, first_id: str
) -> bool:
    """As `send_signal`, to the chain that begins with the run `first_id`."""
    stored = _checked(contract, signal.name, signal.payload)
    is_new = True
    while True:
        try:
            await _record(platform, run, signal=signal, stored=stored, first_id=first_id)
        except ConstraintFailed as refused:
            following = await newest_of(platform.database, run)
            existing = await _existing_signal(platform, first_id, signal)
            if existing is not None:
                _check_same(existing, signal, stored=stored, refused=refused)
                is_new = False
                run = following
                break
            if following.id == run.id:
                raise NotListening(await _why(platform, run)) from refused
            run = following
        else:
            log.info("signal.received", **log_fields(run), reason=signal.name)
            break
    wait = await open_wait(platform.database, run.id)
    if wait is not None and (wait["kind"], wait["name"]) == ("signal", signal.name):
        await announce(platform, run, text(wait, "event_type"))
    return is_new


async def _record(
    platform: Platform, run: Run, signal: NewSignal, *, stored: str, first_id: str
) -> None:
    """Write a signal, where none of the chain from `first_id` on has it. `stored` is its payload.
    Raises ConstraintFailed: one has it, or the run does not listen.
    """
    now = to_text(platform.clock.now())
    sql = f"""
      INSERT INTO signals (run_id, name, key, payload, actor, received_at)
      SELECT id, ?3, ?4, ?5, ?6, ?7 FROM runs WHERE id = ?8 AND {_LISTENS}
        AND NOT EXISTS (
          SELECT 1 FROM signals AS before
          WHERE before.run_id IN ({IDS_OF_CHAIN}) AND before.name = ?3 AND before.key = ?4)
    """
    own = (signal.name, signal.key, stored, signal.actor)
    insert = statement(sql, [first_id, MOST_SIGNALS, *own, now, run.id])
    event = event_of_run(
        run,
        Audited.SIGNAL_RECEIVED,
        f"{run.id}:signal:{signal.name}:{signal.key}",
        actor=signal.actor,
        at=now,
        detail={"signal": signal.name},
    )
    await platform.database.batch([insert, append_if_changed(event)])


def signal_of(contract: Contract, name: str) -> Signal[Any]:
    """Raises UnknownSignal: the contract declares none of this name; the message says which it
    does.
    """
    signal = next((each for each in contract.signals if each.name == name), None)
    if signal is None:
        names = ", ".join(each.name for each in contract.signals) or "none"
        raise UnknownSignal(
            f"{contract.kind} version {contract.version} has no signal {name!r}; it has {names}"
        )
    return signal


async def check_listening(platform: Platform, run: Run) -> None:
    """Raises NotListening: the run takes no signal any more, whatever it says."""
    query = f"SELECT 1 FROM runs WHERE id = ?1 AND {_LISTENS}"
    if await platform.database.first(statement(query, [run.id, MOST_SIGNALS])) is not None:
        return
    following = await newest_of(platform.database, run)
    # One that has gone on meanwhile is followed when the signal is written.
    if following.id == run.id:
        raise NotListening(f"{await _why(platform, run)}. It takes no signal")


def _checked(contract: Contract, name: str, payload: JsonObject) -> str:
    signal = signal_of(contract, name)
    try:
        stored = dump(signal.payload.model_validate(payload).model_dump(mode="json"))
    except ValidationError as error:
        raise InvalidPayload(faults_of(error, "payload", signal.payload)) from error
    if len(stored.encode()) > LARGEST_PAYLOAD_BYTES:
        raise InvalidPayload(
            f"the payload exceeds {LARGEST_PAYLOAD_BYTES} bytes: send a reference to what is large"
        )
    return stored


def _check_same(
    existing: Row, signal: NewSignal, *, stored: str, refused: ConstraintFailed
) -> None:
    """Raises SignalConflict: the signal that is there has another payload."""
    if text(existing, "payload") != stored:
        raise SignalConflict(
            f"the signal {signal.name} with the key {signal.key} has another payload"
        ) from refused


async def _existing_signal(platform: Platform, first_id: str, signal: NewSignal) -> Row | None:
    """The signal of this key, where a run of the chain from `first_id` on has it."""
    query = f"""
      SELECT payload FROM signals WHERE run_id IN ({IDS_OF_CHAIN}) AND name = ?2 AND key = ?3
    """
    return await platform.database.first(statement(query, [first_id, signal.name, signal.key]))


async def _why(platform: Platform, run: Run) -> str:
    sql = """
      SELECT status, cancel_kind, (SELECT COUNT(*) FROM signals WHERE run_id = ?1) AS signals
      FROM runs WHERE id = ?1
    """
    row = await platform.database.first(statement(sql, [run.id]))
    if row is None:
        return "the run is gone"
    if integer(row, "signals") >= MOST_SIGNALS:
        return f"the run has been sent {MOST_SIGNALS} signals, which is as many as one may be"
    if optional_text(row, "cancel_kind"):
        return "the run was asked to end"
    return f"the run is {text(row, 'status')}, so it waits for nothing"


async def wake_waiting(platform: Platform, run: Run, actor: str, why: str) -> None:
    """Have a run look at what it waits for; one that waits for nothing, or is paused, is left
    alone.
    """
    wait = await open_wait(platform.database, run.id)
    if wait is None or run.paused_at is not None:
        return
    if wait["kind"] == "timer":
        await wake_sleeper(platform, run, actor=actor, why=why)
    else:
        await announce(platform, run, text(wait, "event_type"))


async def wake_sleeper(platform: Platform, run: Run, actor: str, why: str) -> None:
    """Give a run that sleeps a new instance, since the engine's sleep ends by time alone. It is no
    part of a request's operation: the engine may answer otherwise when that resumes, and the
    generation is its guard.
    """
    with without_journal(platform) as direct:
        await _wake_sleeper(direct, run, actor=actor, why=why)


async def _wake_sleeper(platform: Platform, run: Run, actor: str, why: str) -> None:
    """The old instance is ended first: so a process that dies in between leaves none, never two."""
    try:
        await platform.instances_of(run.kind).terminate(run.instance_id)
    except InstanceNotFound:
        pass
    except EngineUnavailable as error:
        log.warning("engine.unavailable", run=run.id, error=error)
        return
    now = to_text(platform.clock.now())
    key = f"{run.id}:run.woken:{run.generation + 1}"
    change = RunChange(run, now).woken()
    event = event_of_run(run, Audited.RUN_WOKEN, key, actor=actor, at=now, detail={"why": why})
    with contextlib.suppress(LostGuard):
        await guarded_batch(platform.database, change, event)
        log.info("run.woken", **log_fields(run), reason=why)
        await start_instance(platform, run.kind, run_id=run.id, generation=run.generation + 1)
