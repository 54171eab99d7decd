"""What a run tells where it used to tell what was not so: deliveries, pauses that end, calls that
were paid for.
"""

from datetime import timedelta

import pytest

from tests.simulation.receipts import NO_TOTAL, open_receipts, upload
from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.payouts import PayoutPlan
from tests.support.host_api import api_client
from tillroll_durable.explanation.summary import Explanation
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.states import NextSafeAction
from tillroll_durable.views.timelines import load_timeline
from tillroll_testing.invariants.of_telling import told_about
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.disturbances import HANG_ELSEWHERE
from tillroll_testing.stories.playing import play_disturbed

_REASON = {"reason": "the receiver is mended"}


async def _told(world: World) -> Explanation:
    (run,) = await world.rows("SELECT * FROM runs")
    return await told_about(world, run)


async def _operate(world: World, run_id: str, operation: str) -> int:
    async with api_client(world.host.platform) as client:
        return (await client.post(f"/api/runs/{run_id}/{operation}", json=_REASON)).status_code


async def _shown(world: World, run_id: str) -> JsonObject:
    async with api_client(world.host.platform) as client:
        return (await client.get(f"/api/runs/{run_id}")).json()


async def test_a_delivery_that_fails_says_when_it_is_tried_again_and_goes_out_now_on_demand() -> (
    None
):
    world = await open_receipts(Faults())
    world.host.pieces.receiver.answers += [500, 500, 500, 500]
    run_id = await upload(world)
    for _ in range(20):
        await world.turn()
        world.host.pieces.clock.advance(timedelta(minutes=3))
    shown = await _shown(world, run_id)
    assert "Its event has not reached the receiver" in str(shown["whatHappened"])
    assert str(shown["nextRetryAt"]) in str(shown["whatHappened"])
    assert shown["nextSafeAction"] == NextSafeAction.WAIT

    assert await _operate(world, run_id, "deliver") == 202
    await world.turn()
    assert len(world.host.pieces.receiver.received) == 5
    shown = await _shown(world, run_id)
    assert (shown["nextRetryAt"], shown["nextSafeAction"]) == (None, NextSafeAction.NONE)
    assert await _operate(world, run_id, "deliver") == 409, "nothing waits any more"
    acts = await world.rows("SELECT actor FROM audit_events WHERE action = 'delivery.hastened'")
    assert [act["actor"] for act in acts] == ["token:tok_usr_first"]


async def test_a_delivery_that_was_given_up_is_told() -> None:
    world = await open_receipts(Faults())
    world.host.pieces.receiver.answers += [500] * 20
    await upload(world)
    for _ in range(30):
        await world.turn()
        world.host.pieces.clock.advance(timedelta(hours=11))
    told = await _told(world)
    assert "Its event was given up after 10 attempts" in told.what_happened
    assert told.next_safe_action is NextSafeAction.RESEND_NOTIFICATION


async def test_a_paused_run_that_was_cancelled_says_that_it_ends() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.turn()
    await world.pause()
    assert (await _told(world)).what_happened == "The run is paused. It goes on when it is resumed."
    await world.cancel()
    told = await _told(world)
    assert (
        "When it is resumed it goes no further: it undoes what it did, and ends."
        in told.what_happened
    )
    assert told.next_safe_action is NextSafeAction.RESUME
    await world.unpause()
    await world.settle()
    assert (await _told(world)).what_happened.startswith(
        "The run was cancelled (because of the test), and has ended."
    )


async def test_a_call_that_was_paid_for_is_told_of_a_run_that_was_cancelled_meanwhile() -> None:
    faults = Faults()
    world = await open_receipts(faults)
    faults.when.append((lambda name: name == "model: after the answer", world.cancel))
    await upload(world)
    await world.settle()
    told = await _told(world)
    assert any(line.startswith("ocr-extract: ") and "paid for" in line for line in told.tried), (
        told.tried
    )


async def test_the_attempt_under_way_is_named() -> None:
    faults = Faults()
    world = await open_receipts(faults)
    seen: list[list[str]] = []

    async def look() -> None:
        seen.append((await _told(world)).tried)

    faults.when.append((lambda name: name == "model: before the call", look))
    await upload(world)
    await world.turn()
    assert seen == [["ocr-extract: attempt 1 is under way"]]


async def test_a_step_that_failed_in_two_generations_says_how_often_in_all() -> None:
    story = next(story for story in PAYOUTS if story.name == "a read fails for good")
    scene = await story.open(Faults())
    world = scene.world
    await scene.begin()
    for _ in range(2):
        await world.settle()
        await world.retry()
    await world.settle()
    told = await _told(world)
    assert told.what_happened.startswith(
        "The step check failed for good after it was tried 9 times"
    )
    assert told.tried[0].startswith("check: failed after 9 attempts")


@pytest.mark.parametrize(
    ("died", "was_sent_again"), [("bank: before pay", True), ("bank: after pay", False)]
)
async def test_an_attempt_that_was_cut_off_over_a_call_is_told(
    died: str, *, was_sent_again: bool
) -> None:
    """Its process died before the other side had heard of it, or before its answer was kept."""
    faults = Faults()
    scene = await PayoutPlan().open(faults)
    world = scene.world

    async def die() -> None:
        world.host.pieces.clock.advance(timedelta(seconds=2))
        await faults.kill()

    faults.when.append((lambda name: name == died, die))
    await world.surviving(scene.begin)
    await world.settle()
    (run,) = await world.rows("SELECT * FROM runs")
    found = await load_timeline(
        world.host.platform, lambda _kind, _version: world.deployed.contract, str(run["id"])
    )
    assert found
    attempts = [item for item in found.items if (item.kind, item.step) == ("attempt", "pay")]
    assert [item.outcome for item in attempts] == ["cut_off", "completed"]
    cut, completed = attempts
    assert (cut.attempt, cut.ended_at) == (None, completed.started_at)
    assert cut.detail == {"wasSentAgain": was_sent_again, "wasAsked": not was_sent_again}
    (step,) = (item for item in found.items if (item.kind, item.step) == ("step", "pay"))
    assert (step.started_at, step.outcome) == (cut.started_at, "completed")
    others = [item.outcome for item in found.items if item.kind == "attempt" and item.step != "pay"]
    assert set(others) == {"completed"}


async def test_a_late_answer_of_a_cancelled_run_is_told_and_audited() -> None:
    """The filing hangs in an isolate that goes on, while its run is cancelled and undone."""
    story = next(each for each in PAYOUTS if each.name == "cancelled while the filing hangs")
    world = (await play_disturbed(story, {29: HANG_ELSEWHERE}, {50: 1})).world
    told = await _told(world)
    assert told.what_happened.endswith(
        "What debit and pay had done was undone; what file had done stands."
    )
    events = await world.rows("SELECT action FROM audit_events ORDER BY id")
    assert [event["action"] for event in events].count("effect.settled") == 1
