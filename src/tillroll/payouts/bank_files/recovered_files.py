"""Copies of files for the bank in the object store, and files that are taken up again after a
restore."""

import re
from typing import Final

from tillroll.payouts.bank_files import instructions
from tillroll.payouts.cron import FILES, PAYEES
from tillroll.payouts.models import (
    Audited,
    Recovered,
)
from tillroll.payouts.repository import event_of
from tillroll.payouts.sepa import from_reference
from tillroll_durable import Actor, ValuesRefused, statement
from tillroll_durable.audit import append, append_if_changed
from tillroll_durable.jobs.scans import keep_position, position_of
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Value,
    insert_row,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import decrypt, encrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform

RESTORED: Final = "payments: restored"
"""The cursor that `tillroll restore` sets: nobody has said what was handed out since the backup."""
_TEXT: Final = "text/plain"
_ID: Final = re.compile(r"<MsgId>(pmf-[0-9A-Z]{26,29})</MsgId>")
_NAMES: Final = re.compile(r"<EndToEndId>(run-[0-9A-Z]{26,29})</EndToEndId>")
_DAY: Final = re.compile(r"<ReqdExctnDt><Dt>(\d{4}-\d{2}-\d{2})</Dt>")
_AMOUNT: Final = re.compile(r"<InstdAmt Ccy=\"EUR\">(\d{1,9})\.(\d\d)</InstdAmt>")
_IBAN: Final = re.compile(r"<CdtrAcct><Id><IBAN>([A-Z0-9]{5,34})</IBAN>")
_SUM: Final = re.compile(r"<CtrlSum>(\d{1,12})\.(\d\d)</CtrlSum>")


class Restored(Refusal):
    """The bank may have files that this database does not know: `unknown` in the object store, and
    others."""

    kind = Kind(
        "files-unknown",
        409,
        "The bank may have files that this database does not know",
        may_pass=True,
    )
    explanation = (
        "The database was restored. Say which files the bank was given since the backup, and "
        "that it has no others: POST /api/payment-files/recovery."
    )

    def __init__(self, unknown: list[str]) -> None:
        super().__init__(unknown)
        self.unknown = unknown
        self.extra = {"unknown": [*unknown]}


class NoSuchCopy(Refusal):
    thing = "file that is not known yet"


def copy_key(account_id: str, id_: str) -> str:
    """The key of the file's copy in the object store."""
    return f"{account_id}/payment-files/{id_}.xml"


async def keep_copy(platform: Platform, account_id: str, id_: str, ciphertext: str) -> None:
    """Keep a file in the object store, encrypted. It is done before anybody is given its bytes."""
    await platform.objects.put_text_if_absent(copy_key(account_id, id_), ciphertext, _TEXT)


async def renew_copy(platform: Platform, id_: str, ciphertext: str) -> None:
    """Have the copy of a file say what is about to stand in the database, encrypted under another
    key."""
    row = await platform.database.first(
        statement("SELECT account_id FROM payment_files WHERE id = ?", [id_])
    )
    if row is not None:
        await platform.objects.put_text(copy_key(text(row, "account_id"), id_), ciphertext, _TEXT)


async def adopt(
    platform: Platform, actor: Actor, id_: str | None, content: str | None, reason: str
) -> Recovered:
    """Take a file up that was handed to the bank: by its id, as the object store has it, or behind
    a restore by its bytes. Its payments are in no other file from then on, and wait for the bank's
    answer."""
    if id_ is not None:
        if id_ not in await unknown_files(platform, actor.account_id):
            raise NoSuchCopy(id_)
        copy = await platform.objects.get_text(copy_key(actor.account_id, id_))
        if copy is None:
            content = None
        else:
            content = await decrypt(platform, copy, FILES.row(id_))
    elif not await position_of(platform.database, RESTORED):
        raise ValuesRefused(
            [("content", "Nothing was restored, so every file that was handed out is known here.")]
        )
    file_text = content or ""
    named = _ID.search(file_text)
    day = _DAY.search(file_text)
    total = _SUM.search(file_text)
    runs: list[Json] = [from_reference(name) for name in _NAMES.findall(file_text)]
    if named is None or day is None or total is None or not runs:
        raise ValuesRefused(
            [("content", "Give the file as it was fetched here: pain.001 with a MsgId pmf-….")]
        )
    await _check_payments(platform, actor.account_id, file_text)
    file_id = from_reference(named[1])
    now = to_text(platform.clock.now())
    ciphertext = await encrypt(platform, file_text, FILES.row(file_id))
    row_values: dict[str, Value] = {
        "content": ciphertext,
        "made_by": actor.name,
        "created_at": now,
        "recovered_at": now,
    }
    sums: dict[str, Value] = {"payments": len(runs), "amount": int(total[1] + total[2])}
    file: dict[str, Value] = {"id": file_id, "account_id": actor.account_id, "request_key": file_id}
    insert = insert_row("payment_files", {**file, "execution_day": day[1], **sums, **row_values})
    name = """
      INSERT INTO payment_recovered (run_id, account_id, file_id)
      SELECT value, ?2, ?3 FROM json_each(?1) WHERE true ON CONFLICT (run_id) DO NOTHING
    """
    take = """
      UPDATE payment_instructions SET file_id = ?3
      WHERE file_id IS NULL AND account_id = ?2 AND run_id IN (SELECT value FROM json_each(?1))
    """
    values = (dump(runs), actor.account_id, file_id)
    detail: JsonObject = {"file": file_id, "payments": len(runs), "reason": reason}
    event = event_of(actor, Audited.PAYMENT_FILE_RECOVERED, key=file_id, now=now, detail=detail)
    try:
        await platform.database.batch(
            [
                insert,
                append_if_changed(event),
                statement(name, [*values]),
                statement(take, [*values]),
            ]
        )
    except ConstraintFailed as error:
        raise NoSuchCopy(file_id) from error
    await keep_copy(platform, actor.account_id, id_=file_id, ciphertext=ciphertext)
    query = (
        "SELECT value FROM json_each(?1) WHERE value NOT IN "
        "(SELECT run_id FROM payouts WHERE account_id = ?2)"
    )
    rows = await platform.database.all(statement(query, [*values[:2]]))
    strangers = [text(row, "value") for row in rows]
    return Recovered(file_id=file_id, payments=len(runs), strangers=strangers)


async def _check_payments(platform: Platform, account_id: str, content: str) -> None:
    """Hold what a file pays against what was asked for: its bytes come from a person, and go to the
    bank again."""
    blocks: dict[str, str] = {}
    for block in content.split("<CdtTrfTxInf>")[1:]:
        name = _NAMES.search(block)
        if name:
            blocks[from_reference(name[1])] = block
    for each in await instructions.payments_of(platform.database, account_id, [*blocks]):
        amount = _AMOUNT.search(blocks[each.payout_id])
        iban = _IBAN.search(blocks[each.payout_id])
        payee_iban = await decrypt(platform, each.kept_iban, PAYEES.row(each.payee_id))
        if (
            amount is None
            or iban is None
            or (int(amount[1] + amount[2]), iban[1]) != (each.amount, payee_iban)
        ):
            raise ValuesRefused(
                [("content", f"{each.payout_id} pays another amount in it, or another account.")]
            )


async def discard(platform: Platform, actor: Actor, id_: str, reason: str) -> None:
    """Drop a file that never was handed to the bank: its payments go into another."""
    if id_ not in await unknown_files(platform, actor.account_id):
        raise NoSuchCopy(id_)
    await _say(platform, actor, action=Audited.PAYMENT_FILE_DISCARDED, id_=id_, reason=reason)
    await platform.objects.delete(copy_key(actor.account_id, id_))


async def say_all_known(platform: Platform, actor: Actor, reason: str) -> None:
    """Say that no other file was handed to the bank since the backup."""
    await _say(platform, actor, action=Audited.PAYMENT_FILE_ALL_KNOWN, id_=None, reason=reason)
    await keep_position(platform.database, RESTORED, position="", now=to_text(platform.clock.now()))


async def unknown_files(platform: Platform, account_id: str) -> list[str]:
    """The files in the object store that the database does not have, as after a restore: later than
    the newest it made."""
    newest = (
        "SELECT COALESCE(MAX(id), '') AS id FROM payment_files WHERE account_id = ? "
        "AND recovered_at IS NULL"
    )
    row = await platform.database.first(statement(newest, [account_id]))
    begin = copy_key(account_id, "")[: -len(".xml")]
    if row is not None and text(row, "id"):
        after = copy_key(account_id, text(row, "id"))
    else:
        after = begin
    page = await platform.objects.page(after, 1000)
    ids: list[Json] = [
        each.key.removeprefix(begin).removesuffix(".xml")
        for each in page
        if each.key.startswith(begin)
    ]
    if not ids:
        return []
    query = (
        "SELECT value FROM json_each(?1) WHERE value NOT IN (SELECT id FROM payment_files "
        "WHERE account_id = ?2)"
    )
    return [
        text(row, "value")
        for row in await platform.database.all(statement(query, [dump(ids), account_id]))
    ]


async def _say(
    platform: Platform, actor: Actor, action: Action, id_: str | None, reason: str
) -> None:
    now = to_text(platform.clock.now())
    event = event_of(
        actor, action, key=new_id("rec"), now=now, detail={"file": id_, "reason": reason}
    )
    await platform.database.batch([append(event)])
