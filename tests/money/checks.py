"""What must hold of payouts and claims, whatever met them, on figures that were read: nothing is
paid, booked or counted twice, and nothing is lost. Amounts are minor units.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

# At the provider, when a payout has ended so: the statuses of its payments.
_AT_PROVIDER: Final[Mapping[str, set[tuple[str, ...]]]] = {
    "paid": {("posted",)},
    "came_back": {("failed",), ("returned",)},
    "reversed": {()},
    "cancelled": {("canceled",)},
}


@dataclass(frozen=True)
class Moved:
    """A transfer of the ledger that was applied: by how much which account was debited, and which
    credited.
    """

    debit: str
    credit: str
    currency: str
    amount: int


@dataclass
class PayoutSeen:
    """A payout in the end. `payments` are the statuses of what the provider took for it, `heard`
    how often that was asked to pay it, `transfers` what the ledger has of it.
    """

    name: str
    payee: str
    currency: str
    amount: int
    ends: str
    most_heard: int
    state: str
    payments: Sequence[str]
    heard: int
    transfers: Counter[Moved] = field(default_factory=Counter[Moved])


@dataclass
class ClaimSeen:
    """A claim in the end. `sent` are the payments that somebody recorded, `recorded` those that it
    shows, `applied` what of them it calls its own.
    """

    name: str
    currency: str
    total: int
    ends: str
    sent: Sequence[int]
    state: str
    run_state: str
    recorded: Sequence[int]
    applied: int
    open: int
    transfers: Counter[Moved] = field(default_factory=Counter[Moved])


def check_payout(payout: PayoutSeen) -> None:
    """Assert that it ended as it must, was paid once where it is paid, and that the ledger says
    what the provider does.
    """
    assert payout.state == payout.ends, f"it is {payout.state}, not {payout.ends}"
    assert len(payout.payments) <= 1, f"the provider paid it {len(payout.payments)} times"
    wanted = _AT_PROVIDER[payout.ends]
    assert tuple(payout.payments) in wanted, (
        f"the provider has {[*payout.payments]}, not one of {sorted(wanted)}"
    )
    assert payout.heard <= payout.most_heard, (
        f"the provider was asked {payout.heard} times, without need"
    )
    expected = _of_payout(payout)
    assert payout.transfers == expected, _differs(payout.transfers, expected)


def _of_payout(payout: PayoutSeen) -> Counter[Moved]:
    company, transit, owed = _accounts(payout)
    debited = Moved(transit, company, payout.currency, payout.amount)
    if "posted" in payout.payments:
        return Counter([debited, Moved(owed, transit, payout.currency, payout.amount)])
    return Counter([debited, Moved(company, transit, payout.currency, payout.amount)])


def _accounts(payout: PayoutSeen) -> tuple[str, str, str]:
    currency = payout.currency
    return (
        f"payouts:company:{currency}",
        f"payouts:in-transit:{currency}",
        f"payouts:owed:{payout.payee}:{currency}",
    )


def check_claim(claim: ClaimSeen) -> None:
    """Assert that it ended as it must, that each payment was posted once, and that the ledger says
    what it does.
    """
    assert sorted(claim.recorded) == sorted(claim.sent), (
        f"{[*claim.sent]} were sent, it has {[*claim.recorded]}"
    )
    assert claim.state == claim.run_state == claim.ends, (
        f"it is {claim.state} ({claim.run_state}), not {claim.ends}"
    )
    assert claim.open == 0, f"{claim.open} of it is still open"
    assert claim.applied == min(sum(claim.sent), claim.total), (
        f"{claim.applied} of {[*claim.sent]} was applied"
    )
    expected = _of_claim(claim)
    assert claim.transfers == expected, _differs(claim.transfers, expected)


def _of_claim(claim: ClaimSeen) -> Counter[Moved]:
    def moved(debit: str, credit: str, amount: int) -> Moved:
        return Moved(
            f"claims:{debit}:{claim.currency}",
            f"claims:{credit}:{claim.currency}",
            claim.currency,
            amount,
        )

    transfers = Counter([moved("receivable", "claimed", claim.total)])
    if claim.ends != "paid":
        transfers[moved("claimed", "receivable", claim.total)] += 1
    left = claim.total if claim.ends == "paid" else 0
    for amount in claim.sent:
        applied = min(amount, left)
        transfers[moved("received", "receivable", applied)] += applied > 0
        transfers[moved("received", "unapplied", amount - applied)] += amount > applied
        left -= applied
    return +transfers


def check_numbers(numbers: Sequence[str]) -> None:
    """Assert that numbers, such as 2026-0007, have no gaps and no doubles in their year."""
    by_year: dict[str, list[int]] = {}
    for number in numbers:
        year, _, place = number.rpartition("-")
        by_year.setdefault(year, []).append(int(place))
    for year, places in by_year.items():
        assert sorted(places) == [*range(1, len(places) + 1)], (
            f"the numbers of {year} have gaps: {sorted(places)}"
        )


def check_books(
    trial_balance: Mapping[str, Any], payouts: Sequence[PayoutSeen], claims: Sequence[ClaimSeen]
) -> None:
    """Assert that debits are credits in each currency, that nothing is pending, and that each
    account holds what the provider's record and the payments that were sent come to.
    """
    assert trial_balance["isBalanced"], trial_balance["totals"]
    for total in trial_balance["totals"]:
        assert total["debitsPosted"] == total["creditsPosted"], total
        assert total["debitsPending"] == total["creditsPending"] == 0, total
    expected: Counter[str] = Counter()
    for moved in chain.from_iterable(
        [*(_of_payout(each) for each in payouts), *(_of_claim(each) for each in claims)]
    ):
        expected[moved.debit] += moved.amount
        expected[moved.credit] -= moved.amount
    held = {
        each["id"]: each["debitsPosted"] - each["creditsPosted"] for each in trial_balance["items"]
    }
    differing = {
        id_: (held.get(id_, 0), expected[id_])
        for id_ in held | expected
        if held.get(id_, 0) != expected[id_]
    }
    assert not differing, f"accounts hold something else than was moved: {differing}"


def _differs(found: Counter[Moved], expected: Counter[Moved]) -> str:
    return (
        f"the ledger has {dict(found - expected)} beside what was moved, and lacks "
        f"{dict(expected - found)}"
    )
