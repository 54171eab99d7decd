"""Months of the bank as files of an export: what they hold, who gets them, and that they stay as
they were.
"""

import csv
import hashlib
import io
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tests.support.bank_month import Line
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN
from tests.support.roles import roles_given
from tests.unit.bank.deciding import Bank, accept, opened
from tests.unit.exports.exporting import content_of, exported
from tests.unit.exports.test_separators import computed
from tests.unit.tillroll_documents.bank_files.reading import from_csv
from tillroll.api.problems import Problem
from tillroll.bank import month_tables
from tillroll.exports.native import show_file, show_shared
from tillroll.exports.workflow import EXPORT
from tillroll_durable.platform.json import JsonObject

_CAFE = Line(
    amount=-1290, booked_on=date(2026, 3, 6), name="GREEN GARDEN CAFE", text="Kartenzahlung"
)
_TAXI = Line(amount=-890, booked_on=date(2026, 3, 30), name="Taxi Berlin", text="Fahrt")
_RENT = Line(amount=-50_000, booked_on=date(2026, 3, 2), name="Hausverwaltung", text="Miete")
_MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
async def bank() -> AsyncIterator[Bank]:
    async for each in opened(Given(1), beside=(EXPORT,)):
        await each.booked(_CAFE, _TAXI, _RENT)
        yield each


async def explain(bank: Bank, reason: str) -> None:
    rent = await bank.entry(-50_000)
    await bank.client.put(f"/api/bank/entries/{rent['id']}/explanation", json={"reason": reason})


async def months_of(bank: Bank, **asked: Any) -> list[str | None]:
    return [each["month"] for each in (await exported(bank.world, bank.client, **asked))["files"]]


async def test_a_month_has_a_document_a_reason_or_a_person(bank: Bank) -> None:
    await accept(bank, await bank.entry(-1290))
    await explain(bank, "standing order")
    taxi = f"/api/bank/entries/{(await bank.entry(-890))['id']}/owed-by"
    await bank.client.put(taxi, json={"person": "usr_first"})
    export = await exported(bank.world, bank.client, format="csv", filter=_MARCH)
    expenses, march = export["files"]
    assert (expenses["month"], march["month"], march["fileName"]) == (
        None,
        "2026-03",
        "bank-2026-03.csv",
    )
    assert (march["number"], march["count"], export["size"]) == (2, 3, expenses["size"])
    content = await content_of(bank.world, export, 2)
    address = "/api/bank/months/2026-03/entries.csv"
    table = await bank.client.get(address, params={"language": "en"})
    assert content.decode() == table.content.decode()
    assert march["sha256"] == hashlib.sha256(content).hexdigest()
    lines = [*csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    assert [line["Standing"] for line in lines] == [
        "explained without a document",
        "with a document",
        "asked of a person",
    ]
    assert all(line["Remark"] for line in lines)


async def test_a_month_is_in_the_language_of_the_company(bank: Bank) -> None:
    """An adviser in Germany opens it in a spreadsheet there: no codes, and a comma in amounts."""
    await bank.client.patch("/api/company", json={"country": "DE"})
    await accept(bank, await bank.entry(-1290))
    taxi = await bank.entry(-890)
    pair = {"entryId": taxi["id"], "documentKind": "fee", "documentId": "fee:EUR"}
    await bank.post("/api/bank/matches", {"pairs": [pair]}, 201)
    export = await exported(bank.world, bank.client, format="csv", filter=_MARCH)
    content = (await content_of(bank.world, export, 2)).decode("utf-8-sig")
    lines = [*csv.DictReader(io.StringIO(content, newline=""), delimiter=";")]
    shown = [(line["Tag"], line["Betrag"], line["Stand"], line["Bemerkung"]) for line in lines]
    assert shown == [
        ("02.03.2026", "-500,00", "noch offen", ""),
        ("06.03.2026", "-12,90", "mit Beleg", "Green Garden Cafe, 05.03.2026"),
        ("30.03.2026", "-8,90", "ohne Beleg erklärt", "Bankgebühren"),
    ]


async def test_an_invoice_less_a_fee_is_with_a_document(bank: Bank) -> None:
    await bank.client.patch("/api/company", json={"country": "DE"})
    cafe = await bank.entry(-1290)
    pair = cafe["matches"][0]["pairs"][0]
    rest = {"entryId": cafe["id"], "documentKind": "fee", "documentId": "fee:EUR"}
    own = {name: pair[name] for name in ("entryId", "documentKind", "documentId")}
    await bank.post(
        "/api/bank/matches",
        {"pairs": [{**own, "amount": -1200}, {**rest, "amount": -90}]},
        201,
    )
    export = await exported(bank.world, bank.client, format="csv", filter=_MARCH)
    content = (await content_of(bank.world, export, 2)).decode("utf-8-sig")
    lines = [*csv.DictReader(io.StringIO(content, newline=""), delimiter=";")]
    [stands] = [line["Stand"] for line in lines if line["Betrag"] == "-12,90"]
    assert stands == "mit Beleg"


async def test_a_month_as_it_was_handed_on_is_not_new(bank: Bank) -> None:
    asked = {"format": "csv", "onlyNew": True, "filter": _MARCH}
    await exported(bank.world, bank.client, **asked)
    counted = (await bank.client.post("/api/exports/count", json=asked)).json()
    assert (counted["count"], counted["isEmpty"]) == (0, True)
    await explain(bank, "standing order")
    counted = (await bank.client.post("/api/exports/count", json=asked)).json()
    assert counted["isEmpty"] is False, "the month has another standing"


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (_MARCH, [None, "2026-03"]),
        ({"from": "2026-02-15", "to": "2026-04-10"}, [None, "2026-03"]),
        ({**_MARCH, "currency": "EUR"}, [None, "2026-03"]),
        ({"from": "2026-03-02", "to": "2026-03-31"}, [None]),
        ({"from": "2026-03-01", "to": "2026-03-30"}, [None]),
        ({"from": "2026-02-01", "to": "2026-02-28"}, [None]),
        ({"from": "2026-03-01"}, [None]),
        ({**_MARCH, "category": "Meals"}, [None]),
        ({**_MARCH, "person": "usr_first"}, [None]),
        ({}, [None]),
    ],
)
async def test_whole_months_are_in_it(
    bank: Bank, chosen: JsonObject, expected: list[str | None]
) -> None:
    assert await months_of(bank, filter=chosen) == expected


async def test_files_of_months_stand_behind_the_others(bank: Bank) -> None:
    assert await months_of(bank, format="zip", filter=_MARCH) == [None, "2026-03"]


async def test_of_many_months_the_newest_are_in_it(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bank.booked(
        Line(amount=-100, booked_on=date(2026, 4, 2), name="Kiosk", text="Zeitung"), number=4
    )
    year = {"from": "2026-01-01", "to": "2026-12-31"}
    assert await months_of(bank, filter=year) == [None, "2026-03", "2026-04"]
    monkeypatch.setattr(month_tables, "_MOST_MONTHS", 1)
    assert await months_of(bank, filter=year) == [None, "2026-04"]


async def test_a_month_that_is_too_long_is_remarked(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(month_tables, "MOST_LINES", 2)
    [file] = (await exported(bank.world, bank.client, filter=_MARCH))["files"]
    assert file["remarks"] == [
        "bank-2026-03.csv is left out: the month has too many lines for a file."
    ]


async def test_a_month_stays_as_it_was_written(bank: Bank) -> None:
    before = await exported(bank.world, bank.client, filter=_MARCH)
    content = await content_of(bank.world, before, 2)
    await explain(bank, "standing order")
    after = await exported(bank.world, bank.client, filter=_MARCH)
    assert (
        await content_of(bank.world, before, 2) == content != await content_of(bank.world, after, 2)
    )


async def test_a_closed_month_is_repeated_as_it_was_closed(bank: Bank) -> None:
    bank.world.host.pieces.clock.advance(timedelta(days=60))
    await bank.post("/api/closed-periods", {"from": "2026-02-10", "to": "2026-03-31"}, 202)
    await bank.world.settle()
    before = await exported(bank.world, bank.client, format="csv", filter=_MARCH)
    await explain(bank, "standing order")
    after = await exported(bank.world, bank.client, format="xlsx", filter=_MARCH)
    assert (before["asClosed"], after["asClosed"]) == (True, True)
    assert b"standing order" not in await content_of(bank.world, after, 2)
    [first, again] = [each["files"][1] for each in (before, after)]
    assert {**first, "url": ""} == {**again, "url": ""}
    assert await months_of(bank, filter={**_MARCH, "to": "2026-03-20"}) == [None]


async def test_who_may_not_see_the_bank_gets_no_month(bank: Bank) -> None:
    export = await exported(bank.world, bank.client, filter=_MARCH)
    path, links = f"/api/exports/{export['id']}", f"/api/exports/{export['id']}/links"
    limited = await bank.post("/api/tokens", {"name": "script", "scopes": ["read", "export"]}, 201)
    header = {"authorization": f"Bearer {limited['token']}"}
    async with api_client(bank.world.host.platform) as client:
        client.headers.update(header)
        assert [each["number"] for each in (await client.get(path)).json()["files"]] == [1]
        [listed] = (await client.get("/api/exports")).json()["items"]
        assert [each["number"] for each in listed["files"]] == [1]
        run = (await client.get(f"/api/runs/{export['runId']}")).json()
        assert [each["number"] for each in run["export"]["files"]] == [1]
        assert (await client.post(links, json={})).status_code == httpx.codes.FORBIDDEN
        begun = (await client.post("/api/exports", json={"format": "csv", "filter": _MARCH})).json()
        early = await client.post(f"/api/exports/{begun['id']}/links", json={})
        assert early.status_code == httpx.codes.FORBIDDEN, (
            "its files are not there yet, and the link would have them"
        )
    await show_file(bank.world.host.platform, header.get, export["id"], "1")
    with pytest.raises(Problem, match="token"):
        await show_file(bank.world.host.platform, header.get, export["id"], "2")
    await bank.world.host.database.batch(roles_given("usr_first", "submitter"))
    with pytest.raises(Problem, match="role"):
        await show_file(
            bank.world.host.platform, {"authorization": f"Bearer {TOKEN}"}.get, export["id"], "2"
        )


async def test_a_link_has_the_months_too(bank: Bank) -> None:
    export = await exported(bank.world, bank.client, filter=_MARCH)
    link = await bank.post(f"/api/exports/{export['id']}/links", {}, 201)
    reply = await show_shared(bank.world.host.platform, link["url"].rpartition("/")[2], "2")
    assert 'filename="bank-2026-03.csv"' in reply.headers["content-disposition"]
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"


async def test_an_export_without_expenses_has_its_month(bank: Bank) -> None:
    await bank.booked(
        Line(amount=-100, booked_on=date(2026, 4, 2), name="Kiosk", text="Zeitung"), number=4
    )
    await add_expenses(bank.world.host.database, Given(2, date="2026-05-01"))
    assert await months_of(
        bank, format="zip", filter={"from": "2026-04-01", "to": "2026-04-30"}
    ) == [None, "2026-04"]


@pytest.mark.parametrize("country", ["IE", "DE"])
async def test_a_month_computes_by_no_separator_and_is_read_again(bank: Bank, country: str) -> None:
    """What the bank printed comes back as it was, though a spreadsheet may open the file."""
    await bank.client.patch("/api/company", json={"country": country})
    name = "Shop;=1+1, @SUM(A1)"
    line = Line(amount=-7100, booked_on=date(2026, 3, 9), name=name, text="=2+2;-1 Kasse")
    await bank.booked(line, number=4)
    export = await exported(bank.world, bank.client, format="csv", filter=_MARCH)
    table = await content_of(bank.world, export, 2)
    address = "/api/bank/months/2026-03/entries.csv"
    codes = (await bank.client.get(address)).content
    for content in (table, codes):
        assert computed(content.decode("utf-8-sig")) == []
    _, entries = from_csv(codes, text=("words",), name="counterparty", amount="amount")
    read = {entry.amount: (entry.counterparty.name, entry.text) for entry in entries}
    assert read[-7100] == (name, "=2+2;-1 Kasse")
