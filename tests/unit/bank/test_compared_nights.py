"""Nights that compare books: when, how many at once, and what an operator hears of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.host_platform import ACCOUNT
from tests.unit.bank.deciding import FEE, Bank, accept
from tests.unit.bank.test_agreement import book, disagrees
from tests.unit.bank.test_claims_went_back import Billed, open_billed
from tillroll.bank.agreement import audit_books, compare
from tillroll_durable import statement
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.limits import Turn

_REFUSED = "UPDATE bank_effects SET refused = 'the claim is paid'"
_NOT_DONE = "UPDATE bank_effects SET done_at = NULL"


def go_to(bank: Bank, hour: int, minute: int) -> None:
    """A moment of the next day, UTC."""
    clock = bank.world.host.pieces.clock
    now = clock.now()
    tomorrow = now.replace(hour=hour, minute=minute) + timedelta(days=1)
    clock.advance(tomorrow - now)


async def told_of(billed: Billed) -> str | None:
    """What a night would say of the bank account."""
    platform = billed.claimed.world.host.platform
    return (await compare(platform, ACCOUNT, billed.bank.account)).in_words


async def test_books_are_compared_from_two_o_clock_on_and_not_before(bank: Bank) -> None:
    platform = bank.world.host.platform
    go_to(bank, hour=1, minute=59)
    assert await audit_books(platform) == 0
    bank.world.host.pieces.clock.advance(timedelta(minutes=1))
    assert await audit_books(platform) == 1


async def test_a_tick_compares_five_accounts_and_the_next_one_the_sixth(bank: Bank) -> None:
    for number in range(5):
        card = {"name": f"Card {number}", "currency": "EUR"}
        await bank.post("/api/bank/accounts", dict(card), 201)
    ticks: list[tuple[int, bool]] = []
    for _ in range(3):
        platform = replace(bank.world.host.platform, turn=Turn())
        ticks.append((await audit_books(platform), platform.turn.is_cut))
    assert ticks == [(5, True), (1, False), (0, False)]


async def test_two_differences_are_counted_and_the_first_one_is_told(bank: Bank) -> None:
    await bank.booked(FEE)
    await accept(bank, await bank.entry(-490))
    await book(bank, "mat_gone_1", 100)
    await book(bank, "mat_gone_2", 200)
    await audit_books(bank.world.host.platform)
    assert await disagrees(bank) == (
        "2 differences, the first is that the ledger moves -1.00 EUR for the match mat_gone_1, "
        "not 0.00"
    )


async def test_of_very_many_differences_a_hundred_are_told_in_a_night(bank: Bank) -> None:
    lines = 101
    await bank.world.rows(
        """
        INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
          next_safe_action, created_at, updated_at)
        VALUES ('run_1', 'acc_first', 'statement', 1, 'bst_1', 'matched', 'complete', 'none', '',
          '')
        """
    )
    await bank.world.rows(
        """
        INSERT INTO bank_statements (id, account_id, run_id, sha256, object_key, size, source, by,
          created_at)
        VALUES ('bst_1', 'acc_first', 'run_1', 'a', 'a', 1, 'upload', 'usr_first', '')
        """
    )
    await bank.world.rows(
        """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?2 AS INT))
        INSERT INTO bank_entries (id, account_id, bank_account_id, statement_id, status, day,
          amount, currency, words, created_at, explained)
        SELECT 'ent_' || i, 'acc_first', ?1, 'bst_1', 'booked', '2026-03-02', -9, 'EUR', '', '', -1
        FROM n
        """,
        bank.account,
        str(lines),
    )
    await audit_books(bank.world.host.platform)
    assert str(await disagrees(bank)).startswith("100 differences, ")
    mended = await bank.post(
        f"/api/bank/accounts/{bank.account}/mending", {"reason": "counted wrongly"}
    )
    assert mended["disagrees"] is None


async def test_what_a_claim_was_not_told_for_a_day_is_told_to_a_person() -> None:
    async with open_billed() as billed:
        await accept(billed.bank, await billed.booked(billed.total))
        await billed.claimed.world.rows(_NOT_DONE)
        clock = billed.claimed.world.host.pieces.clock
        clock.advance(timedelta(hours=23))
        assert await told_of(billed) is None
        clock.advance(timedelta(hours=2))
        assert "it was not told for a day" in str(await told_of(billed))


async def test_what_a_claim_refused_is_told_with_the_claim_and_the_match() -> None:
    async with open_billed() as billed:
        match = await accept(billed.bank, await billed.booked(billed.total))
        await billed.claimed.world.rows(_REFUSED)
        assert await told_of(billed) == (
            f"the claim {billed.claim} does not say what the match {match['id']} says: "
            "it was refused"
        )


async def test_an_operator_reads_in_the_log_which_account_disagrees_and_in_what(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_billed() as billed:
        await accept(billed.bank, await billed.booked(billed.total))
        platform = billed.claimed.world.host.platform
        caplog.clear()
        await audit_books(platform)
        assert "bank.disagrees" not in caplog.text
        await platform.database.batch([statement(_REFUSED)])
        billed.claimed.later(1)
        await audit_books(platform)
        lines = [load_object(each.message) for each in caplog.records]
        [told] = [each for each in lines if each["event"] == "bank.disagrees"]
        assert (told["account"], told["subject"]) == (ACCOUNT, billed.bank.account)
        assert told["differences"] == {"documents": 1}


async def test_the_log_counts_differences_and_names_no_amount(
    bank: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    await bank.booked(FEE)
    await accept(bank, await bank.entry(-490))
    await book(bank, "mat_gone_1", 112)
    await book(bank, "mat_gone_2", 113)
    await bank.world.rows("UPDATE bank_entries SET explained = -114")
    caplog.clear()
    await audit_books(bank.world.host.platform)
    lines = [load_object(each.message) for each in caplog.records]
    [told] = [each for each in lines if each["event"] == "bank.disagrees"]
    assert told["differences"] == {"ledger": 2, "entries": 1}
    assert told.keys() - {"request"} == {
        "level",
        "event",
        "time",
        "account",
        "subject",
        "differences",
    }
