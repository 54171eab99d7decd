"""Customers that came to be behind an undoing: a request may have hung somewhere, and come late. They are found and
ended, so that nobody is invoiced for what nobody knows of."""

from datetime import timedelta
from typing import Final

from tillroll.billing.provider import BillingDenied, BillingRefused, BillingUncertain, NewCustomer
from tillroll.billing.settings import BillingSettings
from tillroll.billing.stripe import Stripe
from tillroll.durable import Statement, statement
from tillroll.durable.record.audit import append, event_of_account
from tillroll.jobs.job import Job
from tillroll.jobs.setbacks import each_by_itself
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed, Row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

AUDITED: Final = {
    "billing.stray": "a customer of the billing provider was found whose setting up had been undone, and was deleted, "
    "which ends what they subscribe to",
}
# No request hangs for longer.
_WITHIN: Final = timedelta(days=2)
_FIRST_LOOK: Final = timedelta(minutes=15)
_LOOKS_EACH: Final = timedelta(hours=1)
_AT_ONCE: Final = 20
_DUE: Final = f"""
  SELECT u.run_id, u.account_id, json_extract(r.params, '$.email') AS mail
  FROM billing_undone u CROSS JOIN runs r ON r.id = u.run_id
  WHERE u.looked_at IS NULL AND u.undone_at < ?1 OR u.looked_at < ?2
  ORDER BY u.looked_at, u.undone_at LIMIT {_AT_ONCE}
"""  # noqa: S608 - a constant


def note_undone(run_id: str, account_id: str, now: str) -> Statement:
    """Have the billing that a run has undone looked for, for two days."""
    return statement(
        """
        INSERT INTO billing_undone (run_id, account_id, undone_at) VALUES (?, ?, ?)
        ON CONFLICT (run_id) DO UPDATE SET undone_at = excluded.undone_at
        """,
        *(run_id, account_id, now),
    )


async def end_strays(platform: Platform) -> int:
    """Delete customers that stand although their setting up was undone; how many. One that cannot be asked for stops no
    other."""
    settings = platform.settings.of(BillingSettings)
    if not settings.api_key:
        return 0
    now, provider = platform.clock.now(), Stripe(platform.http, settings)
    over = statement("DELETE FROM billing_undone WHERE undone_at < ?", to_text(now - _WITHIN))
    due = statement(_DUE, to_text(now - _FIRST_LOOK), to_text(now - _LOOKS_EACH))

    async def end(row: Row) -> bool:
        run_id = text(row, "run_id")
        looked = statement("UPDATE billing_undone SET looked_at = ?2 WHERE run_id = ?1", run_id, to_text(now))
        await platform.database.batch([looked])
        customer_id = await provider.find_customer(NewCustomer(run_id, optional_text(row, "mail") or "", ""))
        if customer_id is None:
            return False
        await provider.delete_customer(customer_id)
        await _say(platform, text(row, "account_id"), run_id, customer_id)
        return True

    [rows, _] = await platform.database.batch([due, over])
    return await each_by_itself(platform, rows, end, "billing.unasked", BillingDenied, BillingRefused, BillingUncertain)


async def _say(platform: Platform, account_id: str, run_id: str, customer_id: str) -> None:
    log.error("billing.stray", run=run_id)
    event = event_of_account(
        account_id,
        "billing.stray",
        f"billing.stray:{customer_id}",
        actor="system:billing",
        at=to_text(platform.clock.now()),
        detail={"run": run_id, "customer": customer_id},
    )
    try:
        await platform.database.batch([append(event)])
    except ConstraintFailed:
        log.warning("billing.unasked", run=run_id, reason="it was told before")


JOBS: Final = (Job("stray customers", end_strays, 5),)
