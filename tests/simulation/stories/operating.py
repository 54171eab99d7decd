"""What is done to runs from outside while something is broken: each scenario ends in an assertion,
and can be broken on purpose to see that the assertion finds it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.simulation.opening import open_world
from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.simulation.verbs.journey import (
    CLOSE,
    CONFIRM,
    EXPIRE,
    JOURNEY,
    OPEN,
    REST,
    TABLES,
    write,
)
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tillroll_durable import Actor, WorkflowRun, begin, dispatch
from tillroll_durable.platform.bindings.database import DatabaseError, statement
from tillroll_durable.platform.bindings.engine import EngineUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

ACCEPTED, REFUSED = 202, 409
ANN = Actor(ACCOUNT, "user:usr_first")
MINUTE = timedelta(minutes=1)
_OF_ANOTHER_DEPLOYMENT = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
                    instance_confirmed_at, created_at, updated_at)
  VALUES (?1, 'acc_first', 'newer kind', 1, 's', 'requested', 'processing', 'wait', ?2,
          '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')
"""


async def pass_time(world: World, minutes: int, *, turns: bool = True) -> None:
    """So many minutes, with a tick in each; with `turns`, the engine and the consumer work as
    well.
    """
    for _ in range(minutes):
        await (world.surviving(world.turn) if turns else world.tick())
        world.host.pieces.clock.advance(MINUTE)


async def uploaded_while_down(world: World, count: int) -> list[str]:
    """The runs of receipts that were uploaded while the engine took none: none has an instance."""
    world.instances.is_down = True
    runs: list[str] = []
    for copy in range(count):
        runs.append(await upload(world, copy=copy))
        world.host.pieces.clock.advance(timedelta(seconds=1))
    world.instances.is_down = False
    return runs


def fail_status(world: World, is_poisoned: Callable[[str], bool]) -> None:
    """The engine answers for no instance that is poisoned."""
    real = world.instances.status

    async def status(instance_id: str) -> str:
        if is_poisoned(instance_id):
            raise EngineUnavailable("internal error; reference = x")
        return await real(instance_id)

    world.instances.status = status


async def a_run_of_a_kind_that_is_not_deployed() -> None:
    """After a rollback there are runs of a kind without a binding, one with an instance and one
    without.
    """
    world = await open_receipts(Faults())
    await upload(world)
    world.host.pieces.queue.is_down = True
    await world.turn()
    world.host.pieces.queue.is_down = False
    waiting = (await uploaded_while_down(world, 2))[1]
    for run_id, confirmed in (("run_0new", "2026-01-01T00:00:00.000Z"), ("run_1new", None)):
        await world.host.database.all(statement(_OF_ANOTHER_DEPLOYMENT, [run_id, confirmed]))
    world.host.pieces.clock.advance(timedelta(minutes=20))
    await pass_time(world, 3)
    # It looks like the first receipt, so a person is asked.
    assert (await states(world, waiting)) == ["awaiting_review"], (
        "a poisoned row delays another run"
    )
    assert len(world.host.pieces.receiver.received) == 1, "a poisoned row delays another's delivery"
    (escalated,) = await world.rows(
        "SELECT count(*) AS n FROM runs WHERE kind = 'newer kind' AND escalated_at NOTNULL"
    )
    assert escalated["n"] == 2, "nobody was told of the poisoned runs"


async def instances_for_which_the_engine_never_answers() -> None:
    """Of many runs that wait for an instance, the first sixty cannot be asked about."""
    world = await open_receipts(Faults())
    runs = await uploaded_while_down(world, 63)
    poisoned, healthy = set(runs[:60]), runs[60:]
    fail_status(world, lambda instance_id: instance_id.rpartition("-")[0] in poisoned)
    world.host.pieces.clock.advance(MINUTE)
    await pass_time(world, 10, turns=False)
    created = {name.rpartition("-")[0] for name in world.instances.by_id}
    assert created == set(healthy), "a poisoned row delays another run"
    await pass_time(world, 60, turns=False)
    (told,) = await world.rows(
        "SELECT count(*) AS n FROM audit_events WHERE action = 'run.escalated'"
    )
    assert told["n"] == 60, "nobody was told of the poisoned runs"


async def decisions_that_nobody_takes_up() -> None:
    """Fifty decided runs have an instance that does not wake; the decision behind them is announced
    all the same.
    """
    world = await open_receipts(Faults(), NO_TOTAL)
    runs = [await upload(world, copy=copy) for copy in range(51)]
    await world.turn()
    stuck = {f"{run}-1" for run in runs[:50]}
    real = world.instances.send_event

    async def send_event(instance_id: str, event_type: str) -> None:
        if instance_id not in stuck:
            await real(instance_id, event_type)

    async def lose(instance_id: str, event_type: str) -> None:
        del instance_id, event_type

    world.instances.send_event = lose
    await world.decide_all(CORRECTION)
    world.instances.send_event = send_event
    world.host.pieces.clock.advance(MINUTE)
    await pass_time(world, 3)
    assert (await states(world, runs[50])) == ["notified"], "stuck decisions delay another one"


async def waits_out(run: WorkflowRun) -> JsonObject:
    await run.step(OPEN, write)
    await run.wait(CONFIRM, timedelta(days=30))
    await run.step(CLOSE, write)
    return {}


async def signals_that_nobody_takes_up() -> None:
    """Fifty runs have an instance that does not wake; the signal of the one behind them wakes it
    all the same.
    """
    world = await open_world(Faults(), Deployed(replace(JOURNEY, body=waits_out)), tables=TABLES)
    runs: list[str] = []
    for number in range(51):
        runs.append(
            (
                await begin(
                    world.host.platform, world.deployed.workflow, {}, ANN, key=f"{number:02}"
                )
            ).id
        )
        await world.instances_only()
        world.host.pieces.clock.advance(timedelta(seconds=1))
    stuck = {f"{run}-1" for run in runs[:50]}
    real = world.instances.send_event

    async def send_event(instance_id: str, event_type: str) -> None:
        if instance_id not in stuck:
            await real(instance_id, event_type)

    world.instances.send_event = send_event
    signal = (
        "INSERT INTO signals VALUES (?, 'confirm', 'one', '{\"by\": \"Ann\"}', 'user:usr_first', "
        "?, NULL)"
    )
    now = to_text(world.host.pieces.clock.now())
    await world.host.database.batch([statement(signal, [run, now]) for run in runs])
    world.host.pieces.clock.advance(MINUTE)
    await pass_time(world, 3)
    assert (await states(world, runs[50])) == ["closed"], (
        "stuck runs keep another one from being woken"
    )
    for _ in range(24):
        await pass_time(world, 1)
        world.host.pieces.clock.advance(timedelta(minutes=30))
    (told,) = await world.rows("SELECT count(*) AS n FROM runs WHERE escalated_at IS NOT NULL")
    assert told["n"] == 50, "nobody was told of runs that are woken in vain"


async def a_sleeper_that_wakes_in_vain() -> None:
    """Its time is over, and its body is not deployed: it is woken more and more seldom, and a
    person is told why.
    """
    world = await open_world(Faults(), Deployed(replace(JOURNEY, body=sleeps)), tables=TABLES)
    await begin(world.host.platform, world.deployed.workflow, {}, ANN, key="one")
    await world.turn()
    world.turns_rolled_back = 10**9
    world.host.pieces.clock.advance(timedelta(days=30, minutes=20))
    for _ in range(24 * 6):
        await world.turn()
        world.host.pieces.clock.advance(timedelta(minutes=10))
    (run,) = await world.rows("SELECT generation, escalated_at, error_summary FROM runs")
    assert int(str(run["generation"])) < 30, "it is woken without an end"
    assert run["escalated_at"] is not None, "nobody was told of a sleeper that does not wake"
    assert "is not deployed" in str(run["error_summary"])
    world.turns_rolled_back = 0
    await pass_time(world, 120)
    (run,) = await world.rows("SELECT state FROM runs")
    assert run["state"] == "expired", "a sleeper whose body is back does not wake"


async def sleeps(run: WorkflowRun) -> JsonObject:
    await run.step(OPEN, write)
    await run.sleep(REST, timedelta(days=30).total_seconds())
    confirmed = await run.wait(CONFIRM, timedelta(minutes=1))
    await run.step(EXPIRE if confirmed is None else CLOSE, write)
    return {}


async def stuck_run() -> tuple[World, str]:
    """A run that was resumed three times in vain: whoever reads it at its beginning gets no
    answer.
    """
    world = await open_receipts(Faults())
    run_id = await upload(world)

    async def fail(*_: object, **__: object) -> None:
        raise DatabaseError("D1_ERROR: Network connection lost.")

    real = dispatch.load_for_instance
    dispatch.load_for_instance = fail
    try:
        await pass_time(world, 60)
    finally:
        dispatch.load_for_instance = real
    await pass_time(world, 120)
    return world, run_id


async def a_run_that_was_resumed_in_vain_is_resumed() -> None:
    """What is shown as the next safe action brings it on."""
    world, run_id = await stuck_run()
    (run,) = await world.rows("SELECT status, escalated_at FROM runs")
    assert run["status"] == "processing"
    assert run["escalated_at"] is not None, "nobody was told of a run that stands still"
    shown = await show(world, run_id)
    assert shown["nextSafeAction"] == "resume", "a run that stands still says something else"
    assert await operate(world, run_id, "resume") == ACCEPTED, "what is shown as safe is refused"
    await pass_time(world, 5)
    assert await states(world, run_id) == ["notified"]
    assert await operate(world, run_id, "resume") == REFUSED
    await invariants.check(world)


async def a_run_that_was_resumed_in_vain_is_cancelled() -> None:
    """It ends, and the same bytes may be uploaded again."""
    world, run_id = await stuck_run()
    assert await operate(world, run_id, "cancel") == ACCEPTED
    await pass_time(world, 5)
    assert await states(world, run_id) == ["cancelled"], (
        "a cancelled run that stands still does not end"
    )
    await invariants.check(world)
    again = await upload(world)
    assert again != run_id
    await pass_time(world, 5)
    assert await states(world, again) == ["notified"]


async def a_run_that_its_engine_keeps_running_for_ever() -> None:
    """Nothing is wrong with it but that it never ends: past its deadline a person is told, and can
    bring it on.
    """
    world = await open_receipts(Faults())
    run_id = await upload(world)
    world.instances.by_id[f"{run_id}-1"].status = "hanging"
    for _ in range(25):
        world.host.pieces.clock.advance(timedelta(hours=1))
        await world.tick()
    shown = await show(world, run_id)
    assert shown["nextSafeAction"] == "resume", "a run that its engine keeps for ever is nobody's"
    assert "deadline" in str(shown["whatHappened"])
    assert await operate(world, run_id, "resume") == ACCEPTED
    await pass_time(world, 5)
    assert await states(world, run_id) == ["notified"]
    (run,) = await world.rows(
        "SELECT deadline, escalated_at, requires_human_review, error_class FROM runs"
    )
    assert list(run.values()) == [None, None, 0, None], (
        "what has ended still has a deadline, or wants a person"
    )


async def states(world: World, run_id: str) -> list[str]:
    return [
        str(row["state"]) for row in await world.rows("SELECT state FROM runs WHERE id = ?", run_id)
    ]


async def operate(world: World, run_id: str, operation: str) -> int:
    """Ask the API for an operation; the status of its answer."""
    async with api_client(world.host.platform) as client:
        answer = await client.post(
            f"/api/runs/{run_id}/{operation}", json={"reason": "because of the test"}
        )
    return answer.status_code


async def show(world: World, run_id: str) -> JsonObject:
    """The run as the API shows it."""
    async with api_client(world.host.platform) as client:
        return (await client.get(f"/api/runs/{run_id}")).json()
