"""Settles a payout by hand: nobody can say what became of it, so a person asks the bank."""

from collections.abc import Sequence
from typing import Final

from tillroll.access.behind import PersonBehind
from tillroll.access.permissions import Permission
from tillroll.api.problems import refusal
from tillroll.payouts.contract import LOOK_FAILED, PAY, PAYOUT_V1, SETTLE
from tillroll.payouts.models import BY_FILE, Audited, OutcomeSource, Payout, SettledAs
from tillroll.payouts.models import BY_HAND as PAID_BY_HAND
from tillroll.payouts.outcomes import (
    check_unmatched,
    insert_outcome,
    must_be_unmatched,
    report_outcome,
    take_outcomes_back,
)
from tillroll.payouts.payments import PaymentDenied, PaymentStatus, PaymentUncertain, Seen
from tillroll.payouts.postings import BY_HAND, STATUS_OF, book_late
from tillroll.payouts.providers import payment_of, payments_of
from tillroll.payouts.repository import event_of, load_payout, note_seen
from tillroll.payouts.rights import check_may_report, check_second
from tillroll_durable import AccessDenied, Actor, Statement, Status, statement
from tillroll_durable.audit import AuditEvent, append_if_changed
from tillroll_durable.errors import FailureClass
from tillroll_durable.operations import NotPossible, Request, retry
from tillroll_durable.platform.bindings.database import ConstraintFailed, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run, load_run, load_step
from tillroll_durable.states import LIVE
from tillroll_durable.step import rollback_name
from tillroll_durable.step_records import intended_at, load_intent

TAKEN_BACK: Final = "taken_back"
"""The reason that a payout shows whose payment by hand was taken back."""
_WORDS: Final = {"paid": "was paid", "not_paid": "was not paid"}


class NotSettleable(Refusal):
    """The payout needs nobody to settle it. Nothing was changed. The message says what to do."""

    kind = NotPossible.kind
    explanation = "{} Nothing was changed."


class SettledOtherwise(Refusal):
    """The payout was already settled with a different outcome. Nothing was changed."""

    kind = Kind("settled-otherwise", 409, "The payout was settled otherwise before")


async def may_signal(platform: Platform, run_id: str, name: str) -> str | None:
    """Why a person may not end the wait for the bank now: the run would look at once, and what is
    on its way still would be a dead letter. None where the payment has come to an end, or the
    provider cannot say."""
    payout = await load_payout(platform.database, run_id)
    loaded = await load_run(platform.database, run_id)
    if name != SETTLE.name or payout is None or loaded is None or loaded[0].status not in LIVE:
        return None
    if await intended_at(platform.database, PAY.key_for(run_id)) is None:
        return "Nothing was paid yet, so nothing can have become of it."
    report = await _provider_report(platform, payout)
    if report is None or report.status is not PaymentStatus.PROCESSING:
        return None
    if payout.paid_by == BY_FILE:
        return (
            "The bank has not answered yet. Say what it did: POST "
            "/api/payment-files/{file_id}/outcomes."
        )
    return (
        "The provider says that the payment is on its way still. The run waits, and hears by "
        "itself what becomes of it."
    )


async def settle_by_hand(
    platform: Platform,
    actor: Actor,
    person: PersonBehind,
    run: Run,
    payout: Payout,
    settled_as: SettledAs,
    reason: str,
) -> None:
    """Record what a person says became of the payment, and have the run go on: it books what is
    missing, under the keys that it books under by itself, so that nothing is booked twice. Said
    again, it changes nothing. Raises SecondNeeded; Problem, 403: they may not `operate`."""
    await _check_operator(platform, payout, person)
    await settle(
        platform,
        actor,
        run=run,
        payout=payout,
        settled_as=settled_as,
        reason=reason,
        source="person",
    )


async def _check_operator(platform: Platform, payout: Payout, person: PersonBehind) -> None:
    if not person.may(Permission.OPERATE):
        raise refusal(Permission.OPERATE)
    await check_second(platform, payout.account_id, run_ids=[payout.id], person=person)


async def settle(
    platform: Platform,
    actor: Actor,
    run: Run,
    payout: Payout,
    settled_as: SettledAs,
    reason: str,
    *,
    source: OutcomeSource,
) -> None:
    """`settle_by_hand`, for a source whose right was asked for."""
    if payout.settled_as is not None:
        _check_same(payout.settled_as, settled_as)
        return
    await _check_unknown(platform, run, payout)
    also = await _answered(platform, payout, settled_as)
    now = to_text(platform.clock.now())
    query = """
      UPDATE payouts SET settled_as = ?2, settled_by = ?3, settled_at = ?4 WHERE run_id = ?1
        AND settled_as IS NULL
    """
    settled = statement(query, [payout.id, settled_as, actor.name, now])
    statements = [
        settled,
        append_if_changed(
            _event(payout, actor, settled_as=settled_as, reason=reason, now=now, key=payout.id)
        ),
    ]
    status = STATUS_OF[settled_as]
    reported = insert_outcome(
        payout.id, source, by=actor.name, status=status, reason=reason, now=now
    )
    try:
        await retry(
            platform,
            PAYOUT_V1,
            run=run,
            request=Request(actor.name, reason, also=[*statements, *also, reported]),
        )
    except NotPossible as error:
        current = await load_payout(platform.database, payout.id)
        if current is None or current.settled_as is None:
            raise NotSettleable(f"{str(error).capitalize()}.") from error
        _check_same(current.settled_as, settled_as)


async def correct_by_hand(
    platform: Platform,
    actor: Actor,
    person: PersonBehind,
    run: Run,
    payout: Payout,
    settled_as: SettledAs,
    reason: str,
) -> None:
    """Record that what was heard of an ended payout was wrong: the books follow. What they say
    already changes nothing. Raises HasLeft; SecondNeeded; Problem, 403: they may not `operate`."""
    await _check_operator(platform, payout, person)
    status = payout.payment_status
    row = await platform.database.first(
        statement("SELECT resume_state, failure_class FROM runs WHERE id = ?", [run.id])
    )
    goes_on = (
        row is None
        or row["resume_state"] is not None
        or row["failure_class"] == FailureClass.ROLLBACK_FAILED
    )
    # Of an ended one that is on its way, nobody says any more what became of it.
    is_unheard = status is None or (
        status is PaymentStatus.PROCESSING and payout.debited_by is None
    )
    if run.status in LIVE or goes_on or is_unheard:
        raise NotSettleable("No report of the payment could be wrong, or the payout has not ended.")
    if status is not PaymentStatus.PROCESSING and (settled_as == "not_paid") == payout.came_back:
        return
    if payout.paid_by == PAID_BY_HAND:
        await take_back(platform, actor, person=person, payout=payout, reason=reason)
        return
    if payout.paid_by == BY_FILE:
        raise NotSettleable(
            "The payment is in a file for the bank. Say what the bank did with it, by its "
            "payoutId: POST /api/payment-files/{file_id}/outcomes."
        )
    report = await _provider_report(platform, payout)
    if report is not None:
        _check_agrees(report, settled_as)
    guards: list[Statement] = []
    if settled_as == "not_paid":
        await check_unmatched(platform.database, [payout.id])
        guards.append(must_be_unmatched([payout.id]))
    correction = Seen(
        payout.heard_of or BY_HAND, payout.id, status=STATUS_OF[settled_as], reason=BY_HAND
    )
    now = to_text(platform.clock.now())
    event = _event(
        payout,
        actor,
        settled_as=settled_as,
        reason=reason,
        now=now,
        key=f"{payout.id}:{payout.heard}",
    )
    settled = (
        "UPDATE payouts SET settled_as = ?2, settled_by = ?3, settled_at = ?4 WHERE run_id = ?1"
    )
    noted = [note_seen(payout, correction, now), append_if_changed(event)]
    reported = report_outcome(
        payout.id, "person", by=actor.name, status=STATUS_OF[settled_as], reason=reason, now=now
    )
    settling = statement(settled, [payout.id, settled_as, actor.name, now])
    try:
        await platform.database.batch([*guards, *noted, settling, reported])
    except ConstraintFailed as error:
        raise NotSettleable(
            "Something else was heard of the payment at this moment: look at it again."
        ) from error
    await book_late(platform, payout.id)


async def take_back(
    platform: Platform, actor: Actor, person: PersonBehind, payout: Payout, reason: str
) -> None:
    """Take back that a payout was paid by hand: the books reverse it by facts that name what they
    reverse, and its expenses are owed again. Once more changes nothing. Raises NotSettleable: it
    was not paid by hand, or goes on; HasLeft; MayNotReport, SecondNeeded."""
    await check_may_report(platform, payout.account_id, run_ids=[payout.id], person=person)
    loaded = await load_run(platform.database, payout.id)
    if payout.paid_by != PAID_BY_HAND:
        raise NotSettleable("This payout was not paid by hand.")
    if loaded is None or loaded[0].status in LIVE:
        raise NotSettleable("The payout goes on still: wait until it is booked, or cancel its run.")
    if payout.came_back:
        return
    if payout.payment_status is not PaymentStatus.POSTED:
        raise NotSettleable("Nothing was paid by this payout.")
    await check_unmatched(platform.database, [payout.id])
    now = to_text(platform.clock.now())
    detail: JsonObject = {"run": payout.id, "reason": reason}
    event = event_of(
        actor,
        Audited.PAYOUT_BY_HAND_UNDONE,
        key=f"{payout.id}:{payout.heard}",
        now=now,
        detail=detail,
    )
    query = """
      UPDATE payment_instructions SET status = 'returned', reason = ?2, answered_at = ?3
      WHERE run_id = ?1 AND status = 'posted'
    """
    correction = Seen(
        payout.heard_of or BY_HAND, payout.id, status=PaymentStatus.RETURNED, reason=TAKEN_BACK
    )
    answer = statement(query, [payout.id, TAKEN_BACK, now])
    try:
        await platform.database.batch(
            [
                must_be_unmatched([payout.id]),
                answer,
                note_seen(payout, correction, now),
                append_if_changed(event),
                take_outcomes_back(payout.account_id, payout.id, source="person", now=now),
                insert_outcome(
                    payout.id,
                    "person",
                    by=actor.name,
                    status=PaymentStatus.RETURNED,
                    reason=reason,
                    now=now,
                ),
            ]
        )
    except ConstraintFailed as error:
        current = await load_payout(platform.database, payout.id)
        if current is None or not current.came_back:
            raise NotSettleable(
                "Something else was heard of the payment at this moment: look at it again."
            ) from error
    await book_late(platform, payout.id)


def _check_same(settled_before: str, settled_as: SettledAs) -> None:
    if settled_before != settled_as:
        raise SettledOtherwise(
            f"Somebody has said before that it {_WORDS[settled_before]}, and the books have that. "
            "Where that was wrong, say so with `corrects`: the books follow."
        )


async def _check_unknown(platform: Platform, run: Run, payout: Payout) -> None:
    """Refuse where the run goes on, or knows what became of the payment."""
    is_stuck = payout.failure_class == FailureClass.ROLLBACK_FAILED and run.status in {
        Status.FAILED,
        Status.CANCELLED,
    }
    if not is_stuck and run.state != LOOK_FAILED.name:
        raise NotSettleable(
            f"The payout stands as {run.state}, where it needs nobody to say what became of it. "
            "That is for one that could not be called back (failure class rollback_failed), or "
            f"that stands as {LOOK_FAILED.name}."
        )
    intent = await load_intent(platform.database, PAY.key_for(payout.id))
    undone = await load_step(platform.database, payout.id, rollback_name(PAY.name))
    if intent is None or intent.outcome == "refused" or undone is not None:
        raise NotSettleable(
            "It is known what became of the payment; only the books do not have it yet: "
            "retry its run."
        )


async def _answered(
    platform: Platform, payout: Payout, settled_as: SettledAs
) -> Sequence[Statement]:
    """What is to be noted of a payment in a file for the bank. Refuse where the paying side says
    something else."""
    if payout.paid_by == BY_FILE:
        return await _answered_of_file(platform, payout, settled_as)
    report = await _provider_report(platform, payout)
    if report is None and payout.payment_status is not None:
        report = Seen(payout.heard_of or "", payout.id, payout.payment_status)
    if report is not None:
        _check_agrees(report, settled_as)
    return []


def _check_agrees(report: Seen, settled_as: SettledAs) -> None:
    """Refuse what the provider contradicts. A payment on its way may have arrived; that it never
    will is not known."""
    if report.status is PaymentStatus.PROCESSING and settled_as == "not_paid":
        raise NotSettleable(
            "The provider says that the payment is on its way still, so it may be paid yet. Have "
            "it stopped there, or retry or abandon the run, which calls it back where it was "
            "stopped."
        )
    if settled_as == "paid":
        is_other = report.status.brings_back
    else:
        is_other = report.status is PaymentStatus.POSTED
    if is_other:
        raise NotSettleable(
            f"The provider says that the payment is {report.status}: retry the run, "
            "which books that."
        )


async def check_provider_agrees(platform: Platform, payout: Payout, status: PaymentStatus) -> None:
    """Raises NotSettleable: the provider says that the money has left, and not that it is back."""
    payment = await _provider_report(platform, payout)
    if payment is not None and status.brings_back:
        _check_agrees(payment, "not_paid")


async def _provider_report(platform: Platform, payout: Payout) -> Seen | None:
    """What the provider says of the payment; None where it knows of none, or cannot be asked."""
    since = await intended_at(platform.database, PAY.key_for(payout.id))
    try:
        pays = payments_of(platform, payout)
        if payout.payment_id is not None:
            return await pays.find(payout.payment_id)
        if since is None:
            return None
        return await pays.find_ours(payment_of(payout), since)
    except (AccessDenied, PaymentDenied, PaymentUncertain):
        return None


async def _answered_of_file(
    platform: Platform, payout: Payout, settled_as: SettledAs
) -> Sequence[Statement]:
    """Refuse where no file has the payment, or the bank has answered otherwise."""
    row = await platform.database.first(
        statement(
            "SELECT id, file_id, status FROM payment_instructions WHERE run_id = ?", [payout.id]
        )
    )
    if row is None or (row["file_id"] is None and row["status"] == PaymentStatus.PROCESSING):
        raise NotSettleable(
            "No file for the bank has the payment yet: make one, or abandon its run, and none will."
        )
    status = PaymentStatus(text(row, "status"))
    if status is not PaymentStatus.PROCESSING:
        _check_agrees(Seen(text(row, "id"), payout.id, status), settled_as)
        return []
    now = to_text(platform.clock.now())
    # The file then shows it, and a later report that says something else is listed as a
    # contradiction.
    query = """
      UPDATE payment_instructions SET status = ?2, bank_status = 'by hand', reason = ?3,
        answered_at = ?4, in_doubt = NULL, in_doubt_reason = NULL, in_doubt_status = NULL
      WHERE id = ?1 AND status = 'processing'
    """
    values = (text(row, "id"), STATUS_OF[settled_as].value, BY_HAND, now)
    answer = statement(query, [*values], account=payout.account_id)
    return [answer]


def _event(
    payout: Payout, actor: Actor, settled_as: SettledAs, reason: str, now: str, key: str
) -> AuditEvent:
    detail: JsonObject = {"run": payout.id, "settledAs": settled_as, "reason": reason}
    return event_of(actor, Audited.PAYOUT_SETTLED_BY_HAND, key=key, now=now, detail=detail)
