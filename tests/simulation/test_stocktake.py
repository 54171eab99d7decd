"""The kind that docs/continuations.md shows counts each item exactly once, whatever comes
between.
"""

import pytest

from tests.engine.stocktake import stock
from tests.engine.stocktake.workflow import PAGE, PAGES_IN_A_RUN, STOCKTAKE
from tests.simulation.author import ACCOUNT, ANN, Deployed, Faults, Scene, Story, open_world
from tests.support.sql import sql
from tillroll_durable import begin
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.json import load
from tillroll_durable.queries import answer
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import play_at_some_points

A_RUN = PAGES_IN_A_RUN * PAGE


def counting(items: int) -> Story:
    """So many items of Ann's, beside those of another account."""

    async def opened(faults: Faults) -> Scene:
        shelves = [*stock.TABLES, stock.put(ACCOUNT, items), stock.put("acc_other", 3)]
        world = await open_world(
            faults, Deployed(STOCKTAKE), tables=[statement(sql(shelf)) for shelf in shelves]
        )

        async def check() -> None:
            """Each item is counted once by the chain, and by nobody twice; nothing of another
            account is.
            """
            wrong = await world.rows(stock.WRONGLY_COUNTED.format(account=ACCOUNT))
            newest = await world.run()
            is_whole = newest is not None and newest.state == "completed"
            assert not [row for row in wrong if is_whole or row["times"]], (
                f"counted wrongly: {wrong[:3]}"
            )
            runs = await world.rows("SELECT id, previous_run_id, state FROM runs ORDER BY id")
            assert [run["previous_run_id"] for run in runs] == [
                None,
                *(run["id"] for run in runs[:-1]),
            ], "no chain"
            assert {run["state"] for run in runs[:-1]} <= {"continued"}, (
                "a run goes on beside its continuation"
            )

        return Scene(
            world, lambda: begin(world.host.platform, STOCKTAKE, {}, ANN, key="one"), check
        )

    return Story(f"{items} items", opened, "completed")


@pytest.mark.parametrize(
    ("items", "runs"),
    [(0, 1), (1, 1), (PAGE, 1), (A_RUN, 1), (A_RUN + 1, 2), (2 * A_RUN, 2), (10_000, 10)],
)
async def test_a_stocktake_is_as_many_runs_as_its_items_need(
    items: int, runs: int, undisturbed: Undisturbed
) -> None:
    world = (await undisturbed(counting(items))).world
    assert len(await world.rows("SELECT id FROM runs")) == runs
    [last] = await world.rows("SELECT output FROM run_steps WHERE step = 'return: the result'")
    so_far = {
        "behind": f"{ACCOUNT}-item-{items:05}" if items else "",
        "items": items,
        "quantity": stock.pieces(items),
    }
    assert load(text(last, "output")) == so_far
    newest = await world.run()
    assert newest is not None
    assert await answer(world.host.platform, STOCKTAKE, newest, "progress") == so_far


# In two runs.
_LONG = counting(A_RUN + PAGE)


async def test_a_death_at_each_point_loses_and_doubles_nothing() -> None:
    await play_at_some_points(_LONG, by.KILL, turn=0)


async def test_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(_LONG)


async def test_its_body_does_the_same_again(undisturbed: Undisturbed, repeated: Repeated) -> None:
    await repeated((await undisturbed(_LONG)).world)
