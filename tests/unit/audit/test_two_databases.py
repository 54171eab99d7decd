"""The audit and its archive in two databases: one search, and a chain in each that is verified
together.
"""

from datetime import timedelta
from typing import Any

import httpx

from each_minute import do_each_minute
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN, HostPlatform
from tests.support.two_databases import over_both, second_account
from tillroll.api.paging import encode_cursor
from tillroll.audit.merging import AuditEvent, Part, merged_parts
from tillroll_durable.audit import Action, append
from tillroll_durable.audit import AuditEvent as NewEvent
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.invocation import enter, invocation
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_testing.host.sqlite import SqliteDatabase


class _Audited(Action):
    TRIED = "account.tried", "something was tried"


def _event(number: int, at: str) -> AuditEvent:
    return AuditEvent(
        id=number,
        stream="run_1",
        seq=1,
        account_id="acc_1",
        actor="operator",
        action="tried",
        outcome="success",
        contract_version=None,
        at=at,
        detail={},
        is_sealed=False,
    )


def test_the_newest_of_all_parts_come_first() -> None:
    first = Part(1, [_event(9, "09"), _event(5, "05")], came_from=None, goes_on_before=5)
    second = Part(2, [_event(3, "07"), _event(2, "06")], came_from=None, goes_on_before=2)
    events, going_on = merged_parts([first, second], 2)
    assert [each.at for each in events] == ["09", "07"]
    assert going_on == {1: 9, 2: 3}


def test_nothing_is_taken_that_is_older_than_what_was_not_looked_at() -> None:
    # The first database may have more that is newer than 04.
    first = Part(1, [_event(9, "09")], came_from=None, goes_on_before=4)
    second = Part(2, [_event(3, "04")], came_from=None, goes_on_before=None)
    events, going_on = merged_parts([first, second], 5)
    assert [each.at for each in events] == ["09"]
    assert going_on == {1: 4, 2: None}
    later = Part(1, [], came_from=4, goes_on_before=None)
    assert merged_parts([later, second], 5) == ([_event(3, "04")], {})


async def _happens(database: SqliteDatabase, account_id: str, day: int) -> None:
    event = NewEvent(
        stream=f"account:{account_id}",
        event_key=f"tried:{day}",
        account_id=account_id,
        actor="operator",
        action=_Audited.TRIED,
        outcome="success",
        at=f"2026-02-{day:02}T00:00:00.000Z",
        detail={"day": day},
    )
    await database.batch([append(event)])


async def _both(host: HostPlatform) -> tuple[Platform, SqliteDatabase, str]:
    second, account = await second_account()
    for day in range(1, 8):
        if day % 3:
            await _happens(host.database, ACCOUNT, day)
        else:
            await _happens(second, account.account_id, day)
    return over_both(host.platform, second), second, account.account_id


async def _get(platform: Platform, path: str) -> httpx.Response:
    async with api_client(platform, TOKEN) as client:
        answer = await client.get(path)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer


async def _days(platform: Platform, path: str, limit: int) -> list[int]:
    days: list[int] = []
    cursor = ""
    while True:
        page: dict[str, Any] = (await _get(platform, f"{path}&limit={limit}{cursor}")).json()
        assert len(page["items"]) <= limit
        days += [each["detail"]["day"] for each in page["items"]]
        if page["nextCursor"] is None:
            return days
        cursor = f"&cursor={page['nextCursor']}"


async def test_a_search_in_all_accounts_has_each_event_once(host: HostPlatform) -> None:
    platform, _, _ = await _both(host)
    path = "/api/audit?action=account.tried&allAccounts=true"
    for limit in (1, 2, 3, 50):
        assert await _days(platform, path, limit) == [7, 6, 5, 4, 3, 2, 1]
    assert await _days(platform, f"{path}&database=DB_2", 1) == [6, 3]
    assert await _days(platform, "/api/audit?action=account.tried", 2) == [7, 5, 4, 2, 1]


async def test_a_cursor_of_nothing_is_refused(host: HostPlatform) -> None:
    platform, _, _ = await _both(host)
    async with api_client(platform, TOKEN) as client:
        for place in ("a:1", "1:b", "123456:1"):
            cursor = encode_cursor(place)
            answer = await client.get(f"/api/audit?allAccounts=true&cursor={cursor}")
            assert answer.status_code == httpx.codes.BAD_REQUEST, place


async def test_both_chains_are_verified_one_after_the_other(host: HostPlatform) -> None:
    platform, _, _ = await _both(host)
    for shard in platform.shards:
        host.pieces.clock.advance(timedelta(minutes=5))
        await seal_new_events(enter(invocation(platform), shard))
    path = "/api/audit/verify"
    seen: list[tuple[str, str | None, bool]] = []
    while path:
        answer = await _get(platform, path)
        report = answer.json()
        seen.append((report["database"], report["nextDatabase"], report["isIntact"]))
        path = answer.links.get("next", {}).get("url", "")
    assert seen == [("DB", "DB_2", True), ("DB_2", None, True)]
    export = await _get(platform, "/api/audit/export")
    following = export.links["next"]["url"]
    assert following == "/api/audit/export?fromSeal=1&database=DB_2"
    assert '"tried:3"' in (await _get(platform, following)).text


async def test_the_archive_is_that_of_both(host: HostPlatform) -> None:
    platform, second, account_id = await _both(host)
    # The newest seal stays, and so does what nobody has counted yet: so each has two minutes.
    for day in (20, 21):
        await _happens(host.database, ACCOUNT, day)
        await _happens(second, account_id, day)
        host.pieces.clock.advance(timedelta(minutes=5))
        for shard in platform.shards:
            began = to_text(host.pieces.clock.now())
            await do_each_minute(enter(invocation(platform), shard), began)
    host.pieces.clock.advance(timedelta(days=1))
    before = to_text(host.pieces.clock.now() - timedelta(minutes=1))
    async with api_client(platform, TOKEN) as client:
        for _ in range(40):
            answer = await client.post("/api/archive/rounds", json={"before": before})
            assert answer.status_code == httpx.codes.OK, answer.text
            if answer.json()["isIdle"]:
                break
            host.pieces.clock.advance(timedelta(minutes=5))
        both = (await client.get("/api/archive")).json()
        parts = [
            (await client.get(f"/api/archive?database={name}")).json() for name in ("DB", "DB_2")
        ]
        assert all(each["events"] for each in parts), parts
        assert both["events"] == sum(each["events"] for each in parts)
        back = await client.post("/api/archive/restore?database=DB_2", json={"range": 1})
        assert back.json()["events"] > 0, back.text
        looked = (await client.post("/api/archive/verify", json={})).json()
        assert looked == {"files": 0, "flaws": [], "otherFlaws": 0}
