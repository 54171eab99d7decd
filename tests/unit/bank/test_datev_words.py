"""What words explain of the bank's entries, in DATEV's batch: on the account of its kind."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from tests.support.bank_month import Line
from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT
from tests.unit.bank.deciding import Bank, opened
from tests.unit.bank.test_datev_bookings import APRIL, FROM_GERMANY, MARCH, batches, profile_of
from tests.unit.exports.exporting import exported
from tillroll.exports.workflow import EXPORT
from tillroll_durable.platform.bindings.database import statement

PAID = Line(amount=-65, booked_on=date(2026, 3, 31), name="Bank", text="Sollzinsen")
RECEIVED = Line(amount=12, booked_on=date(2026, 3, 30), name="Bank", text="Habenzinsen")
VAT = Line(amount=-119_000, booked_on=date(2026, 3, 10), name="Finanzamt", text="USt 02/26")
WAGES = Line(amount=-250_000, booked_on=date(2026, 3, 27), name="Eva Sommer", text="Lohn")
OUT = Line(amount=-30_000, booked_on=date(2026, 3, 20), name="Inhaber", text="Entnahme")
IN = Line(amount=50_000, booked_on=date(2026, 3, 21), name="Inhaber", text="Einlage")
KINDS = (
    (PAID, "interest"),
    (RECEIVED, "interest"),
    (VAT, "tax_office"),
    (WAGES, "wages"),
    (OUT, "private"),
    (IN, "private"),
)
BOOKED = ("0,65", "S", "2100", "1200", "3103", "by words")
BACK = ("0,65", "H", "2100", "1200", "3103", "Storno by words")


@pytest.fixture
async def bank() -> AsyncIterator[Bank]:
    async for each in opened(Given(1), beside=(EXPORT,)):
        await each.world.host.database.batch([statement(FROM_GERMANY, ["EUR", ACCOUNT])])
        yield each


async def say(bank: Bank, amount: int, kind: str | None, reason: str | None = "by words") -> None:
    entry = await bank.entry(amount)
    address = f"/api/bank/entries/{entry['id']}/explanation"
    answer = await bank.client.put(address, json={"reason": reason, "kind": kind})
    assert answer.is_success, answer.text
    assert (answer.json()["reason"], answer.json()["reasonKind"]) == (reason, kind)


async def remarks_of(bank: Bank, profile: str) -> list[str]:
    asked = {"format": "datev", "profile": profile, "filter": MARCH}
    files = (await exported(bank.world, bank.client, **asked))["files"]
    return [each for each in files[0]["remarks"] if "of the bank" in each]


@pytest.mark.parametrize(
    ("contra_account", "accounts", "own_bank"),
    [
        ("1610", ["1780", "1800", "1890", "1740", "2650", "2100"], "1200"),
        ("3310", ["3820", "2100", "2180", "3720", "7100", "7300"], "1800"),
    ],
)
async def test_each_kind_has_its_account(
    bank: Bank, contra_account: str, accounts: list[str], own_bank: str
) -> None:
    await bank.booked(*(line for line, _ in KINDS))
    for line, kind in KINDS:
        await say(bank, line.amount, kind)
    profile = await profile_of(bank, contraAccount=contra_account)
    [rows] = await batches(bank, profile, filter=MARCH)
    assert [row[2] for row in rows] == accounts
    assert {row[3] for row in rows} == {own_bank}
    amounts = ["1190,00", "300,00", "500,00", "2500,00", "0,12", "0,65"]
    assert [row[0] for row in rows] == amounts
    # Money that came in credits the account.
    assert [row[1] for row in rows] == ["S", "S", "H", "S", "H", "S"]
    assert await remarks_of(bank, profile) == []


async def test_words_alone_choose_no_account(bank: Bank) -> None:
    await bank.booked(PAID)
    profile = await profile_of(bank)
    left_out = (
        "1 entry of the bank is not in the files, -0.65 EUR: words explain it, and no account. "
        "It is Zinsen (2026-03-31, -0.65 EUR)."
    )
    for kind in (None, "other"):
        await say(bank, PAID.amount, kind, reason="Zinsen")
        assert await batches(bank, profile, filter=MARCH) == []
        assert await remarks_of(bank, profile) == [left_out]


async def test_another_kind_takes_back_what_was_handed_on(bank: Bank) -> None:
    await bank.booked(PAID)
    profile = await profile_of(bank)
    new = {"filter": MARCH, "onlyNew": True}
    await say(bank, PAID.amount, "interest")
    assert await batches(bank, profile, **new) == [[BOOKED]]
    assert await batches(bank, profile, **new) == []
    await say(bank, PAID.amount, "private")
    private = ("0,65", "S", "1800", "1200", "3103", "by words")
    assert await batches(bank, profile, **new) == [[BACK, private]]
    await say(bank, PAID.amount, None, reason=None)
    back = ("0,65", "H", "1800", "1200", "3103", "Storno by words")
    assert await batches(bank, profile, **new) == [[back]]


async def test_a_profile_names_its_own_accounts(bank: Bank) -> None:
    await bank.booked(PAID, OUT)
    await say(bank, PAID.amount, "interest")
    await say(bank, OUT.amount, "private")
    own = {"consultant": 1001, "client": 7, "bankAccount": "1201"}
    without = await profile_of(bank, "No chart", contraAccount="1740", datev=own)
    assert await batches(bank, without, filter=MARCH) == []
    left_out = (
        "2 entries of the bank are not in the files, -300.65 EUR: give the profile the accounts "
        "of interest, VAT, wages and private money. They are by words (2026-03-20, -300.00 EUR), "
        "by words (2026-03-31, -0.65 EUR)."
    )
    assert await remarks_of(bank, without) == [left_out]
    accounts = {**own, "interestPaidAccount": "2110", "withdrawalAccount": "1510"}
    profile = await profile_of(bank, "Own", contraAccount="1740", datev=accounts)
    [rows] = await batches(bank, profile, filter=MARCH)
    assert [row[2:4] for row in rows] == [("1510", "1201"), ("2110", "1201")]


async def test_closed_days_are_repeated_without_what_came_later(bank: Bank) -> None:
    await bank.booked(PAID)
    profile = await profile_of(bank)
    clock = bank.world.host.pieces.clock
    clock.advance(timedelta(days=60))
    await bank.post("/api/closed-periods", MARCH, 202)
    await bank.world.settle()
    clock.advance(timedelta(days=1))
    await say(bank, PAID.amount, "interest")
    assert await batches(bank, profile, filter=MARCH) == []
    assert await batches(bank, profile, filter=APRIL, onlyNew=True) == [[BOOKED]]
    assert await batches(bank, profile, filter=APRIL, onlyNew=True) == []


async def test_only_a_reason_has_a_kind(bank: Bank) -> None:
    await bank.booked(PAID)
    address = f"/api/bank/entries/{(await bank.entry(PAID.amount))['id']}/explanation"
    answer = await bank.client.put(address, json={"reason": None, "kind": "interest"})
    assert answer.status_code == 422
    assert "Only a reason has a kind." in answer.text
