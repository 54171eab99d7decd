"""Claims and what is in them. Amounts are minor units of `currency`, in JSON decimal strings such
as 12.90."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from pydantic import ConfigDict, Field, field_serializer

from tillroll.claims.contract import ClaimParams
from tillroll.claims.rules import Standing
from tillroll.company.places import language_of_country
from tillroll.expenses.approval.held import Against, Next
from tillroll_documents.money import Money
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import Model, RequestBody

ClaimState = Literal[
    "draft",
    "issued",
    "part_paid",
    "paid",
    "overdue",
    "disputed",
    "withdrawn",
    "credited",
    "written_off",
]


class Audited(Action):
    ISSUED = "claim.issued", "a claim was issued under the next number of its account and year"
    PRESENTED = "claim.presented", "a claim was presented to its payer"
    PAYMENT = (
        "claim.payment",
        "a payment was recorded; `applied` minor units of it belong to the claim",
    )
    REVERSED = (
        "claim.reversed",
        "a payment of a claim was taken back: it was recorded by mistake, or it bounced",
    )
    WRITTEN_OFF = "claim.written_off", "what was not paid of a claim was given up"
    REFUNDED = "claim.refunded", "what was owed back to the payer of a claim was sent back"
    CREDITED = "claim.credited", "a part of a claim was cancelled by a credit note"
    WITHDRAWN = "claim.withdrawn", "a claim was taken back as a whole"
    DISPUTED = "claim.disputed", "the payer said that a claim is wrong"
    RESOLVED = "claim.resolved", "a dispute of a claim was over"
    SAID_PAID = "claim.said_paid", "the payer said by a link that they have paid"
    LINK_CREATED = (
        "claim_link.created",
        "a link was made by which the payer sees a claim until it expires",
    )
    LINK_REVOKED = "claim_link.revoked", "a claim's link was taken back"
    REMINDER = "claim.reminder", "a claim that was due was asked for"
    SECOND_REMINDER = "claim.second_reminder", "a claim that was due was asked for again"
    ESCALATION = "claim.escalation", "people of the account were told that a claim is not paid"


def decimal(
    self: "ClaimSummary | ClaimItem | ClaimableExpense | Claimable | Owing | ClaimPreview",
    minor: int,
) -> str:
    """An amount as JSON has it. By the name `self` pydantic knows a serializer of a field."""
    return Money(minor, self.currency).to_decimal_string()


def decimal_spent(self: "ClaimItem | ClaimableExpense", minor: int | None) -> str | None:
    """What was spent, as JSON has it: in its own currency."""
    if minor is None or self.spent_currency is None:
        return None
    return Money(minor, self.spent_currency).to_decimal_string()


@dataclass(frozen=True)
class Claim:
    """
    Attributes:
        run_id: its run's id, which is its own.
        sent_by: hand, webhook or mail; mail goes to `payer_mail`.
        language: the one that was chosen for the client; None where nobody chose one.
        has_invoice: it is an invoice to a client, with a number of its own series.
        number: as people read it, such as 2026-0007 or INV-2026-0007; None before it is issued.
        version: counts what happened to it.
        told: the version that its run was notified of last.
    """

    run_id: str
    account_id: str
    payer_kind: str
    client_id: str | None
    payer_name: str
    language: str | None
    payer_mail: str | None
    sent_by: str
    terms_days: int
    has_invoice: bool
    created_at: str
    number: str | None
    issued_on: date | None
    version: int
    told: int
    standing: Standing
    client_country: str | None = None
    company_country: str | None = None

    @property
    def written_in(self) -> str | None:
        """The language of its papers and mails: the client's, or that of the client's country, or
        of the company's; None for English."""
        own = language_of_country(self.client_country, otherwise=self.company_country)
        return self.language or own

    @property
    def now(self) -> Literal["open", "disputed", "closed"]:
        """The standing that its run receives with the signal."""
        if self.standing.is_closed:
            return "closed"
        if self.standing.is_disputed:
            return "disputed"
        return "open"


class Outstanding(Model):
    """What payers still owe in a currency, in minor units: `claims` that are open, and how much of
    it is `overdue`, of how many."""

    currency: str
    claims: int
    open: int
    overdue_claims: int
    overdue: int


class ClaimSummary(Model):
    """`id` is its run's, `number` counts without gaps in the account and year of the issue.
    `hasInvoice`: it is an invoice to a client. `state` is draft, issued, part_paid, paid, overdue,
    disputed, withdrawn, credited or written_off; `runState` where its run stands. `total` is what
    it is over, `credited` what credit notes took back of that, `paid` what was paid of it,
    `writtenOff` what was given up, `open` what is still to be paid."""

    id: str
    number: str | None
    state: ClaimState
    run_state: str
    payer_kind: Literal["company", "customer"]
    client_id: str | None
    payer_name: str
    has_invoice: bool
    sent_by: Literal["hand", "webhook", "mail"]
    payer_mail: str | None
    currency: str
    total: int
    credited: int
    paid: int
    written_off: int
    open: int
    expenses: int
    issued_on: str | None
    due_on: str | None
    asked_by: str
    created_at: str

    _decimals = field_serializer("total", "credited", "paid", "written_off", "open")(decimal)


class ClaimItem(Model):
    """An expense as it was claimed. `isReleased`: a credit note or the withdrawal has let it go.
    `hasChanged`: the expense was changed since; what stands beside the amounts is as it is now,
    null where it was erased. `spent` and `spentCurrency` are the expense's own."""

    expense_id: str
    amount: int
    tax: int | None
    merchant: str | None
    date: str | None
    category: str | None
    spent: int | None
    spent_currency: str | None
    is_released: bool
    has_changed: bool
    released_in: int | None = Field(exclude=True)
    place: int = Field(exclude=True)
    is_pictured: bool = Field(exclude=True)
    is_pdf: bool = Field(exclude=True)
    currency: str = Field(exclude=True)

    _decimals = field_serializer("amount")(decimal)
    _spent = field_serializer("spent")(decimal_spent)

    @property
    def foreign(self) -> Money | None:
        """What was spent, where that was in another currency than the claim's."""
        if self.spent is None or self.spent_currency is None:
            return None
        if self.spent_currency == self.currency:
            return None
        return Money(self.spent, self.spent_currency)

    @field_serializer("tax")
    def _tax(self, minor: int | None) -> str | None:
        if minor is None:
            return None
        return decimal(self, minor)


class ClaimEvent(Model):
    """What happened. `kind` is issued, presented, payment, credited, withdrawn, disputed, resolved,
    reminder, second_reminder, escalation, reversed (a payment was taken back), written_off,
    refunded, or said_paid, which the payer says; `applied` is how much of a payment belongs to the
    claim, the rest is owed back; `number` is a credit note's; `version` names the event, and
    `reverses` the payment that was taken back."""

    # `key` is unique in the claim. A numbered event is given the next number of its account and
    # year.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    version: int | None = None
    reverses: int | None = None
    kind: str
    currency: str | None = None
    amount: int | None = None
    applied: int | None = None
    day: str | None = None
    said: str | None = None
    number: str | None = None
    actor: str
    at: str
    key: str = Field(exclude=True)

    @field_serializer("amount", "applied")
    def _decimal(self, minor: int | None) -> str | None:
        if minor is None or self.currency is None:
            return None
        return Money(minor, self.currency).to_decimal_string()


MEDIA_TYPES: Final = {
    "statement": "application/pdf",
    "invoice": "application/xml",
    "invoice_pdf": "application/pdf",
    "credit_note": "application/xml",
    "credit_note_pdf": "application/pdf",
}


class ClaimFile(Model):
    """A file of a claim, as it was issued: the statement in PDF, the invoice or a credit note as a
    PDF that carries its XML, or as XML alone, each under its `number`. `size` is in bytes."""

    name: Literal["statement", "invoice", "invoice_pdf", "credit_note", "credit_note_pdf"]
    number: str
    url: str
    size: int
    sha256: str
    path: str = Field(exclude=True)
    object_key: str = Field(exclude=True)


Purpose = Literal["issued", "reminder", "second_reminder", "thanks"]


class ClaimMail(Model):
    """A mail to the payer: the claim as it was issued, a reminder, thanks. `became`: waiting, sent,
    bounced, complained (reported as spam) or unsent; `runId` is the run that sends it, `providerId`
    the provider's id of it."""

    purpose: Purpose
    became: Literal["waiting", "sent", "bounced", "complained", "unsent"]
    provider_id: str | None
    run_id: str | None
    sent_at: str | None
    claim_id: str = Field(exclude=True)
    generation: int = Field(exclude=True)
    """Tells the retries of the sending run apart; 0 before there is one."""


class ClaimDetail(ClaimSummary):
    """A claim with the expenses in it, its mails, and what happened to it, the oldest first.
    `files` are those that are written."""

    files: list[ClaimFile]
    mails: list[ClaimMail]
    items: list[ClaimItem]
    events: list[ClaimEvent]


class ClaimRequest(RequestBody, ClaimParams):
    """What is claimed of whom: the approved expenses in one currency that no other claim holds, of
    the days from `firstDay` to `lastDay`, of one `person`, or those that `expenseIds` names; at
    most 200. Of a `company`, what employees paid, for the client `clientId` or all; of a
    `customer`, what is billable to the client `clientId`:
    another's expense is refused. What is left out of the payer, the terms, the address and both
    sides of an `invoice` is the client's and the company's. Where it does not come to
    `expectedTotal`, nothing is claimed. With `sentBy` `mail`, `payerMail` says where it is sent,
    and reminded; with `confirmsPayment` a mail thanks the payer once it is paid. Policies of claims
    are held first: where one is against an expense, nothing is claimed, or the others with
    `leaveOutViolations`. What agrees with an open entry of the company's bank account is no part of
    a claim on the company, unless `despiteBank` says that the company did not pay it. Where a claim
    of a customer `converts`, what was spent in other currencies is charged in the account's, at the
    rate of each expense's own day; what was spent in the client's currency stays in that."""


class MailPreview(Model):
    """The mail that would send a claim, in the client's language; its link is made when it is
    sent. `sender` is the name that it comes from, and answers go to `replyTo`. `attachment` names
    the invoice's PDF."""

    sender: str
    reply_to: str | None
    to: str
    subject: str
    paragraphs: list[str]
    attachment: str | None


class InvoiceLinePreview(Model):
    """What an invoice would charge for an expense. `category` is that of EN 16931, as in
    `vatCategory`; `rate` is in percent."""

    expense_id: str
    name: str
    category: Literal["S", "E", "AE", "O"]
    rate: str
    net: str
    tax: str
    total: str


class InvoiceSumPreview(Model):
    """The tax of one category and rate. `reason` says why there is none, in the client's
    language."""

    category: Literal["S", "E", "AE", "O"]
    rate: str
    net: str
    tax: str
    reason: str | None


class InvoicePreview(Model):
    """The amounts of an invoice, as it would be written. The sums are rounded, not the lines."""

    lines: list[InvoiceLinePreview]
    taxes: list[InvoiceSumPreview]
    net: str
    tax: str
    total: str


class ClaimPreview(Model):
    """What a claim would be now: `mail` where it is mailed, `invoice` where it is one. `missing`
    names what the company lacks for a payer to pay, such as iban."""

    payer_name: str
    currency: str
    total: int
    expenses: int
    due_on: str
    terms_days: int
    reminder_days: list[int]
    sent_by: Literal["hand", "webhook", "mail"]
    mail: MailPreview | None
    has_invoice: bool
    invoice: InvoicePreview | None
    missing: list[str]

    _decimals = field_serializer("total")(decimal)


class ClaimViolation(Model):
    """An expense that goes against a policy. `rule` is what the policy says; `limit` its amount in
    `limitCurrency`, and `compared` the expense's in the same, null where it is not known in that,
    so that it cannot be compared. `hinders`:
    it is not claimed like this. `next` is what is safe to do then, the likeliest first: `act` is
    approve, attach_receipt, give_a_rate, leave_out or change_policy; `says` is how, in a
    sentence."""

    expense_id: str
    merchant: str
    amount: str
    currency: str
    policy: str
    name: str
    rule: str
    effect: Literal["refuse", "four_eyes", "warn"]
    limit: str | None
    limit_currency: str | None
    compared: str | None
    approved_by: str | None
    reason: str
    hinders: bool
    next: list[Next]


def violations(against: Sequence[Against]) -> list[ClaimViolation]:
    """List at most a hundred violations; those that hinder the claim come first."""
    return [
        ClaimViolation(
            expense_id=each.expense_id,
            merchant=each.merchant,
            amount=each.total.to_decimal_string(),
            currency=each.total.currency,
            policy=each.policy.id,
            name=each.policy.name,
            rule=each.rule,
            effect=each.policy.effect.value,
            limit=each.policy.limit and each.policy.limit.to_decimal_string(),
            limit_currency=each.policy.limit and each.policy.limit.currency,
            compared=each.compared and each.compared.to_decimal_string(),
            approved_by=each.approved_by,
            reason=each.violation.reason,
            hinders=each.violation.hinders,
            next=each.nexts,
        )
        for each in sorted(against, key=lambda each: not each.violation.hinders)[:100]
    ]


class ClaimableExpense(Model):
    """An expense that a claim would hold. `amount` is what it is claimed for, `spent` in
    `spentCurrency` what was spent. `mediaType` is that of its document, null where it has none."""

    # `outlay` is what was spent in the currency of the claim, `tax` the tax in `amount`.

    id: str
    date: str
    merchant: str
    category: str | None
    client: str | None
    receipt_id: str
    media_type: str | None
    amount: int
    spent: int
    spent_currency: str
    currency: str = Field(exclude=True)
    version: int = Field(exclude=True)
    outlay: int = Field(exclude=True)
    tax: int | None = Field(exclude=True)

    _decimals = field_serializer("amount")(decimal)
    _spent = field_serializer("spent")(decimal_spent)


class Claimable(Model):
    """What could be claimed in a currency: `count` expenses that come to `total`. `expenses` are
    those that one claim would hold, the oldest first, at most 200. Policies stand in the way of
    `heldBack` of them, which are left out there: `violations` says which, and why."""

    currency: str
    count: int
    total: int
    held_back: int
    violations: list[ClaimViolation]
    expenses: list[ClaimableExpense]

    _decimals = field_serializer("total")(decimal)


class Owing(Model):
    """What a client could be claimed for in a currency. `clientId` is null for what names no
    client."""

    client_id: str | None
    name: str | None
    currency: str
    count: int
    total: int

    _decimals = field_serializer("total")(decimal)
