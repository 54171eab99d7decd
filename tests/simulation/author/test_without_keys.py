"""A service that knows no key, and is searched by what was posted."""

from collections.abc import Callable
from functools import partial

import pytest
from pydantic import BaseModel

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.simulation.author.told import RATES
from tillroll_durable import Contract, Effect, Params, Step, Workflow, WorkflowRun, begin, http
from tillroll_durable._execution import external
from tillroll_durable.explanation.summary import explain
from tillroll_durable.platform.bindings.database import integer
from tillroll_durable.platform.json import Json, load
from tillroll_testing.stories.disturbances import (
    ANSWER_LOST,
    HANG_TO_THE_RETRY,
    KILL,
    LOST_ANSWERS,
    REFUSALS,
    Disturbance,
)
from tillroll_testing.stories.playing import play, play_disturbed, points_of

SUBSCRIBERS = "https://list.example/subscribers"
BY_MAIL = http.LookUp(SUBSCRIBERS + "?mail={mail}", at="items.0", by="mail")
# It finds what was done, and the call claims that the other side knows its key.
BY_MAIL_AS_IF_BY_KEY = http.LookUp(SUBSCRIBERS + "?mail={mail}", at="items", by="mail")
# What nobody there has heard of.
BY_KEY = http.LookUp(SUBSCRIBERS + "?mail={key}", at="items.0")
SUBSCRIBE = Step("subscribe", Effect.EXTERNAL)


class List(Params):
    mails: list[str]


class Subscriber(BaseModel):
    id: str


async def subscribe(look_up: http.LookUp | None, run: WorkflowRun[List]) -> int:
    for mail in run.params.mails:
        body: dict[str, Json] = {"mail": mail}
        call = http.post(SUBSCRIBERS, body, gives=Subscriber)
        if look_up is not None:
            is_claimed = look_up is BY_MAIL_AS_IF_BY_KEY
            call = http.post(
                SUBSCRIBERS, body, gives=Subscriber, look_up=look_up, honours_key=is_claimed
            )
        await run.call(SUBSCRIBE, call, key=mail)
    return len(run.params.mails)


def _story(look_up: http.LookUp | None, prepare: Callable[[World], None], most: int = 2) -> Story:
    contract = Contract("subscribing", 1, steps=(SUBSCRIBE,))
    workflow = Workflow(contract, partial(subscribe, look_up), params=List, gives=int)

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(workflow))
        prepare(world)

        async def begun() -> None:
            params = List(mails=["ann@x.example", "bob@x.example"])
            await begin(world.host.platform, workflow, params, ANN, key="one")

        async def check() -> None:
            assert world.other_side.done_at(SUBSCRIBERS) <= most, "subscribed twice"

        return Scene(world, begun, check)

    return Story("a list", opened, "completed", is_touchy=True)


def _searched(world: World) -> None:
    world.other_side.search(SUBSCRIBERS, by="mail")


def _accepted(world: World) -> None:
    _searched(world)
    world.other_side.may_come_twice.add(SUBSCRIBERS)


async def _played(story: Story, thing: Disturbance) -> int:
    """Play a story with a thing at each point that it fits. Gives how many those were."""
    fitting = [at for at, name in enumerate(await points_of(story), start=1) if thing.fits(name)]
    for at in fitting:
        await play(story, thing, at)
    return len(fitting)


async def test_what_was_posted_is_found_by_a_query() -> None:
    world = await open_world(Faults(), Deployed(RATES))
    ask = world.host.platform.http
    side = world.other_side
    side.gives[SUBSCRIBERS] = {"state": "new"}
    side.search(SUBSCRIBERS, by="person.mail", at="data.found")
    for number in (1, 2, 3):
        body = f'{{"person":{{"mail":"ann+{number % 2}@x.example"}},"n":{number}}}'
        await ask.post(SUBSCRIBERS, {"idempotency-key": "same"}, body, 1)

    async def found(query: str) -> Json:
        answer = load((await ask.get(SUBSCRIBERS + query, 1, 9999)).body)
        assert isinstance(answer, dict)
        data = answer["data"]
        assert isinstance(data, dict)
        return data["found"]

    ann: Json = {"mail": "ann+1@x.example"}
    both: Json = [
        {"person": ann, "n": 1, "id": "id-1", "state": "new"},
        {"person": ann, "n": 3, "id": "id-3", "state": "new"},
    ]
    assert await found("?mail=ann%2B1%40x.example") == both
    assert await found("?mail=nobody") == []
    assert len(_listed(await found(""))) == 3
    await ask.delete(f"{SUBSCRIBERS}/id-1", {}, 1)
    assert len(_listed(await found("?mail=ann%2B1%40x.example"))) == 1


def _listed(found: Json) -> list[Json]:
    assert isinstance(found, list)
    return found


async def test_a_form_is_searched_by_a_parameter_of_another_name() -> None:
    world = await open_world(Faults(), Deployed(RATES))
    ask = world.host.platform.http
    world.other_side.search(SUBSCRIBERS, by="mail", at="", parameter="q")
    await ask.post(SUBSCRIBERS, {}, "mail=ann%40x.example", 1)
    await ask.post(SUBSCRIBERS, {}, "5", 1)
    answer = await ask.get(f"{SUBSCRIBERS}?q=ann@x.example", 1, 9999)
    assert load(answer.body) == [{"mail": "ann@x.example", "id": "id-1"}]


@pytest.mark.parametrize(
    "thing", [KILL, HANG_TO_THE_RETRY, *REFUSALS, *LOST_ANSWERS], ids=lambda each: each.name
)
async def test_with_a_look_up_and_the_switch_everything_holds(thing: Disturbance) -> None:
    assert await _played(_story(BY_MAIL, _accepted), thing)


_TWICE = next(each for each in LOST_ANSWERS if each.name == "comes twice")
_LATE = next(each for each in LOST_ANSWERS if each.name == "done late")
_CANNOT = r"cannot be prevented without a key.*may_come_twice\.add\('https://list.example/subsc"


@pytest.mark.parametrize(
    ("thing", "cause"),
    [
        (_TWICE, "the network doubled the request"),
        (HANG_TO_THE_RETRY, "an attempt hung"),
    ],
    ids=["twice", "hangs"],
)
async def test_what_only_a_key_prevents_is_said(thing: Disturbance, cause: str) -> None:
    with pytest.raises(AssertionError, match=f"{cause}.*{_CANNOT}") as told:
        await _played(_story(BY_MAIL, _searched, most=9), thing)
    assert "look_up" not in str(told.value)


async def test_what_a_look_up_prevents_is_said() -> None:
    with pytest.raises(AssertionError, match=r"knows no key there: give its call `look_up`"):
        await _played(_story(None, _searched, most=9), ANSWER_LOST)


async def test_a_look_up_that_does_not_find_it_is_said() -> None:
    with pytest.raises(AssertionError, match=r"look-up did not find what was done"):
        await _played(_story(BY_KEY, _searched, most=9), ANSWER_LOST)


_SLOW = [
    pytest.param({0: _LATE}, id="late"),
    pytest.param({0: _LATE, 1: KILL}, id="killed while the other side was at it"),
]


@pytest.mark.parametrize("things", _SLOW)
@pytest.mark.parametrize("prepare", [_searched, _accepted])
async def test_a_request_that_comes_late_is_waited_for(
    things: dict[int, Disturbance], prepare: Callable[[World], None]
) -> None:
    story = _story(BY_MAIL, prepare)
    points = await points_of(story)
    posts = [at for at, name in enumerate(points, start=1) if _LATE.fits(name)]
    assert len(posts) == 2
    for at in posts:
        scene = await play_disturbed(story, {at + after: each for after, each in things.items()})
        side = scene.world.other_side
        assert [each.did for each in side.requests if each.method == "POST"] == [True, True]
        intents = await scene.world.rows("SELECT sends, outcome FROM effect_intents")
        assert intents == [{"sends": 1, "outcome": "done"}] * 2


@pytest.mark.parametrize("prepare", [_searched, _accepted])
async def test_a_call_that_does_not_wait_is_found(
    prepare: Callable[[World], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(*_: object, **__: object) -> int:
        return 0

    monkeypatch.setattr(external, "seconds_until_late", none)
    with pytest.raises(AssertionError, match="a request came late, and it was sent again before"):
        await _played(_story(BY_MAIL, prepare, most=9), _LATE)


@pytest.mark.parametrize("prepare", [_searched, _accepted])
async def test_a_key_that_is_not_honoured_is_said(prepare: Callable[[World], None]) -> None:
    with pytest.raises(AssertionError, match=r"came late.*`honours_key=False`, and it waits"):
        await _played(_story(BY_MAIL_AS_IF_BY_KEY, prepare, most=9), _LATE)


async def test_what_is_sent_again_behind_the_wait_may_have_come_twice() -> None:
    story = _story(BY_MAIL, _searched)
    points = await points_of(story)
    lost = next(each for each in LOST_ANSWERS if each.name == "the request is lost")
    at = next(at for at, name in enumerate(points, start=1) if lost.fits(name))
    scene = await play_disturbed(story, {at: lost})
    world = scene.world
    first, second = await world.rows(
        "SELECT sends, unixepoch(COALESCE(sent_at, created_at)) - unixepoch(created_at) AS waited "
        "FROM effect_intents ORDER BY created_at"
    )
    assert (first["sends"], second["sends"], second["waited"]) == (2, 1, 0)
    assert integer(first, "waited") >= SUBSCRIBE.timeout_seconds
    [run] = await world.rows("SELECT * FROM runs")
    steps = await world.rows("SELECT * FROM run_steps")
    intents = await world.rows("SELECT * FROM effect_intents")
    told = explain(world.deployed.contract, run, steps, intents)
    assert "may have been done twice" in told.what_happened
    assert any("may have been sent twice" in each for each in told.must_not_repeat)
