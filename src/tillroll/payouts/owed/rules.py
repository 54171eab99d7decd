"""What the company owes of an expense that somebody paid themselves: one rule. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ClaimedAs(StrEnum):
    """How a claim on the company that holds an expense stands."""

    OPEN = "open"
    PAID = "paid"
    WRITTEN_OFF = "written_off"


class Standing(StrEnum):
    """Where an expense stands as a whole: the first of these of which something is left."""

    OWED = "owed"
    ON_ITS_WAY = "on_its_way"
    PAID = "paid"
    NOT_REIMBURSABLE = "not_reimbursable"


@dataclass(frozen=True)
class Cover:
    """What a payout covers of an expense, in minor units of `currency`. One that came to nothing is
    no cover."""

    amount: int
    currency: str
    is_paid: bool


@dataclass(frozen=True)
class OwnPaid:
    """An approved expense that somebody paid themselves. Amounts are minor units of its currency,
    below zero of a credit note. `person`: to whom it is owed; None: nobody is known. `at_bank`:
    what entries of the bank paid of it."""

    person: str | None
    currency: str
    total: int
    at_bank: int = 0
    covers: Sequence[Cover] = ()
    claim: ClaimedAs | None = None


@dataclass(frozen=True)
class Split:
    """An expense's total, parted: the four always add up to it. Minor units. `owed` is below zero
    where more was paid than the expense comes to by now."""

    owed: int = 0
    on_its_way: int = 0
    paid: int = 0
    not_reimbursable: int = 0

    @property
    def standing(self) -> Standing:
        for part, standing in (
            (self.owed, Standing.OWED),
            (self.on_its_way, Standing.ON_ITS_WAY),
            (self.paid, Standing.PAID),
            (self.not_reimbursable, Standing.NOT_REIMBURSABLE),
        ):
            if part:
                return standing
        return Standing.PAID  # of a total of nothing


def split(expense: OwnPaid) -> Split:
    """Part an expense into what is owed, on its way, paid, and not reimbursable."""
    if any(each.currency != expense.currency for each in expense.covers):
        # Its currency was changed after it was covered: what was paid cannot be counted against it,
        # and nothing is paid once more.
        is_paid = all(each.is_paid for each in expense.covers)
        return Split(paid=expense.total) if is_paid else Split(on_its_way=expense.total)
    paid = expense.at_bank + sum(each.amount for each in expense.covers if each.is_paid)
    on_its_way = sum(each.amount for each in expense.covers if not each.is_paid)
    rest = expense.total - paid - on_its_way
    match expense.claim:
        case ClaimedAs.OPEN:
            return Split(on_its_way=on_its_way + rest, paid=paid)
        case ClaimedAs.PAID:
            return Split(on_its_way=on_its_way, paid=paid + rest)
        case ClaimedAs.WRITTEN_OFF:
            return Split(on_its_way=on_its_way, paid=paid, not_reimbursable=rest)
        case None if expense.person is None:
            return Split(on_its_way=on_its_way, paid=paid, not_reimbursable=rest)
        case None:
            return Split(owed=rest, on_its_way=on_its_way, paid=paid)
