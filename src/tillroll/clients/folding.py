"""Words of clients that an older rule made: they are folded anew, by the rule of now.

Two clients whose words fall together stay two. Who gives one of them a name, or restores it, is
asked, and no CRM takes one of them over.
"""

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Final

from tillroll.clients.cron import FOLDING
from tillroll_durable import statement
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_together
from tillroll_durable.platform.bindings.database import Row, digits, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.naming import fold_name
from tillroll_durable.platform.services import Platform

_AT_ONCE: Final = 100
_OLD: Final = f"""
  SELECT c.id, c.account_id, c.name, s.failures AS setbacks
  FROM clients c INDEXED BY clients_by_old_word
    {JOIN.format(part=f"'{FOLDING}'", subject="c.id")}
  WHERE c.is_word_old = 1 AND {IS_DUE}
  ORDER BY {IN_TURN}, c.account_id, c.id LIMIT {digits(_AT_ONCE)}
"""
# A rename at this moment makes the word by the rule of now.
_FOLD: Final = """
  UPDATE clients SET word = iif(name = ?2, ?3, word), is_word_old = 0 WHERE id = ?1
"""


async def fold_anew(platform: Platform) -> int:
    """Fold the words of up to 100 clients a turn; return how many."""
    rows = await platform.database.all(statement(_OLD, [to_text(platform.clock.now())]))
    groups = [[*each] for _, each in groupby(rows, key=lambda row: text(row, "account_id"))]
    return await each_together(
        platform, FOLDING, groups=groups, subject="id", do=partial(_fold, platform)
    )


async def _fold(platform: Platform, rows: Sequence[Row]) -> None:
    await platform.database.batch(
        [
            statement(
                _FOLD,
                [text(row, "id"), text(row, "name"), fold_name(text(row, "name"))],
                account=text(row, "account_id"),
            )
            for row in rows
        ]
    )
