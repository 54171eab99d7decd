"""The books by the API, over runs of a simulated world: connect, map, look, and sync."""

from datetime import timedelta
from typing import Any

import pytest

from tests.simulation.office import TRAVEL, Office, spent
from tests.simulation.pulling import Order, open_crm
from tests.simulation.syncing import URL
from tests.support.expenses import add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tillroll.books.connections.names import note_contact
from tillroll.books.syncs.drafts import ContactKey
from tillroll.books.syncs.starting import begin_changed
from tillroll.books.syncs.workflow import SYNC
from tillroll_durable.platform.bindings.http import (
    HttpFailed,
    HttpReply,
    HttpRequest,
    words_of_failure,
)
from tillroll_testing.simulation.faults import Faults


async def test_a_month_comes_into_the_books(office: Office) -> None:
    await add_expenses(
        office.world.host.database,
        spent(1),
        spent(2, category="Meals"),
        spent(3, date="2025-12-31"),
    )
    made = await office.connect()
    assert made["status"] == "connected"
    assert made["secret"].startswith("whsec_")
    chart = (await office.post(f"connections/{office.connection}/chart")).raise_for_status().json()
    assert [each["code"] for each in chart["accounts"]] == ["6300", "6400", "6800", "8400"]
    assert chart["company"] == "Example GmbH"

    shown = await office.map(*TRAVEL)
    assert [(each["what"], each["word"], each["items"]) for each in shown["unmapped"]] == [
        ("category", "Meals", 1)
    ]
    refused = await office.post(f"connections/{office.connection}/syncs")
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:tillroll:problem:books-unmapped"
    assert refused.json()["unmapped"][0]["says"] == "The category 'Meals' has no account."
    assert not office.books.documents, "something was written although it was refused"

    [one, two] = (await office.get(f"connections/{office.connection}/dry-run"))["items"]
    assert (one["act"], one["document"]["total"], one["document"]["lines"][0]["account"]) == (
        "create",
        11900,
        "6300",
    )
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
    assert (lacking["code"], lacking["items"], lacking["examples"][0]["subject"]) == (
        "unmapped",
        1,
        "exp_000002",
    )

    await office.map(*TRAVEL, {"what": "category", "word": "Meals", "code": "6400"})
    sync = await office.sync()
    assert sync["outcomes"] == {"written": 1}
    assert (await office.get("status"))["isEverything"]
    assert sorted(each["lines"][0]["account"] for each in office.books.documents.values()) == [
        "6300",
        "6400",
    ]
    assert (await office.sync())["outcomes"] == {}


async def test_of_many_contacts_only_those_of_a_page_are_loaded(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2, merchant="Copy Shop"))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    others = [
        note_contact(
            office.connection,
            ContactKey("supplier", f"shop {each}", ""),
            name=f"Shop {each}",
            external_id=f"other_{each}",
        )
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
    assert (await office.post(f"connections/{office.connection}/syncs")).json()["type"].rpartition(
        "/"
    )[2].rpartition(":")[2] == "books-disconnected"
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
        for method, path in (
            ("DELETE", ""),
            ("POST", "/syncs"),
            ("POST", "/chart"),
            ("POST", "/retries"),
        ):
            asked = await other.request(
                method, f"/api/books/connections/{office.connection}{path}", json={"code": "a"}
            )
            assert asked.status_code in {404, 422}, (method, path)


async def test_a_person_begins_the_first_sync(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    assert (await office.connect())["firstSyncAt"] is None
    platform = office.world.host.platform
    await office.map(*TRAVEL)
    assert await begin_changed(platform, SYNC) == 0, "nobody has begun the first sync"
    asked = {
        "kind": "sync",
        "name": "Nightly",
        "cron": "0 2 * * *",
        "params": {"connection": office.connection},
    }
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
    assert [each["begunBy"] for each in (await office.get("syncs"))["items"]] == [
        "schedule",
        "hand",
    ]


async def test_what_the_next_sync_will_not_write_is_said_with_why(office: Office) -> None:
    given = [spent(1), *(spent(number, category="Meals") for number in range(2, 8)), spent(8)]
    await add_expenses(office.world.host.database, *given)
    for each in given[:7]:
        await office.change(each.id, "status = 'approved'")
    await office.connect(onlyApproved=True)
    await office.map(*TRAVEL)

    async def lacking() -> dict[tuple[str, str | None], tuple[int, str]]:
        [status] = (await office.get("status"))["connections"]
        return {
            (each["state"], each["code"]): (each["items"], each["says"])
            for each in status["lacking"]
        }

    maps = "A category, a tax rate or a person has no place in the books: map it."
    first = "They are written once you begin the first sync."
    assert await lacking() == {("new", "unmapped"): (6, maps), ("new", None): (1, first)}
    [status] = (await office.get("status"))["connections"]
    assert (len(status["lacking"][0]["examples"]), status["leftOut"]) == (5, 1)
    assert (await office.item("exp_000001"))["says"] == (
        "Not in the books yet: it is written once you begin the first sync."
    )
    assert (await office.item("exp_000002"))[
        "says"
    ] == "Not in the books: The category 'Meals' has no account."
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
    assert (await office.item("exp_000008"))[
        "says"
    ] == "Not in the books yet: the next sync writes it."
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
    await add_expenses(
        office.world.host.database, spent(1), spent(2, total_minor=12300, tax_minor=2300)
    )
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
    patched = await office.client.patch(
        f"/api/books/connections/{office.connection}", json={"onChange": False}
    )
    assert patched.json()["onChange"] is False
    office.world.host.pieces.clock.advance(timedelta(minutes=2))
    await office.change("exp_000001", "total_minor = 11900, tax_minor = 1900")
    assert await begin_changed(platform, SYNC) == 0


async def test_a_schedule_begins_one(office: Office) -> None:
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    await add_expenses(office.world.host.database, spent(1), spent(2, category="Meals"))
    asked = {
        "kind": "sync",
        "name": "Nightly",
        "cron": "0 2 * * *",
        "params": {"connection": "bkn_none"},
    }
    refused = await office.client.post("/api/schedules", json=asked)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "params.connection"
    asked["params"] = {"connection": office.connection}
    schedule = (await office.client.post("/api/schedules", json=asked)).raise_for_status().json()
    (await office.client.post(f"/api/schedules/{schedule['id']}/run")).raise_for_status()
    await office.world.settle()
    [sync, _] = (await office.get("syncs"))["items"]
    assert (sync["begunBy"], sync["outcomes"]) == ("schedule", {"set_aside": 1, "written": 1})


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
        clients = sorted(
            (await client.get("/api/clients")).json()["items"], key=lambda each: each["name"]
        )
        assert [(each["name"], each["mail"], each["openProjects"]) for each in clients] == [
            ("Client 0", "ann@example.com", 1),
            ("Client 1", "ann@example.com", 1),
        ]
        [lost] = [
            id_
            for id_, each in there.records.items()
            if each["properties"].get("dealname") == "Deal 0"
        ]
        there.change(lost, {"dealstage": "closedlost"})
        world.host.pieces.clock.advance(timedelta(minutes=5))
        await client.post("/api/books/connections/bkn_crm/syncs", json={})
        await world.settle()
        still = (await client.get("/api/projects", params={"open": "true"})).json()["items"]
        assert [each["name"] for each in still] == ["Deal 3"]
        [of_client] = (
            await client.get("/api/projects", params={"client": clients[0]["id"]})
        ).json()["items"]
        assert of_client["closedAt"] is not None
    facts = await world.rows("SELECT fact, external_id FROM crm_facts ORDER BY rowid")
    assert [each["fact"] for each in facts] == ["deal_won", "deal_won", "deal_lost"]
    async with api_client(world.host.platform, OTHER_TOKEN) as other:
        for path in ("clients", "projects"):
            assert (await other.get(f"/api/{path}")).json()["items"] == []


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
