"""What a model reads of documents that a person confirmed: measured, paid from the budget, and of
no effect.
"""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.simulation.receipts import (
    UNSURE,
    check_receipts,
    model_reads,
    model_says,
    open_receipts,
    upload,
)
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, TOKEN
from tillroll_durable.ai.budgets import set_budget
from tillroll_durable.ai.costs import CostSettings
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

MODEL = "@cf/test/vision"
VALUES: JsonObject = {
    "merchant": "Pine Books",
    "date": "2024-02-25",
    "total": "9.00",
    "currency": "GBP",
}


async def ask(
    world: World, method: str, path: str, body: Any = None, token: str = TOKEN
) -> httpx.Response:
    async with api_client(world.host.platform, token) as client:
        return await client.request(method, path, json=body)


async def measured(world: World, model: str = MODEL) -> dict[str, Any]:
    run_id = (await documents(world))[0]["runId"]
    return (
        (await ask(world, "POST", f"/api/runs/{run_id}/measurements", {"model": model}))
        .raise_for_status()
        .json()
    )


async def documents(world: World, token: str = TOKEN) -> list[dict[str, Any]]:
    return (
        (await ask(world, "GET", "/api/models/documents", token=token))
        .raise_for_status()
        .json()["items"]
    )


@pytest.fixture
async def world() -> World:
    """One document that a person confirmed, and one that was accepted without."""
    found = await open_receipts(Faults(), UNSURE, webhook=False, language_models=("", ""))
    await upload(found)
    await found.settle({**VALUES, "total": "9.00"})
    found.host.pieces.models.transcript = (
        UNSURE.replace("9.00", "8.00") + "CASH £10.00\nCHANGE £2.00\n"
    )
    await upload(found, copy=1)
    await found.settle()
    found.host.pieces.models.replies = [model_reads()]
    return found


async def test_what_a_person_confirmed_is_the_truth(world: World) -> None:
    [document] = await documents(world)
    assert document["merchant"] == "Pine Books"
    found = await measured(world)
    assert found["verdicts"] == {
        "merchant": "silent",
        "date": "right",
        "total": "right",
        "currency": "silent",
    }
    assert (found["isAnswered"], found["isOverBudget"]) == (True, False)
    rules = await measured(world, "rules")
    assert (rules["verdicts"]["merchant"], rules["verdicts"]["total"], rules["costMicroUsd"]) == (
        "right",
        "right",
        0,
    )


async def test_a_wrong_value_is_told_from_none_that_is_printed(world: World) -> None:
    world.host.pieces.models.replies = [model_reads("10.00", "2024-02-26")]
    assert (await measured(world))["verdicts"]["total"] == "silent", "10.00 stands nowhere"
    world.host.pieces.models.transcript = UNSURE.replace("Tea", "Tea  £4.00")
    await upload(world, copy=2)
    await world.settle(VALUES | {"merchant": "Other"})
    world.host.pieces.models.replies = [model_reads("4.00")]
    assert (await measured(world))["verdicts"]["total"] == "wrong"


async def test_each_call_is_paid_once_and_changes_nothing(world: World) -> None:
    before = await world.rows("SELECT * FROM expenses")
    first, again = await measured(world), await measured(world)
    assert first["costMicroUsd"] == again["costMicroUsd"] > 0
    assert len(world.host.pieces.models.asked) == 1
    [call] = await world.rows("SELECT * FROM ai_calls WHERE purpose = 'measurement'")
    assert (call["state"], call["step"], call["cost_micro_usd"]) == (
        "completed",
        None,
        first["costMicroUsd"],
    )
    assert await world.rows("SELECT * FROM expenses") == before
    await check_receipts(world)


async def test_without_money_no_model_is_asked(world: World) -> None:
    await set_budget(world.host.platform, "acc_first", 0, "user:usr_first")
    found = await measured(world)
    assert (found["isOverBudget"], found["isAnswered"]) == (True, False)
    assert world.host.pieces.models.asked == []


async def test_one_that_does_not_answer_says_so(world: World) -> None:
    world.host.pieces.models.replies = [ModelError(3040, "Capacity temporarily exceeded")]
    found = await measured(world)
    assert (found["isAnswered"], set(found["verdicts"].values())) == (False, {"silent"})
    world.host.pieces.models.replies = [model_says("no")]
    assert not (await measured(world))["isAnswered"]


async def test_only_models_with_a_price_and_documents_that_were_confirmed(world: World) -> None:
    [document] = await documents(world)
    path = f"/api/runs/{document['runId']}/measurements"
    refused = await ask(world, "POST", path, {"model": "@cf/test/unpriced"})
    assert (refused.status_code, "AI_PRICES" in refused.text) == (422, True)
    [other] = await world.rows("SELECT run_id FROM expenses WHERE run_id <> ?", document["runId"])
    refused = await ask(
        world, "POST", f"/api/runs/{other['run_id']}/measurements", {"model": MODEL}
    )
    assert (refused.status_code, "confirmed" in refused.text) == (422, True)
    assert await documents(world, OTHER_TOKEN) == []
    assert (await ask(world, "POST", path, {"model": MODEL}, OTHER_TOKEN)).status_code == 404


async def test_a_model_that_takes_pictures_is_shown_the_photo(world: World) -> None:
    seeing = "@cf/google/gemma-4-26b-a4b-it"
    settings = world.host.platform.settings
    prices = {seeing: settings.of(CostSettings).prices[MODEL]}
    changed = settings.changed(replace(settings.of(CostSettings), prices=prices))
    world.host.platform = replace(world.host.platform, settings=changed)
    assert (await measured(world, seeing))["verdicts"]["total"] == "right"
    assert "image_url" in str(world.host.pieces.models.asked)
