"""Makes files for the bank. Behind a restore, finds those that were handed out since the backup."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tillroll.durable import Actor, Statement, ValuesRefused, statement
from tillroll.durable.record.audit import append, append_if_changed, event_of_account
from tillroll.jobs.scans import keep_position, position_of
from tillroll.payouts.bank_files.ibans import as_reference, file_row, from_reference, key_row, payee_row
from tillroll.payouts.bank_files.pain import CreditTransfer, Initiation, Party, write_initiation
from tillroll.payouts.bank_files.repository import (
    WAITING,
    Instruction,
    PaymentFile,
    file_under,
    find_files,
    instructions_of,
    not_held,
    waiting,
)
from tillroll.payouts.settings import PaymentSettings
from tillroll.platform.bindings.database import ConstraintFailed, text
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import KeptSecrets, decrypt, encrypt
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform

RESTORED: Final = "payments: restored"
"""The cursor that `tillroll restore` sets: nobody has said what was handed out since the backup."""
_TEXT: Final = "text/plain"
_MOST: Final = 1000
_ID: Final = re.compile(r"<MsgId>(pmf-[0-9A-Z]{26})</MsgId>")
_NAMES: Final = re.compile(r"<EndToEndId>(run-[0-9A-Z]{26})</EndToEndId>")
_DAY: Final = re.compile(r"<ReqdExctnDt><Dt>(\d{4}-\d{2}-\d{2})</Dt>")
_AMOUNT: Final = re.compile(r"<InstdAmt Ccy=\"EUR\">(\d{1,9})\.(\d\d)</InstdAmt>")
_IBAN: Final = re.compile(r"<CdtrAcct><Id><IBAN>([A-Z0-9]{5,34})</IBAN>")
_SUM: Final = re.compile(r"<CtrlSum>(\d{1,12})\.(\d\d)</CtrlSum>")


@dataclass(frozen=True)
class Recovered:
    """A file that was taken up again. `strangers` are payouts in it that this database does not have: they were asked
    for after the backup, and are paid, perhaps, without being in the books."""

    file_id: str
    payments: int
    strangers: list[str]


class Restored(Exception):
    """The bank may have files that this database does not know. `unknown` are those that the object store has; nothing
    may be known of others since a restore."""

    def __init__(self, unknown: list[str]) -> None:
        super().__init__(unknown)
        self.unknown = unknown


class NoSuchCopy(Exception):
    """The object store has no such file, or the database knows it."""


def copy_key(account_id: str, id_: str) -> str:
    """Of a file in the object store."""
    return f"{account_id}/payment-files/{id_}.xml"


async def keep_copy(platform: Platform, account_id: str, id_: str, kept: str) -> None:
    """Keep a file in the object store, encrypted. It is done before anybody is given its bytes.

    Raises:
        ObjectsUnavailable: see there.
    """
    await platform.objects.put_text_if_absent(copy_key(account_id, id_), kept, _TEXT)


async def renew_copy(platform: Platform, id_: str, kept: str) -> None:
    """Have the copy of a file say what is about to stand in the database, encrypted under another key.

    Raises:
        ObjectsUnavailable: see there.
    """
    row = await platform.database.first(statement("SELECT account_id FROM payment_files WHERE id = ?", id_))
    if row is not None:
        await platform.objects.put_text(copy_key(text(row, "account_id"), id_), kept, _TEXT)


async def check_known(platform: Platform, account_id: str) -> None:
    """
    Raises:
        Restored: see there.
    """
    unknown = await _unknown(platform, account_id)
    if unknown or await position_of(platform.database, RESTORED):
        raise Restored(unknown)


async def adopt(platform: Platform, actor: Actor, id_: str | None, content: str | None, reason: str) -> Recovered:
    """Take a file up that was handed to the bank: by its id, as the object store has it, or behind a restore by its
    bytes. Its payments are in no other file from then on, and wait for the bank's answer.

    Raises:
        NoSuchCopy: see there.
        ValuesRefused: these bytes are no file of ours, pay something else, or nothing was restored.
        ObjectsUnavailable, NoKey, NotDecrypted: see there.
    """
    if id_ is not None:
        if id_ not in await _unknown(platform, actor.account_id):
            raise NoSuchCopy(id_)
        copy = await platform.objects.get_text(copy_key(actor.account_id, id_))
        content = None if copy is None else await decrypt(platform, copy, file_row(id_))
    elif not await position_of(platform.database, RESTORED):
        raise ValuesRefused([("content", "Nothing was restored, so every file that was handed out is known here.")])
    found = content or ""
    named, day, total = _ID.search(found), _DAY.search(found), _SUM.search(found)
    runs: list[Json] = [from_reference(name) for name in _NAMES.findall(found)]
    if named is None or day is None or total is None or not runs:
        raise ValuesRefused([("content", "Give the file as it was fetched here: pain.001 with a MsgId pmf-….")])
    await _check_payments(platform, actor.account_id, found)
    there, now = from_reference(named[1]), to_text(platform.clock.now())
    kept = await encrypt(platform, found, file_row(there))
    insert = statement(
        """
        INSERT INTO payment_files (id, account_id, request_key, execution_day, payments, amount, content, made_by,
                                   created_at, recovered_at)
        VALUES (?1, ?2, ?1, ?3, CAST(?4 AS INTEGER), CAST(?5 AS INTEGER), ?6, ?7, ?8, ?8)
        """,
        *(there, actor.account_id, day[1], len(runs), int(total[1] + total[2]), kept, actor.name, now),
    )
    name = """
      INSERT INTO payment_recovered (run_id, account_id, file_id)
      SELECT value, ?2, ?3 FROM json_each(?1) WHERE true ON CONFLICT (run_id) DO NOTHING
    """
    take = """
      UPDATE payment_instructions SET file_id = ?3
      WHERE file_id IS NULL AND account_id = ?2 AND run_id IN (SELECT value FROM json_each(?1))
    """
    values = (dump(runs), actor.account_id, there)
    said = event_of_account(
        actor.account_id,
        "payment_file.recovered",
        f"payment_file.recovered:{there}",
        actor=actor.name,
        at=now,
        detail={"file": there, "payments": len(runs), "reason": reason},
    )
    try:
        await platform.database.batch([insert, append(said), statement(name, *values), statement(take, *values)])
    except ConstraintFailed as error:
        raise NoSuchCopy(there) from error
    await keep_copy(platform, actor.account_id, there, kept)
    query = "SELECT value FROM json_each(?1) WHERE value NOT IN (SELECT run_id FROM payouts WHERE account_id = ?2)"
    rows = await platform.database.all(statement(query, *values[:2]))
    return Recovered(there, len(runs), [text(row, "value") for row in rows])


async def _check_payments(platform: Platform, account_id: str, content: str) -> None:
    """Hold what a file pays against what was asked for: its bytes come from a person, and go to the bank again.

    Raises:
        ValuesRefused: a payment that is known here has another amount in it, or goes to another account.
        NoKey, NotDecrypted: see there.
    """
    blocks: dict[str, str] = {}
    for block in content.split("<CdtTrfTxInf>")[1:]:
        if name := _NAMES.search(block):
            blocks[from_reference(name[1])] = block
    for each in await instructions_of(platform.database, account_id, [*blocks]):
        amount, iban = _AMOUNT.search(blocks[each.run_id]), _IBAN.search(blocks[each.run_id])
        asked = await decrypt(platform, each.iban, payee_row(each.payee_id))
        if amount is None or iban is None or (int(amount[1] + amount[2]), iban[1]) != (each.amount, asked):
            raise ValuesRefused([("content", f"{each.run_id} pays another amount in it, or another account.")])


async def discard(platform: Platform, actor: Actor, id_: str, reason: str) -> None:
    """Drop a file that never was handed to the bank: its payments go into another.

    Raises:
        NoSuchCopy, ObjectsUnavailable: see there.
    """
    if id_ not in await _unknown(platform, actor.account_id):
        raise NoSuchCopy(id_)
    await _say(platform, actor, "payment_file.discarded", id_, reason)
    await platform.objects.delete(copy_key(actor.account_id, id_))


async def say_all_known(platform: Platform, actor: Actor, reason: str) -> None:
    """Say that no other file was handed to the bank since the backup."""
    await _say(platform, actor, "payment_file.all_known", None, reason)
    await keep_position(platform.database, RESTORED, "", to_text(platform.clock.now()))


async def _unknown(platform: Platform, account_id: str) -> list[str]:
    """The files in the object store that the database does not have; only later ones than the newest that it made, as
    after a restore."""
    newest = "SELECT COALESCE(MAX(id), '') AS id FROM payment_files WHERE account_id = ? AND recovered_at IS NULL"
    row = await platform.database.first(statement(newest, account_id))
    begin = copy_key(account_id, "")[: -len(".xml")]
    after = copy_key(account_id, text(row, "id")) if row is not None and text(row, "id") else begin
    page = await platform.objects.page(after, _MOST)
    ids: list[Json] = [each.key.removeprefix(begin).removesuffix(".xml") for each in page if each.key.startswith(begin)]
    if not ids:
        return []
    query = "SELECT value FROM json_each(?1) WHERE value NOT IN (SELECT id FROM payment_files WHERE account_id = ?2)"
    return [text(row, "value") for row in await platform.database.all(statement(query, dump(ids), account_id))]


async def _say(platform: Platform, actor: Actor, action: str, id_: str | None, reason: str) -> None:
    event = event_of_account(
        actor.account_id,
        action,
        f"{action}:{new_id('rec')}",
        actor=actor.name,
        at=to_text(platform.clock.now()),
        detail={"file": id_, "reason": reason},
    )
    await platform.database.batch([append(event)])


MOST_IN_FILE: Final = 100
"""Payments of one file: the bank's answer, which names each, must fit into a request."""
# A payout is looked for by a person ten days after it was asked for.
_AHEAD: Final = timedelta(days=7)
_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class _New:
    """A file that is about to be made. `kept` are its bytes, encrypted."""

    id: str
    key: str
    day: date
    kept: str
    also_archived: Sequence[str]


class NothingWaits(Exception):
    """No payment waits for a file."""


class KeyReused(Exception):
    """The key stands for a file of another day."""


class Disturbed(Exception):
    """What waits changed each time that it was to be closed into a file; nothing was made."""


async def make_file(
    platform: Platform, actor: Actor, on: date | None, key: str | None, also_archived: Sequence[str] = ()
) -> PaymentFile:
    """Close what waits into a file, the oldest MOST_IN_FILE of it; once under a key. `on` is the day on which the bank
    is asked to pay; None: today. Payouts to payees who were archived since are left out, but for `also_archived`.

    Raises:
        ValuesRefused: this deployment has no bank account for this account, or the day is none that can be asked for.
        NothingWaits, Disturbed, KeyReused: see there.
        Restored: the bank may have files that the database does not know.
        ObjectsUnavailable: it was made perhaps, and nobody has it yet; asked for again under its key, it is that one.
    """
    debtor = platform.settings.of(PaymentSettings).debtor_for(actor.account_id)
    if debtor is None:
        said = "This deployment has no bank account for this account: set PAYMENTS_DEBTOR_NAME, _IBAN and _PAYER."
        raise ValuesRefused([("executionDay", said)])
    now = platform.clock.now()
    day, today = on or now.date(), now.date()
    if not today <= day <= today + _AHEAD:
        raise ValuesRefused([("executionDay", f"Name a day from {today} on, at most {_AHEAD.days} days ahead.")])
    await check_known(platform, actor.account_id)
    id_ = new_id("pmf")
    asked = key or id_
    for _ in range(_ATTEMPTS):
        there = await file_under(platform.database, actor.account_id, asked)
        if there is not None:
            if on is not None and there.execution_day != on.isoformat():
                raise KeyReused(there.execution_day)
            return there
        chosen = await waiting(platform.database, actor.account_id, MOST_IN_FILE, also_archived)
        if not chosen:
            raise NothingWaits
        transfers = [await _transfer(platform, each) for each in chosen]
        content = write_initiation(Initiation(as_reference(id_), now, day, debtor, transfers)).decode()
        kept = await encrypt(platform, content, file_row(id_))
        named = tuple(each.run_id for each in chosen if each.run_id in also_archived)
        try:
            await platform.database.batch(_closing(_New(id_, asked, day, kept, named), actor, chosen, to_text(now)))
        except ConstraintFailed:
            continue  # one of them was cancelled, or another file took it, or this file was made
        await keep_copy(platform, actor.account_id, id_, kept)
        [made] = await find_files(platform.database, actor.account_id, id_=id_)
        return made
    raise Disturbed


async def _transfer(platform: Platform, each: Instruction) -> CreditTransfer:
    iban = await decrypt(platform, each.iban, payee_row(each.payee_id))
    return CreditTransfer(each.end_to_end, Party(each.holder, iban, each.bic), each.amount, each.reference)


def _closing(new: _New, actor: Actor, chosen: Sequence[Instruction], now: str) -> list[Statement]:
    """The file with all that was chosen, or nothing."""
    ids, named = dump([each.id for each in chosen]), dump([*new.also_archived])
    amount = sum(each.amount for each in chosen)
    insert = statement(
        f"""
        INSERT INTO payment_files
          (id, account_id, request_key, execution_day, payments, amount, content, made_by, created_at)
        SELECT ?1, ?2, ?3, ?4, CAST(?5 AS INTEGER), CAST(?6 AS INTEGER), ?7, ?8, ?9
        WHERE ?5 = (
          SELECT COUNT(*) FROM payment_instructions i JOIN runs r ON r.id = i.run_id
          JOIN payouts p ON p.run_id = i.run_id JOIN payees e ON e.id = p.payee_id
          WHERE i.id IN (SELECT value FROM json_each(?10)) AND i.account_id = ?2 AND {WAITING} AND {not_held("?11")}
        )
        """,  # noqa: S608 - names of the contract
        *(new.id, actor.account_id, new.key, new.day.isoformat(), len(chosen), amount, new.kept, actor.name, now),
        *(ids, named),
    )
    event = event_of_account(
        actor.account_id,
        "payment_file.made",
        f"payment_file.made:{new.id}",
        actor=actor.name,
        at=now,
        detail={"file": new.id, "payments": len(chosen), "amount": amount, "alsoArchived": [*new.also_archived]},
    )
    take = statement(
        "UPDATE payment_instructions SET file_id = ?1 WHERE id IN (SELECT value FROM json_each(?2))", new.id, ids
    )
    return [insert, append_if_changed(event), take]


SECRETS: Final = (
    KeptSecrets("payee_keys", "kept", key_row),
    KeptSecrets("payees", "iban", payee_row),
    KeptSecrets("payment_files", "content", file_row, copy=renew_copy),
)
