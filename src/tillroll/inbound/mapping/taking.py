"""What an event says, by the rules of its source."""

from collections.abc import Mapping as Table
from dataclasses import dataclass

from tillroll.inbound.mapping.pointers import Absent, find
from tillroll.inbound.mapping.rules import Known, Mapping, Rule, Taken
from tillroll.platform.json import Json, JsonObject, dump


class Unmapped(Exception):
    """The event cannot be mapped as it is; the message says why, and quotes no value of it."""


@dataclass(frozen=True)
class Said:
    """An event: its body as JSON, and what is known of it beside that."""

    body: Json
    event_id: str
    event_type: str | None
    received_at: str


def rule_for(mapping: Mapping, said: Said) -> Rule:
    """The first rule that fits.

    Raises:
        Unmapped: none does.
    """
    for rule in mapping.rules:
        if _fits(rule, said):
            return rule
    raise Unmapped("no rule of the source fits it: add one, also where such events are to be ignored")


def values_of(given: Table[str, Taken], said: Said, what: str) -> JsonObject:
    """The values of params or of a payload, by their names; `what` they are, for the message.

    Raises:
        Unmapped: something that is needed is not in the event.
    """
    found: JsonObject = {}
    for name, taken in given.items():
        try:
            found[name] = take(taken, said, f"{what}.{name}")
        except _LeftOut:
            continue
    return found


def take(taken: Taken, said: Said, what: str) -> Json:
    """One value.

    Raises:
        Unmapped: it is not in the event, or cannot follow a prefix. Of what is optional, a subclass of this.
    """
    value = _found(taken, said, what)
    if not taken.prefix:
        return value
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unmapped(f"{what}: only text or a whole number can follow the prefix {taken.prefix!r}")
    return f"{taken.prefix}{value}"


class _LeftOut(Unmapped):
    """An optional value that is not there."""


def _found(taken: Taken, said: Said, what: str) -> Json:
    if taken.is_constant:
        return taken.value
    if taken.pointer is not None:
        try:
            return find(said.body, taken.pointer)
        except Absent as error:
            absent = _LeftOut if taken.optional else Unmapped
            raise absent(f"{what}: nothing stands at {taken.pointer or 'the root'} of the event") from error
    known = {Known.EVENT_ID: said.event_id, Known.RECEIVED_AT: said.received_at, Known.EVENT_TYPE: said.event_type}
    value = known[taken.known] if taken.known else None
    if value is None:
        raise (_LeftOut if taken.optional else Unmapped)(f"{what}: the event has no type")
    return value


def _fits(rule: Rule, said: Said) -> bool:
    if rule.event_type is not None and rule.event_type != said.event_type:
        return False
    try:
        return all(dump(find(said.body, pointer)) == dump(value) for pointer, value in rule.when.items())
    except Absent:
        return False
