"""Payouts, payees, batches, files for the bank and changes: each is a row, and the JSON of it.
Amounts are whole minor units of the currency."""

from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field

from tillroll.ledger.transfers import LARGEST_AMOUNT
from tillroll.payouts.bank_files.judging import PaymentFacts
from tillroll.payouts.contract import MOST_PAYOUTS, PayoutParams
from tillroll.payouts.payments import Doubt, PaymentStatus
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import Model, RequestBody, WrittenDay


class Audited(Action):
    PAYEE_CREATED = "payee.created", "somebody whom the payment provider can pay was named"
    PAYEE_ARCHIVED = "payee.archived", "nobody is paid under this payee any more"
    PAYOUT_LIMIT_CHANGED = (
        "payout_limit.changed",
        "the amount was changed above which a second person decides; null: taken away",
    )
    PAYOUT_CHANGE_ASKED = (
        "payout_change.asked",
        "a change was asked for by which one person could pay alone; it waits for a second one",
    )
    PAYOUT_CHANGE_ENDED = (
        "payout_change.ended",
        (
            "a change that waited has ended; `outcome` says how: confirmed, elapsed (nobody else "
            "could confirm it for a day), rejected, replaced or refused by the ledger"
        ),
    )
    PAYMENT_FILE_MADE = (
        "payment_file.made",
        (
            "payments that waited were closed into a file for the bank; `amount` is their sum in "
            "cents, `alsoArchived` the payouts that somebody named whose payees were archived since"
        ),
    )
    PAYMENT_FILE_ANSWERED = (
        "payment_file.answered",
        "what the bank said of a file was taken: `source` is its report, or `by hand`",
    )
    PAYMENT_FILE_RECOVERED = (
        "payment_file.recovered",
        "a file that was made behind the backup which was restored was taken up again",
    )
    PAYMENT_FILE_DISCARDED = (
        "payment_file.discarded",
        "a payment file was dropped: it never was handed to the bank",
    )
    PAYMENT_FILE_ALL_KNOWN = (
        "payment_file.all_known",
        "somebody said, behind a restore, that the bank has no other file than are known",
    )
    PAYOUT_SETTLED_BY_HAND = (
        "payout.settled_by_hand",
        (
            "a person said what became of a payment of which nobody else could say it: "
            "`settledAs`, and the books follow"
        ),
    )
    PAYEE_LINKED = (
        "payee.linked",
        "a payee was said to be a person of the account, or nobody of it any more",
    )
    PAYOUT_BY_HAND_UNDONE = (
        "payout.by_hand_undone",
        (
            "a person took back that a payout was paid by hand: the books reverse it, and its "
            "expenses are owed again"
        ),
    )
    PAYOUT_RETURNED = (
        "payout.returned",
        "a payment came back after it had been booked as paid; the company's account has it again",
    )
    PAYOUT_UNPROVEN = (
        "payout.unproven",
        (
            "the match that alone proved a payment was undone: nobody says any more that it has "
            "left, so it is on its way again"
        ),
    )
    PAYOUT_FOLLOWED_ENTRIES = (
        "payout.followed_entries",
        (
            "entries of a bank account that were matched, or are not any more, changed what is "
            "known of a payment"
        ),
    )
    PAYOUT_PROVEN = (
        "payout.proven",
        "a payment that was on its way behind the end of its run was reported to have left",
    )
    PAYOUT_STRAY = (
        "payout.stray",
        (
            "a payment was found that its payout knows nothing of: it came late, behind a "
            "refusal or an undoing. `status` says whether it was called back"
        ),
    )


SettledAs = Literal["paid", "not_paid"]
BY_PROVIDER: Final = "provider"
BY_FILE: Final = "file"
BY_HAND: Final = "hand"
"""Values of `paid_by`: the provider pays, a file for the bank does, or somebody has paid outside of
Tillroll."""
MOST_IN_FILE: Final = 100
"""Payments of one file: the bank's answer, which names each, must fit into a request."""
# Under the bound of every body, with what JSON adds.
LONGEST_REPORT: Final = 60_000
Id: TypeAlias = Annotated[str, Field(min_length=1, max_length=60)]
_Name: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
]


class AlikePayout(Model):
    """A payout of the same payee, amount (minor units) and currency within thirty days, live or
    paid. `batchId` is that of its batch, null for none."""

    id: str
    payee_id: str
    payee_name: str
    currency: str
    amount: int
    reference: str
    state: str
    batch_id: str | None
    created_at: str


class AlikePayouts(Model):
    """The newest first, at most fifty. None of them is in the way: pay once more only what is owed
    once more."""

    alike: list[AlikePayout]


class Payout(Model):
    """`id` is its run's, `state` where that stands. `paymentId` is the provider's, and
    `paymentStatus` what it said last. A `failureClass` of `rollback_failed` says that it was to be
    undone, and is not: the payment may have left. `settledAs` is what a person has said became of
    it, where nobody else could. `waitsForFile`: nothing is paid before POST /api/payment-files
    makes the file that takes it; where `payeeArchivedAt` says that nobody is paid under the payee
    any more, only with `alsoArchived`. `amountLeft` is how much of it has left by matched entries
    of bank accounts, in minor units, without what came back: it is `posted` when that is the whole.
    `refusal` says why nothing was paid, where the provider refused the payment or the company's
    account did not hold enough: `uncovered`, or the provider's answer in codes. `paymentDoubt` says
    what a person is asked of a payment by file: `copy`, which of the copies counts that the bank
    was given; `refused_late`, whether it was refused after it was accepted or paid; `taken_late`,
    whether it was paid although it was refused. `paymentDoubtReason` is the bank's code, and
    `paymentFileId` the file that has the payment."""

    id: str
    payee_id: str
    payee_name: str
    currency: str
    amount: int
    reference: str
    asked_by: str
    state: str
    status: str
    payment_id: str | None
    payment_status: PaymentStatus | None
    payment_reason: str | None
    failure_class: str | None
    refusal: str | None
    settled_as: SettledAs | None
    settled_by: str | None
    settled_at: str | None
    waits_for_file: bool
    payee_archived_at: str | None
    paid_by: Literal["provider", "file", "hand"]
    paid_on: date | None
    amount_left: int
    payment_doubt: Doubt | None
    payment_doubt_reason: str | None
    payment_file_id: str | None
    created_at: str

    # Where it goes, and by whom.
    account_id: Annotated[str, Field(exclude=True)]
    recipient: Annotated[str, Field(exclude=True)]
    method: Annotated[str, Field(exclude=True)]
    # The user who is paid, where it is one.
    payee_person: Annotated[str | None, Field(exclude=True)]
    batch_id: Annotated[str | None, Field(exclude=True)]
    # The name of its payment at the provider; None where it began before payments had names.
    payment_name: Annotated[str | None, Field(exclude=True)]
    # Of what payment was heard last, from the paying side, or by a person, and how often that has
    # changed.
    heard_of: Annotated[str | None, Field(exclude=True)]
    heard: Annotated[int, Field(exclude=True)]
    # The transfers of the ledger that stand for it, by their ids; None where none does.
    debited_by: Annotated[str | None, Field(exclude=True)]
    delivered_by: Annotated[str | None, Field(exclude=True)]

    @property
    def came_back(self) -> bool:
        """Whether the money is with the company, as far as was heard."""
        return self.payment_status is not None and self.payment_status.brings_back

    @property
    def line(self) -> tuple[str, str, int]:
        """By what payouts are alike, and limited."""
        return self.payee_id, self.currency, self.amount


class CoveredExpense(Model):
    """An expense that a payout pays back. `amount` is in the payout's currency, `ofAmount` in the
    expense's; `rate` is null where both are one. `releasedAt` says when the payout came to nothing:
    the expense is owed again. `merchant` and `date` are null where the expense was erased."""

    expense_id: str
    merchant: str | None
    date: Annotated[str | None, Field(description="YYYY-MM-DD")]
    amount: int
    of_amount: int
    of_currency: str
    rate: str | None
    rate_day: str | None
    rate_source: str | None
    released_at: str | None


OutcomeSource = Literal["report", "person", "provider", "match"]


class ReportedOutcome(Model):
    """What was reported of a payment. `source` is a bank's `report`, a `person`, the `provider`, or
    a `match` with entries of a bank account; `by` names who handed it in. The newest holds that was
    not taken back (`takenBackAt`)."""

    source: OutcomeSource
    by: str
    status: PaymentStatus
    reason: str | None
    at: str
    taken_back_at: str | None


class PayoutDetail(Payout):
    """With the expenses that it pays back, and the payouts that it may be once more, for the person
    who asked and anyone who decides: `alike` is a warning. `outcomes` is what was reported of its
    payment, the oldest first."""

    expenses: list[CoveredExpense]
    outcomes: list[ReportedOutcome]
    alike: list[AlikePayout]


class PayoutRequest(RequestBody, PayoutParams):
    """Whom to pay how much, in minor units, and what both sides read."""


class Payee(Model):
    """`archivedAt`: nobody is paid under it any more. `paidBy` is `provider`, or `file`, where
    `iban` shows its first four and last four characters, and `recipient` and `method` are null, or
    `hand`, where all three are. `person` is the user whose expenses it pays back. `alike` are the
    ids of other payees whose names print the same, and who are not that person: somebody makes sure
    which one is meant, and archives the other."""

    id: str
    name: str
    paid_by: Literal["provider", "file", "hand"]
    recipient: str | None
    method: str | None
    iban: str | None
    bic: str | None
    person: str | None
    created_at: str
    archived_at: str | None
    alike: list[str]


class PayeeLink(RequestBody):
    """The user whose expenses the payee pays back; null: nobody's."""

    person: Id | None


class PayeeRequest(RequestBody):
    """Either `recipient` and `method`, the payment provider's ids of a person and of their bank
    account: of Stripe a recipient's account, and a payout method of it. Or, to be paid by a file
    for the bank, the `iban` of the account that `name` holds, and the `bic` of its bank, which is
    needed outside of the European Economic Area only. `person` is the user whose expenses it pays
    back, if it is anybody of the account."""

    name: _Name
    recipient: (
        Annotated[
            str, Field(pattern=r"^acct_[A-Za-z0-9_]{1,60}$", examples=["acct_1Nv0FGQ9RKHgCVdK"])
        ]
        | None
    ) = None
    method: (
        Annotated[
            str,
            Field(
                pattern=r"^[a-z]{2,12}_[A-Za-z0-9_]{1,80}$", examples=["gbba_1Nyd9YFBVUzLyxXZ16"]
            ),
        ]
        | None
    ) = None
    iban: Annotated[str, Field(min_length=1, max_length=50)] | None = None
    bic: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    person: Id | None = None


class PayoutBatch(Model):
    """`id` is its run's, `state` where that stands; `payments` is how many payouts it has."""

    id: str
    name: str
    payments: int
    asked_by: str
    state: str
    status: str
    created_at: str


class OutcomeSum(Model):
    """How many payouts of a currency had an outcome, and their amount in minor units. `paid`;
    `refused`: nothing was moved; `returned` by the bank later; `stopped` by a person; `unknown`:
    somebody has to look; `open`: it goes on."""

    currency: str
    outcome: str
    count: int
    amount: int


class PayoutBatchDetail(PayoutBatch):
    """With what became of those that were begun; GET /api/payouts?batch= lists them. `alike` warns
    of payouts outside of the batch that one of its own may be once more."""

    sums: list[OutcomeSum]
    alike: list[AlikePayout]


class PayoutBatchRequest(RequestBody):
    """Either `payouts`, or `csv`: a line for each, under the head payee,currency,amount,reference,
    where the amount is in minor units."""

    name: _Name
    payouts: Annotated[list[PayoutRequest], Field(min_length=1, max_length=MOST_PAYOUTS)] | None = (
        None
    )
    csv: Annotated[str, Field(min_length=1, max_length=50_000)] | None = None


class PaymentFile(Model):
    """`amount` is the sum in cents of `payments` payments, of which the bank has not answered
    `open` yet, and has paid `posted`. `messageId` is what the file is called at the bank (MsgId).
    `recoveredAt` says that it was taken up again behind a restore, and when; `madeBy` and
    `createdAt` are of that then. Null of all others."""

    id: str
    message_id: str
    execution_day: str
    payments: int
    amount: int
    open: int
    posted: int
    made_by: str
    created_at: str
    recovered_at: str | None


class HeldPayment(Model):
    """A payment that no file takes unless somebody names it: its payee was archived since it was
    asked for. Name it in `alsoArchived`, or cancel the payout."""

    payout_id: str
    name: str
    iban: str
    amount: int
    reference: str


class FilePayment(HeldPayment):
    """A payment of a file. `bankStatus` is the bank's code, or `by hand`, and `reason` why it was
    not made. `doubt` says what a person is asked, since the bank's answers leave it open:
    `doubtReason` is the code that came with it."""

    status: PaymentStatus
    bank_status: str | None
    reason: str | None
    doubt: Doubt | None
    doubt_reason: str | None

    id: Annotated[str, Field(exclude=True)]
    payee_id: Annotated[str, Field(exclude=True)]
    kept_iban: Annotated[str, Field(exclude=True, description="Encrypted")]
    bic: Annotated[str | None, Field(exclude=True)]
    # Its debit is given back, or about to be.
    is_cancelled: Annotated[bool, Field(exclude=True)]
    accepted_as: Annotated[str | None, Field(exclude=True)]
    # What is asked of it, also while a match says more.
    in_doubt: Annotated[Doubt | None, Field(exclude=True)]
    in_doubt_reason: Annotated[str | None, Field(exclude=True)]
    in_doubt_status: Annotated[PaymentStatus | None, Field(exclude=True)]

    @property
    def facts(self) -> PaymentFacts:
        """What is known of it."""
        return PaymentFacts(
            status=self.status,
            bank_status=self.bank_status,
            reason=self.reason,
            accepted_as=self.accepted_as,
            doubt=self.in_doubt,
            doubt_reason=self.in_doubt_reason,
            doubt_status=self.in_doubt_status,
        )


class PaymentFiles(Model):
    """`waiting` payments would be closed into the next file, at most 100; `held` would be left
    out."""

    items: list[PaymentFile]
    next_cursor: str | None
    waiting: int
    held: list[HeldPayment]


class PaymentFileDetail(PaymentFile):
    items: list[FilePayment]


class PaymentFileRequest(RequestBody):
    """`executionDay` is the day on which the bank is asked to pay: today, or at most a week ahead.
    `alsoArchived` names payouts that are paid although their payees were archived since; others of
    these are left out."""

    execution_day: WrittenDay | None = None
    also_archived: Annotated[tuple[Id, ...], Field(max_length=MOST_IN_FILE)] = ()


class PaymentReportRequest(RequestBody):
    """`report` is the bank's status report: a pain.002 as text."""

    report: Annotated[str, Field(min_length=1, max_length=LONGEST_REPORT)]


Outcome = Literal["posted", "failed", "returned", "on_its_way"]
ON_ITS_WAY: Final = "on_its_way"


class PaymentOutcomeRequest(RequestBody):
    """What the bank did with all payments of a file, or with that of `payoutId` only. `on_its_way`
    answers a `doubt` alone: the bank carries out another copy. `reason` is a code, such as
    AC04."""

    status: Outcome
    payout_id: Id | None = None
    reason: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,35}$")] | None = None


class BankAnswered(Model):
    """How many payments an answer changed. `contradicted` are payouts of which something else was
    said before, or that were cancelled and are paid. What is said of a payment by itself takes the
    place of the earlier word, and the books follow; what is said of the whole file does not.
    `inDoubt` are payouts of which a person has to say what the bank did, since its answers leave
    that open."""

    file_id: str
    changed: int
    contradicted: list[str]
    in_doubt: list[str]


class Recovered(Model):
    """`payments` of the file wait for the bank's answer now. `strangers` are payouts in it that
    were asked for after the backup: they are paid, perhaps, and not in the books."""

    file_id: str | None
    payments: int
    strangers: list[str]


class PayoutLimit(Model):
    """A payout of more than `above` minor units of the currency, or more than that for one payee
    within a day, is decided on by someone other than the person who requested it."""

    currency: str
    above: int


class LimitRequest(RequestBody):
    above: Annotated[int, Field(ge=0, le=LARGEST_AMOUNT, strict=True, description="Minor units")]


What = Literal["limit", "ledger_account", "ledger_transfer"]


class PayoutChange(Model):
    """A change by which one person could pay alone. `subject` is a limit's currency, or an id of
    the ledger; `says` is what it comes to. While it waits, `outcome` is null: for somebody who may
    approve and has not asked for it, or, where there is nobody else, until `takesEffectAt`.
    `elapsed`: it took effect then; `refused`: the ledger refused it."""

    id: str
    what: What
    subject: str
    says: str
    asked_by: str
    created_at: str
    takes_effect_at: str | None
    outcome: Literal["confirmed", "elapsed", "rejected", "replaced", "refused"] | None
    ended_by: str | None
    ended_at: str | None

    account_id: Annotated[str, Field(exclude=True)]
    body: Annotated[dict[str, Any], Field(exclude=True)]


class ChangeDecision(RequestBody):
    """The person who asked for a change may reject it, and nobody confirms their own."""

    decision: Literal["confirm", "reject"]
