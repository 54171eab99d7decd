"""The payout workflow: the company is debited, the payee is paid, and the books say what became of
it. What fails is reversed."""

from collections.abc import Awaitable
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

import tillroll_durable as durable
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import PAYOUT_PAID
from tillroll.payouts import contract, postings
from tillroll.payouts.by_hand import may_signal
from tillroll.payouts.contract import PayoutParams
from tillroll.payouts.four_eyes import may_decide_on, needs_second
from tillroll.payouts.models import Audited, Payout
from tillroll.payouts.payments import (
    PaymentDenied,
    PaymentRefused,
    PaymentStatus,
    PaymentUncertain,
    Seen,
)
from tillroll.payouts.postings import hear, notices_of, seen_by_hand
from tillroll.payouts.providers import Payments, payment_of, payments_of
from tillroll.payouts.repository import load_payout, note_refused, note_uncovered
from tillroll.payouts.service import begin_payout
from tillroll.restored_place import is_held
from tillroll_durable import (
    AccessDenied,
    Done,
    NeedsReview,
    NotDone,
    Outcome,
    Refused,
    StepContext,
    Unknown,
)
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import load_step
from tillroll_durable.step import rollback_name
from tillroll_durable.step_records import intended_at, load_intent, sent_at

APPROVED_WITHIN_HOURS: Final = 72
# Most banks have answered in two days; what nobody told for so long is asked for, and then a
# person's.
SETTLED_WITHIN: Final = timedelta(days=10)
# What was sent a moment ago may not be in the provider's list yet, or may still be on its way
# there.
_IN_THE_LIST_AFTER: Final = timedelta(seconds=90)

Answer = TypeVar("Answer")


async def payout_v1(run: durable.WorkflowRun[PayoutParams]) -> None:
    """The body of version 1."""
    params = run.params
    try:
        await run.step(contract.CHECK, check)
    except durable.ReviewNeeded as needed:
        proposed: JsonObject = {
            "payee": params.payee_id,
            "currency": params.currency,
            "amount": params.amount,
        }
        decision = await run.review(
            1, needed.reason, proposed=proposed, deadline_hours=APPROVED_WITHIN_HOURS
        )
        if not decision.is_approved:
            return
    await run.step(contract.DEBIT, debit, rollback=credit_back)
    if run.state == contract.PAYEE_ARCHIVED.name:
        return
    await run.step(contract.COVER, see_debit)
    if run.state == contract.UNCOVERED.name:
        return
    payment = await run.call(contract.PAY, _payment(run), rollback=_calling_back(run))
    if params.paid_on is None:  # what was paid by hand has left
        await run.wait(contract.SETTLE, SETTLED_WITHIN)
    await run.step(contract.LOOK_UP, look_up, payment)
    await run.step(
        contract.REVERSE if run.state == contract.BOUNCED.name else contract.RECORD, book
    )


async def check(context: StepContext) -> Outcome:
    """Refuse to go on alone where a second person decides."""
    payout = await _payout(context)
    # What is in a batch was decided with that.
    is_alone = payout.batch_id is None
    if is_alone and await needs_second(
        context.platform.database, payout.account_id, run_id=payout.id, lines=[payout.line]
    ):
        raise NeedsReview(contract.ABOVE_LIMIT)
    return Outcome()


async def debit(context: StepContext) -> Outcome:
    """Take the amount from the company's account. A payee who was archived meanwhile is not
    paid."""
    payout = await _payout(context)
    if payout.payee_archived_at is not None:
        return Outcome(state=contract.PAYEE_ARCHIVED.name)
    return Outcome(
        state=contract.BOOKED.name,
        output=context.idempotency_key,
        statements=await postings.debit(context.platform, payout, context.idempotency_key),
    )


async def credit_back(context: durable.RollbackContext) -> Outcome:
    """Undo the debit: only money that is with the company is given back, and what had left is
    booked as delivered."""
    payout = await _payout(context)
    had_left = await _had_left(context.platform, payout)
    if payout.payment_status is PaymentStatus.POSTED:
        return Outcome(
            statements=await postings.deliver(
                context.platform, payout, f"{context.idempotency_key}:left"
            )
        )
    entries = await postings.give_back(context.platform, payout, context.idempotency_key)
    if had_left:
        entries = [
            *entries,
            *notices_of(payout, Audited.PAYOUT_RETURNED, to_text(context.platform.clock.now())),
        ]
    return Outcome(statements=entries)


async def _had_left(platform: Platform, payout: Payout) -> bool:
    """Whether the payment had left when it was to be called back. Raises NonRetryable: it may be on
    its way still."""
    intent = await load_intent(platform.database, contract.PAY.key_for(payout.id))
    if intent is None or intent.outcome == "refused":
        return False
    undone = await load_step(platform.database, payout.id, rollback_name(contract.PAY.name))
    if undone is None:  # the record has an undoing only where it was completed
        raise NonRetryable(
            "the payment could not be called back: the debit stands until it is known what "
            "became of it"
        )
    return (
        isinstance(undone.output, dict)
        and undone.output.get("status") == PaymentStatus.POSTED.value
    )


async def see_debit(context: StepContext) -> Outcome:
    """Whether the ledger applied the debit."""
    payout = await _payout(context)
    if payout.debited_by is not None:
        return Outcome(state=contract.DEBITED.name)
    now = to_text(context.platform.clock.now())
    return Outcome(state=contract.UNCOVERED.name, statements=[note_uncovered(payout.id, now)])


async def look_up(context: StepContext, payment: contract.Sent) -> Outcome:
    """What the provider says became of the payment."""
    payout = await _payout(context)
    id_ = payment["paymentId"]
    report = await hear(context.platform, payout, partial(_by_id, context.platform, id_))
    if report is None:
        raise NonRetryable(f"the provider knows no payment {id_}")
    if report.status is PaymentStatus.PROCESSING:
        raise NonRetryable(f"the provider says that the payment {id_} is still on its way")
    if report.status.brings_back:
        state = contract.BOUNCED
    else:
        state = contract.SETTLED
    return Outcome(
        output={"status": report.status.value, "reason": report.reason}, state=state.name
    )


async def book(context: StepContext) -> Outcome:
    """Have the books say what was heard last of the payment: it may have come back, or left, since
    it was looked for. Where something is heard at this moment, the batch fails, and the next
    attempt books that."""
    payout = await _payout(context)
    if payout.payment_status is PaymentStatus.PROCESSING:
        raise NonRetryable("the report that the payment has left was taken back")
    statements = await postings.book(context.platform, payout, context.idempotency_key)
    if payout.came_back:
        reason = payout.payment_reason or payout.payment_status
        if context.step == contract.RECORD.name:  # it had been posted
            statements = [
                *statements,
                *notices_of(payout, Audited.PAYOUT_RETURNED, to_text(context.platform.clock.now())),
            ]
        return Outcome(statements=statements, state=contract.CAME_BACK.name, reason=reason)
    if payout.payee_person is not None:
        subject = Subject(payout.id, payout.id)
        now = to_text(context.platform.clock.now())
        notices = notify(
            payout.account_id, PAYOUT_PAID, subject=subject, now=now, person=payout.payee_person
        )
        statements = [*statements, *notices]
    return Outcome(statements=statements, state=contract.PAID.name)


def _payment(
    run: durable.WorkflowRun[PayoutParams],
) -> durable.ExternalCall[StepContext, contract.Sent]:
    async def send(context: StepContext) -> Done[contract.Sent]:
        payout = await _payout(context)
        pays = payments_of(context.platform, payout)
        payment = payment_of(payout)
        # Behind a restore it may have been paid so long ago that the provider forgot the key.
        if await is_held(context.platform.database):
            since = from_text(payout.created_at)
            existing = await _answer_of(pays.find_ours(payment, since))
            if existing is not None:
                return _done(existing)
        report = await _answer_of(pays.pay(payment, _key(context, payout)))
        return _done(report)

    async def reconcile(context: StepContext) -> Done[contract.Sent] | NotDone | Unknown:
        try:
            report = await _listed(
                context.platform, await _payout(context), context.idempotency_key
            )
        except (AccessDenied, PaymentDenied, PaymentUncertain) as error:
            return Unknown(str(error))
        if report is None:
            return NotDone()
        return _done(report)

    return durable.ExternalCall(
        request=run.params.model_dump(mode="json"), send=send, reconcile=reconcile, honours_key=True
    )


def _calling_back(
    run: durable.WorkflowRun[PayoutParams],
) -> durable.ExternalCall[durable.RollbackContext]:
    """The undoing of the payment: what is on its way is called back. What has left stays so, and
    the books say it."""

    async def send(context: durable.RollbackContext) -> Done:
        payout = await _payout(context)
        report = await _answer_of(hear(context.platform, payout, partial(_find, context)))
        if report is None:
            return Done("none")
        if report.status is PaymentStatus.PROCESSING:
            pays = payments_of(context.platform, payout)
            called = partial(_call_back, pays, report.id, context.idempotency_key)
            report = await _answer_of(hear(context.platform, payout, called)) or report
        if report.status is PaymentStatus.PROCESSING:
            raise PaymentUncertain(
                "the provider calls the payment processing after it was called back"
            )
        return _undone(report)

    async def reconcile(context: durable.RollbackContext) -> Done | NotDone | Unknown:
        try:
            payout = await _payout(context)
            report = await _answer_of(hear(context.platform, payout, partial(_find, context)))
        except (AccessDenied, PaymentUncertain) as error:
            return Unknown(str(error))
        if report is None or report.status is PaymentStatus.PROCESSING:
            return NotDone()
        return _undone(report)

    return durable.ExternalCall(
        request={"callBack": run.params.payee_id}, send=send, reconcile=reconcile, honours_key=True
    )


def _key(context: StepContext, payout: Payout) -> str:
    """The provider's key of the payment. Asked for again where a backup was restored, it is another
    run's, and the provider pays once all the same. A run that began before payments had names keeps
    the key that it has."""
    if payout.payment_name is None:
        return context.idempotency_key
    return f"{payout.payment_name}:{contract.PAY.name}"


async def _call_back(payments: Payments, id_: str, key: str, _: Payout) -> Seen:
    """What became of a payment that was called back; it may have left a moment before."""
    try:
        return await _answer_of(payments.cancel(id_, key))
    except Refused:
        report = await _answer_of(payments.find(id_))
        if report is None or report.status is PaymentStatus.PROCESSING:
            raise
        return report


async def _find(context: durable.RollbackContext, payout: Payout) -> Seen | None:
    """The payment that is to be undone; None where the provider never had it."""
    platform = context.platform
    match context.output:
        case {"paymentId": str(id_)}:
            return await _by_id(platform, id_, payout)
        case _:
            return seen_by_hand(payout, None) or await _listed(platform, payout, context.step_key)


async def _by_id(platform: Platform, id_: str, payout: Payout) -> Seen | None:
    return seen_by_hand(payout, id_) or await payments_of(platform, payout).find(id_)


async def _listed(platform: Platform, payout: Payout, key: str) -> Seen | None:
    """The payment that was asked for under a key, by the provider's list; None where it is not in
    there, and would be. Raises PaymentDenied, PaymentUncertain: the list is not known, or may not
    have it yet."""
    since = await intended_at(platform.database, key)
    if since is None:
        raise NonRetryable(f"the intent {key} is missing")
    report = await payments_of(platform, payout).find_ours(payment_of(payout), since)
    last = await sent_at(platform.database, key) or since
    if report is None and platform.clock.now() - last < _IN_THE_LIST_AFTER:
        raise PaymentUncertain(
            "the provider does not list the payment, which was asked for a moment ago"
        )
    return report


async def _answer_of(answer: Awaitable[Answer]) -> Answer:
    """What the provider answers, with its refusals as the core knows them."""
    try:
        return await answer
    except PaymentRefused as error:
        raise Refused(str(error)) from error
    except PaymentDenied as error:
        raise AccessDenied(str(error)) from error


def _done(report: Seen) -> Done[contract.Sent]:
    return Done(report.id, contract.Sent(paymentId=report.id))


def _undone(report: Seen) -> Done:
    return Done(
        report.id, {"paymentId": report.id, "status": report.status.value, "reason": report.reason}
    )


async def _payout(context: StepContext | durable.RollbackContext) -> Payout:
    payout = await load_payout(context.platform.database, context.run.id)
    if payout is None:
        raise NonRetryable(f"the payout of the run {context.run.id} is missing")
    return payout


PAYOUT = durable.Workflow(
    contract=contract.PAYOUT_V1,
    body=payout_v1,
    params=contract.PayoutParams,
    subject=lambda params: params.payee_id,
    sentences={
        contract.ABOVE_LIMIT: (
            "So large an amount, or so much to one payee within a day, is paid when somebody else "
            "has approved it."
        )
    },
    allowed=durable.Allowed(trigger="pay", decide="approve"),
    may_decide=partial(may_decide_on, "payout"),
    may_signal=may_signal,
    own_signals=(contract.SETTLE.name,),
    when_undone=note_refused,
    trigger=durable.Trigger(begin_payout, moves_money=True),
)
