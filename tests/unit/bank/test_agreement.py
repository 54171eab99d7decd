"""The books of a bank account say what explains its entries: compared each night, mended by
facts.
"""

from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT
from tests.unit.bank.deciding import CAFE, FEE, Bank, accept, opened
from tillroll.bank.agreement import audit_books
from tillroll.ledger.posting import post
from tillroll.ledger.transfers import Transaction, Transfer
from tillroll.observability.alert_rounds import conditions_now
from tillroll_durable import Actor, statement
from tillroll_durable.platform.json import JsonObject

_WHY: JsonObject = {"reason": "an older version booked it twice"}


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened(Given(1, total_minor=1290)):
        await each.booked(CAFE, FEE)
        each.world.host.pieces.clock.advance(timedelta(days=1))
        yield each


async def disagrees(bank: Bank) -> str | None:
    return (await bank.get(f"/api/bank/accounts/{bank.account}"))["disagrees"]


async def a_night(bank: Bank) -> None:
    bank.world.host.pieces.clock.advance(timedelta(days=1))
    await audit_books(bank.world.host.platform)


async def alerts(bank: Bank) -> list[str]:
    found = await conditions_now(bank.world.host.platform)
    return [each.sentence for each in found if each.rule == "bank_disagrees"]


async def mend(bank: Bank) -> None:
    answer = await bank.post(f"/api/bank/accounts/{bank.account}/mending", _WHY)
    assert answer["disagrees"] is None


async def book(bank: Bank, match_id: str, amount: int) -> None:
    """A fact of a match that does not exist, as a batch wrote it whose guard hit no row."""
    platform = bank.world.host.platform
    fact = Transfer(
        f"bank:{match_id}", "banking:fees:EUR", bank.own, "EUR", amount, reference=match_id
    )
    await post(
        platform.database,
        platform.clock,
        Actor(ACCOUNT, "user:usr_first"),
        Transaction(fact.id, (fact,)),
    )


async def test_books_agree_after_people_decided(bank: Bank) -> None:
    match = await accept(bank, await bank.entry(-1290))
    await accept(bank, await bank.entry(-490))
    await bank.post(f"/api/bank/matches/{match['id']}/undoing", {"reason": "another one"})
    await a_night(bank)
    assert await disagrees(bank) is None
    assert await alerts(bank) == []


async def test_a_fact_without_its_match_is_found_and_mended(bank: Bank) -> None:
    await accept(bank, await bank.entry(-490))
    await book(bank, "mat_gone", 1290)
    await a_night(bank)
    says = await disagrees(bank)
    assert says is not None
    assert "moves -12.90 EUR for the match mat_gone, not 0.00" in says
    assert [says in each for each in await alerts(bank)] == [True]
    await mend(bank)
    assert await bank.balance(bank.own) == -490
    assert await alerts(bank) == []
    [fact] = await bank.world.rows("SELECT * FROM ledger_transfers ORDER BY number DESC LIMIT 1")
    assert fact["reference"] == "mat_gone"
    [told] = await bank.world.rows(
        "SELECT detail FROM audit_events WHERE action = 'bank_account.mended'"
    )
    assert "mat_gone" in str(told["detail"])
    await a_night(bank)
    assert await disagrees(bank) is None


async def test_many_facts_without_a_match_are_mended_together(bank: Bank) -> None:
    await accept(bank, await bank.entry(-490))
    for number in range(25):
        await book(bank, f"mat_gone_{number}", 100 + number)
    await a_night(bank)
    assert str(await disagrees(bank)).startswith("25 differences, the first is that ")
    await mend(bank)
    assert await bank.balance(bank.own) == -490


async def test_what_is_explained_of_an_entry_is_counted_anew(bank: Bank) -> None:
    await accept(bank, await bank.entry(-1290))
    await bank.world.host.database.batch(
        [statement("UPDATE bank_entries SET explained = -1 WHERE amount = -1290")]
    )
    await a_night(bank)
    entry = (await bank.entry(-1290))["id"]
    says = f"of the entry {entry}, -0.01 EUR is explained, and its pairs come to -12.90"
    assert await disagrees(bank) == says
    await mend(bank)
    assert (await bank.entry(-1290))["explained"] == -1290


async def test_books_that_agree_are_not_mended(bank: Bank) -> None:
    await accept(bank, await bank.entry(-1290))
    before = await bank.world.rows("SELECT COUNT(*) AS n FROM audit_events")
    await mend(bank)
    assert await bank.world.rows("SELECT COUNT(*) AS n FROM audit_events") == before


async def test_who_may_not_book_mends_nothing(bank: Bank) -> None:
    answer = await bank.client.post("/api/bank/accounts/ban_other/mending", json=_WHY)
    assert answer.status_code == 404


async def test_a_night_compares_each_account_once(bank: Bank) -> None:
    platform = bank.world.host.platform
    await a_night(bank)
    assert await audit_books(platform) == 0
