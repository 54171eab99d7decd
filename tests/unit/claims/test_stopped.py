"""A claim whose run was stopped: what the run says of it is what the claim and the books say."""

from collections.abc import AsyncGenerator, Mapping

import pytest

from tests.simulation.claiming import balances, check
from tests.unit.claims.claimed import Claimed, open_claimed

_SAYS = "A claim that was still open was withdrawn as a whole; one that was settled stays so."


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed() as claimed:
        yield claimed


@pytest.mark.parametrize(
    ("amount", "stands", "books", "can_be_claimed"),
    [
        (
            "37.90",
            "paid",
            {"claimed": -3790, "received": 3790, "receivable": 0, "unapplied": 0},
            ["USD"],
        ),
        (
            "20",
            "withdrawn",
            {"claimed": 0, "received": 2000, "receivable": 0, "unapplied": -2000},
            ["EUR", "USD"],
        ),
    ],
    ids=["settled before", "still open"],
)
async def test_what_was_settled_before_stays_so_and_what_was_open_is_withdrawn(
    claimed: Claimed, amount: str, stands: str, books: Mapping[str, int], can_be_claimed: list[str]
) -> None:
    claim = await claimed.claim()
    # Nothing goes on between the two: the run has not heard of the payment when it is stopped.
    payment = {"amount": amount, "currency": "EUR", "day": "2026-03-20"}
    assert (await claimed.client.post(f"/api/claims/{claim}/payments", json=payment)).is_success
    await claimed.ask("POST", f"/api/runs/{claim}/cancel", {"reason": "asked by phone"}, status=202)
    run = await claimed.ask("GET", f"/api/runs/{claim}")
    assert (run["state"], run["message"]) == (
        "cancelled",
        f"This was stopped: asked by phone. {_SAYS}",
    )
    seen = await claimed.shown(claim)
    assert (seen["state"], seen["open"]) == (stands, "0.00")
    assert [each["isReleased"] for each in seen["items"]] == [stands == "withdrawn"] * 2
    held = await balances(claimed.world)
    assert {book: held[f"claims:{book}:EUR"] for book in books} == books
    assert [
        each["currency"] for each in (await claimed.ask("GET", "/api/claimable"))["items"]
    ] == can_be_claimed
    await check(claimed.world)
