"""A daily budget for an account: past it, a person is asked, and nothing is retried."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulation.receipts import (
    CORRECTION,
    NO_TOTAL,
    UNSURE,
    check_ledger,
    model_reads,
    open_receipts,
    upload,
)
from tests.support.host_platform import ACCOUNT, PRICES, without_prices
from tillroll_durable import StepContext
from tillroll_durable.ai.budgets import budget_of, set_budget
from tillroll_durable.ai.calls import Question, estimate
from tillroll_durable.ai.ledger import BudgetSpent, Ledger
from tillroll_durable.decisions import newest_review
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.runs import load_run
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

# What a call to the scripted vision model costs, and what is set aside for it.
COST, ASIDE = 160, 1_120


async def read(world: World, receipts: int) -> list[tuple[object, object]]:
    """Read so many receipts, one after the other; what became of their runs."""
    for copy in range(receipts):
        await upload(world, copy)
        await world.settle()
    await check_ledger(world)
    return [
        (row["status"], row["reason"])
        for row in await world.rows("SELECT status, reason FROM runs ORDER BY id")
    ]


async def test_past_the_budget_runs_ask_a_person() -> None:
    world = await open_receipts(Faults(), webhook=False, ai_daily_budget=ASIDE + COST)
    ends = await read(world, 4)
    assert [status for status, _ in ends] == [
        "complete",
        "needs_review",
        "needs_review",
        "needs_review",
    ]
    assert {reason for status, reason in ends if status == "needs_review"} == {
        "possible_duplicate",
        "ai_budget",
    }
    calls = await world.rows(
        "SELECT state, reason, attempt, cost_micro_usd FROM ai_calls ORDER BY id"
    )
    assert [(call["state"], call["reason"]) for call in calls] == [
        ("completed", None),
        ("completed", None),
        ("offered", "ai_budget"),
        ("offered", "ai_budget"),
    ]
    assert world.host.pieces.models.answered == 2
    assert not await world.rows("SELECT 1 FROM runs WHERE status = 'failed'")
    assert {call["attempt"] for call in calls} == {1}, "nothing was tried again"
    [day] = await world.rows("SELECT offered, refused, counted_micro_usd FROM ai_daily")
    assert (day["offered"], day["refused"], day["counted_micro_usd"]) == (4, 2, 2 * COST)


async def test_a_person_can_type_the_values_in() -> None:
    world = await open_receipts(Faults(), webhook=False, ai_daily_budget=0)
    assert await read(world, 1) == [("needs_review", "ai_budget")]
    await world.settle({**CORRECTION, "merchant": "Cafe", "date": "2026-02-14"})
    [expense] = await world.rows("SELECT merchant, total_minor FROM expenses")
    assert (expense["merchant"], expense["total_minor"]) == ("Cafe", 1290)


async def test_the_next_day_has_a_budget_of_its_own() -> None:
    world = await open_receipts(Faults(), webhook=False, ai_daily_budget=ASIDE)
    await read(world, 2)
    world.host.pieces.clock.advance(timedelta(days=1))
    assert not (await budget_of(world.host.platform, ACCOUNT)).is_spent
    ends = await read(world, 3)
    assert [reason for _, reason in ends] == [None, "ai_budget", "possible_duplicate"]


@pytest.mark.parametrize(
    ("transcript", "first"), [(UNSURE, "total_uncertain"), (NO_TOTAL, "total_missing")]
)
async def test_without_money_for_a_second_opinion_the_rules_reading_stands(
    transcript: str, first: str
) -> None:
    world = await open_receipts(
        Faults(), transcript, webhook=False, replies=[model_reads()], ai_daily_budget=ASIDE
    )
    assert await read(world, 1) == [("needs_review", first)]
    review = await newest_review(
        world.host.database, str((await world.rows("SELECT id FROM runs"))[0]["id"])
    )
    assert review is not None
    assert isinstance(review.proposed, dict)
    reasons = review.proposed["reasons"]
    assert isinstance(reasons, list)
    assert (reasons[0], reasons[-1]) == (first, "ai_budget")
    assert len(await world.rows("SELECT 1 FROM extractions")) == 1
    assert world.host.pieces.models.asked == []


async def test_twenty_at_once_do_not_overrun_it() -> None:
    world = await open_receipts(Faults(), webhook=False, ai_daily_budget=5 * ASIDE)
    loaded = await load_run(world.host.database, await upload(world))
    assert loaded is not None

    async def ask() -> bool:
        context = StepContext(world.host.platform, loaded[0], 1, "key", "ocr-extract")
        ledger = Ledger(world.host.platform, context)
        try:
            await ledger.start(Question("@cf/test/vision", "ocr-extract", "a picture", pictures=1))
        except BudgetSpent:
            return False
        return True

    assert sum(await asyncio.gather(*[ask() for _ in range(20)])) == 5
    assert (await budget_of(world.host.platform, ACCOUNT)).counted == 5 * ASIDE


def _became(before: int | None, after: int | None) -> str:
    """What the audit's event has in its detail."""
    values: JsonObject = {"before": {"dailyMicroUsd": before}, "after": {"dailyMicroUsd": after}}
    return dump({"dailyMicroUsd": after, **values})


async def test_an_owners_budget_goes_before_the_deployments() -> None:
    world = await open_receipts(Faults(), webhook=False, ai_daily_budget=0)
    await set_budget(world.host.platform, ACCOUNT, 10_000, "user:usr_first")
    await set_budget(world.host.platform, ACCOUNT, 10_000, "user:usr_first")
    assert await read(world, 1) == [("complete", None)]
    await set_budget(world.host.platform, ACCOUNT, None, "user:usr_first")
    assert (await budget_of(world.host.platform, ACCOUNT)).is_spent
    events = await world.rows(
        "SELECT detail FROM audit_events WHERE action = 'account.ai_budget_set'"
    )
    assert [event["detail"] for event in events] == [
        _became(None, 10_000),
        _became(10_000, None),
    ]


async def test_a_budget_is_not_held_blindly_where_the_price_is_unknown() -> None:
    """Settings refuse it; an owner's budget may be older than a model."""
    world = await open_receipts(Faults(), webhook=False)
    platform = world.host.platform
    world.host.platform = replace(platform, settings=without_prices(platform))
    await set_budget(world.host.platform, ACCOUNT, 10_000, "user:usr_first")
    assert await read(world, 1) == [("needs_review", "ai_budget")]


def test_more_is_set_aside_than_a_call_costs() -> None:
    price = PRICES["@cf/test/vision"]
    assert estimate(price, Question("m", "p", "x" * 100_000, pictures=1)) == ASIDE
    assert estimate(price, Question("m", "p", "x" * 3_000)) == 1_000
    assert estimate(None, Question("m", "p", "x")) is None
