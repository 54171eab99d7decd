"""Schedules that the code declares: rows follow what is deployed, whatever dies or races, and each
tick is one run.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.workflow import TABLES, PayoutParams, Payouts
from tests.support.erasing import account_erasure
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, OTHER_TOKEN
from tests.support.watching import WatchedDatabase
from tillroll.privacy.erasure.workflow import shut
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable import Allowed, ContractError, Params, Registry, Schedule, Workflow
from tillroll_durable.platform.bindings.database import DatabaseError, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.schedules.ticks import begin_due
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.together import together
from tillroll_testing.simulation.world import Deployed, World

_HOURLY: Final = Schedule(cron="0 * * * *")
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)


class _Paid(PayoutParams):
    employee: str = "employee_1"
    amount: int = 100


def deployed(schedule: Schedule | None = _HOURLY) -> Registry:
    workflow = Payouts(Bank(Faults())).workflow
    only_by_time = replace(workflow, params=_Paid, schedule=schedule, trigger=None)
    return Registry([replace(only_by_time, allowed=Allowed())])


async def opened(faults: Faults | None = None) -> World:
    """At half past nine."""
    world = await open_world(faults or Faults(), Deployed(deployed().workflows[0]), tables=TABLES)
    world.host.pieces.clock.advance(_HOUR / 2)
    return world


async def minute(world: World, *registries: Registry) -> None:
    """One minute of the cron, or of several crons at once, whatever dies."""

    async def tick() -> None:
        crons = registries or (deployed(),) * world.copies
        await together(*[begin_due(world.host.platform, each) for each in crons])

    await world.surviving(tick)
    world.host.pieces.clock.advance(_MINUTE)


async def to(world: World, hour: int, minute: int = 0) -> None:
    now = world.host.pieces.clock.now()
    world.host.pieces.clock.advance(
        now.replace(hour=hour, minute=minute, second=0, microsecond=0) - now
    )


async def begun(world: World, account_id: str = ACCOUNT) -> list[str]:
    """The times of the account's runs."""
    found = await world.rows(
        "SELECT begin_key FROM runs WHERE account_id = ? ORDER BY begin_key", account_id
    )
    return [
        str(row["begin_key"]).removeprefix("schedule:sch_disbursement:")[11:16] for row in found
    ]


async def row(world: World) -> Mapping[str, Any]:
    [found] = await world.rows("SELECT *, substr(next_tick, 12, 5) AS due FROM schedules")
    return found


async def audited(world: World) -> list[str]:
    found = await world.rows(
        "SELECT action FROM audit_events WHERE account_id = 'deployment' ORDER BY id"
    )
    return [str(each["action"]) for each in found]


async def test_a_declared_schedule_begins_a_run_in_each_account() -> None:
    world = await opened()
    await minute(world)
    assert ((await row(world))["due"], await audited(world)) == ("10:00", ["schedule.created"])
    await to(world, 10)
    await minute(world)
    await minute(world)
    assert (await begun(world), await begun(world, OTHER_ACCOUNT)) == (["10:00"], ["10:00"])
    params = await world.rows("SELECT params FROM runs WHERE account_id = ?", ACCOUNT)
    assert "employee_1" in str(params[0]["params"])
    assert ((await row(world))["due"], await audited(world)) == ("11:00", ["schedule.created"])


@pytest.mark.parametrize("copies", [1, 3])
async def test_killed_at_each_point_and_racing_each_tick_is_one_run(copies: int) -> None:
    points = 0
    for point in range(1, 200):
        faults = Faults()
        world = await opened(faults)
        faults.plan[len(faults.passed) + point] = faults.kill
        world.copies = copies
        await minute(world)
        await to(world, 10)
        for _ in range(2):
            await minute(world)
        if not faults.has_died:
            break
        points += 1
        assert (await begun(world), await begun(world, OTHER_ACCOUNT)) == (["10:00"], ["10:00"]), (
            f"killed at {point}"
        )
        assert (await row(world))["due"] == "11:00"
        assert await audited(world) == ["schedule.created"]
    assert points >= 8


async def test_whatever_call_errs_each_tick_is_one_run() -> None:
    for call in range(1, 200):
        faults = Faults()
        world = await opened(faults)
        faults.errs[len(faults.called) + call] = 1
        for hour in (9, 9, 10, 10, 10):
            if hour == 10 and not await begun(world):
                await to(world, 10)
            with contextlib.suppress(DatabaseError):  # the job has its next turn in a minute
                await minute(world)
        assert (await begun(world), await begun(world, OTHER_ACCOUNT)) == (["10:00"], ["10:00"]), (
            f"call {call} erred"
        )
        if not faults.raised:
            break


async def test_a_deployment_changes_drops_and_brings_back_what_it_declares() -> None:
    world = await opened()
    await minute(world)
    later = deployed(Schedule(cron="30 14 * * *", time_zone="Europe/Berlin"))
    await minute(world, later)
    assert (await row(world))["due"] == "13:30"  # in UTC
    await to(world, 10)
    await minute(world, later)
    assert await begun(world) == []
    await minute(world, deployed(None))
    await to(world, 14)
    await minute(world, deployed(None))
    assert (await begun(world), (await row(world))["removed_at"] is None) == ([], False)
    await minute(world, later, later)
    assert ((await row(world))["removed_at"], await begun(world)) == (None, [])
    expected = ["schedule.created", "schedule.changed", "schedule.removed", "schedule.created"]
    assert await audited(world) == expected


async def test_two_deployments_at_once_begin_no_tick_twice() -> None:
    world = await opened()
    old, new = deployed(), deployed(Schedule(cron="*/30 * * * *"))
    for hour, minute_ in ((9, 45), (10, 0), (10, 1), (10, 30), (10, 31), (11, 0)):
        await to(world, hour, minute_)
        await minute(world, old, new)
    times = await begun(world)
    assert len(times) == len({*times})
    await to(world, 11, 45)
    await minute(world, new)
    assert (await row(world))["due"] == "12:00"


async def test_in_an_account_whose_erasure_has_begun_nothing_is_begun() -> None:
    world = await opened()
    await minute(world)
    now = to_text(world.host.pieces.clock.now())
    await world.host.database.batch(shut(account_erasure(now, status="erasing"), now))
    await to(world, 10)
    await minute(world)
    assert (await begun(world), await begun(world, OTHER_ACCOUNT)) == ([], ["10:00"])
    assert (await row(world))["due"] == "11:00"


async def test_of_what_was_missed_the_latest_is_done_in_each_account() -> None:
    world = await opened()
    await minute(world)
    await to(world, 13, 20)
    await minute(world)
    assert (await begun(world), await begun(world, OTHER_ACCOUNT)) == (["13:00"], ["13:00"])
    assert (await audited(world))[-1] == "schedule.skipped"


async def test_an_operator_pauses_it_across_deployments_and_changes_nothing_else() -> None:
    world = await opened()
    await minute(world)
    registry = Registry([*WORKFLOWS, *deployed().workflows])
    await world.host.database.batch(
        [statement("UPDATE users SET is_operator = 1 WHERE account_id = ?", [ACCOUNT])]
    )
    async with (
        api_client(world.host.platform, registry=registry) as operator,
        api_client(world.host.platform, OTHER_TOKEN, registry=registry) as other,
    ):
        [shown] = (await operator.get("/api/schedules")).json()["items"]
        assert (shown["id"], shown["createdBy"], shown["forAllAccounts"]) == (
            "sch_disbursement",
            "code",
            True,
        )
        assert shown["params"] == {"employee": "employee_1", "amount": 100}
        for refused in (
            await operator.patch("/api/schedules/sch_disbursement", json={"cron": "0 1 * * *"}),
            await operator.delete("/api/schedules/sch_disbursement"),
        ):
            assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (
                409,
                "declared-in-code",
            )
            assert "of the kind disbursement, and deploy it" in refused.json()["detail"]
        not_theirs = await other.patch("/api/schedules/sch_disbursement", json={"paused": True})
        assert not_theirs.status_code == httpx.codes.FORBIDDEN
        paused = await operator.patch("/api/schedules/sch_disbursement", json={"paused": True})
        assert paused.json()["paused"], paused.text
        await minute(world, deployed(None))
        half_past = deployed(Schedule(cron="30 * * * *"))
        await to(world, 10, 30)
        await minute(world, half_past)
        await to(world, 11, 30)
        await minute(world, half_past)
        assert await begun(world) == []
        resumed = await operator.patch("/api/schedules/sch_disbursement", json={"paused": False})
        assert resumed.json()["nextTick"][11:16] == "12:30"
        assert (
            await operator.post("/api/schedules/sch_disbursement/run", json={})
        ).status_code == httpx.codes.ACCEPTED
        await minute(world, half_past)
    assert (await begun(world), await begun(world, OTHER_ACCOUNT)) == (["11:31"], ["11:31"])


async def test_a_schedule_of_its_name_stands_beside_it() -> None:
    world = await opened()
    await world.host.database.batch(
        [statement("UPDATE users SET is_operator = 1 WHERE account_id = ?", [ACCOUNT])]
    )
    body = {
        "kind": "disbursement",
        "name": "disbursement",
        "cron": "0 1 * * *",
        "forAllAccounts": True,
    }
    registry = Registry(
        [replace(deployed().workflows[0], schedule=replace(_HOURLY, for_all_accounts=True))]
    )
    async with api_client(
        world.host.platform, registry=Registry([*WORKFLOWS, *registry.workflows])
    ) as operator:
        made = await operator.post("/api/schedules", json=body)
        assert made.status_code == httpx.codes.CREATED, made.text
    await minute(world)
    assert len(await world.rows("SELECT id FROM schedules")) == 2


@pytest.mark.parametrize(
    ("schedule", "says"),
    [
        ({"cron": "61 * * * *"}, "the fields are minute, hour"),
        ({"cron": "0 * * *"}, "Write five fields"),
        ({"cron": "0 0 30 2 *"}, "Bad day-of-month"),
        ({"cron": "0 * * * *", "time_zone": "+01:00"}, "no time zone"),
    ],
)
def test_what_is_no_time_is_refused_where_it_is_declared(
    schedule: dict[str, str], says: str
) -> None:
    with pytest.raises(ContractError, match=says):
        Schedule(**schedule)  # pyright: ignore[reportArgumentType] - refused


def test_a_kind_whose_params_need_a_value_begins_by_no_time_of_its_own() -> None:
    workflow: Workflow = Payouts(Bank(Faults())).workflow
    with pytest.raises(ContractError, match="give 'employee' one"):
        replace(workflow, schedule=_HOURLY)

    class _Other(Params):
        days: int = 1

    with pytest.raises(ContractError, match="give it a `begin` too"):
        replace(workflow, schedule=Schedule(params=_Other))


async def test_whoever_triggers_it_is_told_that_a_schedule_begins_it() -> None:
    world = await opened()
    async with api_client(world.host.platform, registry=deployed()) as client:
        answer = await client.post("/api/workflows/disbursement/trigger", json={})
    assert answer.status_code == 403
    assert answer.json()["detail"].endswith("but by a schedule.")


async def test_schedules_of_people_are_not_read_each_minute() -> None:
    world = await opened()
    watched = WatchedDatabase(world.host.database)
    await begin_due(replace(world.host.platform, database=watched), deployed())
    [asked] = [query for query in watched.seen if "created_in IS NULL" in query.sql]
    explained = statement(f"EXPLAIN QUERY PLAN {asked.sql}", [*asked.parameters])
    plan = await world.host.database.all(explained)
    assert "schedules_declared" in str(plan[0]["detail"])
