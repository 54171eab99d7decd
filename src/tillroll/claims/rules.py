"""Claims: where one stands with what was paid, whose an expense is, and when reminders are due.
Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from tillroll_durable.platform.refusals import Kind, Refusal


class State(StrEnum):
    """What a claim is called. OVERDUE: a part may have been paid. CREDITED: credit notes took all
    of it back."""

    DRAFT = "draft"
    ISSUED = "issued"
    PART_PAID = "part_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    CREDITED = "credited"
    WRITTEN_OFF = "written_off"


class Book(StrEnum):
    """Accounts that a claim moves money between. UNAPPLIED: what belongs to no claim, so it is owed
    back."""

    RECEIVABLE = "receivable"
    CLAIMED = "claimed"
    TAX = "output-tax"
    RECEIVED = "received"
    UNAPPLIED = "unapplied"
    LOST = "written-off"


@dataclass(frozen=True)
class Posting:
    """An amount that debits one account and credits another."""

    debit: Book
    credit: Book
    currency: str
    amount: int


class NotNow(Refusal):
    """The claim does not stand so that this can be done; the message says why. Nothing was
    changed."""

    kind = Kind(
        "claim-not-open", 409, "The claim does not stand so that this can be done", may_pass=True
    )


@dataclass(frozen=True)
class Standing:
    """
    Attributes:
        claimed: what it was issued over; 0 before.
        applied: what was paid of it. What came beyond is not in it.
        credited: what was taken back, by credit notes or since it was withdrawn.
        written_off: what is not waited for any more, although it is owed.
        tax: the tax that an invoice charges, in `claimed`, without what was taken back.
        due_on: the last day on which it is paid in time; None before it is issued.
    """

    currency: str
    claimed: int = 0
    applied: int = 0
    credited: int = 0
    due_on: date | None = None
    is_disputed: bool = False
    is_withdrawn: bool = False
    written_off: int = 0
    tax: int = 0

    @property
    def is_issued(self) -> bool:
        return self.due_on is not None

    @property
    def open(self) -> int:
        """What is still to be paid."""
        return self.claimed - self.credited - self.applied - self.written_off

    @property
    def is_closed(self) -> bool:
        """Say whether the claim waits for no more money. What is paid all the same is owed back."""
        return self.is_withdrawn or (self.is_issued and self.open == 0)

    def state(self, today: date) -> State:
        """What it is called on a day."""
        holds = {
            State.WITHDRAWN: self.is_withdrawn,
            State.DRAFT: not self.is_issued,
            State.CREDITED: self.credited == self.claimed,
            State.WRITTEN_OFF: self.open == 0 and self.written_off > 0,
            State.PAID: self.open == 0,
            State.DISPUTED: self.is_disputed,
            State.OVERDUE: self.due_on is not None and today > self.due_on,
            State.PART_PAID: self.applied > 0,
        }
        return next((state for state, is_so in holds.items() if is_so), State.ISSUED)


@dataclass(frozen=True)
class Moved:
    """Where a claim stands after something happened, and what that is in the books. `applied`: how
    much of a payment belongs to the claim. `reverses`: transfers of the ledger that are reversed
    before, by their ids."""

    standing: Standing
    postings: tuple[Posting, ...] = ()
    applied: int = 0
    reverses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bounced:
    """A payment that is taken back, booked by `transfers`: `applied` on what was to be paid,
    `recovered` on what was written off. `kept` came without it, in the claim's currency, and was
    not paid back; None: it was in another currency."""

    transfers: tuple[str, ...]
    applied: int
    recovered: int
    kept: int | None


def is_payment(amount: int, payer_kind: str) -> bool:
    """Whether money of this sign pays a claim; else it goes back. `amount` is the bank entry's.

    A customer pays in. To a person the company pays out.
    """
    return (amount > 0) == (payer_kind == "customer")


def issue(standing: Standing, claimed: int, due_on: date, tax: int = 0) -> Moved:
    """The claim is made. The tax in what is claimed is owed to the tax office."""
    if standing.is_issued or standing.is_withdrawn:
        raise NotNow("The claim was issued or withdrawn before.")
    if claimed <= 0:
        raise NotNow("What is claimed comes to nothing, or to less: refunds exceed what was spent.")
    postings = (
        _post(standing, Book.RECEIVABLE, credit_=Book.CLAIMED, amount=claimed - tax),
        *_taxed(standing, tax),
    )
    return Moved(replace(standing, claimed=claimed, due_on=due_on, tax=tax), _real(postings))


def pay(standing: Standing, currency: str, amount: int, short: int = 0) -> Moved:
    """Apply a payment. Money beyond what is open, in another currency, or after the end is kept for
    the payer. `short` is how much more was sent back than came, since a payment bounced after its
    refund: the payment makes that up first."""
    _check_issued(standing)
    if amount <= 0:
        raise NotNow("An amount that was paid is above zero.")
    is_its_own = currency == standing.currency and not standing.is_withdrawn
    remainder = max(0, amount - short) if is_its_own else 0
    applied = min(remainder, standing.open)
    recovered = min(remainder - applied, standing.written_off)
    postings = (
        Posting(Book.RECEIVED, Book.RECEIVABLE, currency=currency, amount=applied),
        Posting(Book.RECEIVED, Book.LOST, currency=currency, amount=recovered),
        Posting(
            Book.RECEIVED, Book.UNAPPLIED, currency=currency, amount=amount - applied - recovered
        ),
    )
    after = replace(
        standing,
        applied=standing.applied + applied + recovered,
        written_off=standing.written_off - recovered,
    )
    return Moved(_settled(after), _real(postings), applied + recovered)


def unpay(standing: Standing, bounced: Bounced) -> Moved:
    """A payment bounced: its transfers are reversed, and the claim is paid by what else came, as
    far as that was owed back."""
    _check_issued(standing)
    if bounced.kept is None:
        return Moved(standing, reverses=bounced.transfers)
    remainder = standing.claimed - standing.credited
    lost = standing.written_off + bounced.recovered
    # A credit note may have taken back what had been written off.
    written_off = min(lost, remainder)
    applied = max(0, min(bounced.kept, remainder - written_off))
    moved_on = standing.applied - bounced.applied - bounced.recovered - applied
    postings = (
        _post(standing, Book.RECEIVABLE, credit_=Book.UNAPPLIED, amount=max(0, moved_on)),
        _post(standing, Book.UNAPPLIED, credit_=Book.RECEIVABLE, amount=max(0, -moved_on)),
        _post(standing, Book.RECEIVABLE, credit_=Book.LOST, amount=lost - written_off),
    )
    after = replace(standing, applied=applied, written_off=written_off)
    return Moved(
        _settled(after),
        _real(postings),
        applied=standing.applied - applied,
        reverses=bounced.transfers,
    )


def write_off(standing: Standing) -> Moved:
    """What is open is not waited for any more. Its expenses stay claimed."""
    _check_issued(standing)
    if standing.is_closed:
        raise NotNow("The claim is settled: nothing of it is open that could be written off.")
    after = replace(standing, written_off=standing.written_off + standing.open)
    return Moved(
        _settled(after),
        (_post(standing, Book.LOST, credit_=Book.RECEIVABLE, amount=standing.open),),
    )


def refund(standing: Standing, currency: str, amount: int, owed_back: int) -> Moved:
    """What was owed back was sent back."""
    _check_issued(standing)
    if not 0 < amount <= owed_back:
        raise NotNow(
            "No more can be sent back than is owed back of this claim, and more than nothing."
        )
    return Moved(
        standing, (Posting(Book.UNAPPLIED, Book.RECEIVED, currency=currency, amount=amount),)
    )


def credit(standing: Standing, amount: int, tax: int = 0) -> Moved:
    """A credit note over a part of it, with the tax in that. What was paid beyond what is claimed
    then is owed back."""
    _check_issued(standing)
    remainder = standing.claimed - standing.credited
    if not 0 < amount <= remainder or standing.is_withdrawn:
        raise NotNow(
            "A credit note takes back more than nothing, and at most what the claim is still over."
        )
    excess = max(0, standing.applied + standing.written_off - (remainder - amount))
    unlost = min(excess, standing.written_off)
    beyond = excess - unlost
    postings = (
        _post(standing, Book.CLAIMED, credit_=Book.RECEIVABLE, amount=amount - tax),
        *_taxed(standing, -tax),
        _post(standing, Book.RECEIVABLE, credit_=Book.LOST, amount=unlost),
        _post(standing, Book.RECEIVABLE, credit_=Book.UNAPPLIED, amount=beyond),
    )
    after = replace(
        standing,
        credited=standing.credited + amount,
        tax=standing.tax - tax,
        applied=standing.applied - beyond,
        written_off=standing.written_off - unlost,
    )
    return Moved(_settled(after), _real(postings))


def withdraw(standing: Standing) -> Moved:
    """The claim is taken back as a whole. What was paid of it is owed back."""
    if standing.is_closed:
        raise NotNow("The claim is settled: correct it by a credit note.")
    if not standing.is_issued:
        return Moved(replace(standing, is_withdrawn=True))
    moved = credit(standing, standing.claimed - standing.credited, standing.tax)
    return replace(moved, standing=replace(moved.standing, is_withdrawn=True))


def dispute(standing: Standing) -> Moved:
    """The payer says that it is wrong."""
    _check_issued(standing)
    if standing.is_closed or standing.is_disputed:
        raise NotNow("Only what is open can be disputed, and once at a time.")
    return Moved(replace(standing, is_disputed=True))


def resolve(standing: Standing) -> Moved:
    """A dispute is over; what is open is waited for again."""
    if not standing.is_disputed:
        raise NotNow("The claim is not disputed.")
    return Moved(replace(standing, is_disputed=False))


def _check_issued(standing: Standing) -> None:
    if not standing.is_issued:
        raise NotNow("The claim was not issued.")


def _settled(standing: Standing) -> Standing:
    """What is settled is not disputed any more."""
    if standing.is_closed:
        return replace(standing, is_disputed=False)
    return standing


def _post(standing: Standing, debit: Book, credit_: Book, amount: int) -> Posting:
    return Posting(debit, credit_, currency=standing.currency, amount=amount)


def _taxed(standing: Standing, tax: int) -> tuple[Posting, ...]:
    """Tax that is charged, or below zero taken back."""
    if tax < 0:
        return (_post(standing, Book.TAX, credit_=Book.RECEIVABLE, amount=-tax),)
    return (_post(standing, Book.RECEIVABLE, credit_=Book.TAX, amount=tax),)


def _real(postings: tuple[Posting, ...]) -> tuple[Posting, ...]:
    return tuple(each for each in postings if each.amount)


STAGES: Final = ("reminder", "second_reminder", "escalation")
"""Each once. By the last, a person of the account is called."""

DEFAULT_DAYS: Final = (1, 15, 29)
"""Days behind the day on which it is due, for each of STAGES."""


def check_days(days: Sequence[int]) -> None:
    """Raise ValueError where they are none of a plan."""
    if len(days) != len(STAGES) or sorted({*days}) != [*days] or days[0] < 1:
        raise ValueError(
            f"Give {len(STAGES)} numbers of days behind the due day, each larger than "
            "the one before"
        )


def remind_at(due_on: date, days: int) -> datetime:
    """The beginning of that day, UTC."""
    return datetime.combine(due_on + timedelta(days=days), time(), UTC)
