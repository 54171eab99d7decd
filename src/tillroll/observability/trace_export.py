"""A run's trace, and sending traces to a collector, in the order of the audit."""

from collections.abc import Callable
from functools import partial
from typing import Final

from tillroll.durable.contract import Contract, Status
from tillroll.durable.record.runs import Contracts, shown_contract
from tillroll.jobs.scans import position_of
from tillroll.observability.events import Event, events_after
from tillroll.observability.settings import TraceSettings
from tillroll.observability.spans import Span, TracedRun, export_request, spans_of, trace_id
from tillroll.observability.timeline import load_timeline
from tillroll.platform import log
from tillroll.platform.bindings.database import Database, Row, integer, of_row, statement
from tillroll.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll.platform.clock import to_text
from tillroll.platform.json import dump, load
from tillroll.platform.services import Platform


async def load_trace(
    platform: Platform, contract_of: Callable[[str, int], Contract], run_id: str
) -> tuple[str, list[Span]] | None:
    """The trace's id and spans; None where there is no such run."""
    loaded = await load_timeline(platform, contract_of, run_id)
    return None if loaded is None else (trace_id(run_id), spans_of(_traced(loaded.run), loaded.items))


def _traced(run: Row) -> TracedRun:
    return of_row(TracedRun, run)


CURSOR: Final = "exported traces"
_EVENTS: Final = 500
_RUNS: Final = 50
_REQUESTS: Final = 5
_TIMEOUT_SECONDS: Final = 15
_RETRYABLE: Final = frozenset({408, 429, 502, 503, 504})

_MOVE: Final = """
  INSERT INTO reconciler_cursors (name, position, updated_at) VALUES (?1, ?2, ?3)
  ON CONFLICT (name) DO UPDATE SET position = ?2, updated_at = ?3
  WHERE CAST(position AS INTEGER) < CAST(?2 AS INTEGER)
"""


async def export_traces(platform: Platform, contracts: Contracts) -> None:
    """Send what is new to the configured collector. Its failure is logged, and disturbs nothing else."""
    ends = _ends(contracts)
    for _ in platform.turn.take(range(_REQUESTS)):
        position = await _position(platform)
        events = await events_after(platform.database, position, _EVENTS)
        if not events:
            return
        runs, until = _next_runs(events, ends)
        if runs and not await _send(platform, contracts, runs):
            return
        await platform.database.batch([statement(_MOVE, CURSOR, str(until), to_text(platform.clock.now()))])


def _ends(contracts: Contracts) -> frozenset[tuple[str, str]]:
    """The states by kind in which a run is told of: its ends, and where it waits for a person."""
    return frozenset((contract.kind, state) for contract in contracts.values() for state in _of(contract))


def _of(contract: Contract) -> list[str]:
    at_rest = {Status.FAILED, Status.NEEDS_REVIEW}
    return [state.name for state in contract.states if state.is_terminal or state.status in at_rest]


def _next_runs(events: list[Event], ends: frozenset[tuple[str, str]]) -> tuple[list[str], int]:
    """Runs that came to an end, each once, and the id of the last event that was looked at for them."""
    runs: dict[str, None] = {}
    until = events[-1].id
    for event in events:
        if event.kind is None or (event.kind, event.said("to")) not in ends:
            continue
        if len(runs) == _RUNS and event.stream not in runs:
            return [*runs], event.id - 1
        runs[event.stream] = None
    return [*runs], until


async def _position(platform: Platform) -> int:
    """Where to go on; when it is asked for the first time, from here: history is not sent."""
    row = await _cursor(platform.database)
    if row is not None:
        return row
    newest = await platform.database.first(statement("SELECT max(id) AS id FROM audit_events"))
    start = integer(newest, "id") if newest and newest["id"] is not None else 0
    await platform.database.batch([statement(_MOVE, CURSOR, str(start), to_text(platform.clock.now()))])
    return start


async def _cursor(database: Database) -> int | None:
    position = await position_of(database, CURSOR)
    return int(position) if position else None


async def _send(platform: Platform, contracts: Contracts, runs: list[str]) -> bool:
    """True where the collector took, or refused for good, what it was sent."""
    traces = [trace for run in runs if (trace := await _trace(platform, contracts, run))]
    if not traces:
        return True
    settings = platform.settings.of(TraceSettings)
    headers = {**settings.headers, "content-type": "application/json"}
    try:
        answer = await platform.http.post(
            f"{settings.endpoint}/v1/traces", headers, dump(export_request(traces)), _TIMEOUT_SECONDS
        )
    except HttpFailed as error:
        log.warning("traces.not_sent", count=len(runs), error=error)
        return False
    if answer.is_success:
        _tell_of_refused(answer)
        return True
    if answer.status in _RETRYABLE:
        log.warning("traces.not_sent", count=len(runs), status=answer.status)
        return False
    log.error("traces.refused", count=len(runs), status=answer.status)
    return True


async def _trace(platform: Platform, contracts: Contracts, run: str) -> tuple[str, list[Span]] | None:
    """None too where there is something wrong with the run: its trace is skipped, so that the others are sent."""
    try:
        return await load_trace(platform, partial(shown_contract, contracts), run)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one run, the others have their turn
        log.crash("trace.skipped", error, run=run)
        return None


def _tell_of_refused(answer: HttpAnswer) -> None:
    """A collector may take the request and refuse some of its spans."""
    try:
        told = load(answer.body)
    except ValueError:
        return  # many answer with nothing at all
    match told:
        case {"partialSuccess": {"rejectedSpans": str() | int() as refused}} if str(refused) != "0":
            log.warning("traces.partly_refused", reason=f"{refused} spans")
        case _:
            pass
