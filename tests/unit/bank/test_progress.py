"""An expense's progress with a bank: paid by an entry that covers it, and what was only
proposed.
"""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tests.support.expenses import Given
from tests.unit.bank.deciding import CAFE, Bank, accept, opened
from tillroll_durable import statement


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened(Given(1)):
        await each.booked(CAFE)
        yield each


async def _paid(bank: Bank) -> dict[str, Any]:
    stages = (await bank.get("/api/expenses/exp_000001/progress"))["stages"]
    return next(each for each in stages if each["stage"] == "paid")


async def test_an_accepted_entry_pays_it_and_is_named(bank: Bank) -> None:
    entry = await bank.entry(-1290)
    paid = await _paid(bank)
    assert (paid["state"], [each["state"] for each in paid["facts"]]) == ("waits", ["proposed"])
    await accept(bank, entry)
    [listed] = (await bank.get("/api/expenses"))["items"]
    is_approved = listed["status"] == "approved"
    assert listed["stage"] == ("paid" if is_approved else listed["status"])
    assert [each["id"] for each in (await bank.get("/api/expenses?is=paid"))["items"]] == [
        "exp_000001"
    ]
    await bank.world.host.database.batch([statement("UPDATE expenses SET status = 'approved'")])
    assert (await bank.get("/api/expenses/exp_000001"))["stage"] == "paid"
    assert (await bank.get("/api/runs/run_000001"))["expense"]["stage"] == "paid"
    paid = await _paid(bank)
    assert (paid["state"], paid["at"]) == ("reached", entry["day"])
    assert [(each["subject"], each["subjectId"]) for each in paid["facts"]] == [
        ("bank_entry", entry["id"])
    ]
    last = (await bank.get("/api/audit/expenses/exp_000001"))["items"][-1]
    assert (last["says"][:30], last["about"]["path"]) == (
        *("A bank entry was matched to it", f"/bank/entries/{entry['id']}"),
    )


async def test_an_entry_that_covers_a_part_does_not_pay_it(bank: Bank) -> None:
    await accept(bank, await bank.entry(-1290))
    await bank.world.host.database.batch(
        [statement("UPDATE expenses SET total_minor = 1390, status = 'approved'")]
    )
    assert (await bank.get("/api/expenses/exp_000001"))["stage"] == "approved"
    assert (await _paid(bank))["state"] == "waits"
