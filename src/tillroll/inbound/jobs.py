"""Works events off: one by its nudge, and each minute those whose nudge was lost. Each effect is
done once, by the event's id, where the people behind its source hold what it needs.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from pydantic import ValidationError

from tillroll.inbound import events
from tillroll.inbound.events import INBOX, StoredEvent
from tillroll.inbound.models import Consumers, EventMapping, InboundEvent, Send
from tillroll.inbound.rules import (
    Inbound,
    Unmapped,
    deployed,
    needed_for,
    rule_for,
    take,
    values_of,
)
from tillroll.inbound.service import check_standing
from tillroll.inbound.verification import parsed
from tillroll_durable import InvalidParams, KeyReused, ValuesRefused
from tillroll_durable.beginning import Actor
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.faults import faults_of
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.platform.models import parse_strictly
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.runs import load_run
from tillroll_durable.signals import (
    InvalidPayload,
    NotListening,
    SignalConflict,
    UnknownSignal,
    send_signal,
)

_LIVE: Final = """
  SELECT id FROM runs
  WHERE account_id = ? AND subject = ? AND kind = ?
    AND (status IN ('processing', 'needs_review') OR (status = 'failed'
        AND resume_state IS NOT NULL))
  ORDER BY id DESC LIMIT 2
"""


class NotYet(Exception):
    """The event may be worked off later; the message says what is waited for."""


@dataclass(frozen=True)
class Done:
    """How an event is settled: started, signalled, consumed or ignored; by which run."""

    state: str
    run_id: str | None = None


async def decided(platform: Platform, event: StoredEvent) -> JsonObject:
    """What the mapping that stands now makes of an event. Raises Unmapped, NotYet."""
    decision = event_in(event)
    rule = rule_for(EventMapping.model_validate_json(event.mapping), decision)
    if rule.start is not None:
        return {
            "do": "start",
            "kind": rule.start.kind,
            "params": values_of(rule.start.params, decision, "params"),
        }
    if rule.signal is not None:
        return {
            "do": "signal",
            "name": rule.signal.name,
            "payload": values_of(rule.signal.payload, decision, "payload"),
            "run": await _run_for(platform, rule.signal, decision),
        }
    if rule.consumer is None:
        return {"do": "ignore"}
    return {"do": "consume", "consumer": rule.consumer}


def event_in(event: StoredEvent) -> InboundEvent:
    """Raises Unmapped: the body is no JSON, or was erased."""
    if event.body is None:
        raise Unmapped("its body was erased")
    try:
        body = parsed(event.body)
    except ValueError as error:
        raise Unmapped(str(error)) from error
    return InboundEvent(
        event.id,
        event.account_id,
        source_id=event.source_id,
        event_id=event.event_id,
        type=event.type,
        body=body,
        received_at=event.received_at,
    )


async def done_before(platform: Platform, event: StoredEvent) -> Done | None:
    """What an earlier attempt has begun or signalled, whatever it died of: the audit names the
    event as actor.
    """
    query = """
      SELECT stream, action FROM audit_events WHERE account_id = ? AND actor = ?
        AND action IN ('run.created', 'signal.received') AND substr(actor, 1, 9) <> 'workflow:'
    """
    row = await platform.database.first(statement(query, [event.account_id, _actor(event).name]))
    if row is None:
        return None
    return Done("started" if row["action"] == "run.created" else "signalled", text(row, "stream"))


async def carry_out(
    platform: Platform,
    inbound: Inbound,
    event: StoredEvent,
    effect: JsonObject,
) -> Done:
    """Do what was decided. Raises Unmapped: the people behind the source may not, or it is refused;
    nothing was done.
    """
    match effect["do"]:
        case "start":
            return await _start(platform, inbound.registry, event=event, effect=effect)
        case "signal":
            return await _signal(platform, inbound.registry, event=event, effect=effect)
        case "consume":
            return await _consume(
                platform, inbound.consumers, event=event, name=str(effect["consumer"])
            )
        case _:
            return Done("ignored")


async def _start(
    platform: Platform,
    registry: Registry,
    event: StoredEvent,
    effect: JsonObject,
) -> Done:
    # A kind that begins by a key of its own would begin another run, where the first one has ended
    # meanwhile.
    if event.attempt > 1:
        before = await done_before(platform, event)
    else:
        before = None
    if before is not None:
        return before
    await check_standing(
        platform.database, event.source_id, needed_for(registry, str(effect["kind"]), None)
    )
    workflow = registry.newest.get(str(effect["kind"]))
    if workflow is None or workflow.trigger is None:
        raise Unmapped(f"runs of the kind {effect['kind']} are not begun from outside (any more)")
    try:
        params = parse_strictly(workflow.params, effect["params"])
        existing_run = await workflow.trigger.begin(
            platform, workflow, _actor(event), params, event.id
        )
    except ValidationError as error:
        raise Unmapped(faults_of(error, "params", workflow.params)) from error
    except (ValuesRefused, InvalidParams, KeyReused) as error:
        raise Unmapped(str(error)) from error
    return Done("started", existing_run.run_id)


async def _signal(
    platform: Platform,
    registry: Registry,
    event: StoredEvent,
    effect: JsonObject,
) -> Done:
    loaded = await load_run(platform.database, str(effect["run"]))
    if loaded:
        workflow = registry.find(loaded[0].kind, loaded[0].contract_version)
    else:
        workflow = None
    if loaded is None or workflow is None:
        raise Unmapped("the run's version is not deployed (any more)")
    needed = needed_for(registry, loaded[0].kind, str(effect["name"]))
    await check_standing(platform.database, event.source_id, needed)
    payload = effect["payload"]
    if not isinstance(payload, dict):
        raise TypeError("a payload is an object")
    run = loaded[0]
    actor = _actor(event).name
    try:
        await send_signal(
            platform,
            workflow.contract,
            run=run,
            name=str(effect["name"]),
            key=event.id,
            payload=payload,
            actor=actor,
        )
    except (UnknownSignal, InvalidPayload, SignalConflict, NotListening) as error:
        raise Unmapped(str(error)) from error
    return Done("signalled", run.id)


async def _consume(platform: Platform, consumers: Consumers, event: StoredEvent, name: str) -> Done:
    consumer = consumers.get(name)
    if consumer is None:
        raise Unmapped(f"this deployment has no consumer {name} (any more)")
    await check_standing(platform.database, event.source_id, None)
    await consumer(platform, event_in(event))
    return Done("consumed")


async def _run_for(platform: Platform, signal: Send, event: InboundEvent) -> str:
    """The id of the run that a signal is for, of the source's account."""
    if signal.run_id is not None:
        run_id = take(signal.run_id, event, "runId")
        query = "SELECT id FROM runs WHERE id = ? AND account_id = ? AND kind = ?"
        row = await platform.database.first(
            statement(query, [str(run_id), event.account_id, signal.kind])
        )
        if row is None:
            raise Unmapped(
                f"the account has no run of the kind {signal.kind} with the id that stands in the "
                "event"
            )
        return text(row, "id")
    assert signal.subject is not None  # noqa: S101 - the model holds that one of the two is said
    subject = str(take(signal.subject, event, "subject"))
    rows = await platform.database.all(statement(_LIVE, [event.account_id, subject, signal.kind]))
    if not rows:
        raise NotYet(f"no run of the kind {signal.kind} that is live is about what the event names")
    if len(rows) > 1:
        raise Unmapped(
            f"several live runs of the kind {signal.kind} are about what the event names: say which"
        )
    return text(rows[0], "id")


def _actor(event: StoredEvent) -> Actor:
    """The event itself: the audit says what caused a run, and a run can be found by it."""
    return Actor(event.account_id, f"event:{event.id}")


# The sweep works these off itself, as far as its share of the tick goes: so events get on where no
# message arrives. It has the others nudged.
MOST_BY_SWEEP: Final = 50
MOST_NUDGED: Final = 900


async def work_off(platform: Platform, inbound: Inbound, row_id: str) -> None:
    """Do what an event means, if its turn has come. That is written before it is done under the
    event's own key, so that an attempt after this process died does the same, once.
    """
    event = await events.claim(platform.database, row_id, platform.clock.now())
    if event is None:
        return
    if event.attempt > events.MOST_ATTEMPTS:
        await _settle(
            platform, event, done=Done("failed"), why="each attempt ended before it could say why"
        )
        return
    try:
        # A failed event is replayed without what was decided, and an attempt may have done that
        # before it died.
        if event.effect is None and event.attempt > 1:
            done = await done_before(platform, event)
        else:
            done = None
        if done is None:
            if event.effect:
                effect = load_object(event.effect)
            else:
                effect = await _decide(platform, event)
            if effect is None:
                return
            done = await carry_out(platform, inbound, event=event, effect=effect)
        await _settle(platform, event, done)
    except Unmapped as error:
        await _settle(platform, event, done=Done("unmapped"), why=str(error))
    except NotYet as error:
        await _again(platform, event, str(error), last="unmapped")
    except Exception as error:  # noqa: BLE001
        # Whatever it was, the event is kept, shown, and tried again.
        log.crash(
            "inbound.attempt_failed",
            error,
            account=event.account_id,
            subject=event.id,
            attempt=event.attempt,
        )
        await _again(
            platform,
            event,
            f"an error of ours, {type(error).__name__}, which the log has",
            last="failed",
        )


async def work_off_nudged(platform: Platform, row_id: str) -> None:
    """Do what an event means that a message of the queue names."""
    await work_off(platform, deployed(), row_id)


async def sweep(platform: Platform, inbound: Inbound | None = None) -> int:
    """Work off, or nudge, what is overdue: its nudge was lost, a process died over it, or its turn
    has come now.
    """
    working = partial(work_off, platform, inbound or deployed())
    due = await INBOX.sweep(platform, working, most=MOST_BY_SWEEP, most_nudged=MOST_NUDGED)
    if due:
        log.info("inbound.swept", count=due)
    return due


async def _decide(platform: Platform, event: StoredEvent) -> JsonObject | None:
    """What stands as decided: this attempt's, or another's that was first; None where another has
    settled it.
    """
    effect = await decided(platform, event)
    _, rows = await platform.database.batch(events.decide(event.account_id, event.id, effect))
    if rows:
        return load_object(text(rows[0], "effect"))
    return None


async def _again(platform: Platform, event: StoredEvent, why: str, *, last: str) -> None:
    if event.attempt >= events.MOST_ATTEMPTS:
        await _settle(platform, event, done=Done(last), why=why)
    else:
        await platform.database.batch([INBOX.put_off(event.account_id, event.id, why)])


async def _settle(
    platform: Platform,
    event: StoredEvent,
    done: Done,
    why: str | None = None,
) -> None:
    now = platform.clock.now()
    settled = events.settle(
        event.account_id, event.id, done.state, now, run_id=done.run_id, why=why
    )
    await platform.database.batch([settled])
    log.info(
        "inbound.settled",
        account=event.account_id,
        subject=event.id,
        run=done.run_id,
        outcome=done.state,
    )
