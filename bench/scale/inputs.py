"""What the year is computed from: what was measured of a receipt, and what is assumed of people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import ceil
from pathlib import Path
from typing import Any, Final

_MEASURED: Final = Path(__file__).with_name("measured.json")
_MINUTES_AN_HOUR: Final = 60


@dataclass(frozen=True)
class Measured:
    """What measured.json says, of one receipt where nothing else is said.

    Attributes:
        rows_written, rows_read: of a receipt from upload to delivered event.
        cron_written, cron_read: what the cron then adds, in the hours behind it and behind its
            approval; cron_statements: the statements for that.
        forget_written, forget_read: what goes after thirty days.
        archive_written, archive_read: what is moved to R2.
        round_trips, statements: of D1.
        open_read, list_read, approve_read, approve_written: of one request.
        trips_approve: round trips of an approval.
        messages, logs, r2_a, r2_b, steps: of a receipt, with its cron.
        archive_r2_a: writes of R2 for its archive.
        rest_written, rest_read: of an hour of a database in which nothing is due, and the cron
            looks at what is there, round after round.
        rest_statements: statements of a minute of it.
        rest_r2_a, rest_r2_b: writes and reads of R2 of such an hour.
        bytes_fresh, bytes_kept, bytes_archived: in D1: at first, after thirty days, archived.
        entries: rows and entries of indexes that a fresh receipt has.
        object_bytes: of objects beside the photo; archive_bytes: of its archive.
        cpu_ms_receipt: CPU time of workerd, of its upload and run.
    """

    rows_written: float
    rows_read: float
    cron_written: float
    cron_read: float
    cron_statements: float
    forget_written: float
    forget_read: float
    archive_written: float
    archive_read: float
    round_trips: float
    statements: float
    open_read: float
    list_read: float
    approve_read: float
    approve_written: float
    trips_approve: float
    messages: float
    logs: float
    r2_a: float
    r2_b: float
    steps: float
    archive_r2_a: float
    rest_written: float
    rest_read: float
    rest_statements: float
    rest_r2_a: float
    rest_r2_b: float
    bytes_fresh: float
    bytes_kept: float
    bytes_archived: float
    entries: float
    object_bytes: float
    archive_bytes: float
    cpu_ms_receipt: float


@dataclass(frozen=True)
class Assumed:
    """What nobody has measured. All of it can be changed; the page says how much each matters.

    Attributes:
        receipts_an_account: receipts a month of each account.
        leaving: part of the accounts that leave in a month; as many come.
        peak: how many times the average the busiest hour has.
        photo_bytes: of a photo, as it is stored.
        opened, approved: how often a person opens or approves each receipt.
        lists: pages of lists that people look at, for each receipt.
        transformations: calls of Images for each receipt.
        pages_read: pages that a model reads for each receipt.
        run_seconds: how long a run is at work, most of it waiting for the model.
        message_seconds: how long a message is in its queue and with its consumer.
        engine_bytes: what Workflows keep of an ended run.
        cpu_ms_request: CPU time of a person's request.
        cpu_ms_tick: CPU time of a tick of the cron, for each database.
        trip_ms: how long a round trip keeps a database busy, with its commit.
        archive_after_months: when what is old moves to R2.
        filled: fill of a database at which new accounts go elsewhere.
        more: so many more databases are made, as a part of them, when none has room.
        full: fill at which half of its accounts move to a new database.
        busy: part of its time that a database may be busy in the peak hour.
    """

    receipts_an_account: float = 100
    leaving: float = 0.03
    peak: float = 4
    photo_bytes: float = 1_000_000
    opened: float = 1
    approved: float = 1
    lists: float = 0.2
    transformations: float = 1
    pages_read: float = 1
    run_seconds: float = 15
    message_seconds: float = 1.5
    engine_bytes: float = 50_000
    cpu_ms_request: float = 20
    cpu_ms_tick: float = 60
    trip_ms: float = 10
    archive_after_months: float = 3
    filled: float = 0.5
    more: float = 0.1
    full: float = 0.8
    busy: float = 0.5


def stored() -> Mapping[str, Any]:
    """What was measured of a receipt, phase by phase."""
    return json.loads(_MEASURED.read_text(encoding="utf-8"))


def measured(found: Mapping[str, Any]) -> Measured:
    """What the file comes to, of one receipt."""
    phases: Mapping[str, Mapping[str, float]] = found["phases"]
    count: float = found["receipts"]
    begin = phases["begin"]
    rest = phases["rest"]

    def of(phase: str, name: str) -> float:
        return phases[phase][name] / count

    def beyond_rest(names: Sequence[str], name: str) -> float:
        """What hours of the cron ask beyond those in which nothing is due."""
        return sum(max(0.0, phases[each][name] - rest[name]) for each in names) / count

    hours = ("minutes", "approved")
    archive = ("archive",)
    empty = begin["bytes"]
    list_pages = ceil(count / found["page"])
    return Measured(
        rows_written=of("receipts", "written"),
        rows_read=of("receipts", "read"),
        cron_written=beyond_rest(hours, "written"),
        cron_read=beyond_rest(hours, "read"),
        cron_statements=beyond_rest(hours, "statements"),
        forget_written=beyond_rest(["forget"], "written"),
        forget_read=beyond_rest(["forget"], "read"),
        archive_written=beyond_rest(archive, "written"),
        archive_read=beyond_rest(archive, "read"),
        round_trips=of("receipts", "trips"),
        statements=of("receipts", "statements"),
        open_read=of("open", "read"),
        list_read=phases["list"]["read"] / list_pages,
        approve_read=of("approve", "read"),
        approve_written=of("approve", "written"),
        trips_approve=of("approve", "trips"),
        messages=of("receipts", "messages") + of("approve", "messages"),
        logs=of("receipts", "logs") + of("open", "logs") + of("approve", "logs"),
        r2_a=of("receipts", "r2_a") + beyond_rest(hours, "r2_a"),
        r2_b=of("receipts", "r2_b"),
        steps=of("receipts", "steps"),
        archive_r2_a=beyond_rest(archive, "r2_a"),
        rest_written=rest["written"],
        rest_read=rest["read"],
        rest_statements=rest["statements"] / _MINUTES_AN_HOUR,
        rest_r2_a=rest["r2_a"],
        rest_r2_b=rest["r2_b"],
        bytes_fresh=(phases["approved"]["bytes"] - empty) / count,
        bytes_kept=(phases["forget"]["bytes"] - empty) / count,
        bytes_archived=(phases["archive"]["bytes"] - empty) / count,
        entries=(phases["approved"]["entries"] - begin["entries"]) / count,
        object_bytes=(phases["approved"]["object_bytes"] - begin["object_bytes"]) / count,
        archive_bytes=(phases["archive"]["object_bytes"] - phases["forget"]["object_bytes"])
        / count,
        cpu_ms_receipt=found["cpu_ms_receipt"],
    )


def names_of(kind: type[Measured] | type[Assumed]) -> Sequence[str]:
    return [each.name for each in fields(kind)]
