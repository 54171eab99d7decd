"""Exports that are begun by time, by HTTP: made, changed, paused, run now; due, refused, and
shown.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, OTHER_TOKEN
from tillroll.expenses.events import TOPICS
from tillroll.exports.workflow import EXPORT
from tillroll.workflows.registry import REGISTRY, WORKFLOWS
from tillroll_durable.registry import Registry
from tillroll_durable.schedules.ticks import begin_due
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

MONTHLY: dict[str, Any] = {
    "kind": "export",
    "name": "To the bookkeeper",
    "cron": "0 6 3 * *",
    "timeZone": "Europe/Berlin",
    "params": {"format": "csv"},
}


def move_to(world: World, moment: datetime) -> None:
    clock = world.host.pieces.clock
    clock.advance(moment - clock.now())


@pytest.fixture
async def world() -> World:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    move_to(world, datetime(2026, 3, 20, 12, tzinfo=UTC))
    await add_expenses(
        world.host.database, Given(1, date="2026-03-20"), Given(2, date="2026-03-31")
    )
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def made(client: httpx.AsyncClient, **changed: Any) -> dict[str, Any]:
    answer = await client.post("/api/schedules", json={**MONTHLY, **changed})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()


async def shown(client: httpx.AsyncClient, schedule: dict[str, Any]) -> dict[str, Any]:
    return (await client.get(f"/api/schedules/{schedule['id']}")).json()


async def minute_at(world: World, month: int, day: int, hour: int, minute: int) -> int:
    """One minute of the cron, in 2026, UTC."""
    move_to(world, datetime(2026, month, day, hour, minute, tzinfo=UTC))
    return await begin_due(world.host.platform, REGISTRY)


async def test_each_month_the_month_before_is_exported(
    world: World, client: httpx.AsyncClient
) -> None:
    schedule = await made(client)
    # Summer time begins in between: six o'clock there is four o'clock here.
    assert (schedule["nextTick"], schedule["last"]) == ("2026-04-03T04:00:00.000Z", None)
    assert await minute_at(world, 4, 3, 3, 59) == 0
    assert await minute_at(world, 4, 3, 4, 0) == 1
    assert await minute_at(world, 4, 3, 4, 1) == 0
    await world.settle()
    schedule = await shown(client, schedule)
    last = schedule["last"]
    assert (last["tick"], last["outcome"], last["runStatus"]) == (
        "2026-04-03T04:00:00.000Z",
        "begun",
        "complete",
    )
    assert schedule["nextTick"] == "2026-05-03T04:00:00.000Z"
    [export] = (await client.get("/api/exports")).json()["items"]
    assert (export["runId"], export["count"]) == (last["runId"], 2)
    assert (export["filter"]["from"], export["filter"]["to"]) == ("2026-03-01", "2026-03-31")
    [run] = await world.rows("SELECT begin_key FROM runs WHERE kind = 'export'")
    assert run["begin_key"] == f"schedule:{schedule['id']}:2026-04-03T04:00:00.000Z"


async def test_the_next_times_are_shown_before_it_is_made(client: httpx.AsyncClient) -> None:
    # Summer time begins on the 29th: six o'clock in Berlin is five here before, and four after.
    answer = await client.post(
        "/api/schedules/preview", json={"cron": "0 6 27,30 * *", "timeZone": "Europe/Berlin"}
    )
    assert answer.json()["inWords"] == "At 06:00 on the 27th and the 30th day of month"
    assert answer.json()["nextTicks"][:3] == [
        "2026-03-27T05:00:00.000Z",
        "2026-03-30T04:00:00.000Z",
        "2026-04-27T04:00:00.000Z",
    ]
    for body, field in (
        ({"cron": "0 25 3 * *"}, "cron"),
        ({"cron": "0 6 3 * *", "timeZone": "Mars/Olympus"}, "timeZone"),
    ):
        refused = await client.post("/api/schedules/preview", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert (await client.get("/api/schedules")).json()["items"] == []


async def test_what_became_of_each_time_is_its_history(
    world: World, client: httpx.AsyncClient
) -> None:
    schedule = await made(client)
    assert schedule["inWords"] == "At 06:00 on the third day of every month"
    path = f"/api/schedules/{schedule['id']}/ticks"
    assert (await client.get(path)).json() == {"items": []}
    await minute_at(world, 4, 3, 4, 0)
    await world.settle()
    await minute_at(world, 5, 3, 4, 0)
    found = (await client.get(path)).json()["items"]
    assert [(each["tick"], each["outcome"], each["runStatus"]) for each in found] == [
        ("2026-05-03T04:00:00.000Z", "refused", None),
        ("2026-04-03T04:00:00.000Z", "begun", "complete"),
    ]
    assert "nothing to hand on" in found[0]["reason"]
    assert (
        found[1]["runId"]
        == (await world.rows("SELECT id FROM runs WHERE kind = 'export'"))[0]["id"]
    )
    async with api_client(world.host.platform, OTHER_TOKEN) as other:
        assert (await other.get(path)).status_code == httpx.codes.NOT_FOUND


async def test_a_month_without_expenses_is_shown_and_told_to_whoever_made_it(
    world: World, client: httpx.AsyncClient
) -> None:
    schedule = await made(client, params={"format": "csv", "currency": "JPY"})
    await minute_at(world, 4, 3, 4, 0)
    last = (await shown(client, schedule))["last"]
    assert (last["outcome"], last["runId"]) == ("refused", None)
    assert last["reason"] == (
        "There was nothing to hand on from 2026-03-01 to 2026-03-31. "
        "Run it once there is an expense."
    )
    assert await world.rows("SELECT id FROM runs WHERE kind = 'export'") == []
    [told] = await world.rows(
        """
        SELECT r.user_id FROM notification_recipients r JOIN notifications n
            ON n.id = r.notification_id
        WHERE n.topic = 'schedule.refused'
        """
    )
    assert told["user_id"] == "usr_first"


async def test_what_cannot_be_exported_when_it_is_due_is_shown(
    world: World, client: httpx.AsyncClient
) -> None:
    schedule = await made(client, params={"format": "csv", "onlyNew": True, "days": "all"})
    first = await client.post(f"/api/schedules/{schedule['id']}/run")
    assert first.json()["last"]["outcome"] == "begun"
    # That one has not ended: another would hand on the same.
    second = await client.post(f"/api/schedules/{schedule['id']}/run")
    assert (second.status_code, second.json()["type"]) == (409, "urn:tillroll:problem:not-due")
    assert "had not ended" in second.json()["detail"]
    await minute_at(world, 4, 3, 4, 0)
    assert (await shown(client, schedule))["last"]["outcome"] == "refused"


async def test_run_now_under_a_key_is_one_run_and_leaves_the_time_as_it_is(
    world: World, client: httpx.AsyncClient
) -> None:
    schedule = await made(client, params={"format": "csv", "days": "all"})
    answers = [
        await client.post(
            f"/api/schedules/{schedule['id']}/run", headers={"Idempotency-Key": "now"}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert len({answer.json()["last"]["runId"] for answer in answers}) == 1
    assert len(await world.rows("SELECT id FROM runs WHERE kind = 'export'")) == 1
    assert answers[0].json()["nextTick"] == schedule["nextTick"]


async def test_paused_it_is_not_due_and_resumed_it_goes_on_from_the_next_time(
    world: World, client: httpx.AsyncClient
) -> None:
    schedule = await made(client)
    path = f"/api/schedules/{schedule['id']}"
    paused = (await client.patch(path, json={"paused": True})).json()
    assert (paused["paused"], paused["nextTick"]) == (True, None)
    assert await minute_at(world, 4, 3, 4, 0) == 0
    resumed = (await client.patch(path, json={"paused": False})).json()
    assert (resumed["paused"], resumed["nextTick"]) == (False, "2026-05-03T04:00:00.000Z")


async def test_a_change_moves_the_next_time(world: World, client: httpx.AsyncClient) -> None:
    schedule = await made(client)
    path = f"/api/schedules/{schedule['id']}"
    renamed = (await client.patch(path, json={"name": "Monthly"})).json()
    assert (renamed["name"], renamed["nextTick"]) == ("Monthly", schedule["nextTick"])
    changed = (
        await client.patch(path, json={"cron": "30 7 * * 1", "timeZone": "America/New_York"})
    ).json()
    assert changed["nextTick"] == "2026-03-23T11:30:00.000Z"
    assert (
        changed["params"]
        == renamed["params"]
        == {
            "format": "csv",
            "days": "last-month",
            "profile": None,
            "currency": None,
            "onlyNew": False,
        }
    )
    events = await world.rows(
        "SELECT action FROM audit_events WHERE action LIKE 'schedule.%' ORDER BY rowid"
    )
    assert [event["action"] for event in events] == [
        "schedule.created",
        "schedule.changed",
        "schedule.changed",
    ]


async def test_removed_it_is_gone_and_its_name_is_free(
    world: World, client: httpx.AsyncClient
) -> None:
    schedule = await made(client)
    taken = await client.post("/api/schedules", json=MONTHLY)
    assert [each["field"] for each in taken.json()["errors"]] == ["name"]
    assert (
        await client.delete(f"/api/schedules/{schedule['id']}")
    ).status_code == httpx.codes.NO_CONTENT
    assert (
        await client.get(f"/api/schedules/{schedule['id']}")
    ).status_code == httpx.codes.NOT_FOUND
    assert await minute_at(world, 4, 3, 4, 0) == 0
    await made(client)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "receipt"}, "kind"),
        ({"kind": "nothing"}, "kind"),
        ({"cron": "0 6 31 2 *"}, "cron"),
        ({"cron": "0 0 6 3 * *"}, "cron"),
        ({"cron": "99 6 3 * *"}, "cron"),
        ({"timeZone": "Europe/Atlantis"}, "timeZone"),
        ({"timeZone": "+01:00"}, "timeZone"),
        ({"timeZone": "../../etc/passwd"}, "timeZone"),
        ({"params": {"format": "paper"}}, "params.format"),
        ({"params": {"format": "csv", "until": "2026"}}, "params.until"),
        ({"params": {"format": "csv", "profile": "xpr_none"}}, "params.profile"),
        ({"params": {"format": "csv", "currency": "gold"}}, "params.currency"),
        (
            {"params": {"format": "csv", "profile": "xpr_none"}, "forAllAccounts": True},
            "params.profile",
        ),
    ],
)
async def test_what_could_never_begin_anything_is_refused(
    client: httpx.AsyncClient, changed: dict[str, Any], field: str
) -> None:
    answer = await client.post("/api/schedules", json={**MONTHLY, **changed})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_one_of_all_accounts_is_the_deployments_operators(
    world: World, client: httpx.AsyncClient
) -> None:
    await add_expenses(world.host.database, Given(3, date="2026-03-05", account=OTHER_ACCOUNT))
    schedule = await made(client, forAllAccounts=True)
    async with api_client(world.host.platform, OTHER_TOKEN) as other:
        assert (await shown(other, schedule))["forAllAccounts"] is True
        path = f"/api/schedules/{schedule['id']}"
        refused = [
            await other.post("/api/schedules", json={**MONTHLY, "forAllAccounts": True}),
            await other.patch(path, json={"paused": True}),
            await other.delete(path),
            await other.post(f"{path}/run"),
        ]
        assert [answer.json()["type"] for answer in refused] == [
            "urn:tillroll:problem:operator-only"
        ] * 4
        assert await minute_at(world, 4, 3, 4, 0) == 2
        runs = await world.rows(
            "SELECT account_id, begin_key FROM runs WHERE kind = 'export' ORDER BY account_id"
        )
        assert [run["account_id"] for run in runs] == [ACCOUNT, OTHER_ACCOUNT]
        assert len({run["begin_key"] for run in runs}) == 1
        for asking in (client, other):
            assert (await shown(asking, schedule))["last"]["outcome"] == "begun"


async def test_another_account_sees_nothing_of_it(world: World, client: httpx.AsyncClient) -> None:
    schedule = await made(client)
    async with api_client(world.host.platform, OTHER_TOKEN) as other:
        path = f"/api/schedules/{schedule['id']}"
        answers = [
            await other.get(path),
            await other.patch(path, json={"paused": True}),
            await other.delete(path),
            await other.post(f"{path}/run"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert (await other.get("/api/schedules")).json()["items"] == []


async def test_the_kinds_say_what_a_schedule_of_theirs_is_made_with(
    client: httpx.AsyncClient,
) -> None:
    kinds = {
        kind["kind"]: kind["schedule"]
        for kind in (await client.get("/api/workflows")).json()["items"]
    }
    assert kinds["receipt"] is None
    assert (kinds["export"]["permission"], kinds["export"]["forAllAccounts"]) == ("export", True)
    assert {"format", "days", "profile"} <= {*kinds["export"]["params"]["properties"]}


async def test_one_whose_kind_is_gone_can_be_removed_and_no_more(
    world: World, client: httpx.AsyncClient
) -> None:
    path = f"/api/schedules/{(await made(client))['id']}"
    without = Registry(
        tuple(each for each in WORKFLOWS if each.contract.kind != "export"),
        told_beside=lambda: TOPICS,
    )
    async with api_client(world.host.platform, registry=without) as later:
        assert (await later.get(path)).json()["kind"] == "export"
        refused = await later.patch(path, json={"name": "Books"})
        assert (refused.status_code, "remove the schedule" in refused.json()["detail"]) == (
            409,
            True,
        )
        assert (await later.delete(path)).status_code == httpx.codes.NO_CONTENT
        assert (await later.get(path)).status_code == httpx.codes.NOT_FOUND
