"""Matches from file to ledger: proposed, accepted, declined, undone, made by hand, and booked without a person."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import httpx
import pytest

from tests.simulation.author import Deployed, open_world
from tests.simulation.faults import Faults
from tests.simulation.world import World
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.claims.claimed import open_claimed
from tillroll.bank.automatic import match_again
from tillroll.bank.native import receive
from tillroll.bank.workflow import STATEMENT
from tillroll.durable import statement
from tillroll.platform.json import JsonObject
from tillroll.workflows.registry import REGISTRY

_CAFE = Line(amount=-1290, booked_on=date(2026, 3, 6), name="GREEN GARDEN CAFE", text="Kartenzahlung")
_TAXI = Line(amount=-890, booked_on=date(2026, 3, 30), name="Taxi Berlin", text="Fahrt")
_RENT = Line(amount=-50_000, booked_on=date(2026, 3, 2), name="Hausverwaltung", text="Miete")
_FEE = Line(amount=-490, booked_on=date(2026, 3, 31), name="", text="Kontoführung März")


@dataclass
class Bank:
    """An account with what its bank has booked."""

    world: World
    client: httpx.AsyncClient
    account: str

    async def booked(self, *lines: Line, number: int = 3) -> None:
        """Send a statement, and let its run end."""
        content = camt(Month(opening=100_000, lines=lines, number=number))
        file = MemoryFile(content, self.world.host.pieces.objects, "march.xml")
        upload = MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement")
        taken = await receive(self.world.host.platform, upload, {})
        await self.world.settle()
        assert (await self.get(taken.headers["location"]))["state"] == "matched"

    async def get(self, path: str, **params: str) -> Any:
        answer = await self.client.get(path, params=params)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    async def post(self, path: str, body: JsonObject, status: int = 200) -> Any:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def entry(self, amount: int) -> Any:
        """The entry of an amount, with its matches."""
        found = [each for each in (await self.get("/api/bank/entries"))["items"] if each["amount"] == amount]
        return await self.get(f"/api/bank/entries/{found[0]['id']}")

    async def balance(self, id_: str) -> int:
        return (await self.get(f"/api/ledger/accounts/{id_}/balance"))["posted"]

    @property
    def own(self) -> str:
        return f"banking:account:{self.account}"


async def opened(*given: Given, books_certain: bool = False) -> AsyncGenerator[Bank]:
    world = await open_world(Faults(), Deployed(STATEMENT, {}, REGISTRY.objects_in_use))
    await add_expenses(world.host.database, *given)
    async with api_client(world.host.platform) as client:
        body = {"name": "Giro", "currency": "EUR", "number": IBAN, "booksCertain": books_certain}
        made = (await client.post("/api/bank/accounts", json=body)).json()
        yield Bank(world, client, made["id"])


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened(Given(1)):
        yield each


async def accept(bank: Bank, entry: Any) -> Any:
    return await bank.post(f"/api/bank/matches/{entry['matches'][0]['id']}/decision", {"decision": "accept"})


async def test_an_expense_is_proposed_accepted_and_booked(bank: Bank) -> None:
    await bank.booked(_CAFE, _TAXI)
    entry = await bank.entry(-1290)
    [match] = entry["matches"]
    assert (match["state"], match["pairs"][0]["documentId"]) == ("proposed", "exp_000001")
    assert match["pairs"][0]["title"] == "Green Garden Cafe, 2026-03-05"
    assert "same amount" in match["reasons"]
    accepted = await accept(bank, entry)
    assert (accepted["state"], accepted["decidedBy"][:5]) == ("accepted", "token")
    assert (await bank.entry(-1290))["explained"] == -1290
    assert (await bank.balance(bank.own), await bank.balance("banking:expenses:EUR")) == (-1290, 1290)
    again = await accept(bank, await bank.entry(-1290))
    assert again == accepted
    open_ = (await bank.get("/api/bank/entries", standing="open"))["items"]
    assert [each["amount"] for each in open_] == [-890]


async def test_what_is_undone_is_open_again_by_facts_that_name_what_they_undo(bank: Bank) -> None:
    await bank.booked(_CAFE)
    match = await accept(bank, await bank.entry(-1290))
    path = f"/api/bank/matches/{match['id']}/undoing"
    undone = await bank.post(path, {"reason": "wrong receipt"})
    assert (undone["state"], undone["said"]) == ("undone", "wrong receipt")
    assert await bank.post(path, {"reason": "wrong receipt"}) == undone
    assert (await bank.entry(-1290))["explained"] == 0
    assert await bank.balance(bank.own) == 0
    facts = (await bank.get("/api/ledger/facts"))["items"]
    assert [each["kind"] for each in facts] == ["transfer", "reversal"]
    assert facts[1]["reverses"] == facts[0]["id"]


async def test_a_declined_pair_never_comes_back(bank: Bank) -> None:
    await bank.booked(_CAFE)
    match = (await bank.entry(-1290))["matches"][0]
    await bank.post(f"/api/bank/matches/{match['id']}/decision", {"decision": "decline", "said": "another lunch"})
    await match_again(bank.world.host.platform)
    assert (await bank.entry(-1290))["matches"] == []
    answer = await bank.client.post(f"/api/bank/matches/{match['id']}/decision", json={"decision": "accept"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tillroll:problem:match-not-open")


async def test_a_receipt_that_comes_later_is_matched_by_the_cron(bank: Bank) -> None:
    await bank.booked(_TAXI)
    assert (await bank.entry(-890))["matches"] == []
    await add_expenses(bank.world.host.database, Given(2, merchant="Taxi Berlin", total_minor=890, date="2026-03-30"))
    await match_again(bank.world.host.platform)
    assert (await bank.entry(-890))["matches"][0]["pairs"][0]["documentId"] == "exp_000002"


async def test_one_entry_is_split_over_documents_by_hand(bank: Bank) -> None:
    await add_expenses(bank.world.host.database, Given(2, merchant="Miete", total_minor=30_000, date="2026-02-01"))
    await bank.booked(_RENT)
    entry = await bank.entry(-50_000)
    pairs: list[Any] = [
        {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000002"},
        {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000001"},
    ]
    made = await bank.post("/api/bank/matches", {"pairs": pairs}, 201)
    assert [pair["amount"] for pair in made["pairs"]] == [-30_000, -1290]
    assert (await bank.entry(-50_000))["explained"] == -31_290
    found = await bank.get("/api/bank/documents", words="green")
    assert found["items"] == [], "what is explained is not offered again"
    more: JsonObject = {"pairs": [{**pairs[1], "amount": -10}]}
    await bank.post("/api/bank/matches", more, 409)
    assert (await bank.entry(-50_000))["explained"] == -31_290


@pytest.mark.parametrize(
    "wrong",
    [
        {"documentId": "exp_000009"},
        {"entryId": "ent_none"},
        {"amount": -60_000},
        {"amount": 100},
        {"amount": 0},
        {"documentKind": "own_account"},
    ],
)
async def test_what_cannot_be_matched_is_refused_by_its_field(bank: Bank, wrong: JsonObject) -> None:
    await bank.booked(_RENT)
    entry = await bank.entry(-50_000)
    pair = {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000001", **wrong}
    refused = await bank.post("/api/bank/matches", {"pairs": [pair]}, 422)
    assert refused["errors"][0]["field"].startswith("pairs.0.")
    assert (await bank.get("/api/bank/matches"))["items"] == []


async def test_a_person_says_why_there_is_no_document(bank: Bank) -> None:
    await bank.booked(_CAFE)
    entry = await bank.entry(-1290)
    path = f"/api/bank/entries/{entry['id']}/explanation"
    said = (await bank.client.put(path, json={"reason": "private, paid back in cash"})).json()
    assert (said["reason"], said["matches"]) == ("private, paid back in cash", [])
    assert (await bank.get("/api/bank/entries", standing="open"))["items"] == []
    back = (await bank.client.put(path, json={"reason": None})).json()
    assert back["reason"] is None
    await match_again(bank.world.host.platform)
    assert (await bank.entry(-1290))["matches"][0]["state"] == "proposed"


async def test_certain_matches_are_booked_if_the_account_allows_it() -> None:
    async for bank in opened(Given(1), books_certain=True):
        await bank.booked(_CAFE, _FEE)
        entry = await bank.entry(-1290)
        assert (entry["matches"][0]["level"], entry["explained"]) == ("automatic", -1290)
        assert entry["matches"][0]["decidedBy"] == "workflow:statement"
        assert await bank.balance(bank.own) == (await bank.entry(-490))["explained"] - 1290


async def test_twins_are_never_decided() -> None:
    twins: Sequence[Given] = (Given(1), Given(2))
    async for bank in opened(*twins, books_certain=True):
        await bank.booked(_CAFE)
        entry = await bank.entry(-1290)
        assert entry["explained"] == 0
        assert entry["matches"][0]["level"] == "tie"
        assert entry["matches"][0]["twins"]


async def test_a_hold_is_replaced_by_what_is_booked(bank: Bank) -> None:
    held = replace(_CAFE, is_pending=True, amount=-1200)
    await bank.booked(held, _CAFE)
    pending = await bank.entry(-1200)
    hold = next(each for each in pending["matches"] if each["kind"] == "hold")
    await bank.post(f"/api/bank/matches/{hold['id']}/decision", {"decision": "accept"})
    [row] = await bank.world.rows("SELECT status FROM bank_entries WHERE amount = -1200")
    assert row["status"] == "replaced"
    assert await bank.get("/api/ledger/facts") == {"items": [], "nextCursor": None}


async def test_two_own_accounts_are_one_transfer(bank: Bank) -> None:
    other = "DE02120300000000202051"
    made = (
        await bank.client.post("/api/bank/accounts", json={"name": "Savings", "currency": "EUR", "number": other})
    ).json()
    out = Line(amount=-70_000, booked_on=date(2026, 3, 9), name="ACME", account=other, text="Umbuchung")
    back = Line(amount=70_000, booked_on=date(2026, 3, 9), name="ACME", account=IBAN, text="Umbuchung")
    await bank.booked(out)
    content = camt(Month(opening=0, lines=(back,), account=other))
    file = MemoryFile(content, bank.world.host.pieces.objects, "savings.xml")
    await receive(
        bank.world.host.platform,
        MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement"),
        {},
    )
    await bank.world.settle()
    match = next(each for each in (await bank.entry(70_000))["matches"] if each["kind"] == "transfer")
    assert len(match["pairs"]) == 2
    await bank.post(f"/api/bank/matches/{match['id']}/decision", {"decision": "accept"})
    assert await bank.balance(bank.own) == -70_000
    assert await bank.balance(f"banking:account:{made['id']}") == 70_000
    assert await bank.balance("banking:transfers:EUR") == 0


async def test_an_erased_or_voided_expense_cannot_be_accepted(bank: Bank) -> None:
    await bank.booked(_CAFE)
    entry = await bank.entry(-1290)
    await bank.world.host.database.batch([statement("UPDATE expenses SET status = 'voided'")])
    answer = await bank.client.post(
        f"/api/bank/matches/{entry['matches'][0]['id']}/decision", json={"decision": "accept"}
    )
    assert answer.status_code == httpx.codes.CONFLICT
    assert (await bank.entry(-1290))["explained"] == 0


async def test_a_claims_payment_is_recorded_and_taken_back() -> None:
    async with open_claimed(STATEMENT) as claimed:
        billed = "UPDATE expenses SET client = 'Kontor Nord AG', billable = 1, paid_by = 'company'"
        await claimed.world.host.database.batch([statement(billed)])
        claim = await claimed.claim(payerKind="customer", payerName="Kontor Nord AG")
        shown = await claimed.shown(claim)
        total = int(shown["total"].replace(".", ""))
        number = {"name": "Giro", "currency": "EUR", "number": IBAN}
        made = (await claimed.client.post("/api/bank/accounts", json=number)).json()
        bank = Bank(claimed.world, claimed.client, made["id"])
        paid = Line(amount=total, booked_on=date(2026, 3, 20), name="Kontor Nord AG", text=f"Claim {shown['number']}")
        await bank.booked(paid)
        entry = await bank.entry(total)
        assert entry["matches"][0]["pairs"][0]["documentId"] == claim
        assert any(shown["number"] in reason for reason in entry["matches"][0]["reasons"])
        match = await accept(bank, entry)
        assert (await claimed.shown(claim))["state"] == "paid"
        await bank.post(f"/api/bank/matches/{match['id']}/undoing", {"reason": "another customer's"})
        assert (await claimed.shown(claim))["state"] == "issued"
