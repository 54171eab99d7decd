"""What a run's timeline is made of: items, and the rows they are made from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tillroll.platform.bindings.database import Row, of_row, text
from tillroll.platform.json import Json, load_object

INTENDED = "effect.intended"
"""Another system is about to be asked for something."""

# Acts of these make a new generation.
NEW_GENERATION = frozenset({"run.retried", "run.resumed", "run.woken", "run.abandoning"})


@dataclass(frozen=True)
class Item:
    """Something that happened, or goes on.

    Attributes:
        kind: step, attempt, compensation, wait, delivery, decision, act or ai_call.
        name: the step's name, what was waited for, the topic, the decision, the action.
        started_at, ended_at: UTC text; without an end while it goes on; the same where it took no time.
        outcome: by kind: running, retrying, completed, failed, handed_over; waiting, over, timed_out; pending, …
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
    """Whole rows of a run: of `runs`, `run_steps`, `step_attempts`, `reviews`, `run_waits`, `outbox` and, by `seq`,
    `audit_events`."""

    run: Row
    steps: Sequence[Row]
    attempts: Sequence[Row]
    reviews: Sequence[Row]
    waits: Sequence[Row]
    outbox: Sequence[Row]
    events: Sequence[Row]


@dataclass(frozen=True)
class Event:
    """An audit event with the generation that it belongs to."""

    action: str
    at: str
    actor: str
    outcome: str
    generation: int
    detail: Mapping[str, Json]


def in_order(items: Sequence[Item]) -> list[Item]:
    """Sort items by their beginnings; of those that began together, the longer comes first."""
    return sorted(items, key=lambda item: (item.started_at, _ORDER[item.kind], item.ended_at is not None))


_ORDER = {
    kind: place
    for place, kind in enumerate(("act", "decision", "step", "attempt", "ai_call", "compensation", "wait", "delivery"))
}


def with_generations(rows: Sequence[Row]) -> list[Event]:
    events: list[Event] = []
    generation = 1
    for row in rows:
        action = text(row, "action")
        generation += action in NEW_GENERATION
        events.append(of_row(Event, row, action=action, generation=generation, detail=load_object(text(row, "detail"))))
    return events


@dataclass(frozen=True)
class KeptBeside:
    """`query` reads the rows of the run that is its one parameter; `item_of` makes an item of one."""

    query: str
    item_of: Callable[[Row], Item]
