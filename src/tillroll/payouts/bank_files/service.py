"""What the bank says of its files, by its reports or by a person: it is kept, payouts hear of it,
and what it leaves open is asked."""

import contextlib
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from tillroll.access.behind import PersonBehind
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import PAYOUT_IN_DOUBT
from tillroll.payouts.bank_files.instructions import (
    PaymentsByFile,
    find_files,
    payments_in,
    seen_in,
)
from tillroll.payouts.bank_files.judging import (
    BY_HAND,
    NEVER_LEFT,
    PaymentFacts,
    follow_bank,
    follow_person,
)
from tillroll.payouts.bank_files.status_reports import (
    Answers,
    BadReport,
    BankAnswer,
    read_report,
)
from tillroll.payouts.contract import PAYOUT_V1, SETTLE
from tillroll.payouts.cron import BY_FILE
from tillroll.payouts.four_eyes import SecondNeeded
from tillroll.payouts.models import (
    ON_ITS_WAY,
    Audited,
    BankAnswered,
    FilePayment,
    Outcome,
    OutcomeSource,
    Payout,
)
from tillroll.payouts.outcomes import (
    check_unmatched,
    must_be_unmatched,
    report_outcome,
    reported_of,
)
from tillroll.payouts.payments import PaymentStatus, Seen
from tillroll.payouts.postings import book_late, hear
from tillroll.payouts.repository import event_of, payout_of, rows_of_payouts
from tillroll.payouts.rights import MayNotReport, check_may_report
from tillroll.payouts.sepa import as_reference, from_reference
from tillroll_durable import Actor, Statement, ValuesRefused, statement
from tillroll_durable.audit import append
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    GuardFailed,
    Row,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform, without_journal
from tillroll_durable.runs import rows_of_runs, run_from_row
from tillroll_durable.signals import NotListening, send_signal

_UNNOTIFIED: Final = f"""
  SELECT i.id, i.account_id, i.run_id, i.status, s.failures AS setbacks
  FROM payment_instructions i INDEXED BY payment_instructions_to_tell
  {JOIN.format(part=f"'{BY_FILE}'", subject="i.id")}
  WHERE i.is_told = 0 AND i.status <> 'processing' AND {IS_DUE} ORDER BY {IN_TURN}, i.answered_at
  LIMIT 20
"""


class NoSuchFile(Refusal):
    thing = "file, or payout in it"


@dataclass(frozen=True)
class _Reported:
    """What is said of a payment, by the bank or by a person. `is_own`: about it alone, not about
    its whole file."""

    payment: FilePayment
    answers: Answers
    is_own: bool
    is_by_bank: bool

    @property
    def end(self) -> BankAnswer | None:
        """That it has come to an end, if that is said."""
        return next((each for each in self.answers if each.is_end), None)

    @property
    def reason(self) -> str | None:
        """The code of the reason for its end."""
        if self.end is None:
            return None
        return self.end.reason

    @property
    def before(self) -> PaymentFacts:
        return self.payment.facts

    @property
    def after(self) -> PaymentFacts:
        facts = self.before
        for each in self.answers:
            if self.is_by_bank:
                facts = follow_bank(facts, each, is_own=self.is_own)
            else:
                facts = follow_person(facts, each.status, each.reason, is_own=self.is_own)
        return facts

    @property
    def is_new(self) -> bool:
        return self.after != self.before

    @property
    def has_ended(self) -> bool:
        """Whether the payment comes to another end by it."""
        status = self.after.status
        return status is not self.before.status and status is not PaymentStatus.PROCESSING

    @property
    def says_it_stayed(self) -> bool:
        """Whether it says that the money never left, believed or not."""
        return self.is_new and self.end is not None and self.end.status in NEVER_LEFT


async def take_report(
    platform: Platform, actor: Actor, person: PersonBehind, content: str
) -> BankAnswered:
    """Take a bank's pain.002, which a person hands in. Taken again, it changes nothing.
    Raises MayNotReport, SecondNeeded, HasLeft."""
    try:
        report = read_report(content)
    except BadReport as error:
        problem = str(error)
        raise ValuesRefused(
            [("report", f"This is no status report that can be read: {problem}.")]
        ) from error
    files = await find_files(
        platform.database, actor.account_id, id_=from_reference(report.original)
    )
    if not files:
        raise ValuesRefused(
            [
                (
                    "report",
                    f"It answers the file {report.original[:35]}, which is none of this account.",
                )
            ]
        )
    payments = {
        as_reference(each.payout_id): each
        for each in await payments_in(platform.database, files[0].id)
    }
    strange = sorted(set(report.of_each) - set(payments))
    if strange:
        raise ValuesRefused(
            [("report", f"The file has no payment {strange[0][:35]}, which the report names.")]
        )
    reported = [
        _Reported(
            each,
            answers=report.of_each.get(name, report.of_all),
            is_own=len(payments) == 1 or name in report.of_each,
            is_by_bank=True,
        )
        for name, each in payments.items()
    ]
    digest = hashlib.sha256(content.encode()).hexdigest()
    source = f"{report.id[:35]}:{digest[:16]}"
    return await _apply(
        platform,
        actor,
        person=person,
        file_id=files[0].id,
        reported=[each for each in reported if each.answers],
        source=source,
        reported_by="report",
    )


async def record_outcome(
    platform: Platform,
    actor: Actor,
    person: PersonBehind,
    file_id: str,
    outcome: Outcome,
    payout_id: str | None,
    reason: str | None,
) -> BankAnswered:
    """Say what the bank did with a file, or with one payout of it: where the bank sends no report,
    or its reports leave it open. Raises NoSuchFile, MayNotReport, SecondNeeded, HasLeft;
    ValuesRefused: it has ended, and is called on its way."""
    if not await find_files(platform.database, actor.account_id, id_=file_id):
        raise NoSuchFile(file_id)
    payments = await payments_in(platform.database, file_id)
    named = [each for each in payments if payout_id in {None, each.payout_id}]
    if not named:
        raise NoSuchFile(file_id)
    if outcome == ON_ITS_WAY:
        status = PaymentStatus.PROCESSING
        named = [each for each in named if each.status is PaymentStatus.PROCESSING]
        if not named:
            problem = "It is not on its way any more: say posted, failed or returned."
            raise ValuesRefused([("status", problem)])
    else:
        status = PaymentStatus(outcome)
    answers = (BankAnswer(BY_HAND, status, reason),)
    is_own = len(named) == 1 or payout_id is not None
    reported = [_Reported(each, answers, is_own=is_own, is_by_bank=False) for each in named]
    # The same answer may be new: another one may have come between.
    source = f"{BY_HAND}:{outcome}:{new_id('ans')}"
    return await _apply(
        platform,
        actor,
        person=person,
        file_id=file_id,
        reported=reported,
        source=source,
        reported_by="person",
    )


async def notify_ended_payouts(platform: Platform) -> int:
    """Notify payouts of what the bank has said of their payment: their runs, or after their ends
    the books. Return how many. Also a job: the request that took the answer may have died before
    this."""
    with without_journal(platform) as direct:
        return await _notify_ended_payouts(direct)


async def _notify_ended_payouts(platform: Platform) -> int:
    rows = await platform.database.all(statement(_UNNOTIFIED, [to_text(platform.clock.now())]))
    ids = [text(row, "run_id") for row in rows]
    if ids:
        payouts = await rows_of_payouts(platform.database, ids)
        runs = await rows_of_runs(platform.database, ids)
    else:
        payouts = {}
        runs = {}
    # Read behind the payouts: what is heard of one from then on is found to be newer.
    if ids:
        reports = await seen_in(platform.database, [text(row, "id") for row in rows])
    else:
        reports = {}

    async def notify_one(row: Row) -> None:
        id_ = text(row, "id")
        run_id = text(row, "run_id")
        if run_id in payouts and run_id in runs:
            payout = payout_of(payouts[run_id])

            async def ask(current: Payout) -> Seen | None:
                if current is payout:
                    return reports.get(id_)
                return await PaymentsByFile(platform, current.account_id).find(id_)

            await hear(platform, payout, ask, is_fresh=True)
            is_new = False
            run = run_from_row(runs[run_id])
            with contextlib.suppress(NotListening):  # it has ended, or is being undone
                is_new = await send_signal(
                    platform,
                    PAYOUT_V1,
                    run=run,
                    name=SETTLE.name,
                    key=id_,
                    payload={"payment_id": id_},
                    actor="bank:payments",
                )
            if not is_new:  # one that was listening books by itself
                await book_late(platform, run_id)
        is_told = "UPDATE payment_instructions SET is_told = 1 WHERE id = ?1 AND status = ?2"
        note = statement(is_told, [id_, text(row, "status")], account=text(row, "account_id"))
        await platform.database.batch([note])

    return await each_row(platform, BY_FILE, rows=rows, subject="id", do=notify_one)


async def _apply(
    platform: Platform,
    actor: Actor,
    person: PersonBehind,
    file_id: str,
    reported: list[_Reported],
    source: str,
    *,
    reported_by: OutcomeSource,
) -> BankAnswered:
    """Write what is said of payments. Raises HasLeft."""
    now = to_text(platform.clock.now())
    new = [each for each in reported if each.is_new]
    # A word that says nothing of its end, and one that a person is asked of, settle no payment.
    ended = [each for each in new if each.has_ended]
    await check_may_report(
        platform,
        actor.account_id,
        run_ids=[each.payment.payout_id for each in ended],
        person=person,
    )
    agreeing = await _agreeing(
        platform, actor.account_id, person=person, answers=reported, reported_by=reported_by
    )
    stayed = [each.payment.payout_id for each in [*new, *agreeing] if each.says_it_stayed]
    await check_unmatched(platform.database, stayed)
    changes = [_change(each, now) for each in new]
    reports = [
        report_outcome(
            each.payment.payout_id,
            reported_by,
            by=actor.name,
            status=each.after.status,
            reason=each.reason,
            now=now,
            in_file=True,
        )
        for each in [*ended, *agreeing]
    ]
    # A report is kept also where it changes nothing: when it comes again, it is old.
    if changes or reports or reported_by == "report":
        detail: JsonObject = {"file": file_id, "changed": len(changes), "source": source}
        event = event_of(
            actor, Audited.PAYMENT_FILE_ANSWERED, key=f"{file_id}:{source}", now=now, detail=detail
        )
        try:
            guarded = chain.from_iterable(must_hit(each) for each in changes)
            notices = _notices(actor, file_id, items=new, source=source, now=now)
            # The event first: this very answer may have been taken before.
            unmatched = must_be_unmatched(stayed)
            await platform.database.batch([append(event), unmatched, *guarded, *reports, *notices])
        except GuardFailed:  # somebody else said something of one of them: look again
            payments = {each.id: each for each in await payments_in(platform.database, file_id)}
            answers = [replace(each, payment=payments[each.payment.id]) for each in reported]
            return await _apply(
                platform,
                actor,
                person=person,
                file_id=file_id,
                reported=answers,
                source=source,
                reported_by=reported_by,
            )
        except ConstraintFailed:
            # This very answer was taken before; what another said meanwhile is newer.
            return await _answered_before(platform, file_id, reported)
    await notify_ended_payouts(platform)
    return BankAnswered(
        file_id=file_id,
        changed=len(changes),
        contradicted=_contradicted(reported),
        in_doubt=[each.payment.payout_id for each in reported if each.after.is_asked],
    )


async def _answered_before(
    platform: Platform, file_id: str, reported: Sequence[_Reported]
) -> BankAnswered:
    await notify_ended_payouts(platform)
    return BankAnswered(
        file_id=file_id,
        changed=0,
        contradicted=_contradicted(reported),
        in_doubt=[each.payment.payout_id for each in reported if each.before.is_asked],
    )


def _contradicted(reported: Iterable[_Reported]) -> list[str]:
    return [
        each.payment.payout_id
        for each in reported
        if each.end is not None and not each.after.is_asked and _is_against(each.payment, each.end)
    ]


def _change(item: _Reported, now: str) -> Statement:
    """Write what is known of a payment, where nothing else was heard since it was read."""
    before = item.before
    after = item.after
    query = """
      UPDATE payment_instructions
      SET status = ?2, bank_status = ?3, reason = ?4, answered_at = ?5, accepted_as = ?6,
        in_doubt = ?7, in_doubt_reason = ?8, in_doubt_status = ?9,
        is_told = CASE status WHEN ?2 THEN is_told ELSE 0 END
      WHERE id = ?1 AND status = ?10 AND in_doubt IS ?11 AND accepted_as IS ?12
        AND bank_status IS ?13
    """
    values = [
        item.payment.id,
        after.status.value,
        after.bank_status,
        after.reason,
        now,
        after.accepted_as,
        after.doubt,
        after.doubt_reason,
        after.doubt_status,
        before.status.value,
        before.doubt,
        before.accepted_as,
        before.bank_status,
    ]
    return statement(query, values)


def _notices(
    actor: Actor, file_id: str, items: Iterable[_Reported], source: str, now: str
) -> list[Statement]:
    """Tell owners, once for all payments of a file, that a person is asked from now on."""
    if not any(each.after.is_asked and not each.before.is_asked for each in items):
        return []
    subject = Subject(file_id, occasion=source)
    return notify(actor.account_id, PAYOUT_IN_DOUBT, subject=subject, now=now)


async def _agreeing(
    platform: Platform,
    account_id: str,
    person: PersonBehind,
    answers: Sequence[_Reported],
    reported_by: OutcomeSource,
) -> list[_Reported]:
    """What others reported before in the same way: it is kept that these report it too, where this
    person may."""
    ids = [each.payment.payout_id for each in answers]
    reports = await reported_of(platform.database, ids, reported_by)
    agreeing: list[_Reported] = []
    for each in answers:
        id_ = each.payment.payout_id
        if each.end is None or each.end.status is not each.payment.status:
            continue
        if reports.get(id_) is each.end.status:
            continue
        with contextlib.suppress(MayNotReport, SecondNeeded):
            await check_may_report(platform, account_id, run_ids=[id_], person=person)
            agreeing.append(each)
    return agreeing


def _is_against(payment: FilePayment, answer: BankAnswer) -> bool:
    """Whether something else was heard before, or a payout was cancelled that the bank has paid."""
    if payment.is_cancelled and answer.status is PaymentStatus.POSTED:
        return True
    if (payment.status, answer.status) == (PaymentStatus.POSTED, PaymentStatus.RETURNED):
        return False
    return payment.status is not PaymentStatus.PROCESSING and answer.status not in {
        payment.status,
        PaymentStatus.PROCESSING,
    }
