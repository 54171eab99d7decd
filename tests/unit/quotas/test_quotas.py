"""Quotas of uploads, storage and models' calls: what is refused at the last free place, and what is
told.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulation.receipts import CORRECTION, check_ledger, open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, TOKEN
from tests.support.uploads import JPEG, MemoryFile, MemoryUpload
from tests.support.watching import WatchedDatabase
from tillroll.api.answers import reply_of
from tillroll.quotas.jobs import tell_of_quotas
from tillroll.quotas.own_quotas import set_quotas
from tillroll.quotas.usage import (
    AI_CALLS,
    STORAGE_MB,
    UPLOADS,
    Quota,
    QuotaReached,
    QuotaSettings,
    usage_of,
)
from tillroll.receipts.native import receive
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.settings import InvalidSetting
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

SIZE = len(JPEG) + 1
JOURNEY: Json = {
    "date": "2026-02-14",
    "from": "Bonn",
    "to": "Mainz",
    "km": "150",
    "purpose": "Fair",
    "country": "DE",
}


async def open_with(**limits: int | None) -> World:
    world = await open_receipts(Faults(), webhook=False)
    platform = world.host.platform
    changed = platform.settings.changed(replace(QuotaSettings(), **limits))
    world.host.platform = replace(platform, settings=changed)
    return world


async def send(world: World, copy: int, headers: Mapping[str, str] | None = None) -> int:
    """Hand in a receipt; the answer's status, also of a refusal."""
    file = MemoryFile(JPEG + bytes([copy]), world.host.pieces.objects)
    asked = {"authorization": f"Bearer {TOKEN}", **(headers or {})}
    try:
        return (await receive(world.host.platform, MemoryUpload([file], asked))).status
    except QuotaReached as reached:
        return reached.kind.status


async def used(world: World) -> tuple[int, int, int]:
    usage = await usage_of(world.host.platform, ACCOUNT)
    return usage.uploads.used, usage.storage.used, usage.ai_calls.used


async def counts(world: World) -> list[object]:
    """How many there are of everything that an upload writes."""
    [row] = await world.rows(
        "SELECT (SELECT COUNT(*) FROM runs), (SELECT COUNT(*) FROM receipts), (SELECT COUNT(*) "
        "FROM audit_events)"
    )
    return [*row.values(), len(world.instances.by_id)]


@pytest.mark.parametrize("limits", [{"uploads": 3}, {"storage_bytes": 3 * SIZE + 1}])
async def test_of_64_at_the_last_free_place_one_is_accepted(limits: dict[str, int]) -> None:
    world = await open_with(**limits)
    assert [await send(world, copy) for copy in (1, 2)] == [202, 202]
    statuses = await asyncio.gather(*(send(world, copy) for copy in range(10, 74)))
    assert sorted(statuses) == [202, *[403] * 63]
    assert await used(world) == (3, 3 * SIZE, 0)


async def test_what_is_refused_changes_nothing_and_what_is_known_is_still_answered() -> None:
    world = await open_with(uploads=1)
    assert await send(world, 1) == 202
    before, objects = await counts(world), set(world.host.pieces.objects.content)
    assert await send(world, 2) == 403
    assert await counts(world) == before
    assert set(world.host.pieces.objects.content) == objects, (
        "the bytes of a refused upload were stored"
    )
    assert await send(world, 1) == 200


async def test_under_an_idempotency_key_a_refusal_is_not_kept() -> None:
    world = await open_with(uploads=1)
    assert await send(world, 1, {"idempotency-key": "first"}) == 202
    assert await send(world, 2, {"idempotency-key": "second"}) == 403
    assert await send(world, 1, {"idempotency-key": "first"}) == 202
    await set_own(world, {Quota.UPLOADS: 2})
    assert await send(world, 2, {"idempotency-key": "second"}) == 202


async def test_the_refusal_says_what_is_full_and_until_when() -> None:
    world = await open_with(uploads=0)
    file = MemoryFile(JPEG, world.host.pieces.objects)
    with pytest.raises(QuotaReached) as refused:
        await receive(
            world.host.platform, MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"})
        )
    seconds = int(refused.value.headers["retry-after"])
    assert 0 < seconds <= 31 * 86_400
    assert refused.value.headers["ratelimit"] == f'"uploads";r=0;t={seconds}'
    body = reply_of(refused.value).body
    assert (body["quota"], body["used"], body["limit"]) == ("uploads", 0, 0)
    resets = world.host.platform.clock.now() + timedelta(seconds=seconds)
    assert (resets.day, resets.hour) == (1, 0)


async def test_a_statement_counts_as_a_document() -> None:
    world = await open_with(uploads=0)
    async with api_client(world.host.platform) as client:
        answer = await client.post("/api/mileage", json=JOURNEY)
    assert (answer.status_code, answer.json().get("quota")) == (403, "uploads"), answer.text


async def test_the_next_month_begins_anew_and_storage_does_not() -> None:
    world = await open_with(uploads=1, storage_bytes=2 * SIZE)
    assert [await send(world, copy) for copy in (1, 2)] == [202, 403]
    world.host.pieces.clock.advance(timedelta(days=31))
    assert await used(world) == (0, SIZE, 0)
    assert await send(world, 2) == 202
    world.host.pieces.clock.advance(timedelta(days=31))
    assert await send(world, 3) == 403


async def test_what_is_deleted_gives_its_storage_back() -> None:
    world = await open_with(storage_bytes=SIZE)
    assert [await send(world, copy) for copy in (1, 2)] == [202, 403]
    await world.rows("DELETE FROM receipts")
    assert await used(world) == (1, 0, 0)
    assert await send(world, 2) == 202


async def test_past_the_quota_of_calls_receipts_wait_for_a_person_who_can_have_them_read() -> None:
    world = await open_with(ai_calls=1)
    for copy in (1, 2):
        await upload(world, copy)
        await world.settle()
    ends = await world.rows("SELECT id, status, reason FROM runs ORDER BY id")
    assert [(end["status"], end["reason"]) for end in ends] == [
        ("complete", None),
        ("needs_review", "ai_budget"),
    ]
    calls = await world.rows("SELECT state, reason FROM ai_calls ORDER BY id")
    assert [(call["state"], call["reason"]) for call in calls] == [
        ("completed", None),
        ("offered", "ai_quota"),
    ]
    assert (await used(world))[2] == 1
    await check_ledger(world)
    again = f"/api/runs/{ends[1]['id']}/read-again"
    async with api_client(world.host.platform) as client:
        refused = await client.post(again)
        assert (refused.status_code, "AI calls are used up" in refused.json()["detail"]) == (
            409,
            True,
        )
        await set_own(world, {Quota.AI_CALLS: 2})
        assert (await client.post(again)).status_code in {200, 202}
    await world.settle(CORRECTION)
    assert world.host.pieces.models.answered == 2


async def test_at_the_last_call_one_of_two_runs_asks() -> None:
    world = await open_with(ai_calls=1)
    await asyncio.gather(*(upload(world, copy) for copy in (1, 2)))
    await world.settle()
    assert world.host.pieces.models.answered == 1
    assert (await used(world))[2] == 1


async def set_own(world: World, limits: Mapping[Quota, int | None]) -> None:
    now = world.host.platform.clock.now()
    await world.host.database.batch(set_quotas(ACCOUNT, limits, "operator", now))


async def test_an_accounts_own_quota_goes_before_the_deployments() -> None:
    world = await open_with(uploads=1)
    await set_own(world, {Quota.UPLOADS: 2})
    assert [await send(world, copy) for copy in (1, 2, 3)] == [202, 202, 403]
    await set_own(world, {Quota.UPLOADS: None, Quota.STORAGE: 0})
    usage = await usage_of(world.host.platform, ACCOUNT)
    assert (usage.uploads.limit, usage.storage.limit, usage.ai_calls.limit) == (1, 0, AI_CALLS)
    events = await world.rows(
        "SELECT detail FROM audit_events WHERE action = 'account.quotas_set' ORDER BY id"
    )
    assert [event["detail"] for event in events] == [
        '{"uploads":2}',
        '{"storage":0,"uploads":null}',
    ]


async def test_an_account_is_asked_for_its_usage() -> None:
    world = await open_with(uploads=5, storage_bytes=None)
    await send(world, 1)
    async with api_client(world.host.platform) as client:
        uploads, storage, calls = (await client.get("/api/account/usage")).json()["items"]
    assert (uploads["used"], uploads["limit"], storage["used"], storage["limit"]) == (
        1,
        5,
        SIZE,
        None,
    )
    assert (calls["used"], calls["limit"], storage["resetsAt"]) == (0, AI_CALLS, None)
    assert uploads["resetsAt"][7:] == "-01T00:00:00.000Z"
    async with api_client(world.host.platform, OTHER_TOKEN) as client:
        assert (await client.get("/api/account/usage")).json()["items"][0]["used"] == 0


async def test_owners_are_told_once_at_four_fifths_and_once_at_the_end() -> None:
    world = await open_with(uploads=5)

    async def told(copies: range) -> list[object]:
        for copy in copies:
            await send(world, copy)
        for _ in range(2):
            await tell_of_quotas(world.host.platform)
        rows = await world.rows(
            "SELECT topic FROM notifications WHERE topic LIKE 'quota.%' ORDER BY created_at, id"
        )
        return [row["topic"] for row in rows]

    assert await told(range(1, 4)) == []
    assert await told(range(4, 5)) == ["quota.near"]
    assert await told(range(5, 6)) == ["quota.near", "quota.reached"]
    world.host.pieces.clock.advance(timedelta(days=31))
    assert await told(range(6, 11)) == ["quota.near", "quota.reached", "quota.reached"]
    assert not await world.rows("SELECT 1 FROM account_usage WHERE is_untold = 1")


async def test_an_upload_asks_no_more_often_for_its_quota() -> None:
    world = await open_with(uploads=5)
    await world.rows("UPDATE tokens SET last_used_at = '2999'")
    watched = WatchedDatabase(world.host.platform.database)
    world.host.platform = replace(world.host.platform, database=watched)
    assert await send(world, 1) == 202
    assert watched.round_trips == 2, "who asks, and the one batch"
    assert await watched.whole_tables() == []


@pytest.mark.parametrize("name", ["QUOTA_UPLOADS", "QUOTA_STORAGE_MB", "QUOTA_AI_CALLS"])
@pytest.mark.parametrize("value", ["-1", "1.5", "many", "9" * 17, "٣"])
def test_a_quota_that_is_no_number_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=name):
        QuotaSettings.read(lambda asked: value if asked == name else "")


def test_quotas_are_on_by_default_and_can_be_taken_away() -> None:
    assert QuotaSettings.read(lambda _: "") == QuotaSettings(
        UPLOADS, STORAGE_MB * 1_000_000, AI_CALLS
    )
    assert QuotaSettings.read(lambda _: "none") == QuotaSettings(None, None, None)
