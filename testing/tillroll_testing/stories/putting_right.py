"""What a person does with runs that a broken body brought on, once the right one is deployed: what
their record says.

It is resumed. Where the record says the same again and again, since what the broken body did is
nothing to which the right one comes, it is cancelled; and where it stands still on the way to its
end, it is ended as it stands. A dead letter that only the body's code explains is retried.
"""

import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable

from tillroll_durable import operations
from tillroll_durable.runs import Run, run_from_row
from tillroll_testing.simulation.world import World

# In vain so often, and a person gives it up.
_MOST_RESUMPTIONS = 2
# What a step is given that another body hands it. No adapter raises these.
_OF_CODE = "('TypeError', 'AttributeError', 'KeyError')"


class Operator:
    """Who looks after the runs of a world while it comes to rest."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._resumed: Counter[tuple[object, ...]] = Counter()

    async def bring_on(self) -> None:
        """Do something with each run that stands still."""
        for run in await self._world.standing_still():
            [record] = await self._world.rows(
                "SELECT state, cancel_kind, error_summary FROM runs WHERE id = ?", run.id
            )
            says = (run.id, *record.values())
            self._resumed[says] += 1
            # Only what such a body may have brought on: any other run must go on.
            is_in_vain = self._world.may_be_stranded and self._resumed[says] > _MOST_RESUMPTIONS
            await self._do(self._give_up if is_in_vain else self._resume, run)

    async def broken_dead_letters(self) -> list[Run]:
        """The dead letters to which a broken body has led."""
        if not self._world.may_be_stranded:
            return []
        rows = await self._world.rows(
            f"""
            SELECT * FROM runs WHERE next_safe_action = 'retry_from_step' AND status = 'failed'
              AND error_class IN {_OF_CODE} ORDER BY id
            """
        )
        return [run_from_row(row) for row in rows]

    async def retry(self) -> None:
        for run in await self.broken_dead_letters():
            await self._do(self._retry, run)

    async def _do(self, act: Callable[[Run], Awaitable[None]], run: Run) -> None:
        async def once() -> None:
            # That the process died behind it the first time is an answer like any other.
            with contextlib.suppress(operations.NotPossible):
                await act(run)

        await self._world.surviving(once)

    async def _resume(self, run: Run) -> None:
        world = self._world
        await operations.revive(world.host.platform, world.contract_of(run), run, world.request)

    async def _give_up(self, run: Run) -> None:
        world, contract = self._world, self._world.contract_of(run)
        if run.cancel_kind is None and run.state != contract.compensating:
            await operations.cancel(world.host.platform, run, world.request, contract)
        else:
            await operations.abandon(world.host.platform, contract, run, world.request)

    async def _retry(self, run: Run) -> None:
        world = self._world
        await operations.retry(world.host.platform, world.contract_of(run), run, world.request)
