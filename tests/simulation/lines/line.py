"""Plays runs of a workflow that stand in line, disturbed at one point or at none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import LiteralString

from tests.simulation.opening import open_world
from tests.support.host_platform import ACCOUNT
from tillroll_durable import Actor, BegunRun, Params, Statement, Workflow, begin, operations
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.runs import Run, find_run
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.playing import Disturbance

ANN = Actor(ACCOUNT, "user:usr_first")


@dataclass(frozen=True)
class Line:
    """A run of each of `ways` is begun, under the keys `run 0`, `run 1` and so on. The one of the
    key `cancelled` is cancelled while it waits, the one of `fails` fails and is retried.

    A run that has done its step has a row in the table `done`, and ends in the state `ended`. After
    `period` nobody waits for the time any more. `tables` has `too_many`, where the database notes
    who should have waited.
    """

    workflow: Workflow
    ways: Sequence[Params]
    cancelled: str
    fails: str
    tables: Sequence[Statement]
    done: LiteralString
    ended: str
    period: timedelta

    async def open(self, faults: Faults | None = None) -> World:
        return await open_world(faults or Faults(), Deployed(self.workflow), tables=self.tables)

    async def ask(self, world: World, key: str, params: Params) -> BegunRun:
        return await begin(world.host.platform, self.workflow, params, ANN, key=key)

    async def play(self, disturbance: Disturbance | None = None, at: int = 0) -> World:
        """Play it with `disturbance` at point number `at`.

        Raises:
            AssertionError: something that must hold does not.
        """
        world = await self.open()
        if disturbance is not None:
            world.faults.plan[at] = partial(disturbance.act, world)
        for number, params in enumerate(self.ways):
            await world.surviving(partial(self.ask, world, f"run {number}", params))
        await world.surviving(partial(self._cancel, world))
        await self._come_to_rest(world)
        await world.surviving(partial(self._retry, world))
        await self._come_to_rest(world)
        await self._check(world)
        return world

    async def _come_to_rest(self, world: World) -> None:
        for _ in range(2):
            await world.settle()
            world.host.pieces.clock.advance(self.period)
        await world.settle()

    async def _cancel(self, world: World) -> None:
        run = await run_of(world, self.cancelled)
        if run.status == "processing":
            await operations.cancel(world.host.platform, run, world.request, self.workflow.contract)

    async def _retry(self, world: World) -> None:
        run = await run_of(world, self.fails)
        if run.status == "failed":
            await operations.retry(world.host.platform, self.workflow.contract, run, world.request)

    async def _check(self, world: World) -> None:
        await world.faults.release()
        await world.settle()
        await invariants.check(world)
        assert not await world.rows("SELECT * FROM too_many"), "somebody went on who had to wait"
        left = await world.rows(
            "SELECT begin_key, state FROM runs WHERE status IN ('processing', 'needs_review')"
        )
        assert not left, f"they starve: {left}"
        waits = await world.rows("SELECT id FROM runs WHERE queue_number IS NOT NULL")
        assert not waits, "who has ended stands in line"
        done = await world.rows(f"SELECT run_id FROM {self.done}")
        completed = await world.rows("SELECT id AS run_id FROM runs WHERE state = ?", self.ended)
        assert sorted(map(str, done)) == sorted(map(str, completed))


async def run_of(world: World, key: str) -> Run:
    """The run that was begun under this key."""
    (row,) = await world.rows("SELECT id FROM runs WHERE begin_key = ?", key)
    run = await find_run(world.host.database, text(row, "id"))
    assert run is not None
    return run
