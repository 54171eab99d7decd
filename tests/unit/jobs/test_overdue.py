"""A job of the cron that is overdue is shown to operators, by health, and by an alert, until it had its turn."""

from datetime import timedelta

from tests.simulation.faults import Faults
from tests.simulation.receipts import open_receipts
from tests.simulation.world import World
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.observability.alerting import Operator
from tillroll.jobs.job import LATE_AFTER, Kept, note_turns
from tillroll.platform.clock import to_text


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
        "The job 'payments' of the cron is due since 2026-03-01T08:44:00.000Z (it fails with ValueError)."
    )
    await _noted(world, timedelta(0))
    assert await operator.hears() == [("alert.recovered", "job_overdue")]


async def test_operators_see_it_and_nobody_else() -> None:
    world = await open_receipts(Faults())
    await _noted(world, timedelta(hours=1))
    async with api_client(world.host.platform) as client:
        [job] = (await client.get("/api/jobs")).json()["items"]
    assert (job["name"], job["isOverdue"], job["outcome"], job["setAside"]) == ("payments", True, "done", 0)
    async with api_client(world.host.platform, OTHER_TOKEN) as client:
        assert (await client.get("/api/jobs")).status_code == 403


async def test_health_says_it_without_failing() -> None:
    world = await open_receipts(Faults())
    for late, said in ((timedelta(0), "ok"), (timedelta(hours=1), "overdue")):
        await _noted(world, late)
        async with api_client(world.host.platform, None) as client:
            answer = await client.get("/api/health?deep")
        assert (answer.status_code, answer.json()["status"], answer.json()["jobs"]) == (200, "ok", said)
