"""The other side of an author's world answers, remembers and goes wrong; a new process remembers
nothing.
"""

import sys
from types import ModuleType

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world, send
from tests.simulation.author.elsewhere import APPROVE, CHARGES, ORDER, Approval, OrderParams
from tests.simulation.author.shortest import PAYMENT, PaymentParams
from tests.simulation.author.told import RATES
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    NoParams,
    NotDone,
    Refused,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.http import HttpFailed
from tillroll_durable.platform.json import Json, load, load_object
from tillroll_testing.invariants.of_elsewhere import check_elsewhere
from tillroll_testing.simulation.faults import ATTEMPT, Attempt
from tillroll_testing.simulation.memory import forget
from tillroll_testing.stories.disturbances import KILL, LOST_ANSWERS, OF_SIGNALS, REFUSALS
from tillroll_testing.stories.playing import Disturbance, play, points_of

_HOLD = {"idempotency-key": "one"}


async def _world() -> World:
    return await open_world(Faults(), Deployed(RATES))


async def test_the_other_side_does_a_thing_once_by_its_key() -> None:
    http = (await _world()).host.platform.http
    first = await http.post(CHARGES, _HOLD, "5", 1)
    assert (first.status, await http.post(CHARGES, _HOLD, "5", 1)) == (201, first)
    assert (await http.get(f"{CHARGES}/one", 1, 1)).body == first.body
    assert (await http.get(f"{CHARGES}/{load_object(first.body)['id']}", 1, 1)).body == first.body
    assert (await http.get(f"{CHARGES}/two", 1, 1)).status == 404
    assert (await http.post(CHARGES, {}, "5", 1)).body != first.body


async def test_the_other_side_refuses_what_it_is_told_to_refuse() -> None:
    world = await _world()
    world.other_side.refuses[CHARGES] = 402
    http = world.host.platform.http
    assert (await http.post(CHARGES, _HOLD, "5", 1)).status == 402
    assert world.other_side.done_at(CHARGES) == 0
    assert (await http.get(f"{CHARGES}/one", 1, 1)).status == 404
    del world.other_side.refuses[CHARGES]
    assert (await http.post(CHARGES, _HOLD, "5", 1)).status == 201


async def test_the_other_side_keeps_what_is_put_and_forgets_what_is_deleted() -> None:
    world = await _world()
    http = world.host.platform.http
    for _ in range(2):
        assert (await http.put(f"{CHARGES}/a", {}, "5", 1)).is_success
    assert (await http.get(f"{CHARGES}/a", 1, 1)).body == "5"
    assert (await http.delete(f"{CHARGES}/a", {}, 1)).status == 204
    assert (await http.get(f"{CHARGES}/a", 1, 1)).status == 404
    assert [each.did for each in world.other_side.requests if each.is_write] == [True, False, True]


async def test_the_other_side_has_the_pages_that_a_story_gives_it() -> None:
    world = await _world()
    world.other_side.pages["https://shop.example"] = {"customers": []}
    world.other_side.gives[CHARGES] = {"state": "paid"}
    http = world.host.platform.http
    assert load_object((await http.get("https://shop.example", 1, 1)).body) == {"customers": []}
    assert load_object((await http.post(CHARGES, _HOLD, "5", 1)).body) == {
        "id": "id-1",
        "state": "paid",
    }


async def test_an_address_that_knows_no_key_does_a_thing_each_time_and_finds_it() -> None:
    world = await _world()
    world.other_side.knows_no_key.add(CHARGES)
    http = world.host.platform.http
    for _ in range(2):
        assert (await http.post(CHARGES, _HOLD, "5", 1)).is_success
    assert world.other_side.done_at(CHARGES) == 2
    assert (await http.get(f"{CHARGES}?key=one", 1, 1)).status == 200


@pytest.mark.parametrize(
    ("at", "found", "absent"),
    [
        ("data.0", {"data": [{"id": "id-1"}]}, {"data": []}),
        ("0", [{"id": "id-1"}], []),
        ("page.items.1.charge", {"page": {"items": [None, {"charge": {"id": "id-1"}}]}}, None),
    ],
)
async def test_a_look_up_is_answered_in_the_shape_that_it_names(
    at: str, found: Json, absent: Json
) -> None:
    world = await _world()
    http = world.host.platform.http
    await http.post(CHARGES, _HOLD, "5", 1)
    known = await http.get(f"{CHARGES}?key=one#{at}", 1, 1)
    unknown = await http.get(f"{CHARGES}?key=two#{at}", 1, 1)
    assert load(known.body) == found
    assert unknown.status == 200
    assert absent is None or load(unknown.body) == absent


@pytest.mark.parametrize("thing", [*REFUSALS, *LOST_ANSWERS], ids=lambda each: each.name)
async def test_the_other_side_goes_wrong_as_it_is_told(thing: Disturbance) -> None:
    world = await _world()
    http, side = world.host.platform.http, world.other_side
    await thing.act(world)
    heard: int | None
    try:
        heard = (await http.post(CHARGES, _HOLD, "5", 1)).status
    except HttpFailed:
        heard = None
    [trouble] = side.troubles
    expected = {"BAD_GATEWAY": 502, "TWICE": 201}.get(trouble.name)
    assert heard == (trouble.value if isinstance(trouble.value, int) else expected)
    is_done = {"BAD_GATEWAY", "ANSWER_LOST", "ANSWERS_LOST", "TWICE"}
    assert side.requests[0].is_done == (trouble.name in is_done)
    side.catch_up()
    assert side.requests[0].is_done == (trouble.name in {*is_done, "LATE"})


@pytest.mark.parametrize("thing", OF_SIGNALS, ids=lambda each: each.name)
async def test_a_signal_goes_as_it_is_said(thing: Disturbance) -> None:
    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(ORDER))

        async def begun() -> None:
            await begin(world.host.platform, ORDER, OrderParams(amount=5), ANN, key="one")
            await send(world, APPROVE, Approval(by="Ann", approves=True))

        async def check() -> None:
            """Nothing of its own."""

        return Scene(world, begun, check)

    story = Story("an order", opened, "completed")
    at = 1 + next(number for number, name in enumerate(await points_of(story)) if thing.fits(name))
    world = (await play(story, thing, at)).world
    [wait] = await world.rows("SELECT outcome, began_at, ended_at FROM run_waits")
    signals = await world.rows("SELECT received_at FROM signals ORDER BY received_at")
    state = (await world.rows("SELECT state FROM runs"))[0]["state"]
    match thing.name:
        case "a signal comes twice":
            assert (len(signals), wait["outcome"], state) == (2, "received", "completed")
        case "a signal is held back":
            assert (wait["outcome"], state) == ("received", "completed")
            passed = world.faults.passed
            waiting = [
                at
                for at, name in enumerate(passed)
                if "approve" in name and name.endswith(": waiting")
            ]
            assert waiting, "it waited for nothing"
            assert passed.index("event: sent") > waiting[0], "it was sent before somebody waited"
        case _:
            assert (len(signals), wait["outcome"], state) == (0, "timed_out", "undone")


COUNT = Step("count", Effect.READ, gives=int)
counted: list[str] = []


async def _count(context: StepContext) -> int:
    counted.append(context.step)
    return len(counted)


async def _body(run: WorkflowRun[NoParams]) -> int:
    return await run.step(COUNT, _count)


async def test_the_variables_of_its_modules_die_with_a_process() -> None:
    workflow = Workflow(Contract("counting", 1, steps=(COUNT,)), _body, gives=int)

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(workflow))

        async def check() -> None:
            """Nothing of its own."""

        return Scene(
            world, lambda: begin(world.host.platform, workflow, NoParams(), ANN, key="one"), check
        )

    story = Story("it counts", opened, "completed")
    points = await points_of(story)
    assert counted == ["count"]
    behind = 1 + next(
        number for number, name in enumerate(points) if name == "count: after the response"
    )
    await play(story, KILL, behind)
    assert counted == [], "what was counted before the death is still there"


def test_each_variable_is_as_it_was_at_first() -> None:
    module: ModuleType = sys.modules[__name__]
    workflow = Workflow(Contract("counting", 1, steps=(COUNT,)), _body, gives=int)
    forget([workflow])
    same = counted
    counted.append("more")
    module.__dict__["_HOLD"]["more"] = "more"
    forget([workflow])
    assert (counted, same is counted, _HOLD) == ([], True, {"idempotency-key": "one"})


BOOK = Step("book", Effect.EXTERNAL, gives=str, idempotency_key="{expense}")


async def _look_up(context: StepContext) -> Done[str] | NotDone:
    answer = await context.platform.http.get(f"{CHARGES}/{context.idempotency_key}", 20, 4096)
    if answer.status == 404:
        return NotDone()
    if not answer.is_success:
        raise HttpFailed(f"answered {answer.status}")
    return Done(str(load_object(answer.body)["id"]), "booked")


async def _send(context: StepContext) -> Done[str]:
    answer = await context.platform.http.post(
        CHARGES, {"idempotency-key": context.idempotency_key}, "", 20
    )
    if answer.status == 422:
        raise Refused("no")
    if not answer.is_success:
        raise HttpFailed(f"answered {answer.status}")
    return Done(str(load_object(answer.body)["id"]), "booked")


async def _book(run: WorkflowRun[NoParams]) -> str:
    return await run.call(
        BOOK,
        ExternalCall({"book": 1}, _send, _look_up, honours_key=True),
        subject={"expense": "e1"},
    )


@pytest.mark.parametrize("thing", [KILL, *REFUSALS, *LOST_ANSWERS], ids=lambda each: each.name)
async def test_runs_that_share_an_effect_are_not_told(thing: Disturbance) -> None:
    """One of them may have done what the other's record says."""
    workflow = Workflow(Contract("booking", 1, steps=(BOOK,)), _book, gives=str)

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(workflow))

        async def begun() -> None:
            for key in ("one", "two"):
                await begin(world.host.platform, workflow, NoParams(), ANN, key=key)

        async def check() -> None:
            assert sum(each.did for each in world.other_side.requests) <= 1, "booked twice"

        return Scene(world, begun, check)

    story = Story("two of one expense", opened, "completed", is_touchy=True)
    for at, name in enumerate(await points_of(story), start=1):
        if thing.fits(name):
            await play(story, thing, at)


async def _send_in_a_step(world: World, key: str, *bodies: str) -> list[int]:
    """The statuses of POSTs by one step."""
    attempt = ATTEMPT.set(Attempt("run_1", "charge"))
    http = world.host.platform.http
    statuses = [
        (await http.post(CHARGES, {"idempotency-key": key}, body, 1)).status for body in bodies
    ]
    ATTEMPT.reset(attempt)
    return statuses


async def test_another_body_under_the_same_key_is_refused_and_told() -> None:
    world = await _world()
    same = await _send_in_a_step(world, "one", '{"a": 1, "b": 2}', '{"b":2,"a":1}')
    assert same == [201, 201], "JSON is the same in whatever order"
    await check_elsewhere(world)
    assert await _send_in_a_step(world, "one", '{"a": 2}') == [422]
    assert not world.other_side.requests[-1].is_done
    with pytest.raises(AssertionError, match=r"'charge' sends .* under the same key"):
        await check_elsewhere(world)


@pytest.mark.parametrize(("wants_quoted", "says"), [(False, "takes it bare"), (True, "a quoted")])
async def test_a_key_in_the_wrong_form_is_refused_and_told(wants_quoted: bool, says: str) -> None:
    world = await _world()
    forms = ["one", '"one"']
    if wants_quoted:
        world.other_side.wants_quoted_key.add(CHARGES)
        forms.reverse()
    right, wrong = forms
    assert await _send_in_a_step(world, right, "5", "5") == [201, 201]
    assert world.other_side.done_at(CHARGES) == 1
    assert (await world.host.platform.http.get(f"{CHARGES}/one", 1, 1)).status == 200
    await check_elsewhere(world)
    assert await _send_in_a_step(world, wrong, "5") == [400]
    with pytest.raises(AssertionError, match=f"'charge' sends its key .*{says}"):
        await check_elsewhere(world)


async def test_two_effects_that_send_one_key_are_told_apart() -> None:
    world = await _world()
    http = world.host.platform.http
    for step, body in (("charge", "5"), ("fee", "1")):
        attempt = ATTEMPT.set(Attempt("run_1", step))
        await http.post(CHARGES, _HOLD, body, 1)
        ATTEMPT.reset(attempt)
    with pytest.raises(AssertionError, match="'charge' and 'fee' send the same key"):
        await check_elsewhere(world)


async def test_a_run_that_is_often_sent_away_ends_within_settle() -> None:
    """Its sleep passes by itself; where the time is the story's, it does not."""
    world = await open_world(Faults(), Deployed(PAYMENT))
    world.other_side.fail_often(16)
    world.other_side.fails_often = False
    await begin(world.host.platform, PAYMENT, PaymentParams(amount=5), ANN, key="one")
    await world.settle()
    [run] = await world.rows("SELECT state FROM runs")
    assert run["state"] == "begun", "it was not sent away"
    world.other_side.fails_often = True
    await world.settle()
    [run] = await world.rows("SELECT state FROM runs")
    assert run["state"] == "completed"
