"""Notices are kept for a year, read or not."""

from datetime import timedelta
from typing import Final

from tillroll.platform.bindings.database import statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

KEPT: Final = timedelta(days=365)
_AT_ONCE: Final = 500

_OLD: Final = "SELECT id FROM notifications WHERE created_at < ?1 ORDER BY created_at LIMIT ?2"


async def sweep_notices(platform: Platform) -> None:
    """Delete some of the notices that are older than KEPT, with the marks of those who were told."""
    asked = (to_text(platform.clock.now() - KEPT), _AT_ONCE)
    _, gone = await platform.database.batch(
        [
            statement(f"DELETE FROM notification_recipients WHERE notification_id IN ({_OLD})", *asked),  # noqa: S608 - names and constants of ours
            statement(f"DELETE FROM notifications WHERE id IN ({_OLD}) RETURNING id", *asked),  # noqa: S608 - names and constants of ours
        ]
    )
    platform.turn.has_more(where=len(gone) == _AT_ONCE)
