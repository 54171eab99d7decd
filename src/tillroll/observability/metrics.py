"""The metrics of the deployment: counts, and what is open now."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from tillroll.observability.alert_rules import Rule
from tillroll.observability.beside import spending
from tillroll.observability.counts import BUCKETS, UNBOUNDED, observed_until
from tillroll.observability.events import states_done_with, statuses_of
from tillroll.observability.openmetrics import Family, Sample, counter, gauge, histogram_samples
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    integer,
    optional_integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import load
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import binding_of
from tillroll_durable.registry import Registry
from tillroll_durable.states import Status

_OLDEST_REVIEW = """
  SELECT reviews.requested_at AS since FROM reviews JOIN runs ON runs.id = reviews.run_id
  WHERE reviews.taken_up_at IS NULL AND runs.status = 'needs_review' ORDER BY reviews.requested_at
  LIMIT 1
"""
_DUE = (
    "SELECT count(*) AS due, min(next_attempt_at) AS since FROM outbox WHERE state = 'pending' "
    "AND next_attempt_at <= ?"
)
_NEWEST_EVENT: Final = "SELECT max(id) AS id FROM audit_events"
_LAST_TICK: Final = (
    "SELECT position AS since FROM reconciler_cursors WHERE name = 'reconciler: last tick'"
)

_LAST_SEAL: Final = "SELECT number, to_id FROM seals ORDER BY number DESC LIMIT 1"
FIRST_UNSEALED: Final = """
  SELECT at AS since FROM audit_events
  WHERE id > COALESCE((SELECT to_id FROM seals ORDER BY number DESC LIMIT 1), 0) ORDER BY id LIMIT 1
"""
_OPEN_ALERTS: Final = (
    "SELECT rule, count(*) AS open FROM alerts WHERE closed_at IS NULL GROUP BY rule"
)


def _seconds_since(rows: Sequence[Row], now: datetime) -> float:
    """The seconds from `since` of the first row until now; 0 without one."""
    since = optional_text(rows[0], "since") if rows else None
    if since is None:
        return 0
    return max(0.0, (now - from_text(since)).total_seconds())


# Values by the values of the labels.
_Values = Mapping[tuple[str, ...], float]

_COUNTERS: Final = (
    ("runs_started", ("kind",), "Runs that were recorded."),
    (
        "runs_ended",
        ("kind", "status"),
        "Runs that ended, also as dead letters; a retried one can end again.",
    ),
    (
        "runs_with_failed_items",
        ("kind",),
        "Runs that came to their result although items of a map failed.",
    ),
    ("steps", ("kind", "step", "outcome"), "Steps that completed, or failed for good."),
    ("step_retries", ("kind", "step"), "Attempts beyond the first, of steps that ended."),
    ("reviews_requested", ("kind", "reason"), "Reviews that were asked of a person."),
    ("escalations", ("kind", "event"), "Runs and reviews that were escalated to a person."),
    ("deliveries", ("outcome",), "Events for the world outside whose delivery was settled."),
    ("delivery_retries", (), "Attempts beyond the first, of deliveries that were settled."),
    ("reconciler_mended", ("what",), "What the reconciler made good."),
    ("traces_refused", ("status",), "Runs whose trace the collector refused for good."),
)


async def collect_all(databases: Sequence[Platform], registry: Registry) -> list[Family]:
    """All families, in a fixed order. Of several databases, each has samples with its label."""
    if len(databases) == 1:
        return await collect(databases[0], registry)
    families: dict[str, Family] = {}
    for platform in databases:
        own = {"database": binding_of(platform.shard)}
        for family in await collect(platform, registry):
            samples = [replace(each, labels={**own, **each.labels}) for each in family.samples]
            if family.name in families:
                families[family.name].samples.extend(samples)
            else:
                families[family.name] = replace(family, samples=samples)
    return [*families.values()]


async def collect(platform: Platform, registry: Registry) -> list[Family]:
    """All families of one database, in a fixed order."""
    values = await _counters(platform)
    open_work = await _open_work(platform.database, platform.clock.now())
    return [
        *_of_runs(values["runs"], registry),
        *(
            counter(f"tillroll_{name}", explanation, _samples(labels, values[name]))
            for name, labels, explanation in _COUNTERS
        ),
        _step_durations(values["step_duration_bucket"], values["step_duration_sum"]),
        *open_work,
        *await spending(platform),
    ]


async def _counters(platform: Platform) -> defaultdict[str, dict[tuple[str, ...], float]]:
    values: defaultdict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    for row in await platform.database.all(
        statement("SELECT * FROM metric_counters ORDER BY name, labels")
    ):
        labels = load(text(row, "labels"))
        value = row["value"]
        if isinstance(labels, list) and isinstance(value, int | float):
            values[text(row, "name")][tuple(map(str, labels))] = value
    return values


def _samples(labels: tuple[str, ...], values: _Values) -> Iterator[Sample]:
    if not labels and not values:
        yield Sample(0)
    for key, value in values.items():
        yield Sample(value, dict(zip(labels, key, strict=True)))


def _of_runs(runs: _Values, registry: Registry) -> Iterator[Family]:
    statuses = statuses_of(registry)
    done_with = states_done_with(registry.contracts)
    dead = dict.fromkeys(registry.kinds, 0.0)
    samples: list[Sample] = []
    for (kind, state), value in runs.items():
        status = statuses(kind, state)
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
        "tillroll_step_duration_seconds",
        "histogram",
        help="Attempts that completed a step.",
        samples=samples,
    )


async def _open_work(database: Database, now: datetime) -> list[Family]:
    """What is open now, looked at once. Ids of events can have gaps, so at most so many are not
    sealed.
    """
    reviews, [due], [newest], ticks, alerts, seals, unsealed = await database.batch(
        [
            statement(_OLDEST_REVIEW),
            statement(_DUE, [to_text(now)]),
            statement(_NEWEST_EVENT),
            statement(_LAST_TICK),
            statement(_OPEN_ALERTS),
            statement(_LAST_SEAL),
            statement(FIRST_UNSEALED),
        ]
    )
    newest_event = optional_integer(newest, "id") or 0
    seal, sealed_to = (integer(seals[0], "number"), integer(seals[0], "to_id")) if seals else (0, 0)
    raised = {text(row, "rule"): integer(row, "open") for row in alerts}
    return [
        _single(
            "tillroll_review_oldest_age_seconds",
            "For how long the longest-waiting review is open; 0 where none is.",
            _seconds_since(reviews, now),
        ),
        _single(
            "tillroll_outbox_due",
            "Events that are due to be delivered, or sent again.",
            integer(due, "due"),
        ),
        _single(
            "tillroll_outbox_oldest_due_age_seconds",
            "For how long the first of these is due.",
            _seconds_since([due], now),
        ),
        gauge(
            "tillroll_reconciler_last_tick_timestamp_seconds",
            "When the reconciler last finished a tick, in Unix time.",
            [Sample(from_text(text(row, "since")).timestamp()) for row in ticks],
        ),
        _single("tillroll_seal_number", "The newest seal of the audit.", seal),
        _single(
            "tillroll_unsealed_events",
            "Audit events that are not sealed yet.",
            newest_event - sealed_to,
        ),
        _single(
            "tillroll_unsealed_age_seconds",
            "For how long the first of these is there.",
            _seconds_since(unsealed, now),
        ),
        gauge(
            "tillroll_alerts_open",
            "Alerts whose cause lasts.",
            (Sample(raised.get(rule, 0), {"rule": rule}) for rule in Rule),
        ),
        _single(
            "tillroll_events_behind",
            "Audit events that are not in these counts yet.",
            newest_event - await observed_until(database),
        ),
    ]


def _single(name: str, explanation: str, value: float) -> Family:
    return gauge(name, explanation, [Sample(value)])
