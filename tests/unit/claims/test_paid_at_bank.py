"""The company's claim holds back what its bank account may have paid already, as payouts do."""

from collections.abc import AsyncGenerator

import pytest

from tests.support.host_platform import ACCOUNT
from tests.unit.claims.claimed import Claimed, asked, bill, open_claimed
from tests.unit.open_entries import add_open_entry, match_expense
from tillroll_durable import statement

FIRST = "exp_000001"
BOTH = [FIRST, "exp_000002"]


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed() as claimed:
        yield claimed


async def claimable(claimed: Claimed, query: str = "") -> list[str]:
    euros = (await claimed.ask("GET", f"/api/claimable{query}"))["items"][0]
    return [each["id"] for each in euros["expenses"]]


async def items_of(claimed: Claimed, **other: object) -> list[str]:
    shown = await claimed.shown(await claimed.claim(**other))
    return [each["expenseId"] for each in shown["items"]]


async def test_what_agrees_with_an_entry_of_the_bank_is_held_back(claimed: Claimed) -> None:
    await add_open_entry(claimed.world.host.database, -1_290)
    assert await claimable(claimed) == ["exp_000002"]
    refused = await claimed.ask("POST", "/api/claims", asked(expenseIds=BOTH), status=422)
    assert "it looks as if the company's account paid this on 2026-03-06" in str(refused)
    assert await items_of(claimed) == ["exp_000002"]


async def test_a_person_says_that_the_company_did_not_pay(claimed: Claimed) -> None:
    await add_open_entry(claimed.world.host.database, -1_290)
    assert await items_of(claimed, expenseIds=BOTH, despiteBank=True) == BOTH


async def test_a_pair_that_a_person_declined_is_claimed(claimed: Claimed) -> None:
    entry = await add_open_entry(claimed.world.host.database, -1_290)
    decline = "INSERT INTO bank_declined (account_id, line_id, document_id) VALUES (?, ?, ?)"
    await claimed.world.host.database.batch([statement(decline, [ACCOUNT, entry, FIRST])])
    assert await items_of(claimed) == BOTH


async def test_a_client_owes_also_what_the_company_paid(claimed: Claimed) -> None:
    await bill(claimed.world.host.database)
    await add_open_entry(claimed.world.host.database, -1_290)
    assert await claimable(claimed, "?payerKind=customer&clientId=cli_acme") == BOTH
    assert await items_of(claimed, payerKind="customer", clientId="cli_acme") == BOTH
    body = asked(payerKind="customer", clientId="cli_acme", despiteBank=True)
    refused = await claimed.ask("POST", "/api/claims", body, status=422)
    assert "despiteBank" in str(refused)


async def test_what_an_entry_paid_is_not_claimed_even_so(claimed: Claimed) -> None:
    database = claimed.world.host.database
    entry = await add_open_entry(database, -1_290)
    await match_expense(database, entry, FIRST, settles=-1_290)
    assert await claimable(claimed) == ["exp_000002"]
    await claimed.ask(
        "POST", "/api/claims", asked(expenseIds=[FIRST], despiteBank=True), status=422
    )
