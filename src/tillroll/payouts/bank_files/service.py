"""Files for the bank: makes them, and takes what the bank says of each."""

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Final

from tillroll.access.behind import PersonBehind
from tillroll.payouts import sepa
from tillroll.payouts.bank_files import instructions
from tillroll.payouts.bank_files.debtor import debtor_of
from tillroll.payouts.bank_files.instructions import (
    WAITING,
    PaymentsByFile,
    find_files,
    not_held,
    payments_in,
    seen_in,
)
from tillroll.payouts.bank_files.recovered_files import RESTORED, Restored, keep_copy, unknown_files
from tillroll.payouts.contract import PAYOUT_V1, SETTLE
from tillroll.payouts.cron import BY_FILE, FILES, PAYEES
from tillroll.payouts.four_eyes import SecondNeeded
from tillroll.payouts.models import (
    MOST_IN_FILE,
    Audited,
    BankAnswered,
    FilePayment,
    Outcome,
    OutcomeSource,
    PaymentFile,
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
from tillroll.payouts.sepa import BankAnswer, from_reference
from tillroll_durable import Actor, Statement, ValuesRefused, statement
from tillroll_durable.audit import append, append_if_changed
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row, position_of
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    GuardFailed,
    Row,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import decrypt, encrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.refusals import KEY_REUSED, Kind, Refusal
from tillroll_durable.platform.services import Platform, without_journal
from tillroll_durable.runs import rows_of_runs, run_from_row
from tillroll_durable.signals import NotListening, send_signal

# A payout is looked for by a person ten days after it was asked for.
_LONGEST_LEAD: Final = timedelta(days=7)


class NothingWaits(Refusal):
    kind = Kind("no-payment-waits", 409, "No payment waits for a file", may_pass=True)


class FileKeyReused(Refusal):
    """The key stands for a file of another day, which is the message."""

    kind = KEY_REUSED
    explanation = "This Idempotency-Key stands for the file of {}: send this one under its own."


class Disturbed(Refusal):
    """What waits changed each time that it was to be closed into a file; nothing was made."""

    kind = NothingWaits.kind
    explanation = "What waits is being changed by others. Send the request again."


async def make_file(
    platform: Platform,
    actor: Actor,
    on: date | None,
    key: str | None,
    also_archived: Sequence[str] = (),
) -> PaymentFile:
    """Close what waits into a file, the oldest MOST_IN_FILE of it; once under a key. `on` is the
    day on which the bank is asked to pay; None: today. Payouts to payees who were archived since
    are left out, but for `also_archived`."""
    company_debtor = await debtor_of(platform, actor.account_id)
    debtor = company_debtor.party
    if debtor is None:
        raise ValuesRefused([("executionDay", company_debtor.says)])
    now = platform.clock.now()
    day = on or now.date()
    today = now.date()
    if not today <= day <= today + _LONGEST_LEAD:
        raise ValuesRefused(
            [
                (
                    "executionDay",
                    f"Name a day from {today} on, at most {_LONGEST_LEAD.days} days ahead.",
                )
            ]
        )
    unknown = await unknown_files(platform, actor.account_id)
    if unknown or await position_of(platform.database, RESTORED):
        raise Restored(unknown)
    id_ = new_id("pmf")
    request_key = key or id_
    for _ in range(3):
        existing = await find_files(platform.database, actor.account_id, key=request_key)
        if existing and on is not None and existing[0].execution_day != on.isoformat():
            raise FileKeyReused(existing[0].execution_day)
        if existing:
            return existing[0]
        chosen = await instructions.waiting(
            platform.database, actor.account_id, most=MOST_IN_FILE, also_archived=also_archived
        )
        if not chosen:
            problem = (
                "No payout by file waits: ask for one, or wait until it was approved and debited."
            )
            if await instructions.held(platform.database, actor.account_id, 1):
                problem = (
                    "The payees of what waits were archived: name its payouts in alsoArchived, "
                    "or cancel them."
                )
            raise NothingWaits(problem)
        transfers = [await _transfer(platform, each) for each in chosen]
        content = sepa.write_initiation(
            sepa.Initiation(sepa.as_reference(id_), now, on=day, debtor=debtor, transfers=transfers)
        ).decode()
        ciphertext = await encrypt(platform, content, FILES.row(id_))
        named = [each.payout_id for each in chosen if each.payout_id in also_archived]
        file = id_, actor.account_id, request_key, day.isoformat(), ciphertext
        try:
            await platform.database.batch(
                _close(file, actor, chosen=chosen, also_archived=named, now=to_text(now))
            )
        except ConstraintFailed:
            continue  # one of them was cancelled, or another file took it, or this file was made
        await keep_copy(platform, actor.account_id, id_=id_, ciphertext=ciphertext)
        return (await find_files(platform.database, actor.account_id, id_=id_))[0]
    raise Disturbed


async def _transfer(platform: Platform, each: FilePayment) -> sepa.CreditTransfer:
    iban = await decrypt(platform, each.kept_iban, PAYEES.row(each.payee_id))
    creditor = sepa.Party(each.name, iban, each.bic)
    return sepa.CreditTransfer(
        sepa.as_reference(each.payout_id), creditor, cents=each.amount, purpose=each.reference
    )


def _close(
    file: tuple[str, str, str, str, str],
    actor: Actor,
    chosen: Sequence[FilePayment],
    also_archived: list[str],
    now: str,
) -> list[Statement]:
    """Make the file with all that was chosen, or nothing. `file` are its id, account, key and day,
    and its bytes."""
    ids = dump([each.id for each in chosen])
    named = dump([*also_archived])
    amount = sum(each.amount for each in chosen)
    query = f"""
      INSERT INTO payment_files
        (id, account_id, request_key, execution_day, content, payments, amount, made_by, created_at)
      SELECT ?1, ?2, ?3, ?4, ?5, CAST(?6 AS INTEGER), CAST(?7 AS INTEGER), ?8, ?9
      WHERE ?6 = (
        SELECT COUNT(*) FROM payment_instructions i JOIN runs r ON r.id = i.run_id
        JOIN payouts p ON p.run_id = i.run_id JOIN payees e ON e.id = p.payee_id
        WHERE i.id IN (SELECT value FROM json_each(?10)) AND i.account_id = ?2 AND {WAITING}
          AND {not_held("?11")}
      )
    """
    insert = statement(query, [*file, len(chosen), amount, actor.name, now, ids, named])
    detail: JsonObject = {
        "payments": len(chosen),
        "amount": amount,
        "alsoArchived": [*also_archived],
    }
    event = event_of(
        actor, Audited.PAYMENT_FILE_MADE, key=file[0], now=now, detail={"file": file[0], **detail}
    )
    take = statement(
        (
            "UPDATE payment_instructions SET file_id = ?1 WHERE id IN "
            "(SELECT value FROM json_each(?2))"
        ),
        [file[0], ids],
    )
    return [insert, append_if_changed(event), take]


_BY_HAND: Final = "by hand"
_NEVER_LEFT: Final = frozenset({PaymentStatus.FAILED, PaymentStatus.CANCELED})
_UNNOTIFIED: Final = f"""
  SELECT i.id, i.run_id, i.status, s.failures AS setbacks
  FROM payment_instructions i INDEXED BY payment_instructions_to_tell
  {JOIN.format(part=f"'{BY_FILE}'", subject="i.id")}
  WHERE i.is_told = 0 AND i.status <> 'processing' AND {IS_DUE} ORDER BY {IN_TURN}, i.answered_at
  LIMIT 20
"""


class NoSuchFile(Refusal):
    thing = "file, or payout in it"


@dataclass(frozen=True)
class _Reported:
    """The bank's answer about a payment. `is_own`: about it alone, not about its whole file."""

    payment: FilePayment
    answer: BankAnswer
    is_own: bool


async def take_report(
    platform: Platform, actor: Actor, person: PersonBehind, content: str
) -> BankAnswered:
    """Take a bank's pain.002, which a person hands in. Taken again, it changes nothing.
    Raises MayNotReport, SecondNeeded, HasLeft."""
    try:
        report = sepa.read_report(content)
    except sepa.BadReport as error:
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
        sepa.as_reference(each.payout_id): each
        for each in await payments_in(platform.database, files[0].id)
    }
    strange = sorted(set(report.of_each) - set(payments))
    if strange:
        raise ValuesRefused(
            [("report", f"The file has no payment {strange[0][:35]}, which the report names.")]
        )
    reported = [
        _Reported(each, answer, is_own=len(payments) == 1 or name in report.of_each)
        for name, each in payments.items()
        for answer in [report.of_each.get(name, report.of_all)]
        if answer is not None
    ]
    digest = hashlib.sha256(content.encode()).hexdigest()
    source = f"{report.id[:35]}:{digest[:16]}"
    return await _apply(
        platform,
        actor,
        person=person,
        file_id=files[0].id,
        reported=reported,
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
    """Say what the bank did with a file, or with one payout of it, where the bank sends no report.
    Raises NoSuchFile, MayNotReport, SecondNeeded, HasLeft."""
    if not await find_files(platform.database, actor.account_id, id_=file_id):
        raise NoSuchFile(file_id)
    payments = await payments_in(platform.database, file_id)
    named = [each for each in payments if payout_id in {None, each.payout_id}]
    if not named:
        raise NoSuchFile(file_id)
    answer = BankAnswer(_BY_HAND, PaymentStatus(outcome), reason)
    is_own = len(named) == 1 or payout_id is not None
    reported = [_Reported(each, answer, is_own=is_own) for each in named]
    # The same answer may be new: another one may have come between.
    source = f"{_BY_HAND}:{outcome}:{new_id('ans')}"
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
                return await PaymentsByFile(platform).find(id_)

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
        await platform.database.batch([statement(is_told, [id_, text(row, "status")])])

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
    new = [each for each in reported if _is_new(each)]
    # A word that says nothing of its end settles no payment.
    ended = [each for each in new if each.answer.status is not PaymentStatus.PROCESSING]
    await check_may_report(
        platform,
        actor.account_id,
        run_ids=[each.payment.payout_id for each in ended],
        person=person,
    )
    ended += await _agreeing(
        platform, actor.account_id, person=person, answers=reported, reported_by=reported_by
    )
    stayed = [each.payment.payout_id for each in ended if each.answer.status in _NEVER_LEFT]
    await check_unmatched(platform.database, stayed)
    query = """
      UPDATE payment_instructions SET status = ?2, bank_status = ?3, reason = ?4, answered_at = ?5,
        is_told = 0
      WHERE id = ?1 AND status = ?6
    """
    changes = [
        statement(
            query,
            [
                each.payment.id,
                each.answer.status.value,
                each.answer.code,
                each.answer.reason,
                now,
                each.payment.status.value,
            ],
        )
        for each in new
    ]
    reports = [
        report_outcome(
            each.payment.payout_id,
            reported_by,
            by=actor.name,
            status=each.answer.status,
            reason=each.answer.reason,
            now=now,
            in_file=True,
        )
        for each in ended
    ]
    contradicted = [
        each.payment.payout_id for each in reported if _is_against(each.payment, each.answer)
    ]
    # A report is kept also where it changes nothing: when it comes again, it is old.
    if changes or reports or reported_by == "report":
        detail: JsonObject = {"file": file_id, "changed": len(changes), "source": source}
        event = event_of(
            actor, Audited.PAYMENT_FILE_ANSWERED, key=f"{file_id}:{source}", now=now, detail=detail
        )
        try:
            guarded = chain.from_iterable(must_hit(each) for each in changes)
            # The event first: this very answer may have been taken before.
            unmatched = must_be_unmatched(stayed)
            await platform.database.batch([append(event), unmatched, *guarded, *reports])
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
            changes = []  # this very answer was taken before; what another said meanwhile is newer
    await notify_ended_payouts(platform)
    return BankAnswered(file_id=file_id, changed=len(changes), contradicted=contradicted)


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
        status = each.answer.status
        if status is PaymentStatus.PROCESSING or status is not each.payment.status:
            continue
        if reports.get(id_) is status:
            continue
        with contextlib.suppress(MayNotReport, SecondNeeded):
            await check_may_report(platform, account_id, run_ids=[id_], person=person)
            agreeing.append(each)
    return agreeing


def _is_new(item: _Reported) -> bool:
    """Whether an answer replaces the one before. "On its way" says nothing of a payment that has
    ended. What was paid may come back; any other end counts where it is about this payment."""
    payment = item.payment
    answer = item.answer
    if payment.status is PaymentStatus.PROCESSING:
        return answer.code != payment.bank_status
    if answer.status in {payment.status, PaymentStatus.PROCESSING}:
        return False
    return item.is_own or (payment.status, answer.status) == (
        PaymentStatus.POSTED,
        PaymentStatus.RETURNED,
    )


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
