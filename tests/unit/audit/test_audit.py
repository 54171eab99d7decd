"""The audit over HTTP: search by who, what, when and run; verification; exports that can be
verified elsewhere.
"""

import dataclasses
import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_ACCOUNT, OTHER_TOKEN, TOKEN
from tests.support.watching import WatchedDatabase
from tests.unit.tillroll_durable.sealing.records import (
    TICK,
    export_of,
    happen,
    open_audit,
    rows,
    verified,
)
from tillroll_durable import audit_search as searching
from tillroll_durable.audit import Audited, AuditEvent, append
from tillroll_durable.audit_search import Search, search
from tillroll_durable.platform.clock import to_text
from tillroll_durable.sealing.files import MEDIA_TYPE
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_testing.host.platform import HostPlatform


async def get(
    host: HostPlatform, path: str, token: str = TOKEN, **parameters: str | int
) -> httpx.Response:
    async with api_client(host.platform, token) as client:
        return await client.get(path, params=parameters)


async def ids(host: HostPlatform, token: str = TOKEN, **parameters: str | int) -> list[int]:
    """What a search finds, page by page."""
    found: list[int] = []
    while True:
        answer = await get(host, "/api/audit", token, **parameters)
        assert answer.status_code == httpx.codes.OK, answer.text
        found += [item["id"] for item in answer.json()["items"]]
        cursor = answer.json()["nextCursor"]
        if cursor is None:
            return found
        assert 'rel="next"' in answer.headers["link"]
        parameters["cursor"] = cursor


async def of_another_account(host: HostPlatform) -> None:
    now = to_text(host.pieces.clock.now())
    event = AuditEvent(
        "run_x",
        "run_x:created",
        OTHER_ACCOUNT,
        "user:usr_other",
        Audited.RUN_CREATED,
        "success",
        now,
    )
    await host.database.batch([append(event)])


async def test_an_event_is_shown_with_all_that_is_known_of_it() -> None:
    host = await open_audit(1, 1)
    await happen(host, 1, "later")
    newest, oldest = (await get(host, "/api/audit")).json()["items"]
    assert oldest == {
        "id": 1, "stream": "run_0", "seq": 1, "accountId": "acc_first", "actor": "user:usr_first",
        "action": "review.decided", "outcome": "success", "contractVersion": None,
        "at": "2026-03-01T09:00:00.000Z",
        "detail": {"step": "tick 0", "number": 0, "naïve": "收據"}, "isSealed": True,
    }  # fmt: skip
    assert (newest["id"], newest["isSealed"]) == (2, False)


async def test_it_is_found_by_who_what_outcome_and_run() -> None:
    host = await open_audit(2, 6)
    await rows(host, "DROP TRIGGER audit_events_no_update")
    await rows(host, "UPDATE audit_events SET outcome = 'failure' WHERE id IN (4, 8)")
    assert await ids(host, limit=5) == [*range(12, 0, -1)]
    assert await ids(host, actor="user:usr_first", limit=2) == [11, 9, 7, 5, 3, 1]
    assert await ids(host, actor="workflow:receipt", limit=2) == [12, 10, 8, 6, 4, 2]
    assert await ids(host, action="review.decided", stream="run_1") == [11, 5]
    assert await ids(host, outcome="failure", limit=1) == [8, 4]
    assert await ids(host, action="step.completed", outcome="failure") == [8, 4]
    assert await ids(host, actor="user:usr_first", action="step.completed") == []
    assert await ids(host, stream="run_2", limit=3) == [12, 9, 6, 3]


async def test_it_is_found_by_when() -> None:
    host = await open_audit()
    times: list[datetime] = []
    for number in range(9):
        times.append(host.pieces.clock.now())
        await happen(host, 2, f"hour {number}")
        host.pieces.clock.advance(timedelta(hours=1))
    for first in range(9):
        assert await ids(host, **{"from": to_text(times[first])}) == [*range(18, 2 * first, -1)]
        assert await ids(host, to=to_text(times[first])) == [*range(2 * first, 0, -1)]
    assert await ids(host, **{"from": "2026-03-01T11:00:00Z"}, to="2026-03-01T14:00:00+01:00") == [
        8,
        7,
        6,
        5,
    ]
    assert await ids(host, **{"from": "2026-03-01T11:00:00"}, to="2026-03-01T12:00:00") == [6, 5]
    assert await ids(host, **{"from": "2026-03-02"}) == []
    assert await ids(host, to="2026-03-01") == []


async def test_events_that_commit_out_of_the_order_of_their_clocks_are_found() -> None:
    host = await open_audit()
    for minutes in (0, 5, 3, 9, 1, 12):
        now = host.pieces.clock.now() + timedelta(minutes=minutes)
        event = AuditEvent(
            "run",
            f"at {minutes}",
            "acc_first",
            "user:x",
            Audited.RUN_CREATED,
            "success",
            to_text(now),
        )
        await host.database.batch([append(event)])
    assert await ids(host, **{"from": "2026-03-01T09:03:00Z"}, to="2026-03-01T09:10:00Z") == [
        4,
        3,
        2,
    ]


async def test_an_account_sees_its_own_and_an_operator_all() -> None:
    host = await open_audit(1, 3)
    await of_another_account(host)
    assert await ids(host) == [3, 2, 1]
    assert await ids(host, OTHER_TOKEN) == [4]
    assert await ids(host, OTHER_TOKEN, stream="run_0") == []
    assert await ids(host, allAccounts="true", limit=2) == [4, 3, 2, 1]
    assert await ids(host, allAccounts="true", actor="user:usr_other") == [4]
    answer = await get(host, "/api/audit", OTHER_TOKEN, allAccounts="true")
    assert (answer.status_code, answer.json()["type"]) == (
        403,
        "urn:tillroll:problem:operator-only",
    )


@pytest.mark.parametrize("cursor", ["x", "fg", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
async def test_a_cursor_that_was_not_handed_out_is_refused(cursor: str) -> None:
    answer = await get(await open_audit(), "/api/audit", cursor=cursor)
    assert answer.json()["type"] == "urn:tillroll:problem:invalid-cursor"


async def test_a_page_reads_a_bounded_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no index leads to the hits, pages can be empty, and the search still ends with all of
    them.
    """
    monkeypatch.setattr(searching, "_WINDOW", 4)
    host = await open_audit(1, 30)
    await rows(host, "DROP TRIGGER audit_events_no_update")
    await rows(host, "UPDATE audit_events SET outcome = 'failure' WHERE id IN (2, 20)")
    first = (await get(host, "/api/audit", outcome="failure")).json()
    assert (first["items"], first["nextCursor"] is None) == ([], False)
    assert await ids(host, outcome="failure") == [20, 2]


SEARCHES = {
    "account": Search("acc_first"),
    "person": Search("acc_first", actor="user:usr_first"),
    "workflow": Search("acc_first", actor="workflow:receipt"),
    "action": Search("acc_first", action="review.decided"),
    "common action": Search("acc_first", action="step.completed"),
    "outcome": Search("acc_first", outcome="failure"),
    "run": Search("acc_first", stream="run_1"),
    "when": Search("acc_first", since=datetime.fromisoformat("2026-03-01T09:00Z")),
    "outcome and when": Search(
        "acc_first",
        outcome="failure",
        since=datetime.fromisoformat("2026-03-01T09:00Z"),
        until=datetime.fromisoformat("2026-03-01T10:00Z"),
    ),
    "everybody": Search(None),
    "everybody's failures": Search(None, outcome="failure"),
    "everybody's run": Search(None, stream="run_1", actor="user:usr_first"),
}
_INDEX = {
    "person": "audit_events_by_actor",
    "action": "audit_events_by_action",
    "run": "(stream=?)",
    "everybody's run": "(stream=?)",
    "when": "id>?",
}


@pytest.mark.parametrize("name", SEARCHES)
async def test_no_search_goes_through_the_whole_audit(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_WINDOW", 1)
    host = await open_audit(1, 3)
    watched = WatchedDatabase(host.database)
    await search(watched, SEARCHES[name], 1000, 50)
    for query in [*watched.seen]:
        plan = await rows(host, f"EXPLAIN QUERY PLAN {query.sql}", *query.parameters)
        lines = [str(step["detail"]) for step in plan if "audit_events" in str(step["detail"])]
        assert lines
        # of two conditions at the same end, SQLite would use the first only
        if "halving" not in query.sql:
            assert (query.sql.count("id >= "), query.sql.count("id < ")) == (1, 1)
        assert all(line.startswith("SEARCH audit_events") for line in lines), lines
        if name in _INDEX and "halving" not in query.sql:
            assert _INDEX[name] in lines[0]


async def verification(host: HostPlatform, first: int = 1, limit: int = 20) -> dict[str, Any]:
    answer = await get(host, "/api/audit/verify", fromSeal=first, limit=limit)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def test_what_is_whole_is_said_to_be_with_its_head() -> None:
    host = await open_audit(2, 4)
    await happen(host, 3, "not sealed yet")
    found = await verification(host)
    head = found.pop("head")
    assert found.pop("publicKey") == "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
    assert found == {
        "isIntact": True, "firstBadEvent": None, "findings": [], "seals": 2, "events": 8,
        "nextSeal": None, "database": "DB", "nextDatabase": None,
        "unsealed": {"events": 3, "since": "2026-03-01T09:02:00.000Z"}, "isSealing": True,
    }  # fmt: skip
    [sealed] = await rows(host, "SELECT hash FROM seals WHERE number = 2")
    assert (head["number"], head["toId"], head["hash"]) == (2, 8, sealed["hash"])


async def test_the_first_bad_event_is_named_on_its_page(caplog: pytest.LogCaptureFixture) -> None:
    host = await open_audit(5, 2)
    await rows(host, "DROP TRIGGER audit_events_no_update")
    await rows(host, "UPDATE audit_events SET actor = 'user:forged' WHERE id = 7")
    pages = [await verification(host, first, limit=2) for first in (1, 3, 5)]
    assert [page["isIntact"] for page in pages] == [True, False, True]
    assert [page["nextSeal"] for page in pages] == [3, 5, None]
    assert [page["unsealed"] is None for page in pages] == [True, True, False]
    assert pages[1]["firstBadEvent"] == {
        "flaw": "edited", "place": "database", "says": "Event 7 of run_0 is not what was sealed.",
        "seal": 4, "event": 7, "stream": "run_0",
    }  # fmt: skip
    assert '"event":"audit.not_intact"' in caplog.text


async def test_a_cron_that_stands_still_is_noticed() -> None:
    host = await open_audit(1)
    await happen(host, 1, "never sealed")
    host.pieces.clock.advance(timedelta(minutes=20))
    found = await verification(host)
    assert [finding["flaw"] for finding in found["findings"]] == ["sealing_late"]
    await seal_new_events(host.platform)
    assert (await verification(host))["isIntact"]


async def test_an_audit_without_an_event_is_whole() -> None:
    found = await verification(await open_audit())
    assert (found["isIntact"], found["head"], found["unsealed"]) == (
        True,
        None,
        {"events": 0, "since": None},
    )


async def test_an_export_is_followed_by_its_links_and_verified_elsewhere() -> None:
    host = await open_audit(45, 1)
    path, parts = "/api/audit/export?fromSeal=1", list[str]()
    async with api_client(host.platform) as client:
        while path:
            answer = await client.get(path)
            assert answer.headers["content-type"].startswith(MEDIA_TYPE)
            parts.append(answer.text)
            link = re.fullmatch('<(.+)>; rel="next"', answer.headers.get("link", ""))
            path = link[1] if link else ""
    assert [part.count('"merkleRoot"') for part in parts] == [20, 20, 5]
    assert "".join(parts) == await export_of(host)
    checked = await verified(host, "".join(parts))
    assert (checked.findings, checked.events) == ([], 45)


async def test_a_part_of_the_audit_is_exported() -> None:
    host = await open_audit(30, 1)
    answer = await get(host, "/api/audit/export", fromSeal=4, toSeal=6)
    checked = await verified(host, answer.text, 4)
    assert (checked.findings, checked.first, checked.events) == ([], 4, 3)
    assert "link" not in answer.headers
    linked = await get(host, "/api/audit/export", fromSeal=4, toSeal=25)
    assert linked.headers["link"] == '</api/audit/export?fromSeal=24&toSeal=25>; rel="next"'
    assert (await get(host, "/api/audit/export", fromSeal=99)).text == ""


@pytest.mark.parametrize("path", ["/api/audit/verify", "/api/audit/export"])
async def test_only_operators_verify_and_export(path: str) -> None:
    answer = await get(await open_audit(), path, OTHER_TOKEN)
    assert (answer.status_code, answer.json()["type"]) == (
        403,
        "urn:tillroll:problem:operator-only",
    )


async def test_neither_a_tick_nor_a_verification_goes_through_a_whole_table() -> None:
    host = await open_audit(3)
    watched = WatchedDatabase(host.database)
    platform = dataclasses.replace(host.platform, database=watched)
    await happen(host, 3, "new")
    host.pieces.clock.advance(TICK)
    await seal_new_events(platform)
    await seal_new_events(platform)
    found = await verification(dataclasses.replace(host, platform=platform))
    assert found["isIntact"]
    # The head is the first row of `seals` from its end; and a new key has the foreign key of
    # `seals` in its plan, which is gone through only where one is open (FkIfZero in the byte code).
    # `sqlite_sequence` has a row a table.
    harmless = ("ORDER BY number DESC LIMIT 1", "INSERT INTO audit_keys", "SCAN sqlite_sequence")
    read_whole = [
        line for line in await watched.whole_tables() if not any(sign in line for sign in harmless)
    ]
    assert read_whole == []
