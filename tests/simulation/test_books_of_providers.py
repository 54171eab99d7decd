"""The books of each provider by the API: a person says yes there, and a month comes into the books
once.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, LiteralString
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from local.books.counterpart import Answered, Call, Counterpart, Fault
from local.books.quickbooks import QuickBooksCounterpart
from local.books.xero import XeroCounterpart
from tests.simulation.opening import open_world
from tests.simulation.syncing import reply, until_quiet
from tests.support.drawing import smallest_jpeg
from tests.support.dying import Dying, Killed
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tillroll.books.settings import App, BooksSettings
from tillroll.books.syncs.workflow import SYNC
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.bindings.http import HttpReply, HttpRequest
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

URL = "https://provider.example.com"
ACCOUNTS = {"xero": ("493", "INPUT2"), "quickbooks": ("7", "5")}


class Wire:
    """`Exchange` to one provider. `statuses` counts its answers, and `most_at_once` requests that
    were under way.
    """

    def __init__(self, there: Counterpart) -> None:
        self._there = there
        self.statuses = Counter[int]()
        self.under_way = self.most_at_once = 0

    async def send(self, request: HttpRequest) -> HttpReply:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await asyncio.sleep(0)  # others begin meanwhile
            replied = self._replied(request)
        finally:
            self.under_way -= 1
        self.statuses[replied.status] += 1
        return replied

    def _replied(self, request: HttpRequest) -> HttpReply:
        parts = urlsplit(request.url)
        headers = {name.lower(): value for name, value in request.headers.items()}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        call = Call(request.method, parts.path, query, headers, request.body or b"", self.under_way)
        return reply(self._there.answer(call))


@dataclass
class Office:
    client: httpx.AsyncClient
    world: World
    there: Any
    provider: str
    wire: Wire
    connection: str = ""

    async def get(self, path: str) -> Any:
        return (await self.client.get(f"/api/books/{path}")).raise_for_status().json()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return (
            (await self.client.post(f"/api/books/{path}", json=body or {}))
            .raise_for_status()
            .json()
        )

    async def say_yes(self, url: str) -> dict[str, Any]:
        """What a person's browser does at the provider, and the page then."""
        parts = urlsplit(url)
        answered: Answered = self.there.answer(
            Call("GET", parts.path, dict(parse_qsl(parts.query)))
        )
        back = urlsplit(answered.headers["location"])
        assert back.path == "/books/authorized"
        said: dict[str, Any] = {name: values[0] for name, values in parse_qs(back.query).items()}
        return await self.post("authorizations", said)

    async def connect(self) -> None:
        asked = {"name": "Our books", "provider": self.provider, "firstDay": "2026-01-01"}
        made = await self.post("connections", asked)
        self.connection = made["id"]
        assert made["status"] == "asked"
        assert (await self.say_yes(made["authorizeUrl"]))["status"] == "connected"
        chart = await self.post(f"connections/{self.connection}/chart")
        account, tax = ACCOUNTS[self.provider]
        assert account in {each["code"] for each in chart["accounts"]}
        words = [
            {"what": "category", "word": "*", "code": account},
            {"what": "tax", "word": "*", "code": tax},
        ]
        path = f"/api/books/connections/{self.connection}/mapping"
        (await self.client.put(path, json={"words": words})).raise_for_status()

    async def sync(self) -> dict[str, Any]:
        begun = await self.post(f"connections/{self.connection}/syncs")
        await self.world.settle()
        for _ in range(60):
            await self.world.let_pass(timedelta(minutes=1))
            if (await self.get(f"syncs/{begun['id']}"))["state"] != "running":
                break
        await until_quiet(self.world)
        return await self.get(f"syncs/{begun['id']}")

    async def change(self, subject: str, assignments: LiteralString) -> None:
        sql = f"UPDATE expenses SET {assignments} WHERE id = ?"
        await self.world.host.database.batch([statement(sql, [subject])])

    @property
    def bills(self) -> list[int]:
        """Totals in minor units."""
        if self.provider == "xero":
            found = [each["Total"] for each in self.there.invoices.values()]
        else:
            found = [each["TotalAmt"] for each in self.there.rows["Bill"].values()]
        return sorted(round(float(each) * 100) for each in found)

    @property
    def files(self) -> int:
        return len(
            self.there.attachments if self.provider == "xero" else self.there.rows["Attachable"]
        )


@pytest.fixture(params=["xero", "quickbooks"])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    world = await open_world(Faults(), Deployed(SYNC))
    world.aims_at = SYNC.contract.kind
    make = {"xero": XeroCounterpart, "quickbooks": QuickBooksCounterpart}[request.param]
    there = make("client", "secret", world.host.pieces.clock.now)
    app = {request.param: App("client", "secret", URL)}
    settings = world.host.platform.settings.changed(BooksSettings(**app))
    wire = Wire(there)
    world.host.platform = replace(world.host.platform, exchange=wire, settings=settings)
    async with api_client(world.host.platform) as client:
        yield Office(client, world, there, request.param, wire)


async def test_a_month_comes_into_the_books(office: Office) -> None:
    given = [
        Given(number, total_minor=11900 + number, tax_minor=1900, merchant=f"Shop {number % 4}")
        for number in range(1, 31)
    ]
    await add_expenses(office.world.host.database, *given)
    for row in await office.world.rows("SELECT object_key FROM receipts"):
        office.world.host.pieces.objects.content[text(row, "object_key")] = smallest_jpeg(b"a")
    await office.connect()
    sync = await office.sync()
    assert (sync["state"], sync["outcomes"]) == ("completed", {"written": 30}), await office.get(
        "status"
    )
    assert office.bills == [each.total_minor for each in given]
    assert office.files == 30
    assert (await office.get("status"))["isEverything"]
    [item] = (await office.get("subjects/exp_000001"))["items"]
    name = {"xero": "Xero", "quickbooks": "QuickBooks"}[office.provider]
    assert item["says"].startswith(f"In {name} as ")

    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    await office.change("exp_000002", "status = 'voided'")
    assert (await office.sync())["outcomes"] == {"credited": 1, "written": 1}
    assert (await office.get("status"))["isEverything"]
    assert 23800 in office.bills, office.bills


async def test_a_merchant_has_a_contact_in_each_currency_where_contacts_have_one(
    office: Office,
) -> None:
    """QuickBooks sets a vendor's currency when it makes it, and takes bills in no other."""
    given = [
        Given(number, total_minor=11900 + number, tax_minor=1900, merchant="Shop", currency=each)
        for number, each in enumerate(("CAD", "USD", "EUR", "USD"), start=1)
    ]
    await add_expenses(office.world.host.database, *given)
    await office.connect()
    asked = await office.get(f"connections/{office.connection}/dry-run")
    assert {each["act"] for each in asked["items"]} == {"create"}
    sync = await office.sync()
    assert sync["outcomes"] == {"written": 4}, await office.get("status")
    assert (await office.get("status"))["isEverything"]
    rows = await office.world.rows("SELECT currency FROM books_contacts ORDER BY currency")
    currencies = [text(row, "currency") for row in rows]
    assert currencies == {"xero": [""], "quickbooks": ["CAD", "EUR", "USD"]}[office.provider]
    assert (await office.sync())["outcomes"] in ({}, {"unchanged": 4})


async def test_tax_without_a_code_is_found_before_it_is_sent(office: Office) -> None:
    await add_expenses(office.world.host.database, Given(1, total_minor=11300, tax_minor=1300))
    await office.connect()
    path = f"/api/books/connections/{office.connection}/mapping"
    shown = await office.get(f"connections/{office.connection}/mapping")
    assert shown["needsTaxCodes"]
    words = [each for each in shown["words"] if each["what"] != "tax"]
    none = {"what": "tax", "word": "13", "code": ""}
    refused = await office.client.put(path, json={"words": [*words, none]})
    assert (
        refused.json()["errors"][0]["message"]
        == "These books take no tax without a tax code: choose one."
    )
    await office.client.put(path, json={"words": [*words, {**none, "word": "*"}]})
    [item] = (await office.get(f"connections/{office.connection}/dry-run"))["items"]
    assert item["act"] == "set_aside", item
    assert "has no code" in item["reason"]
    shown = await office.get(f"connections/{office.connection}/mapping")
    assert [each["what"] for each in shown["unmapped"]] == ["tax"]


async def test_a_dry_run_has_names_for_what_its_lines_name_by_codes(office: Office) -> None:
    await add_expenses(office.world.host.database, Given(1, total_minor=11300, tax_minor=1300))
    await office.connect()
    [item] = (await office.get(f"connections/{office.connection}/dry-run"))["items"]
    names = {
        "xero": ("493 Travel - National", "20% (VAT on Expenses)"),
        "quickbooks": ("6300 Travel", "HST ON"),
    }
    account, tax = ACCOUNTS[office.provider]
    said = item["accounts"][account], item["taxCodes"][tax]
    assert said == names[office.provider]


async def test_answers_are_lost_and_nothing_is_doubled(office: Office) -> None:
    given = [
        Given(number, total_minor=11900, tax_minor=1900, merchant="Shop") for number in range(1, 21)
    ]
    await add_expenses(office.world.host.database, *given)
    for row in await office.world.rows("SELECT object_key FROM receipts"):
        office.world.host.pieces.objects.content[text(row, "object_key")] = smallest_jpeg(b"a")
    await office.connect()
    office.there.disturbances.rates = {
        "lost_after": 0.1,
        "lost_before": 0.05,
        "forgets": 0.1,
        "throttled": 0.05,
    }
    for _ in range(4):
        await office.sync()
    assert (await office.get("status"))["isEverything"], json.dumps(
        await office.get("status"), indent=1
    )
    assert office.bills == [11900] * 20
    assert office.files == 20


async def test_a_credit_note_whose_answer_was_lost_is_no_conflict(office: Office) -> None:
    """QuickBooks keeps no due day of it, so it reads back otherwise than it was sent."""
    await add_expenses(
        office.world.host.database, Given(1, total_minor=-11900, tax_minor=-1900, merchant="Shop")
    )
    await office.change("exp_000001", "due_date = '2026-06-01'")
    await office.connect()
    path = {"xero": "/CreditNotes", "quickbooks": "/vendorcredit"}[office.provider]
    office.there.disturbances.orders.append(Fault("lost_after", path))
    assert (await office.sync())["outcomes"] == {"written": 1}, await office.get("conflicts")
    assert office.there.disturbances.happened["lost_after"] == 1
    assert (await office.get("status"))["isEverything"]


async def test_a_withdrawn_grant_calls_a_person_who_connects_again(office: Office) -> None:
    await add_expenses(office.world.host.database, Given(1, total_minor=11900, tax_minor=1900))
    await office.connect()
    office.there.act("revoke", {})
    office.world.host.pieces.clock.advance(timedelta(hours=2))
    assert (await office.sync())["state"] == "disconnected"
    assert (await office.get(f"connections/{office.connection}"))["status"] == "disconnected"
    again = await office.post(f"connections/{office.connection}/authorization")
    assert (await office.say_yes(again["authorizeUrl"]))["status"] == "connected"
    assert (await office.sync())["outcomes"] == {"written": 1}


@pytest.mark.parametrize("is_withdrawn", [True, False])
async def test_a_permission_that_may_stand_is_told_of(office: Office, is_withdrawn: bool) -> None:
    """Only a person can end it then, at the provider."""
    await office.connect()
    if not is_withdrawn:
        office.there.disturbances.orders.append(Fault("lost_before", "revo"))
    ended = await office.client.delete(f"/api/books/connections/{office.connection}")
    assert ended.status_code == 204
    assert (await office.get(f"connections/{office.connection}"))["status"] == "ended"
    notices = (await office.client.get("/api/notices")).raise_for_status().json()["items"]
    abouts = [each["about"] for each in notices if each["topic"] == "books.not_withdrawn"]
    name = {"xero": "Xero", "quickbooks": "QuickBooks"}[office.provider]
    assert abouts == ([] if is_withdrawn else [f"Our books, in {name}"])


async def test_an_address_that_is_answered_leads_back_wherever_the_request_died(
    office: Office,
) -> None:
    """A state is drawn and kept as its hash: who resumes cannot say the address any more."""
    await office.connect()
    platform = office.world.host.platform
    path = f"/api/books/connections/{office.connection}/authorization"
    answered: list[bool] = []
    for at in range(40):
        key = {"idempotency-key": f"k{at}"}
        dying = Dying(platform.database, at)
        with suppress(Killed):
            async with api_client(replace(platform, database=dying)) as client:
                await client.post(path, headers=key)
        if not dying.has_died:
            break
        office.world.host.pieces.clock.advance(timedelta(seconds=61))
        again = await office.client.post(path, headers=key)
        assert again.is_success, again.text
        url = again.json()["authorizeUrl"]
        answered.append(url is not None)
        if url is not None:
            assert (await office.say_yes(url))["status"] == "connected", f"died at point {at}"
        last = await office.client.post(path, headers=key)
        assert last.json() == {**again.json(), "authorizeUrl": None}
    assert set(answered) == {True, False}


async def test_limits_are_kept_without_being_told(office: Office) -> None:
    """60 requests a minute and 5 at once at Xero, 500 and 10 at QuickBooks: nothing is refused for
    a limit.
    """
    number = {"xero": 150, "quickbooks": 600}[office.provider]
    given = [
        Given(each, total_minor=11900, tax_minor=1900, merchant=f"Shop {each % 40}")
        for each in range(number)
    ]
    await add_expenses(office.world.host.database, *given)
    await office.connect()
    office.wire.statuses.clear()
    begun = office.world.host.pieces.clock.now()
    assert (await office.sync())["outcomes"] == {"written": number}
    assert set(office.wire.statuses) == {200}, office.wire.statuses
    assert 1 < office.wire.most_at_once <= {"xero": 5, "quickbooks": 10}[office.provider]
    minutes = (office.world.host.pieces.clock.now() - begun) / timedelta(minutes=1)
    assert (
        minutes >= office.wire.statuses[200] / {"xero": 60, "quickbooks": 500}[office.provider] - 1
    )


async def test_days_that_are_closed_there_are_refused_by_name(office: Office) -> None:
    await add_expenses(
        office.world.host.database, Given(1, total_minor=11900, tax_minor=1900, date="2026-02-14")
    )
    await office.connect()
    closes = {
        "xero": ("lock", {"period": "2026-02-28"}),
        "quickbooks": ("close", {"until": "2026-02-28"}),
    }
    opens = {"xero": ("lock", {"period": None}), "quickbooks": ("close", {"until": None})}
    office.there.act(*closes[office.provider])
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    [item] = (await office.get("subjects/exp_000001"))["items"]
    assert (item["code"], "2026-02-28" in item["reason"]) == ("closed-there", True), item
    office.there.act(*opens[office.provider])
    assert (
        await office.post(f"connections/{office.connection}/retries", {"code": "closed-there"})
    )["items"] == 1
    assert (await office.sync())["outcomes"] == {"written": 1}


async def test_both_sides_of_a_change_by_hand_are_shown_and_a_person_decides(
    office: Office,
) -> None:
    await add_expenses(office.world.host.database, Given(1, total_minor=11900, tax_minor=1900))
    await office.connect()
    await office.sync()
    [item] = (await office.get("subjects/exp_000001"))["items"]
    due = {"xero": "/Date(1798675200000+0000)/", "quickbooks": "2026-12-31"}[office.provider]
    where = {"id": item["externalId"], **({} if office.provider == "xero" else {"entity": "Bill"})}
    office.there.act("edit", {**where, "fields": {"DueDate": due}})
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    assert (await office.sync())["outcomes"] == {"conflict": 1}
    [conflict] = (await office.get("conflicts"))["items"]
    apart = {each["field"]: each for each in conflict["differences"]}
    assert apart["due"]["theirs"] == "2026-12-31"
    assert office.bills == [11900], "it was written over"
    await office.post(f"conflicts/{conflict['id']}/decision", {"decision": "ours"})
    assert (await office.sync())["outcomes"] == {"written": 1}
    assert office.bills == [23800]
