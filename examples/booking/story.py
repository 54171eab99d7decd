"""What can happen to a booking, and a calendar that fails nearly every third time."""

from datetime import timedelta

import pytest

from examples.booking.workflow import (
    BOOKING,
    CONFIRM,
    RESERVATIONS,
    SLOTS,
    TIME_TO_CONFIRM,
    BookingParams,
    Confirmation,
)
from tillroll_durable import begin
from tillroll_testing import ANN, Deployed, Faults, Scene, Story, World, send
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.project import open_world
from tillroll_testing.simulation.other_side import OFTEN, Trouble


def story(name: str, *, confirms: bool, ending: str, seed: int | None = None) -> Story:
    """With a seed, the other side fails by chance."""

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(BOOKING))
        world.other_side.pages[f"{SLOTS}/mon-10"] = {"free": True}
        if seed is not None:
            world.other_side.fail_often(seed)

        async def begun() -> None:
            params = BookingParams(slot="mon-10", guest="ann@example.com")
            await begin(world.host.platform, BOOKING, params, ANN, key="one")
            if confirms:
                await send(world, CONFIRM, Confirmation(by="Ann"))

        async def a_day_passes() -> None:
            await world.let_pass(TIME_TO_CONFIRM + timedelta(hours=1))

        return Scene(world, begun, lambda: check(world), afterwards=a_day_passes)

    return Story(name, opened, ending)


async def check(world: World) -> None:
    """A slot is reserved once, and it is either booked or released."""
    reserved = world.other_side.done_at(RESERVATIONS)
    released = world.other_side.deleted_below(RESERVATIONS)
    bookings = await world.rows("SELECT slot FROM bookings")
    # Where the calendar refuses a release, a person is called, who makes it anew.
    refused = await world.rows("SELECT id FROM runs WHERE failure_class = 'rollback_failed'")
    run = await world.run()
    assert reserved <= 1, f"reserved {reserved} times"
    assert released <= reserved, "what nobody has reserved was released"
    if run is not None and run.state == "completed":
        assert (reserved, released, len(bookings)) == (1, 0, 1)
    if run is not None and run.state in {"released", "cancelled"}:
        assert released == reserved or refused, "the slot is blocked for ever"
        assert not bookings or refused, "what was released is booked"


STORIES = (
    story("confirmed", confirms=True, ending="completed"),
    story("nobody confirms", confirms=False, ending="released"),
)


@pytest.mark.parametrize("each", STORIES, ids=lambda each: each.name)
async def test_whatever_comes_between(each: Story, disturbed: Disturbed) -> None:
    await disturbed(each)


async def test_a_calendar_that_often_fails_reserves_once(undisturbed: Undisturbed) -> None:
    troubles: list[Trouble] = []
    for seed in range(10):
        scene = await undisturbed(story("often", confirms=True, ending="completed", seed=seed))
        troubles += scene.world.other_side.troubles
    assert {*troubles} == {*OFTEN}, "not everything went wrong"
