"""Receipts that say cash, read or stated by a person, beside what the bank booked."""

from collections.abc import AsyncGenerator

import pytest

from tests.support.expenses import Given
from tests.unit.bank.deciding import CAFE, Bank, accept, opened
from tillroll_durable import statement

_READ = "UPDATE expenses SET payment_method = 'cash'"


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened(Given(1), books_certain=True):
        await each.world.host.database.batch([statement(_READ)])
        yield each


async def test_what_was_only_read_as_cash_is_proposed_and_never_booked_by_itself(
    bank: Bank,
) -> None:
    await bank.booked(CAFE)
    entry = await bank.entry(-1290)
    [match] = entry["matches"]
    assert (match["state"], match["level"]) == ("proposed", "proposed")
    assert "but the receipt says cash" in match["reasons"]
    await accept(bank, entry)
    assert (await bank.entry(-1290))["explained"] == -1290


async def test_what_was_read_as_cash_is_found_and_chosen_by_hand(bank: Bank) -> None:
    await bank.booked(CAFE)
    entry = await bank.entry(-1290)
    [found] = (await bank.get("/api/bank/documents", amount="-1290"))["items"]
    assert (found["documentId"], found["saysCash"], found["whyNot"]) == ("exp_000001", True, None)
    pair = {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000001"}
    made = await bank.post("/api/bank/matches", {"pairs": [pair]}, 201)
    assert (
        made["reasons"][-1]
        == "and that it was paid from this account, though the receipt says cash"
    )
    assert (await bank.get("/api/bank/unpaid", older="0"))["items"] == []


async def test_what_a_person_stated_as_cash_names_the_person(bank: Bank) -> None:
    expense = await bank.client.get("/api/expenses/exp_000001")
    headers = {"if-match": expense.headers["etag"]}
    for method in ("card", "cash"):
        body = {"paymentMethod": method, "reason": "as I paid"}
        changed = await bank.client.patch("/api/expenses/exp_000001", json=body, headers=headers)
        assert changed.is_success, changed.text
        headers = {"if-match": changed.headers["etag"]}
    await bank.booked(CAFE)
    entry = await bank.entry(-1290)
    assert entry["matches"] == []
    [found] = (await bank.get("/api/bank/documents", amount="-1290"))["items"]
    name = (await bank.world.rows("SELECT name FROM users WHERE id = 'usr_first'"))[0]["name"]
    says = f"Paid in cash, says {name}. Change that first."
    assert found["whyNot"] == says
    pair = {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000001"}
    refused = await bank.post("/api/bank/matches", {"pairs": [pair]}, 422)
    assert refused["errors"][0] == {"field": "pairs.0.documentId", "message": says}
