"""What follows from a transaction, what the database must check, and why one is refused. Pure.

Accounts and transfers that are there never change, so that they may be read beforehand. What
changes (sums, what is open, the clock) is checked by the database in the statement that writes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.transfers import AnyTransfer, Post, Reversal, Side, Transaction, Transfer, Void
from tillroll_durable.platform.json import JsonObject


class Refusal(StrEnum):
    """`SAYS` has what each means, and how to go on."""

    ACCOUNT_NOT_FOUND = "account_not_found"
    OTHER_CURRENCY = "other_currency"
    INSUFFICIENT = "insufficient"
    TOTAL_TOO_LARGE = "total_too_large"
    PENDING_NOT_FOUND = "pending_not_found"
    PENDING_RESOLVED = "pending_resolved"
    PENDING_EXPIRED = "pending_expired"
    PENDING_NOT_DUE = "pending_not_due"
    EXCEEDS_PENDING = "exceeds_pending"
    ORIGINAL_NOT_FOUND = "original_not_found"
    ALREADY_REVERSED = "already_reversed"


SAYS: Final[Mapping[Refusal, str]] = {
    Refusal.ACCOUNT_NOT_FOUND: "There is no such account in the ledger: make it first.",
    Refusal.OTHER_CURRENCY: (
        "Both accounts must have the transfer's currency: exchange by linked transfers."
    ),
    Refusal.INSUFFICIENT: "An account would have less available than its limit.",
    Refusal.TOTAL_TOO_LARGE: "The account's sums would be larger than what is kept exactly.",
    Refusal.PENDING_NOT_FOUND: "There is no such pending transfer that was applied before.",
    Refusal.PENDING_RESOLVED: "The pending transfer was posted, voided or timed out before.",
    Refusal.PENDING_EXPIRED: "The pending transfer has timed out: what it held is available again.",
    Refusal.PENDING_NOT_DUE: "The pending transfer has not timed out.",
    Refusal.EXCEEDS_PENDING: "No more can be posted than what is pending.",
    Refusal.ORIGINAL_NOT_FOUND: (
        "There is no such transfer that moved money and was applied before."
    ),
    Refusal.ALREADY_REVERSED: "The transfer was reversed before.",
}


Kind: TypeAlias = Literal["transfer", "pending", "post", "void", "expire", "reversal"]


@dataclass(frozen=True)
class Line:
    """A transfer in full; what follows from something that is not there is None. Sums change by
    `posted` and `pending`.
    """

    id: str
    kind: Kind
    debit: str | None = None
    credit: str | None = None
    currency: str | None = None
    posted: int | None = None
    pending: int | None = None
    pending_id: str | None = None
    reverses_id: str | None = None
    timeout_ms: int | None = None
    rate: str | None = None
    rate_source: str | None = None
    reference: str | None = None
    day: str | None = None

    def row(self, position: int) -> JsonObject:
        """Give the row that the writing statement takes."""
        return {"position": position, **vars(self)}


@dataclass
class Known:
    """The accounts and transfers that are there, as far as transactions name them."""

    accounts: Mapping[str, LedgerAccount]
    transfers: dict[str, Line] = field(default_factory=dict[str, Line])


@dataclass(frozen=True)
class Resolved:
    """A transaction's transfers in full, and what must hold for it to be applied, in the order of
    precedence.
    """

    lines: Sequence[Line]
    checks: Sequence[JsonObject]


def named(transactions: Iterable[Transaction]) -> tuple[set[str], set[str]]:
    """The ids of accounts and of earlier transfers that transactions name."""
    accounts: set[str] = set()
    transfers: set[str] = set()
    for transfer in (each for transaction in transactions for each in transaction.transfers):
        match transfer:
            case Transfer():
                accounts |= {transfer.debit, transfer.credit}
            case Reversal():
                transfers.add(transfer.reverses)
            case Post() | Void():
                transfers.add(transfer.pending)
    return accounts, transfers


def resolve(transaction: Transaction, state: Known) -> Resolved:
    """The transaction in full. Its transfers are known from then on, for others behind it."""
    lines: list[Line] = []
    checks: list[JsonObject] = []
    changes: dict[str, int] = {}
    added: dict[str, int] = {}
    resolved: set[str] = set()
    for position, transfer in enumerate(transaction.transfers):
        line, refusal = _line(transfer, state)
        if refusal is None:
            refusal = _of_accounts(line, state.accounts)
        target = line.pending_id or line.reverses_id
        if refusal is None and target is not None:
            if line.kind == "expire":
                check = "due"
            elif line.pending_id:
                check = "open"
            else:
                check = "reversible"
            checks.append({"position": position, "check": check, "target": target})
            if target in resolved:
                if line.pending_id:
                    refusal = Refusal.PENDING_RESOLVED
                else:
                    refusal = Refusal.ALREADY_REVERSED
            resolved.add(target)
        if refusal is not None:
            checks.append({"position": position, "check": "refused", "reason": refusal.value})
        else:
            checks += _limits(position, line, accounts=state.accounts, changes=changes, added=added)
        lines.append(line)
    state.transfers.update({line.id: line for line in lines})
    return Resolved(lines, checks)


def _line(transfer: AnyTransfer, state: Known) -> tuple[Line, Refusal | None]:
    match transfer:
        case Transfer():
            return _of_transfer(transfer), None
        case Reversal():
            return _of_reversal(transfer, state.transfers.get(transfer.reverses))
        case Post() | Void():
            return _of_resolution(transfer, state.transfers.get(transfer.pending))


def _of_transfer(transfer: Transfer) -> Line:
    return Line(
        id=transfer.id,
        kind=transfer.kind,
        debit=transfer.debit,
        credit=transfer.credit,
        currency=transfer.currency,
        posted=0 if transfer.is_pending else transfer.amount,
        pending=transfer.amount if transfer.is_pending else 0,
        timeout_ms=transfer.timeout_ms,
        rate=transfer.rate,
        rate_source=transfer.rate_source,
        reference=transfer.reference,
        day=transfer.day,
    )


def _of_reversal(reversal: Reversal, original: Line | None) -> tuple[Line, Refusal | None]:
    line = Line(
        id=reversal.id,
        kind=reversal.kind,
        reverses_id=reversal.reverses,
        reference=reversal.reference,
        day=reversal.day,
    )
    if (
        original is None
        or original.kind not in {"transfer", "post", "reversal"}
        or original.posted is None
    ):
        return line, Refusal.ORIGINAL_NOT_FOUND
    back = replace(line, debit=original.credit, credit=original.debit, currency=original.currency)
    return replace(back, posted=original.posted, pending=0), None


def _of_resolution(
    resolution: Post | Void, reservation: Line | None
) -> tuple[Line, Refusal | None]:
    nothing = Line(
        id=resolution.id,
        kind=resolution.kind,
        pending_id=resolution.pending,
        reference=resolution.reference,
    )
    if reservation is None or reservation.kind != "pending" or reservation.pending is None:
        return nothing, Refusal.PENDING_NOT_FOUND
    if isinstance(resolution, Post):
        posted = resolution.amount or reservation.pending
    else:
        posted = 0
    if posted > reservation.pending:
        return nothing, Refusal.EXCEEDS_PENDING
    line = replace(
        nothing, debit=reservation.debit, credit=reservation.credit, currency=reservation.currency
    )
    return replace(
        line,
        posted=posted,
        pending=-reservation.pending,
        rate=reservation.rate,
        rate_source=reservation.rate_source,
    ), None


def _of_accounts(line: Line, accounts: Mapping[str, LedgerAccount]) -> Refusal | None:
    both = [accounts.get(each or "") for each in (line.debit, line.credit)]
    if None in both:
        return Refusal.ACCOUNT_NOT_FOUND
    if any(each and each.currency != line.currency for each in both):
        return Refusal.OTHER_CURRENCY
    return None


def _limits(
    position: int,
    line: Line,
    accounts: Mapping[str, LedgerAccount],
    changes: dict[str, int],
    added: dict[str, int],
) -> Iterable[JsonObject]:
    """What must be available before the transaction, so that it is enough behind each of its
    transfers. By account, `changes` is what the transfers so far change of what is available,
    `added` what they add to its sums.
    """
    posted = line.posted or 0
    pending = line.pending or 0
    for id_, side in ((line.debit or "", Side.DEBIT), (line.credit or "", Side.CREDIT)):
        account = accounts[id_]
        # What is reserved to leave is not available; what is reserved to come is not available yet.
        if side is account.normal_side:
            change = posted
        else:
            change = -(posted + pending)
        changes[id_] = changes.get(id_, 0) + change
        added[id_] = added.get(id_, 0) + posted + max(pending, 0)
        yield {"position": position, "check": "fits", "target": id_, "least": added[id_]}
        if change < 0 and account.least_available is not None:
            least = account.least_available - changes[id_]
            yield {"position": position, "check": "limit", "target": id_, "least": least}
