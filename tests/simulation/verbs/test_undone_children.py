"""A run that ends early undoes what it began as other runs, where their kinds say so, whatever
comes between; what stands is told.
"""

from datetime import timedelta

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tests.simulation.verbs.trips import (
    CHECK,
    HOTEL_V1,
    ROOM_V1,
    TRIP_V1,
    Agency,
    Asked,
    Travel,
    opened,
)
from tests.support.endpoints import add_endpoint
from tests.support.host_api import api_client
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable import (
    Contract,
    Registry,
    ReviewStates,
    Workflow,
    WorkflowRun,
    begin,
    operations,
)
from tillroll_durable.platform.bindings.database import Row, text
from tillroll_durable.runs import Run, run_from_row
from tillroll_durable.versions import live_versions
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed


def _story(name: str, ending: str, *, fails: bool = False, is_cancelled: bool = False) -> Story:
    async def open_scene(faults: Faults) -> Scene:
        travel = await opened(faults)

        async def later() -> None:
            if is_cancelled:
                await travel.make()
                await travel.world.surviving(travel.world.cancel)
            await travel.pass_time()

        return Scene(
            travel.world, lambda: travel.begin(fails=fails), travel.check, afterwards=later
        )

    # Whoever comes late finds it made.
    return Story(name, open_scene, ending, is_touchy=is_cancelled)


STORIES = (
    _story("a trip that fails", CHECK.on_failure.state, fails=True),
    _story("a trip that is cancelled", "cancelled", is_cancelled=True),
    _story("a trip that is made", "completed"),
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_what_it_began_is_undone_with_it(
    story: Story, undisturbed: Undisturbed, repeated: Repeated
) -> None:
    world = (await undisturbed(story)).world
    for kind in (world.deployed.workflow, *world.deployed.beside):
        world.deployed = Deployed(kind)
        await repeated(world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_children_are_undone_whatever_comes_between(
    story: Story, disturbed: Disturbed
) -> None:
    await disturbed(story)


@pytest.fixture
async def travel() -> Travel:
    """A trip that waits when all of it was done."""
    travel = await opened(Faults())
    await travel.begin()
    await travel.make()
    return travel


def _states(rows: list[Row]) -> list[str]:
    return [text(row, "state") for row in rows]


async def test_each_says_who_has_it_undone_and_why(travel: Travel) -> None:
    await add_endpoint(travel.world.host, "ep_all", "https://hook.example.com/all", "[]")
    trip = await travel.run_of("trip")
    await travel.world.cancel()
    await travel.pass_time()
    assert _states(await travel.of("hotel")) == ["undone", "cancelled"]
    assert _states(await travel.of("tour")) == ["undone", "undone"]
    hotel, room = await travel.run_of("hotel"), await travel.run_of("room")
    reason = f"the run {trip.id} that began it was cancelled"
    assert (hotel.reason, room.reason) == (reason, f"the run {hotel.id} that began it is undone")
    query = (
        "SELECT actor, detail ->> 'reason' AS why FROM audit_events WHERE action = 'run.undoing' "
        "AND stream = ?"
    )
    assert await travel.world.rows(query, hotel.id) == [{"actor": f"run:{trip.id}", "why": reason}]
    topics = "SELECT topic FROM outbox WHERE run_id = ? ORDER BY rowid"
    assert [row["topic"] for row in await travel.world.rows(topics, hotel.id)] == ["run.cancelled"]
    says = await travel.says()
    assert f"The run {hotel.id} (hotel), which it began, was undone." in says
    assert says.index("(taxi), which it began, is complete and still stands.") < says.index(
        "(hotel), which it began, was undone."
    )


async def test_one_that_cannot_be_undone_is_a_persons_and_so_is_the_run_until_that_is_done(
    travel: Travel,
) -> None:
    travel.agency.refuses = {"a hotel"}
    await travel.world.cancel()
    await travel.pass_time(10)
    hotel, trip = await travel.run_of("hotel"), await travel.run_of("trip")
    assert (hotel.state, trip.status) == ("undone", "processing")
    stands = f"the run {hotel.id} (hotel), which it began, is not undone, since a rollback failed"
    assert f"stands still: {stands}: see to that one, then this goes on." in await travel.says()
    assert "-a train" not in travel.agency.log, "what came before it was undone first"
    registry = Registry([*WORKFLOWS, travel.agency.hotel_kind])
    async with api_client(travel.world.host.platform, registry=registry) as client:
        shown = (await client.get(f"/api/runs/{hotel.id}")).json()
    assert (
        "was cancelled. Something that it did was to be undone, and is not yet" in shown["message"]
    )
    travel.agency.refuses.clear()
    await operations.retry(travel.world.host.platform, HOTEL_V1, hotel, travel.world.request)
    await travel.pass_time(10)
    [row] = await travel.of("trip")
    assert (row["state"], row["escalated_at"], row["requires_human_review"]) == (
        "cancelled",
        None,
        0,
    )
    await travel.check()


async def test_a_person_can_have_the_run_end_as_it_stands_and_tries_it_again_later(
    travel: Travel,
) -> None:
    travel.agency.refuses = {"a hotel"}
    platform, request = travel.world.host.platform, travel.world.request
    await travel.world.cancel()
    await travel.pass_time(10)
    await operations.abandon(platform, TRIP_V1, await travel.run_of("trip"), request)
    await travel.pass_time(10)
    [row] = await travel.of("trip")
    assert (row["state"], row["failure_class"], row["failed_step"]) == (
        *("abandoned", "rollback_failed"),
        "rollback: child: hotel",
    )
    hotel = await travel.run_of("hotel")
    assert travel.agency.log[-1] == "-a train"
    assert (
        f"The run {hotel.id} (hotel), which it began, could not be undone, and waits for"
        in await travel.says()
    )
    travel.agency.refuses.clear()
    await operations.retry(platform, HOTEL_V1, hotel, request)
    await travel.pass_time(10)
    await operations.retry(platform, TRIP_V1, await travel.run_of("trip"), request)
    await travel.pass_time(10)
    [row] = await travel.of("trip")
    assert (row["state"], row["failure_class"], row["escalated_at"]) == ("abandoned", None, None)
    assert travel.agency.log.count("-a hotel") == 1


async def test_one_that_has_failed_is_waited_for_until_a_person_gives_it_up() -> None:
    travel = await opened(Faults())
    travel.agency.fails = {"a hotel"}
    await travel.begin()
    await travel.world.settle()
    await travel.world.cancel()
    await travel.pass_time(4)
    hotel = await travel.run_of("hotel")
    assert (
        f"the run {hotel.id} (hotel), which it began, has failed: see to that one"
        in await travel.says()
    )
    await operations.abandon(travel.world.host.platform, HOTEL_V1, hotel, travel.world.request)
    await travel.pass_time(4)
    assert (await travel.run_of("trip")).state == "cancelled"
    assert travel.agency.log == ["+a train", "-a train"]


async def test_of_an_archived_one_nothing_is_left_to_replay(travel: Travel) -> None:
    room = await travel.run_of("room")
    bundle = """
      INSERT INTO archive_bundles (id, account_id, object_key, sha256, state, created_at)
      VALUES (1, ?, ?, '', 'archived', '')
    """
    await travel.world.rows(bundle, room.account_id, "key")
    place = (
        "INSERT INTO archived_runs (run_id, bundle_id, place, size, last_seq) "
        "VALUES (?, 1, 0, 1, 99)"
    )
    await travel.world.rows(place, room.id)
    await travel.world.cancel()
    await travel.pass_time(10)
    hotel, trip = await travel.run_of("hotel"), await travel.run_of("trip")
    assert (hotel.state, trip.status, (await travel.run_of("room")).status) == (
        "undoing",
        "processing",
        "complete",
    )
    row = (await travel.of("hotel"))[0]
    assert "is archived, and has to be restored before it can be undone" in text(
        row, "error_summary"
    )
    await travel.world.rows("DELETE FROM archived_runs")
    await operations.revive(travel.world.host.platform, HOTEL_V1, hotel, travel.world.request)
    await travel.pass_time(10)
    assert (await travel.run_of("trip")).state == "cancelled"
    assert travel.agency.log[-3:] == ["-a room of a hotel", "-a hotel", "-a train"]


ASK_V1 = Contract("ask", 1, steps=(), review=ReviewStates())


async def test_a_run_that_only_has_children_undoes_them_out_of_a_review_and_again_later() -> None:
    """It has no state of its own for that."""
    faults = Faults()
    agency = Agency(faults, refuses={"a room"})

    async def ask(run: WorkflowRun[Asked]) -> None:
        await run.join(await run.child(agency.room_kind, Asked(what="a room"), "room"))
        await run.review(1, "dear", {}, deadline_hours=24)

    kind = Workflow(ASK_V1, ask, params=Asked)
    world = await open_world(faults, Deployed(kind, beside=agency.kinds))
    world.aims_at = ASK_V1.kind
    await begin(world.host.platform, kind, Asked(), ANN, key="one")

    async def come_to(state: str) -> Run:
        for _ in range(4):
            await world.let_pass(timedelta(minutes=25))
        run = await world.run()
        assert run is not None
        assert run.state == state
        return run

    await come_to("in_review")
    await world.cancel()
    run = await come_to("in_review")
    assert run.is_escalated
    assert await world.rows("SELECT 1 AS one FROM reviews WHERE taken_up_at IS NULL") == []
    await operations.abandon(world.host.platform, ASK_V1, run, world.request)
    run = await come_to("abandoned")
    agency.refuses.clear()
    [room] = await world.rows("SELECT * FROM runs WHERE kind = 'room'")
    await operations.retry(world.host.platform, ROOM_V1, run_from_row(room), world.request)
    await come_to("abandoned")
    await operations.retry(world.host.platform, ASK_V1, run, world.request)
    await come_to("abandoned")
    assert agency.log == ["+a room", "-a room"]
    assert await world.rows("SELECT 1 AS one FROM runs WHERE failure_class IS NOT NULL") == []


async def test_its_version_stays_deployed_while_a_run_above_it_goes_on(travel: Travel) -> None:
    database = travel.world.host.database
    [rooms] = [
        version.runs for version in await live_versions(database) if version.kind == ROOM_V1.kind
    ]
    assert rooms == 1
    assert "taxi" not in {version.kind for version in await live_versions(database)}
    await travel.pass_time()
    assert [version.kind for version in await live_versions(database)] == []
