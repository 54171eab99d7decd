"""Files for the bank: makes them, takes what the bank says of each, and recovers them after a restore."""

import contextlib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Final

from tillroll.access.behind import PersonBehind
from tillroll.durable import Actor, Statement, ValuesRefused, statement
from tillroll.durable.operations.signals import NotListening, send_signal
from tillroll.durable.record.audit import append, append_if_changed
from tillroll.durable.record.runs import rows_of_runs, run_from_row
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row, keep_position, position_of
from tillroll.payouts import instructions, sepa
from tillroll.payouts.books import book_late, hear
from tillroll.payouts.contract import PAYOUT_V1, SETTLE
from tillroll.payouts.cron import BY_FILE, FILES, PAYEES
from tillroll.payouts.debtor import debtor_of
from tillroll.payouts.four_eyes import SecondNeeded
from tillroll.payouts.instructions import WAITING, PaymentsByFile, find_files, not_held, payments_in, seen_in
from tillroll.payouts.models import (
    MOST_IN_FILE,
    Audited,
    BankAnswered,
    FilePayment,
    Outcome,
    OutcomeSource,
    PaymentFile,
    Payout,
    Recovered,
)
from tillroll.payouts.outcomes import report_outcome, reported_of
from tillroll.payouts.payments import PaymentStatus, Seen
from tillroll.payouts.repository import event_of, payout_of, rows_of_payouts
from tillroll.payouts.rights import MayNotReport, check_may_report
from tillroll.payouts.sepa import Told, from_reference
from tillroll.platform.actions import Action
from tillroll.platform.bindings.database import (
    ConstraintFailed,
    GuardFailed,
    Row,
    Value,
    insert_row,
    text,
)
from tillroll.platform.bindings.guards import must_hit
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import decrypt, encrypt
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, JsonObject, dump
from tillroll.platform.refusals import KEY_REUSED, Kind, Refusal
from tillroll.platform.services import Platform

RESTORED: Final = "payments: restored"
"""The cursor that `tillroll restore` sets: nobody has said what was handed out since the backup."""
_TEXT: Final = "text/plain"
_ID: Final = re.compile(r"<MsgId>(pmf-[0-9A-Z]{26})</MsgId>")
_NAMES: Final = re.compile(r"<EndToEndId>(run-[0-9A-Z]{26})</EndToEndId>")
_DAY: Final = re.compile(r"<ReqdExctnDt><Dt>(\d{4}-\d{2}-\d{2})</Dt>")
_AMOUNT: Final = re.compile(r"<InstdAmt Ccy=\"EUR\">(\d{1,9})\.(\d\d)</InstdAmt>")
_IBAN: Final = re.compile(r"<CdtrAcct><Id><IBAN>([A-Z0-9]{5,34})</IBAN>")
_SUM: Final = re.compile(r"<CtrlSum>(\d{1,12})\.(\d\d)</CtrlSum>")


class Restored(Refusal):
    """The bank may have files that this database does not know: `unknown` in the object store, and others."""

    kind = Kind("files-unknown", 409, "The bank may have files that this database does not know", may_pass=True)
    says = (
        "The database was restored. Say which files the bank was given since the backup, and that it has no others: "
        "POST /api/payment-files/recovery."
    )

    def __init__(self, unknown: list[str]) -> None:
        super().__init__(unknown)
        self.unknown = unknown
        self.extra = {"unknown": [*unknown]}


class NoSuchCopy(Refusal):
    thing = "file that is not known yet"


def copy_key(account_id: str, id_: str) -> str:
    """Of a file in the object store."""
    return f"{account_id}/payment-files/{id_}.xml"


async def keep_copy(platform: Platform, account_id: str, id_: str, kept: str) -> None:
    """Keep a file in the object store, encrypted. It is done before anybody is given its bytes."""
    await platform.objects.put_text_if_absent(copy_key(account_id, id_), kept, _TEXT)


async def renew_copy(platform: Platform, id_: str, kept: str) -> None:
    """Have the copy of a file say what is about to stand in the database, encrypted under another key."""
    row = await platform.database.first(statement("SELECT account_id FROM payment_files WHERE id = ?", id_))
    if row is not None:
        await platform.objects.put_text(copy_key(text(row, "account_id"), id_), kept, _TEXT)


async def adopt(platform: Platform, actor: Actor, id_: str | None, content: str | None, reason: str) -> Recovered:
    """Take a file up that was handed to the bank: by its id, as the object store has it, or behind a restore by its
    bytes. Its payments are in no other file from then on, and wait for the bank's answer."""
    if id_ is not None:
        if id_ not in await _unknown(platform, actor.account_id):
            raise NoSuchCopy(id_)
        copy = await platform.objects.get_text(copy_key(actor.account_id, id_))
        content = None if copy is None else await decrypt(platform, copy, FILES.row(id_))
    elif not await position_of(platform.database, RESTORED):
        raise ValuesRefused([("content", "Nothing was restored, so every file that was handed out is known here.")])
    found = content or ""
    named, day, total = _ID.search(found), _DAY.search(found), _SUM.search(found)
    runs: list[Json] = [from_reference(name) for name in _NAMES.findall(found)]
    if named is None or day is None or total is None or not runs:
        raise ValuesRefused([("content", "Give the file as it was fetched here: pain.001 with a MsgId pmf-….")])
    await _check_payments(platform, actor.account_id, found)
    there, now = from_reference(named[1]), to_text(platform.clock.now())
    kept = await encrypt(platform, found, FILES.row(there))
    made: dict[str, Value] = {"content": kept, "made_by": actor.name, "created_at": now, "recovered_at": now}
    sums: dict[str, Value] = {"payments": len(runs), "amount": int(total[1] + total[2])}
    file: dict[str, Value] = {"id": there, "account_id": actor.account_id, "request_key": there}
    insert = insert_row("payment_files", {**file, "execution_day": day[1], **sums, **made})
    name = """
      INSERT INTO payment_recovered (run_id, account_id, file_id)
      SELECT value, ?2, ?3 FROM json_each(?1) WHERE true ON CONFLICT (run_id) DO NOTHING
    """
    take = """
      UPDATE payment_instructions SET file_id = ?3
      WHERE file_id IS NULL AND account_id = ?2 AND run_id IN (SELECT value FROM json_each(?1))
    """
    values = (dump(runs), actor.account_id, there)
    detail: JsonObject = {"file": there, "payments": len(runs), "reason": reason}
    said = event_of(actor, Audited.PAYMENT_FILE_RECOVERED, there, now, detail)
    try:
        await platform.database.batch(
            [insert, append_if_changed(said), statement(name, *values), statement(take, *values)]
        )
    except ConstraintFailed as error:
        raise NoSuchCopy(there) from error
    await keep_copy(platform, actor.account_id, there, kept)
    query = "SELECT value FROM json_each(?1) WHERE value NOT IN (SELECT run_id FROM payouts WHERE account_id = ?2)"
    rows = await platform.database.all(statement(query, *values[:2]))
    strangers = [text(row, "value") for row in rows]
    return Recovered(file_id=there, payments=len(runs), strangers=strangers)


async def _check_payments(platform: Platform, account_id: str, content: str) -> None:
    """Hold what a file pays against what was asked for: its bytes come from a person, and go to the bank again."""
    blocks: dict[str, str] = {}
    for block in content.split("<CdtTrfTxInf>")[1:]:
        if name := _NAMES.search(block):
            blocks[from_reference(name[1])] = block
    for each in await instructions.payments_of(platform.database, account_id, [*blocks]):
        amount, iban = _AMOUNT.search(blocks[each.payout_id]), _IBAN.search(blocks[each.payout_id])
        asked = await decrypt(platform, each.kept_iban, PAYEES.row(each.payee_id))
        if amount is None or iban is None or (int(amount[1] + amount[2]), iban[1]) != (each.amount, asked):
            raise ValuesRefused([("content", f"{each.payout_id} pays another amount in it, or another account.")])


async def discard(platform: Platform, actor: Actor, id_: str, reason: str) -> None:
    """Drop a file that never was handed to the bank: its payments go into another."""
    if id_ not in await _unknown(platform, actor.account_id):
        raise NoSuchCopy(id_)
    await _say(platform, actor, Audited.PAYMENT_FILE_DISCARDED, id_, reason)
    await platform.objects.delete(copy_key(actor.account_id, id_))


async def say_all_known(platform: Platform, actor: Actor, reason: str) -> None:
    """Say that no other file was handed to the bank since the backup."""
    await _say(platform, actor, Audited.PAYMENT_FILE_ALL_KNOWN, None, reason)
    await keep_position(platform.database, RESTORED, "", to_text(platform.clock.now()))


async def _unknown(platform: Platform, account_id: str) -> list[str]:
    """The files in the object store that the database does not have, as after a restore: later than the newest it
    made."""
    newest = "SELECT COALESCE(MAX(id), '') AS id FROM payment_files WHERE account_id = ? AND recovered_at IS NULL"
    row = await platform.database.first(statement(newest, account_id))
    begin = copy_key(account_id, "")[: -len(".xml")]
    after = copy_key(account_id, text(row, "id")) if row is not None and text(row, "id") else begin
    page = await platform.objects.page(after, 1000)
    ids: list[Json] = [each.key.removeprefix(begin).removesuffix(".xml") for each in page if each.key.startswith(begin)]
    if not ids:
        return []
    query = "SELECT value FROM json_each(?1) WHERE value NOT IN (SELECT id FROM payment_files WHERE account_id = ?2)"
    return [text(row, "value") for row in await platform.database.all(statement(query, dump(ids), account_id))]


async def _say(platform: Platform, actor: Actor, action: Action, id_: str | None, reason: str) -> None:
    now = to_text(platform.clock.now())
    event = event_of(actor, action, new_id("rec"), now, {"file": id_, "reason": reason})
    await platform.database.batch([append(event)])


# A payout is looked for by a person ten days after it was asked for.
_AHEAD: Final = timedelta(days=7)


class NothingWaits(Refusal):
    kind = Kind("no-payment-waits", 409, "No payment waits for a file", may_pass=True)


class FileKeyReused(Refusal):
    """The key stands for a file of another day, which is the message."""

    kind = KEY_REUSED
    says = "This Idempotency-Key stands for the file of {}: send this one under its own."


class Disturbed(Refusal):
    """What waits changed each time that it was to be closed into a file; nothing was made."""

    kind = NothingWaits.kind
    says = "What waits is being changed by others. Send the request again."


async def make_file(
    platform: Platform, actor: Actor, on: date | None, key: str | None, also_archived: Sequence[str] = ()
) -> PaymentFile:
    """Close what waits into a file, the oldest MOST_IN_FILE of it; once under a key. `on` is the day on which the bank
    is asked to pay; None: today. Payouts to payees who were archived since are left out, but for `also_archived`."""
    found = await debtor_of(platform, actor.account_id)
    debtor = found.party
    if debtor is None:
        raise ValuesRefused([("executionDay", found.says)])
    now = platform.clock.now()
    day, today = on or now.date(), now.date()
    if not today <= day <= today + _AHEAD:
        raise ValuesRefused([("executionDay", f"Name a day from {today} on, at most {_AHEAD.days} days ahead.")])
    unknown = await _unknown(platform, actor.account_id)
    if unknown or await position_of(platform.database, RESTORED):
        raise Restored(unknown)
    id_ = new_id("pmf")
    request_key = key or id_
    for _ in range(3):
        made = await find_files(platform.database, actor.account_id, key=request_key)
        if made and on is not None and made[0].execution_day != on.isoformat():
            raise FileKeyReused(made[0].execution_day)
        if made:
            return made[0]
        chosen = await instructions.waiting(platform.database, actor.account_id, MOST_IN_FILE, also_archived)
        if not chosen:
            said = "No payout by file waits: ask for one, or wait until it was approved and debited."
            if await instructions.held(platform.database, actor.account_id, 1):
                said = "The payees of what waits were archived: name its payouts in alsoArchived, or cancel them."
            raise NothingWaits(said)
        transfers = [await _transfer(platform, each) for each in chosen]
        content = sepa.write_initiation(sepa.Initiation(sepa.as_reference(id_), now, day, debtor, transfers)).decode()
        kept = await encrypt(platform, content, FILES.row(id_))
        named = [each.payout_id for each in chosen if each.payout_id in also_archived]
        file = id_, actor.account_id, request_key, day.isoformat(), kept
        try:
            await platform.database.batch(_close(file, actor, chosen, named, to_text(now)))
        except ConstraintFailed:
            continue  # one of them was cancelled, or another file took it, or this file was made
        await keep_copy(platform, actor.account_id, id_, kept)
        return (await find_files(platform.database, actor.account_id, id_=id_))[0]
    raise Disturbed


async def _transfer(platform: Platform, each: FilePayment) -> sepa.CreditTransfer:
    iban = await decrypt(platform, each.kept_iban, PAYEES.row(each.payee_id))
    creditor = sepa.Party(each.name, iban, each.bic)
    return sepa.CreditTransfer(sepa.as_reference(each.payout_id), creditor, each.amount, each.reference)


def _close(
    file: tuple[str, str, str, str, str],
    actor: Actor,
    chosen: Sequence[FilePayment],
    also_archived: list[str],
    now: str,
) -> list[Statement]:
    """Make the file with all that was chosen, or nothing. `file` are its id, account, key and day, and its bytes."""
    ids, named, amount = dump([each.id for each in chosen]), dump([*also_archived]), sum(each.amount for each in chosen)
    query = f"""
      INSERT INTO payment_files
        (id, account_id, request_key, execution_day, content, payments, amount, made_by, created_at)
      SELECT ?1, ?2, ?3, ?4, ?5, CAST(?6 AS INTEGER), CAST(?7 AS INTEGER), ?8, ?9
      WHERE ?6 = (
        SELECT COUNT(*) FROM payment_instructions i JOIN runs r ON r.id = i.run_id
        JOIN payouts p ON p.run_id = i.run_id JOIN payees e ON e.id = p.payee_id
        WHERE i.id IN (SELECT value FROM json_each(?10)) AND i.account_id = ?2 AND {WAITING} AND {not_held("?11")}
      )
    """  # noqa: S608 - names of the contract
    insert = statement(query, *file, len(chosen), amount, actor.name, now, ids, named)
    detail: JsonObject = {"payments": len(chosen), "amount": amount, "alsoArchived": [*also_archived]}
    event = event_of(actor, Audited.PAYMENT_FILE_MADE, file[0], now, {"file": file[0], **detail})
    take = statement(
        "UPDATE payment_instructions SET file_id = ?1 WHERE id IN (SELECT value FROM json_each(?2))", file[0], ids
    )
    return [insert, append_if_changed(event), take]


_BY_HAND: Final = "by hand"
_UNNOTIFIED: Final = f"""
  SELECT i.id, i.run_id, i.status, s.failures AS setbacks
  FROM payment_instructions i INDEXED BY payment_instructions_to_tell
  {JOIN.format(part=f"'{BY_FILE}'", subject="i.id")}
  WHERE i.is_told = 0 AND i.status <> 'processing' AND {IS_DUE} ORDER BY {IN_TURN}, i.answered_at LIMIT 20
"""  # noqa: S608 - constants


class NoSuchFile(Refusal):
    thing = "file, or payout in it"


@dataclass(frozen=True)
class _Heard:
    """What is said of a payment; `is_own`: by itself, and not of its file as a whole."""

    there: FilePayment
    said: Told
    is_own: bool


async def take_report(platform: Platform, actor: Actor, person: PersonBehind, content: str) -> BankAnswered:
    """Take a bank's pain.002, which a person hands in. Taken again, it changes nothing. Raises
    MayNotReport, SecondNeeded."""
    try:
        report = sepa.read_report(content)
    except sepa.BadReport as error:
        said = str(error)
        raise ValuesRefused([("report", f"This is no status report that can be read: {said}.")]) from error
    files = await find_files(platform.database, actor.account_id, id_=from_reference(report.original))
    if not files:
        raise ValuesRefused([("report", f"It answers the file {report.original[:35]}, which is none of this account.")])
    there = {sepa.as_reference(each.payout_id): each for each in await payments_in(platform.database, files[0].id)}
    strange = sorted(set(report.of_each) - set(there))
    if strange:
        raise ValuesRefused([("report", f"The file has no payment {strange[0][:35]}, which the report names.")])
    told = [
        _Heard(each, said, is_own=len(there) == 1 or name in report.of_each)
        for name, each in there.items()
        if (said := report.of_each.get(name, report.of_all)) is not None
    ]
    digest = hashlib.sha256(content.encode()).hexdigest()
    source = f"{report.id[:35]}:{digest[:16]}"
    return await _apply(
        platform, actor, person=person, file_id=files[0].id, told=told, source=source, reported_by="report"
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
    Raises NoSuchFile, MayNotReport, SecondNeeded."""
    if not await find_files(platform.database, actor.account_id, id_=file_id):
        raise NoSuchFile(file_id)
    payments = await payments_in(platform.database, file_id)
    named = [each for each in payments if payout_id in {None, each.payout_id}]
    if not named:
        raise NoSuchFile(file_id)
    said = Told(_BY_HAND, PaymentStatus(outcome), reason)
    told = [_Heard(each, said, is_own=len(named) == 1 or payout_id is not None) for each in named]
    # What is said again may be new: something else was said between.
    source = f"{_BY_HAND}:{outcome}:{new_id('ans')}"
    return await _apply(platform, actor, person=person, file_id=file_id, told=told, source=source, reported_by="person")


async def notify_ended_payouts(platform: Platform) -> int:
    """Notify payouts of what the bank has said of their payment: their runs, or after their ends the books. Return how
    many. Also a job: the request that took the answer may have died before this."""

    rows = await platform.database.all(statement(_UNNOTIFIED, to_text(platform.clock.now())))
    ids = [text(row, "run_id") for row in rows]
    payouts = await rows_of_payouts(platform.database, ids) if ids else {}
    runs = await rows_of_runs(platform.database, ids) if ids else {}
    # Read behind the payouts: what is heard of one from then on is found to be newer.
    seen = await seen_in(platform.database, [text(row, "id") for row in rows]) if ids else {}

    async def notify_one(row: Row) -> None:
        id_, run_id = text(row, "id"), text(row, "run_id")
        if run_id in payouts and run_id in runs:
            payout = payout_of(payouts[run_id])

            async def ask(there: Payout) -> Seen | None:
                return seen.get(id_) if there is payout else await PaymentsByFile(platform).find(id_)

            await hear(platform, payout, ask, is_fresh=True)
            is_new, run = False, run_from_row(runs[run_id])
            with contextlib.suppress(NotListening):  # it has ended, or is being undone
                is_new = await send_signal(
                    platform, PAYOUT_V1, run, SETTLE.name, id_, {"payment_id": id_}, "bank:payments"
                )
            if not is_new:  # one that was listening books by itself
                await book_late(platform, run_id)
        is_told = "UPDATE payment_instructions SET is_told = 1 WHERE id = ?1 AND status = ?2"
        await platform.database.batch([statement(is_told, id_, text(row, "status"))])

    return await each_row(platform, BY_FILE, rows, "id", notify_one)


async def _apply(
    platform: Platform,
    actor: Actor,
    person: PersonBehind,
    file_id: str,
    told: list[_Heard],
    source: str,
    *,
    reported_by: OutcomeSource,
) -> BankAnswered:
    """Write what is said of payments."""
    now = to_text(platform.clock.now())
    new = [each for each in told if _is_new(each)]
    # A word that says nothing of its end settles no payment.
    ended = [each for each in new if each.said.status is not PaymentStatus.PROCESSING]
    await check_may_report(platform, actor.account_id, run_ids=[each.there.payout_id for each in ended], person=person)
    ended += await _agreeing(platform, actor.account_id, person=person, answers=told, reported_by=reported_by)
    query = """
      UPDATE payment_instructions SET status = ?2, bank_status = ?3, reason = ?4, answered_at = ?5, is_told = 0
      WHERE id = ?1 AND status = ?6
    """
    changes = [
        statement(query, heard.id, said.status.value, said.code, said.reason, now, heard.status.value)
        for heard, said in ((each.there, each.said) for each in new)
    ]
    reports = [
        report_outcome(
            each.there.payout_id,
            reported_by,
            by=actor.name,
            status=each.said.status,
            reason=each.said.reason,
            now=now,
            in_file=True,
        )
        for each in ended
    ]
    contradicted = [each.there.payout_id for each in told if _is_against(each.there, each.said)]
    # A report is kept also where it changes nothing: when it comes again, it is old.
    if changes or reports or reported_by == "report":
        detail: JsonObject = {"file": file_id, "changed": len(changes), "source": source}
        event = event_of(actor, Audited.PAYMENT_FILE_ANSWERED, f"{file_id}:{source}", now, detail)
        try:
            guarded = chain.from_iterable(must_hit(each) for each in changes)
            # The event first: this very answer may have been taken before.
            await platform.database.batch([append(event), *guarded, *reports])
        except GuardFailed:  # somebody else said something of one of them: look again
            payments = {each.id: each for each in await payments_in(platform.database, file_id)}
            answers = [replace(each, there=payments[each.there.id]) for each in told]
            return await _apply(
                platform,
                actor,
                person=person,
                file_id=file_id,
                told=answers,
                source=source,
                reported_by=reported_by,
            )
        except ConstraintFailed:
            changes = []  # this very answer was taken before; what another said meanwhile is newer
    await notify_ended_payouts(platform)
    return BankAnswered(file_id=file_id, changed=len(changes), contradicted=contradicted)


async def _agreeing(
    platform: Platform, account_id: str, person: PersonBehind, answers: Sequence[_Heard], reported_by: OutcomeSource
) -> list[_Heard]:
    """What others reported before in the same way: it is kept that these report it too, where this
    person may."""
    ids = [each.there.payout_id for each in answers]
    reports = await reported_of(platform.database, ids, reported_by)
    agreeing: list[_Heard] = []
    for each in answers:
        id_ = each.there.payout_id
        status = each.said.status
        if status is PaymentStatus.PROCESSING or status is not each.there.status:
            continue
        if reports.get(id_) is status:
            continue
        with contextlib.suppress(MayNotReport, SecondNeeded):
            await check_may_report(platform, account_id, run_ids=[id_], person=person)
            agreeing.append(each)
    return agreeing


def _is_new(heard: _Heard) -> bool:
    """Whether what is said takes the place of what was heard before. That it is on its way says nothing of a payment
    that has come to an end. What was paid may come back; any other end is believed where it is said of this payment."""
    there, said = heard.there, heard.said
    if there.status is PaymentStatus.PROCESSING:
        return said.code != there.bank_status
    if said.status in {there.status, PaymentStatus.PROCESSING}:
        return False
    return heard.is_own or (there.status, said.status) == (PaymentStatus.POSTED, PaymentStatus.RETURNED)


def _is_against(there: FilePayment, said: Told) -> bool:
    """Whether something else was heard before, or a payout was cancelled that the bank has paid."""
    if there.is_cancelled and said.status is PaymentStatus.POSTED:
        return True
    if (there.status, said.status) == (PaymentStatus.POSTED, PaymentStatus.RETURNED):
        return False
    return there.status is not PaymentStatus.PROCESSING and said.status not in {there.status, PaymentStatus.PROCESSING}
