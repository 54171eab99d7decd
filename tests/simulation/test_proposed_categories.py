"""A category is proposed for each new receipt; what a person chooses changes the next one, and can
be forgotten.
"""

from datetime import timedelta
from typing import Any, cast

import pytest

from tests.simulation.receipts import LANGUAGE_MODELS, check_receipts, model_says, open_receipts
from tests.simulation.test_learning import Shopper, clear, without_total
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults

HOTEL = "HOTEL SERI KAJANG SDN BHD"
SET: JsonObject = {"set": "basic"}


@pytest.fixture
async def shopper() -> Shopper:
    shopper = Shopper(await open_receipts(Faults(), webhook=False))
    await shopper.ask("POST", "/api/categories/starters", SET)
    return shopper


async def bought(shopper: Shopper, total: str, merchant: str = HOTEL) -> dict[str, Any]:
    """The expense of a clear receipt."""
    run = await shopper.show(await shopper.upload(clear(total, merchant)))
    return cast("dict[str, Any]", run["expense"])


async def choose(shopper: Shopper, expense: dict[str, Any], category: str | None) -> dict[str, Any]:
    shopper.world.host.pieces.clock.advance(timedelta(seconds=1))
    answer = await shopper.ask("PATCH", f"/api/expenses/{expense['id']}", {"category": category})
    return answer.raise_for_status().json()


async def test_the_first_receipt_of_an_account_has_one_proposed(shopper: Shopper) -> None:
    expense = await bought(shopper, "20.00")
    assert expense["category"] is None, "nobody chose it"
    assert expense["proposedCategory"] == {
        "category": "Accommodation",
        "source": "merchant",
        "reason": "“HOTEL” is in the name.",
        "score": 0.8,
    }
    assert (await bought(shopper, "21.00", "ZARLO MERIDIAN"))["proposedCategory"] is None
    listed = (await shopper.ask("GET", "/api/expenses")).json()["items"]
    assert [each["proposedCategory"] is None for each in listed] == [True, False]
    taken = await choose(shopper, expense, "Accommodation")
    assert (taken["category"], taken["proposedCategory"]) == ("Accommodation", None)
    await check_receipts(shopper.world)


async def test_one_choice_and_one_correction_change_the_next(shopper: Shopper) -> None:
    await choose(shopper, await bought(shopper, "20.00"), "Meals")
    second = await bought(shopper, "21.00")
    assert (second["category"], second["proposedCategory"]["category"]) == (None, "Meals")
    await choose(shopper, second, "Meals")
    third = await bought(shopper, "22.00")
    assert third["category"] == "Meals", "what is usual is given, as before"
    await choose(shopper, third, "Training")
    fourth = await bought(shopper, "23.00")
    assert (fourth["category"], fourth["proposedCategory"]["category"]) == (None, "Training")
    assert fourth["proposedCategory"]["reason"].startswith("It was chosen for the last expense of ")


async def test_an_older_expense_that_is_sorted_last_counts_as_the_last_choice(
    shopper: Shopper,
) -> None:
    first, second = await bought(shopper, "20.00"), await bought(shopper, "21.00")
    await choose(shopper, second, "Meals")
    await choose(shopper, first, "Training")
    assert (await bought(shopper, "22.00"))["proposedCategory"]["category"] == "Training"


async def test_what_was_learnt_is_shown_and_forgotten(shopper: Shopper) -> None:
    first = await bought(shopper, "20.00")
    await choose(shopper, first, "Training")
    waiting = await bought(shopper, "21.00")
    [merchant] = (await shopper.ask("GET", "/api/merchants")).json()["items"]
    assert merchant["learned"] == {"category": "Training", "times": 1, "of": 1}
    about: JsonObject = {"merchant": merchant["name"], "category": "Training"}
    assert (await shopper.ask("POST", "/api/proposals/dismiss", about)).status_code == 204
    [merchant] = (await shopper.ask("GET", "/api/merchants")).json()["items"]
    assert merchant["learned"] is None
    shown = (await shopper.ask("GET", f"/api/expenses/{waiting['id']}")).json()
    assert shown["proposedCategory"] is None
    next_one = await bought(shopper, "22.00")
    assert next_one["proposedCategory"]["category"] == "Accommodation", "its name says it still"
    await choose(shopper, next_one, "Training")
    assert (await bought(shopper, "23.00"))["proposedCategory"]["category"] == "Training", (
        "chosen anew, learnt anew"
    )


async def test_what_the_name_says_is_dismissed_for_this_merchant(shopper: Shopper) -> None:
    merchant = (await bought(shopper, "20.00"))["merchant"]
    await shopper.ask(
        "POST", "/api/proposals/dismiss", {"merchant": merchant, "category": "Accommodation"}
    )
    assert (await bought(shopper, "21.00"))["proposedCategory"] is None
    assert (await bought(shopper, "22.00", "HOTEL LIMA"))["proposedCategory"][
        "category"
    ] == "Accommodation"


async def test_a_rule_and_a_person_go_before_it(shopper: Shopper) -> None:
    rule: JsonObject = {"when": {"words": ["seri kajang"]}, "gives": {"category": "Rent"}}
    await shopper.ask("POST", "/api/rules", rule)
    ruled = await bought(shopper, "20.00")
    assert (ruled["category"], ruled["proposedCategory"]) == ("Rent", None)
    run = await shopper.upload(
        without_total("HOTEL LIMA"), {"total": "9.00", "currency": "MYR", "category": "Meals"}
    )
    chosen = cast("dict[str, Any]", (await shopper.show(run))["expense"])
    assert (chosen["category"], chosen["proposedCategory"]) == ("Meals", None)


async def test_a_review_shows_it_and_a_corrected_merchant_takes_it_away(shopper: Shopper) -> None:
    run = await shopper.upload(without_total())
    shown = cast("dict[str, Any]", (await shopper.show(run))["extraction"])
    assert shown["proposedCategory"]["category"] == "Meals"
    values: JsonObject = {"total": "9.00", "currency": "MYR", "merchant": "Lim Hardware Works"}
    run = await shopper.upload(without_total("CAFE LIMA"), values)
    assert cast("dict[str, Any]", (await shopper.show(run))["expense"])["proposedCategory"] is None


async def test_a_language_model_is_asked_last_and_its_call_is_in_the_ledger() -> None:
    replies = [model_says('{"category": "Training", "line": 0}')]
    world = await open_receipts(
        Faults(), webhook=False, replies=replies, language_models=(LANGUAGE_MODELS[0], "")
    )
    shopper = Shopper(world)
    await bought(shopper, "19.00", "ZARLO MERIDIAN")
    assert await world.rows("SELECT * FROM ai_calls WHERE purpose = 'category'") == [], (
        "there is nothing to choose of"
    )
    await shopper.ask("POST", "/api/categories/starters", SET)
    proposed = (await bought(shopper, "20.00", "ZARLO MERIDIAN"))["proposedCategory"]
    assert (proposed["category"], proposed["source"], proposed["score"]) == (
        "Training",
        "model",
        0.6,
    )
    assert proposed["reason"] == "A language model goes by “ZARLO MERIDIAN”."
    [call] = await world.rows("SELECT state, model FROM ai_calls WHERE purpose = 'category'")
    assert call == {"state": "completed", "model": LANGUAGE_MODELS[0]}
    assert (await bought(shopper, "21.00"))["proposedCategory"]["source"] == "merchant"
    assert len(await world.rows("SELECT 1 FROM ai_calls WHERE purpose = 'category'")) == 1
    await check_receipts(world)


@pytest.mark.parametrize(
    "said", ['{"category": "Yachts", "line": 0}', "no idea", '{"category": null, "line": null}']
)
async def test_what_a_model_says_beside_the_question_changes_nothing(said: str) -> None:
    world = await open_receipts(
        Faults(),
        webhook=False,
        replies=[model_says(said)],
        language_models=(LANGUAGE_MODELS[0], ""),
    )
    shopper = Shopper(world)
    await shopper.ask("POST", "/api/categories/starters", SET)
    expense = await bought(shopper, "20.00", "ZARLO MERIDIAN")
    assert (expense["category"], expense["proposedCategory"]) == (None, None)
    assert [row["status"] for row in await world.rows("SELECT status FROM runs")] == ["complete"]
