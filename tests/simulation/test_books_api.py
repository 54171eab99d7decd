"""The books by the API, over runs of a simulated world: connect, map, look, sync, and what a person decides."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from local.books.signed import SignedCounterpart
from tests.simulation.faults import Faults
from tests.simulation.pulling import Order, open_crm
from tests.simulation.syncing import URL, Line, until_quiet
from tests.simulation.world import Deployed, World, open_world
from tests.support.expenses import Given, add_client, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tillroll.books.names import note_contact
from tillroll.books.starting import begin_changed
from tillroll.books.workflow import SYNC
from tillroll.claims.contract import ClaimParams
from tillroll.claims.creation import begin_claim
from tillroll.claims.service import credit_expenses, notify_changes, withdraw_claim
from tillroll.claims.workflow import CLAIM
from tillroll.durable import Actor, statement
from tillroll.mail.workflow import MAIL
from tillroll.platform.bindings.http import HttpFailed, HttpReply, HttpRequest, words_of_failure
from tillroll.platform.services import Platform

TRAVEL = [
    {"what": "category", "word": "Travel", "code": "6300"},
    {"what": "tax", "word": "19", "code": "V19"},
]

CLOSED_FEBRUARY = [
    statement(
        """
        INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected, created_at)
        VALUES ('xpt_1', 'acc_first', 'run_000001', 'jsonl', '{}', 'user:usr_first', 0, '2026-03-01')
        """
    ),
    statement(
        """
        INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by, closed_at)
        VALUES ('per_1', 'acc_first', '2026-02-01', '2026-02-28', 'xpt_1', 'user:usr_first', '2026-03-01')
        """
    ),
]


@dataclass
class Office:
    """Somebody at the API, a world in which runs go on, and the books of a company."""

    client: httpx.AsyncClient
    world: World
    books: SignedCounterpart
    connection: str = ""

    async def get(self, path: str, **query: Any) -> Any:
        return (await self.client.get(f"/api/books/{path}", params=query)).raise_for_status().json()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return await self.client.post(f"/api/books/{path}", json=body or {})

    async def connect(self, **given: Any) -> dict[str, Any]:
        asked = {"name": "Our books", "provider": "signed", "firstDay": "2026-01-01", "url": URL, **given}
        made = (await self.post("connections", asked)).raise_for_status().json()
        self.books.secrets = [made["secret"]]
        self.connection = made["id"]
        return made

    async def map(self, *words: dict[str, str]) -> Any:
        path = f"/api/books/connections/{self.connection}/mapping"
        return (await self.client.put(path, json={"words": [*words]})).raise_for_status().json()

    async def sync(self, **body: Any) -> dict[str, Any]:
        """Begin a sync, and let it end."""
        begun = (await self.post(f"connections/{self.connection}/syncs", body)).raise_for_status().json()
        await self.world.settle()
        if (await self.get(f"syncs/{begun['id']}"))["state"] == "running":
            await until_quiet(self.world)
        return await self.get(f"syncs/{begun['id']}")

    async def item(self, subject: str) -> dict[str, Any]:
        [found] = (await self.get(f"subjects/{subject}"))["items"]
        return found

    async def change(self, subject: str, assignments: str) -> None:
        sql = f"UPDATE expenses SET {assignments} WHERE id = ?"  # noqa: S608 - of this test
        await self.world.host.database.batch([statement(sql, subject)])


def spent(number: int, **given: Any) -> Given:
    """119.00 of travel."""
    return replace(Given(number, total_minor=11900, tax_minor=1900, category="Travel"), **given)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    world = await open_world(Faults(), Deployed(SYNC))
    world.aims_at = SYNC.contract.kind
    books = SignedCounterpart([], now=world.host.pieces.clock.now)
    world.host.platform = replace(world.host.platform, exchange=Line(world.faults, books))
    async with api_client(world.host.platform) as client:
        yield Office(client, world, books)


async def test_a_month_comes_into_the_books(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2, category="Meals"), spent(3, date="2025-12-31"))
    made = await office.connect()
    assert made["status"] == "connected"
    assert made["secret"].startswith("whsec_")
    chart = (await office.post(f"connections/{office.connection}/chart")).raise_for_status().json()
    assert [each["code"] for each in chart["accounts"]] == ["6300", "6400", "6800", "8400"]
    assert chart["company"] == "Example GmbH"

    shown = await office.map(*TRAVEL)
    assert [(each["what"], each["word"], each["items"]) for each in shown["unmapped"]] == [("category", "Meals", 1)]
    refused = await office.post(f"connections/{office.connection}/syncs")
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:tillroll:problem:books-unmapped"
    assert refused.json()["unmapped"][0]["says"] == "The category 'Meals' has no account."
    assert not office.books.documents, "something was written although it was refused"

    [one, two] = (await office.get(f"connections/{office.connection}/dry-run"))["items"]
    assert (one["act"], one["document"]["total"], one["document"]["lines"][0]["account"]) == ("create", 11900, "6300")
    assert one["document"]["contact"] == "a new contact: Green Garden Cafe"
    assert (two["act"], two["reason"]) == ("set_aside", "The category 'Meals' has no account.")

    sync = await office.sync(skipUnmapped=True)
    assert (sync["state"], sync["outcomes"]) == ("completed", {"set_aside": 1, "written": 1})
    item = await office.item("exp_000001")
    number = item["externalNumber"]
    now = office.world.host.pieces.clock.now()
    assert item["says"].startswith(f"In the books as {number}, {now.day} ")
    assert item["says"].endswith("Without its file: The file is not there any more.")
    status = await office.get("status")
    assert not status["isEverything"]
    [lacking] = status["connections"][0]["lacking"]
    assert (lacking["code"], lacking["items"], lacking["examples"][0]["subject"]) == ("unmapped", 1, "exp_000002")

    await office.map(*TRAVEL, {"what": "category", "word": "Meals", "code": "6400"})
    sync = await office.sync()
    assert sync["outcomes"] == {"written": 1}
    assert (await office.get("status"))["isEverything"]
    assert sorted(each["lines"][0]["account"] for each in office.books.documents.values()) == ["6300", "6400"]
    assert (await office.sync())["outcomes"] == {}


async def test_of_many_contacts_only_those_of_a_page_are_loaded(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2, merchant="Copy Shop"))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    others = [
        note_contact(office.connection, "supplier", f"shop {each}", f"Shop {each}", f"other_{each}")
        for each in range(50)
    ]
    await office.world.host.database.batch(others)
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    read: list[int] = []
    database = type(office.world.host.platform.database)
    every = database.all

    async def counted(self: Any, query: Any) -> Any:
        rows = await every(self, query)
        read.append(len(rows) if "books_contacts" in query.sql else 0)
        return rows

    monkeypatch.setattr(database, "all", counted)
    [change] = (await office.get(f"connections/{office.connection}/dry-run"))["items"]
    assert [*change["contacts"].values()] == ["Green Garden Cafe"]
    assert sum(read) == 2, "the contact by its name, and by its id"


async def test_a_change_is_written_over_and_a_void_becomes_a_credit(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    [change] = (await office.get(f"connections/{office.connection}/dry-run"))["items"]
    assert (change["act"], change["differences"]["total"]) == ("change", [11900, 23800])
    assert change["title"].startswith("Green Garden Cafe, "), change["title"]
    assert change["contacts"] == {change["document"]["contact"]: "Green Garden Cafe"}
    assert [each["subject"] for each in (await office.get("items", due="true"))["items"]] == ["exp_000001"]
    assert [each["subject"] for each in (await office.get("items", due="false"))["items"]] == ["exp_000002"]
    assert (await office.sync())["outcomes"] == {"written": 1}
    await office.change("exp_000002", "status = 'voided'")
    assert (await office.get(f"connections/{office.connection}/dry-run"))["items"][0]["act"] == "credit"
    assert (await office.sync())["outcomes"] == {"credited": 1}
    by_reference = {each["reference"]: each for each in office.books.documents.values()}
    assert {name: (each["kind"], each["total"]) for name, each in by_reference.items()} == {
        "exp_000001": ("bill", 23800),
        "exp_000002": ("bill", 11900),
        "exp_000002-void": ("credit_note", 11900),
    }
    assert (await office.item("exp_000002"))["state"] == "credited"
    # Restored, it is a document of its own.
    await office.change("exp_000002", "status = 'ready'")
    await office.sync()
    assert "exp_000002-2" in {each["reference"] for each in office.books.documents.values()}
    assert (await office.get("status"))["isEverything"]


@pytest.mark.parametrize("decision", ["ours", "theirs"])
async def test_a_change_by_hand_is_decided_by_a_person(office: Office, decision: str) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    [document] = office.books.documents.values()
    office.books.act("edit", {"id": document["id"], "fields": {"number": "BY-HAND"}})
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    assert (await office.sync())["outcomes"] == {"conflict": 1}
    assert document["number"] == "BY-HAND"
    [conflict] = (await office.get("conflicts"))["items"]
    assert (conflict["ours"]["total"], conflict["theirs"]["total"]) == (23800, 11900)
    assert conflict["theirs"]["number"] == "BY-HAND"
    assert conflict["contacts"] == {conflict["ours"]["contact"]: "Green Garden Cafe"}
    assert not (await office.sync())["outcomes"], "a conflict that nobody decided was sent again"
    decided = await office.post(f"conflicts/{conflict['id']}/decision", {"decision": decision})
    assert decided.raise_for_status().json()["decision"] == decision
    again = await office.post(f"conflicts/{conflict['id']}/decision", {"decision": "theirs"})
    assert again.status_code == (200 if decision == "theirs" else 409)
    await office.sync()
    [document] = office.books.documents.values()
    assert document["total"] == (23800 if decision == "ours" else 11900)
    assert (await office.item("exp_000001"))["state"] == "written"
    assert (await office.get("status"))["isEverything"]
    # A later change of ours is written in both cases.
    await office.change("exp_000001", "total_minor = 35700, tax_minor = 5700")
    assert (await office.sync())["outcomes"] == {"written": 1}
    assert document["total"] == 35700


@pytest.mark.parametrize("decision", ["ours", "theirs"])
async def test_a_document_that_is_gone_is_decided_too(office: Office, decision: str) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    [document] = office.books.documents
    office.books.act("remove", {"id": document})
    await office.change("exp_000001", "note = 'lunch', total_minor = 23800, tax_minor = 3800")
    assert (await office.sync())["outcomes"] == {"conflict": 1}
    [conflict] = (await office.get("conflicts"))["items"]
    assert conflict["theirs"] is None
    await office.post(f"conflicts/{conflict['id']}/decision", {"decision": decision})
    await office.sync()
    totals = [each["total"] for each in office.books.documents.values()]
    assert totals == ([23800] if decision == "ours" else [])
    assert (await office.get("status"))["isEverything"]


async def test_a_closed_period_refuses_by_name(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1, date="2026-01-31"), spent(2, date="2026-02-01"))
    await office.connect()
    await office.map(*TRAVEL)
    office.books.act("close", {"until": "2026-01-31"})
    assert (await office.sync())["outcomes"] == {"set_aside": 1, "written": 1}
    item = await office.item("exp_000001")
    assert item["code"] == "closed-there"
    assert "all days up to 2026-01-31" in item["reason"]
    office.books.act("close", {"until": None})
    retried = await office.post(f"connections/{office.connection}/retries", {"code": "closed-there"})
    assert retried.json() == {"items": 1}
    assert (await office.sync())["outcomes"] == {"written": 1}
    await office.world.host.database.batch(CLOSED_FEBRUARY)
    await office.change("exp_000002", "total_minor = 23800, tax_minor = 3800")
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    assert "2026-02-01 to 2026-02-28, which is closed here" in (await office.item("exp_000002"))["reason"]


async def test_what_is_refused_is_set_aside_and_stops_no_other(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2, category="Gone"), spent(3))
    await office.connect()
    # The chart was not read, so nobody has said that there is no such account.
    await office.map(*TRAVEL, {"what": "category", "word": "Gone", "code": "9999"})
    assert (await office.sync())["outcomes"] == {"set_aside": 1, "written": 2}
    item = await office.item("exp_000002")
    assert (item["state"], item["code"]) == ("set_aside", "refused")
    assert item["reason"] == "The books refuse it: account: There is no account 9999."
    assert (await office.sync())["outcomes"] == {}, "what was refused was sent again by itself"


async def test_a_connection_that_is_refused_calls_a_person(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2))
    made = await office.connect()
    await office.map(*TRAVEL)
    office.books.secrets = ["whsec_c29tZXRoaW5nIGVsc2UgdGhhbiB3aGF0IHdhcw=="]
    sync = await office.sync()
    assert sync["state"] == "disconnected"
    assert (await office.get(f"connections/{office.connection}"))["status"] == "disconnected"
    [status] = (await office.get("status"))["connections"]
    shut = "The books let us in no more: connect again."
    assert status["says"] == f"{shut} 2 are not in the books as they should be."
    assert [each["code"] for each in status["lacking"]] == ["disconnected"]
    says = (await office.item("exp_000001"))["says"]
    assert "let us in no more. Connect again, and the next sync writes it." in says, says
    told = await office.world.rows("SELECT topic, about FROM notifications")
    assert told == [{"topic": "books.disconnected", "about": "Our books, in the books"}]
    assert (await office.post(f"connections/{office.connection}/syncs")).json()["type"].rpartition("/")[2].rpartition(
        ":"
    )[2] == "books-disconnected"
    office.books.secrets = [made["secret"]]
    (await office.post(f"connections/{office.connection}/chart")).raise_for_status()
    assert (await office.sync())["outcomes"] == {"written": 2}


async def test_nobody_sees_another_account_s_books(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.map(*TRAVEL)
    sync = await office.sync()
    async with api_client(office.world.host.platform, OTHER_TOKEN) as other:
        for path in (
            f"connections/{office.connection}",
            f"connections/{office.connection}/chart",
            f"connections/{office.connection}/mapping",
            f"connections/{office.connection}/dry-run",
            f"syncs/{sync['id']}",
            f"syncs/{sync['id']}/outcomes",
            "subjects/exp_000001",
        ):
            assert (await other.get(f"/api/books/{path}")).status_code == 404, path
        for path in ("connections", "syncs", "items", "conflicts"):
            assert (await other.get(f"/api/books/{path}")).json()["items"] == [], path
        for method, path in (("DELETE", ""), ("POST", "/syncs"), ("POST", "/chart"), ("POST", "/retries")):
            asked = await other.request(method, f"/api/books/connections/{office.connection}{path}", json={"code": "a"})
            assert asked.status_code in {404, 422}, (method, path)


async def test_a_person_begins_the_first_sync(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    assert (await office.connect())["firstSyncAt"] is None
    platform = office.world.host.platform
    await office.map(*TRAVEL)
    assert await begin_changed(platform, SYNC) == 0, "nobody has begun the first sync"
    asked = {"kind": "sync", "name": "Nightly", "cron": "0 2 * * *", "params": {"connection": office.connection}}
    schedule = (await office.client.post("/api/schedules", json=asked)).raise_for_status().json()
    ticked = await office.client.post(f"/api/schedules/{schedule['id']}/run")
    assert "begin it by hand" in ticked.text, ticked.text
    await office.world.settle()
    assert (await office.get("syncs"))["items"] == []
    assert not office.books.documents
    assert (await office.sync())["outcomes"] == {"written": 1}
    assert (await office.get(f"connections/{office.connection}"))["firstSyncAt"] is not None
    (await office.client.post(f"/api/schedules/{schedule['id']}/run")).raise_for_status()
    await office.world.settle()
    assert [each["begunBy"] for each in (await office.get("syncs"))["items"]] == ["schedule", "hand"]


async def test_what_the_next_sync_will_not_write_is_said_with_why(office: Office) -> None:
    given = [spent(1), *(spent(number, category="Meals") for number in range(2, 8)), spent(8)]
    await add_expenses(office.world.host.database, *given)
    for each in given[:7]:
        await office.change(each.id, "status = 'approved'")
    await office.connect(onlyApproved=True)
    await office.map(*TRAVEL)

    async def lacking() -> dict[tuple[str, str | None], tuple[int, str]]:
        [status] = (await office.get("status"))["connections"]
        return {(each["state"], each["code"]): (each["items"], each["says"]) for each in status["lacking"]}

    maps = "A category, a tax rate or a person has no place in the books: map it."
    first = "They are written once you begin the first sync."
    assert await lacking() == {("new", "unmapped"): (6, maps), ("new", None): (1, first)}
    [status] = (await office.get("status"))["connections"]
    assert (len(status["lacking"][0]["examples"]), status["leftOut"]) == (5, 1)
    assert (await office.item("exp_000001"))["says"] == (
        "Not in the books yet: it is written once you begin the first sync."
    )
    assert (await office.item("exp_000002"))["says"] == "Not in the books: The category 'Meals' has no account."
    assert (await office.item("exp_000002"))["code"] == "unmapped"
    assert (await office.item("exp_000008"))["says"] == "Not in the books: It is not approved."

    await office.sync(skipUnmapped=True)
    assert await lacking() == {("set_aside", "unmapped"): (6, maps)}
    # What was left out, and changes, was never written.
    await office.change("exp_000008", "note = 'lunch'")
    assert await lacking() == {("set_aside", "unmapped"): (6, maps)}
    await office.change("exp_000008", "status = 'approved'")
    writes = "They are not in the books yet: the next sync writes them."
    assert (await lacking())["left_out", "again"] == (1, writes)
    assert (await office.item("exp_000008"))["says"] == "Not in the books yet: the next sync writes it."
    # What is there changes, so that it cannot be written.
    await office.change("exp_000001", "category = 'Meals'")
    assert (await lacking())["written", "unmapped"] == (1, maps)
    assert (await office.item("exp_000001"))["says"].endswith(
        "It changed since, and that cannot be written. The category 'Meals' has no account."
    )
    await office.map(*TRAVEL, {"what": "category", "word": "Meals", "code": "6400"})
    assert (await lacking())["set_aside", "again"] == (6, writes)
    await office.sync()
    assert (await office.get("status"))["isEverything"]


async def test_a_rate_of_the_books_is_offered_where_the_amounts_have_it(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2, total_minor=12300, tax_minor=2300))
    await office.connect()
    await office.map(TRAVEL[0])
    path = f"connections/{office.connection}"
    assert [each["word"] for each in (await office.get(f"{path}/mapping"))["unmapped"]] == ["other"]
    (await office.post(f"{path}/chart")).raise_for_status()
    unmapped = (await office.get(f"{path}/mapping"))["unmapped"]
    assert [(each["what"], each["word"]) for each in unmapped] == [("tax", "19"), ("tax", "other")]


async def test_a_change_begins_a_sync_by_itself(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    platform = office.world.host.platform
    await office.map(*TRAVEL)
    (await office.post(f"connections/{office.connection}/syncs")).raise_for_status()
    assert await begin_changed(platform, SYNC) == 0, "one goes on"
    await office.world.settle()
    office.world.host.pieces.clock.advance(timedelta(minutes=2))
    assert await begin_changed(platform, SYNC) == 0, "nothing changed"
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    assert await begin_changed(platform, SYNC) == 1
    assert await begin_changed(platform, SYNC) == 0, "one goes on"
    await office.world.settle()
    assert [each["total"] for each in office.books.documents.values()] == [23800]
    assert [each["begunBy"] for each in (await office.get("syncs"))["items"]] == ["change", "hand"]
    patched = await office.client.patch(f"/api/books/connections/{office.connection}", json={"onChange": False})
    assert patched.json()["onChange"] is False
    office.world.host.pieces.clock.advance(timedelta(minutes=2))
    await office.change("exp_000001", "total_minor = 11900, tax_minor = 1900")
    assert await begin_changed(platform, SYNC) == 0


async def test_a_schedule_begins_one(office: Office) -> None:
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    await add_expenses(office.world.host.database, spent(1), spent(2, category="Meals"))
    asked = {"kind": "sync", "name": "Nightly", "cron": "0 2 * * *", "params": {"connection": "bkn_none"}}
    refused = await office.client.post("/api/schedules", json=asked)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "params.connection"
    asked["params"] = {"connection": office.connection}
    schedule = (await office.client.post("/api/schedules", json=asked)).raise_for_status().json()
    (await office.client.post(f"/api/schedules/{schedule['id']}/run")).raise_for_status()
    await office.world.settle()
    [sync, _] = (await office.get("syncs"))["items"]
    assert (sync["begunBy"], sync["outcomes"]) == ("schedule", {"set_aside": 1, "written": 1})


async def test_an_expense_that_waits_for_approval_is_written_once_it_is_approved(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect(onlyApproved=True)
    await office.map(*TRAVEL)
    assert (await office.sync())["outcomes"] == {"left_out": 1}
    assert (await office.item("exp_000001"))["says"] == "Not in the books: It is not approved."
    await office.change("exp_000001", "status = 'approved'")
    assert (await office.sync())["outcomes"] == {"written": 1}
    await office.change("exp_000001", "status = 'in_review', total_minor = 1, tax_minor = 0")
    await office.sync()
    assert [each["total"] for each in office.books.documents.values()] == [11900]
    assert "as it was before" in (await office.item("exp_000001"))["says"]


async def test_what_is_not_approved_is_said_and_each_item_counts_once(office: Office) -> None:
    given = [spent(number) for number in range(1, 6)]
    await add_expenses(office.world.host.database, *given)
    for each in given[:3]:
        await office.change(each.id, "status = 'approved'")
    await office.connect(onlyApproved=True)
    await office.map(*TRAVEL)

    async def status() -> dict[str, Any]:
        [found] = (await office.get("status"))["connections"]
        return found

    later = "Everything that is due is in the books; 2 expenses are not approved yet."
    assert [(each["code"], each["items"]) for each in (await status())["notDue"]] == [("not-approved", 2)]
    await office.sync()
    found = await status()
    assert (found["isEverything"], found["says"], found["written"], found["leftOut"]) == (True, later, 3, 2)
    [waits] = found["notDue"]
    assert [each["subject"] for each in waits["examples"]] == ["exp_000004", "exp_000005"]
    # What changed is lacking until it is written, and is not counted as there as well.
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    found = await status()
    assert (found["written"], [each["items"] for each in found["lacking"]], found["leftOut"]) == (2, [1], 2)
    assert found["says"] == "1 is not in the books as it should be; 2 expenses are not approved yet."


async def test_a_side_that_was_kept_is_not_said_to_be_written_again(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    [document] = office.books.documents.values()
    office.books.act("edit", {"id": document["id"], "fields": {"number": "BY-HAND"}})
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    await office.sync()
    [conflict] = (await office.get("conflicts"))["items"]
    (await office.post(f"conflicts/{conflict['id']}/decision", {"decision": "theirs"})).raise_for_status()
    # Also while the sync goes on that looks at it.
    (await office.post(f"connections/{office.connection}/syncs")).raise_for_status()
    [status] = (await office.get("status"))["connections"]
    assert status["connection"]["syncing"] is not None
    assert (status["says"], status["written"]) == ("Everything is in the books.", 1)


async def test_a_bill_without_a_number_is_called_by_its_merchant_and_id(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1, date="2026-01-31"))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    assert [each["number"] for each in office.books.documents.values()] == ["Green Garden C 000001"]


async def test_a_conflict_has_the_names_of_its_accounts(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.post(f"connections/{office.connection}/chart")
    await office.map(*TRAVEL)
    await office.sync()
    [document] = office.books.documents.values()
    office.books.act("edit", {"id": document["id"], "fields": {"number": "BY-HAND"}})
    await office.sync(compare=True)
    [conflict] = (await office.get("conflicts"))["items"]
    assert conflict["accounts"] == {"6300": "Travel"}
    assert conflict["taxCodes"].keys() == {"V19"}


async def test_what_was_taken_back_is_not_said_to_be_there(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    await office.change("exp_000001", "status = 'voided'")
    assert (await office.sync())["outcomes"] == {"credited": 1}
    office.books.act("close", {"until": "2027-12-31"})
    await office.change("exp_000001", "status = 'ready'")
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    item = await office.item("exp_000001")
    assert item["says"].startswith("Not in the books: ")
    assert (item["externalId"], item["externalNumber"], item["externalUrl"]) == (None, None, None)


async def test_an_opened_period_makes_its_items_due_again(office: Office) -> None:
    given = [spent(1, date="2026-02-01"), spent(2, date="2026-02-02")]
    await add_expenses(office.world.host.database, *given)
    await office.connect()
    await office.map(*TRAVEL)
    await office.world.host.database.batch(CLOSED_FEBRUARY)
    assert (await office.sync())["outcomes"] == {"set_aside": 2}
    assert (await office.sync())["outcomes"] == {}
    opened = "UPDATE closed_periods SET reopened_at = '2026-03-02', reopened_by = 'user:usr_first' WHERE id = 'per_1'"
    await office.world.host.database.batch([statement(opened)])
    assert (await office.item("exp_000001"))["says"] == "Not in the books yet: the next sync writes it."
    assert (await office.sync())["outcomes"] == {"written": 2}


async def test_days_that_were_opened_in_the_books_are_found_by_a_sync_by_hand(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1, date="2026-01-31"))
    await office.connect()
    await office.map(*TRAVEL)
    office.books.act("close", {"until": "2026-01-31"})
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    office.books.act("close", {"until": None})
    assert (await office.sync())["outcomes"] == {"written": 1}


async def test_what_an_employee_paid_is_owed_to_them(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2))
    await office.change("exp_000001", "paid_by = 'employee', person = 'usr_first'")
    await office.change("exp_000002", "paid_by = 'employee'")
    await office.connect()
    shown = await office.map(*TRAVEL)
    assert [(each["what"], each["word"]) for each in shown["unmapped"]] == [("person", "usr_first")]
    [name] = await office.world.rows("SELECT name FROM users WHERE id = 'usr_first'")
    assert shown["unmapped"][0]["says"] == f"The person {name['name']} has no contact."
    stranger = {"words": [*TRAVEL, {"what": "person", "word": "usr_other", "code": "Bob"}]}
    path = f"/api/books/connections/{office.connection}/mapping"
    refused = await office.client.put(path, json=stranger)
    assert refused.json()["errors"][0]["message"] == "The account has no such person."
    await office.map(*TRAVEL, {"what": "person", "word": "usr_first", "code": "Ann Lee"})
    assert (await office.sync())["outcomes"] == {"set_aside": 1, "written": 1}
    assert [each["name"] for each in office.books.contacts.values()] == ["Ann Lee"]
    assert (await office.item("exp_000002"))["code"] == "person-unknown"


async def test_money_that_came_back_is_a_credit_note(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1, total_minor=-11900, tax_minor=-1900))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    [document] = office.books.documents.values()
    assert (document["kind"], document["total"], document["lines"][0]["net"]) == ("credit_note", 11900, 10000)
    # It turns out to be a purchase: the books void a credit themselves.
    await office.change("exp_000001", "total_minor = 11900, tax_minor = 1900")
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    assert (await office.item("exp_000001"))["code"] == "is-a-credit"


async def test_clients_and_projects_come_from_the_crm() -> None:
    world, there = await open_crm(Faults(), Order(deals=4))
    async with api_client(world.host.platform) as client:
        begun = await client.post("/api/books/connections/bkn_crm/syncs", json={})
        await world.settle()
        sync = (await client.get(f"/api/books/syncs/{begun.json()['id']}")).json()
        assert (sync["state"], sync["outcomes"]) == ("completed", {"deal_won": 2, "new": 5})
        projects = (await client.get("/api/projects")).json()["items"]
        assert sorted((each["name"], each["client"], each["amount"]) for each in projects) == [
            ("Deal 0", "Client 0", "1500.50"),
            ("Deal 3", "Client 1", "1500.50"),
        ]
        clients = sorted((await client.get("/api/clients")).json()["items"], key=lambda each: each["name"])
        assert [(each["name"], each["mail"], each["openProjects"]) for each in clients] == [
            ("Client 0", "ann@example.com", 1),
            ("Client 1", "ann@example.com", 1),
        ]
        [lost] = [id_ for id_, each in there.records.items() if each["properties"].get("dealname") == "Deal 0"]
        there.change(lost, {"dealstage": "closedlost"})
        world.host.pieces.clock.advance(timedelta(minutes=5))
        await client.post("/api/books/connections/bkn_crm/syncs", json={})
        await world.settle()
        still = (await client.get("/api/projects", params={"open": "true"})).json()["items"]
        assert [each["name"] for each in still] == ["Deal 3"]
        [of_client] = (await client.get("/api/projects", params={"client": clients[0]["id"]})).json()["items"]
        assert of_client["closedAt"] is not None
    facts = await world.rows("SELECT fact, external_id FROM crm_facts ORDER BY rowid")
    assert [each["fact"] for each in facts] == ["deal_won", "deal_won", "deal_lost"]
    async with api_client(world.host.platform, OTHER_TOKEN) as other:
        for path in ("clients", "projects"):
            assert (await other.get(f"/api/{path}")).json()["items"] == []


async def test_a_claim_against_a_customer_is_an_invoice_and_its_credit_notes_credit_it() -> None:
    async def nudge(platform: Platform) -> None:
        await notify_changes(platform)

    world = await open_world(Faults(), Deployed(SYNC, beside=[CLAIM, MAIL], more_ticks=[nudge]))
    world.aims_at = SYNC.contract.kind
    books = SignedCounterpart([], now=world.host.pieces.clock.now)
    world.host.platform = replace(world.host.platform, exchange=Line(world.faults, books))
    await add_expenses(world.host.database, spent(1), spent(2), spent(3))
    await add_client(world.host.database, "cli_acme", "ACME")
    billed = "UPDATE expenses SET status = 'approved', billable = 1, client_id = 'cli_acme', client = 'ACME'"
    await world.host.database.batch([statement(billed)])
    params = ClaimParams.model_validate({"currency": "EUR", "payer_kind": "customer", "client_id": "cli_acme"})
    actor, platform = Actor("acc_first", "user:usr_first"), world.host.platform
    claim = (await begin_claim(platform, CLAIM, actor, params, "one")).run_id
    await world.settle()
    async with api_client(platform) as client:
        office = Office(client, world, books)
        await office.connect()
        shown = await office.map(*TRAVEL)
        assert {(each["what"], each["word"]) for each in shown["unmapped"]} == {
            ("income", "Travel"),
            ("output_tax", "none"),
        }
        income = {"what": "income", "word": "*", "code": "8400"}
        await office.map(*TRAVEL, income, {"what": "output_tax", "word": "none", "code": ""})
        assert (await office.sync())["outcomes"] == {"written": 4}
        [invoice] = [each for each in books.documents.values() if each["kind"] == "invoice"]
        assert (invoice["total"], invoice["number"], invoice["reference"]) == (35700, "2026-0001", claim)
        assert {each["account"] for each in invoice["lines"]} == {"8400"}
        assert "In the books as 2026-0001" in (await office.item(claim))["says"]

        await credit_expenses(platform, actor, claim, [Given(1).id], "private", "note 1")
        await world.settle()
        assert (await office.sync())["outcomes"]["written"] == 1
        [credit] = [each for each in books.documents.values() if each["kind"] == "invoice_credit"]
        assert (credit["total"], credit["number"]) == (11900, "CN-2026-0001")
        assert (await office.get("status"))["isEverything"]

        await withdraw_claim(platform, actor, claim, "a mistake")
        await world.settle()
        assert (await office.sync())["outcomes"] == {"credited": 1}
        taken_back = [each["total"] for each in books.documents.values() if each["kind"] == "invoice_credit"]
        assert sum(taken_back) == 35700, "more or less was taken back than was charged"
        assert (await office.get("status"))["isEverything"]


async def test_a_sync_that_compares_finds_what_was_changed_by_hand(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2), spent(3))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    by_subject = {each["reference"]: each["id"] for each in office.books.documents.values()}
    office.books.act("edit", {"id": by_subject["exp_000001"], "fields": {"number": "BY-HAND"}})
    office.books.act("void", {"id": by_subject["exp_000002"]})
    assert (await office.sync())["outcomes"] == {}, "nothing of ours changed"
    before = dict(office.books.asked)
    assert (await office.sync(compare=True))["outcomes"] == {"conflict": 2, "unchanged": 1}
    assert not await office.world.rows("SELECT * FROM run_waits"), "it waited a minute, although few requests were made"
    assert office.books.asked["document.write"] - before["document.write"] <= 2
    conflicts = {each["subject"]: each for each in (await office.get("conflicts"))["items"]}
    assert conflicts["exp_000001"]["differences"] == [
        {"field": "number", "ours": conflicts["exp_000001"]["ours"]["number"], "theirs": "BY-HAND"}
    ]
    assert conflicts["exp_000002"]["isVoidThere"]
    for subject, decision in (("exp_000001", "theirs"), ("exp_000002", "ours")):
        await office.post(f"conflicts/{conflicts[subject]['id']}/decision", {"decision": decision})
    await office.sync()
    assert (await office.sync(compare=True))["outcomes"] == {"unchanged": 3}
    assert (await office.get("status"))["isEverything"]
    # What was accepted is not asked about again, and what was void is there anew.
    assert {each["reference"] for each in office.books.documents.values()} == {
        *("exp_000001", "exp_000002", "exp_000002-2", "exp_000003"),
    }


async def test_an_address_that_does_not_answer_is_not_connected(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_request: HttpRequest) -> HttpReply:
        raise HttpFailed(words_of_failure("Error", "internal error; reference = k5k8"))

    monkeypatch.setattr(office.world.host.platform.exchange, "send", silent)
    asked = {"name": "Own", "provider": "signed", "firstDay": "2026-01-01", "url": URL}
    refused = await office.post("connections", asked)
    assert refused.status_code == 422, refused.text
    [error] = refused.json()["errors"]
    assert error["field"] == "url"
    assert error["message"] == (
        "The address does not answer, so nothing was connected: no connection could be made. "
        "It may not answer by HTTPS, or its certificate may not be valid."
    )
    assert (await office.get("connections"))["items"] == []
