"""What an audit event adds to which count, and advancing the counts, each event once."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from tillroll.observability.events import ENDED, Event, Statuses, event_of, rows_after
from tillroll_durable.jobs.scans import Followed, done_until, try_again, work_off
from tillroll_durable.platform.bindings.database import Database, Row, Statement, integer, statement
from tillroll_durable.platform.clock import milliseconds_between, to_text
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, RUN, Gone, Kept, Table, of_nobody
from tillroll_durable.states import Status

# Upper bounds of a step's duration in seconds: a write takes milliseconds, a model minutes.
BUCKETS: Final = (0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
UNBOUNDED: Final = "+Inf"

# A count's name and the values of its labels.
Key = tuple[str, tuple[str, ...]]


@dataclass
class Counts:
    """What some events add: to the counts, and by minute (2026-11-20T08:30) to the runs that ended
    and that failed.
    """

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
    kind = event.kind or "none"
    step = event.said("step")
    match event.action:
        case "run.created":
            yield "runs_started", (kind,)
        case "step.completed":
            yield "steps", (kind, step, "completed")
            yield from _repeated(("step_retries", (kind, step)), event.number("attempt"))
            if event.number("itemsFailed"):
                yield "runs_with_failed_items", (kind,)
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
    before = event.said("from")
    after = event.said("to")
    if event.kind is None or not after or before == after:
        return
    counts.added["runs", (event.kind, after)] += 1
    if before:
        counts.added["runs", (event.kind, before)] -= 1
    status = statuses(event.kind, after)
    if status is not None and status in ENDED and status is not statuses(event.kind, before):
        counts.added["runs_ended", (event.kind, status)] += 1
        minute = event.at[:16]
        counts.ended[minute] += 1
        if status is Status.FAILED:
            counts.failed[minute] += 1


def _count_duration(event: Event, counts: Counts) -> None:
    started = event.said("startedAt")
    if not started:  # written before events had it
        return
    labels = (event.kind or "none", event.said("step"))
    seconds = max(0, milliseconds_between(started, event.at)) / 1000
    counts.added["step_duration_bucket", (*labels, bucket_of(seconds))] += 1
    total: Key = ("step_duration_sum", labels)
    counts.seconds[total] = counts.seconds.get(total, 0) + seconds


def bucket_of(seconds: float) -> str:
    """The bound of the bucket that a duration falls into; bounds are inclusive."""
    place = bisect_left(BUCKETS, seconds)
    if place < len(BUCKETS):
        return str(BUCKETS[place])
    return UNBOUNDED


JOB: Final = "observability"
CURSOR: Final = "observed events"
_EVENTS: Final = 500
# A tick goes on while there is more, but not for ever: after a long pause the next ticks take the
# rest.
_PAGES: Final = 10
_KEEP_ENDINGS: Final = timedelta(days=2)

Also = Callable[[Platform, Sequence[Event]], Sequence[Statement]]

_ADD = """
  INSERT INTO metric_counters (name, labels, value)
  SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
  FROM json_each(?1) WHERE 1
  ON CONFLICT (name, labels) DO UPDATE SET value = value + excluded.value
"""
_ADD_ENDINGS = """
  INSERT INTO run_endings (minute, ended, failed)
  SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
  FROM json_each(?1) WHERE 1
  ON CONFLICT (minute) DO UPDATE
  SET ended = ended + excluded.ended, failed = failed + excluded.failed
"""


async def advance(platform: Platform, statuses: Statuses, also: Also) -> None:
    """Count what is new; `also` gives what else is to be written of those events, once, in the same
    batch.
    """

    def counted(rows: Sequence[Row]) -> list[Statement]:
        events = [event_of(row) for row in rows]
        return [*_writes(platform, count(events, statuses)), *also(platform, events)]

    async def row_of(id_: int) -> Sequence[Row]:
        return [row for row in await rows_after(platform.database, id_ - 1, 1) if row["id"] == id_]

    followed = Followed(JOB, CURSOR, counted)
    for _ in platform.turn.take(range(_PAGES)):
        position = await observed_until(platform.database)
        rows = await rows_after(platform.database, position, _EVENTS)
        if not rows or not await work_off(
            platform, followed, position=position, rows=rows, until=integer(rows[-1], "id")
        ):
            break
        if len(rows) < _EVENTS:
            break
    await try_again(platform, followed, row_of)


async def observed_until(database: Database) -> int:
    """The id of the last event that is counted."""
    return await done_until(database, CURSOR)


def _writes(platform: Platform, counts: Counts) -> list[Statement]:
    added: list[Json] = [
        [name, dump([*labels]), value]
        for (name, labels), value in [*counts.added.items(), *counts.seconds.items()]
    ]
    endings: list[Json] = [
        [minute, ended, counts.failed[minute]] for minute, ended in counts.ended.items()
    ]
    return [
        statement(_ADD, [dump(added)]),
        statement(_ADD_ENDINGS, [dump(endings)]),
        statement(
            "DELETE FROM run_endings WHERE minute < ?",
            [to_text(platform.clock.now() - _KEEP_ENDINGS)],
        ),
    ]


def add(name: str, added: Mapping[str, int]) -> Statement:
    """Add to the counts of a name with one label, for what no event tells."""
    rows: list[Json] = [[name, dump([label]), value] for label, value in added.items()]
    return statement(_ADD, [dump(rows)])


_ALERTS = "SELECT id FROM alerts WHERE account_id = ?1"
TABLES: Final = (
    Table(
        "alert_notices",
        Gone(f"alert_id IN ({_ALERTS})"),
        Gone(f"alert_id IN ({_ALERTS} AND run_id IN ({RUN}))"),
    ),
    Table(
        "alert_records",
        Gone(f"alert_id IN ({_ALERTS})"),
        Gone(f"alert_id IN ({_ALERTS} AND run_id IN ({RUN}))"),
        key="alert_id, record",
    ),
    Table("alerts", Gone(ACCOUNT), Gone(f"account_id = ?1 AND run_id IN ({RUN})")),
    of_nobody("metric_counters", "counts"),
    of_nobody("run_endings", "counts"),
)


RETENTION: Final = (
    Kept(
        "logs",
        "as long as the deployment keeps them; ids, codes and one-line summaries, no values",
        "Cloudflare",
    ),
)
