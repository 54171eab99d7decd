"""What the bank says of a file: by its report, or told by a person who has asked it."""

import contextlib
import hashlib
from dataclasses import dataclass
from typing import Final, Literal

from tillroll.durable import Actor, Statement, ValuesRefused, statement
from tillroll.durable.operations.signals import NotListening, send_signal
from tillroll.durable.record.audit import append, event_of_account
from tillroll.durable.record.runs import load_run
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.payouts.bank_files.ibans import from_reference
from tillroll.payouts.bank_files.pain import BadReport, Told, read_report
from tillroll.payouts.bank_files.repository import Instruction, PaymentsByFile, find_files, instructions_in
from tillroll.payouts.books import book_late, hear
from tillroll.payouts.by_hand import may_not_settle
from tillroll.payouts.contract import PAYOUT_V1, SETTLE
from tillroll.payouts.payments import PaymentStatus
from tillroll.payouts.repository import load_payout
from tillroll.platform.bindings.database import ConstraintFailed, Row, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform

_ACTOR: Final = "bank:payments"
_BY_HAND: Final = "by hand"
_AT_ONCE: Final = 20
JOB: Final = "payments by file"
_UNTOLD: Final = f"""
  SELECT i.id, i.run_id, i.status, s.failures AS setbacks
  FROM payment_instructions i INDEXED BY payment_instructions_to_tell
  {JOIN.format(part=f"'{JOB}'", subject="i.id")}
  WHERE i.is_told = 0 AND i.status <> 'processing' AND {IS_DUE} ORDER BY {IN_TURN}, i.answered_at LIMIT {_AT_ONCE}
"""  # noqa: S608 - constants

Outcome = Literal["posted", "failed", "returned"]


class NoSuchFile(Exception):
    """The account has no such file, or the file no such payout."""


class NeedsSecond(Exception):
    """Whoever asked for a payment that a second person decides on does not say what the bank did with it; nothing was
    changed. The message says so."""


@dataclass(frozen=True)
class Answered:
    """What an answer changed. `contradicted` are the payouts of which the bank said something else before, or that were
    cancelled and are paid. What it says of a payment by itself stands in place of the earlier word; what it says of the
    whole file does not."""

    file_id: str
    changed: int
    contradicted: list[str]


@dataclass(frozen=True)
class _Heard:
    """What is said of a payment; `is_own`: by itself, and not of its file as a whole."""

    there: Instruction
    said: Told
    is_own: bool


async def take_report(platform: Platform, actor: Actor, user_id: str, content: str) -> Answered:
    """Take a bank's pain.002, which a person hands in. Taken again, it changes nothing.

    Raises:
        NeedsSecond: see there.
        ValuesRefused: it is none, answers no file of the account, or names a payment that the file does not have;
            nothing was changed.
    """
    try:
        report = read_report(content)
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
    told = [
        _Heard(each, said, is_own=len(there) == 1 or name in report.of_each)
        for name, each in there.items()
        if (said := report.of_each.get(name, report.of_all)) is not None
    ]
    digest = hashlib.sha256(content.encode()).hexdigest()
    return await _apply(platform, actor, user_id, files[0].id, told, f"{report.id[:35]}:{digest[:16]}")


async def tell(
    platform: Platform,
    actor: Actor,
    user_id: str,
    file_id: str,
    outcome: Outcome,
    payout_id: str | None,
    reason: str | None,
) -> Answered:
    """Say what the bank did with a file, or with one payout of it, where the bank sends no report.

    Raises:
        NoSuchFile, NeedsSecond: see there.
    """
    if not await find_files(platform.database, actor.account_id, id_=file_id):
        raise NoSuchFile(file_id)
    instructions = await instructions_in(platform.database, file_id)
    named = [each for each in instructions if payout_id in {None, each.run_id}]
    if not named:
        raise NoSuchFile(file_id)
    said = Told(_BY_HAND, PaymentStatus(outcome), reason)
    told = [_Heard(each, said, is_own=len(named) == 1 or payout_id is not None) for each in named]
    # What is said again may be new: something else was said between.
    return await _apply(platform, actor, user_id, file_id, told, f"{_BY_HAND}:{outcome}:{new_id('ans')}")


async def tell_of_ended(platform: Platform) -> int:
    """Tell payouts what the bank has said of their payment: their runs, or behind their ends the books; how many were
    told. Also in the cron: whoever took the answer may have died before this."""

    async def tell_one(row: Row) -> None:
        await _tell(platform, text(row, "id"), text(row, "run_id"))
        is_told = "UPDATE payment_instructions SET is_told = 1 WHERE id = ?1 AND status = ?2"
        await platform.database.batch([statement(is_told, text(row, "id"), text(row, "status"))])

    rows = await platform.database.all(statement(_UNTOLD, to_text(platform.clock.now())))
    return await each_row(platform, JOB, rows, "id", tell_one)


async def _tell(platform: Platform, id_: str, run_id: str) -> None:
    payout, loaded = await load_payout(platform.database, run_id), await load_run(platform.database, run_id)
    if payout is None or loaded is None:
        return
    await hear(platform, payout, lambda _: PaymentsByFile(platform).find(id_))
    payload: JsonObject = {"payment_id": id_}
    with contextlib.suppress(NotListening):  # it has ended, or is being undone
        await send_signal(platform, PAYOUT_V1, loaded[0], SETTLE.name, id_, payload, _ACTOR)
    await book_late(platform, run_id)


async def _apply(
    platform: Platform,
    actor: Actor,
    user_id: str,
    file_id: str,
    told: list[_Heard],
    source: str,
) -> Answered:
    now = to_text(platform.clock.now())
    new = [each for each in told if _is_new(each)]
    # A word that says nothing of its end settles no payment.
    ended = [each.there.run_id for each in new if each.said.status is not PaymentStatus.PROCESSING]
    await _check_may_settle(platform, actor, user_id, ended)
    changes = [_change(each.there, each.said, now) for each in new]
    contradicted = [each.there.run_id for each in told if _is_against(each.there, each.said)]
    # A report is kept also where it changes nothing: when it comes again, it is old.
    if changes or not source.startswith(_BY_HAND):
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


async def _check_may_settle(platform: Platform, actor: Actor, user_id: str, run_ids: list[str]) -> None:
    """
    Raises:
        NeedsSecond: see there.
    """
    refused = await may_not_settle(platform, actor.account_id, run_ids, user_id)
    if not refused:
        return
    first, why = next(iter(refused.items()))
    others = f" and of {len(refused) - 1} more" if len(refused) > 1 else ""
    raise NeedsSecond(f"Somebody else has to say what became of {first}{others}. {why} Nothing was changed.")


def _is_new(heard: _Heard) -> bool:
    """Whether what is said takes the place of what was heard before. That it is on its way says nothing of a payment
    that has come to an end. What was paid may come back; any other end is believed where it is said of this payment."""
    there, said = heard.there, heard.said
    if there.status is PaymentStatus.PROCESSING:
        return said.code != there.bank_status
    if said.status in {there.status, PaymentStatus.PROCESSING}:
        return False
    return heard.is_own or (there.status, said.status) == (PaymentStatus.POSTED, PaymentStatus.RETURNED)


def _is_against(there: Instruction, said: Told) -> bool:
    """Whether something else was heard before, or a payout was cancelled that the bank has paid."""
    if there.is_cancelled and said.status is PaymentStatus.POSTED:
        return True
    if (there.status, said.status) == (PaymentStatus.POSTED, PaymentStatus.RETURNED):
        return False
    return there.status is not PaymentStatus.PROCESSING and said.status not in {there.status, PaymentStatus.PROCESSING}


def _change(there: Instruction, said: Told, now: str) -> Statement:
    return statement(
        """
        UPDATE payment_instructions SET status = ?2, bank_status = ?3, reason = ?4, answered_at = ?5, is_told = 0
        WHERE id = ?1 AND status = ?6
        """,
        *(there.id, said.status.value, said.code, said.reason, now, there.status.value),
    )
