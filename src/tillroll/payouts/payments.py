"""Payments: what is asked of those who make them, and what the books must say of them. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PaymentStatus(StrEnum):
    """PROCESSING: it is on its way, and can be called back. POSTED: the money has left. The rest
    moved no money, or brought it back."""

    PROCESSING = "processing"
    POSTED = "posted"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELED = "canceled"

    @property
    def brings_back(self) -> bool:
        """Whether the money is with the payer, for good."""
        return self in {PaymentStatus.FAILED, PaymentStatus.RETURNED, PaymentStatus.CANCELED}


class Doubt(StrEnum):
    """What a person is asked of a payment by file, since the bank's answers leave it open. COPY:
    the bank refused it as a copy of what it has, so which copy counts? REFUSED_LATE: it refused
    what it had accepted or paid. TAKEN_LATE: it accepted what it had refused, which may be paid."""

    COPY = "copy"
    REFUSED_LATE = "refused_late"
    TAKEN_LATE = "taken_late"


@dataclass(frozen=True)
class Payment:
    """A payment as it is asked for, in minor units of an ISO 4217 currency. `ours` is our id of it;
    `recipient` and `method` are the provider's ids of who is paid, and of their bank account.
    `name` is its name at the provider, by which it is found again. A payout that began before
    payments had names has None, and goes by its id there."""

    ours: str
    recipient: str
    method: str
    currency: str
    amount: int
    description: str
    name: str | None = None

    @property
    def label(self) -> str:
        """What the provider has as its name."""
        return self.name or self.ours

    def is_called(self, label: str) -> bool:
        """Whether the provider's label is that of this payment, by its name or by its id."""
        return label in {self.label, self.ours}


_LONGEST_DIGEST: Final = 40


def name_of(account_id: str, key: str) -> str:
    """The provider's name of the payment that an account asks for under a key.

    The same account and key have the same name in every database, also in one that a backup was
    restored into. Payee and amount are no part of it: a rent is paid each month.
    """
    digest = hashlib.sha256(f"{account_id}\n{key}".encode()).hexdigest()
    return f"payout_{digest[:_LONGEST_DIGEST]}"


@dataclass(frozen=True)
class Seen:
    """What the provider says of a payment. `ours` is its label there. `reason`: its code for why
    the money stayed or came back."""

    id: str
    ours: str
    status: PaymentStatus
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Made(Seen):
    """A payment of the provider's history, in minor units; `ours` is empty where it has no id of
    ours."""

    currency: str
    amount: int


class PaymentRefused(Exception):
    """The provider does not do this; no money was moved by it. The message is one line for the
    record."""


class PaymentDenied(Exception):
    """The provider did not let us in; no money was moved."""


class PaymentUncertain(Exception):
    """No answer came, or one that says nothing: what was done is unknown."""


class Stand(StrEnum):
    """Where the money of a payout is, as the books have it."""

    WITH_THE_COMPANY = "with the company"
    ON_ITS_WAY = "on its way"
    ARRIVED = "arrived"


@dataclass(frozen=True)
class RequestedPayment:
    """A payout as a fact, in minor units of an ISO 4217 currency. `settled` is what a person said
    became of it, None where nobody did. `is_open`: its run goes on, or waits for a person, so that
    the books may be behind."""

    run_id: str
    currency: str
    amount: int
    settled: PaymentStatus | None
    is_open: bool


@dataclass(frozen=True)
class Booked:
    """How much debits exceed credits on the accounts that a payout moves, in minor units."""

    company: int = 0
    in_transit: int = 0
    owed: int = 0


@dataclass(frozen=True)
class Disagreement:
    """`says` is a sentence for a person, without names and amounts."""

    run_id: str
    says: str


def books_of(stand: Stand, amount: int) -> Booked:
    """What is booked of a payout of that amount."""
    match stand:
        case Stand.WITH_THE_COMPANY:
            return Booked()
        case Stand.ON_ITS_WAY:
            return Booked(company=-amount, in_transit=amount)
        case Stand.ARRIVED:
            return Booked(company=-amount, owed=amount)


def expected(payout: RequestedPayment, provider_payments: Sequence[Made]) -> frozenset[Stand]:
    """Where the books may have the money; of a payout that has ended, there is one place.
    `provider_payments` are its payments. What the provider says in the end counts; before it does,
    what a person said."""
    statuses = {each.status for each in provider_payments}
    if PaymentStatus.POSTED in statuses:
        final = Stand.ARRIVED
    elif PaymentStatus.PROCESSING in statuses or not statuses:
        is_settled = payout.settled is PaymentStatus.POSTED
        if is_settled:
            final = Stand.ARRIVED
        elif statuses:
            final = Stand.ON_ITS_WAY
        else:
            final = Stand.WITH_THE_COMPANY
    else:
        final = Stand.WITH_THE_COMPANY
    if not payout.is_open:
        return frozenset({final})
    # A debit comes before the payment, and is given back when nothing is out; a delivery is booked
    # behind it.
    stands = {final, Stand.ON_ITS_WAY}
    if PaymentStatus.RETURNED in statuses:
        stands.add(Stand.ARRIVED)
    return frozenset(stands)


def disagreements(
    payouts: Iterable[RequestedPayment],
    history: Iterable[Made],
    booked: Mapping[str, Booked],
    *,
    who: str = "the provider",
) -> list[Disagreement]:
    """Where the books do not say what they must, by the runs' ids. `who` pays, in the words of the
    sentences."""
    by_run = defaultdict[str, list[Made]](list)
    for each in history:
        by_run[each.ours].append(each)
    of_payouts: list[Disagreement] = []
    for payout in payouts:
        sentence = _disagreement(
            payout,
            by_run.pop(payout.run_id, []),
            booked=booked.get(payout.run_id, Booked()),
            who=who,
        )
        if sentence is not None:
            of_payouts.append(Disagreement(payout.run_id, sentence))
    sentence = f"{who} has a payment that nobody asked for"
    return [*of_payouts, *(Disagreement(ours, sentence) for ours in by_run)]


def _disagreement(
    payout: RequestedPayment, provider_payments: Sequence[Made], booked: Booked, who: str
) -> str | None:
    standing = [each for each in provider_payments if not each.status.brings_back]
    if len(standing) > 1:
        return f"{who} has {len(standing)} payments of it"
    if any(
        (each.currency, each.amount) != (payout.currency, payout.amount)
        for each in provider_payments
    ):
        return f"{who} has a payment of another amount"
    if (
        not payout.is_open
        and payout.settled is None
        and any(each.status is PaymentStatus.PROCESSING for each in standing)
    ):
        return f"{who} has its payment on its way, and its run has ended"
    stands = expected(payout, provider_payments)
    if booked in {books_of(each, payout.amount) for each in stands}:
        return None
    place = next(
        (each.value for each in Stand if books_of(each, payout.amount) == booked), "nowhere"
    )
    must = " or ".join(sorted(each.value for each in stands))
    return f"the books have the money {place}, and it must be {must}"
