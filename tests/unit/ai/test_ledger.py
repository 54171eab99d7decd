"""The ledger of calls to models: a row for each, whatever became of it."""

from datetime import timedelta

import pytest

from tests.simulation.receipts import (
    LANGUAGE_MODELS,
    NO_TOTAL,
    UNSURE,
    check_ledger,
    model_reads,
    model_says,
    open_receipts,
    upload,
)
from tillroll_durable.ai.ledger import settle_interrupted
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_testing.simulation.faults import Crash, Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.disturbances import kill

VISION = "@cf/test/vision"
CAPACITY = ModelError(3040, "Capacity temporarily exceeded, please try again.")
LOST = ModelError(None, "connection lost")
QUOTA = ModelError(3036, "You have used up your daily free allocation of 10,000 neurons.")


async def calls(world: World) -> list[Row]:
    await check_ledger(world)
    return await world.rows("SELECT * FROM ai_calls ORDER BY id")


def fates(rows: list[Row]) -> list[tuple[object, object]]:
    return [(row["state"], row["reason"]) for row in rows]


async def test_a_call_that_went_well_has_its_cost_and_its_answer() -> None:
    world = await open_receipts(Faults())
    run_id = await upload(world)
    await world.settle()
    [call] = await calls(world)
    expected = {
        "run_id": run_id,
        "account_id": "acc_first",
        "model": VISION,
        "purpose": "ocr-extract",
        "step": "ocr-extract",
        "generation": 1,
        "attempt": 1,
        "state": "completed",
        "reason": None,
        "error": None,
        "input_tokens": 1000,
        "output_tokens": 200,
        "cost_micro_usd": 160,
        "counted_micro_usd": 160,
    }
    assert {name: call[name] for name in expected} == expected
    assert call["created_at"] == call["approved_at"] == call["started_at"]
    assert call["ended_at"] is not None
    assert str(call["output_key"]).endswith("/transcript/cf-test-vision.json")
    assert len(str(call["input_sha256"])) == 64


async def test_failed_attempts_leave_their_calls() -> None:
    world = await open_receipts(Faults())
    world.host.pieces.models.failures = [CAPACITY, LOST]
    await upload(world)
    await world.settle()
    rows = await calls(world)
    assert fates(rows) == [("failed", "refused"), ("failed", "no_answer"), ("completed", None)]
    assert [row["attempt"] for row in rows] == [1, 2, 3]
    assert [row["cost_micro_usd"] for row in rows] == [None, None, 160]
    assert rows[0]["counted_micro_usd"] == 0, "what was refused cost nothing"
    assert integer(rows[1]["counted_micro_usd"]) > 0, "what may have been paid counts"
    [day] = await world.rows("SELECT * FROM ai_daily")
    assert (day["offered"], day["failed"], day["completed"], day["unpriced"]) == (3, 2, 1, 1)
    assert day["cost_micro_usd"] == 160


def integer(value: object) -> int:
    assert isinstance(value, int)
    return value


async def test_a_call_that_failed_for_good_is_in_the_ledger() -> None:
    world = await open_receipts(Faults())
    world.host.pieces.models.failures = [QUOTA]
    await upload(world)
    await world.settle()
    [call] = await calls(world)
    assert (call["state"], call["reason"]) == ("failed", "refused")
    assert "3036" in str(call["error"])


async def die_at(point: str) -> World:
    """A world whose process has died at the first point of this name, and where nothing has
    happened since.
    """
    faults = Faults()
    world = await open_receipts(faults)
    faults.when.append((lambda name: name == point, lambda: kill(world)))
    await upload(world)
    with pytest.raises(Crash):
        await world.turn()
    return world


@pytest.mark.parametrize(
    ("point", "fate"),
    [
        ("model: before the call", [("failed", "interrupted"), ("completed", None)]),
        ("model: after the answer", [("failed", "interrupted"), ("completed", None)]),
        ("objects: after put", [("completed", None)]),
    ],
)
async def test_what_a_crash_left_as_started_is_settled_by_the_next_attempt(
    point: str, fate: list[tuple[object, object]]
) -> None:
    world = await die_at(point)
    assert fates(await world.rows("SELECT * FROM ai_calls")) == [("started", None)]
    world.instances.wake_after_restart()
    await world.settle()
    rows = await calls(world)
    assert fates(rows) == fate
    assert rows[0]["cost_micro_usd"] == (160 if len(rows) == 1 else None)


@pytest.mark.parametrize("is_restored", [False, True])
async def test_a_call_that_only_its_answer_knows_is_counted_once(*, is_restored: bool) -> None:
    """A database that was restored has neither the call nor its count."""
    world = await die_at("objects: after put")
    if is_restored:
        await world.rows("DELETE FROM ai_calls")
        await world.rows("UPDATE account_usage SET ai_calls = 0")
    world.instances.wake_after_restart()
    await world.settle()
    assert fates(await world.rows("SELECT * FROM ai_calls")) == [("completed", None)]
    [usage] = await world.rows("SELECT ai_calls FROM account_usage")
    assert usage["ai_calls"] == 1


async def test_what_no_attempt_comes_back_to_is_settled_by_the_cron() -> None:
    world = await die_at("model: before the call")
    await settle_interrupted(world.host.platform)
    assert fates(await world.rows("SELECT * FROM ai_calls")) == [("started", None)]
    world.host.pieces.clock.advance(timedelta(minutes=16))
    await settle_interrupted(world.host.platform)
    assert fates(await calls(world)) == [("failed", "interrupted")]


async def test_an_answer_that_comes_after_all_corrects_what_was_taken_for_interrupted() -> None:
    faults = Faults()
    world = await open_receipts(faults)
    faults.when.append((lambda name: name == "model: after the answer", faults.stall))
    await upload(world)
    await world.settle()
    assert fates(await calls(world)) == [("failed", "interrupted"), ("completed", None)]
    await faults.release()
    rows = await calls(world)
    assert fates(rows) == [("completed", None), ("completed", None)], "both were paid for"
    assert [row["cost_micro_usd"] for row in rows] == [160, 160]


async def test_an_answer_of_no_use_is_paid_all_the_same() -> None:
    world = await open_receipts(Faults(), UNSURE, replies=[model_says("no"), model_reads()])
    await upload(world)
    await world.settle()
    rows = await calls(world)
    assert fates(rows) == [("completed", None), ("completed", "unusable"), ("completed", None)]
    assert [row["cost_micro_usd"] for row in rows] == [160, 74, 74]
    assert {row["model"] for row in rows} == {VISION, LANGUAGE_MODELS[0]}


async def test_without_tokens_the_cost_is_unknown_and_not_nothing() -> None:
    world = await open_receipts(
        Faults(), UNSURE, replies=[{"response": str(model_reads()["choices"])}]
    )
    await upload(world)
    await world.settle()
    rows = await calls(world)
    assert [(row["cost_micro_usd"], row["is_unpriced"]) for row in rows] == [
        (160, 0),
        (None, 1),
        (None, 1),
    ]


@pytest.mark.parametrize("how", ["reject", "cancel"])
async def test_what_an_ended_run_paid_for_is_rolled_back(how: str) -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.settle()
    if how == "cancel":
        await world.cancel()
    await world.settle({"decision": "reject"})
    [call] = await calls(world)
    assert (call["state"], call["cost_micro_usd"], call["counted_micro_usd"]) == (
        "rolled_back",
        160,
        160,
    )
    assert call["rolled_back_at"] is not None


async def test_what_an_abandoned_run_paid_for_is_rolled_back() -> None:
    world = await open_receipts(Faults())
    await upload(world)
    world.database.refuses.add("INSERT INTO extractions")
    await world.settle()
    assert fates(await calls(world)) == [("completed", None)]
    await world.abandon()
    await world.settle()
    assert fates(await calls(world)) == [("rolled_back", None)]
