"""Each night, what the books say of payouts is held against what the provider has, or what became of them in files for
the bank."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from tillroll.durable import AccessDenied, statement
from tillroll.jobs.cursors import keep_position, position_of
from tillroll.jobs.setbacks import each_by_itself
from tillroll.payments.conservation import Asked, Booked, disagreements
from tillroll.payments.provider import Made, PaymentDenied, PaymentStatus, PaymentUncertain, Seen
from tillroll.payments.settings import PaymentSettings
from tillroll.platform import log
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform
from tillroll.workflows.payout.books import company, in_transit, owed
from tillroll.workflows.payout.by_hand import STATUS_OF
from tillroll.workflows.payout.hearing import hear
from tillroll.workflows.payout.providers import asked_of, history_of
from tillroll.workflows.payout.rows import BY_FILE, Payout, load_payout
from tillroll.workflows.payout.service.late import IS_OPEN, book_late

_CURSOR: Final = "payments: audited"
_DONE: Final = "~"
# UTC. A night that was missed is made up for in the hours behind it.
_FROM_HOUR: Final = 2
# A payment that was asked for a moment ago is in no list yet; one that was made long ago does not come back any more. A
# payout may have waited for a decision for months before, so that its run's last change counts.
_SETTLED_AFTER: Final = timedelta(hours=2)
_COMES_BACK_WITHIN: Final = timedelta(days=40)
_AT_ONCE: Final = 20

_NEXT: Final = f"""
  SELECT p.run_id, p.created_at FROM payouts p JOIN payees e ON e.id = p.payee_id JOIN runs r ON r.id = p.run_id
  WHERE p.run_id > ?1 AND (r.updated_at > ?2 AND p.created_at < ?3 OR p.disagrees IS NOT NULL)
    AND (?4 = 1 OR e.paid_by = '{BY_FILE}')
  ORDER BY p.run_id LIMIT {_AT_ONCE}
"""  # noqa: S608 - constants
_ASKED: Final = f"""
  SELECT p.run_id, p.payee_id, p.currency, p.amount, p.settled_as, {IS_OPEN} AS is_open
  FROM payouts p JOIN runs r ON r.id = p.run_id WHERE p.run_id IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - a constant
# All that a payout books has an id that begins with that of its run.
_BOOKED: Final = """
  SELECT p.run_id, e.ledger_account_id AS book,
    SUM(CASE e.side WHEN 'debit' THEN e.posted ELSE -e.posted END) AS net
  FROM payouts p
  JOIN ledger_transfers t ON t.account_id = p.account_id AND t.id > p.run_id || ':' AND t.id < p.run_id || ';'
  JOIN ledger_entries e ON e.account_id = t.account_id AND e.transfer_id = t.id
  WHERE p.run_id IN (SELECT value FROM json_each(?)) GROUP BY p.run_id, e.ledger_account_id
"""


async def audit_payments(platform: Platform) -> int:
    """One tick of a night: hold the next payouts against what whoever pays has of them; how many were. What disagrees
    is kept on the payout, and raises an alert until it agrees. One that cannot be asked for waits for the next
    night."""
    now = platform.clock.now()
    if now.hour < _FROM_HOUR:
        return 0
    day, _, after = (await position_of(platform.database, _CURSOR)).partition("|")
    today = to_text(now)[:10]
    if day == today and after == _DONE:
        return 0
    since, until = to_text(now - _COMES_BACK_WITHIN), to_text(now - _SETTLED_AFTER)
    has_provider = int(platform.settings.of(PaymentSettings).pays)
    following = statement(_NEXT, after if day == today else "", since, until, has_provider)
    rows = await platform.database.all(following)
    done: list[str] = []

    async def audit(row: Row) -> bool:
        done.append(text(row, "run_id"))
        await _audit(platform, done[-1], from_text(text(row, "created_at")))
        return True

    await each_by_itself(platform, rows, audit, "payment.unaudited", AccessDenied, PaymentDenied, PaymentUncertain)
    last = done[-1] if len(done) in range(1, len(rows)) or len(rows) == _AT_ONCE else _DONE
    await keep_position(platform.database, _CURSOR, f"{today}|{last}", to_text(now))
    return len(done)


async def _audit(platform: Platform, run_id: str, since: datetime) -> None:
    payout = await load_payout(platform.database, run_id)
    if payout is None:
        return
    made = await history_of(platform, payout).made(asked_of(payout), since)
    asked, booked = await facts_of(platform.database, [run_id])
    if not asked[0].is_open:
        await _hear(platform, payout, made)
        asked, booked = await facts_of(platform.database, [run_id])
    who = "the bank" if payout.paid_by == BY_FILE else "the provider"
    found = [each.says for each in disagreements(asked, made, booked, who=who)]
    if found:
        log.error("payment.disagrees", run=run_id, reason=found[0])
    says = found[0] if found else None
    kept = statement("UPDATE payouts SET disagrees = ?2 WHERE run_id = ?1 AND disagrees IS NOT ?2", run_id, says)
    await platform.database.batch([kept])


async def _hear(platform: Platform, payout: Payout, made: Sequence[Made]) -> None:
    """What whoever pays says otherwise by now than was heard last is no disagreement: the books follow it first."""
    if len(made) == 1 and made[0].status not in {PaymentStatus.PROCESSING, payout.payment_status}:

        async def ask(_: Payout) -> Seen:
            return made[0]

        await hear(platform, payout, ask)
    await book_late(platform, payout.run_id)


async def facts_of(database: Database, run_ids: Sequence[str]) -> tuple[list[Asked], dict[str, Booked]]:
    """Payouts as facts, and what is booked of them."""
    ids: list[Json] = [*run_ids]
    rows, entries = await database.batch([statement(_ASKED, dump(ids)), statement(_BOOKED, dump(ids))])
    net = {(text(each, "run_id"), text(each, "book")): integer(each, "net") for each in entries}
    asked: list[Asked] = []
    booked: dict[str, Booked] = {}
    for row in rows:
        run_id, currency, settled = text(row, "run_id"), text(row, "currency"), optional_text(row, "settled_as")
        status = None if settled is None else STATUS_OF[settled]
        asked.append(Asked(run_id, currency, integer(row, "amount"), status, row["is_open"] == 1))
        books = (company(currency), in_transit(currency), owed(text(row, "payee_id"), currency))
        booked[run_id] = Booked(*(net.get((run_id, each), 0) for each in books))
    return asked, booked
