"""Claims over HTTP: what can be claimed, by whom it is paid, what is said against it."""

from collections.abc import AsyncGenerator, Mapping
from datetime import date
from typing import Any

import pytest

from tests.simulation.claiming import ACTOR
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.unit.claims.claimed import ASKED, Claimed, open_claimed
from tillroll.claims.rules import NotNow
from tillroll.claims.service import Payment, record_payment
from tillroll.identity.authentication import secret_hash
from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.posting import Answer, post
from tillroll.ledger.repository import create
from tillroll.ledger.transfers import Side, Transfer, single
from tillroll_durable import Actor, statement


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed() as claimed:
        yield claimed


async def trial_balance(claimed: Claimed) -> Mapping[str, Any]:
    return {
        each["currency"]: each
        for each in (await claimed.ask("GET", "/api/ledger/trial-balance"))["totals"]
    }


async def test_what_is_approved_is_claimed_by_currency_and_once(claimed: Claimed) -> None:
    euros, dollars = (await claimed.ask("GET", "/api/claimable"))["items"]
    assert [each["id"] for each in euros.pop("expenses")] == ["exp_000001", "exp_000002"]
    assert dollars.pop("expenses") == [
        {
            "id": "exp_000003",
            "date": "2026-03-05",
            "merchant": "Green Garden Cafe",
            "category": None,
            "client": None,
            "receiptId": "rec_000003",
            "mediaType": "image/jpeg",
            "amount": "7.00",
            "spent": "7.00",
            "spentCurrency": "USD",
        }
    ]
    assert euros == {
        "currency": "EUR",
        "count": 2,
        "total": "37.90",
        "heldBack": 0,
        "violations": [],
    }
    assert dollars == {
        "currency": "USD",
        "count": 1,
        "total": "7.00",
        "heldBack": 0,
        "violations": [],
    }
    first = await claimed.ask("POST", "/api/claims", ASKED, "one", 202)
    again = await claimed.ask("POST", "/api/claims", ASKED, "one", 202)
    assert (first["state"], first["id"]) == ("draft", again["id"])
    seen = await claimed.shown(first["id"])
    assert (seen["state"], seen["number"], seen["total"], seen["open"]) == (
        "issued",
        "2026-0001",
        "37.90",
        "37.90",
    )
    assert (seen["issuedOn"], seen["dueOn"], seen["runState"]) == (
        "2026-03-01",
        "2026-03-31",
        "awaiting_payment",
    )
    assert [(each["expenseId"], each["amount"]) for each in seen["items"]] == [
        ("exp_000001", "12.90"),
        ("exp_000002", "25.00"),
    ]
    assert [each["kind"] for each in seen["events"]] == ["issued", "presented"]
    assert [each["currency"] for each in (await claimed.ask("GET", "/api/claimable"))["items"]] == [
        "USD"
    ]
    refused = await claimed.ask("POST", "/api/claims", ASKED, status=422)
    assert "nothing in EUR to claim" in str(refused)
    listed = (await claimed.ask("GET", "/api/claims"))["items"]
    assert [(each["id"], each["expenses"]) for each in listed] == [(first["id"], 2)]


async def test_a_key_holds_for_the_account_and_does_not_end(claimed: Claimed) -> None:
    """A person's other token, a day later, and the trigger of the kind: it is the same claim."""
    second = """
      INSERT INTO tokens (id, user_id, hash, name, created_at)
      VALUES ('tok_2', 'usr_first', ?, 'second', '2026-01-01T00:00:00.000Z')
    """
    platform = claimed.world.host.platform
    await platform.database.batch([statement(second, [secret_hash("till_second")])])
    key, body = "march", {**ASKED, "expenseIds": ["exp_000001"]}
    first = (await claimed.ask("POST", "/api/claims", body, key, 202))["id"]
    async with api_client(platform, "till_second") as other:
        theirs = Claimed(claimed.world, other)
        assert (await theirs.ask("POST", "/api/claims", body, key, 202))["id"] == first
        refused = await theirs.ask(
            "POST", "/api/claims", {**body, "expenseIds": ["exp_000002"]}, key, 422
        )
        assert refused["type"] == "urn:tillroll:problem:key-reused"
        assert (await theirs.ask("POST", "/api/workflows/claim/trigger", body, key, 202))[
            "id"
        ] == first
    await platform.database.batch([statement("DELETE FROM idempotency_keys")])  # as each day does
    assert (await claimed.ask("POST", "/api/claims", body, key, 202))["id"] == first
    assert [each["id"] for each in (await claimed.ask("GET", "/api/claims"))["items"]] == [first]


async def test_it_is_paid_in_two_parts_and_the_books_say_so(claimed: Claimed) -> None:
    claim = await claimed.claim()
    part = await claimed.pay(claim, "20", "a", reference="bank 1")
    assert (part["state"], part["open"]) == ("part_paid", "17.90")
    assert (await claimed.pay(claim, "20", "a", reference="bank 1"))["open"] == "17.90"
    await claimed.pay(claim, "21", "a", status=422)
    await claimed.pay(claim, "17.90", "b")
    seen = await claimed.shown(claim)
    assert (seen["state"], seen["runState"], seen["open"], seen["paid"]) == (
        "paid",
        "paid",
        "0.00",
        "37.90",
    )
    told = await claimed.ask("GET", f"/api/workflows/claim/status/{claim}")
    output = {name: told["output"][name] for name in ("claim_id", "stage", "total", "open")}
    assert (told["status"], output) == (
        "completed",
        {"claim_id": claim, "stage": "paid", "total": "37.90", "open": "0.00"},
    )
    late = await claimed.pay(claim, "5", "c")
    assert (late["events"][-1]["applied"], late["paid"]) == ("0.00", "37.90")
    totals = (await trial_balance(claimed))["EUR"]
    assert totals["debitsPosted"] == totals["creditsPosted"] == 8080
    balance = await claimed.ask("GET", "/api/ledger/accounts/claims:unapplied:EUR/balance")
    assert balance["posted"] == 500


async def test_owners_are_told_once_of_what_is_owed_back(claimed: Claimed) -> None:
    async def told() -> list[str]:
        rows = await claimed.world.rows(
            "SELECT subject FROM notifications WHERE topic = 'claim.owed_back'"
        )
        return [str(row["subject"]) for row in rows]

    claim = await claimed.claim()
    await claimed.pay(claim, "20", "a")
    assert await told() == []
    for _ in range(2):
        await claimed.pay(claim, "20", "b")
    assert await told() == [claim]
    await claimed.pay(claim, "5", "c")
    assert await told() == [claim] * 2


async def test_owners_are_told_that_a_withdrawn_claim_was_paid_in_part(claimed: Claimed) -> None:
    claim = await claimed.claim()
    await claimed.pay(claim, "20", "a")
    await claimed.ask("POST", f"/api/claims/{claim}/withdraw", {"reason": "a mistake"})
    rows = await claimed.world.rows(
        "SELECT subject FROM notifications WHERE topic = 'claim.owed_back'"
    )
    assert [row["subject"] for row in rows] == [claim]


async def test_a_payment_before_the_issue_is_refused_and_taken_under_its_key_behind_it(
    claimed: Claimed,
) -> None:
    asked = {"amount": "37.90", "currency": "EUR", "day": "2026-03-20"}
    draft = (await claimed.client.post("/api/claims", json=ASKED)).json()["id"]
    path, keyed = f"/api/claims/{draft}/payments", {"Idempotency-Key": "bank 17"}
    early = await claimed.client.post(path, json=asked, headers=keyed)
    assert (early.status_code, early.json()["detail"]) == (409, "The claim was not issued.")
    await claimed.world.settle({})
    paid = await claimed.ask("POST", path, asked, "bank 17")
    assert (paid["state"], [each["kind"] for each in paid["events"]][-1]) == ("paid", "payment")


async def test_it_is_overdue_by_its_terms_and_people_are_told_once(claimed: Claimed) -> None:
    claim = await claimed.claim(termsDays=10)
    claimed.later(12)
    await claimed.world.settle({})
    seen = await claimed.shown(claim)
    assert (seen["state"], [each["kind"] for each in seen["events"]][-1]) == ("overdue", "reminder")
    for _ in range(3):
        claimed.later(14)
        await claimed.world.settle({})
    kinds = [each["kind"] for each in (await claimed.shown(claim))["events"]]
    assert kinds == ["issued", "presented", "reminder", "second_reminder", "escalation"]
    told = await claimed.world.rows("SELECT id FROM notifications WHERE topic = 'claim.overdue'")
    assert len(told) == 3


async def test_a_dispute_is_resolved_and_a_part_credited(claimed: Claimed) -> None:
    claim = await claimed.claim()
    for _ in range(2):
        seen = await claimed.ask("POST", f"/api/claims/{claim}/dispute", {"reason": "not mine"})
        assert (seen["state"], len(seen["events"])) == ("disputed", 3)
    note = {"expenseIds": ["exp_000001"], "reason": "private"}
    for _ in range(2):
        seen = await claimed.ask("POST", f"/api/claims/{claim}/credit-notes", note, "n")
        assert (seen["credited"], seen["open"], seen["events"][-1]["number"]) == (
            "12.90",
            "25.00",
            "CN-2026-0001",
        )
    await claimed.ask(
        "POST", f"/api/claims/{claim}/credit-notes", {**note, "reason": "other"}, "n", 422
    )
    await claimed.ask("POST", f"/api/claims/{claim}/credit-notes", note, "m", 422)
    seen = await claimed.shown(claim)
    assert [each["isReleased"] for each in seen["items"]] == [True, False]
    seen = await claimed.ask("POST", f"/api/claims/{claim}/resolve", {"reason": "agreed"})
    assert seen["state"] == "issued"
    assert (await claimed.ask("GET", "/api/claimable"))["items"][0]["total"] == "12.90"


async def test_it_is_withdrawn_once(claimed: Claimed) -> None:
    claim = await claimed.claim()
    for _ in range(2):
        seen = await claimed.ask("POST", f"/api/claims/{claim}/withdraw", {"reason": "a mistake"})
        assert (seen["state"], seen["open"]) == ("withdrawn", "0.00")
    refused = await claimed.ask("POST", f"/api/claims/{claim}/dispute", {"reason": "x"}, status=409)
    assert refused["type"] == "urn:tillroll:problem:claim-not-open"
    assert (await claimed.shown(claim))["runState"] == "withdrawn"


async def test_expenses_are_chosen(claimed: Claimed) -> None:
    claim = await claimed.claim(expenseIds=["exp_000002"])
    assert (await claimed.shown(claim))["total"] == "25.00"
    for other in (
        {"expenseIds": ["exp_000002"]},
        {"expenseIds": ["exp_000003"]},
        {"expenseIds": ["exp_nobody"]},
        {"firstDay": "2026-03-06"},
        {"lastDay": "2026-03-04"},
        {"person": "usr_nobody"},
        {"clientId": "cli_nobody"},
        {"payerKind": "customer"},
        {"currency": "XXZ"},
        {"currency": "eur"},
        {"termsDays": 400},
        {"reminderDays": [3, 2, 1]},
        {"reminderDays": [1, 2]},
        {"firstDay": "2026-03-06", "lastDay": "2026-03-05"},
        {"payerName": ""},
        {"payerName": "a\nb"},
        {"colour": "red"},
    ):
        await claimed.ask("POST", "/api/claims", {**ASKED, **other}, status=422)
    assert len((await claimed.ask("GET", "/api/claims"))["items"]) == 1


async def test_refunds_lessen_what_is_claimed_but_never_below_nothing(claimed: Claimed) -> None:
    await add_expenses(
        claimed.world.host.database, Given(4, total_minor=-1000), Given(5, total_minor=-9000)
    )
    await claimed.world.rows("UPDATE expenses SET status = 'approved', paid_by = 'employee'")
    await claimed.ask("POST", "/api/claims", ASKED, status=422)
    claim = await claimed.claim(expenseIds=["exp_000001", "exp_000004"])
    assert (await claimed.shown(claim))["total"] == "2.90"


@pytest.mark.parametrize(
    "other",
    [
        {"amount": "0"},
        {"amount": "-1"},
        {"amount": "1.234"},
        {"amount": "1e3"},
        {"currency": "XXZ"},
        {"day": "20"},
    ],
)
async def test_what_is_no_payment_is_refused(claimed: Claimed, other: Mapping[str, str]) -> None:
    claim = await claimed.claim()
    await claimed.ask(
        "POST",
        f"/api/claims/{claim}/payments",
        {"amount": "1", "currency": "EUR", "day": "2026-03-20", **other},
        status=422,
    )
    assert len((await claimed.shown(claim))["events"]) == 2


async def test_a_changed_expense_is_marked(claimed: Claimed) -> None:
    claim = await claimed.claim()
    await claimed.ask("POST", "/api/expenses/exp_000001/send-back", {"reason": "look again"})
    seen = await claimed.shown(claim)
    assert [each["hasChanged"] for each in seen["items"]] == [True, False]
    assert seen["total"] == "37.90"


async def test_an_account_of_the_ledger_that_is_other_stands_in_the_way(claimed: Claimed) -> None:
    other = LedgerAccount(
        id="claims:receivable:EUR", name="mine", currency="EUR", normal_side=Side.CREDIT
    )
    await create(claimed.world.host.platform, Actor(ACCOUNT, "user:ann"), other)
    refused = await claimed.ask("POST", "/api/claims", ASKED, status=422)
    assert "claims:receivable:EUR" in str(refused)


async def test_the_keys_of_a_claims_facts_are_its_runs(claimed: Claimed) -> None:
    claim = await claimed.claim()
    books = {
        "debit": "claims:received:EUR",
        "credit": "claims:receivable:EUR",
        "currency": "EUR",
        "amount": 5,
    }
    asked = {"kind": "transfer", "id": f"{claim}:withdrawn", **books}
    linked = {"kind": "linked", "id": "mine", "transfers": [asked, {**asked, "id": "b"}]}
    for each in (asked, linked):
        assert "run's own" in str(
            await claimed.ask("POST", "/api/ledger/transfers", each, status=422)
        )
    assert (await claimed.ask("POST", f"/api/claims/{claim}/withdraw", {"reason": "x"}))[
        "state"
    ] == "withdrawn"


@pytest.mark.parametrize("currency", ["EUR", "USD"])
async def test_a_transfer_that_stands_in_the_way_of_a_payment_is_told(
    claimed: Claimed, currency: str
) -> None:
    """In euros it is another one; in dollars the same, which was refused, since there were no
    accounts.
    """
    claim, platform = await claimed.claim(), claimed.world.host.platform
    of = (f"claims:received:{currency}", f"claims:unapplied:{currency}", currency)
    transfer = Transfer(f"{claim}:payment:a", *of, 700, reference=claim)
    posted = await post(
        platform.database, platform.clock, Actor(ACCOUNT, "user:ann"), single(transfer)
    )
    assert (posted.answer is Answer.REFUSED) == (currency == "USD")
    payment = Payment(currency, 700, date(2026, 3, 20), None)
    with pytest.raises(NotNow, match="another Idempotency-Key"):
        await record_payment(platform, ACTOR, claim, payment, "a")
    assert [each["kind"] for each in (await claimed.shown(claim))["events"]] == [
        "issued",
        "presented",
    ]
    await record_payment(platform, ACTOR, claim, payment, "b")
    assert [each["kind"] for each in (await claimed.shown(claim))["events"]] == [
        "issued",
        "presented",
        "payment",
    ]


async def test_it_is_fetched_as_a_file(claimed: Claimed) -> None:
    claim = await claimed.claim()
    note = {"expenseIds": ["exp_000001"], "reason": "private"}
    await claimed.ask("POST", f"/api/claims/{claim}/credit-notes", note)
    file = (await claimed.client.get(f"/api/claims/{claim}/statement.csv")).text.splitlines()
    assert file[0] == "claim,expense,day,merchant,category,amount,tax,currency,taken out"
    assert [line.split(",")[5:] for line in file[1:]] == [
        ["12.90", "", "EUR", "yes"],
        ["25.00", "", "EUR", "no"],
    ]


async def test_a_payment_that_bounced_is_taken_back_by_a_fact_that_names_it(
    claimed: Claimed,
) -> None:
    claim = await claimed.claim()
    await claimed.pay(claim, "37.90", "a")
    version = next(
        each["version"]
        for each in (await claimed.shown(claim))["events"]
        if each["kind"] == "payment"
    )
    path = f"/api/claims/{claim}/payments"
    await claimed.ask("POST", f"{path}/1/reversal", {"reason": "no payment"}, status=422)
    why = {"reason": "the debit was returned"}
    answers = [await claimed.ask("POST", f"{path}/{version}/reversal", why) for _ in range(2)]
    assert {(each["open"], each["paid"]) for each in answers} == {("37.90", "0.00")}
    back = answers[0]
    [event] = [each for each in back["events"] if each["kind"] == "reversed"]
    assert (event["reverses"], event["amount"], event["applied"]) == (version, "37.90", "37.90")
    transfers = (await claimed.ask("GET", "/api/ledger/transfers?account=claims:received:EUR"))[
        "items"
    ]
    [reversal, original] = [each for each in transfers if each["id"].startswith(claim)]
    assert (reversal["kind"], reversal["reverses"]) == ("reversal", original["id"])
    # What was owed back is applied when the payment before it bounces.
    first = await claimed.pay(claim, "37.90", "b")
    await claimed.pay(claim, "37.90", "c")
    version = first["events"][-1]["version"]
    assert (await claimed.ask("POST", f"{path}/{version}/reversal", {"reason": "bounced"}))[
        "state"
    ] == "paid"
    balance = await claimed.ask("GET", "/api/ledger/accounts/claims:unapplied:EUR/balance")
    assert balance["posted"] == 0
    # Three payments made it paid. The bounce did not, though it is still paid behind it.
    notices = (await claimed.ask("GET", "/api/notices"))["items"]
    assert [each["topic"] for each in notices].count("claim.paid") == 2


async def test_a_rest_is_written_off_by_one_act_and_still_taken(claimed: Claimed) -> None:
    claim = await claimed.claim()
    await claimed.pay(claim, "30", "a")
    given_up = await claimed.ask(
        "POST", f"/api/claims/{claim}/write-off", {"reason": "too little to ask for"}
    )
    assert (given_up["state"], given_up["writtenOff"], given_up["open"]) == (
        "written_off",
        "7.90",
        "0.00",
    )
    assert [each["isReleased"] for each in given_up["items"]] == [False, False]
    await claimed.ask("POST", f"/api/claims/{claim}/write-off", {"reason": "again"}, status=409)
    # Nobody is told that it is paid before it is.
    assert (await claimed.ask("GET", "/api/notices"))["items"] == []
    await claimed.pay(claim, "1", "part")
    assert (await claimed.ask("GET", "/api/notices"))["items"] == []
    paid = await claimed.pay(claim, "9", "b")
    assert (paid["state"], paid["writtenOff"], paid["paid"]) == ("paid", "0.00", "37.90")
    topics = [each["topic"] for each in (await claimed.ask("GET", "/api/notices"))["items"]]
    assert sorted(topics) == ["claim.owed_back", "claim.paid"]
    refund = {"amount": "2.10", "currency": "EUR", "reason": "sent back"}
    await claimed.ask(
        "POST", f"/api/claims/{claim}/refunds", {**refund, "amount": "2.11"}, status=409
    )
    for _ in range(2):
        await claimed.ask("POST", f"/api/claims/{claim}/refunds", refund, "r")
    balance = await claimed.ask("GET", "/api/ledger/accounts/claims:unapplied:EUR/balance")
    assert balance["posted"] == 0
