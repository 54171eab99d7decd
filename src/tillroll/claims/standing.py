"""Where a claim stands: what is claimed, what was paid of it, and what that is in the books, all in minor units."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """What a claim is called. OVERDUE: a part may have been paid. CREDITED: credit notes took all of it back."""

    DRAFT = "draft"
    ISSUED = "issued"
    PART_PAID = "part_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    CREDITED = "credited"


class Book(StrEnum):
    """Accounts that a claim moves money between. UNAPPLIED: what came and belongs to no claim, so it is owed back."""

    RECEIVABLE = "receivable"
    CLAIMED = "claimed"
    RECEIVED = "received"
    UNAPPLIED = "unapplied"


@dataclass(frozen=True)
class Posting:
    """An amount that debits one account and credits another."""

    debit: Book
    credit: Book
    currency: str
    amount: int


class NotNow(Exception):
    """A claim that stands so cannot be moved so; the message says why."""


@dataclass(frozen=True)
class Standing:
    """
    Attributes:
        claimed: what it was issued over; 0 before.
        applied: what was paid of it. What came beyond is not in it.
        credited: what was taken back, by credit notes or since it was withdrawn.
        due_on: the last day on which it is paid in time; None before it is issued.
    """

    currency: str
    claimed: int = 0
    applied: int = 0
    credited: int = 0
    due_on: date | None = None
    is_disputed: bool = False
    is_withdrawn: bool = False

    @property
    def is_issued(self) -> bool:
        return self.due_on is not None

    @property
    def open(self) -> int:
        """What is still to be paid."""
        return self.claimed - self.credited - self.applied

    @property
    def is_closed(self) -> bool:
        """Nothing is waited for any more. What is paid all the same is owed back."""
        return self.is_withdrawn or (self.is_issued and self.open == 0)

    def state(self, today: date) -> State:
        """What it is called on a day."""
        holds = {
            State.WITHDRAWN: self.is_withdrawn,
            State.DRAFT: not self.is_issued,
            State.CREDITED: self.credited == self.claimed,
            State.PAID: self.open == 0,
            State.DISPUTED: self.is_disputed,
            State.OVERDUE: self.due_on is not None and today > self.due_on,
            State.PART_PAID: self.applied > 0,
        }
        return next((state for state, is_so in holds.items() if is_so), State.ISSUED)


@dataclass(frozen=True)
class Moved:
    """Where a claim stands after something happened, and what that is in the books. `applied`: how much of a payment
    belongs to the claim."""

    standing: Standing
    postings: tuple[Posting, ...] = ()
    applied: int = 0


def issue(standing: Standing, claimed: int, due_on: date) -> Moved:
    """The claim is made.

    Raises:
        NotNow: it was made before or withdrawn, or there is nothing to claim.
    """
    if standing.is_issued or standing.is_withdrawn:
        raise NotNow("The claim was issued or withdrawn before.")
    if claimed <= 0:
        raise NotNow("What is claimed comes to nothing, or to less: refunds exceed what was spent.")
    return Moved(
        replace(standing, claimed=claimed, due_on=due_on), (_post(standing, Book.RECEIVABLE, Book.CLAIMED, claimed),)
    )


def pay(standing: Standing, currency: str, amount: int) -> Moved:
    """Money came. As much as is open belongs to the claim; what is beyond, what is in another currency, and what comes
    after the end is kept for whoever paid it.

    Raises:
        NotNow: nothing was claimed yet, or the amount is none.
    """
    _check_issued(standing)
    if amount <= 0:
        raise NotNow("An amount that was paid is above zero.")
    applied = min(amount, standing.open) if currency == standing.currency and not standing.is_withdrawn else 0
    postings = (
        Posting(Book.RECEIVED, Book.RECEIVABLE, currency, applied),
        Posting(Book.RECEIVED, Book.UNAPPLIED, currency, amount - applied),
    )
    after = replace(standing, applied=standing.applied + applied)
    return Moved(_settled(after), _real(postings), applied)


def credit(standing: Standing, amount: int) -> Moved:
    """A credit note over a part of it. What was paid beyond what is claimed then is owed back.

    Raises:
        NotNow: it exceeds what is claimed, or nothing is.
    """
    _check_issued(standing)
    left = standing.claimed - standing.credited
    if not 0 < amount <= left or standing.is_withdrawn:
        raise NotNow("A credit note takes back more than nothing, and at most what the claim is still over.")
    beyond = max(0, standing.applied - (left - amount))
    postings = (
        _post(standing, Book.CLAIMED, Book.RECEIVABLE, amount),
        _post(standing, Book.RECEIVABLE, Book.UNAPPLIED, beyond),
    )
    after = replace(standing, credited=standing.credited + amount, applied=standing.applied - beyond)
    return Moved(_settled(after), _real(postings))


def withdraw(standing: Standing) -> Moved:
    """The claim is taken back as a whole. What was paid of it is owed back.

    Raises:
        NotNow: it is paid, credited or withdrawn already.
    """
    if standing.is_closed:
        raise NotNow("The claim is settled: correct it by a credit note.")
    if not standing.is_issued:
        return Moved(replace(standing, is_withdrawn=True))
    moved = credit(standing, standing.claimed - standing.credited)
    return replace(moved, standing=replace(moved.standing, is_withdrawn=True))


def dispute(standing: Standing) -> Moved:
    """Whoever is to pay says that it is wrong.

    Raises:
        NotNow: nothing is open, or it is disputed already.
    """
    _check_issued(standing)
    if standing.is_closed or standing.is_disputed:
        raise NotNow("Only what is open can be disputed, and once at a time.")
    return Moved(replace(standing, is_disputed=True))


def resolve(standing: Standing) -> Moved:
    """A dispute is over; what is open is waited for again.

    Raises:
        NotNow: it is not disputed.
    """
    if not standing.is_disputed:
        raise NotNow("The claim is not disputed.")
    return Moved(replace(standing, is_disputed=False))


def _check_issued(standing: Standing) -> None:
    if not standing.is_issued:
        raise NotNow("The claim was not issued.")


def _settled(standing: Standing) -> Standing:
    """What is settled is not disputed any more."""
    return replace(standing, is_disputed=False) if standing.is_closed else standing


def _post(standing: Standing, debit: Book, credit_: Book, amount: int) -> Posting:
    return Posting(debit, credit_, standing.currency, amount)


def _real(postings: tuple[Posting, ...]) -> tuple[Posting, ...]:
    return tuple(each for each in postings if each.amount)
