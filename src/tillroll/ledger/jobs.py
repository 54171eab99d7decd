"""Jobs of the ledger: each minute, pending transfers whose time has passed expire."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from tillroll.jobs.job import Job
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_together, set_aside
from tillroll.ledger.posting import NOW, Books, post_all
from tillroll.ledger.rules import Refusal
from tillroll.ledger.transfers import EXPIRED, Transaction, Void, expiry_id, single
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

ACTOR: Final = "system:ledger"
JOB: Final = "ledger"
_MOST: Final = 50
"""Each minute, of all books."""
_AT_ONCE: Final = 10
"""In one batch, of one account's books."""

# `was_refused`: its expiry was decided by a clock that had gone back meanwhile, and that id is used up.
_DUE: Final = f"""
  SELECT due.account_id, due.transfer_id, due.account_id || ' ' || due.transfer_id AS name, s.failures AS setbacks,
  EXISTS (
    SELECT 1 FROM ledger_transactions AS said
    WHERE said.account_id = due.account_id AND said.id = due.transfer_id || '{EXPIRED}'
  ) AS was_refused
  FROM ledger_open AS due {JOIN.format(part=f"'{JOB}'", subject="due.account_id || ' ' || due.transfer_id")}
  WHERE due.expires_at <= {NOW} AND {IS_DUE}
  ORDER BY {IN_TURN}, due.expires_at, due.account_id, due.transfer_id LIMIT ?2
"""  # noqa: S608 - constants


async def expire_due(platform: Platform) -> int:
    """Append the expiry of pending transfers whose time has passed; how many there were. Who loses against a post or
    void of the same moment is refused, since a pending transfer resolves once."""
    rows = await platform.database.all(statement(_DUE, to_text(platform.clock.now()), _MOST))
    await each_together(platform, JOB, _by_account(rows), "name", partial(_expire, platform))
    return len(rows)


def _by_account(rows: Sequence[Row]) -> list[list[Row]]:
    """Some of one account at once."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(text(row, "account_id"), []).append(row)
    return [group[at : at + _AT_ONCE] for group in groups.values() for at in range(0, len(group), _AT_ONCE)]


async def _expire(platform: Platform, rows: Sequence[Row]) -> None:
    """Raises whatever the books say of one of them; nothing was written."""
    account_id, again = text(rows[0], "account_id"), f"{int(platform.clock.now().timestamp()) // 60}"
    expiries: list[Transaction] = []
    for row in rows:
        pending = text(row, "transfer_id")
        said = expiry_id(f"{pending}:{again}" if row["was_refused"] else pending)
        expiries.append(single(Void(said, pending, is_expiry=True)))
    posted = await post_all(platform.database, platform.clock, Books(account_id, ACTOR), expiries)
    for row, each in zip(rows, posted, strict=True):
        if each.refusal not in {None, Refusal.PENDING_RESOLVED}:
            log.error("ledger.not_expired", account=account_id, reason=f"{each.id}: {each.refusal}")
            now = to_text(platform.clock.now())
            await set_aside(platform.database, JOB, text(row, "name"), str(each.refusal), now)


JOBS: Final = (Job(JOB, expire_due, 40),)
