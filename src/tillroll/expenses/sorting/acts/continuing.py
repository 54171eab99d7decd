"""Acts that nobody goes on with: whoever began one closed the page, or the request died."""

from datetime import timedelta
from typing import Final

from tillroll.durable import statement
from tillroll.expenses.sorting.acts.advancing import go_on
from tillroll.expenses.sorting.acts.plan import Plans
from tillroll.platform import log
from tillroll.platform.bindings.database import text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

ACTOR: Final = "system:acts"
# Acts that one tick goes on with, each by the batches of one request.
_A_TICK: Final = 5
# Until then whoever began the act, or its undoing, goes on with it: two would only hold each other up.
_LEFT_ALONE: Final = timedelta(minutes=1)


async def continue_acts(platform: Platform, plans: Plans) -> int:
    """What the cron does each minute: the next batches of unfinished acts. Returns of how many they were written.

    Which acts is left to chance, so that some which fail each time keep no other from its turn.
    """
    rows = await platform.database.all(
        statement(
            """
            SELECT id, account_id FROM bulk_acts
            WHERE state IN ('applying', 'undoing') AND COALESCE(undone_at, created_at) <= ? ORDER BY RANDOM() LIMIT ?
            """,
            to_text(platform.clock.now() - _LEFT_ALONE),
            _A_TICK,
        )
    )
    written = 0
    for row in rows:
        try:
            await go_on(platform, plans, text(row, "account_id"), text(row, "id"), ACTOR)
            written += 1
        except Exception as error:  # noqa: BLE001 - the other acts must still have their turn; the next tick tries again
            log.crash("act.not_continued", error, source=text(row, "id"))
        await platform.pause()
    return written
