"""The ledger's accounts, transfers, balances and requests. All amounts are whole minor units of the
currency.
"""

import re
from collections.abc import Callable
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field

from tillroll.ledger import transfers
from tillroll.ledger.transfers import LARGEST_AMOUNT, LARGEST_TIMEOUT_MS, AnyTransfer, Side
from tillroll_documents.money import CODES
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.models import Model, RequestBody, TimeText, printable


# Ids and digests only, since names of accounts may be personal.
class Audited(Action):
    ACCOUNT = (
        "ledger.account",
        (
            "an account of the ledger was made; `ledgerAccount` is its id, `digest` the SHA-256 "
            "of its body"
        ),
    )
    TRANSACTION = (
        "ledger.transaction",
        (
            "transfers were applied or refused; `body` is the SHA-256 of what was asked for, "
            "amounts too"
        ),
    )


class LedgerAccount(Model):
    """`normal_side` is what raises the balance, debit or credit; `least_available` is the limit,
    null for none.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: str
    name: str
    currency: str
    normal_side: Side
    least_available: int | None = None

    def body(self) -> JsonObject:
        """What must be the same where it is asked for again. The name is not: it may have been
        erased.
        """
        body = self.as_json()
        del body["name"]
        return body


Kind: TypeAlias = Literal["transfer", "pending", "post", "void", "expire", "reversal"]


class LedgerTransfer(Model):
    """`posted` and `pending` are by how much the sums of both accounts change: a post takes from
    what is pending. Of a refused one that names something that is not there, what would follow from
    it is null. `day` is when it happened elsewhere, such as the bank's booking day, null where
    nobody said; `at` is when it was recorded.
    """

    # Orders all transfers.
    number: int = Field(exclude=True)
    id: str
    transaction: str
    kind: Kind
    outcome: str
    reason: str | None
    debit: str | None
    credit: str | None
    currency: str | None
    posted: int | None
    pending: int | None
    pending_transfer: str | None
    reverses: str | None
    expires_at: str | None
    rate: str | None
    rate_source: str | None
    reference: str | None
    actor: str
    day: str | None
    at: str


class LedgerTransaction(Model):
    """`answer`: applied, or duplicate where it was applied before. `at` is the database's time of
    the decision.
    """

    id: str
    answer: Literal["applied", "duplicate"]
    at: str
    transfers: list[LedgerTransfer]


class Balance(LedgerAccount):
    """The account with its sums before `at`. `posted` and `pending` are signed by the normal side;
    `available` is what is posted without what is reserved to leave.
    """

    at: str
    posted: int
    pending: int
    available: int
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int


class LedgerEntry(Model):
    """One side of a transfer. `amount` is by how much it changed the posted balance, `balance` the
    one behind it. `day` is when it happened elsewhere, such as the bank's booking day, null where
    nobody said; `at` is when it was recorded.
    """

    seq: int
    at: str
    day: str | None
    transfer: str
    transaction: str
    kind: str
    other_account: str
    side: Side
    amount: int
    pending: int
    balance: int
    reference: str | None


class AccountStatement(Model):
    """From `since` (null: the first entry) to before `until`. `opening` and the amounts of all
    entries, over all pages, are `closing`. Who reads several pages while others write asks for each
    with `to` as the first one's `until`.
    """

    account: LedgerAccount
    since: TimeText | None
    until: TimeText
    opening: int
    closing: int
    items: list[LedgerEntry]
    next_cursor: str | None


class TrialTotal(Model):
    """The sums over all accounts of a currency. The books balance where debits are credits, posted
    and pending.
    """

    currency: str
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int
    is_balanced: bool


class TrialBalance(Model):
    """`totals` are of all accounts, `items` a page of these."""

    is_balanced: bool
    totals: list[TrialTotal]
    items: list[Balance]
    next_cursor: str | None


# Payouts and claims write facts under the ids of their runs.
OF_RUNS: Final = "run_"
_RATE: Final = re.compile(r"(?!0{1,12}(\.0{1,12})?\Z)\d{1,12}(\.\d{1,12})?", re.ASCII)
_REFERENCE: Final = re.compile(r"[!-~]([ -~]{0,98}[!-~])?", re.ASCII)


def _matching(pattern: re.Pattern[str], message: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(message)
        return value

    return check


_id = _matching(
    transfers.ID,
    "Give 1 to 200 letters, digits, blanks and : _ . -, of which the first is a letter or digit",
)
_rate = _matching(_RATE, "Give what one unit is worth as plain digits above zero, such as 1.0842")
_reference = _matching(_REFERENCE, "Give an id or a code of 1 to 100 printable ASCII characters")


def _new_id(value: str) -> str:
    if value.endswith(transfers.EXPIRED):
        raise ValueError(f"Ids that end in {transfers.EXPIRED} are the ledger's own")
    if value.startswith(OF_RUNS):
        raise ValueError(
            f"Ids that begin with {OF_RUNS} are a run's own: begin yours with something else"
        )
    return _id(value)


def _code(value: str) -> str:
    if value not in CODES:
        raise ValueError("Give an ISO 4217 code in capitals, such as EUR")
    return value


OldId = Annotated[str, AfterValidator(_id)]
NewId = Annotated[
    str,
    AfterValidator(_new_id),
    Field(description="Yours, such as invoice-17:pay; used once, for ever"),
]
Code = Annotated[str, AfterValidator(_code)]
Minor = Annotated[
    int, Field(strict=True, ge=1, le=LARGEST_AMOUNT, description="Whole minor units, such as cents")
]
Reference = Annotated[str | None, AfterValidator(lambda given: given and _reference(given))]
Seconds = Annotated[int | None, Field(strict=True, ge=1, le=LARGEST_TIMEOUT_MS // 1000)]


class LedgerAccountRequest(RequestBody):
    """`leastAvailable`: what is available does not go below this many minor units; 0: no overdraft,
    -50000: that much, null: no limit.
    """

    id: NewId
    name: Annotated[str, printable(200)]
    currency: Code
    normal_side: Side
    least_available: Annotated[int, Field(strict=True, ge=-LARGEST_AMOUNT, le=0)] | None = None


class TransferRequest(RequestBody):
    """Debits one account and credits another."""

    kind: Literal["transfer"]
    id: NewId
    debit: OldId
    credit: OldId
    currency: Code
    amount: Minor
    reference: Reference = None


class PendingRequest(RequestBody):
    """Reserves an amount until it is posted, voided, or `timeoutSeconds` have passed."""

    kind: Literal["pending"]
    id: NewId
    debit: OldId
    credit: OldId
    currency: Code
    amount: Minor
    timeout_seconds: Seconds = None
    reference: Reference = None


class PostRequest(RequestBody):
    """Posts a pending transfer: `amount` of it, the rest is released; left out, the whole."""

    kind: Literal["post"]
    id: NewId
    pending: OldId
    amount: Minor | None = None
    reference: Reference = None


class VoidRequest(RequestBody):
    """Releases what a pending transfer holds."""

    kind: Literal["void"]
    id: NewId
    pending: OldId
    reference: Reference = None


class ReversalRequest(RequestBody):
    """Compensates an applied transfer by the same amount the other way round."""

    kind: Literal["reversal"]
    id: NewId
    reverses: OldId
    reference: Reference = None


_One = TransferRequest | PendingRequest | PostRequest | VoidRequest | ReversalRequest


def transfer_of(body: _One) -> AnyTransfer:
    """What one transfer's body asks for."""
    values = dict(vars(body))
    seconds = values.pop("timeout_seconds", None)
    if seconds is not None:
        values["timeout_ms"] = seconds * 1000
    return transfers.of_kind(values.pop("kind"), values)


class LinkedRequest(RequestBody):
    """Several transfers that are applied all or none."""

    kind: Literal["linked"]
    id: NewId
    transfers: Annotated[
        list[Annotated[_One, Field(discriminator="kind")]],
        Field(min_length=2, max_length=transfers.MOST_LINKED),
    ]


class LegRequest(RequestBody):
    """One currency of an exchange; one of the two accounts is the liquidity account."""

    debit: OldId
    credit: OldId
    currency: Code


class ExchangeRequest(RequestBody):
    """Sells `amount` of one currency for another: two linked transfers, `{id}:sold` and
    `{id}:bought`. `rate` is what one unit that is sold is worth, `source` says who says so and of
    which day.
    """

    kind: Literal["exchange"]
    id: NewId
    sold: LegRequest
    bought: LegRequest
    amount: Minor
    rate: Annotated[str, AfterValidator(_rate)]
    source: Annotated[str, AfterValidator(_reference)]


TransactionRequest = Annotated[_One | LinkedRequest | ExchangeRequest, Field(discriminator="kind")]
