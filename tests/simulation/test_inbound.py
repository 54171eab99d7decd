"""An accepted event is neither lost nor done twice, wherever the process dies between accepting and
starting.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.simulation.opening import open_world
from tests.simulation.points import at_every_point
from tests.simulation.verbs.journey import CONFIRM, JOURNEY, TABLES, JourneyParams
from tests.support.host_platform import ACCOUNT
from tests.support.inbound import INBOUND, SCHEME, SECRET, START, TRIGGERED, event, post
from tillroll.inbound import jobs
from tillroll.inbound.jobs import sweep, work_off
from tillroll.inbound.models import EventMapping, PlainHmac
from tillroll.inbound.service import change_source, create_source
from tillroll_durable import Actor, Registry, Trigger, Triggered, begin, signals
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.together import together
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance

_ANN = Actor(ACCOUNT, "user:usr_first")
_ROUNDS = 12
_PACE = timedelta(minutes=4)
_SIGNAL: Any = {
    "signal": {
        "kind": "journey",
        "name": CONFIRM.name,
        "subject": {"pointer": "/about"},
        "payload": {"by": {"value": "Ann"}},
    }
}
_OTHER_START: Any = {
    "start": {"kind": "journey", "params": {"way": {"value": "leg"}, "left": {"value": 1}}}
}


async def opened(rule: Any) -> tuple[World, str]:
    """A world with a source of this rule, and its address."""
    world = await open_world(Faults(), Deployed(TRIGGERED), tables=TABLES)
    mapping, scheme = (
        EventMapping.model_validate({"rules": [rule]}),
        PlainHmac.model_validate(SCHEME),
    )
    new = await create_source(world.host.platform, INBOUND, _ANN, "Acme", scheme, mapping, SECRET)
    return world, f"/api/inbound/{new.id}"


async def work(world: World) -> None:
    """The consumers take their nudges, the cron what is overdue."""
    messages = world.host.pieces.queue.messages
    while messages:
        row = str(messages.pop(0)["inboundEventId"])
        await together(*[work_off(world.host.platform, INBOUND, row) for _ in range(world.copies)])
    await together(*[sweep(world.host.platform, INBOUND) for _ in range(world.copies)])


async def settle(world: World) -> None:
    """Until the event is settled."""
    for _ in range(_ROUNDS):
        await world.surviving(partial(work, world))
        if not await world.rows("SELECT id FROM inbound_events WHERE state = 'stored'"):
            return
        world.host.pieces.clock.advance(_PACE)


async def started(world: World, path: str) -> None:
    """The sender sends until it has its answer, and once more."""
    for _ in range(2):
        answer = await world.surviving(partial(post, world.host.platform, path, event()))
        assert answer.status == 202
    await settle(world)
    await world.faults.release()
    (row,) = await world.rows("SELECT * FROM inbound_events")
    (run,) = await world.rows("SELECT * FROM runs")
    assert (row["state"], row["run_id"]) == ("started", run["id"]), row["why"]


def _user(_: object) -> str:
    return "user:42"


async def signalled(world: World, path: str) -> None:
    """A run waits that is about what the event names."""
    about = replace(JOURNEY, subject=_user)
    await world.surviving(
        partial(begin, world.host.platform, about, JourneyParams(), _ANN, key="one")
    )
    for _ in range(2):
        answer = await world.surviving(
            partial(post, world.host.platform, path, event(about="user:42"))
        )
        assert answer.status == 202
    await settle(world)
    await world.faults.release()
    (row,) = await world.rows("SELECT * FROM inbound_events")
    (signal,) = await world.rows("SELECT * FROM signals")
    assert (row["state"], row["run_id"]) == ("signalled", signal["run_id"]), row["why"]


Play = Callable[[World, str], Awaitable[None]]
_STORIES: dict[str, tuple[Any, Play]] = {
    "started": (START, started),
    "signalled": (_SIGNAL, signalled),
}
_DISTURBANCES = (by.KILL, by.DOUBLE, by.HANG_TO_THE_END)


async def _points(story: str) -> list[str]:
    rule, play = _STORIES[story]
    world, path = await opened(rule)
    before = len(world.faults.passed)
    await play(world, path)
    return world.faults.passed[before:]


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
@pytest.mark.parametrize("story", _STORIES)
async def test_an_accepted_event_survives_what_comes_between(
    story: str, disturbance: Disturbance
) -> None:
    rule, play = _STORIES[story]
    await at_every_point(lambda: opened(rule), play, play, disturbance, least=10)


async def test_killed_at_every_point_while_the_mapping_changes() -> None:
    """What was decided is done, whatever the mapping says meanwhile: one event begins one run."""
    for at in range(1, len(await _points("started")) + 1):
        world, path = await opened(START)
        platform = world.host.platform
        world.faults.plan[len(world.faults.passed) + at] = partial(by.KILL.act, world)
        await world.surviving(partial(post, platform, path, event()))
        try:
            await work(world)
        except BaseException:  # noqa: BLE001 - it died, as planned
            world.host.pieces.queue.lose_all()
        other = EventMapping.model_validate({"rules": [_OTHER_START]})
        change = partial(
            change_source, platform, INBOUND, _ANN, path.rpartition("/")[2], "Acme", other
        )
        await world.surviving(change)
        world.host.pieces.clock.advance(_PACE)
        await settle(world)
        runs = await world.rows("SELECT params FROM runs")
        (row,) = await world.rows("SELECT state FROM inbound_events")
        assert (len(runs), row["state"]) == (1, "started"), f"after a death at point {at}"


async def test_a_kind_that_begins_by_a_key_of_its_own_begins_no_second_run() -> None:
    """Its run may have ended before the event is settled: asked again, such a kind would begin
    another.
    """
    begun: list[str] = []
    world, path = await opened(START)

    async def anew(
        platform: Any, workflow: Any, actor: Any, params: Any, _key: str | None
    ) -> Triggered:
        run = await begin(platform, workflow, params, actor, key=f"own:{len(begun)}")
        begun.append(run.id)
        if len(begun) == 1:
            world.faults.plan[len(world.faults.passed) + 1] = partial(by.KILL.act, world)
        return Triggered(run.id)

    inbound = replace(INBOUND, registry=Registry([replace(TRIGGERED, trigger=Trigger(anew))]))
    await post(world.host.platform, path, event())
    (row,) = await world.rows("SELECT id FROM inbound_events")
    await world.surviving(lambda: work_off(world.host.platform, inbound, str(row["id"])))
    assert world.faults.has_died
    assert len(begun) == 1
    (settled,) = await world.rows("SELECT state, run_id, attempts FROM inbound_events")
    assert settled == {"state": "started", "run_id": begun[0], "attempts": 2}


async def test_the_simulation_finds_what_is_done_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect that is planted: a signal under a key of its own for each attempt."""
    real, sent = signals.send_signal, 0

    async def careless(
        platform: Any, contract: Any, run: Any, name: str, key: str, payload: Any, actor: str
    ) -> bool:
        nonlocal sent
        sent += 1
        return await real(platform, contract, run, name, f"{key}:{sent}", payload, actor)

    monkeypatch.setattr(jobs, "send_signal", careless)
    rule, play = _STORIES["signalled"]
    with pytest.raises((AssertionError, ValueError)):
        await at_every_point(lambda: opened(rule), play, play, by.KILL, least=10, every=1)
