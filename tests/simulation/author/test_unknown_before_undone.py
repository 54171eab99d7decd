"""A charge that nobody knows of undoes nothing by itself: the seat that it pays for is kept until a
person has found out.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Never

import pytest
from pydantic import BaseModel

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.support.host_api import api_client
from tillroll_durable import (
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    HttpAnswer,
    HttpFailed,
    NotDone,
    OnFailure,
    Params,
    Refused,
    Registry,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    SystemsDisagree,
    Then,
    Unknown,
    Workflow,
    WorkflowRun,
    begin,
    http,
)
from tillroll_durable._execution import endings
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed
from tillroll_testing.stories.playing import state_of

SEATS: Final = "https://seats.example/reservations"
CHARGES: Final = "https://payments.example/charges"
BY_ORDER: Final = http.LookUp(CHARGES + "?order={order}", at="items", by="order")


class SeatParams(Params):
    order: str = "o1"


class Reservation(BaseModel):
    id: str


RESERVE = Step("reserve", Effect.EXTERNAL, rollback_config=RollbackConfig())
CHARGE = Step(
    "charge",
    Effect.EXTERNAL,
    gives=str,
    on_failure=OnFailure("refused", then=Then.COMPENSATE, says="The card was refused."),
)
SEAT_V1 = Contract("seat", 1, steps=(RESERVE, CHARGE))

Found = Done[str] | NotDone | Unknown


async def _is_down() -> Never:
    raise HttpFailed("the search answered 500")


async def _is_unsure() -> Unknown:
    return Unknown("the search does not show it yet")


async def _contradicts() -> Never:
    raise SystemsDisagree("the provider says 10.00, the order 12.00")


class Payments:
    """It charges once for an order, and loses its answer. It is searched by the order, and `search`
    goes wrong first.
    """

    def __init__(self, faults: Faults, search: Callable[[], Awaitable[Found]] | None) -> None:
        self.charges: list[str] = []
        self.refuses = False
        self._faults = faults
        self._search = search

    async def send(self, order: str) -> Done[str]:
        await self._faults.point("bank: before the charge")
        if self.refuses:
            raise Refused("card declined")
        if order not in self.charges:
            self.charges.append(order)
        await self._faults.point("bank: after the charge")
        raise HttpFailed("the answer was lost")

    async def look_up(self, order: str) -> Found:
        await self._faults.point("bank: before the search")
        if self._search is not None:
            return await self._search()
        if order not in self.charges:
            return NotDone()
        return Done("ch1", "ch1")

    async def mend(self) -> None:
        self._search = None

    def charging(self, order: str) -> ExternalCall[StepContext, str]:
        return ExternalCall(
            {"order": order},
            lambda _: self.send(order),
            lambda _: self.look_up(order),
            honours_key=True,
        )


def releasing(reservation: Reservation) -> ExternalCall[RollbackContext, None]:
    return http.delete(f"{SEATS}/{reservation.id}")


def seat(payments: Payments, *, is_map: bool = False) -> Workflow:
    async def body(run: WorkflowRun[SeatParams]) -> None:
        reserving = http.post(SEATS, {}, gives=Reservation, look_up=SEATS + "/{key}")
        await run.call(RESERVE, reserving, rollback=releasing)
        order = run.params.order
        if is_map:
            await run.map(CHARGE, payments.charging, [order], key=str)
        else:
            await run.call(CHARGE, payments.charging(order))

    may = Allowed(decide="review", operate="operate")
    return Workflow(SEAT_V1, body, params=SeatParams, allowed=may)


def _story(
    name: str,
    search: Callable[[], Awaitable[Found]],
    *,
    operator: str = "retry",
    is_map: bool = False,
) -> Story:
    async def opened(faults: Faults) -> Scene:
        payments = Payments(faults, search)
        workflow = seat(payments, is_map=is_map)
        world = await open_world(faults, Deployed(workflow))

        async def check() -> None:
            """A seat that is paid for, or may be, is kept; a person alone gives it away."""
            assert len(payments.charges) <= 1, "charged twice"
            released = world.other_side.deleted_below(SEATS)
            for run in await world.rows("SELECT * FROM runs"):
                assert run["state"] not in {"refused", "undoing"}, "nobody has refused the card"
                if run["cancel_kind"] is None:
                    assert released == 0, "the seat is given away, and may be paid for"

        return Scene(
            world,
            lambda: begin(world.host.platform, workflow, SeatParams(), ANN, key="one"),
            check,
            payments.mend,
        )

    final = {"retry": "completed", "abandon": "abandoned"}[operator]
    return Story(name, opened, "outcome_unknown", operator=operator, final=final)


STORIES = (
    _story("the search is down", _is_down),
    _story("the search is unsure", _is_unsure),
    _story("the search contradicts", _contradicts),
    _story("an item's search is down", _is_down, is_map=True),
    _story("it is given up", _is_down, operator="abandon"),
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_charge_that_nobody_knows_of_keeps_its_seat(
    story: Story, undisturbed: Undisturbed
) -> None:
    await undisturbed(story)


@pytest.mark.parametrize("is_map", [False, True])
async def test_a_run_that_stopped_so_is_replayed(repeated: Repeated, *, is_map: bool) -> None:
    payments = Payments(Faults(), _is_down)
    world = await _played(payments, is_map=is_map)
    await repeated(world)
    await payments.mend()
    await world.retry()
    await world.settle()
    await repeated(world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_seat_is_kept_whatever_comes_between(story: Story, disturbed: Disturbed) -> None:
    await disturbed(story)


async def _played(payments: Payments, *, is_map: bool = False) -> World:
    workflow = seat(payments, is_map=is_map)
    world = await open_world(Faults(), Deployed(workflow))
    await begin(world.host.platform, workflow, SeatParams(), ANN, key="one")
    await world.settle()
    return world


async def _shown(world: World) -> Mapping[str, Any]:
    run = await world.run()
    assert run is not None
    async with api_client(
        world.host.platform, registry=Registry([world.deployed.workflow])
    ) as client:
        return (await client.get(f"/api/runs/{run.id}")).json()


async def test_a_person_is_told_that_nobody_knows() -> None:
    payments = Payments(Faults(), _is_down)
    world = await _played(payments)
    shown = await _shown(world)
    assert (shown["state"], shown["status"], shown["requiresHumanReview"]) == (
        "outcome_unknown",
        "failed",
        True,
    )
    assert (shown["nextSafeAction"], shown["safeToRetry"]) == ("retry_from_step", True)
    assert shown["message"].startswith("It is not known whether")
    assert (
        "Whether the other side did it is unknown. A retry asks there first"
        in (shown["whatHappened"])
    )
    assert "undone" not in shown["whatHappened"]
    assert (shown["outcomeUnknown"], shown["failureClass"]) == (True, "external_unknown")
    assert any("its outcome is unknown" in line for line in shown["mustNotRepeat"])
    assert world.other_side.deleted_below(SEATS) == 0
    await payments.mend()
    await world.retry()
    await world.settle()
    shown = await _shown(world)
    assert (shown["state"], shown["outcomeUnknown"], shown["failureClass"]) == (
        "completed",
        False,
        None,
    )
    assert (len(payments.charges), world.other_side.deleted_below(SEATS)) == (1, 0)


async def test_a_person_is_told_which_item_nobody_knows_of() -> None:
    world = await _played(Payments(Faults(), _is_down), is_map=True)
    shown = await _shown(world)
    assert shown["whatHappened"].endswith(
        "Nobody knows whether charge[o1] was done. What was sent may have happened: a retry asks "
        "there first, by key, before it sends again."
    )
    assert (shown["nextSafeAction"], shown["safeToRetry"]) == ("retry_from_step", True)


async def test_who_gives_it_up_undoes_it_and_reads_what_may_stand() -> None:
    world = await _played(Payments(Faults(), _is_down))
    await world.abandon()
    await world.settle()
    shown = await _shown(world)
    assert shown["state"] == "abandoned"
    assert world.other_side.deleted_below(SEATS) == 1
    assert any("its outcome is unknown" in line for line in shown["mustNotRepeat"])


async def test_a_card_whose_charge_and_search_lose_their_answers_is_charged_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A service without keys, over HTTP. Once its search is up again, a retry finds the charge."""
    charge = Step("charge", Effect.EXTERNAL, on_failure=CHARGE.on_failure)

    async def body(run: WorkflowRun[SeatParams]) -> None:
        reserving = http.post(SEATS, {}, gives=Reservation, look_up=SEATS + "/{key}")
        await run.call(RESERVE, reserving, rollback=releasing)
        order: JsonObject = {"order": run.params.order}
        await run.call(charge, http.post(CHARGES, order, gives=Reservation, look_up=BY_ORDER))

    contract = Contract("seat", 1, steps=(RESERVE, charge))
    workflow = Workflow(contract, body, params=SeatParams)
    world = await open_world(Faults(), Deployed(workflow))
    side = world.other_side
    side.search(CHARGES, by="order")
    post = side.post

    async def lose(url: str, *request: Any, **limits: int) -> HttpAnswer:
        answer = await post(url, *request, **limits)
        if url == CHARGES:
            raise HttpFailed("no answer came")
        return answer

    async def fail(*_: object, **__: object) -> HttpAnswer:
        return HttpAnswer(500, "")

    with monkeypatch.context() as patched:
        patched.setattr(side, "post", lose)
        patched.setattr(side, "get", fail)
        await begin(world.host.platform, workflow, SeatParams(), ANN, key="one")
        await world.settle()
        assert await state_of(world) == "outcome_unknown"
        assert (side.done_at(CHARGES), side.deleted_below(SEATS)) == (1, 0)
    await world.retry()
    await world.settle()
    assert await state_of(world) == "completed"
    assert (side.done_at(CHARGES), side.deleted_below(SEATS)) == (1, 0)


async def test_a_refusal_for_sure_undoes_it() -> None:
    payments = Payments(Faults(), None)
    payments.refuses = True
    world = await _played(payments)
    shown = await _shown(world)
    assert (shown["state"], shown["message"]) == ("refused", "The card was refused.")
    assert world.other_side.deleted_below(SEATS) == 1


async def test_a_refusal_after_an_unknown_outcome_undoes_it() -> None:
    """A person retries what was never done, and this time the other side says no."""
    payments = Payments(Faults(), _is_down)
    world = await _played(payments)
    payments.charges.clear()
    payments.refuses = True
    await payments.mend()
    await world.retry()
    await world.settle()
    assert (await _shown(world))["state"] == "refused"
    assert world.other_side.deleted_below(SEATS) == 1


async def test_what_undoes_before_anybody_knows_is_found(
    monkeypatch: pytest.MonkeyPatch, undisturbed: Undisturbed
) -> None:
    async def none(*_: object) -> None:
        return None

    monkeypatch.setattr(endings, "unknown_outcome", none)
    with pytest.raises(AssertionError, match="nobody knows whether 'charge' was done"):
        await undisturbed(STORIES[0])
