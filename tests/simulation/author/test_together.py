"""Two different steps side by side: each is durable by itself, and the run's state stays."""

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.support.host_api import api_client
from tillroll_durable import (
    Allowed,
    Contract,
    Effect,
    NonRetryable,
    OnFailure,
    Outcome,
    Params,
    Registry,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    Then,
    Timer,
    Workflow,
    WorkflowRun,
    begin,
    http,
    statement,
)
from tillroll_durable._execution import beside
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed

PAYMENTS = "https://payments.example/payments"
TABLE = statement("CREATE TABLE packed (run_id TEXT NOT NULL, item TEXT NOT NULL) STRICT")


class OrderParams(Params):
    item: str = "tea"


class Payment(BaseModel):
    id: str


class Price(BaseModel):
    cents: int


PRICE = Step("price", Effect.READ, gives=Price)
PACK = Step("pack", Effect.WRITE, gives=str, rollback_config=RollbackConfig())
PAY = Step("pay", Effect.EXTERNAL)
SHIP = Step("ship", Effect.WRITE)
OTHER = Step("other", Effect.WRITE)
REST = Timer("rest")
ORDER_V1 = Contract("order", 1, steps=(PRICE, PACK, PAY, SHIP), timers=(REST,), failed="failed")


async def order(run: WorkflowRun[OrderParams]) -> str:
    price = await run.step(PRICE, read_price)
    item, payment = await run.together(
        run.step(PACK, pack, run.params.item, rollback=unpack),
        run.call(
            PAY,
            http.post(PAYMENTS, {"cents": price.cents}, gives=Payment, look_up=PAYMENTS + "/{key}"),
        ),
    )
    await run.step(SHIP, ship)
    return f"{item} for {payment.id}"


async def read_price(_: StepContext) -> Price:
    return Price(cents=500)


async def pack(context: StepContext, item: str) -> Outcome[str]:
    insert = statement("INSERT INTO packed (run_id, item) VALUES (?, ?)", [context.run.id, item])
    return Outcome(item, [insert])


async def unpack(context: RollbackContext) -> Outcome:
    delete = statement("DELETE FROM packed WHERE run_id = ?", [context.run.id])
    return Outcome(statements=[delete])


async def ship(_: StepContext) -> Outcome:
    return Outcome()


ORDER = Workflow(ORDER_V1, order, params=OrderParams, gives=str)


async def _check(world: World, *, packs: bool) -> None:
    """Both are done once; what was packed is unpacked where the run is stopped."""
    packed = await world.rows("SELECT item FROM packed")
    paid = world.other_side.done_at(PAYMENTS)
    assert len(packed) <= 1
    assert paid <= 1
    run = await world.run()
    if run is not None and run.state == "completed":
        assert (len(packed), paid) == (int(packs), 1)
    if run is not None and run.state == "cancelled":
        assert not packed


def _story(workflow: Workflow[OrderParams, str] = ORDER, ending: str = "completed") -> Story:
    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(workflow), tables=[TABLE])

        async def begun() -> None:
            await begin(world.host.platform, workflow, OrderParams(), ANN, key="one")

        return Scene(world, begun, lambda: _check(world, packs=workflow is ORDER))

    return Story(f"an order that ends {ending}", opened, ending)


async def test_both_are_done_once_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(_story())


async def test_both_go_on_at_once_and_leave_the_state(
    undisturbed: Undisturbed, repeated: Repeated
) -> None:
    scene = await undisturbed(_story())
    events = await scene.world.rows(
        "SELECT detail ->> 'step' AS step, detail ->> 'from' AS before, detail ->> 'to' AS after "
        "FROM audit_events WHERE detail ->> 'step' IN ('pack', 'pay', 'ship') "
        "AND action = 'step.completed'"
    )
    moves = {(str(each["step"]), str(each["before"]), str(each["after"])) for each in events}
    assert moves == {
        ("pack", "price", "price"),
        ("pay", "price", "price"),
        ("ship", "price", "ship"),
    }
    await repeated(scene.world)


def _failing(then: Then) -> Workflow[OrderParams, str]:
    """An order whose packing fails for good."""
    pack_it = Step(
        "pack", Effect.WRITE, rollback_config=RollbackConfig(), on_failure=OnFailure(then=then)
    )
    contract = Contract("order", 1, steps=(PRICE, pack_it, PAY, SHIP), failed="failed")

    async def refuse(_: StepContext) -> Outcome:
        raise NonRetryable("it is out of stock")

    async def body(run: WorkflowRun[OrderParams]) -> str:
        await run.step(PRICE, read_price)
        item, payment = await run.together(
            run.step(pack_it, refuse, rollback=unpack),
            run.call(
                PAY, http.post(PAYMENTS, {"cents": 500}, gives=Payment, look_up=PAYMENTS + "/{key}")
            ),
        )
        await run.step(SHIP, ship)
        return f"{item} for {payment.id}"

    return Workflow(contract, body, params=OrderParams, gives=str)


@pytest.mark.parametrize(
    ("then", "ending"),
    [(Then.STOP, "pack_failed"), (Then.CONTINUE, "completed"), (Then.COMPENSATE, "pack_failed")],
)
async def test_where_one_fails_the_other_is_finished_and_recorded(
    then: Then, ending: str, undisturbed: Undisturbed, repeated: Repeated
) -> None:
    scene = await undisturbed(_story(_failing(then), ending))
    await _is_finished(scene.world)
    await repeated(scene.world)


async def test_what_is_unknown_beside_a_failure_keeps_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Packing fails and compensates; nobody knows whether the payment beside it was made."""
    undo = OnFailure("refused", then=Then.COMPENSATE, says="It was refused.")
    reserve = Step("reserve", Effect.WRITE, rollback_config=RollbackConfig())
    pack_it = Step("pack-it", Effect.WRITE, on_failure=undo)
    pay = Step("pay", Effect.EXTERNAL, on_failure=undo)
    is_there = False

    async def take(_: StepContext) -> Outcome:
        if not is_there:
            raise NonRetryable("it is out of stock")
        return Outcome()

    async def body(run: WorkflowRun[OrderParams]) -> None:
        await run.step(reserve, pack, run.params.item, rollback=unpack)
        paying = http.post(PAYMENTS, {"cents": 5}, gives=Payment, look_up=PAYMENTS + "/{key}")
        await run.together(run.step(pack_it, take), run.call(pay, paying))

    may = Allowed(decide="review", operate="operate")
    contract = Contract("order", 1, steps=(reserve, pack_it, pay))
    workflow = Workflow(contract, body, params=OrderParams, allowed=may)
    world = await open_world(Faults(), Deployed(workflow), tables=[TABLE])
    side = world.other_side
    post = side.post

    async def lose(*request: Any, **limits: int) -> HttpAnswer:
        await post(*request, **limits)
        raise HttpFailed("no answer came")

    async def fail(*_: object, **__: object) -> HttpAnswer:
        return HttpAnswer(500, "")

    with monkeypatch.context() as patched:
        patched.setattr(side, "post", lose)
        patched.setattr(side, "get", fail)
        await begin(world.host.platform, workflow, OrderParams(), ANN, key="one")
        await world.settle()
        run = await world.run()
        assert run is not None
        assert run.state == "outcome_unknown"
        assert len(await world.rows("SELECT item FROM packed")) == 1
        async with api_client(world.host.platform, registry=Registry([workflow])) as client:
            shown = (await client.get(f"/api/runs/{run.id}")).json()
        assert shown["whatHappened"].startswith("The step pay failed for good")
        assert "Whether the other side did it is unknown." in shown["whatHappened"]
        assert shown["nextSafeAction"] == "retry_from_step"
    is_there = True
    await world.retry()
    await world.settle()
    run = await world.run()
    assert run is not None
    assert (run.state, side.done_at(PAYMENTS)) == ("completed", 1)


async def _is_finished(world: World) -> None:
    """What went on beside the step that failed is done once, and recorded."""
    paid = await world.rows("SELECT outcome FROM run_steps WHERE step = 'pay'")
    assert [row["outcome"] for row in paid] == ["completed"]
    assert world.other_side.done_at(PAYMENTS) == 1


async def test_a_failure_that_waits_for_nobody_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: object, **__: bool) -> None:
        return None

    monkeypatch.setattr(beside.Member, "wait_to_fail", at_once)
    workflow = _failing(Then.STOP)
    world = await open_world(Faults(), Deployed(workflow), tables=[TABLE])
    post = world.other_side.post

    async def slowly(*request: Any, **limits: int) -> HttpAnswer:
        for _ in range(1000):
            await asyncio.sleep(0)
        return await post(*request, **limits)

    monkeypatch.setattr(world.other_side, "post", slowly)
    await begin(world.host.platform, workflow, OrderParams(), ANN, key="one")
    await world.settle()
    with pytest.raises(AssertionError):
        await _is_finished(world)


@pytest.mark.parametrize("then", [Then.STOP, Then.COMPENSATE], ids=lambda each: str(each.value))
async def test_a_failure_beside_another_step_is_survived(then: Then, disturbed: Disturbed) -> None:
    await disturbed(_story(_failing(then), "pack_failed"))


async def _stands_still(body: object) -> str:
    contract = Contract("order", 1, steps=(PRICE, SHIP, OTHER), timers=(REST,))
    workflow = Workflow(contract, body, params=OrderParams, gives=str)  # pyright: ignore[reportArgumentType] - it has the form of a body
    world = await open_world(Faults(), Deployed(workflow), tables=[TABLE])
    await begin(world.host.platform, workflow, OrderParams(), ANN, key="one")
    await world.settle()
    [run] = await world.rows("SELECT error_summary FROM runs")
    assert not await world.rows("SELECT item FROM packed")
    return str(run["error_summary"])


async def test_what_is_no_step_is_refused_beside_steps() -> None:
    async def sleeps(run: WorkflowRun[OrderParams]) -> str:
        await run.together(run.step(PRICE, read_price), run.sleep(REST, 60))
        return ""

    async def goes_on(run: WorkflowRun[OrderParams]) -> str:
        async def two() -> None:
            await run.step(PRICE, read_price)
            await run.step(SHIP, ship)

        await run.together(two(), run.step(OTHER, ship))
        return ""

    async def names_a_state(run: WorkflowRun[OrderParams]) -> str:
        async def leads(_: StepContext) -> Outcome:
            return Outcome(state="ship")

        await run.together(run.step(PRICE, read_price), run.step(SHIP, leads))
        return ""

    assert "does steps and calls" in await _stands_still(sleeps)
    assert "does steps and calls" in await _stands_still(goes_on)
    assert "name no state" in await _stands_still(names_a_state)
