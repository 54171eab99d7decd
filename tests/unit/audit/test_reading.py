"""The audit as people read it: entries in words, the story of an expense, and whether the seals
hold.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_copies, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN
from tests.unit.tillroll_durable.sealing.records import happen, open_audit, rows
from tillroll.audit.reading import all_words, words_of
from tillroll.expenses.events import Audited as Done
from tillroll.ledger.models import Audited as Posted
from tillroll_durable.audit import Audited, AuditEvent, append
from tillroll_durable.audit_search import is_note
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.clock import to_text
from tillroll_testing.host.platform import HostPlatform

LUNCH = Given(1, merchant="Green Garden Cafe")


async def note(
    host: HostPlatform,
    key: str,
    action: Action,
    actor: str,
    stream: str = "run_000001",
    **detail: Any,
) -> None:
    now = to_text(host.pieces.clock.now())
    event = AuditEvent(stream, key, ACCOUNT, actor, action, "success", now, detail=detail)
    await host.database.batch([append(event)])
    host.pieces.clock.advance(timedelta(minutes=1))


@pytest.fixture
async def host() -> HostPlatform:
    host = await open_audit()
    await add_expenses(host.database, LUNCH)
    await note(host, "1", Audited.RUN_CREATED, "user:usr_first")
    await note(host, "2", Audited.STEP_COMPLETED, "workflow:receipt", step="persist-db")
    await note(
        host,
        "3",
        Done.EDITED,
        "token:tok_usr_first",
        expense=LUNCH.id,
        fields=["category"],
        change="chg_1",
    )
    await note(host, "4", Done.VOIDED, "user:usr_first", expense=LUNCH.id, reason="Paid twice")
    await note(
        host, "5", Done.POLICY_CREATED, "user:usr_first", f"account:{ACCOUNT}", policy="pol_1"
    )
    return host


@pytest.fixture
async def client(host: HostPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def get(client: httpx.AsyncClient, path: str, **asked: str) -> dict[str, Any]:
    answer = await client.get(path, params=asked)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def said(client: httpx.AsyncClient, **asked: str) -> list[str]:
    return [each["says"] for each in (await get(client, "/api/audit/entries", **asked))["items"]]


def test_an_action_says_what_it_means_without_names_of_members() -> None:
    assert words_of("expense.edited") == "Values of an expense were changed"
    assert words_of("gone.in_a_version") == "Gone: in a version"
    assert not [each.says for each in all_words() if "`" in each.says or not each.says]


async def test_an_entry_says_who_did_what_to_which_thing(client: httpx.AsyncClient) -> None:
    policy, voided, edited, *_ = (await get(client, "/api/audit/entries"))["items"]
    assert voided["says"] == "An expense was voided"
    assert voided["reason"] == "Paid twice"
    assert voided["who"] == {"id": "usr_first", "name": "Ann", "how": "signed_in"}
    thing = {
        "id": LUNCH.id,
        "kind": "expense",
        "name": LUNCH.merchant,
        "day": LUNCH.date,
        "path": f"/expenses/{LUNCH.id}",
    }
    assert voided["about"] == thing
    assert edited["who"]["how"] == "token"
    assert policy["about"] is None


async def test_what_a_person_did_is_found_signed_in_and_by_token(client: httpx.AsyncClient) -> None:
    assert len(await said(client, person="usr_first")) == 4
    assert await said(client, person="usr_nobody") == []


@pytest.mark.parametrize("limit", ["1", "2", "3", "4"])
async def test_pages_of_a_person_leave_nothing_out(client: httpx.AsyncClient, limit: str) -> None:
    found: list[int] = []
    asked = {"person": "usr_first", "limit": limit}
    while True:
        page = await get(client, "/api/audit/entries", **asked)
        found += [each["id"] for each in page["items"]]
        if page["nextCursor"] is None:
            break
        asked["cursor"] = page["nextCursor"]
    assert found == sorted(found, reverse=True)
    assert len(found) == 4


async def test_what_tillroll_notes_of_its_own_work_is_left_out(
    host: HostPlatform, client: httpx.AsyncClient
) -> None:
    """In rows of the database, and in those of files."""
    await note(host, "6", Posted.ACCOUNT, "system:ledger", f"account:{ACCOUNT}")
    await note(host, "7", Posted.TRANSACTION, "system:ledger", f"account:{ACCOUNT}")
    told = [
        "ledger.transaction",
        "policy.created",
        "expense.voided",
        "expense.edited",
        "run.created",
    ]
    for limit in ("50", "2"):
        page: dict[str, Any] = {"nextCursor": None}
        found: list[str] = []
        while found == [] or page["nextCursor"]:
            asked = {"cursor": page["nextCursor"]} if page["nextCursor"] else {}
            page = await get(client, "/api/audit/entries", notes="false", limit=limit, **asked)
            found += [each["action"] for each in page["items"]]
        assert found == told
    for row in await rows(host, "SELECT actor, action FROM audit_events"):
        assert is_note(str(row["actor"]), str(row["action"])) == (row["action"] not in told)


async def test_a_thing_an_action_and_days_narrow_the_search(client: httpx.AsyncClient) -> None:
    assert len(await said(client, about=LUNCH.id)) == 4
    assert await said(client, about=LUNCH.id, action="expense.voided") == ["An expense was voided"]
    today = (await get(client, "/api/audit/entries"))["items"][0]["at"][:10]
    assert len(await said(client, **{"from": today, "to": today})) == 5
    assert await said(client, to="2020-01-01") == []
    assert (
        await client.get("/api/audit/entries", params={"about": "exp_none"})
    ).status_code == httpx.codes.NOT_FOUND


async def test_things_are_found_by_their_names(client: httpx.AsyncClient) -> None:
    [thing] = (await get(client, "/api/audit/things", q="garden"))["items"]
    assert thing["id"] == LUNCH.id
    assert (await get(client, "/api/audit/things", q="%%"))["items"] == []
    assert (await get(client, "/api/audit/things", q="gården"))["items"] == [thing]
    assert (await get(client, "/api/audit/things", q="garden" * 16))["items"] == []


async def test_a_thing_is_found_behind_many_whose_names_have_accents(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await add_expenses(host.database, Given(2, merchant="Jardín"))
    newer = Given(3, merchant="Süß Waren", date="2026-04-01")
    await add_copies(host.database, newer, 1_001)
    for typed in ("jardin", "garden"):
        [thing] = (await get(client, "/api/audit/things", q=typed))["items"]
        assert thing["id"] == {"jardin": "exp_000002", "garden": LUNCH.id}[typed]
    assert len((await get(client, "/api/audit/things", q="suss"))["items"]) == 20


async def test_the_story_of_an_expense_goes_from_its_upload_to_an_export(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await host.database.batch(
        [
            statement(
                """
                INSERT INTO exports (id, account_id, run_id, format, filter, requested_by,
                    created_at, finished_at,
                                     options, series, only_new, expected)
                VALUES ('xpt_1', ?1, 'run_000001', 'csv', '{}', 'user:usr_first', ?2, ?2, '{}',
                    'format:csv', 0, 1)
                """,
                [ACCOUNT, to_text(host.pieces.clock.now())],
            ),
            statement(
                """
                INSERT INTO export_items (export_id, part, place, account_id, series, expense_id,
                    version, content)
                VALUES ('xpt_1', 1, 0, ?1, 'format:csv', ?2, 1, '{}')
                """,
                [ACCOUNT, LUNCH.id],
            ),
        ]
    )
    story = await get(client, f"/api/audit/expenses/{LUNCH.id}")
    assert story["expense"]["name"] == LUNCH.merchant
    assert story["isWhole"]
    assert [each["action"] for each in story["items"]] == [
        *("run.created", "step.completed", "expense.edited", "expense.voided"),
        None,
    ]
    last = story["items"][-1]
    assert (last["says"], last["about"]["path"], last["who"]["name"]) == (
        *("It was handed on in an export", "/exports/xpt_1"),
        "Ann",
    )


async def test_another_account_sees_none_of_it(host: HostPlatform) -> None:
    async with api_client(host.platform, OTHER_TOKEN) as other:
        assert (await get(other, "/api/audit/entries"))["items"] == []
        assert (await get(other, "/api/audit/things", q="garden"))["items"] == []
        for path in (f"/api/audit/expenses/{LUNCH.id}", f"/api/audit/entries?about={LUNCH.id}"):
            assert (await other.get(path)).status_code == httpx.codes.NOT_FOUND


async def test_seals_are_checked_now_page_by_page() -> None:
    host = await open_audit(22, 1)
    async with api_client(host.platform) as client:
        state = await get(client, "/api/audit/seals")
        assert (state["isSealing"], state["isIntact"], state["seals"]) == (True, True, 22)
        first = (await client.post("/api/audit/seals/check")).json()
        assert (first["checked"], first["nextSeal"], first["isIntact"]) == (20, 21, True)
        second = (await client.post("/api/audit/seals/check", params={"fromSeal": "21"})).json()
        assert (second["checked"], second["nextSeal"], second["findings"]) == (2, None, [])


async def test_what_was_altered_is_said_to_its_account_alone() -> None:
    host = await open_audit(1, 2)
    await happen(host, 1, "later")
    await rows(host, "DROP TRIGGER audit_events_no_update")
    await rows(host, "UPDATE audit_events SET actor = 'user:usr_mallory' WHERE id = 1")
    await rows(
        host,
        """
        INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                          next_safe_action, created_at, updated_at)
        VALUES ('run_0', ?, 'receipt', 1, 'rec_1', 'notified', 'complete', 'none', '', '')
        """,
        ACCOUNT,
    )
    async with api_client(host.platform) as client:
        own = (await client.post("/api/audit/seals/check")).json()
    async with api_client(host.platform, OTHER_TOKEN) as client:
        others = (await client.post("/api/audit/seals/check")).json()
    assert not own["isIntact"]
    assert own["findings"]
    assert own["elsewhere"] == 0
    assert others["findings"] == []
    assert others["elsewhere"] == len(own["findings"])
