"""A job of the cron that is overdue is shown to operators, by health, and by an alert, until it had
its turn.
"""

from datetime import timedelta

from tests.simulation.receipts import open_receipts
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.observability.alerting import Operator
from tillroll_durable.jobs.job import LATE_AFTER, Job, Kept, note_turns
from tillroll_durable.jobs.tick import tick
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def _noted(world: World, late: timedelta, error: str | None = None) -> None:
    now = world.host.pieces.clock.now()
    outcome = "failed" if error else "done"
    kept = Kept("payments", 0, to_text(now - late), to_text(now), None, outcome, 3, error)
    await note_turns(world.host.database, [kept], [], None, to_text(now))


async def test_an_alert_says_which_and_why_and_is_over_with_its_turn() -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    await _noted(world, LATE_AFTER, "ValueError")
    assert await operator.hears() == []
    await _noted(world, LATE_AFTER + timedelta(minutes=1), "ValueError")
    await operator.tick()
    [(kind, told)] = operator.told()
    assert (kind, told["rule"], told["count"]) == ("alert.opened", "job_overdue", 1)
    assert told["sentence"] == (
        "The job 'payments' of the cron was due at 2026-03-01T08:44:00.000Z: each turn fails with "
        "ValueError."
    )
    await _noted(world, timedelta(0))
    assert await operator.hears() == [("alert.recovered", "job_overdue")]


async def test_operators_see_it_and_nobody_else() -> None:
    world = await open_receipts(Faults())
    await _noted(world, timedelta(hours=1))
    async with api_client(world.host.platform) as client:
        [job] = (await client.get("/api/jobs")).json()["items"]
    assert (job["name"], job["isOverdue"], job["outcome"], job["setAside"]) == (
        "payments",
        True,
        "done",
        0,
    )
    async with api_client(world.host.platform, OTHER_TOKEN) as client:
        assert (await client.get("/api/jobs")).status_code == 403


async def test_health_says_it_without_failing() -> None:
    world = await open_receipts(Faults())
    for late, said in ((timedelta(0), "ok"), (timedelta(hours=1), "overdue")):
        await _noted(world, late)
        async with api_client(world.host.platform, None) as client:
            answer = await client.get("/api/health?deep")
        assert (answer.status_code, answer.json()["status"], answer.json()["jobs"]) == (
            200,
            "ok",
            said,
        )


async def test_after_a_gap_the_cron_is_named_and_no_job_is_blamed() -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    clock = world.host.pieces.clock
    jobs = (Job("idle", _nothing, 1), Job("failing", _fail, 1))
    for _ in range(2):
        await tick(world.host.platform, jobs)
        clock.advance(timedelta(minutes=1))
    last = clock.now() - timedelta(minutes=1)
    clock.advance(timedelta(minutes=40))
    await tick(world.host.platform, jobs)
    await operator.tick()
    [(kind, told)] = operator.told()
    assert (kind, told["rule"]) == ("alert.opened", "cron_gap")
    assert told["sentence"] == (
        f"The cron did not run from {last:%Y-%m-%d %H:%M} UTC to {clock.now():%Y-%m-%d %H:%M} UTC. "
        "What was due meanwhile is done now."
    )
    async with api_client(world.host.platform) as client:
        assert [job["isOverdue"] for job in (await client.get("/api/jobs")).json()["items"]] == [
            False,
            False,
        ]
        assert (await client.get("/api/health?deep")).json()["jobs"] == "ok"
    for _ in range(17):
        clock.advance(timedelta(minutes=1))
        await tick(world.host.platform, jobs)
    # What fails since before the gap is not forgotten over it.
    assert sorted(await operator.hears()) == [
        ("alert.opened", "job_overdue"),
        ("alert.recovered", "cron_gap"),
    ]


async def test_a_pause_that_is_shorter_is_no_gap() -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    for minutes in (1, 14, 1):
        await tick(world.host.platform, (Job("idle", _nothing, 1),))
        world.host.pieces.clock.advance(timedelta(minutes=minutes))
    assert await operator.hears() == []


async def _nothing(_: Platform) -> None: ...


async def _fail(_: Platform) -> None:
    raise ValueError


async def test_a_cron_that_stands_still_is_named_and_no_job_is_blamed() -> None:
    world = await open_receipts(Faults())
    clock = world.host.pieces.clock
    jobs = (Job("idle", _nothing, 1), Job("busy", _nothing, 1))
    await tick(world.host.platform, jobs)
    last = to_text(clock.now())
    for minutes, health, since in ((15, "ok", None), (1, "stopped", last), (60, "stopped", last)):
        clock.advance(timedelta(minutes=minutes))
        async with api_client(world.host.platform) as client:
            listed = (await client.get("/api/jobs")).json()
            assert (await client.get("/api/health?deep")).json()["jobs"] == health
        assert listed["cronStandsSince"] == since
        assert [job["isOverdue"] for job in listed["items"]] == [False, False]
    await tick(world.host.platform, jobs)
    async with api_client(world.host.platform) as client:
        assert (await client.get("/api/jobs")).json()["cronStandsSince"] is None
        assert (await client.get("/api/health?deep")).json()["jobs"] == "ok"
