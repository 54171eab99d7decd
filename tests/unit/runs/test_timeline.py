"""The timeline of a run: what happened, in order, in all its generations, with beginnings, ends and
outcomes.
"""

from datetime import timedelta
from typing import Any

import httpx

from tests.simulation.receipts import (
    CORRECTION,
    NO_TOTAL,
    UNSURE,
    model_reads,
    open_receipts,
    upload,
)
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

CAPACITY = ModelError(3040, "Capacity temporarily exceeded, please try again.")
QUOTA = ModelError(3036, "You have used up your daily free allocation of 10,000 neurons.")


async def timeline(world: World, run_id: str) -> dict[str, Any]:
    async with api_client(world.host.platform) as client:
        answer = await client.get(f"/api/runs/{run_id}/timeline")
    assert answer.status_code == httpx.codes.OK, answer.text
    found = answer.json()
    starts = [item["startedAt"] for item in found["items"]]
    assert starts == sorted(starts)
    for item in found["items"]:
        assert item["endedAt"] is None or item["endedAt"] >= item["startedAt"], item
    return found


def told(found: dict[str, Any], *kinds: str) -> list[tuple[str, str]]:
    return [(item["name"], item["outcome"]) for item in found["items"] if item["kind"] in kinds]


def of(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [item for item in found["items"] if item["kind"] == kind]


async def test_a_clear_receipt() -> None:
    world = await open_receipts(Faults())
    run_id = await upload(world)
    before = await timeline(world, run_id)
    assert told(before, "step", "attempt") == [
        ("ocr-extract", "running"),
        ("ocr-extract", "running"),
    ]
    await world.settle()
    found = await timeline(world, run_id)
    assert told(found, "step") == [
        ("ocr-extract", "completed"),
        ("parse-structured", "completed"),
        ("persist-db", "completed"),
        ("notify-user", "completed"),
    ]
    assert told(found, "act") == [("run.created", "success")]
    assert told(found, "ai_call") == [("@cf/test/vision", "completed")]
    assert told(found, "delivery") == [("expense.created", "delivered")]
    assert told(found, "wait", "decision") == []
    assert found["endedAt"] is not None
    [call] = of(found, "ai_call")
    assert (call["step"], call["attempt"], call["detail"]["costMicroUsd"]) == (
        "ocr-extract",
        1,
        160,
    )


async def test_failed_attempts_and_the_waits_between_them() -> None:
    world = await open_receipts(Faults(), webhook=False)
    world.host.pieces.models.failures = [CAPACITY, CAPACITY]
    run_id = await upload(world)
    await world.settle()
    found = await timeline(world, run_id)
    attempts = [item for item in of(found, "attempt") if item["step"] == "ocr-extract"]
    assert [(item["attempt"], item["outcome"]) for item in attempts] == [
        (1, "failed"),
        (2, "failed"),
        (3, "completed"),
    ]
    assert "3040" in attempts[0]["error"]
    waits = of(found, "wait")
    assert [(wait["name"], wait["outcome"], wait["endedAt"]) for wait in waits] == [
        ("backoff", "over", attempts[1]["startedAt"]),
        ("backoff", "over", attempts[2]["startedAt"]),
    ]
    [step, *_] = of(found, "step")
    assert (step["startedAt"], step["endedAt"], step["attempt"]) == (
        attempts[0]["startedAt"],
        attempts[2]["endedAt"],
        3,
    )
    assert [call["outcome"] for call in of(found, "ai_call")] == ["failed", "failed", "completed"]


async def test_a_review_and_its_decision() -> None:
    world = await open_receipts(Faults(), NO_TOTAL, webhook=False)
    run_id = await upload(world)
    await world.settle()
    waiting = await timeline(world, run_id)
    [wait] = of(waiting, "wait")
    assert (wait["name"], wait["reason"], wait["outcome"], wait["endedAt"]) == (
        "review",
        "total_missing",
        "waiting",
        None,
    )
    assert wait["until"] > wait["startedAt"]
    assert told(waiting, "step") == [
        ("ocr-extract", "completed"),
        ("parse-structured", "handed_over"),
    ]
    assert waiting["endedAt"] is None
    world.host.pieces.clock.advance(timedelta(days=2))
    await world.settle(CORRECTION)
    found = await timeline(world, run_id)
    [wait] = of(found, "wait")
    [decision] = of(found, "decision")
    assert (wait["outcome"], decision["name"], decision["actor"]) == (
        "over",
        "approve",
        "user:usr_first",
    )
    assert wait["startedAt"] < decision["startedAt"] <= wait["endedAt"]
    assert "review.reminded" in [name for name, _ in told(found, "act")]
    assert told(found, "step")[2:] == [("persist-db", "completed"), ("notify-user", "completed")]


async def test_generations_before_a_retry_stay() -> None:
    world = await open_receipts(Faults(), webhook=False)
    world.host.pieces.models.failures = [CAPACITY, QUOTA]
    run_id = await upload(world)
    await world.settle()
    failed = await timeline(world, run_id)
    assert told(failed, "step") == [("ocr-extract", "failed")]
    assert told(failed, "wait") == [("backoff", "over"), ("operator", "waiting")]
    assert [item["endedAt"] for item in of(failed, "wait")][1] is None
    world.host.pieces.clock.advance(timedelta(hours=5))
    await world.retry()
    await world.settle()
    found = await timeline(world, run_id)
    assert found["generation"] == 2
    assert [(item["name"], item["generation"], item["outcome"]) for item in of(found, "step")] == [
        ("ocr-extract", 1, "failed"),
        ("ocr-extract", 2, "completed"),
        ("parse-structured", 2, "completed"),
        ("persist-db", 2, "completed"),
        ("notify-user", 2, "completed"),
    ]
    ocr = [item for item in of(found, "attempt") if item["step"] == "ocr-extract"]
    assert [(item["generation"], item["attempt"]) for item in ocr] == [(1, 1), (1, 2), (2, 1)]
    acts = {item["name"]: item for item in of(found, "act")}
    assert (acts["run.retried"]["actor"], acts["run.retried"]["reason"]) == (
        "user:usr_first",
        "because of the test",
    )
    operator = of(found, "wait")[1]
    assert (operator["name"], operator["endedAt"]) == ("operator", acts["run.retried"]["startedAt"])
    assert found["endedAt"] is not None


async def test_a_pause_and_a_cancellation() -> None:
    world = await open_receipts(Faults(), NO_TOTAL, webhook=False)
    run_id = await upload(world)
    await world.settle()
    await world.pause()
    paused = await timeline(world, run_id)
    assert told(paused, "wait") == [("review", "waiting"), ("pause", "waiting")]
    world.host.pieces.clock.advance(timedelta(hours=1))
    await world.unpause()
    await world.cancel()
    await world.settle()
    found = await timeline(world, run_id)
    assert told(found, "wait") == [("review", "over"), ("pause", "over")]
    assert [name for name, _ in told(found, "act")][-2:] == [
        "run.cancel_requested",
        "run.cancelled",
    ]
    assert told(found, "ai_call") == [("@cf/test/vision", "rolled_back")]
    assert found["endedAt"] is not None


async def test_a_delivery_that_is_given_up_and_sent_again() -> None:
    world = await open_receipts(Faults())
    world.host.pieces.receiver.answers.extend([500] * 10)
    run_id = await upload(world)
    await world.turn()
    pending = await timeline(world, run_id)
    [delivery] = of(pending, "delivery")
    assert (delivery["outcome"], delivery["attempt"], delivery["error"]) == (
        "pending",
        1,
        "the receiver answered 500",
    )
    assert delivery["until"] is not None
    for _ in range(30):
        world.host.pieces.clock.advance(timedelta(hours=11))
        await world.turn()
    assert told(await timeline(world, run_id), "delivery") == [("expense.created", "given_up")]
    async with api_client(world.host.platform) as client:
        await client.post(f"/api/runs/{run_id}/resend", json={"reason": "the receiver is mended"})
    assert told(await timeline(world, run_id), "delivery") == [
        ("expense.created", "given_up"),
        ("expense.created", "pending"),
    ]
    await world.settle()
    found = await timeline(world, run_id)
    assert told(found, "delivery") == [
        ("expense.created", "given_up"),
        ("expense.created", "delivered"),
    ]
    assert [item["attempt"] for item in of(found, "delivery")] == [10, 1]


async def test_a_call_that_no_budget_was_left_for() -> None:
    world = await open_receipts(
        Faults(), UNSURE, webhook=False, replies=[model_reads()], ai_daily_budget=1_120
    )
    run_id = await upload(world)
    await world.settle()
    found = await timeline(world, run_id)
    assert [(item["outcome"], item["reason"]) for item in of(found, "ai_call")] == [
        ("completed", None),
        ("offered", "ai_budget"),
    ]


async def test_it_is_sent_only_where_it_has_changed_and_to_the_account_only() -> None:
    world = await open_receipts(Faults())
    run_id = await upload(world)
    path = f"/api/runs/{run_id}/timeline"
    async with api_client(world.host.platform) as client:
        first = await client.get(path)
        again = await client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == httpx.codes.NOT_MODIFIED
        await world.settle()
        changed = await client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert changed.status_code == httpx.codes.OK
    async with api_client(world.host.platform, OTHER_TOKEN) as stranger:
        assert (await stranger.get(path)).status_code == httpx.codes.NOT_FOUND
