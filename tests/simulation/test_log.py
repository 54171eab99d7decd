"""What the log says of a whole run, and that nothing of the receipt is in it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.simulation.receipts import (
    CORRECTION,
    UNSURE,
    model_reads,
    model_says,
    open_receipts,
    upload,
)
from tests.support.host_api import api_client
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

# A receipt of which every word is known, so that each can be looked for.
WORDS = (
    "Zanzibar",
    "Quokka",
    "Marmalade",
    "4711",
    "77.31",
    "7731",
    "180.00",
    "102.69",
    "Fjordgate",
    "holiday-snap",
)
TRANSCRIPT = """\
ZANZIBAR QUOKKA CAFE SDN BHD
4711 Fjordgate, 50450 Kuala Lumpur, Malaysia
Date: 14/02/2026  09:31
1 Marmalade          77.31
TOTAL                77.31
CASH                180.00
CHANGE              102.69
"""


def events(caplog: pytest.LogCaptureFixture) -> Iterator[JsonObject]:
    return (load_object(record.message) for record in caplog.records if record.name == "tillroll")


def silent_about(caplog: pytest.LogCaptureFixture, *words: str) -> None:
    text = caplog.text.lower()
    assert [word for word in words if word.lower() in text] == []


async def test_a_run_is_told_step_by_step_without_a_word_of_its_receipt(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = await open_receipts(Faults(), TRANSCRIPT)
    run_id = await upload(world)
    await world.settle()

    told = [event for event in events(caplog) if event.get("run") == run_id]
    assert [event["event"] for event in told] == [*["step.completed"] * 4, "delivery.delivered"]
    assert [event["step"] for event in told[:4]] == [
        "ocr-extract",
        "parse-structured",
        "persist-db",
        "notify-user",
    ]
    for event in told[:4]:
        assert event["account"] == "acc_first"
        assert (event["attempt"], event["generation"], event["kind"]) == (1, 1, "receipt")
        assert isinstance(event["duration_ms"], int)
    assert len(await world.rows("SELECT id FROM expenses WHERE total_minor = 7731")) == 1
    silent_about(caplog, *WORDS)


async def _reviewed(world: World) -> None:
    await world.settle({"merchant": "Zanzibar", "total": "77.31", "currency": "MYR"})
    assert await world.rows("SELECT id FROM expenses WHERE total_minor = 7731")


@pytest.mark.parametrize(
    "answer",
    [model_reads("77.31"), model_says("Marmalade, 77.31"), ModelError(3036, "quota of Quokka")],
)
async def test_reviews_models_and_failures_are_told_without_their_words(
    answer: JsonObject | ModelError, caplog: pytest.LogCaptureFixture
) -> None:
    world = await open_receipts(Faults(), UNSURE.replace("Atlas", "Marmalade"), replies=[answer])
    world.host.pieces.receiver.answers = [500, None]
    await upload(world)
    await _reviewed(world)
    assert {"review.requested", "review.decided", "delivery.failed"} <= {
        str(e["event"]) for e in events(caplog)
    }
    silent_about(caplog, *WORDS)


async def test_a_step_that_fails_for_a_receipts_sake_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = await open_receipts(Faults(), TRANSCRIPT)

    def fail(*_: object, **__: object) -> None:
        raise ValueError("77.31 of Zanzibar Quokka is no total")

    monkeypatch.setattr("tillroll.receipts.repository.expense_event", fail)
    run_id = await upload(world)
    await world.settle()
    failed = [
        event
        for event in events(caplog)
        if str(event["event"]).startswith("step.") and "error_class" in event
    ]
    assert failed[-1]["event"] == "step.failed"
    assert failed[0]["error_class"] == "ValueError"
    silent_about(caplog, *WORDS)

    async with api_client(world.host.platform) as client:
        await client.post(
            f"/api/runs/{run_id}/abandon", json={"reason": "Marmalade was for Quokka"}
        )
    world.host.pieces.clock.advance(timedelta(minutes=5))
    await world.settle(CORRECTION)
    assert "run.abandoned" in {str(event["event"]) for event in events(caplog)}
    silent_about(caplog, *WORDS)


async def test_a_request_is_told_by_its_route(caplog: pytest.LogCaptureFixture) -> None:
    world = await open_receipts(Faults())
    async with api_client(world.host.platform) as client:
        await client.get("/api/runs/run_Zanzibar")
        await client.get("/api/Zanzibar")
    first, second = [event for event in events(caplog) if event["event"] == "request.answered"]
    assert (first["route"], first["status"], first["account"]) == (
        "/api/runs/{run_id}",
        404,
        "acc_first",
    )
    assert (second["route"], second["status"]) == ("unknown", 404)
    silent_about(caplog, *WORDS)
