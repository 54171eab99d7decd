"""What is asked of whoever pays: one payment under a key, once; what became of it; to call it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class PaymentStatus(StrEnum):
    """PROCESSING: it is on its way, and can be called back. POSTED: the money has left. The rest moved no money, or
    brought it back."""

    PROCESSING = "processing"
    POSTED = "posted"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELED = "canceled"

    @property
    def brings_back(self) -> bool:
        """Whether the money is with the payer, for good."""
        return self in {PaymentStatus.FAILED, PaymentStatus.RETURNED, PaymentStatus.CANCELED}


@dataclass(frozen=True)
class Payment:
    """A payment as it is asked for.

    Attributes:
        ours: our id of it, by which it is found again.
        recipient, method: the provider's ids of who is paid, and of their bank account; we never know its number.
        currency: ISO 4217, in capitals.
        amount: in minor units.
        description: what both sides read.
    """

    ours: str
    recipient: str
    method: str
    currency: str
    amount: int
    description: str


@dataclass(frozen=True)
class Seen:
    """What the provider says of a payment. `reason`: its code for why the money stayed or came back."""

    id: str
    ours: str
    status: PaymentStatus
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Made(Seen):
    """A payment of the provider's history: `ours` is our id of what it is for, empty where it has none; `currency` in
    capitals, `amount` in minor units."""

    currency: str
    amount: int


class PaymentRefused(Exception):
    """The provider does not do this; no money was moved by it. The message is one line for the record."""


class PaymentDenied(Exception):
    """The provider did not let us in; no money was moved."""


class PaymentUncertain(Exception):
    """No answer came, or one that says nothing: what was done is unknown."""


class Payments(Protocol):
    """Each raises PaymentDenied and PaymentUncertain besides."""

    async def pay(self, payment: Payment, key: str) -> Seen:
        """Pay. The same payment under the same key is made once, for thirty days at least.

        Raises:
            PaymentRefused: it was not made.
        """
        ...

    async def find(self, id_: str) -> Seen | None:
        """A payment by the provider's id; None where there is none."""
        ...

    async def find_ours(self, payment: Payment, since: datetime) -> Seen | None:
        """The payment that was asked for as `payment`, at `since` or later by our clock, which may be wrong; None where
        there is none."""
        ...

    async def cancel(self, id_: str, key: str) -> Seen:
        """Call a payment back that is on its way.

        Raises:
            PaymentRefused: it is not on its way any more.
        """
        ...


class PaymentHistory(Protocol):
    """Raises PaymentDenied and PaymentUncertain."""

    async def made(self, payment: Payment, since: datetime) -> Sequence[Made]:
        """All payments that were made of `payment`, at `since` or later by our clock: one, if all is well."""
        ...
