"""The claim's contract: its parameters, states and steps, and what each step's end means."""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import Field, TypeAdapter, model_validator
from typing_extensions import TypedDict

from tillroll.claims.rules import DEFAULT_DAYS, check_days
from tillroll.fields import ONE_LINE, Iban, MailAddress, OneLine
from tillroll_documents.money import minor_digits
from tillroll_durable import (
    Contract,
    Effect,
    OnFailure,
    Params,
    RollbackConfig,
    Signal,
    State,
    Status,
    Step,
    Topic,
)
from tillroll_durable.outputs import Out
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.models import Flag, WrittenDay


class InvoiceParty(Params):
    """Who charges, or who is charged. `country` is its two-letter code by ISO 3166-1; `vat_id`
    begins with the country's letters; `tax_number` is that of a local tax office;
    `registration_id` that of a register of companies."""

    name: OneLine
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["DE"])]
    street: OneLine | None = None
    city: OneLine | None = None
    postal_code: OneLine | None = None
    vat_id: Annotated[
        str | None, Field(pattern=r"^[A-Z]{2}[0-9A-Z+*]{2,13}$", examples=["DE123456789"])
    ] = None
    tax_number: OneLine | None = None
    registration_id: OneLine | None = None
    mail: MailAddress | None = None


class InvoiceParams(Params):
    """An invoice by EN 16931: a PDF that carries its XML in CII, which is Factur-X and ZUGFeRD.
    `vat_category` says how it is taxed: `S` with `vat_rate` in percent, which is in the amounts;
    `E` exempt, with `vat_reason`; `AE` reverse charge; `O` not subject to VAT. Left out, it follows
    from both sides. `disbursements` are expenses that were paid in the client's name and for their
    account, which are no part of the taxable amount. `charges` is `spent`, what was spent with its
    tax; or `net_cost`, that without the tax that the company deducts, and VAT comes on top.
    `reference` is the client's own, which public
    buyers ask for. Where `seller`, `buyer`, `reference` or `iban` are left out, the company's and
    the client's are taken. An invoice in another currency than the company's says its tax in
    `accounting_currency`, too: `exchange_rate` is what one unit is worth there, by default the
    newest that is known."""

    seller: InvoiceParty | None = None
    buyer: InvoiceParty | None = None
    vat_category: Literal["S", "E", "AE", "O"] | None = None
    vat_rate: Annotated[
        str | None, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?$", examples=["19"])
    ] = None
    vat_reason: OneLine | None = None
    charges: Literal["spent", "net_cost"] = "spent"
    reference: OneLine | None = None
    iban: Iban | None = None
    disbursements: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=60)]] | None,
        Field(min_length=1, max_length=200),
    ] = None
    accounting_currency: Annotated[
        str | None, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217", examples=["EUR"])
    ] = None
    exchange_rate: Annotated[
        str | None, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,12})?$", examples=["0.9213"])
    ] = None

    @model_validator(mode="after")
    def _holds_the_rules(self) -> Self:
        """BR-S-05 and BR-E-10. What the parties need is said where it is known who they are."""
        if self.exchange_rate is not None and not Decimal(self.exchange_rate):
            raise ValueError("Give an exchange rate above zero")
        category = self.vat_category
        if category is None:
            return self
        has_rate = self.vat_rate is not None and Decimal(self.vat_rate) > 0
        if category == "S":
            # Without a rate, it is the standard one of the seller's country.
            is_wrong = self.vat_rate is not None and not has_rate
        else:
            is_wrong = has_rate
        if is_wrong:
            raise ValueError("Give a VAT rate above zero where VAT is charged, and else none")
        if category == "E" and self.vat_reason is None:
            raise ValueError("Say why no VAT is charged: an invoice that is exempt says so")
        return self

    @property
    def rate(self) -> Decimal:
        """In percent; zero but for the category S."""
        return Decimal(self.vat_rate or 0)

    def is_disbursed(self, expense_id: str) -> bool:
        """Whether it was paid in the client's name and for their account."""
        return expense_id in (self.disbursements or ())

    @property
    def accounting_rate(self) -> Decimal:
        """What one unit of the invoice's currency is worth in the company's."""
        return Decimal(self.exchange_rate or 1)


KIND: Final = "claim"
MOST_EXPENSES: Final = 200
LONGEST_TERMS: Final = 365
DEFAULT_TERMS: Final = 30
# BR-DEC.
_MOST_DIGITS: Final = 2

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217", examples=["EUR"])]
# As long as an expense's client may be.
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=ONE_LINE)]
Id = Annotated[str, Field(min_length=1, max_length=60)]


class ClaimParams(Params):
    """What is claimed of whom: the approved expenses in one currency that no other claim holds, of
    the days from `first_day` to `last_day`, of one `person`, or those that are named. Of a
    `company`, what employees paid, for one client (`client_id`) or all; of a `customer`, what is
    billable to the client, and nothing else. What is left out of the payer, the terms and the
    address is the client's and the company's. Where it does not come to `expected_total`, nothing
    is claimed. `terms_days` until it is due, `reminder_days` after that day it is asked for: the
    reminder, the second one, and calling a person; not for `pause_days` after the payer says that
    they have paid. With `invoice`, a customer gets an e-invoice too. `sent_by` `mail` sends it to
    `payer_mail`, reminds there, and with `confirms_payment` says thanks once it is paid. Policies
    of claims are held first: where one is against an expense, nothing is claimed, or the others
    with `leave_out_violations`. What an entry of the company's account may have paid is no part of
    a claim on the company, unless a person says that it did not (`despite_bank`). Where a claim of
    a customer `converts`, what was spent in other currencies is charged in the account's, at the
    rate of each expense's own day; what was spent in the client's currency stays in that."""

    currency: Currency
    payer_kind: Literal["company", "customer"]
    client_id: Id | None = None
    payer_name: Name | None = None
    first_day: WrittenDay | None = None
    last_day: WrittenDay | None = None
    person: Id | None = None
    expense_ids: Annotated[list[Id] | None, Field(min_length=1, max_length=MOST_EXPENSES)] = None
    expected_total: Annotated[
        str | None, Field(min_length=1, max_length=30, examples=["37.90"])
    ] = None
    sent_by: Literal["hand", "webhook", "mail"] = "hand"
    payer_mail: MailAddress | None = None
    terms_days: Annotated[int, Field(ge=0, le=LONGEST_TERMS, strict=True)] | None = None
    reminder_days: Annotated[
        list[Annotated[int, Field(ge=1, le=LONGEST_TERMS, strict=True)]],
        Field(default_factory=lambda: [*DEFAULT_DAYS], min_length=3, max_length=3),
    ]

    pause_days: Annotated[int, Field(ge=0, le=60, strict=True)] = 7
    invoice: InvoiceParams | None = None
    leave_out_violations: Flag = False
    despite_bank: Flag = False
    converts: Flag = False
    confirms_payment: Flag = False

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        check_days(self.reminder_days)
        if max(self.reminder_days) > LONGEST_TERMS:
            raise ValueError(f"A reminder comes at most {LONGEST_TERMS} days behind the due day")
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValueError("firstDay is behind lastDay")
        if self.payer_kind == "customer" and self.client_id is None:
            raise ValueError("Give clientId: a claim of a customer bills one client")
        if self.converts and self.payer_kind != "customer":
            raise ValueError(
                "Leave converts out: the company pays people back in the currency that they spent"
            )
        if self.despite_bank and self.payer_kind != "company":
            raise ValueError(
                "Leave despiteBank out: a client owes what the company's account paid as well, "
                "and the payerKind is customer"
            )
        if self.sent_by != "mail" and self.payer_mail is not None:
            raise ValueError(
                "Give payerMail with sentBy mail, and with no other: the claim is sent there"
            )
        if self.invoice is not None and self.payer_kind != "customer":
            raise ValueError(
                "Leave invoice out: an e-invoice is for a customer, and the payerKind is company"
            )
        if self.invoice is not None and minor_digits(self.currency) > _MOST_DIGITS:
            raise ValueError(
                "Leave invoice out: EN 16931 has amounts of two digits behind the point, "
                "and no more"
            )
        return self


class Changed(Params):
    """That something happened to the claim; the run looks what by itself where it matters."""

    now: Literal["open", "disputed", "closed"]


class Mailed(Params):
    """What became of the mail that sends the claim; the run looks by itself."""

    now: Literal["waiting", "sent", "not_sent"]


class ClaimTold(Params):
    """A claim as receivers of events get it. `number` is as people read it; amounts are decimal
    strings; `stage` says what was asked for: issued, reminder, second_reminder or escalation; or,
    in what a run gives, how the claim has ended: paid, credited, written_off or withdrawn."""

    claim_id: str
    number: str
    stage: str
    payer_name: str
    currency: str
    total: str
    open: str
    due_on: str


class ClaimAsked(ClaimTold):
    """What a step asks for; `mail` is the id of the mail that says so, where there is one."""

    mail: str | None = None


class HeldExpenses(TypedDict):
    """How many expenses a claim holds, and the ids of those that a policy held back."""

    expenses: int
    heldBack: list[str]


class Files(TypedDict):
    files: list[str]


class Written(TypedDict):
    """The id of a mail that was written, if one was."""

    mail: str | None


_ENOUGH: Final = Retries(limit=8, delay_seconds=2, backoff="exponential")
_YEARS: Final = 3 * 365 * 24 * 3600
_MAIL_TAKES: Final = 3 * 24 * 3600


REQUESTED = State.processing("requested", "This claim was asked for.")
GATHERED = State.processing("gathered", "This claim is being made.")
ISSUED = State.processing("issued", "This claim is issued.")
AWAITING = State.processing("awaiting_payment", "This claim is waiting for payment.", _YEARS)
ANSWERED = State.processing("heard", "Something was said of this claim.")
TIME_UP = State.processing("time_up", "The time for this claim is up.")
WRITTEN = State.processing("written", "This claim's statement is written.")
# By mail: it is written in a step, sent by a run of its own, and what became of that is known
# before it is presented.
MAIL_WRITTEN = State.processing("mail_written", "The mail of this claim is written.")
MAILING = State.processing("mailing", "The mail of this claim is being sent.", _MAIL_TAKES)
MAIL_OVER = State.processing("mail_over", "What became of the mail of this claim is known.")
MAIL_LATE = State.processing("mail_late", "The mail of this claim was not sent in time.")
PRESENTED = State.processing("presented", "This claim was presented to its payer.")
ASKED = State.processing("asked", "This claim was asked for again.")
THANKED = State.processing("thanked", "This claim is settled.")
COMPENSATING = State.processing("compensating", "This claim is being taken back.")
NOTHING = State.ended(
    "nothing",
    Status.REJECTED,
    (
        "Nothing was claimed: another claim holds it, a policy is against it, or it "
        "was changed meanwhile."
    ),
)
PAID = State.ended("paid", Status.COMPLETE, "This claim is paid.")
CREDITED = State.ended(
    "credited", Status.COMPLETE, "All of this claim was cancelled by credit notes."
)
WRITTEN_OFF = State.ended(
    "written_off", Status.COMPLETE, "What was not paid of this claim was given up."
)
WITHDRAWN = State.ended("withdrawn", Status.CANCELLED, "This claim was withdrawn.")
CANCELLED = State.ended(
    "cancelled",
    Status.CANCELLED,
    (
        "This was stopped: {reason}. A claim that was still open was withdrawn as a whole; one "
        "that was settled stays so."
    ),
)
ABANDONED = State.ended(
    "abandoned",
    Status.CANCELLED,
    (
        "This was given up: {reason}. A claim that was still open was withdrawn as a whole; "
        "one that was settled stays so."
    ),
)


def _step(
    name: str,
    begins_in: tuple[State, ...],
    on_success: tuple[State, ...],
    failed: str,
    *,
    effect: Effect = Effect.WRITE,
    is_undone: bool = False,
    gives: type[Out] | TypeAdapter[Out] | None = None,
) -> Step[Out]:
    return Step(
        name=name,
        effect=effect,
        begins_in=tuple(each.name for each in begins_in),
        on_success=tuple(each.name for each in on_success),
        on_failure=OnFailure(
            failed, says="This claim could not go on; what was claimed and paid stands as it is."
        ),
        retries=_ENOUGH,
        timeout_seconds=60,
        rollback_config=RollbackConfig(retries=_ENOUGH, timeout_seconds=60) if is_undone else None,
        gives=gives,
    )


# None where the claim is settled by then.
_ASKED: Final[TypeAdapter[ClaimAsked | None]] = TypeAdapter(ClaimAsked | None)


GATHER = _step(
    "gather",
    (),
    on_success=(GATHERED, NOTHING),
    failed="requested_gather_failed",
    is_undone=True,
    gives=HeldExpenses,
)
ISSUE = _step(
    "issue", (GATHERED,), on_success=(ISSUED,), failed="gathered_issue_failed", is_undone=True
)
# A report of 200 pictures takes minutes.
WRITE_FILES = replace(
    _step(
        "write-files", (ISSUED,), on_success=(WRITTEN,), failed="issued_write_failed", gives=Files
    ),
    retries=Retries(limit=5, delay_seconds=5, backoff="exponential"),
    timeout_seconds=15 * 60,
)
WRITE_MAIL = _step(
    "write-mail",
    (WRITTEN,),
    on_success=(MAIL_WRITTEN,),
    failed="written_mail_failed",
    gives=Written,
)
PRESENT = _step(
    "present",
    (WRITTEN, MAIL_WRITTEN, MAIL_OVER, MAIL_LATE),
    on_success=(PRESENTED,),
    failed="issued_present_failed",
    gives=ClaimTold,
)
REMIND = _step("remind", (TIME_UP,), on_success=(ASKED,), failed="time_up_ask_failed", gives=_ASKED)
REMIND_AGAIN = _step(
    "remind-again", (TIME_UP,), on_success=(ASKED,), failed="time_up_ask_failed", gives=_ASKED
)
ESCALATE = _step(
    "escalate", (TIME_UP,), on_success=(ASKED,), failed="time_up_ask_failed", gives=_ASKED
)
THANK = _step(
    "thank", (ANSWERED, ASKED), on_success=(THANKED,), failed="heard_thank_failed", gives=Written
)
CLOSE = _step(
    "close",
    (ANSWERED, ASKED, THANKED),
    on_success=(PAID, WITHDRAWN, CREDITED, WRITTEN_OFF),
    failed="heard_close_failed",
    effect=Effect.READ,
    gives=ClaimTold,
)
CHANGED = Signal(
    "changed", Changed, waiting=AWAITING.name, received=ANSWERED.name, timed_out=TIME_UP.name
)
MAILED = Signal(
    "mailed", Mailed, waiting=MAILING.name, received=MAIL_OVER.name, timed_out=MAIL_LATE.name
)
CLAIM_TOLD = Topic(
    "claim.asked",
    ClaimTold,
    "A claim that is sent by webhook was issued, or is due again for a reminder.",
)

CLAIM_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(
        *(REQUESTED, GATHERED, ISSUED, WRITTEN, MAIL_WRITTEN, MAILING, MAIL_OVER, MAIL_LATE),
        *(PRESENTED, AWAITING, ANSWERED, TIME_UP, ASKED, THANKED, COMPENSATING),
        *(NOTHING, PAID, CREDITED, WRITTEN_OFF, WITHDRAWN, CANCELLED, ABANDONED),
    ),
    steps=(
        GATHER,
        ISSUE,
        WRITE_FILES,
        WRITE_MAIL,
        PRESENT,
        REMIND,
        REMIND_AGAIN,
        ESCALATE,
        THANK,
        CLOSE,
    ),
    compensating=COMPENSATING.name,
    signals=(CHANGED, MAILED),
    topics=(CLAIM_TOLD,),
)
