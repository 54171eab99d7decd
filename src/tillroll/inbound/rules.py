"""Rules of a source: what an event says by them, and whether what is deployed can fulfil them."""

from collections.abc import Collection, Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from tillroll.inbound.models import (
    Absent,
    Consumers,
    EventMapping,
    InboundEvent,
    Known,
    Rule,
    Send,
    Start,
    Taken,
    find,
)
from tillroll.module import Hook, kinds
from tillroll_durable.platform.faults import faults_in
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.registry import Registry


class Unmapped(Exception):
    """The event cannot be mapped as it is; the message says why, and quotes no value of it."""


@dataclass(frozen=True)
class Inbound:
    """What events can be mapped to: the deployment's kinds, and its consumers."""

    registry: Registry
    consumers: Consumers


CONSUMERS: Final = Hook[Consumers]("inbound.consumers")
"""What takes events by a name of its own, beside the kinds."""


def consumers() -> Consumers:
    """What takes events in this deployment, beside its kinds."""
    return {name: take for answer in CONSUMERS.answers() for name, take in answer.items()}


def deployed() -> Inbound:
    """What events can be mapped to in this deployment."""
    return Inbound(kinds(), consumers())


def rule_for(mapping: EventMapping, event: InboundEvent) -> Rule:
    """The first rule that fits. Raises Unmapped."""
    for rule in mapping.rules:
        if _fits(rule, event):
            return rule
    raise Unmapped(
        "no rule of the source fits it: add one, also where such events are to be ignored"
    )


def values_of(table: Table[str, Taken], event: InboundEvent, what: str) -> JsonObject:
    """The values of params or of a payload, by their names; `what` they are, for the message.
    Raises Unmapped.
    """
    values: JsonObject = {}
    for name, rule in table.items():
        try:
            values[name] = take(rule, event, f"{what}.{name}")
        except _LeftOut:
            continue
    return values


def take(rule: Taken, event: InboundEvent, what: str) -> Json:
    """Take a value out of the event. Raises Unmapped: the event lacks it, or it cannot follow a
    prefix; _LeftOut: the event lacks an optional one.
    """
    value = _found(rule, event, what)
    if not rule.prefix:
        return value
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unmapped(f"{what}: only text or a whole number can follow the prefix {rule.prefix!r}")
    return f"{rule.prefix}{value}"


class _LeftOut(Unmapped):
    """An optional value that is not there."""


def _found(rule: Taken, event: InboundEvent, what: str) -> Json:
    if rule.is_constant:
        return rule.value
    if rule.pointer is not None:
        try:
            return find(event.body, rule.pointer)
        except Absent as error:
            absent = _LeftOut if rule.optional else Unmapped
            raise absent(
                f"{what}: nothing stands at {rule.pointer or 'the root'} of the event"
            ) from error
    facts = {
        Known.EVENT_ID: event.event_id,
        Known.RECEIVED_AT: event.received_at,
        Known.EVENT_TYPE: event.type,
    }
    value = facts[rule.known] if rule.known else None
    if value is None:
        raise (_LeftOut if rule.optional else Unmapped)(f"{what}: the event has no type")
    return value


def _fits(rule: Rule, event: InboundEvent) -> bool:
    if rule.event_type is not None and rule.event_type != event.type:
        return False
    try:
        return all(
            dump(find(event.body, pointer)) == dump(value) for pointer, value in rule.when.items()
        )
    except Absent:
        return False


Problems = list[tuple[str, str]]


def problems_of(mapping: EventMapping, registry: Registry, consumers: Collection[str]) -> Problems:
    """Each field that cannot be used, by its path, with how to put it right; empty where all
    can.
    """
    problems: Problems = []
    for number, rule in enumerate(mapping.rules):
        path = f"mapping.rules.{number}"
        if rule.start is not None:
            problems.extend(_of_start(rule.start, registry, f"{path}.start"))
        if rule.signal is not None:
            problems.extend(_of_signal(rule.signal, registry, f"{path}.signal"))
        if rule.consumer is not None and rule.consumer not in consumers:
            problems.append(
                (f"{path}.consumer", f"There is no such consumer. There are: {_list(consumers)}.")
            )
    return problems


def moving_money(mapping: EventMapping, registry: Registry) -> Iterator[tuple[str, str]]:
    """Each rule that begins what moves money, for a scheme that does not sign the id: anyone who
    saw such an event could send it again under another id, and have it paid again.
    """
    for number, rule in enumerate(mapping.rules):
        if rule.start:
            workflow = registry.newest.get(rule.start.kind)
        else:
            workflow = None
        if workflow is not None and workflow.trigger is not None and workflow.trigger.moves_money:
            sentence = (
                "It moves money, and the signature of this scheme does not cover the event's id. "
                "Choose Standard Webhooks, Stripe, or plain HMAC with the id in the body."
            )
            yield f"mapping.rules.{number}.start.kind", sentence


def _of_start(start: Start, registry: Registry, path: str) -> Iterator[tuple[str, str]]:
    workflow = registry.newest.get(start.kind)
    if workflow is None:
        yield f"{path}.kind", f"There is no such kind. There are: {_list(_triggered(registry))}."
    elif workflow.trigger is None:
        kinds = _list(_triggered(registry))
        yield (
            f"{path}.kind",
            f"Runs of this kind cannot be begun from outside. These can: {kinds}.",
        )
    else:
        yield from _of_values(start.params, workflow.params, f"{path}.params")


def _of_signal(signal: Send, registry: Registry, path: str) -> Iterator[tuple[str, str]]:
    workflow = registry.newest.get(signal.kind)
    if workflow is None:
        yield f"{path}.kind", f"There is no such kind. There are: {_list(registry.newest)}."
        return
    declared = next((each for each in workflow.contract.signals if each.name == signal.name), None)
    if declared is None:
        names = [each.name for each in workflow.contract.signals]
        yield f"{path}.name", f"The kind waits for no such signal. There are: {_list(names)}."
        return
    yield from _of_values(signal.payload, declared.payload, f"{path}.payload")


def _of_values(
    table: Table[str, Taken], model: type[BaseModel], path: str
) -> Iterator[tuple[str, str]]:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    for name, rule in table.items():
        if name not in fields:
            yield f"{path}.{name}", f"There is no such value. There are: {_list(fields)}."
        elif rule.is_constant and (fault := _fault(fields[name], rule)):
            yield f"{path}.{name}", fault
    for name, field in fields.items():
        if field.is_required() and (name not in table or table[name].optional):
            yield (
                f"{path}.{name}",
                "It is needed: say where it comes from, and not that it is optional.",
            )


def _fault(field: FieldInfo, rule: Taken) -> str:
    """Why a constant does not fit; empty where it does."""
    declared: Any = (
        Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    )
    if rule.prefix:
        value = f"{rule.prefix}{rule.value}"
    else:
        value = rule.value
    try:
        TypeAdapter[Any](declared).validate_python(value)
    except ValidationError as error:
        return faults_in(error.errors(), "", declared)[0].says
    return ""


def needed_for(registry: Registry, kind: str, signal: str | None) -> str | None:
    """The permission to begin a run of a kind, or to send it a signal; None where the kind asks for
    none.
    """
    workflow = registry.newest.get(kind)
    if workflow is None:
        return None
    if signal is None:
        return workflow.permissions.trigger
    return workflow.permissions.signals.get(signal)


def needed_by(mapping: EventMapping, registry: Registry) -> list[str]:
    """The permissions that the events of a mapping need."""
    permissions = {
        needed_for(registry, rule.start.kind, None) for rule in mapping.rules if rule.start
    }
    sent = {
        needed_for(registry, rule.signal.kind, rule.signal.name)
        for rule in mapping.rules
        if rule.signal
    }
    return sorted(each for each in permissions | sent if each is not None)


def _triggered(registry: Registry) -> list[str]:
    return [kind for kind, workflow in registry.newest.items() if workflow.trigger is not None]


def _list(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
