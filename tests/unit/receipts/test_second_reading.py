"""The language model through a run: asked where the rules are unsure, and never the reason why a run fails."""

import asyncio
import json

import pytest

from tests.simulation.faults import Faults
from tests.simulation.receipts import (
    LANGUAGE_MODELS,
    UNSURE,
    model_reads,
    model_says,
    open_receipts,
    upload,
)
from tests.simulation.world import World
from tillroll.platform.bindings.models import ModelError
from tillroll.platform.json import JsonObject
from tillroll.receipts import asking

FIRST, FALLBACK = LANGUAGE_MODELS
QUOTA = ModelError(3036, "You have used up your daily free allocation of 10,000 neurons.")
CAPACITY = ModelError(3040, "Capacity temporarily exceeded, please try again.")
GONE = ModelError(5007, "No such model @cf/test/language or task")
NO_JSON_MODE = ModelError(5024, "JSON Mode couldn't be met")
STREAM: JsonObject = {}
LETTERHEAD = "{} SDN BHD\n12 Jalan Bunga, 50000 Kuala Lumpur\nTel: 03-2222 1111\n"
SALE = "Date: 14/02/2026  09:31\nTOTAL  RM  {0}\nCASH  {0}\n"
TWO_RECEIPTS = LETTERHEAD.format("PINE BOOKS") + SALE.format("9.00") + LETTERHEAD.format("CAFE") + SALE.format("4.00")


async def world_after(
    *replies: JsonObject | ModelError, models: tuple[str, str] = LANGUAGE_MODELS, transcript: str = UNSURE
) -> World:
    """A receipt that was read with these replies, each of them asked for."""
    world = await open_receipts(Faults(), transcript, webhook=False, replies=replies, language_models=models)
    await upload(world)
    await world.settle()
    assert len(world.host.pieces.models.asked) == len(replies)
    return world


async def outcome(world: World) -> tuple[str, str | None]:
    [run] = await world.rows("SELECT status, reason FROM runs")
    return str(run["status"]), None if run["reason"] is None else str(run["reason"])


async def calls(world: World) -> list[tuple[object, object]]:
    """The models that were asked, and what came of it: the reason where there is one, else the state."""
    rows = await world.rows("SELECT * FROM ai_calls WHERE purpose = 'second-reading' ORDER BY rowid")
    assert all(row["state"] == "completed" for row in rows if row["reason"] in {None, "unusable"})
    return [(row["model"], row["reason"] or row["state"]) for row in rows]


async def test_an_agreeing_model_spares_the_review() -> None:
    world = await world_after(model_reads())
    assert await outcome(world) == ("complete", None)
    assert await calls(world) == [(FIRST, "completed")]


@pytest.mark.parametrize("models", [("", ""), (FIRST, "")])
async def test_a_sure_reading_asks_no_model(models: tuple[str, str]) -> None:
    world = await world_after(models=models, transcript=UNSURE + "CASH £10.00\nCHANGE £1.00\n")
    assert await outcome(world) == ("complete", None)
    assert await calls(world) == []


async def test_without_a_model_a_person_is_asked() -> None:
    world = await world_after(models=("", ""))
    assert await outcome(world) == ("needs_review", "total_uncertain")


async def test_a_disagreement_is_shown() -> None:
    world = await world_after(model_reads("4.00"), transcript=UNSURE.replace("Tea", "Tea  £4.00"))
    assert (await outcome(world))[0] == "needs_review"
    [row] = await world.rows("SELECT body, accepted FROM extractions")
    body = json.loads(str(row["body"]))
    assert body["total"]["value"] == "9.00"
    assert body["alternatives"]["total"]["value"] == "4.00"
    assert body["alternatives"]["total"]["source"] == FIRST
    assert row["accepted"] == 0


@pytest.mark.parametrize(
    "unusable",
    [
        pytest.param(model_says("I'm sorry, I can't help with that."), id="a refusal in words"),
        pytest.param(model_says('{"total": {"value": "9.0', "length"), id="cut off"),
        pytest.param(model_says("{}"), id="another shape"),
        pytest.param(NO_JSON_MODE, id="no JSON mode"),
    ],
)
async def test_a_malformed_answer_is_asked_for_once_more(unusable: JsonObject | ModelError) -> None:
    mended = await world_after(unusable, model_reads())
    assert await outcome(mended) == ("complete", None)
    assert await calls(mended) == [(FIRST, "unusable"), (FIRST, "completed")]
    [_, (_, again)] = mended.host.pieces.models.asked
    assert "response_format" not in again
    hopeless = await world_after(unusable, unusable)
    assert await outcome(hopeless) == ("needs_review", "total_uncertain")
    assert await calls(hopeless) == [(FIRST, "unusable")] * 2


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        pytest.param(CAPACITY, "refused", id="no capacity"),
        pytest.param(GONE, "refused", id="no such model"),
        pytest.param(STREAM, "no_answer", id="a stream"),
        pytest.param(ModelError(None, "connection lost"), "no_answer", id="connection lost"),
    ],
)
async def test_the_fallback_is_asked_where_the_first_does_not_answer(
    failure: JsonObject | ModelError, reason: str
) -> None:
    world = await world_after(failure, model_reads())
    assert await outcome(world) == ("complete", None)
    assert await calls(world) == [(FIRST, reason), (FALLBACK, "completed")]
    nobody = await world_after(failure, failure)
    assert await outcome(nobody) == ("needs_review", "total_uncertain")
    assert await calls(nobody) == [(FIRST, reason), (FALLBACK, reason)]


async def test_a_spent_quota_asks_nobody_else_and_burns_no_attempt() -> None:
    world = await world_after(QUOTA)
    assert await outcome(world) == ("needs_review", "total_uncertain")
    [call] = await world.rows("SELECT error FROM ai_calls WHERE state = 'failed'")
    assert "3036" in str(call["error"])
    [step] = await world.rows("SELECT attempts FROM run_steps WHERE step = 'parse-structured'")
    assert step["attempts"] == 1


async def test_a_model_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await open_receipts(Faults(), UNSURE, webhook=False, replies=[model_reads()], language_models=(FIRST, ""))
    models = world.host.pieces.models
    answer = models.run

    async def hang(model: str, inputs: JsonObject) -> JsonObject:
        if model == FIRST:
            await asyncio.Event().wait()
        return await answer(model, inputs)

    monkeypatch.setattr(asking, "_CALL_SECONDS", 0.01)
    monkeypatch.setattr(models, "run", hang)
    await upload(world)
    await world.settle()
    assert await outcome(world) == ("needs_review", "total_uncertain")
    assert await calls(world) == [(FIRST, "no_answer")]
    [row] = await world.rows("SELECT error FROM ai_calls WHERE model = ?", FIRST)
    assert row["error"] == f"no answer from {FIRST} in time"


async def test_of_several_receipts_a_person_is_told_and_no_model_asked() -> None:
    world = await world_after(transcript=TWO_RECEIPTS)
    assert await outcome(world) == ("needs_review", "several_receipts")
