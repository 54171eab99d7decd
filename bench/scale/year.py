"""A simulated year: months of so many receipts, what each uses, and what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from bench.scale.inputs import Assumed, Measured
from bench.scale.placing import DATABASE_BYTES, DAYS, MONTHS, Moves, Placing, databases_for_peak
from bench.scale.prices import GB, PRICES, READING

MONTH_SECONDS: Final = DAYS * 24 * 60 * 60
_HOURS: Final = DAYS * 24
_MINUTES: Final = _HOURS * 60
_RETENTION_DAYS: Final = 7
"""So long Workflows keep an ended instance, where nothing else is said."""
_OPERATIONS_A_MESSAGE: Final = 3
_STATEMENTS_AN_INVOCATION: Final = 1_000
_A_LITTLE_MORE: Final = 1.02


@dataclass(frozen=True)
class Month:
    """`used` and `dollars` are by item of the prices. `fullest`: part of the fullest database."""

    number: int
    databases: int
    fullest: float
    moved_accounts: float
    moved_receipts: float
    used: Mapping[str, float]
    dollars: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.dollars.values())

    @property
    def reading(self) -> float:
        """Dollars for a model that looks at the photos."""
        return sum(self.dollars[item] for item in READING)


@dataclass(frozen=True)
class Year:
    """`receipts` are those of a month. `peak_receipts` come in a second of the busiest hour."""

    receipts: float
    begun_with: int
    months: Sequence[Month]
    peak_receipts: float

    @property
    def total(self) -> float:
        return sum(month.total for month in self.months)

    @property
    def reading(self) -> float:
        """Dollars for a model that looks at the photos."""
        return sum(month.reading for month in self.months)

    @property
    def moved(self) -> float:
        """Accounts that were moved in the year."""
        return sum(month.moved_accounts for month in self.months)

    @property
    def last(self) -> Month:
        return self.months[-1]


def simulate(receipts: float, measured: Measured, assumed: Assumed, *, databases: int) -> Year:
    """A year at so many receipts a month that begins with so many databases."""
    placing = Placing(assumed, lambda age: bytes_at(age, measured, assumed))
    placing.begin(databases, receipts / assumed.receipts_an_account)
    months: list[Month] = []
    for number in range(MONTHS):
        moves = placing.pass_month(number)
        used = _used(number, receipts, measured, assumed, placing=placing, moves=moves)
        months.append(
            Month(
                number + 1,
                placing.count,
                placing.fullest(number),
                moves.accounts,
                moves.receipts,
                used,
                {price.item: price.of(used[price.item]) for price in PRICES},
            )
        )
    return Year(receipts, databases, months, receipts / MONTH_SECONDS * assumed.peak)


def bytes_at(age: int, measured: Measured, assumed: Assumed) -> float:
    """What a receipt of so many months has in D1."""
    if age >= assumed.archive_after_months:
        return measured.bytes_archived
    return measured.bytes_kept if age else measured.bytes_fresh


def with_few(receipts: float, measured: Measured, assumed: Assumed) -> Year:
    """A year that begins with no more databases than its busiest hour needs."""
    peak = receipts / MONTH_SECONDS * assumed.peak
    count = databases_for_peak(peak * trips_of(measured, assumed), assumed)
    return simulate(receipts, measured, assumed, databases=count)


def with_enough(receipts: float, measured: Measured, assumed: Assumed) -> Year:
    """A year that begins with so many databases that no account is ever moved."""
    months = [bytes_at(age, measured, assumed) for age in range(MONTHS)]
    at_least = receipts * sum(months) / (assumed.full * DATABASE_BYTES)
    peak = receipts / MONTH_SECONDS * assumed.peak
    count = max(ceil(at_least), databases_for_peak(peak * trips_of(measured, assumed), assumed))
    year = simulate(receipts, measured, assumed, databases=count)
    while year.moved:
        count = ceil(count * _A_LITTLE_MORE)
        year = simulate(receipts, measured, assumed, databases=count)
    return year


def trips_of(measured: Measured, assumed: Assumed) -> float:
    """Round trips of a receipt, with what people then do with it."""
    return measured.round_trips + measured.trips_approve * assumed.approved + assumed.opened


def _used(
    number: int,
    receipts: float,
    measured: Measured,
    assumed: Assumed,
    *,
    placing: Placing,
    moves: Moves,
) -> Mapping[str, float]:
    """What a month uses, by item."""
    rows = _rows(number, receipts, measured, assumed, databases=placing.count, moves=moves)
    looks = receipts * (assumed.opened + assumed.approved + assumed.lists)
    messages = receipts * measured.messages
    ticks = _MINUTES * ceil(placing.count * measured.rest_statements / _STATEMENTS_AN_INVOCATION)
    archived = receipts if number >= assumed.archive_after_months else 0.0
    stored = placing.databases
    of_month = [bytes_at(max(0, number - came), measured, assumed) for came in range(MONTHS)]
    d1_bytes = sum(each.count * each.used(of_month) for each in stored)
    months_kept = number + 0.5  # photos come all through the month
    months_archived = max(0.0, number - assumed.archive_after_months + 0.5)
    r2_bytes = receipts * (
        (assumed.photo_bytes + measured.object_bytes) * months_kept
        + measured.archive_bytes * months_archived
    )
    return {
        "plan": 1,
        "requests": 2 * receipts + messages + looks + ticks,
        "cpu_ms": receipts * measured.cpu_ms_receipt
        + looks * assumed.cpu_ms_request
        + _MINUTES * placing.count * assumed.cpu_ms_tick,
        "steps": receipts * measured.steps,
        "engine_gb": receipts * assumed.engine_bytes * _RETENTION_DAYS / DAYS / GB,
        "rows_read": rows["read"],
        "rows_written": rows["written"],
        "d1_gb": d1_bytes / GB,
        "r2_a": receipts * measured.r2_a
        + archived * measured.archive_r2_a
        + _HOURS * measured.rest_r2_a,
        "r2_b": receipts * (measured.r2_b + assumed.opened) + _HOURS * measured.rest_r2_b,
        "r2_gb": r2_bytes / GB,
        "queue_operations": _OPERATIONS_A_MESSAGE * (messages + ticks),
        "logs": receipts * measured.logs,
        "transformations": receipts * assumed.transformations,
        "pages_read": receipts * assumed.pages_read,
    }


def _rows(
    number: int,
    receipts: float,
    measured: Measured,
    assumed: Assumed,
    *,
    databases: int,
    moves: Moves,
) -> Mapping[str, float]:
    """Rows of D1: of new receipts, of older ones that are forgotten or archived, of moves, and of
    databases in which nothing is due.
    """
    forgotten = receipts if number >= 1 else 0.0
    archived = receipts if number >= assumed.archive_after_months else 0.0
    # What is moved is written there and deleted here, each after it was read.
    moved = 2 * moves.receipts * measured.entries
    written = (
        receipts * (measured.rows_written + measured.cron_written)
        + receipts * assumed.approved * measured.approve_written
        + forgotten * measured.forget_written
        + archived * measured.archive_written
        + moved
        + databases * _HOURS * measured.rest_written
    )
    read = (
        receipts * (measured.rows_read + measured.cron_read)
        + receipts * assumed.opened * measured.open_read
        + receipts * assumed.approved * measured.approve_read
        + receipts * assumed.lists * measured.list_read
        + forgotten * measured.forget_read
        + archived * measured.archive_read
        + moved
        + databases * _HOURS * measured.rest_read
    )
    return {"read": read, "written": written}
