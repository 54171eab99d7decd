"""A bulk operation goes through all runs that were found: each once, in pages, with a reason for
what it leaves out.
"""

from datetime import timedelta

import pytest

from tests.simulation.bulk.street import ANN, Street, check, now, outcomes
from tests.simulation.kinds.bulk_operation import STORIES
from tests.simulation.lines.courier import AT_ONCE, COURIER_V1, CourierParams
from tests.support.host_platform import ACCOUNT
from tillroll.bulk import workflow
from tillroll.bulk.service import find_operation
from tillroll_durable import Status, ValuesRefused, begin, operations
from tillroll_durable._operations.instances import escalate_undeployed
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.runs import find_run
from tillroll_durable.selection import Chosen, query_of
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import (
    Disturbance,
    play,
    play_at_some_points,
    play_disturbed,
    trace_of,
)

(RETRIED,) = STORIES
_COURIERS = 7


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "PAGE", 3)


async def test_undisturbed_in_three_pages_of_one_chain() -> None:
    world = (await play(RETRIED)).world
    chain = await world.rows(
        "SELECT id, previous_run_id, state FROM runs WHERE kind = 'bulk-operation' ORDER BY id"
    )
    assert [row["state"] for row in chain] == ["continued", "continued", "finished"]
    assert [row["previous_run_id"] for row in chain] == [None, chain[0]["id"], chain[1]["id"]]


@pytest.mark.parametrize(
    "disturbance", [by.KILL, by.OVERLAP_LATE, by.DOUBLE], ids=lambda each: each.name
)
async def test_a_bulk_operation_takes_each_run_once_whatever_comes_between(
    disturbance: Disturbance,
) -> None:
    await play_at_some_points(RETRIED, disturbance, turn=1)


async def test_who_hangs_after_a_retry_is_failed_and_told_and_counted_as_retried() -> None:
    points = (await trace_of(RETRIED)).points
    hangs = len(points) - points[::-1].index("deliver: before attempt 1") + 1
    # The second attempt passes the point of that name, and the next.
    both = dict.fromkeys((hangs, hangs + 2), by.HANG_TO_THE_END)
    world = (await play_disturbed(RETRIED, both)).world
    [courier] = await world.rows(
        "SELECT id, error_class FROM runs WHERE kind = 'courier' AND state = 'failed'"
    )
    assert courier["error_class"] == "Timeout"
    await check(world, _COURIERS)
    await world.rows("UPDATE runs SET requires_human_review = 0")
    with pytest.raises(AssertionError, match="nobody was told"):
        await check(world, _COURIERS)


async def test_what_cannot_be_done_is_left_out_with_the_reason_and_stops_nobody() -> None:
    street = Street()
    world = await street.open(4)
    await world.rows("UPDATE runs SET contract_version = 99 WHERE begin_key = 'courier 1'")
    await world.rows("UPDATE runs SET resume_state = NULL WHERE begin_key = 'courier 2'")
    operation = await street.ask(world, "retry")
    await world.settle()
    ended = await now(world, operation)
    assert (ended.done, ended.left_out, ended.status) == (2, 2, "complete")
    reasons = {row["reason"] for row in await outcomes(world) if row["outcome"] == "left_out"}
    assert reasons == {
        "Courier version 99 is not deployed: put its body back into the registry and deploy.",
        "What this run did was undone, so it cannot be retried; begin a new one.",
    }


async def test_a_bulk_retry_lets_no_more_go_on_at_once_than_the_contract_says() -> None:
    street = Street(COURIER_V1.concurrency)
    world = await street.open(_COURIERS)
    failed = await world.rows("SELECT id FROM runs WHERE kind = 'courier' AND status = 'failed'")
    assert len(failed) == _COURIERS
    # Nobody brings them on while they are asked for, so that all of them are there at once.
    world.earlier = ()
    operation = await street.ask(world, "retry")
    while (await now(world, operation)).finished_at is None:
        await world.instances_only()
    found = await world.rows(
        "SELECT queue_number IS NULL AS goes_on FROM runs WHERE kind = 'courier'"
    )
    assert [row["goes_on"] for row in found].count(1) == AT_ONCE
    world.earlier = (street.courier,)
    await world.settle()
    assert len(await world.rows("SELECT DISTINCT run_id FROM delivered")) == _COURIERS
    # The database itself would have noted a third one, whoever wrote it.
    assert await world.rows("SELECT run_id FROM too_many") == []


async def test_what_is_begun_afterwards_is_none_of_it() -> None:
    street = Street()
    world = await street.open(2)
    operation = await street.ask(world, "retry", Chosen(kind="courier"))
    street.is_closed = True
    await world.settle()
    ended = await now(world, operation)
    assert (ended.found, ended.done) == (2, 2)
    retried = await world.rows("SELECT stream FROM audit_events WHERE action = 'run.retried'")
    assert len(retried) == 2, "those that fail once more are not retried once more"


async def test_who_is_cancelled_on_the_way_has_done_what_it_counts() -> None:
    street = Street()
    world = await street.open(_COURIERS)
    operation = await street.ask(world, "retry")
    run = await find_run(world.host.database, operation.run_id)
    assert run is not None
    await operations.cancel(world.host.platform, run, world.request)
    await world.settle()
    ended = await now(world, operation)
    assert (ended.status, ended.finished_at) == ("cancelled", None)
    assert ended.done == len(await outcomes(world))


async def test_who_is_stopped_within_a_page_has_done_what_it_counts() -> None:
    """What a page did is counted before its end."""
    points = (await trace_of(RETRIED)).points
    after_the_first = points.index("instance: created", points.index("act: before attempt 1")) + 1
    world = (await play(RETRIED, by.CANCEL, after_the_first)).world
    [row] = await world.rows("SELECT id, done FROM bulk_operations")
    operation = await find_operation(world.host.platform, ACCOUNT, str(row["id"]))
    retried = await world.rows(
        "SELECT DISTINCT stream FROM audit_events WHERE action = 'run.retried'"
    )
    assert (operation.status, operation.done, len(retried)) == ("cancelled", 1, 1), (
        "it stops at once"
    )
    assert row["done"] == 0, "its page has ended, and nothing is left to be counted"


async def test_two_of_one_account_go_through_one_after_the_other() -> None:
    street = Street()
    world = await street.open(4)
    first, second = [await street.ask(world, "abandon", key=key) for key in ("one", "two")]
    assert ((await now(world, first)).in_line, (await now(world, second)).in_line) == (False, True)
    await world.settle()
    assert ((await now(world, first)).done, (await now(world, second)).done) == (4, 0)


async def test_a_kind_that_is_operated_by_others_is_left_out() -> None:
    street = Street()
    world = await street.open(1)
    operation = await street.ask(world, "retry")
    await world.rows("UPDATE bulk_operations SET kinds = '[]'")
    await world.settle()
    assert (await now(world, operation)).left_out == 1
    assert (await outcomes(world))[0]["reason"] == "Runs of this kind are operated by others."


async def test_paused_runs_are_cancelled_then_resumed_and_the_operations_are_not() -> None:
    street = Street()
    world = await street.open(0)
    for number in range(5):
        run = await begin(
            world.host.platform, street.courier, CourierParams(street="high"), ANN, key=str(number)
        )
        begun = await find_run(world.host.database, run.id)
        assert begun is not None
        await operations.pause(world.host.platform, begun, world.request)
    world.host.pieces.clock.advance(timedelta(minutes=1))
    for act in ("cancel", "resume"):
        operation = await street.ask(world, act, key=act)
        assert operation.found == 5
        await world.instances_only()
        await world.instances_only()
        ended = await now(world, operation)
        assert (ended.status, ended.done, ended.left_out) == ("complete", 5, 0)
        world.host.pieces.clock.advance(timedelta(minutes=1))
    await world.settle()
    states = await world.rows("SELECT DISTINCT state FROM runs WHERE kind = 'courier'")
    assert [row["state"] for row in states] == ["cancelled"]


async def test_what_a_bad_deploy_left_standing_is_listed_and_resumed_together() -> None:
    street = Street()
    world = await street.open(0)
    for number in range(5):
        await begin(
            world.host.platform, street.courier, CourierParams(street="high"), ANN, key=str(number)
        )
    for instance in world.instances.by_id.values():
        instance.status = "errored"
    # A deployment that lacks the body of these runs.
    assert await escalate_undeployed(world.host.platform, {}) == 5
    listed = query_of(Chosen(unresolved=True), ACCOUNT, None, "~", 10)
    # Written in the code.
    sql = f"SELECT runs.* FROM {listed.tables} WHERE {listed.where}"
    standing = await world.host.database.all(statement(sql, [*listed.values]))
    assert [row["status"] for row in standing] == ["processing"] * 5
    world.host.pieces.clock.advance(timedelta(minutes=1))
    operation = await street.ask(world, "resume")
    assert operation.found == 5
    await world.instances_only()
    await world.instances_only()
    ended = await now(world, operation)
    assert (ended.status, ended.done, ended.left_out) == ("complete", 5, 0)
    resumed = await world.rows(
        "SELECT DISTINCT escalated_at, generation FROM runs WHERE kind = 'courier'"
    )
    assert resumed == [{"escalated_at": None, "generation": 2}]


@pytest.mark.parametrize(
    ("act", "chosen"),
    [("retry", Chosen(status=Status.COMPLETE)), ("cancel", Chosen(kind="bulk-operation"))],
)
async def test_what_an_act_has_nothing_to_do_with_is_refused(act: str, chosen: Chosen) -> None:
    street = Street()
    world = await street.open(0)
    with pytest.raises(ValuesRefused):
        await street.ask(world, "retry" if act == "retry" else "cancel", chosen)
    assert not await world.rows("SELECT id FROM bulk_operations")
