"""What may be asked of the ledger: transfers, and transactions of several that are applied all or none."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tillroll.platform.json import Json, JsonObject, dump

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


Asked: TypeAlias = Transfer | Post | Void | Reversal


@dataclass(frozen=True)
class Transaction:
    """Transfers that are applied all or none, in their order. One transfer alone has its transaction's id."""

    id: str
    transfers: Sequence[Asked]

    def body(self) -> str:
        """Canonical JSON: two transactions are the same where this is."""
        bodies: list[Json] = [each.body() for each in self.transfers]
        return dump({"id": self.id, "transfers": bodies})

    def digest(self) -> str:
        return digest_of(self.body())


def single(asked: Asked) -> Transaction:
    """A transaction of one transfer."""
    return Transaction(asked.id, (asked,))


def transaction_in(body: JsonObject) -> Transaction:
    """The transaction of a parsed `body()`."""
    match body:
        case {"id": str(id_), "transfers": list(transfers)}:
            return Transaction(id_, tuple(_asked_in(each) for each in transfers))
        case _:
            raise ValueError("expected the body of a transaction")


def _asked_in(body: Json) -> Asked:
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
