"""The entries of a timeline, and how they are placed in time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import LiteralString

from tillroll_durable.platform.bindings.database import Row, of_row, text
from tillroll_durable.platform.json import Json, load_object
from tillroll_durable.states import LIVE

INTENDED = "effect.intended"
"""Another system is about to be asked for something."""

# Acts of these make a new generation.
NEW_GENERATION = frozenset(
    {"run.retried", "run.resumed", "run.handed_on", "run.woken", "run.abandoning", "run.undoing"}
)


@dataclass(frozen=True)
class Item:
    """Something that happened, or goes on.

    Attributes:
        kind: step, attempt, compensation, wait, delivery, decision, act or ai_call.
        name: the step's name, what was waited for, the topic, the decision, the action.
        started_at, ended_at: UTC text; without an end while it goes on; the same where it took no
            time.
        outcome: by kind: running, retrying, completed, failed, handed_over; waiting, over,
            timed_out; pending, …
        until: when a wait is due: a deadline, or the next attempt.
    """

    kind: str
    name: str
    generation: int
    started_at: str
    ended_at: str | None
    outcome: str
    step: str | None = None
    attempt: int | None = None
    reason: str | None = None
    error: str | None = None
    actor: str | None = None
    until: str | None = None
    detail: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True)
class Records:
    """Whole rows of a run, by table; events by `seq`.

    `unread` counts, by step, the occurrences whose rows were not read: all of them were completed
    at once."""

    run: Row
    steps: Sequence[Row]
    attempts: Sequence[Row]
    reviews: Sequence[Row]
    waits: Sequence[Row]
    outbox: Sequence[Row]
    events: Sequence[Row]
    unread: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Event:
    """An audit event with the generation that it belongs to."""

    action: str
    at: str
    actor: str
    outcome: str
    generation: int
    detail: Mapping[str, Json]


_ORDER = {
    kind: place
    for place, kind in enumerate(
        ("act", "decision", "step", "attempt", "ai_call", "compensation", "wait", "delivery")
    )
}


def items_by_time(items: Sequence[Item]) -> list[Item]:
    """Sort items by their beginnings; of those that began together, the longer comes first."""
    return sorted(
        items, key=lambda item: (item.started_at, _ORDER[item.kind], item.ended_at is not None)
    )


def with_generations(rows: Sequence[Row]) -> list[Event]:
    """Make events of a run's rows of `audit_events`, which come by `seq`, each with its
    generation.
    """
    events: list[Event] = []
    generation = 1
    for row in rows:
        action = text(row, "action")
        if action in NEW_GENERATION:
            generation += 1
        events.append(
            of_row(
                Event,
                row,
                action=action,
                generation=generation,
                detail=load_object(text(row, "detail")),
            )
        )
    return events


@dataclass(frozen=True)
class KeptBeside:
    """`query` reads the rows of the run that is its one parameter; `item_of` makes an item of
    one.
    """

    query: LiteralString
    item_of: Callable[[Row], Item]


def place_of(attempt: Item) -> tuple[int, str]:
    """Where an attempt stands among those of its step."""
    return attempt.attempt or 0, attempt.started_at


def wait_of(
    name: str,
    generation: int,
    started_at: str,
    ended_at: str | None,
    *,
    reason: str | None = None,
    until: str | None = None,
) -> Item:
    """Make a wait. It goes on while `ended_at` is None. Times are UTC text."""
    outcome = "over"
    if ended_at is None:
        outcome = "waiting"
    return Item(
        "wait",
        name,
        generation=generation,
        started_at=started_at,
        ended_at=ended_at,
        outcome=outcome,
        reason=reason,
        until=until,
    )


def generation_at(events: Sequence[Event], at: str) -> int:
    """Say which generation a run was in at a time (UTC text); 1 before its first event."""
    return max((event.generation for event in events if event.at <= at), default=1)


def end_of(run: Row, events: Sequence[Event]) -> str | None:
    """When a run that waits no more was last changed by an event."""
    is_live = run["status"] in LIVE
    if is_live or not events:
        return None
    return events[-1].at


def next_event(
    events: Sequence[Event], after: Event, actions: Sequence[str] | frozenset[str]
) -> Event | None:
    """Find the first event with one of some actions behind `after`; None where there is none."""
    later = events[events.index(after) + 1 :]
    return next((event for event in later if event.action in actions), None)


def wait_between(
    run: Row,
    name: str,
    event: Event,
    over: Event | None,
    events: Sequence[Event],
    *,
    is_open: bool = False,
) -> Item:
    """Make the wait that `event` began. `over` ended it; without that, it ends with the run unless
    `is_open`.
    """
    if over:
        ended_at = over.at
    elif is_open:
        ended_at = None
    else:
        ended_at = end_of(run, events)
    item = wait_of(
        name, event.generation, started_at=event.at, ended_at=ended_at, reason=_reason(event)
    )
    return replace(item, actor=event.actor)


def instant_item(kind: str, name: str, event: Event) -> Item:
    """Make an item of an event that took no time."""
    fields = ("from", "to", "why", "corrected", "run", "previousRun", "signal")
    step = None
    if "step" in event.detail:
        step = str(event.detail["step"])
    return Item(
        kind=kind,
        name=name,
        generation=event.generation,
        started_at=event.at,
        ended_at=event.at,
        outcome=event.outcome,
        step=step,
        actor=event.actor,
        reason=_reason(event),
        detail={name: value for name, value in event.detail.items() if name in fields},
    )


def _reason(event: Event) -> str | None:
    reason = event.detail.get("reason")
    if reason is None:
        return None
    return str(reason)
