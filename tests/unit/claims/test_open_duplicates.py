"""The company's claim holds back two expenses that may be one purchase, as payouts do."""

from collections.abc import AsyncGenerator

import pytest

from tests.unit.claims.claimed import Claimed, asked, bill, open_claimed
from tillroll_durable import statement

FIRST = "exp_000001"
SECOND = "exp_000002"
BOTH = [FIRST, SECOND]
ALIKE = """
  UPDATE expenses SET (merchant, date, total_minor) =
    (SELECT merchant, date, total_minor FROM expenses WHERE id = 'exp_000001')
  WHERE id = 'exp_000002'
"""


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    """The two expenses in euros are of one merchant, day and amount."""
    async with open_claimed() as claimed:
        await claimed.world.host.database.batch([statement(ALIKE)])
        yield claimed


async def claimable(claimed: Claimed, query: str = "") -> list[str]:
    items = (await claimed.ask("GET", f"/api/claimable{query}"))["items"]
    return [each["id"] for item in items if item["currency"] == "EUR" for each in item["expenses"]]


async def items_of(claimed: Claimed, **other: object) -> list[str]:
    shown = await claimed.shown(await claimed.claim(**other))
    return [each["expenseId"] for each in shown["items"]]


async def test_neither_of_an_open_pair_is_claimed(claimed: Claimed) -> None:
    assert await claimable(claimed) == []
    body = asked(expenseIds=BOTH, despiteBank=True)
    refused = str(await claimed.ask("POST", "/api/claims", body, status=422))
    assert "it may be the same purchase as" in refused
    assert f"({FIRST})" in refused
    assert f"({SECOND})" in refused
    await claimed.ask("POST", "/api/claims", asked(), status=422)


async def test_two_that_are_kept_apart_are_claimed(claimed: Claimed) -> None:
    body = {"first": FIRST, "second": SECOND}
    await claimed.ask("POST", "/api/duplicates/apart", body, status=204)
    assert await claimable(claimed) == BOTH
    assert await items_of(claimed) == BOTH


async def test_a_client_owes_both(claimed: Claimed) -> None:
    await bill(claimed.world.host.database)
    assert await claimable(claimed, "?payerKind=customer&clientId=cli_acme") == BOTH
    assert await items_of(claimed, payerKind="customer", clientId="cli_acme") == BOTH
