"""Files for the bank: what waits is closed into one, whose bytes never change."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from tillroll.payouts import sepa
from tillroll.payouts.bank_files import instructions
from tillroll.payouts.bank_files.debtor import debtor_of
from tillroll.payouts.bank_files.instructions import WAITING, find_files, not_held
from tillroll.payouts.bank_files.recovered_files import RESTORED, Restored, keep_copy, unknown_files
from tillroll.payouts.cron import FILES, PAYEES
from tillroll.payouts.models import MOST_IN_FILE, Audited, FilePayment, PaymentFile
from tillroll.payouts.repository import event_of
from tillroll_durable import Actor, Statement, ValuesRefused, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.jobs.scans import position_of
from tillroll_durable.platform.bindings.database import ConstraintFailed
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import decrypt, encrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.refusals import KEY_REUSED, Kind, Refusal
from tillroll_durable.platform.services import Platform

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
