"""The one way to begin a run: once by its key, with its params checked, all of its batch or
nothing.
"""

import asyncio
from collections.abc import Sequence

import pytest

from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.workflow import TABLES, PayoutParams, Payouts
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT
from tillroll_durable import InvalidParams
from tillroll_durable.beginning import Actor, BegunRun, NotBegun, begin
from tillroll_durable.declared import LARGEST_PARAMS_BYTES
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.runs import NewRun
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

PARAMS = PayoutParams(employee="employee_1", amount=100)
ANN = Actor(ACCOUNT, "user:usr_first")


async def payouts() -> World:
    faults = Faults()
    return await open_world(faults, Deployed(Payouts(Bank(faults)).workflow), tables=TABLES)


async def ask(world: World, key: str = "request_1", actor: Actor = ANN) -> BegunRun:
    return await begin(world.host.platform, world.deployed.workflow, PARAMS, actor, key=key)


async def test_a_run_is_recorded_told_of_and_started() -> None:
    world = await payouts()
    begun = await ask(world)
    assert (begun.is_new, begun.subject, begun.status) == (True, "employee_1", "processing")
    (run,) = await world.rows("SELECT * FROM runs")
    assert (run["id"], run["params"]) == (begun.id, '{"amount":100,"employee":"employee_1"}')
    (event,) = await world.rows("SELECT * FROM audit_events")
    assert (event["action"], event["actor"], event["stream"]) == ("run.created", ANN.name, begun.id)
    assert list(world.instances.by_id) == [f"{begun.id}-1"]


async def test_the_same_key_is_the_same_run_also_for_twenty_at_once() -> None:
    world = await payouts()
    all_of_them = await asyncio.gather(*[ask(world) for _ in range(20)])
    assert len({begun.id for begun in all_of_them}) == 1
    assert [begun.is_new for begun in all_of_them].count(True) == 1
    assert all(begun.params == PARAMS.model_dump() for begun in all_of_them)
    assert len(world.instances.by_id) == 1


async def test_a_key_belongs_to_its_account() -> None:
    world = await payouts()
    one, other = await ask(world), await ask(world, actor=Actor(OTHER_ACCOUNT, "user:usr_other"))
    assert (one.is_new, other.is_new) == (True, True)


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"employee": "employee_1"}, "amount: It is missing"),
        (
            {"employee": "employee_1", "amount": 1, "iban": "x"},
            "iban: No such field here. There are employee, amount",
        ),
        (
            {"employee": "x" * LARGEST_PARAMS_BYTES, "amount": 1},
            "put what is large into the object store",
        ),
    ],
)
async def test_params_that_do_not_fit_begin_nothing(params: JsonObject, says: str) -> None:
    world = await payouts()
    with pytest.raises(InvalidParams, match=says):
        await begin(world.host.platform, world.deployed.workflow, params, ANN, key="request_1")
    assert await world.rows("SELECT id FROM runs") == []


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_of_no_use_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="1 to 200 characters"):
        await ask(await payouts(), key)


async def test_what_belongs_to_the_beginning_is_written_with_it_or_nothing_is() -> None:
    world = await payouts()

    def entry(run: NewRun, _now: str) -> Sequence[Statement]:
        return [statement("INSERT INTO entries VALUES (?, 'request', 0)", [run.id])]

    def claim(run: NewRun, _now: str) -> Sequence[Statement]:
        return [
            *entry(run, _now),
            statement("UPDATE entries SET what = 'taken' WHERE what = 'not there'"),
        ]

    platform, workflow = world.host.platform, world.deployed.workflow
    with pytest.raises(NotBegun):
        await begin(platform, workflow, PARAMS, ANN, key="request_1", also=claim)
    assert await world.rows("SELECT run_id FROM entries UNION SELECT id FROM runs") == []
    begun = await begin(platform, workflow, PARAMS, ANN, key="request_1", also=entry)
    assert await world.rows("SELECT run_id FROM entries") == [{"run_id": begun.id}]
