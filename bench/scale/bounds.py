"""What breaks first: each limit with its source, and how much of it a year needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.scale.inputs import Assumed, Measured
from bench.scale.placing import DATABASE_BYTES, DAYS
from bench.scale.prices import GB
from bench.scale.year import MONTH_SECONDS, Year, trips_of

_DOCS: Final = "https://developers.cloudflare.com"
_A_MINUTE: Final = 60
_DAYS_A_YEAR: Final = 12 * DAYS
_SEALED_A_TICK: Final = 5_000
"""Ten seals of 500 events."""
_EVENTS_A_RECEIPT: Final = 7
"""Six of the run, one of the approval."""
_ARCHIVED_A_MINUTE: Final = 150
_BINDINGS: Final = 5_000
_TICKS_A_MINUTE: Final = 5 * 50 // 3
"""Five invocations at once, which go on for 50 s and take 3 s each."""
_STATEMENTS_AN_INVOCATION: Final = 1_000
_OUTAGE_SECONDS: Final = 3_600


@dataclass(frozen=True)
class Bound:
    """A limit, and what of it the busiest hour or the year's end needs.

    Attributes:
        what: the limit in words.
        most: so much is allowed.
        needed: so much is needed.
        source: Cloudflare's page, or the file of ours that has the limit.
    """

    what: str
    most: float
    needed: float
    source: str

    @property
    def share(self) -> float:
        return self.needed / self.most


def bounds(year: Year, measured: Measured, assumed: Assumed) -> Sequence[Bound]:
    """All limits, the most strained first."""
    found = [
        *_of_workers_ai(year, assumed),
        *_of_d1(year, measured, assumed),
        *_of_workflows(year, assumed),
        *_of_queues(year, measured),
        *_of_ours(year, measured),
    ]
    return sorted(found, key=lambda bound: -bound.share)


def fill_days(year: Year, measured: Measured) -> float:
    """After so many days one database would be full, if it were the only one and nothing were
    archived.
    """
    a_day = year.receipts / DAYS
    return DATABASE_BYTES / (a_day * measured.bytes_fresh)


def _of_workers_ai(year: Year, assumed: Assumed) -> Sequence[Bound]:
    calls = year.peak_receipts * assumed.pages_read * _A_MINUTE
    page = f"{_DOCS}/workers-ai/platform/limits/"
    return [Bound("model calls a minute of Workers AI (text generation)", 300, calls, page)]


def _of_d1(year: Year, measured: Measured, assumed: Assumed) -> Sequence[Bound]:
    page = f"{_DOCS}/d1/platform/limits/"
    stored = year.last.used["d1_gb"]
    seconds = year.peak_receipts * trips_of(measured, assumed) * assumed.trip_ms / 1000
    return [
        Bound(
            "GB in one database, without others, after a year", DATABASE_BYTES / GB, stored, page
        ),
        Bound("GB of D1 in an account, in a year", 1_000, stored, page),
        Bound("seconds a second that one database is busy, if it were alone", 1, seconds, page),
        Bound(
            "seconds a second that each database is busy, at the year's end",
            1,
            seconds / year.last.databases,
            page,
        ),
        Bound("databases that one Worker binds", _BINDINGS, year.last.databases, page),
    ]


def _of_workflows(year: Year, assumed: Assumed) -> Sequence[Bound]:
    page = f"{_DOCS}/workflows/reference/limits/"
    at_work = year.peak_receipts * assumed.run_seconds
    return [
        Bound("instances of one Workflow created a second", 100, year.peak_receipts, page),
        Bound("instances of Workflows at work", 50_000, at_work, page),
        Bound(
            "instances that wait after an hour without Workflows",
            2_000_000,
            year.peak_receipts * _OUTAGE_SECONDS,
            page,
        ),
    ]


def _of_queues(year: Year, measured: Measured) -> Sequence[Bound]:
    page = f"{_DOCS}/queues/platform/limits/"
    messages = year.peak_receipts * measured.messages
    backlog = messages * _OUTAGE_SECONDS * _MESSAGE_BYTES / GB
    return [
        Bound("messages a second of a queue", 5_000, messages, page),
        Bound("GB that wait in a queue after an hour without consumers", 25, backlog, page),
    ]


_MESSAGE_BYTES: Final = 200


def _of_ours(year: Year, measured: Measured) -> Sequence[Bound]:
    events = year.peak_receipts * _EVENTS_A_RECEIPT * _A_MINUTE
    archived = year.receipts / MONTH_SECONDS * _A_MINUTE
    statements = (
        year.last.databases * measured.rest_statements
        + year.peak_receipts * _A_MINUTE * measured.cron_statements
    )
    return [
        Bound(
            "audit events sealed a minute, in one chain",
            _SEALED_A_TICK,
            events,
            "src/tillroll_durable/sealing/sealer.py",
        ),
        Bound(
            "runs archived a minute, by one cron",
            _ARCHIVED_A_MINUTE,
            archived,
            "src/tillroll_durable/sealing/archive.py",
        ),
        Bound(
            "invocations of the cron a minute, over all databases",
            _TICKS_A_MINUTE,
            statements / _STATEMENTS_AN_INVOCATION,
            "wrangler.jsonc",
        ),
    ]
