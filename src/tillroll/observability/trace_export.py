"""A run's trace: spans of its timeline in OTLP/JSON, and sending them to a collector, in the order
of the audit.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Final

from tillroll.observability.beside import CALLS_TO_MODELS
from tillroll.observability.counts import add
from tillroll.observability.events import Event, event_of, rows_after
from tillroll.observability.machinery import REFUSED_TRACES
from tillroll.observability.settings import TraceSettings
from tillroll_durable.contract import Contract, Contracts
from tillroll_durable.explanation.spans import Item
from tillroll_durable.jobs.scans import move_position, note_position, position_of
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import integer, of_row, statement
from tillroll_durable.platform.bindings.http import AnswerCut, HttpAnswer, HttpFailed
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import Json, JsonObject, dump, load
from tillroll_durable.platform.services import Platform
from tillroll_durable.states import Status
from tillroll_durable.versions import shown_contract
from tillroll_durable.views.timelines import Part, load_timeline

Attributes = Mapping[str, str | int]

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID_LENGTH: Final = 26
_FAILED: Final = frozenset({"failed", "cut_off", "given_up"})
# An instant on the run's own span rather than a span: it took no time.
_INSTANTS: Final = frozenset({"act", "decision"})


class Kind(IntEnum):
    """As OTLP numbers them."""

    INTERNAL = 1
    CLIENT = 3
    PRODUCER = 4


@dataclass(frozen=True)
class TracedRun:
    """What of a run's record is in its trace."""

    id: str
    account_id: str
    kind: str
    state: str
    status: str
    generation: int
    contract_version: int
    created_at: str


def trace_id(run_id: str) -> str:
    """128 bits in hexadecimal: the run's ULID itself; of an id that is none, a hash."""
    ulid = run_id.rpartition("_")[2]
    if len(ulid) != _ULID_LENGTH or not set(ulid) <= set(_CROCKFORD) or ulid[0] > "7":
        return hashlib.sha256(run_id.encode()).hexdigest()[:32]
    number = 0
    for digit in ulid:
        number = number << 5 | _CROCKFORD.index(digit)
    return f"{number:032x}"


def span_id(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]


def spans_of(run: TracedRun, items: Iterable[Item]) -> list[Json]:
    """The run's span first, then what has ended of its timeline, as OTLP/JSON. What goes on comes
    when it has ended.
    """
    ended = [item for item in items if item.ended_at is not None]
    timed = [item for item in ended if item.kind not in _INSTANTS]
    places = _Places(run.id, timed)
    last = max([run.created_at, *(item.ended_at or "" for item in ended)])
    attributes: Attributes = {
        "tillroll.run": run.id,
        "tillroll.account": run.account_id,
        "tillroll.kind": run.kind,
        "tillroll.contract_version": run.contract_version,
        "tillroll.generation": run.generation,
        "tillroll.state": run.state,
        "tillroll.status": run.status,
    }
    root = _span(
        places.trace,
        span_id(run.id),
        name=f"run {run.kind}",
        kind=Kind.INTERNAL,
        times=(run.created_at, last),
        attributes=attributes,
    )
    moments = [_moment(item) for item in ended if item.kind in _INSTANTS]
    if moments:
        root["events"] = moments
    if run.status == "failed":
        root["status"] = {"code": _ERROR}
    return [root, *(_span_of(item, places) for item in timed)]


class _Places:
    """Where a span belongs: an AI call to its attempt, an attempt to its step, all else to the
    run.
    """

    def __init__(self, run_id: str, items: Iterable[Item]) -> None:
        self.run_id = run_id
        self.trace = trace_id(run_id)
        self._ids: dict[tuple[object, ...], str] = {}
        for item in items:
            if item.kind in {"step", "attempt"}:
                self._ids[item.kind, item.step, item.generation, item.attempt] = self.id_of(item)
                self._ids[item.kind, item.step, item.generation] = self.id_of(item)

    def id_of(self, item: Item) -> str:
        """Attempts are counted from 1 again after a crash, so their beginning tells them apart."""
        if item.kind == "step":
            return span_id(self.run_id, "step", item.step, item.generation)
        named = item.detail.get("call") or item.detail.get("event") or item.name
        return span_id(
            self.run_id, item.kind, named, item.step, item.generation, item.attempt, item.started_at
        )

    def parent_of(self, item: Item) -> str:
        root = span_id(self.run_id)
        step = self._ids.get(("step", item.step, item.generation), root)
        if item.kind == "ai_call":
            return self._ids.get(("attempt", item.step, item.generation, item.attempt), step)
        if item.kind in {"attempt", "wait"} and item.step:
            return step
        return root


def _span_of(item: Item, places: _Places) -> JsonObject:
    kind = {"ai_call": Kind.CLIENT, "delivery": Kind.PRODUCER}.get(item.kind, Kind.INTERNAL)
    times = item.started_at, max(item.started_at, item.ended_at or item.started_at)
    attributes = dict(_attributes(places.run_id, item))
    span = _span(
        places.trace,
        places.id_of(item),
        name=_name(item),
        kind=kind,
        times=times,
        attributes=attributes,
    )
    span["parentSpanId"] = places.parent_of(item)
    if item.outcome in _FAILED:
        span["status"] = {"code": _ERROR}
    return span


def _span(
    trace: str, id_: str, name: str, kind: Kind, times: tuple[str, str], attributes: Attributes
) -> JsonObject:
    return {
        "traceId": trace,
        "spanId": id_,
        "name": name,
        "kind": kind.value,
        "startTimeUnixNano": _nanoseconds(times[0]),
        "endTimeUnixNano": _nanoseconds(times[1]),
        "attributes": _otlp_attributes(attributes),
    }


def _name(item: Item) -> str:
    match item.kind:
        case "step":
            return item.name
        case "attempt":
            return f"{item.name} attempt {'cut off' if item.attempt is None else item.attempt}"
        case "ai_call":
            return f"chat {item.name}"
        case _:
            return f"{item.kind} {item.name}"


def _attributes(run_id: str, item: Item) -> Iterator[tuple[str, str | int]]:
    """Ids, codes and counts. An error's words, and a person's reason, stay on the record: they can
    be personal.
    """
    yield "tillroll.run", run_id
    yield "tillroll.generation", item.generation
    yield "tillroll.outcome", item.outcome
    if item.step:
        yield "tillroll.step", item.step
    if item.attempt is not None:
        yield "tillroll.attempt", item.attempt
    if item.reason and item.actor is None:
        yield "tillroll.reason", item.reason
    attributes = {
        "errorClass": "error.type",
        "event": "tillroll.delivery",
        "review": "tillroll.review",
        "call": "tillroll.ai_call",
        "purpose": "tillroll.purpose",
        "inputTokens": "gen_ai.usage.input_tokens",
        "outputTokens": "gen_ai.usage.output_tokens",
        "costMicroUsd": "tillroll.cost_micro_usd",
    }
    for name, attribute in attributes.items():
        value = item.detail.get(name)
        if isinstance(value, str | int):
            yield attribute, value
    if item.kind == "ai_call":
        yield "gen_ai.operation.name", "chat"
        yield "gen_ai.request.model", item.name


def _moment(item: Item) -> Json:
    """Describe a moment. It says whether a person, a token or the system acted; the audit names
    who.
    """
    attributes = {
        "tillroll.actor": (item.actor or "").partition(":")[0],
        "tillroll.outcome": item.outcome,
    }
    at = _nanoseconds(item.started_at)
    return {"name": item.name, "timeUnixNano": at, "attributes": _otlp_attributes(attributes)}


_ERROR: Final = 2
_SCOPE: Final = "tillroll"


def export_request(spans: list[Json]) -> JsonObject:
    """An ExportTraceServiceRequest of spans."""
    resource: JsonObject = {"attributes": _otlp_attributes({"service.name": _SCOPE})}
    return {
        "resourceSpans": [
            {"resource": resource, "scopeSpans": [{"scope": {"name": _SCOPE}, "spans": spans}]}
        ]
    }


def _otlp_attributes(attributes: Attributes) -> list[Json]:
    return [
        {
            "key": key,
            "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value},
        }
        for key, value in attributes.items()
    ]


def _nanoseconds(moment: str) -> str:
    """Unix time; our times have milliseconds."""
    return f"{round(from_text(moment).timestamp() * 1000)}000000"


@dataclass(frozen=True)
class TracePart:
    """Spans of a part of a run's timeline. The next part begins after `last_name`."""

    spans: list[Json]
    last_name: str | None


async def load_trace(
    platform: Platform, contract_of: Callable[[str, int], Contract], run_id: str, part: Part
) -> TracePart | None:
    """The spans of a part of a run's trace; None where there is no such run."""
    loaded = await load_timeline(
        platform, contract_of, run_id, part=part, beside=(CALLS_TO_MODELS,)
    )
    if loaded is None:
        return None
    return TracePart(spans_of(of_row(TracedRun, loaded.run), loaded.items), loaded.last_name)


CURSOR: Final = "exported traces"
_EXPORTED: Final = Part(most=1_000)
"""What is sent of a run: at most so many occurrences that were completed at once."""
_EVENTS: Final = 500
_RUNS: Final = 50
_REQUESTS: Final = 5
_TIMEOUT_SECONDS: Final = 15
_RETRYABLE: Final = frozenset({408, 429, 502, 503, 504})


async def export_traces(platform: Platform, contracts: Contracts) -> None:
    """Send what is new to the configured collector. Its failure is logged, and disturbs nothing
    else.
    """
    ends = _ends(contracts)
    for _ in platform.turn.take(range(_REQUESTS)):
        position = await _position(platform)
        events = [event_of(row) for row in await rows_after(platform.database, position, _EVENTS)]
        if not events:
            return
        runs, until = _next_runs(events, ends)
        if runs and not await _send(platform, contracts, runs):
            return
        now = to_text(platform.clock.now())
        await platform.database.batch([move_position(CURSOR, until, now)])


def _ends(contracts: Contracts) -> frozenset[tuple[str, str]]:
    """List by kind the states in which a run's trace is sent: its ends, and those in which it
    waits for a person.
    """
    at_rest = {Status.FAILED, Status.NEEDS_REVIEW}
    return frozenset(
        (contract.kind, state.name)
        for contract in contracts.values()
        for state in contract.states
        if state.is_terminal or state.status in at_rest
    )


def _next_runs(events: list[Event], ends: frozenset[tuple[str, str]]) -> tuple[list[str], int]:
    """Runs that came to an end, each once, and the id of the last event that was looked at for
    them.
    """
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
    position = await position_of(platform.database, CURSOR)
    if position:
        return int(position)
    newest = await platform.database.first(statement("SELECT max(id) AS id FROM audit_events"))
    if newest and newest["id"] is not None:
        start = integer(newest, "id")
    else:
        start = 0
    now = to_text(platform.clock.now())
    await platform.database.batch([move_position(CURSOR, start, now)])
    return start


async def _send(platform: Platform, contracts: Contracts, runs: list[str]) -> bool:
    """True where the collector took, or refused for good, what it was sent."""
    spans = [span for run in runs for span in await _trace(platform, contracts, run)]
    if not spans:
        return True
    settings = platform.settings.of(TraceSettings)
    headers = {**settings.headers, "content-type": "application/json"}
    try:
        answer = await platform.http.post(
            f"{settings.endpoint}/v1/traces",
            headers,
            body=dump(export_request(spans)),
            timeout_seconds=_TIMEOUT_SECONDS,
        )
    except AnswerCut as error:
        answer = error.answer  # the status says whether they were taken
    except HttpFailed as error:
        log.warning("traces.not_sent", count=len(runs), error=error)
        return False
    if answer.is_success:
        refused = _refused_spans(answer)
        if refused:
            log.warning("traces.partly_refused", reason=f"{refused} spans")
            await _note_refused(platform, "spans", int(refused))
        return True
    if answer.status in _RETRYABLE:
        log.warning("traces.not_sent", count=len(runs), status=answer.status)
        return False
    log.error("traces.refused", count=len(runs), status=answer.status)
    await _note_refused(platform, str(answer.status), len(runs))
    return True


async def _note_refused(platform: Platform, what: str, count: int) -> None:
    """Count what the collector refused for good, and note when, so that operators hear of it."""
    now = to_text(platform.clock.now())
    note = note_position(REFUSED_TRACES, what, now)
    await platform.database.batch([add("traces_refused", {what: count}), note])


async def _trace(platform: Platform, contracts: Contracts, run: str) -> list[Json]:
    """Make the trace of a run. Where it cannot be made, skip it and log why, so that the others are
    sent.
    """
    try:
        return await _exported(platform, contracts, run)
    except Exception as error:  # noqa: BLE001
        # Whatever is wrong with one run, the others have their turn.
        log.crash("trace.skipped", error, run=run)
        return []


def _refused_spans(answer: HttpAnswer) -> int:
    """How many spans the collector refused, though it took the request."""
    try:
        body = load(answer.body)
    except ValueError:
        return 0  # many answer with nothing at all
    match body:
        case {"partialSuccess": {"rejectedSpans": str() | int() as refused}} if str(
            refused
        ).isdecimal():
            return int(refused)
        case _:
            return 0


async def _exported(platform: Platform, contracts: Contracts, run: str) -> list[Json]:
    loaded = await load_trace(platform, partial(shown_contract, contracts), run, part=_EXPORTED)
    if loaded is None:
        return []
    if loaded.last_name is not None:
        log.warning("traces.cut", run=run, count=_EXPORTED.most)
    return loaded.spans
