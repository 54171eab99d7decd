"""What entries of bank accounts, which are matched with a payout, come to: that it has left, that
it came back, or nothing. The person who matches them was asked for the right (`rights.py`)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from tillroll.access.behind import PersonBehind
from tillroll.payouts import by_hand
from tillroll.payouts.bank_files.service import notify_ended_payouts
from tillroll.payouts.by_hand import NotSettleable
from tillroll.payouts.contract import LOOK_FAILED
from tillroll.payouts.models import BY_FILE, BY_PROVIDER, Audited, Payout, ReportedOutcome
from tillroll.payouts.outcomes import (
    insert_outcome,
    list_outcomes,
    reason_of,
    standing_of,
    status_of,
    take_outcomes_back,
)
from tillroll.payouts.payments import PaymentStatus, Seen
from tillroll.payouts.postings import UNPROVEN, book_late
from tillroll.payouts.repository import event_of, load_payout, note_seen
from tillroll.payouts.rights import check_may_report
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, text
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run, load_run
from tillroll_durable.states import LIVE

_PROOF: Final = "the bank's statement"
_IS_HEARD: Final = "(SELECT heard FROM payouts WHERE run_id = ?1) = ?2"
_IS_UNCHANGED: Final = f"""
  {_IS_HEARD} AND EXISTS (
    SELECT 1 FROM payment_instructions WHERE run_id = ?1 AND status = ?3 AND is_told = ?4)
"""
_TRIES: Final = 4


class GoesOn(Exception):
    """The payout's run goes on with what was reported: it is taken back behind its end. The message
    is its id."""


async def news_of(
    platform: Platform, account_id: str, statuses: Mapping[str, PaymentStatus]
) -> list[str]:
    """The payouts of which a match would say something new: that they have left, or came back.
    Raises NotSettleable."""
    news: list[str] = []
    for run_id, status in statuses.items():
        payout = await load_payout(platform.database, run_id, account_id)
        if payout is None:
            continue
        await _check_sayable(platform, payout)
        if payout.payment_status is not status:
            news.append(run_id)
    return news


async def check_may_match(
    platform: Platform, account_id: str, statuses: Mapping[str, PaymentStatus], person: PersonBehind
) -> None:
    """Hold a person's right against a match that says what became of some payouts. Of those of
    which others statuses so before, it says nothing new. Raises MayNotReport, SecondNeeded,
    NotSettleable."""
    await check_may_report(
        platform, account_id, run_ids=await news_of(platform, account_id, statuses), person=person
    )


async def check_may_undo(
    platform: Platform, account_id: str, run_ids: Collection[str], person: PersonBehind
) -> None:
    """Hold it against the undoing of a match: what others reported stays, and only what it alone
    says is asked for. Raises MayNotReport, SecondNeeded."""
    news: list[str] = []
    for run_id in run_ids:
        outcomes = await list_outcomes(platform.database, run_id)
        others = standing_of(outcomes, without="match")
        if status_of(standing_of(outcomes)) is not status_of(others):
            news.append(run_id)
    await check_may_report(platform, account_id, run_ids=news, person=person)


async def _check_sayable(platform: Platform, payout: Payout) -> None:
    """Raises NotSettleable: nobody paid it yet, or the provider knows better."""
    if payout.payment_status in {PaymentStatus.POSTED, PaymentStatus.RETURNED}:
        return
    if payout.paid_by == BY_FILE and await _instruction(platform, payout.id) is None:
        raise NotSettleable(
            "No file for the bank has the payment yet: make one, or abandon its run, and none will."
        )
    if payout.paid_by == BY_PROVIDER and payout.debited_by is not None:
        loaded = await load_run(platform.database, payout.id)
        is_late = loaded is not None and loaded[0].status not in LIVE
        if not is_late:
            raise NotSettleable(
                "The provider says what becomes of the payment: it is asked by itself."
            )


async def _instruction(platform: Platform, run_id: str) -> Row | None:
    """The payment that a file or a person has made; None where none has."""
    query = """
      SELECT id, status, is_told FROM payment_instructions
      WHERE run_id = ? AND (file_id IS NOT NULL OR status IN ('posted', 'returned'))
    """
    return await platform.database.first(statement(query, [run_id]))


async def follow_entries(
    platform: Platform, actor: Actor, run_id: str, status: PaymentStatus | None
) -> None:
    """Have a payout say what its entries come to: `posted`, `returned`, or, where that was undone,
    only what others reported. The same again changes nothing. Raises NotSettleable: the provider
    says otherwise; GoesOn."""
    for _ in range(_TRIES):
        payout = await load_payout(platform.database, run_id, actor.account_id)
        loaded = await load_run(platform.database, run_id)
        if payout is None or loaded is None:
            return
        outcomes = await list_outcomes(platform.database, run_id)
        by_entries = [
            each for each in outcomes if each.source == "match" and each.taken_back_at is None
        ]
        reported = standing_of(by_entries)
        if status is None and reported is None:
            return
        if reported is not None and reported.status is status:
            return
        try:
            await _follow(
                platform, actor, payout=payout, run=loaded[0], outcomes=outcomes, status=status
            )
        except ConstraintFailed:
            continue  # something else was heard of it at this moment: look again
        return
    raise NotSettleable("Something else was heard of the payment each time: look at it again.")


async def _follow(
    platform: Platform,
    actor: Actor,
    payout: Payout,
    run: Run,
    outcomes: Sequence[ReportedOutcome],
    status: PaymentStatus | None,
) -> None:
    now = to_text(platform.clock.now())
    written: list[Statement] = [
        take_outcomes_back(payout.account_id, payout.id, source="match", now=now)
    ]
    others = [each for each in outcomes if each.source != "match"]
    holds = standing_of(others)
    if status is not None:
        new = ReportedOutcome(
            source="match", by=actor.name, status=status, reason=_PROOF, at=now, taken_back_at=None
        )
        written.append(
            insert_outcome(payout.id, "match", by=actor.name, status=status, reason=_PROOF, now=now)
        )
        holds = standing_of([*others, new])
    instruction = await _instruction(platform, payout.id)
    if instruction is not None:
        await _change_instruction(
            platform, payout, run=run, instruction=instruction, holds=holds, written=written
        )
    elif payout.paid_by == BY_PROVIDER:
        await _change_of_provider(
            platform, actor, payout=payout, run=run, holds=holds, written=written
        )
    else:
        raise NotSettleable("No file for the bank has the payment yet.")


async def _change_instruction(
    platform: Platform,
    payout: Payout,
    run: Run,
    instruction: Row,
    holds: ReportedOutcome | None,
    written: Sequence[Statement],
) -> None:
    before = PaymentStatus(text(instruction, "status"))
    after = status_of(holds)
    unchanged = must_hold(
        _IS_UNCHANGED, payout.id, *(payout.heard, before.value, instruction["is_told"])
    )
    if before is after:
        await platform.database.batch([unchanged, *written])
        return
    is_taken_back = after is PaymentStatus.PROCESSING
    if is_taken_back and run.status in LIVE and instruction["is_told"]:
        raise GoesOn(payout.id)
    now = to_text(platform.clock.now())
    change = """
      UPDATE payment_instructions
      SET status = ?2, bank_status = ?3, reason = ?4, answered_at = ?5, is_told = 0
      WHERE run_id = ?1
    """
    bank_status = "by hand"
    if is_taken_back:
        bank_status = None
    values = (payout.id, after.value, bank_status, reason_of(holds), now)
    changed = statement(change, [*values], account=payout.account_id)
    unproven: Sequence[Statement] = ()
    if is_taken_back and payout.payment_status is not None:
        unproven = [_on_its_way(payout, now)]
    await platform.database.batch([unchanged, changed, *written, *unproven])
    await notify_ended_payouts(platform)
    if is_taken_back:
        await book_late(platform, payout.id)


def _on_its_way(payout: Payout, now: str) -> Statement:
    """Set the payment back to under way: no entry of the bank proves its end any more."""
    query = """
      UPDATE payouts
      SET payment_status = 'processing', payment_reason = ?3, looked_at = ?2, heard = heard + 1
      WHERE run_id = ?1
    """
    return statement(query, [payout.id, now, UNPROVEN])


async def _change_of_provider(
    platform: Platform,
    actor: Actor,
    payout: Payout,
    run: Run,
    holds: ReportedOutcome | None,
    written: Sequence[Statement],
) -> None:
    after = status_of(holds)
    unchanged = must_hold(_IS_HEARD, payout.id, payout.heard)
    if payout.payment_status is after:
        await platform.database.batch([unchanged, *written])
        return
    if after is PaymentStatus.POSTED and _is_stuck(payout, run):
        await by_hand.settle(
            platform,
            actor,
            run=run,
            payout=payout,
            settled_as="paid",
            reason=_PROOF,
            source="match",
        )
        return
    if run.status in LIVE:
        raise GoesOn(payout.id)
    await by_hand.check_provider_agrees(platform, payout, after)
    now = to_text(platform.clock.now())
    payment_id = payout.heard_of or payout.id
    reason = reason_of(holds)
    if after is PaymentStatus.PROCESSING:
        reason = UNPROVEN
    payment = Seen(payment_id, payout.id, status=after, reason=reason)
    detail: JsonObject = {"run": payout.id, "status": after.value, "reason": _PROOF}
    event = event_of(
        actor,
        Audited.PAYOUT_FOLLOWED_ENTRIES,
        key=f"{payout.id}:{new_id('ans')}",
        now=now,
        detail=detail,
    )
    # What a match settled is settled by nobody, once it is undone.
    unsettled = (
        "UPDATE payouts SET settled_as = NULL, settled_by = NULL, settled_at = NULL "
        "WHERE run_id = ?1"
    )
    await platform.database.batch(
        [
            unchanged,
            note_seen(payout, payment, now),
            append_if_changed(event),
            *written,
            statement(unsettled, [payout.id], account=payout.account_id),
        ]
    )
    await book_late(platform, payout.id)


def _is_stuck(payout: Payout, run: Run) -> bool:
    """Whether a person has to say what became of a payment of the provider's."""
    return payout.failure_class == FailureClass.ROLLBACK_FAILED or run.state == LOOK_FAILED.name
