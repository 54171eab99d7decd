"""Reports on one payout by all who make them, in any order, with their undoings.

What is known is the newest report that was not taken back, and the books say it. Nothing is owed
while somebody says that it was paid."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.simulation.bookkeeping_office import Office, done, open_office, paid, pair
from tests.support.expenses import Given
from tillroll.payouts.outcomes import list_outcomes, standing_of, status_of
from tillroll.payouts.payments import PaymentStatus

WHOLE = 40_000
ACTS_OF_A_PLAY = 9


class Play:
    """One payout by file, its two entries at the bank, and who says something of it."""

    def __init__(self, office: Office, payout: str, file: str, seed: int) -> None:
        self.office = office
        self.payout = payout
        self.file = file
        self.random = random.Random(seed)

    async def act(self) -> None:
        acts: list[Callable[[], Awaitable[object]]] = [
            self.match,
            self.match,
            self.undo,
            self.undo,
            self.report,
            self.let_time_pass,
        ]
        await self.random.choice(acts)()
        await self.office.pass_time(minutes=self.random.choice([0, 5]))

    async def match(self) -> None:
        entry = self.random.choice(await self.office.entries())
        whole = int(entry["amount"])
        amount = self.random.choice([None, whole // 2])
        # It may be explained, or be more than was paid: then it is refused.
        answer = await self.office.owner.post(
            "/api/bank/matches", json=pair(entry, "payout", self.payout, amount)
        )
        assert answer.status_code in {201, 409, 422}, answer.text

    async def undo(self) -> None:
        matches = [
            each
            for entry in await self.office.entries()
            for each in entry["matches"]
            if each["state"] == "accepted"
        ]
        if matches:
            match = self.random.choice(matches)
            path = f"/api/bank/matches/{match['id']}/undoing"
            await done(await self.office.owner.post(path, json={"reason": "a slip"}))

    async def report(self) -> None:
        status = self.random.choice(["posted", "returned", "failed"])
        body = {"status": status, "payoutId": self.payout}
        has_left = await self._has_left()
        answer = await self.office.owner.post(f"/api/payment-files/{self.file}/outcomes", json=body)
        if status == "failed" and has_left:
            assert answer.status_code == 409, answer.text
            assert "undo that match first" in answer.json()["detail"]
            return
        await done(answer)

    async def _has_left(self) -> bool:
        """Whether a match says that the whole payment left the bank."""
        reported = await list_outcomes(self.office.platform.database, self.payout)
        return any(
            each.source == "match"
            and each.taken_back_at is None
            and each.status is PaymentStatus.POSTED
            for each in reported
        )

    async def let_time_pass(self) -> None:
        await self.office.pass_time(hours=1)


async def _check(office: Office, payout: str, person: str) -> None:
    """What must hold when all that was begun has ended."""
    shown: dict[str, Any] = await office.payout(payout)
    reported = await list_outcomes(office.platform.database, payout)
    known = status_of(standing_of(reported))
    is_heard = shown["paymentStatus"] is not None
    assert (shown["paymentStatus"] if is_heard else PaymentStatus.PROCESSING) == known
    by_entries = [
        each for each in reported if each.source == "match" and each.taken_back_at is None
    ]
    says_whole = standing_of(by_entries) is not None
    has_left = any(each.status is PaymentStatus.POSTED for each in by_entries)
    assert not (has_left and known is PaymentStatus.FAILED), "the bank's entry says otherwise"
    left = int(shown["amountLeft"])
    assert says_whole or left < WHOLE, "all of it has left, and no match says so"
    in_books = await office.balances("payouts:")
    owed = (await office.owed()).get(person, (0, 0))
    match known:
        case PaymentStatus.POSTED:
            assert in_books["payouts:company:EUR"] == -WHOLE
            assert "payouts:in-transit:EUR" not in in_books
            assert owed == (0, 0)
        case PaymentStatus.PROCESSING:
            assert in_books == {"payouts:company:EUR": -WHOLE, "payouts:in-transit:EUR": WHOLE}
            assert owed == (0, WHOLE)
        case _:
            assert in_books == {}
            assert owed == (WHOLE, 0)
    explained = sum(int(each["explained"]) for each in await office.entries())
    assert (
        (await office.balances("banking:payouts:")).get("banking:payouts:EUR", 0)
        == -explained
        == left
    )


@pytest.mark.parametrize("seed", range(12))
async def test_what_is_known_is_the_newest_report_that_was_not_taken_back(seed: int) -> None:
    office = await open_office()
    async with office.owner:
        ids = await office.owe("usr_first", Given(1, total_minor=WHOLE, merchant="Hotel"))
        await office.payee(person="usr_first")
        asked = await done(
            await office.owner.post("/api/owed/payments", json={"expenses": ids, "way": "file"})
        )
        payout = str(asked["payoutId"])
        await office.world.settle()
        play = Play(office, payout, await office.file(), seed)
        await office.bank_account()
        await office.send(paid(-WHOLE, payout), paid(WHOLE, payout, day=9))
        for _ in range(ACTS_OF_A_PLAY):
            await play.act()
            await office.pass_time(minutes=10)
            await _check(office, payout, "usr_first")
