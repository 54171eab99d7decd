"""Two who decide on one entry at once: one is first, the other is answered 409, and it is booked
once.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from typing import Any

import httpx
import pytest

from tests.support.bank_files import camt
from tests.support.bank_month import Month
from tests.support.expenses import Given
from tests.support.host_platform import USER
from tests.unit.bank.deciding import CAFE, FEE, Bank, opened
from tests.unit.bank.test_undoing import send, undo
from tillroll.bank.decisions.automatic import match_again
from tillroll_durable.platform.json import JsonObject

_REASON: JsonObject = {"reason": "it was another one"}


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened(Given(1, total_minor=1290)):
        yield each


def _fee(entry: Any) -> JsonObject:
    return {"pairs": [{"entryId": entry["id"], "documentKind": "fee", "documentId": "fee:EUR"}]}


async def _later(turns: int, act: Awaitable[Any]) -> Any:
    for _ in range(turns):
        await asyncio.sleep(0)
    return await act


async def _facts_without_a_match(bank: Bank) -> list[str]:
    rows = await bank.world.rows("""
      SELECT id FROM ledger_transfers WHERE debit_id LIKE 'banking:%'
        AND substr(id, 6) NOT IN (SELECT id FROM bank_matches WHERE state = 'accepted')
    """)
    return [str(row["id"]) for row in rows]


@pytest.mark.parametrize("turns", range(0, 12, 2))
async def test_an_entry_is_booked_once_by_two_people(bank: Bank, turns: int) -> None:
    await bank.booked(CAFE)
    entry = await bank.entry(-1290)
    match = entry["matches"][0]["id"]
    by_hand, accepted = await asyncio.gather(
        _later(turns, bank.client.post("/api/bank/matches", json=_fee(entry))),
        bank.client.post(f"/api/bank/matches/{match}/decision", json={"decision": "accept"}),
    )
    assert max(by_hand.status_code, accepted.status_code) in {409, 422}
    assert min(by_hand.status_code, accepted.status_code) < httpx.codes.BAD_REQUEST
    assert await bank.balance(bank.own) == -1290
    assert (await bank.entry(-1290))["explained"] == -1290
    assert await _facts_without_a_match(bank) == []


@pytest.mark.parametrize("turns", range(0, 20, 4))
async def test_a_match_by_hand_is_not_lost_to_the_cron(bank: Bank, turns: int) -> None:
    await bank.booked(CAFE)
    entry = await bank.entry(-1290)
    await bank.client.post("/api/bank/matching")
    by_hand, _ = await asyncio.gather(
        _later(turns, bank.client.post("/api/bank/matches", json=_fee(entry))),
        match_again(bank.world.host.platform),
    )
    assert by_hand.status_code == httpx.codes.CREATED, by_hand.text
    assert await bank.balance(bank.own) == -1290


async def test_a_match_by_hand_that_is_refused_leaves_nothing(bank: Bank) -> None:
    await bank.booked(CAFE)
    entry = await bank.entry(-1290)
    await bank.post("/api/bank/matches", _fee(entry), 201)
    refused = await bank.client.post("/api/bank/matches", json=_fee(entry))
    assert refused.status_code in {409, 422}
    assert len((await bank.get("/api/bank/matches"))["items"]) == 1


async def test_a_match_is_undone_once_by_two_people(bank: Bank) -> None:
    await bank.booked(CAFE)
    made = await bank.post("/api/bank/matches", _fee(await bank.entry(-1290)), 201)
    path = f"/api/bank/matches/{made['id']}/undoing"
    answers = await asyncio.gather(*[bank.client.post(path, json=_REASON) for _ in range(2)])
    assert {each.status_code for each in answers} <= {200, 409}
    assert await bank.balance(bank.own) == 0


async def test_what_is_said_of_an_entry_twice_is_as_before(bank: Bank) -> None:
    await bank.booked(FEE)
    path = f"/api/bank/entries/{(await bank.entry(-490))['id']}"
    for body in ({"reason": None}, {"reason": "private"}, {"reason": "private"}):
        assert (
            await bank.client.put(f"{path}/explanation", json=body)
        ).status_code == httpx.codes.OK
    for body in ({"person": None}, {"person": USER}, {"person": USER}):
        assert (await bank.client.put(f"{path}/owed-by", json=body)).status_code == httpx.codes.OK
    explained = [bank.client.put(f"{path}/explanation", json={"reason": "other"}) for _ in range(4)]
    owed = [bank.client.put(f"{path}/owed-by", json={"person": None}) for _ in range(4)]
    answers = await asyncio.gather(*explained, *owed)
    assert {each.status_code for each in answers} == {httpx.codes.OK}
    entry = await bank.get(path)
    assert (entry["reason"], entry["owedBy"]) == ("other", None)


async def test_a_decline_whose_import_was_undone_is_taken_back(bank: Bank) -> None:
    sent = await send(bank, camt(Month(opening=100_000, lines=(CAFE,), number=3)))
    match = (await bank.entry(-1290))["matches"][0]["id"]
    await bank.post(f"/api/bank/matches/{match}/decision", {"decision": "decline"})
    await undo(bank, sent["id"])
    for _ in range(3):
        taken_back = await bank.post(f"/api/bank/matches/{match}/undoing", _REASON)
        assert taken_back["state"] == "undone"


async def test_a_proposal_that_nobody_accepted_cannot_be_undone(bank: Bank) -> None:
    await bank.booked(CAFE)
    match = (await bank.entry(-1290))["matches"][0]["id"]
    await bank.post(f"/api/bank/matches/{match}/undoing", _REASON, 409)
