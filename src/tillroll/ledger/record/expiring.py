"""Pending transfers whose time has passed. What they held is available from that moment, by the database's clock, also
before this is written; the fact that says so is appended each minute."""

from typing import Final

from tillroll.ledger.record.posting import Books, post_all
from tillroll.ledger.record.statements import NOW
from tillroll.ledger.values.refusals import Refusal
from tillroll.ledger.values.transfers import EXPIRED, Void, expiry_id, single
from tillroll.platform import log
from tillroll.platform.bindings.database import statement, text
from tillroll.platform.services import Platform

ACTOR: Final = "system:ledger"
_MOST: Final = 50
"""Each minute, of all books."""

# `was_refused`: its expiry was decided by a clock that had gone back meanwhile, and that id is used up.
_DUE: Final = f"""
  SELECT account_id, transfer_id, EXISTS (
    SELECT 1 FROM ledger_transactions AS said
    WHERE said.account_id = due.account_id AND said.id = due.transfer_id || '{EXPIRED}'
  ) AS was_refused
  FROM ledger_open AS due WHERE expires_at <= {NOW}
  ORDER BY expires_at, account_id, transfer_id LIMIT ?
"""  # noqa: S608 - constants


async def expire_due(platform: Platform) -> int:
    """Append the expiry of pending transfers whose time has passed; how many there were. Who loses against a post or
    void of the same moment is refused, since a pending transfer resolves once."""
    rows = await platform.database.all(statement(_DUE, _MOST))
    due: dict[str, list[tuple[str, str]]] = {}
    again = f"{int(platform.clock.now().timestamp()) // 60}"
    for row in rows:
        pending = text(row, "transfer_id")
        said = expiry_id(f"{pending}:{again}" if row["was_refused"] else pending)
        due.setdefault(text(row, "account_id"), []).append((said, pending))
    for account_id, found in due.items():
        expiries = [single(Void(said, pending, is_expiry=True)) for said, pending in found]
        posted = await post_all(platform.database, platform.clock, Books(account_id, ACTOR), expiries)
        for each in posted:
            if each.refusal not in {None, Refusal.PENDING_RESOLVED}:
                log.error("ledger.not_expired", account=account_id, reason=f"{each.id}: {each.refusal}")
    return len(rows)
