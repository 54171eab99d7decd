"""Rows of files for the bank and of the instructions in them. To pay by a file is to write an
instruction."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final, LiteralString

from tillroll.expenses.duplicates.doubted_payments import IN_DOUBT
from tillroll.payouts.contract import DEBITED, LOOK_FAILED, UNSETTLED
from tillroll.payouts.models import BY_FILE, BY_HAND, FilePayment, PaymentFile
from tillroll.payouts.payments import Made, Payment, PaymentRefused, PaymentStatus, Seen
from tillroll.payouts.sepa import as_reference
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    Value,
    integer,
    of_row,
    optional_text,
    statement,
    text,
    word,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.services import Platform

WAITING: Final = f"""
  i.file_id IS NULL AND i.status = 'processing' AND r.cancel_requested_at IS NULL
  AND r.state IN ('{word(UNSETTLED.name)}', '{word(LOOK_FAILED.name)}')
"""
"""Instructions `i` of runs `r` that a file may take: their runs wait for the bank, and are not
being undone."""


def not_held(named: LiteralString) -> LiteralString:
    """SQL: the payee `e` of an instruction `i` is not archived, or its payout is in the JSON array
    `named`."""
    return f"(e.archived_at IS NULL OR i.run_id IN (SELECT value FROM json_each({named})))"


_FILES: Final = """
  SELECT f.*,
    (SELECT COUNT(*) FROM payment_instructions WHERE file_id = f.id
      AND status = 'processing') AS open,
    (SELECT COUNT(*) FROM payment_instructions WHERE file_id = f.id AND status = 'posted') AS posted
  FROM payment_files f WHERE f.account_id = ?1
"""
_INSTRUCTIONS: Final = f"""
  SELECT i.*, i.run_id AS payout_id, CASE WHEN {IN_DOUBT} THEN i.in_doubt END AS doubt,
    CASE WHEN {IN_DOUBT} THEN i.in_doubt_reason END AS doubt_reason,
    r.cancel_requested_at IS NOT NULL OR r.status = 'cancelled' AS is_cancelled,
    e.id AS payee_id, e.recipient AS name, e.method AS iban, e.iban AS kept_iban, e.bic
  FROM payment_instructions i JOIN runs r ON r.id = i.run_id JOIN payouts p ON p.run_id = i.run_id
    JOIN payees e ON e.id = p.payee_id
"""


async def find_files(
    database: Database,
    account_id: str,
    cursor: str = "~",
    limit: int = 1,
    id_: str | None = None,
    key: str | None = None,
) -> list[PaymentFile]:
    """The account's files, the newest first; with an id, or the key of a request, that one."""
    where = "f.id < ?2 AND (?3 IS NULL OR f.id = ?3) AND (?5 IS NULL OR f.request_key = ?5)"
    query = f"{_FILES} AND {where} ORDER BY f.id DESC LIMIT ?4"
    rows = await database.all(statement(query, [account_id, cursor, id_, limit, key]))
    return [of_row(PaymentFile, row, message_id=as_reference(text(row, "id"))) for row in rows]


async def content_of(database: Database, account_id: str, id_: str) -> str | None:
    """The file's bytes, encrypted."""
    query = "SELECT content FROM payment_files WHERE id = ? AND account_id = ?"
    row = await database.first(statement(query, [id_, account_id]))
    if row is None:
        return None
    return text(row, "content")


async def waiting(
    database: Database, account_id: str, most: int, also_archived: Sequence[str] = ()
) -> list[FilePayment]:
    """What a file could take now, the oldest first, without what is held back and not among
    `also_archived`."""
    where = f"i.account_id = ?1 AND {WAITING} AND {not_held('?3')} ORDER BY i.id LIMIT ?2"
    return await _payments(database, where, account_id, most, dump([*also_archived]))


async def held(database: Database, account_id: str, most: int) -> list[FilePayment]:
    """What waits, and no file takes without a person's word: the payee was archived since."""
    where = f"i.account_id = ?1 AND {WAITING} AND e.archived_at IS NOT NULL ORDER BY i.id LIMIT ?2"
    return await _payments(database, where, account_id, most)


async def payments_in(database: Database, file_id: str) -> list[FilePayment]:
    return await _payments(database, "i.file_id = ?1 ORDER BY i.id", file_id)


async def payments_of(
    database: Database, account_id: str, run_ids: Sequence[str]
) -> list[FilePayment]:
    """The payments by file of these payouts."""
    where = "i.account_id = ?1 AND i.run_id IN (SELECT value FROM json_each(?2))"
    return await _payments(database, where, account_id, dump([*run_ids]))


async def _payments(
    database: Database, condition: LiteralString, *values: Value
) -> list[FilePayment]:
    rows = await database.all(statement(f"{_INSTRUCTIONS} WHERE {condition}", [*values]))
    return [of_row(FilePayment, row) for row in rows]


async def seen_in(database: Database, ids: Sequence[str]) -> dict[str, Seen]:
    """What is seen of instructions, by id."""
    query = "SELECT * FROM payment_instructions WHERE id IN (SELECT value FROM json_each(?))"
    return {
        text(row, "id"): _report_of(row)
        for row in await database.all(statement(query, [dump([*ids])]))
    }


# A late attempt of a run that was undone meanwhile writes nothing: nobody would call that
# instruction back.
_WRITE: Final = f"""
  INSERT INTO payment_instructions (id, run_id, account_id, amount, reference, created_at, file_id)
  SELECT ?1, p.run_id, p.account_id, p.amount, p.reference, ?3,
    (SELECT file_id FROM payment_recovered c WHERE c.run_id = p.run_id
      AND c.account_id = p.account_id)
  FROM payouts p JOIN payees e ON e.id = p.payee_id JOIN runs r ON r.id = p.run_id
  WHERE p.run_id = ?2 AND e.paid_by = '{BY_FILE}' AND r.state = '{word(DEBITED.name)}'
    AND r.cancel_requested_at IS NULL
  ON CONFLICT (run_id) DO NOTHING
"""
# What somebody paid outside of Tillroll has left. Its run hears that in the next step: nobody has
# to tell it.
_WRITE_PAID: Final = f"""
  INSERT INTO payment_instructions
    (id, run_id, account_id, amount, reference, created_at, status, bank_status, answered_at,
      is_told)
  SELECT ?1, p.run_id, p.account_id, p.amount, p.reference, ?3, 'posted', 'by hand', ?3, 1
  FROM payouts p JOIN payees e ON e.id = p.payee_id JOIN runs r ON r.id = p.run_id
  WHERE p.run_id = ?2 AND e.paid_by = '{BY_HAND}' AND r.state = '{word(DEBITED.name)}'
    AND r.cancel_requested_at IS NULL
  ON CONFLICT (run_id) DO NOTHING
"""


_REPORT_PAID: Final = """
  INSERT INTO payout_outcomes (run_id, number, account_id, source, by, status, at)
  SELECT p.run_id, 1, p.account_id, 'person', p.asked_by, 'posted', ?2
  FROM payouts p JOIN payment_instructions i ON i.run_id = p.run_id
  WHERE p.run_id = ?1 AND i.status = 'posted' ON CONFLICT DO NOTHING
"""


class PaymentsByFile:
    """`Payments` in this deployment's own tables."""

    write: ClassVar[LiteralString] = _WRITE

    def __init__(self, platform: Platform, account_id: str) -> None:
        self._platform = platform
        self._account_id = account_id
        self._database = platform.database

    async def pay(self, payment: Payment, key: str) -> Seen:
        """Write the instruction, once for a payout. Raises PaymentRefused: it does not go on, or is
        not paid by file."""
        del key
        now = to_text(self._platform.clock.now())
        values = (new_id("pin"), payment.ours, now)
        written = statement(self.write, [*values], account=self._account_id)
        await self._database.batch([written, *self._reports(payment, now)])
        report = await self._by("run_id", payment.ours)
        if report is None:
            raise PaymentRefused("the payout does not go on, or its payee has no bank account")
        return report

    def _reports(self, payment: Payment, now: str) -> Sequence[Statement]:
        """What is known of a payment as soon as its instruction is written: nothing, where a file
        takes it."""
        del payment, now
        return ()

    async def find(self, id_: str) -> Seen | None:
        return await self._by("id", id_)

    async def find_ours(self, payment: Payment, since: datetime) -> Seen | None:
        del since
        return await self._by("run_id", payment.ours)

    async def made(self, payment: Payment, since: datetime) -> Sequence[Made]:
        """The payment, where a file has it; one that is in none moves nothing."""
        del since
        query = """
          SELECT i.*, p.currency FROM payment_instructions i JOIN payouts p ON p.run_id = i.run_id
          WHERE i.run_id = ? AND (i.file_id IS NOT NULL OR i.bank_status = 'by hand')
        """
        row = await self._database.first(statement(query, [payment.ours]))
        if row is None:
            return []
        return [
            Made(
                **vars(_report_of(row)),
                currency=text(row, "currency"),
                amount=integer(row, "amount"),
            )
        ]

    async def cancel(self, id_: str, key: str) -> Seen:
        """Take an instruction back. Raises PaymentRefused: a file has it, which may be at the
        bank."""
        del key
        query = """
          UPDATE payment_instructions SET status = 'canceled', answered_at = ?2
          WHERE id = ?1 AND file_id IS NULL AND status = 'processing'
        """
        values = (id_, to_text(self._platform.clock.now()))
        cancel = statement(query, [*values], account=self._account_id)
        await self._database.batch([cancel])
        report = await self._by("id", id_)
        if report is None or report.status is not PaymentStatus.CANCELED:
            raise PaymentRefused(
                "the payment is in a file, which the bank may have: ask it to stop the payment"
            )
        return report

    async def _by(self, column: LiteralString, value: str) -> Seen | None:
        query = f"SELECT * FROM payment_instructions WHERE {column} = ?"
        row = await self._database.first(statement(query, [value]))
        if row is None:
            return None
        return _report_of(row)


def _report_of(row: Row) -> Seen:
    return Seen(
        text(row, "id"),
        text(row, "run_id"),
        status=PaymentStatus(text(row, "status")),
        reason=optional_text(row, "reason"),
    )


class PaymentsByHand(PaymentsByFile):
    """Payments that somebody made outside of Tillroll: to pay is to note it. It has left, and
    nothing calls it back but the person who says so."""

    write: ClassVar[LiteralString] = _WRITE_PAID

    def _reports(self, payment: Payment, now: str) -> Sequence[Statement]:
        """The person who asked for the payout says that it was paid."""
        return [statement(_REPORT_PAID, [payment.ours, now])]
