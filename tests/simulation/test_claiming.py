"""A claim is made once and settled once, whatever happens."""

import asyncio
from datetime import timedelta

import pytest

from tests.simulation import claiming
from tests.simulation.claiming import (
    TOTAL,
    After,
    credited,
    disputed,
    nothing,
    open_claims,
    paid,
    resolved,
    said,
    withdrawn,
)
from tests.simulation.kinds.claim import HANDED_OVER
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.simulation.astray import Mutant, Mutation
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play, play_at_some_points
from tillroll_testing.stories.story import Story

_DISTURBANCES = (by.KILL, by.TERMINATE, by.CANCEL, by.PAUSE, by.OVERLAP, by.OVERLAP_LATE, by.DOUBLE)


@pytest.mark.parametrize("story", HANDED_OVER, ids=lambda story: story.name)
async def test_a_claim_comes_to_its_end(story: Story) -> None:
    await play(story)


@pytest.mark.parametrize("story", HANDED_OVER, ids=lambda story: story.name)
@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_a_claim_is_settled_once_whatever_comes_between(
    story: Story, disturbance: Disturbance
) -> None:
    turn = HANDED_OVER.index(story) + _DISTURBANCES.index(disturbance)
    await play_at_some_points(story, disturbance, turn)


async def test_nobody_is_asked_twice_and_what_is_disputed_is_not_asked_for() -> None:
    for story, expected in (
        ([After(31, nothing), After(14, nothing), After(14, nothing), After(200, nothing)], 3),
        ([After(5, disputed), After(100, nothing)], 0),
        ([After(31, disputed), After(100, resolved), After(1, nothing)], 2),
        ([After(5, paid(1, "a")), After(26, nothing)], 1),
    ):
        faults = Faults()
        world = await open_claims(faults)
        run_id = await claiming.ask(world)
        await world.settle({})
        for each in story:
            world.host.pieces.clock.advance(timedelta(days=each.days))
            await world.settle({})
            await each.act(world, str(run_id))
            await world.settle({})
        asked = await world.rows(
            "SELECT kind FROM claim_events WHERE kind LIKE '%remind%' OR kind = 'escalation'"
        )
        assert len(asked) == expected, (story, asked)
        await claiming.check(world)


@pytest.mark.parametrize("now", ["closed", "disputed", "open"])
async def test_what_somebody_says_of_a_claim_leads_nowhere(now: str) -> None:
    """Whoever may operate can send what Tillroll sends itself: the facts count."""
    world = await open_claims(Faults())
    run_id = str(await claiming.ask(world))
    await world.settle({})
    if now == "open":
        await disputed(world, run_id)
        await world.settle({})
    await said(now)(world, run_id)
    await world.settle({})
    for _ in range(3):
        world.host.pieces.clock.advance(timedelta(days=31))
        await world.settle({})
    asked = await world.rows(
        "SELECT kind FROM claim_events WHERE kind LIKE '%remind%' OR kind = 'escalation'"
    )
    assert len(asked) == (0 if now == "open" else 3)
    if now == "open":
        await resolved(world, run_id)
        await world.settle({})
    await paid(TOTAL, "a")(world, run_id)
    await world.settle({})
    await claiming.check(world)
    [run] = await world.rows("SELECT state FROM runs WHERE kind = 'claim'")
    assert run["state"] == "paid"


async def test_a_dispute_at_any_point_of_a_reminder_costs_no_stage() -> None:
    async def play(at: int) -> tuple[int, list[str]]:
        faults = Faults()
        world = await open_claims(faults)
        run_id = str(await claiming.ask(world))
        await world.settle({})
        world.host.pieces.clock.advance(timedelta(days=31))
        before = len(faults.passed)

        async def dispute_it() -> None:
            await disputed(world, run_id)

        if at:
            faults.plan[before + at] = dispute_it
        await world.settle({})
        passed = len(faults.passed) - before
        await disputed(world, run_id)
        await world.settle({})
        await resolved(world, run_id)
        await world.settle({})
        for _ in range(3):
            world.host.pieces.clock.advance(timedelta(days=15))
            await world.settle({})
        await claiming.check(world)
        asked = await world.rows(
            "SELECT kind FROM claim_events WHERE kind LIKE '%remind%' OR kind = 'escalation'"
        )
        return passed, [text(row, "kind") for row in asked]

    passed, _ = await play(0)
    assert passed > 5
    for at in range(1, passed + 1):
        assert (await play(at))[1] == ["reminder", "second_reminder", "escalation"], (
            f"disputed at point {at}"
        )


@pytest.mark.parametrize("leaves_out", [False, True])
async def test_a_policy_that_is_made_at_any_point_is_met_until_the_expenses_are_held(
    *, leaves_out: bool
) -> None:
    """Also where that is between looking and holding."""

    async def play(at: int) -> tuple[list[str], bool, str]:
        faults = Faults()
        world = await open_claims(faults)
        was_held = False

        async def make_policy() -> None:
            nonlocal was_held
            was_held = bool(await world.rows("SELECT 1 AS n FROM claim_items"))
            await world.rows(
                """
                INSERT INTO approval_policies (id, account_id, name, effect, currency, above_minor,
                    held_at, created_at,
                                               created_by)
                VALUES ('pol_1', 'acc_first', 'Dear', 'refuse', 'EUR', 2000, 'claim', '', '')
                """
            )

        faults.plan[at] = make_policy
        params = claiming.PARAMS.model_copy(update={"leave_out_violations": leaves_out})
        run_id = await claiming.ask(world, params=params)
        await world.settle({})
        await claiming.check(world)
        held = [
            text(row, "expense_id")
            for row in await world.rows("SELECT expense_id FROM claim_items ORDER BY 1")
        ]
        if run_id is None:
            return held, was_held, "refused"
        state = text((await world.rows("SELECT state FROM runs WHERE kind = 'claim'"))[0], "state")
        if state == "nothing":
            [event] = await world.rows("SELECT said FROM claim_events")
            assert "exp_000002: Dear: it is above the limit" in text(event, "said")
        return held, was_held, state

    both, met, was_held = ["exp_000001", "exp_000002"], 0, False
    left: tuple[list[str], str] = (
        (["exp_000001"], "awaiting_payment") if leaves_out else ([], "nothing")
    )
    for at in range(1, 100):
        held, was_held, state = await play(at)
        if was_held:
            assert (held, state) == (both, "awaiting_payment"), f"at point {at}"
            break
        met += 1
        # Made before the claim was looked at, it is refused whole, so that somebody chooses.
        assert (held, state) == left or (not leaves_out and (held, state) == ([], "refused")), (
            f"at point {at}"
        )
    assert met > 1
    assert was_held


async def test_two_that_begin_at_once_share_what_there_is() -> None:
    world = await open_claims(Faults())
    await asyncio.gather(*[claiming.ask(world, f"key {number}") for number in range(8)])
    await world.settle({})
    await claiming.check(world)
    states = sorted(
        text(row, "state")
        for row in await world.rows("SELECT state FROM runs WHERE kind = 'claim'")
    )
    assert states.count("awaiting_payment") == 1
    assert {*states} <= {"awaiting_payment", "nothing"}


async def test_payments_at_once_are_each_booked_once() -> None:
    world = await open_claims(Faults())
    run_id = str(await claiming.ask(world))
    await world.settle({})
    payments = [paid(100, f"key {number % 6}") for number in range(12)]
    await asyncio.gather(*[act(world, run_id) for act in payments])
    await world.settle({})
    await claiming.check(world)
    [row] = await world.rows("SELECT applied FROM claims")
    assert row["applied"] == 600


async def test_what_was_withdrawn_or_credited_is_claimed_again() -> None:
    world = await open_claims(Faults())
    first = str(await claiming.ask(world))
    await world.settle({})
    assert await claiming.ask(world, "two") is None
    await credited(1)(world, first)
    second = str(await claiming.ask(world, "two"))
    await world.settle({})
    await withdrawn(world, first)
    third = str(await claiming.ask(world, "three"))
    await world.settle({})
    await claiming.check(world)
    rows = await world.rows("SELECT run_id, claimed, number FROM claims ORDER BY number")
    assert [(row["run_id"], row["claimed"]) for row in rows] == [
        (first, TOTAL),
        (second, 1290),
        (third, 2500),
    ]


async def test_what_was_gathered_and_not_issued_is_held_until_it_is_given_up() -> None:
    """A body whose issuing fails for good leaves a dead letter over nothing."""
    world = await open_claims(Faults())
    world.mutant, world.turns_astray = Mutant(Mutation.CHANGE, 2), 5
    await claiming.ask(world)
    await world.settle({})
    [claim] = await world.rows(
        "SELECT claimed, number, state FROM claims JOIN runs ON runs.id = run_id"
    )
    assert claim == {"claimed": 0, "number": None, "state": "gathered_issue_failed"}
    held = "SELECT expense_id FROM claim_items WHERE released_at IS NULL"
    assert len(await world.rows(held)) == 2
    await claiming.check(world)
    await world.abandon()
    await world.settle({})
    assert await world.rows(held) == []
    await claiming.check(world)
    await world.rows("UPDATE claim_items SET released_at = NULL")
    with pytest.raises(
        AssertionError,
        match="has ended as abandoned, and holds 3790 of a claim that was not issued",
    ):
        await claiming.check(world)
