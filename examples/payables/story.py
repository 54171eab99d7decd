"""What can happen to an invoice, and a bank that fails nearly every third time."""

import pytest

from examples.payables.workflow import (
    PAYABLE,
    PAYMENTS,
    PURCHASES,
    InvoiceParams,
    find_facts,
)
from tillroll_durable import begin, statement
from tillroll_durable.platform.bindings.database import DatabaseError
from tillroll_testing import ANN, Deployed, Faults, Scene, Story, World
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.project import open_world
from tillroll_testing.simulation.other_side import OFTEN, Trouble

TENANT = "north"


def story(name: str, *, cents: int, decision: str = "approve", seed: int | None = None) -> Story:
    """With a seed, the other sides fail by chance."""

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(PAYABLE))
        world.other_side.pages[f"{PURCHASES}/p7"] = {"cents": 5_000}
        if seed is not None:
            world.other_side.fail_often(seed)

        async def begun() -> None:
            params = InvoiceParams(tenant=TENANT, invoice="i1", purchase="p7", cents=cents)
            await begin(world.host.platform, PAYABLE, params, ANN, key="i1")

        return Scene(world, begun, lambda: check(world))

    ending = "completed" if decision == "approve" else "declined"
    return Story(name, opened, ending, decision={"decision": decision})


async def check(world: World) -> None:
    """An invoice is paid once, and the facts say what was done in its order."""
    paid = sum(each.did for each in world.other_side.requests if each.url == PAYMENTS)
    types = [fact.type for fact in await find_facts(world.host.database, TENANT)]
    run = await world.run()
    assert paid <= 1, f"paid {paid} times"
    assert len(types) == len({*types}), f"a fact was appended twice: {types}"
    assert not paid or "ordered" in types, "money moved, and no fact says so"
    assert paid or "paid" not in types, "a fact says that it is paid, and it is not"
    if run is not None and run.state == "completed":
        assert types == ["received", "ordered", "paid"]
    if run is not None and run.state == "declined":
        assert types == ["received", "declined"]


STORIES = (
    story("as ordered", cents=5_000),
    story("more than was ordered", cents=5_500),
    story("a person refuses", cents=5_500, decision="reject"),
)


@pytest.mark.parametrize("each", STORIES, ids=lambda each: each.name)
async def test_whatever_comes_between(each: Story, disturbed: Disturbed) -> None:
    await disturbed(each)


async def test_a_bank_that_often_fails_pays_once(undisturbed: Undisturbed) -> None:
    troubles: list[Trouble] = []
    for seed in range(30):
        scene = await undisturbed(story("often", cents=5_000, seed=seed))
        troubles += scene.world.other_side.troubles
    assert {*troubles} == {*OFTEN}, "not everything went wrong"


async def test_facts_are_found_and_stay(undisturbed: Undisturbed) -> None:
    scene = await undisturbed(STORIES[0])
    database = scene.world.host.database
    [paid] = await find_facts(database, TENANT, what="paid", since="2026", until="2027")
    assert (paid.invoice, paid.cents) == ("i1", 5_000)
    assert not await find_facts(database, TENANT, until=paid.at)
    assert not await find_facts(database, "south")
    for change in ("UPDATE facts SET cents = 1", "DELETE FROM facts"):
        with pytest.raises(DatabaseError):
            await database.batch([statement(change)])
