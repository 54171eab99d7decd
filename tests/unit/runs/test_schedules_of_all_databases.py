"""A schedule for all accounts, where they live in several databases: it is made, changed and run in
one of them, and each begins the runs of its own accounts, once.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import pytest

from cli.operations.accounts import NewAccount
from tests.simulation.opening import open_world
from tests.support.host_api import api_client
from tests.support.two_databases import SilentDatabase, over_both, second_account
from tillroll.exports.workflow import EXPORT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.invocation import enter
from tillroll_durable.platform.services import Platform
from tillroll_durable.schedules.ticks import begin_due
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_DAILY: Final[dict[str, Any]] = {
    "kind": "export",
    "name": "To the bookkeeper",
    "cron": "0 6 * * *",
    "timeZone": "UTC",
    "params": {"format": "csv"},
    "forAllAccounts": True,
}
_FIRST_DUE: Final = "2026-03-21T06:00:00.000Z"


class Deployment:
    """Two databases, each with an account. The second one's keeper is an operator, too."""

    def __init__(self, world: World, second: SqliteDatabase, account: NewAccount) -> None:
        self.world = world
        self.second = second
        self.account = account
        self.platform = over_both(world.host.platform, second)

    def client(self, database: int = 1) -> httpx.AsyncClient:
        if database == 1:
            return api_client(self.platform)
        return api_client(self.platform, self.account.token)

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        clock = self.world.host.pieces.clock
        clock.advance(datetime(2026, 3, day, hour, minute, tzinfo=UTC) - clock.now())

    async def tick(self, *databases: int, platform: Platform | None = None) -> None:
        for database in databases or (1, 2):
            await begin_due(enter(platform or self.platform, database), REGISTRY)

    def done(self) -> list[str]:
        """The times that the second database did for its account."""
        rows = self.second.connection.execute(
            "SELECT tick FROM schedule_ticks WHERE account_id = ? ORDER BY tick",
            (self.account.account_id,),
        )
        return [str(row[0]) for row in rows]

    def events(self) -> list[str]:
        rows = self.second.connection.execute(
            "SELECT action FROM audit_events WHERE account_id = 'deployment' ORDER BY id"
        )
        return [str(row[0]) for row in rows]


@pytest.fixture
async def deployment() -> Deployment:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    second, account = await second_account(is_operator=True)
    opened = Deployment(world, second, account)
    opened.at(20, 12)
    return opened


async def _made(deployment: Deployment, **changed: Any) -> dict[str, Any]:
    async with deployment.client() as client:
        answer = await client.post("/api/schedules", json={**_DAILY, **changed})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()


async def _changed(deployment: Deployment, schedule: dict[str, Any], **changes: Any) -> None:
    async with deployment.client() as client:
        answer = await client.patch(f"/api/schedules/{schedule['id']}", json=changes)
    assert answer.is_success, answer.text


async def test_each_database_does_it_for_its_own_accounts_once(deployment: Deployment) -> None:
    await _made(deployment)
    await deployment.tick()
    deployment.at(21, 6)
    await deployment.tick()
    await deployment.tick()
    assert deployment.done() == [_FIRST_DUE]
    first = await deployment.world.rows("SELECT tick, account_id FROM schedule_ticks")
    assert {str(row["tick"]) for row in first} == {_FIRST_DUE}
    assert deployment.account.account_id not in {row["account_id"] for row in first}
    assert deployment.events() == ["schedule.created"]


async def test_a_time_that_came_before_it_was_followed_is_done(deployment: Deployment) -> None:
    deployment.at(21, 5, 59)
    await _made(deployment)
    deployment.at(21, 6)
    await deployment.tick(1)
    await deployment.tick(2)
    assert deployment.done() == [_FIRST_DUE]


async def test_what_a_person_changes_is_followed(deployment: Deployment) -> None:
    schedule = await _made(deployment)
    await deployment.tick()
    await _changed(deployment, schedule, cron="0 9 * * *")
    deployment.at(21, 6)
    await deployment.tick()
    assert deployment.done() == []
    deployment.at(21, 9)
    await deployment.tick()
    assert deployment.done() == ["2026-03-21T09:00:00.000Z"]


async def test_it_is_paused_and_goes_on_everywhere(deployment: Deployment) -> None:
    schedule = await _made(deployment)
    await deployment.tick()
    await _changed(deployment, schedule, paused=True)
    await deployment.tick()
    deployment.at(21, 7)
    await deployment.tick()
    await _changed(deployment, schedule, paused=False)
    await deployment.tick()
    assert deployment.done() == []
    deployment.at(22, 6)
    await deployment.tick()
    assert deployment.done() == ["2026-03-22T06:00:00.000Z"]


async def test_it_is_removed_everywhere(deployment: Deployment) -> None:
    schedule = await _made(deployment)
    await deployment.tick()
    async with deployment.client() as client:
        answer = await client.delete(f"/api/schedules/{schedule['id']}")
    assert answer.is_success, answer.text
    deployment.at(21, 6)
    await deployment.tick()
    await deployment.tick()
    assert deployment.done() == []
    assert deployment.events() == ["schedule.created", "schedule.removed"]


async def test_run_now_runs_it_everywhere_once(deployment: Deployment) -> None:
    schedule = await _made(deployment)
    await deployment.tick()
    deployment.at(20, 15)
    async with deployment.client() as client:
        answer = await client.post(f"/api/schedules/{schedule['id']}/run")
    assert answer.is_success, answer.text
    await deployment.tick()
    deployment.at(20, 16)
    await deployment.tick()
    assert deployment.done() == ["2026-03-20T15:00:00.000Z"]
    deployment.at(21, 6)
    await deployment.tick()
    assert deployment.done() == ["2026-03-20T15:00:00.000Z", _FIRST_DUE]


async def test_an_operator_who_lives_elsewhere_is_told_where_it_is_kept(
    deployment: Deployment,
) -> None:
    schedule = await _made(deployment)
    await deployment.tick()
    path = f"/api/schedules/{schedule['id']}"
    async with deployment.client(2) as client:
        assert (await client.get(path)).json()["forAllAccounts"] is True
        refused = [
            await client.post("/api/schedules", json={**_DAILY, "name": "Another"}),
            await client.patch(path, json={"paused": True}),
            await client.patch(path, json={"cron": "0 7 * * *"}),
            await client.delete(path),
            await client.post(f"{path}/run"),
        ]
    assert [answer.json()["type"] for answer in refused] == [
        "urn:tillroll:problem:kept-in-first-database"
    ] * len(refused)
    assert "the database DB:" in refused[0].json()["detail"]


async def test_while_the_first_database_does_not_answer_the_others_go_on(
    deployment: Deployment,
) -> None:
    await _made(deployment)
    await deployment.tick()
    deployment.at(21, 6)
    databases = {1: SilentDatabase(), 2: deployment.second}
    platform = replace(deployment.platform, databases=databases)
    await deployment.tick(2, platform=platform)
    assert deployment.done() == [_FIRST_DUE]
