"""Rows of payouts and payees, and what became of a payout, in SQL."""

from dataclasses import dataclass
from typing import Final

from tillroll.payouts.contract import CAME_BACK, PAID, REVERSED
from tillroll.payouts.payments import PaymentStatus, Seen
from tillroll.platform.bindings.database import (
    Database,
    Row,
    Statement,
    of_row,
    optional_text,
    statement,
)
from tillroll.platform.tables import ACCOUNT, SECRETS, Gone, Table

BY_PROVIDER: Final = "provider"
BY_FILE: Final = "file"
"""Of `paid_by`: the provider pays, or a file for the bank."""

_PAYOUT: Final = """
  SELECT p.*, e.recipient, e.method, e.paid_by, e.name AS payee_name, e.archived_at AS payee_archived_at
  FROM payouts p JOIN payees e ON e.id = p.payee_id
"""


@dataclass(frozen=True)
class Payee:
    """Somebody who is paid. `recipient` and `method` are the provider's ids; of one who is paid by file, the holder of
    the bank account and its IBAN as it is shown, with the bank's BIC where that is known."""

    id: str
    account_id: str
    name: str
    recipient: str
    method: str
    created_at: str
    archived_at: str | None
    paid_by: str = BY_PROVIDER
    bic: str | None = None

    @property
    def is_by_file(self) -> bool:
        return self.paid_by == BY_FILE


@dataclass(frozen=True)
class NewPayout:
    """What is asked to be paid. `asked_by` is whoever asks, as the audit names them."""

    account_id: str
    payee_id: str
    currency: str
    amount: int
    reference: str
    asked_by: str


@dataclass(frozen=True)
class Payout:
    """What is to be paid by a run, with where it goes and by whom.

    Attributes:
        is_payee_archived: nobody is paid under the payee any more.
        settled_as: what a person has said became of it.
        payment_id, payment_status: what was heard last of its payment, from whoever pays it, or by a person.
        heard: how often that has changed.
        debited_by, delivered_by: the transfers of the ledger that stand for it, by their ids; None where none does.
    """

    run_id: str
    account_id: str
    payee_id: str
    recipient: str
    method: str
    currency: str
    amount: int
    reference: str
    paid_by: str
    is_payee_archived: bool
    batch_id: str | None
    settled_as: str | None
    payment_id: str | None
    payment_status: PaymentStatus | None
    payment_reason: str | None
    heard: int
    debited_by: str | None
    delivered_by: str | None

    @property
    def came_back(self) -> bool:
        """Whether the money is with the company, as far as was heard."""
        return self.payment_status is not None and self.payment_status.brings_back


async def load_payout(database: Database, run_id: str) -> Payout | None:
    row = await database.first(statement(f"{_PAYOUT} WHERE p.run_id = ?", run_id))
    return None if row is None else _payout(row)


def insert_payout(payout: NewPayout, run_id: str, now: str) -> Statement:
    """Keep what is to be paid; it changes no row where the account has no such payee (any more)."""
    return statement(
        """
        INSERT INTO payouts (run_id, account_id, payee_id, currency, amount, reference, asked_by, created_at)
        SELECT ?1, ?2, id, ?4, CAST(?5 AS INTEGER), ?6, ?7, ?8 FROM payees
        WHERE id = ?3 AND account_id = ?2 AND archived_at IS NULL
        """,
        run_id,
        payout.account_id,
        payout.payee_id,
        payout.currency,
        payout.amount,
        payout.reference,
        payout.asked_by,
        now,
    )


def note_seen(payout: Payout, seen: Seen, now: str) -> Statement:
    """What was heard of the payment. It returns a row where nothing else was heard since the payout was read: else the
    answer may be older than what is there."""
    return statement(
        """
        UPDATE payouts SET payment_id = ?2, payment_status = ?3, payment_reason = ?4, looked_at = ?5,
          heard = heard + (payment_status IS NOT ?3)
        WHERE run_id = ?1 AND heard = CAST(?6 AS INTEGER)
        RETURNING run_id
        """,
        payout.run_id,
        seen.id,
        seen.status.value,
        seen.reason,
        now,
        payout.heard,
    )


async def load_payee(database: Database, account_id: str, payee_id: str) -> Payee | None:
    row = await database.first(statement("SELECT * FROM payees WHERE id = ? AND account_id = ?", payee_id, account_id))
    return None if row is None else payee_of(row)


def payee_of(row: Row) -> Payee:
    return of_row(Payee, row)


def _payout(row: Row) -> Payout:
    status = optional_text(row, "payment_status")
    return of_row(
        Payout,
        row,
        is_payee_archived=row["payee_archived_at"] is not None,
        payment_status=None if status is None else PaymentStatus(status),
    )


OUTCOMES: Final = ("paid", "refused", "returned", "stopped", "unknown", "open")
"""Paid; refused, and nothing moved; returned later; stopped by a person; unknown, which needs one; open, which goes
on."""
# A payout that failed but `reversed` waits for a person. What was heard behind the end is in the books by then.
OUTCOME: Final = f"""
  CASE WHEN r.failure_class = 'rollback_failed' THEN 'unknown'
    WHEN r.status IN ('processing', 'needs_review') THEN 'open'
    WHEN p.delivered_by IS NOT NULL THEN 'paid'
    WHEN r.state IN ('{PAID.name}', '{CAME_BACK.name}') THEN 'returned'
    WHEN r.state = '{REVERSED.name}' OR r.status = 'rejected' THEN 'refused'
    WHEN r.status = 'cancelled' THEN 'stopped' ELSE 'unknown' END
"""


TABLES: Final = (
    Table("payment_instructions", Gone(ACCOUNT)),
    Table("payment_recovered", Gone(ACCOUNT), key="run_id"),
    Table("payment_files", Gone(ACCOUNT), encrypted="content"),
    Table("payouts", Gone(ACCOUNT)),
    Table("payout_batches", Gone(ACCOUNT)),
    Table("payees", Gone(ACCOUNT), without=frozenset({"paid_to"}), encrypted="iban"),
    Table("payee_keys", Gone("id = ?1"), key="id", withheld=SECRETS),
    Table("payout_limits", Gone(ACCOUNT), key="account_id, currency"),
    Table("payout_changes", Gone(ACCOUNT)),
)
