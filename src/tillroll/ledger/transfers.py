"""Transfers of the ledger: what may be asked of it, currency exchanges, and what sums say. Pure.

An exchange is two linked transfers, as TigerBeetle has it. The liquidity accounts hold the
provider's open position.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar, Final, Literal, TypeAlias, cast

from tillroll.conversion.rates import convert, rate_text
from tillroll_durable.platform.json import Json, JsonObject, dump

MOST_LINKED: Final = 20
"""Transfers in one transaction."""
LARGEST_AMOUNT: Final = 10**13
"""Minor units of one transfer."""
LARGEST_TIMEOUT_MS: Final = 400 * 24 * 3600 * 1000


@dataclass(frozen=True)
class Transfer:
    """Moves `amount` minor units: debits one account, credits another. A pending one only reserves
    it, for `timeout_ms` or for ever. Of a leg of an exchange, `rate` is what one unit was worth in
    the other currency, as plain digits. `day` (YYYY-MM-DD) is when it happened elsewhere, such as
    the bank's booking day.
    """

    id: str
    debit: str
    credit: str
    currency: str
    amount: int
    is_pending: bool = False
    timeout_ms: int | None = None
    reference: str | None = None
    rate: str | None = None
    rate_source: str | None = None
    day: str | None = None

    @property
    def kind(self) -> Literal["pending", "transfer"]:
        if self.is_pending:
            return "pending"
        return "transfer"


@dataclass(frozen=True)
class Post:
    """Posts a pending transfer: `amount` of it, the rest is released; None: the whole."""

    id: str
    pending: str
    amount: int | None = None
    reference: str | None = None
    kind: ClassVar[Literal["post"]] = "post"


@dataclass(frozen=True)
class Void:
    """Releases what a pending transfer holds. `is_expiry`: its time has passed, which only the
    ledger itself says.
    """

    id: str
    pending: str
    reference: str | None = None
    is_expiry: bool = False

    @property
    def kind(self) -> Literal["expire", "void"]:
        if self.is_expiry:
            return "expire"
        return "void"


@dataclass(frozen=True)
class Reversal:
    """Compensates a transfer that was applied by one of the same amount the other way round; it
    names the original.
    """

    id: str
    reverses: str
    reference: str | None = None
    day: str | None = None
    kind: ClassVar[Literal["reversal"]] = "reversal"


AnyTransfer: TypeAlias = Transfer | Post | Void | Reversal
_CLASSES: Final[Mapping[str, Callable[..., AnyTransfer]]] = {
    "transfer": Transfer,
    "pending": partial(Transfer, is_pending=True),
    "post": Post,
    "void": Void,
    "reversal": Reversal,
}
# The names of fields in a transaction's body, where they are others; None: left out, since the kind
# says it.
_IN_BODY: Final = {
    "timeout_ms": "timeoutMs",
    "rate_source": "rateSource",
    "is_pending": None,
    "is_expiry": None,
}


@dataclass(frozen=True)
class Transaction:
    """Transfers that are applied all or none, in their order. One transfer alone has its
    transaction's id.
    """

    id: str
    transfers: Sequence[AnyTransfer]

    def body(self) -> str:
        """Canonical JSON: two transactions are the same where this is."""
        bodies: list[Json] = [_body(each) for each in self.transfers]
        return dump({"id": self.id, "transfers": bodies})

    def digest(self) -> str:
        return digest_of(self.body())


def _body(transfer: AnyTransfer) -> JsonObject:
    named = ((_IN_BODY.get(name, name), value) for name, value in vars(transfer).items())
    body = {"kind": transfer.kind, **{name: value for name, value in named if name is not None}}
    # A body without a day is as it was before there were days, so its id still stands for it.
    if body.get("day") is None:
        body.pop("day", None)
    return body


def of_kind(kind: str, values: Mapping[str, Any]) -> AnyTransfer:
    """A transfer by its kind and fields."""
    return _CLASSES[kind](**values)


def single(transfer: AnyTransfer) -> Transaction:
    """A transaction of one transfer."""
    return Transaction(transfer.id, (transfer,))


def transaction_in(body: JsonObject) -> Transaction:
    """The transaction of a parsed `body()`."""
    fields = {name: field for field, name in _IN_BODY.items()}
    transfers = [
        of_kind(
            each["kind"],
            {fields.get(name, name): value for name, value in each.items() if name != "kind"},
        )
        for each in cast("list[dict[str, Any]]", body["transfers"])
    ]
    return Transaction(str(body["id"]), tuple(transfers))


def digest_of(body: str) -> str:
    """The SHA-256 of a transaction's body, in hexadecimal digits."""
    return hashlib.sha256(body.encode()).hexdigest()


EXPIRED: Final = ":expired"


def expiry_id(pending: str) -> str:
    """The id of the transfer that says of a pending one that its time has passed."""
    return f"{pending}{EXPIRED}"


# Also a run and the name of its step, which may have blanks: `run_01…:rollback: debit`.
ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 :_.-]{0,199}", re.ASCII)


class Side(StrEnum):
    """What raises an account's balance: debits those of assets and expenses, credits those of debts
    and income.
    """

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True)
class Sums:
    """All that was ever debited and credited, in minor units: what is posted, and what is
    pending.
    """

    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0

    def posted(self, side: Side) -> int:
        """The balance of an account of that normal side."""
        difference = self.debits_posted - self.credits_posted
        if side is Side.DEBIT:
            return difference
        return -difference

    def pending(self, side: Side) -> int:
        """Compute how much the balance would change if everything pending were posted."""
        difference = self.debits_pending - self.credits_pending
        if side is Side.DEBIT:
            return difference
        return -difference

    def available(self, side: Side) -> int:
        """What can be taken: the balance without what is reserved to leave. What is to come does
        not count yet.
        """
        if side is Side.DEBIT:
            leaving = self.credits_pending
        else:
            leaving = self.debits_pending
        return self.posted(side) - leaving


@dataclass(frozen=True)
class Leg:
    """One currency of an exchange: which account is debited, which credited. One of them is the
    liquidity account.
    """

    debit: str
    credit: str
    currency: str


class NothingBought(ValueError):
    """The amount is worth less than half a minor unit of the other currency."""


def exchange(
    id_: str, sold: Leg, bought: Leg, amount: int, rate: Decimal, source: str
) -> Transaction:
    """Sell `amount` minor units at the rate, rounded half to even. Raises NothingBought,
    AmountTooLarge.
    """
    received = convert(amount, sold.currency, target=bought.currency, rate=rate)
    if received < 1:
        raise NothingBought(
            f"{amount} minor units of {sold.currency} buy nothing in {bought.currency}"
        )
    transfers = tuple(
        Transfer(
            leg_id,
            leg.debit,
            credit=leg.credit,
            currency=leg.currency,
            amount=minor,
            rate=rate_text(rate),
            rate_source=source,
        )
        for leg_id, leg, minor in (
            (f"{id_}:sold", sold, amount),
            (f"{id_}:bought", bought, received),
        )
    )
    return Transaction(id_, transfers)
