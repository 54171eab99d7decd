"""What is heard of a payment behind the end of its payout: the books follow, and people are told."""

import contextlib
from typing import Final

from tillroll.durable import statement
from tillroll.durable.failure_classes import FailureClass
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.workflows.payout import books
from tillroll.workflows.payout.hearing import RETURNED, STRAY, told
from tillroll.workflows.payout.rows import Payout, load_payout

_AT_ONCE: Final = 20
# What an ended payout has in the books against what was heard last. A dead letter books by its retry; where a rollback
# failed, a person is called, and the retry books as well.
_UNBOOKED: Final = f"""
  SELECT p.run_id FROM payouts p INDEXED BY payouts_unbooked CROSS JOIN runs r ON r.id = p.run_id
  WHERE (p.payment_status = 'posted' AND p.delivered_by IS NULL
         OR p.payment_status IN ('failed', 'returned', 'canceled') AND p.debited_by IS NOT NULL)
    AND r.status NOT IN ('processing', 'needs_review') AND r.resume_state IS NULL
    AND r.failure_class IS NOT '{FailureClass.ROLLBACK_FAILED}' AND (?1 IS NULL OR p.run_id = ?1)
  ORDER BY p.looked_at, p.run_id LIMIT {_AT_ONCE}
"""  # noqa: S608 - constants


async def book_late(platform: Platform, run_id: str | None = None) -> int:
    """Have the books follow what was heard behind the ends of payouts, of one or of all; how many there were. One that
    the ledger refuses stops no other: people are told, and it is tried again each minute."""
    rows = await platform.database.all(statement(_UNBOOKED, run_id))
    for row in rows:
        payout = await load_payout(platform.database, text(row, "run_id"))
        if payout is not None:
            await _book(platform, payout)
    return len(rows)


async def _book(platform: Platform, payout: Payout) -> None:
    now = to_text(platform.clock.now())
    entries = await books.book(platform, payout, f"{payout.run_id}:heard-{payout.heard}")
    said = told(payout, RETURNED if payout.came_back else STRAY, now)
    try:
        await platform.database.batch([*entries, *said])
    except ConstraintFailed as error:
        if await load_payout(platform.database, payout.run_id) != payout:
            return  # somebody else has booked it, or something else was heard
        with contextlib.suppress(ConstraintFailed):  # it was told before
            await platform.database.batch(said)
            log.error("payment.unbooked", run=payout.run_id, error=error)
        # Told before, it may be booked by now: the ledger refused it once.
        with contextlib.suppress(ConstraintFailed):
            await platform.database.batch(entries)
        looked = statement("UPDATE payouts SET looked_at = ?2 WHERE run_id = ?1", payout.run_id, now)
        await platform.database.batch([looked])
    else:
        log.error("payment.late", run=payout.run_id, reason=str(payout.payment_status))


async def say_stray(platform: Platform, payout: Payout) -> None:
    """A payment was found that its payout knows nothing of, and was called back: nothing is to be booked."""
    log.error("payment.late", run=payout.run_id, reason=str(payout.payment_status))
    with contextlib.suppress(ConstraintFailed):  # it was said before
        await platform.database.batch(told(payout, STRAY, to_text(platform.clock.now())))
