"""The checks of `make money` on figures that are made up: they hold of what is right, and catch
what is planted.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.money.checks import (
    ClaimSeen,
    Moved,
    PayoutSeen,
    check_books,
    check_claim,
    check_numbers,
    check_payout,
)

COMPANY, TRANSIT, OWED = "payouts:company:EUR", "payouts:in-transit:EUR", "payouts:owed:pay_1:EUR"
RECEIVED, RECEIVABLE, CLAIMED = "claims:received:EUR", "claims:receivable:EUR", "claims:claimed:EUR"


def payout() -> PayoutSeen:
    """One that was paid."""
    transfers = Counter([Moved(TRANSIT, COMPANY, "EUR", 1290), Moved(OWED, TRANSIT, "EUR", 1290)])
    return PayoutSeen("paid", "pay_1", "EUR", 1290, "paid", 1, "paid", ["posted"], 1, transfers)


def claim() -> ClaimSeen:
    """One that was paid in two parts, and 1.00 too much."""
    transfers = Counter(
        [
            Moved(RECEIVABLE, CLAIMED, "EUR", 2000),
            Moved(RECEIVED, RECEIVABLE, "EUR", 500),
            Moved(RECEIVED, RECEIVABLE, "EUR", 1500),
            Moved(RECEIVED, "claims:unapplied:EUR", "EUR", 100),
        ]
    )
    return ClaimSeen(
        "paid", "EUR", 2000, "paid", [500, 1600], "paid", "paid", [1600, 500], 2000, 0, transfers
    )


def test_they_hold_of_what_is_right() -> None:
    check_payout(payout())
    check_claim(claim())
    check_numbers(["2026-0002", "2026-0001", "2027-0001", "CN-2026-0001"])


def _paid_twice(seen: PayoutSeen) -> None:
    seen.payments = ["posted", "posted"]


def _never_paid(seen: PayoutSeen) -> None:
    seen.payments = []


def _asked_without_need(seen: PayoutSeen) -> None:
    seen.heard = 2


def _debited_twice(seen: PayoutSeen) -> None:
    seen.transfers[Moved(TRANSIT, COMPANY, "EUR", 1290)] += 1


def _not_recorded(seen: PayoutSeen) -> None:
    del seen.transfers[Moved(OWED, TRANSIT, "EUR", 1290)]


def _reversed_and_paid(seen: PayoutSeen) -> None:
    seen.state = seen.ends = "reversed"


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (_paid_twice, "the provider paid it 2 times"),
        (_never_paid, "the provider has []"),
        (_asked_without_need, "asked 2 times"),
        (_debited_twice, "the ledger has {Moved"),
        (_not_recorded, "lacks {Moved"),
        (_reversed_and_paid, "the provider has ['posted']"),
    ],
)
def test_they_catch_a_payout_that_is_paid_or_booked_wrong(
    plant: Callable[[PayoutSeen], None], said: str
) -> None:
    seen = payout()
    plant(seen)
    with pytest.raises(AssertionError, match=re.escape(said)):
        check_payout(seen)


def _payment_posted_twice(seen: ClaimSeen) -> None:
    seen.recorded = [1600, 500, 500]


def _payment_lost(seen: ClaimSeen) -> None:
    seen.recorded = [1600]


def _payment_booked_twice(seen: ClaimSeen) -> None:
    seen.transfers[Moved(RECEIVED, RECEIVABLE, "EUR", 500)] += 1


def _still_waiting(seen: ClaimSeen) -> None:
    seen.run_state = "awaiting_payment"


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (_payment_posted_twice, "it has [1600, 500, 500]"),
        (_payment_lost, "it has [1600]"),
        (_payment_booked_twice, "the ledger has {Moved"),
        (_still_waiting, "awaiting_payment"),
    ],
)
def test_they_catch_a_claim_that_is_paid_or_booked_wrong(
    plant: Callable[[ClaimSeen], None], said: str
) -> None:
    seen = claim()
    plant(seen)
    with pytest.raises(AssertionError, match=re.escape(said)):
        check_claim(seen)


@pytest.mark.parametrize(
    "numbers", [["2026-0001", "2026-0003"], ["2026-0001", "2026-0001"], ["2026-0002"]]
)
def test_they_catch_numbers_with_gaps_and_doubles(numbers: list[str]) -> None:
    with pytest.raises(AssertionError, match="have gaps"):
        check_numbers(numbers)


def test_they_catch_books_that_do_not_say_what_the_provider_does() -> None:
    paid = {COMPANY: -1290, TRANSIT: 0, OWED: 1290}
    check_books(_balance(paid), [payout()], [])
    for wrong, said in (
        ({COMPANY: -2580, TRANSIT: 0, OWED: 2580}, "something else"),
        ({COMPANY: -1290, TRANSIT: 1290, OWED: 0}, "something else"),
        ({COMPANY: -1290, TRANSIT: 0, OWED: 1291}, "1291"),
        ({**paid, "another": 5, "one more": -5}, "another"),
    ):
        with pytest.raises(AssertionError, match=said):
            check_books(_balance(wrong), [payout()], [])


def _balance(held: dict[str, int]) -> dict[str, Any]:
    """A trial balance whose accounts hold so much: debits without credits."""
    items = [
        {"id": id_, "debitsPosted": max(0, net), "creditsPosted": max(0, -net)}
        for id_, net in held.items()
    ]
    debited, credited = (sum(max(0, sign * net) for net in held.values()) for sign in (1, -1))
    total = {
        "debitsPosted": debited,
        "creditsPosted": credited,
        "debitsPending": 0,
        "creditsPending": 0,
    }
    return {"isBalanced": debited == credited, "totals": [total], "items": items}
