"""The language model through a run: asked where the rules are unsure, and never the reason why a
run fails.
"""

import asyncio
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.simulation.receipts import (
    LANGUAGE_MODELS,
    UNSURE,
    model_reads,
    model_says,
    open_receipts,
    upload,
)
from tests.support.cloudflare_failures import AI_FAILURES
from tests.support.host_platform import TOKEN
from tests.support.invoice import invoice_pdf
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.ai.settings import AiSettings, SecondReading
from tillroll.receipts import asking
from tillroll.receipts.native import receive
from tillroll_durable.ai.costs import CostSettings, Price
from tillroll_durable.platform.bindings.models import ModelError, error_of
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

FIRST, FALLBACK = LANGUAGE_MODELS
QUOTA = ModelError(3036, "You have used up your daily free allocation of 10,000 neurons.")
CAPACITY = ModelError(3040, "Capacity temporarily exceeded, please try again.")
GONE = ModelError(5007, "No such model @cf/test/language or task")
NO_JSON_MODE = ModelError(5024, "JSON Mode couldn't be met")
STREAM: JsonObject = {}
LETTERHEAD = "{} SDN BHD\n12 Jalan Bunga, 50000 Kuala Lumpur\nTel: 03-2222 1111\n"
SALE = "Date: 14/02/2026  09:31\nTOTAL  RM  {0}\nCASH  {0}\n"
TWO_RECEIPTS = (
    LETTERHEAD.format("PINE BOOKS")
    + SALE.format("9.00")
    + LETTERHEAD.format("CAFE")
    + SALE.format("4.00")
)


async def world_after(
    *replies: JsonObject | ModelError,
    models: tuple[str, str] = LANGUAGE_MODELS,
    transcript: str = UNSURE,
) -> World:
    """A receipt that was read with these replies, each of them asked for."""
    world = await open_receipts(
        Faults(), transcript, webhook=False, replies=replies, language_models=models
    )
    await upload(world)
    await world.settle()
    assert len(world.host.pieces.models.asked) == len(replies)
    return world


async def outcome(world: World) -> tuple[str, str | None]:
    [run] = await world.rows("SELECT status, reason FROM runs")
    return str(run["status"]), None if run["reason"] is None else str(run["reason"])


async def calls(world: World) -> list[tuple[object, object]]:
    """The models that were asked, and what came of it: the reason where there is one, else the
    state.
    """
    rows = await world.rows("SELECT * FROM ai_calls WHERE purpose = 'second-reading' ORDER BY id")
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
    [row] = await world.rows("SELECT body FROM extractions")
    body = json.loads(str(row["body"]))
    assert body["total"]["value"] == "9.00"
    assert body["alternatives"]["total"]["value"] == "4.00"
    assert body["alternatives"]["total"]["source"] == FIRST


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
    world = await open_receipts(
        Faults(), UNSURE, webhook=False, replies=[model_reads()], language_models=(FIRST, "")
    )
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


SURE = UNSURE + "CASH £10.00\nCHANGE £1.00\n"


async def always(*replies: JsonObject | ModelError, budget: int | None = None) -> World:
    """A receipt that the rules are sure of, where a model reads each."""
    world = await open_receipts(
        Faults(),
        SURE,
        webhook=False,
        replies=replies,
        language_models=LANGUAGE_MODELS,
        ai_daily_budget=budget,
    )
    settings = world.host.platform.settings
    changed = replace(settings.of(AiSettings), second_reading=SecondReading.ALWAYS)
    world.host.platform = replace(world.host.platform, settings=settings.changed(changed))
    await upload(world)
    await world.settle()
    return world


async def test_where_each_is_read_twice_a_disagreement_asks_and_all_else_does_not() -> None:
    world = await always(model_reads())
    assert await outcome(world) == ("complete", None)
    assert await calls(world) == [(FIRST, "completed")]
    assert await outcome(await always(model_reads("10.00"))) == ("needs_review", "model_disagrees")
    assert await outcome(await always(CAPACITY)) == ("complete", None)
    assert await outcome(await always(model_reads(), budget=1_120)) == ("complete", None), (
        "no money asked"
    )


async def test_a_model_that_takes_pictures_sees_the_photo() -> None:
    seeing = "@cf/google/gemma-4-26b-a4b-it"
    world = await world_after(model_reads(), models=(seeing, FIRST))
    [(model, inputs)] = world.host.pieces.models.asked
    assert (model, '"image_url"' in json.dumps(inputs)) == (seeing, True)
    assert await outcome(world) == ("complete", None)
    blind = await world_after(CAPACITY, model_reads(), models=(seeing, FIRST))
    assert '"image_url"' not in json.dumps(blind.host.pieces.models.asked[1])


INVOICE = [
    "Gartenbau Ohlsen GmbH", "Feldweg 3", "24103 Kiel", "", "An", "Kontor Nord AG", "Hafenstr. 1",
    "20457 Hamburg", "",
    "Rechnung", "", "Rechnungsnummer: RE-42", "Rechnungsdatum: 20.02.2026", "",
    "Pflege                      100,00 EUR", "Summe netto                 100,00 EUR",
    "zzgl. 19 % USt               19,00 EUR", "Rechnungsbetrag             119,00 EUR",
]  # fmt: skip


def invoice_says(**values: str) -> JsonObject:
    said: JsonObject = dict.fromkeys(
        ("merchant", "date", "total", "tax", "currency", "number", "buyer")
    )
    known = {
        "merchant": INVOICE[0],
        "buyer": "Kontor Nord AG",
        "number": "RE-42",
        "date": "2026-02-20",
    }
    return model_says(
        json.dumps(
            said | {name: {"value": value, "line": 0} for name, value in (known | values).items()}
        )
    )


async def invoice_after(
    *replies: JsonObject, models: tuple[str, str] = (FIRST, ""), budget: int | None = None
) -> World:
    world = await open_receipts(
        Faults(), webhook=False, replies=replies, language_models=models, ai_daily_budget=budget
    )
    file = MemoryFile(invoice_pdf(INVOICE), world.host.pieces.objects, "invoice")
    await receive(world.host.platform, MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}))
    await world.settle()
    return world


async def test_rules_and_model_together_say_who_sold() -> None:
    assert await outcome(await invoice_after(models=("", ""))) == (
        "needs_review",
        "seller_unconfirmed",
    )
    world = await invoice_after(invoice_says(total="119.00"))
    assert await outcome(world) == ("complete", None)
    assert await calls(world) == [(FIRST, "completed")]
    other = await invoice_after(invoice_says(total="119.00", merchant="Kontor Nord AG"))
    assert (await outcome(other))[0] == "needs_review"
    [row] = await other.rows("SELECT body FROM extractions")
    assert "Kontor Nord AG" in json.loads(str(row["body"]))["alternatives"]["merchant"]["value"]


async def test_without_money_an_invoice_is_asked_about_as_before() -> None:
    world = await invoice_after(invoice_says(total="119.00"), budget=0)
    assert await outcome(world) == ("needs_review", "seller_unconfirmed")
    [row] = await world.rows("SELECT state, reason FROM ai_calls")
    assert (row["state"], row["reason"]) == ("offered", "ai_budget")


def decides(**likely: float) -> JsonObject:
    answers: JsonObject = {name: {"type": "noul", "noul": value} for name, value in likely.items()}
    return {"model": "clef", "answers": answers, "usage": {"input_tokens": 900, "output_tokens": 0}}


CLEF = "@cf/cloudflare/clef"


async def third_voice(*replies: JsonObject | ModelError) -> World:
    world = await open_receipts(
        Faults(), UNSURE, webhook=False, replies=replies, language_models=(FIRST, "")
    )
    settings = world.host.platform.settings
    known = settings.of(AiSettings)
    costs = settings.of(CostSettings)
    prices = {**costs.prices, CLEF: Price(Decimal("0.24"), Decimal(0))}
    changed = settings.changed(replace(known, decision_model=CLEF), replace(costs, prices=prices))
    world.host.platform = replace(world.host.platform, settings=changed)
    await upload(world)
    await world.settle()
    return world


async def test_a_third_voice_confirms_what_two_agree_on() -> None:
    world = await third_voice(model_reads(), decides(merchant=0.97, date=0.99, total=0.95))
    assert await outcome(world) == ("complete", None)
    _, (model, inputs) = world.host.pieces.models.asked
    questions, images = inputs["questions"], inputs["images"]
    assert isinstance(questions, dict)
    assert isinstance(images, list)
    assert (model, inputs["model"], questions.keys()) == (
        CLEF,
        "clef",
        {"merchant", "date", "total"},
    )
    assert len(images) == 1
    [call] = await world.rows("SELECT * FROM ai_calls WHERE purpose = 'third-reading'")
    assert (call["state"], call["cost_micro_usd"]) == ("completed", 216)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(decides(merchant=0.97, date=0.99, total=0.6), id="it doubts one"),
        pytest.param(decides(merchant=0.97, date=0.99), id="it does not say all"),
    ],
)
async def test_where_the_third_voice_doubts_a_person_is_asked(answer: JsonObject) -> None:
    world = await third_voice(model_reads(), answer)
    assert await outcome(world) == ("needs_review", "total_uncertain")
    [row] = await world.rows("SELECT body FROM extractions")
    assert json.loads(str(row["body"]))["total"]["value"] == "9.00"


async def test_where_the_third_voice_is_silent_two_are_enough() -> None:
    for published in AI_FAILURES:
        world = await third_voice(model_reads(), error_of(published.text))
        assert await outcome(world) == ("complete", None), published.text
    assert await outcome(
        await third_voice(model_reads(), {"answers": {"total": {"noul": 7}}, "usage": {}})
    ) == (
        "complete",
        None,
    )


async def test_it_is_not_asked_where_two_do_not_agree() -> None:
    world = await third_voice(model_says("no"), model_says("no"))
    assert [model for model, _ in world.host.pieces.models.asked] == [FIRST, FIRST]
