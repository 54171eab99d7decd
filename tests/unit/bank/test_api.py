"""The bank over HTTP: accounts, files at the door, entries."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import httpx
import pytest

from tests.simulation.author import Deployed, open_world
from tests.simulation.statements import MARCH
from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt, mt940
from tests.support.bank_month import IBAN, Line
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.api.answers import JsonReply
from tillroll.bank.service import AccountArchived
from tillroll.bank.statements.native import receive
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Refusal
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

_GIRO: JsonObject = {"name": "Giro", "currency": "EUR", "number": IBAN}
_HEADERS = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def world() -> World:
    return await open_world(Faults(), Deployed(STATEMENT, {}, REGISTRY.objects_in_use))


@pytest.fixture
async def client(world: World) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def account(client: httpx.AsyncClient, **other: object) -> str:
    answer = await client.post("/api/bank/accounts", json={**_GIRO, **other})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()["id"]


async def send(
    world: World, content: bytes, account_id: str | None = None, **headers: str
) -> JsonReply:
    file = MemoryFile(content, world.host.pieces.objects, "march.xml")
    upload = MemoryUpload([file], {**_HEADERS, **headers}, named="statement")
    return await receive(
        world.host.platform, upload, {} if account_id is None else {"account": account_id}
    )


async def test_a_number_is_shown_in_part_and_kept_encrypted(
    world: World, client: httpx.AsyncClient
) -> None:
    id_ = await account(client)
    shown = (await client.get(f"/api/bank/accounts/{id_}")).json()
    assert (shown["number"], shown["currency"], shown["open"], shown["balance"]) == (
        "DE89…3000",
        "EUR",
        0,
        None,
    )
    [row] = await world.rows("SELECT * FROM bank_accounts")
    assert not any(IBAN in str(value) for value in row.values())
    again = await client.post("/api/bank/accounts", json=_GIRO)
    assert (again.status_code, again.json()["type"]) == (
        409,
        "urn:tillroll:problem:bank-account-exists",
    )
    assert again.json()["detail"] == "Giro has this number: use that account, or archive it first."


@pytest.mark.parametrize(
    "wrong", [{"number": "DE89370400440532013001"}, {"currency": "EUX"}, {"number": "?"}]
)
async def test_what_is_no_account_is_refused(client: httpx.AsyncClient, wrong: JsonObject) -> None:
    answer = await client.post("/api/bank/accounts", json={**_GIRO, **wrong})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert (await client.get("/api/bank/accounts")).json()["items"] == []


async def test_an_account_is_renamed_and_archived(world: World, client: httpx.AsyncClient) -> None:
    id_ = await account(client)
    path = f"/api/bank/accounts/{id_}"
    assert (await client.patch(path, json={"name": "Old", "archived": True})).json()[
        "archivedAt"
    ] is not None
    with pytest.raises(AccountArchived) as refused:
        await send(world, camt(MARCH), id_)
    assert refused.value.kind.status == httpx.codes.CONFLICT
    back = (await client.patch(path, json={"archived": False, "booksCertain": True})).json()
    assert (back["name"], back["archivedAt"], back["booksCertain"]) == ("Old", None, True)


async def test_nobody_else_sees_an_account(world: World, client: httpx.AsyncClient) -> None:
    id_ = await account(client)
    await send(world, camt(MARCH))
    await world.settle()
    [entry] = (await client.get("/api/bank/entries", params={"limit": 1})).json()["items"]
    [statement] = (await client.get("/api/bank/statements")).json()["items"]
    async with api_client(world.host.platform, OTHER_TOKEN) as other:
        for path in (f"accounts/{id_}", f"entries/{entry['id']}", f"statements/{statement['id']}"):
            assert (await other.get(f"/api/bank/{path}")).status_code == httpx.codes.NOT_FOUND
        assert (await other.get("/api/bank/entries")).json()["items"] == []


async def test_a_file_is_imported_and_read_in_pages(
    world: World, client: httpx.AsyncClient
) -> None:
    id_ = await account(client)
    taken = await send(world, camt(MARCH))
    assert taken.status == httpx.codes.ACCEPTED
    assert (await send(world, camt(MARCH))).status == httpx.codes.OK
    await world.settle()
    shown = (await client.get(taken.headers["location"])).json()
    assert (shown["state"], shown["added"], shown["known"], shown["misfits"]) == (
        "matched",
        5,
        0,
        [],
    )
    [section] = shown["sections"]
    assert (section["opening"], section["closing"], section["sum"]) == (
        MARCH.opening,
        MARCH.closing,
        "closes",
    )
    pages, cursor = [], None
    while True:
        params = {"limit": "2", "account": id_, **({} if cursor is None else {"cursor": cursor})}
        page = (await client.get("/api/bank/entries", params=params)).json()
        pages += page["items"]
        if (cursor := page["nextCursor"]) is None:
            break
    assert sorted(each["amount"] for each in pages) == sorted(line.amount for line in MARCH.lines)
    assert [each["day"] for each in pages] == sorted((each["day"] for each in pages), reverse=True)
    kept = (await client.get(f"/api/bank/accounts/{id_}")).json()
    assert (kept["balance"], kept["balanceDay"], kept["entries"], kept["open"]) == (
        MARCH.closing,
        "2026-03-31",
        5,
        5,
    )


async def test_another_format_of_the_same_month_brings_nothing(
    world: World, client: httpx.AsyncClient
) -> None:
    await account(client)
    for content in (camt(MARCH), mt940(MARCH), camt(MARCH, version="02")):
        taken = await send(world, content)
        await world.settle()
        shown = (await client.get(taken.headers["location"])).json()
        assert shown["state"] == "matched", shown
    assert len((await client.get("/api/bank/entries")).json()["items"]) == len(MARCH.lines)


@pytest.mark.parametrize(("moved", "kind"), [(0, "overlap"), (100, "gap")])
async def test_the_entry_that_two_files_share_is_no_gap(
    world: World, client: httpx.AsyncClient, moved: int, kind: str
) -> None:
    """The later file begins with the day on which the earlier one ends, and has its entry."""
    await account(client)
    both = MARCH.to_day.replace(day=27)
    flight = Line(amount=-8_999, booked_on=both, name="RYANAIR", text="Flight", reference="FL1")
    fee = Line(amount=-1_120, booked_on=MARCH.from_day, name="Fee", text="Fee", reference="FE1")
    earlier = replace(MARCH, opening=501_120, lines=(fee, flight), to_day=both)
    later = replace(
        MARCH, opening=500_000 + moved, lines=(flight,), number=MARCH.number + 1, from_day=both
    )
    for content in (camt(earlier), camt(later)):
        taken = await send(world, content)
        await world.settle()
    shown = (await client.get(taken.headers["location"])).json()
    [found] = shown["breaks"]
    assert (found["kind"], shown["known"]) == (kind, 1)
    if kind == "overlap":
        assert (found["fromDay"], found["toDay"]) == (f"{both}", f"{both}")
        assert found["amount"] is None


async def test_a_gap_between_two_months_is_shown(world: World, client: httpx.AsyncClient) -> None:
    await account(client)
    later = replace(
        MARCH,
        opening=MARCH.closing + 700,
        lines=(Line(amount=-100, booked_on=MARCH.to_day.replace(month=5, day=3), name="Kiosk"),),
        number=5,
        from_day=MARCH.from_day.replace(month=5),
        to_day=MARCH.to_day.replace(month=5),
    )
    for content in (camt(MARCH), camt(later)):
        taken = await send(world, content)
        await world.settle()
    [found] = (await client.get(taken.headers["location"])).json()["breaks"]
    assert (found["kind"], found["fromDay"], found["toDay"], found["amount"]) == (
        "gap",
        "2026-04-01",
        "2026-04-30",
        700,
    )
    assert (await client.get("/api/bank/breaks")).json()["items"] == [found]
    assert (
        await client.get("/api/bank/breaks", params={"account": found["bankAccountId"]})
    ).json()["items"] == [found]
    assert (
        await client.get("/api/bank/breaks", params={"account": "ban_none"})
    ).status_code == httpx.codes.NOT_FOUND


async def test_the_columns_of_a_layout_are_said_once(
    world: World, client: httpx.AsyncClient
) -> None:
    id_ = await account(client)
    taken = await send(world, csv_file(MARCH), id_)
    await world.settle()
    run = (await client.get(f"/api/runs/{taken.body['runId']}")).json()
    assert (run["state"], run["status"]) == ("awaiting_person", "needs_review")
    assert run["review"]["proposed"]["mapping"]["amount"]
    await world.settle({"decision": "approve"})
    assert (await client.get(taken.headers["location"])).json()["state"] == "matched"
    april = replace(MARCH, lines=MARCH.lines[:3], opening=5)
    second = await send(world, csv_file(april), id_)
    await world.settle()
    assert (await client.get(second.headers["location"])).json()["state"] == "matched"


async def test_a_statement_that_does_not_close_shows_the_difference(
    world: World, client: httpx.AsyncClient
) -> None:
    await account(client)
    taken = await send(world, camt(replace(MARCH, wrong_by=123)))
    await world.settle()
    shown = (await client.get(taken.headers["location"])).json()
    assert shown["state"] == "awaiting_person"
    assert "1.23" in shown["misfits"][0]["says"]
    run = (await client.get(f"/api/runs/{taken.body['runId']}")).json()
    [unclosed] = run["review"]["proposed"]["unclosed"]
    sums = [unclosed[name] for name in ("opening", "booked", "difference", "closing")]
    assert sums[0] + sums[1] + sums[2] == sums[3]
    assert (abs(sums[2]), unclosed["entries"], unclosed["suspect"]) == (123, len(MARCH.lines), None)
    assert (await client.get("/api/bank/entries")).json()["items"] == []
    await world.settle({"decision": "reject"})
    again = await send(world, camt(replace(MARCH, wrong_by=123)))
    assert (again.status, again.body["previousRunId"]) == (
        httpx.codes.ACCEPTED,
        taken.body["runId"],
    )


async def test_the_first_line_that_cannot_be_right_is_shown_as_printed(
    world: World, client: httpx.AsyncClient
) -> None:
    await account(client)
    twice = replace(MARCH, lines=(*MARCH.lines, MARCH.lines[-1]), wrong_by=-MARCH.lines[-1].amount)
    taken = await send(world, camt(twice))
    await world.settle()
    run = (await client.get(f"/api/runs/{taken.body['runId']}")).json()
    [unclosed] = run["review"]["proposed"]["unclosed"]
    suspect, line = unclosed["suspect"], MARCH.lines[-1]
    assert (suspect["amount"], suspect["counterparty"], suspect["position"]) == (
        line.amount,
        line.name,
        len(twice.lines),
    )
    assert "repeat" in unclosed["says"]


async def test_a_person_says_of_which_account_a_file_is(
    world: World, client: httpx.AsyncClient
) -> None:
    giro = await account(client)
    card = await account(client, name="Card", number=None)
    old = await account(client, name="Old", number=None)
    await client.patch(f"/api/bank/accounts/{old}", json={"archived": True})
    taken = await send(world, camt(MARCH), card)
    await world.settle()
    path = f"/api/runs/{taken.body['runId']}/review"
    run = (await client.get(f"/api/runs/{taken.body['runId']}")).json()
    assert run["review"]["reason"] == "account_unknown"
    assert run["review"]["proposed"]["account"] == {"number": "DE89…3000", "currency": "EUR"}
    for wrong in ("ban_none", old, 7, None):
        refused = await client.post(
            path, json={"decision": "approve", "values": {"account": wrong}}
        )
        assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY, wrong
    await client.post(path, json={"decision": "approve", "values": {"account": giro}})
    await world.settle()
    shown = (await client.get(taken.headers["location"])).json()
    assert (shown["state"], shown["sections"][0]["bankAccountId"]) == ("matched", giro)
    [listed] = (await client.get("/api/bank/statements", params={"account": giro})).json()["items"]
    assert (listed["id"], listed["bankAccounts"]) == (shown["id"], "Giro")


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"\x89PNG\r\n", b"<html><body>", b"PK\x03\x04"]
)
async def test_what_is_no_statement_is_refused_at_the_door(world: World, content: bytes) -> None:
    with pytest.raises(Refusal):
        await send(world, content)
    assert not world.host.pieces.objects.content


async def test_an_idempotency_key_stands_for_one_file(
    world: World, client: httpx.AsyncClient
) -> None:
    await account(client)
    key = {"idempotency-key": "march"}
    first = await send(world, camt(MARCH), **key)
    again = await send(world, camt(MARCH), **key)
    assert (again.status, again.body) == (first.status, first.body)
    with pytest.raises(Refusal):
        await send(world, mt940(MARCH), **key)
