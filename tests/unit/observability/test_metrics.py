"""Metrics: equal to what the tables say, counted once whatever happens, cheap to scrape, for
operators only.
"""

import asyncio
from collections import Counter
from datetime import timedelta

import httpx
import pytest

from each_minute import do_each_minute
from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.simulation.verbs.test_failed_items import Post, played
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.support.scraping import parse
from tillroll.observability.counts import bucket_of
from tillroll.observability.events import rows_after
from tillroll.observability.jobs import observe
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

Values = dict[tuple[str, tuple[tuple[str, str], ...]], float]


async def scrape(world: World) -> Values:
    async with api_client(world.host.platform) as client:
        answer = await client.get("/api/metrics")
    assert (
        answer.headers["content-type"]
        == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    )
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in parse(answer.text)
        for sample in family.samples
    }


def labelled(values: Values, name: str) -> dict[str, float]:
    """The values of a name, by its labels' values apart by blanks."""
    return {
        " ".join(value for _, value in labels): number
        for (each, labels), number in values.items()
        if each == name
    }


async def observed(world: World) -> Values:
    await observe(world.host.platform, REGISTRY)
    return await scrape(world)


async def test_a_whole_run_is_counted_step_by_step() -> None:
    world = await open_receipts(Faults())
    world.host.pieces.receiver.answers.append(500)
    await upload(world)
    await world.settle()

    values = await observed(world)

    assert {
        name: number for name, number in labelled(values, "tillroll_runs").items() if number
    } == {"receipt notified complete": 1}
    assert labelled(values, "tillroll_runs_started_total") == {"receipt": 1}
    assert labelled(values, "tillroll_runs_ended_total") == {"receipt complete": 1}
    steps = ("ocr-extract", "parse-structured", "persist-db", "notify-user")
    assert labelled(values, "tillroll_steps_total") == {
        f"receipt completed {step}": 1 for step in steps
    }
    assert labelled(values, "tillroll_step_duration_seconds_count") == {
        f"receipt {step}": 1 for step in steps
    }
    assert labelled(values, "tillroll_deliveries_total") == {"delivered": 1}
    assert values["tillroll_delivery_retries_total", ()] == 1
    assert values["tillroll_events_behind", ()] == 0
    assert values["tillroll_outbox_due", ()] == 0
    moment = world.host.pieces.clock.now().timestamp()
    assert values["tillroll_reconciler_last_tick_timestamp_seconds", ()] == moment


async def test_a_dead_letter_and_its_end_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await open_receipts(Faults())

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("it is broken")

    with monkeypatch.context() as patch:
        patch.setattr("tillroll.receipts.repository.expense_event", fail)
        run_id = await upload(world)
        await world.settle()
    values = await observed(world)
    assert labelled(values, "tillroll_dead_letters")["receipt"] == 1
    assert labelled(values, "tillroll_steps_total")["receipt failed persist-db"] == 1
    assert labelled(values, "tillroll_step_retries_total") == {"receipt persist-db": 10}

    async with api_client(world.host.platform) as client:
        await client.post(f"/api/runs/{run_id}/retry", json={"reason": "it is mended"})
    await world.settle()
    values = await observed(world)
    assert labelled(values, "tillroll_dead_letters")["receipt"] == 0
    assert labelled(values, "tillroll_runs_ended_total") == {
        "receipt failed": 1,
        "receipt complete": 1,
    }


@pytest.mark.parametrize(("refused", "counted"), [(("ben",), {"post": 1}), ((), {})])
async def test_a_result_without_some_items_is_counted(
    refused: tuple[str, ...], counted: dict[str, float]
) -> None:
    values = await observed(await played(Post(*refused)))
    assert labelled(values, "tillroll_runs_started_total") == {"post": 1}
    assert labelled(values, "tillroll_runs_with_failed_items_total") == counted


async def test_open_work_is_as_old_as_it_is() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    run_id = await upload(world)
    await world.turn()
    world.host.pieces.clock.advance(timedelta(hours=3))
    values = await observed(world)
    assert values["tillroll_review_oldest_age_seconds", ()] == 3 * 3600
    assert labelled(values, "tillroll_reviews_requested_total") == {"receipt total_missing": 1}

    async with api_client(world.host.platform) as client:
        await client.post(f"/api/runs/{run_id}/cancel", json={"reason": "by mistake"})
    await world.turn()
    values = await observed(world)
    assert values["tillroll_review_oldest_age_seconds", ()] == 0
    assert await world.rows("SELECT id FROM reviews WHERE taken_up_at IS NULL") == [], (
        "nobody waits for it any more"
    )


async def test_a_due_delivery_is_as_old_as_it_is() -> None:
    world = await open_receipts(Faults())
    world.host.pieces.queue.is_down = True
    await upload(world)
    await world.turn()
    world.host.pieces.clock.advance(timedelta(minutes=7))
    values = await observed(world)
    assert (
        values["tillroll_outbox_due", ()],
        values["tillroll_outbox_oldest_due_age_seconds", ()],
    ) == (1, 420)


async def test_racing_ticks_count_each_event_once() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.settle(CORRECTION)
    await asyncio.gather(*(observe(world.host.platform, REGISTRY) for _ in range(5)))
    once = labelled(await scrape(world), "tillroll_steps_total")
    assert once == labelled(await observed(world), "tillroll_steps_total")
    told = await world.rows("SELECT detail FROM audit_events WHERE action = 'step.completed'")
    assert sum(once.values()) == len(told)


async def test_events_from_before_they_had_times_are_counted_too() -> None:
    world = await open_receipts(Faults())
    await world.host.database.all(
        statement(
            """
            INSERT INTO audit_events (stream, seq, event_key, account_id, actor, action, outcome,
                at, detail, digest)
            VALUES ('run_old', 1, 'k', 'acc_first', 'workflow:receipt', 'step.completed', 'success',
                    '2026-01-01T00:00:00.000Z', '{"step":"ocr-extract","attempt":1}', 'd')
            """
        )
    )
    assert labelled(await observed(world), "tillroll_step_duration_seconds_count") == {}


@pytest.mark.parametrize("only", [None, ["events out"]], ids=["a tick", "what goes it on"])
async def test_what_was_mended_is_added_up(only: list[str] | None) -> None:
    world = await open_receipts(Faults())
    world.host.pieces.queue.is_down = True
    await upload(world)
    await world.turn()
    world.host.pieces.queue.is_down = False
    for mended in (1, 2):  # nobody takes up what was sent again
        world.host.pieces.clock.advance(timedelta(minutes=7))
        await do_each_minute(world.host.platform, only=only)
        assert (
            labelled(await scrape(world), "tillroll_reconciler_mended_total")["deliveries_resent"]
            == mended
        )


async def test_only_operators_may_look() -> None:
    world = await open_receipts(Faults())
    async with api_client(world.host.platform, OTHER_TOKEN) as client:
        answer = await client.get("/api/metrics")
    assert answer.status_code == httpx.codes.FORBIDDEN


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [(0, "0.01"), (0.05, "0.05"), (0.051, "0.1"), (300, "300.0"), (301, "+Inf")],
)
def test_bounds_are_inclusive(seconds: float, bucket: str) -> None:
    assert bucket_of(seconds) == bucket


async def test_the_counted_runs_are_those_of_the_table() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.settle(CORRECTION)
    values = await observed(world)
    rows = await world.rows("SELECT kind, state, status FROM runs")
    expected = Counter(f"{row['kind']} {row['state']} {row['status']}" for row in rows)
    assert {name: n for name, n in labelled(values, "tillroll_runs").items() if n} == expected
    assert await rows_after(world.host.database, 10**6, 10) == []
