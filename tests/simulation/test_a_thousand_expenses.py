"""A thousand expenses come into books that lose one answer in ten and forget keys: none is lost,
none is doubled.
"""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from tests.simulation.synced_books import Provider
from tests.simulation.syncing import Order, ask, check, open_books
from tests.support.campaigns import of_campaign
from tillroll_durable.platform.bindings.database import integer
from tillroll_testing.simulation.faults import Faults

_EXPENSES = of_campaign(1_000)
_OF_A_RUN = 100
_MOST_LOOKS = 60


@pytest.mark.campaign
@pytest.mark.parametrize("provider", ["signed", "xero", "quickbooks"])
async def test_nothing_is_lost_or_doubled(provider: Provider) -> None:
    world, books = await open_books(Faults(), Order(_EXPENSES, provider=provider))
    books.there.disturbances.random = Random(27)
    books.there.disturbances.rates = {
        "lost_after": 0.08,
        "lost_before": 0.02,
        "forgets": 0.05,
        "throttled": 0.02,
    }
    for number in range(4):
        await ask(world, key=f"sync {number}")
        for _ in range(_MOST_LOOKS):
            await world.let_pass(timedelta(minutes=5), {})
            [live] = await world.rows(
                "SELECT COUNT(*) AS runs FROM runs WHERE kind = 'sync' AND status = 'processing'"
            )
            if live["runs"] == 0:
                break
        await check(world, books)
        [left] = await world.rows(
            "SELECT COUNT(*) AS items FROM books_items WHERE state <> 'written' OR changed > looked"
        )
        if integer(left, "items") == 0:
            break
    assert [
        dict(row)
        for row in await world.rows("SELECT state, COUNT(*) AS n FROM books_items GROUP BY 1")
    ] == [{"state": "written", "n": _EXPENSES}]
    documents = books.documents()
    assert len(documents) == _EXPENSES
    assert Counter(document for document, _ in books.files()) == Counter(
        each.id for each in documents
    )
    happened = books.there.disturbances.happened
    assert happened["lost_after"] > _EXPENSES // 10, f"too little went wrong: {happened}"
    [chain] = await world.rows(
        "SELECT COUNT(*) AS runs FROM runs WHERE kind = 'sync' AND state = 'continued'"
    )
    assert integer(chain, "runs") >= _EXPENSES // _OF_A_RUN - 1
