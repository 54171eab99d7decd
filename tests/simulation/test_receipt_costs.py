"""What is expensive is not paid for again, wherever the process dies."""

import re

import pytest

from tests.simulation.receipts import LANGUAGE_MODELS, count_round_trips, open_receipts, upload
from tests.simulation.stories.receipts import RECEIPTS
from tests.support.host_platform import CLEAR_RECEIPT
from tillroll_durable.platform.bindings.database import statement, word
from tillroll_durable.platform.clock import to_text
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories.disturbances import KILL
from tillroll_testing.stories.playing import play, trace_of


async def test_a_transcript_is_paid_once_unless_the_kill_lost_it() -> None:
    """The model is asked again only where the process died between its answer and the object that
    keeps it.
    """
    clear = RECEIPTS[0]
    points = (await trace_of(clear)).points
    lost = {points.index("model: after the answer") + 1, points.index("objects: before put") + 1}
    for at, name in enumerate(points, start=1):
        scene = await play(clear, KILL, at)
        assert scene.world.host.pieces.models.answered == (2 if at in lost else 1), name


async def test_a_language_models_answer_is_paid_once_unless_the_kill_lost_it() -> None:
    """It has to be asked for twice: where the first, useless answer is lost, the next one is good
    already.
    """
    unsure = RECEIPTS[-1]
    points = (await trace_of(unsure)).points
    picture, _useless, good = (
        at for at, name in enumerate(points, start=1) if name == "model: after the answer"
    )
    lost = {picture, picture + 1, good, good + 1}
    for at, name in enumerate(points, start=1):
        world = (await play(unsure, KILL, at)).world
        assert world.host.pieces.models.answered == (4 if at in lost else 3), (at, name)
        *_, last = await world.rows("SELECT model, state FROM ai_calls ORDER BY id")
        assert (last["model"], last["state"]) == (LANGUAGE_MODELS[0], "completed"), (at, name)


@pytest.mark.parametrize("knows_merchant", [False, True])
async def test_a_clear_receipt_takes_ten_round_trips_from_upload_to_notified(
    *, knows_merchant: bool
) -> None:
    """Counted at the binding: who asks, the upload, the run, the call's start, a commit for each of
    four steps, the delivery's beginning and its settlement. Nothing is counted of the cron.
    """
    world = await open_receipts(Faults())
    # That the token is used is written down now and then only, behind an answer.
    now = word(to_text(world.host.platform.clock.now()))
    await world.rows(f"UPDATE tokens SET last_used_at = '{now}'")
    if knows_merchant:
        await upload(world, 1)
        await world.settle()
        await world.rows("UPDATE merchant_sightings SET confirmed_by = 'user:usr_first'")
        world.host.pieces.models.transcript = CLEAR_RECEIPT.replace("14/02/2026", "15/02/2026")
    counted = await count_round_trips(world, 2)
    [run] = await world.rows("SELECT state FROM runs ORDER BY id DESC LIMIT 1")
    assert run["state"] == "notified"
    # One of them gives an expense in the base currency its own amounts.
    assert (counted.round_trips, len(counted.seen)) == (10, 44), [each.sql for each in counted.seen]
    newest = [*world.instances.by_id.values()][-1]
    assert len(newest.results) == 4, (
        "what Cloudflare bills of the engine; docs/benchmarks.md names the number"
    )


# Subqueries of a few rows, a list of topics or of what a browser shows, and what a foreign key
# would look for if its expense were there before.
_SMALL = ("alike", "m", "merchants", "wanted", "duplicate_verdicts", "bulk_act_refusals", "kind")


async def test_what_a_receipt_asks_grows_with_nothing_that_is_there() -> None:
    """Neither with the deployment nor with its account."""
    world = await open_receipts(Faults())
    counted = await count_round_trips(world)
    assert await counted.whole_tables(small=_SMALL) == []
    plans = [
        str(step["detail"])
        for each in counted.seen
        for step in await world.host.database.all(
            statement(f"EXPLAIN QUERY PLAN {each.sql}", [*each.parameters])
        )
    ]
    assert any(
        "expenses_by_total (account_id=? AND currency=? AND total_minor=? AND date=?)" in each
        for each in plans
    )
    of_all = re.compile(
        r"(expenses|runs|receipts|audit_events|merchant_sightings) USING .*\(account_id=\?\)$"
    )
    assert [each for each in plans if of_all.search(each)] == []
