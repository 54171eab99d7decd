"""Events of several databases as one list, newest first. Each database numbers its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tillroll_durable.platform.models import Model


class AuditEvent(Model):
    """`stream` is a run's id, or account:{id}; `seq` counts within it. `is_sealed`: a seal covers
    it.
    """

    id: int
    stream: str
    seq: int
    account_id: str
    actor: str
    action: str
    outcome: str
    contract_version: int | None
    at: str
    detail: dict[str, Any]
    is_sealed: bool


@dataclass(frozen=True)
class Part:
    """What one database has of a page, newest first. `came_from` is the id before which it looked,
    None for the newest; `goes_on_before` is the one before which it has not looked, None at the
    end.
    """

    shard: int
    events: Sequence[AuditEvent]
    came_from: int | None
    goes_on_before: int | None


def merged_parts(
    parts: Sequence[Part], limit: int
) -> tuple[list[AuditEvent], dict[int, int | None]]:
    """The first `limit` events of all parts, newest first, and where each database goes on that
    has more.

    A part may end before its database does. Nothing is taken that may be older than what it has
    not looked at: so a page may be short, and the next one goes on.
    """
    numbers = dict.fromkeys((part.shard for part in parts), 0)
    events: list[AuditEvent] = []
    while len(events) < limit:
        if any(_is_used_up(part, numbers[part.shard]) for part in parts):
            break
        waiting = [part for part in parts if numbers[part.shard] < len(part.events)]
        if not waiting:
            break
        newest = max(waiting, key=lambda part: part.events[numbers[part.shard]].at)
        events.append(newest.events[numbers[newest.shard]])
        numbers[newest.shard] += 1
    going_on: dict[int, int | None] = {}
    for part in parts:
        number = numbers[part.shard]
        if number == 0 and part.events:
            going_on[part.shard] = part.came_from
        elif number < len(part.events):
            going_on[part.shard] = part.events[number - 1].id
        elif part.goes_on_before is not None:
            going_on[part.shard] = part.goes_on_before
    return events, going_on


def _is_used_up(part: Part, number: int) -> bool:
    """Whether all events of the part are taken, and its database has more."""
    return number == len(part.events) and part.goes_on_before is not None
