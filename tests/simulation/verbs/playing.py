"""Plays a journey, disturbed at one point or at none: time passes, signals come, and what must hold
is checked.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from tests.simulation.opening import open_world
from tests.simulation.verbs.journey import (
    CONFIRM,
    JOURNEY,
    JOURNEY_V1,
    PROGRESS,
    TABLES,
    TOLD,
    JourneyParams,
)
from tests.support.host_platform import ACCOUNT
from tillroll_durable import operations
from tillroll_durable.beginning import Actor, begin
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.json import load_object
from tillroll_durable.runs import Run, load_run
from tillroll_durable.signals import NotListening, send_signal
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.playing import Disturbance

_ANN = Actor(ACCOUNT, "user:usr_first")
_MOST_WAITS = 30


@dataclass(frozen=True)
class Journey:
    """`sent_in` are the states of the run in which the signal is sent; in each of them twice, under
    one key.
    """

    name: str
    sent_in: tuple[str, ...]
    ending: str
    params: JourneyParams = field(default_factory=JourneyParams)


JOURNEYS = (
    Journey("the signal comes when it is awaited", ("awaiting",), "closed"),
    Journey("the signal comes early", ("resting",), "closed"),
    Journey("the signal comes again and again", ("resting", "awaiting"), "closed"),
    Journey("the signal never comes", (), "expired"),
    Journey("it tells of its progress", (), "closed", JourneyParams(way="told")),
)


async def first_run(world: World) -> Run | None:
    rows = await world.rows("SELECT id FROM runs ORDER BY id LIMIT 1")
    loaded = await load_run(world.host.database, text(rows[0], "id")) if rows else None
    return loaded[0] if loaded else None


async def cancel_first(world: World) -> None:
    run = await first_run(world)
    if run is not None and run.status == "processing":
        await operations.cancel(world.host.platform, run, world.request)


async def play(journey: Journey, disturbance: Disturbance | None = None, at: int = 0) -> World:
    """Play a journey with `disturbance` at point number `at`.

    Raises:
        AssertionError: something that must hold does not, or the end is not the journey's.
    """
    faults = Faults()
    world = await open_world(faults, Deployed(JOURNEY, {PROGRESS.name: None}), tables=TABLES)
    if disturbance is not None:
        faults.plan[at] = partial(disturbance.act, world)
    await world.surviving(
        lambda: begin(world.host.platform, JOURNEY, journey.params, _ANN, key="journey")
    )
    for _ in range(_MOST_WAITS):
        await world.settle()
        await _resume_paused(world)
        run = await first_run(world)
        assert run is not None
        if not await world.rows("SELECT id FROM runs WHERE status = 'processing'"):
            break
        if run.state in journey.sent_in:
            for _ in range(2):
                await world.surviving(lambda: _send(world))
            await world.settle()
        await _let_time_pass(world)
    await faults.release()
    await world.settle()
    await invariants.check(world)
    await _check(world)
    run = await first_run(world)
    assert run is not None
    if disturbance is None or disturbance.keeps_ending:
        assert run.state == journey.ending, f"it ended as {run.state}, not as {journey.ending}"
    assert JOURNEY_V1.state(run.state).is_terminal, f"it stands still in {run.state}"
    return world


async def _resume_paused(world: World) -> None:
    for row in await world.rows(
        "SELECT id FROM runs WHERE status IN ('processing', 'needs_review')"
    ):
        loaded = await load_run(world.host.database, text(row, "id"))
        assert loaded is not None
        run = loaded[0]
        if run.paused_at is not None or world.instances.is_paused(run.instance_id):
            world.host.pieces.clock.advance(timedelta(minutes=11))
            await world.surviving(world.turn)
            loaded = await load_run(world.host.database, run.id)
            assert loaded is not None
            resume = partial(
                operations.unpause, world.host.platform, loaded[0], world.request, JOURNEY_V1
            )
            await world.surviving(resume)
            await world.settle()


async def _send(world: World) -> None:
    run = await first_run(world)
    assert run is not None
    try:
        await send_signal(
            world.host.platform,
            JOURNEY_V1,
            run,
            CONFIRM.name,
            "one",
            {"by": "Ann"},
            "user:usr_first",
        )
    except NotListening:
        now = await first_run(world)  # it may have been cancelled while the signal was on its way
        assert now is not None
        assert now.cancel_kind or JOURNEY_V1.state(now.state).is_terminal, (
            "a run that goes on took no signal"
        )


async def _let_time_pass(world: World) -> None:
    """Until the first open wait is over, and a little longer."""
    ends = await world.rows(
        "SELECT MIN(until) AS until FROM run_waits WHERE ended_at IS NULL AND until IS NOT NULL"
    )
    clock = world.host.pieces.clock
    left = (
        timedelta(0)
        if ends[0]["until"] is None
        else from_text(text(ends[0], "until")) - clock.now()
    )
    # Long enough for the reconciler, where nothing but a lost event is waited for.
    clock.advance(max(left, timedelta(0)) + timedelta(minutes=11))


async def _check(world: World) -> None:
    """Each step once, each signal taken once, each child begun once and never left behind by a
    parent that ended.
    """
    runs = {text(run, "id"): run for run in await world.rows("SELECT * FROM runs")}
    steps = await world.rows("SELECT run_id, step FROM run_steps WHERE outcome = 'completed'")
    completed = Counter(
        (text(row, "run_id"), text(row, "step"))
        for row in steps
        if row["step"] in {"open", "expire", "close"}
    )
    entries = Counter(
        (text(row, "run_id"), text(row, "what"))
        for row in await world.rows("SELECT * FROM entries")
    )
    assert entries == completed, f"written {entries}, completed {completed}"
    begun = Counter(text(run, "begin_key") for run in runs.values())
    assert all(count == 1 for count in begun.values()), f"begun twice: {begun}"
    for run in runs.values():
        parent = runs.get(str(run["parent_run_id"]))
        if parent is not None and parent["state"] == "cancelled":
            assert JOURNEY_V1.state(text(run, "state")).is_terminal, (
                "a child goes on whose parent was cancelled"
            )
    open_waits = await world.rows(
        "SELECT w.id FROM run_waits w JOIN runs ON runs.id = w.run_id "
        "WHERE w.ended_at IS NULL AND runs.status NOT IN ('processing', 'needs_review')"
    )
    assert not open_waits, f"an ended run still waits: {open_waits}"
    await _told_once(world)
    first = next(iter(runs.values()))
    if first["state"] == "closed" and '"told"' not in str(first["params"]):
        taken = await world.rows("SELECT * FROM signals WHERE taken_up_at IS NOT NULL")
        assert len(taken) == 1, "it went on without its signal, or took it twice"


async def _told_once(world: World) -> None:
    """Each event is told once and delivered, and no delivery has moved a run."""
    told = await world.rows("SELECT * FROM outbox")
    percents = [load_object(text(row, "payload"))["data"] for row in told]
    allowed = [{"percent": percent} for percent in (*TOLD, 100)]
    run = await first_run(world)
    assert run is not None
    assert percents == allowed[: len(percents)], f"told {percents}"
    is_whole = '"told"' in run.params and run.state == "closed"
    assert not is_whole or len(percents) == len(allowed), f"it is closed, and told only {percents}"
    assert all(row["state"] == "delivered" for row in told), "an event was told and not delivered"
    received = {headers["webhook-id"] for headers, _ in world.host.pieces.receiver.received}
    assert received == {text(row, "id") for row in told}, "what was received is not what was told"
