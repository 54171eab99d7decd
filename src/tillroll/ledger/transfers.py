"""Transfers and accounts of the ledger: what may be asked of it, currency exchanges, and what sums say. Pure.

An exchange is two linked transfers, as TigerBeetle has it. The liquidity accounts hold the provider's open
position."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from tillroll.conversion.rates import Currency, convert, rate_text
from tillroll.platform.json import Json, JsonObject, dump
from tillroll.reading.money import minor_digits

MOST_LINKED: Final = 20
"""Transfers in one transaction."""
LARGEST_AMOUNT: Final = 10**13
"""Minor units of one transfer."""
LARGEST_TIMEOUT_MS: Final = 400 * 24 * 3600 * 1000


@dataclass(frozen=True)
class Exchanged:
    """What one unit of a currency was worth in another, as plain digits, and who says so, with the day."""

    rate: str
    source: str


@dataclass(frozen=True)
class Transfer:
    """Moves `amount` minor units: debits one account, credits another.

    Attributes:
        is_pending: the amount is only reserved, until it is posted or voided.
        timeout_ms: a pending transfer releases what it holds by itself after this time; None: never.
        reference: what it is about, an id or a code.
        exchanged: of a leg of a currency exchange.
    """

    id: str
    debit: str
    credit: str
    currency: str
    amount: int
    is_pending: bool = False
    timeout_ms: int | None = None
    reference: str | None = None
    exchanged: Exchanged | None = None

    def body(self) -> JsonObject:
        return {
            "id": self.id,
            "kind": "pending" if self.is_pending else "transfer",
            "debit": self.debit,
            "credit": self.credit,
            "currency": self.currency,
            "amount": self.amount,
            "timeoutMs": self.timeout_ms,
            "reference": self.reference,
            "rate": None if self.exchanged is None else self.exchanged.rate,
            "rateSource": None if self.exchanged is None else self.exchanged.source,
        }


@dataclass(frozen=True)
class Post:
    """Posts a pending transfer: `amount` of it, the rest is released; None: the whole."""

    id: str
    pending: str
    amount: int | None = None
    reference: str | None = None

    def body(self) -> JsonObject:
        return {
            "id": self.id,
            "kind": "post",
            "pending": self.pending,
            "amount": self.amount,
            "reference": self.reference,
        }


@dataclass(frozen=True)
class Void:
    """Releases what a pending transfer holds. `is_expiry`: its time has passed, which only the ledger itself says."""

    id: str
    pending: str
    reference: str | None = None
    is_expiry: bool = False

    def body(self) -> JsonObject:
        kind = "expire" if self.is_expiry else "void"
        return {"id": self.id, "kind": kind, "pending": self.pending, "reference": self.reference}


@dataclass(frozen=True)
class Reversal:
    """Compensates a transfer that was applied by one of the same amount the other way round; it names the original."""

    id: str
    reverses: str
    reference: str | None = None

    def body(self) -> JsonObject:
        return {"id": self.id, "kind": "reversal", "reverses": self.reverses, "reference": self.reference}


AskedTransfer: TypeAlias = Transfer | Post | Void | Reversal


@dataclass(frozen=True)
class Transaction:
    """Transfers that are applied all or none, in their order. One transfer alone has its transaction's id."""

    id: str
    transfers: Sequence[AskedTransfer]

    def body(self) -> str:
        """Canonical JSON: two transactions are the same where this is."""
        bodies: list[Json] = [each.body() for each in self.transfers]
        return dump({"id": self.id, "transfers": bodies})

    def digest(self) -> str:
        return digest_of(self.body())


def single(asked: AskedTransfer) -> Transaction:
    """A transaction of one transfer."""
    return Transaction(asked.id, (asked,))


def transaction_in(body: JsonObject) -> Transaction:
    """The transaction of a parsed `body()`."""
    match body:
        case {"id": str(id_), "transfers": list(transfers)}:
            return Transaction(id_, tuple(_asked_in(each) for each in transfers))
        case _:
            raise ValueError("expected the body of a transaction")


def _asked_in(body: Json) -> AskedTransfer:
    match body:
        case {"kind": "post", "id": str(id_), "pending": str(pending), "amount": amount, "reference": reference}:
            return Post(id_, pending, _whole(amount), _text(reference))
        case {"kind": "void", "id": str(id_), "pending": str(pending), "reference": reference}:
            return Void(id_, pending, _text(reference))
        case {"kind": "reversal", "id": str(id_), "reverses": str(original), "reference": reference}:
            return Reversal(id_, original, _text(reference))
        case {"kind": "transfer" | "pending", "debit": str(debit), "credit": str(credit), "amount": int(amount)}:
            rate, source = _text(body["rate"]), _text(body["rateSource"])
            return Transfer(
                str(body["id"]),
                debit,
                credit,
                str(body["currency"]),
                amount,
                is_pending=body["kind"] == "pending",
                timeout_ms=_whole(body["timeoutMs"]),
                reference=_text(body["reference"]),
                exchanged=None if rate is None or source is None else Exchanged(rate, source),
            )
        case _:
            raise ValueError("expected the body of a transfer")


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def digest_of(body: str) -> str:
    """The SHA-256 of a transaction's body, in hexadecimal digits."""
    return hashlib.sha256(body.encode()).hexdigest()


def expiry_id(pending: str) -> str:
    """The id of the transfer that says of a pending one that its time has passed."""
    return f"{pending}{EXPIRED}"


EXPIRED: Final = ":expired"


# Also a run and the name of its step, which may have blanks: `run_01…:rollback: debit`.
ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 :_.-]{0,199}", re.ASCII)
CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)


class Side(StrEnum):
    """What raises an account's balance: debits those of assets and expenses, credits those of debts and income."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True)
class Account:
    """
    Attributes:
        id: unique within whoever keeps the books.
        name: what people call it.
        currency: ISO 4217; an account has one.
        normal_side: the side that raises its balance.
        least_available: what is available does not go below this many minor units, 0 or less; None: no limit.
    """

    id: str
    name: str
    currency: str
    normal_side: Side
    least_available: int | None = None

    def body(self) -> JsonObject:
        """What must be the same where it is asked for again. The name is not: it may have been erased."""
        return {
            "id": self.id,
            "currency": self.currency,
            "normalSide": self.normal_side.value,
            "leastAvailable": self.least_available,
        }


def account_in(body: JsonObject) -> Account:
    """The account of a `body()` that has its `name` beside it."""
    least = body["leastAvailable"]
    return Account(
        id=str(body["id"]),
        name=str(body["name"]),
        currency=str(body["currency"]),
        normal_side=Side(str(body["normalSide"])),
        least_available=least if isinstance(least, int) else None,
    )


@dataclass(frozen=True)
class Sums:
    """All that was ever debited and credited, in minor units: what is posted, and what is pending."""

    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0

    def posted(self, side: Side) -> int:
        """The balance of an account of that normal side."""
        difference = self.debits_posted - self.credits_posted
        return difference if side is Side.DEBIT else -difference

    def pending(self, side: Side) -> int:
        """By how much the balance would change if everything pending were posted."""
        difference = self.debits_pending - self.credits_pending
        return difference if side is Side.DEBIT else -difference

    def available(self, side: Side) -> int:
        """What can be taken: the balance without what is reserved to leave. What is to come does not count yet."""
        leaving = self.credits_pending if side is Side.DEBIT else self.debits_pending
        return self.posted(side) - leaving


@dataclass(frozen=True)
class Leg:
    """One currency of an exchange: which account is debited, which credited. One of them is the liquidity account."""

    debit: str
    credit: str
    currency: str


class NothingBought(ValueError):
    """The amount is worth less than half a minor unit of the other currency."""


def exchange(id_: str, sold: Leg, bought: Leg, amount: int, rate: Decimal, source: str) -> Transaction:
    """The transaction that sells `amount` minor units. What is bought is the product with the rate, rounded half to
    even, as all conversions here.

    Raises:
        AmountTooLarge: the product cannot be kept exactly.
        NothingBought: it is nothing.
    """
    received = convert(amount, _currency(sold.currency), _currency(bought.currency), rate)
    if received < 1:
        raise NothingBought(f"{amount} minor units of {sold.currency} buy nothing in {bought.currency}")
    exchanged = Exchanged(rate_text(rate), source)
    legs = ((f"{id_}:sold", sold, amount), (f"{id_}:bought", bought, received))
    return Transaction(
        id_,
        tuple(
            Transfer(leg_id, leg.debit, leg.credit, leg.currency, minor, exchanged=exchanged)
            for leg_id, leg, minor in legs
        ),
    )


def _currency(code: str) -> Currency:
    return Currency(code, minor_digits(code))
