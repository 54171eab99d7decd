"""Pending transfers whose time has passed. What they held is available from that moment, by the database's clock, also
before this is written; the fact that says so is appended each minute."""

from typing import Final

from tillroll.ledger.record.posting import Books, post_all
from tillroll.ledger.record.statements import NOW
from tillroll.ledger.values.refusals import Refusal
from tillroll.ledger.values.transfers import Void, expiry_id, single
from tillroll.platform import log
from tillroll.platform.bindings.database import statement, text
from tillroll.platform.services import Platform

ACTOR: Final = "system:ledger"
_MOST: Final = 50
"""Each minute, of all books."""

_DUE: Final = f"""
  SELECT account_id, transfer_id FROM ledger_open WHERE expires_at <= {NOW}
  ORDER BY expires_at, account_id, transfer_id LIMIT ?
"""  # noqa: S608 - a constant


async def expire_due(platform: Platform) -> int:
    """Append the expiry of pending transfers whose time has passed; how many there were. Who loses against a post or
    void of the same moment is refused, since a pending transfer resolves once."""
    rows = await platform.database.all(statement(_DUE, _MOST))
    due: dict[str, list[str]] = {}
    for row in rows:
        due.setdefault(text(row, "account_id"), []).append(text(row, "transfer_id"))
    for account_id, pending in due.items():
        expiries = [single(Void(expiry_id(each), each, is_expiry=True)) for each in pending]
        posted = await post_all(platform.database, platform.clock, Books(account_id, ACTOR), expiries)
        for each in posted:
            if each.refusal not in {None, Refusal.PENDING_RESOLVED}:
                log.error("ledger.not_expired", account=account_id, reason=f"{each.id}: {each.refusal}")
    return len(rows)
