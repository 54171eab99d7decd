"""What onboarding reads and keeps beside its run: an account's billing, runs of a person, welcomes that were sent."""

from dataclasses import dataclass
from typing import Final

from tillroll.durable import Statement, statement
from tillroll.onboarding import contract
from tillroll.platform.bindings.database import Database, optional_text, text
from tillroll.platform.json import JsonObject, load_object
from tillroll.platform.tables import ACCOUNT, Gone, Table

WELCOME: Final = "welcome"
"""The purpose of the mail, in `outside_messages`."""

# Whose run ended without a customer has left it to the next.
_CLAIM: Final = """
  INSERT INTO account_billing (account_id, run_id, plan, created_at) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (account_id) DO UPDATE SET
    run_id = excluded.run_id, plan = excluded.plan, created_at = excluded.created_at
  WHERE customer_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM runs r WHERE r.id = account_billing.run_id AND r.status IN ('processing', 'needs_review', 'failed')
  )
"""


@dataclass(frozen=True)
class AccountBilling:
    """Whose billing is set up by which run; `customer_id` is null until it is."""

    run_id: str
    plan: str
    customer_id: str | None


@dataclass(frozen=True)
class LiveRun:
    id: str
    params: JsonObject


async def find_billing(database: Database, account_id: str) -> AccountBilling | None:
    row = await database.first(statement("SELECT * FROM account_billing WHERE account_id = ?", account_id))
    if row is None:
        return None
    return AccountBilling(text(row, "run_id"), text(row, "plan"), optional_text(row, "customer_id"))


def claim_billing(account_id: str, run_id: str, plan: str, now: str) -> Statement:
    """Let a run set up the account's billing, unless another has, or is about to."""
    return statement(_CLAIM, account_id, run_id, plan, now)


def note_billing(run_id: str, customer_id: str, subscription_id: str, now: str) -> Statement:
    """That the billing is set up. A run that has lost its claim notes nothing."""
    return statement(
        """
        UPDATE account_billing SET customer_id = ?2, subscription_id = ?3, set_up_at = COALESCE(set_up_at, ?4)
        WHERE run_id = ?1
        """,
        run_id,
        customer_id,
        subscription_id,
        now,
    )


def release_billing(run_id: str) -> Statement:
    """What a run has set up is undone: the next may."""
    return statement("DELETE FROM account_billing WHERE run_id = ?", run_id)


async def find_live(database: Database, account_id: str, subject: str) -> LiveRun | None:
    """The run that sets a person up now."""
    query = """
      SELECT id, params FROM runs
      WHERE account_id = ? AND subject = ? AND kind = ? AND status IN ('processing', 'needs_review', 'failed')
    """
    row = await database.first(statement(query, account_id, subject, contract.KIND))
    return None if row is None else LiveRun(text(row, "id"), load_object(text(row, "params")))


async def is_welcomed(database: Database, account_id: str, subject: str) -> bool:
    """Whether a welcome was sent to the person, and has not come back."""
    query = """
      SELECT 1 FROM runs r JOIN outside_messages m ON m.run_id = r.id AND m.purpose = ?4
      WHERE r.account_id = ?1 AND r.subject = ?2 AND r.kind = ?3
        AND m.sent_at IS NOT NULL AND m.bounced_at IS NULL AND m.complained_at IS NULL
    """
    return await database.first(statement(query, account_id, subject, contract.KIND, WELCOME)) is not None


async def begins_account(database: Database, account_id: str, user_id: str) -> bool:
    """Whether the person is the account's first, and no run has given the account anything yet."""
    query = """
      SELECT 1 FROM users u WHERE u.id = ?2 AND u.account_id = ?1
        AND NOT EXISTS (SELECT 1 FROM users o WHERE o.account_id = ?1 AND o.id < u.id)
        AND NOT EXISTS (
          SELECT 1 FROM runs r JOIN run_steps s ON s.run_id = r.id AND s.step = ?4 AND s.outcome = 'completed'
          WHERE r.account_id = ?1 AND r.subject = 'user:' || ?2 AND r.kind = ?3
        )
    """
    step = contract.CREATE_RESOURCES.name
    return await database.first(statement(query, account_id, user_id, contract.KIND, step)) is not None


TABLES: Final = (
    Table("account_billing", Gone(ACCOUNT)),
    Table("billing_undone", Gone(ACCOUNT)),
)
