"""Effects of an event, each once by its id, and the people behind its source, who must hold what they need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from tillroll.access.permissions import Permission
from tillroll.access.roles import NOW, Leaver, behind, granted, person_of, roles_of
from tillroll.durable import InvalidParams, KeyReused, ValuesRefused
from tillroll.durable.beginning import Actor
from tillroll.durable.operations.signals import InvalidPayload, NotListening, SignalConflict, UnknownSignal, send_signal
from tillroll.durable.record.runs import load_run
from tillroll.durable.workflow import Registry
from tillroll.inbound.models import Consumers, InboundEvent, Mapping, Send
from tillroll.inbound.repository import StoredEvent
from tillroll.inbound.rules import Said, Unmapped, rule_for, take, values_of
from tillroll.inbound.verification import parsed
from tillroll.platform.bindings.database import Database, Statement, optional_text, statement, text
from tillroll.platform.faults import faults_of
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.services import Platform

_BEHIND: Final = """
  SELECT u.is_operator,
    (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles
  FROM inbound_source_people p JOIN inbound_sources s ON s.id = p.source_id
  LEFT JOIN users u ON u.id = p.user_id AND u.account_id = s.account_id AND u.removed_at IS NULL
  WHERE p.source_id = ?1 AND p.until IS NULL
"""
_STOP: Final = """
  UPDATE inbound_sources SET stopped_at = ?3, stopped_for = ?2
  WHERE account_id = ?1 AND ended_at IS NULL AND stopped_at IS NULL
    AND id IN (SELECT source_id FROM inbound_source_people WHERE user_id = ?2 AND until IS NULL)
    AND (?4 IS NULL OR EXISTS (
      SELECT 1 FROM json_each(needs) needed WHERE needed.value NOT IN (SELECT value FROM json_each(?4))
    ))
"""
_FORGET: Final = """
  DELETE FROM inbound_secrets
  WHERE source_id IN (SELECT id FROM inbound_sources WHERE account_id = ? AND stopped_at IS NOT NULL)
"""


def people_of(actor: str) -> str:
    """An expression of SQL: a JSON array of the users that may be behind a name in the audit, of a browser or a token.
    `actor` is an expression."""
    return behind(person_of(actor), NOW)


def needed_for(registry: Registry, kind: str, signal: str | None) -> str | None:
    """The permission to begin a run of a kind, or to send it a signal; None where the kind asks for none."""
    workflow = registry.newest.get(kind)
    if workflow is None or workflow.allowed is None:
        return None
    return workflow.allowed.trigger if signal is None else workflow.allowed.signals.get(signal)


def needed_by(mapping: Mapping, registry: Registry) -> list[str]:
    """The permissions that the events of a mapping need."""
    begun = {needed_for(registry, rule.start.kind, None) for rule in mapping.rules if rule.start}
    sent = {needed_for(registry, rule.signal.kind, rule.signal.name) for rule in mapping.rules if rule.signal}
    return sorted(each for each in begun | sent if each is not None)


async def check_standing(database: Database, source_id: str, needed: str | None) -> None:
    """Look at each event: whoever stands behind its source may have left, or lost a right, since the source was made.

    Raises:
        Unmapped: one of them is gone, or may not do what the event asks for.
    """
    rows = await database.all(statement(_BEHIND, source_id))
    if not rows:
        raise Unmapped("nobody stands behind the source: an owner has to take it over")
    for row in rows:
        if row["is_operator"] is None:
            raise Unmapped("somebody behind the source is not in the account any more: an owner has to take it over")
        held = granted(roles_of(optional_text(row, "roles")), is_operator=bool(row["is_operator"]))
        if needed is not None and Permission(needed) not in held:
            raise Unmapped(f"somebody behind the source may not `{needed}` any more: an owner has to take it over")


def stop_sources(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Stop the sources that somebody stands behind who leaves, or loses what these need. Their secrets are deleted: the
    person may know them. What comes is refused until an owner takes the source over."""
    return [
        statement(_STOP, leaver.account_id, leaver.user_id, at, leaver.keeps_as_json),
        statement(_FORGET, leaver.account_id),
    ]


_LIVE: Final = """
  SELECT id FROM runs
  WHERE account_id = ? AND subject = ? AND kind = ?
    AND (status IN ('processing', 'needs_review') OR (status = 'failed' AND resume_state IS NOT NULL))
  ORDER BY id DESC LIMIT 2
"""


class NotYet(Exception):
    """It may be possible later; the message says what is waited for."""


@dataclass(frozen=True)
class Inbound:
    """What events can be mapped to: the deployment's kinds, and its consumers."""

    registry: Registry
    consumers: Consumers


@dataclass(frozen=True)
class Done:
    """How an event is settled: started, signalled, consumed or ignored; by which run."""

    state: str
    run_id: str | None = None


async def decided(platform: Platform, event: StoredEvent) -> JsonObject:
    """What the mapping that stands now makes of an event.

    Raises:
        Unmapped: nothing.
        NotYet: a run that it is for is not there.
    """
    said = said_in(event)
    rule = rule_for(Mapping.model_validate_json(event.mapping), said)
    if rule.start is not None:
        return {"do": "start", "kind": rule.start.kind, "params": values_of(rule.start.params, said, "params")}
    if rule.signal is not None:
        return {
            "do": "signal",
            "name": rule.signal.name,
            "payload": values_of(rule.signal.payload, said, "payload"),
            "run": await _run_for(platform, event, rule.signal, said),
        }
    return {"do": "ignore"} if rule.consumer is None else {"do": "consume", "consumer": rule.consumer}


def said_in(event: StoredEvent) -> Said:
    """Raises Unmapped: the body is no JSON, or was erased."""
    if event.body is None:
        raise Unmapped("its body was erased")
    try:
        body = parsed(event.body)
    except ValueError as error:
        raise Unmapped(str(error)) from error
    return Said(body, event.event_id, event.type, event.received_at)


async def done_before(platform: Platform, event: StoredEvent) -> Done | None:
    """What an earlier attempt has begun or signalled, whatever it died of: the audit names the event as actor."""
    row = await platform.database.first(
        statement(
            "SELECT stream, action FROM audit_events WHERE account_id = ? AND actor = ? "
            "AND action IN ('run.created', 'signal.received') AND substr(actor, 1, 9) <> 'workflow:'",
            event.account_id,
            _actor(event).name,
        )
    )
    if row is None:
        return None
    return Done("started" if row["action"] == "run.created" else "signalled", text(row, "stream"))


async def carry_out(platform: Platform, inbound: Inbound, event: StoredEvent, effect: JsonObject) -> Done:
    """Do what was decided, where the people behind the source may do it now.

    Raises:
        Unmapped: they may not, or what it would start or signal refuses it; nothing was done.
    """
    match effect["do"]:
        case "start":
            return await _start(platform, inbound.registry, event, effect)
        case "signal":
            return await _signal(platform, inbound.registry, event, effect)
        case "consume":
            return await _consume(platform, inbound.consumers, event, str(effect["consumer"]))
        case _:
            return Done("ignored")


async def _start(platform: Platform, registry: Registry, event: StoredEvent, effect: JsonObject) -> Done:
    # A kind that begins by a key of its own would begin another run, where the first one has ended meanwhile.
    before = await done_before(platform, event) if event.attempt > 1 else None
    if before is not None:
        return before
    await check_standing(platform.database, event.source_id, needed_for(registry, str(effect["kind"]), None))
    workflow = registry.newest.get(str(effect["kind"]))
    if workflow is None or workflow.trigger is None:
        raise Unmapped(f"runs of the kind {effect['kind']} are not begun from outside (any more)")
    try:
        params = workflow.params.model_validate(effect["params"], extra="forbid", by_alias=True, by_name=False)
        begun = await workflow.trigger.begin(platform, workflow, _actor(event), params, event.id)
    except ValidationError as error:
        raise Unmapped(faults_of(error, "params", workflow.params)) from error
    except (ValuesRefused, InvalidParams, KeyReused) as error:
        raise Unmapped(str(error)) from error
    return Done("started", begun.run_id)


async def _signal(platform: Platform, registry: Registry, event: StoredEvent, effect: JsonObject) -> Done:
    loaded = await load_run(platform.database, str(effect["run"]))
    workflow = registry.find(loaded[0].kind, loaded[0].contract_version) if loaded else None
    if loaded is None or workflow is None:
        raise Unmapped("the run's version is not deployed (any more)")
    needed = needed_for(registry, loaded[0].kind, str(effect["name"]))
    await check_standing(platform.database, event.source_id, needed)
    payload = effect["payload"]
    if not isinstance(payload, dict):
        raise TypeError("a payload is an object")
    run, actor = loaded[0], _actor(event).name
    try:
        await send_signal(platform, workflow.contract, run, str(effect["name"]), event.id, payload, actor)
    except (UnknownSignal, InvalidPayload, SignalConflict, NotListening) as error:
        raise Unmapped(str(error)) from error
    return Done("signalled", run.id)


async def _consume(platform: Platform, consumers: Consumers, event: StoredEvent, name: str) -> Done:
    consumer = consumers.get(name)
    if consumer is None:
        raise Unmapped(f"this deployment has no consumer {name} (any more)")
    await check_standing(platform.database, event.source_id, None)
    body: Json = said_in(event).body
    await consumer(
        platform,
        InboundEvent(event.id, event.account_id, event.source_id, event.event_id, event.type, body, event.received_at),
    )
    return Done("consumed")


async def _run_for(platform: Platform, event: StoredEvent, signal: Send, said: Said) -> str:
    """The id of the run that a signal is for, of the source's account."""
    if signal.run_id is not None:
        run_id = take(signal.run_id, said, "runId")
        found = await platform.database.first(
            statement(
                "SELECT id FROM runs WHERE id = ? AND account_id = ? AND kind = ?",
                str(run_id),
                event.account_id,
                signal.kind,
            )
        )
        if found is None:
            raise Unmapped(f"the account has no run of the kind {signal.kind} with the id that stands in the event")
        return text(found, "id")
    assert signal.subject is not None  # noqa: S101 - the model holds that one of the two is said
    subject = str(take(signal.subject, said, "subject"))
    rows = await platform.database.all(statement(_LIVE, event.account_id, subject, signal.kind))
    if not rows:
        raise NotYet(f"no run of the kind {signal.kind} that is live is about what the event names")
    if len(rows) > 1:
        raise Unmapped(f"several live runs of the kind {signal.kind} are about what the event names: say which")
    return text(rows[0], "id")


def _actor(event: StoredEvent) -> Actor:
    """The event itself: the audit says what caused a run, and a run can be found by it."""
    return Actor(event.account_id, f"event:{event.id}")
