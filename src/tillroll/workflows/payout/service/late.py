"""What is heard of a payment behind the end of its payout: the books follow, and people are told."""

import contextlib
from typing import Final

from tillroll.durable import statement
from tillroll.durable.failure_classes import FailureClass
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed, Row, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.workflows.payout import books
from tillroll.workflows.payout.hearing import RETURNED, STRAY, told
from tillroll.workflows.payout.rows import Payout, load_payout

_AT_ONCE: Final = 20
JOB: Final = "late payments"
IS_OPEN: Final = f"""(
  r.status IN ('processing', 'needs_review') OR r.resume_state IS NOT NULL
  OR r.failure_class IS '{FailureClass.ROLLBACK_FAILED}'
)"""
"""Of a payout's run `r`: it books by itself. A dead letter does by its retry; where a rollback failed, a person is
called, and the retry books as well."""
# What an ended payout has in the books against what was heard last.
_UNBOOKED: Final = f"""
  SELECT p.run_id, s.failures AS setbacks
  FROM payouts p INDEXED BY payouts_unbooked CROSS JOIN runs r ON r.id = p.run_id
  {JOIN.format(part=f"'{JOB}'", subject="p.run_id")}
  WHERE (p.payment_status = 'posted' AND p.delivered_by IS NULL
         OR p.payment_status IN ('failed', 'returned', 'canceled') AND p.debited_by IS NOT NULL)
    AND NOT {IS_OPEN} AND (?2 IS NULL AND {IS_DUE} OR p.run_id = ?2)
  ORDER BY {IN_TURN}, p.looked_at, p.run_id LIMIT {_AT_ONCE}
"""  # noqa: S608 - constants


async def book_late(platform: Platform, run_id: str | None = None) -> int:
    """Have the books follow what was heard behind the ends of payouts, of one or of all; how many there were. One that
    the ledger refuses stops no other: people are told, and it is tried again each minute."""

    async def book(row: Row) -> None:
        payout = await load_payout(platform.database, text(row, "run_id"))
        if payout is not None:
            await _book(platform, payout)

    rows = await platform.database.all(statement(_UNBOOKED, to_text(platform.clock.now()), run_id))
    if run_id is None:
        return await each_row(platform, JOB, rows, "run_id", book)
    for row in rows:  # whoever heard of this one must hear of a failure, too
        await book(row)
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
