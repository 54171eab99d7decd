"""Making a file: what waits is closed into it, once, and its bytes are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tillroll.durable import Actor, Statement, ValuesRefused, statement
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.payments.pain.characters import as_reference
from tillroll.payments.pain.initiation import CreditTransfer, Initiation, Party, write
from tillroll.payments.settings import PaymentSettings
from tillroll.platform.bindings.database import ConstraintFailed
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import decrypt, encrypt
from tillroll.platform.ids import new_id
from tillroll.platform.json import dump
from tillroll.platform.services import Platform
from tillroll.workflows.payout.by_file.ibans import file_row, payee_row
from tillroll.workflows.payout.by_file.recovery import check_known, keep_copy
from tillroll.workflows.payout.by_file.rows import (
    WAITING,
    Instruction,
    PaymentFile,
    file_under,
    find_files,
    not_held,
    waiting,
)

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
        content = write(Initiation(as_reference(id_), now, day, debtor, transfers)).decode()
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
