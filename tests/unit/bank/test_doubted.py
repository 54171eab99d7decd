"""An expense that was accepted and is voided, or gets another total: its entry is open, until that
is put right.
"""

from collections.abc import AsyncGenerator
from typing import LiteralString

import httpx
import pytest

from tests.support.expenses import Given
from tests.unit.bank.deciding import CAFE, Bank, accept, opened
from tillroll_durable import statement


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened(Given(1)):
        await each.booked(CAFE)
        await accept(each, await each.entry(-1290))
        assert (await each.get("/api/bank/months/2026-03"))["isComplete"]
        yield each


async def _change(bank: Bank, sets: LiteralString) -> None:
    await bank.world.host.database.batch([statement(f"UPDATE expenses SET {sets}")])


@pytest.mark.parametrize(
    ("sets", "back", "doubt", "says"),
    [
        ("status = 'voided'", "status = 'ready'", "voided", "The expense was voided"),
        (
            "total_minor = 1390",
            "total_minor = 1290",
            "changed",
            "The expense has another total now",
        ),
        ("currency = 'CHF'", "currency = 'EUR'", "changed", "The expense has another total now"),
    ],
)
async def test_what_holds_no_more_opens_its_entry(
    bank: Bank, sets: LiteralString, back: LiteralString, doubt: str, says: str
) -> None:
    await _change(bank, sets)
    entry = await bank.entry(-1290)
    assert (entry["doubt"], entry["explained"], entry["matches"][0]["state"]) == (
        doubt,
        -1290,
        "accepted",
    )
    month = await bank.get("/api/bank/months/2026-03")
    assert (month["open"], month["documented"], month["isComplete"]) == (1, 0, False)
    [line] = (await bank.get("/api/bank/months/2026-03/entries"))["items"]
    assert (line["standing"], line["says"]) == ("open", says)
    assert (await bank.get("/api/bank/progress"))["open"] == 1
    assert [
        each["id"] for each in (await bank.get("/api/bank/entries", standing="open"))["items"]
    ] == [entry["id"]]
    await _change(bank, back)
    assert (await bank.entry(-1290))["doubt"] is None
    assert (await bank.get("/api/bank/months/2026-03"))["isComplete"]


async def test_a_match_that_holds_no_more_is_taken_back_and_accepted_anew(bank: Bank) -> None:
    await _change(bank, "total_minor = 1390")
    match = (await bank.entry(-1290))["matches"][0]["id"]
    await bank.post(f"/api/bank/matches/{match}/undoing", {"reason": "another total"})
    entry = await bank.entry(-1290)
    assert (entry["doubt"], entry["explained"]) == (None, 0)
    pair = {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000001"}
    await bank.post("/api/bank/matches", {"pairs": [pair]}, httpx.codes.CREATED)
    assert (await bank.entry(-1290))["doubt"] is None
    assert (await bank.get("/api/bank/months/2026-03"))["isComplete"]
