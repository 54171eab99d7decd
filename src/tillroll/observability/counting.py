"""What an audit event adds to which count. Pure."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tillroll.durable.contract import Status
from tillroll.observability.events import Event
from tillroll.observability.statuses import ENDED, Statuses
from tillroll.platform.clock import milliseconds_between

# Upper bounds of a step's duration in seconds: a write takes milliseconds, a model minutes.
BUCKETS: Final = (0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
UNBOUNDED: Final = "+Inf"

# A count's name and the values of its labels.
Key = tuple[str, tuple[str, ...]]


@dataclass
class Counts:
    """What some events add: to the counts, and by minute (2026-11-20T08:30) to the runs that ended and that failed."""

    added: Counter[Key] = field(default_factory=Counter[Key])
    seconds: dict[Key, float] = field(default_factory=dict[Key, float])
    ended: Counter[str] = field(default_factory=Counter[str])
    failed: Counter[str] = field(default_factory=Counter[str])


def count(events: Iterable[Event], statuses: Statuses) -> Counts:
    """Add up what the events say."""
    counts = Counts()
    for event in events:
        counts.added.update(_increments(event))
        _count_move(event, statuses, counts)
        if event.action == "step.completed":
            _count_duration(event, counts)
    return counts


def _increments(event: Event) -> Iterator[Key]:
    kind, step = event.kind or "none", event.said("step")
    match event.action:
        case "run.created":
            yield "runs_started", (kind,)
        case "step.completed":
            yield "steps", (kind, step, "completed")
            yield from _repeated(("step_retries", (kind, step)), event.number("attempt"))
        case "step.failed":
            yield "steps", (kind, step, "failed")
            yield from _repeated(("step_retries", (kind, step)), event.attempts or 1)
        case "review.requested":
            yield "reviews_requested", (kind, event.said("reason"))
        case "review.escalated" | "run.escalated" | "rollback.failed":
            yield "escalations", (kind, event.action)
        case "delivery.delivered" | "delivery.given_up" | "delivery.no_receiver":
            yield "deliveries", (event.action.partition(".")[2],)
            yield from _repeated(("delivery_retries", ()), event.number("attempts"))
        case _:
            pass


def _repeated(key: Key, attempts: int) -> Iterator[Key]:
    """The key once for each attempt beyond the first."""
    return (key for _ in range(attempts - 1))


def _count_move(event: Event, statuses: Statuses, counts: Counts) -> None:
    """A run that came into a state, from another one or into being."""
    before, after = event.said("from"), event.said("to")
    if event.kind is None or not after or before == after:
        return
    counts.added["runs", (event.kind, after)] += 1
    if before:
        counts.added["runs", (event.kind, before)] -= 1
    status = statuses.get((event.kind, after))
    if status is not None and status in ENDED and status is not statuses.get((event.kind, before)):
        counts.added["runs_ended", (event.kind, status)] += 1
        minute = event.at[:16]
        counts.ended[minute] += 1
        counts.failed[minute] += status is Status.FAILED


def _count_duration(event: Event, counts: Counts) -> None:
    started = event.said("startedAt")
    if not started:  # written before events had it
        return
    of = (event.kind or "none", event.said("step"))
    seconds = max(0, milliseconds_between(started, event.at)) / 1000
    counts.added["step_duration_bucket", (*of, bucket_of(seconds))] += 1
    total: Key = ("step_duration_sum", of)
    counts.seconds[total] = counts.seconds.get(total, 0) + seconds


def bucket_of(seconds: float) -> str:
    """The bound of the bucket that a duration falls into; bounds are inclusive."""
    place = bisect_left(BUCKETS, seconds)
    return str(BUCKETS[place]) if place < len(BUCKETS) else UNBOUNDED
