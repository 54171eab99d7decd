"""`Payments` by a file: to pay is to write an instruction, which a file takes with it later. `PaymentHistory` too, of
what was handed to the bank: what it answered, or a person said of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tillroll.payments.provider import Made, Payment, PaymentRefused, PaymentStatus, Seen
from tillroll.platform.bindings.database import Row, integer, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.workflows.payout.contract import DEBITED
from tillroll.workflows.payout.rows import BY_FILE

# A late attempt of a run that was undone meanwhile writes nothing: nobody would call that instruction back.
_WRITE: Final = f"""
  INSERT INTO payment_instructions (id, run_id, account_id, amount, reference, created_at, file_id)
  SELECT ?1, p.run_id, p.account_id, p.amount, p.reference, ?3,
    (SELECT file_id FROM payment_recovered c WHERE c.run_id = p.run_id AND c.account_id = p.account_id)
  FROM payouts p JOIN payees e ON e.id = p.payee_id JOIN runs r ON r.id = p.run_id
  WHERE p.run_id = ?2 AND e.paid_by = '{BY_FILE}' AND r.state = '{DEBITED.name}' AND r.cancel_requested_at IS NULL
  ON CONFLICT (run_id) DO NOTHING
"""  # noqa: S608 - names of the code


class PaymentsByFile:
    """`Payments` in this deployment's own tables."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._database = platform.database

    async def pay(self, payment: Payment, key: str) -> Seen:
        """Write the instruction, once for a payout: its run's id is the key.

        Raises:
            PaymentRefused: the payout does not go on, or its payee is not paid by file.
        """
        del key
        now = to_text(self._platform.clock.now())
        await self._database.batch([statement(_WRITE, new_id("pin"), payment.ours, now)])
        seen = await self._by("run_id", payment.ours)
        if seen is None:
            raise PaymentRefused("the payout does not go on, or its payee has no bank account")
        return seen

    async def find(self, id_: str) -> Seen | None:
        return await self._by("id", id_)

    async def find_ours(self, payment: Payment, since: datetime) -> Seen | None:
        del since
        return await self._by("run_id", payment.ours)

    async def made(self, payment: Payment, since: datetime) -> Sequence[Made]:
        """The payment, where a file has it; one that is in none moves nothing."""
        del since
        row = await self._database.first(
            statement(
                """
                SELECT i.*, p.currency FROM payment_instructions i JOIN payouts p ON p.run_id = i.run_id
                WHERE i.run_id = ? AND i.file_id IS NOT NULL
                """,
                payment.ours,
            )
        )
        if row is None:
            return []
        return [Made(**vars(_seen(row)), currency=text(row, "currency"), amount=integer(row, "amount"))]

    async def cancel(self, id_: str, key: str) -> Seen:
        """Take an instruction back that is in no file yet.

        Raises:
            PaymentRefused: a file has it, which may be at the bank.
        """
        del key
        cancel = statement(
            """
            UPDATE payment_instructions SET status = 'canceled', answered_at = ?2
            WHERE id = ?1 AND file_id IS NULL AND status = 'processing'
            """,
            id_,
            to_text(self._platform.clock.now()),
        )
        await self._database.batch([cancel])
        seen = await self._by("id", id_)
        if seen is None or seen.status is not PaymentStatus.CANCELED:
            raise PaymentRefused("the payment is in a file, which the bank may have: ask it to stop the payment")
        return seen

    async def _by(self, column: str, value: str) -> Seen | None:
        row = await self._database.first(
            statement(f"SELECT * FROM payment_instructions WHERE {column} = ?", value)  # noqa: S608 - one of two names
        )
        return None if row is None else _seen(row)


def _seen(row: Row) -> Seen:
    return Seen(text(row, "id"), text(row, "run_id"), PaymentStatus(text(row, "status")), optional_text(row, "reason"))
