"""Matches from file to ledger: proposed, accepted, declined, undone, made by hand, and booked without a person."""

import codecs
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
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
from tests.support.host_platform import ACCOUNT, TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.claims.claimed import bill, open_claimed
from tillroll.bank.automatic import match_again
from tillroll.bank.entries import take_back
from tillroll.bank.native import receive
from tillroll.bank.workflow import STATEMENT
from tillroll.durable import Workflow, statement
from tillroll.mail.addresses import hash_of_address, set_confirmed, suppress
from tillroll.observability.alert_rounds import conditions_now
from tillroll.observability.alert_rules import Rule
from tillroll.platform.json import JsonObject
from tillroll.workflows.registry import REGISTRY

CAFE = Line(amount=-1290, booked_on=date(2026, 3, 6), name="GREEN GARDEN CAFE", text="Kartenzahlung")
_TAXI = Line(amount=-890, booked_on=date(2026, 3, 30), name="Taxi Berlin", text="Fahrt")
RENT = Line(amount=-50_000, booked_on=date(2026, 3, 2), name="Hausverwaltung", text="Miete")
FEE = Line(amount=-490, booked_on=date(2026, 3, 31), name="", text="Kontoführung März")


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


async def opened(*given: Given, books_certain: bool = False, beside: Sequence[Workflow] = ()) -> AsyncGenerator[Bank]:
    world = await open_world(Faults(), Deployed(STATEMENT, {}, REGISTRY.objects_in_use, beside=beside))
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
    await bank.booked(CAFE, _TAXI)
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


async def test_a_list_has_what_was_proposed_and_accepted_beside_each_entry(bank: Bank) -> None:
    await bank.booked(CAFE, _TAXI)
    taxi, cafe = (await bank.get("/api/bank/entries"))["items"]
    assert (taxi["amount"], taxi["matches"], taxi["paymentCount"]) == (-890, [], 0)
    assert cafe["matches"] == (await bank.entry(-1290))["matches"]
    await accept(bank, cafe)
    [accepted] = (await bank.get("/api/bank/entries", standing="explained"))["items"]
    assert (accepted["id"], accepted["matches"][0]["state"]) == (cafe["id"], "accepted")


async def test_a_decline_is_taken_back_and_the_pair_is_proposed_again(bank: Bank) -> None:
    await bank.booked(CAFE)
    [proposed] = (await bank.entry(-1290))["matches"]
    path = f"/api/bank/matches/{proposed['id']}"
    for _ in range(2):
        await bank.post(f"{path}/decision", {"decision": "decline"})
        assert (await bank.entry(-1290))["matches"] == []
        assert await bank.post(f"{path}/undoing", {"reason": "a slip"}) == proposed
        await bank.post(f"{path}/undoing", {"reason": "a slip"}, 409)
    await match_again(bank.world.host.platform)
    entry = await bank.entry(-1290)
    assert [each["pairs"] for each in entry["matches"]] == [proposed["pairs"]]
    await accept(bank, entry)
    assert (await bank.entry(-1290))["explained"] == -1290


async def test_a_decline_of_what_is_explained_otherwise_proposes_nothing(bank: Bank) -> None:
    await bank.booked(CAFE)
    entry = await bank.entry(-1290)
    path = f"/api/bank/matches/{entry['matches'][0]['id']}"
    await bank.post(f"{path}/decision", {"decision": "decline"})
    pair = {"entryId": entry["id"], "documentKind": "fee", "documentId": "fee:EUR"}
    await bank.post("/api/bank/matches", {"pairs": [pair]}, 201)
    assert (await bank.post(f"{path}/undoing", {"reason": "a slip"}))["state"] == "undone"
    assert [each["level"] for each in (await bank.entry(-1290))["matches"]] == ["by_hand"]


async def test_what_is_undone_is_open_again_by_facts_that_name_what_they_undo(bank: Bank) -> None:
    await bank.booked(CAFE)
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


async def test_what_is_undone_is_proposed_again_until_a_person_declines_it(bank: Bank) -> None:
    await bank.client.patch(f"/api/bank/accounts/{bank.account}", json={"booksCertain": True})
    await bank.booked(CAFE)
    [booked] = (await bank.entry(-1290))["matches"]
    assert (booked["state"], booked["level"]) == ("accepted", "automatic")
    await bank.post(f"/api/bank/matches/{booked['id']}/undoing", {"reason": "not sure"})
    [at_once] = (await bank.entry(-1290))["matches"]
    await match_again(bank.world.host.platform)
    [again] = (await bank.entry(-1290))["matches"]
    assert [(each["state"], each["pairs"]) for each in (at_once, again)] == 2 * [("proposed", booked["pairs"])]
    await bank.post(f"/api/bank/matches/{again['id']}/decision", {"decision": "decline"})
    await match_again(bank.world.host.platform)
    assert (await bank.entry(-1290))["matches"] == []


async def test_a_declined_pair_never_comes_back(bank: Bank) -> None:
    await bank.booked(CAFE)
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
    await bank.booked(RENT)
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
    await bank.booked(RENT)
    entry = await bank.entry(-50_000)
    pair = {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000001", **wrong}
    refused = await bank.post("/api/bank/matches", {"pairs": [pair]}, 422)
    assert refused["errors"][0]["field"].startswith("pairs.0.")
    assert (await bank.get("/api/bank/matches"))["items"] == []


async def test_a_person_says_why_there_is_no_document(bank: Bank) -> None:
    await bank.booked(CAFE)
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
        await bank.booked(CAFE, FEE)
        entry = await bank.entry(-1290)
        assert (entry["matches"][0]["level"], entry["explained"]) == ("automatic", -1290)
        assert entry["matches"][0]["decidedBy"] == "workflow:statement"
        assert await bank.balance(bank.own) == (await bank.entry(-490))["explained"] - 1290


async def test_all_that_is_certain_is_accepted_at_once(bank: Bank) -> None:
    await bank.booked(CAFE, RENT)
    [account] = (await bank.get("/api/bank/accounts"))["items"]
    assert (account["open"], account["certain"]) == (2, 1)
    assert (await bank.get("/api/bank/progress", **{"from": "2026-03-07"}))["certain"] == 0
    path = "/api/bank/matches/certain"
    assert await bank.post(path, {"to": "2026-03-05"}) == {"accepted": 0, "left": 0}
    assert await bank.post(path, {"account": bank.account}) == {"accepted": 1, "left": 0}
    entry = await bank.entry(-1290)
    assert (entry["matches"][0]["state"], entry["matches"][0]["decidedBy"]) == ("accepted", "token:tok_usr_first")
    assert await bank.post(path, {}) == {"accepted": 0, "left": 0}
    assert (await bank.entry(-50_000))["explained"] == 0


async def test_twins_are_never_decided() -> None:
    twins: Sequence[Given] = (Given(1), Given(2))
    async for bank in opened(*twins, books_certain=True):
        await bank.booked(CAFE)
        entry = await bank.entry(-1290)
        assert entry["explained"] == 0
        assert entry["matches"][0]["level"] == "tie"
        assert entry["matches"][0]["twins"]


async def test_a_hold_is_replaced_by_what_is_booked(bank: Bank) -> None:
    held = replace(CAFE, is_pending=True, amount=-1200)
    await bank.booked(held, CAFE)
    pending = await bank.entry(-1200)
    hold = next(each for each in pending["matches"] if each["kind"] == "hold")
    await bank.post(f"/api/bank/matches/{hold['id']}/decision", {"decision": "accept"})
    [row] = await bank.world.rows("SELECT status FROM bank_entries WHERE amount = -1200")
    assert row["status"] == "replaced"
    assert await bank.get("/api/ledger/facts") == {"items": [], "nextCursor": None}


async def test_a_hold_of_the_same_amount_does_not_say_that_it_is_another(bank: Bank) -> None:
    held = replace(RENT, is_pending=True)
    await bank.booked(held, replace(RENT, booked_on=date(2026, 3, 5)))
    matches = (await bank.get("/api/bank/matches"))["items"]
    [hold] = [each for each in matches if each["kind"] == "hold"]
    assert hold["reasons"][0] == "the amount that was held"


async def test_what_was_pending_in_march_is_one_entry_with_what_april_has_booked(bank: Bank) -> None:
    held = Month(opening=100_000, lines=(replace(RENT, booked_on=date(2026, 3, 30), is_pending=True),))
    booked = Month(
        opening=100_000,
        lines=(replace(RENT, booked_on=date(2026, 4, 3)),),
        from_day=date(2026, 4, 1),
        to_day=date(2026, 4, 30),
        number=4,
    )
    for content in (camt(held), camt(booked)):
        file = MemoryFile(content, bank.world.host.pieces.objects, "month.xml")
        upload = MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement")
        taken = await receive(bank.world.host.platform, upload, {})
        await bank.world.settle()
    shown = await bank.get(taken.headers["location"])
    assert (shown["added"], shown["booked"]) == (0, 1)
    [entry] = (await bank.get("/api/bank/entries"))["items"]
    assert (entry["status"], entry["day"]) == ("booked", "2026-04-03")


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
    await bank.booked(CAFE)
    entry = await bank.entry(-1290)
    await bank.world.host.database.batch([statement("UPDATE expenses SET status = 'voided'")])
    answer = await bank.client.post(
        f"/api/bank/matches/{entry['matches'][0]['id']}/decision", json={"decision": "accept"}
    )
    assert answer.status_code == httpx.codes.CONFLICT
    assert (await bank.entry(-1290))["explained"] == 0


async def test_a_claims_payment_is_recorded_and_taken_back() -> None:
    async with open_claimed(STATEMENT) as claimed:
        await bill(claimed.world.host.database, "Kontor Nord AG")
        claim = await claimed.claim(payerKind="customer", clientId="cli_acme")
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


async def test_a_month_is_complete_when_each_entry_says_why(bank: Bank) -> None:
    await bank.booked(CAFE, _TAXI, RENT, FEE)
    month = await bank.get("/api/bank/months/2026-03")
    assert (month["entries"], month["open"], month["isComplete"], month["uncovered"]) == (4, 4, False, [])
    assert month["withoutMoney"] == 1
    await accept(bank, await bank.entry(-1290))
    await bank.client.put(
        f"/api/bank/entries/{(await bank.entry(-50_000))['id']}/explanation", json={"reason": "=standing order"}
    )
    taxi = f"/api/bank/entries/{(await bank.entry(-890))['id']}/owed-by"
    await bank.client.put(taxi, json={"person": "usr_first"})
    fee = (await bank.entry(-490))["matches"][0]["id"]
    await bank.post(f"/api/bank/matches/{fee}/decision", {"decision": "accept"})
    month = await bank.get("/api/bank/months/2026-03")
    counts = [month[name] for name in ("documented", "explained", "owed", "open", "withoutMoney")]
    assert (counts, month["isComplete"]) == ([2, 1, 1, 0, 0], True)
    lines = (await bank.get("/api/bank/months/2026-03/entries"))["items"]
    assert [each["standing"] for each in lines] == ["explained", "documented", "owed", "documented"]
    assert lines[1]["says"].endswith(", 2026-03-05")
    content = (await bank.client.get("/api/bank/months/2026-03/entries.csv")).content
    assert content.startswith(codecs.BOM_UTF8), "else a spreadsheet takes it for another encoding"
    file = content.decode().splitlines()
    assert len(file) == 5
    assert "'=standing order" in file[1], "a spreadsheet would compute it"
    assert ",-12.90,EUR," in file[2]
    april = await bank.get("/api/bank/months/2026-04")
    assert (april["entries"], april["isComplete"]) == (0, True), "its days have not come yet"


async def test_months_are_listed_from_that_of_the_first_statement_on(bank: Bank) -> None:
    assert (await bank.get("/api/bank/months", until="2026-03"))["items"] == []
    await bank.booked(CAFE, _TAXI)
    await accept(bank, await bank.entry(-1290))
    taxi = f"/api/bank/entries/{(await bank.entry(-890))['id']}/owed-by"
    [march] = (await bank.get("/api/bank/months", until="2026-03"))["items"]
    assert (march["month"], march["entries"], march["owed"], march["open"]) == ("2026-03", 2, 0, 1)
    assert (march["uncovered"], march["isComplete"]) == ([], False)
    await bank.client.put(taxi, json={"person": "usr_first"})
    bank.world.host.pieces.clock.advance(timedelta(days=31))
    april, march = (await bank.get("/api/bank/months", until="2026-04"))["items"]
    assert (march["owed"], march["open"], march["isComplete"]) == (1, 0, True)
    assert (april["month"], april["entries"], april["isComplete"]) == ("2026-04", 0, False)
    [gap] = april["uncovered"]
    assert (gap["bankAccount"], gap["days"]) == ("Giro", 1), "the others have not come yet"
    assert len((await bank.get("/api/bank/months", until="2028-01"))["items"]) == 12
    assert (await bank.get("/api/bank/months", until="2026-02"))["items"] == []


async def test_a_bank_account_counts_from_the_month_of_its_first_statement(bank: Bank) -> None:
    await bank.booked(CAFE)
    await bank.post("/api/bank/accounts", {"name": "Savings", "currency": "EUR"}, 201)
    named = (await bank.get("/api/bank/accounts"))["items"][1]["createdAt"][:7]
    before = (await bank.get("/api/bank/months/2026-02"))["uncovered"]
    assert before == [], "no account had a statement by then"
    of_now = (await bank.get(f"/api/bank/months/{named}"))["uncovered"]
    assert {each["first"][-2:] for each in of_now} == {"01"}
    assert [each["hasStatements"] for each in of_now] == [False]
    bank.world.host.pieces.clock.advance(timedelta(days=31))
    april, march = (await bank.get("/api/bank/months", until="2026-04"))["items"]
    assert [(each["bankAccount"], each["days"]) for each in april["uncovered"]] == [("Giro", 1), ("Savings", None)]
    assert [(each["bankAccount"], each["days"]) for each in march["uncovered"]] == [("Savings", None)]


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "0000-01", "march"])
async def test_what_is_no_month_is_refused(bank: Bank, month: str) -> None:
    for path in (f"months/{month}", f"months?until={month}", f"unpaid?month={month}"):
        answer = await bank.client.get(f"/api/bank/{path}")
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_a_person_is_asked_for_a_document_once(bank: Bank) -> None:
    await bank.booked(_TAXI)
    path = f"/api/bank/entries/{(await bank.entry(-890))['id']}/owed-by"
    for _ in range(2):
        asked = (await bank.client.put(path, json={"person": "usr_first"})).json()
        assert asked["owedBy"] == "usr_first"
    await bank.client.put(path, json={"person": None})
    await bank.client.put(path, json={"person": "usr_first"})
    told = [each for each in (await bank.get("/api/notices"))["items"] if each["topic"] == "bank.document_owed"]
    name = (await bank.world.rows("SELECT name FROM users WHERE id = 'usr_first'"))[0]["name"]
    assert [(each["about"], each["path"]) for each in told] == [
        (f"8.90 EUR, 2026-03-30, Taxi Berlin, Fahrt. Asked by {name}", "/")
    ]
    stranger = await bank.client.put(path, json={"person": "usr_other"})
    assert stranger.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_who_asks_learns_why_no_mail_goes_out(bank: Bank) -> None:
    await bank.booked(_TAXI)
    path = f"/api/bank/entries/{(await bank.entry(-890))['id']}/owed-by"

    async def why() -> str:
        return (await bank.client.put(path, json={"person": "usr_first"})).json()["notMailed"]

    database, now = bank.world.host.platform.database, "2026-03-01T00:00:00.000Z"
    assert await why() == "They are told in the app only: they have confirmed no mail address."
    await database.batch([set_confirmed("usr_first", "ada@tillroll.example", now)])
    assert await why() == "They are told in the app only: this deployment sends no mail."
    await database.batch([suppress(hash_of_address("ada@tillroll.example"), "bounced", "msg_1", now)])
    assert await why() == "They are told in the app only: mail to their address came back."
    chosen = {"topic": "bank.document_owed", "inApp": True, "byMail": False}
    await bank.client.put("/api/notices/choices", json=chosen)
    assert await why() == "They are told in the app only: they chose no mail for this."
    assert (await bank.client.put(path, json={"person": None})).json()["notMailed"] is None


async def test_matches_of_a_document_and_documents_without_money(bank: Bank) -> None:
    await bank.booked(CAFE)
    bank.world.host.pieces.clock.advance(timedelta(days=60))
    assert [each["documentId"] for each in (await bank.get("/api/bank/unpaid"))["items"]] == ["exp_000001"]
    await accept(bank, await bank.entry(-1290))
    assert (await bank.get("/api/bank/unpaid"))["items"] == []
    found = (await bank.get("/api/bank/matches", document="exp_000001"))["items"]
    assert [each["state"] for each in found] == ["accepted"]
    assert (await bank.get("/api/bank/matches", document="exp_000001", state="declined"))["items"] == []
    assert (await bank.get("/api/bank/matches", document="exp_000002"))["items"] == []
    [entry] = (await bank.get("/api/bank/entries", document="exp_000001"))["items"]
    assert (entry["amount"], entry["matches"]) == (-1290, found)
    assert (await bank.get("/api/bank/entries", document="exp_000002"))["items"] == []
    both = await bank.client.get("/api/bank/entries", params={"document": "exp_000001", "standing": "open"})
    assert both.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_documents_of_a_month_without_money(bank: Bank) -> None:
    assert [each["documentId"] for each in (await bank.get("/api/bank/unpaid", month="2026-03"))["items"]] == [
        "exp_000001"
    ]
    assert (await bank.get("/api/bank/unpaid", month="2026-04"))["items"] == []


async def test_a_refund_finds_what_was_paid_and_takes_no_more(bank: Bank) -> None:
    back = Line(amount=5000, booked_on=date(2026, 3, 20), name="Somebody", text="x")
    await bank.booked(CAFE, back)
    assert (await bank.get("/api/bank/documents", paid="true"))["items"] == []
    await accept(bank, await bank.entry(-1290))
    [paid] = (await bank.get("/api/bank/documents", paid="true", words="green"))["items"]
    assert (paid["documentId"], paid["open"]) == ("exp_000001", 1290)
    refund = await bank.entry(5000)
    pair: JsonObject = {"entryId": refund["id"], "documentKind": "expense", "documentId": "exp_000001"}
    made = await bank.post("/api/bank/matches", {"pairs": [pair]}, 201)
    assert made["pairs"][0]["amount"] == 1290
    assert (await bank.get("/api/bank/documents", paid="true"))["items"] == [], "all of it came back"
    assert (await bank.get("/api/bank/documents"))["items"][0]["open"] == -1290


async def test_operators_are_alerted_of_what_is_open_for_long(bank: Bank) -> None:
    await bank.booked(_TAXI)
    assert await causes(bank) == []
    bank.world.host.pieces.clock.advance(timedelta(days=80))
    [cause] = await causes(bank)
    assert cause == (
        "The bank needs a person: entries: 1 booked and not explained for 45 days; bank accounts: 1 of which nothing "
        "has come for 45 days."
    )


async def causes(bank: Bank) -> list[str]:
    """The sentences of the bank's alert, as operators read them."""
    found = await conditions_now(bank.world.host.platform)
    return [each.sentence for each in found if each.rule is Rule.RECONCILIATION]


def _by_hand(entry: Any, *documents: tuple[str, int]) -> JsonObject:
    return {
        "pairs": [
            {"entryId": entry["id"], "documentKind": "expense", "documentId": id_, "amount": amount}
            for id_, amount in documents
        ]
    }


def _documents(entry: Any) -> list[str]:
    return [each["pairs"][0]["documentId"] for each in entry["matches"]]


@pytest.mark.parametrize(
    "wrong",
    [[("exp_000002", -1000), ("exp_000003", -290)], [("exp_000001", -1000), ("exp_000002", -290)]],
    ids=["of others", "with a part of it"],
)
async def test_what_fits_is_proposed_as_soon_as_a_split_is_taken_back(bank: Bank, wrong: list[tuple[str, int]]) -> None:
    others = (
        Given(2, merchant="Miete", total_minor=30_000, date="2026-03-01"),
        Given(3, merchant="Bahn", total_minor=4_000, date="2026-03-02"),
    )
    await add_expenses(bank.world.host.database, *others)
    await bank.booked(CAFE, _TAXI)
    entry = await bank.entry(-1290)
    assert _documents(entry) == ["exp_000001"]
    made = await bank.post("/api/bank/matches", _by_hand(entry, *wrong), 201)
    await match_again(bank.world.host.platform)
    await bank.post(f"/api/bank/matches/{made['id']}/undoing", {"reason": "wrong"})
    assert _documents(await bank.entry(-1290)) == ["exp_000001"]


async def test_a_purchase_whose_money_came_back_lacks_no_money(bank: Bank) -> None:
    back = Line(amount=1290, booked_on=date(2026, 3, 20), name="GREEN GARDEN CAFE", text="Erstattung")
    await bank.booked(CAFE, back)
    refund = (await bank.entry(1290))["matches"][0]
    path = f"/api/bank/matches/{refund['id']}/decision"
    early = await bank.client.post(path, json={"decision": "accept"})
    assert early.json()["detail"].endswith("match the payment of it first, then this."), early.text
    await accept(bank, await bank.entry(-1290))
    await accept(bank, await bank.entry(1290))
    assert (await bank.get("/api/bank/unpaid", month="2026-03"))["items"] == []
    assert (await bank.get("/api/bank/months/2026-03"))["withoutMoney"] == 0


async def test_a_document_that_is_used_up_is_proposed_for_no_other_entry(bank: Bank) -> None:
    twin = replace(CAFE, text="Kartenzahlung 2")
    await bank.booked(CAFE, twin)
    entries = (await bank.get("/api/bank/entries"))["items"]
    levels = [each["matches"][0]["level"] for each in entries]
    assert levels == ["tie", "tie"], "both say that another entry fits as well"
    one, other = entries
    stale = other["matches"][0]["id"]
    await accept(bank, one)
    assert (await bank.get(f"/api/bank/entries/{other['id']}"))["matches"] == []
    assert (await bank.client.post(f"/api/bank/matches/{stale}/decision", json={"decision": "accept"})).is_error
    refused = await bank.client.post("/api/bank/matches", json=_by_hand(other, ("exp_000001", -1290)))
    assert refused.status_code == httpx.codes.CONFLICT
    assert refused.json()["detail"] == (
        "Green Garden Cafe, 2026-03-05 is matched already with the entry of 2026-03-06, -12.90 EUR, "
        "GREEN GARDEN CAFE: take that match back first."
    )
    assert (await bank.get(f"/api/bank/entries/{other['id']}"))["matches"] == [], "what was refused is proposed"


async def test_a_twin_whose_rival_has_a_reason_is_no_twin_any_more(bank: Bank) -> None:
    await bank.booked(CAFE, replace(CAFE, text="Kartenzahlung 2"))
    one, other = (await bank.get("/api/bank/entries"))["items"]
    path = f"/api/bank/entries/{other['id']}/explanation"
    (await bank.client.put(path, json={"reason": "private"})).raise_for_status()
    await match_again(bank.world.host.platform)
    [match] = (await bank.get(f"/api/bank/entries/{one['id']}"))["matches"]
    assert (match["level"], match["twins"]) == ("automatic", [])


async def test_an_import_that_is_taken_back_gives_its_documents_back(bank: Bank) -> None:
    await bank.booked(_TAXI)
    await bank.booked(CAFE, replace(CAFE, text="Kartenzahlung 2"), number=4)
    [first, second] = [each for each in (await bank.get("/api/bank/entries"))["items"] if each["amount"] == -1290]
    taken_back = take_back(ACCOUNT, first["statementId"], 0, 0, 1_000)
    assert second["statementId"] == first["statementId"]
    await bank.world.host.database.batch([*taken_back])
    rows = await bank.world.rows("SELECT id FROM bank_matches WHERE id NOT IN (SELECT match_id FROM bank_pairs)")
    assert rows == [], "matches are left without their pairs"
    [due] = await bank.world.rows("SELECT is_due FROM bank_matching")
    assert due["is_due"], "what others were proposed with is free again"
