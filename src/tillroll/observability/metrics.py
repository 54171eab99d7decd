"""The metrics of the whole deployment: counts that the cron advances, and what is open right now."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from tillroll.durable.contract import Status
from tillroll.durable.record.versions import Contracts
from tillroll.observability.alerts.rules import Rule
from tillroll.observability.beside.spending import spending
from tillroll.observability.counting import BUCKETS, UNBOUNDED
from tillroll.observability.openmetrics import Family, Sample, counter, gauge, histogram_samples
from tillroll.observability.rollup import observed_until
from tillroll.observability.statuses import states_done_with, statuses_of
from tillroll.observability.work import OpenWork, open_work
from tillroll.platform.bindings.database import statement, text
from tillroll.platform.json import load
from tillroll.platform.services import Platform

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
