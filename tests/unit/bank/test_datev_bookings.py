"""Fees of the bank in DATEV's batch: each once, taken back when undone, and repeated as closed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT
from tests.unit.bank.deciding import FEE, Bank, opened
from tests.unit.exports.exporting import content_of, exported
from tillroll.exports.workflow import EXPORT
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.json import JsonObject

MARCH: JsonObject = {"from": "2026-03-01", "to": "2026-03-31"}
APRIL: JsonObject = {"from": "2026-04-01", "to": "2026-04-30"}
FROM_GERMANY = "UPDATE accounts SET base_currency = ?, tax_ids = '[\"DE123456789\"]' WHERE id = ?"
PROFILE: dict[str, Any] = {
    "name": "DATEV",
    "format": "datev",
    "options": {
        "datev": {"consultant": 1001, "client": 7},
        "contraAccount": "1610",
        "other": {"account": "4980"},
    },
}


@pytest.fixture
async def bank() -> AsyncIterator[Bank]:
    async for each in opened(Given(1), beside=(EXPORT,)):
        await each.world.host.database.batch([statement(FROM_GERMANY, ["EUR", ACCOUNT])])
        await each.booked(FEE)
        yield each


async def profile_of(bank: Bank, name: str = "DATEV", **options: Any) -> str:
    body: dict[str, Any] = {**PROFILE, "name": name, "options": {**PROFILE["options"], **options}}
    answer = await bank.client.post("/api/export-profiles", json=body)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()["id"]


async def explain(bank: Bank) -> str:
    """Say that the entry is a fee; the match's id."""
    entry = await bank.entry(FEE.amount)
    if entry["explained"]:
        return entry["matches"][0]["id"]
    pair = {"entryId": entry["id"], "documentKind": "fee", "documentId": "fee:EUR"}
    return (await bank.post("/api/bank/matches", {"pairs": [pair]}, 201))["id"]


async def undo(bank: Bank, match: str) -> None:
    await bank.post(f"/api/bank/matches/{match}/undoing", {"reason": "a slip"})


async def batches(bank: Bank, profile: str, **asked: Any) -> list[list[tuple[str, ...]]]:
    """The rows of each batch of the bank: amount, side, account, contra account, day and text."""
    export = await exported(bank.world, bank.client, format="datev", profile=profile, **asked)
    found: list[list[tuple[str, ...]]] = []
    for file in export["files"]:
        if not file["fileName"].startswith("EXTF_bank_"):
            continue
        content = (await content_of(bank.world, export, file["number"])).decode("cp1252")
        lines = [line.split(";") for line in content.split("\r\n")[2:-1]]
        assert file["count"] == len(lines)
        places = (0, 1, 6, 7, 9, 13)
        found.append([tuple(line[place].strip('"') for place in places) for line in lines])
    return found


BOOKED = ("4,90", "S", "4970", "1200", "3103", "Kontoführung März")
BACK = ("4,90", "H", "4970", "1200", "3103", "Storno Kontoführung März")


async def test_a_fee_is_handed_on_once_and_taken_back_when_it_is_undone(bank: Bank) -> None:
    profile = await profile_of(bank)
    new = {"filter": MARCH, "onlyNew": True}
    match = await explain(bank)
    assert await batches(bank, profile, **new) == [[BOOKED]]
    assert await batches(bank, profile, **new) == []
    await undo(bank, match)
    assert await batches(bank, profile, **new) == [[BACK]]
    assert await batches(bank, profile, **new) == []
    await explain(bank)
    assert await batches(bank, profile, **new) == [[BOOKED]]
    # All of the days, whatever was handed on.
    assert await batches(bank, profile, filter=MARCH) == [[BOOKED]]


async def test_a_fee_that_is_nothing_yet_is_in_no_batch(bank: Bank) -> None:
    assert await batches(bank, await profile_of(bank), filter=MARCH) == []


async def test_a_profile_without_a_chart_says_what_is_missing(bank: Bank) -> None:
    profile = await profile_of(bank, contraAccount="1740")
    await explain(bank)
    asked = {"format": "datev", "profile": profile, "filter": MARCH}
    export = await exported(bank.world, bank.client, **asked)
    assert [file["fileName"][:9] for file in export["files"]] == ["EXTF_expe", "bank-2026"]
    assert any("accounts of bank fees" in each for each in export["files"][0]["remarks"])


async def test_other_countries_have_no_such_batch(bank: Bank) -> None:
    query = "UPDATE accounts SET tax_ids = '[\"ATU12345678\"]' WHERE id = ?"
    await bank.world.host.database.batch([statement(query, [ACCOUNT])])
    await explain(bank)
    assert await batches(bank, await profile_of(bank), filter=MARCH) == []


async def test_a_firm_without_a_vat_number_is_in_germany_by_its_address(bank: Bank) -> None:
    await bank.world.host.database.batch(
        [
            statement("UPDATE accounts SET tax_ids = NULL WHERE id = ?", [ACCOUNT]),
            statement(
                "INSERT INTO company_profiles (account_id, country, updated_at) VALUES (?, ?, ?)",
                [ACCOUNT, "DE", "2026-01-01T00:00:00.000Z"],
            ),
        ]
    )
    await explain(bank)
    assert await batches(bank, await profile_of(bank), filter=MARCH) == [[BOOKED]]


async def test_a_firm_that_names_no_country_has_the_batch_of_its_chart(bank: Bank) -> None:
    query = "UPDATE accounts SET tax_ids = NULL WHERE id = ?"
    await bank.world.host.database.batch([statement(query, [ACCOUNT])])
    await explain(bank)
    assert await batches(bank, await profile_of(bank), filter=MARCH) == [[BOOKED]]


async def test_what_is_explained_after_closing_comes_with_the_next_new_ones(bank: Bank) -> None:
    profile = await profile_of(bank)
    clock = bank.world.host.pieces.clock
    clock.advance(timedelta(days=60))
    await bank.post("/api/closed-periods", MARCH, 202)
    await bank.world.settle()
    clock.advance(timedelta(days=1))
    await explain(bank)
    assert await batches(bank, profile, filter=MARCH) == []
    assert await batches(bank, profile, filter=APRIL, onlyNew=True) == [[BOOKED]]
    assert await batches(bank, profile, filter=APRIL, onlyNew=True) == []


async def test_the_ledger_has_the_day_of_the_bank_beside_that_of_the_click(bank: Bank) -> None:
    """Undoing it is of the same day, so that the day as a whole has nothing of it."""
    await undo(bank, await explain(bank))
    address = "/api/ledger/accounts/banking:fees:EUR/statement"
    entries = (await bank.client.get(address)).json()["items"]
    assert [(each["kind"], each["amount"], each["day"]) for each in entries] == [
        ("transfer", 490, "2026-03-31"),
        ("reversal", -490, "2026-03-31"),
    ]
    table = (await bank.client.get(f"{address}.csv")).text.splitlines()
    assert [line.rpartition(",")[2] for line in table] == [
        "day",
        "",
        "2026-03-31",
        "2026-03-31",
        "",
    ]
