"""Matches from file to ledger: proposed, accepted, declined, undone, made by hand, and booked
without a person.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.expenses import Given, add_copies, add_expenses
from tests.support.host_platform import ACCOUNT, TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.bank.deciding import CAFE, FEE, RENT, TAXI, Bank, accept, opened
from tests.unit.claims.claimed import bill, open_claimed
from tillroll.bank.decisions.automatic import match_again
from tillroll.bank.statements.entries import take_back
from tillroll.bank.statements.native import receive
from tillroll.bank.statements.workflow import STATEMENT
from tillroll_durable import statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject


async def test_an_expense_is_proposed_accepted_and_booked(bank: Bank) -> None:
    await bank.booked(CAFE, TAXI)
    entry = await bank.entry(-1290)
    [match] = entry["matches"]
    assert (match["state"], match["pairs"][0]["documentId"]) == ("proposed", "exp_000001")
    assert match["pairs"][0]["title"] == "Green Garden Cafe, 2026-03-05"
    assert "same amount" in match["reasons"]
    accepted = await accept(bank, entry)
    assert (accepted["state"], accepted["decidedBy"][:5]) == ("accepted", "token")
    assert (await bank.entry(-1290))["explained"] == -1290
    assert (await bank.balance(bank.own), await bank.balance("banking:expenses:EUR")) == (
        -1290,
        1290,
    )
    again = await accept(bank, await bank.entry(-1290))
    assert again == accepted
    open_ = (await bank.get("/api/bank/entries", standing="open"))["items"]
    assert [each["amount"] for each in open_] == [-890]


async def test_a_list_has_what_was_proposed_and_accepted_beside_each_entry(bank: Bank) -> None:
    await bank.booked(CAFE, TAXI)
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
    assert [(each["state"], each["pairs"]) for each in (at_once, again)] == 2 * [
        ("proposed", booked["pairs"])
    ]
    await bank.post(f"/api/bank/matches/{again['id']}/decision", {"decision": "decline"})
    await match_again(bank.world.host.platform)
    assert (await bank.entry(-1290))["matches"] == []


async def test_a_declined_pair_never_comes_back(bank: Bank) -> None:
    await bank.booked(CAFE)
    match = (await bank.entry(-1290))["matches"][0]
    await bank.post(
        f"/api/bank/matches/{match['id']}/decision",
        {"decision": "decline", "said": "another lunch"},
    )
    await match_again(bank.world.host.platform)
    assert (await bank.entry(-1290))["matches"] == []
    answer = await bank.client.post(
        f"/api/bank/matches/{match['id']}/decision", json={"decision": "accept"}
    )
    assert (answer.status_code, answer.json()["type"]) == (
        409,
        "urn:tillroll:problem:match-not-open",
    )


async def test_a_receipt_that_comes_later_is_matched_by_the_cron(bank: Bank) -> None:
    await bank.booked(TAXI)
    assert (await bank.entry(-890))["matches"] == []
    await add_expenses(
        bank.world.host.database,
        Given(2, merchant="Taxi Berlin", total_minor=890, date="2026-03-30"),
    )
    await match_again(bank.world.host.platform)
    assert (await bank.entry(-890))["matches"][0]["pairs"][0]["documentId"] == "exp_000002"


@pytest.mark.parametrize("typed", ["süß", "SÜSS", "suss waren", "łódź 7", "lodz"])
async def test_a_document_is_found_with_and_without_its_accents(bank: Bank, typed: str) -> None:
    database = bank.world.host.database
    await add_expenses(database, Given(2, merchant="Süß Waren"), Given(3, merchant="Süß Waren bar"))
    numbered = "UPDATE expenses SET receipt_number = 'ŁÓDŹ 7' WHERE id <> 'exp_000001'"
    in_cash = """
      UPDATE expenses SET payment_method = 'cash', origin = 'voucher' WHERE id = 'exp_000003'
    """
    await database.batch([statement(numbered), statement(in_cash)])
    found = (await bank.get("/api/bank/documents", words=typed))["items"]
    assert [each["documentId"] for each in found] == ["exp_000002", "exp_000003"]


async def test_a_document_is_found_behind_many_whose_names_have_accents(bank: Bank) -> None:
    database = bank.world.host.database
    await add_expenses(database, Given(2, merchant="Jardín", date="2026-01-02"))
    await add_copies(database, Given(3, merchant="Süß Waren", date="2026-03-30"), 1_001)
    found = (await bank.get("/api/bank/documents", words="jardin"))["items"]
    assert [each["documentId"] for each in found] == ["exp_000002"]


async def test_one_entry_is_split_over_documents_by_hand(bank: Bank) -> None:
    await add_expenses(
        bank.world.host.database, Given(2, merchant="Miete", total_minor=30_000, date="2026-02-01")
    )
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
async def test_what_cannot_be_matched_is_refused_by_its_field(
    bank: Bank, wrong: JsonObject
) -> None:
    await bank.booked(RENT)
    entry = await bank.entry(-50_000)
    pair = {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000001", **wrong}
    refused = await bank.post("/api/bank/matches", {"pairs": [pair]}, 422)
    assert refused["errors"][0]["field"].startswith("pairs.0.")
    assert (await bank.get("/api/bank/matches"))["items"] == []


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
    assert await bank.post(path, {"to": "2026-03-05"}) == {"accepted": 0, "left": 0, "matches": []}
    accepted = await bank.post(path, {"account": bank.account})
    assert (accepted["accepted"], accepted["left"], len(accepted["matches"])) == (1, 0, 1)
    entry = await bank.entry(-1290)
    assert (entry["matches"][0]["state"], entry["matches"][0]["decidedBy"]) == (
        "accepted",
        "token:tok_usr_first",
    )
    assert await bank.post(path, {}) == {"accepted": 0, "left": 0, "matches": []}
    undoing: JsonObject = {"reason": "taken back on the page"}
    undone = await bank.post(f"/api/bank/matches/{accepted['matches'][0]}/undoing", undoing)
    assert undone["state"] == "undone"
    assert (await bank.entry(-1290))["explained"] == 0
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


async def test_what_was_pending_in_march_is_one_entry_with_what_april_has_booked(
    bank: Bank,
) -> None:
    held = Month(
        opening=100_000, lines=(replace(RENT, booked_on=date(2026, 3, 30), is_pending=True),)
    )
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
        await bank.client.post(
            "/api/bank/accounts", json={"name": "Savings", "currency": "EUR", "number": other}
        )
    ).json()
    out = Line(
        amount=-70_000, booked_on=date(2026, 3, 9), name="ACME", account=other, text="Umbuchung"
    )
    back = Line(
        amount=70_000, booked_on=date(2026, 3, 9), name="ACME", account=IBAN, text="Umbuchung"
    )
    await bank.booked(out)
    content = camt(Month(opening=0, lines=(back,), account=other))
    file = MemoryFile(content, bank.world.host.pieces.objects, "savings.xml")
    await receive(
        bank.world.host.platform,
        MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement"),
        {},
    )
    await bank.world.settle()
    match = next(
        each for each in (await bank.entry(70_000))["matches"] if each["kind"] == "transfer"
    )
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
        paid = Line(
            amount=total,
            booked_on=date(2026, 3, 20),
            name="Kontor Nord AG",
            text=f"Claim {shown['number']}",
        )
        await bank.booked(paid)
        entry = await bank.entry(total)
        assert entry["matches"][0]["pairs"][0]["documentId"] == claim
        assert any(shown["number"] in reason for reason in entry["matches"][0]["reasons"])
        match = await accept(bank, entry)
        assert (await claimed.shown(claim))["state"] == "paid"
        await bank.post(
            f"/api/bank/matches/{match['id']}/undoing", {"reason": "another customer's"}
        )
        assert (await claimed.shown(claim))["state"] == "issued"


async def test_a_refund_finds_what_was_paid_and_takes_no_more(bank: Bank) -> None:
    back = Line(amount=5000, booked_on=date(2026, 3, 20), name="Somebody", text="x")
    await bank.booked(CAFE, back)
    assert (await bank.get("/api/bank/documents", paid="true"))["items"] == []
    await accept(bank, await bank.entry(-1290))
    [paid] = (await bank.get("/api/bank/documents", paid="true", words="green"))["items"]
    assert (paid["documentId"], paid["open"]) == ("exp_000001", 1290)
    refund = await bank.entry(5000)
    pair: JsonObject = {
        "entryId": refund["id"],
        "documentKind": "expense",
        "documentId": "exp_000001",
    }
    made = await bank.post("/api/bank/matches", {"pairs": [pair]}, 201)
    assert made["pairs"][0]["amount"] == 1290
    assert (await bank.get("/api/bank/documents", paid="true"))["items"] == [], (
        "all of it came back"
    )
    assert (await bank.get("/api/bank/documents"))["items"][0]["open"] == -1290


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
async def test_what_fits_is_proposed_as_soon_as_a_split_is_taken_back(
    bank: Bank, wrong: list[tuple[str, int]]
) -> None:
    others = (
        Given(2, merchant="Miete", total_minor=30_000, date="2026-03-01"),
        Given(3, merchant="Bahn", total_minor=4_000, date="2026-03-02"),
    )
    await add_expenses(bank.world.host.database, *others)
    await bank.booked(CAFE, TAXI)
    entry = await bank.entry(-1290)
    assert _documents(entry) == ["exp_000001"]
    made = await bank.post("/api/bank/matches", _by_hand(entry, *wrong), 201)
    await match_again(bank.world.host.platform)
    await bank.post(f"/api/bank/matches/{made['id']}/undoing", {"reason": "wrong"})
    assert _documents(await bank.entry(-1290)) == ["exp_000001"]


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
    assert (
        await bank.client.post(f"/api/bank/matches/{stale}/decision", json={"decision": "accept"})
    ).is_error
    refused = await bank.client.post(
        "/api/bank/matches", json=_by_hand(other, ("exp_000001", -1290))
    )
    assert refused.status_code == httpx.codes.CONFLICT
    assert refused.json()["detail"] == (
        "Green Garden Cafe, 2026-03-05 is matched already with the entry of 2026-03-06, -12.90 "
        "EUR, "
        "GREEN GARDEN CAFE: take that match back first."
    )
    assert (await bank.get(f"/api/bank/entries/{other['id']}"))["matches"] == [], (
        "what was refused is proposed"
    )


async def test_a_twin_whose_rival_has_a_reason_is_no_twin_any_more(bank: Bank) -> None:
    await bank.booked(CAFE, replace(CAFE, text="Kartenzahlung 2"))
    one, other = (await bank.get("/api/bank/entries"))["items"]
    path = f"/api/bank/entries/{other['id']}/explanation"
    (await bank.client.put(path, json={"reason": "private"})).raise_for_status()
    await match_again(bank.world.host.platform)
    [match] = (await bank.get(f"/api/bank/entries/{one['id']}"))["matches"]
    assert (match["level"], match["twins"]) == ("automatic", [])


async def test_an_import_that_is_taken_back_gives_its_documents_back(bank: Bank) -> None:
    await bank.booked(TAXI)
    await bank.booked(CAFE, replace(CAFE, text="Kartenzahlung 2"), number=4)
    [first, second] = [
        each for each in (await bank.get("/api/bank/entries"))["items"] if each["amount"] == -1290
    ]
    taken_back = take_back(ACCOUNT, first["statementId"], 0, 0, 1_000)
    assert second["statementId"] == first["statementId"]
    await bank.world.host.database.batch([*taken_back])
    rows = await bank.world.rows(
        "SELECT id FROM bank_matches WHERE id NOT IN (SELECT match_id FROM bank_pairs)"
    )
    assert rows == [], "matches are left without their pairs"
    [due] = await bank.world.rows("SELECT is_due FROM bank_matching")
    assert due["is_due"], "what others were proposed with is free again"


OLD = Line(amount=-8_999, booked_on=date(2018, 3, 27), name="VDP-RYANAIR DUBLIN", text="")


async def test_a_document_of_long_ago_is_proposed_when_it_comes(bank: Bank) -> None:
    await bank.booked(OLD)
    assert (await bank.entry(OLD.amount))["matches"] == []
    of_its_day = Given(90, date="2018-03-27", merchant="Ryanair", total_minor=8_999)
    await add_expenses(bank.world.host.database, of_its_day)
    await match_again(bank.world.host.platform)
    [proposed] = (await bank.entry(OLD.amount))["matches"]
    assert proposed["pairs"][0]["documentId"] == of_its_day.id


async def test_the_document_that_a_person_was_asked_for_is_certain(bank: Bank) -> None:
    await bank.booked(OLD)
    entry = await bank.entry(OLD.amount)
    asked = await bank.client.put(
        f"/api/bank/entries/{entry['id']}/owed-by", json={"person": "usr_first"}
    )
    assert asked.status_code == httpx.codes.OK, asked.text
    answer = Given(90, date="2018-03-27", merchant="Ryanair", total_minor=8_999)
    await add_expenses(bank.world.host.database, answer)
    update = "UPDATE expenses SET person = 'usr_first' WHERE id = ?"
    await bank.world.host.database.batch([statement(update, [answer.id])])
    await match_again(bank.world.host.platform)
    [proposed] = (await bank.entry(OLD.amount))["matches"]
    assert (proposed["level"], proposed["state"]) == ("automatic", "proposed")


async def test_a_match_of_a_closed_period_that_is_taken_back_is_named_there(bank: Bank) -> None:
    clock = bank.world.host.pieces.clock
    clock.advance(date(2026, 4, 10) - clock.now().date())
    await bank.booked(CAFE)
    accepted = await accept(bank, await bank.entry(CAFE.amount))
    clock.advance(timedelta(hours=1))
    now = to_text(clock.now())
    run = "SELECT id, account_id FROM runs WHERE account_id = ?1 LIMIT 1"
    await bank.world.host.database.batch(
        [
            statement(
                "INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, "
                "expected, created_at, finished_at) "
                "SELECT 'xpt_1', account_id, id, 'jsonl', '{}', 'user:usr_first', 0, '', '' "
                f"FROM ({run})",
                [ACCOUNT],
            ),
            statement(
                "INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, "
                "closed_by, closed_at) SELECT 'per_1', ?1, '2026-03-01', '2026-03-31', 'xpt_1', "
                "'user:usr_first', ?2",
                [ACCOUNT, now],
            ),
        ]
    )
    clock.advance(timedelta(hours=1))
    await bank.post(f"/api/bank/matches/{accepted['id']}/undoing", {})
    [period] = (await bank.get("/api/closed-periods"))["items"]
    [taken_back] = period["matchesTakenBack"]
    assert (taken_back["day"], taken_back["amount"]) == ("2026-03-06", CAFE.amount)
    assert taken_back["name"] == "GREEN GARDEN CAFE"
    await accept(bank, await bank.entry(CAFE.amount))
    [period] = (await bank.get("/api/closed-periods"))["items"]
    assert period["matchesTakenBack"] == [], "it is explained as it was"
