"""The metrics of the deployment: counts, and what is open now."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tillroll.durable.contract import Status
from tillroll.durable.record.runs import Contracts
from tillroll.observability.alert_rules import Rule
from tillroll.observability.beside import spending
from tillroll.observability.counts import BUCKETS, UNBOUNDED, observed_until
from tillroll.observability.events import states_done_with, statuses_of
from tillroll.observability.openmetrics import Family, Sample, counter, gauge, histogram_samples
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, statement, text
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import load
from tillroll.platform.services import Platform

_OLDEST_REVIEW = """
  SELECT reviews.requested_at AS since FROM reviews JOIN runs ON runs.id = reviews.run_id
  WHERE reviews.taken_up_at IS NULL AND runs.status = 'needs_review' ORDER BY reviews.requested_at LIMIT 1
"""
_DUE = (
    "SELECT count(*) AS due, min(next_attempt_at) AS since FROM outbox WHERE state = 'pending' AND next_attempt_at <= ?"
)
_NEWEST_EVENT: Final = "SELECT max(id) AS id FROM audit_events"
_LAST_TICK: Final = "SELECT position AS since FROM reconciler_cursors WHERE name = 'reconciler: last tick'"

_LAST_SEAL: Final = "SELECT number, to_id FROM seals ORDER BY number DESC LIMIT 1"
FIRST_UNSEALED: Final = """
  SELECT at AS since FROM audit_events
  WHERE id > COALESCE((SELECT to_id FROM seals ORDER BY number DESC LIMIT 1), 0) ORDER BY id LIMIT 1
"""
_OPEN_ALERTS: Final = "SELECT rule, count(*) AS open FROM alerts WHERE closed_at IS NULL GROUP BY rule"


@dataclass(frozen=True)
class OpenWork:
    """
    Attributes:
        oldest_review_seconds: for how long the longest-waiting review is open; 0 where none is.
        due_deliveries, oldest_due_seconds: events that are due to be delivered, and for how long the first one is.
        newest_event: the id of the newest audit event.
        last_tick: when the reconciler last finished a tick, in Unix seconds; None before the first one.
        open_alerts: how many, by rule.
        last_seal: the number of the newest seal of the audit; 0 before the first one.
        unsealed_events, unsealed_seconds: at most how many events are not sealed yet (ids can have gaps), and for how
            long the first of them; 0 where all are.
    """

    oldest_review_seconds: float
    due_deliveries: int
    oldest_due_seconds: float
    newest_event: int
    last_tick: float | None
    open_alerts: dict[str, int]
    last_seal: int
    unsealed_events: int
    unsealed_seconds: float


async def open_work(database: Database, now: datetime) -> OpenWork:
    """Look once."""
    reviews, [due], [newest], ticks, alerts, seals, unsealed = await database.batch(
        [
            statement(_OLDEST_REVIEW),
            statement(_DUE, to_text(now)),
            statement(_NEWEST_EVENT),
            statement(_LAST_TICK),
            statement(_OPEN_ALERTS),
            statement(_LAST_SEAL),
            statement(FIRST_UNSEALED),
        ]
    )
    newest_id = integer(newest, "id") if newest["id"] is not None else 0
    return OpenWork(
        oldest_review_seconds=_seconds_since(reviews[0], now) if reviews else 0,
        due_deliveries=integer(due, "due"),
        oldest_due_seconds=_seconds_since(due, now),
        newest_event=newest_id,
        last_tick=from_text(str(ticks[0]["since"])).timestamp() if ticks else None,
        open_alerts={text(row, "rule"): integer(row, "open") for row in alerts},
        last_seal=integer(seals[0], "number") if seals else 0,
        unsealed_events=newest_id - (integer(seals[0], "to_id") if seals else 0),
        unsealed_seconds=_seconds_since(unsealed[0], now) if unsealed else 0,
    )


def _seconds_since(row: Row, now: datetime) -> float:
    since = optional_text(row, "since")
    return 0 if since is None else max(0.0, (now - from_text(since)).total_seconds())


# Values by the values of the labels.
_Values = Mapping[tuple[str, ...], float]

_COUNTERS: Final = (
    ("runs_started", ("kind",), "Runs that were recorded."),
    ("runs_ended", ("kind", "status"), "Runs that ended, also as dead letters; a retried one can end again."),
    ("steps", ("kind", "step", "outcome"), "Steps that completed, or failed for good."),
    ("step_retries", ("kind", "step"), "Attempts beyond the first, of steps that ended."),
    ("reviews_requested", ("kind", "reason"), "Reviews that were asked of a person."),
    ("escalations", ("kind", "event"), "Runs and reviews that were escalated to a person."),
    ("deliveries", ("outcome",), "Events for the world outside whose delivery was settled."),
    ("delivery_retries", (), "Attempts beyond the first, of deliveries that were settled."),
    ("reconciler_mended", ("what",), "What the reconciler made good."),
)


async def collect(platform: Platform, contracts: Contracts) -> list[Family]:
    """All families, in a fixed order."""
    database = platform.database
    values = await _counters(platform)
    work = await open_work(database, platform.clock.now())
    behind = work.newest_event - await observed_until(database)
    return [
        *_of_runs(values["runs"], contracts),
        *(
            counter(f"tillroll_{name}", explanation, _samples(labels, values[name]))
            for name, labels, explanation in _COUNTERS
        ),
        _step_durations(values["step_duration_bucket"], values["step_duration_sum"]),
        *_of_work(work, behind),
        *await spending(platform),
    ]


async def _counters(platform: Platform) -> defaultdict[str, dict[tuple[str, ...], float]]:
    values: defaultdict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    for row in await platform.database.all(statement("SELECT * FROM metric_counters ORDER BY name, labels")):
        labels, value = load(text(row, "labels")), row["value"]
        if isinstance(labels, list) and isinstance(value, int | float):
            values[text(row, "name")][tuple(map(str, labels))] = value
    return values


def _samples(labels: tuple[str, ...], values: _Values) -> Iterator[Sample]:
    if not labels and not values:
        yield Sample(0)
    for of, value in values.items():
        yield Sample(value, dict(zip(labels, of, strict=True)))


def _of_runs(runs: _Values, contracts: Contracts) -> Iterator[Family]:
    statuses = statuses_of(contracts)
    done_with = states_done_with(contracts)
    dead = dict.fromkeys(sorted({kind for kind, _ in contracts}), 0.0)
    samples: list[Sample] = []
    for (kind, state), value in runs.items():
        status = statuses.get((kind, state))
        samples.append(Sample(value, {"kind": kind, "state": state, "status": status or "unknown"}))
        if status is Status.FAILED and (kind, state) not in done_with:
            dead[kind] = dead.get(kind, 0) + value
    yield gauge("tillroll_runs", "Runs by the state they are in.", samples)
    yield gauge(
        "tillroll_dead_letters",
        "Failed runs that wait for an operator.",
        (Sample(value, {"kind": kind}) for kind, value in dead.items()),
    )


def _step_durations(buckets: _Values, sums: _Values) -> Family:
    samples: list[Sample] = []
    for (kind, step), total in sums.items():
        bounds = [*map(str, BUCKETS), UNBOUNDED]
        counts = [(bound, buckets.get((kind, step, bound), 0)) for bound in bounds]
        samples += histogram_samples({"kind": kind, "step": step}, counts, total)
    return Family(
        "tillroll_step_duration_seconds", "histogram", "Attempts that completed a step.", samples, unit="seconds"
    )


def _of_work(work: OpenWork, behind: int) -> Iterator[Family]:
    yield gauge(
        "tillroll_review_oldest_age_seconds",
        "For how long the longest-waiting review is open; 0 where none is.",
        [Sample(work.oldest_review_seconds)],
        unit="seconds",
    )
    yield gauge(
        "tillroll_outbox_due", "Events that are due to be delivered, or sent again.", [Sample(work.due_deliveries)]
    )
    yield gauge(
        "tillroll_outbox_oldest_due_age_seconds",
        "For how long the first of these is due.",
        [Sample(work.oldest_due_seconds)],
        unit="seconds",
    )
    yield gauge(
        "tillroll_reconciler_last_tick_timestamp_seconds",
        "When the reconciler last finished a tick, in Unix time.",
        [] if work.last_tick is None else [Sample(work.last_tick)],
        unit="seconds",
    )
    yield gauge("tillroll_seal_number", "The newest seal of the audit.", [Sample(work.last_seal)])
    yield gauge("tillroll_unsealed_events", "Audit events that are not sealed yet.", [Sample(work.unsealed_events)])
    yield gauge(
        "tillroll_unsealed_age_seconds",
        "For how long the first of these is there.",
        [Sample(work.unsealed_seconds)],
        unit="seconds",
    )
    yield gauge(
        "tillroll_alerts_open",
        "Alerts whose cause lasts.",
        (Sample(work.open_alerts.get(rule, 0), {"rule": rule}) for rule in Rule),
    )
    yield gauge("tillroll_events_behind", "Audit events that are not in these counts yet.", [Sample(behind)])
