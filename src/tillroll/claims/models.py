"""JSON of claims. Amounts are decimal strings with the currency's digits, such as 12.90."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal

from tillroll.api.problems import POLICIES_AGAINST, Problem
from tillroll.api.shapes import Model
from tillroll.claims.contract import ClaimParams
from tillroll.claims.creation import AgainstPolicies, Gathered
from tillroll.claims.files import ClaimFile
from tillroll.claims.letters import ClaimMail
from tillroll.claims.repository import Claim, Claimable, Event, Item, Owing
from tillroll.claims.views import Seen, SeenWhole
from tillroll.expenses.held import Act, Against
from tillroll.platform.bindings.database import integer, of_row
from tillroll.platform.models import RequestBody
from tillroll.reading.money import Money

_MOST_SHOWN: Final = 100


class NextShape(Model):
    """Something that leads out: `act` is approve, attach_receipt, give_a_rate, leave_out or change_policy; `says`
    is how, in a sentence."""

    act: Act
    says: str


class ClaimViolation(Model):
    """An expense that goes against a policy. `rule` is what the policy says; `limit` its amount in `limitCurrency`, and
    `compared` the expense's in the same, null where it is not known in that, so that it cannot be compared. `hinders`:
    it is not claimed like this. `next` is what is safe to do then, the likeliest first."""

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
    next: list[NextShape]


def violation_shapes(against: Sequence[Against]) -> list[ClaimViolation]:
    """At most a hundred; those that hinder first."""
    shown = sorted(against, key=lambda each: not each.violation.hinders)[:_MOST_SHOWN]
    return [_violation(each) for each in shown]


def against_policies(error: AgainstPolicies) -> Problem:
    """Nothing was claimed: 422, with what is against it."""
    return Problem(
        POLICIES_AGAINST,
        "Nothing was claimed. Do what `next` of each of the `violations` says, or claim the others by "
        "`leaveOutViolations`.",
        heldBack=error.held_back,
        violations=[each.as_json() for each in violation_shapes(error.against)],
    )


def _violation(against: Against) -> ClaimViolation:
    policy, limit = against.policy, against.policy.limit
    return ClaimViolation(
        expense_id=against.expense_id,
        merchant=against.merchant,
        amount=against.total.to_decimal_string(),
        currency=against.total.currency,
        policy=policy.id,
        name=policy.name,
        rule=against.rule,
        effect=policy.effect.value,
        limit=_decimal(limit),
        limit_currency=None if limit is None else limit.currency,
        compared=_decimal(against.compared),
        approved_by=against.approved_by,
        reason=against.violation.reason,
        hinders=against.violation.hinders,
        next=[NextShape(act=each.act, says=each.says) for each in against.nexts],
    )


def _decimal(money: Money | None) -> str | None:
    return None if money is None else money.to_decimal_string()


ClaimState = Literal[
    "draft", "issued", "part_paid", "paid", "overdue", "disputed", "withdrawn", "credited", "written_off"
]


class ClaimRequest(RequestBody, ClaimParams):
    """What is claimed of whom: the approved expenses in one currency that no other claim holds, of the days from
    `firstDay` to `lastDay`, of one `person`, or those that `expenseIds` names; at most 200. Of a `company`, what
    employees paid, for one `client` or all; of a `customer`, what is billable and names them as its client, as
    `payerName` does: another's expense is refused. Where it does not come to `expectedTotal`, nothing is claimed. With
    `sentBy` `mail`, `payerMail` says where it is sent, and reminded. Policies of claims are held first: where one is
    against an expense, nothing is claimed, or the others with `leaveOutViolations`."""


class ClaimableExpense(Model):
    """An expense that a claim would hold."""

    id: str
    date: str
    merchant: str
    category: str | None
    client: str | None
    amount: str


class ClaimableShape(Model):
    """What could be claimed in a currency: `count` expenses that come to `total`. `expenses` are those that one claim
    would hold, the oldest first, at most 200. Policies stand in the way of `heldBack` of them, which are left out
    there: `violations` says which, and why."""

    currency: str
    count: int
    total: str
    held_back: int
    violations: list[ClaimViolation]
    expenses: list[ClaimableExpense]


class ClaimableList(Model):
    items: list[ClaimableShape]


class OwingShape(Model):
    """What a customer could be claimed for in a currency. `name` is null for what names no client."""

    name: str | None
    currency: str
    count: int
    total: str


class OwingList(Model):
    items: list[OwingShape]


class ListedClaim(Model):
    """`id` is its run's, `number` counts without gaps in the account and year of the issue. `state` is draft, issued,
    part_paid, paid, overdue, disputed, withdrawn, credited or written_off; `runState` where its run stands. `total` is
    what it is over, `credited` what credit notes took back of that, `paid` what was paid of it, `writtenOff` what was
    given up, `open` what is still to be paid."""

    id: str
    number: str | None
    state: ClaimState
    run_state: str
    payer_kind: Literal["company", "customer"]
    payer_name: str
    sent_by: Literal["hand", "webhook", "mail"]
    payer_mail: str | None
    currency: str
    total: str
    credited: str
    paid: str
    written_off: str
    open: str
    expenses: int
    issued_on: str | None
    due_on: str | None
    asked_by: str
    created_at: str


class ClaimItem(Model):
    """An expense as it was claimed. `isReleased`: a credit note or the withdrawal has let it go. `hasChanged`: the
    expense was changed since; what stands beside the amounts is as it is now, null where it was erased."""

    expense_id: str
    amount: str
    tax: str | None
    merchant: str | None
    date: str | None
    category: str | None
    is_released: bool
    has_changed: bool


class ClaimEvent(Model):
    """What happened. `kind` is issued, presented, payment, credited, withdrawn, disputed, resolved, reminder,
    second_reminder, escalation, reversed (a payment was taken back), written_off, refunded, or said_paid, which the
    payer says; `applied` is how much of a payment belongs to the claim, the rest is owed back; `number` is a credit
    note's; `version` names the event, and `reverses` the payment that was taken back."""

    version: int | None
    reverses: int | None
    kind: str
    currency: str | None
    amount: str | None
    applied: str | None
    day: str | None
    said: str | None
    number: str | None
    actor: str
    at: str


class ClaimFileShape(Model):
    """A file of a claim, as it was issued: the statement in PDF, the e-invoice in UBL, or that of a credit note, each
    under its `number`. `size` is in bytes."""

    name: Literal["statement", "invoice", "credit_note"]
    number: str
    url: str
    size: int
    sha256: str


class ClaimMailShape(Model):
    """A mail to whoever is to pay: the claim as it was issued, a reminder, thanks. `became`: waiting, sent, bounced,
    complained (reported as spam) or unsent; `runId` is the run that sends it, `providerId` the provider's id of it."""

    purpose: Literal["issued", "reminder", "second_reminder", "thanks"]
    became: Literal["waiting", "sent", "bounced", "complained", "unsent"]
    provider_id: str | None
    run_id: str | None
    sent_at: str | None


class ClaimDetail(ListedClaim):
    """A claim with the expenses in it, its mails, and what happened to it, the oldest first. `files` are those that are
    written."""

    files: list[ClaimFileShape]
    mails: list[ClaimMailShape]
    items: list[ClaimItem]
    events: list[ClaimEvent]


def claimable_shape(found: Claimable, gathered: Gathered) -> ClaimableShape:
    return ClaimableShape(
        currency=found.currency,
        count=found.count,
        total=_amount(found.total, found.currency),
        held_back=len(gathered.held_back),
        violations=violation_shapes(gathered.against),
        expenses=[
            of_row(ClaimableExpense, row, amount=_amount(integer(row, "total_minor"), found.currency))
            for row in gathered.rows
        ],
    )


def owing_shape(owing: Owing) -> OwingShape:
    total = _amount(owing.total, owing.currency)
    return OwingShape(name=owing.name, currency=owing.currency, count=owing.count, total=total)


def claim_shape(seen: Seen, today: date) -> ListedClaim:
    """A claim as it is called on a day."""
    return ListedClaim.model_validate(_members(seen.claim, seen.run_state, today))


def claim_detail_shape(seen: SeenWhole, today: date) -> ClaimDetail:
    currency = seen.claim.standing.currency
    return ClaimDetail.model_validate(
        {
            **_members(seen.claim, seen.run_state, today),
            "items": [_item(each, currency) for each in seen.items],
            "events": [_event(each) for each in seen.events],
            "files": [_file(seen.claim.run_id, each) for each in seen.files],
            "mails": [_mail(each) for each in seen.mails],
        }
    )


def _members(claim: Claim, run_state: str, today: date) -> dict[str, object]:
    standing = claim.standing
    return {
        "id": claim.run_id,
        "number": claim.number,
        "state": standing.state(today).value,
        "run_state": run_state,
        "payer_kind": claim.payer_kind,
        "payer_name": claim.payer_name,
        "sent_by": claim.sent_by,
        "payer_mail": claim.payer_mail,
        "currency": standing.currency,
        "total": _amount(standing.claimed, standing.currency),
        "credited": _amount(standing.credited, standing.currency),
        "paid": _amount(standing.applied, standing.currency),
        "written_off": _amount(standing.written_off, standing.currency),
        "open": _amount(standing.open, standing.currency),
        "expenses": claim.items,
        "issued_on": None if claim.issued_on is None else claim.issued_on.isoformat(),
        "due_on": None if standing.due_on is None else standing.due_on.isoformat(),
        "asked_by": claim.asked_by,
        "created_at": claim.created_at,
    }


def _item(item: Item, currency: str) -> ClaimItem:
    return ClaimItem(
        expense_id=item.expense_id,
        amount=_amount(item.amount, currency),
        tax=None if item.tax is None else _amount(item.tax, currency),
        merchant=item.merchant,
        date=item.date,
        category=item.category,
        is_released=item.released_at is not None,
        has_changed=item.current_version != item.expense_version,
    )


def _file(run_id: str, file: ClaimFile) -> ClaimFileShape:
    names = {"statement": "statement.pdf", "invoice": "invoice.xml", "credit_note": f"credit-notes/{file.number}.xml"}
    url = f"/api/claims/{run_id}/{names[file.name]}"
    return ClaimFileShape(name=file.name, number=file.number, url=url, size=file.size, sha256=file.sha256)


def _mail(mail: ClaimMail) -> ClaimMailShape:
    return ClaimMailShape(
        purpose=mail.purpose,
        became=mail.became,
        provider_id=mail.provider_id,
        run_id=mail.sender_id,
        sent_at=mail.sent_at,
    )


def _event(event: Event) -> ClaimEvent:
    return ClaimEvent(
        version=event.version,
        reverses=event.reverses,
        kind=event.kind,
        currency=event.currency,
        amount=None if event.amount is None or event.currency is None else _amount(event.amount, event.currency),
        applied=None if event.applied is None or event.currency is None else _amount(event.applied, event.currency),
        day=None if event.day is None else event.day.isoformat(),
        said=event.said,
        number=event.number,
        actor=event.actor,
        at=event.at,
    )


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).to_decimal_string()
