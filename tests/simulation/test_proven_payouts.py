"""What is known of a payment is what somebody reported. An undo takes back its own report, and no
other.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest

from local.payments.counterpart import Counterpart
from tests.simulation.bookkeeping_office import (
    SETTINGS,
    Office,
    done,
    matched,
    open_office,
    paid,
    pair,
)
from tests.simulation.paying import Bank
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT, TOKEN
from tillroll.payouts.settings import PaymentSettings
from tillroll.payouts.settlement import look_after_payments
from tillroll_durable import statement
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_testing.simulation.faults import Faults

WHOLE = 40_000


async def _expense_by_file(office: Office, person: str = "usr_first") -> tuple[list[str], str, str]:
    """Expenses of a person, the payout that pays them back, and its file."""
    ids = await office.owe(person, Given(1, total_minor=WHOLE, merchant="Hotel"))
    await office.payee(person=person)
    body = {"expenses": ids, "way": "file"}
    asked = await done(await office.owner.post("/api/owed/payments", json=body))
    await office.world.settle()
    return ids, str(asked["payoutId"]), await office.file()


async def _undo(by: httpx.AsyncClient, match: str) -> httpx.Response:
    return await by.post(f"/api/bank/matches/{match}/undoing", json={"reason": "a slip"})


async def _match(
    by: httpx.AsyncClient, entry: dict[str, object], payout: str, amount: int | None = None
) -> str:
    return str(
        (
            await done(
                await by.post("/api/bank/matches", json=pair(entry, "payout", payout, amount))
            )
        )["id"]
    )


async def test_undoing_a_match_leaves_what_the_bank_reported() -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "approver")
    async with office.owner, bob:
        ids, payout, file = await _expense_by_file(office, "usr_bob")
        await done(
            await office.owner.post(
                f"/api/payment-files/{file}/outcomes", json={"status": "posted"}
            )
        )
        await office.pass_time(hours=2)
        assert await office.status(payout) == ("paid", "posted")
        await office.bank_account()
        await office.send(
            Line(amount=-WHOLE, booked_on=date(2026, 3, 6), name="Bob", text="x"), token="usr_bob"
        )
        [entry] = await office.entries()
        # It says nothing new, so it needs no right to pay; nor does its undoing.
        match = await _match(bob, entry, payout)
        await office.pass_time(minutes=5)
        assert (await _undo(bob, match)).status_code == 200
        await office.pass_time(hours=2)
        assert await office.status(payout) == ("paid", "posted")
        assert await office.owed() == {}
        reported = (await office.payout(payout))["outcomes"]
        assert [
            (each["source"], each["status"], each["takenBackAt"] is None) for each in reported
        ] == [
            ("person", "posted", True),
            ("match", "posted", False),
        ]
        again = {"expenses": ids, "way": "file"}
        assert (await office.owner.post("/api/owed/payments", json=again)).status_code == 422


async def test_undoing_a_match_leaves_that_a_person_paid_by_hand() -> None:
    office = await open_office()
    async with office.owner:
        ids = await office.owe("usr_first", Given(1, total_minor=WHOLE, merchant="Hotel"))
        body = {"expenses": ids, "way": "hand", "paidOn": "2026-02-28"}
        payout = (await done(await office.owner.post("/api/owed/payments", json=body)))["payoutId"]
        await office.pass_time(minutes=5)
        await office.bank_account()
        await office.send(Line(amount=-WHOLE, booked_on=date(2026, 3, 6), name="First", text="x"))
        [entry] = await office.entries()
        match = await _match(office.owner, entry, payout)
        undo = {"reason": "It was not handed over"}
        # The bank's entry says that it has left.
        assert (
            await office.owner.post(f"/api/payouts/{payout}/undo", json=undo)
        ).status_code == 409
        assert (await _undo(office.owner, match)).status_code == 200
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted")
        assert await office.owed() == {}
        await done(await office.owner.post(f"/api/payouts/{payout}/undo", json=undo))
        await office.pass_time(minutes=5)
        assert await office.owed() == {"usr_first": (WHOLE, 0)}


async def test_what_a_match_alone_said_is_on_its_way_again_and_is_not_paid_twice() -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "approver")
    async with office.owner, bob:
        ids, payout, file = await _expense_by_file(office, "usr_bob")
        await office.bank_account()
        await office.send(paid(-WHOLE, payout))
        [entry] = await office.entries()
        match = entry["matches"][0]["id"]
        accept = {"decision": "accept"}
        refused = await bob.post(f"/api/bank/matches/{match}/decision", json=accept)
        assert (refused.status_code, refused.json()["type"]) == (
            403,
            "urn:tillroll:problem:not-permitted",
        )
        await done(await office.owner.post(f"/api/bank/matches/{match}/decision", json=accept))
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted")
        assert (await _undo(bob, match)).status_code == 403
        assert (await _undo(office.owner, match)).status_code == 200
        await office.pass_time(minutes=5)
        # Nobody knows: it is neither paid nor with the company.
        assert await office.status(payout) == ("paid", "processing")
        assert await office.owed() == {"usr_bob": (0, WHOLE)}
        assert await office.balances("payouts:") == {
            "payouts:company:EUR": -WHOLE,
            "payouts:in-transit:EUR": WHOLE,
        }
        assert (
            await office.owner.post("/api/owed/payments", json={"expenses": ids, "way": "file"})
        ).status_code == 422
        # A person leaves that state: by the entry once more, or by what the bank says.
        [entry] = await office.entries()
        again = await _match(office.owner, entry, payout)
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted")
        assert (await _undo(office.owner, again)).status_code == 200
        said = {"status": "returned", "payoutId": payout, "reason": "AC04"}
        await done(await office.owner.post(f"/api/payment-files/{file}/outcomes", json=said))
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "returned")
        assert await office.owed() == {"usr_bob": (WHOLE, 0)}
        assert await office.balances("payouts:") == {}


async def test_an_undone_import_takes_back_its_own_reports_only() -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "approver")
    async with office.owner, bob:
        payee = await office.payee()
        payouts = [await office.ask(payee, amount) for amount in (WHOLE, 2 * WHOLE)]
        file = await office.file()
        said = {"status": "posted", "payoutId": payouts[0]}
        await done(await office.owner.post(f"/api/payment-files/{file}/outcomes", json=said))
        await office.pass_time(hours=1)
        await office.bank_account(booksCertain=True)
        at = await office.send(paid(-WHOLE, payouts[0]), paid(-2 * WHOLE, payouts[1]))
        await office.pass_time(minutes=5)
        assert [await office.status(each) for each in payouts] == [("paid", "posted")] * 2
        undo = {"reason": "another account's"}
        assert (await bob.post(f"{at}/undo", json=undo)).status_code == 403
        assert (await office.owner.post(f"{at}/undo", json=undo)).status_code == 202
        await office.pass_time(minutes=5)
        assert [await office.status(each) for each in payouts] == [
            ("paid", "posted"),
            ("paid", "processing"),
        ]


async def test_a_report_behind_a_match_holds_when_the_match_is_undone() -> None:
    office = await open_office()
    async with office.owner:
        _, payout, file = await _expense_by_file(office)
        await office.bank_account()
        await office.send(paid(-WHOLE, payout))
        [entry] = await office.entries()
        match = await _match(office.owner, entry, payout)
        await office.pass_time(minutes=5)
        # The bank says the same later.
        await done(
            await office.owner.post(
                f"/api/payment-files/{file}/outcomes", json={"status": "posted"}
            )
        )
        assert (await _undo(office.owner, match)).status_code == 200
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted")


@pytest.mark.parametrize("way", ["cron", "own file", "all that is certain"])
async def test_what_a_second_person_decides_on_is_never_said_by_the_cron_or_a_file(
    way: str,
) -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "approver")
    async with office.owner, bob:
        await done(await office.owner.put("/api/payout-limits/EUR", json={"above": 10_000}))
        payout = await office.ask(await office.payee(), WHOLE)
        await done(await bob.post(f"/api/runs/{payout}/review", json={"decision": "approve"}))
        await office.world.settle()
        await office.file()
        await office.bank_account(booksCertain=True)
        await office.send(paid(-WHOLE, payout))
        if way == "cron":
            await office.owner.post("/api/bank/matching")
        elif way == "all that is certain":
            await done(await office.owner.post("/api/bank/matches/certain", json={}))
        await office.pass_time(minutes=30)
        assert matched(await office.entries()) == [[("exact", "proposed", None)]]
        assert await office.status(payout) == ("unsettled", None)
        # The second person says it, by the entry.
        [entry] = await office.entries()
        await done(
            await bob.post(
                f"/api/bank/matches/{entry['matches'][0]['id']}/decision",
                json={"decision": "accept"},
            )
        )
        await office.pass_time(minutes=30)
        assert await office.status(payout) == ("paid", "posted")


async def test_the_cron_leaves_a_reversal_to_a_person_that_may_be_a_payouts() -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "approver")
    async with office.owner, bob:
        await done(await office.owner.put("/api/payout-limits/EUR", json={"above": 10_000}))
        payout = await office.ask(await office.payee(), WHOLE)
        await done(await bob.post(f"/api/runs/{payout}/review", json={"decision": "approve"}))
        await office.world.settle()
        await office.file()
        await office.bank_account(booksCertain=True)
        await office.send(paid(-WHOLE, payout))
        await office.send(replace(paid(WHOLE, payout, day=9), is_reversal=True))
        await office.owner.post("/api/bank/matching")
        await office.pass_time(minutes=30)
        assert {each["state"] for entry in await office.entries() for each in entry["matches"]} == {
            "proposed"
        }
        assert await office.status(payout) == ("unsettled", None)


async def test_the_bank_takes_back_an_entry_that_paid_a_payout() -> None:
    office = await open_office()
    async with office.owner:
        payout = await office.ask(await office.payee(), WHOLE)
        file = await office.file()
        await done(
            await office.owner.post(
                f"/api/payment-files/{file}/outcomes", json={"status": "posted"}
            )
        )
        await office.bank_account()
        await office.send(paid(-WHOLE, payout))
        [entry] = await office.entries()
        await _match(office.owner, entry, payout)
        await office.pass_time(minutes=5)
        await office.send(replace(paid(WHOLE, payout, day=9), is_reversal=True))
        back = next(each for each in await office.entries() if each["amount"] > 0)
        match = back["matches"][0]
        accept = {"decision": "accept"}
        await done(
            await office.owner.post(f"/api/bank/matches/{match['id']}/decision", json=accept)
        )
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "returned")
        assert await office.balances("payouts:") == {}
        # The bank's report that it had left stands, once nobody says any more that it came back.
        assert (await _undo(office.owner, match["id"])).status_code == 200
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted")


@pytest.mark.parametrize("who", ["nobody", "who may not pay", "sender who may not pay"])
async def test_a_file_says_no_more_than_the_people_behind_it_may(who: str) -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "approver")
    cy = await office.person("usr_cy", "owner")
    async with office.owner, bob, cy:
        payout = await office.ask(await office.payee(), WHOLE)
        await office.file()
        body = {"name": "Giro", "currency": "EUR", "number": IBAN, "booksCertain": True}
        switched_on = {
            "nobody": cy,
            "who may not pay": bob,
            "sender who may not pay": office.owner,
        }[who]
        await done(await switched_on.post("/api/bank/accounts", json=body))
        if who == "nobody":
            gone = "UPDATE users SET removed_at = '2026-03-01' WHERE id = 'usr_cy'"
            await office.platform.database.batch([statement(gone)])
        token = "usr_bob" if who == "sender who may not pay" else TOKEN
        await office.send(paid(-WHOLE, payout), token=token)
        await office.pass_time(minutes=30)
        assert matched(await office.entries()) == [[("exact", "proposed", None)]]
        assert await office.status(payout) == ("unsettled", None)


async def test_a_part_of_an_entry_settles_a_part() -> None:
    office = await open_office()
    async with office.owner:
        payout = await office.ask(await office.payee(), 60_000)
        await office.file()
        await office.bank_account()
        await office.send(
            Line(amount=-30_000, booked_on=date(2026, 3, 6), name="Ann Lee", text="first part"),
            Line(amount=-30_000, booked_on=date(2026, 3, 7), name="Ann Lee", text="second part"),
        )
        first, second = sorted(await office.entries(), key=lambda each: str(each["day"]))
        cent = await _match(office.owner, first, payout, -1)
        await office.pass_time(minutes=5)
        assert ((await office.payout(payout))["amountLeft"], await office.status(payout)) == (
            1,
            ("unsettled", None),
        )
        assert (await _undo(office.owner, cent)).status_code == 200
        await _match(office.owner, first, payout)
        await office.pass_time(minutes=5)
        assert ((await office.payout(payout))["amountLeft"], await office.status(payout)) == (
            30_000,
            ("unsettled", None),
        )
        last = await _match(office.owner, second, payout)
        await office.pass_time(minutes=5)
        assert ((await office.payout(payout))["amountLeft"], await office.status(payout)) == (
            60_000,
            ("paid", "posted"),
        )
        # Undoing a part takes back the part.
        assert (await _undo(office.owner, last)).status_code == 200
        await office.pass_time(minutes=5)
        assert ((await office.payout(payout))["amountLeft"], await office.status(payout)) == (
            30_000,
            ("paid", "processing"),
        )


async def test_money_that_came_back_returns_a_payout_and_undoing_that_leaves_it_paid() -> None:
    office = await open_office()
    async with office.owner:
        payout = await office.ask(await office.payee(), 4_321)
        await office.file()
        await office.bank_account()
        await office.send(paid(-4_321, payout))
        [entry] = await office.entries()
        accept = {"decision": "accept"}
        await done(
            await office.owner.post(
                f"/api/bank/matches/{entry['matches'][0]['id']}/decision", json=accept
            )
        )
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted")
        await office.send(paid(4_321, payout, day=9))
        back = next(each for each in await office.entries() if each["amount"] > 0)
        match = str(back["matches"][0]["id"])
        assert back["matches"][0]["pairs"][0]["documentId"] == payout
        await done(await office.owner.post(f"/api/bank/matches/{match}/decision", json=accept))
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "returned")
        assert await office.balances("payouts:") == {}
        assert (await _undo(office.owner, match)).status_code == 200
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted")


async def test_a_person_who_said_that_it_came_back_can_explain_the_entry() -> None:
    office = await open_office()
    async with office.owner:
        _, payout, file = await _expense_by_file(office)
        await office.bank_account()
        await office.send(paid(-WHOLE, payout))
        [entry] = await office.entries()
        await _match(office.owner, entry, payout)
        await office.pass_time(minutes=5)
        said = {"status": "returned", "payoutId": payout}
        await done(await office.owner.post(f"/api/payment-files/{file}/outcomes", json=said))
        await office.pass_time(minutes=5)
        await office.send(paid(WHOLE, payout, day=9))
        back = next(each for each in await office.entries() if each["amount"] > 0)
        match = await _match(office.owner, back, payout)
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "returned")
        assert (await _undo(office.owner, match)).status_code == 200
        await office.pass_time(minutes=5)
        # Only the match took its report back.
        assert await office.status(payout) == ("paid", "returned")


async def test_a_cent_of_another_currency_proves_no_payout() -> None:
    office = await open_office()
    async with office.owner:
        payout = await office.ask(await office.payee(), 60_000)
        await office.file()
        await office.bank_account(currency="USD")
        month = Month(
            opening=1000,
            lines=(Line(amount=-1, booked_on=date(2026, 3, 6), name="Postage", text="stamp"),),
            number=1,
            account=IBAN,
            currency="USD",
        )
        await office.take(camt(month))
        [entry] = await office.entries()
        refused = await office.owner.post("/api/bank/matches", json=pair(entry, "payout", payout))
        assert refused.status_code == 422
        assert "does not say what this entry is in EUR" in str(refused.json()["errors"])


class _Line(Bank):
    """The provider, which is not there at times."""

    is_away = False

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        if self.is_away:
            raise HttpFailed("nobody answers")
        return await super().get(url, timeout_seconds, max_bytes, headers)


async def test_the_provider_is_asked_by_itself_and_no_entry_speaks_for_it() -> None:
    """A payment of the provider's is proven by its entry only where the provider cannot say."""
    provider = Counterpart("sk_local")
    line = _Line(Faults(), provider)
    settings = PaymentSettings(
        "sk_local", "fa_local", ACCOUNT, "https://pay.test", debtor=SETTINGS.debtor
    )
    office = await open_office(line, settings)
    provider.now = office.platform.clock.now
    async with office.owner:
        body = {
            "name": "Ann Lee",
            "recipient": "acct_1Nv0FGQ9RKHgCVdK",
            "method": "gbba_1Nyd9YFBVUzLyxXZ16",
        }
        payee = (await done(await office.owner.post("/api/payees", json=body)))["id"]
        payout = await office.ask(payee, WHOLE)
        await office.bank_account()
        await office.send(Line(amount=-WHOLE, booked_on=date(2026, 3, 6), name="Ann Lee", text="x"))
        [entry] = await office.entries()
        refused = await office.owner.post("/api/bank/matches", json=pair(entry, "payout", payout))
        assert (refused.status_code, refused.json()["type"]) == (
            409,
            "urn:tillroll:problem:not-possible",
        )
        provider.settle(older_than=timedelta(0))
        await look_after_payments(office.platform)
        await office.pass_time(hours=2)
        await look_after_payments(office.platform)
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted")
        match = await _match(office.owner, entry, payout)
        # Undone while the provider is away, the provider's own report stays.
        line.is_away = True
        assert (await _undo(office.owner, match)).status_code == 200
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted")
