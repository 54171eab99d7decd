"""Requests for transfers over HTTP, and the transaction that each asks for."""

import re
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from tillroll.conversion.rates import AmountTooLarge
from tillroll.ledger.transfers import (
    EXPIRED,
    ID,
    LARGEST_AMOUNT,
    LARGEST_TIMEOUT_MS,
    MOST_LINKED,
    AskedTransfer,
    Leg,
    NothingBought,
    Post,
    Reversal,
    Transaction,
    Transfer,
    Void,
    exchange,
    single,
)
from tillroll.platform.models import RequestBody as AskedShape
from tillroll.reading.money import CODES

# Payouts and claims write facts under the ids of their runs.
_OF_RUNS: Final = "run_"
_RATE: Final = re.compile(r"(?!0+(\.0+)?\Z)\d{1,12}(\.\d{1,12})?", re.ASCII)
_REFERENCE: Final = re.compile(r"[!-~]([ -~]{0,98}[!-~])?", re.ASCII)


def _id(given: str) -> str:
    if not ID.fullmatch(given):
        raise ValueError("Give 1 to 200 letters, digits, blanks and : _ . -, of which the first is a letter or digit")
    return given


def _new_id(given: str) -> str:
    if given.endswith(EXPIRED):
        raise ValueError(f"Ids that end in {EXPIRED} are the ledger's own")
    if given.startswith(_OF_RUNS):
        raise ValueError(f"Ids that begin with {_OF_RUNS} are a run's own: begin yours with something else")
    return _id(given)


def currency(given: str) -> str:
    """An ISO 4217 code that people pay with."""
    if given not in CODES:
        raise ValueError("Give an ISO 4217 code in capitals, such as EUR")
    return given


def _rate(given: str) -> str:
    if not _RATE.fullmatch(given):
        raise ValueError("Give what one unit is worth as plain digits above zero, such as 1.0842")
    return given


def _reference(given: str) -> str:
    if not _REFERENCE.fullmatch(given):
        raise ValueError("Give an id or a code of 1 to 100 printable ASCII characters")
    return given


OldId = Annotated[str, AfterValidator(_id)]
NewId = Annotated[str, AfterValidator(_new_id), Field(description="Yours, such as invoice-17:pay; used once, for ever")]
Code = Annotated[str, AfterValidator(currency)]
Minor = Annotated[int, Field(strict=True, ge=1, le=LARGEST_AMOUNT, description="Whole minor units, such as cents")]
Reference = Annotated[str | None, AfterValidator(lambda given: given and _reference(given))]
Seconds = Annotated[int | None, Field(strict=True, ge=1, le=LARGEST_TIMEOUT_MS // 1000)]


class TransferAsked(AskedShape):
    """Debits one account and credits another."""

    kind: Literal["transfer"]
    id: NewId
    debit: OldId
    credit: OldId
    currency: Code
    amount: Minor
    reference: Reference = None

    def asked(self) -> AskedTransfer:
        return Transfer(self.id, self.debit, self.credit, self.currency, self.amount, reference=self.reference)


class PendingAsked(AskedShape):
    """Reserves an amount until it is posted, voided, or `timeoutSeconds` have passed."""

    kind: Literal["pending"]
    id: NewId
    debit: OldId
    credit: OldId
    currency: Code
    amount: Minor
    timeout_seconds: Seconds = None
    reference: Reference = None

    def asked(self) -> AskedTransfer:
        timeout = None if self.timeout_seconds is None else self.timeout_seconds * 1000
        return Transfer(
            self.id,
            self.debit,
            self.credit,
            self.currency,
            self.amount,
            is_pending=True,
            timeout_ms=timeout,
            reference=self.reference,
        )


class PostAsked(AskedShape):
    """Posts a pending transfer: `amount` of it, the rest is released; left out, the whole."""

    kind: Literal["post"]
    id: NewId
    pending: OldId
    amount: Minor | None = None
    reference: Reference = None

    def asked(self) -> AskedTransfer:
        return Post(self.id, self.pending, self.amount, self.reference)


class VoidAsked(AskedShape):
    """Releases what a pending transfer holds."""

    kind: Literal["void"]
    id: NewId
    pending: OldId
    reference: Reference = None

    def asked(self) -> AskedTransfer:
        return Void(self.id, self.pending, self.reference)


class ReversalAsked(AskedShape):
    """Compensates an applied transfer by the same amount the other way round."""

    kind: Literal["reversal"]
    id: NewId
    reverses: OldId
    reference: Reference = None

    def asked(self) -> AskedTransfer:
        return Reversal(self.id, self.reverses, self.reference)


OneAsked = Annotated[TransferAsked | PendingAsked | PostAsked | VoidAsked | ReversalAsked, Field(discriminator="kind")]


class LinkedAsked(AskedShape):
    """Several transfers that are applied all or none."""

    kind: Literal["linked"]
    id: NewId
    transfers: Annotated[list[OneAsked], Field(min_length=2, max_length=MOST_LINKED)]


class LegAsked(AskedShape):
    """One currency of an exchange; one of the two accounts is the liquidity account."""

    debit: OldId
    credit: OldId
    currency: Code

    def leg(self) -> Leg:
        return Leg(self.debit, self.credit, self.currency)


class ExchangeAsked(AskedShape):
    """Sells `amount` of one currency for another: two linked transfers, `{id}:sold` and `{id}:bought`. `rate` is what
    one unit that is sold is worth, `source` says who says so and of which day."""

    kind: Literal["exchange"]
    id: NewId
    sold: LegAsked
    bought: LegAsked
    amount: Minor
    rate: Annotated[str, AfterValidator(_rate)]
    source: Annotated[str, AfterValidator(_reference)]


TransactionAsked = Annotated[
    TransferAsked | PendingAsked | PostAsked | VoidAsked | ReversalAsked | LinkedAsked | ExchangeAsked,
    Field(discriminator="kind"),
]


class Unfit(Exception):
    """What is asked for can never be a transaction. `problems` are fields with what to do."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__(problems)
        self.problems = problems


def transaction_of(body: TransactionAsked) -> Transaction:
    """What a body asks for.

    Raises:
        Unfit: it can never be.
    """
    match body:
        case LinkedAsked():
            transaction = Transaction(body.id, tuple(each.asked() for each in body.transfers))
        case ExchangeAsked():
            transaction = _exchange(body)
        case _:
            transaction = single(body.asked())
    _check(transaction)
    return transaction


def _exchange(body: ExchangeAsked) -> Transaction:
    if body.sold.currency == body.bought.currency:
        raise Unfit(("bought.currency", "An exchange is between two currencies: use a transfer within one"))
    try:
        return exchange(body.id, body.sold.leg(), body.bought.leg(), body.amount, Decimal(body.rate), body.source)
    except (AmountTooLarge, NothingBought) as error:
        raise Unfit(("amount", f"Give another amount: {error}")) from error


def _check(transaction: Transaction) -> None:
    ids = [each.id for each in transaction.transfers]
    if len({*ids}) < len(ids):
        raise Unfit(("transfers", "Give each transfer an id of its own"))
    for each in transaction.transfers:
        if isinstance(each, Transfer) and each.debit == each.credit:
            raise Unfit(("credit", f"Transfer {each.id} goes from an account to itself: name two accounts"))
        if isinstance(each, Transfer) and each.amount > LARGEST_AMOUNT:
            raise Unfit(("amount", f"One transfer moves at most {LARGEST_AMOUNT} minor units"))
