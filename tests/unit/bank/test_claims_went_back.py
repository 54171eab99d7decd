"""Money of a claim that went back by an entry: a returned direct debit, what was owed back, and
what was known.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tests.support.bank_month import IBAN, Line
from tests.support.host_platform import ACCOUNT
from tests.unit.bank.deciding import Bank, accept
from tests.unit.claims.claimed import Claimed, bill, open_claimed
from tillroll.bank.agreement import compare
from tillroll.bank.handed_on import read_bookings
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.exports.writers.datev_bank import Kind
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.json import Json

PAYER = "Kontor Nord AG"


@dataclass
class Billed:
    """A claim of a customer over `total` minor units of euros, and the bank."""

    claimed: Claimed
    bank: Bank
    claim: str
    number: str
    total: int
    files: int = 0

    async def shown(self) -> tuple[str, str]:
        """What is paid of the claim, and what is open."""
        shown = await self.claimed.shown(self.claim)
        return shown["paid"], shown["open"]

    async def booked(self, amount: int, text: str = "", day: int = 20) -> Any:
        """The entry of an amount."""
        self.files += 1
        line = Line(
            amount=amount,
            booked_on=date(2026, 3, day),
            name=PAYER,
            text=f"{text} Re {self.number}".strip(),
        )
        await self.bank.booked(line, number=2 + self.files)
        return await self.bank.entry(amount)

    async def match(self, entry: Any, status: int = 201) -> Any:
        pair = {"entryId": entry["id"], "documentKind": "claim", "documentId": self.claim}
        return await self.bank.post("/api/bank/matches", {"pairs": [pair]}, status)

    async def undo(self, match: Any) -> None:
        await self.bank.post(f"/api/bank/matches/{match['id']}/undoing", {"reason": "a slip"})

    async def agrees(self) -> bool:
        """Whether the bank's books, its entries and the claim say the same."""
        compared = await compare(self.claimed.world.host.platform, ACCOUNT, self.bank.account)
        return compared.in_words is None

    async def books(self) -> dict[str, int]:
        """What the claim's own accounts hold, without those that hold nothing."""
        found: dict[str, int] = {}
        for book in ("receivable", "received", "unapplied"):
            held = await self.bank.balance(f"claims:{book}:EUR")
            if held:
                found[book] = held
        return found


@asynccontextmanager
async def open_billed() -> AsyncGenerator[Billed]:
    async with open_claimed(STATEMENT) as claimed:
        await bill(claimed.world.host.database, PAYER)
        claim = await claimed.claim(payerKind="customer", clientId="cli_acme")
        shown = await claimed.shown(claim)
        number = {"name": "Giro", "currency": "EUR", "number": IBAN}
        made = (await claimed.client.post("/api/bank/accounts", json=number)).json()
        bank = Bank(claimed.world, claimed.client, made["id"])
        yield Billed(claimed, bank, claim, shown["number"], int(shown["total"].replace(".", "")))


async def test_a_returned_direct_debit_takes_its_payment_back() -> None:
    async with open_billed() as billed:
        await accept(billed.bank, await billed.booked(billed.total))
        assert await billed.shown() == ("37.90", "0.00")
        back = await billed.booked(-billed.total, "SEPA Lastschrift Rueckgabe AC04", day=24)
        [proposed] = [
            each for each in back["matches"] if each["pairs"][0]["documentKind"] == "claim"
        ]
        assert proposed["pairs"][0]["documentId"] == billed.claim
        match = await accept(billed.bank, back)
        assert await billed.shown() == ("0.00", "37.90")
        assert await billed.agrees()
        assert await billed.books() == {"receivable": billed.total}
        assert await billed.bank.balance(billed.bank.own) == 0
        await billed.undo(match)
        assert await billed.shown() == ("37.90", "0.00")
        assert await billed.books() == {"received": billed.total}
        assert await billed.agrees()


async def test_what_is_owed_back_is_sent_by_an_entry() -> None:
    async with open_billed() as billed:
        await accept(billed.bank, await billed.booked(billed.total))
        again = await billed.booked(billed.total + 1, day=21)
        await billed.match(again)
        assert (await billed.books())["unapplied"] == billed.total + 1
        match = await billed.match(await billed.booked(-billed.total - 1, day=24))
        assert await billed.shown() == ("37.90", "0.00")
        assert await billed.books() == {"received": billed.total}
        assert await billed.agrees()
        await billed.undo(match)
        assert (await billed.books())["unapplied"] == billed.total + 1


async def test_an_entry_explains_what_a_person_took_back_by_hand() -> None:
    async with open_billed() as billed:
        await accept(billed.bank, await billed.booked(billed.total))
        events = (await billed.claimed.shown(billed.claim))["events"]
        payment = next(each for each in events if each["kind"] == "payment")
        path = f"/api/claims/{billed.claim}/payments/{payment['version']}/reversal"
        await billed.claimed.ask("POST", path, {"reason": "the bank wrote"})
        assert await billed.shown() == ("0.00", "37.90")
        assert not await billed.agrees()
        match = await billed.match(await billed.booked(-billed.total, day=24))
        assert await billed.shown() == ("0.00", "37.90")
        assert await billed.agrees()
        assert await billed.books() == {"receivable": billed.total}
        # The match recorded nothing, so its undoing takes nothing back.
        await billed.undo(match)
        assert await billed.shown() == ("0.00", "37.90")


async def test_no_amount_goes_back_that_never_was_paid() -> None:
    async with open_billed() as billed:
        await accept(billed.bank, await billed.booked(billed.total))
        back = await billed.booked(-1000, day=24)
        refused = await billed.match(back, status=409)
        assert refused["type"] == "urn:tillroll:problem:nothing-to-return"
        assert await billed.shown() == ("37.90", "0.00")
        assert (await billed.bank.entry(-1000))["explained"] == 0


async def test_charges_in_the_same_entry_are_a_fee() -> None:
    async with open_billed() as billed:
        await accept(billed.bank, await billed.booked(billed.total))
        back = await billed.booked(-billed.total - 300, day=24)
        pairs: list[Json] = [
            {
                "entryId": back["id"],
                "documentKind": "claim",
                "documentId": billed.claim,
                "amount": -billed.total,
            },
            {"entryId": back["id"], "documentKind": "fee", "documentId": "fee:EUR", "amount": -300},
        ]
        await billed.bank.post("/api/bank/matches", {"pairs": pairs}, 201)
        assert await billed.shown() == ("0.00", "37.90")
        assert await billed.bank.balance("banking:fees:EUR") == 300
        assert await billed.bank.balance(billed.bank.own) == -300


async def test_a_claim_that_is_paid_less_the_banks_charges_is_paid_whole() -> None:
    async with open_billed() as billed:
        paid = await billed.booked(billed.total - 150)
        pairs: list[Json] = [
            {
                "entryId": paid["id"],
                "documentKind": "claim",
                "documentId": billed.claim,
                "amount": billed.total,
            },
            {"entryId": paid["id"], "documentKind": "fee", "documentId": "fee:EUR", "amount": -150},
        ]
        match = await billed.bank.post("/api/bank/matches", {"pairs": pairs}, 201)
        assert await billed.shown() == ("37.90", "0.00")
        assert await billed.bank.balance("banking:fees:EUR") == 150
        assert await billed.bank.balance(billed.bank.own) == billed.total - 150
        assert await billed.agrees()
        await billed.undo(match)
        assert await billed.shown() == ("0.00", "37.90")
        assert await billed.agrees()


@pytest.mark.parametrize(
    ("claim", "fee", "says"),
    [
        (3_790, -3_690, "the bank may have kept at most"),
        (3_690, -150, "name all that was paid"),
        (None, -150, "name all that was paid"),
    ],
)
async def test_charges_make_up_for_little_and_only_once(
    claim: int | None, fee: int, says: str
) -> None:
    async with open_billed() as billed:
        paid = await billed.booked(3_640)
        pairs: list[Json] = [
            {"entryId": paid["id"], "documentKind": "fee", "documentId": "fee:EUR", "amount": fee},
        ]
        if claim is not None:
            pairs.append(
                {
                    "entryId": paid["id"],
                    "documentKind": "claim",
                    "documentId": billed.claim,
                    "amount": claim,
                }
            )
        refused = await billed.bank.post("/api/bank/matches", {"pairs": pairs}, 422)
        assert says in str(refused["errors"])
        assert (await billed.bank.entry(3_640))["explained"] == 0


async def test_a_payment_of_an_invoice_is_a_booking_for_datev() -> None:
    """Against the client's debtor, under the number of the invoice; what is no invoice is none."""
    async with open_billed() as billed:
        world = billed.claimed.world
        await accept(billed.bank, await billed.booked(billed.total))
        german = "UPDATE accounts SET tax_ids = '[\"DE123456789\"]' WHERE id = ?"
        await world.host.database.batch([statement(german, [ACCOUNT])])
        days = ("2026-03-01", "2026-03-31")
        assert await read_bookings(world.host.platform, ACCOUNT, *days) == []
        invoice = "UPDATE claims SET has_invoice = 1 WHERE run_id = ?"
        await world.host.database.batch([statement(invoice, [billed.claim])])
        [booking] = await read_bookings(world.host.platform, ACCOUNT, *days)
        assert (booking.kind, booking.amount) == (Kind.PAYMENT, billed.total)
        assert (booking.debtor, booking.day) == (10_000, "2026-03-20")
        assert (booking.number, booking.text) == (f"INV-{billed.number}", PAYER)
