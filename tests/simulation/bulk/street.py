"""Couriers who fail while the street is closed, and an operator who does one thing with all of
them.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from tests.simulation.lines.courier import COURIER, COURIER_V1, DELIVER, TABLES, CourierParams
from tests.simulation.opening import open_world
from tests.support.host_platform import ACCOUNT
from tillroll.bulk.service import Act, Operation, Wanted, ask_for_operation, find_operation
from tillroll.bulk.workflow import bulk_operation
from tillroll_durable import (
    Actor,
    Concurrency,
    Outcome,
    Registry,
    Status,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.selection import Chosen
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

ANN = Actor(ACCOUNT, "user:usr_first")


class Street:
    """A deployment of two kinds, the couriers and what is done in bulk, on one engine. With
    `at_once`, so many couriers go on at once in a street.
    """

    def __init__(self, at_once: Concurrency | None = None) -> None:
        self.is_closed = True
        self.courier = replace(
            COURIER, contract=replace(COURIER_V1, concurrency=at_once), body=self._body
        )
        self.bulk: Workflow = bulk_operation(lambda: self.registry)
        self.registry = Registry([self.courier, self.bulk])

    async def _body(self, run: WorkflowRun[CourierParams]) -> JsonObject:
        await run.step(DELIVER, self._deliver)
        return {"state": run.state}

    async def _deliver(self, context: StepContext) -> Outcome:
        if self.is_closed:
            raise NonRetryable("the street is closed")
        return Outcome(
            statements=[statement("INSERT INTO delivered (run_id) VALUES (?)", [context.run.id])]
        )

    async def open(self, couriers: int, faults: Faults | None = None) -> World:
        """A world in which so many couriers have failed."""
        world = await open_world(faults or Faults(), Deployed(self.bulk), tables=TABLES)
        instances = world.host.platform.instances
        assert isinstance(instances, dict)
        instances["courier"] = world.instances
        world.earlier = (self.courier,)
        for number in range(couriers):
            key = f"courier {number}"
            await begin(
                world.host.platform, self.courier, CourierParams(street="high"), ANN, key=key
            )
        # one by one, where they stand in line
        for _ in range(couriers if self.courier.contract.concurrency else 1):
            await world.instances_only()
        self.is_closed = False
        # what is begun in the same moment is none of it
        world.host.pieces.clock.advance(timedelta(minutes=1))
        return world

    async def ask(
        self, world: World, act: Act, chosen: Chosen | None = None, key: str = "once"
    ) -> Operation:
        wanted = Wanted(act, chosen or Chosen(), ["courier"], "because of the test")
        return await ask_for_operation(world.host.platform, self.bulk, ANN, wanted, key)


async def now(world: World, operation: Operation) -> Operation:
    return await find_operation(
        replace(world.host.platform, database=world.host.database), ACCOUNT, operation.id
    )


async def outcomes(world: World) -> Sequence[dict[str, Any]]:
    return [
        dict(row)
        for row in await world.rows(
            "SELECT run_id, outcome, reason FROM bulk_operation_runs ORDER BY 1"
        )
    ]


def opened(couriers: int) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which so many couriers who failed are retried in bulk."""

    async def open_scene(faults: Faults) -> Scene:
        street = Street()
        world = await street.open(couriers, faults)
        world.aims_at = street.bulk.contract.kind
        return Scene(world, partial(street.ask, world, "retry"), partial(check, world, couriers))

    return open_scene


async def check(world: World, couriers: int) -> None:
    """Each is retried once at most, and all where it went to its end."""
    retried = await world.rows(
        """
        SELECT stream, count(*) AS n FROM audit_events JOIN runs ON runs.id = stream
            AND runs.kind = 'courier'
        WHERE action = 'run.retried' GROUP BY 1
        """
    )
    assert all(row["n"] == 1 for row in retried), "one was retried twice"
    [row] = await world.rows("SELECT id FROM bulk_operations")
    operation = await find_operation(
        replace(world.host.platform, database=world.host.database), ACCOUNT, str(row["id"])
    )
    assert (operation.status == Status.COMPLETE) == (operation.finished_at is not None)
    assert operation.done == len(retried), "what was counted is not what was done"
    if operation.finished_at is not None:
        assert (operation.found, operation.done, operation.left_out) == (couriers, couriers, 0)
        await _are_told(world)


async def _are_told(world: World) -> None:
    """Of an operation that has ended: each courier whom it says to have retried has delivered. Only
    one that hung, or whose every attempt erred, is failed once more, and waits for a person who was
    told so.
    """
    delivered = {str(row["run_id"]) for row in await world.rows("SELECT run_id FROM delivered")}
    said = {each["run_id"]: each["outcome"] for each in await outcomes(world)}
    is_hindered = world.faults.has_stalled or len(world.faults.raised) > 1
    for run in await world.rows("SELECT * FROM runs WHERE kind = 'courier'"):
        assert said[run["id"]] == "done", (
            f"{run['id']} was retried, and the operation says {said[run['id']]}"
        )
        is_delivered = run["state"] == "delivered"
        assert (run["id"] in delivered) is is_delivered, (
            f"{run['id']} is {run['state']}, and not what it did"
        )
        if not is_delivered:
            says = (
                f"{run['id']} is {run['state']} after its retry: {run['error_class']}, "
                f"{run['error_summary']}"
            )
            assert is_hindered, says
            told = (run["state"], run["next_safe_action"], run["requires_human_review"])
            assert told == ("failed", "retry_from_step", 1), f"{says}; nobody was told"
