"""What a person has mended: what was never booked, what a claim refused, and what the audit tells
of it.
"""

from datetime import date

import pytest

from tests.support.bank_month import Line
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT
from tests.unit.bank.deciding import FEE, Bank, accept
from tests.unit.bank.test_agreement import book, disagrees
from tests.unit.bank.test_claims_went_back import Billed, open_billed
from tillroll.bank.agreement import audit_books
from tillroll.bank.decisions import effects
from tillroll.bank.mending import mend_books
from tillroll.bank.service import NoSuchAccount
from tillroll.payouts.bank_entries import GoesOn
from tillroll_durable import Actor
from tillroll_durable.platform.json import JsonObject, load_object

_BOOKKEEPER = Actor(ACCOUNT, "user:usr_first")
_WHY = "an older version lost it"


async def mend(bank: Bank) -> None:
    mended = await mend_books(bank.world.host.platform, _BOOKKEEPER, bank.account, _WHY)
    assert mended.disagrees is None


async def book_a_fee(bank: Bank) -> None:
    await bank.booked(FEE)
    await accept(bank, await bank.entry(-490))


async def test_a_match_that_was_accepted_and_never_booked_is_booked(bank: Bank) -> None:
    """As an older version left it: the ledger has no account of the bank account yet."""
    await bank.booked(FEE)
    [match] = (await bank.entry(-490))["matches"]
    await bank.world.rows("UPDATE bank_matches SET state = 'accepted'")
    await bank.world.rows("UPDATE bank_pairs SET counts = 1")
    await mend(bank)
    assert await bank.balance(bank.own) == -490
    assert await bank.balance("banking:fees:EUR") == 490
    [fact] = (await bank.get("/api/ledger/facts"))["items"]
    assert (fact["posted"], fact["reference"]) == (490, match["id"])


async def test_one_transfer_that_mends_is_found_as_a_transaction_of_its_own(bank: Bank) -> None:
    await book_a_fee(bank)
    await book(bank, "mat_gone", 1290)
    await mend(bank)
    mended = (await bank.get("/api/ledger/facts"))["items"][-1]
    assert mended["transaction"] == mended["id"]


async def test_transfers_that_mend_together_are_one_transaction_that_is_none_of_them(
    bank: Bank,
) -> None:
    await book_a_fee(bank)
    for number in range(2):
        await book(bank, f"mat_gone_{number}", 100)
    await mend(bank)
    mended = (await bank.get("/api/ledger/facts"))["items"][-2:]
    [transaction] = {each["transaction"] for each in mended}
    assert transaction not in {each["id"] for each in mended}


async def test_the_audit_tells_what_was_mended_where_and_why(bank: Bank) -> None:
    await book_a_fee(bank)
    entry = await bank.entry(-490)
    await bank.world.rows("UPDATE bank_entries SET explained = -1")
    await book(bank, "mat_gone", 1290)
    await mend(bank)
    [event] = await bank.world.rows(
        "SELECT detail FROM audit_events WHERE action = 'bank_account.mended'"
    )
    assert load_object(str(event["detail"])) == {
        "bankAccount": bank.account,
        "matches": ["mat_gone"],
        "entries": [entry["id"]],
        "reason": _WHY,
    }


async def test_what_a_claim_refused_is_asked_again_and_paid_once() -> None:
    async with open_billed() as billed:
        match = await accept(billed.bank, await billed.booked(billed.total))
        await billed.claimed.world.rows("UPDATE bank_effects SET refused = 'the claim is closed'")
        assert not await billed.agrees()
        await mend(billed.bank)
        assert await billed.agrees()
        assert await billed.shown() == ("37.90", "0.00")
        [effect] = await billed.claimed.world.rows("SELECT done_at, refused FROM bank_effects")
        assert (effect["done_at"] is not None, effect["refused"]) == (True, None)
        await billed.undo(match)
        assert await billed.shown() == ("0.00", "37.90")


async def _refused_of_one_claim(billed: Billed, count: int) -> None:
    """So many entries that pay a part of the claim each, which refused all of them."""
    day = date(2026, 3, 20)
    name = "Kontor Nord AG"
    lines = [
        Line(amount=10, booked_on=day, name=name, text=f"Rate {number}") for number in range(count)
    ]
    await billed.bank.booked(*lines)
    for entry in await billed.claimed.world.rows("SELECT id FROM bank_entries"):
        pair: JsonObject = {
            "entryId": entry["id"],
            "documentKind": "claim",
            "documentId": billed.claim,
        }
        await billed.bank.post("/api/bank/matches", {"pairs": [pair]}, 201)
    await effects.work_off(billed.claimed.world.host.platform)
    await billed.claimed.world.rows("UPDATE bank_effects SET refused = 'the claim is closed'")


async def test_all_that_a_claim_refused_is_asked_again_at_once() -> None:
    async with open_billed() as billed:
        await _refused_of_one_claim(billed, 120)
        await mend(billed.bank)
        rows = await billed.claimed.world.rows(
            "SELECT COUNT(*) AS n FROM bank_effects WHERE done_at IS NULL OR refused IS NOT NULL"
        )
        assert rows == [{"n": 0}]


async def test_what_still_waits_is_asked_once_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    async def goes_on(*_: object, key: str, **_others: object) -> None:
        asked.append(key)
        raise GoesOn

    async with open_billed() as billed:
        await _refused_of_one_claim(billed, 60)
        monkeypatch.setattr(effects, "record_payment", goes_on)
        platform = billed.claimed.world.host.platform
        await mend_books(platform, _BOOKKEEPER, billed.bank.account, _WHY)
        assert len(asked) == len({*asked}) == 60


async def test_somebody_of_another_account_changes_nothing_of_what_disagrees(bank: Bank) -> None:
    await book_a_fee(bank)
    await book(bank, "mat_gone", 1290)
    await audit_books(bank.world.host.platform)
    says = await disagrees(bank)
    assert says is not None
    stranger = Actor(OTHER_ACCOUNT, "user:usr_other")
    with pytest.raises(NoSuchAccount):
        await mend_books(bank.world.host.platform, stranger, bank.account, _WHY)
    assert await disagrees(bank) == says
