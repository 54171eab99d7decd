"""What the bank says of a file: by its report, or told by a person who has asked it."""

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tillroll.durable import Actor, Statement, ValuesRefused, statement
from tillroll.durable.operating.signals.sending import NotListening, send_signal
from tillroll.durable.record.audit import append, event_of_account
from tillroll.durable.record.runs import load_run
from tillroll.payments.pain.characters import from_reference
from tillroll.payments.pain.status_report import BadReport, Told, read
from tillroll.payments.provider import PaymentStatus
from tillroll.platform.bindings.database import ConstraintFailed, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.workflows.payout.by_file.rows import Instruction, find_files, instructions_in
from tillroll.workflows.payout.contract import PAYOUT_V1, SETTLE, UNSETTLED

_ACTOR: Final = "bank:payments"
_BY_HAND: Final = "by hand"
_AT_ONCE: Final = 20
_ENDED: Final = f"""
  SELECT i.id, i.run_id FROM payment_instructions i JOIN runs r ON r.id = i.run_id
  WHERE i.status <> 'processing' AND r.state = '{UNSETTLED.name}'
    AND NOT EXISTS (SELECT 1 FROM signals s WHERE s.run_id = i.run_id AND s.key = i.id)
  ORDER BY i.answered_at LIMIT {_AT_ONCE}
"""  # noqa: S608 - names of the contract

Outcome = Literal["posted", "failed", "returned"]


class NoSuchFile(Exception):
    """The account has no such file, or the file no such payout."""


@dataclass(frozen=True)
class Answered:
    """What an answer changed. `contradicted` are the payouts of which the bank said something else before, or that were
    cancelled and are paid: their debit stands until their run is retried."""

    file_id: str
    changed: int
    contradicted: list[str]


async def take_report(platform: Platform, actor: Actor, content: str) -> Answered:
    """Take a bank's pain.002. Taken again, it changes nothing.

    Raises:
        ValuesRefused: it is none, answers no file of the account, or names a payment that the file does not have;
            nothing was changed.
    """
    try:
        report = read(content)
    except BadReport as error:
        said = str(error)
        raise ValuesRefused([("report", f"This is no status report that can be read: {said}.")]) from error
    files = await find_files(platform.database, actor.account_id, id_=from_reference(report.original))
    if not files:
        raise ValuesRefused([("report", f"It answers the file {report.original[:35]}, which is none of this account.")])
    there = {each.end_to_end: each for each in await instructions_in(platform.database, files[0].id)}
    strange = sorted(set(report.of_each) - set(there))
    if strange:
        raise ValuesRefused([("report", f"The file has no payment {strange[0][:35]}, which the report names.")])
    told = {
        each.id: said for name, each in there.items() if (said := report.of_each.get(name, report.of_all)) is not None
    }
    digest = hashlib.sha256(content.encode()).hexdigest()
    return await _apply(platform, actor, files[0].id, [*there.values()], told, f"{report.id[:35]}:{digest[:16]}")


async def tell(
    platform: Platform, actor: Actor, file_id: str, outcome: Outcome, payout_id: str | None, reason: str | None
) -> Answered:
    """Say what the bank did with a file, or with one payout of it, where the bank sends no report.

    Raises:
        NoSuchFile: see there.
    """
    if not await find_files(platform.database, actor.account_id, id_=file_id):
        raise NoSuchFile(file_id)
    instructions = await instructions_in(platform.database, file_id)
    named = [each for each in instructions if payout_id in {None, each.run_id}]
    if not named:
        raise NoSuchFile(file_id)
    said = Told(_BY_HAND, PaymentStatus(outcome), reason)
    told = {each.id: said for each in named}
    return await _apply(platform, actor, file_id, named, told, f"{_BY_HAND}:{outcome}:{payout_id}")


async def tell_of_ended(platform: Platform) -> int:
    """Wake the payouts whose payment has come to an end; how many were told. Also in the cron: whoever took the answer
    may have died before this."""
    rows = await platform.database.all(statement(_ENDED))
    told = 0
    for row in rows:
        loaded = await load_run(platform.database, text(row, "run_id"))
        payload: JsonObject = {"payment_id": text(row, "id")}
        if loaded is None:
            continue
        with contextlib.suppress(NotListening):  # it has ended, or is being undone
            told += await send_signal(platform, PAYOUT_V1, loaded[0], SETTLE.name, text(row, "id"), payload, _ACTOR)
    return told


async def _apply(
    platform: Platform,
    actor: Actor,
    file_id: str,
    instructions: list[Instruction],
    told: Mapping[str, Told],
    source: str,
) -> Answered:
    now = to_text(platform.clock.now())
    known = [(each, told[each.id]) for each in instructions if each.id in told]
    changes = [
        _change(each.id, said, now)
        for each, said in known
        if each.status is PaymentStatus.PROCESSING and said.code != each.bank_status
    ]
    contradicted = [each.run_id for each, said in known if _is_against(each, said)]
    if changes:
        event = event_of_account(
            actor.account_id,
            "payment_file.answered",
            f"payment_file.answered:{file_id}:{source}",
            actor=actor.name,
            at=now,
            detail={"file": file_id, "changed": len(changes), "source": source},
        )
        try:
            await platform.database.batch([*changes, append(event)])
        except ConstraintFailed:
            changes = []  # this very answer was taken before; what another said meanwhile is newer
    await tell_of_ended(platform)
    return Answered(file_id, len(changes), contradicted)


def _is_against(there: Instruction, said: Told) -> bool:
    """Whether something else was heard before, or a payout was cancelled that the bank has paid."""
    if there.is_cancelled and said.status is PaymentStatus.POSTED:
        return True
    return there.status is not PaymentStatus.PROCESSING and said.status not in {there.status, PaymentStatus.PROCESSING}


def _change(id_: str, said: Told, now: str) -> Statement:
    """What was heard first of its end stands."""
    return statement(
        """
        UPDATE payment_instructions SET status = ?2, bank_status = ?3, reason = ?4, answered_at = ?5
        WHERE id = ?1 AND status = 'processing'
        """,
        *(id_, said.status.value, said.code, said.reason, now),
    )
