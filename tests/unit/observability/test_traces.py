"""Traces: what a collector gets of a run, under ids that follow from the run, once it has taken
it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.support.otlp import attributes, read_spans
from tillroll.observability.jobs import observe
from tillroll.observability.settings import TraceSettings
from tillroll.observability.trace_export import trace_id
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.http import HttpAnswer
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.memory import WebhookReceiver
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

STEPS = ["ocr-extract", "parse-structured", "persist-db", "notify-user"]


class Collector(WebhookReceiver):
    """Takes traces; `spans` are those that it was sent last."""

    def __init__(self, world: World) -> None:
        super().__init__()
        traces = TraceSettings(
            "https://collector.test", {"authorization": "Bearer of-the-collector"}
        )
        settings = world.host.platform.settings.changed(traces)
        self.platform: Platform = replace(world.host.platform, settings=settings, http=self)
        self.urls: list[str] = []

    async def post(
        self, url: str, headers: object, body: str, timeout_seconds: float, **_limits: int
    ) -> HttpAnswer:
        self.urls.append(url)
        # Handed on.
        return await super().post(url, headers, body, timeout_seconds)  # pyright: ignore[reportArgumentType]

    async def tick(self) -> list[list[Span]]:
        """Tick; what was sent, a request each."""
        self.received.clear()
        await observe(self.platform, REGISTRY)
        return [read_spans(body) for _, body in self.received]


def by_name(spans: Sequence[Span]) -> dict[str, Span]:
    return {span.name: span for span in spans}


async def trace_of(world: World, run_id: str) -> list[Span]:
    async with api_client(world.host.platform) as client:
        return read_spans((await client.get(f"/api/runs/{run_id}/trace")).text)


def test_the_trace_is_the_runs_ulid() -> None:
    assert trace_id("run_01ARZ3NDEKTSV4RRFFQ69G5FAV") == "01563e3ab5d3d6764c61efb99302bd5b"
    assert trace_id("run_7ZZZZZZZZZZZZZZZZZZZZZZZZZ") == "f" * 32
    assert trace_id("run_00000001") == hashlib.sha256(b"run_00000001").hexdigest()[:32]


async def test_a_run_is_a_tree_of_spans() -> None:
    world = await open_receipts(Faults())
    world.host.pieces.receiver.answers.append(500)
    run_id = await upload(world)
    await world.settle()

    spans = await trace_of(world, run_id)

    assert {span.trace_id.hex() for span in spans} == {trace_id(run_id)}
    assert len({span.span_id for span in spans}) == len(spans)
    named = by_name(spans)
    root = named["run receipt"]
    assert root.parent_span_id == b""
    assert attributes(root)["tillroll.state"] == "notified"
    for step in STEPS:
        assert named[step].parent_span_id == root.span_id
        assert named[f"{step} attempt 1"].parent_span_id == named[step].span_id
    call = named["chat @cf/test/vision"]
    assert call.parent_span_id == named["ocr-extract attempt 1"].span_id
    assert (call.kind, attributes(call)["gen_ai.usage.input_tokens"]) == (
        Span.SPAN_KIND_CLIENT,
        1000,
    )
    delivery = named["delivery expense.created"]
    assert (delivery.kind, attributes(delivery)["tillroll.attempt"]) == (Span.SPAN_KIND_PRODUCER, 2)
    assert {event.name for event in root.events} >= {"run.created"}
    for span in spans:
        assert root.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
        assert span.end_time_unix_nano <= root.end_time_unix_nano


async def test_failed_attempts_waits_and_retries_have_their_spans(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    run_id = await upload(world)
    await world.turn()
    world.host.pieces.clock.advance(timedelta(hours=3))
    with monkeypatch.context() as patch:

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("77.31 of Zanzibar is no total")

        patch.setattr("tillroll.receipts.repository.expense_event", fail)
        await world.settle(CORRECTION)
    before = await trace_of(world, run_id)
    async with api_client(world.host.platform) as client:
        await client.post(f"/api/runs/{run_id}/retry", json={"reason": "Zanzibar is mended"})
    await world.settle()
    spans = await trace_of(world, run_id)

    failed = by_name(before)["persist-db attempt 1"]
    assert failed.status.code == 2
    assert attributes(failed)["error.type"] == "RuntimeError"
    review = by_name(spans)["wait review"]
    assert review.end_time_unix_nano - review.start_time_unix_nano >= 3 * 3600 * 10**9
    assert attributes(review)["tillroll.reason"] == "total_missing"
    generations = {
        attributes(span)["tillroll.generation"] for span in spans if span.name == "persist-db"
    }
    assert generations == {1, 2}
    assert {span.span_id for span in before} <= {span.span_id for span in spans}, (
        "ids stay as they were"
    )
    assert {"run.retried", "approve"} <= {
        event.name for event in by_name(spans)["run receipt"].events
    }
    assert "Zanzibar" not in str(spans)


async def test_a_collector_gets_runs_that_end_or_wait_for_a_person() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    collector = Collector(world)
    assert await collector.tick() == [], "there is nothing yet"
    run_id = await upload(world)
    await world.turn()
    [waiting] = await collector.tick()
    assert attributes(by_name(waiting)["run receipt"])["tillroll.status"] == "needs_review"
    assert await collector.tick() == []

    await world.settle(CORRECTION)
    [ended] = await collector.tick()
    assert attributes(by_name(ended)["run receipt"])["tillroll.state"] == "notified"
    assert ended == await trace_of(world, run_id)
    assert {span.span_id for span in waiting} <= {span.span_id for span in ended}
    assert await collector.tick() == []
    assert set(collector.urls) == {"https://collector.test/v1/traces"}


@pytest.mark.parametrize("answer", [None, 503, 429])
async def test_what_a_collector_did_not_take_comes_again(
    answer: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    world = await open_receipts(Faults())
    collector = Collector(world)
    await collector.tick()
    await upload(world)
    await world.settle()
    collector.answers.append(answer)
    [first] = await collector.tick()
    assert "traces.not_sent" in caplog.text
    [again] = await collector.tick()
    assert again == first
    assert await collector.tick() == []
    assert "of-the-collector" not in caplog.text
    assert await world.rows("SELECT value FROM metric_counters WHERE name = 'runs_started'") == [
        {"value": 1}
    ]


async def test_what_a_collector_refuses_for_good_does_not_hold_up_the_rest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = await open_receipts(Faults())
    collector = Collector(world)
    await collector.tick()
    await upload(world)
    await world.settle()
    collector.answers.append(400)
    assert len(await collector.tick()) == 1
    assert "traces.refused" in caplog.text
    assert await collector.tick() == []
    counted = await world.rows(
        "SELECT labels, value FROM metric_counters WHERE name = 'traces_refused'"
    )
    assert [(row["labels"], row["value"]) for row in counted] == [('["400"]', 1)]
    [alert] = await world.rows(
        "SELECT sentence FROM alerts WHERE rule = 'traces_refused' AND closed_at IS NULL"
    )
    assert "(status 400)" in str(alert["sentence"])
    world.host.pieces.clock.advance(timedelta(hours=2))
    await collector.tick()
    assert (
        await world.rows("SELECT 1 FROM alerts WHERE rule = 'traces_refused' AND closed_at IS NULL")
        == []
    )


async def test_many_runs_go_in_bounded_requests() -> None:
    world = await open_receipts(Faults(), webhook=False)
    collector = Collector(world)
    await collector.tick()
    await upload(world)
    await world.settle()
    for number in range(120):
        await world.host.database.all(
            statement(
                """
                INSERT INTO audit_events
                  (stream, seq, event_key, account_id, actor, action, outcome, at, detail, digest)
                SELECT ?1, 1, ?1, account_id, actor, 'run.created', outcome, at,
                    '{"to":"notified"}', digest
                FROM audit_events LIMIT 1
                """,
                [f"run_{number:03}"],
            )
        )
        await world.host.database.all(
            statement(
                """
                INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                                  next_safe_action, created_at, updated_at)
                SELECT ?1, account_id, kind, contract_version, subject, state, status,
                    next_safe_action, created_at,
                       updated_at FROM runs LIMIT 1
                """,
                [f"run_{number:03}"],
            )
        )
    requests = await collector.tick()
    roots = [[span for span in spans if not span.parent_span_id] for spans in requests]
    assert [len(each) for each in roots] == [50, 50, 21]
    assert len({span.trace_id for each in roots for span in each}) == 121


async def test_a_trace_belongs_to_its_account() -> None:
    world = await open_receipts(Faults())
    run_id = await upload(world)
    async with api_client(world.host.platform, OTHER_TOKEN) as client:
        assert (await client.get(f"/api/runs/{run_id}/trace")).status_code == httpx.codes.NOT_FOUND
