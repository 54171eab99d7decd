"""Acts that nobody goes on with: whoever began one closed the page, or the request died."""

from datetime import timedelta
from typing import Final

from tillroll.durable import statement
from tillroll.expenses.sorting.acts.advancing import go_on
from tillroll.expenses.sorting.acts.plan import Plans
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

ACTOR: Final = "system:acts"
JOB: Final = "acts"
# Acts that one tick goes on with, each by the batches of one request.
_A_TICK: Final = 20
_UNFINISHED: Final = f"""
  SELECT a.id, a.account_id, s.failures AS setbacks FROM bulk_acts a
  {JOIN.format(part=f"'{JOB}'", subject="a.id")}
  WHERE a.state IN ('applying', 'undoing') AND COALESCE(a.undone_at, a.created_at) <= ?2 AND {IS_DUE}
  ORDER BY {IN_TURN}, RANDOM() LIMIT ?3
"""  # noqa: S608 - constants
# Until then whoever began the act, or its undoing, goes on with it: two would only hold each other up.
_LEFT_ALONE: Final = timedelta(minutes=1)


async def continue_acts(platform: Platform, plans: Plans) -> int:
    """What the cron does each minute: the next batches of unfinished acts. Returns of how many they were written."""
    now = platform.clock.now()
    rows = await platform.database.all(statement(_UNFINISHED, to_text(now), to_text(now - _LEFT_ALONE), _A_TICK))

    async def write(row: Row) -> None:
        await go_on(platform, plans, text(row, "account_id"), text(row, "id"), ACTOR)
        await platform.pause()

    return await each_row(platform, JOB, rows, "id", write)
